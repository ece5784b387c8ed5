/** Branches, exception generation, system instructions (section C4.1.93). */
import { CONDITIONS, THREAD } from "../rows/common.js";
import { type Encoding, encoding, type Fields, type Lowered, signed } from "./encoding.js";
import { dst, SIZES, src } from "./immediate.js";
import { computed, I, label, named, R } from "./operands.js";

const list: Encoding[] = [];
const to = (f: Fields, pc: number, name: string, width: number): number => (pc + 4 * signed(f, name, width)) >>> 0;

list.push(
  encoding(
    "Unconditional branch (immediate)",
    "0 00101 imm26:26",
    [{ mnemonic: "b", operands: [label("imm26", 26)] }],
    (f, pc) => ["b", to(f, pc, "imm26", 26)],
  ),
  encoding(
    "Unconditional branch (immediate)",
    "1 00101 imm26:26",
    [{ mnemonic: "bl", operands: [label("imm26", 26)] }],
    (f, pc) => ["bl", to(f, pc, "imm26", 26), (pc + 4) | 0],
  ),
);
CONDITIONS.forEach((name, i) => {
  const names = [`b.${name}`, `b${name}`, ...(i === 2 ? ["b.cs", "bcs"] : i === 3 ? ["b.cc", "bcc"] : [])];
  list.push(
    encoding(
      "Conditional branch (immediate)",
      `0101010 0 imm19:19 0 ${i.toString(2).padStart(4, "0")}`,
      names.map((mnemonic) => ({ mnemonic, operands: [label("imm19", 19)] })),
      (f, pc) => [i >= 14 ? "b" : `b.${name}`, to(f, pc, "imm19", 19)],
    ),
  );
});
for (const { k, sf } of SIZES) {
  for (const [name, op] of [
    ["cbz", 0],
    ["cbnz", 1],
  ] as const) {
    list.push(
      encoding(
        "Compare and branch (immediate)",
        `${sf} 011010 ${op} imm19:19 Rt:5`,
        [{ mnemonic: name, operands: [R("Rt", k), label("imm19", 19)] }],
        (f, pc) => [`${name}.${k}`, src(f.Rt), to(f, pc, "imm19", 19)],
      ),
    );
  }
}
for (const [name, op] of [
  ["tbz", 0],
  ["tbnz", 1],
] as const) {
  for (const b5 of [0, 1] as const) {
    const bit = computed(
      (f) => 32 * b5 + (f.b40 as number),
      (f, v) => {
        f.b40 = Number(v) - 32 * b5;
        return f.b40 >= 0 && f.b40 < 32;
      },
    );
    const operands = (k: "w" | "x") => [R("Rt", k), bit, label("imm14", 14)];
    list.push(
      encoding(
        "Test and branch (immediate)",
        `${b5} 011011 ${op} b40:5 imm14:14 Rt:5`,
        b5 === 0
          ? [
              { mnemonic: name, operands: operands("w") },
              { mnemonic: name, operands: operands("x") },
            ]
          : [{ mnemonic: name, operands: operands("x") }],
        (f, pc) => [name, src(f.Rt), 32 * b5 + (f.b40 as number), to(f, pc, "imm14", 14)],
      ),
    );
  }
}

const computedTo = (name: string, opc: string, lower: (f: Fields, pc: number) => Lowered): void => {
  list.push(
    encoding(
      "Unconditional branch (register)",
      `1101011 ${opc} 11111 000000 Rn:5 00000`,
      [
        ...(name === "ret"
          ? [
              {
                mnemonic: "ret",
                operands: [],
                when: (f: Fields) => f.Rn === 30,
                fill: (f: Fields) => {
                  f.Rn = 30;
                },
              },
            ]
          : []),
        { mnemonic: name, operands: [R("Rn", "x")] },
      ],
      lower,
    ),
  );
};
// The last operand, the base of the code, is added by the decoder.
computedTo("br", "0000", (f) => ["br", src(f.Rn)]);
computedTo("blr", "0001", (f, pc) => [f.Rn === 30 ? "blr.lr" : "blr", src(f.Rn), (pc + 4) | 0]);
computedTo("ret", "0010", (f) => ["ret", src(f.Rn)]);

const exception = "Exception generation";
list.push(
  encoding(
    exception,
    "11010100 000 imm16:16 000 01",
    [{ mnemonic: "svc", operands: [I("imm16", 16, { style: "hex" })] }],
    (f) => ["svc", f.imm16 as number],
  ),
  encoding(
    exception,
    "11010100 001 imm16:16 000 00",
    [{ mnemonic: "brk", operands: [I("imm16", 16, { style: "hex" })] }],
    (f) => ["brk", f.imm16 as number],
  ),
  encoding("Reserved", "0000000000000000 imm16:16", [{ mnemonic: "udf", operands: [I("imm16", 16)] }], () => [
    "illegal",
  ]),
);

