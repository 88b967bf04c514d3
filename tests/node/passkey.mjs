// A person at a browser that has an authenticator in it (the DevTools protocol's virtual one): `node passkey.mjs <parley>
// <email> <password>` adds a passkey, signs in with it alone, tries what must not work, and prints what it saw as JSON.
import { chromium } from "playwright-core";

const [parley, email, password] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  await page.goto(`${parley}/docs`);

  const call = (method, path, body) =>
    page.evaluate(
      async ([method, path, body]) => {
        const headers = body ? { "Content-Type": "application/json" } : {};
        const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
        return { status: answer.status, body: await answer.json().catch(() => null) };
      },
      [method, path, body],
    );
  const signIn = (cookie = true) =>
    page.evaluate(async (cookie) => {
      const post = (path, body) =>
        fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const asked = await (await post("/api/auth/passkeys/signin/options", {})).json();
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.public_key);
      publicKey.userVerification = cookie ? "required" : "discouraged";
      const credential = await navigator.credentials.get({ publicKey });
      return (await post("/api/auth/passkeys/signin", { credential: credential.toJSON(), cookie })).status;
    }, cookie);

  await call("POST", "/api/auth/signin", { email, password, cookie: true });
  const added = await page.evaluate(async (password) => {
    const post = (path, body) =>
      fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const asked = await (await post("/api/auth/passkeys/options", { current_password: password })).json();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked.public_key);
    const credential = await navigator.credentials.create({ publicKey });
    const answer = await post("/api/auth/passkeys", { name: "this laptop", credential: credential.toJSON() });
    return { status: answer.status, body: await answer.json() };
  }, password);
  await call("POST", "/api/auth/signout", {});
  const signedOut = (await call("GET", "/api/auth/me")).status;
  const signedIn = await signIn();
  const me = (await call("GET", "/api/auth/me")).body;
  const again = await signIn();

  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  const unverified = await signIn(false);
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });

  // The same credential from a copy that counted less.
  const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
  await devtools.send("WebAuthn.clearCredentials", { authenticatorId });
  await devtools.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credentials[0], signCount: 0 } });
  const rewound = await signIn();

  const removed = (await call("DELETE", `/api/auth/passkeys/${added.body.id}`)).status;
  const gone = await signIn();
  console.log(
    JSON.stringify({ added: added.status, passkey: added.body, signedOut, signedIn, me, again, unverified, rewound, removed, gone }),
  );
} finally {
  await browser.close();
}
