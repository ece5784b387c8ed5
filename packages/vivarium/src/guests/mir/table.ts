/**
 * The op table of the MIR guest: what MIR functions are lowered to, one row per instruction, for a machine with a window
 * of 64-bit slots per call. A row is named after the MIR instruction it carries out; `.i` marks a form with an immediate
 * operand, and loads and stores stand for `mov` with a memory operand (MIR manual, "MIR instructions").
 */
import {
  type Body,
  bind,
  computedJump,
  exit,
  f32,
  f64,
  guestCall,
  guestReturn,
  hostCall,
  i32,
  i64,
  letIn,
  stateVar,
  when,
} from "../../isa/build.js";
import type { Expr } from "../../isa/expr.js";
import {
  branch,
  type Format,
  format,
  type Handles,
  type ImmHandle,
  InstructionSet,
  imm,
  imm64,
  jump,
  type OperandSpec,
  op,
  type Row,
  reg,
  target,
} from "../../isa/table.js";
import { FUSIONS } from "./fusions.js";

type I = Expr<"i64">;
type W = Expr<"i32">;
type S = Expr<"f32">;
type D = Expr<"f64">;

// Operands. Slot numbers of the common forms are 32 bits wide: functions of the size of a compiler have many registers.

const r = reg("r", "i64", { wide: true });
const rf = reg("r", "f32", { wide: true });
const rd = reg("r", "f64", { wide: true });
const n = reg("r", "i64");
const nf = reg("r", "f32");
const nd = reg("r", "f64");

/** Slots that the narrow operands of indexed loads and stores can name. */
export const NARROW_SLOTS = 8192;

const NONE = format("none", {});
const X = format("x", { x: imm });
const A = format("a", { a: r });
const DX = format("dx", { d: r, x: imm });
const DA = format("da", { d: r, a: r });
const DAB = format("dab", { d: r, a: r, b: r });
const DAX = format("dax", { d: r, a: r, x: imm });
const DX64 = format("dx64", { d: r, x: imm64 });
const AXY = format("axy", { a: r, x: imm, y: imm });
const XY = format("xy", { x: imm, y: imm });
const XYZ = format("xyz", { x: imm, y: imm, z: imm });
const T = format("t", { t: target });
const AT = format("at", { a: r, t: target });
const ABT = format("abt", { a: r, b: r, t: target });
const AXT = format("axt", { a: r, x: imm, t: target });

// State ---------------------------------------------------------------------------------------------------------------

/** Lowest address of the stack in use; it grows downwards. */
const sp = stateVar("sp", "i64");
/** Lowest address the stack may use. */
const stackLimit = stateVar("stackLimit", "i64");
/** Slot offset of the arguments of the current host call. */
const hostWindow = stateVar("hostWindow", "i32");
/** Number of the shape of the current host call: how many arguments it has, and of which types. */
const hostShape = stateVar("hostShape", "i32");

/** Codes of the traps that programs can run into. */
export const TRAP = {
  /** Integer division by zero, or of the most negative number by −1. */
  division: 1,
  /** Frame memory does not fit on the guest's stack. */
  stack: 2,
  /** Call of an address that is no function. */
  call: 3,
  /** Jump to a value that is no label of the function, or `switch` with an index out of range. */
  jump: 4,
  /** An import that was not resolved (lazy linking). */
  unresolved: 5,
} as const;

/** Address of function 0; functions are 16 apart. Nothing is ever mapped here. */
export const FUNCTION_BASE = 0xf0000000;
/** Value of label 0 of a program's label table; labels are 1 apart. Nothing is ever mapped here. */
export const LABEL_BASE = 0xf8000000;

const trap = (code: number): Body => exit("trap", i32.const(code));

// Numbers ---------------------------------------------------------------------------------------------------------------

const low = i32.wrap_i64;
const signed = i64.extend_i32_s;
const unsigned = i64.extend_i32_u;
/** Addresses are taken modulo 2^32: the machine's address space. */
const at = (base: I, disp: ImmHandle): W => i32.add(low(base), disp.i32);
/** `base + (index << (x & 3)) + (x >> 2)`: scale and displacement share an immediate. */
const indexed = (base: I, index: I, x: ImmHandle): W =>
  i32.add(i32.add(low(base), i32.shl(low(index), i32.and(x.i32, i32.const(3)))), i32.shr_s(x.i32, i32.const(2)));

