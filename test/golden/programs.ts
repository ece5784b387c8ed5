/** The programs whose compiled code is kept as text: every instruction by its argument format, and shapes of control. */
import { type Code, FIELDS, instructionText } from "vivarium/kit";
import { mir } from "vivarium/mir";
import { assemble, type Profile, pvm } from "vivarium/pvm";
import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";

export interface GoldenProgram {
  readonly name: string;
  readonly code: Code;
}

function pvmCode(text: string, profile: Profile): Code {
  return pvm.load(assemble(text, { profile, format: "blob" }).bytes, { profile, format: "blob" }).code;
}

/** For every argument format a program with all instructions that have it; branches go to its end. */
function families(): GoldenProgram[] {
  const { isa } = rulesOf("072");
  const families = new Map<string, string[]>();
  const byNumber = [...isa.rows.entries()].sort(([a], [b]) => isa.numberOf(a) - isa.numberOf(b));
  for (const [, row] of byNumber) {
    const name = row.format as string;
    const fields = new Int32Array(FIELDS);
    let registers = 7;
    let at = 0;
    for (const operand of row.operands) {
      if (operand.kind === "reg") fields[at++] = registers++;
      else if (operand.kind === "imm64") {
        fields[at++] = 0x1234;
        fields[at++] = 0x5678;
      } else fields[at++] = operand.kind === "imm" ? 24 : 0;
    }
    const lines = families.get(name) ?? [];
    const text = instructionText(isa, row, fields, () => "end");
    // What stands behind an instruction that goes elsewhere is reached by a branch around it.
    const leaves = row.effects.endsBlock && !row.mnemonic.startsWith("branch") && row.mnemonic !== "fallthrough";
    const over = `over${lines.length}`;
    lines.push(...(leaves ? [`branch_ne_imm t0, 1, ${over}`, text, `${over}:`] : [text]));
    families.set(name, lines);
  }
  return [...families].map(([name, lines]) => ({
    name: `pvm-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
    code: pvmCode([...lines, "fallthrough", "end: trap"].join("\n"), "072"),
  }));
}

const COUNTING = `
  load_imm s0, 10
  fallthrough
outer:
  load_imm s1, 20
  fallthrough
inner:
  load_ind_u32 a0, t0, 4
  store_ind_u32 a0, t1, 8
  load_ind_u8 a1, sp, 0
  add_imm_64 s1, s1, -1
  branch_ne_imm s1, 0, inner
  add_imm_64 s0, s0, -1
  branch_ne_imm s0, 0, outer
  trap`;

const SHAPES: Readonly<Record<string, readonly [text: string, profile: Profile]>> = {
  "loops-gas-per-instruction": [COUNTING, "072"],
  "loops-gas-per-block": [COUNTING, "080"],
  // A function that calls itself and one that is called through a register.
  calls: [
    `
  load_imm_jump ra, @one, twice
one:
  load_imm_jump_ind ra, a0, @two, 0
two:
  trap
twice:
  add_imm_64 sp, sp, -16
  store_ind_u64 ra, sp, 0
  branch_lt_u_imm a0, 2, leave
  load_imm_jump ra, @back, twice
back:
  add_imm_64 a0, a0, -1
  fallthrough
leave:
  load_ind_u64 ra, sp, 0
  add_imm_64 sp, sp, 16
  jump_ind ra, 0`,
    "080",
  ],
  // The host may look at registers, gas and memory in the middle of a loop.
  "host-call-in-a-loop": [
    `
  load_imm s0, 3
  fallthrough
again:
  load_ind_u8 a0, s1, 0
  ecalli 7
  load_ind_u8 a1, s1, 1
  add_imm_64 s0, s0, -1
  branch_ne_imm s0, 0, again
  trap`,
    "080",
  ],
  // Two blocks that jump into each other's loop: no structure, one loop with a table.
  irreducible: [
    `
  branch_eq_imm a0, 0, right
left:
  add_imm_64 a1, a1, 1
  branch_eq_imm a1, 9, end
  fallthrough
right:
  add_imm_64 a2, a2, 1
  branch_ne_imm a2, 9, left
  fallthrough
end:
  trap`,
    "072",
  ],
  // A branch where none may go, and a block that is behind the end of the program.
  "bad-targets": ["branch_eq_imm a0, 0, 1000\nadd_imm_64 a0, a0, 1", "072"],
};

const FRAMES = `
fib: func i64, i64:n
  local i64:a, i64:b
  blt small, n, 2
  sub a, n, 1
  call p, fib, a, a
  sub b, n, 2
  call p, fib, b, b
  add a, a, b
  ret a
small: ret n
  endfunc`;

const FLOATS = `
mean: func d, i64:data, i64:n
  local d:sum, d:x, i64:i
  dmov sum, 0.0
  mov i, 0
next: bge done, i, n
  dmov x, d:0(data, i, 8)
  dadd sum, sum, x
  add i, i, 1
  jmp next
done: i2d x, n
  ddiv sum, sum, x
  ret sum
  endfunc`;

function mirCode(text: string): Code {
  return mir.load(`m: module\np: proto i64, i64:n\n${text}\nendmodule\n`, { inline: false }).code;
}

export function goldenPrograms(): GoldenProgram[] {
  return [
    ...families(),
    ...Object.entries(SHAPES).map(([name, [text, profile]]) => ({
      name: `shape-${name}`,
      code: pvmCode(text, profile),
    })),
    { name: "mir-frames", code: mirCode(FRAMES) },
    { name: "mir-floats", code: mirCode(FLOATS) },
  ];
}
