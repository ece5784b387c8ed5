/**
 * A guest function to a kernel over columns: WebAssembly that runs the function on four elements at a time.
 *
 * The function must not loop, fail or call the host. Branches forward become masks: every block runs, and what it sets
 * holds where control would have come.
 */
import type { Code } from "../../isa/code.js";
import { Arena } from "../../machine/arena.js";
import { VivError } from "../../machine/errors.js";
import { FunctionWriter, ModuleWriter } from "../../wasm/module.js";
import { pureSignature } from "../lower.js";
import { PureFunctions } from "../pure.js";
import { layoutOf } from "../state.js";
import { Graph, type Node, NotStraight, Symbolic } from "./graph.js";
import { compileModule } from "./modules.js";
import { pairFunction } from "./pairs.js";

/** What a kernel is made of. */
export interface ColumnSource {
  readonly code: Code;
  /** Index of the function's first instruction. */
  readonly entry: number;
  /** Words that differ from element to element, one input column each. */
  readonly inputs: readonly number[];
  /** Words whose final content is wanted, one output column each. */
  readonly outputs: readonly number[];
  /** Content of words that is the same for all elements at first. Variables of the machine are zero. */
  readonly known: (word: number) => number | undefined;
}

/** Instructions of a function that is made into a kernel. */
const MAX_INSTRUCTIONS = 4096;
/** Elements of a vector. */
const LANES = 4;
/** Vectors per round of the loop, so that independent work hides latencies, for kernels of few values. */
const UNROLL = 4;
const UNROLL_VALUES = 48;
/** Results that are kept until their round is looked through for NaNs. */
const KEPT = 8;

/** The kernel's module, or why the function cannot be one. */
export function generateKernel(source: ColumnSource): Uint8Array<ArrayBuffer> | string {
  try {
    return new KernelWriter(source).module();
  } catch (error) {
    if (error instanceof NotStraight) return error.message;
    throw error;
  }
}

/** Final content of every output word, as nodes over the inputs. */
function finalValues(graph: Graph, source: ColumnSource): Node[] {
  const { code, entry } = source;
  const state = new Symbolic(graph, code, source.known);
  for (const { name, type } of code.isa.vars) if (type === "i32") state.vars.set(name, graph.constant("i32", 0));
  const always = graph.constant("i32", 1);
  const never = graph.constant("i32", 0);
  const and = (a: Node, b: Node): Node => (a === always ? b : b === always ? a : graph.select(a, b, never));
  const or = (a: Node, b: Node): Node => (a === never ? b : b === never ? a : graph.select(a, always, b));
  const not = (a: Node): Node => graph.select(a, never, always);
  /** Where control comes to an instruction from further up. */
  const arriving = new Map<number, Node>();
  let live: Node = always;
  for (let i = entry; ; i++) {
    if (i - entry > MAX_INSTRUCTIONS) throw new NotStraight("the function is too long");
    live = or(live, arriving.get(i) ?? never);
    arriving.delete(i);
    if (live === never && arriving.size === 0) break;
    if (live === never) continue;
    const before = { words: new Map(state.words), vars: new Map(state.vars) };
    const effect = state.execute(i);
    if (live !== always) {
      for (const [word, now] of state.words) {
        const then = before.words.get(word);
        if (now === then) continue;
        state.words.set(word, graph.select(live, now, graph.cast(then ?? state.initial(word), now.type)));
      }
      for (const [name, now] of state.vars) {
        const then = before.vars.get(name) ?? graph.node("var", now.type, [], name);
        if (now !== then) state.vars.set(name, graph.select(live, now, then));
      }
    }
    if (effect === undefined) continue;
    if (effect.kind === "halt") {
      live = never;
      continue;
    }
    if (effect.target <= i) throw new NotStraight("the function loops");
    const taken = effect.kind === "jump" ? live : and(live, effect.cond);
    arriving.set(effect.target, or(arriving.get(effect.target) ?? never, taken));
    live = effect.kind === "jump" ? never : and(live, not(effect.cond));
  }
  return source.outputs.map((word) => state.get(word));
}

class KernelWriter {
  readonly #graph = new Graph();
  readonly #w: FunctionWriter;
  readonly #m = new ModuleWriter();
  readonly #locals = new Map<Node, number>();
  #pure: ReadonlyMap<string, number> = new Map();
  /** Functions of four numbers at a time. */
  readonly #wide = new Map<string, number>();
  readonly #offset: number;

