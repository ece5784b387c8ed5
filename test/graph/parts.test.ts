/** What graphs have besides nodes, edges and code: cold data, recordings in files, policies, changes by payloads. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { createGraph, type Graph, type GraphOptions, openGraph, type Policies } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { openIndexedDb } from "vivarium/graph/indexeddb";
import { openLmdb } from "vivarium/graph/lmdb";
import { ADD, MUL } from "./code.js";

const payloads = [a64Payload];
const TWO = { in: { a: "u64", b: "u64" }, out: { r: "u64" }, refractory: 0 } as const;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A node that gives a part of an entry of cold data. */
function reader(options: GraphOptions = {}): Graph {
  const functions = {
    part: async ([entry, offset, length]: readonly unknown[], call: (name: string, ...args: never[]) => unknown) => [
      (await call("cold.read", entry as never, offset as never, length as never)) as Uint8Array,
    ],
  };
  return createGraph({ functions: functions as never, ...options });
}
const PART = {
  code: { kind: "host", bytes: "part", capabilities: ["cold"] },
  in: { entry: "str", offset: "u64", length: "u64" },
  out: { bytes: "bytes" },
  refractory: 0,
} as const;
async function part(g: Graph, entry: string, offset: bigint, length: bigint): Promise<string> {
  g.set("part", "entry", entry);
  g.set("part", "offset", offset);
  g.set("part", "length", length);
  await g.run({ grant: ["cold"] });
  const [firing] = g.log({ node: "part", last: 1 });
  return firing?.trap === undefined ? text(g.get("part", "bytes") as Uint8Array) : firing.trap.message;
}

