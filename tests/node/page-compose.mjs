// Writing: prompts called by a slash, with what they have to be told; questions asked while an answer is being written.
import { at, look, open, parley, seen, until, walk } from "./walk.mjs";

await walk(async () => {
  const page = await open();
  const field = ".composer textarea";
  const value = (text) => page.waitForFunction((text) => document.querySelector(".composer textarea")?.value === text, text);
  const queued = async (text) => {
    await page.fill(field, text);
    await page.press(field, "Enter");
    await until(page, text);
    await value("");
  };

  await page.goto(`${parley}/`);
  await page.evaluate(() =>
    fetch("/api/prompts", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ title: "About tea", command: "tea", content: "How hot for {{kind:green}} tea, in {{unit}}?" }),
    }),
  );
  await page.focus(field);
  await page.keyboard.type("/");
  await page.waitForSelector(".slash [role=option][aria-selected=true]");
  await look(page, "slash");
  await page.keyboard.press("Escape");
  await page.waitForSelector(".slash", { state: "detached" });
  await page.keyboard.type("tea");
  await page.waitForSelector(".slash [aria-selected=true]:has-text('/tea')");
  await page.waitForFunction(() => document.getElementById(document.activeElement?.getAttribute("aria-activedescendant"))?.textContent.includes("/tea"));
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog textarea:focus");
  await look(page, "slash-fill");
  await page.fill("dialog textarea[name=unit]", "degrees");
  await page.click("dialog button.primary");
  await value("How hot for green tea, in degrees?");
  await page.waitForFunction(() => document.activeElement?.matches(".composer textarea"));

  await at("ask");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${parley}/c/*`);
  await until(page, "the beginning");
  await queued("And how long?");
  await queued("And which water?");
  await look(page, "queued");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "queued-narrow-dark");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.setViewportSize({ width: 1280, height: 800 });
  await at("queued");
  await until(page, "and the end");
  await until(page, "Two minutes.");
  await until(page, "Soft water.");
  await page.waitForSelector(".writing", { state: "detached" });
  await page.waitForSelector(".composer button:has-text('Send')");
});
