/**
 * C functions for a MIR machine: addresses of the guest become addresses of this process and back, functions of the guest
 * become function pointers, and every value takes the type that the function's prototype gives it.
 */
import type { Exit } from "../machine/exits.js";
import type { PagedMemory, Window } from "../machine/paged-memory.js";
import { cString, GuestFault, type MirContext, type MirMachine } from "../mir.js";
import type { Library } from "./confine.node.js";
import { type CFormat, type CPrototype, type CSignature, type CType, formatPointers } from "./prototype.js";

type Value = number | bigint | null;
type Callable = (...args: readonly unknown[]) => Value | undefined;

interface CFunction {
  readonly prototype: CPrototype;
  readonly call: Callable;
}

/** What a run or one of its C calls came to, when it is not to go on. */
export type CExit = Exit;

/** Guest functions that C may hold pointers to, at a time. */
const MAX_CALLBACKS = 1024;
/** C functions and callbacks inside each other. */
const MAX_NESTING = 64;
const SPACE = 2 ** 32;

/** Addresses of the guest and of this process. Addresses of the guest are below 2^32; what is above is C's own. */
class AddressSpace {
  #windows: Window[] = [];
  #base = 0n;

  constructor(
    private readonly koffi: Library,
    private readonly machine: MirMachine,
  ) {}

  /** Looks where things are now: memory that grows may move. */
  refresh(): void {
    const memory = this.machine.memory as PagedMemory;
    this.#windows = memory.windows();
    const { start } = this.#windows[0] as Window;
    const page = memory.view(start / 4096, "read") as Uint8Array;
    this.#base = BigInt(this.koffi.address(new Uint8Array(page.buffer)));
  }

  /** @throws GuestFault for an address below 2^32 at which the guest has no memory */
  toNative(address: bigint): bigint | null {
    if (address === 0n) return null;
    const unsigned = BigInt.asUintN(64, address);
    if (unsigned >= BigInt(SPACE)) return unsigned;
    const at = Number(unsigned);
    const window = this.#windows.find(({ start, length }) => at >= start && at < start + length);
    if (window === undefined) throw new GuestFault(at);
    return this.#base + BigInt((at + window.delta) >>> 0);
  }

  toGuest(pointer: bigint | null): bigint {
    if (pointer === null) return 0n;
    const offset = BigInt(pointer) - this.#base;
    if (offset >= 0n && offset < BigInt(SPACE)) {
      const host = Number(offset);
      for (const { start, length, delta } of this.#windows) {
        const at = (host - delta) >>> 0;
        // One past the end is an address that C functions return too.
        if (at >= start && at <= start + length) return BigInt(at);
      }
    }
    return BigInt(pointer);
  }
}

/** Thrown when a value of the guest cannot be passed as the prototype says. */
class Mismatch extends Error {}

export class CLibrary {
  readonly #functions = new Map<string, CFunction>();
  readonly #callbacks = new Map<string, bigint>();
  readonly #types = new Map<string, unknown>();
  readonly #space: AddressSpace;
  readonly #flush: Callable;
  #nesting = 0;
  /** Why a callback did not come back: C runs to its end, then this is the run's exit. */
  #pending: CExit | undefined;
  /** What a callback that ended the program gave as its code. */
  #exitCode: number | undefined;

