/** Random A64 programs: whatever they do, faults and all, every tier does the same. */
import { type A64Machine, type A64Tier, a64 } from "../../packages/vivarium/src/a64.js";
import { assemble } from "../../packages/vivarium/src/guests/a64/assemble.js";
import { Random, randomTest, TESTABLE } from "../conformance/a64/single.js";

const DATA = 0x3000_0000;
const BASE = 0x10000;

export interface RandomProgram {
  readonly bytes: Uint8Array;
  readonly registers: readonly bigint[];
  readonly vectors: readonly bigint[];
  readonly gas: number;
}

/** Straight instructions, branches among them (forwards and backwards), calls, and host calls. */
export function randomProgram(seed: number): RandomProgram {
  const r = new Random(seed);
  const count = 8 + r.below(40);
  const words: number[] = [];
  const branch = (text: string): number =>
    new DataView(assemble(text, { base: BASE + 4 * words.length }).bytes.buffer).getUint32(0, true);
  for (let i = 0; i < count; i++) {
    const kind = r.below(12);
    const target = `0x${(BASE + 4 * r.below(count)).toString(16)}`;
    if (kind === 0)
      words.push(
        branch(`b.${r.pick(["eq", "ne", "hs", "lo", "mi", "vs", "hi", "ls", "ge", "lt", "gt", "le"])} ${target}`),
      );
    else if (kind === 1)
      words.push(branch(`${r.pick(["cbz", "cbnz"])} ${r.pick(["x", "w"])}${r.below(16)}, ${target}`));
    else if (kind === 2) words.push(branch(`${r.pick(["tbz", "tbnz"])} x${r.below(16)}, #${r.below(64)}, ${target}`));
    else if (kind === 3 && r.below(4) === 0) words.push(branch(`bl ${target}`));
    else if (kind === 4 && r.below(4) === 0)
      words.push(branch(r.pick(["ret", "svc #1", `adr x${r.below(16)}, ${target}`, `br x${r.below(16)}`])));
    else words.push(randomTest(r.pick(TESTABLE), r).word);
  }
  words.push(0xd65f03c0);
  const one = randomTest(TESTABLE[0] as (typeof TESTABLE)[number], r).before;
  return {
    bytes: new Uint8Array(Uint32Array.from(words).buffer),
    // Half of the registers point into the data.
    registers: Array.from({ length: 31 }, (_, i) =>
      r.below(2) === 0 ? BigInt(DATA + 2048 + r.below(512) * 8) : (one[i] as bigint),
    ),
    vectors: [...one.subarray(one.length - 64)],
    gas: 20 + r.below(3000),
  };
}

/** Everything that can be seen of a machine that has stopped. */
function stateOf(machine: A64Machine, exit: unknown): string {
  const hex = (v: bigint): string => v.toString(16);
  const { vectors } = machine;
  const halves = new BigUint64Array(vectors.buffer, vectors.byteOffset, 64);
  const memory = machine.memory.read(DATA, 8192) as Uint8Array;
  let hash = 0;
  for (const byte of memory) hash = (Math.imul(hash, 31) + byte) | 0;
  return JSON.stringify({
    exit,
    gas: String(machine.gas),
    pc: machine.pc,
    x: [...machine.registers].map(hex),
    v: [...halves].map(hex),
    nzcv: machine.nzcv,
    hash,
  });
}

/** What a program does in a tier: its state at every exit. */
export function run(program: RandomProgram, tier: A64Tier): string[] {
  const loaded = a64.load(program.bytes, { base: BASE });
  const machine = loaded.instantiate({
    tier,
    gas: program.gas,
    stack: 4096,
    regions: [{ start: DATA, length: 8192, access: "write" }],
    host: { 1: ({ registers }) => (registers[1] as bigint) + 1n },
  });
  const states: string[] = [];
  try {
    const { vectors } = machine;
    new BigUint64Array(vectors.buffer, vectors.byteOffset, 64).set(program.vectors);
    machine.registers.set(program.registers);
    machine.registers[30] = loaded.returnAddress;
    machine.standAt(0);
    for (let k = 0; k < 4; k++) {
      const exit = machine.run();
      states.push(stateOf(machine, exit));
      if (exit.kind !== "fault") break;
      // The instruction behind the one that faulted.
      machine.pc = Math.min(machine.pc + 4, BASE + program.bytes.length - 4);
    }
    return states;
  } finally {
    machine.dispose();
  }
}