describe("cold data", () => {
  const story = new TextEncoder().encode("once upon a time");

  it("is read in parts, from the graph, from its file, from databases", async () => {
    const g = reader();
    g.exec("part", PART);
    g.addCold("story", story);
    g.addCold("empty", new Uint8Array(0));
    expect(await part(g, "story", 5n, 4n)).toBe("upon");
    expect(await part(g, "story", 12n, 5n)).toContain("or not so much of it");
    expect(await part(g, "other", 0n, 1n)).toContain("there is no entry other");
    const { options } = g;
    const file = g.save();
    const again = openGraph(file, options);
    expect([again.hash(), again.cold.entries]).toEqual([g.hash(), g.cold.entries]);
    expect(await part(again, "story", 0n, 4n)).toBe("once");
    const folder = mkdtempSync(join(tmpdir(), "viv-cold-"));
    const factory = new IDBFactory();
    try {
      const opens = [
        () => openLmdb(folder, { ...options, bytes: file }),
        () => openIndexedDb("g", { ...options, factory, bytes: file }),
      ];
      for (const open of opens) {
        const first = await open();
        first.graph.addCold("more", Uint8Array.of(104, 105));
        await first.graph.commit();
        await first.close();
        const second = await open();
        expect(await part(second.graph, "more", 0n, 2n)).toBe("hi");
        expect(await part(second.graph, "story", 12n, 4n)).toBe("time");
        await second.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is never replaced, and what is not as its hash says is not given", async () => {
    const g = reader();
    g.exec("part", PART);
    g.addCold("story", story);
    g.addCold("story", story);
    expect(() => g.addCold("story", Uint8Array.of(1))).toThrow("there is another entry");
    const file = g.save();
    const again = openGraph(file, g.options);
    // The file is changed while the graph is in use: checksums have been looked at, the hash has not.
    file[Buffer.from(file).indexOf("upon")] = 0x55;
    expect(await part(again, "story", 0n, 4n)).toContain("not what its hash says");
  });
});

describe("a recording in a file", () => {
  it("goes with the graph as it was at its start, and repeats what followed", async () => {
    const g = createGraph({ payloads, record: true });
    g.exec("add", { code: { kind: "a64", bytes: ADD }, ...TWO });
    g.record();
    g.set("add", "a", 40n);
    g.set("add", "b", 2n);
    await g.run();
    g.addCold("late", Uint8Array.of(1));
    const file = g.save({ recording: true });
    const again = openGraph(file, { payloads });
    expect([again.get("add", "r"), again.recording?.entries.length]).toEqual([undefined, 5]);
    const { hash } = await again.replay(again.recording as NonNullable<typeof again.recording>);
    expect([hash, again.get("add", "r")]).toEqual([g.hash(), 42n]);
    expect(openGraph(again.save(), { payloads }).recording).toBeUndefined();
    expect(() => createGraph().save({ recording: true })).toThrow("nothing is recorded");
  });
});

describe("code that no node runs", () => {
  it("is left out of a file on request, and what runs keeps running", () => {
    const g = createGraph({ payloads });
    g.code({ kind: "a64", bytes: MUL });
    g.exec("n", { code: { kind: "a64", bytes: MUL, fuel: 10 }, ...TWO });
    g.exec("add", { code: { kind: "a64", bytes: ADD }, ...TWO });
    g.recode("n", { kind: "a64", bytes: ADD, fuel: 99 });
    const small = openGraph(g.save({ collect: true }), { payloads });
    expect([g.codes.records.length, small.codes.records.map((r) => r.limits.fuel)]).toEqual([4, [10_000_000, 99]]);
    for (const key of ["n", "add"]) {
      small.set(key, "a", 5n);
      small.set(key, "b", 3n);
    }
    small.runSync();
    expect([small.get("n", "r"), small.get("add", "r")]).toEqual([8n, 8n]);
  });
});

describe("the ABI of code", () => {
  it("is one that its kind has", () => {
    const g = createGraph({ payloads });
    expect(() => g.exec("x", { code: { kind: "a64", bytes: ADD, abi: "values" }, ...TWO })).toThrow(
      "with the ABI values",
    );
    expect(() => g.exec("x", { code: { kind: "host", bytes: "format", abi: "registers" }, in: { v: "any" } })).toThrow(
      "with the ABI registers",
    );
  });
});

describe("a payload that changes code", () => {
  const functions = {
    change: async (inputs: readonly unknown[], call: (name: string, ...args: never[]) => unknown) => {
      const code = await call("graph.code", "a64" as never, MUL as never);
      await call("graph.recode", "n" as never, code as never);
      if (inputs[0] === true) await call("graph.recode", "nowhere" as never, code as never);
      return [];
    },
  };
  const make = (): Graph => {
    const g = createGraph({ payloads, functions: functions as never });
    g.exec("n", { code: { kind: "a64", bytes: ADD }, ...TWO });
    g.exec("change", {
      code: { kind: "host", bytes: "change", capabilities: ["graph"] },
      in: { wrong: "bool" },
      refractory: 0,
    });
    return g;
  };
  it("does so after the step, or not at all", async () => {
    const g = make();
    for (const [wrong, result] of [
      [true, 8n],
      [false, 15n],
    ] as const) {
      g.set("change", wrong);
      await g.run({ grant: ["graph"] });
      g.set("n", "a", 5n);
      g.set("n", "b", 3n);
      g.runSync();
      expect(g.get("n", "r")).toBe(result);
      expect(openGraph(g.save(), g.options).hash()).toBe(g.hash());
    }
    expect(g.get("change", "error")).toContain("there is no node nowhere");
  });
});

describe("policies", () => {
  /** Activations after some steps in which the first node is driven. */
  const driven = (policies: Policies, build: (g: Graph) => void, steps: number): Graph => {
    const g = createGraph({ policies });
    build(g);
    for (let i = 0; i < steps; i++) {
      g.inject(0, 1);
      g.runSync({ maxSteps: 1 });
    }
    return g;
  };
  const activation = (g: Graph, key: string): number => g.inspect(key).activation;
  const pair = (g: Graph): void => {
    g.value("a", "any", { group: 1 });
    g.value("b", "any", { group: 1 });
    g.act("a", "b", { learnable: true, w: 0.1 });
  };

  it("let nodes of a group inhibit each other", () => {
    const [off, on] = [driven({}, pair, 5), driven({ inhibition: { beta: 1 } }, pair, 5)];
    expect(activation(on, "a")).toBeLessThan(activation(off, "a"));
  });

  it("let active patterns explain their members away", () => {
    const build = (g: Graph): void => {
      g.pattern("p", "x _");
      g.value("member");
      g.value("other");
      g.member("p", "member");
      g.act("p", "member");
      g.act("p", "other");
    };
    const g = driven({ explainAway: { factor: 0.25 } }, build, 6);
    expect(activation(g, "other")).toBeGreaterThan(0.5);
    expect(activation(g, "member")).toBeLessThan(activation(g, "other") / 3);
    const plain = driven({}, build, 6);
    expect(activation(plain, "member")).toBe(activation(plain, "other"));
  });

  it("keep activation near a target", () => {
    const target = 0.4;
    const far = (rate: number): number =>
      Math.abs(
        activation(
          driven({ homeostasis: { target, rate } }, (g) => g.value("a"), 400),
          "a",
        ) - target,
      );
    expect(far(0)).toBeGreaterThan(1);
    expect(far(0.01)).toBeLessThan(0.05);
  });

  it("let learnable edges follow their ends, and no others; the weights are saved", async () => {
    const build = (g: Graph): void => {
      pair(g);
      g.act("a", "b", { w: 0.1 });
    };
    const g = driven({ learning: { rate: 0.05 } }, build, 300);
    const [learnt, fixed] = [g.edge(0)?.weight as number, g.edge(1)?.weight];
    expect(learnt).toBeGreaterThan(0.3);
    expect(learnt).toBeLessThan(1.5);
    expect(fixed).toBe(0.1);
    expect(openGraph(g.save()).edge(0)).toEqual(g.edge(0));
    const folder = mkdtempSync(join(tmpdir(), "viv-learn-"));
    try {
      const open = () => openLmdb(folder, { policies: { learning: { rate: 0.05 } }, bytes: g.save() });
      const first = await open();
      first.graph.inject("a", 4);
      await first.graph.run({ maxSteps: 5 });
      const weight = first.graph.edge(0)?.weight;
      expect(weight).not.toBe(learnt);
      await first.close();
      const second = await open();
      expect(second.graph.edge(0)?.weight).toBe(weight);
      await second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("come to the same hash in every run, and take no parameters out of range", () => {
    const all: Policies = {
      inhibition: { beta: 0.5 },
      explainAway: { factor: 0.5 },
      homeostasis: { target: 0.5, rate: 0.01 },
      learning: { rate: 0.01 },
    };
    expect(driven(all, pair, 100).hash()).toBe(driven(all, pair, 100).hash());
    for (const policies of [{ learning: { rate: 2 } }, { homeostasis: { target: Number.NaN, rate: 0 } }]) {
      expect(() => createGraph({ policies })).toThrow("is not from 0 to");
    }
  });
});
