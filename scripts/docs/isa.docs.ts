/** Generates docs/isa/pvm.md from the op table, the costs and the directives of the PVM. */

import { DIRECTIVES } from "../../packages/vivarium/src/guests/pvm/assemble.js";
import { type DecodeSlots, GAS_COSTS } from "../../packages/vivarium/src/guests/pvm/gas-costs.js";
import { REGISTER_NAMES, rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { ROWS } from "../../packages/vivarium/src/guests/pvm/table.js";
import { pseudocode } from "../../packages/vivarium/src/isa/pseudocode.js";
import type { Row } from "../../packages/vivarium/src/isa/table.js";
import type { DocumentGenerator } from "../docs.js";

const PROFILES = ["072", "080"] as const;

const cell = (text: string): string => text.replaceAll("|", "\\|");
const code = (text: string): string => (text === "" ? "" : `\`${cell(text)}\``);

function numberOf(row: Row, profile: (typeof PROFILES)[number]): string {
  const { isa } = rulesOf(profile);
  const index = isa.indexOf(row.mnemonic);
  return index < 0 ? "–" : String(isa.numberOf(index));
}

function effects(row: Row): string {
  const { effects: e, names } = row;
  const of = (operands: readonly number[]): string => operands.map((k) => names[k]).join(" ");
  return [
    e.reads.length > 0 ? `reads ${of(e.reads)}` : "",
    e.writes.length > 0 ? `writes ${of(e.writes)}` : "",
    e.loads ? "loads" : "",
    e.stores ? "stores" : "",
    e.callsHost ? "calls the host" : "",
    e.mayExit ? "may end the run" : "",
    e.endsBlock ? "ends a block" : "",
  ]
    .filter((s) => s !== "")
    .join(", ");
}

function slots(s: DecodeSlots): string {
  return typeof s === "number" ? String(s) : `${s.same} or ${s.different}`;
}

/** Cycles, decode slots and units of the pipeline model. */
function pipeline(row: Row): string {
  const cost = GAS_COSTS.get(row.mnemonic);
  if (cost === undefined) return "";
  const cycles = cost.cyclesIfUnlikely === undefined ? cost.cycles : `${cost.cycles} (${cost.cyclesIfUnlikely})`;
  return `${cycles} / ${slots(cost.slots)}${cost.units === "" ? "" : ` / ${cost.units}`}`;
}

function operandText(row: Row): string {
  return row.operands
    .map((spec, k) => (spec.kind === "reg" ? `register ${row.names[k]}` : `${KIND[spec.kind]} ${row.names[k]}`))
    .join(", ");
}
const KIND = { imm: "immediate", imm64: "64-bit immediate", target: "code offset" } as const;

/** Rows whose arguments are encoded alike, in the order of the table. */
function groups(): Map<string, Row[]> {
  const out = new Map<string, Row[]>();
  for (const row of ROWS) {
    const group = out.get(row.format);
    if (group === undefined) out.set(row.format, [row]);
    else group.push(row);
  }
  return out;
}

function table(rows: readonly Row[]): string[] {
  return [
    "| 072 | 080 | mnemonic | operands | what it does | meaning | effects | gas 072 | pipeline 080 |",
    "| --: | --: | --- | --- | --- | --- | --- | --: | --- |",
    ...rows.map((row) => {
      const numbers = PROFILES.map((p) => numberOf(row, p)).join(" | ");
      const gas = numberOf(row, "072") === "–" ? "–" : row.cost;
      const cells = [
        code(row.mnemonic),
        code(row.names.join(", ")),
        cell(row.doc),
        code(pseudocode(row)),
        effects(row),
      ];
      return `| ${numbers} | ${cells.join(" | ")} | ${gas} | ${pipeline(row)} |`;
    }),
  ];
}

function text(): string {
  const out = [
    "# The instructions of the PVM",
    "",
    "*Generated from the op table (`packages/vivarium/src/guests/pvm/table.ts`); the meaning is what every tier executes.*",
    "",
    `There are ${REGISTER_NAMES.length} registers of 64 bits: ${REGISTER_NAMES.map((n, i) => `${n} (r${i})`).join(", ")}.`,
    "Immediates have 32 bits and are sign-extended where 64 are used. Numbers of memory accesses are bits.",
    "`signed64` and `unsigned64` extend 32 bits, `low32` takes the low half; `<u`, `>>s` and the like say whether numbers",
    "are read as unsigned or signed.",
    "",
    "Profile 072 charges gas for every instruction. Profile 080 charges a block when it is entered: as many cycles as a",
    "simulated pipeline takes for it, less 3, at least 1. The last column has cycles (in parentheses: before an unlikely",
    "block), decode slots (the lesser when a source register is the result), and units.",
    "",
  ];
  for (const [format, rows] of groups()) {
    const [first] = rows;
    const operands = operandText(first);
    out.push(`## ${format}: ${operands === "" ? "no operands" : operands}`, "", ...table(rows), "");
  }
  out.push(
    "## Assembly",
    "",
    "`assemble` turns text into a program, `disassemble` a program into text. A line has labels (`name:`), then an",
    "instruction, a directive, or a constant (`name = 5`), then a comment behind `;`, `#` or `//`. Operands stand in the",
    "order of the tables: registers by name or number (`a0`, `r7`), immediates as sums of numbers (`10`, `0x1f`, `0b101`,",
    "`'a'`, `-1`), constants and labels of data, which are addresses. A code offset is a label; `@label` is the handle with",
    "which computed jumps get to a label of code, and enters it into the jump table.",
    "",
    "| directive | arguments | meaning |",
    "| --- | --- | --- |",
    ...Object.entries(DIRECTIVES).map(([name, d]) => `| \`.${name}\` | ${cell(d.args)} | ${cell(d.doc)} |`),
    "",
  );
  return out.join("\n");
}

const generate: DocumentGenerator = () => [{ path: "docs/isa/pvm.md", text: text() }];
export default generate;
