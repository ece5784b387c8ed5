/** Turns programs into assembly text that assembles to the same program again. */
import { instructionText } from "../../isa/assembly/operands.js";
import { FIELDS } from "../../isa/code.js";
import { isInstructionStart, NO_TARGET, skipAt } from "./blob.js";
import type { ArgumentFormat } from "./formats.js";
import { rulesOf } from "./profiles.js";
import type { PvmProgram } from "./program.js";

export interface DisassembleOptions {
  /** Comments with code offset and gas: of every block (default), of every instruction, or none. */
  readonly gas?: "block" | "instruction" | "none";
  /** Writes every instruction as its bytes, with the instruction as comment: for code whose every byte matters. */
  readonly raw?: boolean;
}

/** One instruction or what stands in its place. */
interface Line {
  readonly pc: number;
  readonly end: number;
  /** Index of the row, -1 where no defined instruction stands. */
  readonly row: number;
  readonly fields: Int32Array;
  /** The bytes are what an assembler writes for the fields. */
  readonly canonical: boolean;
  /** There is a bit in the mask. */
  readonly marked: boolean;
}

/** `jump` with the longest distance, as it stands at entry points. */
const ENTRY_BYTES = 5;

class Disassembler {
  readonly #lines: Line[] = [];
  readonly #byPc = new Map<number, number>();
  readonly #labels = new Set<number>();
  readonly #rules;
  readonly #raw: boolean;
  readonly #canonical: boolean;
  /** Instructions at the start that stand for entry points. */
  readonly #entries: number;

  constructor(
    readonly program: PvmProgram,
    readonly options: DisassembleOptions,
  ) {
    this.#rules = rulesOf(program.profile);
    this.#read();
    this.#entries = this.#countEntries();
    // Where control can get to a place without an instruction, lengths have a meaning: every byte has to stay.
    this.#raw = options.raw === true || this.#lines.some((l) => !l.marked);
    this.#canonical = this.#lines.every((l, i) => l.canonical || i < this.#entries);
    for (const line of this.#lines) {
      const to = this.#targetOf(line);
      if (to !== undefined && this.#byPc.has(to)) this.#labels.add(to);
    }
    for (const to of program.blob.jumpTable) if (this.#byPc.has(to)) this.#labels.add(to);
  }

  #read(): void {
    const { blob, code } = this.program;
    const { opcodes } = this.#rules;
    // The last instruction is the trap that stands behind every code.
    for (let i = 0; i + 1 < code.count; i++) {
      const pc = code.pc[i];
      const end = code.pc[i + 1];
      const marked = isInstructionStart(blob, pc);
      const opcode = blob.code[pc];
      const row = marked ? opcodes.row[opcode] : -1;
      const fields = new Int32Array(FIELDS);
      let canonical = false;
      if (row >= 0) {
        const format = opcodes.formats[opcode] as ArgumentFormat;
        format.decode(blob.code, pc, skipAt(blob, pc), fields);
        const bytes = [opcode];
        format.encode(bytes, fields, pc);
        canonical = bytes.length === end - pc && bytes.every((b, k) => b === blob.code[pc + k]);
      }
      this.#byPc.set(pc, this.#lines.length);
      this.#lines.push({ pc, end, row, fields, canonical, marked });
    }
  }

  /** Jumps of five bytes from offset 0 on: their length is what puts the second entry point at 5. */
  #countEntries(): number {
    const jump = this.#rules.isa.indexOf("jump");
    const is = (l: Line | undefined): boolean => l?.row === jump && l.end - l.pc === ENTRY_BYTES && !l.canonical;
    let n = 0;
    while (is(this.#lines[n]) && this.#byPc.has(this.#targetOf(this.#lines[n]) as number)) n++;
    return n;
  }

  #targetOf(line: Line): number | undefined {
    if (line.row < 0) return undefined;
    const field = this.#rules.opcodes.offsetField[this.#rules.isa.numberOf(line.row)];
    return field < 0 ? undefined : line.fields[field];
  }

  #place(pc: number): string {
    if (this.#byPc.has(pc)) return `L${pc}`;
    // No instruction stands there. Where lengths change, so may what a number means: -1 is nowhere in every program.
    return this.#canonical ? String(pc) : "-1";
  }

  #instruction(line: Line): string {
    const { isa } = this.#rules;
    return instructionText(isa, isa.rows[line.row], line.fields, (pc) => this.#place(pc));
  }

  #bytes(line: Line): string {
    return Array.from(this.program.blob.code.subarray(line.pc, line.end), (b) => `0x${hex(b, 2)}`).join(", ");
  }

