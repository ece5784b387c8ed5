/** Data processing with immediates (section C4.1.92). */
import { SINK, ZERO } from "../rows/common.js";
import { type Bitmask, decodeBitmask, encodeBitmask } from "./bitmask.js";
import { type Encoding, encoding, type Fields, type Form, type Lowered } from "./encoding.js";
import { adrOffset, computed, hex, I, imm12, near, page, R, RS, shift12, shift16 } from "./operands.js";

export type Size = "w" | "x";
export const SIZES: readonly { readonly k: Size; readonly sf: 0 | 1; readonly bits: 32 | 64 }[] = [
  { k: "w", sf: 0, bits: 32 },
  { k: "x", sf: 1, bits: 64 },
];

/** Number in bank `x` of a source and of a destination; 31 is the zero register. */
export const src = (n: number | undefined): number => (n === 31 ? ZERO : (n as number));
export const dst = (n: number | undefined): number => (n === 31 ? SINK : (n as number));

/** A row that assigns a constant. */
export function constant(k: Size, d: number, value: bigint): Lowered {
  const v = BigInt.asIntN(k === "w" ? 32 : 64, value);
  if (v === BigInt.asIntN(32, v)) return [`mov.${k}.imm`, d, Number(v)];
  return ["mov.x.imm64", d, Number(BigInt.asIntN(32, v)), Number(BigInt.asIntN(32, v >> 32n))];
}

const list: Encoding[] = [];
const address = "PC-rel. addressing";
list.push(
  encoding(address, "0 immlo:2 10000 immhi:19 Rd:5", [{ mnemonic: "adr", operands: [R("Rd", "x"), near] }], (f, pc) =>
    constant("x", dst(f.Rd), BigInt((pc + adrOffset(f)) >>> 0)),
  ),
  encoding(address, "1 immlo:2 10000 immhi:19 Rd:5", [{ mnemonic: "adrp", operands: [R("Rd", "x"), page] }], (f, pc) =>
    constant("x", dst(f.Rd), BigInt((pc - (pc % 4096) + 4096 * adrOffset(f)) >>> 0)),
  ),
);

const is31 =
  (...names: string[]) =>
  (f: Fields): boolean =>
    names.every((n) => f[n] === 31);
const set31 =
  (...names: string[]) =>
  (f: Fields): void => {
    for (const n of names) f[n] = 31;
  };

export { is31, set31 };

const SUMS = [
  { name: "add", bits: "0 0", opposite: "sub" },
  { name: "adds", bits: "0 1", opposite: "subs", compare: "cmn" },
  { name: "sub", bits: "1 0", opposite: "add" },
  { name: "subs", bits: "1 1", opposite: "adds", compare: "cmp" },
] as const;

export { SUMS };

for (const { k, sf } of SIZES) {
  for (const sum of SUMS) {
    const flags = "compare" in sum;
    const forms: Form[] = [];
    if (sum.name === "add") {
      forms.push({
        mnemonic: "mov",
        operands: [RS("Rd", k), RS("Rn", k)],
        when: (f) => f.sh === 0 && f.imm12 === 0 && (f.Rd === 31 || f.Rn === 31),
        fill: (f) => {
          f.sh = 0;
          f.imm12 = 0;
          // Moves between other registers are the logical form.
          if (f.Rd !== 31 && f.Rn !== 31) f.sh = -1;
        },
      });
    }
    if (flags) {
      forms.push({
        mnemonic: sum.compare,
        operands: [RS("Rn", k), imm12, shift12],
        when: is31("Rd"),
        fill: set31("Rd"),
      });
    }
    forms.push({ mnemonic: sum.name, operands: [flags ? R("Rd", k) : RS("Rd", k), RS("Rn", k), imm12, shift12] });
    list.push(
      encoding("Add/subtract (immediate)", `${sf} ${sum.bits} 100010 sh:1 imm12:12 Rn:5 Rd:5`, forms, (f) => {
        const i = (f.imm12 as number) * (f.sh === 1 ? 4096 : 1);
        const d = flags ? dst(f.Rd) : (f.Rd as number);
        if (sum.name === "subs" && f.Rd === 31) return [`cmp.${k}.imm`, f.Rn as number, i];
        if (!flags && i === 0) return [`mov.${k}`, d, f.Rn as number];
        return [`${sum.name}.${k}.imm`, d, f.Rn as number, i];
      }),
    );
  }
}

