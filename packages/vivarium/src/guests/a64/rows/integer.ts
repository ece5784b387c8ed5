/** Data processing on general registers: arithmetic, logic, shifts, bitfields, conditional select and compare. */
import { bind, i32, i64, letIn, when } from "../../../isa/build.js";
import type { Expr, Stmt } from "../../../isa/expr.js";
import { format, imm64, op, type Row } from "../../../isa/table.js";
import { mulHighS, mulHighU, reverseBytes, swapGroups } from "../../../isa/wide.js";
import {
  C,
  CONDITION,
  CONDITIONS,
  conditionOf,
  imm,
  immediate,
  LT,
  N,
  packed,
  setPacked,
  type W,
  WIDTHS,
  type Width,
  w,
  widen,
  type X,
  x,
  Z,
} from "./common.js";

/** Rows are numbered in the order in which they are made: A64 has no opcodes in our sense. */
export type Make = (make: (number: number) => Row) => void;

// Flags -------------------------------------------------------------------------------------------------------------

const zeroOf = (k: Width, v: X): W => k.n.eqz(v);
const negative = (k: Width, v: X): W => k.n.lt_s(v, k.n.const(0));

/** a − b. */
const flagsOfSub = (k: Width, a: X, b: X): Stmt[] => [
  Z.set(k.n.eq(a, b)),
  C.set(k.n.ge_u(a, b)),
  LT.set(k.n.lt_s(a, b)),
  N.set(negative(k, k.n.sub(a, b))),
];
/** The sign of the sum as if it had room: the sign of r unless it overflowed. */
const trueSign = (k: Width, a: X, b: X, r: X): W => negative(k, k.n.xor(r, k.n.and(k.n.xor(r, a), k.n.xor(r, b))));
const flagsOfAdd = (k: Width, a: X, b: X, r: X): Stmt[] => [
  Z.set(zeroOf(k, r)),
  C.set(k.n.lt_u(r, a)),
  LT.set(trueSign(k, a, b, r)),
  N.set(negative(k, r)),
];
const flagsOfLogic = (k: Width, r: X): Stmt[] => [
  Z.set(zeroOf(k, r)),
  C.set(i32.const(0)),
  LT.set(negative(k, r)),
  N.set(negative(k, r)),
];

// Operands of register forms ------------------------------------------------------------------------------------------

type Modify = (k: Width, m: X, amount: X) => X;
/** What may happen to the second source register: shifts and, of the extended forms, extensions shifted left. */
export const SHIFTS: Readonly<Record<string, Modify>> = {
  lsl: (k, m, by) => k.n.shl(m, by),
  lsr: (k, m, by) => k.n.shr_u(m, by),
  asr: (k, m, by) => k.n.shr_s(m, by),
  ror: (k, m, by) => k.n.rotr(m, by),
};
export const EXTENSIONS: Readonly<Record<string, Modify>> = {
  uxtb: (k, m, by) => k.n.shl(k.n.and(m, k.n.const(0xff)), by),
  uxth: (k, m, by) => k.n.shl(k.n.and(m, k.n.const(0xffff)), by),
  uxtw: (k, m, by) => k.n.shl(k.n.and(m, k.n.const(0xffffffffn)), by),
  sxtb: (k, m, by) => k.n.shl(k.n.extend8_s(m), by),
  sxth: (k, m, by) => k.n.shl(k.n.extend16_s(m), by),
  sxtw: (k, m, by) => k.n.shl(i64.extend32_s(m), by),
};

type Combine = { readonly value: (k: Width, a: X, b: X) => X; readonly flags: "none" | "sub" | "add" | "logic" };
const bitwise = (f: (k: Width, a: X, b: X) => X, flags: Combine["flags"] = "none"): Combine => ({ value: f, flags });
const inverted = (k: Width, b: X): X => k.n.xor(b, k.n.const(-1));

