/** Reads string literals, f-strings and their concatenation (language reference, 2.4.1–2.4.3; PEP 701). */

import type * as ast from "./ast.js";
import { Cursor } from "./cursor.js";
import { decodeBytes, decodeString, LiteralError } from "./literals.js";
import { isAscii } from "./tokenizer.js";
import * as T from "./tokens.js";

/** A part of an f-string: literal text, or what stands in braces. */
type Piece = ast.Constant | ast.FormattedValue;

/** What a level of f-strings costs, in the steps of {@link Cursor.enter}. */
const FSTRING_COST = 2;

export abstract class StringParser extends Cursor {
  protected abstract starExpressions(): ast.Expr;
  protected abstract yieldExpression(): ast.Expr;

  /** `strings`: one or more adjacent literals. */
  protected strings(): ast.Expr {
    const first = this.pos;
    if (this.t === T.STRING && this.next !== T.STRING && this.next !== T.FSTRING_START) {
      const value = this.stringValue();
      this.advance();
      return this.stringConstant(value, first, first, this.literalKind(first));
    }
    const pieces: Piece[] = [];
    const bytes: Uint8Array[] = [];
    let formatted = false;
    let count = 0;
    while (this.t === T.STRING || this.t === T.FSTRING_START) {
      count++;
      if (this.t === T.FSTRING_START) {
        formatted = true;
        this.fstring(pieces);
      } else {
        const value = this.stringValue();
        if (typeof value !== "string") bytes.push(value);
        else pieces.push(this.stringConstant(value, this.pos, this.pos, this.literalKind(this.pos)));
        this.advance();
      }
    }
    const last = this.pos - 1;
    if (bytes.length > 0) {
      if (bytes.length < count) {
        this.touch(this.pos);
        throw this.errorAt("cannot mix bytes and nonbytes literals", this.pos, this.pos);
      }
      return this.stringConstant(concatenate(bytes), first, last, null);
    }
    if (!formatted) {
      const text = pieces.map((piece) => (piece as ast.Constant).value).join("");
      return this.stringConstant(text, first, last, (pieces[0] as ast.Constant).literal_kind);
    }
    return this.joinedStr(pieces, first, last);
  }

