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
  await look(page, "admin-upstreams");
  await row("Model servers", "the bad one").getByRole("button", { name: "Turn off" }).click();
  await row("Model servers", "the bad one").locator(".badge", { hasText: "off" }).waitFor();
  await row("Model servers", "the bad one").getByRole("button", { name: "Forget" }).click();
  await page.waitForSelector("dialog[open]");
  await page.click("dialog button.primary");
  await row("Model servers", "the bad one").waitFor({ state: "detached" });
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

  // Who did what.
  await part("Audit").locator("select").selectOption("user-made");
  await part("Audit").locator("tbody tr", { hasText: "Grace" }).waitFor();
  await look(page, "admin-audit");

  const grace = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await grace.goto(`${parley}/admin`);
  await grace.waitForSelector("form");
  await signIn(grace, "grace@example.org", password);
  await grace.waitForSelector(".notice h1:has-text('This is for admins')");
  await look(grace, "admin-none");
  const narrow = await open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true, isMobile: true });
  await narrow.goto(`${parley}/admin`);
  await narrow.waitForSelector("form");
  await signIn(narrow, email, password);
  await narrow.waitForSelector(".part tbody tr");
  await look(narrow, "admin-narrow-dark");
  seen.sideways = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
});