const SUMS: Readonly<Record<string, Combine>> = {
  add: bitwise((k, a, b) => k.n.add(a, b)),
  sub: bitwise((k, a, b) => k.n.sub(a, b)),
  adds: bitwise((k, a, b) => k.n.add(a, b), "add"),
  subs: bitwise((k, a, b) => k.n.sub(a, b), "sub"),
};
const LOGIC: Readonly<Record<string, Combine>> = {
  and: bitwise((k, a, b) => k.n.and(a, b)),
  orr: bitwise((k, a, b) => k.n.or(a, b)),
  eor: bitwise((k, a, b) => k.n.xor(a, b)),
  ands: bitwise((k, a, b) => k.n.and(a, b), "logic"),
  bic: bitwise((k, a, b) => k.n.and(a, inverted(k, b))),
  orn: bitwise((k, a, b) => k.n.or(a, inverted(k, b))),
  eon: bitwise((k, a, b) => k.n.xor(a, inverted(k, b))),
  bics: bitwise((k, a, b) => k.n.and(a, inverted(k, b)), "logic"),
};

/** Assigns f(a, b) and sets the flags; `d` may be one of the sources, so it comes last. */
function assign(k: Width, f: Combine, d: { set(v: X): Stmt }, a: X, b: X): Stmt[] {
  if (f.flags === "none") return [d.set(f.value(k, a, b))];
  return [
    bind(a, (a1) => [
      bind(b, (b1) => [
        bind(f.value(k, a1, b1), (r) => [
          ...(f.flags === "sub"
            ? flagsOfSub(k, a1, b1)
            : f.flags === "add"
              ? flagsOfAdd(k, a1, b1, r)
              : flagsOfLogic(k, r)),
          d.set(r),
        ]),
      ]),
    ]),
  ];
}

const signs: Readonly<Record<string, string>> = {
  add: "n + m",
  sub: "n − m",
  adds: "n + m, and flags",
  subs: "n − m, and flags",
  and: "n and m",
  orr: "n or m",
  eor: "n xor m",
  ands: "n and m, and flags",
  bic: "n and not m",
  orn: "n or not m",
  eon: "n xor not m",
  bics: "n and not m, and flags",
};

function registerForms(k: Width, make: Make): void {
  const three = format(`${k.name} rrr`, { d: k.r, n: k.r, m: k.r });
  const shifted = format(`${k.name} rrri`, { d: k.r, n: k.r, m: k.r, by: imm });
  for (const [name, f] of Object.entries({ ...SUMS, ...LOGIC })) {
    make((at) => op(at, `${name}.${k.name}`, three, `d ← ${signs[name]}`, ({ d, n, m }) => assign(k, f, d, n, m)));
    const modifiers = name in SUMS ? { lsl: SHIFTS.lsl, lsr: SHIFTS.lsr, asr: SHIFTS.asr, ...EXTENSIONS } : SHIFTS;
    for (const [how, modify] of Object.entries(modifiers) as [string, Modify][]) {
      // In 32 bits a 32-bit extension is none.
      if (k.bits === 32 && (how === "uxtw" || how === "sxtw")) continue;
      make((at) =>
        op(at, `${name}.${k.name}.${how}`, shifted, `d ← ${signs[name]}, m ${how} by`, ({ d, n, m, by }) =>
          assign(k, f, d, n, modify(k, m, immediate(k, by))),
        ),
      );
    }
  }
  const two = format(`${k.name} rr`, { n: k.r, m: k.r });
  make((at) => op(at, `cmp.${k.name}`, two, "flags of n − m", ({ n, m }) => flagsOfSub(k, n, m)));
}

