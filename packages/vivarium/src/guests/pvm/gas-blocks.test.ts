import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBlob, encodeBlob, maskOf, type ProgramBlob, skipAt, skipTable } from "./blob.js";
import { findBlocks, validateCode } from "./blocks.js";
import { type ArgumentFormat, FORMATS } from "./formats.js";
import { BlockGasModel, type OpcodeCatalog } from "./gas-blocks.js";
import { GAS_COSTS } from "./gas-costs.js";

/** Profile 080 as far as gas needs it: first opcode of a run, format, mnemonics. */
const RUNS: readonly (readonly [number, number, string])[] = [
  [0, 0, "trap fallthrough unlikely"],
  [10, 1, "ecalli"],
  [20, 2, "load_imm_64"],
  [30, 3, "store_imm_u8 store_imm_u16 store_imm_u32 store_imm_u64"],
  [40, 4, "jump"],
  [50, 5, "jump_ind load_imm load_u8 load_i8 load_u16 load_i16 load_u32 load_i32 load_u64"],
  [59, 5, "store_u8 store_u16 store_u32 store_u64"],
  [70, 6, "store_imm_ind_u8 store_imm_ind_u16 store_imm_ind_u32 store_imm_ind_u64"],
  [80, 7, "load_imm_jump branch_eq_imm branch_ne_imm branch_lt_u_imm branch_le_u_imm branch_ge_u_imm branch_gt_u_imm"],
  [87, 7, "branch_lt_s_imm branch_le_s_imm branch_ge_s_imm branch_gt_s_imm"],
  [100, 8, "move_reg count_set_bits_64 count_set_bits_32 leading_zero_bits_64 leading_zero_bits_32"],
  [105, 8, "trailing_zero_bits_64 trailing_zero_bits_32 sign_extend_8 sign_extend_16 zero_extend_16 reverse_bytes"],
  [120, 9, "store_ind_u8 store_ind_u16 store_ind_u32 store_ind_u64"],
  [124, 9, "load_ind_u8 load_ind_i8 load_ind_u16 load_ind_i16 load_ind_u32 load_ind_i32 load_ind_u64"],
  [131, 9, "add_imm_32 and_imm xor_imm or_imm mul_imm_32 set_lt_u_imm set_lt_s_imm"],
  [138, 9, "shlo_l_imm_32 shlo_r_imm_32 shar_r_imm_32 neg_add_imm_32 set_gt_u_imm set_gt_s_imm"],
  [144, 9, "shlo_l_imm_alt_32 shlo_r_imm_alt_32 shar_r_imm_alt_32 cmov_iz_imm cmov_nz_imm add_imm_64 mul_imm_64"],
  [151, 9, "shlo_l_imm_64 shlo_r_imm_64 shar_r_imm_64 neg_add_imm_64"],
  [155, 9, "shlo_l_imm_alt_64 shlo_r_imm_alt_64 shar_r_imm_alt_64"],
  [158, 9, "rot_r_64_imm rot_r_64_imm_alt rot_r_32_imm rot_r_32_imm_alt"],
  [170, 10, "branch_eq branch_ne branch_lt_u branch_lt_s branch_ge_u branch_ge_s"],
  [180, 11, "load_imm_jump_ind"],
  [190, 12, "add_32 sub_32 mul_32 div_u_32 div_s_32 rem_u_32 rem_s_32 shlo_l_32 shlo_r_32 shar_r_32"],
  [200, 12, "add_64 sub_64 mul_64 div_u_64 div_s_64 rem_u_64 rem_s_64 shlo_l_64 shlo_r_64 shar_r_64"],
  [210, 12, "and xor or mul_upper_s_s mul_upper_u_u mul_upper_s_u set_lt_u set_lt_s cmov_iz cmov_nz"],
  [220, 12, "rot_l_64 rot_l_32 rot_r_64 rot_r_32 and_inv or_inv xnor max max_u min min_u"],
];

