/** WebAssembly payloads in Node: stopped, limited, served, deterministic. */
import { beforeAll, describe, expect, it } from "vitest";
import { createGraph, openGraph } from "vivarium/graph";
import { EXPECTED } from "./wasm-expected.js";
import { type WasmModules, wasmModules } from "./wasm-modules.js";
import { endless, kinds, pages, repeated, ring, talks, values } from "./wasm-scenarios.js";

describe("WebAssembly payloads", () => {
  let modules: WasmModules;
  beforeAll(async () => {
    modules = await wasmModules();
  });

  it("are stopped at their deadline, and go on with the next input, while others finish in the same step", async () => {
    expect(await endless(modules)).toEqual(EXPECTED.endless);
  });
  it("trap by kind and keep nothing", async () => {
    expect(await kinds(modules)).toEqual(EXPECTED.kinds);
  });
  it("get no more memory than their code may use", async () => {
    expect(await pages(modules)).toEqual(EXPECTED.pages);
  });
  it("ask the host for what they are granted, each call once", async () => {
    expect(await talks(modules)).toEqual(EXPECTED.talks);
  });
  it("take and give values of every type with the ABI of values", async () => {
    expect(await values(modules)).toEqual(EXPECTED.values);
  });
  it("come to one hash in workers and inline, random numbers included", async () => {
    const inline = await ring(modules, "inline", 25);
    expect([await ring(modules, "worker", 25), await ring(modules, "worker", 25)]).toEqual([inline, inline]);
  });
  it("are not executed again where a recording says that they were stopped", async () => {
    expect(await repeated(modules)).toEqual(EXPECTED.repeated);
  });

  it("run inline at once where that is asked for, and otherwise not in runSync", () => {
    const code = { kind: "wasm", bytes: Uint8Array.from(modules.divide) } as const;
    for (const wasm of ["inline", "worker"] as const) {
      const g = createGraph({ wasm });
      g.exec("n", { code, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
      g.set("n", "a", 12n);
      g.set("n", "b", 4n);
      if (wasm === "worker") expect(() => g.runSync()).toThrow("runs in workers or processes");
      else {
        g.runSync();
        expect(g.get("n", "r")).toBe(3n);
      }
    }
  });

  it("work inside subgraphs, for which the step outside waits", async () => {
    const inner = createGraph();
    inner.input("x", "u64");
    inner.exec("loop", {
      code: { kind: "wasm", bytes: Uint8Array.from(modules.forever), timeout: 100 },
      in: { a: "u64" },
      out: { r: "u64" },
    });
    inner.output("y", "u64");
    inner.connect("x", "loop");
    inner.connect("loop.r", "y");
    const g = createGraph();
    const code = { kind: "subgraph", bytes: inner.save() } as const;
    g.subgraph("s", { code, in: { x: "u64" }, out: { y: "u64" }, refractory: 0 });
    const again = openGraph(g.save());
    for (const [x, y] of [
      [0n, 1n],
      [1n, undefined],
      [0n, 1n],
    ] as const) {
      again.set("s", x);
      const { traps, steps } = await again.run();
      expect([traps, steps, again.log({ last: 1 })[0]?.outputs[0]?.value]).toEqual([y === undefined ? 1 : 0, 1, y]);
    }
  });
});
