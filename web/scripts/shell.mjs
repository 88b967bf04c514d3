// Tells the service worker what it keeps: the page by the hash of its bytes, and every file the page may load. Its own
// bytes change with them, which is how browsers notice a new version: node shell.mjs <folder>
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const worker = join(folder, "sw.js");
const page = createHash("sha256").update(readFileSync(join(folder, "index.html"))).digest("hex");
const files = readdirSync(join(folder, "assets")).toSorted().map((name) => `/assets/${name}`);
const code = readFileSync(worker, "utf8");
if (/\bimport[\s*{("'`]/.test(code)) throw new Error("sw.js imports something: what it shares with the page has to be its own");
if (code.split("__SHELL__").length !== 2) throw new Error("sw.js names __SHELL__ not exactly once");
writeFileSync(worker, code.replace("__SHELL__", () => JSON.stringify({ page, files })));
