/** A64 words to assembly that {@link assemble} turns into the same words. */

import { encodeForm } from "./assemble.js";
import { wordAt, wordCount, wordText } from "./code.js";
import type { Encoding, Fields, Form } from "./encodings/encoding.js";
import { classOf, decodeWord } from "./encodings/index.js";

/** How a form is written. */
function formText(form: Form, f: Fields, pc: number): string {
  const operands = form.operands.map((o) => o.print(f, pc)).filter((text) => text !== "");
  return operands.length === 0 ? form.mnemonic : `${form.mnemonic} ${operands.join(", ")}`;
}

/** The preferred form of a decoded word. */
export function preferredForm(encoding: Encoding, f: Fields): Form {
  return encoding.forms.find((form) => form.when === undefined || form.when(f)) as Form;
}

/**
 * One word as assembly. What is no instruction, or has bits that its text does not show, is `.inst` and the number.
 *
 * @param pc address of the word: labels are written as addresses
 */
export function disassembleWord(word: number, pc = 0): string {
  const decoded = decodeWord(word);
  if (decoded === undefined) return `.inst ${wordText(word)}`;
  const { encoding, fields } = decoded;
  const form = preferredForm(encoding, fields);
  const text = formText(form, fields, pc);
  const [, operands] = /^\S+ ?(.*)$/.exec(text) as unknown as [string, string];
  return encodeForm(encoding, form, operands, pc) === word ? text : `.inst ${wordText(word)} // ${text}`;
}

export interface DisassembleOptions {
  /** Address of the first byte; default 0. */
  readonly base?: number;
  /** Names of addresses, written as labels. */
  readonly symbols?: ReadonlyMap<string, number>;
}

/** Code as text, one line a word, with address and word as a comment; the text assembles to the same bytes. */
export function disassemble(bytes: Uint8Array, options: DisassembleOptions = {}): string {
  const base = options.base ?? 0;
  const names = new Map<number, string[]>();
  for (const [name, address] of options.symbols ?? []) {
    if (/^[A-Za-z_.$][\w.$]*$/.test(name)) names.set(address, [...(names.get(address) ?? []), name]);
  }
  const lines: string[] = [];
  for (let i = 0; i < wordCount(bytes); i++) {
    const pc = base + 4 * i;
    for (const name of names.get(pc) ?? []) lines.push(`${name}:`);
    const rest = bytes.subarray(4 * i, 4 * i + 4);
    if (rest.length < 4) {
      lines.push(`  .byte ${[...rest].join(", ")}`);
      break;
    }
    const word = wordAt(bytes, i);
    const text = disassembleWord(word, pc);
    const note = decodeWord(word) === undefined ? `  ${classOf(word)}` : "";
    const comment = `// ${pc.toString(16)}: ${word.toString(16).padStart(8, "0")}${note}`;
    lines.push(`  ${text.replace(/ \/\/ .*/, "").padEnd(38)} ${comment}`);
  }
  return `${lines.join("\n")}\n`;
}
