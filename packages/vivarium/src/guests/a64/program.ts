/** A64 programs and machines: what `vivarium/a64` offers, on top of the machinery that all guests share. */
import { type Code, FIELDS } from "../../isa/code.js";
import { clearTransient } from "../../isa/transient.js";
import { STOP } from "../../machine/backend.js";
import { LoadError, VivError } from "../../machine/errors.js";
import type { Exit } from "../../machine/exits.js";
import { HostContext, type HostFunction } from "../../machine/host.js";
import {
  type Executable,
  type Guest,
  type HostTable,
  Machine,
  type MachineOptions,
  type RunOptions,
  type Tiers,
} from "../../machine/machine.js";
import { type Access, PAGE } from "../../machine/memory.js";
import { sha256 } from "../../machine/sha256.js";
import { decodeSnapshot, encodeSnapshot, restoreInto } from "../../machine/snapshot.js";
import type { MachineState } from "../../machine/state.js";
import { decodeCode, ROW, wordAt, wordCount, wordText } from "./code.js";
import { elfImage, isElf } from "./elf.js";
import { classOf } from "./encodings/index.js";
import { type Image, type LoadOptions, rawImage, STACK_TOP } from "./image.js";
import { SINK, SP, TARGET, ZERO } from "./rows/common.js";

const LR = 30;
const DEFAULT_STACK = 256 << 10;

/** What a host function of an A64 program is given. */
export class A64Context extends HostContext<A64Machine> {
  /** x0 to x30 and sp, shared with the core. Read this anew after anything that may allocate memory. */
  get registers(): BigUint64Array {
    return this.machine.registers;
  }
}

export type A64HostFunction = HostFunction<A64Context>;

/** Memory beyond what the program brings. */
export interface A64Region {
  /** Multiple of 4096. */
  readonly start: number;
  readonly length: number;
  readonly access: Access;
  readonly contents?: Uint8Array;
}

export interface A64Options extends MachineOptions {
  /** Serves `svc #n` by number, or by name where `names` says which number a name has. */
  readonly host?: Readonly<Record<number | string, A64HostFunction>>;
  readonly names?: Readonly<Record<string, number>>;
  /** Bytes of stack; default 256 KiB. */
  readonly stack?: number;
  readonly regions?: readonly A64Region[];
}

/** What a call came to. */
export interface A64Result {
  readonly exit: Exit;
  /** x0, unsigned; what it means is the exit's to say. */
  readonly value: bigint;
}

/** Integers for x0, x1 …; `floats` for d0, d1 … */
export type A64Arguments = readonly (bigint | number)[];

const guest: Guest = {
  name: "a64",
  fault: () => "fault",
  result: (machine, value) => {
    (machine as A64Machine).registers[0] = BigInt.asUintN(64, BigInt(value));
  },
  registers: (machine) => [...(machine as A64Machine).registers],
  panic: (machine) => (machine as A64Machine).explainPanic(),
};

export class A64Machine extends Machine {
  declare readonly program: A64Program;
  #words: BigUint64Array;
  #stackTop = 0n;

  constructor(program: A64Program, tiers: Tiers, host: HostTable, options: A64Options) {
    super(program, tiers, host, options);
    this.#words = this.registersOf("x");
  }

  protected override createContext(): A64Context {
    return new A64Context(this);
  }

