/**
 * Turns Python source text into tokens: indentation, numbers, strings, f-strings as their parts (PEP 701). Follows
 * "Lexical analysis" of the language reference and CPython's `Parser/tokenizer.c`.
 *
 * Tokens are kept as columns of typed arrays: a million of them is 29 MB and no garbage. The first error ends the
 * stream with an `ERROR` token; whether it is reported is the parser's decision, since a syntax error before it may
 * come first.
 */

import type { PySyntaxErrorKind } from "./error.js";
import * as T from "./tokens.js";

/** Nested f-strings, and nested `{…}` in format specifications, as in CPython. */
const MAX_FSTRING_LEVEL = 150;
const MAX_EXPRESSION_NESTING = 3;
const TAB_SIZE = 8;

/** What ended the token stream early. Columns count code points from 1. */
export interface TokenError {
  readonly kind: PySyntaxErrorKind;
  readonly msg: string;
  readonly lineno: number;
  readonly offset: number;
  readonly endOffset: number;
  /** It was found when the source ended: more source might make the program right. */
  readonly atEnd: boolean;
  /** Takes precedence over what the parser found before it: an error of CPython's tokenizer outside f-strings. */
  readonly raised: boolean;
  /** Found inside an f-string: never takes precedence. */
  readonly inFString: boolean;
}

/** The tokens of a source, column by column. Index `count - 1` is `END` or `ERROR`. */
export interface Tokens {
  readonly count: number;
  readonly kind: Uint8Array;
  /** UTF-16 offsets. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** 1-based lines, 0-based columns in UTF-8 bytes. */
  readonly line: Int32Array;
  readonly col: Int32Array;
  readonly endLine: Int32Array;
  readonly endCol: Int32Array;
  /** For `NAME` and keywords: index into `names`. For f-string parts: 1 when raw. */
  readonly aux: Int32Array;
  /** Distinct identifiers, NFKC-normalised. */
  readonly names: readonly string[];
  readonly error: TokenError | null;
  /** Brackets that were open when the stream ended, outermost first: their characters and positions. */
  readonly open: readonly OpenBracket[];
}

/** A bracket that waits for its partner. */
export interface OpenBracket {
  readonly char: string;
  readonly lineno: number;
  /** UTF-16 offset. */
  readonly pos: number;
}

export interface TokenizerLimits {
  readonly parentheses: number;
  readonly indentation: number;
}

/** An f-string that is being read. */
interface FString {
  readonly quote: number;
  readonly size: 1 | 3;
  readonly raw: boolean;
  /** Where it began, for "unterminated". */
  readonly line: number;
  readonly lineStart: number;
  readonly pos: number;
  /** Reading literal text rather than the expression of a `{…}`. */
  literal: boolean;
  /** Brackets open inside the f-string. */
  depth: number;
  /** `{…}` being read: -1 at the top, more inside format specifications. */
  expression: number;
}

// Character classes of ASCII.
const OTHER = 0;
const IDENT = 1;
const DIGIT = 2;
const BLANK = 3;
const LINE_END = 4;
const QUOTE = 5;
const PUNCT = 6;
const CLASS = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const ch = String.fromCharCode(c);
  CLASS[c] = /[A-Za-z_]/.test(ch)
    ? IDENT
    : /[0-9]/.test(ch)
      ? DIGIT
      : /[ \t\f]/.test(ch)
        ? BLANK
        : ch === "\n"
          ? LINE_END
          : /["']/.test(ch)
            ? QUOTE
            : /[()[\]{}:,;.!=+\-*/%@&|^~<>]/.test(ch)
              ? PUNCT
              : OTHER;
}

/** Kinds of one-, two- and three-character operators, by first character, then by the text. */
const ONE = new Uint8Array(128);
const TWO = new Uint8Array(128 * 128);
const THREE = new Map<number, number>();
for (const [text, kind] of T.PUNCTUATION_KIND) {
  const [a, b, c] = [text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2)];
  if (text.length === 1) ONE[a] = kind;
  else if (text.length === 2) TWO[a * 128 + b] = kind;
  else THREE.set((a * 128 + b) * 128 + c, kind);
}
TWO[0x3c * 128 + 0x3e] = T.STRAY; // `<>` is one token, and an operator only under an old joke import

/** Two-character beginnings that may continue to three. */
const MAY_BE_THREE = new Uint8Array(128 * 128);
for (const key of THREE.keys()) MAY_BE_THREE[key >> 7] = 1;

