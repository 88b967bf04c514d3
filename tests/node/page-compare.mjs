// Three models are asked at once: they answer in columns, or by tabs where it is narrow; one is kept.
import { at, look, open, parley, says, seen, toast, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const column = (model) => page.locator(".beside-columns > section", { has: page.locator(`h3:text-is("${model}")`) });
  await page.goto(`${parley}/`);
  await page.click(".several summary");
  for (const place of [0, 1, 2]) await page.locator(".several input").nth(place).check();
  await look(page, "compare-choose");
  await page.keyboard.press("Escape");
  await says(page.locator(".several summary"), "3 models");
  await page.fill(".composer textarea", "Which tea?");
  await page.press(".composer textarea", "Enter");
  await page.waitForURL(`${parley}/c/*`);
  await says(column("n"), "Gyokuro, so far");
  await look(page, "compare-streaming");
  await at("streaming");

  // Loaded anew in the middle of it they go on.
  await page.reload();
  await page.locator(".beside-columns .writing").first().waitFor();
  await at("reloaded");
  await says(column("m"), "Sencha, so far and to its end.");
  await says(column("n"), "Gyokuro, so far and to its end.");
  await page.locator(".beside-columns button", { hasText: "Keep this one" }).nth(1).waitFor();
  await column("o").locator(".wrong, .muted").first().waitFor();
  seen.refused = await column("o").locator(".wrong, .muted").first().textContent();
  await look(page, "compare-done");

  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(page.url());
  await until(narrow, "Which tea?");
  await narrow.locator("[data-action=beside]").first().click();
  await narrow.locator("[role=tab]").nth(1).click();
  await says(narrow.locator("[role=tabpanel]:not([hidden])"), "Gyokuro");
  await narrow.keyboard.press("ArrowLeft");
  await says(narrow.locator("[role=tabpanel]:not([hidden])"), "Sencha");
  await look(narrow, "compare-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  // Another than the first is kept, and what is asked next follows it.
  await column("n").getByRole("button", { name: "Keep this one" }).click();
  await toast(page, "goes on with this answer");
  await page.waitForSelector(".beside", { state: "detached" });
  await until(page, "Gyokuro, so far and to its end.");
  await page.click(".several summary");
  seen.chosen = await page.locator(".several input:checked").count();
  await page.keyboard.press("Escape");
  await page.fill(".composer textarea", "How hot?");
  await page.press(".composer textarea", "Enter");
  await until(page, "Sixty degrees.");

  // Side by side again, by keyboard.
  await page.waitForSelector(".writing", { state: "detached" });
  await page.focus(".messages");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-posinset") === "2");
  await page.keyboard.press("b");
  await page.waitForSelector(".beside");
  await page.click(".beside header button");
  await page.waitForSelector(".beside", { state: "detached" });
});
