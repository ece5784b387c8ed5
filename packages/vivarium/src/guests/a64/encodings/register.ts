/** Data processing with registers (section C4.1.95). */
import { CONDITIONS } from "../rows/common.js";
import { type Encoding, encoding, type Fields, type Form, type Lowered } from "./encoding.js";
import { dst, is31, SIZES, SUMS, set31, src } from "./immediate.js";
import { condition, EXTEND_NAMES, extended, I, R, RS, shift } from "./operands.js";

const SHIFTS = ["lsl", "lsr", "asr", "ror"] as const;
const list: Encoding[] = [];

const LOGIC = [
  { name: "and", opc: "00", N: 0 },
  { name: "bic", opc: "00", N: 1 },
  { name: "orr", opc: "01", N: 0 },
  { name: "orn", opc: "01", N: 1 },
  { name: "eor", opc: "10", N: 0 },
  { name: "eon", opc: "10", N: 1 },
  { name: "ands", opc: "11", N: 0 },
  { name: "bics", opc: "11", N: 1 },
] as const;

for (const { k, sf, bits } of SIZES) {
  const amountFits = (f: Fields): boolean => bits === 64 || (f.imm6 as number) < 32;
  const modified = (name: string, f: Fields): Lowered => {
    const [d, n, m] = [dst(f.Rd), src(f.Rn), src(f.Rm)];
    if (f.imm6 === 0) return [`${name}.${k}`, d, n, m];
    return [`${name}.${k}.${SHIFTS[f.shift as number]}`, d, n, m, f.imm6 as number];
  };
  for (const { name, opc, N } of LOGIC) {
    const forms: Form[] = [];
    if (name === "orr") {
      forms.push({
        mnemonic: "mov",
        operands: [R("Rd", k), R("Rm", k)],
        when: (f) => f.Rn === 31 && f.shift === 0 && f.imm6 === 0,
        fill: (f) => {
          f.Rn = 31;
          f.shift = 0;
          f.imm6 = 0;
        },
      });
    }
    if (name === "orn") {
      forms.push({
        mnemonic: "mvn",
        operands: [R("Rd", k), R("Rm", k), shift(bits, true)],
        when: is31("Rn"),
        fill: set31("Rn"),
      });
    }
    if (name === "ands") {
      forms.push({
        mnemonic: "tst",
        operands: [R("Rn", k), R("Rm", k), shift(bits, true)],
        when: is31("Rd"),
        fill: set31("Rd"),
      });
    }
    forms.push({ mnemonic: name, operands: [R("Rd", k), R("Rn", k), R("Rm", k), shift(bits, true)] });
    list.push(
      encoding(
        "Logical (shifted register)",
        `${sf} ${opc} 01010 shift:2 ${N} Rm:5 imm6:6 Rn:5 Rd:5`,
        forms,
        (f) => (name === "orr" && f.Rn === 31 && f.imm6 === 0 ? [`mov.${k}`, dst(f.Rd), src(f.Rm)] : modified(name, f)),
        amountFits,
      ),
    );
  }

  for (const sum of SUMS) {
    const flags = "compare" in sum;
    const negated = sum.name === "sub" ? "neg" : sum.name === "subs" ? "negs" : undefined;
    const forms: Form[] = [];
    if (flags) {
      forms.push({
        mnemonic: sum.compare,
        operands: [R("Rn", k), R("Rm", k), shift(bits, false)],
        when: is31("Rd"),
        fill: set31("Rd"),
      });
    }
    if (negated !== undefined) {
      forms.push({
        mnemonic: negated,
        operands: [R("Rd", k), R("Rm", k), shift(bits, false)],
        when: is31("Rn"),
        fill: set31("Rn"),
      });
    }
    forms.push({ mnemonic: sum.name, operands: [R("Rd", k), R("Rn", k), R("Rm", k), shift(bits, false)] });
    list.push(
      encoding(
        "Add/subtract (shifted register)",
        `${sf} ${sum.bits} 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5`,
        forms,
        (f) =>
          sum.name === "subs" && f.Rd === 31 && f.imm6 === 0
            ? [`cmp.${k}`, src(f.Rn), src(f.Rm)]
            : modified(sum.name, f),
        (f) => f.shift !== 3 && amountFits(f),
      ),
    );
    const extendedForms: Form[] = [];
    if (flags) {
      extendedForms.push({
        mnemonic: sum.compare,
        operands: [RS("Rn", k), ...extended(k, flags)],
        when: is31("Rd"),
        fill: set31("Rd"),
      });
    }
    extendedForms.push({
      mnemonic: sum.name,
      operands: [flags ? R("Rd", k) : RS("Rd", k), RS("Rn", k), ...extended(k, flags)],
    });
    list.push(
      encoding(
        "Add/subtract (extended register)",
        `${sf} ${sum.bits} 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5`,
        extendedForms,
        (f) => {
          const d = flags ? dst(f.Rd) : (f.Rd as number);
          const [n, m, amount] = [f.Rn as number, src(f.Rm), f.imm3 as number];
          const name = EXTEND_NAMES[f.option as number] as string;
          // To the width itself nothing is extended.
          const none = name.endsWith("x") || (bits === 32 && name.endsWith("w"));
          if (none && amount === 0) return [`${sum.name}.${k}`, d, n, m];
          return [`${sum.name}.${k}.${none ? "lsl" : name}`, d, n, m, amount];
        },
        (f) => (f.imm3 as number) <= 4,
      ),
    );
  }

  for (const [name, op, S] of [
    ["adc", 0, 0],
    ["adcs", 0, 1],
    ["sbc", 1, 0],
    ["sbcs", 1, 1],
  ] as const) {
    const forms: Form[] = [];
    if (op === 1) {
      forms.push({
        mnemonic: S === 1 ? "ngcs" : "ngc",
        operands: [R("Rd", k), R("Rm", k)],
        when: is31("Rn"),
        fill: set31("Rn"),
      });
    }
    forms.push({ mnemonic: name, operands: [R("Rd", k), R("Rn", k), R("Rm", k)] });
    list.push(
      encoding("Add/subtract (with carry)", `${sf} ${op} ${S} 11010000 Rm:5 000000 Rn:5 Rd:5`, forms, (f) => [
        `${name}.${k}`,
        dst(f.Rd),
        src(f.Rn),
        src(f.Rm),
      ]),
    );
  }

  for (const [name, op] of [
    ["ccmn", 0],
    ["ccmp", 1],
  ] as const) {
    list.push(
      encoding(
        "Conditional compare (register)",
        `${sf} ${op} 1 11010010 Rm:5 cond:4 0 0 Rn:5 0 nzcv:4`,
        [{ mnemonic: name, operands: [R("Rn", k), R("Rm", k), I("nzcv", 4), condition()] }],
        (f) => [`${name}.${k}`, src(f.Rn), src(f.Rm), f.nzcv as number, f.cond as number],
      ),
      encoding(
        "Conditional compare (immediate)",
        `${sf} ${op} 1 11010010 imm5:5 cond:4 1 0 Rn:5 0 nzcv:4`,
        [{ mnemonic: name, operands: [R("Rn", k), I("imm5", 5), I("nzcv", 4), condition()] }],
        (f) => [`${name}.${k}.imm`, src(f.Rn), f.imm5 as number, f.nzcv as number, f.cond as number],
      ),
    );
  }

  for (const [name, op, o2] of [
    ["csel", 0, 0],
    ["csinc", 0, 1],
    ["csinv", 1, 0],
    ["csneg", 1, 1],
  ] as const) {
    const real = (f: Fields): boolean => (f.cond as number) < 14;
    const copy = (f: Fields): void => {
      f.Rm = f.Rn as number;
    };
    const forms: Form[] = [];
    const unary = { csinc: "cset", csinv: "csetm" }[name as string];
    const binary = { csinc: "cinc", csinv: "cinv", csneg: "cneg" }[name as string];
    if (unary !== undefined) {
      forms.push({
        mnemonic: unary,
        operands: [R("Rd", k), condition("cond", true)],
        when: (f) => f.Rn === 31 && f.Rm === 31 && real(f),
        fill: set31("Rn", "Rm"),
      });
    }
    if (binary !== undefined) {
      forms.push({
        mnemonic: binary,
        operands: [R("Rd", k), R("Rn", k), condition("cond", true)],
        when: (f) => f.Rn === f.Rm && (f.Rn !== 31 || name === "csneg") && real(f),
        fill: copy,
      });
    }
    forms.push({ mnemonic: name, operands: [R("Rd", k), R("Rn", k), R("Rm", k), condition()] });
    list.push(
      encoding("Conditional select", `${sf} ${op} 0 11010100 Rm:5 cond:4 0 ${o2} Rn:5 Rd:5`, forms, (f) => {
        const cond = f.cond as number;
        if (cond >= 14) return [`mov.${k}`, dst(f.Rd), src(f.Rn)];
        if (name === "csinc" && f.Rn === 31 && f.Rm === 31) {
          return [`cset.${k}.${CONDITIONS[cond ^ 1]}`, dst(f.Rd)];
        }
        return [`${name}.${k}.${CONDITIONS[cond]}`, dst(f.Rd), src(f.Rn), src(f.Rm)];
      }),
    );
  }

  for (const [name, short, o0, alias] of [
    ["madd", "mul", 0, "mul"],
    ["msub", "mneg", 1, "mneg"],
  ] as const) {
    list.push(
      encoding(
        "Data-processing (3 source)",
        `${sf} 00 11011 000 Rm:5 ${o0} Ra:5 Rn:5 Rd:5`,
        [
          { mnemonic: short, operands: [R("Rd", k), R("Rn", k), R("Rm", k)], when: is31("Ra"), fill: set31("Ra") },
          { mnemonic: name, operands: [R("Rd", k), R("Rn", k), R("Rm", k), R("Ra", k)] },
        ],
        (f) =>
          f.Ra === 31 && alias === "mul"
            ? [`mul.${k}`, dst(f.Rd), src(f.Rn), src(f.Rm)]
            : [`${name}.${k}`, dst(f.Rd), src(f.Rn), src(f.Rm), src(f.Ra)],
      ),
    );
  }

  for (const [name, opcode, alias] of [
    ["udiv", "000010"],
    ["sdiv", "000011"],
    ["lslv", "001000", "lsl"],
    ["lsrv", "001001", "lsr"],
    ["asrv", "001010", "asr"],
    ["rorv", "001011", "ror"],
  ] as const) {
    const operands = [R("Rd", k), R("Rn", k), R("Rm", k)];
    list.push(
      encoding(
        "Data-processing (2 source)",
        `${sf} 00 11010110 Rm:5 ${opcode} Rn:5 Rd:5`,
        [...(alias === undefined ? [] : [{ mnemonic: alias, operands }]), { mnemonic: name, operands }],
        (f) => [alias === undefined ? `${name}.${k}` : `${alias}.${k}.reg`, dst(f.Rd), src(f.Rn), src(f.Rm)],
      ),
    );
  }

  const ones: readonly (readonly [string, string])[] =
    k === "w"
      ? [
          ["rbit", "000000"],
          ["rev16", "000001"],
          ["rev", "000010"],
          ["clz", "000100"],
          ["cls", "000101"],
        ]
      : [
          ["rbit", "000000"],
          ["rev16", "000001"],
          ["rev32", "000010"],
          ["rev", "000011"],
          ["clz", "000100"],
          ["cls", "000101"],
        ];
  for (const [name, opcode] of ones) {
    list.push(
      encoding(
        "Data-processing (1 source)",
        `${sf} 10 11010110 00000 ${opcode} Rn:5 Rd:5`,
        [{ mnemonic: name, operands: [R("Rd", k), R("Rn", k)] }],
        (f) => [`${name}.${k}`, dst(f.Rd), src(f.Rn)],
      ),
    );
  }
}

