/**
 * The benchmark of the two ways from one compiled region to the next: a tail call with the guest's registers as
 * parameters, or with the registers stored before it and loaded behind it.
 *
 * Each function stands for a region with almost no work in it, so that the way is what is measured.
 */
import { FunctionWriter, type WasmType } from "../../packages/vivarium/src/wasm/module.js";
import { TableModuleWriter } from "../../packages/vivarium/src/wasm/table-module.js";
import { median, pairedRatio, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";

/** Registers of the PVM. */
const REGISTERS = 13;
/** What every region is given besides: state, page table, fuel, depth, expected handle. */
const STATE: readonly WasmType[] = ["i32", "i32", "i32", "i32", "i32"];
const FUEL = 2;
const COUNT = 4_000_000;

/** How many of the registers a region really uses; only those are stored and loaded in memory. */
const USED = [2, 5, 13] as const;

type Way = "parameters" | "memory";
/** To a function of the same module, through a table, or through a table to another module. */
type Link = "direct" | "table" | "other module";

function parameters(way: Way): readonly WasmType[] {
  return way === "parameters" ? [...STATE, ...new Array<WasmType>(REGISTERS).fill("i64")] : STATE;
}

/** A module with two regions that go to each other; linked through the table, `r0` goes to slot 1 and `r1` to slot 0. */
function regions(way: Way, link: Link, used: number): WebAssembly.Module {
  const m = new TableModuleWriter();
  m.importMemory("env", "memory");
  m.importTable("env", "table");
  const params = parameters(way);
  const type = m.type(params, ["i32"]);
  const indices = [0, 1].map(() => m.declare(params, ["i32"]));
  indices.forEach((index, k) => {
    const w = new FunctionWriter(params, ["i32"]);
    const locals = Array.from({ length: used }, (_, r) => (way === "parameters" ? STATE.length + r : w.local("i64")));
    if (way === "memory") {
      locals.forEach((local, r) => {
        w.get(0);
        w.mem("i64.load", 8 * r);
        w.set(local);
      });
    }
    w.get(FUEL);
    w.i32(1);
    w.op("i32.sub");
    w.tee(FUEL);
    w.op("i32.eqz");
    w.if();
    // What keeps the registers alive.
    w.get(0);
    w.get(locals[0] as number);
    w.mem("i64.store", 8 * REGISTERS);
    w.i32(0);
    w.op("return");
    w.end();
    locals.forEach((local, r) => {
      w.get(local);
      w.i64(BigInt(r + k + 1));
      w.op("i64.add");
      w.set(local);
    });
    if (way === "memory") {
      locals.forEach((local, r) => {
        w.get(0);
        w.get(local);
        w.mem("i64.store", 8 * r);
      });
    }
    params.forEach((_, p) => {
      w.get(p);
    });
    if (link === "direct") w.returnCall(indices[1 - k] as number);
    else {
      w.i32(1 - k);
      w.returnCallIndirect(type);
    }
    m.define(index, w);
    m.export(`r${k}`, index);
  });
  const enter = new FunctionWriter(["i32"], ["i32"]);
  enter.i32(0);
  enter.i32(0);
  enter.get(0);
  enter.i32(0);
  enter.i32(0);
  for (let p = STATE.length; p < params.length; p++) enter.i64(0n);
  enter.call(indices[0] as number);
  m.export("enter", m.function(enter));
  return new WebAssembly.Module(m.finish());
}

/** Nanoseconds of one transition. */
function measure(way: Way, link: Link, used: number): () => number {
  const module = regions(way, link, used);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  const make = (): WebAssembly.Exports => new WebAssembly.Instance(module, { env: { memory, table } }).exports;
  const one = make();
  const two = link === "other module" ? make() : one;
  table.set(0, one["r0"] as () => void);
  table.set(1, two["r1"] as () => void);
  const enter = one["enter"] as (fuel: number) => number;
  // V8 takes up optimised code when a function is entered.
  for (let k = 0; k < 50; k++) enter(50_000);
  return () => {
    const start = performance.now();
    enter(COUNT);
    return ((performance.now() - start) * 1e6) / COUNT;
  };
}

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 5 : 15);
  const rows: string[][] = [];
  for (const link of ["direct", "table", "other module"] as const) {
    for (const used of USED) {
      const ways = [measure("parameters", link, used), measure("memory", link, used)] as const;
      const found = Array.from({ length: rounds }, () => ways.map((way) => way()) as [number, number]);
      const [inParameters, inMemory] = [found.map((f) => f[0]), found.map((f) => f[1])];
      rows.push([
        `${link}, ${used} of ${REGISTERS} used`,
        short(median(inParameters)),
        short(median(inMemory)),
        short(pairedRatio(inMemory, inParameters)),
      ]);
    }
  }
  const head = ["from region to region", "in parameters (ns)", "through memory (ns)", "memory / parameters"];
  return { text: table(head, rows) };
}
