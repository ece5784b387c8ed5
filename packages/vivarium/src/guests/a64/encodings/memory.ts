/** Loads and stores (section C4.1.94). */
import { SP, ZERO } from "../rows/common.js";
import { type Encoding, encoding, type Fields, type Lowered, signed } from "./encoding.js";
import { dst, src } from "./immediate.js";
import { atBase, atOffset, atRegister, label, named, R, V } from "./operands.js";

const list: Encoding[] = [];

/** One width of single-register loads and stores: fields size, V and opc, and what they stand for. */
interface Access {
  readonly size: string;
  readonly V: 0 | 1;
  readonly opc: string;
  /** `ldr`, `strb` … without `u` for unscaled. */
  readonly mnemonic: string;
  /** Unit of the row. */
  readonly unit: string;
  readonly stores: boolean;
  readonly log2: number;
  readonly register: "w" | "x" | "b" | "h" | "s" | "d" | "q";
}
const access = (
  size: string,
  v: 0 | 1,
  opc: string,
  mnemonic: string,
  unit: string,
  register: Access["register"],
): Access => ({
  size,
  V: v,
  opc,
  mnemonic,
  unit,
  register,
  stores: mnemonic.startsWith("st"),
  log2: register === "q" ? 4 : Number.parseInt(size, 2),
});
const ACCESSES: readonly Access[] = [
  access("00", 0, "00", "strb", "b.w", "w"),
  access("00", 0, "01", "ldrb", "b.w", "w"),
  access("00", 0, "10", "ldrsb", "sb.x", "x"),
  access("00", 0, "11", "ldrsb", "sb.w", "w"),
  access("01", 0, "00", "strh", "h.w", "w"),
  access("01", 0, "01", "ldrh", "h.w", "w"),
  access("01", 0, "10", "ldrsh", "sh.x", "x"),
  access("01", 0, "11", "ldrsh", "sh.w", "w"),
  access("10", 0, "00", "str", "w", "w"),
  access("10", 0, "01", "ldr", "w", "w"),
  access("10", 0, "10", "ldrsw", "sw.x", "x"),
  access("11", 0, "00", "str", "x", "x"),
  access("11", 0, "01", "ldr", "x", "x"),
  access("00", 1, "00", "str", "b", "b"),
  access("00", 1, "01", "ldr", "b", "b"),
  access("00", 1, "10", "str", "q", "q"),
  access("00", 1, "11", "ldr", "q", "q"),
  access("01", 1, "00", "str", "h", "h"),
  access("01", 1, "01", "ldr", "h", "h"),
  access("10", 1, "00", "str", "s", "s"),
  access("10", 1, "01", "ldr", "s", "s"),
  access("11", 1, "00", "str", "d", "d"),
  access("11", 1, "01", "ldr", "d", "d"),
];

const data = (a: { register: Access["register"] }, field: string) =>
  a.register === "w" || a.register === "x" ? R(field, a.register) : V(field, a.register);
/** Number in its bank of the register that is loaded or stored. */
const number = (a: { V: 0 | 1; stores: boolean }, n: number | undefined): number =>
  a.V === 1 ? 2 * (n as number) : a.stores ? src(n) : dst(n);
/** A base register that is also loaded or stored cannot be written back. */
const writable = (a: { V: 0 | 1 }, f: Fields): boolean => a.V === 1 || f.Rn === 31 || f.Rn !== f.Rt;

