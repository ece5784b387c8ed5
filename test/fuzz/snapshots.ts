/** Damaged snapshots: refused with an error that says so, or a machine that is the same in every tier and keeps within its limits. */
import { concatBytes } from "../../packages/vivarium/src/guests/pvm/natural.js";
import { LoadError, VivError } from "../../packages/vivarium/src/machine/errors.js";
import { sha256 } from "../../packages/vivarium/src/machine/sha256.js";
import { damageBytes } from "./damage.js";
import { type Case, encodeCase } from "./generate.js";
import type { Mismatch, Target } from "./oracle.js";
import { Random } from "./random.js";
import { difference, MEMORY, memoryText, type Observation, Subject } from "./subject.js";

/** Damaged copies of a snapshot that are tried. */
const COPIES = 8;
/** Gas that a restored machine gets, whatever the snapshot says. */
const GAS = 300n;
const MOST_EXITS = 4;

const HASH_BYTES = 32;
/** Magic, version, `pvm`, the profile and the hash of the program stand in front of the state. */
const STATE = 8 + 4 + 4 + HASH_BYTES;

type Program = ReturnType<Target["pvm"]["load"]>;
type Tier = Target["tiers"][number];

export function checkDamagedSnapshots(c: Case, target: Target): Mismatch | undefined {
  const program = target.pvm.load(encodeCase(c), { profile: c.profile, format: "blob" });
  const r = new Random(c.plan, 4);
  const [tier, other] = [r.pick(target.tiers), r.pick(target.tiers)];
  const subject = new Subject(program, c, tier, { steps: () => r.between(1, 30), all: true });
  try {
    for (let n = r.below(4); n >= 0; n--) subject.next();
    if (subject.machine.status === "disposed") return undefined;
    const saved = subject.machine.snapshot();
    for (let copy = 0; copy < COPIES; copy++) {
      const bytes = r.chance(0.15) ? damageBytes(saved, saved, r) : resealed(saved, r);
      const [expected, actual] = [outcome(program, bytes, "portable"), outcome(program, bytes, other)];
      const what = compare(expected, actual);
      if (what !== undefined) return { manner: `a damaged snapshot in ${other}`, after: copy, what };
    }
    return undefined;
  } finally {
    subject.dispose();
  }
}

/** Damage behind what says whose state it is, with a checksum that fits: what a forger would send. */
function resealed(saved: Uint8Array, r: Random): Uint8Array {
  const body = saved.subarray(0, saved.length - HASH_BYTES);
  const state = damageBytes(body.subarray(STATE), body.subarray(STATE), r);
  const damaged = concatBytes(body.subarray(0, STATE), state);
  return concatBytes(damaged, sha256(damaged));
}

/** The code of the error, or what the machine came to. */
function outcome(program: Program, bytes: Uint8Array, tier: Tier): string | readonly Observation[] {
  let machine: ReturnType<Program["restore"]>;
  try {
    machine = program.restore(bytes, { tier, memory: MEMORY });
  } catch (error) {
    if (error instanceof LoadError || (error instanceof VivError && error.code === "SNAPSHOT_LIMITS"))
      return error.code;
    throw error;
  }
  try {
    const out: Observation[] = [];
    if (machine.gas > GAS) machine.gas = GAS;
    while (out.length < MOST_EXITS && machine.status !== "ended") {
      const exit = machine.run();
      const { pc, gas } = machine;
      if (machine.memory.mappedBytes > MEMORY.max) throw new Error(`${machine.memory.mappedBytes} bytes are mapped`);
      const heap = machine.backend.getVar("heap");
      const registers = machine.registers.slice();
      out.push({ exit: exit.kind, pc, gas, registers, heap, memory: memoryText(machine), log: [] });
    }
    return out;
  } finally {
    machine.dispose();
  }
}

function compare(
  expected: string | readonly Observation[],
  actual: string | readonly Observation[],
): string | undefined {
  if (typeof expected === "string" || typeof actual === "string") {
    return expected === actual ? undefined : `${String(actual)}, expected ${String(expected)}`;
  }
  if (expected.length !== actual.length) return `${actual.length} exits, expected ${expected.length}`;
  for (const [k, one] of expected.entries()) {
    const what = difference(one, actual[k] as Observation);
    if (what !== undefined) return what;
  }
  return undefined;
}
