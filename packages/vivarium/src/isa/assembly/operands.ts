/** Operands as text and as fields of decoded code, by their declaration in the table. */
import { FIELDS } from "../code.js";
import type { InstructionSet, OperandSpec, Row } from "../table.js";
import { visit } from "../visit.js";
import type { Diagnostics } from "./diagnostics.js";
import { type Argument, evaluate, type Symbols } from "./expressions.js";

/** Names of the registers of every bank: their labels, and bank name and number. */
export class RegisterNames {
  readonly #byName = new Map<string, Map<string, number>>();
  readonly #isa: InstructionSet;

  constructor(isa: InstructionSet) {
    this.#isa = isa;
    for (const bank of isa.banks) {
      const names = new Map<string, number>();
      if (bank.label !== undefined) for (let i = 0; i < bank.count; i++) names.set(bank.label(i), i);
      this.#byName.set(bank.name, names);
    }
  }

  /** The number of a register, `undefined` if the bank has none of that name. */
  find(bank: string, text: string): number | undefined {
    const known = this.#byName.get(bank)?.get(text);
    if (known !== undefined) return known;
    if (!text.startsWith(bank) || !/^\d{1,5}$/.test(text.slice(bank.length))) return undefined;
    const index = Number(text.slice(bank.length));
    const { scope, count } = this.#isa.bank(bank);
    return scope === "frame" || index < count ? index : undefined;
  }
}

/** How a register is written. */
export function registerName(isa: InstructionSet, bank: string, index: number): string {
  return isa.bank(bank).label?.(index) ?? `${bank}${index}`;
}

/** As which type the meaning of a row uses an immediate; a 32-bit one that is used as i64 is sign-extended first. */
export type ImmediateUse = "bits" | "signed" | "float";

const uses = new WeakMap<Row, readonly ImmediateUse[]>();

/** Per operand of a row, how an immediate is used: what decides which numbers stand for it. */
export function immediateUses(row: Row): readonly ImmediateUse[] {
  let found = uses.get(row);
  if (found === undefined) {
    const out = row.operands.map((): ImmediateUse => "bits");
    visit(row.meaning, {
      expr: (e) => {
        if (e.k !== "imm") return;
        if (e.type === "f64") out[e.operand] = "float";
        else if (e.type === "i64") out[e.operand] = "signed";
      },
    });
    found = out;
    uses.set(row, found);
  }
  return found;
}

const scratch = new DataView(new ArrayBuffer(8));

function floatBits(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigInt64(0);
}

function floatOf(bits: bigint): number {
  scratch.setBigInt64(0, bits);
  return scratch.getFloat64(0);
}

/** The value of an immediate, or `undefined` after reporting that it has none or is out of range. */
function immediate(
  spec: OperandSpec,
  use: ImmediateUse,
  argument: Argument,
  symbols: Symbols,
  diagnostics: Diagnostics,
): bigint | undefined {
  if (argument.kind === "float" && spec.kind === "imm64") return floatBits(argument.value);
  const value = evaluate(argument, symbols, diagnostics);
  if (value === undefined) return undefined;
  const bits = spec.kind === "imm64" ? 64n : 32n;
  const least = -(1n << (bits - 1n));
  const most = 1n << (spec.kind === "imm64" || use === "bits" ? bits : bits - 1n);
  // A negative number may also be written as the 64 bits that it is extended to.
  const signed = value >= (1n << 64n) + least && value < 1n << 64n ? value - (1n << 64n) : value;
  if (signed >= least && signed < most) return BigInt.asIntN(Number(bits), signed);
  diagnostics.report("ASM_RANGE", `${value} does not fit`, argument, `a number from ${least} to ${most - 1n}`);
  return undefined;
}

/**
 * The operand fields of an instruction as `Code.args` holds them, or `undefined` after reporting what is wrong.
 *
 * @param target value of a target operand: the guest says how places are numbered
 */
export function operandFields(
  row: Row,
  operands: readonly (number | Argument)[],
  symbols: Symbols,
  target: (argument: Argument) => number | undefined,
  diagnostics: Diagnostics,
): Int32Array | undefined {
  const fields = new Int32Array(FIELDS);
  let next = 0;
  let whole = true;
  row.operands.forEach((spec, i) => {
    const operand = operands[i];
    let value: number | bigint | undefined;
    if (typeof operand === "number") value = operand;
    else if (spec.kind === "target") value = target(operand);
    else value = immediate(spec, immediateUses(row)[i], operand, symbols, diagnostics);
    if (value === undefined) {
      whole = false;
      return;
    }
    fields[next++] = Number(BigInt.asIntN(32, BigInt(value)));
    if (spec.kind === "imm64") fields[next++] = Number(BigInt.asIntN(32, BigInt(value) >> 32n));
  });
  return whole ? fields : undefined;
}

/** Numbers below this are easier to read in decimal. */
const SMALL = 4096n;

function integerText(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  return `${value < 0n ? "-" : ""}${magnitude < SMALL ? magnitude : `0x${magnitude.toString(16)}`}`;
}

/**
 * An instruction as assembly, which {@link operandFields} reads back to the same fields.
 *
 * @param target how the place that a target field names is written
 */
export function instructionText(
  isa: InstructionSet,
  row: Row,
  fields: ArrayLike<number>,
  target: (field: number) => string,
): string {
  const operands: string[] = [];
  let next = 0;
  row.operands.forEach((spec, i) => {
    const field = fields[next++];
    switch (spec.kind) {
      case "reg":
        operands.push(registerName(isa, spec.bank, field));
        return;
      case "target":
        operands.push(target(field));
        return;
      case "imm":
        operands.push(integerText(BigInt(immediateUses(row)[i] === "bits" ? unsignedAddress(field) : field)));
        return;
      case "imm64": {
        const bits = (BigInt(fields[next++]) << 32n) | BigInt(field >>> 0);
        const float = immediateUses(row)[i] === "float" ? floatText(bits) : undefined;
        operands.push(float ?? integerText(bits));
      }
    }
  });
  return operands.length === 0 ? row.mnemonic : `${row.mnemonic} ${operands.join(", ")}`;
}

/** What is used as 32 bits reads as an address when it is large, and as a small negative offset when it is near 0. */
function unsignedAddress(field: number): number {
  return field < -0x10000 ? field >>> 0 : field;
}

/** A float whose text gives the same bits back, `undefined` for the others (NaNs, infinities). */
function floatText(bits: bigint): string | undefined {
  const value = floatOf(bits);
  if (!Number.isFinite(value)) return undefined;
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return /[.e]/.test(text) ? text.replace(/^(-?\d+)e/, "$1.0e") : `${text}.0`;
}