const DECIMAL_FOLLOWERS = /(?:and|else|for|if|in|is|or|not)/y;
const STRING_PREFIX = /^(?:[bB][rR]?|[rR][bB]?|[uU]|[fF][rR]?|[rR][fF])$/;
const XID_START = /^[\p{XID_Start}_]$/u;
const XID_CONTINUE = /^\p{XID_Continue}$/u;
/** What Python's `str.isprintable` refuses, apart from the space. */
const UNPRINTABLE = /^[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]$/u;

/** Longest chain in the identifier table before a `Map` takes over: bounds the work on names made to collide. */
const MAX_PROBES = 16;

/**
 * Cuts `source` into tokens.
 *
 * @param source text whose line ends are all `\n`
 */
export function tokenize(source: string, limits: TokenizerLimits): Tokens {
  return new Tokenizer(source, limits).run();
}

class Tokenizer implements Tokens {
  count = 0;
  kind: Uint8Array;
  start: Int32Array;
  end: Int32Array;
  line: Int32Array;
  col: Int32Array;
  endLine: Int32Array;
  endCol: Int32Array;
  aux: Int32Array;
  names: string[] = [...T.KEYWORDS];
  error: TokenError | null = null;
  open: OpenBracket[] = [];

  private readonly ascii: boolean;
  /** Line being read: number from 1 and UTF-16 offset of its beginning. */
  private lineno = 1;
  private lineStart = 0;
  /** A position on the current line whose byte column is known, for sources that are not ASCII. */
  private knownPos = 0;
  private knownCol = 0;
  private readonly brackets: number[] = [];
  private readonly bracketLines: number[] = [];
  private readonly bracketPositions: number[] = [];
  private readonly fstrings: FString[] = [];

  /** Open-addressed table of identifiers: name index + 1, or 0. */
  private table = new Int32Array(1024);
  private readonly hashes: number[] = [];
  private overflow: Map<string, number> | undefined;

  constructor(
    private readonly source: string,
    private readonly limits: TokenizerLimits,
  ) {
    const capacity = (source.length >> 2) + 64;
    this.kind = new Uint8Array(capacity);
    this.start = new Int32Array(capacity);
    this.end = new Int32Array(capacity);
    this.line = new Int32Array(capacity);
    this.col = new Int32Array(capacity);
    this.endLine = new Int32Array(capacity);
    this.endCol = new Int32Array(capacity);
    this.aux = new Int32Array(capacity);
    this.ascii = isAscii(source);
    for (let i = 0; i < this.names.length; i++) {
      const hash = hashOf(this.names[i]);
      this.hashes.push(hash);
      this.insert(hash, i);
    }
  }

