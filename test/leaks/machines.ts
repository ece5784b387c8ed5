/** Makes and forgets many machines in a process of its own, and prints what they left behind. Run with `--expose-gc`. */
import { argv, memoryUsage, stdout } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { assemble, type PvmProgram, pvm } from "vivarium/pvm";

/** What a process prints. */
export interface Report {
  readonly machines: number;
  /** Growth of resident memory after the first tenth, in bytes. */
  readonly resident: number;
  /** Growth of the garbage-collected heap after the first tenth, in bytes. */
  readonly heap: number;
  /** Growth of the WebAssembly memories after the first tenth, in bytes. */
  readonly external: number;
}

const collect = (globalThis as unknown as { gc: () => void }).gc;

const SOURCE = `
.rw
counter: .zero 4096
.code
  load_imm s0, 20
  fallthrough
again:
  store_u64 s0, counter
  add_imm_64 s0, s0, -1
  branch_ne_imm s0, 0, again
  load_imm_64 ra, 0xffff0000
  jump_ind ra, 0
`;

function program(): PvmProgram {
  return pvm.load(assemble(SOURCE, { profile: "080", format: "spi" }).bytes, { profile: "080" });
}

function once(p: PvmProgram, dispose: boolean): void {
  const machine = p.instantiate({ gas: 1_000_000n });
  const exit = machine.run();
  if (exit.kind !== "halt") throw new Error(exit.kind);
  if (dispose) machine.dispose();
}

/** Finalizers run between tasks. */
async function collected(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    collect();
    await wait(1);
  }
}

async function measure(total: number, work: (i: number) => void): Promise<Report> {
  const tenth = total / 10;
  for (let i = 0; i < tenth; i++) {
    work(i);
    if (i % 1000 === 999) await collected();
  }
  await collected();
  const before = memoryUsage();
  for (let i = tenth; i < total; i++) {
    work(i);
    if (i % 1000 === 999) await collected();
  }
  await collected();
  const after = memoryUsage();
  return {
    machines: total,
    resident: after.rss - before.rss,
    heap: after.heapUsed - before.heapUsed,
    external: after.external + after.arrayBuffers - before.external - before.arrayBuffers,
  };
}

const shared = program();
const kinds: Readonly<Record<string, (i: number) => void>> = {
  /** Disposed of, all of one program. */
  disposed: () => once(shared, true),
  /** Left to the garbage collector. */
  forgotten: () => once(shared, false),
  /** A new program for every machine: its translated code has to go too. */
  programs: () => once(program(), true),
};
const [kind, total] = argv.slice(2) as [string, string];
stdout.write(JSON.stringify(await measure(Number(total), kinds[kind] as (i: number) => void)));
