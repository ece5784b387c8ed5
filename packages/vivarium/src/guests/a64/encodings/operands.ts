/** How the operands of A64 instructions are written and read. */
import { CONDITIONS } from "../rows/common.js";
import type { Fields, Operand } from "./encoding.js";
import type { Reader } from "./reader.js";

const ALIASES: Readonly<Record<string, string>> = { fp: "x29", lr: "x30", ip0: "x16", ip1: "x17" };

/** Number of a general register of a width; 31 is what `zr` or `sp` says. */
function generalNumber(name: string | undefined, width: "w" | "x", top: "zr" | "sp"): number {
  if (name === undefined) return -1;
  const plain = ALIASES[name] ?? name;
  if (plain === (top === "zr" ? `${width}zr` : width === "x" ? "sp" : "wsp")) return 31;
  const found = /^([wx])(\d|[12]\d|30)$/.exec(plain);
  return found !== null && found[1] === width ? Number(found[2]) : -1;
}

function generalName(n: number, width: "w" | "x", top: "zr" | "sp"): string {
  if (n < 31) return `${width}${n}`;
  return top === "zr" ? `${width}zr` : width === "x" ? "sp" : "wsp";
}

function register(field: string, width: "w" | "x", top: "zr" | "sp"): Operand {
  return {
    print: (f) => generalName(f[field] as number, width, top),
    parse: (r, f) => {
      const n = generalNumber(r.word(), width, top);
      if (n < 0) return false;
      f[field] = n;
      return true;
    },
  };
}
/** A register whose number 31 is the zero register. */
export const R = (field: string, width: "w" | "x"): Operand => register(field, width, "zr");
/** A register whose number 31 is the stack pointer. */
export const RS = (field: string, width: "w" | "x"): Operand => register(field, width, "sp");

/** A scalar view of a vector register. */
export const V = (field: string, view: string): Operand => ({
  print: (f) => `${view}${f[field]}`,
  parse: (r, f) => {
    const found = /^([bhsdq])(\d|[12]\d|3[01])$/.exec(r.word() ?? "");
    if (found === null || found[1] !== view) return false;
    f[field] = Number(found[2]);
    return true;
  },
});
/** A vector register with an arrangement: `v0.16b`; `suffix` may be an element: `d[1]`. */
export const VA = (field: string, suffix: string): Operand => ({
  print: (f) => `v${f[field]}.${suffix}`,
  parse: (r, f) => {
    const [arrangement, index] = suffix.split("[") as [string, string?];
    const found = /^v(\d|[12]\d|3[01])\.(\w+)$/.exec(r.word() ?? "");
    if (found === null || found[2] !== arrangement) return false;
    f[field] = Number(found[1]);
    return index === undefined || (r.eat("[") && r.eat(index.slice(0, -1)) && r.eat("]"));
  },
});

export const hex = (v: bigint | number): string => (v < 0 ? `-0x${(-v).toString(16)}` : `0x${v.toString(16)}`);

/** An immediate that is computed from fields and gives fields. */
export function computed(
  get: (f: Fields) => bigint | number,
  set: (f: Fields, v: bigint) => boolean,
  style: "decimal" | "hex" = "decimal",
): Operand {
  return {
    print: (f) => `#${style === "hex" ? hex(get(f)) : get(f)}`,
    parse: (r, f) => {
      const v = r.expression();
      return v !== undefined && set(f, v);
    },
  };
}

/** A field as an immediate. */
export const I = (
  field: string,
  width: number,
  {
    signed = false,
    scale = 1,
    style = "decimal",
  }: { signed?: boolean; scale?: number; style?: "decimal" | "hex" } = {},
): Operand =>
  computed(
    (f) => {
      const v = f[field] as number;
      return (signed && v >= 2 ** (width - 1) ? v - 2 ** width : v) * scale;
    },
    (f, v) => {
      const units = v / BigInt(scale);
      const low = signed ? -(2n ** BigInt(width - 1)) : 0n;
      const high = signed ? 2n ** BigInt(width - 1) : 2n ** BigInt(width);
      if (units * BigInt(scale) !== v || units < low || units >= high) return false;
      f[field] = Number(BigInt.asUintN(width, units));
      return true;
    },
    style,
  );

