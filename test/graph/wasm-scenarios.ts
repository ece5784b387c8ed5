/** What WebAssembly payloads must do, in Node and in a browser alike: plain data in, plain data out. */
import { type CodeSpec, createGraph, type ExecSpec, type Graph, type GraphOptions, type Value } from "vivarium/graph";
import type { WasmModules } from "./wasm-modules.js";

type Ports = Pick<ExecSpec, "in" | "out">;

const DIVIDE = { in: { a: "u64", b: "u64" }, out: { r: "u64" } } as const;
const ONE = { in: { a: "u64" }, out: { r: "u64" } } as const;
const WHOLE = { out: { r: "i32" } } as const;

function module(modules: WasmModules, name: keyof WasmModules, more: Partial<CodeSpec> = {}): CodeSpec {
  return { kind: "wasm", bytes: Uint8Array.from(modules[name]), ...more };
}
function graph(nodes: Readonly<Record<string, [CodeSpec, Ports]>>, options: GraphOptions = {}): Graph {
  const g = createGraph(options);
  for (const [key, [code, ports]] of Object.entries(nodes)) {
    g.exec(key, { code, ...ports, mode: "manual", refractory: 0 });
  }
  return g;
}
function last(g: Graph, node: string): string {
  const firing = g.log({ node, last: 1 })[0];
  if (firing === undefined) return "not fired";
  if (firing.trap !== undefined) return `${firing.trap.kind}: ${firing.trap.message}`;
  return firing.outputs.map((v) => String(v?.value)).join(" ");
}
async function fire(
  g: Graph,
  node: string,
  inputs: Readonly<Record<string, Value>> = {},
  grant: readonly string[] = [],
) {
  for (const [port, value] of Object.entries(inputs)) g.set(node, port, value);
  g.fire(node);
  await g.run({ grant });
  return last(g, node);
}

/** An endless loop beside code that ends, in one step; then the same node with an input for which it ends. */
export async function endless(modules: WasmModules): Promise<unknown> {
  using g = graph({
    forever: [module(modules, "forever", { timeout: 150 }), ONE],
    divide: [module(modules, "divide"), DIVIDE],
  });
  g.output("result", "u64");
  g.output("wrong", "str");
  g.connect("divide", "result");
  g.connect("forever.error", "wrong");
  const rounds: unknown[] = [];
  for (const a of [1n, 0n, 1n, 0n]) {
    g.set("forever", a);
    g.set("divide", "a", 84n);
    g.set("divide", "b", 2n);
    g.fire("forever");
    g.fire("divide");
    const { steps, fires, traps, reason } = await g.run();
    rounds.push([last(g, "forever"), String(g.get("result")), steps, fires, traps, reason]);
  }
  return { rounds, wrong: g.get("wrong"), faults: g.inspect("forever").faults };
}

/** Traps by module, of one node each; all in one graph, in one step. */
export async function kinds(modules: WasmModules): Promise<unknown> {
  using g = graph({
    divide: [module(modules, "divide"), DIVIDE],
    unreachable: [module(modules, "unreachable"), {}],
    outside: [module(modules, "outside"), { out: { r: "i64" } }],
    deep: [module(modules, "deep"), { out: { r: "i64" } }],
    indirect: [module(modules, "indirect"), {}],
    large: [module(modules, "large", { pages: 50 }), WHOLE],
    counts: [module(modules, "counts"), WHOLE],
  });
  const names = ["divide", "unreachable", "outside", "deep", "indirect", "large", "counts"];
  g.set("divide", "a", 1n);
  g.set("divide", "b", 0n);
  for (const name of names) g.fire(name);
  const { steps } = await g.run();
  const came = Object.fromEntries(names.map((name) => [name, last(g, name).replace(/:.*/, "")]));
  return { steps, ...came, again: await fire(g, "counts"), divides: await fire(g, "divide", { a: 9n, b: 3n }) };
}