function immediateForms(k: Width, make: Make): void {
  const sum = format(`${k.name} rri`, { d: k.r, n: k.r, i: imm });
  for (const [name, f] of Object.entries(SUMS)) {
    make((at) =>
      op(at, `${name}.${k.name}.imm`, sum, `d ← ${(signs[name] as string).replace("m", "i")}`, ({ d, n, i }) =>
        assign(k, f, d, n, immediate(k, i)),
      ),
    );
  }
  make((at) =>
    op(at, `cmp.${k.name}.imm`, format(`${k.name} ri`, { n: k.r, i: imm }), "flags of n − i", ({ n, i }) =>
      flagsOfSub(k, n, immediate(k, i)),
    ),
  );
  for (const name of ["and", "orr", "eor", "ands"] as const) {
    const f = LOGIC[name] as Combine;
    const doc = `d ← ${(signs[name] as string).replace("m", "i")}`;
    // A bitmask of 64 bits that is no sign-extended number of 32 takes two fields.
    make((at) => op(at, `${name}.${k.name}.imm`, sum, doc, ({ d, n, i }) => assign(k, f, d, n, immediate(k, i))));
    if (k.bits === 64) {
      make((at) =>
        op(at, `${name}.x.imm64`, format("x rrI", { d: x, n: x, i: imm64 }), doc, ({ d, n, i }) =>
          assign(k, f, d, n, i.i64),
        ),
      );
    }
  }
}

function moves(k: Width, make: Make): void {
  make((at) => op(at, `mov.${k.name}`, format(`${k.name} dn`, { d: k.r, n: k.r }), "d ← n", ({ d, n }) => d.set(n)));
  make((at) =>
    op(at, `mov.${k.name}.imm`, format(`${k.name} di`, { d: k.r, i: imm }), "d ← i", ({ d, i }) =>
      d.set(immediate(k, i)),
    ),
  );
  for (let hw = 0; hw < k.bits / 16; hw++) {
    const mask = BigInt.asIntN(k.bits, ~(0xffffn << BigInt(16 * hw)));
    const at16 = (v: X): X => (hw === 0 ? v : k.n.shl(v, k.n.const(16 * hw)));
    make((at) =>
      op(
        at,
        `movk.${k.name}.${16 * hw}`,
        format(`${k.name} ki`, { d: k.r, i: imm }),
        `bits ${16 * hw} up of d ← i`,
        (o) => o.d.set(k.n.or(k.n.and(o.d, k.n.const(mask)), at16(immediate(k, o.i)))),
      ),
    );
  }
}

function bitfields(k: Width, make: Make): void {
  const one = format(`${k.name} dni`, { d: k.r, n: k.r, by: imm });
  const both = format(`${k.name} dnij`, { d: k.r, n: k.r, i: imm, j: imm });
  const width = k.n.const(k.bits);
  for (const [name, shift] of Object.entries(SHIFTS)) {
    make((at) =>
      op(at, `${name}.${k.name}.imm`, one, `d ← n ${name} by`, ({ d, n, by }) => d.set(shift(k, n, immediate(k, by)))),
    );
    make((at) =>
      op(at, `${name}.${k.name}.reg`, format(`${k.name} dnm`, { d: k.r, n: k.r, m: k.r }), `d ← n ${name} m`, (o) =>
        o.d.set(shift(k, o.n, o.m)),
      ),
    );
  }
  make((at) =>
    op(at, `bits.${k.name}`, both, "d ← bits of n from i, as many as the mask j has", ({ d, n, i, j }) =>
      d.set(k.n.and(k.n.shr_u(n, immediate(k, i)), immediate(k, j))),
    ),
  );
  make((at) =>
    op(at, `ubfm.${k.name}`, both, "d ← n shifted left by i, then right by j", ({ d, n, i, j }) =>
      d.set(k.n.shr_u(k.n.shl(n, immediate(k, i)), immediate(k, j))),
    ),
  );
  make((at) =>
    op(at, `sbfm.${k.name}`, both, "d ← n shifted left by i, then right by j with its sign", ({ d, n, i, j }) =>
      d.set(k.n.shr_s(k.n.shl(n, immediate(k, i)), immediate(k, j))),
    ),
  );
  const extend = format(`${k.name} ext`, { d: k.r, n: k.r });
  make((at) => op(at, `sxtb.${k.name}`, extend, "d ← n from 8 bits with sign", ({ d, n }) => d.set(k.n.extend8_s(n))));
  make((at) =>
    op(at, `sxth.${k.name}`, extend, "d ← n from 16 bits with sign", ({ d, n }) => d.set(k.n.extend16_s(n))),
  );
  if (k.bits === 64) {
    make((at) =>
      op(at, "sxtw.x", format("ext w", { d: x, n: w }), "d ← n from 32 bits with sign", ({ d, n }) =>
        d.set(i64.extend_i32_s(n)),
      ),
    );
  }
  /** Ones in the lowest `n` bits, 1 to 64. */
  const ones = (n: X): X => k.n.shr_u(k.n.const(-1), k.n.sub(width, n));
  make((at) =>
    op(at, `bfi.${k.name}`, both, "bits of d from i ← the lowest j bits of n", ({ d, n, i, j }) =>
      d.set(
        letIn(k.n.shl(ones(immediate(k, j)), immediate(k, i)), (mask) =>
          k.n.or(k.n.and(d, inverted(k, mask)), k.n.and(k.n.shl(n, immediate(k, i)), mask)),
        ),
      ),
    ),
  );
  make((at) =>
    op(at, `bfxil.${k.name}`, both, "lowest j bits of d ← bits of n from i", ({ d, n, i, j }) =>
      d.set(
        letIn(ones(immediate(k, j)), (mask) =>
          k.n.or(k.n.and(d, inverted(k, mask)), k.n.and(k.n.shr_u(n, immediate(k, i)), mask)),
        ),
      ),
    ),
  );
  make((at) =>
    op(
      at,
      `extr.${k.name}`,
      format(`${k.name} dnmi`, { d: k.r, n: k.r, m: k.r, by: imm }),
      "d ← the lower half of n : m shifted right by `by`, which is not 0",
      ({ d, n, m, by }) => d.set(k.n.or(k.n.shr_u(m, immediate(k, by)), k.n.shl(n, k.n.sub(width, immediate(k, by))))),
    ),
  );
}

