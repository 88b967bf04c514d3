// Compresses every file of a build (brotli, level 11), puts name.br in its place, and keeps the sizes in check.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const initialLimit = 180_000; // bytes of script, compressed, before anything shows
const totalLimit = 400_000; // bytes in the executable

const folder = process.argv[2];
const files = readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
const page = readFileSync(join(folder, "index.html"), "utf8");
let total = 0;
let initial = 0;
for (const file of files) {
  const content = readFileSync(join(folder, file));
  const packed = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  total += packed.length;
  if (file.endsWith(".js") && page.includes(`/${file}"`)) initial += packed.length;
  writeFileSync(join(folder, `${file}.br`), packed);
  rmSync(join(folder, file));
}

console.log(`parley: page built: ${(initial / 1000).toFixed(1)} KB of script at first, ${(total / 1000).toFixed(1)} KB in all`);
if (initial > initialLimit) throw new Error(`the first script is ${initial} bytes, over ${initialLimit}: load something later`);
if (total > totalLimit) throw new Error(`the page is ${total} bytes, over ${totalLimit}`);
