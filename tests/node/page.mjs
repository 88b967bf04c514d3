// A person at the page: `node page.mjs <parley> <screens>` with facts as JSON on its input walks through it in Chromium,
// by keyboard where one would, and prints what it saw as JSON. Screens are written into the folder.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [parley, screens] = process.argv.slice(2);
const facts = JSON.parse(readFileSync(0, "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const seen = { violations: [], faults: [], ran: [] };
const browser = await chromium.launch({ executablePath: process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => seen.faults.push(error.message));
  page.on("dialog", (dialog) => (seen.ran.push(dialog.message()), dialog.dismiss()));
  page.on("console", (message) => /Content Security Policy|TrustedScript/.test(message.text()) && seen.violations.push(message.text()));
  page.on("request", (request) => new URL(request.url()).origin !== parley && !/^(data|blob):/.test(request.url()) && seen.violations.push(request.url()));
  return page;
}

/** What axe finds on the screen as it is; the screen is kept as a picture. */
async function look(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  for (const { id, nodes } of violations) seen.violations.push(`${name}: ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  await page.screenshot({ path: join(screens, `${name}.png`) });
}

async function signIn(page, email, password = facts.password) {
  await page.fill("input[name=email]", email);
  await page.fill("input[name=password]", password);
  await page.press("input[name=password]", "Enter");
}

try {
  const page = await open();

  // The door: a link from outside leads there, and after it to where the link went.
  await page.goto(`${parley}/c/${facts.branched}/${facts.aside}`);
  await page.waitForURL("**/signin?return=**");
  await page.waitForSelector("form");
  await look(page, "sign-in");
  await signIn(page, facts.email, "not the password");
  await page.locator("[role=alert]", { hasText: "wrong" }).waitFor();
  seen.refused = await page.textContent("[role=alert]");
  await look(page, "sign-in-refused");
  await signIn(page, facts.email);
  await page.waitForURL(`${parley}/c/${facts.branched}/${facts.aside}`);

  // A message on a side branch, and its versions.
  await page.waitForSelector(".message.aimed .prose");
  await page.locator(".message.aimed .branches > span:not(.sr)", { hasText: "2/2" }).waitFor();
  seen.aimed = await page.textContent(".message.aimed .body");
  seen.version = await page.textContent(".message.aimed .branches > span:not(.sr)");
  await look(page, "branch");
  await page.click(".message.aimed .branches button:first-child");
  await page.waitForFunction((text) => document.querySelector("[role=feed]").textContent.includes(text), facts.main);
  seen.main = await page.locator(".message").last().locator(".body").textContent();

  // The list, by keyboard.
  await page.waitForFunction(() => document.querySelectorAll(".list a").length === 3);
  seen.listed = await page.locator(".list a").count();
  await page.focus(".list a[tabindex='0']");
  await page.keyboard.press("Home");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${parley}${first}`);
  await page.goBack();

  // Finding: from anywhere by "/", while typing, by arrows.
  await page.locator("#main").press("/");
  await page.waitForURL("**/search**");
  await page.waitForSelector("#q:focus");
  await page.keyboard.type("needle");
  await page.waitForSelector(".hit mark");
  await page.waitForFunction(() => document.querySelector(".search-state [role=status]")?.textContent.includes("match"));
  await look(page, "search");
  seen.found = await page.textContent(".search-state [role=status]");
  await page.click(".facets label:has-text('ChatGPT')");
  await page.waitForSelector(".chips button");
  seen.query = await page.inputValue("#q");
  await page.waitForFunction(() => document.querySelectorAll(".hit").length > 0 && document.querySelector(".results").getAttribute("aria-busy") === "false");
  await look(page, "search-filtered");
  await page.click(".chips button");
  await page.waitForFunction(() => document.querySelector("#q").value === "needle");
  await page.waitForFunction(() => document.querySelector(".results").getAttribute("aria-busy") === "false");
  seen.focusAfterChip = await page.evaluate(() => document.activeElement.id);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const chosen = await page.getAttribute(".hit[aria-selected=true]", "href");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${parley}${chosen}`);
  await page.waitForSelector(".message.aimed .prose");
  await page.waitForFunction(() => CSS.highlights.get("found")?.size > 0);
  seen.landed = await page.textContent(".message.aimed .body");
  await page.goto(`${parley}/search?q=nothinglikethis`);
  await page.waitForSelector(".notice");
  await look(page, "search-nothing");
  await page.goto(`${parley}/search`);
  await page.waitForSelector(".tips");
  await look(page, "search-empty");

  // Any length: only what is in sight exists, and both ends are a key away.
  await page.goto(`${parley}/c/${facts.long}`);
  await page.waitForFunction((text) => document.querySelector("[role=feed]")?.textContent.includes(text), facts.lastWords);
  seen.inSight = await page.locator("article").count();
  seen.setSize = await page.locator("article").last().getAttribute("aria-setsize");
  await look(page, "long");
  await page.focus(".messages");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await page.waitForFunction((text) => document.querySelector("[role=feed]").textContent.includes(text), facts.firstWords);
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-posinset") === "1");
  await page.keyboard.press("j");
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-posinset") === "2");

  // What others wrote runs nowhere, loads nothing, leads nowhere it does not say.
  await page.goto(`${parley}/c/${facts.hostile}`);
  await page.waitForSelector(".message .prose");
  seen.hostileTitle = await page.textContent("h1");
  seen.hostileElements = await page.locator(".messages :is(script, iframe, object, embed, form, style, svg:not(.icon), img, [onerror], [onclick], [style*=fixed])").count();
  seen.hostileLinks = await page.locator(".messages a").evaluateAll((links) => links.map((link) => [link.protocol, link.rel, link.target]));
  seen.remote = await page.textContent(".remote");
  await look(page, "hostile");
  await page.goto(`${parley}/search?q=planted`);
  await page.waitForSelector(".hit");
  seen.ran.push(...(await page.evaluate(() => (globalThis.planted ? ["planted"] : []))));

  // Bringing an export, and taking it back.
  await page.click("a[href='/import']");
  await page.waitForSelector(".zone");
  await page.setInputFiles("input[type=file]", facts.export);
  await page.waitForSelector(".job.done");
  seen.imported = await page.textContent(".job.done .source > p");
  await look(page, "import");
  await page.locator(".job.done", { hasText: facts.exportName }).getByRole("button", { name: "Undo" }).click();
  await page.waitForSelector(".job.undone");
  await page.goto(`${parley}/`);
  await page.waitForSelector(".home h1");
  await look(page, "home");
  await page.goto(`${parley}/c/00000000-0000-7000-8000-000000000000`);
  await page.waitForSelector("[role=alert]");
  await look(page, "no-conversation");

  // Dark, and narrow.
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${parley}/c/${facts.branched}`);
  await page.waitForSelector(".message .prose");
  await look(page, "dark");
  await page.click(".account > button");
  await look(page, "account");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${parley}/search?q=needle`);
  await page.waitForSelector(".hit");
  await look(page, "narrow");
  seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await page.click(".topbar button");
  await page.waitForSelector(".drawer-open .sidebar .list a");
  await look(page, "narrow-list");

  // The way out.
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${parley}/`);
  await page.click(".account > button");
  await page.click("#account button:has-text('Sign out')");
  await page.waitForURL("**/signin**");
  seen.out = await page.evaluate(async () => (await fetch("/api/auth/me")).status);

  // A second factor.
  const other = await open();
  await other.goto(`${parley}/signin`);
  await signIn(other, facts.guarded);
  await other.waitForSelector("input[name=code]");
  await look(other, "second-factor");
  await other.click("text=Use a recovery code");
  await other.fill("input[name=code]", facts.recoveryCode);
  await other.keyboard.press("Enter");
  await other.waitForSelector(".shell");
  seen.guarded = await other.evaluate(async () => (await (await fetch("/api/auth/me")).json()).email);
  await other.waitForSelector(".notice");
  await look(other, "first-run");

  // A passkey (the DevTools protocol's virtual authenticator) lets its owner in by one press.
  const third = await open();
  const devtools = await third.context().newCDPSession(third);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  await third.goto(`${parley}/signin`);
  await signIn(third, facts.email);
  await third.waitForSelector(".shell");
  seen.passkeyAdded = await third.evaluate(async (password) => {
    const post = (path, body) =>
      fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const asked = await (await post("/api/auth/passkeys/options", { current_password: password })).json();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.public_key);
    const credential = await navigator.credentials.create({ publicKey });
    const { status } = await post("/api/auth/passkeys", { name: "this laptop", credential: credential.toJSON() });
    await post("/api/auth/signout", {});
    return status;
  }, facts.password);
  await third.goto(`${parley}/import`);
  await third.waitForURL("**/signin?return=%2Fimport");
  await third.click("button:has-text('With a passkey')");
  await third.waitForURL(`${parley}/import`);
  await third.waitForSelector(".zone");
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}