const MIN64 = i64.const(-(2n ** 63n));
const MIN32 = i32.const(-(2 ** 31));

/**
 * NaN results have the bits that x86-64 gives them, whatever the host's processor and engine make: an operand that is NaN
 * is passed on, the first one first and quieted, and an invalid operation gives the negative quiet NaN. Both arms are
 * rare, so nothing of this is evaluated for numbers. Moves, loads and stores of f32 are done on their bits, because
 * JavaScript's numbers cannot hold a signalling f32.
 */
const NAN32 = f32.reinterpret_i32(i32.const(0xffc00000 | 0));
const NAN64 = f64.reinterpret_i64(i64.const(-(1n << 51n)));
const isNumber32 = (v: S): W => f32.le(v, v);
const isNumber64 = (v: D): W => f64.le(v, v);
const quiet32 = (v: S): S => f32.reinterpret_i32(i32.or(i32.reinterpret_f32(v), i32.const(0x400000)));
const quiet64 = (v: D): D => f64.reinterpret_i64(i64.or(i64.reinterpret_f64(v), i64.const(1n << 51n)));
const arithmetic32 = (a: S, b: S, value: S): S =>
  letIn(value, (v) =>
    f32.expect(isNumber32(v), v, f32.choose(isNumber32(a), f32.choose(isNumber32(b), NAN32, quiet32(b)), quiet32(a))),
  );
const arithmetic64 = (a: D, b: D, value: D): D =>
  letIn(value, (v) =>
    f64.expect(isNumber64(v), v, f64.choose(isNumber64(a), f64.choose(isNumber64(b), NAN64, quiet64(b)), quiet64(a))),
  );
/** Widening keeps a NaN's sign and payload. */
const widen = (a: S): D =>
  f64.expect(
    isNumber32(a),
    f64.promote_f32(a),
    letIn(i64.extend_i32_u(i32.reinterpret_f32(a)), (bits) =>
      f64.reinterpret_i64(
        i64.or(
          i64.or(
            i64.shl(i64.and(bits, i64.const(0x80000000n)), i64.const(32)),
            i64.shl(i64.and(bits, i64.const(0x7fffff)), i64.const(29)),
          ),
          i64.const(0x7ff8n << 48n),
        ),
      ),
    ),
  );
/** Narrowing keeps a NaN's sign and the upper part of its payload. */
const narrow = (a: D): S =>
  f32.expect(
    isNumber64(a),
    f32.demote_f64(a),
    letIn(i64.reinterpret_f64(a), (bits) =>
      f32.reinterpret_i32(
        i32.wrap_i64(
          i64.or(
            i64.or(
              i64.and(i64.shr_u(bits, i64.const(32)), i64.const(0x80000000n)),
              i64.and(i64.shr_u(bits, i64.const(29)), i64.const(0x7fffff)),
            ),
            i64.const(0x7fc00000),
          ),
        ),
      ),
    ),
  );

/** Truncation as x86-64 does it: NaN and everything out of range give the most negative number. */
const toInt64 = (value: D): I =>
  letIn(value, (v) =>
    i64.select(i32.and(f64.ge(v, f64.const(-(2 ** 63))), f64.lt(v, f64.const(2 ** 63))), i64.trunc_sat_f64_s(v), MIN64),
  );

