/** An instruction set as a table: one row per instruction, from which every tier and tool is derived. */
import { type Body, type Place, statements } from "./build.js";
import { type Code, fieldsOf } from "./code.js";
import { type Effects, effectsOf } from "./effects.js";
import type { Expr, Stmt, ValType } from "./expr.js";

/** A bank of registers. */
export interface Bank {
  readonly name: string;
  /** `machine`: one for the whole machine; `frame`: every guest call has its own window. */
  readonly scope: "machine" | "frame";
  /** Bytes from one register to the next. */
  readonly slotBytes: 4 | 8 | 16;
  /** Number of registers of a machine bank; of a frame bank the functions say. */
  readonly count: number;
  /** How register `i` is written in assembly; default: the bank's name and the number. */
  readonly label?: (index: number) => string;
  /** This register reads as 0 and is never written; its slot must hold 0. */
  readonly zero?: number;
  /**
   * Registers that mean something only where code may still read them (flags); elsewhere a machine shows 0. One bank, of
   * at most eight registers that meanings name by fixed numbers. The function, `clearTransient`, makes it so.
   */
  readonly transient?: (code: Code, index: number, bytes: Uint8Array) => void;
  /** This register is written and never read: what it holds is nobody's concern. */
  readonly sink?: number;
}

/** A variable of the machine's state besides its registers. */
export interface StateVariable {
  readonly name: string;
  readonly type: ValType;
  readonly doc?: string;
}

/** A pure function of numbers that rows may call; the same in every tier. */
export interface PureFunction {
  readonly args: readonly ValType[];
  readonly result: ValType;
  readonly call: (...args: never[]) => number | bigint;
  /** The same in combinators, bit for bit: tiers that compile use it and spare the call out of WebAssembly. */
  readonly body?: (...args: never[]) => Expr;
}

export interface RegOperand<T extends ValType = ValType> {
  readonly kind: "reg";
  readonly bank: string;
  readonly type: T;
  /** Consecutive registers from this one (vectors); default 1. */
  readonly count?: number;
  /** Needs more than 16 bits once scaled by the slot size. */
  readonly wide?: boolean;
}
/** A 32-bit signed immediate. */
export interface ImmOperand {
  readonly kind: "imm";
}
export interface Imm64Operand {
  readonly kind: "imm64";
}
/** A place in the code. */
export interface TargetOperand {
  readonly kind: "target";
}
export type OperandSpec = RegOperand | ImmOperand | Imm64Operand | TargetOperand;

export const reg = <T extends ValType>(bank: string, type: T, extra: { count?: number; wide?: boolean } = {}) =>
  ({ kind: "reg", bank, type, ...extra }) as RegOperand<T>;
export const imm: ImmOperand = { kind: "imm" };
export const imm64: Imm64Operand = { kind: "imm64" };
export const target: TargetOperand = { kind: "target" };

/** A register that can also be seen as another type of the same slot. */
export type RegPlace<T extends ValType> = Place<T> & { as<U extends ValType>(type: U): Place<U> };
/** What a meaning can do with a register operand: use it as an expression, assign it, reach its neighbours. */
export type RegHandle<T extends ValType> = RegPlace<T> & {
  /** The register `n` slots further on. */
  at(n: number): RegPlace<T>;
};
export interface ImmHandle {
  readonly i32: Expr<"i32">;
  /** Sign-extended from 32 bits. */
  readonly i64: Expr<"i64">;
}
export interface Imm64Handle {
  readonly i64: Expr<"i64">;
  readonly f64: Expr<"f64">;
}
export interface TargetHandle {
  readonly operand: number;
}

type HandleOf<S extends OperandSpec> =
  S extends RegOperand<infer T>
    ? RegHandle<T>
    : S extends ImmOperand
      ? ImmHandle
      : S extends Imm64Operand
        ? Imm64Handle
        : TargetHandle;
export type Handles<O extends Record<string, OperandSpec>> = { readonly [K in keyof O]: HandleOf<O[K]> };

