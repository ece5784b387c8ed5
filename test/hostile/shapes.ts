/** Programs whose shape is meant to hurt a compiler, at any size. */
import { assemble, type PvmProgram, pvm } from "vivarium/pvm";

type Profile = "072" | "080";

const times = (n: number, line: (k: number) => string): string =>
  Array.from({ length: n }, (_, k) => line(k)).join("\n");

/** Runs what is between, twenty times. */
const loop = (body: string): string => `
  load_imm s0, 20
  fallthrough
again:
  ${body}
  add_imm_64 s0, s0, -1
  branch_ne_imm s0, 0, again
  trap`;

const REGISTERS = ["ra", "sp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5"];

/** Text of every shape by name; the number says how large. */
export const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  /** One block of n instructions, in a loop. */
  "one block": (n) => loop(times(n, () => "add_imm_64 a0, a0, 3")),
  /** n blocks of one instruction. */
  "tiny blocks": (n) => loop(times(n, () => "fallthrough")),
  /** n functions, each called through an entry of the jump table; 2n entries. */
  "jump table": (n) => `
    load_imm s0, 20
    fallthrough
  outer:
    load_imm s1, 0
    fallthrough
  again:
    add_imm_64 s1, s1, 2
    load_imm_jump_ind ra, s1, @back, 0
  back:
    branch_lt_u_imm s1, ${2 * n}, again
    add_imm_64 s0, s0, -1
    branch_ne_imm s0, 0, outer
    trap
    ${times(n, (k) => `f${k}: add_imm_64 a0, a0, ${k % 100}\njump_ind ra, 0`)}
    ${times(n, (k) => `load_imm t0, @f${k}`)}
    trap`,
  /** n loops inside each other. */
  nest: (n) => `
    ${times(n, (k) => `l${k}: add_imm_64 a${k % 4}, a${k % 4}, 1\nfallthrough`)}
    ${times(n, (k) => `branch_lt_u_imm a${(n - 1 - k) % 4}, 20000, l${n - 1 - k}`)}
    trap`,
  /** n blocks that branch anywhere: loops with many ways in. */
  mesh: (n) => `
    ${times(
      n,
      (k) => `b${k}: add_imm_64 a0, a0, ${k + 1}
        add_64 a1, a1, a0
        branch_lt_u_imm a0, 100000000, b${(k * 7919 + 13) % n}`,
    )}
    trap`,
  /** Functions that call themselves with the return address in every register, and never return. */
  "calls through every register": () =>
    `load_imm a0, 0\n${times(REGISTERS.length, (k) => {
      const r = REGISTERS[k] as string;
      return `f${k}: add_imm_64 a0, a0, 1\nload_imm_jump ${r}, @r${k}, f${(k * 5 + 1) % REGISTERS.length}\nr${k}: jump_ind ${r}, 0`;
    })}\ntrap`,
};

export function hostileProgram(shape: string, n: number, profile: Profile): PvmProgram {
  const { bytes } = assemble((SHAPES[shape] as (n: number) => string)(n), { profile, format: "blob" });
  return pvm.load(bytes, { profile, format: "blob" });
}
