/** Turns assembly text into a program blob or a standard program. `docs/isa/pvm.md` describes the language. */
import { AssemblyError, Diagnostics, type Position } from "../../isa/assembly/diagnostics.js";
import { type Argument, evaluate, plainName, type Symbols } from "../../isa/assembly/expressions.js";
import { layOut, type Placeable } from "../../isa/assembly/layout.js";
import { operandFields } from "../../isa/assembly/operands.js";
import {
  type DirectiveStatement,
  type InstructionStatement,
  parseAssembly,
  type Statement,
} from "../../isa/assembly/parse.js";
import { FIELDS } from "../../isa/code.js";
import { encodeBlob, MAX_SKIP, maskOf } from "./blob.js";
import type { ArgumentFormat } from "./formats.js";
import { type Profile, type ProfileRules, rulesOf } from "./profiles.js";
import { encodeSpi, fitsAddressSpace, heapStart, READ_ONLY_START } from "./spi.js";

export { AssemblyError };

export interface AssembleOptions {
  /** Default: what the text says with `.profile`, otherwise `080`. */
  readonly profile?: Profile;
  /** Default: a standard program if the text has data, stack or heap, otherwise a blob. */
  readonly format?: "blob" | "spi";
}

/** What assembly makes of a text. */
export interface Assembled {
  /** The program, ready to be loaded. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: "blob" | "spi";
  readonly profile: Profile;
  /** Labels of code as code offsets, labels of data as addresses. */
  readonly labels: ReadonlyMap<string, number>;
  /** 1-based line of the text by code offset, for every instruction. */
  readonly lines: ReadonlyMap<number, number>;
  /** What assembles but cannot be meant. */
  readonly warnings: readonly AssemblyWarning[];
}

export interface AssemblyWarning {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

/** Lengths of data are fields of three bytes (section A.7). */
const MOST_DATA = (1 << 24) - 1;
/** What a jump that stands for an entry point takes: entries are at 0, 5, 10 (section A.7). */
const ENTRY_ROOM = 4;

type Section = "code" | "ro" | "rw";
type Label = { readonly section: "code"; readonly item: number } | { readonly section: "ro" | "rw"; offset: number };

/** An instruction, or bytes that are given as such. */
interface Item extends Placeable {
  readonly line: number;
  readonly opcode: number;
  readonly format: ArgumentFormat | undefined;
  /** Instead of opcode and format. */
  readonly raw?: Uint8Array;
  /** False for bytes without a bit in the mask. */
  readonly marked: boolean;
}

interface RawStatement {
  readonly raw: Uint8Array;
  readonly marked: boolean;
  readonly line: number;
}

/** The bytes of a data section, growing. */
class Data {
  #bytes = new Uint8Array(256);
  length = 0;