const reverseBits = (v: X): X =>
  letIn(swapGroups(v, 0x5555555555555555n, 1n), (a) =>
    letIn(swapGroups(a, 0x3333333333333333n, 2n), (b) =>
      letIn(swapGroups(b, 0x0f0f0f0f0f0f0f0fn, 4n), (c) => reverseBytes(c)),
    ),
  );

function oneSource(make: Make): void {
  const rr = format("x dn1", { d: x, n: x });
  const ww = format("w dn1", { d: w, n: w });
  const wide = (n: W): X => i64.extend_i32_u(n);
  const high = (v: X): W => i32.wrap_i64(i64.shr_u(v, i64.const(32)));
  make((at) => op(at, "rbit.x", rr, "d ← n with its bits in reverse order", ({ d, n }) => d.set(reverseBits(n))));
  make((at) =>
    op(at, "rbit.w", ww, "d ← n with its bits in reverse order", (o) => o.d.set(high(reverseBits(wide(o.n))))),
  );
  make((at) => op(at, "rev.x", rr, "d ← n with its bytes in reverse order", ({ d, n }) => d.set(reverseBytes(n))));
  make((at) =>
    op(at, "rev.w", ww, "d ← n with its bytes in reverse order", (o) => o.d.set(high(reverseBytes(wide(o.n))))),
  );
  make((at) =>
    op(at, "rev32.x", rr, "d ← n with the bytes of each word in reverse order", ({ d, n }) =>
      d.set(i64.rotl(reverseBytes(n), i64.const(32))),
    ),
  );
  const rev16 = (v: X): X => swapGroups(v, 0x00ff00ff00ff00ffn, 8n);
  make((at) => op(at, "rev16.x", rr, "d ← n with the bytes of each half-word swapped", (o) => o.d.set(rev16(o.n))));
  make((at) =>
    op(at, "rev16.w", ww, "d ← n with the bytes of each half-word swapped", ({ d, n }) =>
      d.set(i32.wrap_i64(rev16(wide(n)))),
    ),
  );
  for (const k of WIDTHS) {
    const f = format(`${k.name} dn1`, { d: k.r, n: k.r });
    make((at) => op(at, `clz.${k.name}`, f, "d ← number of leading zeros of n", ({ d, n }) => d.set(k.n.clz(n))));
    make((at) =>
      op(at, `cls.${k.name}`, f, "d ← number of bits behind the sign that equal it", ({ d, n }) =>
        d.set(k.n.clz(k.n.or(k.n.shl(k.n.xor(n, k.n.shr_s(n, k.n.const(k.bits - 1))), k.n.const(1)), k.n.const(1)))),
      ),
    );
  }
}

