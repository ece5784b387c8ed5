/** Generates the interpreter loop of Python from the bodies of its handlers and the sequences that are fused. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Op, type OpName } from "../../packages/vivarium/src/guests/python/bytecode/table.js";
import { fusedName, fusedOp, opsOf, SEQUENCES } from "../../packages/vivarium/src/guests/python/runtime/fusions.js";
import type { DocumentGenerator } from "../docs.js";

const FOLDER = "packages/vivarium/src/guests/python/runtime";

/**
 * How a handler of the template begins and ends:
 * `op` does everything itself · `value` sets `VALUE`, which is pushed · `take` works on `a`, taken from the stack ·
 * `pair` works on `a` and the `b` above it · `operator` also leaves its result in `a` · `next` leaves a result in `a`.
 * What breaks goes on behind the switch, where values and operators have their slow path.
 */
type Kind = "op" | "value" | "take" | "pair" | "operator" | "next";

interface Handler {
  readonly kind: Kind;
  /** The ops it stands for. */
  readonly ops: readonly OpName[];
  readonly body: string;
}

/** What becomes of a result: it is pushed, or the op behind is carried out with it. */
const AFTER: Readonly<Record<string, string>> = {
  "": "r[sp++] = a;",
  STORE_FAST: "r[code[pc++]! >> 8] = a;\nfuel--;",
  POP_JUMP_IF_FALSE: "if (a) pc++;\nelse pc = code[pc]! >> 8;\nfuel--;",
};

const TAKE: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  take: ["a"],
  pair: ["a", "b"],
  operator: ["a", "b"],
};
/** Does it never fall off its end? */
const leaves = (text: string): boolean =>
  /^(?:continue(?: outer)?|break);$/m.test(text.split("\n").at(-1)!) ||
  /^ {2}continue outer;\n\}$/m.test(text.split("\n").slice(-2).join("\n"));

/** The handler of a sequence of ops; of a single one too. */
function compose(parts: readonly Handler[], names: readonly string[]): string {
  const lines: string[] = [];
  /** Variables that hold what is on top of the stack but was not pushed. */
  let held: string[] = [];
  for (const [i, part] of parts.entries()) {
    if (i > 0) lines.push("w = code[pc++]!;", "fuel--;");
    if (part.kind === "value") {
      const loads = parts.slice(i).findIndex((p) => p.kind !== "value");
      const takes = (loads < 0 ? undefined : TAKE[parts[i + loads]!.kind]) ?? ["a", "b"];
      // Named so that the op that takes it finds it where it looks.
      const variable = loads < 0 ? takes[held.length] : takes[takes.length - loads];
      if (variable === undefined) throw new Error(`too many values in ${names.join(" ")}`);
      lines.push(part.body.replaceAll("VALUE", variable));
      held.push(variable);
      continue;
    }
    const wanted = TAKE[part.kind] ?? [];
    if (held.length > wanted.length) throw new Error(`values are left in ${names.join(" ")}`);
    const missing = wanted.slice(0, wanted.length - held.length);
    if (missing.length === 2) lines.push("sp -= 2;", "a = r[sp];", "b = r[sp + 1];");
    else if (missing.length === 1) lines.push(`${missing[0]} = r[--sp];`);
    held = [];
    lines.push(part.body);
    const last = i === parts.length - 1;
    if (part.kind === "operator" || part.kind === "next") {
      if (i < parts.length - 2) throw new Error(`${names.join(" ")} goes on behind its result`);
      return part.body === "break;"
        ? lines.join("\n")
        : [...lines, AFTER[last ? "" : names[i + 1]!]!, "continue;"].join("\n");
    }
    if (!last && /continue|break/.test(part.body))
      throw new Error(`${names[i]} cannot stand in the middle of ${names.join(" ")}`);
    if (last && leaves(part.body)) return lines.join("\n");
  }
  for (const [i, variable] of held.entries()) lines.push(`r[sp${i > 0 ? ` + ${i}` : ""}] = ${variable};`);
  if (held.length > 0) lines.push(held.length === 1 ? "sp++;" : `sp += ${held.length};`);
  return [...lines, "continue;"].join("\n");
}

/** Reads the handlers of the template. */
function read(text: string): Map<string, Handler> {
  const handlers = new Map<string, Handler>();
  for (const section of text.split(/^@(?=(?:op|value|take|pair|operator|next) )/m).slice(1)) {
    const [head, ...lines] = section.trimEnd().split("\n") as [string, ...string[]];
    const [kind, ...names] = head.split(" ") as [Kind, ...string[]];
    const body = lines
      .join("\n")
      .trim()
      .replace(/^@with (\w+)$/gm, (_line, other: string) => handlers.get(other)!.body);
    const ops = names.flatMap(opsOf);
    for (const op of ops) if (Op[op] === undefined) throw new Error(`no op ${op}`);
    const handler: Handler = { kind, ops, body };
    for (const name of [...names, ...ops]) handlers.set(name, handler);
  }
  return handlers;
}

const indented = (text: string, by: number): string =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => " ".repeat(by) + line)
    .join("\n");

const generate: DocumentGenerator = () => {
  const template = readFileSync(join(import.meta.dirname, "../..", FOLDER, "loop.template"), "utf8");
  const [frame, ...sections] = template.split(/^(?=@(?:op|value|take|pair|operator|next) )/m) as [string, ...string[]];
  const handlers = read(sections.join(""));
  const cases: string[] = [];
  const add = (labels: readonly [number, string][], text: string): void => {
    for (const [number, name] of labels) cases.push(indented(`case ${number} /* ${name} */:`, 10));
    cases.push(indented(text, 12));
  };
  for (const handler of new Set(handlers.values()))
    add(
      handler.ops.map((op) => [Op[op], op]),
      compose([handler], handler.ops),
    );
  for (const [i, names] of SEQUENCES.entries()) {
    const parts = names.map((name) => {
      const handler = handlers.get(name);
      if (!handler) throw new Error(`${name} is fused but has no handler in the loop`);
      return handler;
    });
    add([[fusedOp(i), fusedName(i)]], compose(parts, names));
  }
  return [{ path: `${FOLDER}/loop.gen.ts`, text: frame.trimEnd().replace("@handlers", () => cases.join("\n")) + "\n" }];
};
export default generate;
