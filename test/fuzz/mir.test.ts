import { describe, expect, it } from "vitest";
import { pack, unpack } from "../../packages/vivarium/src/guests/mir/binary/reduce.js";
import { writeBinary } from "../../packages/vivarium/src/guests/mir/binary/writer.js";
import { createMir } from "../../packages/vivarium/src/guests/mir/program.js";
import { parseText } from "../../packages/vivarium/src/guests/mir/text/parser.js";
import { LoadError } from "../../packages/vivarium/src/machine/errors.js";
import { interpreter } from "../../packages/vivarium/src/tiers/interpreter/backend.js";
import { difference, Random, randomProgram } from "./mir-programs.js";

describe("random programs", () => {
  it("do the same in every tier, optimised or not", () => {
    for (let seed = 1; seed <= 150; seed++) expect(difference(seed), `seed ${seed}`).toBeNull();
  });
});

describe("damaged input", () => {
  const mir = createMir({ interpreter: interpreter() });
  /** Loads and runs within limits, or is refused. */
  const survives = (input: Uint8Array): void => {
    try {
      const program = mir.load(input, { maxDecoded: 1 << 20 });
      program.invoke({ gas: 20_000n, memory: { max: 8 << 20 }, stack: 1 << 16, lazy: true });
    } catch (error) {
      if (!(error instanceof LoadError) && !(error as { code?: string }).code?.startsWith("M")) throw error;
    }
  };
  const mutate = (bytes: Uint8Array, r: Random): Uint8Array => {
    const out = bytes.slice();
    for (let n = 1 + r.below(4); n > 0; n--) {
      const at = r.below(out.length);
      const kind = r.below(4);
      if (kind === 0) out[at] = r.below(256);
      else if (kind === 1) out[at] = (out[at] as number) ^ (1 << r.below(8));
      else if (kind === 2) out.copyWithin(at, r.below(out.length), r.below(out.length));
      else return out.slice(0, at);
    }
    return out;
  };

  it("as text is an error or a run within limits", () => {
    const r = new Random(11);
    const texts = Array.from({ length: 20 }, (_, k) => new TextEncoder().encode(randomProgram(k + 1)));
    for (let n = 0; n < 1000; n++) survives(mutate(r.pick(texts), r));
  });

  it("as binary is an error or a run within limits", () => {
    const r = new Random(12);
    const files = Array.from({ length: 20 }, (_, k) => writeBinary(parseText(randomProgram(k + 1))));
    for (let n = 0; n < 500; n++) survives(mutate(r.pick(files), r));
    // Damage under the check hash reaches the reader of tokens.
    const tokens = files.map((file) => unpack(file));
    for (let n = 0; n < 1000; n++) survives(pack(mutate(r.pick(tokens), r)));
  });
});