/** High 64 bits of the unsigned 128-bit product, from products of halves. */
const mulHighU = (a: I, b: I): I => {
  const half = i64.const(0xffffffffn);
  const by = i64.const(32);
  return letIn(i64.and(a, half), (a0) =>
    letIn(i64.shr_u(a, by), (a1) =>
      letIn(i64.and(b, half), (b0) =>
        letIn(i64.shr_u(b, by), (b1) =>
          letIn(i64.add(i64.mul(a1, b0), i64.shr_u(i64.mul(a0, b0), by)), (t) =>
            i64.add(
              i64.add(i64.mul(a1, b1), i64.shr_u(t, by)),
              i64.shr_u(i64.add(i64.mul(a0, b1), i64.and(t, half)), by),
            ),
          ),
        ),
      ),
    ),
  );
};
const ifNegative = (a: I, b: I): I => i64.and(i64.shr_s(a, i64.const(63)), b);
const mulHighS = (a: I, b: I): I => i64.sub(i64.sub(mulHighU(a, b), ifNegative(a, b)), ifNegative(b, a));

// Shapes of rows --------------------------------------------------------------------------------------------------------

type Rows = readonly Row[];

let next = 0;
/** Rows are numbered in the order they stand here; the numbers are internal to the engine. */
function row<O extends Record<string, OperandSpec>>(
  name: string,
  shape: Format<O>,
  doc: string,
  meaning: (operands: Handles<O>) => Body,
): Row {
  return op(next++, name, shape, doc, meaning);
}

/** An integer operation of two operands in its four forms: 64 and 32 bits, with register and with immediate. */
const integer = (
  name: string,
  sign: string,
  f: (a: I, b: I) => I,
  f32bit: (a: W, b: W) => W,
  extend: (v: W) => I = signed,
): Rows => [
  row(name, DAB, `d ← a ${sign} b`, ({ d, a, b }) => d.set(f(a, b))),
  row(`${name}.i`, DAX, `d ← a ${sign} x`, ({ d, a, x }) => d.set(f(a, x.i64))),
  row(`${name}s`, DAB, `d ← a ${sign} b, 32 bits`, ({ d, a, b }) => d.set(extend(f32bit(low(a), low(b))))),
  row(`${name}s.i`, DAX, `d ← a ${sign} x, 32 bits`, ({ d, a, x }) => d.set(extend(f32bit(low(a), x.i32)))),
];

/** A division: it traps where the processor's does. The immediate forms are only used with divisors that never trap. */
const division = (
  name: string,
  sign: string,
  isSigned: boolean,
  f: (a: I, b: I) => I,
  f32bit: (a: W, b: W) => W,
): Rows => {
  const extend = isSigned ? signed : unsigned;
  const check64 = (a: I, b: I): W =>
    isSigned ? i32.or(i64.eqz(b), i32.and(i64.eq(b, i64.const(-1)), i64.eq(a, MIN64))) : i64.eqz(b);
  const check32 = (a: W, b: W): W =>
    isSigned ? i32.or(i32.eqz(b), i32.and(i32.eq(b, i32.const(-1)), i32.eq(a, MIN32))) : i32.eqz(b);
  return [
    row(name, DAB, `d ← a ${sign} b`, ({ d, a, b }) => when(check64(a, b), trap(TRAP.division), d.set(f(a, b)))),
    row(`${name}.i`, DAX, `d ← a ${sign} x, x neither 0 nor −1`, ({ d, a, x }) => d.set(f(a, x.i64))),
    row(`${name}s`, DAB, `d ← a ${sign} b, 32 bits`, ({ d, a, b }) =>
      bind(low(a), (x) => bind(low(b), (y) => when(check32(x, y), trap(TRAP.division), d.set(extend(f32bit(x, y)))))),
    ),
    row(`${name}s.i`, DAX, `d ← a ${sign} x, 32 bits, x neither 0 nor −1`, ({ d, a, x }) =>
      d.set(extend(f32bit(low(a), x.i32))),
    ),
  ];
};

type Relation = readonly [name: string, sign: string, f: (a: I, b: I) => W, f32bit: (a: W, b: W) => W];
const RELATIONS: readonly Relation[] = [
  ["eq", "=", i64.eq, i32.eq],
  ["ne", "≠", i64.ne, i32.ne],
  ["lt", "<", i64.lt_s, i32.lt_s],
  ["ult", "< (unsigned)", i64.lt_u, i32.lt_u],
  ["le", "≤", i64.le_s, i32.le_s],
  ["ule", "≤ (unsigned)", i64.le_u, i32.le_u],
  ["gt", ">", i64.gt_s, i32.gt_s],
  ["ugt", "> (unsigned)", i64.gt_u, i32.gt_u],
  ["ge", "≥", i64.ge_s, i32.ge_s],
  ["uge", "≥ (unsigned)", i64.ge_u, i32.ge_u],
];

