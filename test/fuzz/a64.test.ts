import { expect, it } from "vitest";
import { disassemble } from "../../packages/vivarium/src/guests/a64/disassemble.js";
import { decodeWord } from "../../packages/vivarium/src/guests/a64/encodings/index.js";
import { randomProgram, run } from "./a64.js";

const seed = Number(process.env.VIV_FUZZ_SEED ?? 1 + (Date.now() % 1_000_000));
const PROGRAMS = Number(process.env.VIV_A64_PROGRAMS ?? 120);

it(`random A64 programs do the same in every tier (VIV_FUZZ_SEED=${seed}, ${PROGRAMS} programs)`, () => {
  for (let k = 0; k < PROGRAMS; k++) {
    const program = randomProgram(seed + k);
    expect(decodeWord(new DataView(program.bytes.buffer).getUint32(0, true))).toBeDefined();
    const expected = run(program, "portable");
    for (const tier of ["interpreter", "interpreter:tail", "jit:eager", "jit"] as const) {
      expect(run(program, tier), `${tier}, seed ${seed + k}\n${disassemble(program.bytes, { base: 0x10000 })}`).toEqual(
        expected,
      );
    }
  }
});
