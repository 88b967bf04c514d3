// A tool that asks: allowed once, for good, and refused.
import { ask, at, look, many, open, parley, says, seen, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const asked = async (question) => {
    await ask(page, question);
    await page.waitForSelector(".consent");
  };
  const ended = async (text) => {
    await until(page, text);
    await page.waitForSelector(".consent", { state: "detached" });
    await page.waitForSelector(".writing", { state: "detached" });
  };

  await page.goto(`${parley}/`);
  await page.click(".tool-picker summary");
  await page.click(".tool-picker label:has-text('mcp_echo')");
  await look(page, "tools");
  await page.keyboard.press("Escape");

  await asked("One");
  await page.waitForSelector(".conversation .consent");
  await look(page, "consent");
  seen.asks = await page.textContent(".consent [role=alert]");
  seen.input = await says(page.locator(".consent pre"), "say this");
  await many(page, ".list .going.asks", 1);
  seen.listed = await page.locator(".list .going.asks").count();
  await page.focus(".messages");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.waitForFunction(() => document.activeElement?.textContent === "Allow once");
  await page.keyboard.press("Enter");
  await ended("first done");
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  seen.focus = await page.evaluate(() => document.activeElement.tagName);

  await at("refuse");
  await asked("Two");
  await page.click(".consent button:has-text('Refuse')");
  await ended("second done");

  await at("always");
  await asked("Three");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "consent-narrow-dark");
  await page.click(".consent button:has-text('Allow always')");
  await ended("third done");

  await at("unasked");
  await ask(page, "Four", "fourth done");
  seen.unasked = await page.locator(".consent").count();
});
