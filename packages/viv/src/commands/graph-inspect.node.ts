/** `viv graph inspect`: shows a graph, or one node of it. */
import { type Graph, show } from "vivarium/graph";
import type { ExitName } from "../exit-codes.js";
import { codeData, edgesOf, edgeText, nodeData } from "../graph-views.js";
import { withGraph } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { columns, printable, writeJson, writeResult } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.inspect>): Promise<ExitName> {
  const [path, node] = args as [string, string | undefined];
  return withGraph(path, {}, ({ graph }): ExitName => {
    if (options.json === true) {
      writeJson(
        node === undefined ? wholeData(graph) : { ...nodeData(graph.inspect(node)), explanation: graph.explain(node) },
      );
    } else writeResult(printable(node === undefined ? whole(graph) : one(graph, node)));
    return "ok";
  });
}

function wholeData(graph: Graph): Record<string, unknown> {
  return {
    step: graph.step,
    hash: graph.hash(),
    meta: graph.meta,
    nodes: Array.from({ length: graph.nodeCount }, (_, n) => nodeData(graph.inspect(n))),
    edges: edgesOf(graph),
    codes: codeData(graph),
  };
}

function whole(graph: Graph): string {
  const nodes = Array.from({ length: graph.nodeCount }, (_, n) => graph.inspect(n)).map((n) => [
    `#${n.node}`,
    n.key ?? "",
    n.kind,
    n.mode ?? "",
    n.code?.slice(0, 12) ?? n.pattern ?? "",
    String(n.fires),
    String(n.faults),
    n.activation === 0 ? "" : n.activation.toPrecision(3),
    [...n.inputs, ...n.outputs]
      .filter((p) => p.value !== undefined)
      .map((p) => `${p.name}=${show(p.value as never)}`)
      .join(" "),
  ]);
  const edges = edgesOf(graph).map((edge) => {
    const [from, to] = edgeText(graph, edge);
    return [String(edge.edge), edge.kind, from, to, edge.delay === 0 ? "" : `delay ${edge.delay}`];
  });
  const codes = graph.codes.records.map((c) => [
    c.hash.slice(0, 12),
    c.kind,
    `${c.bytes.length} bytes`,
    `fuel ${c.limits.fuel}`,
    c.entry,
  ]);
  return [
    `step ${graph.step}, ${graph.nodeCount} nodes, ${edges.length} edges, ${codes.length} codes\n`,
    columns([["node", "key", "kind", "mode", "code", "fires", "faults", "act", "values"], ...nodes], [5, 6, 7]),
    ...(edges.length === 0 ? [] : ["\n", columns([["edge", "kind", "from", "to", ""], ...edges])]),
    ...(codes.length === 0 ? [] : ["\n", columns([["code", "kind", "size", "limit", "entry"], ...codes])]),
  ].join("");
}

function one(graph: Graph, name: string): string {
  const node = graph.inspect(name);
  const { inputs, outputs, ...facts } = node;
  const ports = [
    ...inputs.map((p) => [
      "in",
      p.name,
      p.type,
      p.latch ? "latch" : p.stream > 0 ? `stream ${p.stream}` : "",
      p.value === undefined ? "" : show(p.value),
    ]),
    ...outputs.map((p) => ["out", p.name, p.type, "", p.value === undefined ? "" : show(p.value)]),
  ];
  const rows = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, String(value)]);
  return `${columns(rows)}\n${columns(ports)}\n${graph.explain(name).text}\n`;
}
