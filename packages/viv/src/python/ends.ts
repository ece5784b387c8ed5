/** Turns the end of a Python run into an exit code and what is said about it, as CPython does. */

import type { PythonExit } from "vivarium/python";
import { type ExitName, exitCode } from "../exit-codes.js";

export interface End {
  /** For `--json`: `halt` when the program ended by itself. */
  readonly exit: string;
  readonly code: number;
  /** What the program's standard error gets: a traceback, or the text given to `sys.exit`. */
  readonly report: string;
  /** Why viv stopped it. */
  readonly stopped?: string;
}

const STOPPED: Readonly<
  Record<Exclude<PythonExit["kind"], "value" | "exception">, { readonly name: ExitName; readonly says: string }>
> = {
  "out-of-gas": { name: "outOfGas", says: "ran out of gas" },
  "out-of-memory": { name: "memory", says: "ran out of memory" },
  "output-limit": { name: "failure", says: "wrote more than it may" },
  interrupted: { name: "timeout", says: "ran out of time" },
  waiting: { name: "failure", says: "waits for the host" },
};

/** What the end of a program means for the process. */
export function endOf(exit: PythonExit): End {
  if (exit.kind === "value") return { exit: "halt", code: 0, report: "" };
  if (exit.kind === "exception") {
    if (exit.systemExit !== undefined) return systemExit(exit.systemExit.code, exit.message);
    const interrupted = exit.type === "KeyboardInterrupt";
    return { exit: "exception", code: interrupted ? exitCode("interrupted") : 1, report: exit.traceback };
  }
  const { name, says } = STOPPED[exit.kind];
  return { exit: exit.kind, code: exitCode(name), report: "", stopped: says };
}

/** `sys.exit(code)`: a number is the code, nothing is success, anything else is printed. */
function systemExit(code: unknown, message: string): End {
  if (code === null || code === undefined) return { exit: "halt", code: 0, report: "" };
  if (typeof code === "number" || typeof code === "bigint" || typeof code === "boolean")
    return { exit: "halt", code: Number(BigInt.asUintN(8, BigInt(code))), report: "" };
  return { exit: "halt", code: 1, report: `${message}\n` };
}
