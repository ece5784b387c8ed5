/** `vivarium/jam`: the host calls and invocations of JAM, for programs of the PVM. */
import { createJam } from "./guests/pvm/jam/invocations.js";
import { type Replay, type ReplayOptions, replayTrace as replayWith } from "./guests/pvm/jam/replay.js";
import type { EcalliTrace } from "./guests/pvm/jam/trace.js";
import { pvm } from "./pvm.js";

export { HOST_CALLS, type HostCallName, hostCallName } from "./guests/pvm/host-calls.js";
export { type AccountParts, type PreimageRequest, ServiceAccount } from "./guests/pvm/jam/accounts.js";
export {
  Accumulation,
  type AccumulationOptions,
  emptyState,
  type Implications,
  type PartialState,
  type Provision,
} from "./guests/pvm/jam/accumulation.js";
export { blake2b } from "./guests/pvm/jam/blake2b.js";
export { type Codec, decode, encode } from "./guests/pvm/jam/codec.js";
export {
  type ChainConstants,
  chainConstants,
  FULL_CHAIN,
  MIN_PUBLIC_SERVICE,
  SEGMENT_BYTES,
  TINY_CHAIN,
} from "./guests/pvm/jam/constants.js";
export type { FetchSources, JamCalls, LogMessage, LogSink } from "./guests/pvm/jam/general.js";
export { JAM_SNAPSHOT_VERSION, JamHost, type JamHostOptions } from "./guests/pvm/jam/host.js";
export { INNER_LIMITS, type InnerLimits } from "./guests/pvm/jam/inner.js";
export {
  type AccumulateOptions,
  type AccumulateOutcome,
  createJam,
  type InvocationOptions,
  type IsAuthorizedOptions,
  type Outcome,
  type PvmLoader,
  Refinement,
  type RefineOptions,
  type RefineOutcome,
  serviceCode,
} from "./guests/pvm/jam/invocations.js";
export { type InvocationObserver, TraceRecorder } from "./guests/pvm/jam/recorder.js";
export type { Replay, ReplayOptions } from "./guests/pvm/jam/replay.js";
export { INNER, RESULT, type Refusal } from "./guests/pvm/jam/results.js";
export type {
  AccumulateState,
  NewService,
  Privileges,
  RefineState,
  ServiceInfo,
  ServiceReader,
} from "./guests/pvm/jam/state.js";
export {
  compareTraces,
  type EcalliTrace,
  parseTrace,
  printTrace,
  type TraceCall,
  type TraceDifference,
  type TraceEnd,
  type TraceMemory,
  type TracePoint,
} from "./guests/pvm/jam/trace.js";
export {
  type AccumulateInput,
  accumulateArguments,
  accumulateInput,
  type ExtrinsicRef,
  type Hash,
  type ImportRef,
  isAuthorizedArguments,
  MEMO_BYTES,
  type Operand,
  operand,
  type RefineContext,
  refineArguments,
  refineContext,
  type Transfer,
  transfer,
  type WorkError,
  type WorkItem,
  type WorkPackage,
  type WorkResult,
  workItem,
  workPackage,
  workResult,
} from "./guests/pvm/jam/types.js";
export { LoadError, VivError } from "./machine/errors.js";

/** The three invocations, for programs of `vivarium/pvm`. */
export const jam = createJam(pvm);

/**
 * Runs a program against a trace of its host calls (JIP-7): they are answered from it, and what differs is told.
 * @throws LoadError for a program that cannot be loaded
 */
export function replayTrace(trace: EcalliTrace, options: ReplayOptions = {}): Replay {
  return replayWith(pvm, trace, options);
}
