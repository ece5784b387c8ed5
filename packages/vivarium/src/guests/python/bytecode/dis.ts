/** Code as text: one line an instruction, with source lines, jump targets and what operands stand for. */

import { Code } from "./code.js";
import { OPS } from "./table.js";

function constantText(c: unknown): string {
  if (c instanceof Code) return `<code ${c.qualname}>`;
  if (c === null) return "None";
  if (typeof c === "string") return JSON.stringify(c.length > 60 ? `${c.slice(0, 57)}...` : c);
  if (typeof c !== "object") return String(c);
  if (c instanceof Uint8Array) return `<${c.length} bytes>`;
  const o = c as { kind: string; value?: number; imag?: number; items?: readonly unknown[] };
  if (o.kind === "float") return String(o.value);
  if (o.kind === "complex") return `${o.imag}j`;
  return o.items ? `(${o.items.map(constantText).join(", ")})` : "...";
}

/** Disassembles a code object and those in it. */
export function disassemble(code: Code): string {
  const out: string[] = [`${code.qualname}: ${code.argCount + code.kwOnlyCount} parameters, stack ${code.stackSize}`];
  const targets = new Set<number>(code.handlers.map((h) => h.target));
  code.instructions.forEach((w) => {
    if (OPS[w & 0xff]!.operand === "target") targets.add(w >> 8);
  });
  let line = -1;
  code.instructions.forEach((w, pc) => {
    const row = OPS[w & 0xff]!;
    const arg = w >> 8;
    const own = code.lineOf(pc);
    const shown = own !== line && own > 0 ? String(own) : "";
    line = own;
    let operand = row.operand === "none" ? "" : String(arg);
    if (row.operand === "const") operand += ` (${constantText(code.consts[arg])})`;
    else if (row.operand === "name") operand += ` (${code.names[arg]})`;
    else if (row.operand === "local" || row.operand === "cell") operand += ` (${code.variables[arg]})`;
    else if (row.operand === "target") operand = `to ${arg}`;
    out.push(
      `${shown.padStart(5)} ${targets.has(pc) ? ">>" : "  "} ${String(pc).padStart(4)} ${row.name.padEnd(24)} ${operand}`.trimEnd(),
    );
  });
  for (const h of code.handlers) out.push(`      ${h.start} to ${h.end} -> ${h.target} [${h.depth}]`);
  for (const c of code.consts) if (c instanceof Code) out.push("", disassemble(c));
  return out.join("\n");
}
