/** Scalar floating point of single and double precision, and moves of vector registers. FPCR is 0. */
import { bind, f32, f64, i32, i64, letIn, pure, when } from "../../../isa/build.js";
import type { Expr, Stmt } from "../../../isa/expr.js";
import { format, imm64, op, type RegHandle, reg } from "../../../isa/table.js";
import { C, CONDITION, CONDITIONS, conditionOf, imm, LT, N, setPacked, type W, w, type X, x, Z } from "./common.js";
import type { Make } from "./integer.js";

type F = Expr<"f64">;

/** What differs between the precisions; meanings are written once, as for doubles. */
interface Precision {
  readonly name: "s" | "d";
  readonly f: typeof f64;
  /** Integers of the same size. */
  readonly n: typeof i64;
  readonly source: ReturnType<typeof sourceOf>;
  readonly target: ReturnType<typeof sourceOf>;
  readonly toBits: (v: F) => X;
  readonly fromBits: (v: X) => F;
  readonly quiet: bigint;
  readonly notANumber: bigint;
}
const sourceOf = (type: "f32" | "f64", count = 1) => reg("v", type as "f64", { count });

const PRECISIONS: readonly Precision[] = [
  {
    name: "s",
    f: f32 as unknown as typeof f64,
    n: i32 as unknown as typeof i64,
    source: sourceOf("f32"),
    target: sourceOf("f32", 2),
    toBits: i32.reinterpret_f32 as unknown as (v: F) => X,
    fromBits: f32.reinterpret_i32 as unknown as (v: X) => F,
    quiet: 1n << 22n,
    notANumber: 0x7fc00000n,
  },
  {
    name: "d",
    f: f64,
    n: i64,
    source: sourceOf("f64"),
    target: sourceOf("f64", 2),
    toBits: i64.reinterpret_f64,
    fromBits: f64.reinterpret_i64,
    quiet: 1n << 51n,
    notANumber: 0x7ff8000000000000n,
  },
];

/** Assigns a scalar: the rest of the register is cleared. */
const put = (p: Precision, d: RegHandle<"f64">, v: F): Stmt[] => [d.set(v), d.at(1).set(p.f.const(0))];

// NaNs (section A1.4.8; FPProcessNaNs) --------------------------------------------------------------------------------

const isNaN = (p: Precision, v: F): W => p.f.ne(v, v);
const isSignaling = (p: Precision, v: F): W => i32.and(isNaN(p, v), p.n.eqz(p.n.and(p.toBits(v), p.n.const(p.quiet))));
const quieted = (p: Precision, v: F): X => p.n.or(p.toBits(v), p.n.const(p.quiet));

/** The result of an operation on one number, or its NaN made quiet, or the default NaN. */
const checked1 = (p: Precision, a: F, result: F): F =>
  letIn(result, (r) =>
    p.f.choose(p.f.eq(r, r), r, p.fromBits(p.n.choose(isNaN(p, a), quieted(p, a), p.n.const(p.notANumber)))),
  );
/** The same for two: a signaling NaN goes first, then the first operand. */
const checked2 = (p: Precision, a: F, b: F, result: F): F =>
  letIn(result, (r) =>
    p.f.choose(
      p.f.eq(r, r),
      r,
      p.fromBits(
        p.n.choose(
          i32.or(isSignaling(p, a), i32.and(isNaN(p, a), i32.eqz(isSignaling(p, b)))),
          quieted(p, a),
          p.n.choose(isNaN(p, b), quieted(p, b), p.n.const(p.notANumber)),
        ),
      ),
    ),
  );

// Arithmetic --------------------------------------------------------------------------------------------------------

