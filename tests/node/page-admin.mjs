// An admin looks after the server: its health, model servers, accounts, the audit; who is none sees none of it.
import { facts, look, open, parley, seen, signIn, toast, walk } from "./walk.mjs";

const [email, password, upstream] = facts;

await walk(async () => {
  const page = await open();
  const part = (title) => page.locator(".part", { has: page.locator(`h2:text-is("${title}")`) });
  const row = (title, text) => part(title).locator("li", { hasText: text });

  await page.goto(`${parley}/`);
  await page.waitForSelector("form");
  await signIn(page, email, password);
  await page.waitForSelector(".home");
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.waitForURL(`${parley}/admin`);
  await part("Health").locator("[role=status]", { hasText: "Parley" }).waitFor();
  await row("Accounts", email).waitFor();
  await part("Audit").locator("tbody tr").first().waitFor();
  await look(page, "admin");

  // Model servers: one that answers, one that does not.
  const add = async (name, address) => {
    await part("Model servers").locator("summary").click();
    await part("Model servers").locator("[name=name]").fill(name);
    await part("Model servers").locator("[name=kind]").selectOption("openai");
    await part("Model servers").locator("[name=base_url]").fill(address);
    await page.keyboard.press("Enter");
    await row("Model servers", name).locator("[role=status]").waitFor();
    await part("Model servers").locator("details:not([open])").waitFor();
  };
  await add("the good one", upstream);
  await row("Model servers", "the good one").locator("[role=status]", { hasText: "It answers:" }).waitFor();
  await add("the bad one", "http://127.0.0.1:1/v1");
  await row("Model servers", "the bad one").locator("[role=status]", { hasText: "It does not work" }).waitFor();
  await row("Model servers", "the bad one").locator(".badge.bad", { hasText: "failing" }).waitFor();
  await look(page, "admin-upstreams");
  await row("Model servers", "the bad one").getByRole("button", { name: "Turn off" }).click();
  await row("Model servers", "the bad one").locator(".badge", { hasText: "off" }).waitFor();
  await row("Model servers", "the bad one").getByRole("button", { name: "Forget" }).click();
  await page.waitForSelector("dialog[open]");
  await page.click("dialog button.primary");
  await row("Model servers", "the bad one").waitFor({ state: "detached" });
  await row("Model servers", "the good one").getByRole("button", { name: "Change" }).click();
  await page.fill("dialog [name=name]", "the best one");
  await page.fill("dialog [name=prefix]", "local/");
  await look(page, "admin-upstream");
  await page.locator("dialog").getByRole("button", { name: "Change it" }).click();
  await row("Model servers", "the best one").waitFor();
  await row("Model servers", "the best one").getByRole("button", { name: "Change" }).click();
  seen.prefix = await page.inputValue("dialog [name=prefix]");
  await page.fill("dialog [name=name]", "the good one");
  await page.keyboard.press("Enter");
  await row("Model servers", "the good one").waitFor();
  await row("Model servers", "the good one").getByRole("button", { name: "Test" }).click();
  await row("Model servers", "the good one").locator("[role=status]", { hasText: "It answers:" }).waitFor();

  // An account: made, made an admin and not, kept out and let in.
  await part("Accounts").locator("summary").click();
  await part("Accounts").locator("[name=email]").fill("grace@example.org");
  await part("Accounts").locator("[name=name]").fill("Grace");
  await part("Accounts").locator("[name=password]").fill(password);
  await page.keyboard.press("Enter");
  await row("Accounts", "grace@example.org").waitFor();
  await row("Accounts", "Grace").locator("select").selectOption("admin");
  await toast(page, "Grace: admin.");
  await page.locator(".toast", { hasText: "Grace: admin." }).getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction(() => document.querySelector("select[aria-label='Role of Grace']")?.value === "user");
  await row("Accounts", "Grace").getByRole("button", { name: "Disable" }).click();
  await row("Accounts", "Grace").locator(".badge", { hasText: "disabled" }).waitFor();
  await row("Accounts", "Grace").getByRole("button", { name: "Enable" }).click();
  await row("Accounts", "Grace").locator(".badge").waitFor({ state: "detached" });

  // Groups, limits and prices.
  await part("Groups").locator("summary").click();
  await part("Groups").locator("[name=name]").fill("Tea tasters");
  await page.keyboard.press("Enter");
  await row("Groups", "Tea tasters").waitFor();
  await row("Groups", "Tea tasters").getByRole("button", { name: "Change" }).click();
  await page.locator("dialog .members label", { hasText: "Grace" }).locator("input").click();
  await page.locator("dialog .members label", { hasText: "Grace" }).locator("input:checked").waitFor();
  await look(page, "admin-group");
  await page.locator("dialog [name=messages_per_day]").fill("50");
  await page.locator("dialog").getByRole("button", { name: "Set the limits" }).click();
  await toast(page, "The limits of Tea tasters are set.");
  await row("Groups", "Tea tasters").locator(".hint", { hasText: "1 member" }).waitFor();
  await row("Accounts", "Grace").getByRole("button", { name: "Limits" }).click();
  await page.locator("dialog .facts-list", { hasText: "0 of 50" }).waitFor();
  await look(page, "admin-limits");
  await page.locator("dialog [name=storage_bytes]").fill("1.5");
  await page.locator("dialog").getByRole("button", { name: "Set the limits" }).click();
  await toast(page, "The limits of Grace are set.");
  await part("Prices").locator("summary").click();
  await part("Prices").locator("[name=model]").fill("leaf-*");
  await part("Prices").locator("[name=input]").fill("0.15");
  await part("Prices").locator("[name=output]").fill("0.6");
  await page.keyboard.press("Enter");
  await row("Prices", "leaf-*").locator(".hint", { hasText: "0.15" }).waitFor();
  await row("Prices", "leaf-*").getByRole("button", { name: "Remove" }).click();
  await row("Prices", "leaf-*").waitFor({ state: "detached" });
  await page.locator(".toast", { hasText: "no price any more" }).getByRole("button", { name: "Undo" }).click();
  await row("Prices", "leaf-*").waitFor();

  // Tool servers.
  await part("Tool servers").locator("summary", { hasText: "Add" }).click();
  await part("Tool servers").locator("[name=name]").fill("kettle");
  await part("Tool servers").locator("[name=url]").fill("http://127.0.0.1:1/mcp");
  await page.keyboard.press("Enter");
  seen.tools = await part("Tool servers").locator(".wrong, [role=status]:has-text('It does not work')").first().textContent();
  await row("Tool servers", "kettle").locator(".badge.bad", { hasText: "failing" }).waitFor();
  await look(page, "admin-tools");

  // Who did what.
  await part("Audit").locator("select").selectOption("user-made");
  await part("Audit").locator("tbody tr", { hasText: "Grace" }).waitFor();
  await look(page, "admin-audit");

  await row("Groups", "Tea tasters").getByRole("button", { name: "Delete" }).click();
  await page.waitForSelector("dialog[open]");
  await page.click("dialog button.primary");
  await row("Groups", "Tea tasters").waitFor({ state: "detached" });

  // A conversation is granted to somebody, who then reads it.
  const made = await page.evaluate(async () => {
    const body = JSON.stringify({ title: "About tea" });
    return (await (await fetch("/api/conversations", { method: "POST", headers: { "Content-Type": "application/json" }, body })).json()).id;
  });
  await page.goto(`${parley}/c/${made}`);
  await page.locator(".head h1", { hasText: "About tea" }).waitFor();
  await page.click(".head button:has-text('With this conversation')");
  await page.click("[role=menu] button:has-text('Share…')");
  await page.locator("dialog").getByRole("button", { name: "Let others" }).click();
  await page.locator("dialog [name=whom] option", { hasText: "Grace" }).waitFor({ state: "attached" });
  await page.locator("dialog [name=whom]").selectOption({ label: "Grace" });
  await page.locator("dialog [name=rights]").selectOption("read write");
  await page.locator("dialog").getByRole("button", { name: "Grant it" }).click();
  await page.locator("dialog .rows li", { hasText: "may read and write" }).waitFor();
  await look(page, "share-granted");
  await page.keyboard.press("Escape");
  await page.goto(`${parley}/admin`);
  await row("Accounts", "Grace").waitFor();

  const grace = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await grace.goto(`${parley}/admin`);
  await grace.waitForSelector("form");
  await signIn(grace, "grace@example.org", password);
  await grace.waitForSelector(".notice h1:has-text('This is for admins')");
  await look(grace, "admin-none");
  await grace.goto(`${parley}/c/${made}`);
  await grace.locator(".head h1", { hasText: "About tea" }).waitFor();
  seen.of = await grace.locator(".head p").textContent();
  await grace.goto(`${parley}/settings`);
  await grace.locator(".facts-list", { hasText: "1.5 MB" }).waitFor();
  await look(grace, "settings-limits-narrow-dark");
  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/admin`);
  await narrow.waitForSelector("form");
  await signIn(narrow, email, password);
  await narrow.waitForSelector(".part tbody tr");
  await look(narrow, "admin-narrow-dark");
  // An account goes, and what it had with it.
  await row("Accounts", "Grace").getByRole("button", { name: "Limits" }).click();
  await page.locator("dialog summary", { hasText: "Remove the account" }).click();
  await page.locator("dialog").getByRole("button", { name: "Remove it" }).click();
  await row("Accounts", "Grace").waitFor({ state: "detached" });
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
