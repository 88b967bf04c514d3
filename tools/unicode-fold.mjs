// Writes the two Unicode tables of the Search room from the Unicode data that Node carries:
//   node tools/unicode-fold.mjs
//     src/Parley/Search/Text/unicode-fold.txt            what each non-ASCII character becomes in the index
//     tests/Parley.Tests/Search/Text/canonical-pairs.txt  characters whose composed and decomposed forms differ
// Both are committed: the build never needs Node for them, and an index built by one runtime is read by another.
// A change of the first one is a change of the index: raise TextTokenizer.Version with it.
//
// Lines of unicode-fold.txt: `first[-last] class [target…]`, code points in hex.
//   W  part of a word           M  dropped, does not end a word (accents, zero-width, soft hyphen)
//   K  split into pairs (CJK, kana, Hangul, Thai, Lao, Khmer, Myanmar…)   E  a token by itself (emoji, currency)
//   V  kana voicing mark, composed with the kana before it               - what is not listed separates words
// A target of `+n` / `-n` is a distance; targets in hex are the code points written instead; none means itself.
import { writeFileSync } from "node:fs";

const is = re => c => re.test(c);
const mark = is(/^\p{M}$/u), letterOrNumber = is(/^[\p{L}\p{N}\p{M}]$/u), digit = is(/^\p{Nd}$/u);
const pictographic = is(/^[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u), currency = is(/^\p{Sc}$/u);
const format = is(/^[\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0]$/u), skinTone = is(/^\p{Emoji_Modifier}$/u);
const unassigned = is(/^[\p{Cn}\p{Co}\p{Cs}\p{Cc}]$/u);
const paired = is(/^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Yiii}\p{sc=Tale}\p{sc=Talu}\p{sc=Lana}\u30FC\uFF70\u3005-\u3007\u303B]$/u);
// Accents and vowel points that readers of these scripts leave out; Indic vowel signs are spelling and stay.
const accent = is(/^[[\p{Mn}\p{Me}]&&[\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Coptic}]]$/v);
const nukta = new Set([0x93c, 0x9bc, 0xa3c, 0xabc, 0xb3c, 0xc3c, 0xcbc, 0x1037, 0x1b34, 0x1be6, 0x1c37, 0xa9b3, 0x110ba, 0x11173, 0x111ca, 0x11236, 0x112e9, 0x1133b, 0x1133c, 0x11446, 0x114c3, 0x115c0, 0x116b7, 0x1183a, 0x11943, 0x11d42]);
const dropped = c => accent(c) || nukta.has(c.codePointAt(0)) || format(c) || skinTone(c);
const voicing = new Set([0x3099, 0x309a, 0xff9e, 0xff9f]);
const jamo = cp => (cp >= 0x1100 && cp <= 0x11ff) || (cp >= 0xa960 && cp <= 0xa97f) || (cp >= 0xd7b0 && cp <= 0xd7ff);

// Letters that Unicode does not decompose but people type without their stroke, and spellings that vary in practice.
const special = new Map(Object.entries({
  "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i",
  "ȷ": "j", "ƀ": "b", "ɨ": "i", "ʉ": "u", "ƶ": "z", "ς": "σ", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "", "ʼ": "",
}));

/** Half-width Hangul letters to the compatibility letters that keyboards write. */
function halfWidthJamo(cp) {
  for (const [first, last, to] of [[0xffa1, 0xffbe, 0x3131], [0xffc2, 0xffc7, 0x314f], [0xffca, 0xffcf, 0x3155], [0xffd2, 0xffd7, 0x315b], [0xffda, 0xffdc, 0x3161]])
    if (cp >= first && cp <= last) return to + cp - first;
  return 0;
}

function digitValue(cp) {
  let first = cp;
  while (digit(String.fromCodePoint(first - 1))) first--;
  return String((cp - first) % 10);
}

