/** Turns a WebAssembly module that `ModuleWriter` wrote into its text format, with notes between the instructions. */
import { OPCODES } from "./opcodes.js";

const NAMES = new Map(Object.entries(OPCODES).map(([name, opcode]) => [opcode, name]));
const TYPES: Readonly<Record<number, string>> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64", 123: "v128" };
const EMPTY = 0x40;

/** Bytes of a module, read from the front. */
class Reader {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  u8(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError(`the module ends at ${this.at - 1}`);
    return byte;
  }
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  signed(bits: number): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(Math.min(bits, Number(shift) + 7), value);
    }
  }
  f32(): string {
    this.at += 4;
    const value = this.#view.getFloat32(this.at - 4, true);
    if (!Number.isNaN(value)) return float(value);
    const bits = this.#view.getUint32(this.at - 4, true);
    return `${bits >>> 31 === 1 ? "-" : ""}nan:0x${(bits & 0x7fffff).toString(16)}`;
  }
  f64(): string {
    this.at += 8;
    const value = this.#view.getFloat64(this.at - 8, true);
    if (!Number.isNaN(value)) return float(value);
    const bits = this.#view.getBigUint64(this.at - 8, true);
    return `${bits >> 63n === 1n ? "-" : ""}nan:0x${(bits & 0xfffffffffffffn).toString(16)}`;
  }
  name(): string {
    const length = this.u32();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
  list<T>(item: (index: number) => T): T[] {
    return Array.from({ length: this.u32() }, (_, k) => item(k));
  }
}

function float(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "inf" : "-inf";
}

/** A line of text to be put in front of the instruction at a byte offset of a function's code, behind its locals. */
export interface Note {
  readonly offset: number;
  readonly text: string;
}