/** Pages that a module comes to have, by what it asks for beyond its first. */
export async function pages(modules: WasmModules): Promise<unknown> {
  using g = graph({ grow: [module(modules, "grow", { pages: 4 }), { in: { n: "i32" }, out: { r: "i32" } }] });
  return [await fire(g, "grow", { n: 3 }), await fire(g, "grow", { n: 4 }), await fire(g, "grow", { n: 1 })];
}

/** Host functions: served in order, once each, and denied where they are not granted. */
export async function talks(modules: WasmModules): Promise<unknown> {
  const heard: string[] = [];
  let reads = 0;
  const capabilities = ["out", "fs.r", "time"];
  using g = graph(
    {
      talks: [module(modules, "talks", { capabilities }), { out: { r: "i64" } }],
      beyond: [module(modules, "beyond", { capabilities }), { out: { r: "i64" } }],
      chatters: [module(modules, "chatters", { capabilities, timeout: 300 }), {}],
      asks: [module(modules, "asks", { capabilities, timeout: 5000 }), {}],
    },
    {
      services: {
        out: (stream, bytes) => heard.push(`${stream} ${bytes.length > 99 ? "much" : new TextDecoder().decode(bytes)}`),
        fs: {
          read: (path) => {
            reads++;
            return path === "f" ? new TextEncoder().encode("text") : undefined;
          },
        },
        time: () => 1000,
      },
    },
  );
  const told = await fire(g, "talks", {}, capabilities);
  const denied = await fire(g, "talks", {}, ["out"]);
  const beyond = await fire(g, "beyond", {}, capabilities);
  const before = heard.length;
  const asks = await fire(g, "asks", {}, capabilities);
  const chatters = await fire(g, "chatters", {}, capabilities);
  return { told, denied, beyond, heard: heard.slice(0, before), reads, asks, chatters };
}

/** Values of every type through a module that gives them back. */
export async function values(modules: WasmModules): Promise<unknown> {
  const types = { s: "str", b: "bytes", n: "u64", f: "f64", l: "list" } as const;
  const code = module(modules, "echo", { abi: "values" });
  const garbage = module(modules, "garbage", { abi: "values" });
  using g = graph({
    echo: [code, { in: types, out: types }],
    garbage: [garbage, { in: { n: "u64" }, out: { r: "str" } }],
  });
  const came = await fire(g, "echo", { s: "añb", b: Uint8Array.of(1, 2), n: 2n ** 64n - 1n, f: -0.5, l: ["x", 1n] });
  const list = JSON.stringify(g.get("echo", "l"), (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
  return [came.replaceAll("[object Object]", "{}"), list, await fire(g, "garbage", { n: 1n })];
}

/** A ring of modules, some of which take random numbers: the hash after so many steps. */
export async function ring(modules: WasmModules, wasm: "worker" | "inline", steps: number): Promise<string> {
  const g = createGraph({ wasm, seed: 7n });
  const divide = g.code(module(modules, "divide"));
  const random = g.code(module(modules, "random", { capabilities: ["rand"] }));
  for (let i = 0; i < 6; i++) {
    const ports = { in: { a: "u64", b: { type: "u64", latch: true, default: 3n } }, out: { r: "u64" } } as const;
    g.exec(`d${i}`, { code: divide, ...ports, refractory: 1 });
    g.exec(`r${i}`, { code: random, out: { r: "u64" }, mode: "control", refractory: 1 });
    g.control(`d${i}`, `r${i}`);
    g.connect(`r${i}.r`, `d${i}.a`);
    g.set(`d${i}`, "a", BigInt(i));
  }
  await g.run({ maxSteps: steps, grant: ["rand"] });
  const hash = g.hash();
  g.dispose();
  return hash;
}

/** A run in which code was stopped comes to the same hash when it is repeated, and nothing is executed for so long. */
export async function repeated(modules: WasmModules): Promise<unknown> {
  using g = graph({ forever: [module(modules, "forever", { timeout: 200 }), ONE] }, { record: true });
  await fire(g, "forever", { a: 1n });
  using again = createGraph();
  const before = performance.now();
  const { hash } = await again.replay(g.journal());
  return { same: hash === g.hash(), quick: performance.now() - before < 150, trap: last(again, "forever") };
}