/** `, name #amount` behind a register, left out where it does nothing. */
function modifier(
  names: readonly string[],
  read: (f: Fields) => { name: string; amount: number } | undefined,
  write: (f: Fields, name: string | undefined, amount: number) => boolean,
): Operand {
  return {
    optional: true,
    print: (f) => {
      const m = read(f);
      return m === undefined ? "" : m.amount < 0 ? m.name : `${m.name} #${m.amount}`;
    },
    parse: (r, f) => {
      if (r.ended) return write(f, undefined, 0);
      const name = r.word();
      if (name === undefined || !names.includes(name)) return false;
      const amount = r.ended ? -1n : r.expression();
      return amount !== undefined && amount < 64n && write(f, name, Number(amount));
    },
  };
}

const SHIFT_NAMES = ["lsl", "lsr", "asr", "ror"] as const;
/** The shift of a register form. */
export const shift = (width: number, rotates: boolean): Operand =>
  modifier(
    SHIFT_NAMES,
    (f) =>
      f.shift === 0 && f.imm6 === 0
        ? undefined
        : { name: SHIFT_NAMES[f.shift as number] as string, amount: f.imm6 as number },
    (f, name, amount) => {
      f.shift = name === undefined ? 0 : SHIFT_NAMES.indexOf(name as "lsl");
      f.imm6 = amount;
      return amount >= 0 && amount < width && (rotates || f.shift < 3);
    },
  );

/** `lsl #12` of an arithmetic immediate. */
export const shift12: Operand = modifier(
  ["lsl"],
  (f) => (f.sh === 0 ? undefined : { name: "lsl", amount: 12 }),
  (f, name, amount) => {
    if (name !== undefined && amount !== 0 && amount !== 12) return false;
    // The immediate itself may have chosen the shift already.
    if (name !== undefined || f.sh === undefined) f.sh = amount === 12 ? 1 : 0;
    return true;
  },
);
/** `lsl #16` of a wide move. */
export const shift16 = (width: number): Operand =>
  modifier(
    ["lsl"],
    (f) => (f.hw === 0 ? undefined : { name: "lsl", amount: 16 * (f.hw as number) }),
    (f, _, amount) => {
      f.hw = amount / 16;
      return amount % 16 === 0 && amount >= 0 && amount < width;
    },
  );

export const EXTEND_NAMES = ["uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"] as const;
/** Register and extension of an extended register form; with the stack pointer involved the plain one is called lsl. */
export function extended(width: "w" | "x", flags: boolean): readonly Operand[] {
  const plain = width === "x" ? 3 : 2;
  const isWide = (f: Fields): boolean => width === "x" && ((f.option as number) & 3) === 3;
  const stack = (f: Fields): boolean => f.option === plain && (f.Rn === 31 || (!flags && f.Rd === 31));
  return [
    {
      print: (f) => generalName(f.Rm as number, isWide(f) ? "x" : "w", "zr"),
      parse: (r, f) => {
        const name = r.word();
        const wide = generalNumber(name, "x", "zr");
        f.Rm = wide >= 0 ? wide : generalNumber(name, "w", "zr");
        // The extension decides which is right; remembered for the next operand.
        f.wide = wide >= 0 ? 1 : 0;
        return f.Rm >= 0;
      },
    },
    modifier(
      [...EXTEND_NAMES, "lsl"],
      (f) => {
        const amount = f.imm3 as number;
        if (stack(f)) return amount === 0 ? undefined : { name: "lsl", amount };
        return { name: EXTEND_NAMES[f.option as number] as string, amount: amount === 0 ? -1 : amount };
      },
      (f, name, amount) => {
        f.option = name === undefined || name === "lsl" ? plain : EXTEND_NAMES.indexOf(name as "uxtb");
        f.imm3 = amount < 0 ? 0 : amount;
        const fits = f.wide === (isWide(f) ? 1 : 0);
        return f.imm3 <= 4 && fits;
      },
    ),
  ];
}

