/** Guest memory whose pages are frames of an arena, found by generated code through a page table and windows. */
import { type Arena, PAGE, runPages } from "./arena.js";
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
  /** Called when {@link windows} may have changed. */
  onWindows: () => void = () => {};

  constructor(arena: Arena, limit: number) {
    super(limit);
    this.#arena = arena;
    this.table = arena.table();
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
    const run = { firstPage: first, pages: last - first, live: 0, capacity, host: this.#arena.run(capacity) };
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
    const host = this.#arena.run(capacity);
    this.#arena.u8.copyWithin(host, before.host, before.host + before.pages * PAGE);
    const moved: FrameRun = { firstPage: before.firstPage, pages, live: before.live, capacity, host };
    for (let page = before.firstPage; page < first; page++) {
      if (this.#entry(page) !== 0) this.#setEntry(page, host + (page - moved.firstPage) * PAGE, this.level(page));
    }
    this.#arena.freeRun(before.host, before.capacity);
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
    this.#arena.freeRun(run.host, run.capacity);
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
    this.#arena.freeTable(this.table);
  }
}
