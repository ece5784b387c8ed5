/** Every arithmetic, comparison, conversion and branch instruction at boundary values, in every tier, against plain BigInt. */
import { describe, expect, it } from "vitest";
import { interpreter } from "../../tiers/interpreter/backend.js";
import { jitEager } from "../../tiers/jit/backend.js";
import { portable } from "../../tiers/portable/portable.js";
import { f64Bits } from "./float80.js";
import { OP_BY_NAME, OPS } from "./ops.js";
import { createMir, type MirMachine } from "./program.js";

const mir = createMir({ interpreter: interpreter(), "jit:eager": jitEager, portable });
const TIERS = ["interpreter", "jit:eager", "portable"] as const;

const MIN = -(2n ** 63n);
const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  -7n,
  31n,
  32n,
  63n,
  64n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 31n - 1n,
  2n ** 32n - 1n,
  MIN,
  2n ** 63n - 1n,
  0x123456789abcdefn,
];
const DOUBLES = [
  0,
  -0,
  1,
  -1.5,
  2.5,
  1e300,
  -1e300,
  5e-324,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

const s64 = (v: bigint): bigint => BigInt.asIntN(64, v);
const u64 = (v: bigint): bigint => BigInt.asUintN(64, v);
const s32 = (v: bigint): bigint => BigInt.asIntN(32, v);
const u32 = (v: bigint): bigint => BigInt.asUintN(32, v);
const bool = (v: boolean): bigint => (v ? 1n : 0n);

type Wide = (a: bigint, b: bigint) => bigint | null;
/** 64-bit meaning of the integer instructions; null where the processor traps. The arguments are signed. */
const WIDE: Readonly<Record<string, Wide>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n || (a === MIN && b === -1n) ? null : a / b),
  mod: (a, b) => (b === 0n || (a === MIN && b === -1n) ? null : a % b),
  udiv: (a, b) => (b === 0n ? null : u64(a) / u64(b)),
  umod: (a, b) => (b === 0n ? null : u64(a) % u64(b)),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  lsh: (a, b) => a << (b & 63n),
  rsh: (a, b) => a >> (b & 63n),
  ursh: (a, b) => u64(a) >> (b & 63n),
};
/** 32-bit meaning; the arguments are signed 32-bit numbers, the result is compared in its low half. */
const NARROW: Readonly<Record<string, Wide>> = {
  ...WIDE,
  div: (a, b) => (b === 0n || (a === -(2n ** 31n) && b === -1n) ? null : a / b),
  mod: (a, b) => (b === 0n || (a === -(2n ** 31n) && b === -1n) ? null : a % b),
  udiv: (a, b) => (b === 0n ? null : u32(a) / u32(b)),
  umod: (a, b) => (b === 0n ? null : u32(a) % u32(b)),
  lsh: (a, b) => a << (b & 31n),
  rsh: (a, b) => a >> (b & 31n),
  ursh: (a, b) => u32(a) >> (b & 31n),
};
const RELATIONS: Readonly<Record<string, (a: bigint | number, b: bigint | number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** One machine per tier of a program that is called again and again. */
function machines(text: string): MirMachine[] {
  const program = mir.load(`m: module\n${text}\nexport f\nendmodule\n`);
  return TIERS.map((tier) => program.instantiate({ tier }));
}

/** Result of `f` in every tier; null for a division trap. */
function call(all: readonly MirMachine[], args: readonly (bigint | number)[]): (bigint | null)[] {
  return all.map((machine) => {
    machine.start("f", args);
    const exit = machine.run();
    if (exit.kind === "trap") {
      expect(exit.code).toBe(1);
      return null;
    }
    expect(exit.kind).toBe("halt");
    return machine.result();
  });
}

const both = (value: bigint | null): (bigint | null)[] => TIERS.map(() => value);

describe("integer instructions", () => {
  const names = Object.keys(WIDE);
  it.each(names)("%s computes 64 bits with registers and with literals", (name) => {
    const all = machines(`f: func i64, i64:a, i64:b\nlocal i64:r\n${name} r, a, b\nret r\nendfunc`);
    for (const a of INTEGERS) {
      for (const b of INTEGERS) {
        const value = (WIDE[name] as Wide)(a, b);
        expect(call(all, [a, b]), `${name} ${a} ${b}`).toEqual(both(value === null ? null : s64(value)));
      }
    }
    for (const b of INTEGERS) {
      const literal = machines(`f: func i64, i64:a\nlocal i64:r\n${name} r, a, ${b}\nret r\nendfunc`);
      for (const a of INTEGERS) {
        const value = (WIDE[name] as Wide)(a, b);
        expect(call(literal, [a]), `${name} ${a} literal ${b}`).toEqual(both(value === null ? null : s64(value)));
      }
    }
  });

  it.each(names)("%ss computes the low 32 bits", (name) => {
    const all = machines(`f: func i64, i64:a, i64:b\nlocal i64:r\n${name}s r, a, b\nuext32 r, r\nret r\nendfunc`);
    for (const a of INTEGERS) {
      for (const b of INTEGERS) {
        const value = (NARROW[name] as Wide)(s32(a), s32(b));
        expect(call(all, [a, b]), `${name}s ${a} ${b}`).toEqual(both(value === null ? null : u32(value)));
      }
    }
  });

  const comparisons = Object.keys(RELATIONS)
    .flatMap((relation) => [relation, `u${relation}`])
    .filter((n) => n !== "ueq" && n !== "une");
  it.each(comparisons)("%s and its branch compare", (name) => {
    const unsigned = name.startsWith("u");
    const relation = RELATIONS[unsigned ? name.slice(1) : name] as (a: bigint, b: bigint) => boolean;
    const branch = unsigned ? `ub${name.slice(1)}` : `b${name}`;
    for (const suffix of ["", "s"]) {
      const cut = suffix === "" ? (unsigned ? u64 : s64) : unsigned ? u32 : s32;
      const value = machines(`f: func i64, i64:a, i64:b\nlocal i64:r\n${name}${suffix} r, a, b\nret r\nendfunc`);
      const jump = machines(`f: func i64, i64:a, i64:b\n${branch}${suffix} L, a, b\nret 0\nL: ret 1\nendfunc`);
      const literal = machines(`f: func i64, i64:b\n${branch}${suffix} L, -7, b\nret 0\nL: ret 1\nendfunc`);
      for (const b of INTEGERS) {
        for (const a of INTEGERS) {
          const expected = both(bool(relation(cut(a), cut(b))));
          expect(call(value, [a, b]), `${name}${suffix} ${a} ${b}`).toEqual(expected);
          expect(call(jump, [a, b]), `${branch}${suffix} ${a} ${b}`).toEqual(expected);
        }
        expect(call(literal, [b]), `${branch}${suffix} -7 ${b}`).toEqual(both(bool(relation(cut(-7n), cut(b)))));
      }
    }
  });

  it("tests for zero in 64 and 32 bits", () => {
    for (const [name, f] of [
      ["bt", (a: bigint) => a !== 0n],
      ["bf", (a: bigint) => a === 0n],
      ["bts", (a: bigint) => u32(a) !== 0n],
      ["bfs", (a: bigint) => u32(a) === 0n],
    ] as const) {
      const all = machines(`f: func i64, i64:a\n${name} L, a\nret 0\nL: ret 1\nendfunc`);
      for (const a of [...INTEGERS, 2n ** 32n]) expect(call(all, [a]), `${name} ${a}`).toEqual(both(bool(f(a))));
    }
  });

  it("extends, and negates", () => {
    for (const [name, f] of [
      ["ext8", (a: bigint) => BigInt.asIntN(8, a)],
      ["ext16", (a: bigint) => BigInt.asIntN(16, a)],
      ["ext32", s32],
      ["uext8", (a: bigint) => BigInt.asUintN(8, a)],
      ["uext16", (a: bigint) => BigInt.asUintN(16, a)],
      ["uext32", u32],
      ["neg", (a: bigint) => s64(-a)],
      ["mov", (a: bigint) => a],
    ] as const) {
      const all = machines(`f: func i64, i64:a\nlocal i64:r\n${name} r, a\nret r\nendfunc`);
      for (const a of INTEGERS) expect(call(all, [a]), `${name} ${a}`).toEqual(both(f(a)));
    }
    const negs = machines("f: func i64, i64:a\nlocal i64:r\nnegs r, a\next32 r, r\nret r\nendfunc");
    for (const a of INTEGERS) expect(call(negs, [a])).toEqual(both(s32(-a)));
  });

  it("sets overflow flags", () => {
    const fits = (v: bigint, bits: number): boolean => BigInt.asIntN(bits, v) === v;
    const ufits = (v: bigint, bits: number): boolean => BigInt.asUintN(bits, v) === v;
    const exact: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
      add: (a, b) => a + b,
      sub: (a, b) => a - b,
      mul: (a, b) => a * b,
    };
    for (const op of ["addo", "subo", "mulo", "umulo"]) {
      for (const suffix of ["", "s"]) {
        const bits = suffix === "" ? 64 : 32;
        const f = exact[op.replace(/^u/, "").slice(0, 3)] as (a: bigint, b: bigint) => bigint;
        for (const branch of ["bo", "bno", "ubo", "ubno"]) {
          const unsigned = branch.startsWith("u");
          if ((op === "mulo" && unsigned) || (op === "umulo" && !unsigned)) continue;
          // The result goes where an operand was, and a move stands between: the flag must survive both.
          const all = machines(
            `f: func i64, i64:a, i64:b\nlocal i64:r\n${op}${suffix} a, a, b\nmov r, a\n${branch} L\nret 0\nL: ret 1\nendfunc`,
          );
          for (const a of INTEGERS) {
            for (const b of INTEGERS) {
              const cut = (v: bigint): bigint => (unsigned ? BigInt.asUintN(bits, v) : BigInt.asIntN(bits, v));
              const result = f(cut(a), cut(b));
              const overflows = unsigned ? !ufits(result, bits) : !fits(result, bits);
              const expected = branch.includes("n") ? !overflows : overflows;
              expect(call(all, [a, b]), `${op}${suffix} ${a} ${b} ${branch}`).toEqual(both(bool(expected)));
            }
          }
        }
      }
    }
  });
});

