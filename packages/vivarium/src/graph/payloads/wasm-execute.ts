/**
 * One firing of a WebAssembly module, in a fresh instance. What a worker executes is generated from this file, see
 * `scripts/docs/wasm-worker.docs.ts`.
 */

/** How a host function is called: its parameters, as `HostCall` has them, and whether anything is waited for. */
export interface WasmImport {
  readonly name: string;
  readonly parameters: readonly string[];
  /** It only sends: gives the length of the last bytes, or zero, whatever comes of it. */
  readonly sends?: "length" | "zero";
}

/** What a worker is asked to execute. */
export interface WasmRequest {
  readonly module: WebAssembly.Module;
  /** Name of the export that is called. */
  readonly entry: string;
  /** Arguments of a function over numbers; or the encoded values for `run(pointer, length)`. */
  readonly input: readonly (number | bigint)[] | Uint8Array;
  readonly imports: readonly WasmImport[];
  /** Results of the host calls that have been made already, in order. */
  readonly answers: readonly WasmAnswer[];
  /** Bytes that go along with one call, and with all that are collected, at most. */
  readonly mostBytes: number;
}

/** A host call of a firing: its arguments, and the memory that they name. */
export interface WasmCall {
  readonly name: string;
  readonly args: readonly bigint[];
  readonly reads: readonly (Uint8Array | undefined)[];
}
export interface WasmAnswer {
  readonly result: bigint;
  /** Goes to the buffer that the guest named. */
  readonly bytes?: Uint8Array;
}

/** How a firing ended: with a number, with encoded values, or with an error of the engine. */
export type WasmEnd =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "values"; readonly bytes: Uint8Array }
  | { readonly kind: "error"; readonly type: string; readonly message: string };

export interface WasmReply {
  /** The host calls beyond those that have been answered. */
  readonly calls: readonly WasmCall[];
  /** Absent when the last call has to be answered first: then the firing is repeated with the answer. */
  readonly end?: WasmEnd;
}

/** Memory of an instance while a host call is served. */
export interface WasmMemory {
  read(address: number, length: number): Uint8Array | undefined;
  write(address: number, bytes: Uint8Array): boolean;
}

/** Serves a host call. */
export type WasmHost = (call: WasmImport, args: readonly bigint[], memory: WasmMemory) => bigint;

/** Instantiates the module and calls its entry. What `host` throws ends the firing and comes back as an error. */
export function execute(
  module: WebAssembly.Module,
  entry: string,
  input: readonly (number | bigint)[] | Uint8Array,
  imports: readonly WasmImport[],
  host: WasmHost,
): WasmEnd {
  let exports: WebAssembly.Exports = {};
  const bytes = (): Uint8Array => {
    const memory = Object.values(exports).find((e) => e instanceof WebAssembly.Memory);
    return memory instanceof WebAssembly.Memory ? new Uint8Array(memory.buffer) : new Uint8Array(0);
  };
  const memory: WasmMemory = {
    read: (address, length) => {
      const all = bytes();
      return address + length <= all.length ? all.slice(address, address + length) : undefined;
    },
    write: (address, given) => {
      const all = bytes();
      if (address + given.length > all.length) return false;
      all.set(given, address);
      return true;
    },
  };
  const functions: Record<string, WebAssembly.ImportValue> = {};
  for (const call of imports) {
    functions[call.name] = (...args: (bigint | number)[]) =>
      BigInt.asIntN(
        64,
        host(
          call,
          args.map((a) => (typeof a === "number" ? BigInt(a >>> 0) : a)),
          memory,
        ),
      );
  }
  try {
    exports = new WebAssembly.Instance(module, { viv: functions }).exports;
    const call = exports[entry] as (...args: unknown[]) => unknown;
    if (!(input instanceof Uint8Array)) return { kind: "value", value: call(...input) };
    // Values: a buffer of the guest's for them, and a pointer and a length in one number for those that come back.
    const at = Number(BigInt.asUintN(32, BigInt((exports["alloc"] as (length: number) => number)(input.length))));
    if (!memory.write(at, input)) throw new WebAssembly.RuntimeError("alloc: memory access out of bounds");
    const packed = BigInt.asUintN(64, BigInt(call(at, input.length) as bigint));
    const out = memory.read(Number(packed >> 32n), Number(packed & 0xffffffffn));
    if (out === undefined) throw new WebAssembly.RuntimeError("the result: memory access out of bounds");
    return { kind: "values", bytes: out };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { kind: "error", type: name, message };
  }
}

/**
 * Executes a request away from the host: calls that only send are collected; one whose result is needed comes from the
 * answers, or ends this attempt. The guest starts afresh each time, so it makes the same calls again.
 */
export function attempt(request: WasmRequest): WasmReply {
  const { answers, imports, input, module, entry, mostBytes } = request;
  const calls: WasmCall[] = [];
  let collected = 0;
  let made = 0;
  let asks = false;
  const end = execute(module, entry, input, imports, (call, args, memory) => {
    // A guest that catches what stopped it gets no further.
    if (asks) throw new Error("waits for the host");
    const reads: (Uint8Array | undefined)[] = [];
    let into = 0;
    let at = 0;
    for (const parameter of call.parameters) {
      const address = Number(BigInt.asUintN(64, args[at++] ?? 0n));
      if (parameter === "u64") continue;
      const length = Number(BigInt.asUintN(64, args[at++] ?? 0n));
      if (parameter === "into") into = address;
      else if (length > 0) reads.push(length > mostBytes ? undefined : memory.read(address, length));
    }
    const answer = answers[made++];
    if (answer !== undefined) {
      if (answer.bytes !== undefined && !memory.write(into, answer.bytes)) {
        throw new WebAssembly.RuntimeError("memory access out of bounds");
      }
      return answer.result;
    }
    calls.push({ name: call.name, args, reads });
    for (const bytes of reads) collected += 64 + (bytes?.length ?? mostBytes);
    // Memory that is not there, and too much to keep, are the host's business at once.
    if (call.sends === undefined || collected > mostBytes) {
      asks = true;
      throw new Error("waits for the host");
    }
    return call.sends === "length" ? BigInt(reads[reads.length - 1]?.length ?? 0) : 0n;
  });
  return asks ? { calls } : { calls, end };
}
