/** How ports lie in registers: whole numbers in one file of registers, floating-point numbers in another. */
import { GraphError } from "../errors.js";
import type { Signature } from "../payload.js";
import type { PortType } from "../types.js";

const WHOLE: ReadonlySet<PortType> = new Set<PortType>(["unit", "bool", "i32", "i64", "u64", "node"]);

/** Where each port's value goes: the n-th register for whole numbers, or the n-th for floating-point ones. */
export interface RegisterPlan {
  readonly inputs: readonly { readonly float: boolean; readonly register: number }[];
  readonly outputs: readonly { readonly float: boolean; readonly register: number }[];
}

/**
 * Deals registers to ports in their order, as C calling conventions do.
 *
 * @param whole registers for whole numbers
 * @param floats registers for floating-point numbers, 0 where there are none
 * @param results registers of each file that carry results
 * @throws GraphError `GRAPH_ABI` for ports of other types, or more of them than there are registers
 */
export function planRegisters(signature: Signature, whole: number, floats: number, results: number): RegisterPlan {
  const deal = (ports: Signature["inputs"], most: { whole: number; floats: number }): RegisterPlan["inputs"] => {
    let w = 0;
    let f = 0;
    return ports.map(({ name, type }) => {
      const float = type === "f64";
      if (!float && !WHOLE.has(type)) {
        throw new GraphError("GRAPH_ABI", `port ${name}: a register holds no ${type}`);
      }
      const register = float ? f++ : w++;
      if (register >= (float ? most.floats : most.whole)) {
        throw new GraphError("GRAPH_ABI", `port ${name}: there is no register left for it`);
      }
      return { float, register };
    });
  };
  return {
    inputs: deal(signature.inputs, { whole, floats }),
    outputs: deal(signature.outputs, { whole: Math.min(results, whole), floats: Math.min(results, floats) }),
  };
}