  /** The general registers and what is hidden behind them; views go stale when memory grows. */
  get #x(): BigUint64Array {
    if (this.#words.length === 0) this.#words = this.registersOf("x");
    return this.#words;
  }
  /** x0 to x30 and sp, shared with the core. Read this anew after anything that may allocate memory. */
  get registers(): BigUint64Array {
    const all = this.registersOf("x");
    return all.subarray(0, SP + 1);
  }
  /** v0 to v31, 16 bytes each, shared with the core: d0 is at index 0, d1 at 2. */
  get vectors(): Float64Array {
    const bytes = this.backend.bank("v");
    return new Float64Array(bytes.buffer, bytes.byteOffset, 64);
  }
  /**
   * The flags: N, Z, C, V in bits 3 to 0. What the code overwrites before it reads it is 0: such flags are not kept, and
   * would depend on the tier. At `brk`, `svc`, computed jumps and returns all are there.
   */
  get nzcv(): number {
    const bytes = this.backend.bank("flags").slice();
    clearTransient(this.code, this.backend.index, bytes);
    const [z, c, lt, n] = new Int32Array(bytes.buffer) as unknown as [number, number, number, number];
    return (n << 3) | (z << 2) | (c << 1) | (n ^ lt);
  }
  set nzcv(value: number) {
    if (!Number.isInteger(value) || value < 0 || value > 15) throw new VivError("OPTION_RANGE", `nzcv: ${value}`);
    const n = value >> 3;
    this.#flags().set([(value >> 2) & 1, (value >> 1) & 1, n ^ (value & 1), n]);
  }
  #flags(): Int32Array {
    const bytes = this.backend.bank("flags");
    return new Int32Array(bytes.buffer, bytes.byteOffset, 4);
  }

  /** Maps code, data and stack and stands at the entry. */
  prepareMemory(options: A64Options): void {
    const { image } = this.program;
    const stack = options.stack ?? DEFAULT_STACK;
    if (!Number.isInteger(stack) || stack < 0 || stack > 2 ** 29) throw new VivError("OPTION_RANGE", `stack: ${stack}`);
    const stackBytes = Math.ceil(stack / PAGE) * PAGE;
    const { address, bytes } = image.code;
    const regions: readonly A64Region[] = [
      { start: address, length: bytes.length, access: "read", contents: bytes },
      ...image.data.map((s) => ({ start: s.address, length: s.size, access: s.access, contents: s.bytes })),
      { start: STACK_TOP - stackBytes, length: stackBytes, access: "write" as const },
      ...(options.regions ?? []),
    ];
    for (const { start, length, access, contents } of regions) {
      const first = start - (start % PAGE);
      if (length > 0 && !this.memory.map(first, start + length - first, access)) {
        throw new VivError("MEMORY_LIMIT", `the program needs more than ${this.limits.memory} bytes of memory`);
      }
      if (contents !== undefined) this.memory.force(start, contents);
    }
    this.#stackTop = BigInt(STACK_TOP);
    this.prepare(image.entry);
  }

  /**
   * Stands at a function with its arguments in x0 to x7 and, for `floats`, d0 to d7; `run()` executes it until it
   * returns. The stack is empty; all other registers keep what they had.
   *
   * @param entry address, or name of a symbol
   * @throws VivError `A64_SYMBOL`, `A64_ENTRY`, `A64_ARGUMENTS`
   */
  prepare(entry: number | bigint | string, args: A64Arguments = [], floats: readonly number[] = []): void {
    this.standAt(this.#enter(entry, args, floats));
  }

  #enter(entry: number | bigint | string, args: A64Arguments, floats: readonly number[]): number {
    const index = this.program.indexOfEntry(entry);
    if (args.length > 8 || floats.length > 8) {
      throw new VivError("A64_ARGUMENTS", `${Math.max(args.length, floats.length)} arguments, at most 8 of a kind`);
    }
    const x = this.#x;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as bigint | number;
      x[i] = typeof arg === "bigint" ? arg : BigInt(arg);
    }
    if (floats.length > 0) {
      const { vectors } = this;
      for (let i = 0; i < floats.length; i++) {
        vectors[2 * i] = floats[i] as number;
        vectors[2 * i + 1] = 0;
      }
    }
    x[LR] = this.program.returnAddress;
    x[SP] = this.#stackTop;
    return index;
  }

  /**
   * Calls a function and runs it to its end, or to whatever else happens. An exit that can be resumed is: `run()` goes
   * on, and {@link value} is the result when it comes to `halt`.
   *
   * @param entry address, or name of a symbol
   * @throws VivError `A64_SYMBOL`, `A64_ENTRY`, `A64_ARGUMENTS`
   */
  call(
    entry: number | bigint | string,
    args: A64Arguments = [],
    options: RunOptions & { readonly floats?: readonly number[] } = NO_OPTIONS,
  ): A64Result {
    const index = this.#enter(entry, args, options.floats ?? NO_FLOATS);
    this.standAt(index);
    const exit = this.run(options);
    return { exit, value: this.value };
  }

  /**
   * A function for many calls: the short way in. Limits, gas and exits are as with {@link call}.
   *
   * @returns a function of integers that gives x0
   * @throws VivError `A64_SYMBOL`, `A64_ENTRY`; the returned function throws {@link A64CallError} where it does not
   *   come to its end
   */
  function(entry: number | bigint | string): (...args: (bigint | number)[]) => bigint {
    const index = this.program.indexOfEntry(entry);
    const { pure } = this.program;
    return (...args) => {
      this.#enter(entry, args, NO_FLOATS);
      const stop = pure ? this.runPure(index) : 0;
      if (stop !== STOP.halt) {
        if (stop === 0) this.standAt(index);
        const exit = stop === 0 ? this.run() : (this.exitOf(stop) ?? this.run());
        if (exit.kind !== "halt") throw new A64CallError(exit);
      }
      return this.#x[0] as bigint;
    };
  }

  /**
   * The shortest way in, for callers that put registers in place themselves, {@link registers} with x30 and sp included,
   * and give each call a budget of its own: on a machine whose {@link gas} is 0. Programs that call the host take the
   * ordinary way.
   *
   * @param index instruction to begin with, see `program.indexOfEntry`
   * @param gas at most 2^30; what is left afterwards is `backend.fuel`
   * @returns why it came back; `undefined` when it returned
   */
  callWithin(index: number, gas: number): Exit | undefined {
    this.backend.fuel = gas;
    const stop = this.runPure(index);
    if (stop === STOP.halt) return undefined;
    if (stop === 0) this.standAt(index);
    const exit = (stop === 0 ? undefined : this.exitOf(stop)) ?? this.run();
    return exit.kind === "halt" ? undefined : exit;
  }

  /** x0, unsigned. */
  get value(): bigint {
    return this.#x[0] as bigint;
  }
  /** d0. */
  get float(): number {
    return this.vectors[0] as number;
  }

  /** Saves everything as versioned bytes. */
  snapshot(): Uint8Array<ArrayBuffer> {
    return encodeSnapshot(this);
  }
  override saveState(): MachineState {
    // What dropped results leave behind is no part of the state, and differs between the tiers.
    this.registersOf("x")[SINK] = 0n;
    return super.saveState();
  }

  /** Where a jump goes that the code table does not know, or why there is no way on. */
  explainPanic(): { index: number } | { reason: string } {
    const { code, image } = this.program;
    const { index } = this.backend;
    const words = wordCount(image.code.bytes);
    const op = code.op[index] as number;
    if (op === ROW.br || op === ROW.ret || op === ROW.blr || op === ROW.blrLink) {
      const n = op === ROW.blrLink ? TARGET : (code.args[FIELDS * index] as number);
      const address = Number(BigInt.asUintN(32, this.registersOf("x")[n] as bigint));
      const to = code.indexOf(address);
      if (to >= 0 && to < words) return { index: to };
      const why = address % 4 === 0 ? "outside the code" : "not a multiple of 4";
      return { reason: `jump to 0x${address.toString(16)}, which is ${why}` };
    }
    if (op !== ROW.illegal) return { reason: "branch to a place outside the code" };
    if (index >= words) return { reason: "execution ran off the end of the code" };
    const word = wordAt(image.code.bytes, index);
    if (word < 0x10000) return { reason: `udf #${word}` };
    return { reason: `word ${wordText(word)} (${classOf(word)}) at offset ${4 * index} is not implemented` };
  }
}

