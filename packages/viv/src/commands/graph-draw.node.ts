/** `viv graph draw`: draws a graph as SVG. */
import type { ExitName } from "../exit-codes.js";
import { drawGraph } from "../graph-draw.js";
import { withGraph, writeAtomically } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";

export async function run({ args }: Invocation<typeof GRAPH_COMMANDS.draw>): Promise<ExitName> {
  const [path, svg] = args as [string, string];
  return withGraph(path, {}, ({ graph }): ExitName => {
    writeAtomically(svg, new TextEncoder().encode(drawGraph(graph)));
    return "ok";
  });
}