  constructor(readonly source: ColumnSource) {
    const columns = source.inputs.length + source.outputs.length;
    // Parameters: bytes to go through, then the address of every column.
    this.#w = new FunctionWriter(new Array<"i32">(1 + columns).fill("i32"), []);
    this.#offset = this.#w.local("i32");
  }

  module(): Uint8Array<ArrayBuffer> {
    const w = this.#w;
    const { code } = this.source;
    const values = finalValues(this.#graph, this.source);
    const order = this.#order(values);
    this.#m.importMemory("vivarium", "memory");
    const names = order.filter((node) => node.op.startsWith("pure ")).map((node) => node.op.slice(5));
    for (const name of names) {
      const { args, result } = pureSignature(code.isa, name);
      if ([result, ...args].some((type) => type !== "f32")) throw new NotStraight(`calls ${name}`);
    }
    const pures = new PureFunctions(code.isa, this.#m, names);
    this.#pure = pures.indices;
    pures.define(layoutOf(code.isa));
    for (const name of new Set(names)) {
      if (code.isa.pure[name]?.body === undefined) continue;
      const wide = pairFunction(code.isa, name, (inner) => this.#pure.get(inner) as number);
      this.#wide.set(name, this.#m.function(wide));
    }
    const uses = new Map<Node, number>();
    for (const node of [...order.flatMap((n) => n.args), ...values]) uses.set(node, (uses.get(node) ?? 0) + 1);

    const rounds = order.length > UNROLL_VALUES ? 1 : Math.max(1, Math.min(UNROLL, Math.floor(KEPT / values.length)));
    const loop = w.loop();
    const kept = Array.from({ length: rounds }, (_, round) => this.#round(order, values, uses, 16 * round));
    this.#canonicalise(kept, values);
    kept.forEach((results, round) => {
      results.forEach((local, i) => {
        this.#address(1 + this.source.inputs.length + i);
        w.get(local);
        w.mem("v128.store", 16 * round);
      });
    });
    w.get(this.#offset);
    w.i32(16 * rounds);
    w.op("i32.add");
    w.tee(this.#offset);
    w.get(0);
    w.op("i32.lt_u");
    w.brIf(loop);
    w.end();
    this.#m.export("run", this.#m.function(w));
    return this.#m.finish();
  }

  /** Computes the results for the vector at `shift` bytes from the offset; NaNs in them are not canonical yet. */
  #round(
    order: readonly Node[],
    values: readonly Node[],
    uses: ReadonlyMap<Node, number>,
    shift: number,
  ): readonly number[] {
    const w = this.#w;
    this.#locals.clear();
    for (const node of order) {
      if (node.op === "const") continue;
      if (node.op === "word") {
        const column = this.source.inputs.indexOf(node.value as number);
        if (column < 0) throw new NotStraight("the function reads a slot that nothing has set");
        this.#address(1 + column);
        w.mem("v128.load", shift);
      } else if ((uses.get(node) as number) > 1) this.#compute(node);
      else continue;
      const local = w.local("v128");
      w.set(local);
      this.#locals.set(node, local);
    }
    return values.map((value) => {
      this.#push(value.op === "made" ? (value.args[0] as Node) : value);
      const local = w.local("v128");
      w.set(local);
      return local;
    });
  }

  /**
   * Makes the NaNs that were made canonical. They are rare, so first all results together are asked: a sum is NaN if one
   * of its terms is (and sometimes without, which does no harm).
   */
  #canonicalise(kept: readonly (readonly number[])[], values: readonly Node[]): void {
    const w = this.#w;
    const made = kept.flatMap((results) => results.filter((_, i) => values[i]?.op === "made"));
    if (made.length === 0) return;
    made.forEach((local, i) => {
      w.get(local);
      if (i > 0) w.op("f32x4.add");
    });
    const sum = w.local("v128");
    w.tee(sum);
    w.get(sum);
    w.op("f32x4.ne");
    w.op("v128.any_true");
    w.if();
    for (const local of made) {
      w.get(local);
      this.#splat(0x7fc00000);
      w.get(local);
      w.get(local);
      w.op("f32x4.eq");
      w.op("v128.bitselect");
      w.set(local);
    }
    w.end();
  }

  /** All nodes that are needed, operands first. */
  #order(values: readonly Node[]): Node[] {
    const seen = new Set<Node>();
    const order: Node[] = [];
    const visit = (node: Node): void => {
      if (seen.has(node)) return;
      seen.add(node);
      for (const arg of node.args) visit(arg);
      if (node.op === "var") throw new NotStraight("the function tests a comparison it has not made");
      order.push(node);
    };
    for (const value of values) visit(value);
    return order;
  }

  #address(parameter: number): void {
    this.#w.get(parameter);
    this.#w.get(this.#offset);
    this.#w.op("i32.add");
  }

  #push(node: Node): void {
    const local = this.#locals.get(node);
    if (local !== undefined) this.#w.get(local);
    else this.#compute(node);
  }

  #splat(bits: number): void {
    this.#w.v128(new Uint8Array(Int32Array.of(bits, bits, bits, bits).buffer));
  }