export const condition = (field = "cond", inverted = false): Operand => ({
  print: (f) => CONDITIONS[(f[field] as number) ^ (inverted ? 1 : 0)] as string,
  parse: (r, f) => {
    const name = r.word();
    const n = CONDITIONS.indexOf((name === "cs" ? "hs" : name === "cc" ? "lo" : name) as "eq");
    if (n < 0 || (inverted && n >= 14)) return false;
    f[field] = n ^ (inverted ? 1 : 0);
    return true;
  },
});

/** A place in the code, as an address; the field holds its distance in words. */
export const label = (field: string, width: number): Operand => ({
  print: (f, pc) => hex((pc + 4 * toSigned(f[field] as number, width)) >>> 0),
  parse: (r, f) => distance(r, f, field, width, 4n, BigInt(r.pc)),
});
function distance(r: Reader, f: Fields, field: string, width: number, unit: bigint, from: bigint): boolean {
  const to = r.expression();
  if (to === undefined) return false;
  // Addresses are 32 bits: the shorter way round.
  const bytes = BigInt.asIntN(32, to - from);
  const limit = 2n ** BigInt(width - 1);
  if (bytes % unit !== 0n || bytes / unit < -limit || bytes / unit >= limit) return false;
  f[field] = Number(BigInt.asUintN(width, bytes / unit));
  return true;
}
const toSigned = (v: number, width: number): number => (v >= 2 ** (width - 1) ? v - 2 ** width : v);

const immediate21 = (f: Fields): number => toSigned((f.immhi as number) * 4 + (f.immlo as number), 21);
const split21 = (f: Fields): boolean => {
  const v = f.imm21 as number;
  f.immlo = v & 3;
  f.immhi = v >>> 2;
  return true;
};
/** The target of `adr`. */
export const near: Operand = {
  print: (f, pc) => hex((pc + immediate21(f)) >>> 0),
  parse: (r, f) => distance(r, f, "imm21", 21, 1n, BigInt(r.pc)) && split21(f),
};
/** The page of `adrp`. */
export const page: Operand = {
  print: (f, pc) => hex((pc - (pc % 4096) + 4096 * immediate21(f)) >>> 0),
  parse: (r, f) => {
    const to = r.expression();
    if (to === undefined) return false;
    const pages = (BigInt.asUintN(32, to) >> 12n) - (BigInt(r.pc) >> 12n);
    if (pages < -(2n ** 20n) || pages >= 2n ** 20n) return false;
    f.imm21 = Number(BigInt.asUintN(21, pages));
    return split21(f);
  },
};
export const adrOffset = immediate21;

/** `:lo12:symbol`, or nothing of that kind. */
function lo12(r: Reader): bigint | undefined {
  if (!r.eat(":lo12:")) return undefined;
  const v = r.expression();
  return v === undefined ? undefined : v & 0xfffn;
}
/** The 12-bit immediate of an addition, or the low bits of an address. */
export const imm12: Operand = {
  print: (f) => `#${hex(f.imm12 as number)}`,
  parse: (r, f) => {
    const v =
      r.try(() => r.eat("#") && r.text[r.at] === ":") || r.text.slice(r.at).trimStart().startsWith(":")
        ? lo12(r)
        : r.expression();
    if (v === undefined || v < 0n) return false;
    if (v < 4096n) f.imm12 = Number(v);
    else if (v % 4096n === 0n && v < 2n ** 24n && r.ended) {
      // GNU as: a multiple of 4096 is shifted.
      f.imm12 = Number(v / 4096n);
      f.sh = 1;
    } else return false;
    return true;
  },
};

// Memory --------------------------------------------------------------------------------------------------------------

