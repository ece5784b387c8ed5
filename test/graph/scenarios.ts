/** What the specification demands of graphs (D13), as functions that run in Node and in a page alike and give plain data. */
import {
  createGraph,
  type Graph,
  GraphFormatError,
  type HostServices,
  openGraph,
  type PayloadAdapter,
} from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { mirPayload } from "vivarium/graph/mir";
import { ADD, DIVIDE_MIR, FAILING, MUL, SUB } from "./code.js";

const payloads: readonly PayloadAdapter[] = [a64Payload, mirPayload];

const TWO = { in: { a: "u64", b: "u64" }, out: { r: "u64" } } as const;

/** 1: the seed's bytes and two others, executed. */
export function arithmetic(): string[] {
  const g = createGraph({ payloads });
  for (const [key, bytes] of Object.entries({ add: ADD, sub: SUB, mul: MUL })) {
    g.exec(key, { code: { kind: "a64", bytes }, ...TWO, refractory: 0 });
  }
  const cases: [string, bigint, bigint][] = [
    ["add", 1n, 1n],
    ["add", 5n, 3n],
    ["add", 2n ** 64n - 1n, 1n],
    ["add", 0n, 0n],
    ["add", 12n, 34n],
    ["mul", 4n, 5n],
    ["sub", 10n, 3n],
  ];
  return cases.map(([key, a, b]) => {
    g.set(key, "a", a);
    g.set(key, "b", b);
    g.runSync();
    return `${key} ${a} ${b} = ${g.get(key, "r")}`;
  });
}

/** A small graph with everything that a file can hold. */
export function sample(): Graph {
  const g = createGraph({ payloads, functions: {} });
  g.input("x", "u64", 4);
  g.exec("add", {
    code: { kind: "a64", bytes: ADD, entry: "0x10000" },
    in: { a: "u64", b: { type: "u64", latch: true, default: 7n } },
    out: { r: "u64" },
  });
  g.value("keep", "u64");
  g.output("sum", "any");
  g.pattern("plus", "_a:u64 + _b:u64 = ?");
  g.exec("log", { code: { kind: "host", bytes: "format" }, in: { v: "any" }, out: { text: "str" }, mode: "control" });
  g.connect("x", "add.a");
  g.connect("add.r", "keep", 3);
  g.connect("keep", "sum");
  g.act("add", "keep", { w: 0.5, delay: 2 });
  g.control("add", "log");
  g.member("plus", "add");
  g.set("log", "v", "waiting");
  for (const n of [1n, 2n, 3n]) g.set("x", n);
  g.runSync({ maxSteps: 3 });
  g.addCold("notes", Uint8Array.of(1, 2, 3));
  g.meta["title"] = "sample";
  return g;
}

function refusal(bytes: Uint8Array): string {
  try {
    openGraph(bytes, { payloads });
    return "accepted";
  } catch (error) {
    if (!(error instanceof GraphFormatError)) return `${error}`;
    return error.section !== "" && error.offset !== undefined ? "refused" : "without position";
  }
}

/** 2: what a damaged file comes to, counted; every bit of `from` to `to` and every length. */
export function damaged(step = 1): Record<string, number> {
  const file = sample().save();
  const counts: Record<string, number> = {};
  const count = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (let bit = 0; bit < file.length * 8; bit += step) {
    const copy = file.slice();
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    count(`flip ${refusal(copy)}`);
  }
  for (let length = 0; length < file.length; length++) count(`cut ${refusal(file.slice(0, length))}`);
  return counts;
}

/** 4: failures of every kind, beside a node that works and one that catches. */
export function traps(): Record<string, unknown> {
  const g = createGraph({ payloads });
  const code = Object.entries(FAILING).map(([name, bytes]) => [name, { kind: "a64", bytes, fuel: 100_000 }] as const);
  for (const [name, spec] of code) {
    g.exec(name, { code: spec, in: { a: "u64" }, out: { r: "u64" } });
    g.output(`${name}-error`, "str");
    g.connect(`${name}.error`, `${name}-error`);
    g.set(name, "a", name === "illegal" ? 0x10008n : 0n);
  }
  g.exec("arith", { code: { kind: "mir", bytes: DIVIDE_MIR }, in: { a: "i64", b: "i64" }, out: { r: "i64" } });
  g.output("arith-error", "str");
  g.connect("arith.error", "arith-error");
  g.set("arith", "a", 1n);
  g.set("arith", "b", 0n);
  g.exec("works", { code: { kind: "a64", bytes: ADD }, ...TWO });
  g.set("works", "a", 20n);
  g.set("works", "b", 22n);
  const { traps: count, fires } = g.runSync();
  const caught = Object.fromEntries(
    [...code.map(([name]) => name), "arith"].map((name) => [name, g.get(`${name}-error`)]),
  );
  const kinds = Object.fromEntries(Object.entries(caught).map(([name, text]) => [name, String(text).split(":")[0]]));
  return { kinds, works: String(g.get("works", "r")), count, fires, faults: g.inspect("fuel").faults };
}