/** The operands of a row, in order, and the name of the encoding that carries them. */
export interface Format<O extends Record<string, OperandSpec> = Record<string, OperandSpec>> {
  readonly name: string;
  readonly operands: O;
}
export const format = <const O extends Record<string, OperandSpec>>(name: string, operands: O): Format<O> => ({
  name,
  operands,
});

export const branch = (cond: Expr<"i32">, to: TargetHandle): Stmt => ({ s: "branch", cond, target: to.operand });
export const jump = (to: TargetHandle): Stmt => ({ s: "jump", target: to.operand });

/** What a row may say beyond number, mnemonic, operands, meaning and documentation. */
export interface RowExtras {
  /** Ends a basic block although its meaning has no control flow. */
  readonly terminator?: boolean;
  /** Gas of one execution where gas is counted per instruction; default 1. */
  readonly cost?: number;
}

export interface Row {
  /** Number per profile; a profile without a number does not have the instruction. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly mnemonic: string;
  readonly format: string;
  /** Names of the operands, in order. */
  readonly names: readonly string[];
  readonly operands: readonly OperandSpec[];
  /** First field of every operand in `Code.args`. */
  readonly fields: readonly number[];
  readonly doc: string;
  readonly meaning: readonly Stmt[];
  readonly effects: Effects;
  readonly cost: number;
}

function place<T extends ValType>(operand: number, type: T, plus: number): Place<T> {
  return { k: "reg", type, operand, plus, set: (value: Expr<T>): Stmt => ({ s: "setReg", operand, plus, value }) };
}

function regPlace<T extends ValType>(operand: number, type: T, plus: number): RegPlace<T> {
  return { ...place(operand, type, plus), as: (other) => place(operand, other, plus) };
}

function handle(spec: OperandSpec, operand: number): unknown {
  switch (spec.kind) {
    case "reg":
      return {
        ...regPlace(operand, spec.type, 0),
        at: (n: number) => {
          if (n < 0 || n >= (spec.count ?? 1)) throw new RangeError(`register ${n} of ${spec.count ?? 1}`);
          return regPlace(operand, spec.type, n);
        },
      };
    case "imm":
      return { i32: { k: "imm", type: "i32", operand }, i64: { k: "imm", type: "i64", operand } };
    case "imm64":
      return { i64: { k: "imm", type: "i64", operand }, f64: { k: "imm", type: "f64", operand } };
    case "target":
      return { operand };
  }
}

/**
 * One row of an instruction set.
 *
 * @param numbers the opcode in every profile, or per profile
 * @param meaning what it does, in the combinators of `build.ts`; all that may fault comes before the first write
 */
export function op<O extends Record<string, OperandSpec>>(
  numbers: number | Readonly<Record<string, number>>,
  mnemonic: string,
  shape: Format<O>,
  doc: string,
  meaning: (operands: Handles<O>) => Body,
  extras: RowExtras = {},
): Row {
  const names = Object.keys(shape.operands);
  const operands = Object.values(shape.operands);
  const handles: Record<string, unknown> = {};
  names.forEach((name, i) => {
    handles[name] = handle(operands[i] as OperandSpec, i);
  });
  const body = statements(meaning(handles as Handles<O>));
  const effects = effectsOf(mnemonic, body);
  return {
    numbers: typeof numbers === "number" ? { "*": numbers } : numbers,
    mnemonic,
    format: shape.name,
    names,
    operands,
    fields: fieldsOf(operands),
    doc,
    meaning: body,
    effects: extras.terminator ? { ...effects, endsBlock: true } : effects,
    cost: extras.cost ?? 1,
  };
}

/** How gas is counted: per executed instruction, or at once when a basic block is entered. */
export type GasModel = "instruction" | "block";