function buildCatalog(): OpcodeCatalog {
  const mnemonics = new Array<string | undefined>(256).fill(undefined);
  const formats = new Array<ArgumentFormat | undefined>(256).fill(undefined);
  const defined = new Uint8Array(256);
  const terminator = new Uint8Array(256);
  for (const [first, format, names] of RUNS) {
    names.split(" ").forEach((name, i) => {
      mnemonics[first + i] = name;
      formats[first + i] = FORMATS[format];
      defined[first + i] = 1;
      terminator[first + i] = /^(trap|fallthrough|branch_.*|(load_imm_)?jump(_ind)?)$/.test(name) ? 1 : 0;
    });
  }
  return { mnemonics, formats, defined, terminator };
}

const catalog = buildCatalog();
const model = new BlockGasModel(catalog);
const opcodes = [...catalog.defined.keys()].filter((opcode) => catalog.defined[opcode] === 1);
const opcodeOf = (mnemonic: string): number => catalog.mnemonics.indexOf(mnemonic);

/** A program from instructions given as mnemonic (or opcode) and argument bytes. */
function assemble(...instructions: readonly (readonly [string | number, ...number[]])[]): ProgramBlob {
  const code: number[] = [];
  const starts: number[] = [];
  for (const [op, ...args] of instructions) {
    starts.push(code.length);
    code.push(typeof op === "string" ? opcodeOf(op) : op, ...args);
  }
  return decodeBlob(encodeBlob({ code: Uint8Array.from(code), mask: maskOf(code.length, starts) }));
}

/** An entry of the reorder buffer of {@link costByDefinition}. */
interface Entry {
  state: "decoded" | "waiting" | "executing" | "finished" | "retired";
  left: number;
  readonly deps: readonly number[];
  readonly owns: Set<number>;
  readonly units: string;
}

/** The cost of a block, cycle by cycle and list by list as the specification words it. */
function costByDefinition(blob: ProgramBlob, start: number): number {
  const { code } = blob;
  const byteAt = (at: number): number => (at >= 0 && at < code.length ? code[at] : 0);
  const register = (field: number): number => Math.min(12, field);
  const free: Record<string, number> = { A: 4, L: 4, S: 4, M: 1, D: 1 };
  const fits = (units: string): boolean => [..."ALSMD"].every((u) => units.split(u).length - 1 <= free[u]);
  const rob: Entry[] = [];
  const live = (): number => rob.filter(({ state }) => state !== "retired").length;
  let pc = start;
  let ended = false;
  let decode = 4;
  let starts = 5;
  let cycle = 0;
  for (;;) {
    const opcode = byteAt(pc);
    const skip = pc < code.length ? skipAt(blob, pc) : 0;
    const mnemonic = catalog.mnemonics[opcode] ?? "";
    const format = FORMATS.indexOf(catalog.formats[opcode] ?? FORMATS[0]);
    const cost = GAS_COSTS.get(mnemonic);
    if (cost === undefined) throw new Error(mnemonic);
    const low = register(byteAt(pc + 1) & 15);
    const high = register(byteAt(pc + 1) >> 4);
    const third = register(byteAt(pc + 2));
    const named = format === 12 ? [third, low, high] : [8, 9, 10, 11].includes(format) ? [low, high] : [low];
    const registers = [0, 1, 3, 4].includes(format) ? [] : named;
    const reads = cost.result ? registers.slice(1) : registers;
    const writes = cost.result ? registers.slice(0, 1) : [];
    let slots = cost.slots;
    if (typeof slots !== "number") {
      const sources = slots.of === "any source" ? reads : reads.slice(0, 1);
      slots = sources.includes(writes[0]) ? slots.same : slots.different;
    }
    if (!ended && slots <= decode && live() < 32) {
      decode -= slots;
      if (mnemonic === "move_reg") {
        for (const { owns } of rob) {
          if (owns.has(high)) owns.add(low);
          else owns.delete(low);
        }
      } else {
        let left = cost.cycles;
        if (mnemonic.startsWith("branch_")) {
          const out: number[] = [];
          FORMATS[format].decode(code, pc, skip, out);
          const sides = [byteAt(pc + 1 + skip), byteAt(out[2])];
          if (sides.some((side) => side === 0 || side === opcodeOf("unlikely"))) left = 1;
        }
        const deps = [...rob.keys()].filter((i) => reads.some((r) => rob[i].owns.has(r)));
        for (const { owns } of rob) for (const r of writes) owns.delete(r);
        rob.push({ state: "decoded", left, deps, owns: new Set(writes), units: cost.units });
      }
      if (catalog.terminator[opcode] === 1) ended = true;
      else pc += 1 + skip;
      continue;
    }
    const next = rob.find(
      ({ state, units, deps }) => state === "waiting" && fits(units) && deps.every((i) => rob[i].left === 0),
    );
    if (starts > 0 && next !== undefined) {
      next.state = "executing";
      for (const unit of next.units) free[unit]--;
      starts--;
      continue;
    }
    if (ended && live() === 0) return Math.max(cycle - 3, 1);
    const done = rob.findIndex(({ state }) => state !== "finished" && state !== "retired");
    rob.forEach((entry, i) => {
      if (done === -1 || i < done) entry.state = "retired";
      else if (entry.state === "decoded") entry.state = "waiting";
      else if (entry.state === "executing" && entry.left === 0) entry.state = "finished";
      else if (entry.state === "executing") {
        if (entry.left === 1) for (const unit of entry.units) free[unit]++;
        entry.left--;
      }
    });
    decode = 4;
    starts = 5;
    cycle++;
  }
}

