/** `viv graph replay`: repeats a recording and compares where it ends. */
import { GraphError, readJournal } from "vivarium/graph";
import { CliError, type ExitName } from "../exit-codes.js";
import { withGraph } from "../graphs.node.js";
import { readText } from "../input.node.js";
import type { GRAPH_COMMANDS, Invocation } from "../options.js";
import { remark, writeJson } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.replay>): Promise<ExitName> {
  const [path, file] = args as [string, string?];
  return withGraph(path, {}, async ({ graph }): Promise<ExitName> => {
    const recording = file === undefined ? graph.recording : readJournal(readText(file));
    if (recording === undefined) throw new CliError("usage", `${path} holds no recording: name one`);
    try {
      const result = await graph.replay(recording);
      if (options.json === true) writeJson({ equal: true, ...result });
      else remark(`${result.steps} steps, the same state: ${result.hash.slice(0, 16)}`);
      return "ok";
    } catch (error) {
      if (!(error instanceof GraphError) || error.code !== "GRAPH_REPLAY") throw error;
      throw new CliError("different", error.message, { cause: error, details: { equal: false } });
    }
  });
}
