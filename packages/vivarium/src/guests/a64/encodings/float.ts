/** Scalar floating point (section C4.1.97) and those instructions of Advanced SIMD that only move bits. */
import { CONDITIONS } from "../rows/common.js";
import { type Encoding, encoding, type Fields, type Form, type Lowered, type Operand } from "./encoding.js";
import { dst, SIZES, src } from "./immediate.js";
import { computed, condition, I, R, V, VA } from "./operands.js";

const list: Encoding[] = [];
const PRECISIONS = [
  { p: "s", type: "00" },
  { p: "d", type: "01" },
] as const;

const fp = (n: number | undefined): number => 2 * (n as number);
/** A 64-bit immediate as two operand fields. */
const halves = (v: bigint): [number, number] => [Number(BigInt.asIntN(32, v)), Number(BigInt.asIntN(32, v >> 32n))];
const scratch = new DataView(new ArrayBuffer(8));
function doubleBits(v: number): bigint {
  scratch.setFloat64(0, v);
  return scratch.getBigUint64(0);
}

/** The value of an 8-bit floating-point immediate (VFPExpandImm, section J1.1.3). */
export function expandFloat(imm8: number): number {
  const sign = imm8 >> 7 === 1 ? -1 : 1;
  const exponent = ((imm8 >> 4) & 7) ^ 4;
  return sign * (1 + (imm8 & 15) / 16) * 2 ** (exponent - 3);
}
const expanded = new Map(Array.from({ length: 256 }, (_, i) => [expandFloat(i), i]));