function arithmetic(p: Precision, make: Make): void {
  const three = format(`${p.name} fff`, { d: p.target, n: p.source, m: p.source });
  const binary = (name: string, doc: string, f: (a: F, b: F) => F): void =>
    make((at) => op(at, `${name}.${p.name}`, three, `d ← ${doc}`, ({ d, n, m }) => put(p, d, f(n, m))));
  const plain = (f: (a: F, b: F) => F) => (a: F, b: F) => checked2(p, a, b, f(a, b));
  binary("fadd", "n + m", plain(p.f.add));
  binary("fsub", "n − m", plain(p.f.sub));
  binary("fmul", "n · m", plain(p.f.mul));
  binary("fdiv", "n / m", plain(p.f.div));
  binary("fnmul", "−(n · m)", (a, b) => p.f.neg(checked2(p, a, b, p.f.mul(a, b))));
  binary("fabd", "|n − m|", (a, b) => p.f.abs(checked2(p, a, b, p.f.sub(a, b))));
  binary("fmax", "the greater of n and m", plain(p.f.max));
  binary("fmin", "the smaller of n and m", plain(p.f.min));
  /** A quiet NaN loses against a number. */
  const number = (a: F, b: F): F =>
    p.f.select(i32.and(i32.and(isNaN(p, a), i32.eqz(isSignaling(p, a))), p.f.eq(b, b)), b, a);
  const preferNumbers = (f: (a: F, b: F) => F) => (a: F, b: F) => checked2(p, a, b, f(number(a, b), number(b, a)));
  binary("fmaxnm", "the greater of n and m, a number rather than a NaN", preferNumbers(p.f.max));
  binary("fminnm", "the smaller of n and m, a number rather than a NaN", preferNumbers(p.f.min));

  const two = format(`${p.name} ff`, { d: p.target, n: p.source });
  const unary = (name: string, doc: string, f: (a: F) => F): void =>
    make((at) => op(at, `${name}.${p.name}`, two, `d ← ${doc}`, ({ d, n }) => put(p, d, f(n))));
  unary("fmov", "n", (a) => a);
  unary("fabs", "|n|", p.f.abs);
  unary("fneg", "−n", p.f.neg);
  unary("fsqrt", "square root of n", (a) => checked1(p, a, p.f.sqrt(a)));
  for (const [mode, round] of Object.entries(rounding(p))) {
    unary(`frint${mode}`, `n rounded to an integer (${mode})`, (a) => checked1(p, a, round(a)));
  }

  const four = format(`${p.name} ffff`, { d: p.target, n: p.source, m: p.source, a: p.source });
  const fused = (name: string, doc: string, f: (n: F, m: F, a: F) => readonly [F, F, F]): void =>
    make((at) =>
      op(at, `${name}.${p.name}`, four, `d ← ${doc}, rounded once`, (o) =>
        put(
          p,
          o.d,
          p.fromBits(
            pure(
              p.name === "s" ? "i32" : "i64",
              `fma.${p.name}`,
              ...f(o.n, o.m, o.a).map((v) => p.toBits(v)),
            ) as unknown as X,
          ),
        ),
      ),
    );
  const { neg } = p.f;
  fused("fmadd", "a + n · m", (n, m, a) => [a, n, m]);
  fused("fmsub", "a − n · m", (n, m, a) => [a, neg(n), m]);
  fused("fnmadd", "−a − n · m", (n, m, a) => [neg(a), neg(n), m]);
  fused("fnmsub", "−a + n · m", (n, m, a) => [neg(a), n, m]);

  make((at) =>
    op(
      at,
      `fmov.${p.name}.imm`,
      format(`${p.name} fi`, { d: p.target, i: p.name === "s" ? imm : imm64 }),
      "d ← i",
      (o) =>
        put(
          p,
          o.d,
          p.name === "s"
            ? (f32.reinterpret_i32((o.i as { i32: W }).i32) as unknown as F)
            : (o.i as unknown as { f64: F }).f64,
        ),
    ),
  );
}

/** Directions in which numbers are rounded to integers. */
function rounding(p: Precision): Readonly<Record<string, (v: F) => F>> {
  const { f } = p;
  /** To nearest, ties away from zero. */
  const away = (v: F): F =>
    letIn(f.trunc(v), (t) =>
      f.copysign(f.select(f.ge(f.abs(f.sub(v, t)), f.const(0.5)), f.add(t, f.copysign(f.const(1), v)), t), v),
    );
  return { n: f.nearest, p: f.ceil, m: f.floor, z: f.trunc, a: away, x: f.nearest, i: f.nearest };
}

// Comparing -----------------------------------------------------------------------------------------------------------

/** Less: N. Equal: Z, C. Greater: C. Unordered: C, V. */
const flagsOf = (p: Precision, a: F, b: F): Stmt[] => [
  N.set(p.f.lt(a, b)),
  Z.set(p.f.eq(a, b)),
  C.set(i32.eqz(p.f.lt(a, b))),
  LT.set(i32.eqz(p.f.ge(a, b))),
];

