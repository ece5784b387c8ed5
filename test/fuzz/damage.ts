/** Damages program files and sees what happens: an error of loading, or a run that keeps within its limits. */

import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import { LoadError, VivError } from "../../packages/vivarium/src/machine/errors.js";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import type { Random } from "./random.js";

export type Format = "blob" | "spi" | "container" | "wrapped";

/** A sound program file to start from. */
export interface Sound {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly format: Format;
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xbf, 0xc0, 0xe0, 0xf0, 0xfe, 0xff];
const GAS = 2_000n;
const MEMORY = 4 << 20;
/** A slice of so little gas takes no time: more than this is a hang. */
const TIMEOUT_MS = 2_000;
const MOST_BYTES = 1 << 16;

type Change = (bytes: number[], r: Random, other: Uint8Array) => void;

/** Most changes happen near the start, where the lengths stand. */
const place = (bytes: readonly number[], r: Random): number =>
  r.chance(0.5) ? r.below(Math.min(bytes.length, 24)) : r.below(bytes.length);

const CHANGES: readonly Change[] = [
  (b, r) => {
    b[place(b, r)] ^= 1 << r.below(8);
  },
  (b, r) => {
    b[place(b, r)] = r.pick(INTERESTING);
  },
  (b, r) => {
    b[place(b, r)] = r.below(256);
  },
  (b, r) => {
    b.splice(place(b, r), r.between(1, 8));
  },
  (b, r) => {
    b.splice(place(b, r), 0, ...Array.from({ length: r.between(1, 8) }, () => r.below(256)));
  },
  (b, r) => {
    b.length = r.below(b.length + 1);
  },
  (b, r) => {
    const from = place(b, r);
    b.splice(r.below(b.length), 0, ...b.slice(from, from + r.between(1, 32)));
  },
  (b, r, other) => {
    const at = r.below(b.length);
    b.splice(at, b.length - at, ...other.subarray(r.below(other.length)));
  },
  // A length that is far too large, in both ways in which lengths are written.
  (b, r) => {
    const at = place(b, r);
    const huge = r.chance(0.5) ? [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f] : [0xff, 0xff, 0xff, 0xff];
    for (let i = 0; i < huge.length && at + i < b.length; i++) b[at + i] = huge[i];
  },
];

export function damage(sound: Sound, other: Sound, r: Random): Uint8Array {
  return damageBytes(sound.bytes.subarray(0, MOST_BYTES), other.bytes, r);
}

/** A copy with a few changes, some of them pieces of `other`. */
export function damageBytes(sound: Uint8Array, other: Uint8Array, r: Random): Uint8Array {
  const bytes = [...sound];
  for (let n = r.pick([1, 1, 1, 2, 3, 8]); n > 0 && bytes.length > 0; n--) r.pick(CHANGES)(bytes, r, other);
  return Uint8Array.from(bytes);
}

export interface LoadOutcome {
  /** What happened: the code of an error, or the kind of an exit. */
  readonly what: string;
  /** Set when it should not have happened. */
  readonly wrong?: string;
}

/** Loads and runs; every outcome that the library does not promise is wrong. */
export function loadAndRun(bytes: Uint8Array, sound: Sound, r: Random, tiers: readonly Tier[]): LoadOutcome {
  const profile = r.pick(["072", "080"] as const);
  const format = r.chance(0.7) ? sound.format : undefined;
  const began = performance.now();
  try {
    const program = pvm.load(bytes, {
      ...(format === undefined ? {} : { format }),
      ...(format === "container" || r.chance(0.5) ? {} : { profile }),
    });
    const machine = program.instantiate({
      tier: r.pick(tiers),
      gas: GAS,
      memory: { max: MEMORY },
      args: Uint8Array.of(7, 0, 0, 0),
      host: { 0: (ctx) => ctx.gas, 100: () => undefined },
    });
    try {
      let exit = machine.run({ timeout: TIMEOUT_MS });
      for (let n = 0; exit.kind === "host" && n < 20; n++) exit = machine.run({ timeout: TIMEOUT_MS });
      const spent = performance.now() - began;
      if (exit.kind === "interrupted" || spent > TIMEOUT_MS)
        return { what: exit.kind, wrong: `took ${spent.toFixed(0)} ms` };
      if (machine.gas < 0n || machine.gas > GAS) return { what: exit.kind, wrong: `gas ${machine.gas}` };
      if (machine.memory.mappedBytes > MEMORY) return { what: exit.kind, wrong: `${machine.memory.mappedBytes} bytes` };
      return { what: exit.kind };
    } finally {
      machine.dispose();
    }
  } catch (error) {
    const spent = performance.now() - began;
    if (spent > TIMEOUT_MS) return { what: "slow", wrong: `took ${spent.toFixed(0)} ms to refuse` };
    // More memory than the limit, or data that an entry point cannot be found in, is found out when a machine is made.
    if (error instanceof LoadError) return { what: error.code };
    if (error instanceof VivError && error.code === "MEMORY_LIMIT") return { what: error.code };
    return { what: "exception", wrong: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