export interface InstructionSetOptions {
  readonly name: string;
  readonly profile: string;
  readonly banks: readonly Bank[];
  readonly vars?: readonly StateVariable[];
  readonly pure?: Readonly<Record<string, PureFunction>>;
  readonly rows: readonly Row[];
  readonly gas: GasModel;
  /** Pairs and sequences of mnemonics that the interpreter fuses into one handler, most valuable first. */
  readonly fusions?: readonly (readonly string[])[];
  /**
   * Mnemonics of what programs execute most: the rows of lowest number, and the interpreter goes from one of them to
   * another without going through its loop. Those that the profile lacks are passed over.
   */
  readonly hot?: readonly string[];
  /**
   * What the interpreter's generator makes of these rows as a starter, as the text of a template: generated with this
   * library, so that starting does not have to. Without it, the starter is generated when it is needed.
   */
  readonly starter?: string;
}

/** The rows of one profile, numbered densely: the index of a row is its number in ICode and in `Code.op`. */
export class InstructionSet {
  readonly name: string;
  readonly profile: string;
  readonly banks: readonly Bank[];
  readonly vars: readonly StateVariable[];
  readonly pure: Readonly<Record<string, PureFunction>>;
  readonly rows: readonly Row[];
  readonly gas: GasModel;
  readonly fusions: readonly (readonly string[])[];
  /** Number of hot rows: those with the lowest indices. */
  readonly hot: number;
  /** Opcode of this profile → index of the row, -1 where the opcode is not defined. */
  readonly rowOfNumber: Int16Array;
  readonly starter: string | undefined;
  readonly #byMnemonic: ReadonlyMap<string, number>;

  constructor(options: InstructionSetOptions) {
    this.name = options.name;
    this.profile = options.profile;
    this.banks = options.banks;
    this.vars = options.vars ?? [];
    this.pure = options.pure ?? {};
    this.gas = options.gas;
    this.fusions = options.fusions ?? [];
    this.starter = options.starter;
    const rows = options.rows.filter((row) => numberIn(row, options.profile) !== undefined);
    const byMnemonic = new Map(rows.map((row) => [row.mnemonic, row]));
    const hot = new Set((options.hot ?? []).flatMap((mnemonic) => byMnemonic.get(mnemonic) ?? []));
    this.rows = [...hot, ...rows.filter((row) => !hot.has(row))];
    this.hot = hot.size;
    const highest = Math.max(-1, ...this.rows.map((row) => numberIn(row, options.profile) as number));
    this.rowOfNumber = new Int16Array(Math.max(256, highest + 1)).fill(-1);
    this.rows.forEach((row, index) => {
      const number = numberIn(row, options.profile) as number;
      if (this.rowOfNumber[number] !== -1) throw new TypeError(`${options.name}: opcode ${number} declared twice`);
      this.rowOfNumber[number] = index;
    });
    this.#byMnemonic = new Map(this.rows.map((row, index) => [row.mnemonic, index]));
    if (this.#byMnemonic.size !== this.rows.length)
      throw new TypeError(`${options.name}: a mnemonic is declared twice`);
    for (const row of this.rows) this.#check(row);
  }

  /** Index of the row with this mnemonic, -1 if there is none. */
  indexOf(mnemonic: string): number {
    return this.#byMnemonic.get(mnemonic) ?? -1;
  }

  bank(name: string): Bank {
    const bank = this.banks.find((b) => b.name === name);
    if (bank === undefined) throw new TypeError(`${this.name} has no register bank ${name}`);
    return bank;
  }

  /** The opcode of row `index` in this profile. */
  numberOf(index: number): number {
    return numberIn(this.rows[index] as Row, this.profile) as number;
  }

  /** Every name that a meaning uses must be declared. */
  #check(row: Row): void {
    for (const spec of row.operands) if (spec.kind === "reg") this.bank(spec.bank);
    for (const bank of row.effects.banks) this.bank(bank);
    for (const name of row.effects.vars) {
      if (!this.vars.some((v) => v.name === name)) throw new TypeError(`${row.mnemonic}: no variable ${name}`);
    }
    for (const name of row.effects.pure) {
      if (this.pure[name] === undefined) throw new TypeError(`${row.mnemonic}: no pure function ${name}`);
    }
  }
}

function numberIn(row: Row, profile: string): number | undefined {
  return row.numbers[profile] ?? row.numbers["*"];
}
