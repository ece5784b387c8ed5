/** Modules to binary MIR, in the original's format (version 1, compressed). */
import { VivError } from "../../../machine/errors.js";
import {
  type FuncItem,
  HEADER_WORDS,
  type Item,
  LABEL_CODE,
  type MirModule,
  OPERAND_WORDS,
  Operand,
  type Register,
  type Signature,
} from "../module.js";
import { OPS } from "../ops.js";
import { isBlock, T, TYPE_SIZES } from "../types.js";
import { pack } from "./reduce.js";
import { BINARY_VERSION, MEMORY_PARTS, Tag } from "./tags.js";

/**
 * Writes modules in the binary format.
 *
 * @throws VivError `MIR_NOT_EXPRESSIBLE` for what only text can say (`T:name` memory).
 */
export function writeBinary(modules: readonly MirModule[]): Uint8Array {
  const writer = new Writer();
  for (const module of modules) writer.writeModule(module);
  return pack(writer.finish());
}

/** A growable byte array. */
class Bytes {
  data = new Uint8Array(4096);
  length = 0;

  put(byte: number): void {
    if (this.length === this.data.length) this.grow(1);
    this.data[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.data.length) this.grow(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }

  private grow(count: number): void {
    const bigger = new Uint8Array(Math.max(this.data.length * 2, this.length + count));
    bigger.set(this.data);
    this.data = bigger;
  }

  /** `count` little-endian bytes of a 64-bit number given as words. */
  little(low: number, high: number, count: number): void {
    for (let i = 0; i < count; i++) this.put((i < 4 ? low >>> (8 * i) : high >>> (8 * (i - 4))) & 0xff);
  }
}

/** Bytes that a number given as words needs, at least one. */
function byteCount(low: number, high: number): number {
  const bits = high !== 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(low);
  return Math.max(1, (bits + 7) >> 3);
}

const UTF8 = new TextEncoder();

class Writer {
  private readonly tokens = new Bytes();
  private readonly table = new Bytes();
  private readonly stringNumbers = new Map<string, number>();
  private labelNumbers: number[] = [];

  finish(): Uint8Array {
    const all = new Bytes();
    const tokens = this.tokens;
    this.tokens.put(Tag.endOfFile);
    const header = new Writer();
    header.uint(BINARY_VERSION, 0);
    header.uint(this.stringNumbers.size, 0);
    all.append(header.tokens.data.subarray(0, header.tokens.length));
    all.append(this.table.data.subarray(0, this.table.length));
    all.append(tokens.data.subarray(0, tokens.length));
    return all.data.subarray(0, all.length);
  }

  private uint(low: number, high: number): void {
    if (high === 0 && low >>> 0 < 128) {
      this.tokens.put(Tag.small | low);
      return;
    }
    const count = byteCount(low, high);
    this.tokens.put(Tag.uint + count);
    this.tokens.little(low, high, count);
  }

  private int(low: number, high: number): void {
    const count = byteCount(low, high);
    this.tokens.put(Tag.int + count);
    this.tokens.little(low, high, count);
  }

