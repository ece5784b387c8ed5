/** A monitor that shows each MIR instruction as it is carried out: function, text, what it reads and what comes of it. */
import type { Machine, Monitor } from "../../machine/machine.js";
import { allocateSlots } from "./lower/allocate.js";
import { type FuncItem, HEADER_WORDS, type MirModule, OPERAND_WORDS, Operand, type Register } from "./module.js";
import { OP, OPS } from "./ops.js";
import type { MirProgram } from "./program.js";
import { printInsn } from "./text/printer.js";
import { T } from "./types.js";

/** One executed instruction. */
export interface TraceStep {
  /** Position of the instruction's first row. */
  readonly pc: number;
  readonly function: string;
  /** The instruction as MIR text. */
  readonly text: string;
  /** Values of the registers it reads, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Value of the register it writes, by name; empty if it writes none. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Calls inside each other. */
  readonly depth: number;
}

export interface TraceOptions {
  /** Shows this function only. */
  readonly function?: string;
}

/** A function as tracing needs it. */
interface Traced {
  readonly module: MirModule;
  readonly func: FuncItem;
  readonly slotOf: Int32Array;
  /** Registers that live in memory, whose value is not shown. */
  readonly inMemory: ReadonlySet<number>;
}

/** An instruction that has begun. */
interface Pending {
  readonly traced: Traced;
  readonly at: number;
  readonly pc: number;
  readonly depth: number;
  readonly inputs: Record<string, string>;
  /** A row of it has been carried out. */
  begun: boolean;
}

/**
 * Shows executed instructions. The program must be loaded with `optimize: false`, so that every register has a slot of its
 * own and every instruction its rows.
 *
 * @param sink called for each instruction when it has been carried out; for calls, when they have returned.
 */
export function mirTracer(program: MirProgram, sink: (step: TraceStep) => void, options: TraceOptions = {}): Monitor {
  return new Tracer(program, sink, options);
}

/** A step as one line of text. */
export function traceLine({ function: name, text, inputs, outputs, depth }: TraceStep): string {
  const show = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([register, value]) => `${register}=${value}`)
      .join(" ");
  const result = Object.keys(outputs).length > 0 ? ` → ${show(outputs)}` : "";
  return `${"  ".repeat(Math.min(depth, 20))}${name}: ${text.trim().replaceAll("\t", " ")}  [${show(inputs)}]${result}`;
}

class Tracer implements Monitor {
  readonly #traced: (Traced | null)[];
  /** Function number by row. */
  readonly #functionOf: Int32Array;
  readonly #pending: Pending[] = [];

  constructor(
    private readonly program: MirProgram,
    private readonly sink: (step: TraceStep) => void,
    private readonly options: TraceOptions,
  ) {
    const { functions, count } = program.linked;
    this.#traced = functions.map(({ source }) => (source === null ? null : tracedFunction(source.module, source.func)));
    this.#functionOf = new Int32Array(count).fill(-1);
    const order = functions.map((_, k) => k).sort((a, b) => (functions[a]?.entry ?? 0) - (functions[b]?.entry ?? 0));
    order.forEach((k, i) => {
      const end = functions[order[i + 1] ?? -1]?.entry ?? count;
      this.#functionOf.fill(k, functions[k]?.entry ?? 0, end);
    });
  }

