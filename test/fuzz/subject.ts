/** One machine under test: runs a case by a fixed policy, and everything that can be seen of it at an exit. */
import type { PvmContext, PvmHost, PvmMachine, PvmProgram } from "../../packages/vivarium/src/guests/pvm/program.js";
import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import type { Exit } from "../../packages/vivarium/src/machine/exits.js";
import type { RunOptions } from "../../packages/vivarium/src/machine/machine.js";
import type { Coverage } from "./coverage.js";
import type { Case } from "./generate.js";

const PAGE = 4096;
/** What a case may do at most, so that every run ends. */
const MOST_HOST_CALLS = 24;
const MOST_FAULTS = 4;
const MOST_EXITS = 8;
const MOST_TOP_UPS = 1;
/** Far more than such programs take; only where slices are small. */
const TIME_LIMIT_MS = 5_000;
/** Little, so that growing a heap meets the limit, and all of it can be compared at every exit. */
export const MEMORY = { max: 64 * PAGE };
/** Where host functions write and whose rights they change. */
const HOST_PAGE = 0x24000;

/** Everything that can be seen of a machine. */
export interface Observation {
  readonly exit: string;
  readonly pc: number;
  /** Gas left, and what the policy has not handed out yet. */
  readonly gas: bigint;
  readonly registers: BigUint64Array;
  readonly heap: bigint;
  readonly memory: string;
  /** What host functions saw: one line a call. */
  readonly log: readonly string[];
}

/** The first difference between two observations, as text; `undefined` if there is none. */
export function difference(expected: Observation, actual: Observation): string | undefined {
  if (expected.exit !== actual.exit) return `exit: ${actual.exit}, expected ${expected.exit}`;
  if (expected.pc !== actual.pc) return `pc: ${actual.pc}, expected ${expected.pc}`;
  if (expected.gas !== actual.gas) return `gas: ${actual.gas}, expected ${expected.gas}`;
  for (let i = 0; i < expected.registers.length; i++) {
    const [want, got] = [expected.registers[i], actual.registers[i]];
    if (want !== got) return `register ${i}: 0x${got.toString(16)}, expected 0x${want.toString(16)}`;
  }
  if (expected.heap !== actual.heap) return `heap: ${actual.heap}, expected ${expected.heap}`;
  if (expected.memory !== actual.memory) return `memory: ${actual.memory}, expected ${expected.memory}`;
  if (expected.log.length !== actual.log.length) {
    return `host calls: ${actual.log.length}, expected ${expected.log.length}`;
  }
  for (let i = 0; i < expected.log.length; i++) {
    if (expected.log[i] !== actual.log[i]) return `host call ${i}: ${actual.log[i]}, expected ${expected.log[i]}`;
  }
  return undefined;
}

function exitText(exit: Exit): string {
  switch (exit.kind) {
    case "fault":
      return `fault ${exit.access} ${exit.address} ${exit.page}`;
    case "out-of-gas":
      return `out-of-gas ${exit.needed}`;
    case "host":
      return `host ${exit.id}`;
    case "host-error":
      return `host-error ${exit.id} ${String(exit.error)} ${exit.registers.join()}`;
    case "panic":
      return `panic ${exit.reason ?? ""}`;
    case "trap":
      return `trap ${exit.code}`;
    case "interrupted":
      return `interrupted ${exit.reason}`;
    default:
      return exit.kind;
  }
}

/** Rights and contents: two memories with the same text hold the same, as far as a 32-bit hash can tell. */
export function memoryText(machine: PvmMachine): string {
  let text = "";
  for (const m of machine.memory.mappings()) text += `${m.start.toString(16)}-${m.end.toString(16)}${m.access[0]} `;
  for (const { page, bytes } of machine.memory.contents()) {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    let hash = page;
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193) ^ (hash >>> 15);
    text += `${page.toString(16)}:${(hash >>> 0).toString(16)} `;
  }
  return text;
}

/** How a machine is run in other ways than from exit to exit; `undefined` fields change nothing. */
export interface Manner {
  /** Gas is handed out in portions of so much. */
  readonly portion?: number;
  /** So many steps at a time. */
  readonly steps?: () => number;
  /** Stops before these places. */
  readonly breakpoints?: readonly number[];
  /** Called before every run but the first: may save, restore, change the tier. */
  readonly between?: (subject: Subject) => void;
  /** Gas of a slice; as long as the tier likes by default. */
  readonly slice?: number;
  /** Asked before every run and in every host call whether the machine is interrupted there. */
  readonly interrupt?: () => boolean;
  /** Asked in every host call whether its result comes later; what happens to the machine until then. */
  readonly park?: () => boolean;
  readonly whileParked?: (subject: Subject) => void;
  /** Options of a run in {@link Subject.nextAsync}. */
  readonly runOptions?: () => RunOptions;
  /** Every exit is an observation, not only those that the manner has nothing to do with. */
  readonly all?: boolean;
  /** Told what every run begins with and how it ends. */
  readonly coverage?: Coverage;
}

