/** `vivarium/graph/lmnt`: functions of LMNT archives as payloads, over f64 ports (rounded to f32 inside). */
import type { LmntDefinition, LmntProgram } from "../../lmnt.js";
import { lmnt } from "../../lmnt-formula.js";
import { GraphError } from "../errors.js";
import type { CodeRecord, Outcome, Payload, PayloadAdapter, Signature } from "../payload.js";
import { trapOf } from "./exits.js";

export const lmntPayload: PayloadAdapter = { kinds: ["lmnt"], load: loadLmnt };

/** Bytes that every archive begins with. */
const MAGIC = "LMNT";

/** An archive, or the text of formulas. */
function programOf(bytes: Uint8Array): LmntProgram {
  const isArchive = MAGIC.split("").every((letter, i) => bytes[i] === letter.charCodeAt(0));
  return isArchive ? lmnt.load(bytes) : lmnt.compile(new TextDecoder("utf-8", { fatal: true }).decode(bytes)).program;
}

function loadLmnt(code: CodeRecord, signature: Signature): Payload {
  const program = programOf(code.bytes);
  const wanted = code.entry === "" ? program.definitions.find((d) => program.isPure(d)) : program.find(code.entry);
  if (wanted === undefined) throw new GraphError("GRAPH_ABI", `the archive has no definition ${code.entry}`);
  const definition: LmntDefinition = wanted;
  const { argsCount, rvalsCount, name } = definition;
  if (!program.isPure(definition))
    throw new GraphError("GRAPH_ABI", `${name} calls the host, which formulas here cannot`);
  if (signature.inputs.length !== argsCount || signature.outputs.length !== rvalsCount) {
    throw new GraphError("GRAPH_ABI", `${name} has ${argsCount} arguments and ${rvalsCount} return values`);
  }
  for (const { name: port, type } of [...signature.inputs, ...signature.outputs]) {
    if (type !== "f64" && type !== "i32")
      throw new GraphError("GRAPH_ABI", `port ${port}: LMNT has numbers only, not ${type}`);
  }
  let machine: ReturnType<LmntProgram["instantiate"]> | undefined;
  const fuel = BigInt(code.limits.fuel);
  return {
    run: ({ inputs }): Outcome => {
      machine ??= program.instantiate({ gas: fuel });
      // Whatever an earlier call has left in memory is not part of this one.
      machine.reset();
      machine.gas = fuel;
      const {
        exit,
        code: result,
        name: failed,
      } = machine.call(
        definition,
        inputs.map((v) => Number(v?.value ?? 0)),
        {},
      );
      const used = Number(fuel - machine.gas);
      const trap = trapOf(exit, { 1: "memory" });
      if (trap !== undefined) return { trap, fuel: used };
      if (result < 0) return { trap: { kind: "memory", message: failed ?? `code ${result}` }, fuel: used };
      const values = [...machine.returnValuesOf(definition)];
      return {
        ok: signature.outputs.map(({ type }, k) => (type === "i32" ? Math.trunc(values[k] as number) | 0 : values[k])),
        fuel: used,
      };
    },
    dispose: () => {
      machine?.dispose();
      machine = undefined;
    },
  };
}
