/** Runs machines of guests without guest calls and memory in their own interpreter; see `handlers.ts`. */
import { type Code, FIELDS } from "../../isa/code.js";
import type { InstructionSet, Row } from "../../isa/table.js";
import { type Arena, arenaWithRoom, releaseArena } from "../../machine/arena.js";
import { type BackendFactory, type PureEntry, STOP, type Tier } from "../../machine/backend.js";
import { PortableBackend } from "../portable/backend.js";
import { layoutOf, STATE_FRAME, STATE_FUEL, STATE_PAYLOAD, STATE_PC } from "../state.js";
import { fusions, generateHandlers, isInterpretable, operandAt, type RunSlots, SLOT } from "./handlers.js";

/** Gas per slice. */
const SLICE = 200_000;
/** Instructions that are evaluated one by one before it is looked again whether there is gas for more. */
const EVALUATED = 4096;
/** In a longer function the way back does not fit beside a `STOP` code. */
const LONGEST = 1 << 22;

/** A function of the program. */
export interface Place {
  readonly entry: number;
  readonly end: number;
  /** Gas of a pass through the whole function: what has to be in hand to enter. */
  readonly cost: number;
}

const places = new WeakMap<Code, readonly Place[]>();

/** The functions of a program in ascending order. */
export function placesOf(code: Code): readonly Place[] {
  let known = places.get(code);
  if (known === undefined) {
    const entries = code.functions.map((f) => f.entry).sort((a, b) => a - b);
    known = entries.map((entry, k) => {
      const end = entries[k + 1] ?? code.count;
      let cost = 0;
      for (let i = entry; i < end; i++) cost += (code.isa.rows[code.op[i] as number] as Row).cost;
      return { entry, end, cost };
    });
    places.set(code, known);
  }
  return known;
}

const modules = new WeakMap<InstructionSet, WebAssembly.Module>();
const runs = new WeakMap<InstructionSet, WeakMap<Arena, RunSlots>>();

/** The interpreter of an instruction set over an arena, generated at first use. */
function runOf(isa: InstructionSet, arena: Arena): RunSlots {
  let module = modules.get(isa);
  if (module === undefined) {
    if (!isInterpretable(isa)) throw new TypeError(`${isa.name} needs the interpreter with guest calls and memory`);
    module = new WebAssembly.Module(generateHandlers(isa));
    modules.set(isa, module);
    runs.set(isa, new WeakMap());
  }
  const known = runs.get(isa) as WeakMap<Arena, RunSlots>;
  let run = known.get(arena);
  if (run === undefined) {
    const { exports } = new WebAssembly.Instance(module, importsOf(isa, arena));
    run = exports.run as RunSlots;
    known.set(arena, run);
  }
  return run;
}

/** What generated code imports. */
export function importsOf(isa: InstructionSet, { memory }: Arena): WebAssembly.Imports {
  const pure: Record<string, WebAssembly.ImportValue> = {};
  for (const [name, fn] of Object.entries(isa.pure)) pure[name] = fn.call as (...args: unknown[]) => unknown;
  return { pure, vivarium: { memory } };
}

/**
 * Registers and variables are in an arena, where generated code finds them; single steps, breakpoints and the last gas
 * are the portable tier's, which works on the same ones.
 */
export class DirectInterpreter extends PortableBackend {
  override readonly slice = SLICE;
  protected readonly arena: Arena;
  /** Address of the state block. */
  protected readonly state: number;
  readonly #size: number;
  readonly #vars: ReadonlyMap<string, number>;
  readonly #frame: number;
  readonly #frameBytes: number;
  #view: DataView<ArrayBuffer> | undefined;
  /** Address of a function's slots, once it has been entered. */
  readonly #slots = new Map<Place, number>();
  #last: Place | undefined;
  readonly #entries = new Map<Place, PureEntry["run"]>();
  #run: RunSlots | undefined;

