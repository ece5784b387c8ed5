/** Generates docs/isa/a64.md from the encodings and the op table of A64. */

import type { Encoding, Fields, Form } from "../../packages/vivarium/src/guests/a64/encodings/encoding.js";
import { ENCODINGS } from "../../packages/vivarium/src/guests/a64/encodings/index.js";
import { A64_ISA } from "../../packages/vivarium/src/guests/a64/isa.js";
import type { DocumentGenerator } from "../docs.js";

const PC = 0x10000;
const cell = (text: string): string => text.replaceAll("|", "\\|");

const REGISTERS: Readonly<Record<string, number>> = { Rd: 0, Rt: 0, Rn: 1, Rm: 2, Rt2: 3, Ra: 3, Rs: 4 };

/** Fields of an example: registers one after the other, small numbers elsewhere, so that the form applies. */
function example(encoding: Encoding, form: Form): Fields | undefined {
  const fields = encoding.pattern.fields.filter(({ name }) => REGISTERS[name] === undefined);
  for (let seed = 0; seed < 400; seed++) {
    const f: Fields = {};
    for (const { name } of encoding.pattern.fields) f[name] = REGISTERS[name] ?? 0;
    fields.forEach(({ name, width }, k) => {
      f[name] = (seed === 0 ? [1, 3, 0, 0, 0][k % 5] : seed * (2 * k + 3)) as number;
      f[name] = (f[name] as number) % 2 ** Math.min(width, 6);
    });
    form.fill?.(f);
    const word = encoding.pattern.encode(f);
    if (word === undefined) continue;
    const decoded = encoding.pattern.decode(word);
    if (!encoding.valid(decoded)) continue;
    const shown = encoding.forms.find((one) => one.when === undefined || one.when(decoded));
    if (shown === form) return decoded;
  }
  return undefined;
}

function rows(encoding: Encoding): string[] {
  return encoding.forms.flatMap((form) => {
    const f = example(encoding, form);
    if (f === undefined) return [];
    const text = [
      form.mnemonic,
      form.operands
        .map((o) => o.print(f, PC))
        .filter((t) => t !== "")
        .join(", "),
    ];
    const [name] = encoding.lower(f, PC);
    const row = A64_ISA.rows[A64_ISA.indexOf(name)];
    return [`| \`${cell(text.join(" ").trim())}\` | ${cell(row?.doc ?? "")} | \`${encoding.pattern.text}\` |`];
  });
}

function text(): string {
  const groups = new Map<string, Encoding[]>();
  for (const e of ENCODINGS) groups.set(e.group, [...(groups.get(e.group) ?? []), e]);
  const out = [
    "# The instructions of A64",
    "",
    "*Generated from the encodings (`packages/vivarium/src/guests/a64/encodings/`) and the op table (`rows/`).*",
    "",
    `${ENCODINGS.length} encodings, executed by ${A64_ISA.rows.length} rows. Each line has an example as the disassembler`,
    "writes it, what the row that executes it does (d, t: destination; n, m, a: sources; i, by: immediates), and the bits of",
    "the word. Groups are those of the Arm Architecture Reference Manual, chapter C4. A word of another form is not",
    "implemented: code that can reach one is not loaded.",
    "",
  ];
  for (const [group, encodings] of groups) {
    out.push(
      `## ${group}`,
      "",
      "| example | what it does | word |",
      "| --- | --- | --- |",
      ...encodings.flatMap(rows),
      "",
    );
  }
  return out.join("\n");
}

const generate: DocumentGenerator = () => [{ path: "docs/isa/a64.md", text: text() }];
export default generate;
