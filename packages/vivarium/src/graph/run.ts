/** One run of a graph: which limit ends it, how long it waits, and what it comes to. */
import type { Engine } from "./engine.js";
import type { NodeId, RunOptions, RunResult, StopReason } from "./interface.js";
import type { Value } from "./values.js";

/** Firings in one step; what is due beyond that waits for the next one. */
const STEP_FIRES = 65_536;

/** One call of `run`: its limits and what it came to. */
export class Run {
  readonly deadline: number;
  #steps = 0;
  #fires = 0;
  #traps = 0;
  #touched = 0;
  #forced = false;

  constructor(
    readonly engine: Engine,
    readonly options: RunOptions,
    readonly graph: {
      outputs: () => ReadonlyMap<NodeId, Value>;
      allowed: (most: number) => number;
      limited: (fires: number) => void;
      end: () => void;
    },
  ) {
    this.deadline =
      options.deadlineMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.deadlineMs;
  }

  /** Why no further step is made now. */
  stop(): StopReason | undefined {
    const { engine, options } = this;
    if (options.maxSteps !== undefined && this.#steps >= options.maxSteps) return "maxSteps";
    if (options.maxFires !== undefined && this.#fires >= options.maxFires) return "maxFires";
    if (options.maxTouched !== undefined && this.#touched >= options.maxTouched) return "maxTouched";
    if (options.signal?.aborted === true) return "signal";
    if (engine.frontier.size === 0) {
      if (engine.calendar.days.size > 0) {
        const first = engine.calendar.first();
        if (first > engine.step) {
          // Steps in which nothing happens.
          engine.avgPrev = 0;
          engine.step = first;
        }
      } else if (engine.waiting.length === 0) return "quiet";
      else if (engine.waiting[0]?.outcome === undefined && !this.#forced) return "waiting";
    }
    // The clock is not asked in every step.
    if (this.deadline !== Number.POSITIVE_INFINITY && (this.#steps & 15) === 0 && performance.now() >= this.deadline) {
      return "deadline";
    }
    return undefined;
  }

  /** Waits until the first of the nodes that wait has its result, or until the run has to stop. */
  async arrival(): Promise<void> {
    const { options, deadline } = this;
    const first = this.engine.waiting[0];
    if (first === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: (() => void) | undefined;
    const others: Promise<void>[] = [first.settled];
    if (deadline !== Number.POSITIVE_INFINITY) {
      others.push(new Promise((resolve) => (timer = setTimeout(resolve, Math.max(0, deadline - performance.now())))));
    }
    if (options.signal !== undefined) {
      others.push(
        new Promise((resolve) => {
          abort = resolve;
          options.signal?.addEventListener("abort", resolve as () => void, { once: true });
        }),
      );
    }
    await Promise.race(others);
    clearTimeout(timer);
    if (abort !== undefined) options.signal?.removeEventListener("abort", abort);
  }

  /** The next step is made although nothing but an arrival happens in it. */
  force(): void {
    this.#forced = true;
  }

  step(): Promise<void> | undefined {
    const { engine, options } = this;
    this.#forced = false;
    const left = options.maxFires === undefined ? STEP_FIRES : Math.min(STEP_FIRES, options.maxFires - this.#fires);
    const allowed = this.graph.allowed(left);
    // Which firings had to wait depends on the limit, so a repetition needs it.
    if (allowed < STEP_FIRES) this.graph.limited(allowed);
    const pending = engine.run(allowed);
    if (pending === undefined) this.stepped();
    return pending;
  }
  stepped(): void {
    const { engine } = this;
    this.#steps++;
    this.#fires += engine.fired;
    this.#traps += engine.trapped;
    this.#touched += engine.touched;
  }

  result(reason: StopReason): RunResult {
    return {
      reason,
      steps: this.#steps,
      fires: this.#fires,
      traps: this.#traps,
      touched: this.#touched,
      outputs: new Map(this.graph.outputs()),
    };
  }
  end(): void {
    this.graph.end();
  }
}
