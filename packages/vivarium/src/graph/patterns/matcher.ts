/** All patterns of a graph in one trie, so that a match costs what the text costs and not what there are patterns. */
import type { Tagged } from "../values.js";
import { type BlankType, bound, type Element, type Token } from "./tokens.js";

interface Branch {
  readonly type: BlankType;
  readonly repeat: number;
  readonly next: TrieNode;
}
interface TrieNode {
  readonly constants: Map<string, TrieNode>;
  readonly blanks: Branch[];
  /** Patterns that end here. */
  readonly ends: { readonly id: number; readonly priority: number }[];
}

export interface Match {
  readonly id: number;
  /** Tokens that were taken. */
  readonly length: number;
  /** One value for each blank; a list where a blank repeats. */
  readonly bindings: readonly Tagged[];
}

/** Branches that one search may try; patterns with many repeated blanks can be tried in very many ways. */
const MAX_TRIES = 100_000;

function empty(): TrieNode {
  return { constants: new Map(), blanks: [], ends: [] };
}

export class Matcher {
  #root = empty();
  size = 0;

  add(id: number, elements: readonly Element[], priority: number): void {
    let at = this.#root;
    for (const element of elements) {
      if ("constant" in element) {
        let next = at.constants.get(element.constant);
        if (next === undefined) {
          next = empty();
          at.constants.set(element.constant, next);
        }
        at = next;
      } else {
        const { type, repeat } = element.blank;
        let branch = at.blanks.find((b) => b.type === type && b.repeat === repeat);
        if (branch === undefined) {
          branch = { type, repeat, next: empty() };
          at.blanks.push(branch);
        }
        at = branch.next;
      }
    }
    at.ends.push({ id, priority });
    this.size++;
  }

  clear(): void {
    this.#root = empty();
    this.size = 0;
  }

  /** The match at a position: the longest, of equally long ones that with the highest priority, then the lowest id. */
  at(tokens: readonly Token[], start: number): Match | undefined {
    let best: (Match & { priority: number }) | undefined;
    let tries = 0;
    const values: Tagged[] = [];
    const visit = (node: TrieNode, position: number): void => {
      if (++tries > MAX_TRIES) return;
      for (const { id, priority } of node.ends) {
        const length = position - start;
        const better =
          best === undefined ||
          length > best.length ||
          (length === best.length && (priority > best.priority || (priority === best.priority && id < best.id)));
        if (better) best = { id, length, priority, bindings: [...values] };
      }
      const token = tokens[position];
      if (token === undefined) return;
      const constant = node.constants.get(token.text);
      if (constant !== undefined) visit(constant, position + 1);
      for (const { type, repeat, next } of node.blanks) {
        const items: Tagged[] = [];
        for (let n = 0; n < repeat && position + n < tokens.length; n++) {
          const value = bound(tokens[position + n] as Token, type);
          if (value === undefined) break;
          items.push(value);
          values.push(repeat === 1 ? value : { type: "list", value: [...items] });
          visit(next, position + n + 1);
          values.pop();
        }
      }
    };
    visit(this.#root, start);
    if (best === undefined) return undefined;
    const { id, length, bindings } = best;
    return { id, length, bindings };
  }
}
