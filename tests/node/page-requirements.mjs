// Requirements are written, typed, chosen otherwise, edited; what they are linked with, contradict and lack is shown.
import { look, open, parley, says, seen, toast, walk } from "./walk.mjs";

const kettle = `# Kettle

## Requirements

- REQ-1: The kettle shall switch off within 2 s of boiling.
- REQ-2: The handle must stay below 40 degrees while water boils. It depends on REQ-1.
- REQ-3: The lid should open with one hand.
- REQ-5: The kettle shall switch off at least 5 s after boiling.

## Tests

- TC-1: Verify REQ-1: boil a litre and measure the time until it is off.

## Risks

- The supplier of the thermostat may stop delivering.
`;
/** Long enough that most of it is not there. */
const long = `# Long\n\n${Array.from({ length: 5000 }, (_, n) => `- REQ-${n + 1}: The part ${n + 1} shall hold ${n + 10} N.`).join("\n")}\n`;

const tab = (page, name) => page.click(`[role=tab]:has-text("${name}")`);
const statement = (page, words) => page.locator(".statement", { hasText: words }).first();

await walk(async () => {
  const page = await open();
  await page.goto(`${parley}/`);
  await page.waitForSelector(".home");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL("**/requirements");
  await page.waitForSelector("text=No requirements documents yet.");
  await look(page, "requirements-none");

  await page.click("summary:has-text('Write one')");
  await page.fill("form[aria-label='Write a requirements document'] input", "Kettle");
  await page.fill("form[aria-label='Write a requirements document'] textarea", kettle);
  await page.click("button:has-text('Create it')");
  await page.waitForURL("**/requirements/*");
  const address = page.url();
  await statement(page, "REQ-1: ").waitFor();
  const type = (words) => statement(page, words).locator("select").first();
  seen.typed = await Promise.all(["REQ-1: ", "TC-1: ", "supplier"].map((words) => type(words).inputValue()));
  seen.why = await statement(page, "REQ-1: ").locator(".why").textContent();
  await look(page, "requirements-statements");

  // Another type, by a person; it stays when the text is saved.
  await type("REQ-3: ").focus();
  await type("REQ-3: ").selectOption({ label: "Feature" });
  await statement(page, "REQ-3: ").locator(".badge", { hasText: "chosen by a person" }).waitFor();
  seen.focus = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  await page.selectOption("select[aria-label='Only of this type']", { label: "Feature" });
  await page.waitForFunction(() => document.querySelectorAll(".statement:not(.waiting)").length === 1);
  await page.selectOption("select[aria-label='Only of this type']", { label: "Any type" });
  await statement(page, "REQ-1: ").waitFor();

  await page.click("button:has-text('Edit the text')");
  const field = page.locator("form textarea");
  await field.fill(kettle.replace("within 2 s", "within 3 s").replace("- The supplier of the thermostat may stop delivering.\n", "- Steam might burn whoever opens the lid.\n"));
  // Going elsewhere and coming back loses nothing.
  await tab(page, "Versions");
  await tab(page, "Statements");
  await field.waitFor();
  await look(page, "requirements-edit");
  await page.click("button:has-text('Save')");
  await page.locator(".delta .change-row").first().waitFor();
  seen.delta = await page.locator(".delta .changes-head [role=status]").textContent();
  seen.changed = await page.locator(".change-row:has(del):has(ins) del").first().textContent();
  await statement(page, "within 3 s").waitFor();
  seen.stays = await type("REQ-3: ").inputValue();
  await look(page, "requirements-delta");

  await tab(page, "Links");
  const row = (words) => page.locator("[role=row]", { hasText: words }).first();
  await row("depends on").waitFor();
  seen.evidence = await row("depends on").locator("q").textContent();
  await row("depends on").locator("button", { hasText: "Confirm" }).click();
  await toast(page, "confirmed");
  await row("confirmed").waitFor();
  await look(page, "requirements-links");
  await row("depends on").locator("[role=cell] a").first().click();
  await page.waitForURL("**/links?at=*");
  await page.locator(".drawing .box").nth(1).waitFor();
  await page.selectOption("section:has(#drawn) select", "2");
  await page.click("text=What a change of it may reach");
  await page.locator(".reached-list").waitFor();
  await look(page, "requirements-node");

  // The drawing by keyboard: a step along a link, and there it is in the middle.
  await page.locator(".drawing .box.center").focus();
  const before = page.url();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.waitForFunction((before) => location.href !== before, before);
  await page.waitForFunction(() => document.activeElement?.matches(".drawing .box.center"));
  await page.locator(".drawing .box.reached").first().waitFor();
  seen.reached = await page.locator(".reached-list li").count();
  await page.evaluate(() => document.activeElement?.scrollIntoView({ block: "center" }));
  await look(page, "requirements-impact");

  await page.click("summary:has-text('Add a link')");
  await page.selectOption("form[aria-label='Add a link'] select", { label: "relates to" });
  await page.fill("form[aria-label='Add a link'] [role=combobox]", "lid one hand");
  await page.locator("[role=option]", { hasText: "REQ-3" }).click();
  await page.fill("form[aria-label='Add a link'] input[name=reason]", "Both are about safety.");
  await page.click("form[aria-label='Add a link'] button.primary");
  const added = page.locator(".its-links li", { hasText: "Both are about safety." });
  await added.waitFor();
  await added.locator("button", { hasText: "Remove" }).click();
  await added.waitFor({ state: "detached" });
  await page.click(".toast button:has-text('Undo')");
  await added.waitFor();

  await tab(page, "Matrix");
  await page.locator(".matrix-cells").first().waitFor();
  seen.tests = await page.locator(".matrix-cells", { hasText: "REQ-1" }).first().locator("[role=cell]").first().textContent();
  await look(page, "requirements-matrix");
  seen.csv = await page.evaluate(async () => (await fetch(document.querySelector(".toolbar a.button").href)).headers.get("Content-Type"));

  await tab(page, "Conflicts");
  seen.conflict = await says(page.locator(".conflicts li .why"), "at least 5 s");
  await look(page, "requirements-conflicts");
  await page.click("button:has-text('It is none')");
  await page.waitForSelector("text=No two statements contradict each other");
  await page.click(".toast button:has-text('Undo')");
  await page.locator(".conflicts li").waitFor();

  await tab(page, "Coverage");
  await page.locator(".untested").first().waitFor();
  seen.coverage = await page.locator(".coverage dl > div").first().textContent();
  await look(page, "requirements-coverage");
  await page.locator(".untested a", { hasText: "REQ-2" }).click();
  await page.waitForURL("**?at=*");
  await page.waitForFunction(() => document.activeElement?.matches(".entry.aimed"));

  // Tabs by keyboard.
  await page.focus("[role=tab][aria-selected=true]");
  await page.keyboard.press("End");
  await page.waitForURL("**/versions");
  await page.locator(".comparison .change-row").first().waitFor();
  seen.versions = await page.locator(".versions tbody tr").count();
  await look(page, "requirements-versions");
  await page.click("button:has-text('Export')");
  seen.exports = await page.evaluate(async () => {
    const links = [...document.querySelectorAll("[role=menu] a")];
    return Promise.all(links.map(async (link) => `${link.textContent} ${(await fetch(link.href)).status}`));
  });
  await page.keyboard.press("Escape");

  // Many statements: only those in sight exist, and the last is one key away.
  await page.goto(`${parley}/requirements`);
  await page.setInputFiles("input[type=file]", [
    { name: "long.md", mimeType: "text/markdown", buffer: Buffer.from(long) },
    { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 this is none") },
  ]);
  await page.locator(".job a", { hasText: "long.md" }).waitFor();
  seen.refused = await page.locator(".wrong", { hasText: "broken.pdf" }).textContent();
  await look(page, "requirements");
  await page.click(".job a:has-text('long.md')");
  await statement(page, "REQ-1: ").waitFor();
  await page.focus(".rows-box");
  await page.keyboard.press("Shift+G");
  await statement(page, "REQ-5000: ").waitFor();
  seen.there = await page.locator(".statement").count();
  await page.fill("[role=combobox]", "REQ-2500");
  await page.locator("[role=option]", { hasText: "REQ-2500:" }).first().click();
  await page.waitForFunction(() => document.activeElement?.matches(".entry.aimed") && document.activeElement.textContent.includes("REQ-2500:"));

  await page.goto(`${parley}/requirements`);
  await page.locator(".job", { hasText: "long.md" }).locator("button", { hasText: "Rename" }).click();
  await page.fill("dialog input", "Long parts");
  await page.click("dialog button.primary");
  await page.locator(".job a", { hasText: "Long parts" }).waitFor();
  await page.locator(".job", { hasText: "Long parts" }).locator("button", { hasText: "Delete" }).click();
  await page.click("dialog button:has-text('Delete it')");
  await toast(page, "is deleted");
  await page.locator(".job a", { hasText: "Long parts" }).waitFor({ state: "detached" });

  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  seen.sideways = 0;
  for (const [name, ready] of [
    ["", ".statement:not(.waiting)"],
    ["/links", ".links-cells"],
    ["/matrix", ".matrix-cells"],
    ["/conflicts", ".conflicts li"],
    ["/coverage", ".untested"],
    ["/versions", ".change-row"],
  ]) {
    await narrow.goto(`${address}${name}`);
    await narrow.locator(ready).first().waitFor();
    await look(narrow, `requirements-narrow${name.replace("/", "-")}`);
    seen.sideways = Math.max(seen.sideways, await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth));
  }
  await narrow.goto(before);
  await narrow.locator(".drawing .box").first().waitFor();
  await look(narrow, "requirements-narrow-node");
  await narrow.locator(".drawing").scrollIntoViewIfNeeded();
  await look(narrow, "requirements-narrow-drawing");
  seen.sideways = Math.max(seen.sideways, await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth));
  await page.goto(address);
  await page.emulateMedia({ colorScheme: "dark" });
  await statement(page, "REQ-1: ").waitFor();
  await look(page, "requirements-dark");
});
