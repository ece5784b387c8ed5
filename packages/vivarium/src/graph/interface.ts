/** What the calls of a graph take and give: options, specifications of nodes, limits of runs, results. */
import type { CodeSpec } from "./codes.js";
import type { NodeAttributes, PortSpec } from "./edits.js";
import type { HostServices } from "./host.js";
import type { CodeRecord, HostPayloadFunction, PayloadAdapter } from "./payload.js";
import type { WasmPlace } from "./payloads/wasm.js";
import type { Policies } from "./policies.js";
import type { EdgeKind, Mode, NodeKind, PortType } from "./types.js";
import type { Tagged, Value } from "./values.js";

/** Index of a node. */
export type NodeId = number;
/** A node by index, by key, or as `#index`. */
export type NodeName = NodeId | string;

export interface GraphOptions {
  /** What executes code besides host functions, WebAssembly and subgraphs, which are always there. */
  readonly payloads?: readonly PayloadAdapter[];
  /** Functions for payloads of kind `host`, by name. */
  readonly functions?: Readonly<Record<string, HostPayloadFunction>>;
  /** Services behind host functions; a payload gets only what its code asks for and the run grants. */
  readonly services?: HostServices;
  readonly policies?: Policies;
  /** Firings that are remembered; default 4096. */
  readonly provenance?: number;
  /** Nodes at most; default 2^26. */
  readonly maxNodes?: number;
  /** Writes everything that comes from outside into a journal, for `replay`. */
  readonly record?: boolean;
  /** Start of the random numbers that payloads are given. */
  readonly seed?: bigint;
  /** Runs code for this machine's own processor that came out of a file. Only for files that you made yourself. */
  readonly trustNative?: boolean;
  /**
   * Where WebAssembly payloads run; default `worker`, where one that does not end is stopped at its code's `timeout`, and
   * the graph needs `run()`. `inline`, on this thread, is for modules that are sure to end.
   */
  readonly wasm?: WasmPlace;
  /** Takes the time of every firing; default true. */
  readonly timing?: boolean;
}

export interface ExecSpec extends NodeAttributes {
  readonly code: CodeRecord | CodeSpec;
  readonly in?: Readonly<Record<string, PortType | PortSpec>>;
  readonly out?: Readonly<Record<string, PortType>>;
  /** Default `all-inputs`. */
  readonly mode?: Mode;
}

export interface RunOptions {
  readonly maxSteps?: number;
  readonly maxFires?: number;
  /** Nodes looked at. */
  readonly maxTouched?: number;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Capabilities that payloads may use, as far as their code asks for them: `out`, `fs.r`, `tool:NAME`, `graph` … */
  readonly grant?: readonly string[];
  /** Called for every value that comes to an output node. */
  readonly onOutput?: (node: NodeId, value: Tagged) => void;
  /** Steps after which a store is brought up to date, besides at the end; default 1000. */
  readonly commitEvery?: number;
}

export interface SaveOptions {
  /** Leaves out code that no node runs. */
  readonly collect?: boolean;
  /**
   * The graph as it was when the recording began, together with the recording: what another one needs to see the same.
   * `openGraph` gives the graph at that start, with `recording` for `replay`.
   */
  readonly recording?: boolean;
}

export type StopReason = "quiet" | "maxSteps" | "maxFires" | "maxTouched" | "deadline" | "signal" | "waiting";

export interface RunResult {
  readonly reason: StopReason;
  readonly steps: number;
  readonly fires: number;
  readonly traps: number;
  /** Nodes looked at. */
  readonly touched: number;
  /** The last value of every output node that got one in this run. */
  readonly outputs: ReadonlyMap<NodeId, Value>;
}

/** A node as `inspect` shows it. */
export interface NodeInfo {
  readonly node: NodeId;
  readonly key: string | undefined;
  readonly kind: NodeKind;
  readonly mode: Mode | undefined;
  readonly code: string | undefined;
  readonly pattern: string | undefined;
  readonly enabled: boolean;
  readonly activation: number;
  readonly fires: number;
  readonly faults: number;
  readonly accepted: number;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
}

export interface PortInfo {
  readonly name: string;
  readonly type: PortType;
  readonly latch: boolean;
  readonly required: boolean;
  /** Values that a stream holds at most; 0 for other ports. */
  readonly stream: number;
  readonly value: Tagged | undefined;
  /** Values behind the first. */
  readonly queued: number;
}

export interface EdgeInfo {
  readonly edge: number;
  readonly kind: EdgeKind;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly fromPort: string | undefined;
  readonly toPort: string | undefined;
  readonly weight: number;
  readonly inhibitory: boolean;
  readonly learnable: boolean;
  readonly delay: number;
}
