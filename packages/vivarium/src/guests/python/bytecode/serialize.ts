/**
 * The stored form of a program: `VPYC`, a format version, a digest of the op table, then one code object with everything
 * it contains. Reading validates all of it.
 */

import { LoadError } from "../../../machine/errors.js";
import { ELLIPSIS } from "../syntax/ast.js";
import { Code, type CodeParts, type Handler } from "./code.js";
import { OPS } from "./table.js";
import { validate } from "./validate.js";

const MAGIC = 0x56505943;
/** Raised whenever a reader of the older form would misunderstand the newer. */
export const FORMAT_VERSION = 1;

/** Changes when an op is added, removed, renumbered or gets another operand. */
function tableDigest(): number {
  let h = 0x811c9dc5;
  for (const row of OPS)
    for (const c of `${row.code}${row.name}${row.operand};`) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  return h >>> 0;
}

const Tag = {
  NONE: 0,
  TRUE: 1,
  FALSE: 2,
  INT: 3,
  BIG: 4,
  FLOAT: 5,
  COMPLEX: 6,
  STR: 7,
  BYTES: 8,
  ELLIPSIS: 9,
  TUPLE: 10,
  FROZENSET: 11,
  CODE: 12,
} as const;

class Writer {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  private room(n: number): void {
    if (this.at + n <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + n));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
  u8(v: number): void {
    this.room(1);
    this.bytes[this.at++] = v;
  }
  u32(v: number): void {
    this.room(4);
    this.view.setUint32(this.at, v);
    this.at += 4;
  }
  f64(v: number): void {
    this.room(8);
    this.view.setFloat64(this.at, v);
    this.at += 8;
  }
  /** UTF-16 units: strings may hold lone surrogates. */
  text(s: string): void {
    this.u32(s.length);
    this.room(2 * s.length);
    for (let i = 0; i < s.length; i++, this.at += 2) this.view.setUint16(this.at, s.charCodeAt(i));
  }
  raw(b: Uint8Array): void {
    this.u32(b.length);
    this.room(b.length);
    this.bytes.set(b, this.at);
    this.at += b.length;
  }
  ints(v: Int32Array): void {
    this.u32(v.length);
    for (const x of v) this.u32(x >>> 0);
  }
  done(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }
}

class Reader {
  private readonly view: DataView;
  at = 0;
  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  private need(n: number): void {
    if (n > this.bytes.length - this.at)
      throw new LoadError("PY_TRUNCATED", "the program ends too early", { offset: this.at });
  }
  u8(): number {
    this.need(1);
    return this.bytes[this.at++]!;
  }
  u32(): number {
    this.need(4);
    const v = this.view.getUint32(this.at);
    this.at += 4;
    return v;
  }
  f64(): number {
    this.need(8);
    const v = this.view.getFloat64(this.at);
    this.at += 8;
    return v;
  }
  text(): string {
    const n = this.u32();
    this.need(2 * n);
    const parts: string[] = [];
    for (let i = 0; i < n; i += 4096) {
      const units: number[] = [];
      for (let j = i; j < Math.min(n, i + 4096); j++, this.at += 2) units.push(this.view.getUint16(this.at));
      parts.push(String.fromCharCode(...units));
    }
    return parts.join("");
  }
  raw(): Uint8Array {
    const n = this.u32();
    this.need(n);
    this.at += n;
    return this.bytes.slice(this.at - n, this.at);
  }
  /** A number of items of at least `size` bytes each. */
  count(size: number): number {
    const n = this.u32();
    this.need(n * size);
    return n;
  }
  ints(): Int32Array {
    const n = this.count(4);
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) out[i] = this.u32() | 0;
    return out;
  }
  get left(): number {
    return this.bytes.length - this.at;
  }
}

function writeConstant(w: Writer, c: unknown): void {
  if (c instanceof Code) {
    w.u8(Tag.CODE);
    writeCode(w, c);
    return;
  }
  if (c instanceof Uint8Array) {
    w.u8(Tag.BYTES);
    w.raw(c);
    return;
  }
  switch (typeof c) {
    case "boolean":
      w.u8(c ? Tag.TRUE : Tag.FALSE);
      return;
    case "number":
      w.u8(Tag.INT);
      w.f64(c);
      return;
    case "bigint":
      w.u8(Tag.BIG);
      w.text(c.toString(16));
      return;
    case "string":
      w.u8(Tag.STR);
      w.text(c);
      return;
  }
  const o = c as { kind: string; value: number; real: number; imag: number; items: readonly unknown[] } | null;
  if (o === null) {
    w.u8(Tag.NONE);
    return;
  }
  switch (o.kind) {
    case "ellipsis":
      w.u8(Tag.ELLIPSIS);
      return;
    case "float":
      w.u8(Tag.FLOAT);
      w.f64(o.value);
      return;
    case "complex":
      w.u8(Tag.COMPLEX);
      w.f64(o.real);
      w.f64(o.imag);
      return;
    default:
      w.u8(o.kind === "tuple" ? Tag.TUPLE : Tag.FROZENSET);
      w.u32(o.items.length);
      for (const item of o.items) writeConstant(w, item);
  }
}

