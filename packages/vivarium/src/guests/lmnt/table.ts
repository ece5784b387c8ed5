/**
 * The instructions of LMNT, one row each: number in `head`, number in `2020-07`, mnemonic, operands, meaning. What they
 * do in words is in `summaries.ts`, which no bundle holds.
 */
import { type Body, bind, exit, f32, hostCall, i32, indexedReg, letIn, pure, stateVar, when } from "../../isa/build.js";
import type { Expr, Stmt } from "../../isa/expr.js";
import {
  branch,
  type Handles,
  jump,
  op as kitRow,
  type OperandSpec,
  type RegPlace,
  type Row,
} from "../../isa/table.js";
import type { LmntVariant } from "./codes.js";
import type { Operands } from "./operands.js";
import {
  BITS_S,
  BITS_V,
  CALL,
  DATA_S,
  DATA_V,
  GO,
  INDEX_TO_INDEX,
  INDEX_TO_SLOT,
  INT_S,
  INT_V,
  PLAIN,
  S_,
  S_GO,
  S_S,
  S_SS,
  S_V,
  SECTION_S,
  SECTION_S_S,
  SECTION_S_V,
  type Shape,
  SS,
  SS_S,
  V_S,
  V_V,
  VS_V,
  VV_V,
  WORDS,
} from "./shapes.js";

/** One instruction. */
export interface LmntOperation {
  readonly mnemonic: string;
  /** Number in `head` archives, or `null` where the variant lacks the instruction. */
  readonly head: number | null;
  /** Number in `2020-07` archives, or `null` where the variant lacks the instruction. */
  readonly july2020: number | null;
  /** Operands as they stand in the file. */
  readonly operands: Operands;
  /** What it does, for the tiers. */
  readonly row: Row;
}

function op<O extends Record<string, OperandSpec>>(
  head: number | null,
  july2020: number | null,
  mnemonic: string,
  shape: Shape<O>,
  meaning: (operands: Handles<O>) => Body,
): LmntOperation {
  const numbers = { ...(head === null ? {} : { head }), ...(july2020 === null ? {} : { "2020-07": july2020 }) };
  const row = kitRow(numbers, mnemonic, shape.format, "", meaning);
  return { mnemonic, head, july2020, operands: shape.operands, row };
}

// State beside the registers ------------------------------------------------------------------------------------------

/** One of EQ, LT, GT, UN; 0 before the first comparison of a machine. */
const flags = stateVar("flags", "i32");
/** Words: slot 0, the first slot that may be written, and the end of the current function's slots. */
const stack = stateVar("stack", "i32");
const writable = stateVar("writable", "i32");
const limit = stateVar("limit", "i32");

/** Bits of the flags variable. */
const EQ = 1;
const LT = 2;
const GT = 4;
const UN = 8;

/** Trap number of an access violation; machines turn it into the variant's result code. */
export const ACCESS_VIOLATION = 1;

// Numbers -------------------------------------------------------------------------------------------------------------

type F = Expr<"f32">;
type I = Expr<"i32">;
type Slot = RegPlace<"f32">;

const NAN = f32.const(Number.NaN);
/**
 * The result of arithmetic. Which NaN an operation makes differs from host to host, so every NaN that is made, not
 * copied, is the canonical one.
 */
const made = (value: F): F => letIn(value, (x) => f32.select(f32.eq(x, x), x, NAN));
const bitsOf = (slot: Slot): I => slot.as("i32");
const copy = (from: Slot, to: Slot): Stmt => to.as("i32").set(bitsOf(from));
const set = (to: Slot, value: F): Stmt => to.set(made(value));

/** A NaN or equal operands (also −0 and +0) give the first. */
const least = (a: Slot, b: Slot): I => i32.select(f32.lt(b, a), bitsOf(b), bitsOf(a));
const greatest = (a: Slot, b: Slot): I => i32.select(f32.lt(a, b), bitsOf(b), bitsOf(a));
/** C99's fmin and fmax: a NaN loses to a number. */
const fmin = (a: Slot, b: Slot): I => i32.select(i32.or(f32.lt(b, a), f32.ne(a, a)), bitsOf(b), bitsOf(a));
const fmax = (a: Slot, b: Slot): I => i32.select(i32.or(f32.lt(a, b), f32.ne(a, a)), bitsOf(b), bitsOf(a));
const remainder = (a: F, b: F): F => f32.sub(a, f32.mul(f32.floor(f32.div(a, b)), b));
const magnitude = (a: Slot): I => i32.and(bitsOf(a), i32.const(0x7fffffff));
const pow = (a: F, b: F): F => pure("f32", "pow", a, b);
const fmod = (a: F, b: F): F => pure("f32", "fmod", a, b);

