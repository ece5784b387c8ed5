/** Textual MIR to tokens: names, numbers, strings and punctuation, one at a time (MIR manual, "MIR textual representation"). */
import { decimalToBits80, decimalToF32, f64Bits, MAX_DECIMAL_LENGTH } from "../float80.js";
import { Operand } from "../module.js";

/** Token kinds. */
export const Token = {
  end: 0,
  newline: 1,
  name: 2,
  /** Any number; which one says {@link Scanner.numberKind}. */
  number: 3,
  string: 4,
  leftParen: 5,
  rightParen: 6,
  comma: 7,
  semicolon: 8,
  colon: 9,
} as const;

/** What a token of each kind is called in messages. */
const TOKEN_NAMES = ["end of input", "end of line", "name", "number", "string", "'('", "')'", "','", "';'", "':'"];

/** Thrown inside the parser and caught at the statement: one error, and the place it points to. */
export class SyntaxFault extends Error {
  constructor(
    message: string,
    readonly pos: number,
    readonly expected?: string,
  ) {
    super(message);
  }
}

const NAME_START = 1;
const NAME_PART = 2;
const DIGIT = 4;
/** Character classes of the ASCII range. */
const CLASS = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const ch = String.fromCharCode(c);
  if (/[A-Za-z_$%.]/.test(ch)) CLASS[c] = NAME_START | NAME_PART;
  if (/[0-9]/.test(ch)) CLASS[c] = NAME_PART | DIGIT;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  v: 11,
  a: 7,
  b: 8,
  r: 13,
  f: 12,
  "\\": 92,
  "'": 39,
  '"': 34,
};

/** Slots of the cache of names. */
const NAME_CACHE = 4096;

const UTF8 = new TextEncoder();

/** Longest string literal, in bytes; also what one string token of the binary format may hold. */
export const MAX_STRING = 1 << 26;

/** Reads tokens; after {@link next}, the fields describe the token just read. */
export class Scanner {
  /** Kind of the current token. */
  token: number = Token.newline;
  /** Offset of the current token's first character. */
  start = 0;
  /** Offset of the next character to read. */
  at = 0;
  /** The name, if the token is one. */
  name = "";
  /** Operand kind of the number: int, float, double or ldouble. */
  numberKind: number = Operand.int;
  /** Low word of an integer or f64, bits of an f32. */
  low = 0;
  /** High word of an integer or f64. */
  high = 0;
  /** 80-bit value of an ldouble. */
  wide = 0n;
  /** Names seen lately, by hash. */
  private readonly names: (string | undefined)[] = new Array(NAME_CACHE);
  /** Bytes of a string, terminating NUL included. */
  bytes: Uint8Array = new Uint8Array(0);

  constructor(
    /** The program; with `raw`, each character is one byte. */
    readonly text: string,
    readonly raw: boolean,
  ) {}

  /** Name of the current token for messages. */
  describe(): string {
    if (this.token === Token.name) return `'${this.name}'`;
    return TOKEN_NAMES[this.token] as string;
  }

