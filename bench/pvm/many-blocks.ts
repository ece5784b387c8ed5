/** Makes a program of as many basic blocks as wanted, all of which can be reached. */
import { assemble } from "vivarium/pvm";

export function manyBlocks(blocks: number): Uint8Array {
  const lines: string[] = [];
  for (let i = 0; i < blocks; i++) {
    const to = (i * 7919) % blocks;
    lines.push(`b${i}:`, `add_imm_64 s0, s0, ${i % 50}`, "mul_64 s1, s1, s0", `branch_eq_imm s1, 7, b${to}`);
  }
  return assemble(`${lines.join("\n")}\ntrap`, { profile: "080" }).bytes;
}
