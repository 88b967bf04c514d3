// A person who asks a model at the page: `node page-chat.mjs <parley> <screens>`. It prints where it is, a line each, and
// goes on at each line of its input, so that the model can be slow where it matters; at the end it prints what it saw.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [parley, screens] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const seen = { violations: [], faults: [] };
const browser = await chromium.launch({ executablePath: process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function at(place) {
  console.log(place);
  await lines.next();
}

try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => seen.faults.push(error.message));
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && seen.violations.push(message.text()));
  const look = async (name) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
    for (const { id, nodes } of violations) seen.violations.push(`${name}: ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
    await page.screenshot({ path: join(screens, `${name}.png`) });
  };
  const ask = async (text) => {
    await page.fill(".composer textarea", text);
    await page.press(".composer textarea", "Enter");
  };
  const until = (text) => page.waitForFunction((text) => document.querySelector("[role=feed]")?.textContent.includes(text), text);

  await page.goto(`${parley}/`);
  await page.waitForSelector(".composer textarea");
  await look("chat-begin");
  await ask("How hot for green tea?");
  await page.waitForURL(`${parley}/c/*`);
  await until("first");
  await page.waitForFunction(() => document.querySelector(".composer textarea")?.value === "");
  seen.draft = await page.inputValue(".composer textarea");
  await page.waitForSelector(".writing .as-h1");
  await look("chat-streaming");
  await at("streaming");

  // In the middle of it the page is loaded anew, and goes on where it was.
  await page.reload();
  await until("first");
  await page.waitForSelector(".writing");
  await at("reloaded");
  await until("third");
  await page.waitForSelector(".writing", { state: "detached" });
  await page.waitForFunction(() => /the first the second/.test([...document.querySelectorAll(".message.assistant .body")].at(-1)?.textContent));
  seen.answer = await page.locator(".message.assistant .body").last().textContent();
  await at("ended");

  // Stopped: what had come stays.
  await ask("And white tea?");
  await until("so far");
  await page.click(".composer button:has-text('Stop')");
  await until("This answer was stopped.");
  seen.stopped = await page.locator(".message.assistant .body").last().textContent();
  await at("stopped");

  // Refused: said so, and the question is kept.
  await ask("And black tea?");
  await page.waitForSelector(".turn-wrong");
  // The refusal comes with the turn's last event, the question with what is read of the conversation after it.
  await page.waitForFunction(() => document.querySelectorAll(".message.user").length >= 3);
  seen.wrong = await page.textContent(".turn-wrong");
  seen.questions = await page.locator(".message.user").count();
  await look("chat-refused");
  await page.waitForFunction(() => document.querySelectorAll(".list a").length === 1);
  seen.listed = await page.locator(".list a").count();
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
  process.stdin.destroy();
}