// Before the logical immediates: `mov` means these where both can do it.
for (const { k, sf, bits } of SIZES) {
  const field = (f: Fields): bigint => BigInt(f.imm16 as number) << BigInt(16 * (f.hw as number));
  const whole = (inverted: boolean) =>
    computed(
      (f) => (inverted ? BigInt.asUintN(bits, ~field(f)) : field(f)),
      (f, v) => {
        if (v >= 2n ** BigInt(bits) || v < -(2n ** BigInt(bits - 1))) return false;
        const u = BigInt.asUintN(bits, inverted ? ~v : v);
        for (let hw = 0; hw < bits / 16; hw++) {
          if ((u & ~(0xffffn << BigInt(16 * hw))) === 0n) {
            f.hw = hw;
            f.imm16 = Number(u >> BigInt(16 * hw));
            return true;
          }
        }
        return false;
      },
      "hex",
    );
  const wide = [R("Rd", k), I("imm16", 16, { style: "hex" }), shift16(bits)];
  const valid = (f: Fields): boolean => bits === 64 || (f.hw as number) < 2;
  const pattern = (opc: string): string => `${sf} ${opc} 100101 hw:2 imm16:16 Rd:5`;
  const group = "Move wide (immediate)";
  const plain = (f: Fields): boolean => !(f.imm16 === 0 && f.hw !== 0);
  list.push(
    encoding(
      group,
      pattern("10"),
      [
        { mnemonic: "mov", operands: [R("Rd", k), whole(false)], when: plain },
        { mnemonic: "movz", operands: wide },
      ],
      (f) => constant(k, dst(f.Rd), field(f)),
      valid,
    ),
    encoding(
      group,
      pattern("00"),
      [
        {
          mnemonic: "mov",
          operands: [R("Rd", k), whole(true)],
          when: (f) => plain(f) && !(bits === 32 && f.imm16 === 0xffff),
        },
        { mnemonic: "movn", operands: wide },
      ],
      (f) => constant(k, dst(f.Rd), ~field(f)),
      valid,
    ),
    encoding(
      group,
      pattern("11"),
      [{ mnemonic: "movk", operands: wide }],
      (f) => [`movk.${k}.${16 * (f.hw as number)}`, dst(f.Rd), f.imm16 as number],
      valid,
    ),
  );
}

export const masked = (width: 32 | 64) =>
  computed(
    (f) => decodeBitmask(f as unknown as Bitmask, width) as bigint,
    (f, v) => {
      if (v >= 2n ** BigInt(width) || v < -(2n ** BigInt(width - 1))) return false;
      const fields = encodeBitmask(v, width);
      if (fields === undefined) return false;
      Object.assign(f, fields);
      return true;
    },
    "hex",
  );

/** `movz` or `movn` could do it, so `mov` means those (section C6.2.222). */
function wideMoveCan(value: bigint, width: 32 | 64): boolean {
  for (let hw = 0; hw < width / 16; hw++) {
    const rest = ~(0xffffn << BigInt(16 * hw));
    const all = BigInt.asUintN(width, -1n);
    if ((value & rest) === 0n || (BigInt.asUintN(width, ~value) & rest & all) === 0n) return true;
  }
  return false;
}

