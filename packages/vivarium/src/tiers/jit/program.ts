/** Compiled code of one program: what is hot, which regions exist, and their modules; shared by all its machines. */
import type { Code, GuestFunction, Range } from "../../isa/code.js";
import type { Row } from "../../isa/table.js";
import { type ICodeLayout, layoutICode } from "../interpreter/icode.js";
import { PROGRAM_WINDOW } from "../state.js";
import { compileRegions } from "./compile.js";
import { ControlFlow } from "./flow.js";
import type { Sight } from "./guesses.js";
import { formRegion, loopBody, type Region } from "./region.js";
import { Signatures } from "./signatures.js";
import { AccessSites } from "./sites.js";
import { TUNING } from "./tuning.js";

/** A module and the entries of its functions `r0`, `r1` … */
export interface CompiledModule {
  readonly module: WebAssembly.Module;
  readonly entries: readonly number[];
}

/** Modules that have not been reclaimed, of all programs: beyond some ten thousands a process dies. */
let live = 0;
const reclaimed = new FinalizationRegistry<undefined>(() => {
  live--;
});

export class JitProgram {
  #icode: ICodeLayout | undefined;
  readonly modules: CompiledModule[] = [];
  #controlFlow: ControlFlow | undefined;
  #signatures: Signatures | undefined;
  /** Entry → slot in the function table; the first slots are the code table's. */
  readonly #slots = new Map<number, number>();
  readonly #compiled = new Set<number>();
  /** Gas that the interpreter has spent since, by block. */
  readonly #spent = new Map<number, number>();
  readonly #surprises = new Map<number, number>();
  readonly #unexpected = new Set<number>();
  readonly #arrivals = new Map<number, number>();
  /** Blocks of every region, by entry. */
  readonly #regions = new Map<number, readonly number[]>();
  readonly #remade = new Map<number, number>();
  /** Blocks that some region holds. */
  readonly #inside = new Set<number>();
  #cases = 0;
  /** Gas that has been spent on the program, and what has been compiled. */
  #gas = 0;
  #instructions = 0;
  #inSlice = 0;
  #bytes = 0;
  #handles: Map<number, number[]> | undefined;
  /** What has become hot and is compiled when the next slice begins, in one module: entries, and their loops. */
  readonly #waiting = new Map<number, ReadonlySet<number> | undefined>();
  /** What is made anew then. */
  readonly #again = new Set<number>();

  /** Whether the instruction set has frames. */
  readonly framed: boolean;

  constructor(readonly code: Code) {
    this.framed = code.isa.banks.some((bank) => bank.scope === "frame");
  }