const NO_OPTIONS = {};
const NO_FLOATS: readonly number[] = [];

/** A call of a function from {@link A64Machine.function} did not come to its end. */
export class A64CallError extends VivError {
  override readonly name: string = "A64CallError";
  constructor(readonly exit: Exit) {
    super("A64_CALL", `the call ended with ${exit.kind}${"reason" in exit ? `: ${exit.reason}` : ""} at pc ${exit.pc}`);
  }
}

export class A64Program implements Executable {
  readonly guest = guest;
  readonly code: Code;
  readonly image: Image;
  /** Address to which the outermost function returns. */
  readonly returnAddress: bigint;
  /** No instruction calls the host. */
  readonly pure: boolean;
  /** What was loaded. */
  readonly bytes: Uint8Array;
  readonly #tiers: Tiers;
  #hash: Uint8Array | undefined;
  readonly #indices = new Map<number | bigint | string, number>();

  constructor(tiers: Tiers, bytes: Uint8Array, image: Image) {
    this.#tiers = tiers;
    this.bytes = bytes;
    this.image = image;
    const { code, returnAddress } = decodeCode(image);
    this.code = code;
    this.returnAddress = BigInt(returnAddress);
    this.pure = !code.op.includes(ROW.svc);
  }

  /** SHA-256 of what was loaded and where it was put. */
  get hash(): Uint8Array {
    if (this.#hash === undefined) {
      const where = new TextEncoder().encode(`a64 ${this.image.code.address} ${this.image.entry}\n`);
      const all = new Uint8Array(where.length + this.bytes.length);
      all.set(where);
      all.set(this.bytes, where.length);
      this.#hash = sha256(all);
    }
    return this.#hash;
  }

