/**
 * WebAssembly modules as payloads: an exported function over numbers, or `alloc` and `run` over encoded values, in a
 * fresh instance for each firing (specification, D6).
 */
import { LoadError } from "../../index.js";
import { GraphError } from "../errors.js";
import {
  callFromRegisters,
  Fault,
  HOST_CALLS,
  type HostAccess,
  type HostCall,
  HostRefusal,
  MAX_TRANSFER,
} from "../host.js";
import type { CodeRecord, Frame, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import type { TrapKind } from "../types.js";
import { decodeValue, type Tagged, type Value, valueBytes } from "../values.js";
import {
  execute,
  type WasmAnswer,
  type WasmCall,
  type WasmEnd,
  type WasmImport,
  type WasmReply,
  type WasmRequest,
} from "./wasm-execute.js";
import { limitMemory } from "./wasm-memory.js";
import { WASM_WORKER } from "./wasm-worker.js";
import { type Ended, Workers } from "./workers.js";

/**
 * Where modules run. In a `worker`, the default, one that does not end is stopped at its code's timeout; `inline`, on
 * the graph's own thread, nothing stops an endless loop: for code that is trusted to end, and for `runSync`.
 */
export type WasmPlace = "worker" | "inline";

export function wasmPayload(place: WasmPlace): PayloadAdapter {
  // What asks the host for something does so in the order of firings: modules with imports take turns.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    kinds: ["wasm"],
    load: (code, signature) => {
      const program = loadWasm(code, signature);
      return place === "inline" ? inline(program, signature) : away(program, signature, inTurn);
    },
  };
}

/** Messages of V8, SpiderMonkey and JavaScriptCore for traps. */
const TRAPS: readonly (readonly [RegExp, TrapKind])[] = [
  [/out of bounds|index out of range/i, "memory"],
  [/divide|division|remainder|integer overflow|unrepresentable|truncat/i, "arith"],
  [/stack/i, "stack"],
  [/signature|null function|indirect/i, "illegal"],
  [/unreachable/i, "unreachable"],
];

/** Host functions that only send. */
const SENDS: Readonly<Record<string, "length" | "zero">> = {
  "out.write": "length",
  "dev.send": "zero",
  "fs.write": "zero",
  "graph.exec": "zero",
  "graph.node": "zero",
  "graph.data": "zero",
  "graph.act": "zero",
  "graph.control": "zero",
  "graph.set": "zero",
  "graph.recode": "zero",
};
/** Host calls of one firing in a worker whose results it waits for: it is repeated for each of them. */
const MAX_QUESTIONS = 1000;
/** Workers at the same time, for all graphs. */
const MAX_WORKERS = 4;

interface WasmProgram {
  readonly code: CodeRecord;
  /** Absent when its memory is larger than the code may use. */
  readonly module: WebAssembly.Module | undefined;
  readonly entry: string;
  readonly imports: readonly WasmImport[];
  /** Values go as bytes, not as numbers. */
  readonly encoded: boolean;
}

let workers: Workers<WasmRequest, WasmReply> | undefined;
/** The workers of all graphs; started when they are needed, gone when they are not. */
function theWorkers(): Workers<WasmRequest, WasmReply> {
  const { hardwareConcurrency } = globalThis.navigator ?? { hardwareConcurrency: 2 };
  workers ??= new Workers(WASM_WORKER, Math.max(1, Math.min(MAX_WORKERS, hardwareConcurrency)));
  return workers;
}

function compiled(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw new LoadError(
      "GRAPH_WASM",
      error instanceof Error ? error.message : String(error),
      { offset: 0 },
      { cause: error },
    );
  }
}

const hostCallOf = (name: string): HostCall | undefined =>
  HOST_CALLS.find((call) => call.name.replaceAll(".", "_") === name);

function loadWasm(code: CodeRecord, signature: Signature): WasmProgram {
  const module = compiled(code.bytes.slice());
  const functions = WebAssembly.Module.exports(module).filter((e) => e.kind === "function");
  const encoded = code.abi === "values";
  const wanted = code.entry === "" && encoded ? "run" : code.entry;
  const entry =
    wanted === ""
      ? (functions.find((f) => f.name === "run") ?? functions[0])
      : functions.find((f) => f.name === wanted);
  if (entry === undefined) throw new LoadError("GRAPH_WASM", `the module exports no function ${wanted}`);
  if (encoded && !functions.some((f) => f.name === "alloc")) {
    throw new LoadError("GRAPH_WASM", "the module exports no function alloc, by which it is given values");
  }
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }): WasmImport => {
    const call = hostCallOf(name);
    if (from !== "viv" || kind !== "function" || call === undefined) {
      throw new LoadError("GRAPH_WASM", `the module imports ${from}.${name}, which is no host function`);
    }
    const sends = SENDS[call.name];
    return { name, parameters: call.parameters, ...(sends === undefined ? {} : { sends }) };
  });
  if (!encoded) checkNumbers(signature);
  const limited = limitMemory(code.bytes, code.limits.pages);
  return { code, module: limited && compiled(limited), entry: entry.name, imports, encoded };
}

function checkNumbers(signature: Signature): void {
  for (const { name, type } of [...signature.inputs, ...signature.outputs]) {
    if (["str", "bytes", "list", "any"].includes(type))
      throw new GraphError("GRAPH_ABI", `port ${name}: WebAssembly takes no ${type} but with the ABI "values"`);
  }
  if (signature.outputs.length > 1) throw new GraphError("GRAPH_ABI", "a WebAssembly function gives one value at most");
}

function tooLarge({ code }: WasmProgram): Outcome {
  return { trap: { kind: "limit", message: `more than ${code.limits.pages} pages of memory` } };
}

