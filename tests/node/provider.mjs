// An OpenID provider on a free loopback port: `node provider.mjs` prints its issuer and serves until its input ends.
// Its own sign-in pages take any name and password; the name decides the claims.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const people = {
  grace: { email: "grace@example.org", email_verified: true, name: "Grace Hopper", roles: ["staff", "chief"], groups: ["Navy", "COBOL"] },
  edsger: { email: "edsger@example.org", email_verified: true, name: "Edsger Dijkstra", roles: ["staff"], groups: ["COBOL"] },
  mallory: { email: "mallory@example.org", email_verified: false, name: "Mallory", roles: [] },
};

const server = createServer((request, response) => provider.callback()(request, response));
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "parley",
      client_secret: "a secret that the tests know",
      redirect_uris: ["http://127.0.0.1/api/auth/oidc/callback"],
      post_logout_redirect_uris: ["http://127.0.0.1/"],
    },
  ],
  claims: { openid: ["sub", "roles", "groups"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  cookies: { keys: ["a key that the tests know"] },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

// Parley's port is free too: any of this machine's will do.
const own = (uri, path) => new RegExp(`^http://127\\.0\\.0\\.1:\\d+${path}$`).test(uri);
provider.Client.prototype.redirectUriAllowed = (uri) => own(uri, "/api/auth/oidc/callback");
provider.Client.prototype.postLogoutRedirectUriAllowed = (uri) => own(uri, "/");

process.stdin.on("end", () => process.exit(0)).resume();
console.log(issuer);