  run(): Tokens {
    const s = this.source;
    const length = s.length;
    const indents = [0];
    const altIndents = [0];
    let pos = 0;
    let atLineStart = true;
    let blankLine = false;
    let comment = -1;

    for (;;) {
      if (this.fstrings.length > 0) {
        const f = this.fstrings[this.fstrings.length - 1];
        if (f.literal) {
          pos = this.fstringText(f, pos);
          if (this.error !== null) return this.finish();
          continue;
        }
      }

      if (atLineStart) {
        // Indentation, in two measures: tabs to multiples of eight, and tabs as one column. A line where they
        // disagree about what it is inside of is inconsistent (language reference, 2.1.8).
        atLineStart = false;
        let col = 0;
        let alt = 0;
        let continued = -1;
        for (;;) {
          const c = s.charCodeAt(pos);
          if (c === 0x20) {
            col++;
            alt++;
          } else if (c === 0x09) {
            col = ((col / TAB_SIZE) | 0) * TAB_SIZE + TAB_SIZE;
            alt++;
          } else if (c === 0x0c) {
            col = alt = 0;
          } else if (c === 0x5c) {
            if (continued <= 0) continued = col;
            pos = this.continuation(pos);
            if (this.error !== null) return this.finish();
            continue;
          } else break;
          pos++;
        }
        const c = s.charCodeAt(pos);
        blankLine = c === 0x23 || c === 0x0a;
        if (!blankLine && this.brackets.length === 0) {
          if (continued > 0) col = alt = continued;
          if (pos >= length) col = alt = 0;
          const top = indents.length - 1;
          if (col === indents[top]) {
            if (alt !== altIndents[top]) return this.indentationFault("tabs", pos);
          } else if (col > indents[top]) {
            if (indents.length >= this.limits.indentation) return this.indentationFault("deep", pos);
            if (alt <= altIndents[top]) return this.indentationFault("tabs", pos);
            indents.push(col);
            altIndents.push(alt);
            this.push(T.INDENT, pos, pos, this.column(pos), this.column(pos), 0);
          } else {
            while (col < indents[indents.length - 1]) {
              indents.pop();
              altIndents.pop();
              this.push(T.DEDENT, pos, pos, this.column(pos), this.column(pos), 0);
            }
            if (col !== indents[indents.length - 1]) {
              // CPython notices before it hands out the first DEDENT
              while (this.kind[this.count - 1] === T.DEDENT) this.count--;
              return this.indentationFault("dedent", pos);
            }
            if (alt !== altIndents[altIndents.length - 1]) {
              while (this.kind[this.count - 1] === T.DEDENT) this.count--;
              return this.indentationFault("tabs", pos);
            }
          }
        }
      }

      // One token of ordinary code.
      let c = s.charCodeAt(pos);
      while (c === 0x20 || c === 0x09 || c === 0x0c) c = s.charCodeAt(++pos);

      if (c < 128) {
        const cls = CLASS[c];
        if (cls === IDENT) {
          const from = pos;
          let hash = 0;
          do {
            hash = (Math.imul(hash, 31) + c) | 0;
            c = s.charCodeAt(++pos);
          } while (c < 128 && (CLASS[c] === IDENT || CLASS[c] === DIGIT));
          if ((c === 0x22 || c === 0x27) && pos - from <= 2 && STRING_PREFIX.test(s.slice(from, pos))) {
            pos = this.string(from, pos);
            if (this.error !== null) return this.finish();
          } else if (c >= 128) {
            pos = this.identifier(from);
            if (this.error !== null) return this.finish();
          } else {
            const id = this.intern(hash, s, from, pos);
            const kind = id < T.KEYWORDS.length ? T.KW_FALSE + id : T.NAME;
            const col = this.column(from);
            this.push(kind, from, pos, col, col + pos - from, id);
          }
        } else if (cls === PUNCT) {
          pos = this.punctuation(c, pos);
          if (this.error !== null) return this.finish();
        } else if (cls === DIGIT) {
          pos = this.number(pos);
          if (this.error !== null) return this.finish();
        } else if (cls === LINE_END) {
          if (!blankLine && this.brackets.length === 0) {
            // CPython's token begins at a comment before it
            const from = comment >= this.lineStart ? comment : pos;
            const col = this.column(from);
            this.push(T.NEWLINE, from, pos + 1, col, this.column(pos) + 1, 0);
          }
          blankLine = false;
          atLineStart = true;
          pos++;
          this.newLine(pos);
        } else if (c === 0x23) {
          const end = s.indexOf("\n", pos);
          comment = pos;
          pos = end < 0 ? length : end;
        } else if (cls === QUOTE) {
          pos = this.string(pos, pos);
          if (this.error !== null) return this.finish();
        } else if (c === 0x5c) {
          pos = this.continuation(pos);
          if (this.error !== null) return this.finish();
        } else if (c < 0x20 || c === 0x7f) {
          this.fail(`invalid non-printable character U+${hex(c)}`, pos + 1);
          return this.finish();
        } else {
          const col = this.column(pos);
          this.push(T.STRAY, pos, pos + 1, col, col + 1, 0);
          pos++;
        }
      } else if (pos < length) {
        pos = this.identifier(pos);
        if (this.error !== null) return this.finish();
      } else {
        return this.endOfSource(pos, blankLine, indents.length - 1);
      }
    }
  }

  // --- the end ---------------------------------------------------------------------------------------------------

  private endOfSource(pos: number, blankLine: boolean, indents: number): Tokens {
    if (this.brackets.length > 0) {
      this.error = this.neverClosed();
      return this.finish();
    }
    const last = this.kind[this.count - 1];
    const col = this.column(pos);
    if (this.count > 0 && last !== T.NEWLINE && last !== T.DEDENT && !blankLine) {
      // a last line without line end gets a NEWLINE all the same
      this.push(T.NEWLINE, pos, pos, col, col + 1, 0);
      this.newLine(pos);
    }
    for (let i = 0; i < indents; i++) this.push(T.DEDENT, pos, pos, 0, 0, 0);
    if (pos > this.lineStart) this.newLine(pos);
    this.push(T.END, pos, pos, 0, 0, 0);
    return this.finish();
  }

  /** The innermost bracket that is open. */
  private neverClosed(): TokenError {
    const s = this.source;
    const top = this.brackets.length - 1;
    const at = this.bracketPositions[top];
    return {
      kind: "SyntaxError",
      msg: `'${String.fromCharCode(this.brackets[top])}' was never closed`,
      lineno: this.bracketLines[top],
      offset: codePoints(s, s.lastIndexOf("\n", at) + 1, at) + 1,
      endOffset: 0,
      atEnd: true,
      raised: false,
      inFString: this.fstrings.length > 0,
    };
  }

