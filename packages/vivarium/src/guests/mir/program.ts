/** MIR programs and machines: what `vivarium/mir` offers, on top of the machinery that all guests share. */
import { Code, FIELDS, type FrameFacts } from "../../isa/code.js";
import { VivError } from "../../machine/errors.js";
import type { Exit } from "../../machine/exits.js";
import type { HostContext, HostFunction, HostResult } from "../../machine/host.js";
import {
  type Executable,
  type Guest,
  type HostTable,
  Machine,
  type MachineOptions,
  type RunOptions,
  type Tiers,
  UNLIMITED,
} from "../../machine/machine.js";
import { PAGE } from "../../machine/memory.js";
import { sha256 } from "../../machine/sha256.js";
import { decodeSnapshot, encodeSnapshot, restoreInto } from "../../machine/snapshot.js";
import { readBinary } from "./binary/reader.js";
import { isBinary } from "./binary/reduce.js";
import { writeBinary } from "./binary/writer.js";
import { GuestFault, MirContext } from "./context.js";
import { guestModuleOf } from "./libc/guest/library.js";
import { LIBRARY, STREAM_VARIABLES } from "./libc/library.js";
import { type ByteSink, type Files, STREAM_BASE, Streams } from "./libc/streams.js";
import { link, type Resolution } from "./link/link.js";
import { type CallShape, DATA_BASE, type LinkedFunction, type LinkedProgram, STACK_TOP } from "./link/program.js";
import { MirLoadError, type MirModule } from "./module.js";
import { FUNCTION_BASE, MIR_ISA, rowOf } from "./table.js";
import { parseText } from "./text/parser.js";
import { printModules } from "./text/printer.js";
import { T } from "./types.js";

/** A module as text or binary, or one that has been read already. */
export type MirSource = string | Uint8Array | MirModule;

/** A host function of a MIR program. A number or bigint that it returns becomes the first result, an integer. */
export type MirHostFunction = HostFunction<MirContext>;

export interface MirLoadOptions {
  /** Names that go to the caller's host functions even where the C library has them. */
  readonly host?: readonly string[];
  /** Leaves the C library out: every import must come from a module or the caller. */
  readonly library?: boolean;
  /** Refuses programs that use long double instead of carrying it as f64. */
  readonly longDouble?: "f64" | "refuse";
  /** False leaves the code as it was written, for tracing: every register has a slot of its own. Gas differs then. */
  readonly optimize?: boolean;
  /** False leaves every call a call instead of putting small functions in place of theirs. Gas differs then. */
  readonly inline?: boolean;
  /**
   * False leaves gas uncounted, for programs that are trusted not to run too long: machines take no `gas`, and always
   * have as much as there can be. Interrupts, deadlines and signals stop them as ever.
   */
  readonly meter?: boolean;
  /** Most bytes that a binary module may unpack to. */
  readonly maxDecoded?: number;
}

export interface MirOptions extends MachineOptions {
  /** Host functions by import name; they come before the C library's. */
  readonly host?: Readonly<Record<string, MirHostFunction>>;
  /** Imports that nothing provides end the run at their call with exit `host` instead of being an error. */
  readonly lazy?: boolean;
  /** `argv`, the program's name first; default: `["program"]`. */
  readonly args?: readonly string[];
  /** Environment variables; none if not given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Takes standard output; without it, what is written is dropped. */
  readonly stdout?: ByteSink;
  readonly stderr?: ByteSink;
  /** Files the program may use, by path. Written files are put back into the map. */
  readonly files?: Files;
  /** Clock that the program may read: milliseconds since 1970. */
  readonly clock?: () => number;
  /** Bytes of stack; default 8 MiB. */
  readonly stack?: number;
  /** Function to start with; default `main`. */
  readonly entry?: string;
}

