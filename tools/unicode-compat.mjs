// Writes src/Parley/Identity/unicode-compat.txt, what CompatibleForm.cs needs for NFKC (UAX 15), from the Unicode data
// that Node carries:
//   node tools/unicode-compat.mjs
// Committed: the build never needs Node for it. Three lines, Hangul syllables left to arithmetic:
//   1 characters with their whole compatibility decomposition, separated by U+0001
//   2 canonical compositions, three characters each: first, second, both
//   3 combining classes: ranges first-last:class, the ends in hex
import { writeFileSync } from "node:fs";

// One mark of each combining class: a mark is of the class with whose mark it never changes places.
const marks = {
  1: 0x334, 6: 0x16ff0, 7: 0x93c, 8: 0x3099, 9: 0x94d, 10: 0x5b0, 11: 0x5b1, 12: 0x5b2, 13: 0x5b3, 14: 0x5b4, 15: 0x5b5,
  16: 0x5b6, 17: 0x5b7, 18: 0x5b8, 19: 0x5b9, 20: 0x5bb, 21: 0x5bc, 22: 0x5bd, 23: 0x5bf, 24: 0x5c1, 25: 0x5c2,
  26: 0xfb1e, 27: 0x64b, 28: 0x64c, 29: 0x64d, 30: 0x64e, 31: 0x64f, 32: 0x650, 33: 0x651, 34: 0x652, 35: 0x670,
  36: 0x711, 84: 0xc55, 91: 0xc56, 103: 0xe38, 107: 0xe48, 118: 0xeb8, 122: 0xec8, 129: 0xf71, 130: 0xf72, 132: 0xf74,
  202: 0x321, 214: 0x1dce, 216: 0x31b, 218: 0x302a, 220: 0x316, 222: 0x59a, 224: 0x302e, 226: 0x1d16d, 228: 0x5ae,
  230: 0x300, 232: 0x315, 233: 0x35c, 234: 0x35d, 240: 0x345,
};
const text = String.fromCodePoint;
const swaps = (a, b) => (text(a) + text(b)).normalize("NFD") !== text(a).normalize("NFD") + text(b).normalize("NFD");
const moves = (a, b) => swaps(a, b) || swaps(b, a);
const combiningClass = point => {
  const others = Object.entries(marks);
  return others.some(([, mark]) => moves(point, mark)) ? +others.find(([, mark]) => !moves(point, mark))[0] : 0;
};

const decompositions = [], compositions = [], classes = [];
for (let point = 0x80; point < 0x110000; point++) {
  if ((point >= 0xd800 && point <= 0xdfff) || (point >= 0xac00 && point <= 0xd7a3)) continue;
  const c = text(point);
  if (c.normalize("NFKD") !== c) decompositions.push(c + c.normalize("NFKD"));
  const parts = [...c.normalize("NFD")];
  if (parts.length > 1 && c.normalize("NFC") === c) {
    const first = parts.slice(0, -1).join("").normalize("NFC");
    if ([...first].length !== 1) throw new Error(`U+${point.toString(16)} is made of more than two`);
    compositions.push(first + parts.at(-1) + c);
  }
  const own = /^\p{M}$/u.test(c) && c.normalize("NFD") === c ? combiningClass(point) : 0;
  const last = classes.at(-1);
  if (own && last && last[1] === point - 1 && last[2] === own) last[1] = point;
  else if (own) classes.push([point, point, own]);
}
const lines = [
  decompositions.join("\u0001"),
  compositions.join(""),
  classes.map(([a, b, k]) => `${a.toString(16)}-${b.toString(16)}:${k}`).join(" "),
];
writeFileSync(new URL("../src/Parley/Identity/unicode-compat.txt", import.meta.url), lines.join("\n") + "\n");
console.log(`Unicode ${process.versions.unicode}:`, decompositions.length, compositions.length, classes.length);
