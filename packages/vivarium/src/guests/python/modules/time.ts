import { nativeModule } from "../library/define.js";
import { PyFloat, type PyModule, type Value } from "../objects/core.js";
import { E, raise, typeError, typeName, valueError } from "../objects/errors.js";
import { asReal, type Int, norm } from "../objects/numbers.js";
import type { Machine } from "../runtime/machine.js";

const F = (v: number): PyFloat => new PyFloat(v);

/** A clock that the host grants. */
export interface Clock {
  /** Seconds since the epoch. */
  now(): number;
  /** Seconds since some moment; never goes back. */
  monotonic(): number;
  /** What `time.sleep` waits for; a timer of the host when absent. */
  sleep?(seconds: number): Promise<void>;
}

export function timeModule(clock: Clock | undefined): PyModule {
  const denied = (): never => {
    throw raise(E.PermissionError!, "the clock is not granted");
  };
  const now = (): number => (clock ? clock.now() : denied());
  const monotonic = (): number => (clock ? clock.monotonic() : denied());
  const nanoseconds = (s: number): Int => norm(BigInt(Math.round(s * 1e6)) * 1000n);
  const module = nativeModule("time", {
    "time()": () => F(now()),
    "time_ns()": () => nanoseconds(now()),
    "monotonic()": () => F(monotonic()),
    "monotonic_ns()": () => nanoseconds(monotonic()),
    "perf_counter()": () => F(monotonic()),
    "perf_counter_ns()": () => nanoseconds(monotonic()),
    "process_time()": () => F(monotonic()),
    "sleep(seconds, /)": (vm: Machine, seconds) => {
      const s = asReal(seconds);
      if (s === undefined) throw typeError(`'${typeName(seconds)}' object cannot be interpreted as an integer`);
      if (s < 0) throw valueError("sleep length must be non-negative");
      if (!clock) return denied();
      const promise = clock.sleep?.(s) ?? new Promise((resolve) => setTimeout(() => resolve(undefined), s * 1000));
      return vm.park(
        promise.then(() => undefined),
        { f: sleep, args: [seconds], kw: null },
      );
    },
  });
  const sleep: Value = module.ns.getStr("sleep");
  return module;
}
