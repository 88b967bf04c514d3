// What shares no word with the query is found by its meaning; one chooses by what to find.
import { look, open, parley, says, seen, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const state = page.locator(".search-state [role=status]");
  const by = page.getByLabel("Found by");
  await page.goto(`${parley}/search?q=vehicle+wheels+road`);
  await says(state, "1 match, 1 near in meaning");
  const rows = page.locator("#results [role=option]");
  seen.first = await rows.nth(0).innerText();
  seen.second = await rows.nth(1).innerText();
  await look(page, "meaning");

  await by.selectOption("Words only");
  await page.waitForURL(/mode=text/);
  await page.waitForFunction(() => document.querySelectorAll("#results [role=option]").length === 1);
  await says(state, "1 match");
  await by.selectOption("Meaning only");
  await page.waitForURL(/mode=semantic/);
  await says(state, "near in meaning");
  await page.goBack();
  await page.goto(`${parley}/search?q=vehicle+wheels+road&sort=newest`);
  await says(state, "1 match");
  seen.choices = await by.count();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${parley}/search?q=vehicle+wheels+road`);
  await says(state, "1 match, 1 near in meaning");
  await look(page, "meaning-narrow");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
});