/** Name of the branch on a relation: `blt`, but `ublt`. */
const branchName = (name: string): string => (name.startsWith("u") ? `ub${name.slice(1)}` : `b${name}`);

const compare = ([name, sign, f, g]: Relation): Rows => [
  row(name, DAB, `d ← a ${sign} b`, ({ d, a, b }) => d.set(unsigned(f(a, b)))),
  row(`${name}.i`, DAX, `d ← a ${sign} x`, ({ d, a, x }) => d.set(unsigned(f(a, x.i64)))),
  row(`${name}s`, DAB, `d ← a ${sign} b, 32 bits`, ({ d, a, b }) => d.set(unsigned(g(low(a), low(b))))),
  row(`${name}s.i`, DAX, `d ← a ${sign} x, 32 bits`, ({ d, a, x }) => d.set(unsigned(g(low(a), x.i32)))),
];

const branches = ([name, sign, f, g]: Relation): Rows => {
  const b = branchName(name);
  return [
    row(b, ABT, `continues at t if a ${sign} b`, (o) => branch(f(o.a, o.b), o.t)),
    row(`${b}.i`, AXT, `continues at t if a ${sign} x`, (o) => branch(f(o.a, o.x.i64), o.t)),
    row(`${b}s`, ABT, `continues at t if a ${sign} b, 32 bits`, (o) => branch(g(low(o.a), low(o.b)), o.t)),
    row(`${b}s.i`, AXT, `continues at t if a ${sign} x, 32 bits`, (o) => branch(g(low(o.a), o.x.i32), o.t)),
  ];
};

const FLOAT_RELATIONS = ["eq", "ne", "lt", "le", "gt", "ge"] as const;
const SIGNS: Readonly<Record<string, string>> = { eq: "=", ne: "≠", lt: "<", le: "≤", gt: ">", ge: "≥" };

/** Comparisons and branches of one float type; NaN is different from everything and in no order. */
const floatRelations = (): Rows =>
  FLOAT_RELATIONS.flatMap((name) => [
    row(`f${name}`, format("dab.f", { d: r, a: rf, b: rf }), `d ← a ${SIGNS[name]} b, f32`, ({ d, a, b }) =>
      d.set(unsigned(f32[name](a, b))),
    ),
    row(`d${name}`, format("dab.d", { d: r, a: rd, b: rd }), `d ← a ${SIGNS[name]} b, f64`, ({ d, a, b }) =>
      d.set(unsigned(f64[name](a, b))),
    ),
    row(`fb${name}`, format("abt.f", { a: rf, b: rf, t: target }), `continues at t if a ${SIGNS[name]} b, f32`, (o) =>
      branch(f32[name](o.a, o.b), o.t),
    ),
    row(`db${name}`, format("abt.d", { a: rd, b: rd, t: target }), `continues at t if a ${SIGNS[name]} b, f64`, (o) =>
      branch(f64[name](o.a, o.b), o.t),
    ),
  ]);

const FLOAT_ARITHMETIC = [
  ["add", "+"],
  ["sub", "−"],
  ["mul", "×"],
  ["div", "/"],
] as const;

const floatArithmetic = (): Rows =>
  FLOAT_ARITHMETIC.flatMap(([name, sign]) => [
    row(`f${name}`, format("dab.fff", { d: rf, a: rf, b: rf }), `d ← a ${sign} b, f32`, ({ d, a, b }) =>
      d.set(arithmetic32(a, b, f32[name](a, b))),
    ),
    row(`d${name}`, format("dab.ddd", { d: rd, a: rd, b: rd }), `d ← a ${sign} b, f64`, ({ d, a, b }) =>
      d.set(arithmetic64(a, b, f64[name](a, b))),
    ),
  ]);