describe("the block gas model", () => {
  test("has a cost for every instruction and no other", () => {
    const known = new Set(catalog.mnemonics.filter((mnemonic) => mnemonic !== undefined));
    // `sbrk` is the one instruction that only profile 072 has.
    expect([...GAS_COSTS.keys()].filter((mnemonic) => !known.has(mnemonic))).toEqual(["sbrk"]);
    expect([...known].filter((mnemonic) => !GAS_COSTS.has(mnemonic))).toEqual([]);
  });

  test("charges what the simulation, stepped cycle by cycle, says", () => {
    // Few registers make many dependencies; many of them make the buffer fill up behind slow instructions.
    const instruction = fc.oneof(
      fc.constantFrom(...opcodes.filter((opcode) => catalog.terminator[opcode] === 0)),
      fc.constantFrom(
        ...["load_u8", "store_u8", "move_reg", "add_64", "add_imm_64", "div_u_64", "mul_64"].map(opcodeOf),
      ),
    );
    const args = fc.tuple(
      fc.constantFrom(0, 1, 0x10, 0x21, 0x32, 0x7b, 0xcd, 0xff),
      fc.constantFrom(0, 1, 2, 3, 14),
      fc.nat(255),
    );
    const body = fc.array(fc.tuple(instruction, args), { maxLength: 120, size: "max" });
    const last = fc.tuple(fc.constantFrom(...opcodes), args, fc.constantFrom<[] | [number]>([], [0], [1], [2]));
    fc.assert(
      fc.property(body, last, (instructions, [opcode, tail, behind]) => {
        const blob = assemble(
          ...instructions.map(([op, bytes]) => [op, ...bytes] as [number, ...number[]]),
          [opcode, ...tail],
          ...behind.map((op) => [op] as [number]),
        );
        const expected = costByDefinition(blob, 0);
        expect(model.blockCost(blob, 0)).toBe(expected);
        expect(model.blockCost(blob, 0, skipTable(blob))).toBe(expected);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  test("no more than five instructions start in a cycle", () => {
    // Four additions wait for a load while slow decoding goes on; when it arrives, four cheap instructions are new.
    const repeat = (count: number, ...op: [string, ...number[]]): [string, ...number[]][] =>
      new Array<[string, ...number[]]>(count).fill(op);
    const blob = assemble(
      ["load_u8", 1],
      ...repeat(4, "add_64", 0x11, 2),
      ...repeat(22, "neg_add_imm_32", 0x98),
      ...repeat(4, "load_imm", 7),
      ["div_u_64", 0x77, 7],
      ["trap"],
    );
    expect(model.blockCost(blob, 0)).toBe(87);
    expect(costByDefinition(blob, 0)).toBe(87);
  });

  test("a block of nothing but a terminator costs at least 1", () => {
    expect(model.blockCost(assemble(["trap"]), 0)).toBe(2);
    expect(model.blockCost(assemble(["branch_eq", 0, 0]), 0)).toBe(1);
  });

  test("what is no instruction counts as a trap and ends the block", () => {
    const trap = model.blockCost(assemble(["trap"]), 0);
    expect(model.blockCost(assemble([255]), 0)).toBe(trap);
    expect(model.blockCost(assemble(["trap"]), 1)).toBe(trap);
    expect(model.blockCost(decodeBlob(Uint8Array.of(0, 0, 2, 100, 100, 0)), 0)).toBe(trap);
  });

  test("a branch is cheap beside a trap, an unlikely or the end, at the byte that is there", () => {
    const branch = (target: number, ...behind: (readonly [string | number, ...number[]])[]): number =>
      model.blockCost(assemble(["branch_eq", 0, target], ...behind), 0);
    const dear = branch(3, ["fallthrough"], ["fallthrough"]);
    expect(dear).toBe(20);
    expect(branch(4, ["fallthrough"], ["trap"])).toBe(1);
    expect(branch(4, ["trap"], ["fallthrough"])).toBe(1);
    expect(branch(4, ["fallthrough"], ["unlikely"])).toBe(1);
    expect(branch(100, ["fallthrough"])).toBe(1);
    expect(branch(0x80, ["fallthrough"])).toBe(1);
    // The byte at the target need not be an opcode.
    expect(branch(5, ["fallthrough"], ["load_imm", 0])).toBe(1);
    expect(branch(5, ["fallthrough"], ["load_imm", 3])).toBe(dear);
  });

  test("one model serves many programs: a call leaves nothing behind", () => {
    const slow = assemble(...new Array<["load_u8", 1]>(60).fill(["load_u8", 1]), ["add_64", 0x11, 1], ["trap"]);
    const quick = assemble(["add_64", 0x11, 1], ["trap"]);
    const alone = new BlockGasModel(catalog).blockCost(quick, 0);
    model.blockCost(slow, 0);
    expect(model.blockCost(quick, 0)).toBe(alone);
  });

  test("a catalog that defines what it does not describe is refused", () => {
    const defined = catalog.defined.slice();
    defined[255] = 1;
    expect(() => new BlockGasModel({ ...catalog, defined })).toThrow(expect.objectContaining({ code: "PVM_CATALOG" }));
    const mnemonics = catalog.mnemonics.with(255, "dance");
    const formats = catalog.formats.with(255, FORMATS[0]);
    expect(() => new BlockGasModel({ ...catalog, defined, mnemonics, formats })).toThrow(
      expect.objectContaining({ code: "PVM_GAS_COST_MISSING" }),
    );
    expect(() => new BlockGasModel({ ...catalog, defined: new Uint8Array(256) })).toThrow(
      expect.objectContaining({ code: "PVM_CATALOG" }),
    );
  });
});

const vectors = join(process.env.VIV_VECTORS ?? "", "pvm/gp080-steps");
const haveVectors = process.env.VIV_VECTORS !== undefined && existsSync(vectors);

describe.skipIf(!haveVectors)("the public vectors of profile 080 (VIV_VECTORS names their folder)", () => {
  const files = haveVectors ? readdirSync(vectors).filter((name) => name.endsWith(".json")) : [];

  test("are all there", () => {
    expect(files.length).toBe(363);
  });

  test("give the listed blocks and costs, and only what validation refuses has none", () => {
    const wrong: string[] = [];
    for (const name of files) {
      // Only small numbers are looked at, so plain JSON will do.
      const vector = JSON.parse(readFileSync(join(vectors, name), "utf8")) as {
        program: number[];
        "block-gas-costs": { pc: number; cost: number }[];
      };
      const listed = vector["block-gas-costs"].map(({ pc, cost }) => `${pc}:${cost}`).sort();
      const blob = decodeBlob(Uint8Array.from(vector.program));
      let found: string[] = [];
      try {
        validateCode(blob, catalog);
        found = [...findBlocks(blob, catalog).starts].map((pc) => `${pc}:${model.blockCost(blob, pc)}`).sort();
      } catch (error) {
        found = [`refused: ${String(error)}`];
      }
      if (listed.join() !== found.join()) wrong.push(`${name}: ${found.join()} instead of ${listed.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});

if (!haveVectors) console.log("gas-blocks: the public vectors are skipped, VIV_VECTORS does not name their folder");
