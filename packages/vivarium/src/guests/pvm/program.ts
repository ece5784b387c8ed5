/** PVM programs and machines: what `vivarium/pvm` offers, on top of the machinery that all guests share. */
import { type Code, FIELDS } from "../../isa/code.js";
import { LoadError, VivError } from "../../machine/errors.js";
import type { Exit } from "../../machine/exits.js";
import { HostContext, type HostFunction, type HostResult } from "../../machine/host.js";
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
import type { ProgramBlob } from "./blob.js";
import { validateEntry } from "./blocks.js";
import { decodeCode } from "./code.js";
import { HOST_CALLS } from "./host-calls.js";
import { type Profile, type ProfileRules, rulesOf } from "./profiles.js";
import { decodeProgramFile, type ProgramFile, type ProgramFormat } from "./recognise.js";
import { heapEnd, initialRegisters, type LayoutSizes, memoryRegions, REGISTER_COUNT, stackStart, ZONE } from "./spi.js";

/** Result register of host calls, and the two that say where a program's output is. */
const R7 = 7;
const R8 = 8;

/** What a PVM host function is given. */
export class PvmContext extends HostContext<PvmMachine> {
  /** The 13 registers, shared with the core. Read this anew after anything that may allocate memory. */
  get registers(): BigUint64Array {
    return this.machine.registers;
  }
}

export type PvmHostFunction = HostFunction<PvmContext>;

/** Host functions by number, or by name where `names` says which number a name has. */
export type PvmHost = Readonly<Record<number | string, PvmHostFunction>>;

export interface PvmRegion {
  /** Multiple of 4096. */
  readonly start: number;
  readonly length: number;
  readonly access: Access;
  readonly contents?: Uint8Array;
}

export interface PvmOptions extends MachineOptions {
  readonly host?: PvmHost;
  /** Numbers of host functions that `host` gives by name; default: the names of the profile ({@link HOST_CALLS}). */
  readonly names?: Readonly<Record<string, number>>;
  /** Serves every host call that `host` has no function for; without it such a call is the exit `host`. */
  readonly otherwise?: PvmHostFunction;
  /** Arguments of a standard program, at most 2^24 bytes. */
  readonly args?: Uint8Array;
  /** Where to begin; default 0. */
  readonly entry?: number;
  /** Registers of a raw program to begin with; default: all zero. */
  readonly registers?: readonly bigint[];
  /** Memory of a raw program to begin with. */
  readonly regions?: readonly PvmRegion[];
}

export interface PvmLoadOptions {
  /** Default: what a container says, otherwise `080`. */
  readonly profile?: Profile;
  /** Default: recognised. */
  readonly format?: ProgramFormat;
}

/** What an invocation came to. */
export interface PvmResult {
  readonly exit: Exit;
  /** Gas that was used. */
  readonly used: bigint;
  /** After `halt`: memory[r7 .. r7 + r8), empty where that cannot be read. */
  readonly output: Uint8Array;
}

const guest: Guest = {
  name: "pvm",
  // Addresses below 2^16 are never accessible: going there is a panic, not a fault (section A.7).
  fault: (address) => (address < ZONE ? "panic" : "fault"),
  result: (machine, value) => {
    (machine as PvmMachine).registers[R7] = BigInt.asUintN(64, BigInt(value));
  },
  registers: (machine) => [...(machine as PvmMachine).registers],
  system: (machine, index) => {
    const { code } = machine;
    return code.isa.rows[code.op[index] as number]?.mnemonic === "sbrk" ? sbrk(machine as PvmMachine, index) : "none";
  },
};