  /** Leaves all ones in every lane where the i32 of `node` is not zero. */
  #mask(node: Node): void {
    const w = this.#w;
    const comparison = /^(f32|i32)\.(eq|ne|lt|gt|le|ge|lt_s|gt_s|le_s|ge_s)$/.exec(node.op);
    if (comparison !== null && !this.#locals.has(node)) {
      for (const arg of node.args) this.#push(arg);
      w.op(`${comparison[1]}x4.${comparison[2]}`);
      return;
    }
    if (node.op === "i32.eqz" && !this.#locals.has(node)) {
      this.#mask(node.args[0] as Node);
      w.op("v128.not");
      return;
    }
    if (node.op === "select" && !this.#locals.has(node)) {
      const [cond, a, b] = node.args as [Node, Node, Node];
      const truth = (n: Node): boolean | undefined => (n.op === "const" ? n.value !== 0 : undefined);
      if (truth(a) === true && truth(b) === false) return this.#mask(cond);
      if (truth(a) === false && truth(b) === true) {
        this.#mask(cond);
        return w.op("v128.not");
      }
      if (truth(a) === true) return this.#both(cond, b, "v128.or");
      if (truth(b) === false) return this.#both(cond, a, "v128.and");
      if (truth(a) === false) return this.#both(b, cond, "v128.andnot");
    }
    this.#push(node);
    this.#splat(0);
    w.op("i32x4.ne");
  }

  #both(x: Node, y: Node, op: string): void {
    this.#mask(x);
    this.#mask(y);
    this.#w.op(op);
  }

  #compute(node: Node): void {
    const w = this.#w;
    const { op, args } = node;
    if (op === "const") return this.#splat(node.value as number);
    if (op === "select") {
      const [cond, a, b] = args as [Node, Node, Node];
      this.#push(a);
      this.#push(b);
      this.#mask(cond);
      w.op("v128.bitselect");
      return;
    }
    if (op === "made") {
      // x = x is false in the lanes of a NaN.
      const value = this.#keep(args[0] as Node);
      w.get(value);
      this.#splat(0x7fc00000);
      w.get(value);
      w.get(value);
      w.op("f32x4.eq");
      w.op("v128.bitselect");
      return;
    }
    if (op.startsWith("pure ")) return this.#lanes(node);
    if (op.endsWith("reinterpret_i32") || op.endsWith("reinterpret_f32")) return this.#push(args[0] as Node);
    if (/^(f32|i32)\.(eq|ne|lt|gt|le|ge|lt_s|gt_s|le_s|ge_s)$|^i32\.eqz$/.test(op)) {
      this.#mask(node);
      this.#splat(1);
      w.op("v128.and");
      return;
    }
    const vector = VECTOR_OPS[op];
    if (vector === undefined) throw new NotStraight(`no vector form of ${op}`);
    for (const arg of args) this.#push(arg);
    w.op(vector);
  }

  /** The value in a local, so that it can be used several times. */
  #keep(node: Node): number {
    const known = this.#locals.get(node);
    if (known !== undefined) return known;
    this.#push(node);
    const local = this.#w.local("v128");
    this.#w.set(local);
    return local;
  }

  /** Calls a function of numbers, lane by lane unless there is one of vectors. */
  #lanes(node: Node): void {
    const w = this.#w;
    const wide = this.#wide.get(node.op.slice(5));
    if (wide !== undefined) {
      for (const arg of node.args) this.#push(arg);
      w.call(wide);
      return;
    }
    const args = node.args.map((arg) => this.#keep(arg));
    const callee = this.#pure.get(node.op.slice(5)) as number;
    for (let lane = 0; lane < LANES; lane++) {
      for (const arg of args) {
        w.get(arg);
        w.lane("f32x4.extract_lane", lane);
      }
      w.call(callee);
      if (lane === 0) w.op("f32x4.splat");
      else w.lane("f32x4.replace_lane", lane);
    }
  }
}

