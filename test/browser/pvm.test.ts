/** The PVM in headless Chromium does what it does in Node: same exits, gas, registers and memory, in every tier. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, skipBrowser, type TestPage } from "./browser.js";
import { type Job, type Result, resumed, run, saved, sideBySide } from "./pvm.page.js";

const pageFile = join(import.meta.dirname, "pvm.page.ts");
const programs = join(import.meta.dirname, "../../examples/pvm/programs");

function program(file: string): string {
  return readFileSync(join(programs, file)).toString("base64");
}

/** Program, profile, N, and gas: enough for some, too little for others. */
const JOBS: readonly [string, Job["profile"], number, string][] = [
  ["arith32.spi", "080", 20_000, "1000000000"],
  ["arith64.spi", "072", 20_000, "1000000000"],
  ["sieve.spi", "080", 3000, "1000000000"],
  ["rmw.spi", "072", 10_000, "1000000000"],
  ["fibrec.spi", "080", 14, "1000000000"],
  ["collatz.spi", "072", 500, "1000000000"],
  ["collatz.spi", "072", 500, "54321"],
  ["collatz.spi", "080", 500, "54321"],
  ["sha256.jam.spi", "080", 1000, "1000000000"],
  ["crc32.gp072.spi", "072", 4000, "1000000000"],
  ["lz77.jam.spi", "080", 600, "1000000000"],
  ["expr.jam.spi", "080", 30, "300000"],
];

describe.skipIf(skipBrowser)("the PVM in Chromium", () => {
  let page: TestPage;
  beforeAll(async () => {
    page = await openPage(pageFile);
  });
  afterAll(async () => {
    expect(page.errors).toEqual([]);
    await page[Symbol.asyncDispose]();
  });

  for (const [file, profile, n, gas] of JOBS) {
    it(`runs ${file} (profile ${profile}, N ${n}, gas ${gas}) to the state that Node comes to, in every tier`, async () => {
      const expected = run({ program: program(file), profile, n, gas, tier: "interpreter" });
      for (const tier of ["interpreter", "interpreter:tail", "portable"] as const) {
        const job: Job = { program: program(file), profile, n, gas, tier };
        expect(await page.call<Result>("run", job), tier).toEqual(expected);
      }
    });
  }

  it("goes on in the page from what was saved in Node, and in Node from what was saved in the page", async () => {
    const job: Job = { program: program("lz77.jam.spi"), profile: "080", n: 600, gas: "200000", tier: "interpreter" };
    const more = "1000000000";
    const here = saved(job);
    expect(await page.call("saved", job)).toBe(here);
    const end = run({ ...job, gas: String(BigInt(job.gas) + BigInt(more)) });
    expect(end.exit).toBe("halt");
    for (const tier of ["interpreter", "portable", "auto"] as const) {
      expect(await page.call<Result>("resumed", { ...job, tier }, here, more), tier).toEqual(end);
    }
    expect(resumed(job, await page.call<string>("saved", job), more)).toEqual(end);
  });

  it("keeps a thousand machines side by side", async () => {
    const expected = sideBySide(program("collatz.spi"), 16, 20);
    expect(expected.results.length).toBeGreaterThan(1);
    expect(await page.call("sideBySide", program("collatz.spi"), 1000, 20)).toEqual(expected);
  });

  // Why compiled code is kept in memory only (docs/jit.md): if this changes, so may that.
  it("is not allowed to store compiled modules in IndexedDB", async () => {
    expect(await page.call<string>("storeModule")).toBe("DataCloneError");
  });

  it("stops a program at an AbortSignal and lets the page do its other work meanwhile", async () => {
    const { kind, reason, longest } = await page.call<{ kind: string; reason: string; longest: number }>(
      "stopped",
      program("collatz.spi"),
    );
    expect({ kind, reason }).toEqual({ kind: "interrupted", reason: "signal" });
    expect(longest).toBeLessThan(250);
  });
});

describe.skipIf(skipBrowser)("a content security policy that forbids WebAssembly", () => {
  it("makes auto pick the portable tier, which comes to the same state", async () => {
    await using page = await openPage(pageFile, { policy: "default-src 'self'" });
    expect(await page.call("automaticTier", program("sieve.spi"))).toBe("portable");
    const job: Job = { program: program("sieve.spi"), profile: "080", n: 1000, gas: "1000000000", tier: "auto" };
    expect(await page.call<Result>("run", job)).toEqual(run({ ...job, tier: "interpreter" }));
  });
});