  /** Names of the program and their addresses. */
  get symbols(): ReadonlyMap<string, number> {
    return this.image.symbols;
  }

  /** Instruction of an address or a symbol. */
  indexOfEntry(entry: number | bigint | string): number {
    let index = this.#indices.get(entry);
    if (index === undefined) {
      const address = typeof entry === "string" ? this.image.symbols.get(entry) : Number(entry);
      if (address === undefined) throw new VivError("A64_SYMBOL", `no symbol ${JSON.stringify(entry)}`);
      index = this.code.indexOf(address);
      if (index < 0 || index >= wordCount(this.image.code.bytes)) {
        throw new VivError("A64_ENTRY", `no instruction starts at ${address}`);
      }
      if (this.#indices.size < 1000) this.#indices.set(entry, index);
    }
    return index;
  }

  /**
   * A machine that stands at the entry, with code, data and stack in memory.
   * @throws VivError `MEMORY_LIMIT`, `HOST_NAME`, `OPTION_RANGE`
   */
  instantiate(options: A64Options = {}): A64Machine {
    const machine = new A64Machine(this, this.#tiers, hostTable(options), options);
    try {
      machine.prepareMemory(options);
      return machine;
    } catch (error) {
      machine.dispose();
      throw error;
    }
  }

  /** Runs one call in a machine of its own and takes that down again. */
  invoke(
    entry: number | bigint | string = this.image.entry,
    args: A64Arguments = [],
    options: A64Options & RunOptions & { readonly floats?: readonly number[] } = {},
  ): A64Result {
    const machine = this.instantiate(options);
    try {
      return machine.call(entry, args, options);
    } finally {
      machine.dispose();
    }
  }

  /**
   * A machine in the state that was saved.
   * @throws LoadError `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION`, `SNAPSHOT_PROGRAM`; VivError `SNAPSHOT_LIMITS`
   */
  restore(snapshot: Uint8Array, options: A64Options = {}): A64Machine {
    const state = decodeSnapshot(this, snapshot);
    const machine = restoreInto(new A64Machine(this, this.#tiers, hostTable(options), options), state);
    const x = machine.registersOf("x");
    if (x[ZERO] !== 0n) {
      machine.dispose();
      throw new LoadError("SNAPSHOT_INVALID", "the zero register is not zero");
    }
    return machine;
  }
}

function hostTable(options: A64Options): HostTable {
  const table = new Map<number, { name: string; call: HostFunction<never> }>();
  for (const [key, call] of Object.entries(options.host ?? {})) {
    const { names } = options;
    const id = /^\d+$/.test(key)
      ? Number(key)
      : names !== undefined && Object.hasOwn(names, key)
        ? names[key]
        : undefined;
    if (id === undefined || !Number.isInteger(id) || id < 0 || id > 0xffff) {
      throw new VivError("HOST_NAME", `no number from 0 to 65535 is known for host function ${JSON.stringify(key)}`);
    }
    table.set(id, { name: key, call });
  }
  return table;
}

/** A64 on the tiers that are given. */
export function createA64(tiers: Tiers): { load(bytes: Uint8Array, options?: LoadOptions): A64Program } {
  return {
    load: (bytes, options = {}) => {
      const elf = options.format === "elf" || (options.format === undefined && isElf(bytes));
      return new A64Program(tiers, bytes, elf ? elfImage(bytes, options) : rawImage(bytes, options));
    },
  };
}
