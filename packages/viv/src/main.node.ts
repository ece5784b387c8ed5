/** Turns the process's command line into the work of one command and an exit code. */

import process from "node:process";
import { CliError, exitCode } from "./exit-codes.js";
import { OutputClosed, printable, remark, remarkColors, writeJson } from "./output.node.js";
import { type Handler, parse } from "./parser.node.js";

/** The command files, each loaded only when its command is called. */
const HANDLERS: Readonly<Record<string, () => Promise<{ readonly run: Handler }>>> = {
  run: () => import("./commands/run.node.js"),
  asm: () => import("./commands/asm.node.js"),
  disasm: () => import("./commands/disasm.node.js"),
  inspect: () => import("./commands/inspect.node.js"),
  trace: () => import("./commands/trace.node.js"),
  py: () => import("./commands/py.node.js"),
  "py dis": () => import("./commands/py-dis.node.js"),
  bench: () => import("./commands/bench.node.js"),
  completion: () => import("./commands/completion.node.js"),
  "lmnt compile": () => import("./commands/lmnt-compile.node.js"),
  graph: () => import("./commands/graph.node.js"),
  "graph new": () => import("./commands/graph-new.node.js"),
  "graph add": () => import("./commands/graph-add.node.js"),
  "graph connect": () => import("./commands/graph-connect.node.js"),
  "graph run": () => import("./commands/graph-run.node.js"),
  "graph inspect": () => import("./commands/graph-inspect.node.js"),
  "graph explain": () => import("./commands/graph-explain.node.js"),
  "graph export": () => import("./commands/graph-export.node.js"),
  "graph import": () => import("./commands/graph-import.node.js"),
  "graph replay": () => import("./commands/graph-replay.node.js"),
  "graph check": () => import("./commands/graph-check.node.js"),
  "graph draw": () => import("./commands/graph-draw.node.js"),
  "trace diff": () => import("./commands/trace-diff.node.js"),
};

async function load(path: string): Promise<Handler> {
  const module = HANDLERS[path];
  if (module === undefined) throw new Error(`no handler for ${path}`);
  return (await module()).run;
}

/** One line (or JSON object) for an error, and its exit code. */
function report(error: unknown, json: boolean): number {
  if (error instanceof OutputClosed) return exitCode("ok");
  const known = error instanceof CliError;
  const message = error instanceof Error ? error.message : String(error);
  const code = known ? exitCode(error.exit) : exitCode("failure");
  if (json) writeJson({ error: { code: known ? error.exit : "failure", message, ...(known ? error.details : {}) } });
  remark(`${remarkColors.red("viv:")} ${printable(message)}`);
  if (!known && error instanceof Error && error.stack !== undefined) remark(remarkColors.dim(error.stack));
  return code;
}

const argv = process.argv.slice(2);
try {
  process.exitCode = await parse(argv, load);
} catch (error) {
  process.exitCode = report(error, argv.includes("--json"));
}
