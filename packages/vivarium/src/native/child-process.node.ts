/** Starts a child process of ours, talks to it, and says how it ended. */
import { type ChildProcess, fork, type StdioOptions } from "node:child_process";
import { VivError } from "../machine/errors.js";
import { type NativeEnd, signalExit } from "./exits.js";

/** How long a child has to come up, in milliseconds: it shares the machine with whatever else runs. */
const START_TIMEOUT = 30_000;

/** The longest that a timer can wait. */
export const MAX_TIMEOUT = 2 ** 31 - 1;

export interface Answer<R> {
  readonly kind: "answer";
  readonly reply: R;
}

/** A failure that the child itself reports. */
interface Failed {
  readonly kind: "failed";
  readonly code: string;
  readonly message: string;
}

/**
 * One child at a time, one request at a time. The child has no environment, no standard input, and ends with its parent.
 */
export class Child<Q extends object, R extends { readonly kind: string }> {
  readonly #process: ChildProcess;
  #waiting: ((value: Answer<R> | NativeEnd | Failed) => void) | undefined;
  #end: NativeEnd | undefined;

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on("message", (reply: R) => this.#settle({ kind: "answer", reply }));
    process.on("exit", (code, signal) => {
      this.#end ??= signal === null ? { kind: "signal", signal: `exit ${code}`, trap: "killed" } : signalExit(signal);
      this.#settle(this.#end);
    });
    process.on("error", (error) =>
      this.#settle({ kind: "failed", code: "NATIVE_START", message: `no child process: ${error.message}` }),
    );
  }

  /**
   * Starts `script` of this folder and waits for its first message, which says `ready` or `failed`.
   *
   * @throws VivError with the code of the failure
   */
  static async start<Q extends object, R extends { readonly kind: string }>(
    script: string,
    args: readonly string[],
    stdio: StdioOptions,
  ): Promise<Child<Q, R>> {
    // From sources, as tests run it, the child is TypeScript as well.
    const fromSource = import.meta.url.endsWith(".ts");
    const url = new URL(`./${script}.node.${fromSource ? "ts" : "js"}`, import.meta.url);
    const process = fork(url, args, {
      serialization: "advanced",
      env: {},
      execArgv: fromSource ? ["--import", import.meta.resolve("tsx")] : [],
      stdio,
    });
    const child = new Child<Q, R>(process);
    const answer = await child.#wait(START_TIMEOUT, undefined);
    if (answer.kind === "answer") {
      const failed = answer.reply as unknown as Failed;
      if (failed.kind !== "failed") {
        child.rest();
        return child;
      }
      child.kill();
      throw new VivError(failed.code, failed.message);
    }
    child.kill();
    if (answer.kind === "failed") throw new VivError(answer.code, answer.message);
    throw new VivError("NATIVE_START", `the child process did not start (${describe(answer)})`);
  }

  get process(): ChildProcess {
    return this.#process;
  }
  /** How the process ended, if it has. */
  get ended(): NativeEnd | undefined {
    return this.#end;
  }

  #settle(value: Answer<R> | NativeEnd | Failed): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(value);
  }

  /** An idle child does not keep the host's event loop alive. */
  rest(): void {
    this.#process.unref();
    this.#process.channel?.unref();
  }

  /**
   * Sends a request and waits; a child that does not answer in time is killed.
   *
   * @param more asked when the time is over: milliseconds that the child gets on top, 0 for none
   */
  async request(request: Q, timeout: number, signal?: AbortSignal, more?: () => number): Promise<R | NativeEnd> {
    if (this.#end !== undefined) return this.#end;
    const answer = this.#wait(timeout, signal, more);
    this.#process.send(request, (error) => {
      // A child that has died meanwhile says so by its exit.
      if (error !== null && this.#process.exitCode === null && this.#process.signalCode === null) this.kill();
    });
    const value = await answer;
    if (value.kind === "answer") return value.reply;
    if (value.kind === "failed") throw new VivError(value.code, value.message);
    return value as NativeEnd;
  }

  async #wait(
    timeout: number,
    signal: AbortSignal | undefined,
    more?: () => number,
  ): Promise<Answer<R> | NativeEnd | Failed> {
    this.#process.ref();
    this.#process.channel?.ref();
    // A child that is killed is not used again, even if its answer is on the way.
    const stop = (end: NativeEnd) => (): void => {
      this.#end ??= end;
      this.kill();
      this.#settle(this.#end);
    };
    const aborted = stop({ kind: "aborted" });
    const late = stop({ kind: "deadline", timeout });
    const watch = (wait: number): ReturnType<typeof setTimeout> =>
      setTimeout(
        () => {
          const longer = more?.() ?? 0;
          if (longer > 0) timer = watch(longer);
          else late();
        },
        Math.min(wait, MAX_TIMEOUT),
      );
    let timer = watch(timeout);
    signal?.addEventListener("abort", aborted, { once: true });
    try {
      return await new Promise<Answer<R> | NativeEnd | Failed>((resolve) => {
        this.#waiting = resolve;
        if (signal?.aborted) aborted();
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      this.rest();
    }
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    const gone = new Promise<void>((resolve) => this.#process.once("exit", () => resolve()));
    this.#process.ref();
    this.kill();
    await gone;
  }
}

export function describe(end: NativeEnd): string {
  if (end.kind === "signal") return end.signal;
  return end.kind === "deadline" ? `no answer in ${end.timeout} ms` : "aborted";
}
