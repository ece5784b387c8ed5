/** Transforms an image in linear light by the formula of `colour.formula`, a column per channel; writes a PNG. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { lmnt } from "vivarium/lmnt/formula";

const SIZE = 768;
const file = process.argv[2] ?? "colour.png";

const { program } = lmnt.compile(readFileSync(join(import.meta.dirname, "colour.formula"), "utf8"));
using film = program.batch("film");
using columns = film.allocate(SIZE * SIZE);

// A scene: a bright sun over hills, far brighter than a display can show.
const [red, green, blue] = [columns.at(0), columns.at(1), columns.at(2)];
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) {
    const at = y * SIZE + x;
    const [u, v] = [x / SIZE, y / SIZE];
    const hill = 0.72 + 0.06 * Math.sin(9 * u) + 0.03 * Math.sin(23 * u + 1);
    const sun = 0.012 / ((u - 0.68) ** 2 + (v - 0.3) ** 2 + 0.001);
    const ground = v > hill;
    const shade = ground ? 0.04 + 0.3 * (v - hill) : 1;
    red[at] = shade * (ground ? 0.5 + 0.02 * sun : 0.25 + 0.5 * v + sun);
    green[at] = shade * (ground ? 0.8 + 0.02 * sun : 0.4 + 0.3 * v + 0.8 * sun);
    blue[at] = shade * (ground ? 0.3 : 0.9 - 0.5 * v + 0.4 * sun);
  }
}
columns.at(3).fill(0.9);
columns.at(4).fill(1.15);

const began = performance.now();
film.run(columns);
const ms = performance.now() - began;

const rows = new Uint8Array(SIZE * (1 + 3 * SIZE));
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = columns.at(5 + channel)[y * SIZE + x] as number;
      rows[y * (1 + 3 * SIZE) + 1 + 3 * x + channel] = Math.round(255 * value);
    }
  }
}
writeFileSync(file, png(rows));
const how = film.vectorised ? "four pixels at a time" : film.reason;
console.log(`${SIZE} × ${SIZE} pixels in ${ms.toFixed(1)} ms (${how}); wrote ${file}`);

/** A PNG of 8-bit RGB rows, each with its filter byte 0 in front (PNG specification, sections 5 and 11). */
function png(data: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, SIZE);
  view.setUint32(4, SIZE);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(data)), chunk("IEND", new Uint8Array(0))];
  return Buffer.concat([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunks]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