for (const a of ACCESSES) {
  const row = (mode: string): string => `${a.stores ? "st" : "ld"}.${a.unit}.${mode}`;
  const head = `${a.size} 111 ${a.V}`;
  const t = data(a, "Rt");
  const lower =
    (mode: string, offset: (f: Fields) => number) =>
    (f: Fields): Lowered => [row(mode), number(a, f.Rt), f.Rn as number, offset(f)];
  const near = (f: Fields): number => signed(f, "imm9", 9);
  const scaled = { signed: false, scale: 2 ** a.log2 };
  const unscaled = { signed: true, scale: 1 };
  list.push(
    encoding(
      "Load/store register (unsigned immediate)",
      `${head} 01 ${a.opc} imm12:12 Rn:5 Rt:5`,
      [{ mnemonic: a.mnemonic, operands: [t, atOffset("off", "imm12", 12, scaled)] }],
      lower("off", (f) => (f.imm12 as number) * 2 ** a.log2),
    ),
    encoding(
      "Load/store register (unscaled immediate)",
      `${head} 00 ${a.opc} 0 imm9:9 00 Rn:5 Rt:5`,
      [
        {
          mnemonic: a.mnemonic.replace(/^(ld|st)r/, "$1ur"),
          operands: [t, atOffset("off", "imm9", 9, unscaled)],
        },
        // GNU as: an offset that only fits unscaled makes an unscaled access.
        { mnemonic: a.mnemonic, operands: [t, atOffset("off", "imm9", 9, unscaled)] },
      ],
      lower("off", near),
    ),
    encoding(
      "Load/store register (immediate post-indexed)",
      `${head} 00 ${a.opc} 0 imm9:9 01 Rn:5 Rt:5`,
      [{ mnemonic: a.mnemonic, operands: [t, atOffset("post", "imm9", 9, unscaled)] }],
      lower("post", near),
      (f) => writable(a, f),
    ),
    encoding(
      "Load/store register (immediate pre-indexed)",
      `${head} 00 ${a.opc} 0 imm9:9 11 Rn:5 Rt:5`,
      [{ mnemonic: a.mnemonic, operands: [t, atOffset("pre", "imm9", 9, unscaled)] }],
      lower("pre", near),
      (f) => writable(a, f),
    ),
    encoding(
      "Load/store register (register offset)",
      `${head} 00 ${a.opc} 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5`,
      [{ mnemonic: a.mnemonic, operands: [t, atRegister(a.log2)] }],
      (f) => [row("reg"), number(a, f.Rt), f.Rn as number, src(f.Rm), f.S === 1 ? a.log2 : 0],
      (f) => ((f.option as number) & 2) === 2,
    ),
  );
}

const PREFETCH = Array.from({ length: 32 }, (_, i) => {
  const type = ["pld", "pli", "pst"][i >> 3];
  const level = (i >> 1) & 3;
  return type === undefined || level === 3 ? undefined : `${type}l${level + 1}${i % 2 === 0 ? "keep" : "strm"}`;
});
const hint = named("Rt", 5, PREFETCH);
list.push(
  encoding(
    "Load/store register (unsigned immediate)",
    "11 111 0 01 10 imm12:12 Rn:5 Rt:5",
    [{ mnemonic: "prfm", operands: [hint, atOffset("off", "imm12", 12, { signed: false, scale: 8 })] }],
    () => ["nop"],
  ),
  encoding(
    "Load/store register (unscaled immediate)",
    "11 111 0 00 10 0 imm9:9 00 Rn:5 Rt:5",
    [{ mnemonic: "prfum", operands: [hint, atOffset("off", "imm9", 9, { signed: true, scale: 1 })] }],
    () => ["nop"],
  ),
  encoding(
    "Load/store register (register offset)",
    "11 111 0 00 10 1 Rm:5 option:3 S:1 10 Rn:5 Rt:5",
    [{ mnemonic: "prfm", operands: [hint, atRegister(3)] }],
    () => ["nop"],
    // With Rt = 11xxx this is RPRFM.
    (f) => ((f.option as number) & 2) === 2 && (f.Rt as number) < 24,
  ),
  encoding(
    "Load register (literal)",
    "11 011 0 00 imm19:19 Rt:5",
    [{ mnemonic: "prfm", operands: [hint, label("imm19", 19)] }],
    () => ["nop"],
  ),
);

for (const [opc, v, mnemonic, unit, register] of [
  ["00", 0, "ldr", "w", "w"],
  ["01", 0, "ldr", "x", "x"],
  ["10", 0, "ldrsw", "sw.x", "x"],
  ["00", 1, "ldr", "s", "s"],
  ["01", 1, "ldr", "d", "d"],
  ["10", 1, "ldr", "q", "q"],
] as const) {
  list.push(
    encoding(
      "Load register (literal)",
      `${opc} 011 ${v} 00 imm19:19 Rt:5`,
      [{ mnemonic, operands: [data({ register }, "Rt"), label("imm19", 19)] }],
      (f, pc) => [`ld.${unit}.off`, number({ V: v, stores: false }, f.Rt), ZERO, (pc + 4 * signed(f, "imm19", 19)) | 0],
    ),
  );
}

