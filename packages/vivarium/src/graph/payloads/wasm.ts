/** WebAssembly modules as payloads: an exported function over numbers, in a fresh instance for each firing. */
import { LoadError } from "../../index.js";
import { GraphError } from "../errors.js";
import { callFromRegisters, Fault, HOST_CALLS, type HostAccess, HostRefusal } from "../host.js";
import type { CodeRecord, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import type { TrapKind } from "../types.js";
import type { Tagged, Value } from "../values.js";

/** Runs on the thread of the graph: endless loops are not stopped there, so only code that is trusted to end belongs here. */
export const wasmPayload: PayloadAdapter = { kinds: ["wasm"], load: loadWasm };

/** Messages of V8, SpiderMonkey and JavaScriptCore for traps. */
const TRAPS: readonly (readonly [RegExp, TrapKind])[] = [
  [/out of bounds|index out of range/i, "memory"],
  [/divide|division|remainder|integer overflow|unrepresentable|truncat/i, "arith"],
  [/stack/i, "stack"],
  [/signature|null function|indirect/i, "illegal"],
  [/unreachable/i, "unreachable"],
];

function compiled(code: CodeRecord): WebAssembly.Module {
  try {
    return new WebAssembly.Module(code.bytes.slice());
  } catch (error) {
    throw new LoadError(
      "GRAPH_WASM",
      error instanceof Error ? error.message : String(error),
      { offset: 0 },
      { cause: error },
    );
  }
}

function loadWasm(code: CodeRecord, signature: Signature): Payload {
  const module = compiled(code);
  const functions = WebAssembly.Module.exports(module).filter((e) => e.kind === "function");
  const entry =
    code.entry === ""
      ? (functions.find((f) => f.name === "run") ?? functions[0])
      : functions.find((f) => f.name === code.entry);
  if (entry === undefined) throw new LoadError("GRAPH_WASM", `the module exports no function ${code.entry}`);
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const call = HOST_CALLS.find((c) => c.name.replaceAll(".", "_") === name);
    if (from !== "viv" || kind !== "function" || call === undefined) {
      throw new LoadError("GRAPH_WASM", `the module imports ${from}.${name}, which is no host function`);
    }
  }
  for (const { name, type } of [...signature.inputs, ...signature.outputs]) {
    if (["str", "bytes", "list", "any"].includes(type))
      throw new GraphError("GRAPH_ABI", `port ${name}: WebAssembly takes no ${type}`);
  }
  if (signature.outputs.length > 1) throw new GraphError("GRAPH_ABI", "a WebAssembly function gives one value at most");
  const limit = code.limits.pages;
  return {
    run: ({ inputs, host }) => {
      const instance: WebAssembly.Instance = new WebAssembly.Instance(
        module,
        imports(module, host, () => instance),
      );
      const memory = Object.values(instance.exports).find(
        (e): e is WebAssembly.Memory => e instanceof WebAssembly.Memory,
      );
      if (memory !== undefined && memory.buffer.byteLength > limit * 65_536) {
        return { trap: { kind: "limit", message: `more than ${limit} pages of memory` } };
      }
      return called(instance.exports[entry.name] as (...args: unknown[]) => unknown, inputs, signature);
    },
  };
}

function called(
  fn: (...args: unknown[]) => unknown,
  inputs: readonly (Tagged | undefined)[],
  signature: Signature,
): Outcome {
  try {
    const result = fn(...inputs.map((v, k) => argument(v, signature.inputs[k]?.type ?? "unit")));
    const type = signature.outputs[0]?.type;
    return { ok: type === undefined ? [] : [result_(result, type)] };
  } catch (error) {
    if (error instanceof HostRefusal) return { trap: { kind: "host", message: error.message } };
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof TypeError) return { trap: { kind: "abi", message } };
    return { trap: { kind: TRAPS.find(([text]) => text.test(message))?.[1] ?? "unreachable", message } };
  }
}

function argument(value: Tagged | undefined, type: string): unknown {
  if (value === undefined) return type === "i64" || type === "u64" ? 0n : 0;
  if (value.type === "bool") return value.value === true ? 1 : 0;
  if (value.type === "node") return (value.value as { node: number }).node;
  return value.value ?? 0;
}

function result_(value: unknown, type: Signature["outputs"][number]["type"]): Value | Tagged {
  switch (type) {
    case "u64":
      return BigInt.asUintN(64, BigInt(value as bigint | number));
    case "i64":
      return BigInt.asIntN(64, BigInt(value as bigint | number));
    case "bool":
      return Number(value) !== 0;
    case "unit":
      return null;
    case "i32":
      return Number(value) | 0;
    default:
      return Number(value);
  }
}

function imports(
  module: WebAssembly.Module,
  host: HostAccess,
  instance: () => WebAssembly.Instance,
): WebAssembly.Imports {
  const functions: Record<string, WebAssembly.ImportValue> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    const call = HOST_CALLS.find((c) => c.name.replaceAll(".", "_") === name);
    if (call === undefined) continue;
    functions[name] = (...args: (bigint | number)[]) => {
      const memory = Object.values(instance().exports).find(
        (e): e is WebAssembly.Memory => e instanceof WebAssembly.Memory,
      );
      const inside = (at: number, length: number): boolean =>
        memory !== undefined && at + length <= memory.buffer.byteLength;
      const result = callFromRegisters(host, call, (k) => BigInt(args[k] ?? 0), {
        read: (at, length) =>
          inside(at, length) ? new Uint8Array((memory as WebAssembly.Memory).buffer).slice(at, at + length) : undefined,
        write: (at, bytes) => {
          if (!inside(at, bytes.length)) return false;
          new Uint8Array((memory as WebAssembly.Memory).buffer).set(bytes, at);
          return true;
        },
      });
      if (result instanceof Promise)
        throw new HostRefusal(`${call.name} takes time, which this payload cannot wait for`);
      if (result instanceof Fault) throw new WebAssembly.RuntimeError("memory access out of bounds");
      return BigInt.asIntN(64, result);
    };
  }
  return { viv: functions };
}
