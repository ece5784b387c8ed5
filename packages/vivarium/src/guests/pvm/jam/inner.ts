/** Inner machines: programs that a service makes, fills and runs through host calls (GP B.8, Ω_M to Ω_X). */
import { LoadError, VivError } from "../../../machine/errors.js";
import type { Exit } from "../../../machine/exits.js";
import type { Delegation, HostResult } from "../../../machine/host.js";
import { MemoryBudget, PAGE } from "../../../machine/memory.js";
import { skipAt } from "../blob.js";
import { PvmContext, type PvmHost, type PvmMachine, type PvmProgram } from "../program.js";
import { REGISTER_COUNT } from "../spi.js";
import { canWrite, priced, readRange, worked, writeRange } from "./calls.js";
import { sameBytes } from "./codec.js";
import { gas, type JamCalls } from "./general.js";
import { INNER, RESULT } from "./results.js";

/** Limits that hold for all inner machines of a machine together, however they are nested. */
export interface InnerLimits {
  /** Machines that exist at the same time; default 63. */
  readonly machines: number;
  /** Bytes of their program blobs, each different one counted once; default 4,000,000. */
  readonly code: number;
  /**
   * How deep inner machines may serve the host calls of this family themselves. Default 0, which is the specification:
   * every host call of an inner machine ends its `invoke`, and what it means is up to the program outside.
   */
  readonly nesting: number;
}
export const INNER_LIMITS: InnerLimits = { machines: 63, code: 4_000_000, nesting: 0 };

/** Gas and 13 registers, as `invoke` reads and writes them. */
const BLOCK_BYTES = 8 * (1 + REGISTER_COUNT);
const FIRST_PAGE = 16n;
const PAGES = 1n << 20n;
/** A machine cannot hold more; what is above stays with the caller and is given back. */
const MOST_GAS = (1n << 63n) - 1n;
/** Modes of `pages` (GP B.8, Ω_Z): the access that pages get, and whether their contents go. */
const PAGE_MODES = [
  { access: "none", zero: true },
  { access: "read", zero: true },
  { access: "write", zero: true },
  { access: "read", zero: false },
  { access: "write", zero: false },
] as const;

/** What all inner machines of one outermost machine share. */
export class InnerPool {
  readonly limits: InnerLimits;
  readonly #programs: { readonly program: PvmProgram; users: number }[] = [];
  #machines = 0;
  #code = 0;
  #budget: MemoryBudget | undefined;

  constructor(limits: Partial<InnerLimits> = {}) {
    this.limits = { ...INNER_LIMITS, ...limits };
    for (const [name, value] of Object.entries(this.limits)) {
      if (!Number.isInteger(value) || value < 0 || value > MOST[name as keyof InnerLimits]) {
        throw new VivError("OPTION_RANGE", `inner.${name}: ${value}`);
      }
    }
  }

  get machines(): number {
    return this.#machines;
  }
  get codeBytes(): number {
    return this.#code;
  }

  /** The memory that inner machines map is counted against the limit of the outermost machine. */
  budgetOf(owner: PvmMachine): MemoryBudget {
    if (this.#budget === undefined) {
      this.#budget = new MemoryBudget(owner.limits.memory);
      owner.memory.share(this.#budget);
    }
    return this.#budget;
  }

  /** The program of a blob: decoded once, however many machines run it. @throws LoadError, VivError `JAM_INNER_LIMIT` */
  acquire(owner: PvmProgram, bytes: Uint8Array): PvmProgram {
    if (this.#machines >= this.limits.machines) {
      throw new VivError("JAM_INNER_LIMIT", `more than ${this.limits.machines} inner machines`);
    }
    let found = this.#programs.find(({ program }) => sameBytes(program.bytes, bytes));
    if (found === undefined) {
      if (this.#code + bytes.length > this.limits.code) {
        throw new VivError("JAM_INNER_LIMIT", `inner machines of more than ${this.limits.code} bytes of code`);
      }
      found = { program: owner.loadBlob(bytes.slice()), users: 0 };
      this.#programs.push(found);
      this.#code += bytes.length;
    }
    found.users++;
    this.#machines++;
    return found.program;
  }
  release(program: PvmProgram): void {
    const at = this.#programs.findIndex((p) => p.program === program);
    const found = this.#programs[at];
    if (found === undefined) return;
    this.#machines--;
    if (--found.users > 0) return;
    this.#programs.splice(at, 1);
    this.#code -= program.bytes.length;
  }
}
const MOST: Readonly<Record<keyof InnerLimits, number>> = { machines: 4096, code: 2 ** 30, nesting: 64 };

/** One inner machine. */
export interface Inner {
  readonly program: PvmProgram;
  readonly machine: PvmMachine;
  /** The pc it was made with, as long as it stands there and no instruction does (profile 072 only: it traps). */
  stray: bigint | undefined;
  /** Its own inner machines, where nesting is allowed. */
  readonly children: InnerMachines | undefined;
}

/** An `invoke` that has not come back. */
export interface PendingInvoke {
  readonly handle: number;
  /** Where gas and registers are written back. */
  readonly address: bigint;
  /** Gas that did not fit into the inner machine. */
  readonly excess: bigint;
}

/** The inner machines of one machine, and the host calls that deal with them. */
export class InnerMachines {
  readonly handles = new Map<number, Inner>();
  pending: PendingInvoke | undefined;

