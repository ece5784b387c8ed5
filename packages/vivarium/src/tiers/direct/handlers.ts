/**
 * Rows to the WebAssembly interpreter of instruction sets without guest calls and memory: one handler for every row and
 * fused sequence, in one loop around one `br_table`.
 *
 * An instruction is a slot of 16 bytes: the number of its handler, then its operands, registers and targets as
 * addresses. Gas is not counted on the way: what has been executed follows from how far the code has come, so only a
 * jump has to be looked at. Who enters has gas for a pass through the whole function, and a jump backward without it
 * leaves; in between nothing can run out.
 */
import type { ValType } from "../../isa/expr.js";
import type { InstructionSet, OperandSpec, Row } from "../../isa/table.js";
import { STOP } from "../../machine/backend.js";
import { FunctionWriter, type Label, ModuleWriter } from "../../wasm/module.js";
import {
  type FusedRow,
  type Fusions,
  fusionsOf,
  REINTERPRET,
  type Result,
  writtenType,
} from "../interpreter/fusion.js";
import { Lowering, NO_HELPERS, never, type Site, Temps } from "../lower.js";
import { PureFunctions } from "../pure.js";
import { layoutOf, STATE_FRAME, STATE_FUEL, STATE_PAYLOAD, STATE_PC } from "../state.js";

/** Bytes of an instruction. */
export const SLOT = 16;
/** Byte offset of operand `k` in its slot. */
export const operandAt = (k: number): number => 4 + 4 * k;

/** `run(state, pc, need)` enters at slot `pc` if there is gas for `need`, and returns a `STOP` code; see `STATE`. */
export type RunSlots = (state: number, pc: number, need: number) => number;

/** The fused sequences of an instruction set; handlers of rows have the numbers of the rows. */
export const fusions = (isa: InstructionSet): Fusions => fusionsOf(isa, isa.rows.length);

/** Whether all rows are of the kind that is interpreted here. */
export function isInterpretable(isa: InstructionSet): boolean {
  const frame = isa.banks.find((bank) => bank.scope === "frame");
  const fits = (operand: OperandSpec): boolean =>
    operand.kind === "reg" ? operand.bank === frame?.name : operand.kind !== "imm64";
  const { rows } = isa;
  return (
    isa.gas === "instruction" &&
    frame?.slotBytes === 4 &&
    rows.every(({ operands, effects, cost, meaning }) => {
      const { callsGuest, returns, mayFault, fixedReads, fixedWrites, mayExit } = effects;
      const apart = callsGuest || returns || mayFault || fixedReads.length + fixedWrites.length > 0;
      // A row that costs something else ends the function and does nothing besides.
      const plain = cost === 1 || (mayExit && meaning[0]?.s === "exit");
      return plain && !apart && operands.length < 4 && operands.every(fits);
    })
  );
}

// Locals of the main function; the first three are its parameters.
const STATE_AT = 0;
const PC = 1;
const NEED = 2;
const FRAME = 3;
/** Gas that is left, plus the number of the slot up to which has been executed. */
const CREDIT = 4;
const TARGET = 5;

/** Writes the bytes of the interpreter. */
export function generateHandlers(isa: InstructionSet): Uint8Array<ArrayBuffer> {
  const m = new ModuleWriter();
  m.importMemory("vivarium", "memory");
  const pures = new PureFunctions(isa, m, Object.keys(isa.pure));
  const layout = layoutOf(isa);
  pures.define(layout);
  const w = new FunctionWriter(["i32", "i32", "i32"], ["i32"]);
  for (let local = FRAME; local <= TARGET; local++) w.local("i32");
  const { sequences } = fusions(isa);
  const all: (readonly FusedRow[])[] = [
    ...isa.rows.map((_, row) => [{ row, reads: new Map<number, number>(), dead: false }]),
    ...sequences,
  ];
  w.get(STATE_AT);
  w.mem("i32.load", STATE_FRAME);
  w.set(FRAME);
  w.get(STATE_AT);
  w.mem("i32.load", STATE_FUEL);
  w.tee(CREDIT);
  w.get(NEED);
  w.op("i32.lt_s");
  w.if();
  w.get(STATE_AT);
  w.get(PC);
  w.mem("i32.store", STATE_PC);
  w.i32(STOP.fuel);
  w.op("return");
  w.end();
  w.get(CREDIT);
  slotNumber(w, PC);
  w.op("i32.add");
  w.set(CREDIT);
  const again = w.loop();
  const labels: Label[] = [];
  for (let i = 0; i < all.length; i++) labels.unshift(w.block());
  w.get(PC);
  w.mem("i32.load");
  w.brTable(labels.slice(0, -1), labels[labels.length - 1] as Label);
  const temps = new Temps(w);
  const helpers = { ...NO_HELPERS, pure: pures.indices };
  const locals = { state: STATE_AT, pageTable: STATE_AT, frame: FRAME };
  for (const sequence of all) {
    w.end();
    temps.reset();
    const results: (Result | undefined)[] = [];
    const read = new Set(sequence.flatMap(({ reads }) => [...reads.values()]));
    sequence.forEach((fused, k) => {
      const row = isa.rows[fused.row] as Row;
      if (read.has(k)) {
        const type = writtenType(row.meaning);
        results[k] = { local: temps.take(type), type };
      }
      const site = siteOf(w, row, fused, k, results, layout.vars, again);
      new Lowering(isa, layout, w, locals, helpers, temps, site).body(row.meaning);
    });
    advance(w, sequence.length * SLOT);
    w.br(again);
  }
  w.end();
  w.op("unreachable");
  m.export("run", m.function(w));
  return m.finish();
}