const PAIRS = [
  { opc: "00", V: 0, register: "w", unit: "w", log2: 2 },
  { opc: "10", V: 0, register: "x", unit: "x", log2: 3 },
  { opc: "01", V: 0, register: "x", unit: "sw.x", log2: 2 },
  { opc: "00", V: 1, register: "s", unit: "s", log2: 2 },
  { opc: "01", V: 1, register: "d", unit: "d", log2: 3 },
  { opc: "10", V: 1, register: "q", unit: "q", log2: 4 },
] as const;
for (const p of PAIRS) {
  for (const stores of [true, false]) {
    if (p.unit === "sw.x" && stores) continue;
    for (const [group, bits, mode, non] of [
      ["Load/store no-allocate pair (offset)", "000", "off", true],
      ["Load/store register pair (post-indexed)", "001", "post", false],
      ["Load/store register pair (offset)", "010", "off", false],
      ["Load/store register pair (pre-indexed)", "011", "pre", false],
    ] as const) {
      if (non && p.unit === "sw.x") continue;
      const a = { ...p, stores };
      const mnemonic = `${stores ? "st" : "ld"}${non ? "n" : ""}p${p.unit === "sw.x" ? "sw" : ""}`;
      list.push(
        encoding(
          group,
          `${p.opc} 101 ${p.V} ${bits} ${stores ? 0 : 1} imm7:7 Rt2:5 Rn:5 Rt:5`,
          [
            {
              mnemonic,
              operands: [
                data(p, "Rt"),
                data(p, "Rt2"),
                atOffset(mode, "imm7", 7, { signed: true, scale: 2 ** p.log2 }),
              ],
            },
          ],
          (f) => [
            `${stores ? "st" : "ld"}p.${p.unit}.${mode}`,
            number(a, f.Rt),
            number(a, f.Rt2),
            f.Rn as number,
            signed(f, "imm7", 7) * 2 ** p.log2,
          ],
          (f) =>
            (stores || f.Rt !== f.Rt2) &&
            (mode === "off" || (writable(p, f) && (p.V === 1 || f.Rn === SP || f.Rn !== f.Rt2))),
        ),
      );
    }
  }
}

