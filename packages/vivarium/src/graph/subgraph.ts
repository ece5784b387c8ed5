/** Graphs as payloads of graphs: the code is a `.vxg` file, its input and output nodes are the ports. */
import { GraphError } from "./errors.js";
import { Graph } from "./graph.js";
import type { GraphOptions, RunResult } from "./interface.js";
import type { CodeRecord, Frame, LoadContext, Outcome, Payload, PayloadAdapter, Signature } from "./payload.js";
import { KIND, LIMIT } from "./types.js";

/** The adapter. `options` are those of the outer graph: the same code can be executed inside. */
export function subgraphPayload(options: GraphOptions): PayloadAdapter {
  return {
    kinds: ["subgraph"],
    load: (code, signature, context) => loadSubgraph(code, signature, context, options),
  };
}

function loadSubgraph(code: CodeRecord, signature: Signature, context: LoadContext, options: GraphOptions): Payload {
  if (context.depth >= LIMIT.subgraphDepth) {
    throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.subgraphDepth} graphs inside each other`);
  }
  // Nothing inside reaches the host: the outer node has no grant to hand on.
  const inner: GraphOptions = { ...options, services: {}, record: false, provenance: 0, timing: false };
  const open = (): Graph => Graph.fromBytes(code.bytes, inner, context.depth + 1);
  const pattern = open();
  const end = (name: string, kind: number): number => {
    const node = pattern.engine.tables.byKey.get(name);
    if (node === undefined || pattern.engine.tables.kind[node] !== kind) {
      throw new GraphError(
        "GRAPH_ABI",
        `the graph inside has no ${kind === KIND.input ? "input" : "output"} node ${name}`,
      );
    }
    return node;
  };
  const inputs = signature.inputs.map(({ name, type }) => ({ node: end(name, KIND.input), name, type }));
  const outputs = signature.outputs.map(({ name, type }) => ({ node: end(name, KIND.output), name, type }));
  for (const { node, name, type } of [...inputs, ...outputs]) {
    const inside = pattern.inspect(node).inputs[0]?.type;
    if (inside !== type && inside !== "any" && type !== "any") {
      throw new GraphError("GRAPH_ABI", `port ${name} is ${type}, the node inside ${inside}`);
    }
  }
  pattern.check();
  const parallel = pattern.runsElsewhere;
  pattern.dispose();
  const limits = { maxFires: code.limits.fuel, maxTouched: 64 * code.limits.fuel };
  const start = (given: Frame["inputs"]): Graph => {
    const graph = open();
    inputs.forEach(({ node }, k) => {
      const value = given[k];
      if (value !== undefined) graph.set(node, value);
    });
    return graph;
  };
  const finish = (graph: Graph, { reason, traps, fires }: RunResult): Outcome => {
    if (reason === "maxFires" || reason === "maxTouched") {
      return { trap: { kind: "fuel", message: `more than ${code.limits.fuel} firings inside` }, fuel: fires };
    }
    if (reason !== "quiet")
      return { trap: { kind: "limit", message: `the graph inside stopped: ${reason}` }, fuel: fires };
    const ok = outputs.map(({ node }) => graph.getTagged(node));
    if (traps > 0 && ok.every((value) => value === undefined)) {
      return { trap: { kind: "host", message: "a node inside trapped" }, fuel: fires };
    }
    return { ok, fuel: fires };
  };
  // What runs elsewhere inside is waited for by the step outside.
  if (parallel) {
    return {
      parallel,
      run: async ({ inputs: given }): Promise<Outcome> => {
        const graph = start(given);
        try {
          return finish(graph, await graph.run(limits));
        } finally {
          graph.dispose();
        }
      },
    };
  }
  return {
    run: ({ inputs: given }): Outcome => {
      const graph = start(given);
      try {
        return finish(graph, graph.runSync(limits));
      } finally {
        graph.dispose();
      }
    },
  };
}
