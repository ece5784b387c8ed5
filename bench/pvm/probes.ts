/** What calling the host, starting, keeping and saving machines costs. Each probe runs in a process of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, memoryUsage, stdout } from "node:process";
import { assemble, type PvmMachine, pvm } from "vivarium/pvm";
import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { interpreterModule } from "../../packages/vivarium/src/tiers/interpreter/backend.js";
import { generateInterpreter } from "../../packages/vivarium/src/tiers/interpreter/generate.js";
import { argument } from "../../test/conformance/pvm.js";
import { median } from "../measure.js";
import { PROGRAMS } from "./programs.js";

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>;

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const small = (): Uint8Array => readFileSync(join(PROGRAMS, "collatz.spi"));

/** Nanoseconds that a host call costs above the same function called from JavaScript. */
function hostCall(): Figures {
  const calls = 1_000_000;
  const loop = (call: string): Uint8Array =>
    assemble(
      `load_imm s0, ${calls}\nfallthrough\nagain:\n${call}\nadd_imm_64 s0, s0, -1\nbranch_ne_imm s0, 0, again\ntrap`,
      {
        profile: "072",
      },
    ).bytes;
  let count = 0;
  const fn = (): void => {
    count++;
  };
  const run = (bytes: Uint8Array): number => {
    const machine = pvm.load(bytes, { profile: "072" }).instantiate({ tier: "interpreter", host: { 5: fn } });
    const time = milliseconds(() => machine.run());
    machine.dispose();
    return time;
  };
  const withCalls = loop("ecalli 5");
  const without = loop("add_imm_64 s1, s1, 1");
  const plain = (): number =>
    milliseconds(() => {
      for (let i = 0; i < calls; i++) fn();
    });
  const nanoseconds = Array.from({ length: 7 }, () => ((run(withCalls) - run(without) - plain()) * 1e6) / calls);
  if (count !== 14 * calls) throw new Error(`${count} calls`);
  return { "host call, above a plain call (ns)": median(nanoseconds.slice(2)) };
}

/** From the bytes of a program of 30,000 blocks to its first instruction, where nothing has run before. */
function load(path: string): Figures {
  const bytes = readFileSync(path);
  const start = performance.now();
  const program = pvm.load(bytes, { profile: "080" });
  const loaded = performance.now();
  // Gas for the first block only.
  const machine = program.instantiate({ tier: "interpreter", gas: BigInt(program.code.blockCost(0)) });
  const exit = machine.run();
  const ran = performance.now();
  if (exit.kind !== "out-of-gas" || machine.pc === 0) throw new Error(exit.kind);
  return {
    "load a program of 30,000 blocks, cold (ms)": loaded - start,
    "… until its first block has run (ms)": ran - start,
  };
}

/** Resident bytes of 1,000 machines above their guest pages. */
function machines(): Figures {
  const collect = (globalThis as unknown as { gc: () => void }).gc;
  const program = pvm.load(small(), { profile: "072" });
  const make = (): PvmMachine => {
    const machine = program.instantiate({ tier: "interpreter", args: argument(27), gas: 100n });
    machine.run();
    return machine;
  };
  const one = make();
  collect();
  const before = memoryUsage().rss;
  const all = Array.from({ length: 1000 }, make);
  collect();
  const after = memoryUsage().rss;
  const guest = all.reduce((sum, m) => sum + m.memory.residentBytes, 0);
  one.dispose();
  for (const machine of all) machine.dispose();
  return {
    "1,000 machines, resident each above guest pages (KiB)": (after - before - guest) / 1000 / 1024,
    "… guest pages each (KiB)": guest / 1000 / 1024,
  };
}

function instantiate(): Figures {
  const program = pvm.load(small(), { profile: "072" });
  const args = argument(27);
  const round = (): number =>
    milliseconds(() => {
      for (let i = 0; i < 1000; i++) program.instantiate({ tier: "interpreter", args }).dispose();
    });
  return { "instantiate and dispose (µs)": median(Array.from({ length: 9 }, round).slice(2)) };
}

function snapshot(): Figures {
  const program = pvm.load(readFileSync(join(PROGRAMS, "lz77.gp072.spi")), { profile: "072" });
  const machine = program.instantiate({ args: argument(20_000), gas: 100_000n });
  machine.run();
  const saved = machine.snapshot();
  const save = Array.from({ length: 30 }, () => milliseconds(() => machine.snapshot()));
  const restore = Array.from({ length: 30 }, () => milliseconds(() => program.restore(saved).dispose()));
  return {
    "guest pages resident (KiB)": machine.memory.residentBytes / 1024,
    "snapshot (ms)": median(save.slice(5)),
    "… its size (KiB)": saved.length / 1024,
    "restore (ms)": median(restore.slice(5)),
  };
}

/** Making the interpreter at first use. */
function generate(): Figures {
  const { isa } = rulesOf("080");
  let size = 0;
  const first = milliseconds(() => interpreterModule(isa, "br_table", false));
  const again = Array.from({ length: 9 }, () =>
    milliseconds(() => {
      size = generateInterpreter(isa, { dispatch: "br_table", stepping: false }).length;
    }),
  );
  return {
    "generate the interpreter, first (ms)": first,
    "… again (ms)": median(again),
    "… its size (KiB)": size / 1024,
  };
}

const PROBES: Readonly<Record<string, (argument: string) => Figures>> = {
  hostCall,
  load,
  machines,
  instantiate,
  snapshot,
  generate,
};

const [name, given] = argv.slice(2) as [string, string];
stdout.write(JSON.stringify((PROBES[name] as (argument: string) => Figures)(given)));
