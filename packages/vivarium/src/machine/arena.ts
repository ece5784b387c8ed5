/**
 * One `WebAssembly.Memory` shared by many machines: hands out blocks for state and code, and what page tables and page
 * frames are made of.
 *
 * A memory reserves 10 GiB of address space whatever its size, and a Chromium renderer allows 124 of them, so machines
 * share. Pages that were never touched are not resident; what is handed out is always zero.
 */
import { VivError } from "./errors.js";

/** Bytes of a guest page and of the frame that holds it. */
export const PAGE = 4096;
const WASM_PAGE = 65536;
const MAX_WASM_PAGES = 65536;
/**
 * A memory grows by as much as it has, and by this much at most: each growth is a new `ArrayBuffer` to the garbage
 * collector, and what is never touched takes no memory.
 */
const MOST_GROWTH = 64 << 20;
/** Machines per memory: their page tables alone take 4 MiB of (untouched) memory each. */
const MACHINES_PER_ARENA = 64;

export class Arena {
  readonly memory: WebAssembly.Memory;
  /** Views over the whole memory, renewed whenever it grows: read them anew after anything that may allocate. */
  u8!: Uint8Array<ArrayBuffer>;
  i32!: Int32Array<ArrayBuffer>;
  u64!: BigUint64Array<ArrayBuffer>;
  #end = WASM_PAGE;
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

  /** Bytes that were never handed out, for ever. */
  reserve(size: number, align: number): number {
    const start = Math.ceil(this.#end / align) * align;
    const end = start + size;
    const have = this.u8.length;
    if (end > have) {
      const limit = MAX_WASM_PAGES * WASM_PAGE;
      if (end > limit) throw new VivError("MEMORY_EXHAUSTED", "the memory that machines share is full");
      const want = Math.min(limit, Math.max(end, have + Math.min(have, MOST_GROWTH)));
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

  /** A zeroed block of at least `size` bytes, aligned to 16. */
  block(size: number): number {
    const rounded = blockSize(size);
    const free = this.#blocks.get(rounded)?.pop();
    if (free === undefined) return this.reserve(rounded, 16);
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
