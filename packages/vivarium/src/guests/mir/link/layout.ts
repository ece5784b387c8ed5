/** Lays the data items of modules out in guest memory: sections, strings and hard-register variables (MIR, `load_module`). */
import { LoadError } from "../../../machine/errors.js";
import { bits80ToF64, readBits80 } from "../float80.js";
import type { DataLikeItem, FuncItem, Item, MirModule } from "../module.js";
import { T, TYPE_SIZES } from "../types.js";
import { DATA_BASE, type Segment } from "./program.js";

/** Alignment of every section. */
const SECTION_ALIGN = 16;
/** Sections are rounded up to this, as in the original. */
const SECTION_ROUND = 8;

/** A cell that can only be filled when all addresses are known. */
export interface PendingCell {
  readonly module: MirModule;
  readonly item: DataLikeItem;
  readonly address: number;
}

function isData(item: Item): item is DataLikeItem {
  return (
    item.kind === "data" || item.kind === "bss" || item.kind === "ref" || item.kind === "lref" || item.kind === "expr"
  );
}

/** Bytes of an item in memory. */
function sizeOf(module: MirModule, item: DataLikeItem): number {
  switch (item.kind) {
    case "data":
      return item.bytes.length;
    case "bss":
      return item.length > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(item.length);
    case "expr": {
      const func = module.symbols[item.symbol]?.definition as FuncItem;
      return TYPE_SIZES[func.signature.results[0] as number] as number;
    }
    default:
      return 8;
  }
}

/** Gives out addresses and collects what stands there. */
export class Layout {
  readonly segments: Segment[] = [];
  readonly pending: PendingCell[] = [];
  readonly addressOf = new Map<DataLikeItem, number>();
  /** Next free address. */
  end = DATA_BASE;
  private readonly strings = new Map<string, number>();
  private readonly hardRegisters = new Map<string, number>();

  constructor(
    /** First address that data may not reach. */
    private readonly limit: number,
  ) {}

  /** Takes room for `size` bytes. */
  take(size: number, align = SECTION_ALIGN): number {
    const address = Math.ceil(this.end / align) * align;
    if (size > this.limit - address) {
      throw new LoadError("MIR_DATA_TOO_LARGE", `static data does not fit into memory (${size} bytes more)`);
    }
    this.end = address + size;
    return address;
  }

  /** Lays out a module's data items. */
  module(module: MirModule): void {
    const { items } = module;
    for (let i = 0; i < items.length; ) {
      if (!isData(items[i] as Item)) {
        i++;
        continue;
      }
      let end = i + 1;
      while (end < items.length && isData(items[end] as Item) && (items[end] as Item).name === null) end++;
      this.section(module, items.slice(i, end) as DataLikeItem[]);
      i = end;
    }
  }

  /** A named item and the anonymous ones behind it, without padding. */
  private section(module: MirModule, items: readonly DataLikeItem[]): void {
    let size = 0;
    for (const item of items) size += sizeOf(module, item);
    let address = this.take(Math.ceil(size / SECTION_ROUND) * SECTION_ROUND);
    for (const item of items) {
      this.addressOf.set(item, address);
      if (item.kind === "data") {
        const bytes = item.type === T.ld ? narrowLongDoubles(item.bytes) : item.bytes;
        if (bytes.length > 0) this.segments.push({ address, bytes });
      } else if (item.kind !== "bss") {
        this.pending.push({ module, item, address });
      }
      address += sizeOf(module, item);
    }
  }

  /** Address of a string operand; equal strings of a program share one copy per module. */
  string(module: MirModule, index: number): number {
    const bytes = module.strings[index] as Uint8Array;
    let key = `${module.name}\0${module.pos}\0`;
    for (const byte of bytes) key += String.fromCharCode(byte);
    let address = this.strings.get(key);
    if (address === undefined) {
      address = this.take(Math.max(1, bytes.length), 1);
      this.strings.set(key, address);
      this.segments.push({ address, bytes });
    }
    return address;
  }

  /** Address of the cell that stands for a hard register, one per program. */
  hardRegister(name: string): number {
    let address = this.hardRegisters.get(name);
    if (address === undefined) {
      address = this.take(SECTION_ALIGN);
      this.hardRegisters.set(name, address);
    }
    return address;
  }
}

/** 80-bit elements, 16 bytes apart, as f64 in the same places: how long doubles are carried. */
function narrowLongDoubles(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const view = new DataView(out.buffer);
  for (let at = 0; at + 16 <= bytes.length; at += 16) view.setFloat64(at, bits80ToF64(readBits80(bytes, at)), true);
  return out;
}