/** The folded text of a character: compatibility form, lower case, decomposed, without accents. */
function fold(cp) {
  const char = String.fromCodePoint(cp);
  if (jamo(cp) || (cp >= 0x3131 && cp <= 0x318e) || (cp >= 0xac00 && cp <= 0xd7a3)) return char;
  if (halfWidthJamo(cp)) return String.fromCodePoint(halfWidthJamo(cp));
  // Kana keep their voicing (か and が are different sounds), so they stay composed.
  if (/^[\p{sc=Hira}\p{sc=Kana}]$/u.test(char)) return char.normalize("NFKC");
  // Thai and Lao AM are one sign to their writers.
  if (cp === 0xe33 || cp === 0xeb3) return char;
  const wide = char.normalize("NFKD").toLowerCase().normalize("NFKD");
  return [...wide].map(c => special.get(c) ?? (digit(c) && c > "9" ? digitValue(c.codePointAt(0)) : c)).filter(c => !dropped(c)).join("");
}

function classify(cp) {
  const char = String.fromCodePoint(cp);
  if (cp === 0x2019 || cp === 0xff07 || cp === 0x2010 || cp === 0x2011) return null; // joiners, the tokenizer's own
  if (voicing.has(cp)) return ["V", char];
  if (unassigned(char)) return format(char) ? ["M", ""] : null;
  if (dropped(char)) return ["M", ""];
  if ("©®™℠".includes(char)) return null;
  const text = fold(cp);
  if (text === "") return ["M", ""];
  const parts = [...text];
  if (letterOrNumber(char) || parts.every(c => /^[\p{L}\p{Nd}]$/u.test(c))) {
    if (!parts.every(letterOrNumber)) return null; // ½, ﷺ: more than one word inside
    if (parts.every(c => paired(c))) return ["K", text];
    return parts.some(c => paired(c)) ? null : ["W", text];
  }
  if (pictographic(char) && cp >= 0x231a && !(cp >= 0x2500 && cp <= 0x25ff)) return ["E", char];
  return currency(char) ? ["E", char] : null;
}

const hex = cp => cp.toString(16).toUpperCase().padStart(4, "0");
const lines = [];
let open = null;
function close() {
  if (!open) return;
  lines.push(`${hex(open.first)}${open.last > open.first ? "-" + hex(open.last) : ""} ${open.cls}${open.target}`);
  open = null;
}
for (let cp = 0x80; cp <= 0x323af; cp++) {
  const got = cp >= 0xd800 && cp <= 0xdfff ? null : classify(cp);
  if (!got) { close(); continue; }
  const [cls, text] = got;
  const own = [...text].map(c => c.codePointAt(0));
  const distance = own.length === 1 ? own[0] - cp : null;
  const target = cls === "M" || distance === 0 ? "" : distance !== null && own[0] > 0x7f ? ` ${distance > 0 ? "+" : ""}${distance}` : " " + own.map(hex).join(" ");
  if (open && open.cls === cls && open.target === target && open.last === cp - 1) open.last = cp;
  else { close(); open = { first: cp, last: cp, cls, target }; }
}
close();
const version = `# Unicode ${process.versions.unicode}, written by tools/unicode-fold.mjs; data under the Unicode License v3.\n`;
writeFileSync(new URL("../src/Parley/Search/Text/unicode-fold.txt", import.meta.url), version + lines.join("\n") + "\n");

const pairs = [];
for (let cp = 0x80; cp <= 0x2ffff; cp++) {
  if ((cp >= 0xd800 && cp <= 0xdfff) || (cp >= 0xac00 && cp <= 0xd7a3 && cp % 97 !== 0)) continue;
  const char = String.fromCodePoint(cp), composed = char.normalize("NFC"), decomposed = char.normalize("NFD");
  if (composed !== decomposed) pairs.push([composed, decomposed].map(s => [...s].map(c => hex(c.codePointAt(0))).join(" ")).join(";"));
}
writeFileSync(new URL("../tests/Parley.Tests/Search/Text/canonical-pairs.txt", import.meta.url), version + [...new Set(pairs)].join("\n") + "\n");