/** On this thread, at once. */
function inline(program: WasmProgram, signature: Signature): Payload {
  const { module, entry, imports } = program;
  return {
    run: ({ inputs, host }) => {
      if (module === undefined) return tooLarge(program);
      const end = execute(module, entry, inputOf(program, inputs, signature), imports, (call, args, memory) => {
        const known = hostCallOf(call.name) as HostCall;
        const result = callFromRegisters(host, known, (k) => args[k] ?? 0n, memory);
        if (result instanceof Promise) {
          throw new HostRefusal(`${known.name} takes time, which WebAssembly waits for only in a worker`);
        }
        if (result instanceof Fault) throw new WebAssembly.RuntimeError("memory access out of bounds");
        return result;
      });
      return outcomeOf(end, signature);
    },
  };
}

/** In a worker; the step waits. */
function away(program: WasmProgram, signature: Signature, inTurn: <T>(work: () => Promise<T>) => Promise<T>): Payload {
  return {
    parallel: true,
    run: (frame) => {
      if (program.module === undefined) return Promise.resolve(tooLarge(program));
      const work = (): Promise<Outcome> => runAway(program, program.module as WebAssembly.Module, signature, frame);
      return program.imports.length > 0 ? inTurn(work) : work();
    },
  };
}

async function runAway(
  program: WasmProgram,
  module: WebAssembly.Module,
  signature: Signature,
  { inputs, host }: Frame,
): Promise<Outcome> {
  const { entry, imports, code } = program;
  const input = inputOf(program, inputs, signature);
  const answers: WasmAnswer[] = [];
  const { timeout } = code.limits;
  let left = timeout;
  for (let questions = 0; questions <= MAX_QUESTIONS; questions++) {
    const request = { module, entry, input, imports, answers, mostBytes: MAX_TRANSFER };
    const ended: Ended<WasmReply> = await theWorkers().run(request, left);
    if (ended.kind === "deadline") {
      return { trap: { kind: "timeout", message: `deadline: no answer after ${timeout} ms` } };
    }
    if (ended.kind === "died") return { trap: { kind: "killed", message: ended.message } };
    left = Math.max(1, left - ended.took);
    const { calls, end } = ended.reply;
    for (const call of calls) {
      const answer = await answerTo(host, call);
      if (host.refusal !== undefined) return { trap: host.refusal };
      if (answer === undefined)
        return { trap: { kind: "memory", message: `${call.name}: memory access out of bounds` } };
      answers.push(answer);
    }
    if (end !== undefined) return outcomeOf(end, signature);
  }
  return { trap: { kind: "limit", message: `more than ${MAX_QUESTIONS} host calls whose results are waited for` } };
}

/** Serves a host call of a worker; `undefined` where it names memory that is not there. */
async function answerTo(host: HostAccess, { name, args, reads }: WasmCall): Promise<WasmAnswer | undefined> {
  let next = 0;
  let bytes: Uint8Array | undefined;
  const memory = {
    read: () => reads[next++],
    write: (_address: number, given: Uint8Array) => {
      bytes = given.slice();
      return true;
    },
  };
  try {
    const result = await callFromRegisters(host, hostCallOf(name) as HostCall, (k) => args[k] ?? 0n, memory);
    if (result instanceof Fault) return undefined;
    return bytes === undefined ? { result } : { result, bytes };
  } catch (error) {
    if (error instanceof HostRefusal) return { result: 0n };
    throw error;
  }
}

function inputOf(
  { encoded }: WasmProgram,
  inputs: readonly (Tagged | undefined)[],
  signature: Signature,
): readonly (number | bigint)[] | Uint8Array {
  if (!encoded) return inputs.map((v, k) => argument(v, signature.inputs[k]?.type ?? "unit"));
  return valueBytes({ type: "list", value: inputs.map((v) => v ?? { type: "unit", value: null }) });
}

function outcomeOf(end: WasmEnd, signature: Signature): Outcome {
  switch (end.kind) {
    case "value": {
      const type = signature.outputs[0]?.type;
      return { ok: type === undefined ? [] : [result(end.value, type)] };
    }
    case "values":
      return valuesOf(end.bytes, signature);
    default: {
      const { type, message } = end;
      if (type === "HostRefusal") return { trap: { kind: "host", message } };
      if (type === "TypeError") return { trap: { kind: "abi", message } };
      return { trap: { kind: TRAPS.find(([text]) => text.test(message))?.[1] ?? "unreachable", message } };
    }
  }
}

/** A list with a value for each output port; the unit at a port of another type gives nothing. */
function valuesOf(bytes: Uint8Array, { outputs }: Signature): Outcome {
  const decoded = decodeValue(bytes, 0);
  if (typeof decoded === "string") return { trap: { kind: "abi", message: decoded } };
  const { value, end } = decoded;
  if (value.type !== "list" || end !== bytes.length) {
    return { trap: { kind: "abi", message: "the result is not one list of values" } };
  }
  const items = value.value as readonly Tagged[];
  if (items.length !== outputs.length) {
    return { trap: { kind: "abi", message: `${items.length} values for ${outputs.length} output ports` } };
  }
  return { ok: items.map((v, k) => (v.type === "unit" && outputs[k]?.type !== "unit" ? undefined : v)) };
}

function argument(value: Tagged | undefined, type: string): number | bigint {
  if (value === undefined) return type === "i64" || type === "u64" ? 0n : 0;
  if (value.type === "bool") return value.value === true ? 1 : 0;
  if (value.type === "node") return (value.value as { node: number }).node;
  return (value.value ?? 0) as number | bigint;
}

function result(value: unknown, type: Signature["outputs"][number]["type"]): Value | Tagged {
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
