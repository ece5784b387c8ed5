/** `vivarium/graph/native`: machine code for the host's own processor as payloads, run in a child process. Node only. */
import type { NativeExit, NativeFunction, NativeHost, NativeType, NativeValue } from "../../native.node.js";
import { GraphError } from "../errors.js";
import type { CodeRecord, Frame, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import { type PayloadKind, type PortType, TAG, type TrapKind } from "../types.js";
import { scalarOf, scalarWords, type Tagged } from "../values.js";

/** How ports travel; ports of other types do not fit into registers. */
const NATIVE_TYPE: Readonly<Partial<Record<PortType, NativeType>>> = {
  bool: "u32",
  i32: "i32",
  i64: "i64",
  u64: "u64",
  f64: "f64",
  node: "u32",
};

const KIND_ARCH: Readonly<Partial<Record<PayloadKind, "x64" | "arm64">>> = {
  "native-x64": "x64",
  "native-a64": "arm64",
};

/** What the end of a process says about the code. */
const TRAP: Readonly<Record<string, TrapKind>> = {
  illegal: "illegal",
  memory: "memory",
  arith: "arith",
  breakpoint: "unreachable",
  killed: "killed",
};

/**
 * Runs native code of a graph in `host`, whose caller has allowed it and closes it in the end. Code that came with a file
 * runs only in graphs that are opened with `trustNative`. A child process is no security boundary.
 */
export function createNativePayload(host: NativeHost): PayloadAdapter {
  return { kinds: ["native-x64", "native-a64"], load: (code, signature) => loadNative(host, code, signature) };
}

function typeOf(name: string, type: PortType): NativeType {
  const native = NATIVE_TYPE[type];
  if (native === undefined) throw new GraphError("GRAPH_ABI", `port ${name}: a register holds no ${type}`);
  return native;
}

function loadNative(host: NativeHost, code: CodeRecord, signature: Signature): Payload {
  const arch = KIND_ARCH[code.kind] as "x64" | "arm64";
  if (arch !== process.arch) {
    // Known by what the record says, never by trying: other processors' code is valid code, and does something else.
    const trap = { kind: "arch", message: `code for ${arch} cannot run on ${process.arch}` } as const;
    return { run: () => ({ trap }) };
  }
  const { inputs, outputs } = signature;
  if (outputs.length > 1) throw new GraphError("GRAPH_ABI", "a native function gives one value at most");
  const output = outputs[0];
  const fn = host.load({
    arch,
    bytes: code.bytes,
    params: inputs.map(({ name, type }) => typeOf(name, type)),
    result: output === undefined ? null : typeOf(output.name, output.type),
  });
  return {
    // The step waits for the result, so that it does not depend on how long the process takes.
    parallel: true,
    run: async (frame) => outcomeOf(await call(host, fn, frame, code.limits.timeout), output?.type),
  };
}

function call(host: NativeHost, fn: NativeFunction, { inputs }: Frame, timeout: number): Promise<NativeExit> {
  const args = fn.params.map((type, k): NativeValue => {
    const given = inputs[k];
    if (given === undefined) return 0;
    if (type === "u32") return scalarWords(given)[0];
    return given.value as NativeValue;
  });
  return host.call(fn, args, { timeout });
}

function outcomeOf(exit: NativeExit, type: PortType | undefined): Outcome {
  switch (exit.kind) {
    case "return":
      return { ok: type === undefined ? [] : [valueOf(exit.value as NativeValue, type)] };
    case "signal":
      return { trap: { kind: TRAP[exit.trap] ?? "killed", message: `the process ended by ${exit.signal}` } };
    case "deadline":
      return { trap: { kind: "timeout", message: `no answer in ${exit.timeout} ms` } };
    case "aborted":
      return { trap: { kind: "killed", message: "the call was given up" } };
  }
}

function valueOf(value: NativeValue, type: PortType): Tagged {
  if (type === "bool" || type === "node") return scalarOf(TAG[type], Number(value), 0);
  // One NaN for all, as everywhere in a graph.
  return { type: type as Tagged["type"], value: typeof value === "number" && Number.isNaN(value) ? Number.NaN : value };
}
