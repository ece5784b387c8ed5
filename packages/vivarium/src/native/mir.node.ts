/** Runs a MIR program that calls C functions: both live in a child process, so that a crash in C is an exit. */
import type { Readable } from "node:stream";
import { LoadError, VivError } from "../machine/errors.js";
import type { Exit, HostFailure, Parked } from "../machine/exits.js";
import { type MirLoadOptions, type MirOptions, type MirSource, mir } from "../mir.js";
import { Child, MAX_TIMEOUT } from "./child-process.node.js";
import type { NativeEnd } from "./exits.js";
import type { RunReply, RunRequest } from "./mir-protocol.js";
import { parsePrototype } from "./prototype.js";

export interface CRunOptions
  extends Pick<
    MirOptions,
    "args" | "env" | "stdin" | "gas" | "memory" | "depth" | "stack" | "tier" | "entry" | "stdout" | "stderr"
  > {
  /** Must be true: C functions have the full authority of their process. */
  readonly allowNativeCode: true;
  /**
   * What the program may call, as C prototypes: `"size_t strlen(const char *)"`. Variadic functions that are given
   * pointers need `__attribute__((format(printf, 3, 4)))` to tell them from numbers.
   */
  readonly functions: readonly string[];
  /** Shared libraries to look in before the C library of the process, such as `libm.so.6`. */
  readonly libraries?: readonly string[];
  readonly load?: Omit<MirLoadOptions, "host">;
  /** Milliseconds for the whole run; default 10,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A callback or an argument that did not fit. */
export interface CFailure {
  readonly kind: "host-error";
  readonly pc: number;
  /** The C function, or `callback`. */
  readonly name: string;
  readonly message: string;
}

export interface CRunResult {
  /** How the program ended, or how its process did. Such a run cannot be resumed. */
  readonly exit: Exclude<Exit, HostFailure | Parked> | CFailure | NativeEnd;
  /** As the shell would show it; undefined if the program did not end. */
  readonly exitCode: number | undefined;
  /** Gas that was left; undefined when the process died. What C functions do costs none. */
  readonly gas: bigint | undefined;
  /** What was written, unless `stdout` or `stderr` took it. */
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Most output that is collected, in bytes. */
const MAX_OUTPUT = 64 << 20;
/** What the child gets on top, to say by itself that the time is over. */
const GRACE = 500;

/**
 * Runs a MIR program with C functions.
 *
 * @throws LoadError for the program and for prototypes (`C_PROTOTYPE`); VivError `NATIVE_DENIED`, `NATIVE_PLATFORM`,
 *   `NATIVE_UNAVAILABLE`, `C_UNRESOLVED`
 */
export async function runMirWithC(
  sources: MirSource | readonly MirSource[],
  options: CRunOptions,
): Promise<CRunResult> {
  if (options?.allowNativeCode !== true) {
    throw new VivError("NATIVE_DENIED", "C functions are called only where allowNativeCode is true");
  }
  if (process.platform !== "linux") {
    throw new VivError("NATIVE_PLATFORM", `C functions can be called on Linux, not on ${process.platform}`);
  }
  const timeout = options.timeout ?? 10_000;
  if (!(timeout > 0 && timeout <= MAX_TIMEOUT - GRACE)) throw new VivError("OPTION_RANGE", `timeout: ${timeout}`);
  if (options.tier === "portable") throw new VivError("TIER_UNAVAILABLE", "C needs memory that is in one piece");
  const names = options.functions.map((source, k) => nameOf(source, k));
  // Loaded here as well: what is wrong with the program is said where the caller is.
  const load: MirLoadOptions = { ...options.load, host: names };
  const program = mir.load(sources, load);
  const { args, env, stdin, gas, memory, depth, stack, tier, entry } = options;
  const machine = dropUndefined({ args, env, stdin, gas, memory, depth, stack, tier, entry });
  const child = await Child.start<RunRequest, RunReply>("mir-child", [], ["ignore", "pipe", "pipe", "ipc"]);
  try {
    const out = collect(child.process.stdout as Readable, options.stdout);
    const err = collect(child.process.stderr as Readable, options.stderr);
    const request: RunRequest = {
      kind: "run",
      binary: program.toBinary(),
      load,
      prototypes: options.functions,
      libraries: options.libraries ?? [],
      machine,
      timeout,
    };
    const reply = await child.request(request, timeout + GRACE, options.signal);
    await child.close();
    const [stdout, stderr] = [await out, await err];
    if (reply.kind === "failed") throw new VivError(reply.code, reply.message);
    if (reply.kind === "ended") {
      const exit = reply.exit as unknown as CRunResult["exit"];
      return { exit, exitCode: reply.exitCode, gas: reply.gas, stdout, stderr };
    }
    const end = reply as NativeEnd;
    const exit: NativeEnd = end.kind === "deadline" ? { kind: "deadline", timeout } : end;
    return { exit, exitCode: undefined, gas: undefined, stdout, stderr };
  } finally {
    await child.close();
  }
}

/** The prototype's name. @throws LoadError that says which prototype is wrong */
function nameOf(source: string, index: number): string {
  try {
    return parsePrototype(source).name;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    const { line = 1, column = 1 } = error;
    throw new LoadError(error.code, `prototype ${index + 1}, '${source}': ${error.message}`, { line, column });
  }
}

function dropUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** Everything that the stream gives until it ends. */
async function collect(stream: Readable, sink: ((bytes: Uint8Array) => void) | undefined): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    if (sink !== undefined) sink(part);
    else if (length + part.length <= MAX_OUTPUT) {
      parts.push(part);
      length += part.length;
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
