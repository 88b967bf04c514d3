// Where conversations lie: archive, bin, folders and tags, gone to from the list and the palette; what was put away comes
// back, and the bin is emptied.
import { look, many, open, parley, seen, toast, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const keys = async (...all) => {
    for (const key of all) await page.keyboard.press(key);
  };
  const row = (text) => page.locator(".list a", { hasText: text });
  const gone = (text) => row(text).waitFor({ state: "detached" });
  const show = (name) => page.selectOption(".sidebar-head select", { label: name });
  const named = (name) => page.locator(".view-bar strong", { hasText: name }).waitFor();

  await page.goto(`${parley}/`);
  const ids = await page.evaluate(async () => {
    const send = async (method, path, body) => (await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
    const made = [];
    for (const title of ["Black tea", "White tea", "Green tea", "Red tea", "Mint tea"]) made.push((await send("POST", "/api/conversations", { title })).id);
    const folder = await send("POST", "/api/folders", { name: "Kitchen" });
    await send("PATCH", `/api/conversations/${made[0]}`, { folder: folder.id });
    await send("PATCH", `/api/conversations/${made[1]}`, { tags: ["drinks"] });
    return made;
  });
  await page.reload();
  await many(page, ".list a", 5);

  // The archive.
  await row("Green tea").focus();
  await keys("a");
  await gone("Green tea");
  await show("Archive");
  await row("Green tea").waitFor();
  await many(page, ".list a", 1);
  await look(page, "archive");
  await row("Green tea").focus();
  await keys("a");
  await page.locator("p.list-state", { hasText: "Nothing is archived." }).waitFor();
  await toast(page, "“Green tea” is back in the list.");
  await page.evaluate(() => document.activeElement.blur());
  await keys("z");
  await row("Green tea").waitFor();

  // The bin: out of it and back, one for good, then all.
  await page.click(".view-bar .plain");
  await row("Red tea").waitFor();
  for (const name of ["Red tea", "White tea", "Mint tea"]) {
    await row(name).focus();
    await keys("Delete");
    await gone(name);
  }
  await toast(page, "Mint tea");
  await show("Bin");
  await many(page, ".list a", 3);
  await look(page, "bin");
  await row("White tea").focus();
  await keys("u");
  await gone("White tea");
  await page.waitForFunction(() => document.activeElement?.matches(".list a"));
  await toast(page, "“White tea” is back.");
  await page.locator(".list li", { hasText: "Red tea" }).hover();
  await page.locator(".list li", { hasText: "Red tea" }).locator(".row-menu").click();
  await page.waitForSelector(".menu [role=menuitem]:focus");
  await look(page, "bin-menu");
  await page.click(".menu [role=menuitem]:has-text('Delete for good')");
  await page.waitForSelector("dialog[open]");
  await page.click("dialog button.primary");
  await toast(page, "“Red tea” is deleted.");
  await gone("Red tea");
  await page.click(".view-bar button:has-text('Empty it')");
  await page.waitForSelector("dialog[open]");
  await look(page, "bin-empty");
  await page.click("dialog button.primary");
  await toast(page, "The bin is empty.");
  await page.locator("p.list-state", { hasText: "The bin is empty." }).waitFor();
  seen.left = await page.evaluate(async (ids) => Promise.all(ids.map(async (id) => (await fetch(`/api/conversations/${id}`)).status)), ids);

  // A folder and a tag, by the palette; back by the list's own button.
  await keys("Control+k", ..."kitchen");
  await page.waitForSelector(".palette-list [aria-selected=true]:has-text('Kitchen')");
  await keys("Enter");
  await named("Kitchen");
  await many(page, ".list a", 1);
  await page.waitForFunction(() => document.activeElement?.matches(".list a"));
  seen.folder = await page.textContent(".list .title");
  await keys("Control+k", ..."#drinks");
  await page.waitForSelector(".palette-list [aria-selected=true]:has-text('#drinks')");
  await keys("Enter");
  await named("#drinks");
  await page.locator(".list .title", { hasText: "White tea" }).waitFor();
  await look(page, "tag-view");
  await page.click(".view-bar .plain");
  await many(page, ".list a", 2);

  // Narrow and dark, as by touch.
  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/`);
  await narrow.click(".topbar button");
  await narrow.waitForSelector(".drawer-open .sidebar .list a");
  await narrow.selectOption(".sidebar-head select", { label: "Archive" });
  await narrow.locator(".list a", { hasText: "Green tea" }).waitFor();
  await look(narrow, "archive-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