const LANES = [0, 1, 2, 3];
/** The four lanes in order; each is read just before it is written. */
const lanes = (f: (i: number) => Stmt): Stmt[] => LANES.map(f);

// Shapes of meanings ----------------------------------------------------------------------------------------------------

type Number_ = number | null;

const unary = (head: Number_, july: Number_, name: string, f: (a: F) => F): LmntOperation =>
  op(head, july, name, S_S, ({ a, c }) => set(c, f(a)));
const unaryV = (head: Number_, july: Number_, name: string, f: (a: F) => F): LmntOperation =>
  op(head, july, name, V_V, ({ a, c }) => lanes((i) => set(c.at(i), f(a.at(i)))));
const library = (head: Number_, july: Number_, name: string): LmntOperation =>
  unary(head, july, name, (a) => pure("f32", name.toLowerCase(), a));
const binary = (head: Number_, july: Number_, name: string, f: (a: F, b: F) => F): LmntOperation =>
  op(head, july, name, SS_S, ({ a, b, c }) => set(c, f(a, b)));
const binaryV = (head: Number_, july: Number_, name: string, f: (a: F, b: F) => F): LmntOperation =>
  op(head, july, name, VV_V, ({ a, b, c }) => lanes((i) => set(c.at(i), f(a.at(i), b.at(i)))));
type Pick = (a: Slot, b: Slot) => I;
const pick = (head: Number_, july: Number_, name: string, f: Pick): LmntOperation =>
  op(head, july, name, SS_S, ({ a, b, c }) => c.as("i32").set(f(a, b)));
const pickVV = (head: Number_, july: Number_, name: string, f: Pick): LmntOperation =>
  op(head, july, name, VV_V, ({ a, b, c }) =>
    lanes((i) =>
      c
        .at(i)
        .as("i32")
        .set(f(a.at(i), b.at(i))),
    ),
  );
const pickVS = (head: Number_, july: Number_, name: string, f: Pick): LmntOperation =>
  op(head, july, name, VS_V, ({ a, b, c }) =>
    lanes((i) =>
      c
        .at(i)
        .as("i32")
        .set(f(a.at(i), b)),
    ),
  );

const any = (mask: number): I => i32.and(flags, i32.const(mask));
const branchOn = (head: number, july: number, name: string, cond: I): LmntOperation =>
  op(head, july, name, GO, ({ t }) => branch(cond, t));
const branchIf = (head: number, july: number, name: string, cond: (a: Slot) => I): LmntOperation =>
  op(head, july, name, S_GO, ({ a, t }) => branch(cond(a), t));
const assignOn = (head: number, name: string, cond: I): LmntOperation =>
  op(head, null, name, SS_S, ({ a, b, c }) => c.as("i32").set(i32.select(cond, bitsOf(a), bitsOf(b))));
const compare = (a: F, b: F): Stmt =>
  flags.set(
    i32.select(
      f32.lt(a, b),
      i32.const(LT),
      i32.select(f32.gt(a, b), i32.const(GT), i32.select(f32.eq(a, b), i32.const(EQ), i32.const(UN))),
    ),
  );

const violation = (): Stmt => exit("trap", i32.const(ACCESS_VIOLATION));
const word = (index: I) => indexedReg(WORDS, index, "i32");
/** More than any index there can be, and exact: below it, truncating keeps the number. */
const INDEX_END = f32.const(2 ** 24);
/** Runs `body` with ⌊x⌋; below 0, too large or NaN is an access violation. */
const withIndex = (x: F, body: (index: I) => Body): Stmt =>
  when(i32.and(f32.ge(x, f32.const(0)), f32.lt(x, INDEX_END)), bind(i32.trunc_sat_f32_s(x), body), violation());
/** Runs `body` with ⌊x⌋ where `count` values from there are inside the section that descriptor word `x` describes. */
const withData = (descriptor: I, x: F, count: number, body: (first: I) => Body): Stmt =>
  withIndex(x, (index) =>
    when(
      i32.le_s(i32.add(index, i32.const(count)), word(i32.add(descriptor, i32.const(1)))),
      bind(i32.add(word(descriptor), index), body),
      violation(),
    ),
  );
/** Runs `body` with the word of slot ⌊x⌋ + `plus` of the current function. */
const withSlot = (x: F, plus: I, first: I, body: (at: I) => Body): Stmt =>
  withIndex(x, (index) =>
    bind(i32.add(i32.add(stack, index), plus), (at) =>
      when(i32.and(i32.lt_s(at, limit), i32.ge_s(at, first)), body(at), violation()),
    ),
  );

