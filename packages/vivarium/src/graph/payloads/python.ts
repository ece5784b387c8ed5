/** `vivarium/graph/python`: Python expressions and functions as payloads, each firing in an interpreter of its own. */

import { LoadError } from "../../index.js";
import { type PythonExit, type PythonInterpreter, type PythonOptions, python } from "../../python.js";
import { GraphError } from "../errors.js";
import { HOST_CALLS, type HostAccess } from "../host.js";
import type { CodeRecord, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import type { PortType } from "../types.js";
import { NodeRef, plain, type Value } from "../values.js";

/**
 * Code is an expression over the names of the input ports, or statements that define the function `entry` (or `run`),
 * which is called with one argument for each input port. Several outputs come as a tuple. Host functions are members of
 * the module `host`: `import host`, `host.out_write(1, b"…")`.
 */
export const pythonPayload: PayloadAdapter = { kinds: ["python"], load: loadPython };

/** Cells of memory that a page of the limit is worth. */
const PAGE = 65_536;

function loadPython(code: CodeRecord, signature: Signature): Payload {
  const source = new TextDecoder("utf-8", { fatal: true }).decode(code.bytes);
  const isExpression = code.entry === "" && !/^\s*(def|import|from|class|async)\b|\n\s*\S/.test(source);
  const entry = code.entry === "" ? "run" : code.entry;
  const probe = interpreter(code, undefined);
  // What cannot be parsed is refused when it is added, not when it fires.
  const parsed = probe.runEval(`compile(${JSON.stringify(source)}, "node", ${isExpression ? '"eval"' : '"exec"'})`);
  if (parsed.kind === "exception")
    throw new LoadError("GRAPH_PYTHON", parsed.traceback.trimEnd().split("\n").at(-1) ?? parsed.message);
  for (const { name } of signature.inputs) {
    if (isExpression && !/^[A-Za-z_]\w*$/.test(name)) throw new GraphError("GRAPH_ABI", `${name} is no name in Python`);
  }
  return {
    run: ({ inputs, host }): Outcome => {
      const machine = interpreter(code, host);
      const given = inputs.map((value) => (value === undefined ? null : toPython(plain(value))));
      let exit: PythonExit;
      if (isExpression) {
        signature.inputs.forEach(({ name }, k) => {
          machine.set(name, given[k]);
        });
        exit = machine.runEval(source, { timeout: code.limits.timeout, filename: "node" });
      } else {
        exit = machine.runExec(source, { timeout: code.limits.timeout, filename: "node" });
        if (exit.kind === "value") {
          given.forEach((value, k) => {
            machine.set(`_${k}`, value);
          });
          exit = machine.runEval(`${entry}(${given.map((_, k) => `_${k}`).join(", ")})`, {
            timeout: code.limits.timeout,
          });
        }
      }
      const fuel = code.limits.fuel - Number(machine.gas);
      return outcome(exit, signature, fuel);
    },
  };
}

function interpreter(code: CodeRecord, host: HostAccess | undefined): PythonInterpreter {
  const options: PythonOptions = { gas: BigInt(code.limits.fuel), memory: code.limits.pages * PAGE };
  if (host === undefined || code.capabilities === 0) return python.create(options);
  const members = Object.fromEntries(
    HOST_CALLS.map(({ name }) => [
      name.replaceAll(".", "_"),
      (...args: Value[]): unknown => {
        const value = host.call(
          name,
          args.map((a) => (typeof a === "number" && Number.isInteger(a) ? BigInt(a) : a)),
        );
        if (value instanceof Promise) throw new Error(`${name} takes time, which a Python payload cannot wait for`);
        return toPython(value);
      },
    ]),
  );
  return python.create({ ...options, modules: { host: members } });
}

function toPython(value: Value): unknown {
  return value instanceof NodeRef ? value.node : value;
}

function outcome(exit: PythonExit, signature: Signature, fuel: number): Outcome {
  switch (exit.kind) {
    case "value": {
      const { outputs } = signature;
      const values = outputs.length === 1 ? [exit.value] : Array.isArray(exit.value) ? (exit.value as unknown[]) : [];
      if (values.length !== outputs.length && outputs.length > 0) {
        return { trap: { kind: "abi", message: `${outputs.length} values are expected` }, fuel };
      }
      try {
        return { ok: outputs.map(({ type }, k) => fromPython(values[k], type)), fuel };
      } catch (error) {
        return { trap: { kind: "abi", message: error instanceof Error ? error.message : String(error) }, fuel };
      }
    }
    case "exception": {
      const kind =
        exit.type === "ZeroDivisionError" || exit.type === "OverflowError"
          ? "arith"
          : exit.type === "RecursionError"
            ? "stack"
            : "unreachable";
      return { trap: { kind, message: `${exit.type}: ${exit.message}` }, fuel };
    }
    case "out-of-gas":
      return { trap: { kind: "fuel", message: "the fuel of one firing is spent" }, fuel };
    case "out-of-memory":
      return { trap: { kind: "memory", message: "the memory of one firing is spent" }, fuel };
    case "interrupted":
      return { trap: { kind: "timeout", message: "the time of one firing is over" }, fuel };
    default:
      return { trap: { kind: "limit", message: exit.kind }, fuel };
  }
}

/** A Python value for a port: whole numbers become i64 where any type will do. */
function fromPython(value: unknown, type: PortType): Value {
  if (type === "f64" && typeof value === "bigint") return Number(value);
  if (type === "any" && typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map((item: unknown) => fromPython(item, "any"));
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    throw new GraphError("GRAPH_VALUE", "a port takes no such object");
  }
  return value as Value;
}