for (const { k, sf, bits } of SIZES) {
  for (const [name, opc] of [
    ["and", "00"],
    ["orr", "01"],
    ["eor", "10"],
    ["ands", "11"],
  ] as const) {
    const value = (f: Fields): bigint => decodeBitmask(f as unknown as Bitmask, bits) as bigint;
    const forms: Form[] = [];
    if (name === "orr") {
      forms.push({
        mnemonic: "mov",
        operands: [RS("Rd", k), masked(bits)],
        when: (f) => f.Rn === 31 && !wideMoveCan(value(f), bits),
        fill: set31("Rn"),
      });
    }
    if (name === "ands") {
      forms.push({ mnemonic: "tst", operands: [R("Rn", k), masked(bits)], when: is31("Rd"), fill: set31("Rd") });
    }
    forms.push({
      mnemonic: name,
      operands: [name === "ands" ? R("Rd", k) : RS("Rd", k), R("Rn", k), masked(bits)],
    });
    list.push(
      encoding(
        "Logical (immediate)",
        `${sf} ${opc} 100100 N:1 immr:6 imms:6 Rn:5 Rd:5`,
        forms,
        (f) => {
          const d = name === "ands" ? dst(f.Rd) : (f.Rd as number);
          const v = BigInt.asIntN(bits, value(f));
          if (name === "orr" && f.Rn === 31) return constant(k, d, v);
          if (v === BigInt.asIntN(32, v)) return [`${name}.${k}.imm`, d, src(f.Rn), Number(v)];
          return [`${name}.x.imm64`, d, src(f.Rn), Number(BigInt.asIntN(32, v)), Number(BigInt.asIntN(32, v >> 32n))];
        },
        (f) => decodeBitmask(f as unknown as Bitmask, bits) !== undefined,
      ),
    );
  }
}

