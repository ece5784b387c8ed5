/** `viv trace diff`: reads two JSON traces side by side and prints the first step at which they differ. */

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { CliError, type ExitName } from "../exit-codes.js";
import type { COMMANDS, Invocation } from "../options.js";
import { printable, resultColors, toJson, writeJson, writeResult } from "../output.node.js";

type Step = Readonly<Record<string, unknown>>;

const DEFAULT_CONTEXT = 3;
const MAX_CONTEXT = 1000;
/** A step is one line; a line longer than this is no trace. */
const MAX_LINE = 1 << 20;

/** The steps of a trace file, one JSON object a line, read as they are needed. */
async function* steps(name: string): AsyncGenerator<Step> {
  const input = createReadStream(name);
  const failed = new Promise<never>((_resolve, reject) => {
    input.on("error", (error: NodeJS.ErrnoException) =>
      reject(new CliError("input", `cannot read ${name}: ${error.code ?? error.message}`, { cause: error })),
    );
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (let number = 1; ; number++) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done === true) return;
    const line = next.value;
    if (line.trim() === "") continue;
    yield parseStep(line, name, number);
  }
}

function parseStep(line: string, name: string, number: number): Step {
  if (line.length > MAX_LINE) throw new CliError("input", `${name}:${number}: the line is too long for a trace`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new CliError("input", `${name}:${number}: expected a JSON object, as viv trace --json writes`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CliError("input", `${name}:${number}: expected a JSON object, as viv trace --json writes`);
  }
  return value as Step;
}

/** Names of the fields that both steps have and that are not equal. */
function differences(left: Step, right: Step, ignored: ReadonlySet<string>): string[] {
  return Object.keys(left).filter(
    (field) => !ignored.has(field) && Object.hasOwn(right, field) && toJson(left[field]) !== toJson(right[field]),
  );
}

export async function run({ args, options }: Invocation<(typeof COMMANDS.trace.subcommands)[0]>): Promise<ExitName> {
  const [leftName, rightName] = args as [string, string];
  const context = Math.min(options.context ?? DEFAULT_CONTEXT, MAX_CONTEXT);
  const ignored = new Set((options.ignore ?? "").split(",").map((field) => field.trim()));
  const left = steps(leftName);
  const right = steps(rightName);
  const before: Step[] = [];
  for (let step = 1; ; step++) {
    const [a, b] = await Promise.all([left.next(), right.next()]);
    if (a.done === true && b.done === true) {
      if (options.json === true) writeJson({ equal: true, steps: step - 1 });
      else writeResult(`equal: ${step - 1} steps\n`);
      return "ok";
    }
    const l = a.done === true ? undefined : a.value;
    const r = b.done === true ? undefined : b.value;
    const fields = l === undefined || r === undefined ? [] : differences(l, r, ignored);
    if (l !== undefined && r !== undefined && fields.length === 0) {
      before.push(l);
      if (before.length > context) before.shift();
      continue;
    }
    if (options.json === true) {
      writeJson({ equal: false, step, fields, left: l ?? null, right: r ?? null });
    } else {
      const shown = (value: Step | undefined): string => (value === undefined ? "the trace ends" : toJson(value));
      const why = fields.length > 0 ? `in ${fields.join(", ")}` : "one trace ends";
      const lines = [
        `step ${step} differs: ${why}`,
        ...before.map((value) => `  ${toJson(value)}`),
        resultColors.red(`- ${shown(l)}`),
        resultColors.green(`+ ${shown(r)}`),
      ];
      writeResult(`${printable(lines.join("\n"))}\n`);
    }
    return "different";
  }
}
