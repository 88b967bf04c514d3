// One's own settings: name, sessions, keys, passkeys, a second factor, prompts; by an account's owner at the page.
import { createHmac } from "node:crypto";
import { facts, look, open, parley, seen, signIn, toast, walk } from "./walk.mjs";

const [email, password] = facts;

/** What an authenticator app shows (RFC 6238) for a secret in Base32. */
function codeOf(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/[\s=]/g, "")].map((one) => letters.indexOf(one).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((one) => parseInt(one, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

await walk(async () => {
  const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  const part = (title) => page.locator(".part", { has: page.locator(`h2:text-is("${title}")`) });
  const status = (path, key) => fetch(parley + path, { headers: { Authorization: `Bearer ${key}` } }).then((answer) => answer.status);

  await page.goto(`${parley}/settings`);
  await page.waitForSelector("form");
  await signIn(page, email, password);
  await page.waitForURL(`${parley}/settings`);
  await part("Sessions").locator("li").first().waitFor();
  await look(page, "settings");

  // A name.
  await page.fill("[name=name] >> nth=0", "Ada King");
  await page.press("[name=name] >> nth=0", "Enter");
  await toast(page, "Your name is changed.");
  await page.locator(".account .who", { hasText: "Ada King" }).waitFor();

  // Another session, ended from here.
  const other = await open();
  await other.goto(`${parley}/`);
  await other.waitForSelector("form");
  await signIn(other, email, password);
  await page.reload();
  // Newest first: this browser's came before the other's, the one of the setup before both.
  await part("Sessions").locator("li").nth(2).waitFor();
  const enders = part("Sessions").getByRole("button", { name: "End it" });
  await enders.first().click();
  await toast(page, "That session has ended.");
  await enders.nth(1).waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.className === "part");
  seen.ended = await other.evaluate(async () => (await fetch("/api/auth/me")).status);
  await part("Sessions").getByRole("button", { name: "End all others" }).click();
  await toast(page, "Every other session has ended.");
  await enders.first().waitFor({ state: "detached" });

  // A key: what it may do is chosen, it is shown once, and opens nothing after it was revoked.
  await part("API keys").locator("summary").click();
  await part("API keys").locator("[name=name]").fill("a script");
  await part("API keys").locator("select").first().selectOption("some");
  await part("API keys").locator("[value=search]").check();
  await look(page, "settings-key");
  await part("API keys").getByRole("button", { name: "Make it" }).click();
  const key = await part("API keys").locator(".once textarea").inputValue();
  await look(page, "settings-key-made");
  seen.found = await status("/api/search?q=tea", key);
  seen.kept = await status("/api/conversations", key);
  await part("API keys").getByRole("button", { name: "I have kept it" }).click();
  await part("API keys").locator(".once").waitFor({ state: "detached" });
  await part("API keys").locator("li", { hasText: "a script" }).getByRole("button", { name: "Revoke" }).click();
  await page.waitForSelector("dialog[open]");
  await look(page, "settings-revoke");
  await page.click("dialog button.primary");
  await toast(page, "opens nothing any more");
  await part("API keys").locator("li").waitFor({ state: "detached" });
  seen.revoked = await status("/api/search?q=tea", key);

  // A passkey.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  await part("Passkeys").locator("summary").click();
  await part("Passkeys").locator("[name=name]").fill("this laptop");
  await part("Passkeys").locator("[name=password]").fill("not the password");
  await page.keyboard.press("Enter");
  await part("Passkeys").locator("[role=alert]").waitFor();
  await part("Passkeys").locator("[name=password]").fill(password);
  await page.keyboard.press("Enter");
  await toast(page, "this passkey lets you in");
  await part("Passkeys").locator("li", { hasText: "this laptop" }).getByRole("button", { name: "Rename" }).click();
  await part("Passkeys").locator("li [name=name]").fill("the old laptop");
  await page.keyboard.press("Enter");
  await part("Passkeys").locator("li", { hasText: "the old laptop" }).getByRole("button", { name: "Remove" }).click();
  await page.click("dialog button.primary");
  await toast(page, "is removed");
  await part("Passkeys").locator("li").waitFor({ state: "detached" });

  // A second factor, on and off.
  await part("Second factor").locator("summary").click();
  await part("Second factor").locator("[name=password]").fill(password);
  await page.keyboard.press("Enter");
  const secret = await part("Second factor").locator(".secret").textContent();
  await look(page, "settings-second-factor");
  await part("Second factor").locator("[name=code]").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  const codes = await part("Second factor").locator(".once textarea").inputValue();
  seen.codes = codes.split("\n").length;
  await part("Second factor").getByRole("button", { name: "Copy" }).click();
  await part("Second factor").locator("[role=status]", { hasText: "Copied." }).waitFor();
  await part("Second factor").getByRole("button", { name: "I have kept it" }).click();
  await part("Second factor").locator("summary", { hasText: "Ask for no code" }).click();
  await part("Second factor").locator("[name=password]").fill(password);
  await page.keyboard.press("Enter");
  await part("Second factor").locator("summary", { hasText: "Ask for a code" }).waitFor();

  // Prompts.
  await part("Prompts").locator("summary").click();
  await part("Prompts").locator("[name=title]").fill("Translate");
  await part("Prompts").locator("[name=command]").fill("translate");
  await part("Prompts").locator("[name=content]").fill("Into {{language:German}}: {{text}}");
  await part("Prompts").getByRole("button", { name: "Keep it" }).click();
  await toast(page, "The prompt is kept.");
  await part("Prompts").locator("li", { hasText: "/translate" }).getByRole("button", { name: "Change" }).click();
  await part("Prompts").locator("li [name=title]").fill("Translation");
  await page.keyboard.press("Enter");
  await part("Prompts").locator("li", { hasText: "Translation" }).getByRole("button", { name: "Delete" }).click();
  await part("Prompts").locator("li", { hasText: "Translation" }).waitFor({ state: "detached" });
  await page.locator(".toast", { hasText: "is deleted" }).getByRole("button", { name: "Undo" }).click();
  await part("Prompts").locator("li", { hasText: "/translate" }).waitFor();

  // By key from elsewhere; narrow and dark, as by touch.
  await page.goto(`${parley}/`);
  await page.waitForSelector(".home");
  await page.keyboard.press("g");
  await page.keyboard.press(",");
  await page.waitForURL(`${parley}/settings`);
  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/settings`);
  await narrow.waitForSelector("form");
  await signIn(narrow, email, password);
  await narrow.waitForSelector(".part li");
  await narrow.locator(".part:has(h2:text-is('API keys')) summary").click();
  await look(narrow, "settings-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  seen.small = await narrow.evaluate(() =>
    [...document.querySelectorAll("#main :is(button, input:not([type=checkbox]), select, summary)")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
      .map((one) => one.outerHTML.slice(0, 120)),
  );
});