  constructor(
    readonly pool: InnerPool,
    readonly depth = 0,
  ) {}

  readonly calls: JamCalls = {
    machine: priced((context) => this.#make(context)),
    peek: priced((context) => this.#peek(context)),
    poke: priced((context) => this.#poke(context)),
    pages: priced((context) => this.#pages(context)),
    invoke: priced((context) => this.#invoke(context)),
    expunge: priced((context) => this.#expunge(context)),
  };

  #find(handle: bigint): Inner | undefined {
    return handle < 1n << 32n ? this.handles.get(Number(handle)) : undefined;
  }

  #make(context: PvmContext): HostResult {
    const [at, length, pc] = context.registers.subarray(7, 10) as unknown as bigint[];
    const bytes = readRange(context, at, length);
    if (bytes === undefined) return context.panic("the program cannot be read");
    // Decoding is many times the work of reading.
    worked(context, 32 * bytes.length);
    try {
      const inner = this.create(context.machine, bytes, pc);
      let handle = 0;
      while (this.handles.has(handle)) handle++;
      this.handles.set(handle, inner);
      return handle;
    } catch (error) {
      if (error instanceof LoadError) return RESULT.HUH;
      throw error;
    }
  }

  /** @throws LoadError for what is no program; VivError `JAM_INNER_LIMIT` */
  create(owner: PvmMachine, bytes: Uint8Array, pc: bigint, snapshot?: Uint8Array): Inner {
    const budget = this.pool.budgetOf(owner);
    const program = this.pool.acquire(owner.program as PvmProgram, bytes);
    try {
      const children = this.depth < this.pool.limits.nesting ? new InnerMachines(this.pool, this.depth + 1) : undefined;
      const options = {
        tier: owner.tier,
        gas: 0n,
        memory: { max: owner.limits.memory },
        host: children && ({ gas, ...children.calls } as PvmHost),
      };
      if (snapshot !== undefined) {
        const machine = program.restore(snapshot, options);
        machine.memory.share(budget);
        if (budget.used > budget.limit) {
          machine.dispose();
          throw new VivError("SNAPSHOT_LIMITS", "the inner machines need more memory than this machine may have");
        }
        return { program, machine, stray: undefined, children };
      }
      const entry = pc < 1n << 53n ? Number(pc) : Number.MAX_SAFE_INTEGER;
      const machine = program.instantiate({ ...options, entry });
      machine.memory.share(budget);
      const stray = program.code.indexOf(entry) < 0 || machine.pc !== entry ? pc : undefined;
      return { program, machine, stray, children };
    } catch (error) {
      this.pool.release(program);
      throw error;
    }
  }

  #peek(context: PvmContext): HostResult {
    const [handle, to, from, length] = context.registers.subarray(7, 11) as unknown as bigint[];
    if (!canWrite(context, to, length)) return context.panic("the destination cannot be written");
    const inner = this.#find(handle);
    if (inner === undefined) return RESULT.WHO;
    const bytes = innerRange(from, length) ? inner.machine.memory.read(Number(from), Number(length)) : undefined;
    if (bytes === undefined) return length === 0n ? RESULT.OK : RESULT.OOB;
    writeRange(context, to, bytes);
    return RESULT.OK;
  }

  #poke(context: PvmContext): HostResult {
    const [handle, from, to, length] = context.registers.subarray(7, 11) as unknown as bigint[];
    const bytes = readRange(context, from, length);
    if (bytes === undefined) return context.panic("the source cannot be read");
    const inner = this.#find(handle);
    if (inner === undefined) return RESULT.WHO;
    if (length === 0n) return RESULT.OK;
    return innerRange(to, length) && inner.machine.memory.write(Number(to), bytes) ? RESULT.OK : RESULT.OOB;
  }

  #pages(context: PvmContext): HostResult {
    const [handle, first, count, mode] = context.registers.subarray(7, 11) as unknown as bigint[];
    const inner = this.#find(handle);
    if (inner === undefined) return RESULT.WHO;
    if (mode >= BigInt(PAGE_MODES.length) || first < FIRST_PAGE || first + count >= PAGES) return RESULT.HUH;
    const { access, zero } = PAGE_MODES[Number(mode)] as (typeof PAGE_MODES)[number];
    const { memory } = inner.machine;
    const [start, length] = [Number(first) * PAGE, Number(count) * PAGE];
    // Only pages that are mapped have contents to keep. Mapped and readable are the same.
    if (!zero && !memory.readable(start, length)) return RESULT.HUH;
    worked(context, Number(count) * 64);
    if (!memory.map(start, length, access)) {
      throw new VivError("JAM_INNER_LIMIT", `${count} more pages than the memory limit of the machine allows`);
    }
    if (zero && access !== "none") {
      memory.unmap(start, length);
      memory.map(start, length, access);
    }
    return RESULT.OK;
  }

  #invoke(context: PvmContext): HostResult {
    const [handle, address] = context.registers.subarray(7, 9) as unknown as bigint[];
    if (!canWrite(context, address, BigInt(BLOCK_BYTES))) return context.panic("gas and registers cannot be written");
    const inner = this.#find(handle);
    if (inner === undefined) return RESULT.WHO;
    const block = readRange(context, address, BigInt(BLOCK_BYTES)) as Uint8Array;
    const words = new DataView(block.buffer, block.byteOffset);
    const given = words.getBigUint64(0, true);
    const excess = given > MOST_GAS ? given - MOST_GAS : 0n;
    inner.machine.gas = given - excess;
    const { registers } = inner.machine;
    for (let r = 0; r < REGISTER_COUNT; r++) registers[r] = words.getBigUint64(8 + 8 * r, true);
    this.pending = { handle: Number(handle), address, excess };
    return this.resume(context, this.pending);
  }