function comparing(p: Precision, make: Make): void {
  make((at) =>
    op(
      at,
      `fcmp.${p.name}`,
      format(`${p.name} fcmp`, { n: p.source, m: p.source }),
      "flags of comparing n with m",
      (o) => flagsOf(p, o.n, o.m),
    ),
  );
  make((at) =>
    op(at, `fcmp.${p.name}.zero`, format(`${p.name} fcmp0`, { n: p.source }), "flags of comparing n with 0", (o) =>
      flagsOf(p, o.n, p.f.const(0)),
    ),
  );
  make((at) =>
    op(
      at,
      `fccmp.${p.name}`,
      format(`${p.name} fccmp`, { n: p.source, m: p.source, f: imm, q: imm }),
      "flags of comparing n with m if condition q holds, else f",
      ({ n, m, f, q }) => when(conditionOf(q.i32), flagsOf(p, n, m), setPacked(f.i32)),
    ),
  );
  CONDITION.forEach((cond, i) => {
    const name = CONDITIONS[i] as string;
    make((at) =>
      op(
        at,
        `fcsel.${p.name}.${name}`,
        format(`${p.name} fcsel`, { d: p.target, n: p.source, m: p.source }),
        `d ← n if ${name}, else m`,
        ({ d, n, m }) => put(p, d, p.f.select(cond, n, m)),
      ),
    );
  });
}

// Converting ----------------------------------------------------------------------------------------------------------

const SIDES = [
  { name: "w", r: w as unknown as typeof x, n: i32 as unknown as typeof i64, type: "i32" },
  { name: "x", r: x, n: i64, type: "i64" },
] as const;

function converting(p: Precision, make: Make): void {
  const float = p.name === "s" ? "f32" : "f64";
  const integer = p.name === "s" ? SIDES[0] : SIDES[1];
  for (const side of SIDES) {
    const numbers = side.n as unknown as Record<string, (v: F) => X>;
    const floats = p.f as unknown as Record<string, (v: X) => F>;
    for (const sign of ["s", "u"] as const) {
      const truncate = numbers[`trunc_sat_${float}_${sign}`] as (v: F) => X;
      const convert = floats[`convert_${side.type}_${sign}`] as (v: X) => F;
      const out = format(`${p.name} ${side.name} rf`, { d: side.r, n: p.source });
      for (const mode of ["n", "p", "m", "z", "a"]) {
        const round = rounding(p)[mode] as (v: F) => F;
        make((at) =>
          op(at, `fcvt${mode}${sign}.${side.name}.${p.name}`, out, "d ← n as an integer, saturating", ({ d, n }) =>
            d.set(truncate(mode === "z" ? n : round(n))),
          ),
        );
      }
      // Fixed point: scaled by a power of two, as doubles so that nothing is lost.
      const exact = numbers[`trunc_sat_f64_${sign}`] as (v: F) => X;
      const double = (v: F): F => (p.name === "s" ? f64.promote_f32(v as unknown as Expr<"f32">) : v);
      make((at) =>
        op(
          at,
          `fcvtz${sign}.${side.name}.${p.name}.fixed`,
          format(`${p.name} ${side.name} rfI`, { d: side.r, n: p.source, i: imm64 }),
          "d ← n · i as an integer, saturating",
          ({ d, n, i }) => d.set(exact(f64.mul(double(n), i.f64))),
        ),
      );
      make((at) =>
        op(
          at,
          `${sign}cvtf.${p.name}.${side.name}`,
          format(`${p.name} ${side.name} fr`, { d: p.target, n: side.r }),
          "d ← integer n",
          ({ d, n }) => put(p, d, convert(n)),
        ),
      );
      make((at) =>
        op(
          at,
          `${sign}cvtf.${p.name}.${side.name}.fixed`,
          format(`${p.name} ${side.name} frI`, { d: p.target, n: side.r, i: imm64 }),
          "d ← integer n · i",
          ({ d, n, i }) =>
            put(p, d, p.f.mul(convert(n), p.name === "s" ? (f32.demote_f64(i.f64) as unknown as F) : i.f64)),
        ),
      );
      if (side !== integer) continue;
      // The integer is in a vector register too.
      make((at) =>
        op(
          at,
          `fcvtz${sign}.${p.name}.v`,
          format(`${p.name} fvf`, { d: p.target, n: p.source }),
          "d ← n as an integer, saturating",
          (o) => put(p, o.d, p.fromBits(truncate(o.n))),
        ),
      );
      make((at) =>
        op(at, `${sign}cvtf.${p.name}.v`, format(`${p.name} ffv`, { d: p.target, n: p.source }), "d ← integer n", (o) =>
          put(p, o.d, convert(p.toBits(o.n))),
        ),
      );
    }
  }
  make((at) =>
    op(
      at,
      `fmov.${integer.name}.${p.name}`,
      format(`${p.name} fmov rf`, { d: integer.r, n: p.source }),
      "d ← bits of n",
      ({ d, n }) => d.set(p.toBits(n)),
    ),
  );
  make((at) =>
    op(
      at,
      `fmov.${p.name}.${integer.name}`,
      format(`${p.name} fmov fr`, { d: p.target, n: integer.r }),
      "d ← bits n",
      ({ d, n }) => put(p, d, p.fromBits(n)),
    ),
  );
}