describe("floating-point instructions", () => {
  /** NaN results on x86-64: the first NaN operand, else the negative quiet one. */
  const nanRule = (value: number, a: number, b: number): bigint =>
    !Number.isNaN(value)
      ? f64Bits(value)
      : f64Bits(Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0) || 0xfff8000000000000n;

  it.each(["add", "sub", "mul", "div"])("%s of double, long double and float rounds once", (name) => {
    const f = {
      add: (a: number, b: number) => a + b,
      sub: (a: number, b: number) => a - b,
      mul: (a: number, b: number) => a * b,
      div: (a: number, b: number) => a / b,
    }[name] as (a: number, b: number) => number;
    for (const prefix of ["d", "ld"]) {
      const type = prefix === "d" ? "d" : "ld";
      const all = machines(
        `c: bss 16\nf: func i64, ${type}:a, ${type}:b\nlocal i64:p\n${prefix}${name} a, a, b\nmov p, c\n${prefix}mov ${type}:(p), a\nret i64:(p)\nendfunc`,
      );
      for (const a of DOUBLES) {
        for (const b of DOUBLES) {
          expect(call(all, [a, b]), `${prefix}${name} ${a} ${b}`).toEqual(both(s64(nanRule(f(a, b), a, b))));
        }
      }
    }
    const single = machines(
      `c: bss 16\nf: func i64, f:a, f:b\nlocal i64:p\nf${name} a, a, b\nmov p, c\nfmov f:(p), a\nret u32:(p)\nendfunc`,
    );
    const view = new DataView(new ArrayBuffer(4));
    for (const a of DOUBLES.map(Math.fround)) {
      for (const b of DOUBLES.map(Math.fround)) {
        const value = Math.fround(f(a, b));
        view.setFloat32(0, value);
        const bits = Number.isNaN(value)
          ? Number.isNaN(a) || Number.isNaN(b)
            ? 0x7fc00000
            : 0xffc00000
          : view.getUint32(0);
        expect(call(single, [a, b]), `f${name} ${a} ${b}`).toEqual(both(BigInt(bits)));
      }
    }
  });

  it.each(Object.keys(RELATIONS))("%s compares numbers and NaN, as value and as branch", (name) => {
    const relation = RELATIONS[name] as (a: number, b: number) => boolean;
    for (const [prefix, type] of [
      ["f", "f"],
      ["d", "d"],
      ["ld", "ld"],
    ] as const) {
      const value = machines(
        `f: func i64, ${type}:a, ${type}:b\nlocal i64:r\n${prefix}${name} r, a, b\nret r\nendfunc`,
      );
      const jump = machines(`f: func i64, ${type}:a, ${type}:b\n${prefix}b${name} L, a, b\nret 0\nL: ret 1\nendfunc`);
      for (const x of DOUBLES) {
        for (const y of DOUBLES) {
          const [a, b] = type === "f" ? [Math.fround(x), Math.fround(y)] : [x, y];
          const expected = both(bool(relation(a, b)));
          expect(call(value, [a, b]), `${prefix}${name} ${a} ${b}`).toEqual(expected);
          expect(call(jump, [a, b]), `${prefix}b${name} ${a} ${b}`).toEqual(expected);
        }
      }
    }
  });

  it("truncates like the processor: the most negative number for NaN and everything out of range", () => {
    for (const [name, type] of [
      ["d2i", "d"],
      ["ld2i", "ld"],
      ["f2i", "f"],
    ] as const) {
      const all = machines(`f: func i64, ${type}:a\nlocal i64:r\n${name} r, a\nret r\nendfunc`);
      for (const x of [...DOUBLES, 2 ** 62, -(2 ** 62) - 1024, 1.999]) {
        const a = type === "f" ? Math.fround(x) : x;
        const inRange = a >= -(2 ** 63) && a < 2 ** 63;
        expect(call(all, [a]), `${name} ${a}`).toEqual(both(inRange ? BigInt(Math.trunc(a)) : MIN));
      }
    }
  });

  it("converts integers with one rounding", () => {
    const cases = [...INTEGERS, -(2n ** 63n) + 0x401n, 0x0020000000000001n, 0x8000000000000401n, 0xffffffffffffffffn];
    for (const [name, type, cut] of [
      ["i2d", "d", s64],
      ["ui2d", "d", u64],
      ["i2ld", "ld", s64],
      ["ui2ld", "ld", u64],
    ] as const) {
      const move = type === "d" ? "dmov" : "ldmov";
      const all = machines(
        `c: bss 16\nf: func i64, i64:a\nlocal i64:p, ${type}:x\n${name} x, a\nmov p, c\n${move} ${type}:(p), x\nret i64:(p)\nendfunc`,
      );
      for (const a of cases) expect(call(all, [a]), `${name} ${a}`).toEqual(both(s64(f64Bits(Number(cut(a))))));
    }
    for (const [name, cut] of [
      ["i2f", s64],
      ["ui2f", u64],
    ] as const) {
      const all = machines(
        `c: bss 16\nf: func i64, i64:a\nlocal i64:p, f:x\n${name} x, a\nmov p, c\nfmov f:(p), x\nret u32:(p)\nendfunc`,
      );
      const view = new DataView(new ArrayBuffer(4));
      for (const a of cases.filter((v) => u64(v) < 2n ** 53n || BigInt.asIntN(53, v) === v)) {
        view.setFloat32(0, Number(cut(a)));
        if (Number.isSafeInteger(Number(cut(a))))
          expect(call(all, [a]), `${name} ${a}`).toEqual(both(BigInt(view.getUint32(0))));
      }
    }
  });

  it("widens, narrows and negates", () => {
    const all = machines(
      "c: bss 16\nf: func i64, d:a\nlocal i64:p, f:y, d:z\nd2f y, a\nfneg y, y\nf2d z, y\ndneg z, z\nmov p, c\ndmov d:(p), z\nret i64:(p)\nendfunc",
    );
    for (const a of DOUBLES) expect(call(all, [a]), `${a}`).toEqual(both(s64(f64Bits(Math.fround(a)))));
  });
});

describe("the table of instructions", () => {
  it("has the 188 codes of the binary format, each once", () => {
    expect(OPS).toHaveLength(188);
    expect(OP_BY_NAME.size).toBe(188);
    expect([OPS[0]?.name, OPS[167]?.name, OPS[187]?.name]).toEqual(["mov", "call", "invalid-insn"]);
    expect(OPS.filter((op) => op.internal).map((op) => op.code)).toEqual([180, 181, 185, 186, 187]);
  });
});
