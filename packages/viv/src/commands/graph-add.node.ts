/** `viv graph add`: adds a node to a graph. */
import { type CodeSpec, type Graph, type PortType, parsePorts } from "vivarium/graph";
import { CliError, type ExitName } from "../exit-codes.js";
import { withGraph } from "../graphs.node.js";
import { readInput } from "../input.node.js";
import type { GRAPH_COMMANDS, Invocation, OptionsOf } from "../options.js";
import { remark, writeJson } from "../output.node.js";

type Options = OptionsOf<typeof GRAPH_COMMANDS.add>;

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.add>): Promise<ExitName> {
  const [path, kind, key] = args as [string, string, string];
  const add = Object.hasOwn(ADD, kind) ? ADD[kind] : undefined;
  if (add === undefined) throw new CliError("usage", `${kind} is no kind of node (${Object.keys(ADD).join(", ")})`);
  return withGraph(path, {}, async ({ graph, save }): Promise<ExitName> => {
    const node = add(graph, key, options);
    await save();
    if (options.json === true) writeJson({ node, key, kind });
    else remark(`${path}: node #${node} ${key}`);
    return "ok";
  });
}

const typeOf = ({ type }: Options): PortType => (type ?? "any") as PortType;

const ADD: Readonly<Record<string, (graph: Graph, key: string, options: Options) => number>> = {
  input: (graph, key, options) => graph.input(key, typeOf(options), options.stream),
  output: (graph, key, options) => graph.output(key, typeOf(options)),
  value: (graph, key, options) => graph.value(key, typeOf(options)),
  pattern: (graph, key, options) => {
    if (options.pattern === undefined) throw new CliError("usage", "a pattern node needs --pattern");
    return graph.pattern(key, options.pattern);
  },
  exec: (graph, key, options) => {
    if (options.code === undefined) throw new CliError("usage", "an exec node needs --code, and --bytes or --file");
    return graph.exec(key, {
      ...specOf(options, options.code),
      ...(options.mode === undefined ? {} : { mode: options.mode }),
    });
  },
  subgraph: (graph, key, options) => graph.subgraph(key, specOf(options, "subgraph")),
};

function specOf(options: Options, kind: CodeSpec["kind"]): Parameters<Graph["exec"]>[1] {
  if (options.file !== undefined && options.bytes !== undefined)
    throw new CliError("usage", "the code comes from --bytes or from --file, not from both");
  const bytes = options.file === undefined ? options.bytes : readInput(options.file);
  if (bytes === undefined) throw new CliError("usage", "there is no code: give --bytes or --file");
  const { inputs, outputs } = parsePorts(options.ports ?? ">");
  return {
    code: {
      kind,
      bytes,
      ...(options.entry === undefined ? {} : { entry: options.entry }),
      ...(options.fuel === undefined ? {} : { fuel: options.fuel }),
      capabilities: options.ask?.split(",") ?? [],
    },
    in: Object.fromEntries(inputs.map(({ name, ...port }) => [name, port])),
    out: Object.fromEntries(outputs.map(({ name, type }) => [name, type])),
    ...(options.refractory === undefined ? {} : { refractory: options.refractory }),
  };
}
