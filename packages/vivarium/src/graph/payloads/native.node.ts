/** `vivarium/graph/native`: machine code for the host's own processor as payloads, in a child process. Node only. */
import type {
  NativeCallSpec,
  NativeExit,
  NativeFunction,
  NativeHost,
  NativeType,
  NativeValue,
} from "../../native.node.js";
import { GraphError } from "../errors.js";
import type { CodeRecord, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import type { PortType, TrapKind } from "../types.js";
import type { Value } from "../values.js";
import { planRegisters } from "./registers.js";

/**
 * The adapter. Native code has the full authority of its process: the child contains crashes and endless loops and is no
 * security boundary. Code out of a file is not run unless the graph was opened with `trustNative`.
 *
 * @param host a child process, started with `allowNativeCode`; who starts it closes it
 */
export function nativePayload(host: NativeHost): PayloadAdapter {
  const wave = new Wave(host);
  return { kinds: ["native-x64", "native-a64"], load: (code, signature) => loadNative(host, wave, code, signature) };
}

/** The calls of one step: they are made in their order, and travel together. */
class Wave {
  #calls: (NativeCallSpec & { readonly done: (exit: Promise<NativeExit>) => void })[] = [];

  constructor(readonly host: NativeHost) {}

  call(spec: NativeCallSpec): Promise<NativeExit> {
    // The step calls all payloads before it gives the event loop a turn.
    if (this.#calls.length === 0) queueMicrotask(() => this.#send());
    return new Promise((done) => this.#calls.push({ ...spec, done }));
  }

  #send(): void {
    const calls = this.#calls;
    this.#calls = [];
    const exits = Promise.resolve().then(() => this.host.calls(calls));
    calls.forEach(({ done }, k) => {
      done(exits.then((all) => all[k] as NativeExit));
    });
  }
}

const TYPES: Readonly<Partial<Record<PortType, NativeType>>> = {
  i32: "i32",
  i64: "i64",
  u64: "u64",
  f64: "f64",
  bool: "i32",
};
const TRAPS: Readonly<Record<string, TrapKind>> = {
  illegal: "illegal",
  memory: "memory",
  arith: "arith",
  breakpoint: "unreachable",
};

function loadNative(host: NativeHost, wave: Wave, code: CodeRecord, signature: Signature): Payload {
  planRegisters(signature, 6, 8, 1);
  if (signature.outputs.length > 1) throw new GraphError("GRAPH_ABI", "a native function gives one value at most");
  const type = ({ name, type: port }: Signature["inputs"][number]): NativeType => {
    const found = TYPES[port];
    if (found === undefined) throw new GraphError("GRAPH_ABI", `port ${name}: native code takes no ${port}`);
    return found;
  };
  const [output] = signature.outputs;
  const fn: NativeFunction = host.load({
    arch: code.kind === "native-x64" ? "x64" : "arm64",
    bytes: code.bytes,
    params: signature.inputs.map(type),
    result: output === undefined ? null : type(output),
  });
  return {
    // The step waits for the calls of all its firings.
    parallel: true,
    run: async ({ inputs }): Promise<Outcome> => {
      const args = inputs.map((value) => argument(value?.value ?? 0));
      return outcome(await wave.call({ fn, args, timeout: code.limits.timeout }), output?.type);
    },
  };
}

function argument(value: Value): NativeValue {
  return typeof value === "bigint" || typeof value === "number" ? value : value === true ? 1 : 0;
}

function outcome(exit: NativeExit, type: PortType | undefined): Outcome {
  switch (exit.kind) {
    case "return":
      return { ok: type === undefined ? [] : [type === "bool" ? exit.value !== 0 : exit.value] };
    case "signal":
      return { trap: { kind: TRAPS[exit.trap] ?? "killed", message: exit.signal } };
    case "deadline":
      return { trap: { kind: "timeout", message: `deadline: no answer after ${exit.timeout} ms` } };
    case "aborted":
      return { trap: { kind: "killed", message: "aborted" } };
  }
}
