/** Turns the text of number and string literals into their values (language reference, 2.4). */

import type { ConstantValue } from "./ast.js";
import type { UnicodeNames } from "./parse.js";

/** A literal whose text has the right form but no value; `message` is CPython's. */
export class LiteralError extends Error {}

/**
 * The value of a number literal.
 *
 * @param text as in the source, with underscores, already checked by the tokenizer
 * @param maxDigits digits a decimal integer may have, 0 for no limit
 * @throws LiteralError when there are more
 */
export function numberValue(text: string, maxDigits: number): ConstantValue {
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  if (plain.length < 16 && isDigits(plain)) return Number(plain);
  const marker = plain.charCodeAt(1) | 0x20;
  if (plain.charCodeAt(0) === 0x30 && (marker === 0x78 || marker === 0x6f || marker === 0x62)) {
    return plain.length < 13 ? Number(plain.toLowerCase()) : integer(BigInt(plain.toLowerCase()));
  }
  if (isDigits(plain)) {
    if (maxDigits > 0 && plain.length > maxDigits) {
      throw new LiteralError(
        `Exceeds the limit (${maxDigits} digits) for integer string conversion: value has ${plain.length} digits; ` +
          "use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals " +
          "to avoid decimal conversion limits.",
      );
    }
    return integer(BigInt(plain));
  }
  const last = plain.charCodeAt(plain.length - 1) | 0x20;
  if (last === 0x6a) return { kind: "complex", real: 0, imag: Number(plain.slice(0, -1)) };
  return { kind: "float", value: Number(plain) };
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x30 || c > 0x39) return false;
  }
  return true;
}

function integer(value: bigint): number | bigint {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Digits of `\x`, `\u` and `\U`, and the error when they are missing. */
const HEX_ESCAPES: Readonly<Record<string, readonly [number, string]>> = {
  x: [2, "truncated \\xXX escape"],
  u: [4, "truncated \\uXXXX escape"],
  U: [8, "truncated \\UXXXXXXXX escape"],
};

/**
 * The characters that the body of a string literal stands for. An unknown escape keeps its backslash.
 *
 * @throws LiteralError for a malformed `\x`, `\u`, `\U` or `\N`; positions in the message count as in CPython, where a
 *   character beyond ASCII is ten bytes wide
 */
export function decodeString(body: string, names: UnicodeNames | undefined): string {
  let from = 0;
  let at = body.indexOf("\\");
  if (at < 0) return body;
  let out = "";
  while (at >= 0) {
    out += body.slice(from, at);
    const letter = body[at + 1];
    from = at + 2;
    const simple = letter !== undefined && Object.hasOwn(SIMPLE_ESCAPES, letter) ? SIMPLE_ESCAPES[letter] : undefined;
    if (simple !== undefined) {
      out += simple;
    } else if (letter === "x" || letter === "u" || letter === "U") {
      const [digits, message] = HEX_ESCAPES[letter];
      const end = at + 2 + digits;
      while (from < end && isHexDigit(body.charCodeAt(from))) from++;
      if (from < end) throw escapeError(body, at, from, message);
      const code = Number.parseInt(body.slice(at + 2, from), 16);
      if (code > 0x10ffff) throw escapeError(body, at, from, "illegal Unicode character");
      out += String.fromCodePoint(code);
    } else if (letter === "N") {
      const close = body[from] === "{" ? body.indexOf("}", from) : -1;
      if (close < 0) {
        throw escapeError(body, at, body[from] === "{" ? body.length : from, "malformed \\N character escape");
      }
      if (close === from + 1) throw escapeError(body, at, close, "malformed \\N character escape");
      if (names === undefined) {
        throw new LiteralError("(unicode error) \\N escapes not supported (can't load unicodedata module)");
      }
      const character = names.lookup(body.slice(from + 1, close));
      if (character === undefined) throw escapeError(body, at, close + 1, "unknown Unicode character name");
      out += character;
      from = close + 1;
    } else if (letter !== undefined && letter >= "0" && letter <= "7") {
      from = octalEnd(body, at + 1);
      out += String.fromCharCode(Number.parseInt(body.slice(at + 1, from), 8));
    } else {
      from = at + 1;
      out += "\\";
    }
    // a backslash that was kept, or one that is the escaped character, must not be read again
    at = body.indexOf("\\", from);
  }
  return out + body.slice(from);
}

/**
 * The bytes that the body of a bytes literal stands for.
 *
 * @param raw no escapes (`rb"…"`)
 * @throws LiteralError for a malformed `\x`
 */
export function decodeBytes(body: string, raw: boolean): Uint8Array {
  const bytes = new Uint8Array(body.length);
  let n = 0;
  for (let i = 0; i < body.length; ) {
    const c = body.charCodeAt(i);
    if (c !== 0x5c || raw) {
      bytes[n++] = c;
      i++;
      continue;
    }
    const letter = body[i + 1];
    const simple = letter !== undefined && Object.hasOwn(SIMPLE_ESCAPES, letter) ? SIMPLE_ESCAPES[letter] : undefined;
    if (simple !== undefined) {
      if (simple !== "") bytes[n++] = simple.charCodeAt(0);
      i += 2;
    } else if (letter === "x") {
      if (!isHexDigit(body.charCodeAt(i + 2)) || !isHexDigit(body.charCodeAt(i + 3))) {
        throw new LiteralError(`(value error) invalid \\x escape at position ${i}`);
      }
      bytes[n++] = Number.parseInt(body.slice(i + 2, i + 4), 16);
      i += 4;
    } else if (letter !== undefined && letter >= "0" && letter <= "7") {
      const end = octalEnd(body, i + 1);
      bytes[n++] = Number.parseInt(body.slice(i + 1, end), 8) & 0xff;
      i = end;
    } else {
      bytes[n++] = c;
      i++;
    }
  }
  return bytes.slice(0, n);
}

function octalEnd(body: string, from: number): number {
  let end = from;
  while (end < from + 3 && body.charCodeAt(end) >= 0x30 && body.charCodeAt(end) <= 0x37) end++;
  return end;
}

function isHexDigit(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);
}

function escapeError(body: string, from: number, to: number, message: string): LiteralError {
  const width = (end: number): number => {
    let bytes = 0;
    for (const ch of body.slice(0, end)) bytes += ch < "\x80" ? 1 : 10;
    return bytes;
  };
  const [first, last] = [width(from), width(to) - 1];
  const where = first === last ? `byte 0x5c in position ${first}` : `bytes in position ${first}-${last}`;
  return new LiteralError(`(unicode error) 'unicodeescape' codec can't decode ${where}: ${message}`);
}