  constructor(
    code: Code,
    override readonly tier: Tier = "interpreter",
  ) {
    super(code);
    this.arena = arenaWithRoom();
    const { size, vars } = layoutOf(code.isa);
    this.#size = size;
    this.#vars = vars;
    this.state = this.arena.block(size);
    // Meanings may look at 16 bytes from a register on.
    this.#frameBytes = 4 * code.functions.reduce((most, f) => Math.max(most, f.slots), 0) + 16;
    this.#frame = this.arena.block(this.#frameBytes);
    this.setField(STATE_FRAME, this.#frame);
  }

  protected field(field: number): number {
    return this.arena.i32[(this.state + field) >>> 2] as number;
  }
  protected setField(field: number, value: number): void {
    this.arena.i32[(this.state + field) >>> 2] = value;
  }

  override get fuel(): number {
    return this.field(STATE_FUEL);
  }
  override set fuel(value: number) {
    this.setField(STATE_FUEL, value);
  }
  protected override get slots(): DataView<ArrayBuffer> {
    const { buffer } = this.arena.u8;
    if (this.#view?.buffer !== buffer) this.#view = new DataView(buffer, this.#frame, this.#frameBytes);
    return this.#view;
  }
  protected override reserve(): void {}
  #var(name: string): number {
    const at = this.#vars.get(name);
    if (at === undefined) throw new TypeError(`no variable ${name}`);
    return (this.state + at) >>> 3;
  }
  override getVar(name: string): bigint {
    return this.arena.u64[this.#var(name)] as bigint;
  }
  override setVar(name: string, value: bigint): void {
    this.arena.u64[this.#var(name)] = value;
  }

  /** The function that holds an instruction. */
  protected placeAt(index: number): Place {
    const last = this.#last;
    if (last !== undefined && index >= last.entry && index < last.end) return last;
    const all = placesOf(this.code);
    let low = 0;
    let high = all.length - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((all[mid] as Place).end <= index) low = mid + 1;
      else high = mid;
    }
    this.#last = all[low] as Place;
    return this.#last;
  }

  /** Address of a function's slots, which are written when they are first asked for. */
  #slotsOf(place: Place): number {
    const known = this.#slots.get(place);
    if (known !== undefined) return known;
    const { code, arena } = this;
    const { entry, end } = place;
    const { rows } = code.isa;
    const base = arena.block((end - entry) * SLOT);
    const { i32 } = arena;
    const fused = fusions(code.isa);
    for (let i = entry; i < end; i++) {
      const row = code.op[i] as number;
      const at = base + (i - entry) * SLOT;
      i32[at >>> 2] = fused.at(code, code.leader, i, code.args) || row;
      (rows[row] as Row).operands.forEach(({ kind }, k) => {
        const value = code.args[FIELDS * i + k] as number;
        i32[(at + operandAt(k)) >>> 2] =
          kind === "reg" ? this.#frame + 4 * value : kind === "target" ? base + (value - entry) * SLOT : value;
      });
    }
    this.#slots.set(place, base);
    return base;
  }

  override run(exact: boolean, steps: number): number {
    if (steps >= 0 || this.hasBreakpoints) return super.run(exact, steps);
    for (;;) {
      const place = this.placeAt(this.index);
      let stop: number;
      if (this.fuel >= place.cost) {
        stop = this.execute(place, this.index);
        if (stop === STOP.host) {
          if (this.onHost(this.payload) !== 0) return stop;
          this.skipHostCall();
          continue;
        }
        if (stop === STOP.fuel) continue;
      } else if (exact) {
        stop = super.run(true, EVALUATED);
        this.stepsLeft = -1;
        if (stop === STOP.step) continue;
      } else {
        this.needed = place.cost;
        stop = STOP.fuel;
      }
      return stop;
    }
  }

  /** Executes from an instruction, with gas for a pass through its function. @returns a `STOP` code */
  protected execute(place: Place, index: number): number {
    const base = this.#slotsOf(place);
    this.#run ??= runOf(this.code.isa, this.arena);
    const stop = this.#run(this.state, base + (index - place.entry) * SLOT, place.cost);
    return this.cameBack(place, stop, (this.field(STATE_PC) - base) / SLOT);
  }

  /** Takes note of where code came back, counted from the start of the function. @returns the `STOP` code */
  protected cameBack(place: Place, stop: number, at: number): number {
    this.index = place.entry + at;
    this.payload = this.field(STATE_PAYLOAD);
    this.needed = place.cost;
    return stop;
  }

  runPure(index: number): number {
    const place = this.placeAt(index);
    if (this.hasBreakpoints || place.entry !== index || this.fuel < place.cost) return 0;
    return this.execute(place, index);
  }

  pureEntry(index: number): PureEntry | undefined {
    const place = this.placeAt(index);
    const { entry, end, cost } = place;
    if (this.hasBreakpoints || entry !== index || end - entry > LONGEST) return undefined;
    let run = this.#entries.get(place);
    if (run === undefined) {
      const { arena, state } = this;
      const base = this.#slotsOf(place);
      const enter = runOf(this.code.isa, arena);
      const pc = (state + STATE_PC) >>> 2;
      run = () => enter(state, base, cost) | (((arena.i32[pc] as number) - base) << 4);
      this.#entries.set(place, run);
    }
    return { run, state: this.state, left: STOP.halt | ((this.index - entry) << 8) };
  }
  leftPure(index: number, left: number): number {
    return this.cameBack(this.placeAt(index), left & 0xff, left >>> 8);
  }

  override dispose(): void {
    const { arena } = this;
    for (const [{ entry, end }, base] of this.#slots) arena.freeBlock(base, (end - entry) * SLOT);
    arena.freeBlock(this.#frame, this.#frameBytes);
    arena.freeBlock(this.state, this.#size);
    releaseArena(arena);
  }
}

/** The interpreter tier of such guests. */
export const interpreter = (): BackendFactory => (code) => new DirectInterpreter(code);
