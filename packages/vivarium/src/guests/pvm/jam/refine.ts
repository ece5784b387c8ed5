/** The host calls of refinement that concern the chain: historical_lookup and export (GP B.8). */
import { copyOut, priced, readRange, serviceOf } from "./calls.js";
import { SEGMENT_BYTES } from "./constants.js";
import type { JamCalls } from "./general.js";
import { RESULT } from "./results.js";
import type { RefineState } from "./state.js";

/** @param service the service whose work item is refined */
export function refineCalls(state: RefineState, service: number): JamCalls {
  return {
    historical_lookup: priced((context) => {
      const [which, hashAt, to, offset, length] = context.registers.subarray(7, 12) as unknown as bigint[];
      const key = readRange(context, hashAt, 32n);
      if (key === undefined) return context.panic("the hash cannot be read");
      const id = serviceOf(which, service);
      return copyOut(context, id === undefined ? undefined : state.historicalLookup(id, key), to, offset, length);
    }),
    export: priced((context) => {
      const [from, length] = context.registers.subarray(7, 9) as unknown as bigint[];
      const taken = length < BigInt(SEGMENT_BYTES) ? length : BigInt(SEGMENT_BYTES);
      const bytes = readRange(context, from, taken);
      if (bytes === undefined) return context.panic("the segment cannot be read");
      const segment = new Uint8Array(SEGMENT_BYTES);
      segment.set(bytes);
      const result = state.export(segment);
      return typeof result === "string" ? RESULT[result] : result;
    }),
  };
}
