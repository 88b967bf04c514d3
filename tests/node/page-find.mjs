// Finding in a conversation that is longer than what is loaded of it.
import { look, open, parley, seen, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const field = ".find-bar input";
  const says = (text) => page.locator(".find-bar [role=status]", { hasText: text }).waitFor();

  await page.goto(`${parley}/`);
  await page.locator(".list a", { hasText: "Long" }).click();
  await until(page, "number 299 ");
  await page.focus(".messages");
  await page.keyboard.press("Control+f");
  await page.waitForSelector(`${field}:focus`);
  await page.keyboard.type("needle");
  await says("1 of 3");
  await until(page, "number 5 ");
  await page.waitForFunction(() => CSS.highlights.get("found")?.size > 0);
  await look(page, "find");
  await page.keyboard.press("Enter");
  await says("2 of 3");
  await until(page, "number 150 ");
  await page.keyboard.press("Shift+Enter");
  await says("1 of 3");
  await page.keyboard.press("Shift+Enter");
  await says("3 of 3");
  await until(page, "number 290 ");
  seen.focus = await page.evaluate(() => document.activeElement.matches(".find-bar input"));

  // An address like any other.
  await page.reload();
  await says("3 of 3");
  await page.waitForSelector(".message.aimed");
  await page.fill(field, "nothinglikethis");
  await says("No message has it.");
  await look(page, "find-nothing");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.fill(field, "needle");
  await says("of 3");
  await look(page, "find-narrow-dark");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.focus(field);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".find-bar", { state: "detached" });
  await page.waitForFunction(() => document.activeElement?.className === "messages" && !location.search.includes("find"));

  // Anywhere else the key is the browser's.
  await page.evaluate(() => addEventListener("keydown", (event) => event.key === "f" && (globalThis.taken = event.defaultPrevented)));
  await page.focus(".sidebar .find");
  await page.keyboard.press("Control+f");
  await page.waitForFunction(() => globalThis.taken !== undefined);
  seen.taken = await page.evaluate(() => globalThis.taken);
});
