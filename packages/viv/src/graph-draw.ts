/** A graph into an SVG picture: layers from left to right, laid out by dagre. */
import { Graph as Layout, layout } from "@dagrejs/dagre";
import type { EdgeInfo, Graph, NodeInfo } from "vivarium/graph";
import { CliError } from "./exit-codes.js";
import { edgesOf } from "./graph-views.js";

/** Larger graphs make no picture that anybody can read. */
const MAX_NODES = 3000;
const CHAR = 7;
const LINE = 16;

const FILL: Readonly<Record<NodeInfo["kind"], string>> = {
  input: "#dbeafe",
  output: "#dcfce7",
  data: "#f3f4f6",
  exec: "#fef3c7",
  pattern: "#fae8ff",
  subgraph: "#ffedd5",
};
const DASH: Readonly<Record<EdgeInfo["kind"], string>> = {
  data: "",
  activation: ' stroke-dasharray="6 4"',
  control: ' stroke-dasharray="2 3"',
  member: ' stroke-dasharray="1 6"',
};

function xml(text: string): string {
  return text
    .replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[^\u0020-\ud7ff\ue000-\ufffd]/gu, "\ufffd");
}

/** @throws CliError when the graph is too large for a picture */
export function drawGraph(graph: Graph): string {
  if (graph.nodeCount > MAX_NODES)
    throw new CliError("input", `${graph.nodeCount} nodes are too many for a picture (at most ${MAX_NODES})`);
  const plan = new Layout({ multigraph: true });
  plan.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 64, marginx: 16, marginy: 16 });
  const texts = Array.from({ length: graph.nodeCount }, (_, n) => linesOf(graph, n));
  texts.forEach((lines, n) => {
    plan.setNode(String(n), {
      width: 24 + CHAR * Math.max(...lines.map((l) => l.length)),
      height: 12 + LINE * lines.length,
    });
  });
  const edges = edgesOf(graph);
  for (const edge of edges) plan.setEdge({ v: String(edge.from), w: String(edge.to), name: String(edge.edge) }, {});
  layout(plan);
  const { width = 32, height = 32 } = plan.graph() as { width?: number; height?: number };
  const size = [width, height].map((side) => Math.max(32, Math.ceil(Number.isFinite(side) ? side : 32))) as [
    number,
    number,
  ];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size[0]} ${size[1]}" width="${size[0]}" height="${size[1]}" font-family="ui-monospace, monospace" font-size="12">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#4b5563"/></marker></defs>',
  ];
  for (const edge of edges) parts.push(drawEdge(plan, edge));
  texts.forEach((lines, n) => {
    parts.push(drawNode(plan.node(String(n)) as Box, lines, graph.inspect(n).kind));
  });
  return `${parts.join("\n")}\n</svg>\n`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function linesOf(graph: Graph, n: number): string[] {
  const { kind, code, pattern, fires } = graph.inspect(n);
  const record = code === undefined ? undefined : graph.codeOf(n);
  return [
    graph.label(n),
    record === undefined ? kind : `${record.kind} ${record.hash.slice(0, 8)}`,
    ...(pattern === undefined ? [] : [pattern]),
    ...(fires > 0 ? [`fired ${fires}`] : []),
  ];
}

function drawNode({ x, y, width, height }: Box, lines: readonly string[], kind: NodeInfo["kind"]): string {
  const [left, top] = [x - width / 2, y - height / 2];
  const text = lines.map(
    (line, i) =>
      `<tspan x="${round(x)}" y="${round(top + 18 + LINE * i)}"${i === 0 ? ' font-weight="bold"' : ""}>${xml(line)}</tspan>`,
  );
  return `<g><rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="6" fill="${FILL[kind]}" stroke="#4b5563"/><text text-anchor="middle">${text.join("")}</text></g>`;
}

function drawEdge(plan: Layout, edge: EdgeInfo): string {
  const { points = [] } = plan.edge({ v: String(edge.from), w: String(edge.to), name: String(edge.edge) }) as {
    points?: { x: number; y: number }[];
  };
  const path = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  const ports = [edge.fromPort, edge.toPort].filter((port) => port !== undefined).join(" → ");
  const label = [ports, edge.delay > 0 ? `delay ${edge.delay}` : "", edge.inhibitory ? "inhibits" : ""]
    .filter((part) => part !== "")
    .join(", ");
  return `<path d="${path}" fill="none" stroke="#4b5563" marker-end="url(#arrow)"${DASH[edge.kind]}><title>${xml(label === "" ? edge.kind : label)}</title></path>`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
