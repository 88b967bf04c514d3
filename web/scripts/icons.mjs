// Draws public/icons/parley.svg as PNG of 192 and 512 pixels, for systems that install a page but take no SVG. They are
// made on each build, so that no picture has to be kept beside its drawing: node icons.mjs <folder>
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const green = [0x17, 0x70, 0x5f];
const white = [0xff, 0xff, 0xff];
const shades = 16; // between the two, for edges
const unit = 64; // as the drawing's viewBox

/** How far a point is from a box with round corners; negative within. */
const box = (x, y, left, top, right, bottom, round) => {
  const dx = Math.abs(x - (left + right) / 2) - (right - left) / 2 + round;
  const dy = Math.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + round;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round;
};
/** The bubble's tail: below its box, right of 24, left of the slope from (31, 40) to (24, 47). */
const tail = (x, y) => Math.max(24 - x, 38 - y, (x + y - 71) / Math.SQRT2);
const line = (x, y, from, to, at) => Math.hypot(x - Math.min(Math.max(x, from), to), y - at) - 1.3;

function shadeAt(x, y, pixel) {
  const inside = (distance) => Math.min(1, Math.max(0, 0.5 - distance / pixel));
  const bubble = inside(Math.min(box(x, y, 18, 18, 46, 40, 4), tail(x, y)));
  return bubble * (1 - inside(Math.min(line(x, y, 25, 39, 26), line(x, y, 25, 34, 33))));
}

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
};

/** 4 bits a pixel, by a palette. */
function png(size) {
  const rows = Buffer.alloc(size * (1 + size / 2));
  const pixel = unit / size;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const shade = Math.round(shadeAt((x + 0.5) * pixel, (y + 0.5) * pixel, pixel) * (shades - 1));
      rows[y * (1 + size / 2) + 1 + (x >> 1)] |= x % 2 === 0 ? shade << 4 : shade;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([4, 3, 0, 0, 0], 8);
  const palette = Array.from({ length: shades }, (_, n) => green.map((from, part) => Math.round(from + ((white[part] - from) * n) / (shades - 1))));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const folder = join(process.argv[2], "icons");
mkdirSync(folder, { recursive: true });
for (const size of [192, 512]) writeFileSync(join(folder, `parley-${size}.png`), png(size));
