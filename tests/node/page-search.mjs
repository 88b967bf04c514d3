// Matches are narrowed by date, by keyboard and by mouse; a search is saved, gone to, renamed, forgotten and kept all the same.
import { look, open, parley, says, seen, toast, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const asked = (text) => page.waitForFunction((text) => document.querySelector("#q")?.value === text, text);
  const state = page.locator(".search-state [role=status]");
  const bars = page.locator(".dates-bars [role=option]");
  await page.goto(`${parley}/search?q=tea`);
  await bars.first().waitFor();
  seen.bars = await bars.count();
  await look(page, "dates");

  // The arrows choose, Shift takes more, Enter writes it into the query.
  await page.focus(".dates-bars");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  seen.month = await says(page.locator(".dates-foot [role=status]"), "February 2025");
  await page.keyboard.press("Shift+ArrowLeft");
  await says(page.locator(".dates-foot [role=status]"), "January 2025 – February 2025: 3 matches");
  await look(page, "dates-chosen");
  await page.keyboard.press("Escape");
  await page.locator(".dates-foot [role=status]", { hasText: /^$/ }).waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await asked("tea after:2025-02 before:2025-03");
  await says(state, "2 matches");
  await page.locator(".chips button", { hasText: "2025-03" }).waitFor();
  await page.click(".dates-foot button:has-text('All dates')");
  await asked("tea");
  await says(state, "4 matches");

  // Drawn over.
  await page.waitForFunction((count) => document.querySelectorAll(".dates-bars [role=option]").length === count, seen.bars);
  const box = await page.locator(".dates-bars").boundingBox();
  const step = box.width / seen.bars;
  await page.mouse.move(box.x + step * 1.5, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + step * 0.5, box.y + 12, { steps: 4 });
  await page.mouse.up();
  await asked("tea after:2025 before:2025-03");
  await says(state, "3 matches");

  // Saved, and gone to from anywhere.
  await page.click(".search-state button:has-text('Save this search')");
  await page.fill("dialog input[name=name]", "Winter tea");
  await page.keyboard.press("Enter");
  await toast(page, "“Winter tea” is saved.");
  await says(page.locator(".search-state"), "Saved as Winter tea");
  await page.goto(`${parley}/`);
  await page.waitForSelector(".home h1");
  await page.keyboard.press("Control+k");
  await page.fill(".palette-field", "winter");
  await page.locator("dialog [role=option]", { hasText: "Winter tea" }).waitFor();
  await look(page, "palette-saved");
  await page.locator("dialog [role=option]", { hasText: "Winter tea" }).click();
  await page.waitForURL(`${parley}/search?*`);
  await asked("tea after:2025 before:2025-03");

  // Where nothing is asked they stand, and are renamed and forgotten.
  await page.press("#q", "Escape");
  const row = (name) => page.locator(".saved li", { hasText: name });
  await row("Winter tea").waitFor();
  await look(page, "saved");
  await row("Winter tea").locator("button").click();
  await page.click("[role=menu] button:has-text('Rename…')");
  await page.fill("dialog input[name=name]", "Cold tea");
  await page.keyboard.press("Enter");
  await row("Cold tea").waitFor();
  await row("Cold tea").locator("button").click();
  await page.click("[role=menu] button:has-text('Forget')");
  await page.waitForSelector(".saved", { state: "detached" });
  await page.keyboard.press("Escape");
  await page.locator(".toast", { hasText: "no longer saved" }).getByRole("button", { name: "Undo" }).click();
  await row("Cold tea").waitFor();

  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/search?q=tea`);
  await narrow.locator(".dates-bars [role=option]").first().waitFor();
  await look(narrow, "dates-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