function multiplication(make: Make): void {
  for (const k of WIDTHS) {
    const three = format(`${k.name} dnm3`, { d: k.r, n: k.r, m: k.r });
    const four = format(`${k.name} dnma`, { d: k.r, n: k.r, m: k.r, a: k.r });
    make((at) => op(at, `mul.${k.name}`, three, "d ← n · m", ({ d, n, m }) => d.set(k.n.mul(n, m))));
    make((at) => op(at, `madd.${k.name}`, four, "d ← a + n · m", ({ d, n, m, a }) => d.set(k.n.add(a, k.n.mul(n, m)))));
    make((at) => op(at, `msub.${k.name}`, four, "d ← a − n · m", ({ d, n, m, a }) => d.set(k.n.sub(a, k.n.mul(n, m)))));
    make((at) =>
      op(at, `udiv.${k.name}`, three, "d ← n / m, unsigned; 0 where m is 0", ({ d, n, m }) =>
        d.set(k.n.choose(k.n.eqz(m), k.n.const(0), k.n.div_u(n, m))),
      ),
    );
    const least = k.n.const(-(2n ** BigInt(k.bits - 1)));
    make((at) =>
      op(at, `sdiv.${k.name}`, three, "d ← n / m, signed; 0 where m is 0", ({ d, n, m }) =>
        d.set(
          k.n.choose(
            k.n.eqz(m),
            k.n.const(0),
            k.n.choose(i32.and(k.n.eq(m, k.n.const(-1)), k.n.eq(n, least)), n, k.n.div_s(n, m)),
          ),
        ),
      ),
    );
  }
  const long = format("x dnma l", { d: x, n: w, m: w, a: x });
  const S = i64.extend_i32_s;
  const U = i64.extend_i32_u;
  for (const [sign, f] of [
    ["s", S],
    ["u", U],
  ] as const) {
    make((at) =>
      op(at, `${sign}maddl`, long, "d ← a + n · m, of 32 bits", (o) => o.d.set(i64.add(o.a, i64.mul(f(o.n), f(o.m))))),
    );
    make((at) =>
      op(at, `${sign}msubl`, long, "d ← a − n · m, of 32 bits", (o) => o.d.set(i64.sub(o.a, i64.mul(f(o.n), f(o.m))))),
    );
  }
  const high = format("x dnm h", { d: x, n: x, m: x });
  make((at) => op(at, "smulh", high, "d ← upper half of n · m, signed", (o) => o.d.set(mulHighS(o.n, o.m))));
  make((at) => op(at, "umulh", high, "d ← upper half of n · m, unsigned", (o) => o.d.set(mulHighU(o.n, o.m))));
}

function carry(k: Width, make: Make): void {
  const three = format(`${k.name} dnm c`, { d: k.r, n: k.r, m: k.r });
  const sum = (n: X, m: X): X => k.n.add(k.n.add(n, m), widen(k, C));
  const flags = (n: X, m: X, r: X): Stmt[] => [
    Z.set(zeroOf(k, r)),
    LT.set(trueSign(k, n, m, r)),
    N.set(negative(k, r)),
    C.set(i32.or(k.n.lt_u(r, n), i32.and(C, k.n.eq(r, n)))),
  ];
  for (const [name, second, doc] of [
    ["adc", (m: X): X => m, "n + m + C"],
    ["sbc", (m: X): X => inverted(k, m), "n − m − 1 + C"],
  ] as const) {
    make((at) => op(at, `${name}.${k.name}`, three, `d ← ${doc}`, ({ d, n, m }) => d.set(sum(n, second(m)))));
    make((at) =>
      op(at, `${name}s.${k.name}`, three, `d ← ${doc}, and flags`, ({ d, n, m }) => [
        bind(n, (a) => [bind(second(m), (b) => [bind(sum(a, b), (r) => [...flags(a, b, r), d.set(r)])])]),
      ]),
    );
  }
}