for (const [sign, U] of [
  ["s", 0],
  ["u", 1],
] as const) {
  for (const [name, short, o0] of [
    ["maddl", "mull", 0],
    ["msubl", "mnegl", 1],
  ] as const) {
    const three = [R("Rd", "x"), R("Rn", "w"), R("Rm", "w")];
    list.push(
      encoding(
        "Data-processing (3 source)",
        `1 00 11011 ${U} 01 Rm:5 ${o0} Ra:5 Rn:5 Rd:5`,
        [
          { mnemonic: sign + short, operands: three, when: is31("Ra"), fill: set31("Ra") },
          { mnemonic: sign + name, operands: [...three, R("Ra", "x")] },
        ],
        (f) => [sign + name, dst(f.Rd), src(f.Rn), src(f.Rm), src(f.Ra)],
      ),
    );
  }
  list.push(
    encoding(
      "Data-processing (3 source)",
      `1 00 11011 ${U} 10 Rm:5 0 11111 Rn:5 Rd:5`,
      [{ mnemonic: `${sign}mulh`, operands: [R("Rd", "x"), R("Rn", "x"), R("Rm", "x")] }],
      (f) => [`${sign}mulh`, dst(f.Rd), src(f.Rn), src(f.Rm)],
    ),
  );
}

export const REGISTER: readonly Encoding[] = list;
