/** `vivarium/graph/pvm`: PVM programs as payloads. Blobs take numbers in r7 to r12, standard programs take bytes. */
import { type PvmHostFunction, type PvmOptions, type PvmProgram, pvm } from "../../pvm.js";
import { GraphError } from "../errors.js";
import type { HostAccess } from "../host.js";
import type { CodeRecord, Frame, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import { scalarWords, type Tagged } from "../values.js";
import { HOST_NUMBERS, hostCall, serve, trapOf } from "./exits.js";
import { planRegisters } from "./registers.js";
import { narrowed } from "./scalars.js";

/** Where a blob returns to when it is done: the address that ends a program. */
const RETURN = 0xffff_0000n;
const STACK_TOP = 0xfefe_0000;
const STACK = 64 << 10;
const A0 = 7;

export const pvmPayload: PayloadAdapter = { kinds: ["pvm"], load: loadPvm };

function loadPvm(code: CodeRecord, signature: Signature): Payload {
  const program = pvm.load(code.bytes);
  const entry = code.entry === "" ? 0 : Number(code.entry);
  if (!Number.isInteger(entry)) throw new GraphError("GRAPH_ABI", `${code.entry} is no program counter`);
  const blob = program.layout === undefined;
  if (blob) planRegisters(signature, 6, 0, 1);
  else {
    const types = [...signature.inputs, ...signature.outputs].map((port) => port.type).join(" ");
    if (types !== "bytes bytes") throw new GraphError("GRAPH_ABI", "a standard program takes bytes and gives bytes");
  }
  return { run: (frame) => runPvm(program, code, entry, blob, signature, frame) };
}

function hosts(access: HostAccess): Record<number, PvmHostFunction> {
  return Object.fromEntries(
    HOST_NUMBERS.map((id): [number, PvmHostFunction] => {
      const call = hostCall(id);
      if (call === undefined) throw new Error(`no host call ${id}`);
      return [id, (context) => serve(access, call, context, (c, n) => c.registers[A0 + n] as bigint)];
    }),
  );
}

function word(value: Tagged | undefined): bigint {
  if (value === undefined) return 0n;
  const [low, high] = scalarWords(value);
  return (BigInt(high) << 32n) | BigInt(low);
}

function runPvm(
  program: PvmProgram,
  code: CodeRecord,
  entry: number,
  blob: boolean,
  signature: Signature,
  { inputs, host }: Frame,
): Outcome | Promise<Outcome> {
  const fuel = BigInt(code.limits.fuel);
  const shared: PvmOptions = { gas: fuel, memory: { max: code.limits.pages * 65_536 }, host: hosts(host), entry };
  const first = inputs[0]?.value;
  const machine = program.instantiate(
    blob
      ? {
          ...shared,
          registers: [RETURN, BigInt(STACK_TOP), 0n, 0n, 0n, 0n, 0n, ...inputs.map(word)],
          regions: [{ start: STACK_TOP - STACK, length: STACK, access: "write" }],
        }
      : { ...shared, args: first instanceof Uint8Array ? first : new Uint8Array(0) },
  );
  const finish = (exit: Parameters<typeof trapOf>[0]): Outcome => {
    try {
      const used = Number(fuel - machine.gas);
      const trap = trapOf(exit);
      if (trap !== undefined) return { trap, fuel: used };
      if (!blob) return { ok: [machine.output()], fuel: used };
      const words = new Uint32Array(BigUint64Array.of(machine.registers[A0] as bigint).buffer);
      return { ok: signature.outputs.map(({ type }) => narrowed(type, words, 0)), fuel: used };
    } finally {
      machine.dispose();
    }
  };
  const exit = machine.run();
  return exit.kind === "parked" ? machine.runAsync().then(finish) : finish(exit);
}
