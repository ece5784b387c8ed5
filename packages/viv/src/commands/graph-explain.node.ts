/** `viv graph explain`: says why nodes fire or do not. */
import type { ExitName } from "../exit-codes.js";
import { withGraph } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { columns, printable, writeJson, writeResult } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.explain>): Promise<ExitName> {
  const [path, node] = args as [string, string | undefined];
  return withGraph(path, {}, ({ graph }): ExitName => {
    const runs = Array.from({ length: graph.nodeCount }, (_, n) => n).filter(
      (n) => graph.inspect(n).code !== undefined,
    );
    const explanations = (node === undefined ? runs : [node]).map((n) => graph.explain(n));
    if (options.json === true) writeJson(node === undefined ? explanations : explanations[0]);
    else writeResult(printable(columns(explanations.map(({ reason, text }) => [reason, text]))));
    return "ok";
  });
}
