/** PVM programs run, and described by what has to be the same on every host. Runs in a page and in Node alike. */

import { sha256 } from "vivarium/kit";
import { type PvmMachine, type PvmOptions, pvm } from "vivarium/pvm";

export interface Job {
  /** The program, in base64. */
  readonly program: string;
  readonly profile: "072" | "080";
  readonly tier: NonNullable<PvmOptions["tier"]>;
  /** The argument, as a 32-bit number. */
  readonly n: number;
  /** Gas to begin with, in decimal. */
  readonly gas: string;
}

export interface Result {
  readonly exit: string;
  readonly pc: number;
  readonly gas: string;
  readonly registers: readonly string[];
  /** SHA-256 of the whole machine: registers, memory, gas, position. */
  readonly state: string;
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function argument(n: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n, true);
  return bytes;
}

function finished(machine: PvmMachine): Result {
  const exit = machine.run();
  return {
    exit: exit.kind,
    pc: exit.pc,
    gas: machine.gas.toString(),
    registers: Array.from(machine.registers, String),
    state: hex(sha256(machine.snapshot())),
  };
}

/** Runs a program to its end, or to the end of its gas. */
export function run(job: Job): Result {
  const program = pvm.load(decode(job.program), { profile: job.profile });
  const machine = program.instantiate({ tier: job.tier, gas: BigInt(job.gas), args: argument(job.n) });
  try {
    return finished(machine);
  } finally {
    machine.dispose();
  }
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Runs a program until its gas is used up and saves the machine, in base64. */
export function saved(job: Job): string {
  const machine = pvm
    .load(decode(job.program), { profile: job.profile })
    .instantiate({ tier: job.tier, gas: BigInt(job.gas), args: argument(job.n) });
  try {
    machine.run();
    return encode(machine.snapshot());
  } finally {
    machine.dispose();
  }
}

/** Goes on from a saved machine with more gas, to its end. */
export function resumed(job: Job, snapshot: string, gas: string): Result {
  const program = pvm.load(decode(job.program), { profile: job.profile });
  const machine = program.restore(decode(snapshot), { tier: job.tier });
  try {
    machine.gas += BigInt(gas);
    return finished(machine);
  } finally {
    machine.dispose();
  }
}

/** The tier that `auto` picks on this host. */
export function automaticTier(program: string): string {
  const machine = pvm.load(decode(program)).instantiate();
  const { tier } = machine;
  machine.dispose();
  return tier;
}

/** Makes many machines of one program, runs them in turn a piece at a time, and gives back their different results. */
export function sideBySide(program: string, count: number, n: number): { results: string[]; kinds: string[] } {
  const loaded = pvm.load(decode(program), { profile: "072" });
  const machines = Array.from({ length: count }, (_, i) =>
    loaded.instantiate({ gas: 100n, args: argument(n + (i % 16)) }),
  );
  const kinds = new Set<string>();
  const results = new Set<string>();
  for (let left = machines; left.length > 0; ) {
    left = left.filter((machine) => {
      const exit = machine.run();
      if (exit.kind === "out-of-gas") {
        machine.gas += 1000n;
        return true;
      }
      kinds.add(exit.kind);
      results.add(`${machine.registers[7]}, ${machine.registers[8]}`);
      return false;
    });
  }
  for (const machine of machines) machine.dispose();
  return { results: [...results].sort(), kinds: [...kinds] };
}

/** Starts a program that never ends by itself; says how long the page's other work had to wait, and how it stopped. */
export async function stopped(program: string): Promise<{ kind: string; reason: string; longest: number }> {
  const machine = pvm.load(decode(program), { profile: "072" }).instantiate({ args: argument(0xffff_ffff) });
  let longest = 0;
  let last = performance.now();
  const ticks = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 300);
  const exit = await machine.runAsync({ signal: controller.signal });
  clearInterval(ticks);
  machine.dispose();
  return { kind: exit.kind, reason: exit.kind === "interrupted" ? exit.reason : "", longest };
}

/** What comes of putting a compiled module into a database of the page: `stored`, or the name of the error. */
export function storeModule(): Promise<string> {
  const module = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("modules", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("modules");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const done = (what: string): void => {
        database.close();
        resolve(what);
      };
      try {
        const putting = database.transaction("modules", "readwrite").objectStore("modules").put(module, "module");
        putting.onsuccess = () => done("stored");
        putting.onerror = () => done(putting.error?.name ?? "unknown");
      } catch (error) {
        done((error as DOMException).name);
      }
    };
  });
}