  /** Finding functions takes as long as loading: it waits until something is hot. */
  get #flow(): ControlFlow {
    this.#controlFlow ??= new ControlFlow(this.code, this.icode.starts);
    return this.#controlFlow;
  }
  /** Operands have been decoded up to here; and whether this slice may decode more. */
  #decoded = 0;
  #mayPrepare = true;
  /** Of a large program the operands, which finding functions needs, are decoded over several slices. */
  #prepared(): boolean {
    const { count } = this.code;
    if (this.#controlFlow !== undefined || this.#decoded >= count) return true;
    const step = TUNING.decodedPerSlice;
    if (count > step) {
      if (!this.#mayPrepare) return false;
      this.#mayPrepare = false;
      this.code.operands(this.#decoded, Math.min(count, this.#decoded + step));
    }
    this.#decoded += step;
    return this.#decoded >= count;
  }
  get icode(): ICodeLayout {
    this.#icode ??= layoutICode(this.code);
    return this.#icode;
  }

  /** Slots that have been given out: those of the code table, of functions with frames, of regions. */
  get slots(): number {
    return this.code.table.length + this.code.functions.length + this.#slots.size;
  }
  /** Slot of guest function 0 where it is called, not entered again; the others follow. */
  get functionSlots(): number {
    return this.code.table.length;
  }
  /** Number of the guest function that starts at an instruction, -1 if none does. */
  functionAt(entry: number): number {
    return this.#flow.frames?.numberOf(entry) ?? -1;
  }
  /** Slots by which frames are apart at most, and of the largest. */
  get largestFrame(): { readonly window: number; readonly slots: number } {
    return this.#flow.frames?.largest ?? { window: 0, slots: 0 };
  }
  slotOf(entry: number): number {
    let slot = this.#slots.get(entry);
    if (slot === undefined) {
      slot = this.slots;
      this.#slots.set(entry, slot);
    }
    return slot;
  }
  /** Entries of the code table that lead to a block. */
  handlesOf(block: number): readonly number[] {
    if (this.#handles === undefined) {
      this.#handles = new Map();
      for (const [handle, to] of this.code.table.entries()) {
        const known = this.#handles.get(to);
        if (known === undefined) this.#handles.set(to, [handle]);
        else known.push(handle);
      }
    }
    return this.#handles.get(block) ?? [];
  }
  /** What compiling the program has come to. */
  get compiled(): { readonly instructions: number; readonly bytes: number; readonly modules: number } {
    return { instructions: this.#instructions, bytes: this.#bytes, modules: this.modules.length };
  }
  hasCompiled(entry: number): boolean {
    return this.#compiled.has(entry);
  }

  /**
   * The interpreter has spent gas on what starts at, or goes on at, this block; compiles what holds the block once that
   * has become much.
   */
  spent(block: number, gas: number): void {
    this.#gas += gas;
    if (this.#compiled.has(block)) return;
    const total = (this.#spent.get(block) ?? 0) + gas;
    if (!this.#prepared()) {
      this.#spent.set(block, total);
      return;
    }
    // Where calls of the interpreter come back, and in the middle of a region that is about to be entered anyway, code
    // of its own is worth less.
    const hot = this.#flow.isReturn(block) || this.#inside.has(block) ? TUNING.hotInside : TUNING.hot;
    this.#spent.set(block, total >= hot ? 0 : total);
    if (total >= hot) this.compileAt(block);
  }

  /** Numbers of windows of memory, by their first addresses; they hold for all machines of the program. */
  readonly #windows = new Map<number, number>();
  /** Number of the window that starts at an address, -1 where there are too many already. */
  windowAt(start: number): number {
    let k = this.#windows.get(start);
    if (k === undefined) {
      if (this.#windows.size === PROGRAM_WINDOW.count) return -1;
      k = this.#windows.size;
      this.#windows.set(start, k);
    }
    return k;
  }

  startOf(window: number): number {
    for (const [start, k] of this.#windows) if (k === window) return start;
    throw new Error(`no window ${window}`);
  }

  #sight: Sight | undefined;
  /** The program outlives its machines, and keeps none. */
  endSlice(): void {
    this.#sight = undefined;
  }
  /** A slice begins: the driver has looked at what else there is to do. */
  beginSlice(sight: Sight): void {
    this.#sight = sight;
    this.#inSlice = 0;
    this.#mayPrepare = true;
    if (this.#waiting.size === 0 && this.#again.size === 0) return;
    const wanted = [...this.#waiting.keys()];
    const again = [...this.#again];
    for (const entry of again) this.#compiled.delete(entry);
    this.#compile([...wanted, ...again], this.#waiting, TUNING.regionsAtOnce);
    for (const entry of wanted) if (this.#compiled.has(entry)) this.#waiting.delete(entry);
    for (const entry of again) {
      // What there was no room for keeps the code that it has.
      if (this.#compiled.has(entry)) this.#again.delete(entry);
      else this.#compiled.add(entry);
    }
  }
  /** Compiled code has spent so much. */
  ran(gas: number): void {
    this.#gas += gas;
  }

  /** Compiled code left its region by a computed jump to a block without code. */
  jumped(from: number, block: number): void {
    if (from < 0) return;
    if (!this.#flow.casesOf(from)?.has(block) && this.#cases++ >= TUNING.cases) return;
    if (!this.#flow.addCase(from, block)) return;
    // A computed jump inside of a function: the region that holds the jump is made anew, with the case in it.
    const count = (this.#arrivals.get(block) ?? 0) + 1;
    this.#arrivals.set(block, count);
    if (count !== TUNING.arrivals) return;
    const holders = this.#entriesWith(from);
    for (const entry of holders) {
      this.#remade.set(entry, (this.#remade.get(entry) ?? 0) + 1);
      this.#compiled.delete(entry);
    }
    this.#compile(holders.length === 0 ? [block] : holders);
  }

  /**
   * An instruction has met a case that was not expected. Where that happens again and again, the modules with it are
   * made anew, with code for the case.
   */
  unlikely(index: number): void {
    const count = (this.#surprises.get(index) ?? 0) + 1;
    this.#surprises.set(index, count);
    if (count !== TUNING.unexpected) return;
    // What one instruction has met, its neighbours will.
    this.#remake(index, (from, to) => {
      for (let i = from; i < to; i++) this.#unexpected.add(i);
    });
  }

  /** Where accesses have been found. */
  readonly sites = new AccessSites();
  /** An access has left because it was in another window than compiled code looked into. */
  missed(index: number, window: number): void {
    if (this.sites.missed(index, window, this.#gas)) this.#remake(index, (from, to) => this.sites.learn(from, to));
  }

  /** Makes the modules that have code for an instruction anew, after it has been told which blocks that concerns. */
  #remake(index: number, learn: (from: number, to: number) => void): void {
    const entries = new Set<number>();
    for (const [entry, blocks] of this.#regions) {
      if (!blocks.some((b) => b <= index && index < this.#flow.endOf(b))) continue;
      // All of the module: whoever calls the region there calls this code of it.
      const holder = this.modules.findLast((m) => m.entries.includes(entry));
      for (const other of holder?.entries ?? [entry]) entries.add(other);
      for (const b of blocks) learn(b, this.#flow.endOf(b));
    }
    if (this.modules.length >= TUNING.modulesAtOnce) {
      for (const entry of entries) this.#again.add(entry);
      return;
    }
    for (const entry of entries) this.#compiled.delete(entry);
    this.#compile([...entries]);
  }

  /** Regions that hold an instruction and may be made anew. */
  #entriesWith(index: number): number[] {
    return [...this.#regions]
      .filter(([, blocks]) => blocks.some((b) => b <= index && index < this.#flow.endOf(b)))
      .map(([entry]) => entry)
      .filter((entry) => (this.#remade.get(entry) ?? 0) < TUNING.remakes);
  }

  /** Compiles the function that holds a block, the functions it calls, and an entry into the loop around the block. */
  compileAt(block: number): void {
    const owner = this.#flow.ownerOf(block);
    const loop = this.#loopAround(block, owner);
    // In a loop the loop is what matters; the function's own entry is compiled when calls to it are.
    if (loop !== undefined && !this.#compiled.has(loop.entry)) this.#soon(loop.entry, loop.within);
    else this.#soon(block === owner || this.#compiled.has(owner) ? block : owner < 0 ? block : owner);
  }

  /**
   * Compiles an entry: at once while there is little, so that small programs are fast at once; later with whatever else
   * becomes hot in the slice, because a module and its instance cost as much as some hundred instructions.
   */
  #soon(entry: number, within?: ReadonlySet<number>): void {
    if (this.modules.length >= TUNING.modulesAtOnce) {
      if (this.#waiting.size < TUNING.waiting) this.#waiting.set(entry, within);
    } else this.#compile([entry], new Map([[entry, within]]));
  }

  /** Compiles a block that has been reached, without waiting for it to become hot. */
  compileNow(block: number): void {
    this.#compile([block]);
  }

  /**
   * Compiles these entries and, as far as a module may hold, the functions that they call.
   *
   * @param within loops to which entries are confined
   */
  #compile(
    first: readonly number[],
    within?: ReadonlyMap<number, ReadonlySet<number> | undefined>,
    most: number = TUNING.regionsPerModule,
  ): void {
    const { budget } = TUNING;
    const room = Math.min(
      TUNING.instructionsPerSlice - this.#inSlice,
      budget.instructions + this.#gas * budget.perGas - this.#instructions,
    );
    if (live >= TUNING.modules || room <= 0 || this.#bytes >= budget.bytes) return;
    const entries: number[] = [];
    const wanted = new Set<number>();
    const want = (entry: number): void => {
      if (entry < 0 || this.#compiled.has(entry) || wanted.has(entry)) return;
      if (this.#flow.endOf(entry) - entry > TUNING.region.block) return;
      wanted.add(entry);
      entries.push(entry);
    };
    for (const entry of first) want(entry);
    const regions: Region[] = [];
    let instructions = 0;
    for (let k = 0; k < entries.length && regions.length < most; k++) {
      // Only what was asked for is confined to its loop; functions that it calls are compiled whole.
      const confined = within?.get(entries[k] as number);
      const region = formRegion(this.#flow, entries[k] as number, TUNING.region, confined);
      regions.push(region);
      for (const b of region.blocks) instructions += this.#flow.endOf(b) - b;
      if (instructions > room) break;
      for (const b of region.blocks) {
        const end = this.#flow.end(this.#flow.endOf(b) - 1);
        if (end?.kind === "call") want(end.target);
        else if (end?.kind === "guestCall") for (const callee of this.#flow.calleesOf(end.fn)) want(callee);
        // Where a call goes cannot be known here: to any of the functions whose address is taken.
        else if (end?.kind === "callIndirect") {
          for (const f of this.#flow.addressTaken.slice(0, TUNING.addressTaken)) want(f);
        }
        for (const s of this.#flow.successors(b)) {
          if (!region.position.has(s) && (confined === undefined || confined.has(s))) want(s);
        }
      }
    }
    if (regions.length === 0) return;
    for (const region of regions) {
      this.#compiled.add(region.entry);
      this.#regions.set(region.entry, region.blocks);
      for (const block of region.blocks) this.#inside.add(block);
    }
    const { code, icode, functionSlots } = this;
    const flow = this.#flow;
    if (flow.frames !== undefined) this.#signatures ??= new Signatures(flow);
    const signatures = this.#signatures;
    const bytes = compileRegions(
      {
        code,
        flow,
        icode,
        signatures,
        functionSlots,
        unexpected: this.#unexpected,
        sight: this.#sight,
        sites: this.sites,
        slotOf: (entry) => this.slotOf(entry),
      },
      regions,
    );
    this.#instructions += instructions;
    this.#inSlice += instructions;
    this.#bytes += bytes.length;
    const module = new WebAssembly.Module(bytes);
    keep(this);
    live++;
    reclaimed.register(module, undefined);
    this.modules.push({ module, entries: regions.map((r) => r.entry) });
    for (const region of regions) this.slotOf(region.entry);
  }

  /**
   * The innermost loop that holds the block, whose header is where a machine that is in it enters compiled code, and
   * the blocks of the outermost loop around it that holds no compiled entry. What follows the loops is left to regions
   * of its own.
   */
  #loopAround(block: number, owner: number): { entry: number; within: Set<number> } | undefined {
    const region = formRegion(this.#flow, owner < 0 ? block : owner, TUNING.region);
    const at = region.position.get(block);
    if (at === undefined || region.irreducible) return undefined;
    let entry = -1;
    let within: Set<number> | undefined;
    for (let d = at; ; d = region.dominator[d] as number) {
      if (region.loopHeader[d]) {
        const body = loopBody(region, d);
        if (body.has(at)) {
          const blocks = [...body].map((b) => region.blocks[b] as number);
          // A larger loop that has been compiled already, from another entry, is not compiled whole again.
          if (within !== undefined && blocks.some((b) => this.#compiled.has(b))) break;
          if (entry < 0) entry = region.blocks[d] as number;
          within = new Set(blocks);
        }
      }
      if (d === 0) break;
    }
    return within === undefined ? undefined : { entry, within };
  }
}

const programs = new WeakMap<Code, JitProgram>();
/** Programs of which something has been compiled, the one that was loaded again last at the end. */
const kept: JitProgram[] = [];

/** Keeps a program's compiled code for when the same code is loaded again; the oldest ones go. */
function keep(program: JitProgram): void {
  const { programs: most, bytes: mostBytes } = TUNING.kept;
  const at = kept.indexOf(program);
  if (at >= 0) kept.splice(at, 1);
  kept.push(program);
  let bytes = kept.reduce((sum, p) => sum + p.compiled.bytes, 0);
  while (kept.length > 1 && (kept.length > most || bytes > mostBytes)) {
    bytes -= (kept.shift() as JitProgram).compiled.bytes;
  }
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The same instructions at the same places, with the same rules. What differs early is compared first. */
function sameCode(a: Code, b: Code): boolean {
  return (
    a.isa === b.isa &&
    a.metered === b.metered &&
    a.count === b.count &&
    a.functions.length === b.functions.length &&
    sameNumbers(a.table, b.table) &&
    sameNumbers(a.op, b.op) &&
    sameNumbers(a.pc, b.pc) &&
    sameNumbers(a.leader, b.leader) &&
    a.functions.every((f, k) => sameFunction(f, b.functions[k] as GuestFunction)) &&
    sameNumbers(a.args, b.args) &&
    sameFrames(a, b)
  );
}
/** What compiled code depends on; guests keep more with their functions, whole modules for instance. */
const FUNCTION_FIELDS = ["entry", "params", "results", "slots", "firstParam", "returnsTwice"] as const;
function sameFunction(a: GuestFunction, b: GuestFunction): boolean {
  return FUNCTION_FIELDS.every((field) => a[field] === b[field]);
}
/** The guest says the same of the frames of both. */
function sameFrames(a: Code, b: Code): boolean {
  if (a.frames.disciplined !== b.frames.disciplined) return false;
  if (!sameNumbers(a.frames.taken ?? [], b.frames.taken ?? [])) return false;
  const same = (x: Range | undefined, y: Range | undefined): boolean => x?.first === y?.first && x?.count === y?.count;
  for (let i = 0; i < a.count; i++) {
    const { effects } = a.isa.rows[a.op[i] as number] as Row;
    if (effects.callsHost) {
      const [x, y] = [a.frames.host?.(i), b.frames.host?.(i)];
      if (!same(x, y) || x?.writes !== y?.writes) return false;
    }
    if (effects.callsGuest && !same(a.frames.passed?.(i), b.frames.passed?.(i))) return false;
  }
  return (a.frames.jumps === undefined) === (b.frames.jumps === undefined);
}

/** The compiled code of a program; programs with the same code share it, also when they are loaded one after the other. */
export function jitProgram(code: Code): JitProgram {
  let program = programs.get(code);
  if (program === undefined) {
    program = kept.find((p) => sameCode(p.code, code));
    if (program === undefined) program = new JitProgram(code);
    else keep(program);
    programs.set(code, program);
  }
  return program;
}
