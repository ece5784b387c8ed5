/** AArch64 machine code in a page: the seed's bytes, compiled C programs, single instructions, random programs. */
import { type A64Tier, a64 } from "vivarium/a64";
import { PLACED, Random, randomTest, type SingleTest, TESTABLE, underVivarium } from "../conformance/a64/single.js";
import { randomProgram, run } from "../fuzz/a64.js";
import { ADD } from "../graph/code.js";

/** The seed's addition of each pair, with the gas that it took. */
export function seed(pairs: readonly (readonly [string, string])[], tier: A64Tier): string[] {
  using machine = a64.load(ADD).instantiate({ tier, gas: 1000 });
  return pairs.map(([a, b]) => {
    const { exit, value } = machine.call(0x10000, [BigInt(a), BigInt(b)]);
    return `${a} + ${b} = ${value} (${exit.kind}, ${machine.gas} left)`;
  });
}

/** Answers of functions of an image. @param image base64 */
export function answers(image: string, names: readonly string[], args: readonly number[], tier: A64Tier): string[][] {
  const bytes = Uint8Array.from(atob(image), (c) => c.charCodeAt(0));
  using machine = a64.load(bytes).instantiate({ tier });
  return names.map((name) =>
    args.map((n) => {
      const { exit, value } = machine.call(name, [n]);
      return exit.kind === "halt" ? value.toString(16) : exit.kind;
    }),
  );
}

/** One random test of every encoding. */
export function singleTests(random: number): SingleTest[] {
  const r = new Random(random);
  return [...PLACED, ...TESTABLE].map((e, i) => randomTest(e, r, i));
}
/** States after one random test of every encoding, as text. */
export function instructions(random: number, tier: A64Tier): string[] {
  const hex = (state: BigUint64Array): string => [...state].map((v) => v.toString(16)).join(" ");
  return underVivarium(singleTests(random), tier).map(hex);
}

/** What random programs do. */
export function programs(from: number, count: number, tier: A64Tier): string[][] {
  return Array.from({ length: count }, (_, i) => run(randomProgram(from + i), tier));
}
