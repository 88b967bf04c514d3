// A person at a browser: `node sign-in.mjs <parley> <name>` signs in by the provider, looks at what the page may and may
// not see, signs out, and prints what it saw as JSON.
import { chromium } from "playwright-core";

const [parley, name] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  const violations = [];
  page.on("console", (message) => /Content Security Policy/.test(message.text()) && violations.push(message.text()));

  await page.goto(`${parley}/api/auth/oidc/start?return=/docs`);
  await page.fill("input[name=login]", name);
  await page.fill("input[name=password]", "any");
  await page.click("button[type=submit]");
  await page.waitForSelector("button[type=submit]");
  await page.click("button[type=submit]"); // consent
  await page.waitForURL(`${parley}/docs`);

  const call = (method, path) =>
    page.evaluate(
      async ([method, path]) => {
        const headers = method === "POST" ? { "Content-Type": "application/json" } : {};
        const answer = await fetch(path, { method, headers, body: method === "POST" ? "{}" : undefined });
        return { status: answer.status, body: await answer.json().catch(() => null) };
      },
      [method, path],
    );
  const me = await call("GET", "/api/auth/me");
  const cookies = (await context.cookies()).filter((cookie) => cookie.name.startsWith("__Host-"));
  const visible = await page.evaluate(() => document.cookie);
  const renewed = await call("POST", "/api/auth/refresh");
  const out = await call("POST", "/api/auth/oidc/signout");
  const after = await call("GET", "/api/auth/me");
  await page.goto(out.body.url);
  await page.click("button[value=yes]");
  await page.waitForURL(`${parley}/`);
  console.log(JSON.stringify({ me, cookies, visible, renewed: renewed.status, out: out.status, after: after.status, violations }));
} finally {
  await browser.close();
}