function writeCode(w: Writer, c: Code): void {
  w.text(c.name);
  w.text(c.qualname);
  w.text(c.filename);
  for (const n of [
    c.firstLine,
    c.flags,
    c.argCount,
    c.posOnlyCount,
    c.kwOnlyCount,
    c.localCount,
    c.freeStart,
    c.freeCount,
    c.stackSize,
  ])
    w.u32(n);
  for (const list of [c.variables, c.names]) {
    w.u32(list.length);
    for (const s of list) w.text(s);
  }
  w.ints(Int32Array.from(c.cells));
  w.ints(c.instructions);
  w.ints(c.positions);
  w.u32(c.handlers.length);
  for (const h of c.handlers) for (const n of [h.start, h.end, h.target, h.depth]) w.u32(n);
  w.u32(c.consts.length);
  for (const k of c.consts) writeConstant(w, k);
}

const MAX_NESTING = 100;

function readConstant(r: Reader, nesting: number): unknown {
  if (nesting > MAX_NESTING) throw new LoadError("PY_BYTECODE", "constants are nested too deeply", { offset: r.at });
  const { at } = r;
  const tag = r.u8();
  switch (tag) {
    case Tag.NONE:
      return null;
    case Tag.TRUE:
      return true;
    case Tag.FALSE:
      return false;
    case Tag.INT: {
      const v = r.f64();
      if (!Number.isSafeInteger(v) || Object.is(v, -0))
        throw new LoadError("PY_BYTECODE", "not a safe integer", { offset: at });
      return v;
    }
    case Tag.BIG: {
      const text = r.text();
      if (!/^-?[0-9a-f]+$/.test(text)) throw new LoadError("PY_BYTECODE", "not an integer", { offset: at });
      const v = text[0] === "-" ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
      if (v >= -9007199254740991n && v <= 9007199254740991n)
        throw new LoadError("PY_BYTECODE", "a small integer in the form of a large one", { offset: at });
      return v;
    }
    case Tag.FLOAT:
      return { kind: "float", value: r.f64() };
    case Tag.COMPLEX:
      return { kind: "complex", real: r.f64(), imag: r.f64() };
    case Tag.STR:
      return r.text();
    case Tag.BYTES:
      return r.raw();
    case Tag.ELLIPSIS:
      return ELLIPSIS;
    case Tag.TUPLE:
    case Tag.FROZENSET: {
      const n = r.count(1);
      const items: unknown[] = [];
      for (let i = 0; i < n; i++) items.push(readConstant(r, nesting + 1));
      return { kind: tag === Tag.TUPLE ? "tuple" : "frozenset", items };
    }
    case Tag.CODE:
      return readCode(r, nesting + 1);
  }
  throw new LoadError("PY_BYTECODE", "unknown kind of constant", { offset: at });
}

function readCode(r: Reader, nesting: number): Code {
  const [name, qualname, filename] = [r.text(), r.text(), r.text()];
  const [firstLine, flags, argCount, posOnlyCount, kwOnlyCount, localCount, freeStart, freeCount, stackSize] =
    Array.from({ length: 9 }, () => r.u32()) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
  const strings = (): string[] => Array.from({ length: r.count(4) }, () => r.text());
  const variables = strings();
  const names = strings();
  const cells = Array.from(r.ints());
  const instructions = r.ints();
  const positions = r.ints();
  const handlers: Handler[] = Array.from({ length: r.count(16) }, () => ({
    start: r.u32(),
    end: r.u32(),
    target: r.u32(),
    depth: r.u32(),
  }));
  const consts: unknown[] = [];
  for (let n = r.count(1); n > 0; n--) consts.push(readConstant(r, nesting));
  const parts: CodeParts = {
    name,
    qualname,
    filename,
    firstLine,
    flags,
    argCount,
    posOnlyCount,
    kwOnlyCount,
    variables,
    localCount,
    cells,
    freeStart,
    freeCount,
    stackSize,
    instructions,
    consts,
    names,
    handlers,
    positions,
  };
  return new Code(parts);
}

/** The stored form of compiled code. */
export function serialize(code: Code): Uint8Array {
  const w = new Writer();
  w.u32(MAGIC);
  w.u32(FORMAT_VERSION);
  w.u32(tableDigest());
  writeCode(w, code);
  return w.done();
}

/** Reads and validates. Throws LoadError `PY_MAGIC`, `PY_VERSION`, `PY_TRUNCATED` or `PY_BYTECODE`. */
export function deserialize(bytes: Uint8Array): Code {
  const r = new Reader(bytes);
  if (r.u32() !== MAGIC)
    throw new LoadError("PY_MAGIC", "not a compiled Python program", { offset: 0, expected: "VPYC" });
  const version = r.u32();
  if (version !== FORMAT_VERSION)
    throw new LoadError("PY_VERSION", `format version ${version}; this engine reads ${FORMAT_VERSION}`, { offset: 4 });
  if (r.u32() !== tableDigest())
    throw new LoadError("PY_VERSION", "compiled for another instruction set", { offset: 8 });
  const code = readCode(r, 0);
  if (r.left > 0) throw new LoadError("PY_BYTECODE", "bytes behind the program", { offset: r.at });
  validate(code);
  return code;
}
