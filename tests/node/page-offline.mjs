// The server goes away and comes back: what is kept is read and searched, what is written meanwhile is sent once, and
// signing out leaves nothing of it.
import { at, facts, look, many, open, parley, seen, signIn, until, walk } from "./walk.mjs";

const [email, password, read] = facts;

/** Everything that this browser keeps for the page: databases, small values, answers. */
const everything = (page) =>
  page.evaluate(async () => {
    const found = [JSON.stringify({ ...localStorage })];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = (event) => resolve(event.target.result)));
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        found.push(JSON.stringify(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)))));
      }
      database.close();
    }
    return found.join("\n");
  });
const private_ = ["needle", "Steeping", "warm", "offline?", "ada@", "iron"];
const among = (text) => private_.filter((word) => text.includes(word));
const waiting = (page) => page.locator(".waiting-messages li");
const write = async (page, text) => {
  await page.fill(".composer textarea", text);
  await page.press(".composer textarea", "Enter");
  await waiting(page).filter({ hasText: text }).waitFor();
};
const messages = (page, id) =>
  page.evaluate(async (id) => {
    const { items } = await (await fetch(`/api/conversations/${id}/messages?tree=true&limit=200`)).json();
    return items;
  }, id);

await walk(async () => {
  const page = await open();
  await page.goto(`${parley}/`);
  await signIn(page, email, password);
  await page.goto(`${parley}/settings`);
  const box = page.getByLabel("Keep recent conversations on this device");
  await box.waitFor();
  seen.byDefault = await box.isChecked();
  seen.before = among(await everything(page)).join();
  await box.click();
  await page.getByText("2 conversations are kept here").waitFor();
  await box.scrollIntoViewIfNeeded();
  await look(page, "offline-settings");
  await page.goto(`${parley}/c/${read}`);
  await until(page, "in a warm pot");
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.waitForFunction(async (email) => {
    const store = (await new Promise((resolve) => (indexedDB.open("parley").onsuccess = (event) => resolve(event.target.result)))).transaction("owner").objectStore("owner").get("owner");
    const owner = await new Promise((resolve) => (store.onsuccess = () => resolve(store.result)));
    return owner?.user.email === email && owner.models.length > 0;
  }, email);
  await at("kept");

  // Nobody is there: the page comes from the device, and so do the words.
  await page.reload();
  await page.locator(".banner", { hasText: "Offline" }).waitFor();
  seen.banner = await page.locator(".banner").textContent();
  await until(page, "in a warm pot");
  seen.read = await page.locator("[role=feed]").textContent();
  await page.locator(".list a").first().waitFor();
  seen.listed = await page.locator(".list a").count();
  await look(page, "offline-read");

  await page.goto(`${parley}/search`);
  await page.fill("#q", "Warm POT");
  const hit = page.locator(".hit", { hasText: "A minute" });
  await hit.waitFor();
  seen.marked = await hit.locator("mark").allTextContents();
  seen.note = await page.locator(".note").first().textContent();
  await look(page, "offline-search");
  await hit.click();
  await page.waitForURL(`**/c/${read}/*`);
  await until(page, "in a warm pot");
  await page.keyboard.press("Control+k");
  await page.fill(".palette-field", "steep");
  seen.palette = await page.locator(".palette-list [role=option] .name").first().textContent();
  await page.keyboard.press("Escape");

  // What is written waits; it can be taken back or thrown away.
  await write(page, "First offline?");
  await write(page, "Second offline?");
  await write(page, "Third offline?");
  const third = waiting(page).filter({ hasText: "Third offline?" });
  await third.getByRole("button", { name: "Edit" }).click();
  await third.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.matches(".composer textarea"));
  seen.takenBack = await page.inputValue(".composer textarea");
  await page.press(".composer textarea", "Enter");
  await third.getByRole("button", { name: "Discard" }).click();
  await third.waitFor({ state: "detached" });
  await look(page, "offline-waiting");
  await page.goto(`${parley}/`);
  await page.locator(".home .column h1").waitFor();
  await write(page, "Begun offline?");
  await page.locator(".home .plain-list a").nth(1).waitFor();
  await look(page, "offline-home");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  await look(page, "offline-home-narrow-dark");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.goto(`${parley}/c/${read}`);
  await until(page, "in a warm pot");
  await waiting(page).nth(1).waitFor();
  seen.waiting = await waiting(page).locator(".waiting-words").allTextContents();
  await look(page, "offline-narrow-dark");
  seen.sideways = Math.max(seen.sideways, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth));
  await page.emulateMedia({ colorScheme: "light" });
  await look(page, "offline-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await at("written");

  // It is there again: everything goes, in its order and once, also when the page is loaded while it goes.
  await many(page, ".waiting-messages li", 0);
  await page.locator(".banner").waitFor({ state: "detached" });
  await page.reload();
  await until(page, "Second offline?");
  await page.waitForFunction(async (id) => {
    const { items } = await (await fetch(`/api/conversations/${id}/messages?tree=true&limit=200`)).json();
    return items.length === 6 && items.every((one) => one.status === "complete");
  }, read);
  const there = await messages(page, read);
  const answer = there.find((one) => one.parent_id === there.find((other) => other.content === "First offline?")?.id);
  seen.asked = there.filter((one) => one.role === "user" && (one.content !== "Second offline?" || one.parent_id === answer?.id)).map((one) => one.content);
  await page.locator(".list a").nth(2).waitFor();
  seen.begun = (await page.evaluate(async () => (await (await fetch("/api/search?q=%22Begun+offline%22")).json()).items)).filter((one) => one.role === "user").length;
  await look(page, "offline-sent");

  // What the server refuses is shown with its reason, and can be taken back.
  await at("stop again");
  await page.locator(".banner").waitFor();
  await page.goto(`${parley}/`);
  await page.locator(".home .column h1").waitFor();
  await write(page, "Nobody keeps this?");
  // As if the model it was written for were gone by then.
  await page.evaluate(async () => {
    const database = await new Promise((resolve) => (indexedDB.open("parley").onsuccess = (event) => resolve(event.target.result)));
    const store = database.transaction("waiting", "readwrite").objectStore("waiting");
    const all = store.getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    const put = store.put({ ...all.result[0], body: { ...all.result[0].body, model_name: "one-that-is-gone" } });
    await new Promise((resolve) => (put.onsuccess = resolve));
    database.close();
  });
  await at("start again");
  const refused = waiting(page).locator(".wrong");
  await refused.waitFor();
  seen.refused = await refused.textContent();
  await look(page, "offline-refused");
  await waiting(page).getByRole("button", { name: "Edit" }).click();
  await page.waitForFunction(() => document.querySelector(".composer textarea")?.value !== "");
  seen.back = await page.inputValue(".composer textarea");

  // A session that ended takes all but what waits, which goes once its account is back.
  await at("stop a third time");
  await page.locator(".banner").waitFor();
  await page.goto(`${parley}/c/${read}`);
  await until(page, "in a warm pot");
  await write(page, "Behind the door?");
  await page.context().clearCookies();
  await at("start a third time");
  await page.getByText("1 message waits on this device").waitFor();
  await look(page, "offline-door");
  await page.waitForFunction(async () => {
    const database = await new Promise((resolve) => (indexedDB.open("parley").onsuccess = (event) => resolve(event.target.result)));
    const kept = database.transaction("words").objectStore("words").count();
    const count = await new Promise((resolve) => (kept.onsuccess = () => resolve(kept.result)));
    database.close();
    return count === 0;
  });
  const closed = await everything(page);
  seen.behind = [among(closed).join(), closed.includes("Behind the door?")].join();
  await signIn(page, email, password);
  await page.goto(`${parley}/c/${read}`);
  await until(page, "Behind the door?");
  await many(page, ".waiting-messages li", 0);
  seen.once = (await messages(page, read)).filter((one) => one.content === "Behind the door?").length;

  // Signing out leaves nothing of it.
  seen.lay = among(await everything(page)).length > 0;
  await page.locator(".account > button").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.locator("input[name=email]").waitFor();
  await page.waitForFunction(async () => {
    const database = await new Promise((resolve) => (indexedDB.open("parley").onsuccess = (event) => resolve(event.target.result)));
    const owner = database.transaction("owner").objectStore("owner").count();
    const count = await new Promise((resolve) => (owner.onsuccess = () => resolve(owner.result)));
    database.close();
    return count === 0;
  });
  seen.left = among(await everything(page));
  seen.cached = await page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
    }
    return found.filter((path) => path !== "/" && !path.startsWith("/assets/"));
  });
});
