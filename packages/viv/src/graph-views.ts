/** Graphs as plain data for `--json` and for tables. */
import { capabilityNames, type EdgeInfo, type Graph, type NodeInfo, show, type Tagged } from "vivarium/graph";

/** A value as JSON has it: 64-bit numbers become texts. */
export function jsonValue(value: Tagged | undefined): unknown {
  if (value === undefined) return null;
  return value.type === "list" || value.type === "node" ? show(value) : value.value;
}

export function nodeData(node: NodeInfo): Record<string, unknown> {
  const port = ({
    name,
    type,
    latch,
    required,
    stream,
    value,
    queued,
  }: NodeInfo["inputs"][number]): Record<string, unknown> => ({
    name,
    type,
    ...(latch ? { latch } : {}),
    ...(required ? { required } : {}),
    ...(stream > 0 ? { stream, queued } : {}),
    value: jsonValue(value),
  });
  return { ...node, inputs: node.inputs.map(port), outputs: node.outputs.map(port) };
}

export function edgesOf(graph: Graph): EdgeInfo[] {
  return Array.from({ length: graph.edgeCount }, (_, e) => graph.edge(e)).filter((e) => e !== undefined);
}

export function edgeText(graph: Graph, { from, to, fromPort, toPort }: EdgeInfo): [string, string] {
  const end = (node: number, port: string | undefined): string =>
    `${graph.label(node)}${port === undefined ? "" : `.${port}`}`;
  return [end(from, fromPort), end(to, toPort)];
}

export function codeData(graph: Graph): Record<string, unknown>[] {
  return graph.codes.records.map(({ kind, abi, hash, bytes, entry, limits, capabilities }) => ({
    hash,
    kind,
    abi,
    bytes: bytes.length,
    entry,
    ...limits,
    capabilities: capabilityNames(capabilities),
  }));
}
