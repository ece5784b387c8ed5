/** Accesses to guest memory in meanings, to WebAssembly: the part of lowering that only guests with memory need. */
import type { Expr, MemoryBits, ValType } from "../isa/expr.js";
import { ENTRY_BITS } from "../machine/paged-memory.js";
import type { Label } from "../wasm/module.js";
import { LOAD, type Lowering, type MemoryLowering, STORE } from "./lower.js";
import { STATE } from "./state.js";

type Narrow = Readonly<Partial<Record<ValType, Readonly<Partial<Record<MemoryBits, string>>>>>>;
const LOAD_S: Narrow = {
  i32: { 8: "i32.load8_s", 16: "i32.load16_s" },
  i64: { 8: "i64.load8_s", 16: "i64.load16_s", 32: "i64.load32_s" },
};
const LOAD_U: Narrow = {
  i32: { 8: "i32.load8_u", 16: "i32.load16_u" },
  i64: { 8: "i64.load8_u", 16: "i64.load16_u", 32: "i64.load32_u" },
};
const STORES: Narrow = {
  i32: { 8: "i32.store8", 16: "i32.store16" },
  i64: { 8: "i64.store8", 16: "i64.store16", 32: "i64.store32" },
};

/** Name of the wasm load for a value type and width. */
function loadName(type: ValType, bits: MemoryBits, signed: boolean): string {
  return (signed ? LOAD_S : LOAD_U)[type]?.[bits] ?? LOAD[type];
}
function storeName(type: ValType, bits: MemoryBits): string {
  return STORES[type]?.[bits] ?? STORE[type];
}

/** Leaves the host address on the stack; branches to `slow` without the right, or where an access crosses pages. */
function throughTable(
  { w, temps, locals }: Lowering,
  address: number,
  bits: MemoryBits,
  level: 1 | 2,
  slow: Label,
): void {
  const entry = temps.take("i32");
  const width = bits / 8;
  if (width > 1) {
    w.get(address);
    w.i32(4095);
    w.op("i32.and");
    w.i32(4096 - width);
    w.op("i32.gt_u");
    w.brIf(slow);
  }
  w.get(locals.pageTable);
  w.get(address);
  w.i32(10);
  w.op("i32.shr_u");
  w.i32(0x3ffffc);
  w.op("i32.and");
  w.op("i32.add");
  w.mem("i32.load");
  w.tee(entry);
  if (level === 2) {
    w.i32((ENTRY_BITS[2] as number) & ~(ENTRY_BITS[1] as number));
    w.op("i32.and");
  }
  w.op("i32.eqz");
  w.brIf(slow);
  w.get(entry);
  w.i32(-4096);
  w.op("i32.and");
  w.get(address);
  w.op("i32.add");
}

function faultFlag({ w, locals }: Lowering): void {
  w.get(locals.state);
  w.mem("i32.load", STATE.faultLevel);
}

/** Through the page table, or as the site says; functions of the module do what the fast path does not. */
export class PagedAccess implements MemoryLowering {
  constructor(
    /** (state, address, width) → i64; sets `faultLevel` on failure. */
    readonly loadSlow: number,
    /** (state, address, width, value); sets `faultLevel` on failure. */
    readonly storeSlow: number,
  ) {}

  load(lowering: Lowering, type: ValType, bits: MemoryBits, signed: boolean, addr: Expr<"i32">): void {
    const { w, site, temps } = lowering;
    const { access } = site;
    const known = access?.known?.(addr);
    if (known !== undefined) {
      w.get(known.local);
      w.mem(loadName(type, bits, signed), known.offset);
      return;
    }
    const address = temps.take("i32");
    lowering.expr(addr);
    w.set(address);
    const done = w.block(type);
    const slow = w.block();
    if (access === undefined) throughTable(lowering, address, bits, 1, slow);
    else access.fast(address, addr, bits, 1, slow);
    w.mem(loadName(type, bits, signed));
    w.br(done);
    w.end();
    access?.slow(address, addr);
    if (site.leaveIfSlow?.()) {
      w.end();
      return;
    }
    w.get(lowering.locals.state);
    w.get(address);
    w.i32(bits / 8);
    w.call(this.loadSlow);
    // The helper gives the bytes zero-extended in an i64.
    if (signed && type === "i64" && bits < 64) w.op(`i64.extend${bits}_s`);
    if (type !== "i64") {
      if (type === "f64") w.op("f64.reinterpret_i64");
      else {
        w.op("i32.wrap_i64");
        if (signed && bits < 32) w.op(`i32.extend${bits}_s`);
        if (type === "f32") w.op("f32.reinterpret_i32");
      }
    }
    faultFlag(lowering);
    site.leaveIfFaulted();
    w.end();
  }

  store(lowering: Lowering, bits: MemoryBits, addr: Expr<"i32">, value: Expr): void {
    const { w, site, temps } = lowering;
    const { type } = value;
    const { access } = site;
    const known = access?.known?.(addr);
    if (known !== undefined) {
      w.get(known.local);
      lowering.expr(value);
      w.mem(storeName(type, bits), known.offset);
      return;
    }
    const address = temps.take("i32");
    const kept = temps.take(type);
    lowering.expr(addr);
    w.set(address);
    lowering.expr(value);
    w.set(kept);
    const done = w.block();
    const slow = w.block();
    if (access === undefined) throughTable(lowering, address, bits, 2, slow);
    else access.fast(address, addr, bits, 2, slow);
    w.get(kept);
    w.mem(storeName(type, bits));
    w.br(done);
    w.end();
    access?.slow(address, addr);
    if (site.leaveIfSlow?.()) {
      w.end();
      return;
    }
    w.get(lowering.locals.state);
    w.get(address);
    w.i32(bits / 8);
    w.get(kept);
    if (type === "i32") w.op("i64.extend_i32_u");
    else if (type === "f32") {
      w.op("i32.reinterpret_f32");
      w.op("i64.extend_i32_u");
    } else if (type === "f64") w.op("i64.reinterpret_f64");
    w.call(this.storeSlow);
    faultFlag(lowering);
    site.leaveIfFaulted();
    w.end();
  }
}