// biome-ignore format: one row per instruction
/** Every instruction of both variants, in the order of `head`; those that only 2020-07 has come last. */
export const OPERATIONS: readonly LmntOperation[] = [
  op(0, 0, "NOOP", PLAIN, () => []),
  op(1, 1, "RETURN", PLAIN, () => exit("halt")),

  op(2, 2, "ASSIGNSS", S_S, ({ a, c }) => copy(a, c)),
  op(3, 3, "ASSIGNVV", V_V, ({ a, c }) => lanes((i) => copy(a.at(i), c.at(i)))),
  op(4, 4, "ASSIGNSV", S_V, ({ a, c }) => lanes((i) => copy(a, c.at(i)))),
  op(5, 6, "ASSIGNIBS", BITS_S, ({ x, c }) => c.as("i32").set(x.i32)),
  op(6, 8, "ASSIGNIBV", BITS_V, ({ x, c }) => lanes((i) => c.at(i).as("i32").set(x.i32))),

  op(7, 9, "DLOADIIS", DATA_S, ({ a, c }) => copy(a, c)),
  op(8, 10, "DLOADIIV", DATA_V, ({ a, c }) => lanes((i) => copy(a.at(i), c.at(i)))),
  op(9, 11, "DLOADIRS", SECTION_S_S, ({ x, b, c }) => withData(x.i32, b, 1, (at) => c.as("i32").set(word(at)))),
  op(10, 12, "DLOADIRV", SECTION_S_V, ({ x, b, c }) => withData(x.i32, b, 4, (at) => lanes((i) => c.at(i).as("i32").set(word(i32.add(at, i32.const(i))))))),
  op(11, 13, "DSECLEN", SECTION_S, ({ x, c }) => set(c, f32.convert_i32_u(word(i32.add(x.i32, i32.const(1)))))),

  binary(12, 14, "ADDSS", f32.add),
  binaryV(13, 15, "ADDVV", f32.add),
  binary(14, 16, "SUBSS", f32.sub),
  binaryV(15, 17, "SUBVV", f32.sub),
  binary(16, 18, "MULSS", f32.mul),
  binaryV(17, 19, "MULVV", f32.mul),
  binary(18, 20, "DIVSS", f32.div),
  binaryV(19, 21, "DIVVV", f32.div),
  binary(20, null, "REMSS", remainder),
  binaryV(21, null, "REMVV", remainder),

  library(22, 24, "SIN"),
  library(23, 25, "COS"),
  library(24, 26, "TAN"),
  library(25, 27, "ASIN"),
  library(26, 28, "ACOS"),
  library(27, 29, "ATAN"),
  binary(28, 30, "ATAN2", (a, b) => pure("f32", "atan2", a, b)),
  op(29, 31, "SINCOS", S_SS, ({ a, b, c }) => [set(b, pure("f32", "sin", a)), set(c, pure("f32", "cos", a))]),
  binary(30, 32, "POWSS", pow),
  binaryV(31, 33, "POWVV", pow),
  op(32, 34, "POWVS", VS_V, ({ a, b, c }) => lanes((i) => set(c.at(i), pow(a.at(i), b)))),
  unary(33, 35, "SQRTS", f32.sqrt),
  unaryV(34, 36, "SQRTV", f32.sqrt),
  library(35, null, "LN"),
  library(36, null, "LOG2"),
  library(37, null, "LOG10"),
  op(38, 37, "ABSS", S_S, ({ a, c }) => c.as("i32").set(magnitude(a))),
  op(39, 38, "ABSV", V_V, ({ a, c }) => lanes((i) => c.at(i).as("i32").set(magnitude(a.at(i))))),
  op(40, 39, "SUMV", V_S, ({ a, c }) => set(c, f32.add(f32.add(f32.add(a.at(0), a.at(1)), a.at(2)), a.at(3)))),
  pick(41, null, "MINSS", least),
  pickVV(42, null, "MINVV", least),
  pick(43, null, "MAXSS", greatest),
  pickVV(44, null, "MAXVV", greatest),
  pickVS(45, null, "MINVS", least),
  pickVS(46, null, "MAXVS", greatest),
  unary(47, 46, "FLOORS", f32.floor),
  unaryV(48, 47, "FLOORV", f32.floor),
  unary(49, 48, "ROUNDS", f32.nearest),
  unaryV(50, 49, "ROUNDV", f32.nearest),
  unary(51, 50, "CEILS", f32.ceil),
  unaryV(52, 51, "CEILV", f32.ceil),
  unary(53, 52, "TRUNCS", f32.trunc),
  unaryV(54, 53, "TRUNCV", f32.trunc),

  op(55, 54, "INDEXRIS", INDEX_TO_SLOT, ({ a, x, c }) => withSlot(a, x.i32, stack, (at) => c.as("i32").set(word(at)))),
  op(56, 55, "INDEXRIR", INDEX_TO_INDEX, ({ a, x, c }) => withSlot(a, x.i32, stack, (from) => withSlot(c, i32.const(0), writable, (to) => word(to).set(word(from))))),

  op(57, 57, "BRANCH", GO, ({ t }) => jump(t)),
  branchIf(58, 65, "BRANCHZ", (a) => f32.eq(a, f32.const(0))),
  branchIf(59, 66, "BRANCHNZ", (a) => i32.or(f32.lt(a, f32.const(0)), f32.gt(a, f32.const(0)))),
  branchIf(60, 67, "BRANCHPOS", (a) => i32.ge_s(bitsOf(a), i32.const(0))),
  branchIf(61, 68, "BRANCHNEG", (a) => i32.lt_s(bitsOf(a), i32.const(0))),
  branchIf(62, 69, "BRANCHUN", (a) => f32.ne(a, a)),
  op(63, 56, "CMP", SS, ({ a, b }) => compare(a, b)),
  op(64, null, "CMPZ", S_, ({ a }) => compare(a, f32.const(0))),
  branchOn(65, 58, "BRANCHCEQ", any(EQ)),
  branchOn(66, 59, "BRANCHCNE", i32.eqz(any(EQ))),
  branchOn(67, 60, "BRANCHCLT", any(LT)),
  branchOn(68, 61, "BRANCHCLE", any(LT | EQ)),
  branchOn(69, 62, "BRANCHCGT", any(GT)),
  branchOn(70, 63, "BRANCHCGE", any(GT | EQ)),
  branchOn(71, 64, "BRANCHCUN", any(UN)),
  assignOn(72, "ASSIGNCEQ", any(EQ)),
  assignOn(73, "ASSIGNCNE", i32.eqz(any(EQ))),
  assignOn(74, "ASSIGNCLT", any(LT)),
  assignOn(75, "ASSIGNCLE", any(LT | EQ)),
  assignOn(76, "ASSIGNCGT", any(GT)),
  assignOn(77, "ASSIGNCGE", any(GT | EQ)),
  assignOn(78, "ASSIGNCUN", any(UN)),
  op(79, 70, "EXTCALL", CALL, ({ x }) => hostCall(x.i32)),

  op(null, 5, "ASSIGNIIS", INT_S, ({ x, c }) => set(c, f32.convert_i32_s(x.i32))),
  op(null, 7, "ASSIGNIIV", INT_V, ({ x, c }) => lanes((i) => set(c.at(i), f32.convert_i32_s(x.i32)))),
  binary(null, 22, "MODSS", fmod),
  binaryV(null, 23, "MODVV", fmod),
  pick(null, 40, "FMINSS", fmin),
  pickVV(null, 41, "FMINVV", fmin),
  pick(null, 42, "FMAXSS", fmax),
  pickVV(null, 43, "FMAXVV", fmax),
  pickVS(null, 44, "FMINVS", fmin),
  pickVS(null, 45, "FMAXVS", fmax),
];

/** Rows of one variant, indexed by their number there; dense from 0. */
export function operationsOf(variant: LmntVariant): readonly LmntOperation[] {
  return variant === "head" ? HEAD : JULY_2020;
}

/** The number of `operation` in `variant`, or `null`. */
export function numberIn(operation: LmntOperation, variant: LmntVariant): number | null {
  return variant === "head" ? operation.head : operation.july2020;
}

/** The row with this mnemonic that `variant` has. Case does not matter. */
export function operationNamed(mnemonic: string, variant: LmntVariant): LmntOperation | undefined {
  const operation = BY_NAME.get(mnemonic.toUpperCase());
  return operation !== undefined && numberIn(operation, variant) !== null ? operation : undefined;
}

const byNumber = (variant: LmntVariant) =>
  OPERATIONS.filter((operation) => numberIn(operation, variant) !== null).sort(
    (x, y) => (numberIn(x, variant) as number) - (numberIn(y, variant) as number),
  );
const HEAD = byNumber("head");
const JULY_2020 = byNumber("2020-07");
const BY_NAME: ReadonlyMap<string, LmntOperation> = new Map(
  OPERATIONS.map((operation) => [operation.mnemonic, operation]),
);
