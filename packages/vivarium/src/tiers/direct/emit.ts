/** Values of a graph to scalar WebAssembly: what is used more than once is computed once, into a local. */
import type { FunctionWriter } from "../../wasm/module.js";
import { type Node, NotStraight } from "./graph.js";

/** Where the content of words and variables is when a piece of code begins. */
export interface Leaves {
  /** Leaves a word's content on the stack, as an f32. */
  word(word: number): void;
  /** Leaves a variable's content on the stack. */
  variable(name: string): void;
  /** Calls a function of numbers, whose arguments are on the stack. */
  call(name: string): void;
}

/** All nodes that the values need, operands first. */
export function topological(values: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const arg of node.args) visit(arg);
    order.push(node);
  };
  for (const value of values) visit(value);
  return order;
}

export class Emitter {
  readonly #locals = new Map<Node, number>();

  constructor(
    readonly w: FunctionWriter,
    readonly leaves: Leaves,
    /** A local for a value of this type, free until the emitter is done. */
    readonly take: (type: "i32" | "f32") => number,
  ) {}

  /** Computes into locals whatever more than one of the values needs. */
  prepare(values: readonly Node[]): void {
    const order = topological(values);
    const uses = new Map<Node, number>();
    for (const node of [...order.flatMap((n) => n.args), ...values]) uses.set(node, (uses.get(node) ?? 0) + 1);
    for (const node of order) {
      const isLeaf = node.op === "const" || node.op === "word" || node.op === "var";
      if (isLeaf || (uses.get(node) as number) < 2) continue;
      this.#compute(node);
      const local = this.take(node.type as "i32" | "f32");
      this.w.set(local);
      this.#locals.set(node, local);
    }
  }

  push(node: Node): void {
    const local = this.#locals.get(node);
    if (local !== undefined) this.w.get(local);
    else this.#compute(node);
  }

  #compute(node: Node): void {
    const { w, leaves } = this;
    const { op, args, value } = node;
    switch (op) {
      case "const":
        w.i32(value as number);
        if (node.type === "f32") w.op("f32.reinterpret_i32");
        return;
      case "word":
        leaves.word(value as number);
        return;
      case "var":
        leaves.variable(value as string);
        return;
      case "select": {
        const [cond, a, b] = args as [Node, Node, Node];
        this.push(a);
        this.push(b);
        this.push(cond);
        w.op("select");
        return;
      }
      case "made": {
        const kept = this.take("f32");
        this.push(args[0] as Node);
        w.tee(kept);
        w.const("f32", Number.NaN);
        w.get(kept);
        w.get(kept);
        w.op("f32.eq");
        w.op("select");
        return;
      }
      default:
        for (const arg of args) this.push(arg);
        if (op.startsWith("pure ")) leaves.call(op.slice(5));
        else if (/^(i32|f32)\./.test(op)) w.op(op);
        else throw new NotStraight(op);
    }
  }
}