const base = (f: Fields): string => generalName(f.Rn as number, "x", "sp");
function parseBase(r: Reader, f: Fields): boolean {
  if (!r.eat("[")) return false;
  const n = generalNumber(r.word(), "x", "sp");
  if (n < 0) return false;
  f.Rn = n;
  return true;
}

/** `[Xn]` alone. */
export const atBase: Operand = {
  print: (f) => `[${base(f)}]`,
  parse: (r, f) => parseBase(r, f) && (r.try(() => r.eat(",") && r.expression() === 0n) || true) && r.eat("]"),
};

/** `[Xn, #offset]`, `[Xn, #offset]!` or `[Xn], #offset`. */
export function atOffset(
  mode: "off" | "pre" | "post",
  field: string,
  width: number,
  options: { signed: boolean; scale: number },
): Operand {
  const offset = I(field, width, options);
  return {
    print: (f) => {
      const text = offset.print(f, 0);
      if (mode === "off") return text === "#0" ? `[${base(f)}]` : `[${base(f)}, ${text}]`;
      return mode === "pre" ? `[${base(f)}, ${text}]!` : `[${base(f)}], ${text}`;
    },
    parse: (r, f) => {
      if (!parseBase(r, f)) return false;
      if (mode === "post") return r.eat("]") && r.eat(",") && offset.parse(r, f);
      if (r.eat("]")) {
        f[field] = 0;
        return mode === "off";
      }
      if (!r.eat(",")) return false;
      const relocated = r.try(() => {
        const v = lo12(r);
        if (v === undefined || v % BigInt(options.scale) !== 0n) return false;
        f[field] = Number(v) / options.scale;
        return true;
      });
      if (!relocated && !offset.parse(r, f)) return false;
      return r.eat("]") && (mode === "pre" ? r.eat("!") : true);
    },
  };
}

/** `[Xn, Xm, lsl #3]`. */
export function atRegister(log2: number): Operand {
  return {
    print: (f) => {
      const option = f.option as number;
      const index = generalName(f.Rm as number, (option & 1) === 1 ? "x" : "w", "zr");
      const name = option === 3 ? "lsl" : (EXTEND_NAMES[option] as string);
      const amount = f.S === 1 ? ` #${log2}` : "";
      if (option === 3 && f.S === 0) return `[${base(f)}, ${index}]`;
      return `[${base(f)}, ${index}, ${name}${amount}]`;
    },
    parse: (r, f) => {
      if (!parseBase(r, f) || !r.eat(",")) return false;
      const name = r.word();
      const wide = generalNumber(name, "x", "zr");
      f.Rm = wide >= 0 ? wide : generalNumber(name, "w", "zr");
      if (f.Rm < 0) return false;
      f.option = 3;
      f.S = 0;
      if (r.eat(",")) {
        const extend = r.word();
        f.option = extend === "lsl" ? 3 : EXTEND_NAMES.indexOf(extend as "uxtw");
        if (f.option < 0) return false;
        if (!r.eat("]")) {
          const amount = r.expression();
          // For bytes an amount that is written, 0, is different from none.
          if (amount === BigInt(log2)) f.S = 1;
          else if (amount !== 0n) return false;
          if (!r.eat("]")) return false;
        }
      } else if (!r.eat("]")) return false;
      return (f.option & 2) === 2 && (f.option & 1) === (wide >= 0 ? 1 : 0);
    },
  };
}

/** One of a list of names, by its index; numbers that have none are written as such. */
export const named = (field: string, width: number, names: readonly (string | undefined)[]): Operand => ({
  print: (f) => names[f[field] as number] ?? `#${f[field]}`,
  parse: (r, f) => {
    const found = r.try(() => {
      const name = r.word();
      const n = name === undefined ? -1 : names.indexOf(name);
      if (n < 0) return false;
      f[field] = n;
      return true;
    });
    return found || I(field, width).parse(r, f);
  },
});

/** A word that has to stand there. */
export const literal = (text: string): Operand => ({ print: () => text, parse: (r) => r.word() === text });

export { generalName };
