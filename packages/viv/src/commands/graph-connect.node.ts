/** `viv graph connect`: adds an edge to a graph. */
import { CliError, type ExitName } from "../exit-codes.js";
import { withGraph } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { remark, writeJson } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.connect>): Promise<ExitName> {
  const [path, from, to] = args as [string, string, string];
  const weight = Number(options.weight ?? "1");
  if (!Number.isFinite(weight)) throw new CliError("usage", `${options.weight} is no number`);
  return withGraph(path, {}, async ({ graph, save }): Promise<ExitName> => {
    const edge = {
      data: () => graph.connect(from, to, options.delay),
      activation: () => graph.act(from, to, { w: weight, delay: options.delay ?? 0 }),
      control: () => graph.control(from, to, options.delay),
      member: () => graph.member(from, to),
    }[options.as ?? "data"]();
    await save();
    if (options.json === true) writeJson(graph.edge(edge));
    else remark(`${path}: edge ${edge} from ${from} to ${to}`);
    return "ok";
  });
}