  /** What stands on the line of an instruction, and a comment. */
  #text(line: Line): [string, string] {
    if (!line.marked) return [`.unmarked ${this.#bytes(line)}`, "no instruction: traps"];
    if (line.row < 0) return [`.raw ${this.#bytes(line)}`, "no defined instruction: traps"];
    return this.#raw ? [`.raw ${this.#bytes(line)}`, this.#instruction(line)] : [this.#instruction(line), ""];
  }

  #code(out: string[]): void {
    const { code } = this.program;
    const gas = this.options.gas ?? "block";
    const perBlock = code.isa.gas === "block";
    const first = this.#raw ? 0 : this.#entries;
    if (first > 0) {
      const targets = this.#lines.slice(0, first).map((l) => this.#place(this.#targetOf(l) as number));
      out.push(`.entries ${targets.join(", ")}`);
    }
    this.#lines.forEach((line, i) => {
      if (i < first) return;
      if (code.leader[i] === 1) {
        out.push("");
        if (gas !== "none") out.push(`; block at ${line.pc}, gas ${perBlock ? code.blockCost(i) : this.#blockGas(i)}`);
      }
      if (this.#labels.has(line.pc)) out.push(`L${line.pc}:`);
      const [text, remark] = this.#text(line);
      const cost = !perBlock && gas === "instruction" ? `, gas ${code.isa.rows[code.op[i]].cost}` : "";
      const comment = [gas === "instruction" ? `${line.pc}${cost}` : "", remark].filter((s) => s !== "").join(": ");
      out.push(comment === "" ? `  ${text}` : `  ${text.padEnd(40)} ; ${comment}`);
    });
  }

  /** Gas of the block that starts at instruction `i`, where every instruction has its own. */
  #blockGas(i: number): number {
    const { code } = this.program;
    let sum = 0;
    for (let j = i; j < code.count - 1 && (j === i || code.leader[j] === 0); j++) sum += code.isa.rows[code.op[j]].cost;
    return sum;
  }

  text(): string {
    const { program } = this;
    const { blob, file, layout } = program;
    const out = [`.profile ${program.profile}`];
    if (layout !== undefined) {
      out.push(`.stack ${layout.stackSize}`);
      if (layout.heapPages > 0) out.push(`.heap_pages ${layout.heapPages}`);
    }
    if (file.format === "container") {
      for (const [n, { name }] of file.program.imports.entries()) out.push(`; ecalli ${n} is ${comment(name)}`);
      for (const { name, pc } of file.program.exports) out.push(`; entry ${pc} is ${comment(name)}`);
    }
    if (blob.jumpTable.length > 0) {
      const least = blob.jumpTable.reduce(
        (size, pc) => Math.max(size, pc > 0xffffff ? 4 : pc > 0xffff ? 3 : pc > 0xff ? 2 : 1),
        1,
      );
      if (blob.jumpEntrySize > least) out.push(`.jump_entry_size ${blob.jumpEntrySize}`);
    }
    for (let i = 0; i < blob.jumpTable.length; i += 8) {
      const entries = Array.from(blob.jumpTable.subarray(i, i + 8), (pc) => this.#entry(pc));
      out.push(`.jump_table ${entries.join(", ")}`);
    }
    out.push(".code");
    this.#code(out);
    if (layout !== undefined) {
      data(out, ".ro", layout.readOnly, layout.readOnlySize ?? 0);
      data(out, ".rw", layout.readWrite, 0);
    }
    return `${out.join("\n")}\n`;
  }

  #entry(pc: number): string {
    if (this.#byPc.has(pc)) return `L${pc}`;
    return this.#canonical || this.#raw ? String(pc) : String(NO_TARGET);
  }
}

function comment(name: string): string {
  return JSON.stringify(name);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** Bytes as directives, long runs of zeros as one. */
function data(out: string[], section: string, bytes: Uint8Array, size: number): void {
  if (bytes.length === 0 && size === 0) return;
  out.push("", section);
  let at = 0;
  while (at < bytes.length) {
    let zeros = at;
    while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
    if (zeros - at >= 16 || (zeros === bytes.length && zeros > at)) {
      out.push(`  .zero ${zeros - at}`);
      at = zeros;
      continue;
    }
    const row = bytes.subarray(at, at + 16);
    out.push(`  .u8 ${Array.from(row, (b) => `0x${hex(b, 2)}`).join(", ")}`);
    at += row.length;
  }
  if (size > bytes.length) out.push(`  .zero ${size - bytes.length}`);
}

/**
 * The program as assembly: blocks with their gas, jump targets as labels, data.
 *
 * Where every instruction has its shortest encoding, the text assembles to the same code; where not, to a program that
 * does the same and is shorter. With `raw` it is always the same code.
 */
export function disassemble(program: PvmProgram, options: DisassembleOptions = {}): string {
  return new Disassembler(program, options).text();
}
