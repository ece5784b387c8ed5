/** The compiled tier: hot code runs as WebAssembly functions of its own, everything else in the interpreter. */
import type { Code } from "../../isa/code.js";
import { type BackendFactory, type BackendLimits, STOP, type Tier } from "../../machine/backend.js";
import { WINDOWS } from "../../machine/paged-memory.js";
import { InterpreterBackend, type Placed, type RunFunction, starterOf } from "../interpreter/backend.js";
import { COST, COST_COMPILED, SLOT } from "../interpreter/icode.js";
import { CONTROL_ENTRY, layoutOf, PROGRAM_WINDOW, STATE, WINDOW } from "../state.js";
import { entryModule, JIT_STOP } from "./abi.js";
import type { Sight } from "./guesses.js";
import { type JitProgram, jitProgram } from "./program.js";
import { TUNING } from "./tuning.js";
import { HINT_BYTES } from "./windows.js";

type EnterFunction = (state: number, slot: number, depth: number) => number;

/** Modules to enter guests by: without frames, with frames. */
const entries: (WebAssembly.Module | undefined)[] = [];

/** The compiled code of a program where its ICode stands in an arena. */
interface Linked {
  readonly table: WebAssembly.Table;
  readonly absent: () => void;
  readonly absentFunction: () => void;
  /** Block of hint cells in the arena. */
  readonly hints: number;
  readonly enter: EnterFunction;
  modules: number;
}
const linked = new WeakMap<Placed, Linked>();

export class JitBackend extends InterpreterBackend {
  readonly #program: JitProgram;
  readonly #linked: Linked;

  constructor(code: Code, limits: BackendLimits, tier: Tier = "jit") {
    super(code, limits, "br_table", tier, "jit");
    this.slice = TUNING.slice.least;
    this.#program = jitProgram(code);
    let link = linked.get(this.placed);
    if (link === undefined) {
      link = this.#link();
      linked.set(this.placed, link);
    }
    this.#linked = link;
    this.setField(STATE.hints, link.hints);
    this.writeWindows();
  }

