/**
 * Guest memory: a sparse 32-bit address space of 4 KiB pages with an access right each. Host and guest go through the
 * same rights; whatever is out of bounds is a result (`undefined` or `false`), never an exception.
 */
import { PAGE } from "./arena.js";
import { VivError } from "./errors.js";

export { PAGE };

/** What a page allows. Writable pages are readable. */
export type Access = "none" | "read" | "write";
export const NONE = 0;
export const READ = 1;
export const WRITE = 2;
const LEVEL: Record<Access, number> = { none: NONE, read: READ, write: WRITE };
const NAME: readonly Access[] = ["none", "read", "write"];
const SPACE = 2 ** 32;

/** A run of pages with the same access. `start` and `end` are byte addresses, `end` exclusive (2^32 at most). */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly access: Access;
}

interface Run {
  start: number;
  end: number;
  level: number;
}

/** Bytes that several memories together may map: what a machine and the machines that it runs share. */
export class MemoryBudget {
  /** Bytes that are mapped at present. */
  used = 0;

  constructor(readonly limit: number) {}
}

export abstract class GuestMemory {
  /** Pages (not bytes) with an access right, in ascending order, without overlap. */
  #runs: Run[] = [];
  #mapped = 0;
  #budget: MemoryBudget | undefined;
  readonly #scratch = new DataView(new ArrayBuffer(8));

  constructor(
    /** Bytes that may be mapped at most. */
    readonly limit: number,
  ) {}

  /** Pages have become accessible: a memory may give them their bytes at once. */
  protected populate(_first: number, _last: number, _level: number): void {}
  /** Rights or places of pages have changed. */
  protected settled(): void {}

  // What the two kinds of memory do differently: where the bytes of a page are.

  /** Bytes of a resident page, without copying. */
  protected abstract find(page: number): Uint8Array | undefined;
  /** Makes a page resident, zeroed. */
  protected abstract create(page: number, level: number): Uint8Array;
  protected abstract drop(page: number): void;
  /** The right of a resident page has changed. */
  protected abstract changed(page: number, level: number): void;
  /** Numbers of the resident pages, in no order. */
  protected abstract pages(): Iterable<number>;
  protected abstract readonly residentPages: number;

  /** Bytes mapped, touched or not. */
  get mappedBytes(): number {
    return this.#mapped * PAGE;
  }
  /** Bytes of pages that have been touched. */
  get residentBytes(): number {
    return this.residentPages * PAGE;
  }

  /** What this memory shares with others, if anything. */
  get budget(): MemoryBudget | undefined {
    return this.#budget;
  }
  /** Counts what is mapped here against `budget` from now on, and no longer against another. */
  share(budget: MemoryBudget | undefined): void {
    if (this.#budget !== undefined) this.#budget.used -= this.mappedBytes;
    this.#budget = budget;
    if (budget !== undefined) budget.used += this.mappedBytes;
  }

  /** The mappings in ascending order. */
  mappings(): Mapping[] {
    return this.#runs.map((r) => ({ start: r.start * PAGE, end: r.end * PAGE, access: NAME[r.level] as Access }));
  }

  /** Access level of a page: 0 none, 1 read, 2 write. */
  level(page: number): number {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((runs[mid] as Run).end <= page) low = mid + 1;
      else high = mid;
    }
    const run = runs[low];
    return run !== undefined && run.start <= page ? run.level : NONE;
  }

  /** Access of the page that holds `address`. */
  accessAt(address: number): Access {
    return NAME[this.level((address >>> 0) >>> 12)] as Access;
  }

