/** A machine's state as data, independent of the tier that runs it. */
import type { Frames } from "./backend.js";
import type { Mapping } from "./memory.js";

/** The whole state of a machine, independent of the tier. */
export interface MachineState {
  readonly index: number;
  readonly charged: boolean;
  readonly ended: boolean;
  readonly atHost: boolean;
  readonly hostId: number;
  readonly gas: bigint;
  readonly vars: readonly bigint[];
  readonly banks: readonly Uint8Array[];
  readonly frames: Frames;
  readonly mappings: readonly Mapping[];
  readonly pages: readonly { readonly page: number; readonly bytes: Uint8Array }[];
}
