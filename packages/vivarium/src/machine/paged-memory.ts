/** Guest memory whose pages are frames of an arena, found by generated code through a page table and windows. */
import { type Arena, PAGE } from "./arena.js";
import { GuestMemory, NONE } from "./memory.js";

/**
 * Page table entry: (frame address − page address) modulo 2^32, a multiple of 4096, with the access in the low bits:
 * 1 read, 3 write; 0 means not resident or no access. Host address = (entry & ~4095) + guest address.
 */
export const ENTRY_BITS = [0, 1, 3] as const;

/** Consecutive pages with the same right whose frames are consecutive too: one check and one addition reach them. */
export interface Window {
  /** First guest address. */
  readonly start: number;
  /** Bytes. */
  readonly length: number;
  /** Host address − guest address, modulo 2^32. */
  readonly delta: number;
  readonly level: number;
}

/** Mappings up to this many pages get consecutive frames at once; pages of larger ones are given when touched. */
const EAGER_PAGES = 65536;
export const WINDOWS = 16;

/** Bytes of a page table: one 32-bit entry for each of the 2^20 guest pages. */
const TABLE_BYTES = 4 << 20;

/** Page tables and page frames of an arena. */
class Frames {
  /** Freed page runs by their number of pages. */
  readonly #runs = new Map<number, number[]>();
  readonly #tables: number[] = [];

  constructor(readonly arena: Arena) {}

  /** Zeroed frames for `pages` consecutive pages, which must be a size that {@link runPages} gives. */
  run(pages: number): number {
    const free = this.#runs.get(pages)?.pop();
    if (free === undefined) return this.arena.reserve(pages * PAGE, PAGE);
    this.arena.u8.fill(0, free, free + pages * PAGE);
    return free;
  }
  freeRun(address: number, pages: number): void {
    const list = this.#runs.get(pages);
    if (list === undefined) this.#runs.set(pages, [address]);
    else list.push(address);
  }

  /** A page table without entries. */
  table(): number {
    return this.#tables.pop() ?? this.arena.reserve(TABLE_BYTES, PAGE);
  }
  /** Takes back a page table whose entries have all been cleared. */
  freeTable(address: number): void {
    this.#tables.push(address);
  }
}

const pools = new WeakMap<Arena, Frames>();

function framesOf(arena: Arena): Frames {
  let frames = pools.get(arena);
  if (frames === undefined) {
    frames = new Frames(arena);
    pools.set(arena, frames);
  }
  return frames;
}

/** Runs of frames come in powers of two and one and a half of them, so that freed ones fit again. */
function runPages(least: number): number {
  let power = 1;
  while (power < least) power *= 2;
  return power >= 4 && (power / 4) * 3 >= least ? (power / 4) * 3 : power;
}

/** Consecutive frames; those of pages without access are free to be used again. */
interface FrameRun {
  firstPage: number;
  /** Pages in use, from the first; what is behind them is room to grow. */
  pages: number;
  /** Pages that have a table entry. */
  live: number;
  readonly capacity: number;
  readonly host: number;
}

export class PagedMemory extends GuestMemory {
  readonly table: number;
  #frameRuns: FrameRun[] = [];
  #resident = 0;
  readonly #arena: Arena;
  readonly #frames: Frames;
  /** Called when {@link windows} may have changed. */
  onWindows: () => void = () => {};

  constructor(arena: Arena, limit: number) {
    super(limit);
    this.#arena = arena;
    this.#frames = framesOf(arena);
    this.table = this.#frames.table();
  }

  protected override get residentPages(): number {
    return this.#resident;
  }
  protected override *pages(): Iterable<number> {
    for (const run of [...this.#frameRuns]) {
      for (let page = run.firstPage; page < run.firstPage + run.pages; page++) if (this.#entry(page) !== 0) yield page;
    }
  }
  #entry(page: number): number {
    return this.#arena.i32[(this.table >>> 2) + page] as number;
  }
  #setEntry(page: number, frame: number, level: number): void {
    this.#arena.i32[(this.table >>> 2) + page] =
      level === NONE ? 0 : (frame - page * PAGE) | (ENTRY_BITS[level] as number);
  }

  protected override find(page: number): Uint8Array | undefined {
    const entry = this.#entry(page);
    if (entry === 0) return undefined;
    const frame = ((entry & -PAGE) + page * PAGE) >>> 0;
    return this.#arena.u8.subarray(frame, frame + PAGE);
  }

