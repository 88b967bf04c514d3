// All branches of a conversation of ten thousand messages are seen on a map, and gone to.
import { facts, look, open, parley, seen, until, walk } from "./walk.mjs";

const [conversation] = facts;

await walk(async () => {
  const page = await open();
  const here = page.locator("[role=treeitem][aria-current=location]");
  const focused = (index) => page.waitForFunction((index) => document.activeElement?.matches(`[role=treeitem][data-index="${index}"]`), String(index));
  await page.goto(`${parley}/c/${conversation}`);
  await until(page, "message 4999.");
  await page.focus(".messages");
  await page.keyboard.press("m");
  await here.waitFor();
  await page.waitForFunction(() => document.activeElement?.matches("[role=treeitem][aria-current=location]"));
  seen.told = await page.locator("dialog p").first().textContent();
  seen.rows = await page.locator("[role=treeitem]").count();
  await page.locator("[role=treeitem]", { hasText: "message 4" }).first().waitFor();
  await look(page, "map-end");

  // What is pressed on the map is nothing to the page below.
  await page.keyboard.press("n");
  await page.keyboard.press("Home");
  await focused(0);
  await page.keyboard.press("ArrowDown");
  await focused(1);
  await page.locator("[role=treeitem][data-index='1']", { hasText: "aside 0." }).waitFor();
  await look(page, "map");
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/c/${conversation}/.+`));
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await until(page, "aside 0.");
  seen.aside = await page.locator("article").last().textContent();

  // Where one stands now is where the map opens; the same line is gone to again.
  await page.click(".head button:has-text('Map of its branches')");
  await here.waitFor();
  seen.stands = await here.getAttribute("data-index");
  await page.keyboard.press("End");
  await page.waitForFunction(() => Number(document.activeElement?.dataset.index) > 4000);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });

  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/c/${conversation}`);
  await until(narrow, "message 4999.");
  await narrow.locator(".head button:has-text('Map of its branches')").tap();
  await narrow.locator("[role=treeitem][aria-current=location]").waitFor();
  await narrow.locator("[role=treeitem]", { hasText: "message 4" }).first().waitFor();
  await look(narrow, "map-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