/** A result that comes when it is told to: what a promise is to a machine, without waiting for one. */
class Later {
  #settle: () => void = () => {};
  constructor(readonly result: () => Awaited<ReturnType<PvmHost[number]>>) {}

  then(ok: (value: unknown) => void, fail: (error: unknown) => void): Promise<void> {
    this.#settle = () => {
      try {
        ok(this.result());
      } catch (error) {
        fail(error);
      }
    };
    return Promise.resolve();
  }
  settle(): void {
    this.#settle();
  }
}

export class Subject {
  machine: PvmMachine;
  readonly log: string[] = [];
  readonly #host: PvmHost;
  /** Gas that is still to be handed out. */
  #withheld = 0n;
  #hostCalls = 0;
  #faults = 0;
  #exits = 0;
  #topUps = 0;
  #done = false;
  #later: Later | undefined;
  #async = false;

  constructor(
    readonly program: PvmProgram,
    readonly c: Case,
    tier: Tier,
    readonly manner: Manner = {},
    gas = c.gas,
  ) {
    this.#host = this.#functions();
    const { registers, regions } = c;
    this.machine = program.instantiate({ tier, registers, regions, host: this.#host, gas: 0n, memory: MEMORY });
    const { memory } = this.machine;
    // Numbers that are easy to recognise, at both ends of every region.
    const pattern = Uint8Array.from({ length: 24 }, (_, i) => 0xa1 + 7 * i);
    for (const { start, length } of c.regions) {
      memory.force(start, pattern);
      memory.force(start + length - pattern.length, pattern);
    }
    for (const pc of manner.breakpoints ?? []) this.machine.addBreakpoint(pc);
    this.#slice();
    this.#give(BigInt(gas));
  }

  #give(gas: bigint): void {
    this.#withheld += gas;
    const now = BigInt(this.manner.portion ?? Number.MAX_SAFE_INTEGER);
    const portion = this.#withheld < now ? this.#withheld : now;
    this.#withheld -= portion;
    this.machine.gas += portion;
  }

  /**
   * The size of slices belongs to what executes the machine, and is new when that is. Compiled code pays for several
   * segments at once and counts on slices that are large enough for all that a region can pay.
   */
  #slice(): void {
    const { slice } = this.manner;
    if (slice !== undefined && !this.machine.tier.startsWith("jit"))
      (this.machine.backend as { slice: number }).slice = slice;
  }

  /** Goes on in another tier. */
  switchTier(tier: Tier): void {
    this.machine.switchTier(tier);
    this.#slice();
  }

