/** A position in a token stream: what every part of the parser stands on. */

import type { PySyntaxError } from "./error.js";
import type { UnicodeNames } from "./parse.js";
import type { Tokens } from "./tokenizer.js";
import * as T from "./tokens.js";

/**
 * Thrown when the tokens do not fit, and caught to try another alternative or to look for the reason. One object, made
 * once: it carries nothing, and an `Error` made for every throw would cost its stack trace.
 */
export const MISMATCH: Error = new Error("the tokens do not fit");

/** What the parser needs beside the tokens. */
export interface Input {
  readonly source: string;
  readonly tokens: Tokens;
  readonly filename: string;
  readonly maxDepth: number;
  readonly maxIntDigits: number;
  readonly unicodeNames: UnicodeNames | undefined;
}

/** A place to come back to. */
export interface Mark {
  readonly pos: number;
  readonly depth: number;
}

export abstract class Cursor {
  protected readonly source: string;
  protected readonly kind: Uint8Array;
  protected readonly start: Int32Array;
  protected readonly end: Int32Array;
  protected readonly line: Int32Array;
  protected readonly col: Int32Array;
  protected readonly endLine: Int32Array;
  protected readonly endCol: Int32Array;
  protected readonly aux: Int32Array;
  protected readonly names: readonly string[];
  protected readonly maxDepth: number;

  /** Index of the current token, and its kind. */
  protected pos = 0;
  protected t: number;
  /** Levels of recursion, in steps of what a level costs on the host's stack. */
  protected depth = 0;
  /** The furthest token that was looked at in vain: where "invalid syntax" points. */
  furthest = 0;

  constructor(protected readonly input: Input) {
    const { tokens } = input;
    this.source = input.source;
    this.kind = tokens.kind;
    this.start = tokens.start;
    this.end = tokens.end;
    this.line = tokens.line;
    this.col = tokens.col;
    this.endLine = tokens.endLine;
    this.endCol = tokens.endCol;
    this.aux = tokens.aux;
    this.names = tokens.names;
    this.maxDepth = input.maxDepth;
    this.t = this.kind[0];
  }

  protected advance(): void {
    this.t = this.kind[++this.pos];
  }

  /** The kind of the token after the current one. */
  protected get next(): number {
    return this.kind[this.pos + 1];
  }

  protected accept(kind: number): boolean {
    if (this.t !== kind) return false;
    this.advance();
    return true;
  }

  protected expect(kind: number): void {
    if (this.t !== kind) this.mismatch();
    this.advance();
  }

  /** Expects a token whose absence has a message of its own; see `Diagnoser`. */
  protected require(kind: number): void {
    this.expect(kind);
  }

  protected expectName(): string {
    if (this.t !== T.NAME) this.mismatch();
    const name = this.names[this.aux[this.pos]];
    this.advance();
    return name;
  }

  protected isName(text: string): boolean {
    return this.t === T.NAME && this.names[this.aux[this.pos]] === text;
  }

  protected mismatch(): never {
    this.touch(this.pos);
    throw MISMATCH;
  }

  /** Notes that the token at `pos` was looked at. */
  protected touch(pos: number): void {
    if (pos > this.furthest) this.furthest = pos;
  }

  protected mark(): Mark {
    return { pos: this.pos, depth: this.depth };
  }

  protected reset(mark: Mark): void {
    this.touch(this.pos);
    this.pos = mark.pos;
    this.t = this.kind[mark.pos];
    this.depth = mark.depth;
  }

  /** Runs an alternative; on mismatch goes back to where it began and gives `undefined`. */
  protected attempt<R>(alternative: () => R): R | undefined {
    const mark = this.mark();
    try {
      return alternative();
    } catch (e) {
      if (e !== MISMATCH) throw e;
      this.reset(mark);
      return undefined;
    }
  }

  /** Index of the last token before the current one that is not layout: where a node that was just read ends. */
  protected lastToken(): number {
    let i = this.pos - 1;
    while (this.kind[i] <= T.DEDENT) i--;
    return i;
  }

  /** Enters a level of recursion that costs `cost` steps of the host's stack; leave it by `this.depth -= cost`. */
  protected enter(cost: number): void {
    this.depth += cost;
    if (this.depth > this.maxDepth) throw this.tooDeep();
  }

  protected abstract tooDeep(): PySyntaxError;

  /** An error at the tokens `from` to `to`, both included. */
  protected abstract errorAt(msg: string, from: number, to: number): PySyntaxError;
}