const VECTOR_OPS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt", "add", "sub", "mul", "div"].map((n) => [
      `f32.${n}`,
      `f32x4.${n}`,
    ]),
  ),
  ...Object.fromEntries(["add", "sub", "mul"].map((n) => [`i32.${n}`, `i32x4.${n}`])),
  ...Object.fromEntries(["and", "or", "xor"].map((n) => [`i32.${n}`, `v128.${n}`])),
  "f32.convert_i32_s": "f32x4.convert_i32x4_s",
  "f32.convert_i32_u": "f32x4.convert_i32x4_u",
  "i32.trunc_sat_f32_s": "i32x4.trunc_sat_f32x4_s",
};

let shared: Arena | undefined;
/** The memory that all columns share: a page may only have so many WebAssembly memories. */
function columnArena(): Arena {
  shared ??= new Arena();
  return shared;
}

/** Columns of equal length in the memory that kernels work on. */
export class Columns {
  readonly #arena = columnArena();
  readonly #addresses: readonly number[];
  readonly #stride: number;
  #views: readonly Float32Array[] = [];
  #disposed = false;

  constructor(
    readonly count: number,
    /** Elements of every column. */
    readonly length: number,
  ) {
    if (!Number.isInteger(length) || length < 0 || length > 2 ** 28) {
      throw new VivError("OPTION_RANGE", `columns of ${length} elements`);
    }
    // Room for the vectors of a last round that reaches past the length.
    this.#stride = Math.ceil((4 * length + 64) / 64) * 64;
    this.#addresses = Array.from({ length: count }, () => this.#arena.block(this.#stride));
  }

  addressOf(column: number): number {
    this.#check();
    return this.#addresses[column] as number;
  }

  /** The column in place. Read it anew after making columns or machines: their memory may have moved. */
  at(column: number): Float32Array {
    this.#check();
    const first = this.#views[0];
    if (first === undefined || first.buffer !== this.#arena.u8.buffer) {
      this.#views = this.#addresses.map((at) => new Float32Array(this.#arena.u8.buffer, at, this.length));
    }
    return this.#views[column] as Float32Array;
  }

  #check(): void {
    if (this.#disposed) throw new VivError("COLUMNS_DISPOSED", "the columns have been disposed of");
  }

  /** Gives the memory back. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const at of this.#addresses) this.#arena.freeBlock(at, this.#stride);
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Runs a kernel over columns: `inputs` first, then `outputs`. */
export type RunKernel = (columns: Columns) => void;

/** Compiles a kernel; a string says why the function cannot be one. */
export function compileKernel(source: ColumnSource): RunKernel | string {
  const kernel = generateKernel(source);
  if (typeof kernel === "string") return kernel;
  const module = compileModule(kernel);
  if (module === undefined) return "there are too many compiled functions";
  const pure: Record<string, WebAssembly.ImportValue> = {};
  for (const [name, fn] of Object.entries(source.code.isa.pure))
    pure[name] = fn.call as (...args: unknown[]) => unknown;
  const instance = new WebAssembly.Instance(module, {
    pure,
    vivarium: { memory: columnArena().memory },
  });
  const run = instance.exports.run as (...args: number[]) => void;
  const count = source.inputs.length + source.outputs.length;
  return (columns) => {
    if (columns.count !== count) throw new VivError("COLUMNS_COUNT", `the function has ${count} columns`);
    if (columns.length === 0) return;
    // The last vector may reach past the length, into padding that is ours.
    run(4 * columns.length, ...Array.from({ length: count }, (_, i) => columns.addressOf(i)));
  };
}
