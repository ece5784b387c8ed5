/** `viv graph check`: validates a graph and all its code, and executes nothing. */
import type { ExitName } from "../exit-codes.js";
import { withGraph } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { columns, printable, remark, writeJson, writeResult } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.check>): Promise<ExitName> {
  const [path] = args as [string];
  return withGraph(path, {}, ({ graph }): ExitName => {
    const problems = graph.check().map(({ node, trap }) => ({ node: graph.label(node), ...trap }));
    if (options.json === true)
      writeJson({ ok: problems.length === 0, nodes: graph.nodeCount, edges: graph.edgeCount, problems });
    else {
      writeResult(printable(columns(problems.map(({ node, kind, message }) => [node, kind, message]))));
      remark(`${path}: ${graph.nodeCount} nodes, ${graph.edgeCount} edges, ${problems.length} problems`);
    }
    return problems.length === 0 ? "ok" : "input";
  });
}