// Hints have no effect here: there is one core, no event, no pointer authentication.
const HINTS: readonly (readonly [string, number, number])[] = [
  ["nop", 0, 0],
  ["yield", 0, 1],
  ["wfe", 0, 2],
  ["wfi", 0, 3],
  ["sev", 0, 4],
  ["sevl", 0, 5],
  ["xpaclri", 0, 7],
  ["pacia1716", 1, 0],
  ["pacib1716", 1, 2],
  ["autia1716", 1, 4],
  ["autib1716", 1, 6],
  ["esb", 2, 0],
  ["psb csync", 2, 1],
  ["csdb", 2, 4],
  ["paciaz", 3, 0],
  ["paciasp", 3, 1],
  ["pacibz", 3, 2],
  ["pacibsp", 3, 3],
  ["autiaz", 3, 4],
  ["autiasp", 3, 5],
  ["autibz", 3, 6],
  ["autibsp", 3, 7],
  ["bti", 4, 0],
  ["bti c", 4, 2],
  ["bti j", 4, 4],
  ["bti jc", 4, 6],
];
const three = (n: number, width = 3): string => n.toString(2).padStart(width, "0");
for (const [name, CRm, op2] of HINTS) {
  const [mnemonic, word] = name.split(" ") as [string, string?];
  const operands =
    word === undefined ? [] : [{ print: () => word, parse: (r: { word(): string | undefined }) => r.word() === word }];
  list.push(
    encoding("Hints", `11010101000000110010 ${three(CRm, 4)} ${three(op2)} 11111`, [{ mnemonic, operands }], () => [
      "nop",
    ]),
  );
}
list.push(
  encoding(
    "Hints",
    "11010101000000110010 CRm:4 op2:3 11111",
    [
      {
        mnemonic: "hint",
        operands: [
          computed(
            (f) => (f.CRm as number) * 8 + (f.op2 as number),
            (f, v) => {
              f.CRm = Number(v) >> 3;
              f.op2 = Number(v) & 7;
              return v >= 0n && v < 128n;
            },
          ),
        ],
      },
    ],
    () => ["nop"],
  ),
);
const BARRIERS = [
  undefined,
  "oshld",
  "oshst",
  "osh",
  undefined,
  "nshld",
  "nshst",
  "nsh",
  undefined,
  "ishld",
  "ishst",
  "ish",
  undefined,
  "ld",
  "st",
  "sy",
];
for (const [name, op2] of [
  ["dsb", 4],
  ["dmb", 5],
] as const) {
  list.push(
    encoding(
      "Barriers",
      `11010101000000110011 CRm:4 ${three(op2)} 11111`,
      [{ mnemonic: name, operands: [named("CRm", 4, BARRIERS)] }],
      () => ["nop"],
      // CRm 0 and 4 of dsb are other barriers.
      (f) => name === "dmb" || (f.CRm !== 0 && f.CRm !== 4),
    ),
  );
}
const optional15 = (
  field: string,
): { print(f: Fields): string; parse: ReturnType<typeof I>["parse"]; optional: true } => ({
  optional: true,
  print: (f) => (f[field] === 15 ? "" : `#${f[field]}`),
  parse: (r, f) => {
    if (r.ended) {
      f[field] = 15;
      return true;
    }
    return named(field, 4, BARRIERS).parse(r, f);
  },
});
list.push(
  encoding(
    "Barriers",
    "11010101000000110011 CRm:4 110 11111",
    [{ mnemonic: "isb", operands: [optional15("CRm")] }],
    () => ["nop"],
  ),
  encoding(
    "Barriers",
    "11010101000000110011 CRm:4 010 11111",
    [{ mnemonic: "clrex", operands: [optional15("CRm")] }],
    () => ["clrex"],
  ),
);
// Cache maintenance by address has nothing to do: code is never what was written to memory.
for (const [mnemonic, name, op1, CRm, op2] of [
  ["ic", "ivau", 3, 5, 1],
  ["dc", "cvau", 3, 11, 1],
  ["dc", "cvac", 3, 10, 1],
  ["dc", "civac", 3, 14, 1],
] as const) {
  list.push(
    encoding(
      "System instructions",
      `1101010100 0 01 ${three(op1)} 0111 ${three(CRm, 4)} ${three(op2)} Rt:5`,
      [{ mnemonic, operands: [{ print: () => name, parse: (r) => r.word() === name }, R("Rt", "x")] }],
      () => ["nop"],
    ),
  );
}
for (const [name, code] of [
  ["nzcv", "1 1 011 0100 0010 000"],
  ["tpidr_el0", "1 1 011 1101 0000 010"],
] as const) {
  const written = { print: () => name, parse: (r: { word(): string | undefined }) => r.word() === name };
  list.push(
    encoding(
      "System register move",
      `1101010100 1 ${code} Rt:5`,
      [{ mnemonic: "mrs", operands: [R("Rt", "x"), written] }],
      (f) => (name === "nzcv" ? ["mrs.nzcv", dst(f.Rt)] : ["mov.x", dst(f.Rt), THREAD]),
    ),
    encoding(
      "System register move",
      `1101010100 0 ${code} Rt:5`,
      [{ mnemonic: "msr", operands: [written, R("Rt", "x")] }],
      (f) => (name === "nzcv" ? ["msr.nzcv", src(f.Rt)] : ["mov.x", THREAD, src(f.Rt)]),
    ),
  );
}

export const BRANCH: readonly Encoding[] = list;
