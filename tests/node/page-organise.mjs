// Going anywhere by the palette and by keys; naming, marking, filing, archiving, deleting, exporting and sharing.
import { readFileSync } from "node:fs";
import { look, open, parley, seen, shifted, toast, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const keys = async (...all) => {
    for (const key of all) await page.keyboard.press(key);
  };
  const row = (text) => page.locator(".list a", { hasText: text });
  const onRow = async (text) => {
    await row(text).focus();
  };

  await page.goto(`${parley}/`);
  await page.evaluate(async () => {
    const post = async (path, body) => (await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
    for (const title of ["Black tea", "White tea", "Green tea"]) {
      const { id } = await post("/api/conversations", { title });
      await post(`/api/conversations/${id}/messages`, { role: "user", content: `How hot for ${title.toLowerCase()}, Ada Lovelace asks?` });
      await post(`/api/conversations/${id}/messages`, { role: "assistant", content: "Not too hot, Ada." });
    }
  });
  await row("Green tea").waitFor();

  // The palette.
  await keys("Control+k");
  await page.waitForSelector(".palette-field:focus");
  await look(page, "palette");
  await page.keyboard.type("white");
  await page.waitForSelector(".palette-list [aria-selected=true]:has-text('White tea')");
  await look(page, "palette-found");
  await keys("Enter");
  await until(page, "white tea");
  await keys("Control+k");
  await page.waitForSelector(".palette-field:focus");
  await page.keyboard.type("rename");
  await page.waitForSelector(".palette-list [aria-selected=true]:has-text('Rename')");
  await keys("Enter");
  await page.waitForSelector("dialog input:focus");
  await look(page, "rename");
  await keys("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.focus(".messages");
  await keys("Control+k");
  await page.waitForSelector(".palette-field:focus");
  await keys("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForFunction(() => document.activeElement?.className === "messages");
  seen.back = await page.evaluate(() => document.activeElement.className);

  // Keys, all of them to be seen; none while one types.
  await keys("?");
  await page.waitForSelector(".key-map");
  await look(page, "keys");
  seen.keys = await page.locator(".key-map dl > div").count();
  await keys("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await keys("g", "s");
  await page.waitForSelector("#q:focus");
  await page.keyboard.type("g?hn");
  await page.waitForFunction(() => document.querySelector("#q").value === "g?hn");
  seen.typed = await page.inputValue("#q");
  seen.where = new URL(page.url()).pathname;
  await page.locator("#main").focus().catch(() => {});
  await page.evaluate(() => document.activeElement.blur());
  await keys("g", "h");
  await page.waitForURL(`${parley}/`);

  // The list, by keyboard.
  await keys("g", "l");
  await onRow("Green tea");
  await keys("F2");
  await page.waitForSelector("dialog input:focus");
  await page.keyboard.type("Sencha");
  await keys("Enter");
  await row("Sencha").waitFor();
  await toast(page, "It is called “Sencha” now.");
  await page.evaluate(() => document.activeElement.blur());
  await keys("z");
  await row("Green tea").waitFor();
  await toast(page, "Undone.");
  await onRow("Green tea");
  await keys("s");
  await row("Green tea").locator(".star").waitFor();
  await onRow("Black tea");
  await keys("p");
  await page.waitForSelector(".list h2:has-text('Pinned')");
  await onRow("White tea");
  await keys("a");
  await row("White tea").waitFor({ state: "detached" });
  await toast(page, "archived");
  await page.evaluate(() => document.activeElement.blur());
  await keys("z");
  await row("White tea").waitFor();
  await onRow("White tea");
  await keys("Delete");
  await row("White tea").waitFor({ state: "detached" });
  await look(page, "binned");
  await page.locator(".toast", { hasText: "in the bin" }).getByRole("button", { name: "Undo" }).click();
  await row("White tea").waitFor();

  // The menu: folder and tags.
  await onRow("Green tea");
  await keys(".");
  await page.waitForSelector(".menu [role=menuitem]:focus");
  await look(page, "list-menu");
  await page.click(".menu [role=menuitem]:has-text('Folder')");
  await page.fill("dialog input", "Kitchen");
  await look(page, "folder");
  await keys("Enter");
  await toast(page, "lies in Kitchen now");
  await row("Green tea").click();
  await page.waitForSelector(".head p:has-text('Kitchen')");
  await page.click(".head button[aria-haspopup]");
  await page.click(".menu [role=menuitem]:has-text('Tags')");
  await page.waitForSelector("dialog input:focus");
  await page.keyboard.type("drinks");
  await page.click("dialog button:has-text('Add')");
  await look(page, "tags");
  await page.click("dialog button:has-text('Save')");
  await page.waitForSelector(".head p:has-text('#drinks')");

  // Files.
  for (const [name, key] of [["Export as Markdown", "markdown"], ["Export as JSON", "json"]]) {
    await page.click(".head button[aria-haspopup]");
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(`.menu [role=menuitem]:has-text('${name}')`)]);
    seen[key] = { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
  }

  // A link, with a name blacked out; and its end.
  await page.click(".head button[aria-haspopup]");
  await page.click(".menu [role=menuitem]:has-text('Share')");
  await page.fill("dialog [name=title]", "About tea");
  await page.fill("dialog [name=redact]", "Ada Lovelace, Ada");
  await page.selectOption("dialog [name=ends]", "7");
  await look(page, "share");
  await page.click("dialog button:has-text('Make a link')");
  const link = await page.inputValue(".made input");
  await page.waitForSelector(".links li");
  await look(page, "share-made");
  const reader = await open();
  await reader.goto(link);
  seen.shared = await reader.textContent("body");
  await page.click(".links button");
  await page.waitForSelector(".links button:has-text('Really revoke')");
  await page.click(".links button");
  await page.waitForSelector(".links", { state: "detached" });
  seen.revoked = (await reader.goto(link)).status();
  await keys("Escape");
  seen.shift = await shifted(page);

  // Dark and narrow.
  await page.emulateMedia({ colorScheme: "dark" });
  await keys("Control+k");
  await page.waitForSelector(".palette-field:focus");
  await look(page, "palette-dark");
  await keys("Escape");
  await page.click(".head button[aria-haspopup]");
  await look(page, "menu-dark");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.click(".head button[aria-haspopup]");
  await page.click(".menu [role=menuitem]:has-text('Share')");
  await page.waitForSelector("dialog[open]");
  await look(page, "share-narrow-dark");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await keys("Escape");
  await page.click(".topbar button");
  await page.waitForSelector(".drawer-open .sidebar .list a");
  await page.locator(".row-menu").first().click();
  await page.waitForSelector(".menu [role=menuitem]:focus");
  await look(page, "list-menu-narrow-dark");
});