  protected stringConstant(value: ast.ConstantValue, from: number, to: number, kind: "u" | null): ast.Constant {
    return {
      kind: "Constant",
      value,
      literal_kind: kind,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** Adjacent texts become one; empty ones disappear. */
  protected joinedStr(pieces: readonly Piece[], from: number, to: number): ast.JoinedStr {
    const values: ast.Expr[] = [];
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      if (piece.kind === "FormattedValue") {
        values.push(piece);
        continue;
      }
      const texts: string[] = [];
      let last = piece;
      for (; i < pieces.length && pieces[i].kind === "Constant"; i++) {
        last = pieces[i] as ast.Constant;
        texts.push(last.value as string);
      }
      i--;
      const text = texts.join("");
      if (text === "") continue;
      piece.value = text;
      piece.end_lineno = last.end_lineno;
      piece.end_col_offset = last.end_col_offset;
      values.push(piece);
    }
    return {
      kind: "JoinedStr",
      values,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected literalKind(pos: number): "u" | null {
    return (this.source.charCodeAt(this.start[pos]) | 0x20) === 0x75 ? "u" : null;
  }

  /** The value of the `STRING` token at the current position. */
  protected stringValue(): string | Uint8Array {
    const s = this.source;
    let from = this.start[this.pos];
    const end = this.end[this.pos];
    let raw = false;
    let bytes = false;
    let quote = s.charCodeAt(from);
    while (quote !== 0x22 && quote !== 0x27) {
      if ((quote | 0x20) === 0x72) raw = true;
      else if ((quote | 0x20) === 0x62) bytes = true;
      quote = s.charCodeAt(++from);
    }
    const size = end - from >= 6 && s.charCodeAt(from + 1) === quote && s.charCodeAt(from + 2) === quote ? 3 : 1;
    const body = s.slice(from + size, end - size);
    if (bytes) {
      if (!isAscii(body)) {
        this.touch(this.pos);
        throw this.errorAt("bytes can only contain ASCII literal characters", this.pos, this.pos);
      }
      return this.decoded(() => decodeBytes(body, raw), this.pos);
    }
    return raw || !body.includes("\\")
      ? body
      : this.decoded(() => decodeString(body, this.input.unicodeNames), this.pos);
  }

  /** A malformed escape is an error of the token at `pos`. */
  protected decoded<R>(decode: () => R, pos: number): R {
    try {
      return decode();
    } catch (e) {
      if (!(e instanceof LiteralError)) throw e;
      this.touch(pos);
      throw this.errorAt(e.message, pos, pos);
    }
  }

  // --- f-strings -----------------------------------------------------------------------------------------------------

  protected fstring(pieces: Piece[]): void {
    const raw = this.aux[this.pos] === 1;
    this.enter(FSTRING_COST);
    this.advance();
    const texts: ast.Constant[] = [];
    while (this.t !== T.FSTRING_END) {
      if (this.t === T.FSTRING_MIDDLE) {
        const text = this.fstringMiddle();
        texts.push(text);
        pieces.push(text);
      } else if (this.t === T.LBRACE) {
        const before = pieces.length;
        this.replacementField(pieces);
        // Escapes are decoded in the text of `{expression=}` too.
        for (const piece of pieces.slice(before)) if (piece.kind === "Constant") texts.push(piece as ast.Constant);
      } else this.mismatch();
    }
    // Only now: an error in an expression comes before one in the text, as in CPython.
    if (!raw) for (const text of texts) this.decodeText(text);
    this.advance();
    this.depth -= FSTRING_COST;
  }

  protected fstringMiddle(): ast.Constant {
    const { pos } = this;
    const text = this.source.slice(this.start[pos], this.end[pos]);
    this.advance();
    return this.stringConstant(text, pos, pos, null);
  }

  protected decodeText(node: ast.Constant): void {
    const text = node.value as string;
    if (text.includes("\\")) node.value = this.decoded(() => decodeString(text, this.input.unicodeNames), this.pos);
  }

  /** `fstring_replacement_field`: `{ expression [=] [!conversion] [:format] }`. */
  protected replacementField(pieces: Piece[]): void {
    const open = this.pos;
    this.advance();
    const value = this.t === T.KW_YIELD ? this.yieldExpression() : this.starExpressions();
    const debug = this.accept(T.EQUAL);
    const textEnd = this.pos;
    let conversion: ast.FormattedValue["conversion"] = -1;
    if (this.t === T.EXCLAMATION) {
      this.advance();
      conversion = this.conversion();
    }
    let spec: ast.JoinedStr | null = null;
    if (this.t === T.COLON) spec = this.formatSpec();
    else if (debug && conversion === -1) conversion = 114;
    const close = this.pos;
    this.expect(T.RBRACE);
    if (debug) pieces.push(this.debugText(open, textEnd));
    pieces.push({
      kind: "FormattedValue",
      value,
      conversion,
      format_spec: spec,
      lineno: this.line[open],
      col_offset: this.col[open],
      end_lineno: this.endLine[close],
      end_col_offset: this.endCol[close],
    });
  }

  protected conversion(): ast.FormattedValue["conversion"] {
    const name = this.pos;
    if (this.t !== T.NAME) this.mismatch();
    this.touch(name);
    if (this.start[name] !== this.end[name - 1]) {
      throw this.errorAt("f-string: conversion type must come right after the exclamanation mark", name - 1, name);
    }
    const letter = this.expectName();
    if (letter !== "s" && letter !== "r" && letter !== "a") {
      throw this.errorAt(`f-string: invalid conversion character '${letter}': expected 's', 'r', or 'a'`, name, name);
    }
    return letter === "s" ? 115 : letter === "r" ? 114 : 97;
  }

  protected formatSpec(): ast.JoinedStr {
    const from = this.pos;
    const pieces: Piece[] = [];
    this.advance();
    while (this.t === T.FSTRING_MIDDLE || this.t === T.LBRACE) {
      if (this.t === T.FSTRING_MIDDLE) {
        const raw = this.aux[this.pos] === 1;
        const text = this.fstringMiddle();
        if (!raw) this.decodeText(text);
        pieces.push(text);
      } else this.replacementField(pieces);
    }
    return this.joinedStr(pieces, from, this.pos - 1);
  }

  /** The text of `{expression=}`, without comments. */
  protected debugText(open: number, end: number): ast.Constant {
    let text = "";
    let from = this.end[open];
    for (let i = open + 1; i <= end; i++) {
      // comments stand between tokens, never inside one
      const gap = this.source.slice(this.end[i - 1], this.start[i]);
      if (gap.includes("#")) {
        text += this.source.slice(from, this.end[i - 1]) + gap.replace(/#[^\n]*/g, "");
        from = this.start[i];
      }
    }
    text += this.source.slice(from, this.start[end]);
    return {
      kind: "Constant",
      value: text,
      literal_kind: null,
      lineno: this.endLine[open],
      col_offset: this.endCol[open],
      end_lineno: this.line[end],
      end_col_offset: this.col[end],
    };
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
