/** AArch64 machine code does in headless Chromium what it does in Node. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type A64Tier, a64 } from "../../packages/vivarium/src/a64.js";
import { disassembleWord } from "../../packages/vivarium/src/guests/a64/disassemble.js";
import { ARGUMENTS, keptAnswers, keptImage, LEVELS, programNames } from "../conformance/a64/corpus.js";
import { instructions, programs, singleTests } from "./a64.page.js";
import { openPage, skipBrowser, type TestPage } from "./browser.js";

/** How long a browser may take to start, beside everything else that runs. */
const START_MS = 60_000;
const pageFile = join(import.meta.dirname, "a64.page.ts");
const TIERS: readonly A64Tier[] = ["interpreter", "jit", "jit:eager", "portable"];
const RANDOM = Number(process.env["VIV_FUZZ_SEED"] ?? 1 + (Date.now() % 1_000_000));
/** Programs that take no longer than this many instructions are a selection for every tier. */
const SHORT = 200_000n;

describe.skipIf(skipBrowser)(`A64 in Chromium (VIV_FUZZ_SEED=${RANDOM})`, () => {
  let page: TestPage;
  beforeAll(async () => {
    page = await openPage(pageFile);
  }, START_MS);
  afterAll(async () => {
    expect(page.errors).toEqual([]);
    await page[Symbol.asyncDispose]();
  });

  it.each(TIERS)("adds with the seed's bytes: %s", async (tier) => {
    const pairs = [
      ["5", "3"],
      ["1", "1"],
      ["18446744073709551615", "1"],
      ["0", "0"],
      ["12", "34"],
    ];
    expect(await page.call("seed", pairs, tier)).toEqual([
      "5 + 3 = 8 (halt, 998 left)",
      "1 + 1 = 2 (halt, 996 left)",
      "18446744073709551615 + 1 = 0 (halt, 994 left)",
      "0 + 0 = 0 (halt, 992 left)",
      "12 + 34 = 46 (halt, 990 left)",
    ]);
  });

  it.each(LEVELS)("answers as qemu did for the C programs at -%s", async (level) => {
    const image = keptImage(level);
    const kept = keptAnswers()[level];
    using machine = a64.load(image).instantiate();
    const names = programNames().filter((name) => {
      const before = machine.gas;
      machine.call(name, [ARGUMENTS[1]]);
      return before - machine.gas < SHORT;
    });
    expect(names.length).toBeGreaterThan(15);
    const base64 = Buffer.from(image).toString("base64");
    for (const tier of ["interpreter", "jit"] as const) {
      const found = await page.call<string[][]>("answers", base64, names, ARGUMENTS, tier);
      expect(found).toEqual(names.map((name) => kept[name]));
    }
  });

  it.each(TIERS)("leaves the state of Node behind after every instruction: %s", async (tier) => {
    const found = await page.call<string[]>("instructions", RANDOM, tier);
    const expected = instructions(RANDOM, "portable");
    const wrong = singleTests(RANDOM).flatMap(({ word }, i) => {
      const [a, b] = [found[i], expected[i]].map((state) => state?.split(" ") ?? []) as [string[], string[]];
      const at = b.findIndex((part, k) => part !== a[k]);
      return at < 0 ? [] : [`${disassembleWord(word)}: word ${at} is ${a[at]}, not ${b[at]}`];
    });
    expect(wrong).toEqual([]);
    expect(found.length).toBe(expected.length);
  });

  it("goes through random programs as Node does, in every tier", async () => {
    const expected = programs(RANDOM, 30, "portable");
    for (const tier of TIERS) expect(await page.call("programs", RANDOM, 30, tier)).toEqual(expected);
  });
});
