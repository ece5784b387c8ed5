/** `viv graph new`: makes an empty graph. */
import type { ExitName } from "../exit-codes.js";
import { withGraph } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { remark, writeJson } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.new>): Promise<ExitName> {
  const [path] = args as [string];
  return withGraph(path, { create: true }, async ({ graph, save }): Promise<ExitName> => {
    if (options.title !== undefined) graph.meta["title"] = options.title;
    await save();
    if (options.json === true) writeJson({ graph: path, nodes: 0, edges: 0 });
    else remark(`${path}: an empty graph`);
    return "ok";
  });
}