const floatImmediate: Operand = {
  print: (f) => {
    const v = expandFloat(f.imm8 as number);
    return `#${Number.isInteger(v) ? v.toFixed(1) : v}`;
  },
  parse: (r, f) => {
    r.eat("#");
    const found = /^\s*([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)/.exec(r.text.slice(r.at));
    if (found === null) return false;
    const imm8 = expanded.get(Number(found[1]));
    if (imm8 === undefined) return false;
    r.at += found[0].length;
    f.imm8 = imm8;
    return true;
  },
};

for (const { p, type } of PRECISIONS) {
  const head = `0 0 0 11110 ${type} 1`;
  const d = V("Rd", p);
  const n = V("Rn", p);
  const m = V("Rm", p);
  for (const [name, opcode] of [
    ["fmul", "0000"],
    ["fdiv", "0001"],
    ["fadd", "0010"],
    ["fsub", "0011"],
    ["fmax", "0100"],
    ["fmin", "0101"],
    ["fmaxnm", "0110"],
    ["fminnm", "0111"],
    ["fnmul", "1000"],
  ] as const) {
    list.push(
      encoding(
        "Floating-point data-processing (2 source)",
        `${head} Rm:5 ${opcode} 10 Rn:5 Rd:5`,
        [{ mnemonic: name, operands: [d, n, m] }],
        (f) => [`${name}.${p}`, fp(f.Rd), fp(f.Rn), fp(f.Rm)],
      ),
    );
  }
  for (const [name, opcode] of [
    ["fmov", "000000"],
    ["fabs", "000001"],
    ["fneg", "000010"],
    ["fsqrt", "000011"],
    ["frintn", "001000"],
    ["frintp", "001001"],
    ["frintm", "001010"],
    ["frintz", "001011"],
    ["frinta", "001100"],
    ["frintx", "001110"],
    ["frinti", "001111"],
  ] as const) {
    list.push(
      encoding(
        "Floating-point data-processing (1 source)",
        `${head} ${opcode} 10000 Rn:5 Rd:5`,
        [{ mnemonic: name, operands: [d, n] }],
        (f) => [`${name}.${p}`, fp(f.Rd), fp(f.Rn)],
      ),
    );
  }
  const other = p === "s" ? "d" : "s";
  list.push(
    encoding(
      "Floating-point data-processing (1 source)",
      `${head} 0001 0 ${other === "d" ? 1 : 0} 10000 Rn:5 Rd:5`,
      [{ mnemonic: "fcvt", operands: [V("Rd", other), n] }],
      (f) => [`fcvt.${other}.${p}`, fp(f.Rd), fp(f.Rn)],
    ),
  );
  for (const [name, o1, o0] of [
    ["fmadd", 0, 0],
    ["fmsub", 0, 1],
    ["fnmadd", 1, 0],
    ["fnmsub", 1, 1],
  ] as const) {
    list.push(
      encoding(
        "Floating-point data-processing (3 source)",
        `0 0 0 11111 ${type} ${o1} Rm:5 ${o0} Ra:5 Rn:5 Rd:5`,
        [{ mnemonic: name, operands: [d, n, m, V("Ra", p)] }],
        (f) => [`${name}.${p}`, fp(f.Rd), fp(f.Rn), fp(f.Rm), fp(f.Ra)],
      ),
    );
  }
  // Signaling comparisons differ in exception flags alone, which are not kept.
  for (const [name, e] of [
    ["fcmp", 0],
    ["fcmpe", 1],
  ] as const) {
    list.push(
      encoding(
        "Floating-point compare",
        `${head} Rm:5 00 1000 Rn:5 ${e} 0 000`,
        [{ mnemonic: name, operands: [n, m] }],
        (f) => [`fcmp.${p}`, fp(f.Rn), fp(f.Rm)],
      ),
      encoding(
        "Floating-point compare",
        `${head} 00000 00 1000 Rn:5 ${e} 1 000`,
        [
          {
            mnemonic: name,
            operands: [
              n,
              {
                print: () => "#0.0",
                parse: (r) => {
                  r.eat("#");
                  return r.eat("0.0") || r.eat("0");
                },
              },
            ],
          },
        ],
        (f) => [`fcmp.${p}.zero`, fp(f.Rn)],
      ),
      encoding(
        "Floating-point conditional compare",
        `${head} Rm:5 cond:4 01 Rn:5 ${e} nzcv:4`,
        [{ mnemonic: e === 1 ? "fccmpe" : "fccmp", operands: [n, m, I("nzcv", 4), condition()] }],
        (f) => [`fccmp.${p}`, fp(f.Rn), fp(f.Rm), f.nzcv as number, f.cond as number],
      ),
    );
  }
  list.push(
    encoding(
      "Floating-point conditional select",
      `${head} Rm:5 cond:4 11 Rn:5 Rd:5`,
      [{ mnemonic: "fcsel", operands: [d, n, m, condition()] }],
      (f) =>
        (f.cond as number) >= 14
          ? [`fmov.${p}`, fp(f.Rd), fp(f.Rn)]
          : [`fcsel.${p}.${CONDITIONS[f.cond as number]}`, fp(f.Rd), fp(f.Rn), fp(f.Rm)],
    ),
    encoding(
      "Floating-point immediate",
      `${head} imm8:8 100 00000 Rd:5`,
      [{ mnemonic: "fmov", operands: [d, floatImmediate] }],
      (f): Lowered => {
        const value = expandFloat(f.imm8 as number);
        if (p === "d") return ["fmov.d.imm", fp(f.Rd), ...halves(doubleBits(value))];
        scratch.setFloat32(0, value);
        return ["fmov.s.imm", fp(f.Rd), scratch.getInt32(0)];
      },
    ),
  );
  for (const { k, sf } of SIZES) {
    const group = "Conversion between floating-point and integer";
    for (const [mode, rmode] of [
      ["n", "00"],
      ["p", "01"],
      ["m", "10"],
      ["z", "11"],
    ] as const) {
      for (const [sign, opcode] of [
        ["s", "000"],
        ["u", "001"],
      ] as const) {
        list.push(
          encoding(
            group,
            `${sf} 0 0 11110 ${type} 1 ${rmode} ${opcode} 000000 Rn:5 Rd:5`,
            [{ mnemonic: `fcvt${mode}${sign}`, operands: [R("Rd", k), n] }],
            (f) => [`fcvt${mode}${sign}.${k}.${p}`, dst(f.Rd), fp(f.Rn)],
          ),
        );
      }
    }
    for (const [sign, toFloat, away, U] of [
      ["s", "010", "100", 0],
      ["u", "011", "101", 1],
    ] as const) {
      list.push(
        encoding(
          group,
          `${sf} 0 0 11110 ${type} 1 00 ${toFloat} 000000 Rn:5 Rd:5`,
          [{ mnemonic: `${sign}cvtf`, operands: [d, R("Rn", k)] }],
          (f) => [`${sign}cvtf.${p}.${k}`, fp(f.Rd), src(f.Rn)],
        ),
        encoding(
          group,
          `${sf} 0 0 11110 ${type} 1 00 ${away} 000000 Rn:5 Rd:5`,
          [{ mnemonic: `fcvta${sign}`, operands: [R("Rd", k), n] }],
          (f) => [`fcvta${sign}.${k}.${p}`, dst(f.Rd), fp(f.Rn)],
        ),
      );
      const width = k === "x" ? 64 : 32;
      const places = (f: Fields): number => 64 - (f.scale as number);
      const fbits = computed(places, (f, v) => {
        f.scale = 64 - Number(v);
        return v >= 1n && v <= BigInt(width);
      });
      const valid = (f: Fields): boolean => k === "x" || (f.scale as number) >= 32;
      const fixed = "Conversion between floating-point and fixed-point";
      list.push(
        encoding(
          fixed,
          `${sf} 0 0 11110 ${type} 0 00 01${U} scale:6 Rn:5 Rd:5`,
          [{ mnemonic: `${sign}cvtf`, operands: [d, R("Rn", k), fbits] }],
          (f) => [`${sign}cvtf.${p}.${k}.fixed`, fp(f.Rd), src(f.Rn), ...halves(doubleBits(2 ** -places(f)))],
          valid,
        ),
        encoding(
          fixed,
          `${sf} 0 0 11110 ${type} 0 11 00${U} scale:6 Rn:5 Rd:5`,
          [{ mnemonic: `fcvtz${sign}`, operands: [R("Rd", k), n, fbits] }],
          (f) => [`fcvtz${sign}.${k}.${p}.fixed`, dst(f.Rd), fp(f.Rn), ...halves(doubleBits(2 ** places(f)))],
          valid,
        ),
      );
    }
  }
  const k = p === "s" ? "w" : "x";
  const move = "Conversion between floating-point and integer";
  list.push(
    encoding(
      move,
      `${p === "s" ? 0 : 1} 0 0 11110 ${type} 1 00 110 000000 Rn:5 Rd:5`,
      [{ mnemonic: "fmov", operands: [R("Rd", k), n] }],
      (f) => [`fmov.${k}.${p}`, dst(f.Rd), fp(f.Rn)],
    ),
    encoding(
      move,
      `${p === "s" ? 0 : 1} 0 0 11110 ${type} 1 00 111 000000 Rn:5 Rd:5`,
      [{ mnemonic: "fmov", operands: [d, R("Rn", k)] }],
      (f) => [`fmov.${p}.${k}`, fp(f.Rd), src(f.Rn)],
    ),
  );
  // Scalar instructions of Advanced SIMD that compilers use for plain C.
  const sz = p === "s" ? 0 : 1;
  for (const [sign, U] of [
    ["s", 0],
    ["u", 1],
  ] as const) {
    list.push(
      encoding(
        "Advanced SIMD scalar two-register miscellaneous",
        `01 ${U} 11110 0 ${sz} 10000 11101 10 Rn:5 Rd:5`,
        [{ mnemonic: `${sign}cvtf`, operands: [d, n] }],
        (f) => [`${sign}cvtf.${p}.v`, fp(f.Rd), fp(f.Rn)],
      ),
      encoding(
        "Advanced SIMD scalar two-register miscellaneous",
        `01 ${U} 11110 1 ${sz} 10000 11011 10 Rn:5 Rd:5`,
        [{ mnemonic: `fcvtz${sign}`, operands: [d, n] }],
        (f) => [`fcvtz${sign}.${p}.v`, fp(f.Rd), fp(f.Rn)],
      ),
    );
  }
  list.push(
    encoding(
      "Advanced SIMD scalar three same",
      `01 1 11110 1 ${sz} 1 Rm:5 11010 1 Rn:5 Rd:5`,
      [{ mnemonic: "fabd", operands: [d, n, m] }],
      (f) => [`fabd.${p}`, fp(f.Rd), fp(f.Rn), fp(f.Rm)],
    ),
  );
}

list.push(
  encoding(
    "Conversion between floating-point and integer",
    "1 0 0 11110 10 1 01 110 000000 Rn:5 Rd:5",
    [{ mnemonic: "fmov", operands: [R("Rd", "x"), VA("Rn", "d[1]")] }],
    (f) => ["fmov.x.high", dst(f.Rd), fp(f.Rn)],
  ),
  encoding(
    "Conversion between floating-point and integer",
    "1 0 0 11110 10 1 01 111 000000 Rn:5 Rd:5",
    [{ mnemonic: "fmov", operands: [VA("Rd", "d[1]"), R("Rn", "x")] }],
    (f) => ["fmov.high.x", fp(f.Rd), src(f.Rn)],
  ),
);

for (const [Q, lanes] of [
  [0, "8b"],
  [1, "16b"],
] as const) {
  const three = [VA("Rd", lanes), VA("Rn", lanes), VA("Rm", lanes)];
  for (const [name, U, size] of [
    ["and", 0, "00"],
    ["bic", 0, "01"],
    ["orr", 0, "10"],
    ["orn", 0, "11"],
    ["eor", 1, "00"],
    ["bsl", 1, "01"],
    ["bit", 1, "10"],
    ["bif", 1, "11"],
  ] as const) {
    const forms: Form[] = [];
    if (name === "orr") {
      forms.push({
        mnemonic: "mov",
        operands: [VA("Rd", lanes), VA("Rn", lanes)],
        when: (f) => f.Rn === f.Rm,
        fill: (f) => {
          f.Rm = f.Rn as number;
        },
      });
    }
    forms.push({ mnemonic: name, operands: three });
    list.push(
      encoding("Advanced SIMD three same", `0 ${Q} ${U} 01110 ${size} 1 Rm:5 00011 1 Rn:5 Rd:5`, forms, (f) =>
        name === "orr" && Q === 1 && f.Rn === f.Rm
          ? ["mov.16b", fp(f.Rd), fp(f.Rn)]
          : [`${name}.${lanes}`, fp(f.Rd), fp(f.Rn), fp(f.Rm)],
      ),
    );
  }
}

// Modified immediates (AdvSIMDExpandImm, section J1.1.3).
const byteOf = (f: Fields): number => (f.abc as number) * 32 + (f.defgh as number);
const setByte = (f: Fields, v: bigint): boolean => {
  f.abc = Number(v >> 5n);
  f.defgh = Number(v & 31n);
  return v >= 0n && v < 256n;
};
const byteImmediate = computed(byteOf, setByte, "hex");
const replicate = (v: bigint, size: number): bigint => {
  let out = 0n;
  for (let at = 0; at < 64; at += size) out |= v << BigInt(at);
  return out;
};
/** Every bit of the byte as a byte of its own. */
const spread = (byte: number): bigint => {
  let out = 0n;
  for (let i = 0; i < 8; i++) if (((byte >> i) & 1) === 1) out |= 0xffn << BigInt(8 * i);
  return out;
};
const spreadImmediate = computed(
  (f) => spread(byteOf(f)),
  (f, v) => {
    for (let byte = 0; byte < 256; byte++) if (spread(byte) === BigInt.asUintN(64, v)) return setByte(f, BigInt(byte));
    return false;
  },
  "hex",
);
for (const Q of [0, 1] as const) {
  const moved = (f: Fields, value: bigint): Lowered => [Q === 1 ? "movi.2d" : "movi.d", fp(f.Rd), ...halves(value)];
  const group = "Advanced SIMD modified immediate";
  const pattern = (op: number, cmode: string): string => `0 ${Q} ${op} 0111100000 abc:3 ${cmode} 0 1 defgh:5 Rd:5`;
  list.push(
    encoding(
      group,
      pattern(0, "1110"),
      [{ mnemonic: "movi", operands: [VA("Rd", Q === 1 ? "16b" : "8b"), byteImmediate] }],
      (f) => moved(f, replicate(BigInt(byteOf(f)), 8)),
    ),
    encoding(
      group,
      pattern(1, "1110"),
      [{ mnemonic: "movi", operands: [Q === 1 ? VA("Rd", "2d") : V("Rd", "d"), spreadImmediate] }],
      (f) => moved(f, spread(byteOf(f))),
    ),
  );
  for (const [size, lanes, codes] of [
    [32, Q === 1 ? "4s" : "2s", ["0000", "0010", "0100", "0110"]],
    [16, Q === 1 ? "8h" : "4h", ["1000", "1010"]],
  ] as const) {
    codes.forEach((cmode, i) => {
      const by = 8 * i;
      const shifted: Operand = {
        optional: true,
        print: () => (by === 0 ? "" : `lsl #${by}`),
        parse: (r) => (r.ended ? by === 0 : r.word() === "lsl" && r.expression() === BigInt(by)),
      };
      for (const [mnemonic, op] of [
        ["movi", 0],
        ["mvni", 1],
      ] as const) {
        list.push(
          encoding(
            group,
            pattern(op, cmode),
            [{ mnemonic, operands: [VA("Rd", lanes), byteImmediate, shifted] }],
            (f) => {
              const v = BigInt(byteOf(f)) << BigInt(by);
              return moved(f, replicate(op === 1 ? BigInt.asUintN(size, ~v) : v, size));
            },
          ),
        );
      }
    });
  }
}
list.push(
  encoding(
    "Advanced SIMD copy",
    "0 1 0 01110000 01000 0 0001 1 Rn:5 Rd:5",
    [{ mnemonic: "dup", operands: [VA("Rd", "2d"), R("Rn", "x")] }],
    (f) => ["dup.2d", fp(f.Rd), src(f.Rn)],
  ),
  encoding(
    "Advanced SIMD two-register miscellaneous",
    "0 0 0 01110 00 10000 00101 10 Rn:5 Rd:5",
    [{ mnemonic: "cnt", operands: [VA("Rd", "8b"), VA("Rn", "8b")] }],
    (f) => ["cnt.8b", fp(f.Rd), fp(f.Rn)],
  ),
  encoding(
    "Advanced SIMD across lanes",
    "0 0 0 01110 00 11000 11011 10 Rn:5 Rd:5",
    [{ mnemonic: "addv", operands: [V("Rd", "b"), VA("Rn", "8b")] }],
    (f) => ["addv.8b", fp(f.Rd), fp(f.Rn)],
  ),
);

for (const [name, U] of [
  ["add", 0],
  ["sub", 1],
] as const) {
  list.push(
    encoding(
      "Advanced SIMD scalar three same",
      `01 ${U} 11110 11 1 Rm:5 10000 1 Rn:5 Rd:5`,
      [{ mnemonic: name, operands: [V("Rd", "d"), V("Rn", "d"), V("Rm", "d")] }],
      (f) => [`${name}.v`, fp(f.Rd), fp(f.Rn), fp(f.Rm)],
    ),
  );
}
for (const [name, U] of [
  ["abs", 0],
  ["neg", 1],
] as const) {
  list.push(
    encoding(
      "Advanced SIMD scalar two-register miscellaneous",
      `01 ${U} 11110 11 10000 01011 10 Rn:5 Rd:5`,
      [{ mnemonic: name, operands: [V("Rd", "d"), V("Rn", "d")] }],
      (f) => [`${name}.v`, fp(f.Rd), fp(f.Rn)],
    ),
  );
}
for (const [name, U, opcode] of [
  ["sshr", 0, "00000"],
  ["ushr", 1, "00000"],
  ["shl", 0, "01010"],
] as const) {
  const left = name === "shl";
  const amount = computed(
    (f) => (left ? (f.imm6 as number) : 64 - (f.imm6 as number)),
    (f, v) => {
      f.imm6 = left ? Number(v) : 64 - Number(v);
      return left ? v >= 0n && v < 64n : v >= 1n && v <= 64n;
    },
  );
  list.push(
    encoding(
      "Advanced SIMD scalar shift by immediate",
      `01 ${U} 111110 1 imm6:6 ${opcode} 1 Rn:5 Rd:5`,
      [{ mnemonic: name, operands: [V("Rd", "d"), V("Rn", "d"), amount] }],
      (f): Lowered => {
        if (left) return ["shl.v", fp(f.Rd), fp(f.Rn), f.imm6 as number];
        // By 64 nothing is left, or nothing but the sign.
        if (f.imm6 === 0) return name === "ushr" ? ["movi.d", fp(f.Rd), 0, 0] : ["sshr.v", fp(f.Rd), fp(f.Rn), 63];
        return [`${name}.v`, fp(f.Rd), fp(f.Rn), 64 - (f.imm6 as number)];
      },
    ),
  );
}

export const FLOAT: readonly Encoding[] = list;