interface FunctionType {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

function signature({ params, results }: FunctionType): string {
  const part = (word: string, types: readonly string[]): string =>
    types.length === 0 ? "" : ` (${word} ${types.join(" ")})`;
  return `${part("param", params)}${part("result", results)}`;
}

/**
 * The text of a module: what the emitter writes (functions, one memory and one table, imported or not), not all that the
 * format has. Alignment hints are left out.
 *
 * @param notes for every function that the module defines, in order: comments, with offsets ascending
 * @throws TypeError for what the emitter never writes
 */
export function wasmText(module: Uint8Array, notes: readonly (readonly Note[])[] = []): string {
  const reader = new Reader(module, 8);
  const out: string[] = ["(module"];
  const types: FunctionType[] = [];
  /** Of functions, imported ones first. */
  const names: string[] = [];
  let imported = 0;
  const declared: number[] = [];
  const bodies: { from: number; to: number }[] = [];
  const exported: string[] = [];
  const elements: string[] = [];
  while (reader.at < module.length) {
    const id = reader.u8();
    const size = reader.u32();
    const end = reader.at + size;
    switch (id) {
      case 1:
        types.push(
          ...reader.list(() => {
            reader.u8();
            const valueTypes = (): string[] => reader.list(() => TYPES[reader.u8()] as string);
            return { params: valueTypes(), results: valueTypes() };
          }),
        );
        types.forEach((type, k) => {
          out.push(`  (type (;${k};) (func${signature(type)}))`);
        });
        break;
      case 2:
        reader.list(() => {
          const [from, name] = [reader.name(), reader.name()];
          out.push(`  (import "${from}" "${name}" ${importText(reader, names, name)})`);
        });
        imported = names.length;
        break;
      case 3:
        declared.push(...reader.list(() => reader.u32()));
        break;
      case 4:
        reader.list(() => {
          reader.u8();
          out.push(`  (table ${limits(reader)} funcref)`);
        });
        break;
      case 7:
        reader.list(() => {
          const name = reader.name();
          const kind = ["func", "table", "memory", "global"][reader.u8()] as string;
          const index = reader.u32();
          // A function that is exported twice goes by its first name.
          if (kind === "func") names[index] ??= `$${name}`;
          exported.push(`  (export "${name}" (${kind} ${kind === "func" ? names[index] : index}))`);
        });
        break;
      case 9:
        reader.list(() => {
          reader.u32();
          reader.u8();
          const offset = reader.signed(32);
          reader.u8();
          elements.push(`  (elem (i32.const ${offset}) func ${reader.list(() => reader.u32()).join(" ")})`);
        });
        break;
      case 10:
        reader.list(() => {
          const length = reader.u32();
          bodies.push({ from: reader.at, to: reader.at + length });
          reader.at += length;
        });
        break;
      default:
        throw new TypeError(`section ${id} has no text`);
    }
    reader.at = end;
  }
  bodies.forEach(({ from, to }, k) => {
    const type = types[declared[k] as number] as FunctionType;
    const name = names[imported + k];
    out.push(`  (func${name === undefined ? "" : ` ${name}`} (type ${declared[k]})${signature(type)}`);
    const body = new Reader(module, from);
    const locals = body.list(() => ({ n: body.u32(), type: TYPES[body.u8()] as string }));
    if (locals.length > 0) {
      out.push(`    (local ${locals.flatMap(({ n, type: t }) => new Array<string>(n).fill(t)).join(" ")})`);
    }
    code(body, to, names, notes[k] ?? [], out);
    out.push("  )");
  });
  return `${[...out, ...elements, ...exported].join("\n")}\n)\n`;
}

function limits(reader: Reader): string {
  const flags = reader.u8();
  const min = reader.u32();
  return (flags & 1) === 0 ? `${min}` : `${min} ${reader.u32()}`;
}

function importText(reader: Reader, names: string[], name: string): string {
  switch (reader.u8()) {
    case 0: {
      const type = reader.u32();
      names.push(`$import.${name}`);
      return `(func $import.${name} (type ${type}))`;
    }
    case 1:
      reader.u8();
      return `(table ${limits(reader)} funcref)`;
    case 2:
      return `(memory ${limits(reader)})`;
    default:
      throw new TypeError(`import ${name} has no text`);
  }
}

function code(reader: Reader, end: number, names: readonly string[], notes: readonly Note[], out: string[]): void {
  const start = reader.at;
  let depth = 2;
  let next = 0;
  // The last byte ends the function.
  while (reader.at < end - 1) {
    for (; next < notes.length && (notes[next] as Note).offset <= reader.at - start; next++) {
      out.push(`${"  ".repeat(depth)};; ${(notes[next] as Note).text}`);
    }
    const first = reader.u8();
    const opcode = first >= 0xfc ? (first << 8) | reader.u32() : first;
    const name = opcode === 0xfc0b ? "memory.fill" : NAMES.get(opcode);
    if (name === undefined) throw new TypeError(`opcode ${opcode.toString(16)} has no text`);
    if (name === "end" || name === "else") depth--;
    out.push(`${"  ".repeat(depth)}${name}${immediates(name, reader, names)}`);
    if (name === "block" || name === "loop" || name === "if" || name === "else") depth++;
  }
}

function immediates(name: string, reader: Reader, names: readonly string[]): string {
  const call = (index: number): string => ` ${names[index] ?? index}`;
  switch (name) {
    case "block":
    case "loop":
    case "if": {
      const type = Number(reader.signed(33));
      if (type >= 0) return ` (type ${type})`;
      return (type & 0x7f) === EMPTY ? "" : ` (result ${TYPES[type & 0x7f]})`;
    }
    case "br":
    case "br_if":
    case "local.get":
    case "local.set":
    case "local.tee":
    case "global.get":
    case "global.set":
      return ` ${reader.u32()}`;
    case "br_table": {
      const labels = reader.list(() => reader.u32());
      return ` ${[...labels, reader.u32()].join(" ")}`;
    }
    case "call":
    case "return_call":
      return call(reader.u32());
    case "call_indirect":
    case "return_call_indirect": {
      const type = reader.u32();
      const table = reader.u32();
      return `${table === 0 ? "" : ` ${table}`} (type ${type})`;
    }
    case "memory.size":
    case "memory.grow":
    case "memory.fill":
      reader.u8();
      return "";
    case "i32.const":
      return ` ${reader.signed(32)}`;
    case "i64.const":
      return ` ${reader.signed(64)}`;
    case "f32.const":
      return ` ${reader.f32()}`;
    case "f64.const":
      return ` ${reader.f64()}`;
    default: {
      if (!/\.(load|store)/.test(name)) return "";
      reader.u32();
      const offset = reader.u32();
      return offset === 0 ? "" : ` offset=${offset}`;
    }
  }
}