  #range(address: number, length: number): { first: number; last: number } {
    if (address % PAGE !== 0 || address < 0 || length < 0 || address + length > SPACE || !Number.isInteger(length)) {
      throw new VivError("MEMORY_RANGE", `no page range: ${length} bytes at ${address}`);
    }
    return { first: address / PAGE, last: Math.ceil((address + length) / PAGE) };
  }

  /**
   * Gives the pages of `[address, address + length)` an access right; pages that had none become zero.
   *
   * @param address multiple of 4096
   * @returns false, and nothing has changed, when more than {@link limit} bytes, or more than a shared budget, would be
   *   mapped
   */
  map(address: number, length: number, access: Access): boolean {
    const { first, last } = this.#range(address, length);
    if (first === last) return true;
    const level = LEVEL[access];
    if (level !== NONE) {
      let fresh = last - first;
      for (const run of this.#runs) fresh -= Math.max(0, Math.min(run.end, last) - Math.max(run.start, first));
      if ((this.#mapped + fresh) * PAGE > this.limit) return false;
      const budget = this.#budget;
      if (budget !== undefined && budget.used + fresh * PAGE > budget.limit) return false;
    }
    this.#replace(first, last, level);
    this.#refresh(first, last, level);
    if (level !== NONE) this.populate(first, last, level);
    this.settled();
    return true;
  }

  /** Takes the pages away and forgets their contents. */
  unmap(address: number, length: number): void {
    this.map(address, length, "none");
  }

  #replace(first: number, last: number, level: number): void {
    const out: Run[] = [];
    const add = (start: number, end: number, l: number): void => {
      if (start >= end || l === NONE) return;
      const before = out[out.length - 1];
      if (before !== undefined && before.end === start && before.level === l) before.end = end;
      else out.push({ start, end, level: l });
    };
    let placed = false;
    for (const run of this.#runs) {
      if (!placed && run.start >= first) {
        // Everything of this run before `first` is nothing: the new run comes here.
        add(first, last, level);
        placed = true;
      }
      if (run.end <= first || run.start >= last) {
        add(run.start, run.end, run.level);
        continue;
      }
      add(run.start, first, run.level);
      if (!placed) {
        add(first, last, level);
        placed = true;
      }
      add(last, run.end, run.level);
    }
    if (!placed) add(first, last, level);
    const before = this.#mapped;
    this.#runs = out;
    this.#mapped = out.reduce((sum, r) => sum + r.end - r.start, 0);
    if (this.#budget !== undefined) this.#budget.used += (this.#mapped - before) * PAGE;
  }

  #refresh(first: number, last: number, level: number): void {
    if (this.residentPages === 0) return;
    const touch = (page: number): void => {
      if (level === NONE) this.drop(page);
      else this.changed(page, level);
    };
    if (last - first <= this.residentPages) {
      for (let page = first; page < last; page++) if (this.find(page) !== undefined) touch(page);
    } else {
      for (const page of [...this.pages()]) if (page >= first && page < last) touch(page);
    }
  }

  /** Bytes of a page with at least this access, made resident; `undefined` where access is missing. */
  protected page(page: number, level: number): Uint8Array | undefined {
    const have = this.level(page);
    if (have < level) return undefined;
    return this.find(page) ?? this.create(page, have);
  }

  /** Makes the page of `address` resident if it has the access; what tiers call when their fast path fails. */
  touch(address: number, level: number): boolean {
    return this.page((address >>> 0) >>> 12, level) !== undefined;
  }

  /**
   * First address of an access of `width` bytes that lacks the right, or -1. Addresses wrap at 2^32, as the guest's do.
   */
  firstFault(address: number, width: number, level: number): number {
    for (let done = 0; done < width; ) {
      const at = (address + done) % SPACE;
      if (this.level(Math.floor(at / PAGE)) < level) return at;
      done += PAGE - (at % PAGE);
    }
    return -1;
  }

  #allowed(address: number, length: number, level: number): boolean {
    if (!(address >= 0 && length >= 0 && address + length <= SPACE)) return false;
    if (!Number.isInteger(address) || !Number.isInteger(length)) return false;
    let at = Math.floor(address / PAGE);
    const last = Math.ceil((address + length) / PAGE);
    if (length === 0) return true;
    for (const run of this.#runs) {
      if (run.end <= at) continue;
      if (run.start > at || run.level < level) return false;
      if (run.end >= last) return true;
      at = run.end;
    }
    return false;
  }

  /** True when all `length` bytes can be read. Nothing is read of a length of 0. */
  readable(address: number, length: number): boolean {
    return this.#allowed(address, length, READ);
  }
  /** True when all `length` bytes can be written. */
  writable(address: number, length: number): boolean {
    return this.#allowed(address, length, WRITE);
  }

  #copyOut(address: number, into: Uint8Array): void {
    let at = address;
    for (let done = 0; done < into.length; ) {
      const inPage = at % PAGE;
      const n = Math.min(PAGE - inPage, into.length - done);
      const bytes = this.find((at - inPage) / PAGE);
      if (bytes !== undefined) into.set(bytes.subarray(inPage, inPage + n), done);
      else into.fill(0, done, done + n);
      at += n;
      done += n;
    }
  }

  /** A copy of `length` bytes, or `undefined` when any of them cannot be read. */
  read(address: number, length: number): Uint8Array<ArrayBuffer> | undefined {
    if (!this.readable(address, length)) return undefined;
    const out = new Uint8Array(length);
    this.#copyOut(address, out);
    return out;
  }

  /** Fills `into` from memory; false, and nothing is copied, when any byte cannot be read. */
  readInto(address: number, into: Uint8Array): boolean {
    if (!this.readable(address, into.length)) return false;
    this.#copyOut(address, into);
    return true;
  }

  /** Writes the bytes; false, and nothing is written, when any byte cannot be written. */
  write(address: number, bytes: Uint8Array): boolean {
    if (!this.writable(address, bytes.length)) return false;
    this.#copyIn(address, bytes);
    return true;
  }

  /** Writes the bytes whatever the access of their pages, which must be mapped: for loaders and debuggers. */
  force(address: number, bytes: Uint8Array): boolean {
    if (!this.readable(address, bytes.length)) return false;
    this.#copyIn(address, bytes);
    return true;
  }

  #copyIn(address: number, bytes: Uint8Array): void {
    let at = address;
    for (let done = 0; done < bytes.length; ) {
      const inPage = at % PAGE;
      const n = Math.min(PAGE - inPage, bytes.length - done);
      const page = this.page((at - inPage) / PAGE, READ) as Uint8Array;
      page.set(bytes.subarray(done, done + n), inPage);
      at += n;
      done += n;
    }
  }

  /** The bytes of one page in place, or `undefined` without the access. Stale after anything that may allocate. */
  view(page: number, access: "read" | "write"): Uint8Array | undefined {
    return this.page(page, LEVEL[access]);
  }

  #get(address: number, width: number): DataView | undefined {
    const at = address >>> 0;
    const bytes = at % PAGE <= PAGE - width ? this.page(at >>> 12, READ) : undefined;
    if (bytes !== undefined) {
      for (let i = 0; i < width; i++) this.#scratch.setUint8(i, bytes[(at % PAGE) + i] as number);
      return this.#scratch;
    }
    const copy = this.read(at, width);
    return copy && new DataView(copy.buffer);
  }
  readU8(address: number): number | undefined {
    return this.#get(address, 1)?.getUint8(0);
  }
  readU16(address: number): number | undefined {
    return this.#get(address, 2)?.getUint16(0, true);
  }
  readU32(address: number): number | undefined {
    return this.#get(address, 4)?.getUint32(0, true);
  }
  readU64(address: number): bigint | undefined {
    return this.#get(address, 8)?.getBigUint64(0, true);
  }
  #put(address: number, width: number): boolean {
    return this.write(address >>> 0, new Uint8Array(this.#scratch.buffer, 0, width));
  }
  writeU8(address: number, value: number): boolean {
    this.#scratch.setUint8(0, value);
    return this.#put(address, 1);
  }
  writeU16(address: number, value: number): boolean {
    this.#scratch.setUint16(0, value, true);
    return this.#put(address, 2);
  }
  writeU32(address: number, value: number): boolean {
    this.#scratch.setUint32(0, value, true);
    return this.#put(address, 4);
  }
  writeU64(address: number, value: bigint): boolean {
    this.#scratch.setBigUint64(0, value, true);
    return this.#put(address, 8);
  }

  /** Pages that hold anything but zeros, ascending: what a snapshot has to keep. */
  contents(): { page: number; bytes: Uint8Array }[] {
    const out: { page: number; bytes: Uint8Array }[] = [];
    for (const page of [...this.pages()].sort((a, b) => a - b)) {
      const bytes = this.find(page) as Uint8Array;
      if (!allZero(bytes)) out.push({ page, bytes });
    }
    return out;
  }

  /** Unmaps everything. */
  clear(): void {
    this.unmap(0, SPACE);
  }
}

function allZero(bytes: Uint8Array): boolean {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  for (let i = 0; i < words.length; i++) if (words[i] !== 0n) return false;
  return true;
}
