/** Generates docs/isa/lmnt.md from the op table of LMNT and its summaries. */

import { SUMMARIES } from "../../packages/vivarium/src/guests/lmnt/summaries.js";
import { OPERATIONS } from "../../packages/vivarium/src/guests/lmnt/table.js";
import { pseudocode } from "../../packages/vivarium/src/isa/pseudocode.js";
import type { DocumentGenerator } from "../docs.js";

const cell = (text: string): string => text.replaceAll("|", "\\|");

function text(): string {
  const out = [
    "# The instructions of LMNT",
    "",
    "*Generated from the op table (`packages/vivarium/src/guests/lmnt/table.ts`) and `summaries.ts`; the meaning is what every",
    "tier executes.*",
    "",
    "`s` is the stack, `a` `b` `c` are the operands as an archive has them. In meanings a register is a word of the memory",
    "area, `x` an operand that is no slot. Operands: `S` a slot, `V` four slots, with `o` in front when they are written;",
    "the others are halves of 32-bit numbers, data sections, indices in them and offsets.",
    "",
    "| head | 2020-07 | mnemonic | operands | what it does | meaning |",
    "| --: | --: | --- | --- | --- | --- |",
  ];
  for (const { head, july2020, mnemonic, operands, row } of OPERATIONS) {
    const summary = SUMMARIES[mnemonic];
    if (summary === undefined) throw new Error(`no summary of ${mnemonic}`);
    const kinds = operands.map((operand) => operand.name).join(" ");
    const meaning = pseudocode(row);
    out.push(
      `| ${head ?? "–"} | ${july2020 ?? "–"} | \`${mnemonic}\` | ${kinds} | ${cell(summary)} | ${meaning === "" ? "" : `\`${cell(meaning)}\``} |`,
    );
  }
  const unknown = Object.keys(SUMMARIES).filter((name) => !OPERATIONS.some(({ mnemonic }) => mnemonic === name));
  if (unknown.length > 0) throw new Error(`summaries of no instruction: ${unknown.join(", ")}`);
  return [...out, ""].join("\n");
}

const generate: DocumentGenerator = () => [{ path: "docs/isa/lmnt.md", text: text() }];
export default generate;
