/** Runs in a page: keeps machines, so that what they take can be measured from outside. */
import { type PvmMachine, pvm } from "vivarium/pvm";

const kept: PvmMachine[] = [];

/** Makes machines side by side and runs each a little; gives back the bytes of all their guest pages. */
export function keep(program: string, count: number): number {
  const bytes = Uint8Array.from(atob(program), (char) => char.charCodeAt(0));
  const loaded = pvm.load(bytes, { profile: "072" });
  for (let i = 0; i < count; i++) {
    const machine = loaded.instantiate({ tier: "interpreter", args: Uint8Array.of(27, 0, 0, 0), gas: 100n });
    machine.run();
    kept.push(machine);
  }
  return kept.reduce((sum, machine) => sum + machine.memory.residentBytes, 0);
}

/** Runs every machine on for a while; says how long that took, in milliseconds. */
export function runAll(gas: number): number {
  const start = performance.now();
  for (const machine of kept) {
    machine.gas = BigInt(gas);
    machine.run();
  }
  return performance.now() - start;
}