/** Between the precisions. A NaN keeps its sign and the upper bits of its payload. */
function betweenPrecisions(make: Make): void {
  const s = reg("v", "f32");
  const d = reg("v", "f64");
  const S = PRECISIONS[0] as Precision;
  const D = PRECISIONS[1] as Precision;
  const wideNaN = (v: Expr<"f32">): Expr<"f64"> =>
    letIn(i64.extend_i32_u(i32.reinterpret_f32(v)), (b) =>
      f64.reinterpret_i64(
        i64.or(
          i64.or(i64.shl(i64.shr_u(b, i64.const(31)), i64.const(63)), i64.const(D.notANumber)),
          i64.shl(i64.and(b, i64.const(0x7fffff)), i64.const(29)),
        ),
      ),
    );
  make((at) =>
    op(at, "fcvt.d.s", format("d s", { d: D.target, n: s }), "d ← single n", (o) =>
      put(D, o.d, f64.choose(f32.eq(o.n, o.n), f64.promote_f32(o.n), wideNaN(o.n))),
    ),
  );
  const narrowNaN = (v: Expr<"f64">): Expr<"f32"> =>
    letIn(i64.reinterpret_f64(v), (b) =>
      f32.reinterpret_i32(
        i32.or(
          i32.or(i32.shl(i32.wrap_i64(i64.shr_u(b, i64.const(63))), i32.const(31)), i32.const(Number(S.notANumber))),
          i32.and(i32.wrap_i64(i64.shr_u(b, i64.const(29))), i32.const(0x3fffff)),
        ),
      ),
    );
  make((at) =>
    op(at, "fcvt.s.d", format("s d", { d: S.target, n: d }), "d ← double n, rounded", (o) =>
      put(S, o.d, f32.choose(f64.eq(o.n, o.n), f32.demote_f64(o.n), narrowNaN(o.n)) as unknown as F),
    ),
  );
}

// Vector registers as bits ----------------------------------------------------------------------------------------------

/** A register of which both halves are read or written. */
const v = reg("v", "i64", { count: 2 });
const ones = i64.const(-1n);
const BITWISE: Readonly<Record<string, (d: X, n: X, m: X) => X>> = {
  and: (_, n, m) => i64.and(n, m),
  bic: (_, n, m) => i64.and(n, i64.xor(m, ones)),
  orr: (_, n, m) => i64.or(n, m),
  orn: (_, n, m) => i64.or(n, i64.xor(m, ones)),
  eor: (_, n, m) => i64.xor(n, m),
  bsl: (d, n, m) => i64.xor(m, i64.and(i64.xor(m, n), d)),
  bit: (d, n, m) => i64.xor(d, i64.and(i64.xor(d, n), m)),
  bif: (d, n, m) => i64.xor(d, i64.and(i64.xor(d, n), i64.xor(m, ones))),
};

