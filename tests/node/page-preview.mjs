// What a model wrote as HTML or SVG runs in a frame of its own, and reaches nothing: not the page, not the server, not the net.
import { facts, look, open, parley, seen, until, walk } from "./walk.mjs";

const [conversation] = facts;

await walk(async () => {
  const page = await open();
  const asked = [];
  const held = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("requestfailed", (request) => /csp/i.test(request.failure()?.errorText) && held.push(request.url()));
  await page.goto(`${parley}/c/${conversation}`);
  await until(page, "A clock");
  seen.buttons = await page.locator(".code button", { hasText: "Preview" }).count();
  await page.locator(".code button", { hasText: "Preview" }).first().click();
  const frame = page.frameLocator("iframe.preview");
  await frame.locator("#ran:has-text('all of it was tried')").waitFor();
  seen.sandbox = await page.locator("iframe.preview").getAttribute("sandbox");
  seen.tried = await frame.locator("#tried").textContent();
  seen.colour = await frame.locator("h1").evaluate((head) => getComputedStyle(head).color);
  await page.waitForFunction(() => document.querySelector("iframe.preview").offsetHeight === 640);
  seen.planted = await page.evaluate(() => ["planted", "heard"].map((name) => String(globalThis[name])).join());
  seen.where = page.url();
  seen.title = await page.title();
  await look(page, "preview");
  const outside = (url) => new URL(url).origin !== parley && !/^(data|blob):/.test(url);
  // Some are tried and held back by the frame's policy before they leave.
  seen.outside = asked.filter((url) => outside(url) && !held.includes(url));
  seen.api = asked.filter((url) => url.includes("planted") && !held.includes(url));

  // Formulas are drawn as MathML; money is none, and nothing in them leads anywhere.
  await page.locator(".math mfrac").waitFor();
  seen.formulas = await page.locator(".prose math").count();
  seen.money = await page.locator("p:has-text('It costs')").innerText();
  seen.links = await page.locator("math a, math [href], math [style]").count();

  // A second one by keyboard; the first goes.
  await page.locator(".code button[aria-pressed=true]").press("Enter");
  await page.waitForSelector("iframe.preview", { state: "detached" });
  await page.locator(".code button", { hasText: "Preview" }).nth(1).focus();
  await page.keyboard.press("Enter");
  await page.frameLocator("iframe.preview").locator("circle").waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, "preview-narrow-dark");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  // What the frame's policy held back is told of in the console: that it was is what is wanted here.
  seen.blocked = seen.violations.filter((one) => /Content Security Policy/.test(one)).length;
  seen.violations = seen.violations.filter((one) => !/Content Security Policy/.test(one) && !held.includes(one));
});
