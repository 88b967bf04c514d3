// Documents are brought in, read and deleted; an answer rests on them, names its sources and leads there; memories are kept.
import { ask, look, open, parley, says, seen, toast, until, walk } from "./walk.mjs";

const manual = "# Boiler\n\n## Pressure\n\nThe pressure should be 1.4 bar when the boiler is cold.\n\n## Safety\n\nNever open the casing.\n";

await walk(async () => {
  const page = await open();
  await page.goto(`${parley}/`);
  await page.waitForSelector(".home");
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForURL("**/documents");
  await page.waitForSelector("text=No documents yet.");
  await look(page, "documents-none");

  await page.setInputFiles("input[type=file]", [
    { name: "manual.md", mimeType: "text/markdown", buffer: Buffer.from(manual) },
    { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 this is none") },
  ]);
  const row = (name) => page.locator(".job", { has: page.locator(`h3:has-text("${name}")`) });
  await row("manual.md").locator("a").waitFor();
  seen.reason = await says(row("broken.pdf").locator(".wrong"), "could not be read");
  await look(page, "documents");

  await row("broken.pdf").locator("button", { hasText: "Delete" }).click();
  await page.click("dialog button:has-text('Delete it')");
  await toast(page, "is deleted");
  await row("broken.pdf").waitFor({ state: "detached" });
  await row("manual.md").locator("a").click();
  await page.waitForURL("**/d/*");
  await page.waitForSelector(".piece:has-text('1.4 bar')");
  seen.place = await page.locator(".piece .place").first().textContent();
  await look(page, "document");

  // An answer that rests on it: its mark and its list of sources lead to the piece.
  await page.goto(`${parley}/`);
  await page.click(".tool-picker summary");
  await page.click(".tool-picker label:has-text('Answer from my own sources')");
  await page.keyboard.press("Escape");
  seen.picker = await page.locator(".tool-picker summary").textContent();
  await ask(page, "Which pressure does the boiler need when cold?", "It needs 1.4 bar");
  seen.address = page.url();
  for (const again of [false, true]) {
    if (again) {
      await page.reload();
      await until(page, "It needs 1.4 bar");
    }
    await page.locator(".sources summary").waitFor();
    seen.marks = await page.locator("a.cite").count();
    await page.click(".sources summary");
    seen.source = await page.locator(".sources .where").first().textContent();
    await look(page, again ? "sources-kept" : "sources");
  }
  await page.click("a.cite");
  await page.waitForURL("**/d/*/*");
  await page.waitForSelector(".piece.aimed:has-text('1.4 bar')");
  seen.aimed = await page.evaluate(() => document.activeElement?.classList.contains("aimed"));
  await look(page, "source");

  // What an agent proposed waits for a yes.
  await page.evaluate(() =>
    fetch("/mcp", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "remember", arguments: { text: "The boiler is in the cellar." } } }),
    }).then((answer) => answer.json()),
  );
  await page.goto(`${parley}/settings`);
  const fact = (text) => page.locator(".rows li", { hasText: text });
  await fact("in the cellar").locator(".badge").waitFor();
  await look(page, "memories");
  await fact("in the cellar").locator("button", { hasText: "Keep" }).click();
  await fact("in the cellar").locator(".badge").waitFor({ state: "detached" });
  await page.click("summary:has-text('Keep a fact')");
  await page.fill("form[aria-label='Keep a fact'] textarea", "My cat is called Miezi.");
  await page.click("form[aria-label='Keep a fact'] button.primary");
  await fact("Miezi").waitFor();
  await fact("Miezi").locator("button", { hasText: "Forget" }).click();
  await fact("Miezi").waitFor({ state: "detached" });
  await page.click(".toast button:has-text('Undo')");
  await fact("Miezi").waitFor();
  seen.kept = await page.evaluate(async () => (await (await fetch("/api/memories?state=kept")).json()).items.map((one) => one.text));

  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await narrow.goto(`${parley}/documents`);
  await narrow.waitForSelector(".job a");
  await look(narrow, "documents-narrow");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