  /** The run that a page lies in, if there is one. */
  #runOf(page: number): FrameRun | undefined {
    return this.#frameRuns.find((r) => r.firstPage <= page && page < r.firstPage + r.pages);
  }

  protected override populate(first: number, last: number, level: number): void {
    if (last - first > EAGER_PAGES) {
      // Holes in frames that are there must not keep old contents: a window may cover them.
      for (const { firstPage, pages } of [...this.#frameRuns]) {
        this.#fill(Math.max(first, firstPage), Math.min(last, firstPage + pages), level);
      }
    } else this.#fill(first, last, level);
  }

  /** Gives frames to those of the pages that have none. */
  #fill(first: number, last: number, level: number): void {
    for (let page = first; page < last; page++) {
      if (this.#entry(page) !== 0) continue;
      let end = page + 1;
      while (end < last && this.#entry(end) === 0) end++;
      this.#give(page, end, level);
      page = end - 1;
    }
  }

  /** Gives frames to pages that have none, consecutive with those before them where that can be. */
  #give(first: number, last: number, level: number): void {
    for (let page = first; page < last; ) {
      const inside = this.#runOf(page);
      if (inside !== undefined) {
        // A hole in a run: its frame is there, and has old contents.
        const frame = inside.host + (page - inside.firstPage) * PAGE;
        this.#arena.u8.fill(0, frame, frame + PAGE);
        this.#setEntry(page, frame, level);
        inside.live++;
        this.#resident++;
        page++;
        continue;
      }
      let end = page + 1;
      while (end < last && this.#runOf(end) === undefined) end++;
      const run = this.#grow(page, end) ?? this.#start(page, end);
      for (let p = page; p < end; p++) this.#setEntry(p, run.host + (p - run.firstPage) * PAGE, level);
      run.live += end - page;
      this.#resident += end - page;
      page = end;
    }
  }

  #start(first: number, last: number): FrameRun {
    const capacity = runPages(last - first);
    const run = { firstPage: first, pages: last - first, live: 0, capacity, host: this.#frames.run(capacity) };
    this.#frameRuns.push(run);
    return run;
  }

  /** Extends the run that ends right before the pages; moves it where it has no room. */
  #grow(first: number, last: number): FrameRun | undefined {
    const before = this.#frameRuns.find((r) => r.firstPage + r.pages === first);
    if (before === undefined) return undefined;
    const pages = last - before.firstPage;
    if (pages > EAGER_PAGES) return undefined;
    if (pages <= before.capacity) {
      const from = before.host + before.pages * PAGE;
      this.#arena.u8.fill(0, from, before.host + pages * PAGE);
      before.pages = pages;
      return before;
    }
    const capacity = runPages(Math.min(EAGER_PAGES, pages * 2));
    const host = this.#frames.run(capacity);
    this.#arena.u8.copyWithin(host, before.host, before.host + before.pages * PAGE);
    const moved: FrameRun = { firstPage: before.firstPage, pages, live: before.live, capacity, host };
    for (let page = before.firstPage; page < first; page++) {
      if (this.#entry(page) !== 0) this.#setEntry(page, host + (page - moved.firstPage) * PAGE, this.level(page));
    }
    this.#frames.freeRun(before.host, before.capacity);
    this.#frameRuns[this.#frameRuns.indexOf(before)] = moved;
    return moved;
  }

  protected override create(page: number, level: number): Uint8Array {
    this.#give(page, page + 1, level);
    this.settled();
    return this.find(page) as Uint8Array;
  }
  protected override drop(page: number): void {
    if (this.#entry(page) === 0) return;
    this.#setEntry(page, 0, NONE);
    this.#resident--;
    const run = this.#runOf(page) as FrameRun;
    if (--run.live > 0) return;
    this.#frames.freeRun(run.host, run.capacity);
    this.#frameRuns.splice(this.#frameRuns.indexOf(run), 1);
  }
  protected override changed(page: number, level: number): void {
    const run = this.#runOf(page) as FrameRun;
    this.#setEntry(page, run.host + (page - run.firstPage) * PAGE, level);
  }
  protected override settled(): void {
    this.onWindows();
  }

  /** The largest windows, at most {@link WINDOWS}. */
  windows(): Window[] {
    const out: Window[] = [];
    for (const { firstPage, pages, host } of this.#frameRuns) {
      const runEnd = firstPage + pages;
      for (const { start, end, access } of this.mappings()) {
        const first = Math.max(firstPage, start / PAGE);
        const last = Math.min(runEnd, end / PAGE);
        if (first >= last) continue;
        // A page of a lazily filled mapping that has not been touched has no entry, and no frame in any run.
        out.push({
          start: first * PAGE,
          length: (last - first) * PAGE,
          delta: (host - firstPage * PAGE) | 0,
          level: access === "write" ? 2 : 1,
        });
      }
    }
    return out.sort((a, b) => b.length - a.length).slice(0, WINDOWS);
  }

  /** Gives frames and table back. The memory must not be used afterwards. */
  dispose(): void {
    this.onWindows = () => {};
    this.clear();
    this.#frames.freeTable(this.table);
  }
}
