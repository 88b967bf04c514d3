// Nothing is lost: letters typed before their field is there, where one stands when something goes, a long list after the
// server was away, and streams that nobody looks at are let go of.
import { at, look, open, parley, seen, until, walk, wire } from "./walk.mjs";

await walk(async () => {
  const way = await wire();
  const page = await open({}, way.address);
  const keys = async (...all) => {
    for (const key of all) await page.keyboard.press(key);
  };
  const row = (text) => page.locator(".list a", { hasText: text });
  const on = (id) => page.waitForFunction((id) => document.activeElement?.getAttribute("data-id") === id, id);

  // Letters typed ahead of a view that is still being loaded.
  const waits = [];
  await page.route("**/assets/{SearchView,Palette}-*.js", (route) => void waits.push(() => route.continue()));
  const release = () => waits.splice(0).forEach((go) => go());
  await page.goto(`${way.address}/`);
  await page.waitForSelector(".home");
  await keys("/", ..."n?eex", "Backspace");
  await page.waitForURL("**/search");
  release();
  await page.waitForFunction(() => document.activeElement?.id === "q" && document.activeElement.value === "n?ee");
  await page.keyboard.type("dle");
  seen.typed = await page.inputValue("#q");
  await page.evaluate(() => document.activeElement.blur());
  await keys("Control+k", ..."hom");
  release();
  await page.waitForFunction(() => document.querySelector(".palette-field:focus")?.value === "hom");
  await page.keyboard.type("e");
  await page.waitForSelector(".palette-list [aria-selected=true]:has-text('Home')");
  await keys("Enter");
  await page.waitForURL(`${way.address}/`);

  // A row that goes leaves focus to the next, by whichever way it went.
  const ids = await page.evaluate(async () => {
    const made = [];
    for (const title of ["Black tea", "White tea", "Green tea", "Red tea"]) {
      const body = JSON.stringify({ title });
      made.push((await (await fetch("/api/conversations", { method: "POST", headers: { "Content-Type": "application/json" }, body })).json()).id);
    }
    return made;
  });
  for (const name of ["Black", "White", "Green", "Red"]) await row(`${name} tea`).waitFor();
  await row("Green tea").hover();
  await page.waitForFunction((id) => getComputedStyle(document.querySelector(`[data-id="${id}"] time`)).visibility === "hidden", ids[2]);
  await look(page, "list-hover");
  await page.locator(".list li", { hasText: "Green tea" }).locator(".row-menu").click();
  await page.click(".menu [role=menuitem]:has-text('Into the bin')");
  await row("Green tea").waitFor({ state: "detached" });
  await on(ids[1]);
  await keys("Delete");
  await row("White tea").waitFor({ state: "detached" });
  await on(ids[0]);
  await row("Red tea").click();
  await page.waitForSelector(".head h1:has-text('Red tea')");
  await page.click(".head button[aria-haspopup]");
  await page.click(".menu [role=menuitem]:has-text('Into the bin')");
  await page.waitForURL(`${way.address}/`);
  await page.waitForFunction(() => document.activeElement?.id === "main");

  // A list that was scrolled far is as long after the server was away.
  await page.evaluate(async () => {
    const one = (i) => {
      const message = (id, parent, role) => ({ id, parent, children: [], message: { id, author: { role }, create_time: 1700000000 + i * 3600, content: { content_type: "text", parts: [`number ${i}`] } } });
      return { title: `Number ${i}`, create_time: 1700000000 + i * 3600, conversation_id: `n${i}`, mapping: { [`m${i}`]: message(`m${i}`, null, "user") }, current_node: `m${i}` };
    };
    const body = JSON.stringify(Array.from({ length: 450 }, (_, i) => one(i)));
    await fetch("/api/import?name=many.json", { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body });
  });
  await page.reload();
  await row("Number 449").waitFor();
  const end = () => page.evaluate(() => (document.querySelector(".list").scrollTop = 1e9));
  await page.waitForFunction(() => {
    document.querySelector(".list").scrollTop = 1e9;
    return [...document.querySelectorAll(".list .title")].some((one) => one.textContent === "Number 0");
  });
  await end();
  const before = await page.evaluate(() => ({ height: document.querySelector(".list ul").offsetHeight, top: document.querySelector(".list").scrollTop }));
  way.cut();
  await page.waitForSelector(".banner");
  const there = await open();
  await there.goto(`${parley}/`);
  await there.evaluate(() => fetch("/api/conversations", { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"title":"Made while away"}' }));
  way.mend();
  // One more row, and not one fewer: the list was read anew, all of it.
  await page.waitForFunction((height) => document.querySelector(".list ul").offsetHeight > height, before.height);
  seen.grew = (await page.evaluate(() => document.querySelector(".list ul").offsetHeight)) - before.height;
  seen.moved = (await page.evaluate(() => document.querySelector(".list").scrollTop)) - before.top;

  // An answer that was begun elsewhere is followed while its conversation is open, and taken up again.
  await at("ask");
  await there.evaluate(() => void fetch("/api/chat/stream", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message: "a question from elsewhere" }) }));
  await page.evaluate(() => (document.querySelector(".list").scrollTop = 0));
  await row("a question from elsewhere").click();
  await until(page, "the beginning");
  const letGo = page.waitForEvent("requestfailed", (request) => /\/turns\/[^/]+\/events$/.test(request.url()));
  await page.click(".sidebar .wordmark");
  await letGo;
  await row("a question from elsewhere").click();
  await until(page, "the beginning");
  await at("begun");
  await until(page, "and the end");
  await page.waitForSelector(".writing", { state: "detached" });
  await page.close();
  way.close();
});
