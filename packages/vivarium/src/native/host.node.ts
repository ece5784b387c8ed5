/** Machine code for this processor, run in a child process that may crash or be killed at any time. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmdirSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VivError } from "../machine/errors.js";
import { Child, MAX_TIMEOUT } from "./child-process.node.js";
import {
  COLUMN,
  checkCode,
  type NativeCode,
  type NativeColumn,
  type NativeValue,
  readResult,
  valueOf,
} from "./code.js";
import type { NativeBatch, NativeEnd, NativeExit } from "./exits.js";
import { CHUNK, columnOffset, MAILBOX, type Reply, type Request } from "./protocol.js";

export interface NativeHostOptions {
  /**
   * Must be true: native code has the full authority of its process. The child contains crashes and endless loops; it is
   * no security boundary.
   */
  readonly allowNativeCode: true;
  /** Milliseconds that a call or batch may take; default 1,000. */
  readonly timeout?: number;
}

export interface NativeCallOptions {
  /** Milliseconds, in place of the host's. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Code that a host has taken. */
export interface NativeFunction extends NativeCode {
  readonly id: number;
}

/** One of several calls. */
export interface NativeCallSpec {
  readonly fn: NativeFunction;
  readonly args: readonly NativeValue[];
  /** Milliseconds, in place of the host's. */
  readonly timeout?: number;
}

interface Checked extends NativeCallSpec {
  readonly timeout: number;
}

/** How often it is looked at how far several calls have come, in milliseconds. */
const LOOK = 20;
/** How long the answer of a child that has finished may be on its way, in milliseconds. */
const REPLY_TIMEOUT = 10_000;
/** Codes that one host keeps. */
const MAX_CODES = 65536;

/**
 * Keeps a child process and gives it code to run. When the child dies in a call, that call says so and the next one
 * starts another; no state is kept between calls, so nothing is lost.
 */
export class NativeHost {
  readonly #timeout: number;
  readonly #codes: NativeFunction[] = [];
  #child: Child<Request, Reply> | undefined;
  #mailbox = -1;
  /** Codes that the present child has. */
  #loaded = new Set<number>();
  /** Calls take turns. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /**
   * Starts the child process.
   *
   * @throws VivError `NATIVE_DENIED` without the explicit permission, `NATIVE_PLATFORM` on systems other than 64-bit
   *   Linux on x86-64 and AArch64, `NATIVE_UNAVAILABLE` without koffi
   */
  static async start(options: NativeHostOptions): Promise<NativeHost> {
    if (options?.allowNativeCode !== true) {
      throw new VivError("NATIVE_DENIED", "native code runs only where allowNativeCode is true");
    }
    if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64")) {
      throw new VivError(
        "NATIVE_PLATFORM",
        `native code runs on 64-bit Linux, not on ${process.platform} ${process.arch}`,
      );
    }
    const host = new NativeHost(checkTimeout(options.timeout ?? 1000));
    await host.#start();
    return host;
  }

  async #start(): Promise<Child<Request, Reply>> {
    this.#loaded = new Set();
    this.#closeMailbox();
    // A file that both map; its name is gone as soon as they have.
    const folder = mkdtempSync(join(tmpdir(), "vivarium-"));
    const path = join(folder, "mailbox");
    this.#mailbox = openSync(path, "wx+", 0o600);
    try {
      ftruncateSync(this.#mailbox, MAILBOX);
      this.#child = await Child.start<Request, Reply>("child", [path], ["ignore", "ignore", "ignore", "ipc"]);
      return this.#child;
    } finally {
      unlinkSync(path);
      rmdirSync(folder);
    }
  }

  #closeMailbox(): void {
    if (this.#mailbox >= 0) closeSync(this.#mailbox);
    this.#mailbox = -1;
  }