/** What an invocation came to. */
export interface MirResult {
  readonly exit: Exit;
  /** Exit code as the shell would show it: 0 to 255; 134 after abort. Undefined if the program did not end. */
  readonly exitCode: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

const RETURN = rowOf("ret");
export const DEFAULT_STACK = 8 << 20;
/** The heap never grows into this much room below the stack. */
const GUARD = 1 << 20;
/** Gas that functions of `expr` items may use in all. */
const INITIALIZER_GAS = 10_000_000n;

const guest: Guest = {
  name: "mir",
  fault: () => "fault",
  result: (machine, value) => {
    const context = (machine as MirMachine).context;
    if (typeof value === "number" && !Number.isInteger(value)) {
      throw new VivError("HOST_RESULT", "a host function returned a number that is no integer; use setF64");
    }
    context.setI64(BigInt(value));
  },
  registers: () => [],
};

export class MirMachine extends Machine {
  declare readonly program: MirProgram;
  /** What host functions of this machine are given. */
  declare context: MirContext;
  streams: Streams;
  clock: (() => number) | null;
  startTime: number;
  readonly programName: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #environment = new Map<string, number>();
  readonly #stackBytes: number;
  #exitCode: number | undefined;

  constructor(program: MirProgram, tiers: Tiers, options: MirOptions) {
    if (options.gas !== undefined && !program.code.metered) {
      throw new VivError("OPTION_RANGE", "gas: the program was loaded without a meter");
    }
    super(program, tiers, program.hostTable(options), options);
    this.#stackBytes = stackBytes(options);
    this.#env = options.env ?? {};
    this.programName = options.args?.[0] ?? "program";
    this.clock = options.clock ?? null;
    this.startTime = this.clock?.() ?? 0;
    const stdin = typeof options.stdin === "string" ? new TextEncoder().encode(options.stdin) : options.stdin;
    this.streams = new Streams(
      stdin ?? new Uint8Array(0),
      options.stdout ?? null,
      options.stderr ?? null,
      options.files ?? null,
    );
  }

  /** Gas left; of programs without a meter always all there can be, whatever is set. */
  override get gas(): bigint {
    return this.program.code.metered ? super.gas : UNLIMITED;
  }
  override set gas(value: bigint) {
    if (this.program.code.metered) super.gas = value;
  }

  /** Called by the constructor of the base class, before fields of this one exist. */
  protected override createContext(): HostContext {
    this.context = new MirContext(this);
    return this.context;
  }

  /** Says what the program's exit code is; for host functions that end it. */
  finish(code: number): void {
    this.#exitCode = code & 0xff;
    this.streams.flushAll();
  }

  /**
   * Exit code of a program that has ended: what it gave to exit, or what main returned, 0 to 255. Undefined where a trap
   * or panic ended it.
   */
  get exitCode(): number | undefined {
    if (this.status !== "ended") return undefined;
    if (this.#exitCode === undefined) {
      const returned = this.code.op[this.backend.index] === RETURN;
      if (returned) this.finish(Number(this.result()));
      else this.streams.flushAll();
    }
    return this.#exitCode;
  }

  /** True when the program has called exit, abort or the like. */
  get exited(): boolean {
    return this.#exitCode !== undefined;
  }

  /** As for every machine; the arguments of the host call stay what they were. */
  override aside<T>(work: () => T): T {
    const { backend } = this;
    const call = ["hostWindow", "hostShape", "sp"].map((name): [string, bigint] => [name, backend.getVar(name)]);
    try {
      return super.aside(work);
    } finally {
      for (const [name, value] of call) backend.setVar(name, value);
    }
  }

  /** First result of the function that has returned, as an integer. */
  result(k = 0): bigint {
    const slots = this.backend.frame(k + 1);
    return new DataView(slots.buffer, slots.byteOffset + 8 * k, 8).getBigInt64(0, true);
  }

  /** First result of the function that has returned, as a double. */
  resultF64(k = 0): number {
    const slots = this.backend.frame(k + 1);
    return new DataView(slots.buffer, slots.byteOffset + 8 * k, 8).getFloat64(0, true);
  }