  before(machine: Machine, index: number): void {
    const { depth } = machine.backend;
    const at = this.program.linked.origin[index] as number;
    this.#finish(machine, depth, at, index);
    const traced = this.#traced[this.#functionOf[index] as number] ?? null;
    const last = this.#pending[this.#pending.length - 1];
    if (at < 0 || traced === null || (last?.depth === depth && last.at === at)) return;
    if (this.options.function !== undefined && traced.func.name !== this.options.function) return;
    this.#pending.push({
      traced,
      at,
      pc: index,
      depth,
      inputs: this.#values(machine, traced, at, false),
      begun: false,
    });
  }

  after(machine: Machine, index: number): void {
    const last = this.#pending[this.#pending.length - 1];
    if (last?.pc === index) last.begun = true;
    // What ends the program has no next instruction that would show it.
    if (machine.status === "ended") this.#finish(machine, -1, -1, -1);
  }

  /** Shows the instructions that are over: those of deeper calls, and the one before at this depth. */
  #finish(machine: Machine, depth: number, at: number, index: number): void {
    for (;;) {
      const last = this.#pending[this.#pending.length - 1];
      if (last === undefined || last.depth < depth) return;
      // Still the same instruction, unless it has jumped to itself.
      if (last.depth === depth && last.at === at && !(last.begun && last.pc === index)) return;
      this.#pending.pop();
      const same = last.depth === depth;
      const { traced } = last;
      this.sink({
        pc: last.pc,
        function: traced.func.name,
        text: printInsn(traced.module, traced.func, last.at),
        inputs: last.inputs,
        outputs: same ? this.#values(machine, traced, last.at, true) : {},
        depth: last.depth,
      });
    }
  }

  /** Values of the registers that an instruction reads or writes. */
  #values(machine: Machine, traced: Traced, at: number, outputs: boolean): Record<string, string> {
    const { module, func, slotOf, inMemory } = traced;
    const slots = machine.backend.frame(slotOf.length + func.registers.length + 2);
    const view = new DataView(slots.buffer, slots.byteOffset, slots.byteLength);
    const values: Record<string, string> = {};
    for (const register of registersOf(module, at, outputs)) {
      const info = func.registers[register] as Register;
      const slot = slotOf[register] as number;
      if (slot < 0 || inMemory.has(register) || info.hard !== null) values[info.name] = "(in memory)";
      else values[info.name] = valueText(view, slot, info.type);
    }
    return values;
  }
}

function valueText(view: DataView, slot: number, type: number): string {
  if (type === T.f) return String(view.getFloat32(8 * slot, true));
  return type === T.i64 ? view.getBigInt64(8 * slot, true).toString() : String(view.getFloat64(8 * slot, true));
}

/** Registers of an instruction's operands: those it writes, or those it reads. */
function registersOf(module: MirModule, at: number, outputs: boolean): Set<number> {
  const { data } = module.code;
  const head = data[at] as number;
  const { modes } = OPS[head & 0xff] as { modes: string };
  const found = new Set<number>();
  for (let k = 0; k < head >>> 8; k++) {
    const op = at + HEADER_WORDS + k * OPERAND_WORDS;
    const mode = modes[k] ?? "";
    const isOutput = modes === "..." ? isCallResult(module, at, k) : "IFDX".includes(mode) && mode !== "";
    if (data[op] === Operand.reg) {
      if (isOutput === outputs) found.add(data[op + 1] as number);
    } else if (data[op] === Operand.mem && !outputs) {
      for (const which of [3, 4]) {
        const register = module.mems.data[(data[op + 1] as number) + which] as number;
        if (register !== 0) found.add(register);
      }
    }
  }
  return found;
}

function isCallResult(module: MirModule, at: number, k: number): boolean {
  const { data } = module.code;
  const code = (data[at] as number) & 0xff;
  if (code !== OP.call && code !== OP.inline) return false;
  const proto = module.symbols[data[at + HEADER_WORDS + 1] as number]?.definition;
  return proto?.kind === "proto" && k >= 2 && k < 2 + proto.signature.results.length;
}

function tracedFunction(module: MirModule, func: FuncItem): Traced {
  const inMemory = new Set<number>();
  const { data } = module.code;
  for (let at = func.start; at < func.end; ) {
    const head = data[at] as number;
    const code = head & 0xff;
    if (code >= OP.addr && code <= OP.addr32) inMemory.add(data[at + HEADER_WORDS + OPERAND_WORDS + 1] as number);
    at += HEADER_WORDS + (head >>> 8) * OPERAND_WORDS;
  }
  return { module, func, inMemory, slotOf: allocateSlots(module, func, inMemory).slotOf };
}