function vectors(make: Make): void {
  const three = format("v vvv", { d: v, n: v, m: v });
  const zero = i64.const(0);
  for (const [name, f] of Object.entries(BITWISE)) {
    make((at) =>
      op(at, `${name}.16b`, three, `d ← n ${name} m, bit by bit`, ({ d, n, m }) => [
        bind(f(d, n, m), (low) => [d.at(1).set(f(d.at(1), n.at(1), m.at(1))), d.set(low)]),
      ]),
    );
    make((at) =>
      op(at, `${name}.8b`, three, `d ← n ${name} m, bit by bit, 64 bits`, ({ d, n, m }) => [
        d.set(f(d, n, m)),
        d.at(1).set(zero),
      ]),
    );
  }
  // As doubles: scalar code that shares the register stays free of conversions.
  const moved = reg("v", "f64", { count: 2 });
  make((at) =>
    op(at, "mov.16b", format("v vv", { d: moved, n: moved }), "d ← n, 128 bits", ({ d, n }) => [
      bind(n.at(1), (high) => [d.set(n), d.at(1).set(high)]),
    ]),
  );
  make((at) =>
    op(at, "movi.2d", format("v vI", { d: moved, i: imm64 }), "both halves of d ← i", ({ d, i }) => [
      d.set(i.f64),
      d.at(1).set(i.f64),
    ]),
  );
  make((at) =>
    op(at, "movi.d", format("v vI d", { d: moved, i: imm64 }), "d ← i", ({ d, i }) => [
      d.set(i.f64),
      d.at(1).set(f64.const(0)),
    ]),
  );
  make((at) =>
    op(at, "dup.2d", format("v vx", { d: v, n: x }), "both halves of d ← n", ({ d, n }) => [d.set(n), d.at(1).set(n)]),
  );
  make((at) => op(at, "fmov.x.high", format("v xv", { d: x, n: v }), "d ← upper half of n", (o) => o.d.set(o.n.at(1))));
  make((at) =>
    op(at, "fmov.high.x", format("v vx h", { d: v, n: x }), "upper half of d ← n", (o) => o.d.at(1).set(o.n)),
  );
  // Integers that compilers leave in vector registers.
  const integer = (name: string, doc: string, f: (n: X, m: X) => X): void =>
    make((at) =>
      op(at, `${name}.v`, three, `d ← ${doc}, 64 bits`, ({ d, n, m }) => [d.set(f(n, m)), d.at(1).set(zero)]),
    );
  integer("add", "n + m", i64.add);
  integer("sub", "n − m", i64.sub);
  const two = format("v vv i", { d: v, n: v });
  make((at) => op(at, "neg.v", two, "d ← −n, 64 bits", ({ d, n }) => [d.set(i64.sub(zero, n)), d.at(1).set(zero)]));
  make((at) =>
    op(at, "abs.v", two, "d ← |n|, 64 bits", ({ d, n }) => [
      d.set(i64.select(i64.lt_s(n, zero), i64.sub(zero, n), n)),
      d.at(1).set(zero),
    ]),
  );
  const by = format("v vv by", { d: v, n: v, by: imm });
  const shifted = (name: string, f: (n: X, by: X) => X): void =>
    make((at) =>
      op(at, `${name}.v`, by, `d ← n ${name} by, 64 bits`, (o) => [o.d.set(f(o.n, o.by.i64)), o.d.at(1).set(zero)]),
    );
  shifted("shl", i64.shl);
  shifted("ushr", i64.shr_u);
  shifted("sshr", i64.shr_s);
  // How many bits a byte has set, and the sum of bytes: how compilers count bits.
  const counted = (n: X): X => {
    const part = (k: X, mask: bigint, by: bigint): X =>
      i64.add(i64.and(k, i64.const(mask)), i64.and(i64.shr_u(k, i64.const(by)), i64.const(mask)));
    return letIn(part(n, 0x5555555555555555n, 1n), (a) =>
      letIn(part(a, 0x3333333333333333n, 2n), (b) => part(b, 0x0f0f0f0f0f0f0f0fn, 4n)),
    );
  };
  make((at) =>
    op(at, "cnt.8b", format("v vv c", { d: v, n: v }), "d ← number of ones in each byte of n", ({ d, n }) => [
      d.set(counted(n)),
      d.at(1).set(zero),
    ]),
  );
  make((at) =>
    op(at, "addv.8b", format("v vv a", { d: v, n: v }), "d ← sum of the bytes of n, 8 bits", ({ d, n }) => [
      d.set(
        letIn(
          i64.add(
            i64.and(n, i64.const(0x00ff00ff00ff00ffn)),
            i64.and(i64.shr_u(n, i64.const(8)), i64.const(0x00ff00ff00ff00ffn)),
          ),
          (sums) => i64.and(i64.shr_u(i64.mul(sums, i64.const(0x0001000100010001n)), i64.const(48)), i64.const(0xff)),
        ),
      ),
      d.at(1).set(zero),
    ]),
  );
}

export function floatRows(make: Make): void {
  for (const p of PRECISIONS) {
    arithmetic(p, make);
    comparing(p, make);
    converting(p, make);
  }
  betweenPrecisions(make);
  vectors(make);
}
