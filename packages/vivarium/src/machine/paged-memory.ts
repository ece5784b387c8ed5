/** Guest memory whose pages are frames of an arena, found by generated code through a page table. */
import { type Arena, PAGE } from "./arena.js";
import { GuestMemory, NONE } from "./memory.js";

/**
 * Page table entry: (frame address − page address) modulo 2^32, a multiple of 4096, with the access in the low bits:
 * 1 read, 3 write; 0 means not resident or no access. Host address = (entry & ~4095) + guest address.
 */
export const ENTRY_BITS = [0, 1, 3] as const;

export class PagedMemory extends GuestMemory {
  readonly table: number;
  readonly #frames = new Map<number, number>();
  readonly #arena: Arena;

  constructor(arena: Arena, limit: number) {
    super(limit);
    this.#arena = arena;
    this.table = arena.table();
  }

  protected override get residentPages(): number {
    return this.#frames.size;
  }
  protected override pages(): Iterable<number> {
    return this.#frames.keys();
  }
  protected override find(page: number): Uint8Array | undefined {
    const frame = this.#frames.get(page);
    return frame === undefined ? undefined : this.#arena.u8.subarray(frame, frame + PAGE);
  }
  protected override create(page: number, level: number): Uint8Array {
    const frame = this.#arena.frame();
    this.#frames.set(page, frame);
    this.#enter(page, frame, level);
    return this.#arena.u8.subarray(frame, frame + PAGE);
  }
  protected override drop(page: number): void {
    const frame = this.#frames.get(page);
    if (frame === undefined) return;
    this.#frames.delete(page);
    this.#arena.i32[(this.table >>> 2) + page] = 0;
    this.#arena.freeFrame(frame);
  }
  protected override changed(page: number, level: number): void {
    this.#enter(page, this.#frames.get(page) as number, level);
  }
  #enter(page: number, frame: number, level: number): void {
    this.#arena.i32[(this.table >>> 2) + page] =
      level === NONE ? 0 : (frame - page * PAGE) | (ENTRY_BITS[level] as number);
  }

  /** Gives frames and table back. The memory must not be used afterwards. */
  dispose(): void {
    this.clear();
    this.#arena.freeTable(this.table);
  }
}
