/** Generated programs as inner machines: a service makes one, fills and invokes it, in every tier and in pieces. */
import { call, HALT, type Item, li, spi } from "../../packages/vivarium/src/guests/pvm/jam/assemble.test-support.js";
import { JamHost } from "../../packages/vivarium/src/guests/pvm/jam/host.js";
import type { PvmMachine, PvmProgram } from "../../packages/vivarium/src/guests/pvm/program.js";
import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import { LoadError, VivError } from "../../packages/vivarium/src/machine/errors.js";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import { damageBytes } from "./damage.js";
import { type Case, encodeCase } from "./generate.js";
import type { Mismatch, Target } from "./oracle.js";
import { Random } from "./random.js";
import { difference, memoryText, type Observation } from "./subject.js";

/** Read-only data of the service: the blob of the inner machine. */
const CODE = 0x10000;
const HEAP = 0x30000;
/** Gas and registers of an `invoke`; what the service peeks at; what it pokes. */
const BLOCK = HEAP + 0x1000;
const PEEKED = HEAP + 0x2000;
const PAGE = 4096;
const GAS = 200_000n;
const MOST_RUNS = 2_000;

/** A service that runs the program of a case as an inner machine, as the policy of the case would. */
function service(c: Case, r: Random): Uint8Array {
  const code = encodeCase(c);
  let slot = 0;
  const save = (): Item[] => [
    ["store_u64", 7, HEAP + 8 * slot++],
    ["store_u64", 8, HEAP + 8 * slot++],
  ];
  const store = (value: bigint | number, address: number): Item[] => [li(2, value), ["store_u64", 2, address]];
  const items: Item[] = [...call("machine", CODE, code.length, 0), ...save()];
  for (const { start, length, access } of c.regions) {
    items.push(...call("pages", 0, start / PAGE, length / PAGE, access === "write" ? 2 : 1), ...save());
    items.push(...call("poke", 0, CODE, start + r.below(PAGE), 1 + r.below(40)), ...save());
  }
  items.push(...store(c.gas, BLOCK));
  for (const [k, value] of c.registers.entries()) items.push(...store(value, BLOCK + 8 + 8 * k));
  for (let n = 0; n < 5; n++) {
    items.push(...call("invoke", 0, BLOCK), ...save());
    const { start } = r.pick(c.regions);
    const next = r.below(5);
    if (next === 0) items.push(...store(r.below(300), BLOCK));
    if (next === 1) items.push(...store(r.u64(), BLOCK + 8 * (1 + r.below(13))));
    if (next === 2) items.push(...call("pages", 0, start / PAGE, 1, r.below(6)), ...save());
    if (next === 3) items.push(...call("peek", 0, PEEKED, start, 64), ...save());
    if (next === 4) items.push(...call("poke", 0, BLOCK, start, 32), ...save());
  }
  items.push(...call("peek", 0, PEEKED, r.pick(c.regions).start, PAGE), ...save(), ...call("expunge", 0), ...save());
  return spi(c.profile, [...items, ...HALT], { readOnly: code });
}

interface Piecewise {
  readonly tiers: readonly Tier[];
  readonly r: Random;
}

/** Runs the service to its end: in one go, or in pieces between which it is saved, moved, damaged and interrupted. */
function run(program: PvmProgram, tier: Tier, pieces?: Piecewise): Observation {
  const { profile } = program;
  let host = new JamHost({ profile, inner: true });
  let machine: PvmMachine = program.instantiate({ tier, gas: GAS, ...host.options });
  try {
    for (let n = 0; n < MOST_RUNS; n++) {
      if (pieces?.r.chance(0.1)) machine.interrupt();
      const exit = machine.run(pieces === undefined ? {} : { steps: pieces.r.between(1, 60) });
      if (exit.kind !== "step" && exit.kind !== "interrupted") {
        const heap = machine.backend.getVar("heap");
        const registers = machine.registers.slice();
        const { pc, gas } = machine;
        return { exit: exit.kind, pc, gas, registers, heap, memory: memoryText(machine), log: [] };
      }
      if (pieces === undefined || !pieces.r.chance(0.1)) continue;
      const saved = host.snapshot(machine);
      tryDamaged(program, damageBytes(saved, saved, pieces.r), pieces.r.pick(pieces.tiers));
      const next = new JamHost({ profile, inner: true });
      const restored = next.restore(program, saved, { tier: pieces.r.pick(pieces.tiers) });
      machine.dispose();
      host.dispose();
      [host, machine] = [next, restored];
    }
    throw new Error("the service does not end");
  } finally {
    machine.dispose();
    host.dispose();
  }
}

/** A damaged snapshot is refused, or what it gives runs within its gas. */
function tryDamaged(program: PvmProgram, bytes: Uint8Array, tier: Tier): void {
  const host = new JamHost({ profile: program.profile, inner: true });
  let machine: PvmMachine;
  try {
    machine = host.restore(program, bytes, { tier, memory: { max: 1 << 20 } });
  } catch (error) {
    host.dispose();
    if (error instanceof LoadError || error instanceof VivError) return;
    throw error;
  }
  try {
    if (machine.gas > 1000n) machine.gas = 1000n;
    // An inner machine may have been given any gas.
    if (machine.status !== "ended") machine.run({ timeout: 20 });
  } finally {
    machine.dispose();
    host.dispose();
  }
}

export function checkInner(c: Case, { tiers }: Target): Mismatch | undefined {
  const r = new Random(c.plan, 5);
  const program = pvm.load(service(c, r), { profile: c.profile, format: "spi" });
  const expected = run(program, "portable");
  const tier = r.pick(tiers);
  const whole = difference(expected, run(program, tier));
  if (whole !== undefined) return { manner: `an inner machine in ${tier}`, after: 0, what: whole };
  const parts = difference(expected, run(program, tier, { tiers: [...tiers, "portable"], r }));
  return parts === undefined
    ? undefined
    : { manner: `an inner machine in pieces, ${tier} first`, after: 0, what: parts };
}