  /**
   * Takes code; it reaches the child with its first call.
   *
   * @throws LoadError `NATIVE_ARCH` for code of another processor, `NATIVE_SIZE`, `NATIVE_TYPE`
   */
  load(code: NativeCode): NativeFunction {
    if (this.#codes.length >= MAX_CODES) throw new VivError("NATIVE_LIMIT", `more than ${MAX_CODES} native functions`);
    const fn = { ...checkCode(code, process.arch), id: this.#codes.length };
    this.#codes.push(fn);
    return fn;
  }

  /**
   * Calls once.
   *
   * @throws VivError `NATIVE_ARGUMENT`, `NATIVE_CLOSED`
   */
  call(fn: NativeFunction, args: readonly NativeValue[], options: NativeCallOptions = {}): Promise<NativeExit> {
    const own = this.#own(fn);
    const values = argumentsOf(own, args);
    const timeout = checkTimeout(options.timeout ?? this.#timeout);
    return this.#inTurn(async () => {
      const call: Request = { kind: "call", id: own.id, args: values };
      const reply = await this.#request(await this.#alive(), own, call, timeout, options.signal);
      return reply.kind === "done" ? { kind: "return", value: reply.value } : reply;
    });
  }

  /**
   * Calls several functions one after the other, in one round trip, unless one of them ends the process: that call says
   * so, and the ones behind it go to another process. Results are as those of {@link call} for each.
   *
   * @throws VivError `NATIVE_ARGUMENT`, `NATIVE_CLOSED`
   */
  calls(list: readonly NativeCallSpec[], options: { readonly signal?: AbortSignal } = {}): Promise<NativeExit[]> {
    const checked = list.map(({ fn, args, timeout }): Checked => {
      const own = this.#own(fn);
      return { fn: own, args: argumentsOf(own, args), timeout: checkTimeout(timeout ?? this.#timeout) };
    });
    return this.#inTurn(async () => {
      const exits: NativeExit[] = [];
      while (exits.length < checked.length) {
        if (options.signal?.aborted) {
          exits.push({ kind: "aborted" });
          continue;
        }
        const some = checked.slice(exits.length, exits.length + CHUNK);
        exits.push(...(await this.#calls(some, options.signal)));
      }
      return exits;
    });
  }

  /** @returns the exits of these calls, as far as the process got: all, or up to the one that ended it */
  async #calls(list: readonly Checked[], signal: AbortSignal | undefined): Promise<NativeExit[]> {
    const child = await this.#alive();
    const mailbox = this.#mailbox;
    for (const { fn, timeout } of list) {
      const end = await this.#give(child, fn, timeout, signal);
      if (end !== undefined) return [end];
    }
    const progress = (): number => {
      const words = new BigUint64Array(1);
      readSync(mailbox, bytesOf(words), 0, 8, 0);
      return Math.min(list.length, Number(words[0]));
    };
    writeSync(mailbox, new Uint8Array(8), 0, 8, 0);
    // Every call has its own time: the clock starts anew whenever others are seen to have come back.
    let seen = 0;
    let since = performance.now();
    const more = (): number => {
      const now = progress();
      if (now > seen) {
        seen = now;
        since = performance.now();
      }
      const timeout = list[now]?.timeout ?? REPLY_TIMEOUT;
      return Math.min(LOOK, timeout - (performance.now() - since));
    };
    const calls = list.map(({ fn, args }) => ({ id: fn.id, args }));
    const reply = done(await child.request({ kind: "calls", calls }, more(), signal, more));
    const count = progress();
    const results = new DataView(new ArrayBuffer(8 * count));
    readSync(mailbox, results, 0, results.byteLength, 8);
    const exits = list.slice(0, count).map(({ fn }, k): NativeExit => {
      return { kind: "return", value: fn.result === null ? undefined : readResult(results, 8 * k, fn.result) };
    });
    const stopped = list[count];
    if (reply.kind === "done" || stopped === undefined) return exits;
    return [...exits, reply.kind === "deadline" ? { kind: "deadline", timeout: stopped.timeout } : reply];
  }

  /**
   * Calls once for each row of the columns, all within one timeout. When the child dies, the results of the calls before
   * are kept.
   *
   * @param columns a typed array of its type for each parameter, all of one length
   * @throws VivError `NATIVE_ARGUMENT`, `NATIVE_CLOSED`
   */
  batch(fn: NativeFunction, columns: readonly NativeColumn[], options: NativeCallOptions = {}): Promise<NativeBatch> {
    const own = this.#own(fn);
    const rows = columns[0]?.length ?? 0;
    own.params.forEach((type, k) => {
      if (!(columns[k] instanceof COLUMN[type]) || columns[k].length !== rows) {
        throw new VivError("NATIVE_ARGUMENT", `column ${k} must be ${rows} elements of ${COLUMN[type].name}`);
      }
    });
    if (columns.length !== own.params.length || columns.length === 0) {
      throw new VivError("NATIVE_ARGUMENT", `the function takes ${own.params.length} columns, not ${columns.length}`);
    }
    const timeout = checkTimeout(options.timeout ?? this.#timeout);
    return this.#inTurn(() => this.#batch(own, columns, { rows, timeout, signal: options.signal }));
  }

  async #batch(
    fn: NativeFunction,
    columns: readonly NativeColumn[],
    { rows, timeout, signal }: { rows: number; timeout: number; signal: AbortSignal | undefined },
  ): Promise<NativeBatch> {
    const values = fn.result === null ? undefined : new COLUMN[fn.result](rows);
    const deadline = performance.now() + timeout;
    for (let first = 0; first < rows; first += CHUNK) {
      const count = Math.min(CHUNK, rows - first);
      // The child that gets the request is the one whose mailbox is filled.
      const child = await this.#alive();
      const mailbox = this.#mailbox;
      columns.forEach((column, k) => {
        const bytes = column.subarray(first, first + count);
        writeSync(mailbox, bytesOf(bytes), 0, bytes.byteLength, columnOffset(k, count));
      });
      writeSync(mailbox, new Uint8Array(8), 0, 8, 0);
      const left = Math.max(1, deadline - performance.now());
      const reply = await this.#request(child, fn, { kind: "batch", id: fn.id, count }, left, signal);
      const progress = new BigUint64Array(1);
      readSync(mailbox, bytesOf(progress), 0, 8, 0);
      const done = Math.min(count, Number(progress[0]));
      if (values !== undefined) {
        const part = values.subarray(first, first + done);
        readSync(mailbox, bytesOf(part), 0, part.byteLength, columnOffset(columns.length, count));
      }
      if (reply.kind !== "done") {
        const exit: NativeEnd = reply.kind === "deadline" ? { kind: "deadline", timeout } : reply;
        return { exit, completed: first + done, values: values?.subarray(0, first + done) };
      }
    }
    return { exit: { kind: "return" }, completed: rows, values };
  }

  /** The child; another one where the last has died. */
  #alive(): Promise<Child<Request, Reply>> | Child<Request, Reply> {
    if (this.#closed) throw new VivError("NATIVE_CLOSED", "the host of native code has been closed");
    const child = this.#child;
    return child === undefined || child.ended !== undefined ? this.#start() : child;
  }

  /** Sends a request to the child, and the code before it where the child has not got it yet. */
  async #request(
    child: Child<Request, Reply>,
    fn: NativeFunction,
    request: Request,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<Extract<Reply, { kind: "done" }> | NativeEnd> {
    const end = await this.#give(child, fn, timeout, signal);
    return end ?? done(await child.request(request, timeout, signal));
  }

  /** Gives the child code that it has not got yet. @returns how it ended in doing so */
  async #give(
    child: Child<Request, Reply>,
    { id, bytes, params, result }: NativeFunction,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<NativeEnd | undefined> {
    if (this.#loaded.has(id)) return undefined;
    const end = done(await child.request({ kind: "load", id, bytes, params, result }, timeout, signal));
    if (end.kind !== "done") return end;
    this.#loaded.add(id);
    return undefined;
  }

  #own(fn: NativeFunction): NativeFunction {
    const own = this.#codes[fn.id];
    if (own === undefined || own !== fn) throw new VivError("NATIVE_ARGUMENT", "the function is not one of this host");
    return own;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Ends the child process. Calls that wait come back as signalled; later ones throw `NATIVE_CLOSED`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#child?.close();
    await this.#turn;
    // One that was starting meanwhile.
    await this.#child?.close();
    this.#closeMailbox();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** @throws VivError `NATIVE_ARGUMENT` */
function argumentsOf(fn: NativeFunction, args: readonly NativeValue[]): NativeValue[] {
  if (args.length !== fn.params.length) {
    throw new VivError("NATIVE_ARGUMENT", `the function takes ${fn.params.length} arguments, not ${args.length}`);
  }
  return fn.params.map((type, k) => valueOf(args[k] as NativeValue, type));
}

function bytesOf(column: NativeColumn): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** @throws VivError with what the child says went wrong there */
function done(reply: Reply | NativeEnd): Extract<Reply, { kind: "done" }> | NativeEnd {
  if (reply.kind === "failed") throw new VivError(reply.code, reply.message);
  if (reply.kind === "ready") throw new VivError("INTERNAL", "the child process answers something else");
  return reply;
}

function checkTimeout(timeout: number): number {
  if (!(timeout > 0 && timeout <= MAX_TIMEOUT)) {
    throw new VivError("OPTION_RANGE", `timeout: ${timeout} is not more than 0 and at most ${MAX_TIMEOUT} ms`);
  }
  return timeout;
}
