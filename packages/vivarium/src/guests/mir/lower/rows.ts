/** What optimisation has to know of each row of the op table, computed once from its operands and effects. */
import { MIR_ISA, rowOf } from "../table.js";

/** A row as the optimiser sees it. */
export interface RowFacts {
  /** Operand fields that are read or written as slots, with the type they are seen as. */
  readonly reads: readonly { readonly field: number; readonly type: string }[];
  /** Field of the slot that is written, or −1; no row writes two. */
  readonly writes: number;
  readonly writeType: string;
  /** Field of the branch target, or −1. */
  readonly target: number;
  /** True if control may go on behind it. */
  readonly falls: boolean;
  /** True if it ends a block for the optimiser: branches, jumps, returns, traps. */
  readonly ends: boolean;
  /** `call`, `call.a` and `host`: reads and overwrites the window. */
  readonly call: boolean;
  /** True if it may be left out when its result is not used. */
  readonly removable: boolean;
  /** For moves of a slot: the type moved. */
  readonly copy: string | null;
}

/** Rows that jump through the code table. */
export const SWITCH = rowOf("switch");
export const JMPI = rowOf("jmpi");
export const RET = rowOf("ret");
export const JMP = rowOf("jmp");
export const CALL = rowOf("call");
/** Stands where an instruction has been taken out. */
export const NOP = 0xffff;

/** Row that moves a value of a type from slot to slot. */
export const MOVES: Readonly<Record<string, number>> = { i64: rowOf("mov"), f32: rowOf("fmov"), f64: rowOf("dmov") };

const CALLS = new Set(["call", "call.a", "host"]);
const NEVER_FALLS = new Set(["jmp", "ret", "trap", "switch", "jmpi"]);
const COPIES: Readonly<Record<string, string>> = { mov: "i64", fmov: "f32", dmov: "f64" };

/** Facts by row index. */
export const ROW_FACTS: readonly RowFacts[] = MIR_ISA.rows.map((row) => {
  const { effects, mnemonic, operands } = row;
  const call = CALLS.has(mnemonic);
  const typeOf = (k: number): string => {
    const spec = operands[k];
    return spec?.kind === "reg" ? spec.type : "";
  };
  if (effects.writes.length > 1) throw new TypeError(`${mnemonic} writes two slots`);
  const writes = effects.writes[0] ?? -1;
  const target = operands.findIndex((o) => o.kind === "target");
  const falls = !NEVER_FALLS.has(mnemonic);
  return {
    // Where a row does not write, it traps: what the slot held before is never needed.
    reads: effects.reads.filter((k) => k !== writes).map((k) => ({ field: k, type: typeOf(k) })),
    writes,
    writeType: writes < 0 ? "" : typeOf(writes),
    target,
    falls,
    ends: target >= 0 || !falls,
    call,
    removable:
      writes >= 0 && !effects.mayFault && !effects.mayExit && !effects.endsBlock && !call && effects.vars.length === 0,
    copy: COPIES[mnemonic] ?? null,
  };
});

/** Fields of a row that hold slots, the window of a call included. */
export const SLOT_FIELDS: readonly (readonly number[])[] = MIR_ISA.rows.map(({ operands, mnemonic }) => [
  ...operands.flatMap((o, k) => (o.kind === "reg" ? [k] : [])),
  ...(CALLS.has(mnemonic) ? [1] : []),
]);

/** A row that reads or writes memory. */
export interface MemoryFacts {
  readonly stores: boolean;
  readonly bytes: number;
  /** Fields of the base slot and of the displacement, −1 where the address has an index. */
  readonly base: number;
  readonly displacement: number;
  /** For stores of a slot: the row that would load just that again; −1 if it would load something else. */
  readonly forwards: number;
}

const BYTES: Readonly<Record<string, number>> = { i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, u32: 4, i64: 8, f: 4, d: 8 };

/** Facts of loads and stores by row index; null for other rows. */
export const MEMORY: readonly (MemoryFacts | null)[] = MIR_ISA.rows.map(({ mnemonic }) => {
  const match = /^(ld|st)([xi]?)\.(\w+)$/.exec(mnemonic);
  if (match === null) return null;
  const [, direction, kind, type] = match as unknown as [string, string, string, string];
  const indexed = kind === "x";
  const base = kind === "i" ? 0 : 1;
  const whole = direction === "st" && kind === "" && (type === "i64" || type === "d");
  return {
    stores: direction === "st",
    bytes: BYTES[type] as number,
    base,
    displacement: indexed ? -1 : base + 1,
    forwards: whole ? rowOf(`ld.${type}`) : -1,
  };
});
