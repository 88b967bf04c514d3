// What one does with questions and answers, by keyboard where one would: edit, ask again, stop and go on, mark, copy, fork,
// delete.
import { ask, at, look, many, open, parley, says, seen, toast, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  const last = page.locator("article").last();
  const ended = () => page.waitForSelector(".writing", { state: "detached" });
  const keys = async (...all) => {
    for (const key of all) await page.keyboard.press(key);
  };
  const focused = (place) => page.waitForFunction((place) => document.activeElement?.getAttribute("aria-posinset") === place, String(place));

  await page.goto(`${parley}/`);
  await page.waitForSelector(".composer textarea");
  await ask(page, "How hot for green tea?", "Eighty degrees");

  // The first question, asked in other words: nothing is before it.
  await page.focus(".messages");
  await keys("g", "g");
  await focused(1);
  await keys("e");
  await page.waitForSelector(".editor textarea:focus");
  await page.fill(".editor textarea", "How hot for white tea?");
  await look(page, "edit");
  await keys("Escape");
  await focused(1);
  await keys("e");
  await page.waitForSelector(".editor textarea:focus");
  seen.draft = await page.inputValue(".editor textarea");
  await keys("Enter");
  await until(page, "Seventy degrees");
  await ended();
  seen.firstVersions = await says(page.locator("article").first().locator(".branches > span:not(.sr)"), "2/2");
  await page.locator("article").first().focus();
  await keys("ArrowLeft");
  await until(page, "Eighty degrees");
  await page.locator("article").first().focus();
  await keys("ArrowRight");
  await until(page, "Seventy degrees");

  // A later one: it begins a branch behind the same answer.
  await ask(page, "And how long?", "Two minutes");
  await page.locator("article").nth(2).getByRole("button", { name: "Edit and ask" }).click();
  await page.fill(".editor textarea", "And how long, at most?");
  await page.click(".editor button.primary");
  await until(page, "One minute");
  await ended();
  seen.laterVersions = await says(page.locator("article").nth(2).locator(".branches > span:not(.sr)"), "2/2");
  await many(page, "article", 4);
  seen.messages = await page.locator("article").count();

  // Another answer.
  await last.focus();
  await keys("r");
  await until(page, "Ninety seconds");
  await ended();
  seen.answers = await says(last.locator(".branches > span:not(.sr)"), "2/2");

  // One that failed.
  await ask(page, "And black tea?");
  await until(page, "This answer failed.");
  await last.locator(".state button").waitFor();
  await look(page, "failed-answer");
  await last.getByRole("button", { name: "Try again" }).click();
  await until(page, "Boiling");
  await ended();

  // One that was stopped.
  await at("stop");
  await ask(page, "And oolong?");
  await until(page, "so far");
  await page.click(".composer button:has-text('Stop')");
  await until(page, "This answer was stopped.");
  await at("stopped");
  await last.focus();
  await keys("o");
  await until(page, "goes on");
  await until(page, "so far");
  await at("going");
  await until(page, "to its end");
  await ended();
  seen.whole = await says(last.locator(".body"), "to its end.");

  // Marks.
  await last.focus();
  await keys("f");
  await toast(page, "A favourite now.");
  await last.locator("[data-action=favourite][aria-pressed=true]").waitFor();
  seen.favourite = await last.locator("[data-action=favourite]").getAttribute("aria-pressed");
  await last.focus();
  await keys(".");
  await page.waitForSelector(".menu [role=menuitem]:focus");
  await page.click(".menu [role=menuitemcheckbox]:has-text('👍')");
  await last.locator(".reactions button").waitFor();
  await last.focus();
  await keys(".");
  await page.waitForSelector(".menu [role=menuitem]:focus");
  await look(page, "message-menu");
  await keys("Escape");
  await page.waitForSelector(".menu", { state: "detached" });
  await last.focus();
  await keys("y");
  await toast(page, "Copied.");
  seen.copied = await page.evaluate(() => navigator.clipboard.readText());

  // What cannot be undone asks.
  await last.locator("[data-action=menu]").click();
  await page.click(".menu [role=menuitem]:has-text('Delete')");
  await page.waitForSelector("dialog[open]");
  await look(page, "confirm");
  await keys("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  const before = await page.locator("article").count();
  await last.locator("[data-action=menu]").click();
  await page.click(".menu [role=menuitem]:has-text('Delete')");
  await page.click("dialog button.primary");
  await toast(page, "The message is deleted.");
  await page.waitForFunction((count) => document.querySelectorAll("article").length === count - 1, before);
  await until(page, "This question has no answer.");

  // A copy up to there.
  const from = page.url();
  await page.locator("article").nth(1).locator("[data-action=menu]").click();
  await page.click(".menu [role=menuitem]:has-text('Fork from here')");
  await page.waitForURL((url) => url.href !== from && url.pathname.startsWith("/c/"));
  await until(page, "Seventy degrees");
  await many(page, "article", 2);
  seen.forked = await page.locator("article").count();

  // Narrow and dark, as by touch.
  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(from);
  await until(narrow, "Boiling");
  await look(narrow, "actions-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
