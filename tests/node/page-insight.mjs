// The archive looked over: marks lead to what is behind them, tables tell the same, and where there is nothing it says so.
import { at, look, open, parley, says, seen, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  await page.goto(`${parley}/`);
  await page.waitForSelector(".shell");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.waitForSelector(".notice h1:has-text('nothing to look over')");
  await look(page, "insight-empty");
  await at("fill");

  await page.reload();
  const chart = (label) => page.locator(`figure[aria-label="${label}"]`);
  await chart("Messages by month").waitFor();
  await look(page, "insight");
  seen.totals = await page.locator(".totals").textContent();
  seen.legend = await chart("Messages by month and program").locator(".legend").textContent();

  // One mark is in the tab order; the arrows walk, Enter goes to what is behind it.
  seen.stops = await chart("Messages by month and program").locator("a[data-mark][tabindex='0']").count();
  await chart("Messages by month and program").locator("a[data-mark][tabindex='0']").focus();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label")?.startsWith("January 2025"));
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label")?.startsWith("February 2025"));
  await page.keyboard.press("ArrowUp");
  seen.mark = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${parley}/search?*`);
  seen.query = await page.inputValue("#q");
  seen.found = await says(page.locator(".search-state [role=status]"), "match");

  await page.goBack();
  await chart("Messages by month and model").waitFor();
  await chart("Messages by month and model").locator("summary").click();
  await chart("Messages by month and model").locator("tbody tr").first().waitFor();
  seen.table = await chart("Messages by month and model").locator("table").textContent();
  await look(page, "insight-table");
  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/insight`);
  await narrow.waitForSelector("figure");
  await look(narrow, "insight-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
