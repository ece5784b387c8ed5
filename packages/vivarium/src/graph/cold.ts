/** Read-only data that belongs to a graph: named bytes, checked against their SHA-256 when they are first read (D2). */
import { sha256 } from "../index.js";
import { GraphError } from "./errors.js";
import { LIMIT } from "./types.js";
import { hex } from "./values.js";

/** An entry: its name, its size, and what identifies its content. */
export interface ColdEntry {
  readonly name: string;
  /** Bytes. */
  readonly length: number;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

interface Kept extends ColdEntry {
  readonly bytes: Uint8Array;
  /** The bytes are what the hash says. */
  checked: boolean;
}

export class ColdData {
  readonly #entries = new Map<string, Kept>();

  /** Entries in the order in which they were added. */
  get entries(): readonly ColdEntry[] {
    return [...this.#entries.values()].map(({ name, length, hash }) => ({ name, length, hash }));
  }
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds an entry. What is there is never replaced.
   *
   * @returns false when the same entry is there already
   * @throws GraphError `GRAPH_COLD` for another entry of that name, `GRAPH_LIMIT`
   */
  add(name: string, bytes: Uint8Array): boolean {
    const hash = hex(sha256(bytes));
    const known = this.#entries.get(name);
    if (known !== undefined) {
      if (known.hash === hash) return false;
      throw new GraphError("GRAPH_COLD", `there is another entry ${JSON.stringify(name)} already`);
    }
    if (name.length === 0 || name.length > LIMIT.key || bytes.length > LIMIT.valueBytes * 16) {
      throw new GraphError("GRAPH_LIMIT", "the name of the entry is empty or too long, or the entry too large");
    }
    this.restore({ name, length: bytes.length, hash }, Uint8Array.from(bytes), true);
    return true;
  }

  /** Puts an entry back as it was. @param checked its hash need not be computed again */
  restore(entry: ColdEntry, bytes: Uint8Array, checked: boolean): void {
    if (this.#entries.size >= LIMIT.coldEntries) {
      throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.coldEntries} entries of cold data`);
    }
    this.#entries.set(entry.name, { ...entry, bytes, checked });
  }
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The bytes of an entry, in place. */
  bytesOf(name: string): Uint8Array | undefined {
    return this.#entries.get(name)?.bytes;
  }

  /**
   * A part of an entry.
   *
   * @returns `undefined` when there is no such entry or not so much of it
   * @throws GraphError `GRAPH_COLD` when its bytes are not what its hash says
   */
  read(name: string, offset: number, length: number): Uint8Array | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined || offset + length > entry.length) return undefined;
    if (!entry.checked) {
      if (hex(sha256(entry.bytes)) !== entry.hash) {
        throw new GraphError("GRAPH_COLD", `the entry ${JSON.stringify(name)} is not what its hash says`);
      }
      entry.checked = true;
    }
    return entry.bytes.slice(offset, offset + length);
  }

  /** Takes entries back until there are so many. */
  truncate(count: number): void {
    for (const name of [...this.#entries.keys()].slice(count)) this.#entries.delete(name);
  }
}