  /** Moves past the current line. */
  skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
    this.token = Token.newline;
  }

  /** Reads the next token and returns its kind. */
  next(): number {
    const text = this.text;
    for (;;) {
      const c = text.charCodeAt(this.at);
      if (c === 32 || c === 9) {
        this.at++;
        continue;
      }
      this.start = this.at;
      if (c < 128) {
        const cls = CLASS[c] as number;
        if ((cls & NAME_START) !== 0) {
          let end = this.at + 1;
          let hash = c;
          let d = text.charCodeAt(end);
          while (d < 128 && ((CLASS[d] as number) & NAME_PART) !== 0) {
            hash = (Math.imul(hash, 31) + d) | 0;
            d = text.charCodeAt(++end);
          }
          this.name = this.intern(this.at, end, hash);
          this.at = end;
          this.token = Token.name;
          return Token.name;
        }
        if (cls !== 0) return this.number();
      }
      this.at++;
      switch (c) {
        case 10:
          return this.set(Token.newline);
        case 35: {
          // A comment counts as the end of its line.
          const end = text.indexOf("\n", this.at);
          this.at = end < 0 ? text.length : end + 1;
          return this.set(Token.newline);
        }
        case 40:
          return this.set(Token.leftParen);
        case 41:
          return this.set(Token.rightParen);
        case 44:
          return this.set(Token.comma);
        case 59:
          return this.set(Token.semicolon);
        case 58:
          return this.set(Token.colon);
        case 34:
          return this.string();
        case 43:
        case 45:
          this.at--;
          return this.number();
        default:
          if (Number.isNaN(c)) {
            this.at = text.length;
            return this.set(Token.end);
          }
          throw new SyntaxFault(`wrong character ${JSON.stringify(text[this.start])}`, this.start);
      }
    }
  }

  /**
   * The name between two offsets, as the string object it had the last time: one cut and one hash per distinct name
   * instead of per use, which is what the scanner's speed hangs on.
   */
  private intern(start: number, end: number, hash: number): string {
    const slot = (hash ^ (hash >>> 15)) & (NAME_CACHE - 1);
    const known = this.names[slot];
    if (known !== undefined && known.length === end - start && this.text.startsWith(known, start)) return known;
    const name = this.text.slice(start, end);
    this.names[slot] = name;
    return name;
  }

  private set(token: number): number {
    this.token = token;
    return token;
  }

  /** A number; the current character is a sign or a digit. */
  private number(): number {
    const text = this.text;
    let at = this.at;
    let c = text.charCodeAt(at);
    let negative = false;
    if (c === 43 || c === 45) {
      negative = c === 45;
      c = text.charCodeAt(++at);
      if (!(c >= 48 && c <= 57)) return this.signedSpecial(negative, at);
    }
    // The common case: a short decimal integer.
    let value = 0;
    let end = at;
    while (c >= 48 && c <= 57 && end - at < 9) {
      value = value * 10 + (c - 48);
      c = text.charCodeAt(++end);
    }
    const plainEnd = !(c >= 48 && c <= 57) && c !== 95 && c !== 46 && (c | 32) !== 101 && (c | 32) !== 120;
    if (plainEnd && (text.charCodeAt(at) !== 48 || end - at === 1)) {
      this.low = negative ? -value | 0 : value;
      this.high = negative && value !== 0 ? -1 : 0;
      this.at = end;
      this.numberKind = Operand.int;
      this.token = Token.number;
      return Token.number;
    }
    return this.longNumber(negative, at);
  }

  /** Hexadecimal, octal, long, separated and floating-point numbers. */
  private longNumber(negative: boolean, at: number): number {
    const rest = this.text.slice(at, at + MAX_DECIMAL_LENGTH + 1);
    if (rest.length > MAX_DECIMAL_LENGTH && /^[0-9_]*\.?[0-9_]*$/.test(rest)) {
      throw new SyntaxFault("number too long", this.start, `at most ${MAX_DECIMAL_LENGTH} characters`);
    }
    this.token = Token.number;
    const hex = /^0[xX]([0-9a-fA-F_]*)/.exec(rest);
    if (hex !== null) {
      const digits = (hex[1] as string).replaceAll("_", "");
      if (digits === "") throw new SyntaxFault("hexadecimal number without digits", this.start);
      this.at = at + hex[0].length;
      return this.integer(BigInt(`0x${digits}`), negative);
    }
    const match = /^([0-9_]+)(\.[0-9_]*)?([eE][+-]?[0-9][0-9_]*)?/.exec(rest) as RegExpExecArray;
    const body = match[0].replaceAll("_", "");
    this.at = at + match[0].length;
    if (match[2] === undefined && match[3] === undefined) {
      if (/^[eE]/.test(rest.slice(match[0].length))) throw new SyntaxFault("exponent without digits", this.start);
      if (body.length > 1 && body[0] === "0") {
        if (/[89]/.test(body)) throw new SyntaxFault("wrong digit in octal number", this.start, "digits 0 to 7");
        return this.integer(BigInt(`0o${body}`), negative);
      }
      return this.integer(BigInt(body), negative);
    }
    const suffix = rest[match[0].length];
    if (suffix === "e" || suffix === "E") throw new SyntaxFault("exponent without digits", this.start);
    const signed = negative ? `-${body}` : body;
    if (suffix === "f" || suffix === "F") {
      this.at++;
      return this.float(decimalToF32(signed));
    }
    if (suffix === "l" || suffix === "L") {
      this.at++;
      this.wide = decimalToBits80(signed) as bigint;
      this.numberKind = Operand.ldouble;
      return Token.number;
    }
    return this.double(f64Bits(Number(signed)));
  }

  /** `-nan`, `+inf` and the like: what the original prints for them, with its suffixes. */
  private signedSpecial(negative: boolean, at: number): number {
    const match = /^(nan|inf)[fFlL]?(?:\(0x[0-9a-fA-F]{1,16}\))?/.exec(this.text.slice(at, at + 40));
    if (match === null) throw new SyntaxFault("no number after a sign", this.start, "digit, nan or inf");
    this.at = at;
    let end = at;
    while (((CLASS[this.text.charCodeAt(end)] ?? 0) & NAME_PART) !== 0) end++;
    this.at = end;
    if (!this.special(this.text.slice(at, end), negative)) throw new SyntaxFault("no number after a sign", this.start);
    return Token.number;
  }

  /**
   * Reads a NaN or an infinity whose name was the last thing read, with an optional payload in parentheses:
   * `nan`, `inff`, `nanL`, `nan(0x…)`.
   *
   * @returns false if the name is none of these.
   */
  special(name: string, negative: boolean): boolean {
    const match = /^(nan|inf)([fFlL]?)$/.exec(name);
    if (match === null) return false;
    const isNaN = match[1] === "nan";
    const suffix = (match[2] as string).toLowerCase();
    const payload = isNaN ? /^\(0x([0-9a-fA-F]{1,16})\)/.exec(this.text.slice(this.at, this.at + 24)) : null;
    if (payload !== null) this.at += payload[0].length;
    const bits = payload === null ? null : BigInt(`0x${payload[1]}`);
    this.token = Token.number;
    if (suffix === "f") {
      const fraction = isNaN ? Number((bits ?? 0x400000n) & 0x7fffffn) : 0;
      this.low = (negative ? 0x80000000 : 0) | 0x7f800000 | fraction;
      this.high = 0;
      this.numberKind = Operand.float;
    } else if (suffix === "l") {
      const fraction = isNaN ? (bits ?? 1n << 62n) & 0x7fffffffffffffffn : 0n;
      this.wide = (negative ? 1n << 79n : 0n) | (0x7fffn << 64n) | (1n << 63n) | fraction;
      this.numberKind = Operand.ldouble;
    } else {
      const fraction = isNaN ? (bits ?? 1n << 51n) & 0xfffffffffffffn : 0n;
      this.double((negative ? 1n << 63n : 0n) | (0x7ffn << 52n) | fraction);
    }
    return true;
  }

  /** An integer: saturated at 2^64 − 1, then the sign applied modulo 2^64. */
  private integer(magnitude: bigint, negative: boolean): number {
    const saturated = magnitude > 0xffffffffffffffffn ? 0xffffffffffffffffn : magnitude;
    const bits = BigInt.asUintN(64, negative ? -saturated : saturated);
    this.low = Number(bits & 0xffffffffn) | 0;
    this.high = Number(bits >> 32n) | 0;
    this.numberKind = Operand.int;
    return Token.number;
  }

  private double(bits: bigint): number {
    this.low = Number(bits & 0xffffffffn) | 0;
    this.high = Number(bits >> 32n) | 0;
    this.numberKind = Operand.double;
    return Token.number;
  }

  private float(value: number): number {
    scratch.setFloat32(0, value);
    this.low = scratch.getInt32(0);
    this.high = 0;
    this.numberKind = Operand.float;
    return Token.number;
  }

  /** A string; the opening quote has been read. */
  private string(): number {
    const text = this.text;
    const out: number[] = [];
    for (;;) {
      const c = text.charCodeAt(this.at++);
      if (c === 34) break;
      if (Number.isNaN(c) || c === 10) {
        this.at--;
        throw new SyntaxFault("unfinished string", this.start, "'\"'");
      }
      if (out.length > MAX_STRING) throw new SyntaxFault("string too long", this.start);
      if (c === 92) this.escape(out);
      else if (c < 128 || this.raw) out.push(c);
      else {
        const code = text.codePointAt(this.at - 1) as number;
        if (code > 0xffff) this.at++;
        for (const byte of UTF8.encode(String.fromCodePoint(code))) out.push(byte);
      }
    }
    // A terminating NUL is appended unless there is one; an empty string stays empty.
    if (out.length > 0 && out[out.length - 1] !== 0) out.push(0);
    this.bytes = Uint8Array.from(out);
    return this.set(Token.string);
  }

  /** An escape sequence; the backslash has been read. */
  private escape(out: number[]): void {
    const rest = this.text.slice(this.at, this.at + 3);
    const ch = rest[0];
    if (ch === undefined) throw new SyntaxFault("unfinished string", this.start, "'\"'");
    if (ch === "\n") {
      this.at++;
      return;
    }
    const simple = SIMPLE_ESCAPES[ch];
    if (simple !== undefined) {
      this.at++;
      out.push(simple);
      return;
    }
    const octal = /^[0-7]{1,3}/.exec(rest);
    if (octal !== null) {
      this.at += octal[0].length;
      out.push(Number.parseInt(octal[0], 8) & 0xff);
      return;
    }
    if (ch === "x") {
      const hex = /^x([0-9a-fA-F]{2})/.exec(rest);
      if (hex === null) throw new SyntaxFault("wrong hexadecimal escape", this.at - 1, "two hexadecimal digits");
      this.at += 3;
      out.push(Number.parseInt(hex[1] as string, 16));
      return;
    }
    // Any other character stands for itself, as in the original.
    this.at++;
    out.push(ch.charCodeAt(0) & 0xff);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** Bytes as a string of one character each. */
export function bytesToRawText(bytes: Uint8Array): string {
  let all = 0;
  for (let i = 0; i < bytes.length; i++) all |= bytes[i] as number;
  if (all < 128) return new TextDecoder().decode(bytes);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return parts.join("");
}