  private finish(): Tokens {
    if (this.error !== null) {
      const col = this.column(Math.max(this.knownPos, this.lineStart));
      this.push(T.ERROR, this.lineStart, this.lineStart, col, col, 0);
    }
    this.open = this.brackets.map((char, i) => ({
      char: String.fromCharCode(char),
      lineno: this.bracketLines[i],
      pos: this.bracketPositions[i],
    }));
    return this;
  }

  // --- errors ----------------------------------------------------------------------------------------------------

  /** Ends the stream; the column is that of the last code point before `pos`. */
  private fail(msg: string, pos: number, endPos = pos, atEnd = false): void {
    const offset = codePoints(this.source, this.lineStart, pos);
    this.error = {
      kind: "SyntaxError",
      msg,
      lineno: this.lineno,
      offset,
      endOffset: endPos === pos ? offset : codePoints(this.source, this.lineStart, endPos),
      atEnd,
      raised: true,
      inFString: this.fstrings.length > 0,
    };
  }

  private indentationFault(what: "tabs" | "deep" | "dedent", pos: number): Tokens {
    const end = this.source.indexOf("\n", pos);
    const length = codePoints(this.source, this.lineStart, end < 0 ? this.source.length : end);
    this.error = {
      kind: what === "tabs" ? "TabError" : "IndentationError",
      msg:
        what === "tabs"
          ? "inconsistent use of tabs and spaces in indentation"
          : what === "deep"
            ? "too many levels of indentation"
            : "unindent does not match any outer indentation level",
      lineno: this.lineno,
      offset: what === "dedent" ? length + 1 : 1,
      endOffset: what === "dedent" ? -1 : 0,
      atEnd: false,
      raised: false,
      inFString: this.fstrings.length > 0,
    };
    return this.finish();
  }

  // --- positions and the columns of the table ----------------------------------------------------------------------

  private newLine(pos: number): void {
    this.lineno++;
    this.lineStart = pos;
    this.knownPos = pos;
    this.knownCol = 0;
  }

  /** The byte column of a position on the current line, at or after the last one that was asked for. */
  private column(pos: number): number {
    if (this.ascii) return pos - this.lineStart;
    const s = this.source;
    let col = this.knownCol;
    for (let i = this.knownPos; i < pos; i++) {
      const c = s.charCodeAt(i);
      if (c < 0x80) col++;
      else if (c < 0x800) col += 2;
      else if (c >= 0xd800 && c < 0xdc00 && isLowSurrogate(s.charCodeAt(i + 1))) {
        col += 4;
        i++;
      } else col += 3;
    }
    this.knownPos = pos;
    this.knownCol = col;
    return col;
  }

  private push(kind: number, start: number, end: number, col: number, endCol: number, aux: number): void {
    const i = this.count;
    if (i === this.kind.length) this.grow();
    this.kind[i] = kind;
    this.start[i] = start;
    this.end[i] = end;
    this.line[i] = this.lineno;
    this.col[i] = col;
    this.endLine[i] = this.lineno;
    this.endCol[i] = endCol;
    this.aux[i] = aux;
    this.count = i + 1;
  }

  /** As `push`, for a token that began on an earlier line and ends at `end` on the current one. */
  private pushFrom(kind: number, start: number, line: number, col: number, end: number, aux: number): void {
    this.push(kind, start, end, col, this.column(end), aux);
    this.line[this.count - 1] = line;
  }

  private grow(): void {
    const capacity = this.kind.length * 2;
    const wider = (old: Int32Array): Int32Array => {
      const column = new Int32Array(capacity);
      column.set(old);
      return column;
    };
    const kind = new Uint8Array(capacity);
    kind.set(this.kind);
    this.kind = kind;
    this.start = wider(this.start);
    this.end = wider(this.end);
    this.line = wider(this.line);
    this.col = wider(this.col);
    this.endLine = wider(this.endLine);
    this.endCol = wider(this.endCol);
    this.aux = wider(this.aux);
  }

  // --- identifiers -------------------------------------------------------------------------------------------------