  constructor(
    private readonly koffi: Library,
    private readonly machine: MirMachine,
    prototypes: readonly CPrototype[],
    libraries: readonly string[],
    private readonly deadline: number,
  ) {
    this.#space = new AddressSpace(koffi, machine);
    this.#flush = koffi.load(null).func("int fflush(void *stream)") as Callable;
    const handles = [...libraries.map((path) => koffi.load(path)), koffi.load(null)];
    for (const prototype of prototypes) {
      const { name, result, params, variadic } = prototype;
      const types = [...params.map((type) => this.#typeOf(type)), ...(variadic ? ["..."] : [])];
      let call: Callable | undefined;
      let reason: unknown;
      for (const handle of handles) {
        try {
          call ??= handle.func(name, this.#typeOf(result) as never, types as never) as Callable;
        } catch (error) {
          reason ??= error;
        }
      }
      if (call === undefined) {
        throw Object.assign(
          new Error(`no C function '${name}': ${reason instanceof Error ? reason.message : reason}`),
          {
            code: "C_UNRESOLVED",
          },
        );
      }
      this.#functions.set(name, { prototype, call });
    }
  }

  /** The program's exit code, if it has ended. */
  get exitCode(): number | undefined {
    return this.#exitCode ?? this.machine.exitCode;
  }

  /** Koffi's type for a type of C. All pointers are addresses. */
  #typeOf(type: CType): unknown {
    switch (type.kind) {
      case "void":
        return "void";
      case "integer":
        return `${type.signed ? "" : "u"}int${type.bits}_t`;
      case "float":
        return type.bits === 32 ? "float" : "double";
      default:
        return "void *";
    }
  }

  #callbackType(signature: CSignature): unknown {
    const key = JSON.stringify(signature);
    let type = this.#types.get(key);
    if (type === undefined) {
      const { koffi } = this;
      const params = signature.params.map((param) => this.#typeOf(param));
      type = koffi.pointer(koffi.proto(this.#typeOf(signature.result) as never, params as never));
      this.#types.set(key, type);
    }
    return type;
  }

  /** Runs the machine until something happens that is no call of a C function. */
  run(): CExit {
    for (;;) {
      const exit = this.machine.run({ timeout: Math.max(1, this.deadline - performance.now()) });
      if (exit.kind !== "host") return exit;
      const fn = this.#functions.get(this.machine.program.linked.hostNames[exit.id] ?? "");
      if (fn === undefined) return exit;
      const stop = this.#call(fn, exit);
      if (stop !== undefined) return stop;
    }
  }

  /** Serves the host call at which the machine stands. */
  #call(fn: CFunction, at: { readonly id: number; readonly pc: number }): CExit | undefined {
    const { context } = this.machine;
    try {
      context.begin();
      this.#space.refresh();
      // Output of both sides in the order in which it was written.
      this.machine.streams.flushAll();
      const result = fn.call(...this.#arguments(fn.prototype, context));
      this.#flush(null);
      if (this.#pending !== undefined) return this.#pending;
      context.begin();
      this.#space.refresh();
      this.#setResult(fn.prototype.result, result, context);
      this.machine.answer(undefined);
      return undefined;
    } catch (error) {
      if (error instanceof GuestFault) {
        const { address } = error;
        return { kind: "fault", pc: at.pc, address, page: address - (address % 4096), access: "write" };
      }
      return { kind: "host-error", id: at.id, name: fn.prototype.name, pc: at.pc, error, registers: [] };
    }
  }

  #arguments(prototype: CPrototype, context: MirContext): unknown[] {
    const { params, variadic, format } = prototype;
    const given = context.types.length;
    if (given < params.length || (given > params.length && !variadic)) {
      throw new Mismatch(`${given} arguments, the prototype of ${prototype.name} has ${params.length}`);
    }
    const out: unknown[] = params.map((type, k) => this.#argument(type, k, context));
    if (given === params.length) return out;
    const pointers = format === null ? [] : this.#pointersOf(format, context);
    for (let k = params.length; k < given; k++) {
      const letter = context.types[k];
      if (letter === "d" || letter === "f") out.push("double", letter === "d" ? context.f64(k) : context.f32(k));
      else if (letter !== "i") throw new Mismatch(`argument ${k + 1} cannot be passed to C`);
      else if (pointers[k - params.length] === true) out.push("void *", this.#space.toNative(context.i64(k)));
      else out.push("int64_t", context.i64(k));
    }
    return out;
  }

  #pointersOf(format: CFormat, context: MirContext): boolean[] {
    const bytes = cString(this.machine.memory, context.u32(format.param), 65536);
    return formatPointers(format.style, new TextDecoder("latin1").decode(bytes));
  }

  #argument(type: CType, k: number, context: MirContext): unknown {
    const letter = context.types[k];
    const wanted = type.kind === "float" ? "fd" : "i";
    if (letter === undefined || !wanted.includes(letter)) {
      throw new Mismatch(`argument ${k + 1} has another kind than its prototype says (${letter} for ${type.kind})`);
    }
    switch (type.kind) {
      case "float":
        return letter === "f" ? context.f32(k) : context.f64(k);
      case "integer":
        return sized(context.i64(k), type);
      case "callback":
        return this.#callback(type.signature, context.i64(k));
      default:
        return this.#space.toNative(context.i64(k));
    }
  }

  #setResult(type: CType, value: Value | undefined, context: MirContext): void {
    switch (type.kind) {
      case "void":
        return;
      case "float":
        if (type.bits === 32) context.setF32(value as number);
        else context.setF64(value as number);
        return;
      case "integer":
        context.setI64(BigInt(value as number | bigint));
        return;
      default:
        context.setI64(this.#space.toGuest(value as bigint | null));
    }
  }

  /** A function pointer that C can call for a function of the guest. */
  #callback(signature: CSignature, address: bigint): bigint | null {
    if (address === 0n) return null;
    if (address < 0n || address >= BigInt(SPACE)) return BigInt.asUintN(64, address);
    const key = `${address} ${JSON.stringify(signature)}`;
    let pointer = this.#callbacks.get(key);
    if (pointer === undefined) {
      if (this.#callbacks.size >= MAX_CALLBACKS) throw new Mismatch(`more than ${MAX_CALLBACKS} callbacks`);
      const call = (...args: readonly Value[]): Value | undefined => this.#callGuest(signature, Number(address), args);
      pointer = this.koffi.register(call, this.#callbackType(signature) as never);
      this.#callbacks.set(key, pointer);
    }
    return pointer;
  }

  /** C calls the guest. Whatever goes wrong there becomes the exit of the run, once C has come back. */
  #callGuest(signature: CSignature, address: number, args: readonly Value[]): Value | undefined {
    const nothing = signature.result.kind === "void" ? undefined : signature.result.kind === "pointer" ? null : 0;
    if (this.#pending !== undefined) return nothing;
    try {
      if (this.#nesting >= MAX_NESTING) throw new Mismatch(`more than ${MAX_NESTING} calls from C inside each other`);
      this.#nesting++;
      return this.machine.aside(() => this.#runGuest(signature, address, args)) ?? nothing;
    } catch (error) {
      this.#pending = { kind: "host-error", id: 0, name: "callback", pc: this.machine.pc, error, registers: [] };
      return nothing;
    } finally {
      this.#nesting--;
    }
  }

  #runGuest(signature: CSignature, address: number, args: readonly Value[]): Value | undefined {
    const { machine } = this;
    machine.startAt(
      address,
      signature.params.map((type, k) => {
        const value = args[k] as Value;
        return type.kind === "float" || type.kind === "integer"
          ? (value as number)
          : this.#space.toGuest(value as bigint);
      }),
    );
    const exit = this.run();
    if (exit.kind !== "halt" || machine.exited) {
      this.#pending ??= exit;
      this.#exitCode ??= machine.exitCode;
      return undefined;
    }
    this.#space.refresh();
    const { result } = signature;
    switch (result.kind) {
      case "void":
        return undefined;
      case "float":
        return machine.resultF64();
      case "integer":
        return sized(machine.result(), result);
      default:
        return this.#space.toNative(machine.result());
    }
  }
}

/** An integer of the width that C expects; koffi takes numbers and bigints. */
function sized(value: bigint, { bits, signed }: { readonly bits: number; readonly signed: boolean }): bigint {
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