/** Integer loads and stores by MIR type. */
const INTEGER_LOADS = [
  ["i8", i64.load8_s],
  ["u8", i64.load8_u],
  ["i16", i64.load16_s],
  ["u16", i64.load16_u],
  ["i32", i64.load32_s],
  ["u32", i64.load32_u],
  ["i64", i64.load],
] as const;
const INTEGER_STORES = [
  ["i8", i64.store8],
  ["i16", i64.store16],
  ["i32", i64.store32],
  ["i64", i64.store],
] as const;

const loads = (): Rows => [
  ...INTEGER_LOADS.flatMap(([type, load]) => [
    row(`ld.${type}`, DAX, `d ← ${type} at a + x`, ({ d, a, x }) => d.set(load(at(a, x)))),
    row(`ldx.${type}`, format("dabx", { d: n, a: n, b: n, x: imm }), `d ← ${type} at a + (b << x mod 4) + x / 4`, (o) =>
      o.d.set(load(indexed(o.a, o.b, o.x))),
    ),
  ]),
  row("ld.f", format("dax.f", { d: rf, a: r, x: imm }), "d ← f32 at a + x", ({ d, a, x }) =>
    d.as("i32").set(i32.load(at(a, x))),
  ),
  row("ld.d", format("dax.d", { d: rd, a: r, x: imm }), "d ← f64 at a + x", ({ d, a, x }) => d.set(f64.load(at(a, x)))),
  row("ldx.f", format("dabx.f", { d: nf, a: n, b: n, x: imm }), "d ← f32 at a + (b << x mod 4) + x / 4", (o) =>
    o.d.as("i32").set(i32.load(indexed(o.a, o.b, o.x))),
  ),
  row("ldx.d", format("dabx.d", { d: nd, a: n, b: n, x: imm }), "d ← f64 at a + (b << x mod 4) + x / 4", (o) =>
    o.d.set(f64.load(indexed(o.a, o.b, o.x))),
  ),
];

const stores = (): Rows => [
  ...INTEGER_STORES.flatMap(([type, store]) => [
    row(`st.${type}`, DAX, `${type} at a + x ← d`, ({ d, a, x }) => store(at(a, x), d)),
    row(`stx.${type}`, format("dabx", { d: n, a: n, b: n, x: imm }), `${type} at a + (b << x mod 4) + x / 4 ← d`, (o) =>
      store(indexed(o.a, o.b, o.x), o.d),
    ),
    row(`sti.${type}`, AXY, `${type} at a + x ← y`, ({ a, x, y }) => store(at(a, x), y.i64)),
  ]),
  row("st.f", format("dax.f", { d: rf, a: r, x: imm }), "f32 at a + x ← d", ({ d, a, x }) =>
    i32.store(at(a, x), d.as("i32")),
  ),
  row("st.d", format("dax.d", { d: rd, a: r, x: imm }), "f64 at a + x ← d", ({ d, a, x }) => f64.store(at(a, x), d)),
  row("stx.f", format("dabx.f", { d: nf, a: n, b: n, x: imm }), "f32 at a + (b << x mod 4) + x / 4 ← d", (o) =>
    i32.store(indexed(o.a, o.b, o.x), o.d.as("i32")),
  ),
  row("stx.d", format("dabx.d", { d: nd, a: n, b: n, x: imm }), "f64 at a + (b << x mod 4) + x / 4 ← d", (o) =>
    f64.store(indexed(o.a, o.b, o.x), o.d),
  ),
];

