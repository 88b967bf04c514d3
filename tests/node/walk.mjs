// What journeys through the page have in common: `node <journey>.mjs <parley> <screens> <facts>`. They print where they are, a line
// each, and go on at each line of their input, so that what is behind the page can be made ready; at the end they print
// what they saw as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export const [parley, screens, ...facts] = process.argv.slice(2);
export const seen = { violations: [], faults: [] };
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let browser;

export async function at(place) {
  console.log(place);
  await lines.next();
}

/** A way to the server that can be cut, and mended. */
export async function wire() {
  const sockets = new Set();
  let broken = false;
  const server = createServer((near) => {
    if (broken) return near.destroy();
    const far = connect(Number(new URL(parley).port), "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => (sockets.delete(one), other.destroy()));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://localhost:${server.address().port}`,
    cut() {
      broken = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => (broken = false),
    close: () => (server.close(), sockets.forEach((socket) => socket.destroy())),
  };
}

/** A page of a person's own browser. */
export async function open(options = {}, origin = parley) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => seen.faults.push(error.message));
  page.on("console", (message) => /Content Security Policy|TrustedScript/.test(message.text()) && seen.violations.push(message.text()));
  page.on("request", (request) => new URL(request.url()).origin !== origin && !/^(data|blob):/.test(request.url()) && seen.violations.push(request.url()));
  return page;
}

/** What axe finds on the screen as it is; the screen is kept as a picture. */
export async function look(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"], iframes: false }));
  for (const { id, nodes } of violations) seen.violations.push(`${name}: ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  await page.screenshot({ path: join(screens, `${name}.png`) });
}

/** How much moved by itself (Cumulative Layout Shift) since the page was loaded. */
export const shifted = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => setTimeout(() => resolve(Math.round(sum * 1000) / 1000)));
      }),
  );

export const until = (page, text) => page.waitForFunction((text) => document.querySelector("[role=feed]")?.textContent.includes(text), text);
export const toast = (page, text) => page.locator(".toast", { hasText: text }).first().waitFor();

/** So many are there; what is read right after something else came may be of before. */
export const many = (page, selector, count) => page.waitForFunction(([selector, count]) => document.querySelectorAll(selector).length === count, [selector, count]);

/** What it says once it says that, somewhere in it. */
export async function says(locator, text) {
  await locator.filter({ hasText: text }).waitFor();
  return locator.textContent();
}

/** Asks in the page's field, and waits for that in the answer, and its end. */
export async function ask(page, question, answer) {
  await page.fill(".composer textarea", question);
  await page.press(".composer textarea", "Enter");
  if (answer === undefined) return;
  await until(page, answer);
  await page.waitForSelector(".writing", { state: "detached" });
}

/** Comes in by the door where it leads. */
export async function signIn(page, email, password) {
  await page.fill("input[name=email]", email);
  await page.fill("input[name=password]", password);
  await page.press("input[name=password]", "Enter");
  await page.waitForSelector(".shell");
}

export async function walk(journey) {
  browser = await chromium.launch({ executablePath: process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    await journey();
    console.log(JSON.stringify(seen));
  } finally {
    await browser.close();
    process.stdin.destroy();
  }
}
