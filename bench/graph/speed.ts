/** Measures graphs in a process of its own: firings of a chain beside JavaScript functions, and steps by size of graph. */
import process, { argv, stdout } from "node:process";
import { createGraph, type Graph } from "vivarium/graph";
import { createA64Payload } from "vivarium/graph/a64";

/** `add x0, x0, x1; ret`. */
const ADD = Uint8Array.of(0x00, 0x00, 0x01, 0x8b, 0xc0, 0x03, 0x5f, 0xd6);
const CHAIN = 1000;

export interface Speed {
  /** Nanoseconds of processor time for a firing, by round; each pair was measured one after the other. */
  readonly firings: Readonly<Record<string, readonly number[]>>;
  readonly functions: readonly number[];
  readonly objects: readonly number[];
  /** By nodes of the graph: nanoseconds of a step, and nodes that it looks at. */
  readonly steps: readonly { readonly nodes: number; readonly ns: number; readonly touched: number }[];
}

/** Nanoseconds of processor time for one of `count` parts of the work. */
function cost(count: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}

function chain(tier: "jit" | "interpreter", idle: number): Graph {
  const graph = createGraph({ payloads: [createA64Payload({ tier })] });
  const code = graph.code({ kind: "a64", bytes: ADD });
  const ports = { in: { a: "u64", b: { type: "u64", latch: true, default: 1n } }, out: { r: "u64" } } as const;
  for (let i = 0; i < CHAIN; i++) graph.exec(undefined, { code, ...ports });
  for (let i = 0; i + 1 < CHAIN; i++) graph.data(i, "r", i + 1, "a");
  for (let i = 0; i < idle; i++) graph.value(undefined, "u64");
  return graph;
}

function passes(graph: Graph, count: number): void {
  for (let i = 0; i < count; i++) {
    graph.set(0, "a", BigInt(i));
    graph.runSync();
    if (graph.get(CHAIN - 1, "r") !== BigInt(i + CHAIN)) throw new Error("the chain adds wrongly");
  }
}

/** The same network in JavaScript: a function for each node, which calls the next one's. */
function functions(count: number): void {
  let result = 0n;
  const nodes: ((a: bigint) => void)[] = [];
  for (let i = 0; i < CHAIN; i++) {
    const next = i;
    nodes.push((a) => {
      const sum = BigInt.asUintN(64, a + 1n);
      if (next + 1 < CHAIN) queue.push({ fn: nodes[next + 1] as (a: bigint) => void, value: sum });
      else result = sum;
    });
  }
  const queue: { fn: (a: bigint) => void; value: bigint }[] = [];
  for (let i = 0; i < count; i++) {
    queue.push({ fn: nodes[0] as (a: bigint) => void, value: BigInt(i) });
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) entry.fn(entry.value);
    if (result !== BigInt(i + CHAIN)) throw new Error("the functions add wrongly");
  }
}

/** The least that such a network can be: functions over doubles, called one after the other. */
function direct(count: number): void {
  const nodes = Array.from({ length: CHAIN }, () => new Function("a", "return a + 1;") as (a: number) => number);
  for (let i = 0; i < count; i++) {
    let value = i;
    for (let n = 0; n < CHAIN; n++) value = (nodes[n] as (a: number) => number)(value);
    if (value !== i + CHAIN) throw new Error("the functions add wrongly");
  }
}

const [rounds, passesInRound] = [Number(argv[2] ?? 9), Number(argv[3] ?? 300)];
const tiers = ["jit", "interpreter"] as const;
const graphs = tiers.map((tier) => chain(tier, 0));
for (const graph of graphs) passes(graph, 200);
functions(200);
direct(200);
const firings: Record<string, number[]> = { jit: [], interpreter: [] };
const queued: number[] = [];
const plain: number[] = [];
for (let round = 0; round < rounds; round++) {
  tiers.forEach((tier, i) => {
    firings[tier]?.push(cost(passesInRound * CHAIN, () => passes(graphs[i] as Graph, passesInRound)));
  });
  queued.push(cost(passesInRound * CHAIN, () => functions(passesInRound)));
  plain.push(cost(passesInRound * CHAIN, () => direct(passesInRound)));
}
for (const graph of graphs) graph.dispose();
const steps = [1000, 10_000, 100_000, 1_000_000].map((nodes) => {
  const graph = chain("jit", nodes - CHAIN);
  passes(graph, 50);
  const before = graph.step;
  let touched = 0;
  const ns = cost(1, () => {
    for (let i = 0; i < 50; i++) {
      graph.set(0, "a", 0n);
      touched += graph.runSync().touched;
    }
  });
  const made = graph.step - before;
  graph.dispose();
  return { nodes, ns: ns / made, touched: touched / made };
});
stdout.write(`${JSON.stringify({ firings, functions: queued, objects: plain, steps } satisfies Speed)}\n`);
