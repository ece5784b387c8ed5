/** A64 assembly, in the syntax of the GNU assembler, to words. */
import { Diagnostics } from "../../isa/assembly/diagnostics.js";
import type { Encoding, Form } from "./encodings/encoding.js";
import { ENCODINGS } from "./encodings/index.js";
import { Reader, type Resolve } from "./encodings/reader.js";

/** Every way to write a mnemonic, preferred encodings first. */
const FORMS: ReadonlyMap<string, readonly { readonly encoding: Encoding; readonly form: Form }[]> = (() => {
  const map = new Map<string, { encoding: Encoding; form: Form }[]>();
  for (const encoding of ENCODINGS) {
    for (const form of encoding.forms) {
      const list = map.get(form.mnemonic);
      if (list === undefined) map.set(form.mnemonic, [{ encoding, form }]);
      else list.push({ encoding, form });
    }
  }
  return map;
})();

/** All mnemonics that the assembler knows. */
export const MNEMONICS: readonly string[] = [...FORMS.keys()].sort();

const NOTHING: Resolve = () => undefined;

/** The word that a form with these operands is, or `undefined` where they do not fit. */
export function encodeForm(
  encoding: Encoding,
  form: Form,
  operands: string,
  pc: number,
  resolve: Resolve = NOTHING,
): number | undefined {
  return readForm(encoding, form, new Reader(operands, pc, resolve));
}

function readForm(encoding: Encoding, form: Form, r: Reader): number | undefined {
  const f: Record<string, number> = {};
  r.rewind();
  let first = true;
  for (const operand of form.operands) {
    if (operand.optional === true && r.ended) {
      if (!operand.parse(r, f)) return undefined;
      continue;
    }
    if (!first && !r.eat(",")) return undefined;
    first = false;
    if (!operand.parse(r, f)) return undefined;
  }
  if (!r.ended) return undefined;
  form.fill?.(f);
  // Scratch fields of operands are none of the pattern's.
  const word = encoding.pattern.encode(f);
  return word !== undefined && encoding.valid(encoding.pattern.decode(word)) ? word : undefined;
}

export interface AssembleOptions {
  /** Address of the first byte; default 65536, where raw code is loaded. */
  readonly base?: number;
  /** Values of names that the text does not define. */
  readonly symbols?: Readonly<Record<string, number | bigint>>;
}

export interface Assembled {
  readonly bytes: Uint8Array;
  /** Addresses of the labels. */
  readonly symbols: ReadonlyMap<string, number>;
}

const LIMIT = 16 << 20;

/** Something that takes up bytes, at a place that is known before any operand is. */
interface Item {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly at: number;
  /** Bytes of each value of a data directive; 0: an instruction. */
  readonly width: number;
}

/** Directives of compilers' output that have nothing to say here. */
const IGNORED = /^\.(arch|cpu|file|text|section|global|globl|type|size|ident|local|weak|hidden|cfi_\w+|loc|p2align_?)$/;
const WIDTHS: Readonly<Record<string, number>> = {
  ".byte": 1,
  ".hword": 2,
  ".short": 2,
  ".2byte": 2,
  ".word": 4,
  ".long": 4,
  ".4byte": 4,
  ".inst": 4,
  ".xword": 8,
  ".quad": 8,
  ".8byte": 8,
};

/**
 * Assembles a program: labels, instructions and their aliases, `.word` and its kin, `.ascii`, `.asciz`, `.space`,
 * `.align`, `.balign`, `.equ`.
 *
 * @throws AssemblyError with everything that is wrong, by line and column
 */
export function assemble(source: string, options: AssembleOptions = {}): Assembled {
  return new Assembler(source, options).run();
}

class Assembler {
  readonly #diagnostics = new Diagnostics();
  readonly #base: number;
  readonly #symbols = new Map<string, number>();
  readonly #constants = new Map<string, bigint>();
  /** Places of the numeric labels `1:` … */
  readonly #numbered = new Map<string, number[]>();
  readonly #items: Item[] = [];
  readonly #strings: { at: number; bytes: Uint8Array }[] = [];
  #size = 0;

  constructor(
    readonly source: string,
    options: AssembleOptions,
  ) {
    this.#base = options.base ?? 0x10000;
    for (const [name, value] of Object.entries(options.symbols ?? {})) this.#constants.set(name, BigInt(value));
  }