/** Whether an overflow instruction overflows: the flag that the branch behind it asks for. */
const overflowFlags = (): Rows => {
  const b64 = (name: string, doc: string, f: (a: I, b: I) => W): Row =>
    row(name, DAB, doc, ({ d, a, b }) => d.set(unsigned(f(a, b))));
  const b32 = (name: string, doc: string, f: (a: W, b: W) => W): Row =>
    row(name, DAB, doc, ({ d, a, b }) => d.set(unsigned(f(low(a), low(b)))));
  const negative = (v: I): W => i64.lt_s(v, i64.const(0));
  const negative32 = (v: W): W => i32.lt_s(v, i32.const(0));
  const fits32 = (v: I): W => i64.ne(v, i64.extend32_s(v));
  return [
    b64("addo.s", "d ← a + b overflows signed", (a, b) =>
      letIn(i64.add(a, b), (s) => negative(i64.and(i64.xor(a, s), i64.xor(b, s)))),
    ),
    b64("addo.u", "d ← a + b overflows unsigned", (a, b) => i64.lt_u(i64.add(a, b), a)),
    b32("addos.s", "d ← a + b overflows signed, 32 bits", (a, b) =>
      letIn(i32.add(a, b), (s) => negative32(i32.and(i32.xor(a, s), i32.xor(b, s)))),
    ),
    b32("addos.u", "d ← a + b overflows unsigned, 32 bits", (a, b) => i32.lt_u(i32.add(a, b), a)),
    b64("subo.s", "d ← a − b overflows signed", (a, b) => negative(i64.and(i64.xor(a, b), i64.xor(a, i64.sub(a, b))))),
    b64("subo.u", "d ← a − b borrows", (a, b) => i64.lt_u(a, b)),
    b32("subos.s", "d ← a − b overflows signed, 32 bits", (a, b) =>
      negative32(i32.and(i32.xor(a, b), i32.xor(a, i32.sub(a, b)))),
    ),
    b32("subos.u", "d ← a − b borrows, 32 bits", (a, b) => i32.lt_u(a, b)),
    b64("mulo.s", "d ← a × b overflows signed", (a, b) =>
      i64.ne(mulHighS(a, b), i64.shr_s(i64.mul(a, b), i64.const(63))),
    ),
    b32("mulos.s", "d ← a × b overflows signed, 32 bits", (a, b) => fits32(i64.mul(signed(a), signed(b)))),
    b64("umulo.u", "d ← a × b overflows unsigned", (a, b) => i64.ne(mulHighU(a, b), i64.const(0))),
    b32("umulos.u", "d ← a × b overflows unsigned, 32 bits", (a, b) =>
      i64.ne(i64.shr_u(i64.mul(unsigned(a), unsigned(b)), i64.const(32)), i64.const(0)),
    ),
  ];
};

const conversions = (): Rows => {
  const extend = (name: string, doc: string, f: (a: I) => I): Row => row(name, DA, doc, ({ d, a }) => d.set(f(a)));
  const fromInt = format("da.fi", { d: rf, a: r });
  const fromIntD = format("da.di", { d: rd, a: r });
  return [
    extend("ext8", "d ← low 8 bits of a, sign-extended", i64.extend8_s),
    extend("ext16", "d ← low 16 bits of a, sign-extended", i64.extend16_s),
    extend("ext32", "d ← low 32 bits of a, sign-extended", i64.extend32_s),
    extend("uext8", "d ← low 8 bits of a", (a) => i64.and(a, i64.const(0xff))),
    extend("uext16", "d ← low 16 bits of a", (a) => i64.and(a, i64.const(0xffff))),
    extend("uext32", "d ← low 32 bits of a", (a) => i64.and(a, i64.const(0xffffffffn))),
    extend("neg", "d ← −a", (a) => i64.sub(i64.const(0), a)),
    extend("negs", "d ← −a, 32 bits", (a) => signed(i32.sub(i32.const(0), low(a)))),
    row("i2f", fromInt, "d ← a as f32, signed", ({ d, a }) => d.set(f32.convert_i64_s(a))),
    row("i2d", fromIntD, "d ← a as f64, signed", ({ d, a }) => d.set(f64.convert_i64_s(a))),
    row("ui2f", fromInt, "d ← a as f32, unsigned", ({ d, a }) => d.set(f32.convert_i64_u(a))),
    row("ui2d", fromIntD, "d ← a as f64, unsigned", ({ d, a }) => d.set(f64.convert_i64_u(a))),
    row("f2i", format("da.if", { d: r, a: rf }), "d ← a truncated; out of range and NaN: −2^63", ({ d, a }) =>
      d.set(toInt64(f64.promote_f32(a))),
    ),
    row("d2i", format("da.id", { d: r, a: rd }), "d ← a truncated; out of range and NaN: −2^63", ({ d, a }) =>
      d.set(toInt64(a)),
    ),
    row("f2d", format("da.df", { d: rd, a: rf }), "d ← a as f64", ({ d, a }) => d.set(widen(a))),
    row("d2f", format("da.fd", { d: rf, a: rd }), "d ← a rounded to f32", ({ d, a }) => d.set(narrow(a))),
    row("fneg", format("da.ff", { d: rf, a: rf }), "d ← −a, f32", ({ d, a }) =>
      d.as("i32").set(i32.xor(a.as("i32"), MIN32)),
    ),
    row("dneg", format("da.dd", { d: rd, a: rd }), "d ← −a, f64", ({ d, a }) => d.set(f64.neg(a))),
  ];
};

