/** `viv graph run`: gives values to a graph, runs it, prints what came out, and saves it. */
import { type Firing, type Graph, type RunResult, show, writeJournal } from "vivarium/graph";
import { CliError, type ExitName } from "../exit-codes.js";
import { jsonValue } from "../graph-views.js";
import { parseValue, withGraph, writeAtomically } from "../graphs.node.js";
import type { GRAPH_COMMANDS, Invocation, OptionsOf } from "../options.js";
import { columns, printable, remark, writeJson, writeResult } from "../output.node.js";

type Options = OptionsOf<typeof GRAPH_COMMANDS.run>;
const DEFAULT_STEPS = 100_000;

export async function run({ args, options }: Invocation<typeof GRAPH_COMMANDS.run>): Promise<ExitName> {
  const [path, ...values] = args as [string, ...string[]];
  return withGraph(path, { record: options.record !== undefined }, async ({ graph, save }): Promise<ExitName> => {
    for (const given of values) setValue(graph, given);
    if (options.feed !== undefined && graph.feed(options.feed).length === 0) remark("no pattern takes the text");
    if (options.fire !== undefined) graph.fire(options.fire);
    if (options.inject !== undefined) graph.inject(options.inject);
    if (options.pull !== undefined) return pull(graph, options.pull, options, save);
    const result = await graph.run({
      maxSteps: options.steps ?? DEFAULT_STEPS,
      ...(options.fires === undefined ? {} : { maxFires: options.fires }),
      ...(options.timeout === undefined ? {} : { deadlineMs: options.timeout }),
      grant: options.grant?.split(",").filter((name) => name !== "") ?? [],
    });
    if (options.record !== undefined) {
      const alone = !options.record.endsWith(".vxg");
      const bytes = alone ? new TextEncoder().encode(writeJournal(graph.journal())) : graph.save({ recording: true });
      writeAtomically(options.record, bytes);
    }
    if (options.keep !== true) await save();
    report(graph, result, options);
    if (result.reason === "deadline") return "timeout";
    return result.traps > 0 ? "panic" : "ok";
  });
}

function setValue(graph: Graph, given: string): void {
  const equals = given.indexOf("=");
  if (equals < 1) throw new CliError("usage", `expected node.port=value, not ${JSON.stringify(given)}`);
  const name = given.slice(0, equals);
  const dot = name.lastIndexOf(".");
  const node = graph.node(dot < 0 ? name : name.slice(0, dot));
  const { inputs } = graph.inspect(node);
  const port = dot < 0 ? inputs[0] : inputs.find((p) => p.name === name.slice(dot + 1));
  if (port === undefined)
    throw new CliError("input", `${name} is no input port (${inputs.map((p) => p.name).join(", ") || "none"})`);
  graph.set(node, port.name, parseValue(given.slice(equals + 1), port.type));
}

async function pull(graph: Graph, node: string, options: Options, save: () => Promise<void>): Promise<ExitName> {
  const { value, executed, visited } = await graph.pull(node, { grant: options.grant?.split(",") ?? [] });
  if (options.keep !== true) await save();
  if (options.json === true) writeJson({ node, value, executed, visited });
  else {
    writeResult(`${printable(String(value))}\n`);
    remark(`executed ${executed} of ${visited} nodes`);
  }
  return "ok";
}

function firingData({ step, node, key, code, inputs, outputs, trap, ns, fuel }: Firing): Record<string, unknown> {
  return {
    step,
    node: key ?? `#${node}`,
    code,
    inputs: inputs.map(jsonValue),
    outputs: outputs.map(jsonValue),
    trap: trap ?? null,
    ns,
    fuel,
  };
}

function report(graph: Graph, { reason, steps, fires, traps, touched, outputs }: RunResult, options: Options): void {
  const results = [...outputs].map(([node, value]) => ({ name: graph.label(node), value }));
  const log = graph.log();
  if (options.json === true) {
    writeJson({
      reason,
      steps,
      fires,
      traps,
      touched,
      outputs: Object.fromEntries(results.map(({ name, value }) => [name, value])),
      hash: graph.hash(),
      ...(options.log === true ? { log: log.map(firingData) } : {}),
    });
    return;
  }
  if (options.log === true) {
    const rows = log.map((f) => [
      String(f.step),
      f.key ?? `#${f.node}`,
      f.inputs.map((v) => (v === undefined ? "-" : show(v))).join(" "),
      f.trap === undefined
        ? f.outputs.map((v) => (v === undefined ? "-" : show(v))).join(" ")
        : `${f.trap.kind}: ${f.trap.message}`,
      String(f.fuel),
    ]);
    writeResult(printable(columns([["step", "node", "inputs", "outputs", "fuel"], ...rows], [0, 4])));
  }
  writeResult(printable(columns(results.map(({ name, value }) => [name, String(value)]))));
  for (const { key, node, trap } of log.filter((f) => f.trap !== undefined)) {
    remark(printable(`${key ?? `#${node}`} trapped: ${trap?.kind}: ${trap?.message}`));
  }
  remark(`${reason} after ${steps} steps, ${fires} firings, ${traps} traps`);
}
