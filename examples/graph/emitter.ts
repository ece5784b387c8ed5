/** Code that makes code: an A64 program writes an A64 multiplier into its memory, adds it to the graph and uses it. */
import { createGraph, type Graph, openGraph } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { machineCode, mov, movk, movz, mul, ret, strw, svc } from "./machine-code.js";

/** Memory that a payload may write to. */
const WORK = 0x2000;
const halves = (word: number): [number, number] => [word & 0xffff, word >>> 16];
const [mulLow, mulHigh] = halves(mul(0, 0, 1));
const [retLow, retHigh] = halves(ret);

/** The program. Host functions are called with `svc`: 17 adds code, 18 a node, 20 an edge, 23 gives a value. */
export const emitter: Uint8Array = machineCode([
  // Two instructions into memory: mul x0, x0, x1 and ret.
  movz(2, WORK, 16),
  movz(3, mulLow),
  movk(3, mulHigh, 16),
  strw(3, 2, 0),
  movz(3, retLow),
  movk(3, retHigh, 16),
  strw(3, 2, 4),
  // graph.code("a64", memory[0x20000000 .. + 8]): x0 becomes the number of the new code.
  { text: "a64", register: 0 },
  movz(3, 8),
  svc(17),
  // graph.exec("multiply", code, ports)
  mov(2, 0),
  { text: "multiply", register: 0 },
  { text: "a:u64, b:u64 > r:u64", register: 3 },
  svc(18),
  // graph.data("multiply.r", "product")
  { text: "multiply.r", register: 0 },
  { text: "product", register: 2 },
  svc(20),
  // graph.set("multiply.a", 6), graph.set("multiply.b", 7)
  { text: "multiply.a", register: 0 },
  movz(2, 6),
  svc(23),
  { text: "multiply.b", register: 0 },
  movz(2, 7),
  svc(23),
  ret,
]);

/** A graph with nothing but the program and a place for what comes of it. */
export function emitterGraph(): Graph {
  const graph = createGraph({ payloads: [a64Payload] });
  graph.exec("emit", { code: { kind: "a64", bytes: emitter, capabilities: ["graph"] }, mode: "manual" });
  graph.output("product", "u64");
  return graph;
}

/** Runs it, saves the graph, and uses the node that was not there before in the graph that is opened again. */
export async function main(print: (line: string) => void): Promise<void> {
  const graph = emitterGraph();
  print(`before: ${graph.nodeCount} nodes`);
  graph.fire("emit");
  await graph.run({ grant: ["graph"] });
  const { code, fires } = graph.inspect("multiply");
  print(
    `after: ${graph.nodeCount} nodes, 6 × 7 = ${graph.get("product")}, fired ${fires} time, code ${code?.slice(0, 12)}`,
  );
  const again = openGraph(graph.save(), { payloads: [a64Payload] });
  again.set("multiply", "a", 12n);
  again.set("multiply", "b", 12n);
  await again.run();
  print(`opened again: 12 × 12 = ${again.get("product")}`);
}
