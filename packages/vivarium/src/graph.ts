/** `vivarium/graph`: graphs of nodes whose code is executed, with what they are made of, saved and explained by. */
import { Graph } from "./graph/graph.js";
import type { GraphOptions } from "./graph/interface.js";

export type { CodeSpec } from "./graph/codes.js";
export type { ColdEntry } from "./graph/cold.js";
export type { Edit, NamedPort, NodeAttributes, PortSpec } from "./graph/edits.js";
export { parsePorts } from "./graph/edits.js";
export type { Reason } from "./graph/engine.js";
export { GraphError, GraphFormatError } from "./graph/errors.js";
export type { Explanation } from "./graph/explain.js";
export { Graph } from "./graph/graph.js";
export {
  callFromRegisters,
  capabilityNames,
  Fault,
  HOST_CALLS,
  HostAccess,
  type HostCall,
  HostRefusal,
  type HostServices,
} from "./graph/host.js";
export type {
  EdgeInfo,
  ExecSpec,
  GraphOptions,
  NodeId,
  NodeInfo,
  NodeName,
  PortInfo,
  RunOptions,
  RunResult,
  SaveOptions,
  StopReason,
} from "./graph/interface.js";
export { type Journal, type JournalEntry, readJournal, writeJournal } from "./graph/journal.js";
export { ask, type LearnOptions, learn, type Proposal } from "./graph/learn.js";
export type {
  CodeLimits,
  CodeRecord,
  Frame,
  HostPayloadFunction,
  LoadContext,
  Outcome,
  Payload,
  PayloadAdapter,
  PortSignature,
  Signature,
} from "./graph/payload.js";
export { planRegisters, type RegisterPlan } from "./graph/payloads/registers.js";
export { runScalar } from "./graph/payloads/scalars.js";
export type { WasmPlace } from "./graph/payloads/wasm.js";
export type { Policies } from "./graph/policies.js";
export type { Firing } from "./graph/provenance.js";
export type { PullResult } from "./graph/pull.js";
export {
  type Abi,
  CAPABILITIES,
  type Capability,
  EDGE_KINDS,
  type EdgeKind,
  MODES,
  type Mode,
  NODE_KINDS,
  type NodeKind,
  PAYLOAD_KINDS,
  type PayloadKind,
  PORT_TYPES,
  type PortType,
  type Trap,
  type TrapKind,
  VALUE_TYPES,
  type ValueType,
} from "./graph/types.js";
export { NodeRef, show, type Tagged, type Value } from "./graph/values.js";
export { LoadError, VivError } from "./machine/errors.js";

/** An empty graph. */
export function createGraph(options: GraphOptions = {}): Graph {
  return new Graph(options);
}

/**
 * A graph out of a `.vxg` file. Nothing of it is executed before it runs.
 *
 * @throws GraphFormatError with section and offset
 */
export function openGraph(bytes: Uint8Array, options: GraphOptions = {}): Graph {
  return Graph.fromBytes(bytes, options);
}