function slotNumber(w: FunctionWriter, local: number): void {
  w.get(local);
  w.i32(4);
  w.op("i32.shr_u");
}

function advance(w: FunctionWriter, bytes: number): void {
  w.get(PC);
  w.i32(bytes);
  w.op("i32.add");
  w.set(PC);
}

/** Instruction `k` of a sequence, whose first is at `PC`. */
function siteOf(
  w: FunctionWriter,
  row: Row,
  fused: FusedRow,
  k: number,
  results: readonly (Result | undefined)[],
  vars: ReadonlyMap<string, number>,
  again: Label,
): Site {
  const shift = k * SLOT;
  const operand = (n: number): void => {
    w.get(PC);
    w.mem("i32.load", shift + operandAt(n));
  };
  /** Leaves at the slot in `PC`, of which `paid` instructions have been executed. */
  const leave = (stop: number, paid: number): void => {
    w.get(STATE_AT);
    w.get(PC);
    w.mem("i32.store", STATE_PC);
    w.get(STATE_AT);
    w.get(CREDIT);
    slotNumber(w, PC);
    w.op("i32.sub");
    w.i32(paid);
    w.op("i32.sub");
    w.mem("i32.store", STATE_FUEL);
    w.i32(stop);
    w.op("return");
  };
  const leaveWith = (stop: number, payload: () => void): void => {
    w.get(STATE_AT);
    payload();
    w.mem("i32.store", STATE_PAYLOAD);
    if (shift > 0) advance(w, shift);
    leave(stop, row.cost);
  };
  const jump = (target: number): void => {
    operand(target);
    w.set(TARGET);
    // Where the jump goes counts as if all before it had been executed.
    w.get(CREDIT);
    w.get(TARGET);
    w.get(PC);
    w.i32(shift + SLOT);
    w.op("i32.add");
    w.op("i32.sub");
    w.i32(4);
    w.op("i32.shr_s");
    w.op("i32.add");
    w.set(CREDIT);
    w.get(TARGET);
    w.get(PC);
    w.op("i32.le_u");
    w.get(TARGET);
    w.set(PC);
    w.if();
    w.get(CREDIT);
    slotNumber(w, PC);
    w.op("i32.sub");
    w.get(NEED);
    w.op("i32.lt_s");
    w.if();
    leave(STOP.fuel, 0);
    w.end();
    w.end();
    w.br(again);
  };
  const own = results[k];
  return {
    ...never(row.mnemonic),
    readReg: (n, plus, type) => {
      const from = fused.reads.get(n);
      if (from === undefined) {
        operand(n);
        w.mem(`${type}.load`, 4 * plus);
        return;
      }
      const result = results[from] as Result;
      w.get(result.local);
      if (result.type !== type) w.op(REINTERPRET[`${type} ${result.type}`] as string);
    },
    writeReg: (n, plus, type, value) => {
      if (fused.dead) {
        value();
        if (own === undefined) w.op("drop");
        else w.set(own.local);
        return;
      }
      operand(n);
      value();
      if (own !== undefined) w.tee(own.local);
      w.mem(`${type}.store`, 4 * plus);
    },
    readImm: operand,
    readVar: (name, type) => {
      w.get(STATE_AT);
      w.mem(`${type}.load`, vars.get(name) as number);
    },
    writeVar: (name, type: ValType, value) => {
      w.get(STATE_AT);
      value();
      w.mem(`${type}.store`, vars.get(name) as number);
    },
    branch: (cond, target) => {
      cond();
      w.if();
      jump(target);
      w.end();
    },
    jump,
    exit: (exit, code) => leaveWith(STOP[exit], code),
    host: (id) => leaveWith(STOP.host, id),
  };
}