  protected override writeWindows(): void {
    super.writeWindows();
    // The first time, nothing of this class is there yet.
    if (#program in this && !this.#framed) this.#writeProgramWindows();
  }
  #writeProgramWindows(): void {
    const { first, bytes, count, readMax, writeMax, delta } = PROGRAM_WINDOW;
    for (let at = first; at < first + count * bytes; at += 4) this.setField(at, 0);
    for (const window of this.memory.windows()) {
      const k = this.#program.windowAt(window.start);
      if (k < 0) continue;
      const max = window.length - 7;
      this.setField(first + k * bytes + readMax, max);
      this.setField(first + k * bytes + writeMax, window.level < 2 ? 0 : max);
      this.setField(first + k * bytes + delta, window.delta);
    }
  }
  readonly #sight: Sight = {
    windows: () =>
      this.memory.windows().flatMap(({ start, length, level }) => {
        const slot = this.#program.windowAt(start);
        return slot < 0 ? [] : [{ slot, start, length, writable: level === 2 }];
      }),
    startOf: (slot) => this.#program.startOf(slot),
    register: (bank, index) => {
      const offset = layoutOf(this.code.isa).banks.get(bank) as number;
      return this.field(offset + index * this.code.isa.bank(bank).slotBytes);
    },
  };

  /** Gas that compiled code has spent in this slice. */
  #compiledGas = 0;
  /** The last gas is being spent, too little for compiled code. */
  #last = false;

  override run(exact: boolean, steps: number): number {
    this.#last = false;
    this.#program.beginSlice(this.#sight);
    this.#compiledGas = 0;
    const { fuel } = this;
    let stop: number;
    try {
      stop = super.run(exact, steps);
    } finally {
      this.#program.endSlice();
    }
    // A slice should take a millisecond or a few, however fast the code is.
    const { least, most } = TUNING.slice;
    const fast = 2 * this.#compiledGas > fuel - this.fuel;
    this.slice = fast ? Math.min(2 * this.slice, most) : Math.max(this.slice / 2, least);
    return stop;
  }

  #link(): Linked {
    const table = new WebAssembly.Table({ element: "anyfunc", initial: this.#program.slots });
    const framed = this.#framed ? 1 : 0;
    entries[framed] ??= new WebAssembly.Module(entryModule(this.#framed));
    const { exports } = new WebAssembly.Instance(entries[framed], { vivarium: { memory: this.arena.memory, table } });
    const { arena } = this;
    const hints = arena.block(HINT_BYTES);
    this.placed.freed = () => arena.freeBlock(hints, HINT_BYTES);
    const link = {
      table,
      absent: exports.absent as () => void,
      absentFunction: exports.absentFunction as () => void,
      hints,
      enter: exports.enter as EnterFunction,
      modules: 0,
    };
    this.#fill(link, 0);
    return link;
  }
  get #framed(): boolean {
    return this.#program.framed;
  }
  /** Puts what stands in for code that is not compiled into the table, from a slot on. */
  #fill({ table, absent, absentFunction }: Linked, from: number): void {
    const first = this.#program.functionSlots;
    const end = first + this.code.functions.length;
    for (let k = from; k < table.length; k++) table.set(k, k >= first && k < end ? absentFunction : absent);
  }

  /** Makes what has been compiled since the last time part of this arena. */
  #synchronise(): void {
    const link = this.#linked;
    const program = this.#program;
    if (link.modules === program.modules.length) return;
    const { table } = link;
    const more = program.slots - table.length;
    if (more > 0) {
      // Growing costs as much as a small module: there is room for some more then.
      const from = table.length;
      table.grow(Math.max(more, Math.min(from >> 1, 4096)));
      this.#fill(link, from);
    }
    for (; link.modules < program.modules.length; link.modules++) {
      const { module, entries } = program.modules[link.modules] as (typeof program.modules)[number];
      const instance = new WebAssembly.Instance(module, {
        vivarium: { memory: this.arena.memory, table, ...this.imports() },
        pure: this.pureImports(),
      });
      entries.forEach((block, k) => {
        const fn = instance.exports[`r${k}`] as () => void;
        table.set(program.slotOf(block), fn);
        const called = instance.exports[`c${k}`] as (() => void) | undefined;
        if (called !== undefined) table.set(program.functionSlots + program.functionAt(block), called);
        for (const handle of program.handlesOf(block)) table.set(handle, fn);
        this.arena.i32[(this.slot(block) - SLOT + COST) >>> 2] = COST_COMPILED;
      });
    }
  }

  #starting = true;
  /** Gas that the starter has spent. */
  #started = 0;
  protected override quantum(): number {
    return this.#starting ? TUNING.start.quantum : TUNING.quantum;
  }

  /**
   * To begin with, the starter: making the whole interpreter, and having V8 optimise it, takes longer than most
   * programs need until all that is hot in them has been compiled.
   */
  protected override chooseRun(): RunFunction {
    return this.#starting ? starterOf(this.arena, this.code) : super.chooseRun();
  }

  /** How many frames compiled code may put on each other: WebAssembly frames, and room for the guest's. */
  #limitCalls(): void {
    const { window, slots } = this.#program.largestFrame;
    const calls = this.roomForCalls(this.mostFrames, window, slots);
    this.setField(STATE.callLimit, this.field(STATE.control) + calls * CONTROL_ENTRY);
  }

  /**
   * Notes where the missed address is, and makes that window the first of its base register, and what was first the
   * second.
   */
  #findWindow(): void {
    const address = this.field(STATE.missed);
    if (this.#framed) {
      this.#program.missed(this.at, address >>> 31);
      return;
    }
    const hint = this.#linked.hints + this.field(STATE.missedHint);
    for (let offset = 0; offset < WINDOWS * WINDOW.bytes; offset += WINDOW.bytes) {
      const at = WINDOW.first + offset;
      const max = this.field(at + WINDOW.readMax) >>> 0;
      if ((address - this.field(at + WINDOW.start)) >>> 0 >= max) continue;
      const { i32 } = this.arena;
      const first = i32[hint >>> 2] as number;
      if (first !== offset) {
        i32[(hint >>> 2) + 1] = first;
        i32[hint >>> 2] = offset;
      }
      this.#program.missed(this.at, this.#program.windowAt(this.field(at + WINDOW.start) >>> 0));
      return;
    }
  }

  protected override sample(index: number, gas: number): void {
    this.#spend(gas);
    this.#program.spent(index, gas);
  }
  protected override interpreted(from: number, gas: number): void {
    this.#spend(gas);
    this.#program.spent(this.#blockFrom(from), gas + TUNING.transition);
  }
  #spend(gas: number): void {
    if (!this.#starting) return;
    this.#started += gas;
    if (this.#started < TUNING.start.gas) return;
    this.#starting = false;
    this.changeRun();
  }
  /** The first block that starts at this instruction or behind it. */
  #blockFrom(index: number): number {
    const { starts } = this.placed.layout;
    let i = index;
    while (i < this.code.count - 1 && starts[i] === 0) i++;
    return i;
  }

  /** Whether the block that has been reached is compiled without waiting for it to become hot. */
  protected compilesNow(): boolean {
    return false;
  }
  /** Where the windows of base registers are noted. */
  protected get hints(): number {
    return this.#linked.hints;
  }
  /** Gas of the slice that compiled code is given. */
  protected given(fuel: number): number {
    return fuel;
  }
  /** WebAssembly frames that compiled code may put on top of each other. */
  protected get mostFrames(): number {
    return TUNING.depth;
  }
  /** Compiled code was given less than the slice when it was entered last. */
  protected forced = false;

  #enter(slot: number): number {
    const { fuel } = this;
    const given = this.given(fuel);
    this.forced = given < fuel;
    this.setField(STATE.fuel, given);
    this.held = fuel - given;
    const stop = -this.#linked.enter(this.state, slot, this.mostFrames);
    this.at = this.indexAt(this.field(STATE.pc));
    // Unless a host function has set the gas, what was held back is part of the slice again.
    this.fuel = this.field(STATE.fuel) + this.held;
    const gas = Math.max(0, fuel - this.fuel);
    this.#compiledGas += gas;
    this.#program.ran(gas);
    return stop;
  }

  protected override runCompiled(exact: boolean): number | undefined {
    if (!exact) this.#last = false;
    else if (this.#last) return undefined;
    const program = this.#program;
    for (;;) {
      const i = this.at;
      if (this.placed.layout.starts[i] === 1 && !program.hasCompiled(i) && this.compilesNow()) program.compileNow(i);
      this.#synchronise();
      if (!program.hasCompiled(i) || (this.charged && this.code.isa.gas === "block")) return undefined;
      this.setField(STATE.jumpedFrom, -1);
      if (this.#framed) this.#limitCalls();
      const stop = this.#enter(program.slotOf(i));
      const { forced } = this;
      switch (stop) {
        case JIT_STOP.jump:
          this.charged = false;
          if (!program.hasCompiled(this.at)) program.jumped(this.field(STATE.jumpedFrom), this.at);
          continue;
        case JIT_STOP.window:
          this.#findWindow();
          this.charged = true;
          return undefined;
        case JIT_STOP.unlikely:
          program.unlikely(this.at);
          this.charged = true;
          return undefined;
        case JIT_STOP.interpret:
          this.charged = true;
          return undefined;
        case STOP.fuel: {
          this.charged = false;
          this.needed = this.segmentCost(this.at);
          // Compiled code pays for several segments at once. With more gas to come it goes on with the next slice; with
          // the last gas the interpreter pays segment by segment.
          if (this.fuel < this.needed || !(exact || forced)) return STOP.fuel;
          this.#last = !forced;
          return undefined;
        }
        default:
          this.charged = true;
          return stop;
      }
    }
  }
}

/** The compiled tier. */
export const jit: BackendFactory = (code, limits) => new JitBackend(code, limits);

class EagerJitBackend extends JitBackend {
  protected override compilesNow(): boolean {
    return true;
  }
}

/** The compiled tier without waiting: every block that is reached is compiled first. For tests. */
export const jitEager: BackendFactory = (code, limits) => new EagerJitBackend(code, limits, "jit:eager");
