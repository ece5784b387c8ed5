/** Arithmetic taught by examples: the graph finds patterns in them and which of its codes they mean, by trying. */
import { ask, createGraph, type Graph, learn } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { add, machineCode, mul, ret } from "./machine-code.js";

export const EXAMPLES: readonly string[] = ["1+1=2", "2+3=5", "7+8=15", "20+22=42", "2*3=6", "4*5=20", "7*8=56"];

/** Two operations that nobody has said the meaning of. */
export function operations(): Graph {
  const graph = createGraph({ payloads: [a64Payload] });
  const ports = { in: { a: "u64", b: "u64" }, out: { r: "u64" } } as const;
  graph.exec("first", { code: { kind: "a64", bytes: machineCode([mul(0, 0, 1), ret]) }, ...ports });
  graph.exec("second", { code: { kind: "a64", bytes: machineCode([add(0, 0, 1), ret]) }, ...ports });
  return graph;
}

export async function main(print: (line: string) => void): Promise<void> {
  const graph = operations();
  print(`before: 1+1=? gives ${(await ask(graph, "1+1=?")) ?? "nothing"}`);
  for (const { pattern, support, route, rejected } of await learn(graph, EXAMPLES)) {
    const not = rejected.map(({ node, example, got }) => `${graph.label(node)} gives ${got} for ${example}`).join(", ");
    const meaning =
      route === undefined ? "means nothing here" : `means ${graph.label(route.node)}(${route.inputs.join(", ")})`;
    print(`${pattern} (${support} examples) ${meaning}${not === "" ? "" : `; ${not}`}`);
  }
  for (const question of ["1+1=?", "0+0=?", "12+34=?", "9*9=?"]) print(`${question} ${await ask(graph, question)}`);
  const [last] = graph.log({ last: 2 });
  print(`executed: ${last?.key}, code ${last?.code.slice(0, 12)}, ${last?.fuel} instructions`);
}