for (const { k, sf, bits } of SIZES) {
  const pattern = (opc: string): string => `${sf} ${opc} 100110 ${sf} immr:6 imms:6 Rn:5 Rd:5`;
  const valid = (f: Fields): boolean => bits === 64 || ((f.immr as number) < 32 && (f.imms as number) < 32);
  const group = "Bitfield";
  const two = [R("Rd", k), R("Rn", k)];
  const last = bits - 1;
  const s = (f: Fields): number => f.imms as number;
  const r = (f: Fields): number => f.immr as number;
  const inside = (v: bigint, least: number, most: number): boolean => v >= BigInt(least) && v <= BigInt(most);
  /** Shift right by a constant. */
  const right = computed(r, (f, v) => {
    f.immr = Number(v);
    f.imms = last;
    return inside(v, 0, last);
  });
  const left = computed(
    (f) => last - s(f),
    (f, v) => {
      f.imms = last - Number(v);
      f.immr = (bits - Number(v)) % bits;
      return inside(v, 0, last);
    },
  );
  // `…fiz`, `bfi`: where the field goes and how wide it is.
  const to = computed(
    (f) => (bits - r(f)) % bits,
    (f, v) => {
      f.immr = (bits - Number(v)) % bits;
      return inside(v, 0, last);
    },
  );
  const toWidth = computed(
    (f) => s(f) + 1,
    (f, v) => {
      f.imms = Number(v) - 1;
      return inside(v, 1, bits - ((bits - r(f)) % bits));
    },
  );
  const from = computed(r, (f, v) => {
    f.immr = Number(v);
    return inside(v, 0, last);
  });
  const fromWidth = computed(
    (f) => s(f) - r(f) + 1,
    (f, v) => {
      f.imms = r(f) + Number(v) - 1;
      return inside(v, 1, bits - r(f));
    },
  );
  const extension = (mnemonic: string, imms: number): Form => ({
    mnemonic,
    operands: [R("Rd", k), R("Rn", "w")],
    when: (f) => f.immr === 0 && f.imms === imms,
    fill: (f) => {
      f.immr = 0;
      f.imms = imms;
    },
  });
  const placed = (f: Fields): boolean => s(f) < r(f);
  const signedForms: Form[] = [
    { mnemonic: "asr", operands: [...two, right], when: (f) => f.imms === last },
    extension("sxtb", 7),
    extension("sxth", 15),
    ...(k === "x" ? [extension("sxtw", 31)] : []),
    { mnemonic: "sbfiz", operands: [...two, to, toWidth], when: placed },
    { mnemonic: "sbfx", operands: [...two, from, fromWidth] },
  ];
  const unsignedForms: Form[] = [
    { mnemonic: "lsr", operands: [...two, right], when: (f) => f.imms === last },
    { mnemonic: "lsl", operands: [...two, left], when: (f) => f.imms !== last && s(f) + 1 === f.immr },
    ...(k === "w" ? [extension("uxtb", 7), extension("uxth", 15)] : []),
    { mnemonic: "ubfiz", operands: [...two, to, toWidth], when: placed },
    { mnemonic: "ubfx", operands: [...two, from, fromWidth] },
  ];
  /** Left, then right. */
  const shifts = (f: Fields): [number, number] =>
    placed(f) ? [last - s(f), r(f) - 1 - s(f)] : [last - s(f), last - s(f) + r(f)];
  list.push(
    encoding(
      group,
      pattern("00"),
      signedForms,
      (f) => {
        const [d, n] = [dst(f.Rd), src(f.Rn)];
        if (f.imms === last) return [`asr.${k}.imm`, d, n, r(f)];
        if (f.immr === 0 && f.imms === 7) return [`sxtb.${k}`, d, n];
        if (f.immr === 0 && f.imms === 15) return [`sxth.${k}`, d, n];
        if (f.immr === 0 && f.imms === 31) return ["sxtw.x", d, n];
        return [`sbfm.${k}`, d, n, ...shifts(f)];
      },
      valid,
    ),
    encoding(
      group,
      pattern("10"),
      unsignedForms,
      (f) => {
        const [d, n] = [dst(f.Rd), src(f.Rn)];
        if (f.imms === last) return [`lsr.${k}.imm`, d, n, r(f)];
        if (s(f) + 1 === f.immr) return [`lsl.${k}.imm`, d, n, last - s(f)];
        const width = s(f) - r(f) + 1;
        if (width >= 1 && width <= 31) return [`bits.${k}`, d, n, r(f), 2 ** width - 1];
        return [`ubfm.${k}`, d, n, ...shifts(f)];
      },
      valid,
    ),
    encoding(
      group,
      pattern("01"),
      [
        { mnemonic: "bfi", operands: [...two, to, toWidth], when: placed },
        { mnemonic: "bfxil", operands: [...two, from, fromWidth] },
      ],
      (f) =>
        placed(f)
          ? [`bfi.${k}`, dst(f.Rd), src(f.Rn), bits - r(f), s(f) + 1]
          : [`bfxil.${k}`, dst(f.Rd), src(f.Rn), r(f), s(f) - r(f) + 1],
      valid,
    ),
    encoding(
      "Extract",
      `${sf} 00 100111 ${sf} 0 Rm:5 imms:6 Rn:5 Rd:5`,
      [
        {
          mnemonic: "ror",
          operands: [R("Rd", k), R("Rn", k), I("imms", 6)],
          when: (f) => f.Rn === f.Rm,
          fill: (f) => {
            f.Rm = f.Rn as number;
          },
        },
        { mnemonic: "extr", operands: [R("Rd", k), R("Rn", k), R("Rm", k), I("imms", 6)] },
      ],
      (f) => {
        if (f.imms === 0) return [`mov.${k}`, dst(f.Rd), src(f.Rm)];
        if (f.Rn === f.Rm) return [`ror.${k}.imm`, dst(f.Rd), src(f.Rn), f.imms as number];
        return [`extr.${k}`, dst(f.Rd), src(f.Rn), src(f.Rm), f.imms as number];
      },
      (f) => bits === 64 || s(f) < 32,
    ),
  );
}

export { hex };
export const IMMEDIATE: readonly Encoding[] = list;