const moves = (): Rows => [
  row("mov", DA, "d ← a", ({ d, a }) => d.set(a)),
  row("fmov", format("da.ff", { d: rf, a: rf }), "d ← a, f32", ({ d, a }) => d.as("i32").set(a.as("i32"))),
  row("dmov", format("da.dd", { d: rd, a: rd }), "d ← a, f64", ({ d, a }) => d.set(a)),
  row("mov.i", DX, "d ← x, sign-extended from 32 bits", ({ d, x }) => d.set(x.i64)),
  row("mov.i64", DX64, "d ← x", ({ d, x }) => d.set(x.i64)),
  row("fmov.i", format("dx.f", { d: rf, x: imm }), "d ← the f32 with bits x", ({ d, x }) => d.as("i32").set(x.i32)),
  row("dmov.i", format("dx.d", { d: rd, x: imm64 }), "d ← x, f64", ({ d, x }) => d.set(x.f64)),
];

/** Takes `size` bytes of frame memory; the row's other work is done with the new stack pointer. */
const takeStack = (size: I, then: (top: I) => Body): Body =>
  when(
    i64.gt_u(size, i64.sub(sp, stackLimit)),
    trap(TRAP.stack),
    bind(i64.sub(sp, size), (top) => [sp.set(top), ...([then(top)].flat() as [])]),
  );

/** A size as alloca rounds it: at least 1, to a multiple of 16. */
const rounded = (size: I): I =>
  i64.and(i64.add(i64.select(i64.le_s(size, i64.const(0)), i64.const(1), size), i64.const(15)), i64.const(-16));

const frames = (): Rows => [
  row("sp.get", format("d", { d: r }), "d ← stack pointer", ({ d }) => d.set(sp)),
  row("sp.set", A, "stack pointer ← a", ({ a }) => sp.set(a)),
  row("sp.add", X, "stack pointer ← stack pointer + x", ({ x }) => sp.set(i64.add(sp, x.i64))),
  row("alloca", DA, "d ← address of a bytes of frame memory", ({ d, a }) =>
    when(
      i64.gt_s(a, i64.const(2n ** 40n)),
      trap(TRAP.stack),
      takeStack(rounded(a), (top) => d.set(top)),
    ),
  ),
  row("alloca.i", DX, "d ← address of x bytes of frame memory, x a multiple of 16", ({ d, x }) =>
    takeStack(x.i64, (top) => d.set(top)),
  ),
];

/** Calls the function at an address; window in slots. */
const callAddress = (address: I, window: W): Body =>
  bind(i32.sub(low(address), i32.const(FUNCTION_BASE | 0)), (offset) =>
    when(
      i32.or(i32.ge_u(i32.shr_u(offset, i32.const(4)), low(functionCount)), i32.and(offset, i32.const(15))),
      trap(TRAP.call),
      guestCall(i32.shr_u(offset, i32.const(4)), window),
    ),
  );
/** Number of functions of the program. */
const functionCount = stateVar("functionCount", "i64");

/** Continues at entry `first + index` of the code table if `index` is below `count`. */
const tableJump = (index: W, first: W, count: W): Body =>
  bind(index, (i) => when(i32.lt_u(i, count), computedJump(i32.add(i, first)), trap(TRAP.jump)));

