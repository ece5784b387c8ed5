/** Writes WebAssembly modules byte by byte. It knows the binary format and nothing of guests. */
import { OPCODES } from "./opcodes.js";

export type WasmType = "i32" | "i64" | "f32" | "f64" | "v128";

const TYPE_BYTE: Record<WasmType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A growing byte buffer with the integer encodings of the format. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  /** @param room bytes that are expected */
  constructor(room = 64) {
    this.bytes = new Uint8Array(room);
  }

  #reserve(n: number): void {
    if (this.length + n <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 4, this.length + n));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
  u8(value: number): void {
    if (this.length === this.bytes.length) this.#reserve(1);
    this.bytes[this.length++] = value;
  }
  /** Unsigned LEB128 of a value below 2^32. */
  u32(value: number): void {
    let v = value >>> 0;
    // Most are this short, and modules are written before anything has been optimised.
    if (v < 0x80 && this.length < this.bytes.length) {
      this.bytes[this.length++] = v;
      return;
    }
    while (v > 0x7f) {
      this.u8((v & 0x7f) | 0x80);
      v >>>= 7;
    }
    this.u8(v);
  }
  /** Signed LEB128 of a 32-bit value. */
  s32(value: number): void {
    let v = value | 0;
    for (;;) {
      const byte = v & 0x7f;
      v >>= 7;
      if ((v === 0 && (byte & 0x40) === 0) || (v === -1 && (byte & 0x40) !== 0)) {
        this.u8(byte);
        return;
      }
      this.u8(byte | 0x80);
    }
  }
  /** Signed LEB128 of a 64-bit value. */
  s64(value: bigint): void {
    let v = BigInt.asIntN(64, value);
    for (;;) {
      const byte = Number(v & 0x7fn);
      v >>= 7n;
      if ((v === 0n && (byte & 0x40) === 0) || (v === -1n && (byte & 0x40) !== 0)) {
        this.u8(byte);
        return;
      }
      this.u8(byte | 0x80);
    }
  }
  f32(value: number): void {
    this.#reserve(4);
    new DataView(this.bytes.buffer).setFloat32(this.length, value, true);
    this.length += 4;
  }
  f64(value: number): void {
    this.#reserve(8);
    new DataView(this.bytes.buffer).setFloat64(this.length, value, true);
    this.length += 8;
  }
  append(source: Uint8Array): void {
    this.#reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }
  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.append(bytes);
  }
  done(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** A place that `br` can go to. */
export interface Label {
  readonly depth: number;
}

/** The body of one function under construction. Labels, not depths: a branch to a closed label is an error. */
export class FunctionWriter {
  readonly code = new ByteWriter(512);
  /** (offset in the code, number) of every {@link mark}. */
  readonly marks: number[] = [];
  readonly #params: number;
  readonly #locals: WasmType[] = [];
  #depth = 0;
  #open: Label[] = [];
  /** Blocks around the whole body that were opened after it had been written. */
  #around = 0;

  constructor(
    readonly params: readonly WasmType[],
    readonly results: readonly WasmType[],
  ) {
    this.#params = params.length;
  }

  /** Notes that what follows was written for something with this number; for listings. */
  mark(number: number): void {
    this.marks.push(this.code.length, number);
  }
  /** Adds a local and returns its index. */
  local(type: WasmType): number {
    this.#locals.push(type);
    return this.#params + this.#locals.length - 1;
  }
  op(name: string): void {
    const opcode = OPCODES[name];
    if (opcode === undefined) throw new TypeError(`no opcode ${name}`);
    if (opcode > 0xff) {
      this.code.u8(opcode >> 8);
      this.code.u32(opcode & 0xff);
    } else this.code.u8(opcode);
  }
  get(local: number): void {
    this.code.u8(0x20);
    this.code.u32(local);
  }
  set(local: number): void {
    this.code.u8(0x21);
    this.code.u32(local);
  }
  tee(local: number): void {
    this.code.u8(0x22);
    this.code.u32(local);
  }
  i32(value: number): void {
    this.code.u8(0x41);
    this.code.s32(value);
  }
  i64(value: bigint): void {
    this.code.u8(0x42);
    this.code.s64(value);
  }
  const(type: WasmType, value: number | bigint): void {
    if (type === "i32") this.i32(Number(value));
    else if (type === "i64") this.i64(BigInt(value));
    else if (type === "f32") {
      this.code.u8(0x43);
      this.code.f32(Number(value));
    } else {
      this.code.u8(0x44);
      this.code.f64(Number(value));
    }
  }
  /** A vector constant of 16 bytes. */
  v128(bytes: Uint8Array): void {
    this.op("v128.const");
    this.code.append(bytes);
  }
  /** Makes a vector of bytes of two: 0 … 15 name those of the first, 16 … 31 those of the second. */
  shuffle(lanes: readonly number[]): void {
    this.op("i8x16.shuffle");
    this.code.append(Uint8Array.from(lanes));
  }
  /** An operation on one lane of a vector. */
  lane(name: string, lane: number): void {
    this.op(name);
    this.code.u8(lane);
  }
  /** A load or store; the alignment hint is 1 byte, which engines ignore. */
  mem(name: string, offset = 0): void {
    this.op(name);
    this.code.u32(0);
    this.code.u32(offset);
  }
  memoryFill(): void {
    this.code.u8(0xfc);
    this.code.u32(11);
    this.code.u8(0);
  }
  call(fn: number): void {
    this.op("call");
    this.code.u32(fn);
  }
  returnCall(fn: number): void {
    this.op("return_call");
    this.code.u32(fn);
  }
  callIndirect(type: number, table = 0): void {
    this.op("call_indirect");
    this.code.u32(type);
    this.code.u32(table);
  }
  returnCallIndirect(type: number, table = 0): void {
    this.op("return_call_indirect");
    this.code.u32(type);
    this.code.u32(table);
  }
  #begin(op: string, type?: WasmType | number): Label {
    this.op(op);
    if (typeof type === "number") this.code.s32(type);
    else this.code.u8(type === undefined ? 0x40 : TYPE_BYTE[type]);
    const label = { depth: this.#depth++ };
    this.#open.push(label);
    return label;
  }
  /** Opens a block; a type is a result type or the index of a function type. */
  block(type?: WasmType | number): Label {
    return this.#begin("block", type);
  }
  loop(type?: WasmType | number): Label {
    return this.#begin("loop", type);
  }
  if(type?: WasmType | number): Label {
    return this.#begin("if", type);
  }
  else(): void {
    this.op("else");
  }
  end(): void {
    this.op("end");
    this.#depth--;
    this.#open.pop();
  }
  #relative(label: Label): number {
    if (this.#open[label.depth] !== label) throw new Error("branch to a closed label");
    return this.#depth - 1 - label.depth;
  }
  br(label: Label): void {
    this.op("br");
    this.code.u32(this.#relative(label));
  }
  brIf(label: Label): void {
    this.op("br_if");
    this.code.u32(this.#relative(label));
  }
  brTable(labels: readonly Label[], otherwise: Label): void {
    this.op("br_table");
    this.code.u32(labels.length);
    for (const label of labels) this.code.u32(this.#relative(label));
    this.code.u32(this.#relative(otherwise));
  }
  /**
   * Branches to the end of a block around the whole body, of which it will turn out later how many there are:
   * {@link surround} opens them.
   *
   * @param n 0 for the innermost
   */
  brOut(n: number): void {
    this.op("br");
    this.code.u32(this.#depth + n);
  }
  /** Opens `count` blocks around what has been written so far; returns them, the innermost first. */
  surround(count: number): Label[] {
    if (this.#depth !== 0 || this.#around !== 0) throw new Error("only a finished body can be surrounded");
    this.#around = count;
    this.#depth = count;
    this.#open = Array.from({ length: count }, (_, depth) => ({ depth }));
    for (let k = 0; k < this.marks.length; k += 2) this.marks[k] = (this.marks[k] as number) + 2 * count;
    return [...this.#open].reverse();
  }
  /** The finished body: locals and code. */
  body(): Uint8Array {
    if (this.#depth !== 0) throw new Error(`${this.#depth} blocks are still open`);
    const out = new ByteWriter(this.code.length + 2 * this.#around + 64);
    const groups: { type: WasmType; n: number }[] = [];
    for (const type of this.#locals) {
      const last = groups[groups.length - 1];
      if (last?.type === type) last.n++;
      else groups.push({ type, n: 1 });
    }
    out.u32(groups.length);
    for (const g of groups) {
      out.u32(g.n);
      out.u8(TYPE_BYTE[g.type]);
    }
    for (let k = 0; k < this.#around; k++) {
      out.u8(0x02);
      out.u8(0x40);
    }
    out.append(this.code.bytes.subarray(0, this.code.length));
    out.u8(0x0b);
    return out.done();
  }
}

interface Import {
  readonly module: string;
  readonly name: string;
  /** Kind and type as they are written. */
  readonly describe: (w: ByteWriter) => void;
}

/** Writes a section (core specification, section 5.5.2). */
export type WriteSection = (id: number, fill: (w: ByteWriter) => void) => void;

/** Collects types, imports, functions and exports, and writes the module. Imports come before functions. */
export class ModuleWriter {
  readonly #types: string[] = [];
  readonly #typeBytes: Uint8Array[] = [];
  readonly #imports: Import[] = [];
  #importedFunctions = 0;
  readonly #functions: { type: number; writer: FunctionWriter | undefined }[] = [];
  protected readonly exports: { name: string; kind: number; index: number }[] = [];

  /** Index of a function type. */
  type(params: readonly WasmType[], results: readonly WasmType[]): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    const out = new ByteWriter();
    out.u8(0x60);
    out.u32(params.length);
    for (const p of params) out.u8(TYPE_BYTE[p]);
    out.u32(results.length);
    for (const r of results) out.u8(TYPE_BYTE[r]);
    this.#typeBytes.push(out.done());
    return this.#types.push(key) - 1;
  }
  /** Imports a function and returns its index. */
  importFunction(module: string, name: string, params: readonly WasmType[], results: readonly WasmType[]): number {
    if (this.#functions.length > 0) throw new Error("imports come before functions");
    const type = this.type(params, results);
    this.import(module, name, (w) => {
      w.u8(0);
      w.u32(type);
    });
    return this.#importedFunctions++;
  }
  importMemory(module: string, name: string): void {
    this.import(module, name, (w) => {
      w.u8(2);
      w.u8(0);
      w.u32(1);
    });
  }
  protected import(module: string, name: string, describe: Import["describe"]): void {
    this.#imports.push({ module, name, describe });
  }
  /** Reserves the index of a function whose body comes later. */
  declare(params: readonly WasmType[], results: readonly WasmType[]): number {
    const type = this.type(params, results);
    return this.#importedFunctions + this.#functions.push({ type, writer: undefined }) - 1;
  }
  define(index: number, writer: FunctionWriter): void {
    const slot = this.#functions[index - this.#importedFunctions];
    if (slot === undefined || slot.writer !== undefined) throw new Error(`function ${index} cannot be defined`);
    slot.writer = writer;
  }
  function(writer: FunctionWriter): number {
    const index = this.declare(writer.params, writer.results);
    this.define(index, writer);
    return index;
  }
  export(name: string, index: number): void {
    this.exports.push({ name, kind: 0, index });
  }
  /** Sections that stand before and behind the exports: see `TableModuleWriter`. */
  protected beforeExports(_section: WriteSection): void {}
  protected behindExports(_section: WriteSection): void {}

  finish(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const section: WriteSection = (id, fill) => {
      const w = new ByteWriter();
      fill(w);
      out.u8(id);
      out.u32(w.length);
      out.append(w.bytes.subarray(0, w.length));
    };
    section(1, (w) => {
      w.u32(this.#typeBytes.length);
      for (const t of this.#typeBytes) w.append(t);
    });
    section(2, (w) => {
      w.u32(this.#imports.length);
      for (const im of this.#imports) {
        w.name(im.module);
        w.name(im.name);
        im.describe(w);
      }
    });
    section(3, (w) => {
      w.u32(this.#functions.length);
      for (const f of this.#functions) w.u32(f.type);
    });
    this.beforeExports(section);
    section(7, (w) => {
      w.u32(this.exports.length);
      for (const e of this.exports) {
        w.name(e.name);
        w.u8(e.kind);
        w.u32(e.index);
      }
    });
    this.behindExports(section);
    section(10, (w) => {
      w.u32(this.#functions.length);
      this.#functions.forEach((f, i) => {
        if (f.writer === undefined) throw new Error(`function ${i} has no body`);
        const body = f.writer.body();
        w.u32(body.length);
        w.append(body);
      });
    });
    return out.done() as Uint8Array<ArrayBuffer>;
  }
}