/** Grows the heap by the bytes in register a and puts its old end into register d (profile 072). */
function sbrk(machine: PvmMachine, index: number): HostResult {
  const { args } = machine.code;
  const d = args[FIELDS * index] as number;
  const bytes = machine.registers[args[FIELDS * index + 1] as number] as bigint;
  const { backend } = machine;
  const end = backend.getVar("heap");
  const limit = BigInt(machine.heapLimit);
  if (end + bytes > limit) return new PvmContext(machine).fault(Number(end));
  if (bytes > 0n) {
    const first = Math.ceil(Number(end) / PAGE) * PAGE;
    const last = Math.ceil(Number(end + bytes) / PAGE) * PAGE;
    if (!machine.memory.map(first, Math.max(0, last - first), "write")) return new PvmContext(machine).fault(first);
    backend.setVar("heap", end + bytes);
  }
  machine.registers[d] = end;
  return undefined;
}

export class PvmMachine extends Machine {
  /** Where the heap must end at the latest. */
  readonly heapLimit: number;

  constructor(program: PvmProgram, tiers: Tiers, host: HostTable, options: PvmOptions) {
    super(program, tiers, host, options);
    this.heapLimit = program.layout === undefined ? 2 ** 32 - ZONE : stackStart(program.layout);
  }

  protected override createContext(): HostContext {
    return new PvmContext(this);
  }
  /** The 13 registers, shared with the core and not copied. Read this anew after anything that may allocate memory. */
  get registers(): BigUint64Array {
    return this.registersOf("r");
  }
  /** What a program that has halted gives back: memory[r7 .. r7 + r8), empty where that cannot be read. */
  output(): Uint8Array {
    const { registers } = this;
    const [start, length] = [registers[R7] as bigint, registers[R8] as bigint];
    if (start >= 2n ** 32n || length > 2n ** 32n) return new Uint8Array(0);
    return this.memory.read(Number(start), Number(length)) ?? new Uint8Array(0);
  }
  /** Saves everything as versioned bytes. */
  snapshot(): Uint8Array<ArrayBuffer> {
    return encodeSnapshot(this);
  }
}

export class PvmProgram implements Executable {
  readonly guest = guest;
  readonly profile: Profile;
  readonly code: Code;
  readonly blob: ProgramBlob;
  /** What the file held besides the code: its format, metadata, names of a container. */
  readonly file: ProgramFile;
  /** Data and sizes from which memory is laid out; a raw blob has none. */
  readonly layout: LayoutSizes | undefined;
  /** What was loaded. */
  readonly bytes: Uint8Array;
  #hash: Uint8Array | undefined;
  readonly #tiers: Tiers;

  constructor(tiers: Tiers, rules: ProfileRules, bytes: Uint8Array, file: ProgramFile) {
    this.#tiers = tiers;
    this.bytes = bytes;
    this.profile = rules.profile;
    this.file = file;
    this.layout = file.format === "blob" ? undefined : file.program;
    const blob = file.format === "blob" ? file.program : file.program.blob;
    this.blob = blob;
    this.code = decodeCode(rules.isa, rules.opcodes, blob, rules.validates);
  }

  get hash(): Uint8Array {
    this.#hash ??= sha256(this.bytes);
    return this.#hash;
  }

