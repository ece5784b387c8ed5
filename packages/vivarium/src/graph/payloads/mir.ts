/** `vivarium/graph/mir`: functions of MIR modules, text or binary, as payloads. */
import { type MirContext, type MirHostFunction, type MirProgram, mir } from "../../mir.js";
import { GraphError } from "../errors.js";
import { callFromRegisters, Fault, type HostAccess, HostRefusal } from "../host.js";
import type { CodeRecord, Frame, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import type { TrapKind } from "../types.js";
import type { Value } from "../values.js";
import { HOST_NAMES, hostCall, trapOf } from "./exits.js";
import { planRegisters } from "./registers.js";

export const mirPayload: PayloadAdapter = { kinds: ["mir"], load: loadMir };

/** Trap codes of the MIR guest. */
const CODES: Readonly<Record<number, TrapKind>> = { 1: "arith", 2: "stack", 3: "illegal", 4: "illegal", 5: "denied" };
/** A payload is a function, not a program: it needs little stack. */
const STACK = 1 << 20;

function loadMir(code: CodeRecord, signature: Signature): Payload {
  const program = mir.load(code.bytes, { host: HOST_NAMES });
  const { exports } = program.linked;
  const entry = code.entry === "" ? [...exports.keys()].find((name) => !name.startsWith("__")) : code.entry;
  const fn = entry === undefined ? undefined : program.functionNamed(entry);
  if (entry === undefined || fn === undefined)
    throw new GraphError("GRAPH_ABI", `the module exports no function ${code.entry}`);
  planRegisters(signature, 64, 64, 2);
  const { params, results } = fn.signature;
  if (signature.inputs.length !== params.length || signature.outputs.length > results.length) {
    throw new GraphError("GRAPH_ABI", `${entry} has ${params.length} parameters and ${results.length} results`);
  }
  return { run: (frame) => runMir(program, code, entry, signature, frame) };
}

function hosts(access: HostAccess): Record<string, MirHostFunction> {
  return Object.fromEntries(
    HOST_NAMES.map((name): [string, MirHostFunction] => [name, (context) => serveMir(access, name, context)]),
  );
}

function serveMir(access: HostAccess, name: string, context: MirContext): ReturnType<MirHostFunction> {
  const call = hostCall(name);
  if (call === undefined) throw new Error(`no host call ${name}`);
  const finish = (result: bigint | Fault): ReturnType<typeof context.fault> | bigint =>
    result instanceof Fault ? context.fault(result.address) : BigInt.asIntN(64, result);
  const refused = (error: unknown): ReturnType<typeof context.panic> => {
    if (error instanceof HostRefusal) return context.panic(error.message);
    throw error;
  };
  try {
    const result = callFromRegisters(access, call, (k) => context.i64(k), context.memory);
    return result instanceof Promise ? result.then(finish, refused) : finish(result);
  } catch (error) {
    return refused(error);
  }
}

function runMir(
  program: MirProgram,
  code: CodeRecord,
  entry: string,
  signature: Signature,
  { inputs, host }: Frame,
): Outcome | Promise<Outcome> {
  const fuel = BigInt(code.limits.fuel);
  const machine = program.instantiate({
    gas: fuel,
    memory: { max: code.limits.pages * 65_536 },
    host: hosts(host),
    stack: STACK,
    lazy: true,
  });
  const finish = (exit: Parameters<typeof trapOf>[0]): Outcome => {
    try {
      const used = Number(fuel - machine.gas);
      const trap = trapOf(exit, CODES);
      if (trap !== undefined) return { trap, fuel: used };
      return {
        ok: signature.outputs.map(({ type }, k) => result(type, machine.result(k), machine.resultF64(k))),
        fuel: used,
      };
    } finally {
      machine.dispose();
    }
  };
  machine.start(
    entry,
    inputs.map((value) => argument(value?.value)),
  );
  const exit = machine.run();
  return exit.kind === "parked" ? machine.runAsync().then(finish) : finish(exit);
}

function argument(value: Value | undefined): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (value === true) return 1n;
  return typeof value === "object" && value !== null && "node" in value ? BigInt(value.node) : 0n;
}

function result(type: Signature["outputs"][number]["type"], whole: bigint, float: number): Value {
  switch (type) {
    case "f64":
      return float;
    case "u64":
      return BigInt.asUintN(64, whole);
    case "i32":
      return Number(BigInt.asIntN(32, whole));
    case "bool":
      return whole !== 0n;
    default:
      return type === "i64" ? whole : null;
  }
}
