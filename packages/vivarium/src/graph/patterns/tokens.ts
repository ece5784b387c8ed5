/** Text into tokens, and pattern texts into elements: constants and typed blanks (specification, D11). */
import { GraphError } from "../errors.js";
import type { Tagged } from "../values.js";

export interface Token {
  readonly kind: "number" | "word" | "symbol";
  readonly text: string;
}

/** Longest text that is cut into tokens. */
const MAX_TEXT = 1 << 20;

/** Numbers, words and single signs; `12` is one token, and white space none. */
export function tokens(text: string): Token[] {
  if (text.length > MAX_TEXT) throw new GraphError("GRAPH_TEXT", `more than ${MAX_TEXT} characters of text`);
  const out: Token[] = [];
  for (const [, number, word, symbol] of text.matchAll(/\s*(?:(\d+)|([\p{L}_][\p{L}\p{N}_]*)|(\S))/gu)) {
    if (number !== undefined) out.push({ kind: "number", text: number });
    else if (word !== undefined) out.push({ kind: "word", text: word });
    else if (symbol !== undefined) out.push({ kind: "symbol", text: symbol });
  }
  return out;
}

export const BLANK_TYPES = ["u64", "str"] as const;
export type BlankType = (typeof BLANK_TYPES)[number];

/** A place that any token of a type fills. */
export interface Blank {
  readonly name: string;
  readonly type: BlankType;
  /** Tokens that it takes at most; with more than one it binds a list. */
  readonly repeat: number;
}

export type Element = { readonly constant: string } | { readonly blank: Blank };

const MAX_REPEAT = 64;
const MAX_ELEMENTS = 256;

/**
 * Reads a pattern: `_+_=?`, `_x:u64 plus _y:u64`, `sum _n:u64*8`. `_` alone is a number, named a, b, c …
 *
 * @throws GraphError `GRAPH_PATTERN`
 */
export function parsePattern(text: string): Element[] {
  const out: Element[] = [];
  let blanks = 0;
  if (text.length > 4096) throw new GraphError("GRAPH_PATTERN", "a pattern of more than 4096 characters");
  const parts = text.matchAll(
    /\s*(?:_([A-Za-z][A-Za-z0-9]*)?(?::(\w+))?(?:\*(\d{1,3}))?|(\d+)|([\p{L}][\p{L}\p{N}_]*)|(\S))/gu,
  );
  for (const [, name, type, repeat, number, word, symbol] of parts) {
    const constant = number ?? word ?? symbol;
    if (constant !== undefined) {
      out.push({ constant });
      continue;
    }
    const blank: Blank = {
      name: name ?? String.fromCharCode(97 + blanks),
      type: (type ?? "u64") as BlankType,
      repeat: repeat === undefined ? 1 : Number(repeat),
    };
    blanks++;
    if (!BLANK_TYPES.includes(blank.type)) {
      throw new GraphError("GRAPH_PATTERN", `a blank is ${BLANK_TYPES.join(" or ")}, not ${blank.type}`);
    }
    if (blank.repeat < 1 || blank.repeat > MAX_REPEAT || blanks > 26) {
      throw new GraphError("GRAPH_PATTERN", `at most 26 blanks, each of 1 to ${MAX_REPEAT} tokens`);
    }
    out.push({ blank });
  }
  if (out.length === 0 || out.length > MAX_ELEMENTS) {
    throw new GraphError("GRAPH_PATTERN", `a pattern has 1 to ${MAX_ELEMENTS} elements`);
  }
  const names = out.flatMap((e) => ("blank" in e ? [e.blank.name] : []));
  if (new Set(names).size !== names.length) throw new GraphError("GRAPH_PATTERN", "two blanks have one name");
  return out;
}

/** The pattern as {@link parsePattern} reads it; equal patterns have equal texts. */
export function patternText(elements: readonly Element[]): string {
  return elements
    .map((e) =>
      "constant" in e
        ? e.constant
        : `_${e.blank.name}:${e.blank.type}${e.blank.repeat === 1 ? "" : `*${e.blank.repeat}`}`,
    )
    .join(" ");
}

/** What makes two patterns the same: their elements without the names of blanks. */
export function patternShape(elements: readonly Element[]): string {
  return JSON.stringify(elements.map((e) => ("constant" in e ? e.constant : [e.blank.type, e.blank.repeat])));
}

/** The value of a token in a blank of this type; `undefined` where it does not fill it. */
export function bound(token: Token, type: BlankType): Tagged | undefined {
  if (type === "str") return { type: "str", value: token.text };
  if (token.kind !== "number" || token.text.length > 20) return undefined;
  const value = BigInt(token.text);
  return value < 2n ** 64n ? { type: "u64", value } : undefined;
}