  run(): Assembled {
    withoutComments(this.source)
      .split("\n")
      .forEach((text, i) => this.#line(text, i + 1));
    const bytes = new Uint8Array(this.#size);
    for (const { at, bytes: b } of this.#strings) bytes.set(b, at);
    const view = new DataView(bytes.buffer);
    for (const item of this.#items) this.#place(item, view);
    this.#diagnostics.throwIfAny();
    return { bytes, symbols: this.#symbols };
  }

  #error(line: number, column: number, message: string): void {
    this.#diagnostics.report("A64_ASSEMBLY", message, { line, column });
  }

  #line(text: string, line: number): void {
    let column = 0;
    for (const part of statements(text)) {
      let rest = part;
      const start = (): number => column + part.length - rest.length + 1 + (rest.length - rest.trimStart().length);
      for (;;) {
        const label = /^\s*([A-Za-z_.$][\w.$]*|\d+):/.exec(rest);
        if (label === null) break;
        this.#label(label[1] as string, line, start());
        rest = rest.slice(label[0].length);
      }
      const body = rest.trim();
      if (body !== "") this.#statement(body, line, start());
      column += part.length + 1;
    }
  }

  #label(name: string, line: number, column: number): void {
    const address = this.#base + this.#size;
    if (/^\d+$/.test(name)) {
      const places = this.#numbered.get(name);
      if (places === undefined) this.#numbered.set(name, [address]);
      else places.push(address);
      return;
    }
    if (this.#symbols.has(name) || this.#constants.has(name)) this.#error(line, column, `${name} is defined twice`);
    this.#symbols.set(name, address);
  }

  #grow(bytes: number, line: number, column: number): boolean {
    if (this.#size + bytes <= LIMIT) return true;
    if (this.#size <= LIMIT) this.#error(line, column, `more than ${LIMIT} bytes`);
    this.#size = LIMIT + 1;
    return false;
  }

  #statement(body: string, line: number, column: number): void {
    const [, word, rest] = /^(\S+)\s*([\s\S]*)$/.exec(body) as unknown as [string, string, string];
    const name = word.toLowerCase();
    if (name.startsWith(".") && name !== ".inst") {
      this.#directive(name, rest, line, column);
      return;
    }
    const width = WIDTHS[name];
    if (this.#size % 4 !== 0) this.#error(line, column, "an instruction at an address that is no multiple of 4");
    const count = width === undefined ? 1 : splitCommas(rest).length;
    if (!this.#grow(4 * count, line, column)) return;
    this.#items.push({ line, column, text: body, at: this.#size, width: width ?? 0 });
    this.#size += 4 * count;
  }

  #directive(name: string, rest: string, line: number, column: number): void {
    const width = WIDTHS[name];
    if (width !== undefined) {
      const bytes = width * splitCommas(rest).length;
      if (!this.#grow(bytes, line, column)) return;
      this.#items.push({ line, column, text: `${name} ${rest}`, at: this.#size, width });
      this.#size += bytes;
      return;
    }
    switch (name) {
      case ".ascii":
      case ".asciz":
      case ".string": {
        const bytes = stringBytes(rest, name !== ".ascii");
        if (bytes === undefined) this.#error(line, column, "a string in quotes is expected");
        else if (this.#grow(bytes.length, line, column)) {
          this.#strings.push({ at: this.#size, bytes });
          this.#size += bytes.length;
        }
        return;
      }
      case ".space":
      case ".skip":
      case ".zero": {
        const n = this.#constant(rest, line, column);
        if (n !== undefined && n >= 0n && n <= LIMIT && this.#grow(Number(n), line, column)) this.#size += Number(n);
        else if (n !== undefined) this.#error(line, column, `${n} bytes`);
        return;
      }
      case ".align":
      case ".p2align":
      case ".balign": {
        const n = this.#constant((splitCommas(rest)[0] ?? "").trim(), line, column);
        if (n === undefined) return;
        const bytes = name === ".balign" ? n : n >= 0n && n <= 16n ? 1n << n : 0n;
        if (bytes < 1n || bytes > 65536n || (bytes & (bytes - 1n)) !== 0n) {
          this.#error(line, column, "no power of two up to 65536");
          return;
        }
        const gap = (Number(bytes) - ((this.#base + this.#size) % Number(bytes))) % Number(bytes);
        if (!this.#grow(gap, line, column)) return;
        // As in other assemblers, code is filled up with nop.
        const fill = new Uint8Array(gap);
        if (gap % 4 === 0 && this.#size % 4 === 0) {
          for (let k = 0; k < gap; k += 4) fill.set([0x1f, 0x20, 0x03, 0xd5], k);
        }
        this.#strings.push({ at: this.#size, bytes: fill });
        this.#size += gap;
        return;
      }
      case ".equ":
      case ".set": {
        const [key, value] = splitCommas(rest).map((t) => t.trim());
        const v = value === undefined ? undefined : this.#constant(value, line, column);
        if (key === undefined || !/^[A-Za-z_.$][\w.$]*$/.test(key)) this.#error(line, column, "a name is expected");
        else if (v !== undefined) this.#constants.set(key, v);
        return;
      }
      default:
        if (!IGNORED.test(name)) this.#error(line, column, `unknown directive ${name}`);
    }
  }

  /** A value that has to be known where it stands. */
  #constant(text: string, line: number, column: number): bigint | undefined {
    const r = new Reader(text, this.#base + this.#size, (n) => this.#resolve(n, this.#base + this.#size));
    const v = r.expression();
    if (v === undefined || !r.ended) {
      this.#error(line, column, r.unknown === undefined ? "a number is expected" : `${r.unknown} is not defined`);
      return undefined;
    }
    return v;
  }

  #resolve(name: string, pc: number): bigint | undefined {
    const numbered = /^(\d+)([bf])$/.exec(name);
    if (numbered !== null) {
      const places = this.#numbered.get(numbered[1] as string) ?? [];
      const found = numbered[2] === "b" ? places.filter((p) => p <= pc).pop() : places.find((p) => p > pc);
      return found === undefined ? undefined : BigInt(found);
    }
    const address = this.#symbols.get(name);
    return address === undefined ? this.#constants.get(name) : BigInt(address);
  }

  #place(item: Item, view: DataView): void {
    const pc = this.#base + item.at;
    const resolve: Resolve = (name) => this.#resolve(name, pc);
    const [, word, rest] = /^(\S+)\s*([\s\S]*)$/.exec(item.text) as unknown as [string, string, string];
    if (item.width > 0) {
      splitCommas(rest).forEach((text, k) => {
        const r = new Reader(text, pc, resolve);
        const v = r.expression();
        const bits = 8 * item.width;
        if (v === undefined || !r.ended) {
          this.#error(
            item.line,
            item.column,
            r.unknown === undefined ? `${text.trim()} is no number` : `${r.unknown} is not defined`,
          );
        } else if (v < -(2n ** BigInt(bits - 1)) || v >= 2n ** BigInt(bits)) {
          this.#error(item.line, item.column, `${text.trim()} does not fit into ${bits} bits`);
        } else {
          for (let b = 0; b < item.width; b++) {
            view.setUint8(item.at + k * item.width + b, Number((v >> BigInt(8 * b)) & 0xffn));
          }
        }
      });
      return;
    }
    const mnemonic = word.toLowerCase();
    const forms = FORMS.get(mnemonic);
    if (forms === undefined) {
      this.#error(item.line, item.column, `unknown instruction ${mnemonic}`);
      return;
    }
    const r = new Reader(rest, pc, resolve);
    for (const { encoding, form } of forms) {
      const found = readForm(encoding, form, r);
      if (found !== undefined) {
        view.setUint32(item.at, found, true);
        return;
      }
    }
    const opposite = negatedImmediate(mnemonic, rest, pc, resolve);
    if (opposite !== undefined) {
      view.setUint32(item.at, opposite, true);
      return;
    }
    const offset = item.text.length - rest.length + r.reached;
    this.#error(
      item.line,
      item.column + (r.unknown === undefined ? offset : 0),
      r.unknown === undefined ? `these are no operands of ${mnemonic}` : `${r.unknown} is not defined`,
    );
  }
}

const OPPOSITE: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  adds: "subs",
  subs: "adds",
  cmp: "cmn",
  cmn: "cmp",
};
/** GNU as: a negative immediate makes an addition a subtraction. */
function negatedImmediate(mnemonic: string, operands: string, pc: number, resolve: Resolve): number | undefined {
  const other = OPPOSITE[mnemonic];
  const found = /^(.*,\s*)#?-\s*(\w+)\s*$/.exec(operands);
  if (other === undefined || found === null) return undefined;
  for (const { encoding, form } of FORMS.get(other) ?? []) {
    const word = encodeForm(encoding, form, `${found[1]}#${found[2]}`, pc, resolve);
    if (word !== undefined) return word;
  }
  return undefined;
}

/** Blanks out comments: to the end of the line after two slashes, or between slash-star and star-slash. */
function withoutComments(source: string): string {
  return source.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found) =>
    found.startsWith('"') ? found : found.replace(/[^\n]/g, " "),
  );
}
/** A line's statements: `;` parts them, outside of strings. */
function statements(line: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "\\" && quoted) i++;
    else if (line[i] === '"') quoted = !quoted;
    else if (line[i] === ";" && !quoted) {
      parts.push(line.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(line.slice(start));
  return parts;
}
const splitCommas = (text: string): string[] => text.split(",");

function stringBytes(text: string, terminated: boolean): Uint8Array | undefined {
  const found = /^\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(text);
  if (found === null) return undefined;
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", 0: "\0" };
  const plain = (found[1] as string).replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);
  const bytes = new TextEncoder().encode(plain);
  if (!terminated) return bytes;
  const out = new Uint8Array(bytes.length + 1);
  out.set(bytes);
  return out;
}