  /** The same run goes on in a restored copy. */
  restore(tier: Tier): void {
    const bytes = this.machine.snapshot();
    this.machine.dispose();
    this.machine = this.program.restore(bytes, { tier, host: this.#host, memory: MEMORY });
    this.#slice();
    for (const pc of this.manner.breakpoints ?? []) this.machine.addBreakpoint(pc);
  }

  /** What host functions do depends on the state of the machine and on how many calls there have been. */
  #functions(): PvmHost {
    const seen =
      (f: (ctx: PvmContext, n: number) => ReturnType<PvmHost[number]>) =>
      (ctx: PvmContext): ReturnType<PvmHost[number]> => {
        const n = this.#hostCalls++;
        const { machine } = this;
        this.log.push(`${ctx.id} at ${machine.pc}, gas ${ctx.gas + this.#withheld}, ${machine.registers.join()}`);
        if (this.manner.interrupt?.()) machine.interrupt();
        if (n >= MOST_HOST_CALLS) return ctx.panic("too many host calls");
        if (!this.manner.park?.()) return f(ctx, n);
        // What it does is done at once, what it answers is told later.
        let result: () => Awaited<ReturnType<PvmHost[number]>>;
        try {
          const value = f(ctx, n) as Awaited<ReturnType<PvmHost[number]>>;
          result = () => value;
        } catch (error) {
          result = () => {
            throw error;
          };
        }
        if (this.#async) return n % 2 === 0 ? Promise.resolve().then(result) : nextTurn().then(result);
        this.#later = new Later(result);
        return this.#later as unknown as ReturnType<PvmHost[number]>;
      };
    const low = (ctx: PvmContext, register: number): number => Number(ctx.registers[register] & 0xffffffffn);
    return {
      0: seen((ctx) => ctx.gas + this.#withheld),
      1: seen((ctx) => {
        if (ctx.gas + this.#withheld < 7n) return ctx.outOfGas();
        ctx.gas += this.#withheld;
        this.#withheld = 0n;
        ctx.charge(7n);
        return 1;
      }),
      2: seen((ctx) => (ctx.memory.writeU64(low(ctx, 1), ctx.registers[8]) ? 1 : 0)),
      3: seen((ctx, n) => {
        ctx.memory.map(HOST_PAGE, PAGE, (["read", "none", "write"] as const)[n % 3]);
      }),
      4: seen((ctx) => {
        ctx.gas += 50n;
        ctx.registers[9] = ctx.memory.readU64(low(ctx, 2)) ?? 0n;
      }),
      5: seen((ctx) => ctx.panic("asked")),
      6: seen((ctx) => ctx.halt()),
      7: seen((ctx) => ctx.fault(HOST_PAGE + 0x10)),
      8: seen(() => {
        throw new Error("asked");
      }),
      9: seen((ctx) => ctx.outOfGas()),
    };
  }

  observe(exit: string): Observation {
    const { machine } = this;
    return {
      exit,
      pc: machine.pc,
      gas: machine.gas + this.#withheld,
      registers: machine.registers.slice(),
      heap: machine.backend.getVar("heap"),
      memory: memoryText(machine),
      log: this.log.slice(),
    };
  }

  /** Goes on to the next exit that the manner has nothing to do with; `undefined` when the run is over. */
  next(): Observation | undefined {
    while (!this.#done) {
      if (this.manner.interrupt?.()) this.machine.interrupt();
      const index = this.manner.coverage?.before(this.machine) ?? 0;
      const exit = this.machine.run(this.#options());
      this.manner.coverage?.after(this.machine.code, index, exit.kind);
      const seen = this.#see(exit);
      if (seen !== undefined) return seen;
    }
    return undefined;
  }

  /** The same with `runAsync`, whose host functions answer with promises. */
  async nextAsync(): Promise<Observation | undefined> {
    this.#async = true;
    while (!this.#done) {
      if (this.manner.interrupt?.()) this.machine.interrupt();
      const seen = this.#see(await this.machine.runAsync({ ...this.#options(), ...this.manner.runOptions?.() }));
      if (seen !== undefined) return seen;
    }
    return undefined;
  }

  #options(): RunOptions {
    const { steps, slice } = this.manner;
    // A tier that asks for too little gas gets the same small slice for ever.
    const timeout = slice === undefined ? {} : { timeout: TIME_LIMIT_MS };
    return steps === undefined ? timeout : { ...timeout, steps: steps() };
  }

  /** What the manner or the policy does about an exit; what is seen of the machine when it is the policy. */
  #see(exit: Exit): Observation | undefined {
    if (exit.kind === "parked") {
      this.manner.whileParked?.(this);
      this.#later?.settle();
      this.#later = undefined;
      return undefined;
    }
    const interrupted = exit.kind === "interrupted";
    if (interrupted && exit.reason === "deadline" && this.manner.runOptions === undefined) {
      throw new Error("a run does not end");
    }
    const own = interrupted || exit.kind === "step" || exit.kind === "breakpoint" || this.#starved(exit);
    if (!own) {
      const observation = this.observe(exitText(exit));
      this.#follow(exit);
      if (!this.#done) this.manner.between?.(this);
      return observation;
    }
    // A machine that waits for a promise cannot be saved.
    if (this.machine.status !== "parked") this.manner.between?.(this);
    return this.manner.all ? this.observe(exit.kind) : undefined;
  }

  /** The gas that ran out was only a portion: hands out the next. */
  #starved(exit: Exit): boolean {
    // `needed` is 0 where a host function said that gas is missing.
    if (exit.kind !== "out-of-gas" || exit.needed === 0 || this.#withheld === 0n) return false;
    this.#give(0n);
    return true;
  }

  /** What the policy does about an exit. */
  #follow(exit: Exit): void {
    const { machine, c } = this;
    if (++this.#exits >= MOST_EXITS) this.#done = true;
    switch (exit.kind) {
      case "fault":
        if (++this.#faults > MOST_FAULTS) this.#done = true;
        // Sometimes only what was missing, so that a store to the page faults again.
        else machine.memory.map(exit.page, PAGE, (c.plan >>> this.#faults) & 1 ? exit.access : "write");
        return;
      case "host":
        machine.registers[7] = (BigInt(exit.id >>> 0) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
        return;
      case "out-of-gas":
        if (++this.#topUps > MOST_TOP_UPS) this.#done = true;
        else this.#give(BigInt(c.plan % 200));
        return;
      default:
        this.#done = true;
    }
  }

  dispose(): void {
    this.machine.dispose();
  }
}

/** Behind whatever else the event loop has to do. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
