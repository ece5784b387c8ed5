/** The interpreter with its hot functions compiled whole: the tier for guests whose functions do not call each other. */
import type { Code } from "../../isa/code.js";
import { type BackendFactory, type PureEntry, STOP } from "../../machine/backend.js";
import { type CompiledFunction, compileFunction } from "./function.js";
import { DirectInterpreter, importsOf, type Place } from "./interpreter.js";
import { compileModule } from "./modules.js";

/**
 * Interpreted instructions after which a function is compiled: as many as take as long as compiling does, about 0.3 ms
 * (`npm run bench -- lmnt`). So no function pays more than twice what would have been best, and one that is called
 * once pays nothing.
 */
const HOT = 300_000;
/** Instructions that take as long as a call does besides. */
const CALL = 16;

/** A function of the program, and how far compiling it has come. */
interface HotFunction {
  heat: number;
  /** `undefined` until it is hot, `null` where it cannot be compiled. */
  compiled: CompiledFunction | null | undefined;
  module: WebAssembly.Module | undefined;
  readonly instances: WeakMap<WebAssembly.Memory, RunCompiled>;
}
type RunCompiled = (state: number, block: number) => number;

const known = new WeakMap<Place, HotFunction>();

function hotOf(place: Place): HotFunction {
  let fn = known.get(place);
  if (fn === undefined) {
    fn = { heat: 0, compiled: undefined, module: undefined, instances: new WeakMap() };
    known.set(place, fn);
  }
  return fn;
}

class DirectBackend extends DirectInterpreter {
  #place: Place | undefined;
  #fn: HotFunction | undefined;
  #run: RunCompiled | undefined;
  readonly #hot: number;

  constructor(code: Code, hot: number) {
    super(code, "jit");
    this.#hot = hot;
  }

  protected override execute(place: Place, index: number): number {
    const fn = this.#select(place);
    const run = this.#run ?? this.#compile(place, fn);
    const block = run === undefined ? -1 : ((fn.compiled as CompiledFunction).blockOf[index - place.entry] as number);
    // In the middle of a block only the interpreter can go on.
    if (run !== undefined && block >= 0) {
      const left = run(this.state, block);
      return this.cameBack(place, left & 0xff, left >>> 8);
    }
    const before = this.fuel;
    const stop = super.execute(place, index);
    fn.heat += CALL + Math.max(0, before - this.fuel);
    return stop;
  }

  override pureEntry(index: number): PureEntry | undefined {
    const place = this.placeAt(index);
    const fn = this.#select(place);
    if (this.#run === undefined) return fn.compiled === null ? super.pureEntry(index) : undefined;
    if (this.hasBreakpoints || place.entry !== index) return undefined;
    return { run: this.#run, state: this.state, left: STOP.halt | ((this.index - index) << 8) };
  }

  /** Makes a function the current one. */
  #select(place: Place): HotFunction {
    if (this.#place !== place) {
      this.#place = place;
      this.#fn = hotOf(place);
      this.#run = this.#fn.instances.get(this.arena.memory);
    }
    return this.#fn as HotFunction;
  }

  /** The compiled function, if it is hot and can be compiled. */
  #compile(place: Place, fn: HotFunction): RunCompiled | undefined {
    if (fn.heat < this.#hot || fn.compiled === null) return undefined;
    if (fn.compiled === undefined) {
      const compiled = compileFunction(this.code, place.entry);
      fn.module = compiled && compileModule(compiled.bytes);
      fn.compiled = fn.module === undefined ? null : compiled;
      if (fn.module === undefined) return undefined;
    }
    const module = fn.module as WebAssembly.Module;
    const instance = new WebAssembly.Instance(module, importsOf(this.code.isa, this.arena));
    this.#run = instance.exports.run as RunCompiled;
    fn.instances.set(this.arena.memory, this.#run);
    return this.#run;
  }
}

/** The tier; `hot` is the number of interpreted instructions after which a function is compiled. */
export const direct =
  (hot = HOT): BackendFactory =>
  (code) =>
    new DirectBackend(code, hot);