  /** The index of the ASCII identifier at [from, to) of `s`, the same for the same text. */
  private intern(hash: number, s: string, from: number, to: number): number {
    const { table, names, hashes } = this;
    const mask = table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const entry = table[slot];
      if (entry === 0) {
        const id = names.length;
        names.push(s.slice(from, to));
        hashes.push(hash);
        table[slot] = id + 1;
        if (id * 2 > table.length) this.rehash();
        return id;
      }
      if (hashes[entry - 1] === hash && sameText(names[entry - 1], s, from, to)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return this.internText(s.slice(from, to), hash);
  }

  private internText(text: string, hash: number): number {
    this.overflow ??= new Map();
    let id = this.overflow.get(text);
    if (id === undefined) {
      id = this.names.length;
      this.names.push(text);
      this.hashes.push(hash);
      this.overflow.set(text, id);
    }
    return id;
  }

  private insert(hash: number, id: number): void {
    const mask = this.table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      if (this.table[slot] === 0) {
        this.table[slot] = id + 1;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.overflow ??= new Map();
    this.overflow.set(this.names[id], id);
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 2);
    for (let id = 0; id < this.names.length; id++) {
      if (this.overflow?.has(this.names[id]) !== true) this.insert(this.hashes[id], id);
    }
  }

  /** An identifier with characters beyond ASCII, or the error of a character that cannot be in one. */
  private identifier(from: number): number {
    const s = this.source;
    let pos = from;
    let bad = -1;
    while (pos < s.length) {
      const c = s.codePointAt(pos) as number;
      if (c < 128 && CLASS[c] !== IDENT && CLASS[c] !== DIGIT) break;
      const ch = String.fromCodePoint(c);
      if (bad < 0 && !(pos === from ? XID_START : XID_CONTINUE).test(ch)) bad = pos;
      pos += ch.length;
    }
    if (bad >= 0) {
      const c = s.codePointAt(bad) as number;
      const ch = String.fromCodePoint(c);
      this.fail(
        UNPRINTABLE.test(ch)
          ? `invalid non-printable character U+${hex(c)}`
          : `invalid character '${ch}' (U+${hex(c)})`,
        bad + ch.length,
      );
      return pos;
    }
    const text = s.slice(from, pos).normalize("NFKC");
    // a keyword in disguise stays a name, as in CPython
    const id = isAscii(text) ? this.intern(hashOf(text), text, 0, text.length) : this.internText(text, 0);
    const col = this.column(from);
    this.push(T.NAME, from, pos, col, this.column(pos), id);
    return pos;
  }

  // --- operators, brackets, continuation ---------------------------------------------------------------------------

  private punctuation(c: number, pos: number): number {
    const s = this.source;
    const f = this.fstrings.length > 0 ? this.fstrings[this.fstrings.length - 1] : undefined;
    const col = this.column(pos);
    if (f !== undefined && c === 0x3a && f.depth - 1 === f.expression) {
      f.literal = true; // the format specification follows
      this.push(T.COLON, pos, pos + 1, col, col + 1, 0);
      return pos + 1;
    }
    const next = s.charCodeAt(pos + 1);
    if (next < 128) {
      const pair = c * 128 + next;
      if (MAY_BE_THREE[pair] === 1) {
        const third = s.charCodeAt(pos + 2);
        const kind = third < 128 ? THREE.get(pair * 128 + third) : undefined;
        if (kind !== undefined) {
          this.push(kind, pos, pos + 3, col, col + 3, 0);
          return pos + 3;
        }
      }
      const kind = TWO[pair];
      if (kind !== 0) {
        this.push(kind, pos, pos + 2, col, col + 2, 0);
        return pos + 2;
      }
      if (c === 0x2e && CLASS[next] === DIGIT) return this.number(pos);
    }
    const kind = ONE[c];
    if (kind <= T.RBRACE && kind >= T.LPAR && !this.bracket(kind, c, pos, f)) return pos;
    this.push(kind, pos, pos + 1, col, col + 1, 0);
    return pos + 1;
  }

  /** Keeps account of a bracket; false when it does not match. */
  private bracket(kind: number, c: number, pos: number, f: FString | undefined): boolean {
    const { brackets, bracketLines, bracketPositions } = this;
    if (kind === T.LPAR || kind === T.LSQB || kind === T.LBRACE) {
      if (brackets.length >= this.limits.parentheses) {
        this.fail("too many nested parentheses", pos + 1);
        return false;
      }
      brackets.push(c);
      bracketLines.push(this.lineno);
      bracketPositions.push(pos);
      if (f !== undefined) f.depth++;
      return true;
    }
    const char = String.fromCharCode(c);
    if (f !== undefined && f.depth === 0 && c === 0x7d) {
      this.fail("f-string: single '}' is not allowed", pos + 1);
      return false;
    }
    const opening = brackets.pop();
    if (opening === undefined) {
      this.fail(`unmatched '${char}'`, pos + 1);
      return false;
    }
    const line = bracketLines.pop() as number;
    bracketPositions.pop();
    if (c !== (opening === 0x28 ? 0x29 : opening + 2)) {
      if (f !== undefined && opening === 0x7b && f.depth - 1 === f.expression) {
        this.fail(`f-string: unmatched '${char}'`, pos + 1);
      } else {
        const where = line === this.lineno ? "" : ` on line ${line}`;
        this.fail(
          `closing parenthesis '${char}' does not match opening parenthesis '${String.fromCharCode(opening)}'${where}`,
          pos + 1,
        );
      }
      return false;
    }
    if (f !== undefined) {
      f.depth--;
      if (c === 0x7d && f.depth === f.expression) {
        f.expression--;
        f.literal = true;
      }
    }
    return true;
  }

  /** A backslash that joins two lines. */
  private continuation(pos: number): number {
    const s = this.source;
    const stray = pos + 1 < s.length && s.charCodeAt(pos + 1) !== 0x0a;
    if (!stray && pos + 2 >= s.length && this.brackets.length > 0) {
      this.error = this.neverClosed();
      return pos;
    }
    if (stray || pos + 2 >= s.length) {
      this.error = {
        kind: "SyntaxError",
        msg: stray ? "unexpected character after line continuation character" : "unexpected EOF while parsing",
        lineno: this.lineno,
        offset: codePoints(s, this.lineStart, pos) + 2,
        endOffset: stray ? 0 : -1,
        atEnd: !stray,
        raised: false,
        inFString: this.fstrings.length > 0,
      };
      return pos;
    }
    this.newLine(pos + 2);
    return pos + 2;
  }

  // --- numbers -----------------------------------------------------------------------------------------------------

  private number(from: number): number {
    const s = this.source;
    let pos = from;
    const c = s.charCodeAt(pos);
    const second = s.charCodeAt(pos + 1) | 0x20;
    if (c === 0x30 && (second === 0x78 || second === 0x6f || second === 0x62)) {
      pos = this.radixNumber(pos + 2, second === 0x78 ? 16 : second === 0x6f ? 8 : 2);
    } else {
      pos = this.decimalNumber(pos);
    }
    if (this.error === null) {
      const col = this.column(from);
      this.push(T.NUMBER, from, pos, col, col + pos - from, 0);
    }
    return pos;
  }

  private radixNumber(from: number, radix: 2 | 8 | 16): number {
    const s = this.source;
    const name = radix === 16 ? "hexadecimal" : radix === 8 ? "octal" : "binary";
    let pos = from;
    do {
      if (s.charCodeAt(pos) === 0x5f) pos++;
      if (!isDigitOf(s.charCodeAt(pos), radix)) {
        const digit = isDecimal(s.charCodeAt(pos));
        this.fail(
          digit ? `invalid digit '${s[pos]}' in ${name} literal` : `invalid ${name} literal`,
          digit ? pos + 1 : pos,
        );
        return pos;
      }
      while (isDigitOf(s.charCodeAt(pos), radix)) pos++;
    } while (s.charCodeAt(pos) === 0x5f);
    if (isDecimal(s.charCodeAt(pos))) {
      this.fail(`invalid digit '${s[pos]}' in ${name} literal`, pos + 1);
      return pos;
    }
    this.endOfNumber(pos, name);
    return pos;
  }

  private decimalNumber(from: number): number {
    const s = this.source;
    let pos = from;
    if (s.charCodeAt(pos) !== 0x2e) {
      pos = this.digits(pos);
      if (this.error !== null) return pos;
      const c = s.charCodeAt(pos);
      if (s.charCodeAt(from) === 0x30 && c !== 0x2e && (c | 0x20) !== 0x65 && (c | 0x20) !== 0x6a) {
        // 0, 00, 0_0 are zeros; 012 is what Python 2 took for octal
        let zeros = from;
        while (s.charCodeAt(zeros) === 0x30 || s.charCodeAt(zeros) === 0x5f) zeros++;
        if (zeros < pos) {
          this.fail(
            "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
            from + 1,
            zeros + 1,
          );
          return pos;
        }
      }
    }
    if (s.charCodeAt(pos) === 0x2e) {
      pos++;
      if (isDecimal(s.charCodeAt(pos))) pos = this.digits(pos);
      if (this.error !== null) return pos;
    }
    if ((s.charCodeAt(pos) | 0x20) === 0x65) {
      const sign = s.charCodeAt(pos + 1);
      const signed = sign === 0x2b || sign === 0x2d;
      if (isDecimal(s.charCodeAt(signed ? pos + 2 : pos + 1))) {
        pos = this.digits(signed ? pos + 2 : pos + 1);
        if (this.error !== null) return pos;
      } else if (signed) {
        this.fail("invalid decimal literal", pos + 2);
        return pos;
      } else {
        this.endOfNumber(pos, "decimal");
        return pos;
      }
    }
    if ((s.charCodeAt(pos) | 0x20) === 0x6a) {
      pos++;
      this.endOfNumber(pos, "imaginary");
    } else {
      this.endOfNumber(pos, "decimal");
    }
    return pos;
  }

  /** Decimal digits with single underscores between them. */
  private digits(from: number): number {
    const s = this.source;
    let pos = from;
    for (;;) {
      while (isDecimal(s.charCodeAt(pos))) pos++;
      if (s.charCodeAt(pos) !== 0x5f) return pos;
      pos++;
      if (!isDecimal(s.charCodeAt(pos))) {
        this.fail("invalid decimal literal", pos);
        return pos;
      }
    }
  }

  /** A number may touch a keyword that can follow it (`1if x else 2`), no other letter. */
  private endOfNumber(pos: number, name: string): void {
    const c = this.source.charCodeAt(pos);
    if (!(c < 128) || (CLASS[c] !== IDENT && CLASS[c] !== DIGIT)) return;
    DECIMAL_FOLLOWERS.lastIndex = pos;
    if (!DECIMAL_FOLLOWERS.test(this.source)) this.fail(`invalid ${name} literal`, pos);
  }

  // --- strings -----------------------------------------------------------------------------------------------------

  /** A string literal whose prefix begins at `from` and whose quote is at `pos`. */
  private string(from: number, pos: number): number {
    const s = this.source;
    const quote = s.charCodeAt(pos);
    const size = s.charCodeAt(pos + 1) === quote && s.charCodeAt(pos + 2) === quote ? 3 : 1;
    const prefix = pos > from ? s.slice(from, pos) : "";
    const column = this.column(from);
    if (prefix !== "" && /[fF]/.test(prefix)) {
      if (this.fstrings.length + 1 >= MAX_FSTRING_LEVEL) {
        this.fail("too many nested f-strings", pos + size);
        return pos;
      }
      const raw = /[rR]/.test(prefix);
      this.push(T.FSTRING_START, from, pos + size, column, column + pos + size - from, raw ? 1 : 0);
      this.fstrings.push({
        quote,
        size,
        raw,
        line: this.lineno,
        lineStart: this.lineStart,
        pos: from,
        literal: true,
        depth: 0,
        expression: -1,
      });
      return pos + size;
    }

    const startLine = this.lineno;
    const startLineStart = this.lineStart;
    let at = pos + size;
    if (size === 1) {
      if (s.charCodeAt(at) === quote) {
        at++; // the empty string
      } else {
        for (;;) {
          const c = s.charCodeAt(at);
          if (c === quote) {
            at++;
            break;
          }
          if (c === 0x5c && at + 1 < s.length) {
            if (s.charCodeAt(at + 1) === 0x0a) this.newLine(at + 2);
            at += 2;
          } else if (c === 0x0a || at >= s.length) {
            return this.unterminated(from, quote, size, startLine, startLineStart, at);
          } else at++;
        }
      }
    } else {
      let run = 0;
      while (run < 3) {
        const c = s.charCodeAt(at);
        if (c === quote) {
          run++;
          at++;
          continue;
        }
        run = 0;
        if (c === 0x5c && at + 1 < s.length) {
          at++;
          if (s.charCodeAt(at) === 0x0a) this.newLine(at + 1);
          at++;
        } else if (c === 0x0a) {
          at++;
          this.newLine(at);
        } else if (at >= s.length) {
          return this.unterminated(from, quote, size, startLine, startLineStart, at);
        } else at++;
      }
    }
    this.pushFrom(T.STRING, from, startLine, column, at, 0);
    return at;
  }

  private unterminated(
    from: number,
    quote: number,
    size: 1 | 3,
    startLine: number,
    startLineStart: number,
    at: number,
  ): number {
    // a source that ends in a line end has that line end counted as its own line only when text follows
    const detected = at >= this.source.length && at === this.lineStart ? this.lineno - 1 : this.lineno;
    this.lineno = startLine;
    this.lineStart = startLineStart;
    const f = this.fstrings[this.fstrings.length - 1];
    if (f !== undefined && f.quote === quote && f.size === size) {
      this.fail("f-string: expecting '}'", from + 1, from + 1, true);
    } else {
      const what = size === 3 ? "triple-quoted string literal" : "string literal";
      this.fail(`unterminated ${what} (detected at line ${detected})`, from + 1, from + 1, size === 3);
    }
    return at;
  }

  /**
   * The next part of an f-string outside its expressions: literal text, or its closing quotes. Text stops before a
   * `{` or `}` that belongs to an expression, and after the first of `{{` and `}}`.
   */
  private fstringText(f: FString, from: number): number {
    const s = this.source;
    const inSpec = f.expression >= 0;
    if (s.charCodeAt(from) === 0x7b && s.charCodeAt(from + 1) !== 0x7b) {
      this.enterExpression(f, from);
      return from;
    }
    if (quotesAt(s, from, f)) {
      const column = this.column(from);
      this.fstrings.pop();
      this.push(T.FSTRING_END, from, from + f.size, column, column + f.size, 0);
      return from + f.size;
    }

    const line = this.lineno;
    const column = this.column(from);
    const raw = f.raw ? 1 : 0;
    let named = false;
    let pos = from;
    for (;;) {
      const c = s.charCodeAt(pos);
      if (pos >= s.length || (c === 0x0a && f.size === 1)) {
        if (inSpec && c === 0x0a) {
          f.literal = false;
          this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos, raw);
          return pos;
        }
        return this.unterminatedFString(f, pos);
      }
      if (c === f.quote && quotesAt(s, pos, f)) {
        this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos, raw);
        return pos;
      }
      if (c === 0x7b) {
        if (s.charCodeAt(pos + 1) === 0x7b && !inSpec) {
          this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos + 1, raw);
          this.endCol[this.count - 1]++;
          return pos + 2;
        }
        this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos, raw);
        this.enterExpression(f, pos);
        return pos;
      }
      if (c === 0x7d) {
        if (named) {
          this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos + 1, raw);
          return pos + 1;
        }
        if (s.charCodeAt(pos + 1) === 0x7d && !inSpec && f.depth === 0) {
          this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos + 1, raw);
          this.endCol[this.count - 1]++;
          return pos + 2;
        }
        f.literal = false;
        this.pushFrom(T.FSTRING_MIDDLE, from, line, column, pos, raw);
        return pos;
      }
      if (c === 0x5c) {
        const next = s.charCodeAt(pos + 1);
        if (next === 0x7b || next === 0x7d) {
          pos++;
          continue;
        }
        if (next === 0x4e && !f.raw && s.charCodeAt(pos + 2) === 0x7b) {
          named = true;
          pos += 3;
          continue;
        }
        if (next === 0x0a) this.newLine(pos + 2);
        if (pos + 1 < s.length) pos++;
      } else if (c === 0x0a) {
        this.newLine(pos + 1);
      }
      pos++;
    }
  }

  private enterExpression(f: FString, pos: number): void {
    f.expression++;
    if (f.expression >= MAX_EXPRESSION_NESTING) {
      this.fail("f-string: expressions nested too deeply", pos);
      return;
    }
    f.literal = false;
  }

  private unterminatedFString(f: FString, at: number): number {
    const detected = at >= this.source.length && at === this.lineStart ? this.lineno - 1 : this.lineno;
    const column = codePoints(this.source, f.lineStart, f.pos) + 1;
    this.error = {
      kind: "SyntaxError",
      msg: `unterminated ${f.size === 3 ? "triple-quoted f-string" : "f-string"} literal (detected at line ${detected})`,
      lineno: f.line,
      offset: column,
      endOffset: column,
      atEnd: f.size === 3,
      raised: true,
      inFString: this.fstrings.length > 0,
    };
    return at;
  }
}

// --- characters ----------------------------------------------------------------------------------------------------

/** Whether all characters are ASCII. */
export function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
}

function isDecimal(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function isDigitOf(c: number, radix: 2 | 8 | 16): boolean {
  if (radix === 16) return isDecimal(c) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);
  return c >= 0x30 && c < 0x30 + radix;
}

function isLowSurrogate(c: number): boolean {
  return c >= 0xdc00 && c < 0xe000;
}

function hex(c: number): string {
  return c.toString(16).toUpperCase().padStart(4, "0");
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

function sameText(text: string, s: string, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== s.charCodeAt(from + i)) return false;
  return true;
}

/** Code points in [from, to). */
export function codePoints(s: string, from: number, to: number): number {
  let n = 0;
  for (let i = from; i < to && i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (!(isLowSurrogate(c) && i > from && (s.charCodeAt(i - 1) & 0xfc00) === 0xd800)) n++;
  }
  return n + Math.max(0, to - Math.max(from, s.length));
}

function quotesAt(s: string, pos: number, f: FString): boolean {
  const q = f.quote;
  return s.charCodeAt(pos) === q && (f.size === 1 || (s.charCodeAt(pos + 1) === q && s.charCodeAt(pos + 2) === q));
}
