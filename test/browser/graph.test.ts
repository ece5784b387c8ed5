/** Graphs in headless Chromium do what they do in Node: the acceptance tests 1, 2, 4, 5, 6 and 9, files and databases. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arithmetic, busy, continued, explanations, fileOf, hashes, traps } from "../graph/scenarios.js";
import { EXPECTED } from "../graph/wasm-expected.js";
import { type WasmModules, wasmModules } from "../graph/wasm-modules.js";
import { ring } from "../graph/wasm-scenarios.js";
import { openPage, skipBrowser, type TestPage } from "./browser.js";
import { seed } from "./graph.page.js";

/** How long a browser may take to start, beside everything else that runs. */
const START_MS = 60_000;
const pageFile = join(import.meta.dirname, "graph.page.ts");

describe.skipIf(skipBrowser)("graphs in Chromium", () => {
  let page: TestPage;
  beforeAll(async () => {
    page = await openPage(pageFile);
  }, START_MS);
  afterAll(async () => {
    expect(page.errors).toEqual([]);
    await page[Symbol.asyncDispose]();
  });

  it("1: compute what they compute in Node", async () => {
    expect(await page.call("arithmetic")).toEqual(arithmetic());
  });

  it("2: refuse every truncation and flipped bits", async () => {
    const counts = await page.call<Record<string, number>>("damaged", 13);
    expect(Object.keys(counts).sort()).toEqual(["cut refused", "flip refused"]);
  });

  it("4: trap as in Node, and go on", async () => {
    expect(await page.call("traps")).toEqual(traps());
  });

  it("5: look at as many nodes in large graphs as in small ones", async () => {
    const [small, large] = await page.call<number[]>("touched", [1000, 100_000]);
    expect(large).toBe(small);
  });

  it("6: come to the hash of Node, with save and reopening in the middle, and in every run", async () => {
    expect(await page.call("hashes", 40)).toEqual(hashes(40));
    expect(await page.call("distinct", 100, 30)).toBe(1);
  });

  it("9: explain in the same words", async () => {
    expect(await page.call("explanations")).toEqual(explanations());
  });

  it("go on in the page from a file that was saved in Node, and the reverse", async () => {
    const straight = busy();
    straight.runSync({ maxSteps: 50 });
    expect(await page.call("continued", fileOf(20), 30)).toBe(straight.hash());
    expect(continued(await page.call<string>("fileOf", 20), 30)).toBe(straight.hash());
  });

  it("are found in IndexedDB as they were left", async () => {
    const straight = busy();
    straight.runSync({ maxSteps: 60 });
    expect(await page.call("stored", [10, 20, 30])).toBe(straight.hash());
  });
});

describe.skipIf(skipBrowser)("WebAssembly payloads in Chromium", () => {
  let page: TestPage;
  let modules: WasmModules;
  beforeAll(async () => {
    page = await openPage(pageFile);
    modules = await wasmModules();
  }, START_MS);
  afterAll(async () => {
    expect(page.errors).toEqual([]);
    await page[Symbol.asyncDispose]();
  });

  for (const scenario of Object.keys(EXPECTED) as (keyof typeof EXPECTED)[]) {
    it(`${scenario}: as in Node`, async () => {
      expect(await page.call(scenario, modules)).toEqual(EXPECTED[scenario]);
    });
  }
  it("come to the hash of Node, in workers and inline", async () => {
    const here = await ring(modules, "inline", 25);
    expect(await page.call("ring", modules, "worker", 25)).toBe(here);
    expect(await page.call("ring", modules, "inline", 25)).toBe(here);
  });
});

describe.skipIf(skipBrowser)("a content security policy that forbids WebAssembly", () => {
  it("leaves the seed's bytes adding", async () => {
    await using page = await openPage(pageFile, { policy: "default-src 'self'" });
    expect([seed(), await page.call("seed")]).toEqual(["8", "8"]);
  });
});
