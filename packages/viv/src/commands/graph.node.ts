/** `viv graph` by itself: says what there is to do. */
import { CliError, type ExitName } from "../exit-codes.js";
import { GRAPH_COMMANDS } from "../options.js";

export async function run(): Promise<ExitName> {
  throw new CliError("usage", `say what to do: viv graph ${Object.keys(GRAPH_COMMANDS).join("|")}`);
}
