/** Turns a line of assembly into tokens. */
import type { Diagnostics } from "./diagnostics.js";

export interface Token {
  /** `name` is a word, `directive` a word behind a dot; `end` closes every line. */
  readonly kind: "name" | "directive" | "integer" | "float" | "string" | "punctuation" | "end";
  /** As it is written; of a directive the word, of punctuation the character. */
  readonly text: string;
  /** Of an integer. */
  readonly value?: bigint;
  /** Of a string, in UTF-8. */
  readonly bytes?: Uint8Array;
  /** 1-based. */
  readonly column: number;
}

const SPACE = /[ \t\r\f]+/y;
const COMMENT = /(?:;|#|\/\/).*/y;
const NAME = /[\p{ID_Start}_$][\p{ID_Continue}$]*(?:\.[\p{ID_Continue}$]+)*/uy;
const DIRECTIVE = /\.([A-Za-z_]\w*)/y;
const FLOAT = /(?:\d+\.\d*(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)(?![\w.])/y;
const INTEGER = /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*)(?![\w.])/y;
const CHARACTER = /'((?:[^'\\]|\\(?:x[\da-fA-F]{2}|u\{[\da-fA-F]{1,6}\}|.))+)'/uy;
const STRING = /"((?:[^"\\]|\\.)*)"/y;
const PUNCTUATION = /[,:@=+\-()]/y;
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u\{([\da-fA-F]{1,6})\}|(.))/g;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Text between quotes as bytes; `\xNN` is one byte, everything else is UTF-8. `undefined` for an unknown escape. */
function unescape(text: string): Uint8Array | undefined {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, byte, point, simple] = match;
    parts.push(encoder.encode(text.slice(from, match.index)));
    from = match.index + whole.length;
    if (byte !== undefined) parts.push(Uint8Array.of(Number.parseInt(byte, 16)));
    else if (point !== undefined) {
      const code = Number.parseInt(point, 16);
      if (code > 0x10ffff) return undefined;
      parts.push(encoder.encode(String.fromCodePoint(code)));
    } else {
      const plain = ESCAPES[simple];
      if (plain === undefined) return undefined;
      parts.push(encoder.encode(plain));
    }
  }
  parts.push(encoder.encode(text.slice(from)));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Splits one line; what is no token is reported and the rest of the line is left out. */
export function tokenizeLine(text: string, line: number, diagnostics: Diagnostics): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const add = (token: Omit<Token, "column">, column: number): void => {
    tokens.push({ ...token, column });
  };
  const fail = (reason: string, column: number, expected?: string): void =>
    diagnostics.report("ASM_TOKEN", reason, { line, column }, expected);
  for (;;) {
    match(SPACE);
    const column = at + 1;
    if (at >= text.length || match(COMMENT) !== null) break;
    let found: RegExpExecArray | null;
    if ((found = match(NAME)) !== null) add({ kind: "name", text: found[0] }, column);
    else if ((found = match(DIRECTIVE)) !== null) add({ kind: "directive", text: found[1] }, column);
    else if ((found = match(FLOAT)) !== null) add({ kind: "float", text: found[0] }, column);
    else if ((found = match(INTEGER)) !== null) {
      const digits = found[0].replaceAll("_", "");
      if (digits.length > 70 || /^0[xXbBoO]$/.test(digits)) {
        fail(`${found[0].slice(0, 20)} is no number of at most 64 bits`, column);
        break;
      }
      add({ kind: "integer", text: found[0], value: BigInt(digits.toLowerCase()) }, column);
    } else if ((found = match(CHARACTER)) !== null) {
      const character = new TextDecoder().decode(unescape(found[1]) ?? new Uint8Array(0));
      if ([...character].length !== 1) {
        fail(`${found[0]} is not one character`, column);
        break;
      }
      add({ kind: "integer", text: found[0], value: BigInt(character.codePointAt(0) ?? 0) }, column);
    } else if ((found = match(STRING)) !== null) {
      const bytes = unescape(found[1]);
      if (bytes === undefined) {
        fail("unknown escape in a string", column, 'one of \\n \\r \\t \\0 \\\\ \\" \\xNN \\u{N}');
        break;
      }
      add({ kind: "string", text: found[0], bytes }, column);
    } else if ((found = match(PUNCTUATION)) !== null) add({ kind: "punctuation", text: found[0] }, column);
    else {
      fail(`unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}`, column);
      break;
    }
  }
  tokens.push({ kind: "end", text: "", column: Math.min(at, text.length) + 1 });
  return tokens;
}
