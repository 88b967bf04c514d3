// A message that models are always told, and what they were told of a conversation that is longer than they can be.
import { ask, look, open, parley, says, seen, toast, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const first = page.locator("article").first();
  await page.goto(`${parley}/`);
  await page.locator(".list a", { hasText: "Long" }).click();
  await until(page, "message 99.");
  await page.focus(".messages");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-posinset") === "1");
  await until(page, "message 0.");
  await page.keyboard.press("p");
  await toast(page, "It is pinned");
  await first.locator("[data-action=pin][aria-pressed=true]").waitFor();
  await look(page, "pinned");

  await page.click(".tool-picker summary");
  await page.click(".tool-picker label:has-text('Summarise what no longer fits')");
  await look(page, "summarise");
  await page.keyboard.press("Escape");
  await ask(page, "What did they do?", "So they did.");
  const told = page.locator("article").last().locator(".told");
  seen.told = await says(told, "summary");
  await look(page, "told");

  // What is said of an action covers no words: the last ones stand above it.
  await page.focus(".messages");
  await page.keyboard.press("Shift+G");
  await page.waitForFunction(() => document.activeElement?.matches("article:last-of-type"));
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.querySelector(".toast") && [...document.querySelectorAll(".message")].at(-1).getBoundingClientRect().bottom <= document.querySelector(".toasts").getBoundingClientRect().top);
  await look(page, "toast-over-end");

  // All are kept: the mark and what was told with their messages, the choice in this browser.
  await page.reload();
  await until(page, "So they did.");
  seen.toldAgain = await says(told, "summary");
  await page.click(".tool-picker summary");
  await page.locator(".tool-picker label:has-text('Summarise') input:checked").waitFor();
  await page.keyboard.press("Escape");
  await page.focus(".messages");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await first.locator("[data-action=pin][aria-pressed=true]").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "pinned-narrow-dark");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
