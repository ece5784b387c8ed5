/** `viv graph import`: reads a `.vxg` file into a new graph. */
import type { ExitName } from "../exit-codes.js";
import { checkedFile, withGraph } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { remark, writeJson } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.import>): Promise<ExitName> {
  const [file, path] = args as [string, string];
  return withGraph(
    path,
    { create: true, bytes: await checkedFile(file) },
    async ({ graph, save }): Promise<ExitName> => {
      await save();
      const facts = { graph: path, nodes: graph.nodeCount, edges: graph.edgeCount, hash: graph.hash() };
      if (options.json === true) writeJson(facts);
      else remark(`${path}: ${facts.nodes} nodes, ${facts.edges} edges, hash ${facts.hash.slice(0, 16)}`);
      return "ok";
    },
  );
}