const control = (): Rows => [
  row("jmp", T, "continues at t", ({ t }) => jump(t)),
  row("bt", AT, "continues at t if a ≠ 0", (o) => branch(i32.eqz(i64.eqz(o.a)), o.t)),
  row("bts", AT, "continues at t if the low 32 bits of a are not 0", (o) => branch(low(o.a), o.t)),
  row("bf", AT, "continues at t if a = 0", (o) => branch(i64.eqz(o.a), o.t)),
  row("bfs", AT, "continues at t if the low 32 bits of a are 0", (o) => branch(i32.eqz(low(o.a)), o.t)),
  row("switch", AXY, "continues at entry x + a of the code table; traps unless a < y", ({ a, x, y }) =>
    tableJump(i32.select(i32.eqz(low(i64.shr_u(a, i64.const(32)))), low(a), i32.const(-1)), x.i32, y.i32),
  ),
  row("jmpi", AXY, "continues at the label with value a, one of the y from entry x of the code table", ({ a, x, y }) =>
    tableJump(i32.sub(i32.sub(low(a), i32.const(LABEL_BASE | 0)), x.i32), x.i32, y.i32),
  ),
  row("call", XY, "calls function x with its frame y slots up", ({ x, y }) => guestCall(x.i32, y.i32)),
  row("call.a", AXY, "calls the function at address a with its frame x slots up, of which y / 2 are passed", (o) =>
    callAddress(o.a, o.x.i32),
  ),
  row("host", XYZ, "calls host function x with its frame y slots up and arguments of shape z", ({ x, y, z }) => [
    hostWindow.set(y.i32),
    hostShape.set(z.i32),
    hostCall(x.i32),
  ]),
  row("ret", NONE, "returns to the caller", () => guestReturn()),
  row("trap", X, "ends the run with trap x", ({ x }) => exit("trap", x.i32)),
];

const ROWS: Rows = [
  ...moves(),
  ...integer("add", "+", i64.add, i32.add),
  ...integer("sub", "−", i64.sub, i32.sub),
  ...integer("mul", "×", i64.mul, i32.mul),
  ...division("div", "/", true, i64.div_s, i32.div_s),
  ...division("udiv", "/ (unsigned)", false, i64.div_u, i32.div_u),
  ...division("mod", "mod", true, i64.rem_s, i32.rem_s),
  ...division("umod", "mod (unsigned)", false, i64.rem_u, i32.rem_u),
  ...integer("and", "and", i64.and, i32.and),
  ...integer("or", "or", i64.or, i32.or),
  ...integer("xor", "xor", i64.xor, i32.xor),
  ...integer("lsh", "<<", i64.shl, i32.shl),
  ...integer("rsh", ">> (sign)", i64.shr_s, i32.shr_s),
  ...integer("ursh", ">> (zero)", i64.shr_u, i32.shr_u, unsigned),
  ...RELATIONS.flatMap(compare),
  ...conversions(),
  ...floatArithmetic(),
  ...floatRelations(),
  ...overflowFlags(),
  ...loads(),
  ...stores(),
  ...control(),
  ...RELATIONS.flatMap(branches),
  ...frames(),
];

/** The instruction set that MIR functions are lowered to. */
export const MIR_ISA = new InstructionSet({
  name: "mir",
  profile: "1",
  banks: [{ name: "r", scope: "frame", slotBytes: 8, count: 0 }],
  vars: [
    { name: "sp", type: "i64", doc: "lowest address of the stack in use" },
    { name: "stackLimit", type: "i64", doc: "lowest address the stack may use" },
    { name: "heapEnd", type: "i64", doc: "end of the heap" },
    { name: "functionCount", type: "i64", doc: "number of functions of the program" },
    { name: "hostWindow", type: "i32", doc: "slot offset of the current host call's arguments" },
    { name: "hostShape", type: "i32", doc: "what the arguments of the current host call look like" },
  ],
  rows: ROWS,
  gas: "instruction",
  fusions: FUSIONS,
});

/** Index of a row; the name must exist. */
export function rowOf(name: string): number {
  const index = MIR_ISA.indexOf(name);
  if (index < 0) throw new TypeError(`no row ${name}`);
  return index;
}