  private bigint(value: bigint): void {
    this.int(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }

  /** The number of a string, entered into the table when it is new. */
  private stringNumber(bytes: Uint8Array): number {
    let key = "";
    for (const byte of bytes) key += String.fromCharCode(byte);
    let number = this.stringNumbers.get(key);
    if (number === undefined) {
      number = this.stringNumbers.size;
      this.stringNumbers.set(key, number);
      const length = new Writer();
      length.uint(bytes.length, 0);
      this.table.append(length.tokens.data.subarray(0, length.tokens.length));
      this.table.append(bytes);
    }
    return number;
  }

  private numbered(tag: number, number: number): void {
    const count = byteCount(number, 0);
    this.tokens.put(tag + count - 1);
    this.tokens.little(number, 0, count);
  }

  private readonly nameNumbers = new Map<string, number>();

  private text(tag: number, name: string): void {
    let number = this.nameNumbers.get(name);
    if (number === undefined) {
      number = this.stringNumber(UTF8.encode(`${name}\0`));
      this.nameNumbers.set(name, number);
    }
    this.numbered(tag, number);
  }

  private name(name: string): void {
    this.text(Tag.name, name);
  }

  writeModule(module: MirModule): void {
    this.name("module");
    this.name(module.name);
    this.labelNumbers = numberLabels(module);
    for (const item of module.items) this.item(module, item);
    this.name("endmodule");
  }

  private keyword(kind: string, name: string | null): void {
    this.name(name === null ? kind : `n${kind}`);
    if (name !== null) this.name(name);
  }

  private item(module: MirModule, item: Item): void {
    switch (item.kind) {
      case "import":
      case "export":
      case "forward":
        this.name(item.kind);
        this.name(item.name);
        return;
      case "proto":
        this.name("proto");
        this.name(item.name);
        this.signature(item.signature);
        return;
      case "func":
        this.func(module, item);
        return;
      case "bss":
        this.keyword("bss", item.name);
        this.uint(Number(item.length & 0xffffffffn) | 0, Number(item.length >> 32n) | 0);
        return;
      case "ref":
        this.keyword("ref", item.name);
        this.name(module.symbols[item.symbol]?.name as string);
        this.bigint(item.disp);
        return;
      case "lref":
        this.keyword("lref", item.name);
        this.int(this.labelNumbers[item.label] as number, 0);
        if (item.label2 < 0) this.int(-1, -1);
        else this.int(this.labelNumbers[item.label2] as number, 0);
        this.bigint(item.disp);
        return;
      case "expr":
        this.keyword("expr", item.name);
        this.name(module.symbols[item.symbol]?.name as string);
        return;
      case "data":
        this.keyword("data", item.name);
        this.tokens.put(Tag.type + item.type);
        this.elements(item.type, item.bytes);
        this.tokens.put(Tag.endOfList);
    }
  }

  private elements(type: number, bytes: Uint8Array): void {
    const size = TYPE_SIZES[type] as number;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + size <= bytes.length; at += size) {
      switch (type) {
        case T.i8:
          this.signed(view.getInt8(at));
          break;
        case T.u8:
          this.uint(view.getUint8(at), 0);
          break;
        case T.i16:
          this.signed(view.getInt16(at, true));
          break;
        case T.u16:
          this.uint(view.getUint16(at, true), 0);
          break;
        case T.i32:
          this.signed(view.getInt32(at, true));
          break;
        case T.u32:
          this.uint(view.getInt32(at, true), 0);
          break;
        case T.i64:
          this.int(view.getInt32(at, true), view.getInt32(at + 4, true));
          break;
        case T.u64:
        case T.p:
          this.uint(view.getInt32(at, true), view.getInt32(at + 4, true));
          break;
        case T.f:
          this.tokens.put(Tag.float);
          this.tokens.append(bytes.subarray(at, at + 4));
          break;
        case T.d:
          this.tokens.put(Tag.double);
          this.tokens.append(bytes.subarray(at, at + 8));
          break;
        default:
          this.tokens.put(Tag.ldouble);
          this.tokens.append(bytes.subarray(at, at + 16));
      }
    }
  }

  private signed(value: number): void {
    this.int(value, value >> 31);
  }

  private signature(signature: Signature): void {
    this.uint(signature.vararg ? 1 : 0, 0);
    this.uint(signature.results.length, 0);
    for (const type of signature.results) this.tokens.put(Tag.type + type);
    for (const { type, name, size } of signature.params) {
      this.tokens.put(Tag.type + type);
      this.name(name);
      if (isBlock(type)) this.uint(size | 0, 0);
    }
    this.tokens.put(Tag.endOfList);
  }

