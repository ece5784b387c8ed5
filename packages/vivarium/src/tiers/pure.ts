/** Pure functions of an instruction set to functions of a WebAssembly module: compiled where they have a body, else imported. */
import type { Expr } from "../isa/expr.js";
import type { InstructionSet, PureFunction } from "../isa/table.js";
import { FunctionWriter, type ModuleWriter } from "../wasm/module.js";
import { Lowering, NO_HELPERS, never, pureSignature, type Site, Temps } from "./lower.js";
import type { StateLayout } from "./state.js";

/**
 * Makes every pure function that is used callable in a module: as a function of the module where it has a body, else
 * as an import. `declare` is called before any function is defined, since imports come first.
 */
export class PureFunctions {
  readonly indices: ReadonlyMap<string, number>;
  readonly #bodies: readonly string[];

  constructor(
    readonly isa: InstructionSet,
    readonly m: ModuleWriter,
    used: Iterable<string>,
  ) {
    const names = new Set<string>();
    const visit = (name: string): void => {
      if (names.has(name)) return;
      names.add(name);
      const fn = isa.pure[name];
      if (fn?.body !== undefined) for (const inner of pureNames(bodyOf(isa, name))) visit(inner);
    };
    for (const name of used) visit(name);
    const indices = new Map<string, number>();
    const bodies = [...names].filter((name) => isa.pure[name]?.body !== undefined);
    for (const name of names) {
      if (bodies.includes(name)) continue;
      const { args, result } = pureSignature(isa, name);
      indices.set(name, m.importFunction("pure", name, args, [result]));
    }
    for (const name of bodies) {
      const { args, result } = pureSignature(isa, name);
      indices.set(name, m.declare(args, [result]));
    }
    this.indices = indices;
    this.#bodies = bodies;
  }

  /** Writes the functions that have bodies. */
  define(layout: StateLayout): void {
    for (const name of this.#bodies) {
      const { args, result } = pureSignature(this.isa, name);
      const w = new FunctionWriter(args, [result]);
      writePure(
        this.isa,
        name,
        layout,
        w,
        args.map((_, i) => i),
        new Temps(w),
        this.indices,
      );
      this.m.define(this.indices.get(name) as number, w);
    }
  }
}

/** Writes the body of a pure function, whose arguments are in locals. */
export function writePure(
  isa: InstructionSet,
  name: string,
  layout: StateLayout,
  w: FunctionWriter,
  args: readonly number[],
  temps: Temps,
  indices: ReadonlyMap<string, number>,
): void {
  const site: Site = { ...never(name), readReg: (operand) => w.get(args[operand] as number) };
  const helpers = { ...NO_HELPERS, pure: indices };
  const locals = { state: 0, pageTable: 0, frame: 0 };
  new Lowering(isa, layout, w, locals, helpers, temps, site).expr(bodyOf(isa, name));
}

/** The body of a pure function, with its arguments as operands. */
function bodyOf(isa: InstructionSet, name: string): Expr {
  const fn = isa.pure[name] as PureFunction;
  const args = fn.args.map((type, operand): Expr => ({ k: "reg", type, operand, plus: 0 }));
  return (fn.body as unknown as (...given: Expr[]) => Expr)(...args);
}

/** Names of the pure functions that an expression calls. */
function pureNames(e: Expr): string[] {
  switch (e.k) {
    case "pure":
      return [e.name, ...e.args.flatMap(pureNames)];
    case "num":
      return e.args.flatMap(pureNames);
    case "select":
    case "choose":
      return [e.cond, e.a, e.b].flatMap(pureNames);
    case "let":
      return [e.value, e.body].flatMap(pureNames);
    default:
      return [];
  }
}
