/** Every instruction, from random states at the edges of what it is about, against qemu-aarch64 where it is installed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { A64Tier } from "../../../packages/vivarium/src/a64.js";
import { disassembleWord } from "../../../packages/vivarium/src/guests/a64/disassemble.js";
import { buildHarness, missingTools, underQemu } from "./qemu.js";
import {
  AT_ONCE,
  differences,
  PLACED,
  Random,
  randomTest,
  type SingleTest,
  TESTABLE,
  underVivarium,
} from "./single.js";

const seed = Number(process.env.VIV_FUZZ_SEED ?? 1 + (Date.now() % 1_000_000));
/** States for each encoding. */
const EACH = Number(process.env.VIV_A64_EACH ?? 8);

function tests(each: number, salt: number): SingleTest[] {
  const random = new Random(seed + salt);
  // Where an instruction stands matters to some: the encodings take turns.
  const encodings = Array.from({ length: each }, () => [...PLACED, ...TESTABLE]).flat();
  return encodings.map((e, i) => randomTest(e, random, i % AT_ONCE));
}
function inParts<T>(list: readonly SingleTest[], work: (part: readonly SingleTest[]) => T[]): T[] {
  const out: T[] = [];
  for (let at = 0; at < list.length; at += AT_ONCE) out.push(...work(list.slice(at, at + AT_ONCE)));
  return out;
}
function report(list: readonly SingleTest[], a: readonly BigUint64Array[], b: readonly BigUint64Array[]): string[] {
  return list.flatMap((t, i) => {
    const found = differences(a[i] as BigUint64Array, b[i] as BigUint64Array);
    return found.length === 0 ? [] : [`${disassembleWord(t.word)} (0x${t.word.toString(16)}): ${found.join("; ")}`];
  });
}

const missing = missingTools();
if (missing.length > 0) console.warn(`a64: skipped, ${missing.join(" and ")} cannot be run`);

it("are all encodings but those that need an operating system or pointer authentication", () => {
  const names = new Set(PLACED.flatMap(({ forms }) => forms.map(({ mnemonic }) => mnemonic)));
  for (const name of [
    "adr",
    "adrp",
    "ldr",
    "ldrsw",
    "prfm",
    "b",
    "bl",
    "b.eq",
    "cbz",
    "cbnz",
    "tbz",
    "tbnz",
    "br",
    "blr",
    "ret",
  ])
    expect(names).toContain(name);
  expect(TESTABLE.length + PLACED.length).toBeGreaterThan(500);
});

describe.skipIf(missing.length > 0)(`instructions do as under qemu (VIV_FUZZ_SEED=${seed})`, () => {
  let harness: ReturnType<typeof buildHarness>;
  beforeAll(() => {
    harness = buildHarness();
  });
  afterAll(() => harness.dispose());

  it.each<[A64Tier, number]>([
    ["interpreter", EACH],
    ["portable", Math.ceil(EACH / 2)],
    ["jit:eager", 1],
  ])("%s: %i states of every encoding", (tier, each) => {
    const list = tests(each, each);
    const expected = inParts(list, (part) => underQemu(harness.path, part));
    // Most instructions change something: otherwise the harness executed none.
    expect(
      list.filter((t, i) => differences(expected[i] as BigUint64Array, t.before).length > 1).length,
    ).toBeGreaterThan(list.length / 2);
    expect(
      report(
        list,
        expected,
        inParts(list, (part) => underVivarium(part, tier)),
      ),
    ).toEqual([]);
  });
});
