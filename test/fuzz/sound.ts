/** Sound program files of every format, to be damaged: the examples, and generated programs in each wrapping. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeContainer } from "../../packages/vivarium/src/guests/pvm/container.js";
import { encodeWrapped } from "../../packages/vivarium/src/guests/pvm/metadata.js";
import { encodeSpi } from "../../packages/vivarium/src/guests/pvm/spi.js";
import type { Sound } from "./damage.js";
import { encodeCase, generateCase } from "./generate.js";
import { Random } from "./random.js";

const EXAMPLES = join(import.meta.dirname, "../../examples/pvm/programs");

export function soundPrograms(): Sound[] {
  const out: Sound[] = readdirSync(EXAMPLES)
    .filter((file) => file.endsWith(".spi"))
    .map((file) => ({ name: file, bytes: new Uint8Array(readFileSync(join(EXAMPLES, file))), format: "spi" }));
  const r = new Random(1, 3);
  for (let n = 0; n < 24; n++) {
    const profile = n % 2 === 0 ? "080" : "072";
    const blobBytes = encodeCase(generateCase(profile, r));
    const readOnly = Uint8Array.from({ length: r.below(40) }, () => r.below(256));
    const readWrite = Uint8Array.from({ length: r.below(40) }, () => r.below(256));
    const stackSize = r.below(9000);
    const spi = encodeSpi({ readOnly, readWrite, heapPages: r.below(3), stackSize, blobBytes });
    out.push({ name: `blob ${n}`, bytes: blobBytes, format: "blob" });
    out.push({ name: `spi ${n}`, bytes: spi, format: "spi" });
    out.push({ name: `wrapped ${n}`, bytes: encodeWrapped(Uint8Array.of(1, 2, 3), spi), format: "wrapped" });
    const container = encodeContainer({
      instructionSet: profile === "080" ? "jam_v1" : "latest64",
      readOnly,
      readWrite,
      readOnlySize: readOnly.length + r.below(5000),
      readWriteSize: readWrite.length + r.below(5000),
      stackSize,
      imports: ["gas", "log"],
      exports: [{ name: "main", pc: 0 }],
      blobBytes,
      optional: [],
    });
    out.push({ name: `container ${n}`, bytes: container, format: "container" });
  }
  return out;
}
