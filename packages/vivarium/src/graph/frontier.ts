/** Which nodes the next step looks at, in order; and what is due in later steps. */
import type { Tagged } from "./values.js";

/** A set of node indices that is read in ascending order; costs depend on its own size only. */
export class Frontier {
  #next = new Uint32Array(64);
  #current = new Uint32Array(64);
  #marked = new Uint8Array(64);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  add(node: number): void {
    if (node >= this.#marked.length) {
      const grown = new Uint8Array(Math.max(2 * this.#marked.length, node + 1));
      grown.set(this.#marked);
      this.#marked = grown;
    }
    if (this.#marked[node] === 1) return;
    this.#marked[node] = 1;
    if (this.#count === this.#next.length) {
      const grown = new Uint32Array(2 * this.#next.length);
      grown.set(this.#next);
      this.#next = grown;
    }
    this.#next[this.#count++] = node;
  }

  has(node: number): boolean {
    return this.#marked[node] === 1;
  }

  /** Empties the set. @returns its members in ascending order, in the first {@link taken} places */
  take(): Uint32Array {
    const taken = this.#next;
    this.#next = this.#current.length < taken.length ? new Uint32Array(taken.length) : this.#current;
    this.#current = taken;
    const count = this.#count;
    this.taken = count;
    this.#count = 0;
    const marked = this.#marked;
    let sorted = true;
    for (let i = 0, before = -1; i < count; i++) {
      const node = taken[i] as number;
      marked[node] = 0;
      if (node < before) sorted = false;
      before = node;
    }
    if (!sorted) taken.subarray(0, count).sort();
    return taken;
  }
  taken = 0;

  /** The members in ascending order, left where they are. */
  members(): number[] {
    return [...this.#next.subarray(0, this.#count).sort()];
  }
}

/** Something that comes along an edge later. */
export interface Signal {
  readonly edge: number;
  /** Activation edges: the sum to add. */
  readonly amount: number;
  /** Data edges: the value. */
  readonly value: Tagged | undefined;
}

/** What happens in one later step. */
export interface Day {
  readonly signals: Signal[];
  /** Nodes to look at. */
  readonly wakes: number[];
}

/** Days by step. */
export class Calendar {
  readonly days = new Map<number, Day>();

  #day(step: number): Day {
    let day = this.days.get(step);
    if (day === undefined) {
      day = { signals: [], wakes: [] };
      this.days.set(step, day);
    }
    return day;
  }
  signal(step: number, signal: Signal): void {
    this.#day(step).signals.push(signal);
  }
  wake(step: number, node: number): void {
    const { wakes } = this.#day(step);
    if (wakes[wakes.length - 1] !== node) wakes.push(node);
  }
  /** The first step in which something happens. */
  first(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const step of this.days.keys()) if (step < least) least = step;
    return least;
  }
  take(step: number): Day | undefined {
    const day = this.days.get(step);
    if (day !== undefined) this.days.delete(step);
    return day;
  }
}
