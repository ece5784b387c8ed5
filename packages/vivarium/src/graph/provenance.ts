/** The last firings, in columns: what went in, what came out, what it cost (specification, D5). */
import { TRAPS, type Trap } from "./types.js";
import { scalarOf, type Tagged, valueHash } from "./values.js";

/** One firing, as it is told. */
export interface Firing {
  /** Number of the firing since the graph was made or opened. */
  readonly sequence: number;
  readonly step: number;
  readonly node: number;
  readonly key: string | undefined;
  /** Content hash of the code. */
  readonly code: string;
  readonly inputs: readonly (Tagged | undefined)[];
  readonly outputs: readonly (Tagged | undefined)[];
  /** SHA-256 of the values. */
  readonly inputHashes: readonly (string | undefined)[];
  readonly outputHashes: readonly (string | undefined)[];
  readonly trap: Trap | undefined;
  /**
   * Nanoseconds of wall-clock time; no part of the graph's state. Firings that are called by words share the time of
   * their neighbours.
   */
  readonly ns: number;
  readonly fuel: number;
}

/** Values of one firing that lie in the columns; with more of them, or with objects, they are kept as objects. */
const INLINE = 4;
const EMPTY = 255;
const ALL_EMPTY = 0xffffffff;

export class Provenance {
  readonly capacity: number;
  /** Firings since the graph was made or opened. */
  count = 0;
  readonly #step: Float64Array;
  readonly #node: Uint32Array;
  readonly #code: Uint32Array;
  readonly #trap: Uint8Array;
  readonly #ns: Float64Array;
  readonly #fuel: Float64Array;
  readonly #inputs: Uint8Array;
  readonly #tags: Uint8Array;
  /** The tags of a record as one number. */
  readonly #allTags: Uint32Array;
  readonly #words: Uint32Array;
  readonly #messages: (string | undefined)[];
  readonly #objects: (
    | { inputs: readonly (Tagged | undefined)[]; outputs: readonly (Tagged | undefined)[] }
    | undefined
  )[];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#step = new Float64Array(capacity);
    this.#node = new Uint32Array(capacity);
    this.#code = new Uint32Array(capacity);
    this.#trap = new Uint8Array(capacity);
    this.#ns = new Float64Array(capacity);
    this.#fuel = new Float64Array(capacity);
    this.#inputs = new Uint8Array(capacity);
    this.#allTags = new Uint32Array(capacity).fill(ALL_EMPTY);
    this.#tags = new Uint8Array(this.#allTags.buffer);
    this.#words = new Uint32Array(capacity * INLINE * 2);
    this.#messages = new Array<string | undefined>(capacity).fill(undefined);
    this.#objects = new Array<undefined>(capacity).fill(undefined);
  }

  /** Opens the next record and returns its place. */
  begin(step: number, node: number, code: number): number {
    if (this.capacity === 0) return -1;
    const at = this.count++ % this.capacity;
    this.#step[at] = step;
    this.#node[at] = node;
    this.#code[at] = code;
    this.#trap[at] = 0;
    this.#ns[at] = 0;
    this.#fuel[at] = 0;
    this.#inputs[at] = 0;
    this.#allTags[at] = ALL_EMPTY;
    if (this.#messages[at] !== undefined) this.#messages[at] = undefined;
    if (this.#objects[at] !== undefined) this.#objects[at] = undefined;
    return at;
  }

  /** True when so many scalars fit into the columns. */
  fits(values: number): boolean {
    return values <= INLINE;
  }
  scalar(at: number, k: number, tag: number, low: number, high: number): void {
    const t = at * INLINE + k;
    this.#tags[t] = tag;
    this.#words[2 * t] = low;
    this.#words[2 * t + 1] = high;
  }
  inputCount(at: number, count: number): void {
    this.#inputs[at] = count;
  }
  objects(at: number, inputs: readonly (Tagged | undefined)[], outputs: readonly (Tagged | undefined)[]): void {
    this.#objects[at] = { inputs, outputs };
  }
  end(at: number, trap: number, message: string | undefined, ns: number, fuel: number): void {
    this.#trap[at] = trap;
    if (message !== undefined) this.#messages[at] = message;
    this.#ns[at] = ns;
    this.#fuel[at] = fuel;
  }

  /** Gives firings whose time was not taken by itself an equal share. */
  spread(from: number, ns: number): void {
    for (let i = Math.max(from, this.count - this.capacity); i < this.count; i++) {
      const at = i % this.capacity;
      if ((this.#ns[at] as number) < 0) this.#ns[at] = ns;
    }
  }

  /**
   * The last firings, oldest first.
   *
   * @param most how many at most
   * @param wanted only those of this node
   */
  read(
    most: number,
    wanted: number | undefined,
    keyOf: (node: number) => string | undefined,
    hashOf: (code: number) => string,
  ): Firing[] {
    const out: Firing[] = [];
    const kept = Math.min(this.count, this.capacity);
    for (let back = 1; back <= kept && out.length < most; back++) {
      const sequence = this.count - back;
      const at = sequence % this.capacity;
      const node = this.#node[at] as number;
      if (wanted !== undefined && node !== wanted) continue;
      const kind = this.#trap[at] as number;
      const { inputs, outputs } = this.#objects[at] ?? this.#inline(at);
      out.push({
        sequence,
        step: this.#step[at] as number,
        node,
        key: keyOf(node),
        code: hashOf(this.#code[at] as number),
        inputs,
        outputs,
        inputHashes: inputs.map((v) => v && valueHash(v)),
        outputHashes: outputs.map((v) => v && valueHash(v)),
        trap: kind === 0 ? undefined : { kind: TRAPS[kind] as Trap["kind"], message: this.#messages[at] ?? "" },
        ns: Math.max(0, Math.round(this.#ns[at] as number)),
        fuel: this.#fuel[at] as number,
      });
    }
    return out.reverse();
  }

  #inline(at: number): { inputs: (Tagged | undefined)[]; outputs: (Tagged | undefined)[] } {
    const all: (Tagged | undefined)[] = [];
    for (let k = 0; k < INLINE; k++) {
      const t = at * INLINE + k;
      const tag = this.#tags[t] as number;
      all.push(
        tag === EMPTY ? undefined : scalarOf(tag, this.#words[2 * t] as number, this.#words[2 * t + 1] as number),
      );
    }
    const inputs = this.#inputs[at] as number;
    const outputs = all.slice(inputs);
    while (outputs.length > 0 && outputs[outputs.length - 1] === undefined) outputs.pop();
    return { inputs: all.slice(0, inputs), outputs };
  }
}
