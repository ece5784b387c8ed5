/**
 * Which transient registers (flags) hold something that code may still read, at every instruction. Elsewhere they hold
 * nothing: tiers need not keep them, and what a machine shows of them there is 0.
 */
import { type Code, FIELDS, fieldsOf } from "./code.js";
import type { Stmt } from "./expr.js";
import type { Bank, InstructionSet, Row } from "./table.js";

/** The transient bank of an instruction set: one, of at most eight registers. */
export function transientBank(isa: InstructionSet): Bank | undefined {
  return isa.banks.find((b) => b.transient !== undefined);
}

interface RowFacts {
  readonly reads: number;
  readonly writes: number;
  /** Somebody else may look at all registers: the host, a debugger, code that is not known. */
  readonly seen: boolean;
  /** Field of the target, -1 for none. */
  readonly target: number;
  readonly fallsThrough: boolean;
}

function factsOf(row: Row, bank: string): RowFacts {
  const { effects } = row;
  const bits = (list: readonly { bank: string; index: number }[]): number =>
    list.reduce((mask, r) => (r.bank === bank ? mask | (1 << r.index) : mask), 0);
  const operand = row.operands.findIndex((o) => o.kind === "target");
  return {
    reads: bits(effects.fixedReads),
    writes: bits(effects.fixedWrites),
    seen: effects.mayExit || effects.callsHost || effects.callsGuest || effects.returns || effects.indexed,
    target: operand < 0 ? -1 : (fieldsOf(row.operands)[operand] as number),
    fallsThrough: !jumps(row.meaning),
  };
}
function jumps(body: readonly Stmt[]): boolean {
  const last = body[body.length - 1];
  return last?.s === "let" ? jumps(last.body) : last?.s === "jump";
}

const known = new WeakMap<Code, Uint8Array | null>();

/** Per instruction, the transient registers that are live before it, as bits; `undefined` for sets without any. */
export function transientLive(code: Code): Uint8Array | undefined {
  let live = known.get(code);
  if (live === undefined) {
    const bank = transientBank(code.isa);
    live = bank === undefined ? null : compute(code, bank);
    known.set(code, live);
  }
  return live ?? undefined;
}

function compute(code: Code, bank: Bank): Uint8Array {
  const { op, args, count } = code;
  const all = (1 << bank.count) - 1;
  const facts = code.isa.rows.map((row) => factsOf(row, bank.name));
  const live = new Uint8Array(count);
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = count - 1; i >= 0; i--) {
      const f = facts[op[i] as number] as RowFacts;
      let after = 0;
      if (f.seen) after = all;
      else {
        if (f.fallsThrough) after = i + 1 < count ? (live[i + 1] as number) : all;
        if (f.target >= 0) {
          const to = args[FIELDS * i + f.target] as number;
          after |= to >= 0 ? (live[to] as number) : all;
        }
      }
      const before = f.seen ? all : (after & ~f.writes) | f.reads;
      if (before !== live[i]) {
        live[i] = before;
        changed = true;
      }
    }
  }
  return live;
}

/** Clears what is not live in the bytes of a transient bank, for a machine that stands at `index`. */
export function clearTransient(code: Code, index: number, bytes: Uint8Array): void {
  const live = transientLive(code);
  const bank = transientBank(code.isa);
  if (live === undefined || bank === undefined) return;
  for (let r = 0; r < bank.count; r++) {
    if ((((live[index] as number) >> r) & 1) === 0) bytes.fill(0, r * bank.slotBytes, (r + 1) * bank.slotBytes);
  }
}