const SELECTS: Readonly<Record<string, { readonly f: (k: Width, m: X) => X; readonly doc: string }>> = {
  csel: { f: (_, m) => m, doc: "m" },
  csinc: { f: (k, m) => k.n.add(m, k.n.const(1)), doc: "m + 1" },
  csinv: { f: inverted, doc: "not m" },
  csneg: { f: (k, m) => k.n.sub(k.n.const(0), m), doc: "−m" },
};

function conditional(k: Width, make: Make): void {
  const three = format(`${k.name} dnm q`, { d: k.r, n: k.r, m: k.r });
  const plain = format(`${k.name} d q`, { d: k.r });
  CONDITION.forEach((cond, i) => {
    const name = CONDITIONS[i] as string;
    for (const [select, { f, doc }] of Object.entries(SELECTS)) {
      make((at) =>
        op(at, `${select}.${k.name}.${name}`, three, `d ← n if ${name}, else ${doc}`, ({ d, n, m }) =>
          d.set(k.n.select(cond, n, f(k, m))),
        ),
      );
    }
    make((at) => op(at, `cset.${k.name}.${name}`, plain, `d ← 1 if ${name}, else 0`, (o) => o.d.set(widen(k, cond))));
  });
  const compare: readonly [string, (a: X, b: X) => Stmt[]][] = [
    ["ccmp", (a, b) => flagsOfSub(k, a, b)],
    ["ccmn", (a, b) => [bind(k.n.add(a, b), (r) => flagsOfAdd(k, a, b, r))]],
  ];
  for (const [name, flags] of compare) {
    make((at) =>
      op(
        at,
        `${name}.${k.name}`,
        format(`${k.name} nmfq`, { n: k.r, m: k.r, f: imm, q: imm }),
        "flags of comparing n with m if condition q holds, else f",
        ({ n, m, f, q }) => when(conditionOf(q.i32), flags(n, m), setPacked(f.i32)),
      ),
    );
    make((at) =>
      op(
        at,
        `${name}.${k.name}.imm`,
        format(`${k.name} nifq`, { n: k.r, i: imm, f: imm, q: imm }),
        "flags of comparing n with i if condition q holds, else f",
        ({ n, i, f, q }) => when(conditionOf(q.i32), flags(n, immediate(k, i)), setPacked(f.i32)),
      ),
    );
  }
}

/** Constants of 64 bits, and the flags as a number. */
function others(make: Make): void {
  make((at) => op(at, "mov.x.imm64", format("x dI", { d: x, i: imm64 }), "d ← i", ({ d, i }) => d.set(i.i64)));
  make((at) =>
    op(at, "mrs.nzcv", format("x d", { d: x }), "d ← flags in bits 31 to 28", ({ d }) =>
      d.set(i64.extend_i32_u(i32.shl(packed(), i32.const(28)))),
    ),
  );
  make((at) =>
    op(at, "msr.nzcv", format("x n", { n: x }), "flags ← bits 31 to 28 of n", ({ n }) => [
      bind(i32.and(i32.wrap_i64(i64.shr_u(n, i64.const(28))), i32.const(15)), (v: Expr<"i32">) => setPacked(v)),
    ]),
  );
}

export function integerRows(make: Make): void {
  for (const k of WIDTHS) {
    registerForms(k, make);
    immediateForms(k, make);
    moves(k, make);
    bitfields(k, make);
    carry(k, make);
    conditional(k, make);
  }
  oneSource(make);
  multiplication(make);
  others(make);
}
