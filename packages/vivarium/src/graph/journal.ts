/** What came from outside, by step: with the graph as it was at the start it gives the same graph again (D10). */
import { LoadError } from "../index.js";
import type { Edit } from "./edits.js";
import type { Outcome } from "./payload.js";
import { hex, NodeRef, type Tagged } from "./values.js";

export type JournalEntry = { readonly step: number } & (
  | { readonly kind: "edit"; readonly edit: Edit }
  /** A run began with these grants. */
  | { readonly kind: "grant"; readonly grant: readonly string[] }
  /** No more than so many firings were allowed in this step. */
  | { readonly kind: "allow"; readonly fires: number }
  /** What a host function gave that a repetition might not. */
  | { readonly kind: "result"; readonly node: number; readonly name: string; readonly value: Tagged }
  | { readonly kind: "suspend"; readonly node: number }
  | { readonly kind: "settle"; readonly node: number; readonly outcome: Outcome }
  /** How a firing ended by wall-clock time or from outside. */
  | { readonly kind: "verdict"; readonly node: number; readonly outcome: Outcome }
  /** The steps since the last entry, and the graph's hash after them. */
  | { readonly kind: "end"; readonly hash: string }
);

/** A recording. */
export interface Journal {
  /** Hash of the graph before the first entry. */
  readonly base: string;
  readonly entries: readonly JournalEntry[];
}

/** What a replay takes from the journal while steps are repeated. */
export class Script {
  readonly #results = new Map<string, Tagged[]>();
  readonly #verdicts = new Map<string, Outcome | "suspended">();
  readonly #allow = new Map<number, number>();

  constructor(entries: readonly JournalEntry[]) {
    for (const entry of entries) {
      switch (entry.kind) {
        case "result": {
          const key = `${entry.step} ${entry.node} ${entry.name}`;
          const list = this.#results.get(key);
          if (list === undefined) this.#results.set(key, [entry.value]);
          else list.push(entry.value);
          break;
        }
        case "verdict":
          this.#verdicts.set(`${entry.step} ${entry.node}`, entry.outcome);
          break;
        case "suspend":
          this.#verdicts.set(`${entry.step} ${entry.node}`, "suspended");
          break;
        case "allow":
          this.#allow.set(entry.step, entry.fires);
          break;
        default:
      }
    }
  }

  result(step: number, node: number, name: string): Tagged | undefined {
    return this.#results.get(`${step} ${node} ${name}`)?.shift();
  }
  verdict(step: number, node: number): Outcome | "suspended" | undefined {
    return this.#verdicts.get(`${step} ${node}`);
  }
  allow(step: number): number | undefined {
    return this.#allow.get(step);
  }
}

const MAX_JOURNAL = 1 << 30;
const KINDS: ReadonlySet<string> = new Set(["edit", "grant", "allow", "result", "suspend", "settle", "verdict", "end"]);

/** A recording as text: JSON in which numbers that JSON does not have are objects with one member. */
export function writeJournal(journal: Journal): string {
  return journalText(journal);
}

/** A part of a recording as such text. */
export function journalText(part: unknown): string {
  return JSON.stringify(part, (_key, value: unknown) => {
    if (typeof value === "bigint") return { $n: value.toString() };
    if (value instanceof Uint8Array) return { $b: hex(value) };
    if (value instanceof NodeRef) return { $r: value.node };
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
      return { $f: Object.is(value, -0) ? "-0" : String(value) };
    }
    return value;
  });
}

/** What {@link journalText} wrote. @throws SyntaxError */
export function journalPart(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== "object" || item === null) return item;
    const { $n, $b, $r, $f } = item as { $n?: unknown; $b?: unknown; $r?: unknown; $f?: unknown };
    if (typeof $n === "string" && /^-?\d{1,20}$/.test($n)) return BigInt($n);
    if (typeof $b === "string") return Uint8Array.from($b.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    if (typeof $r === "number") return new NodeRef($r);
    if (typeof $f === "string") return Number($f);
    return item;
  });
}

/** An entry of a recording, as far as its form says. */
export function isEntry(entry: unknown): entry is JournalEntry {
  const { step, kind } = (entry ?? {}) as { step?: unknown; kind?: unknown };
  return Number.isSafeInteger(step) && KINDS.has(String(kind));
}

/**
 * Reads what {@link writeJournal} wrote.
 *
 * @throws LoadError `GRAPH_JOURNAL`
 */
export function readJournal(text: string): Journal {
  const refuse = (reason: string): never => {
    throw new LoadError("GRAPH_JOURNAL", reason, { offset: 0, expected: "what viv graph run --record writes" });
  };
  if (text.length > MAX_JOURNAL) refuse("the recording is too long");
  let value: unknown;
  try {
    value = journalPart(text);
  } catch {
    return refuse("the recording is no JSON");
  }
  const { base, entries } = (value ?? {}) as { base?: unknown; entries?: unknown };
  if (typeof base !== "string" || !Array.isArray(entries)) return refuse("the recording has no base or no entries");
  if (!entries.every(isEntry)) return refuse("an entry is none");
  return value as Journal;
}
