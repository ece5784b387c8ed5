/** `viv graph export`: writes a graph into a `.vxg` file. */
import type { ExitName } from "../exit-codes.js";
import { withGraph, writeAtomically } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { remark, writeJson } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.export>): Promise<ExitName> {
  const [path, file] = args as [string, string];
  return withGraph(path, {}, ({ graph }): ExitName => {
    const bytes = graph.save({ collect: true });
    writeAtomically(file, bytes);
    const facts = { file, bytes: bytes.length, nodes: graph.nodeCount, edges: graph.edgeCount, hash: graph.hash() };
    if (options.json === true) writeJson(facts);
    else remark(`${file}: ${facts.bytes} bytes, ${facts.nodes} nodes, hash ${facts.hash.slice(0, 16)}`);
    return "ok";
  });
}
