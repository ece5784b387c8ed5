/** Pull mode: computes an output and executes only what depends on something that has changed. */
import { describe, expect, it } from "vitest";
import { createGraph, type Graph, type HostPayloadFunction } from "vivarium/graph";

const functions: Record<string, HostPayloadFunction> = {
  half: ([n]) => [(n as bigint) / 2n],
  add: ([a, b]) => [(a as bigint) + (b as bigint)],
  fail: () => {
    throw new Error("no");
  },
};

/** A tree: `left` and `right` are halved and added. */
function tree(): Graph {
  const g = createGraph({ functions });
  for (const side of ["left", "right"]) {
    g.input(side, "u64");
    g.exec(`half-${side}`, { code: { kind: "host", bytes: "half" }, in: { n: "u64" }, out: { n: "u64" } });
    g.connect(side, `half-${side}`);
  }
  g.exec("sum", { code: { kind: "host", bytes: "add" }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
  g.connect("half-left", "sum.a");
  g.connect("half-right", "sum.b");
  g.output("out", "u64");
  g.connect("sum", "out");
  g.set("left", 10n);
  g.set("right", 20n);
  return g;
}

describe("pull", () => {
  it("executes what is upstream once, then only what a change reaches", async () => {
    const g = tree();
    expect(await g.pull("out")).toMatchObject({ value: 15n, executed: 3 });
    expect(await g.pull("out")).toMatchObject({ value: 15n, executed: 0 });
    g.set("left", 30n);
    expect(await g.pull("out")).toMatchObject({ value: 25n, executed: 2 });
    expect(g.inspect("half-right").fires).toBe(1);
  });

  it("stops where a result has not changed, and executes again when code has", async () => {
    const g = tree();
    await g.pull("out");
    g.set("left", 11n);
    expect(await g.pull("out")).toMatchObject({ value: 15n, executed: 1 });
    g.recode("sum", { kind: "host", bytes: "add", entry: "again" });
    expect(await g.pull("out")).toMatchObject({ value: 15n, executed: 1 });
  });

  it("says what is missing, what trapped and what goes in a circle", async () => {
    const g = createGraph({ functions });
    g.exec("add", { code: { kind: "host", bytes: "add" }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
    await expect(g.pull("add")).rejects.toThrow("add waits for a");
    g.connect("add", "add.a");
    await expect(g.pull("add")).rejects.toThrow("depends on itself");
    g.exec("fail", { code: { kind: "host", bytes: "fail" }, out: { r: "u64" } });
    await expect(g.pull("fail")).rejects.toThrow("fail: host: no");
  });

  it("goes through chains of any length", async () => {
    const g = createGraph({ functions });
    const length = 20_000;
    const code = g.code({ kind: "host", bytes: "add" });
    for (let i = 0; i < length; i++) {
      g.exec(undefined, { code, in: { a: "u64", b: { type: "u64", latch: true, default: 1n } }, out: { r: "u64" } });
      if (i > 0) g.data(i - 1, "r", i, "a");
    }
    g.set(0, "a", 0n);
    expect(await g.pull(length - 1)).toMatchObject({ value: BigInt(length), executed: length });
    expect(await g.pull(length - 1)).toMatchObject({ executed: 0 });
  });
});
