/** Rows of a graph as tools show them. */
import type { Graph } from "./graph.js";
import type { EdgeInfo, NodeInfo, PortInfo } from "./interface.js";
import { patternText } from "./patterns/tokens.js";
import { EDGE_FLAG } from "./tables.js";
import {
  EDGE_KINDS,
  type EdgeKind,
  MODES,
  type Mode,
  NODE_KINDS,
  NONE,
  type NodeKind,
  PORT_TYPES,
  type PortType,
} from "./types.js";

export function inspectNode(graph: Graph, node: number): NodeInfo {
  const t = graph.engine.tables;
  const runs = (t.code[node] as number) >= 0;
  const port = (p: number): PortInfo => ({
    name: t.nameOf(p),
    type: PORT_TYPES[t.portType[p] as number] as PortType,
    required: ((t.portFlags[p] as number) & 1) !== 0,
    latch: ((t.portFlags[p] as number) & 2) !== 0,
    stream: t.capacity[p] as number,
    value: graph.engine.valueOf(p),
    queued: t.queues.get(p)?.length ?? 0,
  });
  const first = t.firstPort[node] as number;
  const inputs = t.inputs[node] as number;
  const elements = graph.patterns.get(node);
  return {
    node,
    key: t.keys[node],
    kind: NODE_KINDS[t.kind[node] as number] as NodeKind,
    mode: runs ? (MODES[t.mode[node] as number] as Mode) : undefined,
    code: runs ? graph.codeOf(node).hash : undefined,
    pattern: elements === undefined ? undefined : patternText(elements),
    enabled: ((t.nodeFlags[node] as number) & 1) !== 0,
    activation: t.act[node] as number,
    fires: t.fires[node] as number,
    faults: t.faults[node] as number,
    accepted: t.accepted[node] as number,
    inputs: Array.from({ length: inputs }, (_, k) => port(first + k)),
    outputs: Array.from({ length: t.outputs[node] as number }, (_, k) => port(first + inputs + k)),
  };
}

export function inspectEdge(graph: Graph, index: number): EdgeInfo | undefined {
  const t = graph.engine.tables;
  if (!Number.isInteger(index) || index < 0 || index >= t.edges || t.isRemoved(index)) return undefined;
  const name = (port: number): string | undefined => (port === NONE ? undefined : t.nameOf(port));
  return {
    edge: index,
    kind: EDGE_KINDS[t.edgeKind[index] as number] as EdgeKind,
    from: t.src[index] as number,
    to: t.dst[index] as number,
    fromPort: name(t.srcPort[index] as number),
    toPort: name(t.dstPort[index] as number),
    weight: t.weight[index] as number,
    inhibitory: ((t.edgeFlags[index] as number) & EDGE_FLAG.inhibitory) !== 0,
    learnable: ((t.edgeFlags[index] as number) & EDGE_FLAG.learnable) !== 0,
    delay: t.delay[index] as number,
  };
}
