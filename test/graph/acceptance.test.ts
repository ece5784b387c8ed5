/** The acceptance tests of the specification (D13) that need nothing but the library. */
import { describe, expect, it } from "vitest";
import { createGraph, type Frame, type Outcome, openGraph, type PayloadAdapter } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { ADD, MUL, words } from "./code.js";
import { arithmetic, busy, damaged, explanations, hashes, sample, touched, traps } from "./scenarios.js";

const payloads = [a64Payload];

describe("acceptance", () => {
  it("1: the seed's bytes add, multiply and subtract, zeros included", () => {
    expect(arithmetic()).toEqual([
      "add 1 1 = 2",
      "add 5 3 = 8",
      "add 18446744073709551615 1 = 0",
      "add 0 0 = 0",
      "add 12 34 = 46",
      "mul 4 5 = 20",
      "sub 10 3 = 7",
    ]);
  });

  it("2: every truncation and every flipped bit of a file is refused with section and offset", () => {
    const counts = damaged();
    expect(Object.keys(counts).sort()).toEqual(["cut refused", "flip refused"]);
    expect(counts["flip refused"]).toBe(8 * sample().save().length);
  });

  it("3: 10,000 nodes, edges and patterns change neither code nor edges, reopened or not", () => {
    const g = createGraph({ payloads });
    g.exec("add", { code: { kind: "a64", bytes: ADD }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
    g.output("sum", "u64");
    g.connect("add.r", "sum");
    const code = g.inspect("add").code;
    const edge = g.edge(0);
    for (let i = 0; i < 10_000; i++) {
      g.value(`n${i}`);
      g.act(`n${i}`, `n${Math.floor(i / 2)}`);
      g.pattern(undefined, `w${i} _`);
    }
    expect(g.inspect("add").code).toBe(code);
    expect(g.edge(0)).toEqual(edge);
    const again = openGraph(g.save(), { payloads });
    again.exec("mul", { code: { kind: "a64", bytes: MUL }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
    expect(again.inspect("add").code).toBe(code);
    expect(again.edge(0)).toEqual(edge);
    again.set("add", "a", 7n);
    again.set("add", "b", 3n);
    again.runSync();
    expect(again.get("sum")).toBe(10n);
  });

  it("4: every kind of trap comes to the error port, and the other nodes go on", () => {
    expect(traps()).toEqual({
      kinds: {
        illegal: "illegal",
        memory: "memory",
        stack: "stack",
        fuel: "fuel",
        unreachable: "unreachable",
        arith: "arith",
      },
      works: "42",
      count: 6,
      fires: 7,
      faults: 1,
    });
  });

  it("5: the nodes that a step looks at are as many in a graph of 100,000 as in one of 1,000", () => {
    const [small, ...larger] = touched([1000, 10_000, 100_000]);
    expect(small).toBeGreaterThan(0);
    expect(larger).toEqual([small, small]);
  });

  it("6: 100 runs come to one hash, with save and reopening in the middle too", () => {
    const one = hashes(60);
    expect(one.reopened).toBe(one.straight);
    const all = new Set(
      Array.from({ length: 100 }, () => {
        const g = busy();
        g.runSync({ maxSteps: 60 });
        const hash = g.hash();
        g.dispose();
        return hash;
      }),
    );
    expect([...all]).toEqual([one.straight]);
  });

  it("6: payloads that finish in any order give the hash of those that run one after the other", async () => {
    const compute = ({ inputs }: Frame): Outcome => ({
      ok: [BigInt.asUintN(64, (inputs[0]?.value as bigint) * 3n + (inputs[1]?.value as bigint))],
    });
    let turn = 0;
    const serial: PayloadAdapter = { kinds: ["native-x64"], load: () => ({ run: compute }) };
    const parallel: PayloadAdapter = {
      kinds: ["native-x64"],
      load: () => ({
        parallel: true,
        run: async (frame) => {
          for (let waits = (turn = (turn * 7 + 3) % 11); waits > 0; waits--) await Promise.resolve();
          return compute(frame);
        },
      }),
    };
    const ends = await Promise.all(
      [serial, parallel].map(async (adapter) => {
        const g = createGraph({ payloads: [adapter] });
        const code = g.code({ kind: "native-x64", bytes: Uint8Array.of(1) });
        const spec = { code, in: { a: "u64", b: "u64" }, out: { r: "u64" }, refractory: 1 } as const;
        const nodes = Array.from({ length: 8 }, (_, i) => g.exec(`n${i}`, spec));
        for (const n of nodes) {
          g.data(n, "r", ((n + 1) % 8) as number, "a");
          g.data(n, "r", ((n + 3) % 8) as number, "b");
        }
        for (const n of nodes) {
          g.set(n, "a", BigInt(n));
          g.set(n, "b", 1n);
        }
        await g.run({ maxSteps: 50 });
        return { hash: g.hash(), fires: nodes.map((n) => g.inspect(n).fires) };
      }),
    );
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[0]?.fires.every((n) => n > 5)).toBe(true);
  });

  it("8: a payload that calls what was not granted traps with denied", () => {
    const read: string[] = [];
    const fs = {
      read: (path: string): Uint8Array => {
        read.push(path);
        return Uint8Array.of(1, 2, 3);
      },
    };
    // mov x0, #0x10000; mov x1, #4; mov x2, #0x20000000; mov x3, #16; svc #3; ret: reads the file named by its own bytes.
    const bytes = words(0xd2a00020, 0xd2800081, 0xd2a40002, 0xd2800203, 0xd4000061, 0xd65f03c0);
    const g = createGraph({ payloads, services: { fs } });
    for (const [key, capabilities] of [
      ["may", ["fs.r"]],
      ["never", []],
    ] as const) {
      g.exec(key, {
        code: { kind: "a64", bytes, capabilities },
        in: {},
        out: { r: "u64" },
        mode: "manual",
        refractory: 0,
      });
    }
    const outcomes = (grant: string[]): unknown[] =>
      ["may", "never"].map((key) => {
        g.fire(key);
        g.runSync({ grant });
        return g.log({ node: key, last: 1 })[0]?.trap?.kind ?? g.get(key, "r");
      });
    expect(outcomes([])).toEqual(["denied", "denied"]);
    expect(read).toEqual([]);
    expect(outcomes(["fs.r"])).toEqual([3n, "denied"]);
    expect(read.length).toBe(1);
  });

  it("9: explain names the missing input, the threshold, or whatever else holds a node back", () => {
    expect(explanations()).toEqual({
      missing: "missing-input: missing waits for b",
      quiet: "below-threshold: quiet has activation 0, below its threshold of 1",
      controlled: "no-control: controlled waits for control",
      asked: "not-asked: asked fires only when it is asked to",
      resting: expect.stringMatching(/^refractory: resting rests until step \d+$/) as string,
      off: "disabled: off is not enabled",
      blocked: "back-pressure: blocked waits for room in slow.a",
      slow: "missing-input: slow waits for b",
    });
  });
});
