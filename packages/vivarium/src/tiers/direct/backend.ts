/** The interpreter with its hot functions compiled whole: the tier for guests whose functions do not call each other. */
import type { Code } from "../../isa/code.js";
import { type BackendFactory, type BackendLimits, type PureEntry, STOP } from "../../machine/backend.js";
import { InterpreterBackend } from "../interpreter/backend.js";
import { type CompiledFunction, compileFunction } from "./function.js";
import { compileModule } from "./modules.js";

/**
 * Interpreted instructions after which a function is compiled: as many as take as long as compiling does, about 0.3 ms
 * (`npm run bench -- lmnt`). So no function pays more than twice what would have been best, and one that is called
 * once pays nothing.
 */
const HOT = 300_000;
/** Instructions that take as long as a call does besides. */
const CALL = 16;

interface HotFunction {
  readonly entry: number;
  readonly end: number;
  heat: number;
  /** `undefined` until it is hot, `null` where it cannot be compiled. */
  compiled: CompiledFunction | null | undefined;
  module: WebAssembly.Module | undefined;
  readonly instances: WeakMap<WebAssembly.Memory, RunCompiled>;
}
type RunCompiled = (state: number, block: number) => number;

const known = new WeakMap<Code, readonly HotFunction[]>();

/** The functions of a program in ascending order. */
function functionsOf(code: Code): readonly HotFunction[] {
  let functions = known.get(code);
  if (functions === undefined) {
    const entries = code.functions.map((f) => f.entry).sort((a, b) => a - b);
    functions = entries.map((entry, k) => ({
      entry,
      end: entries[k + 1] ?? code.count,
      heat: 0,
      compiled: undefined,
      module: undefined,
      instances: new WeakMap(),
    }));
    known.set(code, functions);
  }
  return functions;
}

export class DirectBackend extends InterpreterBackend {
  readonly #functions: readonly HotFunction[];
  #last: HotFunction | undefined;
  #run: RunCompiled | undefined;
  readonly #hot: number;

  constructor(code: Code, limits: BackendLimits, hot: number) {
    super(code, limits, "br_table", "jit", "interpreter");
    this.#functions = functionsOf(code);
    this.#hot = hot;
  }

  override run(exact: boolean, steps: number): number {
    if (steps >= 0 || this.hasBreakpoints) return super.run(exact, steps);
    for (;;) {
      const index = this.index;
      const fn = this.#functionAt(index);
      if (fn === undefined) return super.run(exact, steps);
      const run = this.#run ?? this.#compile(fn);
      if (run === undefined) return this.#interpret(fn, exact);
      const { blockOf, cost } = fn.compiled as CompiledFunction;
      const block = blockOf[index - fn.entry] as number;
      // Without gas for a whole pass, or in the middle of a block, the interpreter is exact.
      if (block < 0 || this.fuel < cost) return super.run(exact, steps);
      const left = run(this.stateAddress, block);
      const stop = left & 0xff;
      this.index = fn.entry + (left >>> 8);
      if (stop === STOP.halt) return stop;
      if (stop === STOP.fuel) continue;
      if (stop !== STOP.host) return stop;
      if (this.onHost(this.payload) !== 0) return stop;
      this.skipHostCall();
    }
  }

  override runPure(index: number): number {
    const fn = this.#last?.entry === index ? this.#last : this.#functionAt(index);
    const run = this.#run;
    if (fn?.entry !== index || this.hasBreakpoints) return super.runPure(index);
    if (run === undefined) return this.#warmUp(fn);
    const left = run(this.state, 0);
    this.at = index + (left >>> 8);
    return left & 0xff;
  }

  override pureEntry(index: number): PureEntry | undefined {
    const fn = this.#last;
    if (this.hasBreakpoints || fn?.entry !== index) return undefined;
    if (this.#run === undefined) return fn.compiled === null ? super.pureEntry(index) : undefined;
    return { run: this.#run, state: this.state, left: STOP.halt | ((this.at - index) << 8) };
  }

  override leftPure(index: number, left: number): number {
    if (this.#run === undefined) return super.leftPure(index, left);
    this.at = index + (left >>> 8);
    return left & 0xff;
  }

  /** Interprets a function from its start, unless it is time to compile it. */
  #warmUp(fn: HotFunction): number {
    if (fn.compiled !== null && fn.heat >= this.#hot && this.#compile(fn) !== undefined) return this.runPure(fn.entry);
    const before = this.fuel;
    const stop = super.runPure(fn.entry);
    fn.heat += CALL + Math.max(0, before - this.fuel);
    return stop;
  }

  #functionAt(index: number): HotFunction | undefined {
    const last = this.#last;
    if (last !== undefined && index >= last.entry && index < last.end) return last;
    let low = 0;
    let high = this.#functions.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.#functions[mid] as HotFunction).end <= index) low = mid + 1;
      else high = mid;
    }
    this.#last = this.#functions[low];
    this.#run = this.#last?.instances.get(this.wasmMemory);
    return this.#last;
  }

  #interpret(fn: HotFunction, exact: boolean): number {
    const before = this.fuel;
    const stop = super.run(exact, -1);
    fn.heat += CALL + Math.max(0, before - this.fuel);
    return stop;
  }

  /** The compiled function, if it is hot and can be compiled. */
  #compile(fn: HotFunction): RunCompiled | undefined {
    if (fn.heat < this.#hot || fn.compiled === null) return undefined;
    if (fn.compiled === undefined) {
      const compiled = compileFunction(this.code, fn.entry);
      fn.module = compiled && compileModule(compiled.bytes);
      fn.compiled = fn.module === undefined ? null : compiled;
      if (fn.module === undefined) return undefined;
    }
    const pure: Record<string, WebAssembly.ImportValue> = {};
    for (const [name, f] of Object.entries(this.code.isa.pure)) pure[name] = f.call as (...args: unknown[]) => unknown;
    const instance = new WebAssembly.Instance(fn.module as WebAssembly.Module, {
      pure,
      vivarium: { memory: this.wasmMemory },
    });
    this.#run = instance.exports.run as RunCompiled;
    fn.instances.set(this.wasmMemory, this.#run);
    return this.#run;
  }
}

/** The tier; `hot` is the number of interpreted instructions after which a function is compiled. */
export const direct =
  (hot = HOT): BackendFactory =>
  (code, limits) =>
    new DirectBackend(code, limits, hot);
