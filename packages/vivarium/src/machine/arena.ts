/**
 * One `WebAssembly.Memory` shared by many machines: hands out page tables, page frames and blocks for state and code.
 *
 * A memory reserves 10 GiB of address space whatever its size, and a Chromium renderer allows 124 of them, so machines
 * share. Pages that were never touched are not resident; what is handed out is always zero.
 */
import { VivError } from "./errors.js";

/** Bytes of a guest page and of the frame that holds it. */
export const PAGE = 4096;
/** Bytes of a page table: one 32-bit entry for each of the 2^20 guest pages. */
export const TABLE_BYTES = 4 << 20;
const WASM_PAGE = 65536;
const MAX_WASM_PAGES = 65536;
const GROW_STEP = 8 << 20;
/** Machines per memory: their page tables alone take 4 MiB of (untouched) memory each. */
const MACHINES_PER_ARENA = 64;

export class Arena {
  readonly memory: WebAssembly.Memory;
  /** Views over the whole memory, renewed whenever it grows: read them anew after anything that may allocate. */
  u8!: Uint8Array<ArrayBuffer>;
  i32!: Int32Array<ArrayBuffer>;
  u64!: BigUint64Array<ArrayBuffer>;
  #end = WASM_PAGE;
  /** Freed page runs by their number of pages. */
  readonly #runs = new Map<number, number[]>();
  readonly #tables: number[] = [];
  readonly #blocks = new Map<number, number[]>();
  /** Live machines. */
  machines = 0;

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 2, maximum: MAX_WASM_PAGES });
    this.#renew();
  }

  #renew(): void {
    const buffer = this.memory.buffer as ArrayBuffer;
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
  }

  #bump(size: number, align: number): number {
    const start = Math.ceil(this.#end / align) * align;
    const end = start + size;
    const have = this.u8.length;
    if (end > have) {
      const limit = MAX_WASM_PAGES * WASM_PAGE;
      if (end > limit) throw new VivError("MEMORY_EXHAUSTED", "the memory that machines share is full");
      const want = Math.min(limit, Math.max(end, have + GROW_STEP));
      try {
        this.memory.grow(Math.ceil((want - have) / WASM_PAGE));
      } catch (cause) {
        throw new VivError("MEMORY_EXHAUSTED", "the host refuses more memory", { cause });
      }
      this.#renew();
    }
    this.#end = end;
    return start;
  }

  get hasRoom(): boolean {
    return this.machines < MACHINES_PER_ARENA && this.#end < 0xc0000000;
  }

  /** Zeroed frames for `pages` consecutive pages, which must be a size that {@link runPages} gives. */
  run(pages: number): number {
    const free = this.#runs.get(pages)?.pop();
    if (free === undefined) return this.#bump(pages * PAGE, PAGE);
    this.u8.fill(0, free, free + pages * PAGE);
    return free;
  }
  freeRun(address: number, pages: number): void {
    const list = this.#runs.get(pages);
    if (list === undefined) this.#runs.set(pages, [address]);
    else list.push(address);
  }

  /** A page table without entries. */
  table(): number {
    return this.#tables.pop() ?? this.#bump(TABLE_BYTES, PAGE);
  }
  /** Takes back a page table whose entries have all been cleared. */
  freeTable(address: number): void {
    this.#tables.push(address);
  }

  /** A zeroed block of at least `size` bytes, aligned to 16. */
  block(size: number): number {
    const rounded = blockSize(size);
    const free = this.#blocks.get(rounded)?.pop();
    if (free === undefined) return this.#bump(rounded, 16);
    this.u8.fill(0, free, free + rounded);
    return free;
  }
  freeBlock(address: number, size: number): void {
    const rounded = blockSize(size);
    const list = this.#blocks.get(rounded);
    if (list === undefined) this.#blocks.set(rounded, [address]);
    else list.push(address);
  }
}

/** Runs of frames come in powers of two and one and a half of them, so that freed ones fit again. */
export function runPages(least: number): number {
  let power = 1;
  while (power < least) power *= 2;
  return power >= 4 && (power / 4) * 3 >= least ? (power / 4) * 3 : power;
}

/** Blocks come in powers of two and three quarters of them, so that freed ones fit again. */
function blockSize(size: number): number {
  let power = 64;
  while (power < size) power *= 2;
  return size <= (power / 4) * 3 ? (power / 4) * 3 : power;
}

const arenas: Arena[] = [];

/** An arena with room for one more machine, which is in it from now on. */
export function arenaWithRoom(): Arena {
  let arena = arenas.find((one) => one.hasRoom);
  if (arena === undefined) {
    arena = new Arena();
    arenas.push(arena);
  }
  arena.machines++;
  return arena;
}

/** Takes note of one machine less; forgets an arena that no machine uses, unless it is the only one. */
export function releaseArena(arena: Arena): void {
  arena.machines--;
  if (arena.machines > 0 || arenas.length <= 1) return;
  const at = arenas.indexOf(arena);
  if (at >= 0) arenas.splice(at, 1);
}