/** A chain of additions with nodes that nothing happens to. */
export function chain(length: number, idle = 0): Graph {
  const g = createGraph({ payloads, provenance: 16 });
  const code = g.code({ kind: "a64", bytes: ADD });
  const spec = {
    code,
    in: { a: "u64", b: { type: "u64", latch: true, default: 1n } },
    out: { r: "u64" },
    refractory: 0,
  } as const;
  for (let i = 0; i < length; i++) g.exec(undefined, spec);
  for (let i = 0; i + 1 < length; i++) g.data(i, "r", i + 1, "a");
  for (let i = 0; i < idle; i++) g.value(undefined, "u64");
  for (let i = 0; i + 1 < idle; i += 2) g.act(length + i, length + i + 1);
  return g;
}

/** 5: nodes looked at in a step, for graphs of these sizes. */
export function touched(sizes: readonly number[]): number[] {
  return sizes.map((size) => {
    const g = chain(10, size);
    g.set(0, "a", 1n);
    return g.runSync().touched;
  });
}

/** A graph with loops, delays, streams, activation and random numbers, run in parts. */
export function busy(services: HostServices = {}): Graph {
  const g = createGraph({ payloads, services, seed: 7n });
  g.exec("add", {
    code: { kind: "a64", bytes: ADD },
    in: { a: "u64", b: { type: "u64", latch: true, default: 3n } },
    out: { r: "u64" },
    refractory: 1,
  });
  g.exec("mul", {
    code: { kind: "a64", bytes: MUL },
    in: { a: { type: "u64", stream: 4 }, b: { type: "u64", latch: true, default: 5n } },
    out: { r: "u64" },
    refractory: 3,
  });
  g.value("loop", "u64");
  g.output("out", "u64");
  g.connect("add.r", "mul.a");
  g.connect("mul.r", "loop", 2);
  g.connect("loop", "add.a");
  g.connect("mul.r", "out");
  const cells = Array.from({ length: 20 }, (_, i) =>
    g.value(`cell${i}`, "u64", { leak: 0.1 + i / 100, group: (i % 3) + 1 }),
  );
  cells.forEach((cell, i) => {
    g.act(cell, cells[(i * 7 + 1) % cells.length] as number, {
      w: 0.3 + i / 50,
      delay: i % 3,
      inhibitory: i % 5 === 4,
    });
  });
  g.exec("beat", {
    code: { kind: "a64", bytes: SUB },
    in: { a: { type: "u64", latch: true, default: 9n }, b: { type: "u64", latch: true, default: 4n } },
    out: { r: "u64" },
    mode: "activation",
    refractory: 2,
  });
  g.act("cell3", "beat", { w: 2 });
  g.connect("beat.r", "add.a");
  for (const cell of cells.slice(0, 5)) g.inject(cell, 2);
  g.set("add", "a", 1n);
  return g;
}

/** 6: the hash after so many steps, straight on and with a save and reopening in the middle. */
export function hashes(steps: number): { straight: string; reopened: string; bytes: number } {
  const straight = busy();
  straight.runSync({ maxSteps: steps });
  let part = busy();
  let bytes = 0;
  for (let done = 0; done < steps; ) {
    const some = Math.min(steps - done, 1 + (done % 7));
    part.runSync({ maxSteps: some });
    done += some;
    const file = part.save();
    bytes += file.length;
    part.dispose();
    part = openGraph(file, { payloads });
  }
  return { straight: straight.hash(), reopened: part.hash(), bytes };
}

/** 9: why none of these nodes fires. */
export function explanations(): Record<string, string> {
  const g = createGraph({ payloads });
  const code = g.code({ kind: "a64", bytes: ADD });
  const ports = { in: { a: "u64", b: "u64" }, out: { r: "u64" } } as const;
  g.exec("missing", { code, ...ports });
  g.exec("quiet", { code, ...ports, mode: "activation" });
  g.exec("controlled", { code, ...ports, mode: "control" });
  g.exec("asked", { code, ...ports, mode: "manual" });
  g.exec("resting", { code, ...ports, refractory: 100 });
  g.exec("off", { code, ...ports });
  g.exec("blocked", { code, ...ports, refractory: 0 });
  g.exec("slow", { code, in: { a: { type: "u64", stream: 1 }, b: "u64" }, out: { r: "u64" } });
  g.connect("blocked.r", "slow.a");
  g.enable("off", false);
  for (const key of ["quiet", "controlled", "asked", "resting", "off", "blocked"]) {
    g.set(key, "a", 1n);
    g.set(key, "b", 1n);
  }
  g.set("missing", "a", 1n);
  g.runSync({ maxSteps: 40 });
  for (const key of ["resting", "blocked"]) {
    g.set(key, "a", 1n);
    g.set(key, "b", 1n);
  }
  g.runSync({ maxSteps: 2 });
  return Object.fromEntries(
    ["missing", "quiet", "controlled", "asked", "resting", "off", "blocked", "slow"].map((key) => {
      const { reason, text } = g.explain(key);
      return [key, `${reason}: ${text}`];
    }),
  );
}

/** A file as base64, made here; and the hash of one that is read here. */
export function fileOf(steps: number): string {
  const g = busy();
  g.runSync({ maxSteps: steps });
  return btoa(String.fromCharCode(...g.save()));
}
export function continued(file: string, steps: number): string {
  const g = openGraph(
    Uint8Array.from(atob(file), (char) => char.charCodeAt(0)),
    { payloads },
  );
  g.runSync({ maxSteps: steps });
  return g.hash();
}