const ATOMIC = [
  { size: "00", suffix: "b", unit: "b.w", register: "w" },
  { size: "01", suffix: "h", unit: "h.w", register: "w" },
  { size: "10", suffix: "", unit: "w", register: "w" },
  { size: "11", suffix: "", unit: "x", register: "x" },
] as const;
for (const a of ATOMIC) {
  const { size, suffix, unit, register: k } = a;
  const group = "Load/store exclusive and ordered";
  const status = (f: Fields): boolean => f.Rs !== f.Rt && (f.Rs !== f.Rn || f.Rn === 31);
  for (const o0 of [0, 1] as const) {
    const [release, acquire] = o0 === 1 ? ["l", "a"] : ["", ""];
    list.push(
      encoding(
        group,
        `${size} 001000 0 0 0 Rs:5 ${o0} 11111 Rn:5 Rt:5`,
        [{ mnemonic: `st${release}xr${suffix}`, operands: [R("Rs", "w"), R("Rt", k), atBase] }],
        (f) => [`stxr.${unit}`, dst(f.Rs), src(f.Rt), f.Rn as number],
        status,
      ),
      encoding(
        group,
        `${size} 001000 0 1 0 11111 ${o0} 11111 Rn:5 Rt:5`,
        [{ mnemonic: `ld${acquire}xr${suffix}`, operands: [R("Rt", k), atBase] }],
        (f) => [`ldxr.${unit}`, dst(f.Rt), f.Rn as number],
      ),
    );
    if (suffix === "") {
      list.push(
        encoding(
          group,
          `${size} 001000 0 0 1 Rs:5 ${o0} Rt2:5 Rn:5 Rt:5`,
          [{ mnemonic: `st${release}xp`, operands: [R("Rs", "w"), R("Rt", k), R("Rt2", k), atBase] }],
          (f) => [`stxp.${unit}`, dst(f.Rs), src(f.Rt), src(f.Rt2), f.Rn as number],
          (f) => status(f) && f.Rs !== f.Rt2,
        ),
        encoding(
          group,
          `${size} 001000 0 1 1 11111 ${o0} Rt2:5 Rn:5 Rt:5`,
          [{ mnemonic: `ld${acquire}xp`, operands: [R("Rt", k), R("Rt2", k), atBase] }],
          (f) => [`ldxp.${unit}`, dst(f.Rt), dst(f.Rt2), f.Rn as number],
          (f) => f.Rt !== f.Rt2,
        ),
      );
    }
  }
  list.push(
    encoding(
      group,
      `${size} 001000 1 0 0 11111 1 11111 Rn:5 Rt:5`,
      [{ mnemonic: `stlr${suffix}`, operands: [R("Rt", k), atBase] }],
      (f) => [`st.${unit}.off`, src(f.Rt), f.Rn as number, 0],
    ),
    encoding(
      group,
      `${size} 001000 1 1 0 11111 1 11111 Rn:5 Rt:5`,
      [{ mnemonic: `ldar${suffix}`, operands: [R("Rt", k), atBase] }],
      (f) => [`ld.${unit}.off`, dst(f.Rt), f.Rn as number, 0],
    ),
  );
  const ordered = [
    ["", "0", "0"],
    ["l", "0", "1"],
    ["a", "1", "0"],
    ["al", "1", "1"],
  ] as const;
  for (const [order, A, L] of ordered) {
    list.push(
      encoding(
        "Compare and swap",
        `${size} 001000 1 ${A} 1 Rs:5 ${L} 11111 Rn:5 Rt:5`,
        [{ mnemonic: `cas${order}${suffix}`, operands: [R("Rs", k), R("Rt", k), atBase] }],
        (f) => [`cas.${unit}`, f.Rs === 31 ? ZERO : (f.Rs as number), src(f.Rt), f.Rn as number],
        // The register that is compared is also written: with xzr there is nothing to write to.
        (f) => f.Rs !== 31,
      ),
    );
    for (const [name, code] of [
      ["ldadd", "0 000"],
      ["ldclr", "0 001"],
      ["ldeor", "0 010"],
      ["ldset", "0 011"],
      ["ldsmax", "0 100"],
      ["ldsmin", "0 101"],
      ["ldumax", "0 110"],
      ["ldumin", "0 111"],
      ["swp", "1 000"],
    ] as const) {
      const store = name === "swp" || A === "1" ? undefined : `${name.replace("ld", "st")}${order}${suffix}`;
      list.push(
        encoding(
          "Atomic memory operations",
          `${size} 111 0 00 ${A} ${L} 1 Rs:5 ${code} 00 Rn:5 Rt:5`,
          [
            ...(store === undefined
              ? []
              : [
                  {
                    mnemonic: store,
                    operands: [R("Rs", k), atBase],
                    when: (f: Fields) => f.Rt === 31,
                    fill: (f: Fields) => {
                      f.Rt = 31;
                    },
                  },
                ]),
            { mnemonic: `${name}${order}${suffix}`, operands: [R("Rs", k), R("Rt", k), atBase] },
          ],
          (f) => [`${name}.${unit}`, src(f.Rs), dst(f.Rt), f.Rn as number],
        ),
      );
    }
  }
  list.push(
    encoding(
      "Atomic memory operations",
      `${size} 111 0 00 1 0 1 11111 1 100 00 Rn:5 Rt:5`,
      [{ mnemonic: `ldapr${suffix}`, operands: [R("Rt", k), atBase] }],
      (f) => [`ld.${unit}.off`, dst(f.Rt), f.Rn as number, 0],
    ),
  );
}

export const MEMORY: readonly Encoding[] = list;