  /**
   * Stands at the start of an exported function; `run()` executes it.
   *
   * @param args integers for integer parameters, numbers for floating-point ones.
   * @throws VivError `MIR_NO_FUNCTION`, `MIR_ARGUMENTS`
   */
  start(name: string, args: readonly (number | bigint)[] = []): void {
    const index = this.program.linked.exports.get(name);
    if (index === undefined) throw new VivError("MIR_NO_FUNCTION", `no function '${name}'`);
    this.#startAt(index, args);
  }

  /**
   * Stands at the start of the function at a guest address: what a function pointer points to.
   *
   * @throws VivError `MIR_NO_FUNCTION`, `MIR_ARGUMENTS`
   */
  startAt(address: number, args: readonly (number | bigint)[] = []): void {
    const index = (address - FUNCTION_BASE) / 16;
    if (this.program.linked.functions[index] === undefined) {
      throw new VivError("MIR_NO_FUNCTION", `no function at address ${address}`);
    }
    this.#startAt(index, args);
  }

  #startAt(index: number, args: readonly (number | bigint)[]): void {
    const { name, signature } = this.program.linked.functions[index] as LinkedFunction;
    const { params } = signature;
    if (args.length > params.length) throw new VivError("MIR_ARGUMENTS", `'${name}' takes ${params.length} arguments`);
    this.#exitCode = undefined;
    this.enter(index);
    const slots = this.backend.frame(params.length + 1);
    const view = new DataView(slots.buffer, slots.byteOffset, slots.byteLength);
    args.forEach((arg, k) => {
      const { type } = params[k] as { type: number };
      if (type === T.f) view.setFloat32(8 * (k + 1), Number(arg), true);
      else if (type === T.d || type === T.ld) view.setFloat64(8 * (k + 1), Number(arg), true);
      else view.setBigInt64(8 * (k + 1), narrowed(BigInt(arg), type), true);
    });
  }

  /** Address of an exported function or data item. */
  address(name: string): number | undefined {
    const fn = this.program.linked.exports.get(name);
    return fn === undefined ? this.program.linked.dataExports.get(name) : FUNCTION_BASE + 16 * fn;
  }