  /** Room for `n` more bytes, zeroed; `undefined` when that would be too much. */
  room(n: number): Uint8Array | undefined {
    const end = this.length + n;
    if (end > MOST_DATA) return undefined;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(MOST_DATA, Math.max(end, this.#bytes.length * 2)));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    const at = this.length;
    this.length = end;
    return this.#bytes.subarray(at, end);
  }
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** A number in the data that may depend on where things are. */
interface Hole extends Position {
  readonly section: "ro" | "rw";
  readonly offset: number;
  readonly width: number;
  readonly argument: Argument;
}

class Assembler {
  readonly diagnostics = new Diagnostics();
  readonly #constants = new Map<string, bigint>();
  readonly #labels = new Map<string, Label>();
  readonly #data = { ro: new Data(), rw: new Data() };
  readonly #holes: Hole[] = [];
  readonly #tableArguments: Argument[] = [];
  /** Handles by label, and what the jump table holds. */
  readonly #handles = new Map<string, number>();
  readonly #table: ({ readonly item: number } | { readonly pc: number })[] = [];
  readonly #items: Item[] = [];
  #section: Section = "code";
  #heapPages = 0;
  #stack = 0;
  #entrySize: number | undefined;
  #standard = false;
  readonly #pendingItems: (InstructionStatement | RawStatement)[] = [];
  readonly #entries: Argument[] = [];

  constructor(readonly rules: ProfileRules) {}

  /** Names as constants and addresses of data, `@` names as jump-table handles. */
  readonly #symbols: Symbols = {
    name: (name) => {
      const constant = this.#constants.get(name);
      if (constant !== undefined) return constant;
      const label = this.#labels.get(name);
      if (label === undefined) return undefined;
      if (label.section === "code") return `${name} is code, which has no address: @${name} is its jump-table handle`;
      return BigInt(this.#addressOf(label));
    },
    handle: (name) => {
      const label = this.#labels.get(name);
      if (label?.section !== "code") return label === undefined ? undefined : `${name} is data and cannot be jumped to`;
      let handle = this.#handles.get(name);
      if (handle === undefined) {
        this.#table.push({ item: label.item });
        handle = 2 * this.#table.length;
        this.#handles.set(name, handle);
      }
      return BigInt(handle);
    },
  };

  #addressOf(label: { section: "ro" | "rw"; offset: number }): number {
    return (label.section === "ro" ? READ_ONLY_START : heapStart(this.#sizes())) + label.offset;
  }

  #sizes() {
    return {
      readOnly: this.#data.ro.bytes(),
      readWrite: this.#data.rw.bytes(),
      heapPages: this.#heapPages,
      stackSize: this.#stack,
    };
  }

  #fail(reason: string, at: Position, expected?: string): void {
    this.diagnostics.report("ASM_DIRECTIVE", reason, at, expected);
  }

  /** First pass: sections, names, sizes. */
  read(statements: readonly Statement[]): void {
    for (const s of statements) {
      switch (s.kind) {
        case "label":
          this.#define(s.name, s);
          break;
        case "constant": {
          if (this.#taken(s.name, s)) break;
          const value = evaluate(s.value, this.#symbols, this.diagnostics);
          if (value !== undefined) this.#constants.set(s.name, value);
          break;
        }
        case "instruction":
          if (this.#section !== "code") this.#fail("an instruction among data", s, ".code before it");
          else this.#pendingItems.push(s);
          break;
        case "directive": {
          const known = Object.hasOwn(DIRECTIVES, s.name) ? DIRECTIVES[s.name] : undefined;
          if (known === undefined) this.#fail(`there is no directive .${s.name}`, s);
          else known.run(this, s);
        }
      }
    }
  }

  #taken(name: string, at: Position): boolean {
    if (!this.#labels.has(name) && !this.#constants.has(name)) return false;
    this.diagnostics.report("ASM_NAME", `${name} is defined twice`, at);
    return true;
  }
  #define(name: string, at: Position): void {
    if (this.#taken(name, at)) return;
    const section = this.#section;
    this.#labels.set(
      name,
      section === "code"
        ? { section, item: this.#entries.length + this.#pendingItems.length }
        : { section, offset: this.#data[section].length },
    );
  }

  // Directives ----------------------------------------------------------------------------------------------------

  section(section: Section): void {
    this.#section = section;
    if (section !== "code") this.#standard = true;
  }
  /** The one number of a directive, which must not depend on what comes later. */
  number(s: DirectiveStatement, least: number, most: number): number | undefined {
    if (s.args.length !== 1) {
      this.#fail(`.${s.name} takes one number`, s);
      return undefined;
    }
    const value = evaluate(s.args[0], this.#symbols, this.diagnostics);
    if (value === undefined) return undefined;
    if (value >= BigInt(least) && value <= BigInt(most)) return Number(value);
    this.diagnostics.report("ASM_RANGE", `.${s.name} ${value}`, s.args[0], `a number from ${least} to ${most}`);
    return undefined;
  }
  heapPages(s: DirectiveStatement): void {
    this.#heapPages = this.number(s, 0, 0xffff) ?? 0;
    this.#standard = true;
  }
  stack(s: DirectiveStatement): void {
    this.#stack = this.number(s, 0, MOST_DATA) ?? 0;
    this.#standard = true;
  }
  entrySize(s: DirectiveStatement): void {
    this.#entrySize = this.number(s, 0, 255);
  }
  entries(s: DirectiveStatement): void {
    if (this.#pendingItems.length > 0 || [...this.#labels.values()].some((l) => l.section === "code")) {
      this.#fail(".entries stands after code", s, "it before the first instruction and label");
      return;
    }
    this.#entries.push(...s.args);
  }
  jumpTable(s: DirectiveStatement): void {
    for (const arg of s.args) this.#tableArguments.push(arg);
  }
  #bytesOf(s: DirectiveStatement): Uint8Array | undefined {
    const bytes: number[] = [];
    for (const arg of s.args) {
      const value = evaluate(arg, this.#symbols, this.diagnostics);
      if (value === undefined) return undefined;
      if (value < 0n || value > 255n) {
        this.diagnostics.report("ASM_RANGE", `${value} is no byte`, arg, "a number from 0 to 255");
        return undefined;
      }
      bytes.push(Number(value));
    }
    if (bytes.length > 0) return Uint8Array.from(bytes);
    this.#fail(`.${s.name} takes bytes`, s);
    return undefined;
  }
  raw(s: DirectiveStatement, marked: boolean): void {
    if (this.#section !== "code") {
      this.#fail(`.${s.name} stands among data`, s, ".u8");
      return;
    }
    const raw = this.#bytesOf(s);
    if (raw === undefined) return;
    if (marked && raw.length > MAX_SKIP + 1) {
      this.#fail(`an instruction of ${raw.length} bytes`, s, `at most ${MAX_SKIP + 1}`);
    } else this.#pendingItems.push({ raw, marked, line: s.line });
  }
  #dataSection(s: DirectiveStatement): "ro" | "rw" | undefined {
    if (this.#section !== "code") return this.#section;
    this.#fail(`.${s.name} stands among code`, s, ".ro or .rw before it");
    return undefined;
  }
  #reserve(s: DirectiveStatement, section: "ro" | "rw", n: number): Uint8Array | undefined {
    const room = this.#data[section].room(n);
    if (room === undefined) this.#fail(`more than ${MOST_DATA} bytes of data`, s);
    return room;
  }
  numbers(s: DirectiveStatement, width: number): void {
    const section = this.#dataSection(s);
    if (section === undefined) return;
    for (const argument of s.args) {
      if (argument.kind === "string" && width === 1) {
        this.#reserve(s, section, argument.bytes.length)?.set(argument.bytes);
        continue;
      }
      const { line, column } = argument;
      this.#holes.push({ section, offset: this.#data[section].length, width, argument, line, column });
      if (this.#reserve(s, section, width) === undefined) return;
    }
  }
  zero(s: DirectiveStatement): void {
    const section = this.#dataSection(s);
    const n = section === undefined ? undefined : this.number(s, 0, MOST_DATA);
    if (section !== undefined && n !== undefined) this.#reserve(s, section, n);
  }
  align(s: DirectiveStatement): void {
    const section = this.#dataSection(s);
    const n = section === undefined ? undefined : this.number(s, 1, 65536);
    if (section === undefined || n === undefined) return;
    this.#reserve(s, section, (n - (this.#data[section].length % n)) % n);
  }

  // Second pass: values of operands, then places -------------------------------------------------------------------

  #targetOf(argument: Argument, targets: { field: number; item?: number }[], field: number): number | undefined {
    const name = plainName(argument);
    const label = name === undefined ? undefined : this.#labels.get(name);
    if (label?.section === "code") {
      targets.push({ field, item: label.item });
      return 0;
    }
    const value = evaluate(argument, this.#symbols, this.diagnostics);
    if (value === undefined) return undefined;
    targets.push({ field });
    if (value === BigInt.asIntN(32, value)) return Number(value);
    this.diagnostics.report("ASM_RANGE", `${value} is no code offset`, argument, "a label");
    return undefined;
  }

  #resolve(): void {
    const { isa, opcodes } = this.rules;
    this.#tableArguments.forEach((argument) => {
      const name = plainName(argument);
      const label = name === undefined ? undefined : this.#labels.get(name);
      if (name !== undefined && label?.section === "code") {
        this.#table.push({ item: label.item });
        if (!this.#handles.has(name)) this.#handles.set(name, 2 * this.#table.length);
        return;
      }
      const value = evaluate(argument, this.#symbols, this.diagnostics);
      if (value === undefined) return;
      if (value >= 0n && value < 2n ** 32n) this.#table.push({ pc: Number(value) });
      else this.diagnostics.report("ASM_RANGE", `${value} is no code offset`, argument, "a label");
    });
    const push = (row: number, operands: readonly (number | Argument)[], line: number, room?: number): void => {
      const opcode = isa.numberOf(row);
      const format = opcodes.formats[opcode];
      const targets: { field: number; item?: number }[] = [];
      const field = opcodes.offsetField[opcode];
      const target = (argument: Argument): number | undefined => this.#targetOf(argument, targets, field);
      const fields = operandFields(isa.rows[row], operands, this.#symbols, target, this.diagnostics);
      this.#items.push({ fields: fields ?? new Int32Array(FIELDS), targets, room, line, opcode, format, marked: true });
    };
    const jump = isa.indexOf("jump");
    for (const argument of this.#entries) push(jump, [argument], argument.line, ENTRY_ROOM);
    for (const item of this.#pendingItems) {
      if ("raw" in item) {
        this.#items.push({ fields: new Int32Array(0), targets: [], opcode: 0, format: undefined, ...item });
      } else push(item.row, item.operands, item.line);
    }
    for (const { section, offset, width, argument } of this.#holes) {
      const value = evaluate(argument, this.#symbols, this.diagnostics);
      if (value === undefined) continue;
      const bits = BigInt(8 * width);
      if (value < -(1n << (bits - 1n)) || value >= 1n << bits) {
        this.diagnostics.report("ASM_RANGE", `${value} does not fit into ${width} bytes`, argument);
        continue;
      }
      const bytes = this.#data[section].bytes();
      for (let i = 0; i < width; i++) bytes[offset + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    }
  }

  finish(options: AssembleOptions): Assembled {
    const start = { line: 1, column: 1 };
    this.#resolve();
    if (this.#items.length === 0) this.diagnostics.report("ASM_EMPTY", "there is no instruction", start);
    const format = options.format ?? (this.#standard ? "spi" : "blob");
    if (format === "blob" && this.#standard) {
      this.diagnostics.report("ASM_FORMAT", "a blob has no data, stack or heap", start, "a standard program");
    }
    const sizes = this.#sizes();
    if (!fitsAddressSpace(sizes)) {
      this.diagnostics.report("ASM_TOO_LARGE", "data, heap and stack do not fit into the address space", start);
    }
    this.diagnostics.throwIfAny();
    const items = this.#items;
    const { starts, bytes: code } = layOut(items, (bytes, i, at, room) => {
      const { raw, format: encoding, opcode, fields } = items[i];
      if (raw !== undefined) {
        for (const byte of raw) bytes.push(byte);
        return;
      }
      bytes.push(opcode);
      encoding?.encode(bytes, fields, at, { minOffsetBytes: room });
    });
    const marks: number[] = [];
    const lines = new Map<number, number>();
    items.forEach((item, i) => {
      lines.set(starts[i], item.line);
      if (item.marked) marks.push(starts[i]);
    });
    const jumpTable = this.#table.map((entry) => ("pc" in entry ? entry.pc : starts[entry.item]));
    const least = jumpTable.reduce((size, pc) => Math.max(size, byteLength(pc)), jumpTable.length > 0 ? 1 : 0);
    const blobBytes = encodeBlob({
      code,
      mask: maskOf(code.length, marks),
      jumpTable,
      jumpEntrySize: Math.max(this.#entrySize ?? 0, least),
    });
    const labels = new Map<string, number>();
    for (const [name, label] of this.#labels) {
      labels.set(name, label.section === "code" ? starts[label.item] : this.#addressOf(label));
    }
    const warnings = this.#warnings();
    const bytes = format === "blob" ? blobBytes : encodeSpi({ ...sizes, blobBytes });
    return { bytes, format, profile: this.rules.profile, labels, lines, warnings };
  }

  /** Jumps to places where no block starts: they panic when they are taken (section A.3). */
  #warnings(): AssemblyWarning[] {
    const { defined, terminator } = this.rules.opcodes;
    const items = this.#items;
    const starts = (i: number): boolean => {
      if (i >= items.length || items[i].raw !== undefined || defined[items[i].opcode] === 0) return false;
      return i === 0 || terminator[items[i - 1].raw?.[0] ?? items[i - 1].opcode] === 1;
    };
    const out: AssemblyWarning[] = [];
    for (const { targets, line } of items) {
      for (const { item } of targets) {
        if (item === undefined || starts(item)) continue;
        const where = item < items.length ? `line ${items[item].line} starts no block` : "nothing stands there";
        out.push({ line, message: `the jump panics when it is taken: ${where} (put fallthrough before it)` });
      }
    }
    return out;
  }
}

function byteLength(value: number): number {
  return value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
}

interface Directive {
  readonly args: string;
  readonly doc: string;
  readonly run: (assembler: Assembler, s: DirectiveStatement) => void;
}

const directive = (args: string, doc: string, run: Directive["run"]): Directive => ({ args, doc, run });

/** Every directive, with what the reference says of it. */
export const DIRECTIVES: Readonly<Record<string, Directive>> = {
  // Read before everything else, because it chooses the table.
  profile: directive("072 or 080", "The instructions and rules that the text is written for; default 080.", () => {}),
  code: directive("", "Instructions follow. A text begins here.", (a) => a.section("code")),
  ro: directive("", "Read-only data follows.", (a) => a.section("ro")),
  rw: directive("", "Read-write data follows.", (a) => a.section("rw")),
  stack: directive("bytes", "Size of the stack.", (a, s) => a.stack(s)),
  heap_pages: directive("pages", "Zeroed pages of 4096 bytes behind the read-write data.", (a, s) => a.heapPages(s)),
  entries: directive("label, …", "Entry points 0, 5, 10 …: a jump of five bytes for each, at the start.", (a, s) =>
    a.entries(s),
  ),
  jump_table: directive("label, …", "Adds entries to the jump table; `@label` adds one where it is missing.", (a, s) =>
    a.jumpTable(s),
  ),
  jump_entry_size: directive("bytes", "Bytes of an entry of the jump table, if more than needed.", (a, s) =>
    a.entrySize(s),
  ),
  raw: directive("byte, …", "One instruction, given by its bytes.", (a, s) => a.raw(s, true)),
  unmarked: directive("byte, …", "Code bytes without a bit in the mask.", (a, s) => a.raw(s, false)),
  u8: directive("number or string, …", "Data of one byte each; a string is its UTF-8.", (a, s) => a.numbers(s, 1)),
  u16: directive("number, …", "Data of two bytes each, little-endian.", (a, s) => a.numbers(s, 2)),
  u32: directive("number, …", "Data of four bytes each.", (a, s) => a.numbers(s, 4)),
  u64: directive("number, …", "Data of eight bytes each.", (a, s) => a.numbers(s, 8)),
  zero: directive("bytes", "So many zeros.", (a, s) => a.zero(s)),
  align: directive("bytes", "Zeros up to a multiple of this.", (a, s) => a.align(s)),
};

const PROFILE = /^[ \t]*\.profile[ \t]+(\S+)/m;

function profileOf(text: string, options: AssembleOptions): Profile {
  const found = PROFILE.exec(text);
  const said = found?.[1];
  if (found !== null && said !== "072" && said !== "080") {
    const line = text.slice(0, found.index).split("\n").length;
    const diagnostics = new Diagnostics();
    diagnostics.report("ASM_DIRECTIVE", `there is no profile ${said}`, { line, column: 1 }, "072 or 080");
    diagnostics.throwIfAny();
  }
  if (said !== undefined && options.profile !== undefined && said !== options.profile) {
    const diagnostics = new Diagnostics();
    const line = text.slice(0, found?.index ?? 0).split("\n").length;
    diagnostics.report("ASM_DIRECTIVE", `the text is for profile ${said}`, { line, column: 1 }, options.profile);
    diagnostics.throwIfAny();
  }
  return (said as Profile | undefined) ?? options.profile ?? "080";
}

/**
 * Assembles a program.
 *
 * @returns bytes for `pvm.load`, with the places of labels and the lines of instructions
 * @throws AssemblyError with every error of the text (`errors`), each a LoadError with line and column
 */
export function assemble(text: string, options: AssembleOptions = {}): Assembled {
  const assembler = new Assembler(rulesOf(profileOf(text, options)));
  assembler.read(parseAssembly(text, assembler.rules.isa, assembler.diagnostics));
  return assembler.finish(options);
}