  private func(module: MirModule, func: FuncItem): void {
    this.name("func");
    this.name(func.name);
    this.signature(func.signature);
    const declared = func.registers.slice(1 + func.signature.params.length) as Register[];
    for (const keyword of ["local", "global"]) {
      const some = declared.filter((r) => (r.hard !== null) === (keyword === "global"));
      if (some.length === 0) continue;
      this.name(keyword);
      for (const { type, name, hard } of some) {
        this.tokens.put(Tag.type + type);
        this.name(name);
        if (hard !== null) this.name(hard);
      }
      this.tokens.put(Tag.endOfList);
    }
    const { data } = module.code;
    for (let at = func.start; at < func.end; ) {
      const head = data[at] as number;
      const code = head & 0xff;
      const count = head >>> 8;
      if (code === LABEL_CODE) {
        this.label(data[at + HEADER_WORDS + 1] as number);
      } else {
        this.uint(code, 0);
        for (let k = 0; k < count; k++) this.operand(module, func, at + HEADER_WORDS + k * OPERAND_WORDS);
        if ((OPS[code] as { modes: string }).modes === "...") this.tokens.put(Tag.endOfList);
      }
      at += HEADER_WORDS + count * OPERAND_WORDS;
    }
    this.name("endfunc");
  }

  private label(index: number): void {
    this.numbered(Tag.label, this.labelNumbers[index] as number);
  }

  private operand(module: MirModule, func: FuncItem, at: number): void {
    const { data } = module.code;
    const a = data[at + 1] as number;
    const b = data[at + 2] as number;
    switch (data[at]) {
      case Operand.reg:
        return this.text(Tag.reg, func.registers[a]?.name as string);
      case Operand.int:
        return this.int(a, b);
      case Operand.uint:
        return this.uint(a, b);
      case Operand.float:
        this.tokens.put(Tag.float);
        return this.tokens.little(a, 0, 4);
      case Operand.double:
        this.tokens.put(Tag.double);
        return this.tokens.little(a, b, 8);
      case Operand.ldouble: {
        const bits = module.longDoubles[a] as bigint;
        this.tokens.put(Tag.ldouble);
        for (let i = 0; i < 16; i++) this.tokens.put(Number((bits >> BigInt(8 * i)) & 0xffn));
        return;
      }
      case Operand.mem:
        return this.memory(module, func, a);
      case Operand.ref:
        return this.name(module.symbols[a]?.name as string);
      case Operand.str:
        return this.numbered(Tag.string, this.stringNumber(module.strings[a] as Uint8Array));
      default:
        return this.label(a);
    }
  }

  private memory(module: MirModule, func: FuncItem, at: number): void {
    const m = module.mems.data;
    const [type, low, high, base, index, scale, alias, nonalias, symbol] = m.subarray(
      at,
      at + 9,
    ) as unknown as number[];
    if (symbol !== 0) {
      throw new VivError("MIR_NOT_EXPRESSIBLE", "memory at an item's address can only be written as text");
    }
    const hasDisp = low !== 0 || high !== 0 || (base === 0 && index === 0);
    const form = MEMORY_PARTS.findIndex((p) => p[0] === hasDisp && p[1] === (base !== 0) && p[2] === (index !== 0));
    const aliased = alias !== 0 || nonalias !== 0;
    this.tokens.put((aliased ? Tag.aliasMemory : Tag.memory) + form);
    this.tokens.put(Tag.type + (type as number));
    if (hasDisp) this.int(low as number, high as number);
    if (base !== 0) this.text(Tag.reg, func.registers[base as number]?.name as string);
    if (index !== 0) {
      this.text(Tag.reg, func.registers[index as number]?.name as string);
      this.uint(scale as number, 0);
    }
    if (!aliased) return;
    this.name(alias === 0 ? "" : (module.aliases[(alias as number) - 1] as string));
    this.name(nonalias === 0 ? "" : (module.aliases[(nonalias as number) - 1] as string));
  }
}

/** Numbers for a module's labels: those of names like `L12` are kept, the others get free ones. */
function numberLabels(module: MirModule): number[] {
  const numbers = new Array<number>(module.labels.length).fill(-1);
  const taken = new Set<number>();
  module.labels.forEach(({ name }, index) => {
    const match = /^L(0|[1-9]\d{0,8})$/.exec(name);
    if (match === null || taken.has(Number(match[1]))) return;
    numbers[index] = Number(match[1]);
    taken.add(numbers[index] as number);
  });
  let free = 0;
  return numbers.map((number) => {
    if (number >= 0) return number;
    while (taken.has(free)) free++;
    taken.add(free);
    return free;
  });
}