  /** Moves the end of the heap and returns the old one, or −1 if there is no room; shrinking is not offered. */
  growHeap(bytes: number): number {
    const end = Number(this.backend.getVar("heapEnd"));
    if (!Number.isInteger(bytes) || bytes < 0) return -1;
    const wanted = end + bytes;
    if (wanted > STACK_TOP - this.#stackBytes - GUARD) return -1;
    const first = Math.ceil(end / PAGE) * PAGE;
    const last = Math.ceil(wanted / PAGE) * PAGE;
    if (last > first && !this.memory.map(first, last - first, "write")) return -1;
    this.backend.setVar("heapEnd", BigInt(wanted));
    return end;
  }

  /** Address of an environment variable's value, or 0. Copies are made once. */
  environmentValue(name: string): number {
    const value = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    if (value === undefined) return 0;
    let address = this.#environment.get(name);
    if (address === undefined) {
      const bytes = new TextEncoder().encode(`${value}\0`);
      address = this.growHeap(Math.ceil(bytes.length / 16) * 16);
      if (address < 0) return 0;
      this.memory.write(address, bytes);
      this.#environment.set(name, address);
    }
    return address;
  }

  /** Saves everything in the guest as versioned bytes. Open files and streams are the host's and not saved. */
  snapshot(): Uint8Array<ArrayBuffer> {
    return encodeSnapshot(this);
  }

  /** Maps data and stack and puts the first values into the state variables. */
  prepare(): void {
    const { linked } = this.program;
    const dataBytes = Math.ceil((linked.dataEnd - DATA_BASE) / PAGE) * PAGE;
    const stack = this.#stackBytes;
    const mapped = this.memory.map(DATA_BASE, dataBytes, "write") && this.memory.map(STACK_TOP - stack, stack, "write");
    if (!mapped) {
      throw new VivError("MEMORY_LIMIT", `the program needs more than ${this.limits.memory} bytes of memory`);
    }
    for (const { address, bytes } of linked.segments) this.memory.force(address, bytes);
    const { backend } = this;
    backend.setVar("stackLimit", BigInt(STACK_TOP - stack));
    backend.setVar("sp", BigInt(STACK_TOP));
    backend.setVar("functionCount", BigInt(linked.functions.length));
    backend.setVar("heapEnd", BigInt(linked.dataEnd));
  }

  /** Runs the functions of `expr` items. */
  initialize(): void {
    const { initializer } = this.program.linked;
    if (initializer < 0) return;
    const { gas } = this;
    this.gas = gas < INITIALIZER_GAS ? gas : INITIALIZER_GAS;
    this.enter(initializer);
    const exit = this.run();
    if (exit.kind !== "halt") {
      throw new MirLoadError("MIR_EXPR", [{ message: `an expression function did not return (${exit.kind})` }]);
    }
    this.gas = gas;
  }

  /** Puts argv and the environment on the stack and stands at the entry function. */
  enterMain(entry: string, args: readonly string[]): void {
    const texts = [...args, ...Object.entries(this.#env).map(([name, value]) => `${name}=${value}`)];
    const encoder = new TextEncoder();
    let sp = STACK_TOP - 16;
    const pointers = texts.map((text) => {
      const bytes = encoder.encode(`${text}\0`);
      sp -= bytes.length;
      this.#push(sp, bytes);
      return sp;
    });
    sp &= ~15;
    sp >>>= 0;
    const words = [...pointers.slice(0, args.length), 0, ...pointers.slice(args.length), 0];
    sp -= Math.ceil((words.length * 8) / 16) * 16;
    const cells = new Uint8Array(words.length * 8);
    words.forEach((word, i) => {
      new DataView(cells.buffer).setBigUint64(8 * i, BigInt(word), true);
    });
    this.#push(sp, cells);
    this.backend.setVar("sp", BigInt(sp));
    const environment = sp + 8 * (args.length + 1);
    const params = this.program.functionNamed(entry)?.signature.params.length ?? 0;
    this.start(entry, [args.length, sp, environment].slice(0, params));
  }

  #push(address: number, bytes: Uint8Array): void {
    if (address < STACK_TOP - this.#stackBytes || !this.memory.write(address, bytes)) {
      throw new VivError("MEMORY_LIMIT", "arguments do not fit on the stack");
    }
  }
}

/** An integer narrowed to a parameter's type. */
function narrowed(value: bigint, type: number): bigint {
  const bits = [8, 8, 16, 16, 32, 32][type];
  if (bits === undefined) return BigInt.asIntN(64, value);
  return type % 2 === 0 ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

function stackBytes(options: MirOptions): number {
  const bytes = options.stack ?? DEFAULT_STACK;
  if (!Number.isInteger(bytes) || bytes < PAGE || bytes > 2 ** 30) {
    throw new VivError("OPTION_RANGE", `stack: ${bytes} is not a whole number from ${PAGE} to 2^30`);
  }
  return Math.ceil(bytes / PAGE) * PAGE;
}

/** Linked modules, ready to be run by any number of machines. */
export class MirProgram implements Executable {
  readonly guest = guest;
  readonly code: Code;
  readonly linked: LinkedProgram;
  readonly #tiers: Tiers;
  #hash: Uint8Array | undefined;

  constructor(
    tiers: Tiers,
    readonly modules: readonly MirModule[],
    options: MirLoadOptions,
  ) {
    this.#tiers = tiers;
    if (options.longDouble === "refuse") refuseLongDouble(modules);
    this.linked = link(modules, {
      resolve: resolver(modules, options),
      optimize: options.optimize !== false,
      inline: options.inline !== false,
    });
    const { op, args, leader, table, functions, count } = this.linked;
    const pc = new Uint32Array(count);
    for (let i = 0; i < count; i++) pc[i] = i;
    this.code = new Code({
      isa: MIR_ISA,
      count,
      op,
      args,
      leader,
      table,
      functions,
      pc,
      indexOf: (at) => (Number.isInteger(at) && at >= 0 && at < count ? at : -1),
      frames: frameFacts(this.linked),
      metered: options.meter !== false,
    });
  }

  /** SHA-256 of the modules in text form. */
  get hash(): Uint8Array {
    this.#hash ??= sha256(new TextEncoder().encode(printModules(this.modules)));
    return this.#hash;
  }

  /** A function by the name under which it can be started. */
  functionNamed(name: string): LinkedFunction | undefined {
    return this.linked.functions[this.linked.exports.get(name) ?? -1];
  }

  /** The modules as text. */
  toText(): string {
    return printModules(this.modules);
  }

  /** The modules in binary form. */
  toBinary(): Uint8Array {
    return writeBinary(this.modules);
  }

  /**
   * Host functions by number: the caller's, then the library's.
   *
   * @throws MirLoadError `MIR_UNRESOLVED` that names every import nothing provides, unless `lazy`.
   */
  hostTable(options: MirOptions): HostTable {
    const table = new Map<number, { name: string; call: HostFunction<never> }>();
    const missing: string[] = [];
    this.linked.hostNames.forEach((name, id) => {
      const own = options.host !== undefined && Object.hasOwn(options.host, name) ? options.host[name] : undefined;
      const call = own ?? LIBRARY.get(name);
      if (call === undefined) missing.push(name);
      else table.set(id, { name, call: guarded(call) });
    });
    if (missing.length > 0 && options.lazy !== true) {
      throw new MirLoadError(
        "MIR_UNRESOLVED",
        missing.map((name) => ({ message: `import of '${name}', which no module and no host provides` })),
      );
    }
    return table;
  }

  /** A machine that stands at the entry function, with its data in memory. */
  instantiate(options: MirOptions = {}): MirMachine {
    const entry = options.entry ?? "main";
    const machine = new MirMachine(this, this.#tiers, options);
    try {
      machine.prepare();
      machine.initialize();
      if (this.linked.exports.has(entry)) {
        const wrapped = entry === "main" && this.linked.exports.has("__viv_start");
        machine.enterMain(wrapped ? "__viv_start" : entry, options.args ?? ["program"]);
      } else if (options.entry !== undefined) {
        throw new VivError("MIR_NO_FUNCTION", `no function '${entry}'`);
      }
      return machine;
    } catch (error) {
      machine.dispose();
      throw error;
    }
  }

  /** Runs the program once and takes the machine down again; output is collected. */
  invoke(options: MirOptions & RunOptions = {}): MirResult {
    const out = new Collector();
    const err = new Collector();
    const machine = this.instantiate({ stdout: out.put, stderr: err.put, entry: "main", ...options });
    try {
      const exit = machine.run(options);
      return { exit, exitCode: machine.exitCode, stdout: out.bytes(), stderr: err.bytes() };
    } finally {
      machine.dispose();
    }
  }

  /**
   * A machine in the state that was saved.
   * @throws LoadError `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION`, `SNAPSHOT_PROGRAM`; VivError `SNAPSHOT_LIMITS`
   */
  restore(snapshot: Uint8Array, options: MirOptions = {}): MirMachine {
    const state = decodeSnapshot(this, snapshot);
    return restoreInto(new MirMachine(this, this.#tiers, options), state);
  }
}

/** What lowered code does with its frames, by the immediates of its rows (`table.ts`, `lower/lower.ts`). */
function frameFacts({ args, shapes, taken }: LinkedProgram): FrameFacts {
  const at = (i: number, operand: number): number => args[FIELDS * i + operand] as number;
  return {
    disciplined: true,
    taken,
    jumps: (i) => ({ first: at(i, 1), count: at(i, 2) }),
    host: (i) => ({ first: at(i, 1) + 1, count: (shapes[at(i, 2)] as CallShape).types.length, writes: at(i, 1) }),
    passed: (i) => ({ first: at(i, 2) & 1 ? 0 : 1, count: (at(i, 2) >>> 1) - (at(i, 2) & 1 ? 0 : 1) }),
  };
}

/** Most bytes of output that an invocation collects. */
const MAX_COLLECTED = 64 << 20;

class Collector {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  readonly put = (bytes: Uint8Array): void => {
    if (this.#length + bytes.length > MAX_COLLECTED) return;
    this.#parts.push(bytes.slice());
    this.#length += bytes.length;
  };

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** A host function that sees the current call, and whose bad accesses are the guest's. */
function guarded(call: HostFunction<MirContext>): HostFunction<never> {
  return (context: MirContext): HostResult | Promise<HostResult> => {
    context.begin();
    try {
      return call(context);
    } catch (error) {
      if (error instanceof GuestFault) return context.fault(error.address);
      throw error;
    }
  };
}

/** Where imports of a program come from that its modules do not export. */
function resolver(modules: readonly MirModule[], options: MirLoadOptions): (name: string) => Resolution {
  const imported = new Set(modules.flatMap((m) => m.symbols.filter((s) => s.imported).map((s) => s.name)));
  const { host = [], library = true } = options;
  const own = new Set(host);
  const usesAtexit = imported.has("atexit");
  return (name) => {
    if (own.has(name) || !library) return { kind: "host" };
    const stream = Object.hasOwn(STREAM_VARIABLES, name) ? STREAM_VARIABLES[name] : undefined;
    if (stream !== undefined) {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setUint32(0, STREAM_BASE + 16 * stream, true);
      return { kind: "data", bytes };
    }
    if (name === "exit" && !usesAtexit) return { kind: "host" };
    const module = guestModuleOf(name);
    return module === null ? { kind: "host" } : { kind: "module", module };
  };
}

function refuseLongDouble(modules: readonly MirModule[]): void {
  const errors = [];
  for (const module of modules) {
    for (const item of module.items) {
      const types =
        item.kind === "data"
          ? [item.type]
          : item.kind === "func"
            ? [...item.registers.map((r) => r?.type), ...item.signature.results]
            : item.kind === "proto"
              ? [...item.signature.results, ...item.signature.params.map((p) => p.type)]
              : [];
      if (types.includes(T.ld)) errors.push({ message: `'${item.name ?? "data"}' uses long double` });
    }
  }
  if (errors.length > 0) throw new MirLoadError("MIR_LONG_DOUBLE", errors);
}

/** Reads one source. */
function modulesOf(source: MirSource, options: MirLoadOptions): readonly MirModule[] {
  if (typeof source === "string") return parseText(source);
  if (!(source instanceof Uint8Array)) return [source];
  if (!isBinary(source)) return parseText(source);
  return readBinary(source, options.maxDecoded === undefined ? {} : { maxDecoded: options.maxDecoded });
}

/** MIR on the tiers that are given. */
export function createMir(tiers: Tiers): {
  /**
   * Reads modules and links them.
   *
   * @param sources a module as text or binary, or several.
   * @throws LoadError with `MIR_SYNTAX`, `MIR_BINARY`, `MIR_INVALID`, `MIR_REDEFINED` …
   */
  load(sources: MirSource | readonly MirSource[], options?: MirLoadOptions): MirProgram;
} {
  return {
    load: (sources, options = {}) => {
      const list = Array.isArray(sources) ? (sources as readonly MirSource[]) : [sources as MirSource];
      const modules = list.flatMap((source) => modulesOf(source, options));
      return new MirProgram(tiers, modules, options);
    },
  };
}