  /** Runs the inner machine of an `invoke`, and deals with how it comes back. */
  resume(context: PvmContext, pending: PendingInvoke): Delegation {
    const { machine } = this.handles.get(pending.handle) as Inner;
    return context.run(machine, (exit) => {
      this.pending = undefined;
      return this.#returned(context, pending, exit);
    });
  }

  #returned(context: PvmContext, { handle, address, excess }: PendingInvoke, exit: Exit): HostResult {
    const inner = this.handles.get(handle) as Inner;
    const { machine } = inner;
    if (exit.kind === "host-error") throw exit.error;
    const block = new Uint8Array(BLOCK_BYTES);
    const words = new DataView(block.buffer);
    words.setBigUint64(0, machine.gas + excess, true);
    machine.registers.forEach((value, r) => words.setBigUint64(8 + 8 * r, value, true));
    writeRange(context, address, block);
    if (exit.kind !== "out-of-gas") inner.stray = undefined;
    switch (exit.kind) {
      case "halt":
      case "panic":
        // What has ended stands at 0, and begins there when it is invoked again (GP A.1). In profile 080 the flag that
        // says whether the block is paid survives a panic or halt.
        machine.standAt(machine.code.indexOf(0));
        machine.backend.charged = inner.program.profile === "080";
        return exit.kind === "halt" ? INNER.HALT : INNER.PANIC;
      case "fault":
        context.registers[8] = BigInt(exit.page);
        return INNER.FAULT;
      case "host":
        context.registers[8] = BigInt.asUintN(64, BigInt(exit.id));
        return INNER.HOST;
      case "out-of-gas":
        return INNER.OOG;
      default:
        throw new VivError("INTERNAL", `an inner machine came back with ${exit.kind}`);
    }
  }

  #expunge(context: PvmContext): HostResult {
    const [handle] = context.registers.subarray(7, 8) as unknown as bigint[];
    const inner = this.#find(handle);
    if (inner === undefined) return RESULT.WHO;
    const pc = pcOf(inner);
    this.#drop(Number(handle), inner);
    return pc;
  }

  #drop(handle: number, inner: Inner): void {
    inner.children?.dispose();
    this.handles.delete(handle);
    inner.machine.dispose();
    this.pool.release(inner.program);
  }

  /** Takes all inner machines down. */
  dispose(): void {
    this.pending = undefined;
    for (const [handle, inner] of this.handles) this.#drop(handle, inner);
  }
}

/** Where an inner machine goes on: behind the host call that it came back with. */
export function pcOf({ machine, program, stray }: Inner): bigint {
  if (stray !== undefined) return stray;
  const { pc } = machine;
  return BigInt(machine.status === "at-host" ? pc + 1 + skipAt(program.blob, pc) : pc);
}

function innerRange(address: bigint, length: bigint): boolean {
  return address + length <= 1n << 32n;
}

/** A context for a machine whose host call is taken up again outside of it. */
export function contextOf(machine: PvmMachine): PvmContext {
  return new PvmContext(machine);
}
