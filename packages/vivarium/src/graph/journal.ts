/** What came from outside, by step: with the graph as it was at the start it gives the same graph again (D10). */
import type { Edit } from "./edits.js";
import type { Outcome } from "./payload.js";
import type { Tagged } from "./values.js";

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