  /**
   * Loads a program blob of the same profile for the same tiers: what a machine runs that this program makes.
   * @throws LoadError as `pvm.load` does
   */
  loadBlob(bytes: Uint8Array): PvmProgram {
    return new PvmProgram(this.#tiers, rulesOf(this.profile), bytes, decodeProgramFile(bytes, "blob"));
  }

  /** A machine that stands at the entry point. */
  instantiate(options: PvmOptions = {}): PvmMachine {
    const { layout } = this;
    const entry = options.entry ?? 0;
    if (this.profile === "080") validateEntry(this.blob, entry);
    const machine = new PvmMachine(this, this.#tiers, hostTable(this.profile, options), options);
    try {
      const regions = layout === undefined ? (options.regions ?? []) : memoryRegions(layout, options.args);
      for (const { start, length, access, contents } of regions) {
        if (!machine.memory.map(start, length, access)) {
          throw new VivError("MEMORY_LIMIT", `the program needs more than ${machine.limits.memory} bytes of memory`);
        }
        if (contents !== undefined) machine.memory.force(start, contents);
      }
      machine.registers.set(
        layout === undefined ? checkedRegisters(options.registers) : initialRegisters(options.args?.length),
      );
      machine.backend.setVar("heap", layout === undefined ? BigInt(ZONE) : BigInt(heapEnd(layout)));
      const index = this.code.indexOf(entry);
      // A place without an instruction traps when it is executed: it is the same as the place behind the code.
      machine.standAt(index < 0 ? this.code.count - 1 : index);
      return machine;
    } catch (error) {
      machine.dispose();
      throw error;
    }
  }

  /** Runs the program once with these arguments and takes the machine down again. */
  invoke(options: PvmOptions & RunOptions = {}): PvmResult {
    const machine = this.instantiate(options);
    try {
      return resultOf(machine, machine.gas, machine.run(options));
    } finally {
      machine.dispose();
    }
  }
  /** Like {@link invoke}, giving the event loop its turns and awaiting async host functions. */
  async invokeAsync(options: PvmOptions & RunOptions = {}): Promise<PvmResult> {
    const machine = this.instantiate(options);
    try {
      const { gas } = machine;
      return resultOf(machine, gas, await machine.runAsync(options));
    } finally {
      machine.dispose();
    }
  }

  /**
   * A machine in the state that was saved.
   * @throws LoadError `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION`, `SNAPSHOT_PROGRAM`; VivError `SNAPSHOT_LIMITS`
   */
  restore(snapshot: Uint8Array, options: PvmOptions = {}): PvmMachine {
    const state = decodeSnapshot(this, snapshot);
    return restoreInto(new PvmMachine(this, this.#tiers, hostTable(this.profile, options), options), state);
  }
}

function resultOf(machine: PvmMachine, gas: bigint, exit: Exit): PvmResult {
  return { exit, used: gas - machine.gas, output: exit.kind === "halt" ? machine.output() : new Uint8Array(0) };
}

function checkedRegisters(registers: readonly bigint[] | undefined): readonly bigint[] {
  if (registers === undefined) return [];
  if (registers.length > REGISTER_COUNT) throw new VivError("OPTION_RANGE", `${registers.length} registers`);
  return registers.map((r) => BigInt.asUintN(64, r));
}

type HostEntry = { readonly name: string; readonly call: HostFunction<never> };

/** Host functions by number, with one that serves all other numbers. */
class OpenHostTable extends Map<number, HostEntry> {
  constructor(
    entries: Iterable<readonly [number, HostEntry]>,
    readonly otherwise: HostEntry,
  ) {
    super(entries);
  }
  override get(id: number): HostEntry {
    return super.get(id) ?? this.otherwise;
  }
}

function hostTable(profile: Profile, options: PvmOptions): HostTable {
  const table = new Map<number, HostEntry>();
  const names: Readonly<Record<string, number>> = options.names ?? HOST_CALLS[profile];
  for (const [key, call] of Object.entries(options.host ?? {})) {
    const id = /^-?\d+$/.test(key) ? Number(key) : Object.hasOwn(names, key) ? names[key] : undefined;
    if (id === undefined || id !== (id | 0)) {
      throw new VivError("HOST_NAME", `no number is known for host function ${JSON.stringify(key)}`);
    }
    if (call !== undefined) table.set(id, { name: key, call });
  }
  const { otherwise } = options;
  return otherwise === undefined ? table : new OpenHostTable(table, { name: "otherwise", call: otherwise });
}

/** The PVM on the tiers that are given. */
export function createPvm(tiers: Tiers): {
  load(bytes: Uint8Array, options?: PvmLoadOptions): PvmProgram;
} {
  return {
    load: (bytes, options = {}) => {
      const file = decodeProgramFile(bytes, options.format);
      const own = file.format === "container" ? file.program.profile : undefined;
      if (own !== undefined && options.profile !== undefined && own !== options.profile) {
        throw new LoadError("PVM_PROFILE", `the container holds code of profile ${own}`, { expected: options.profile });
      }
      return new PvmProgram(tiers, rulesOf(own ?? options.profile ?? "080"), bytes, file);
    },
  };
}
