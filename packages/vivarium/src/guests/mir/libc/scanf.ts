/** The scanf family: characters and a format to values in guest memory (C17 7.21.6.2). */
import { decimalToF32 } from "../float80.js";
import type { ArgumentCursor } from "./printf.js";

/** Where characters come from. */
export interface CharacterSource {
  /** The next character, or −1 at the end. */
  next(): number;
  /** Gives the last character back. */
  back(character: number): void;
}

/** Where values go. */
export interface ValueSink {
  store(address: number, bytes: Uint8Array): void;
}

/** Longest text of one number or string. */
const MAX_FIELD = 1 << 20;

const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);

class Scan {
  /** Characters read so far. */
  consumed = 0;

  constructor(
    private readonly source: CharacterSource,
    private readonly args: ArgumentCursor,
    private readonly sink: ValueSink,
  ) {}

  peek(): number {
    const c = this.source.next();
    if (c >= 0) this.source.back(c);
    return c;
  }

  take(): number {
    const c = this.source.next();
    if (c >= 0) this.consumed++;
    return c;
  }

  skipSpace(): void {
    for (;;) {
      const c = this.source.next();
      if (c < 0) return;
      if (!isSpace(c)) {
        this.source.back(c);
        return;
      }
      this.consumed++;
    }
  }

  /** Longest run of at most `width` characters that stays a prefix of what `accepts` allows. */
  field(width: number, accepts: (text: string) => boolean): string {
    let text = "";
    const most = Math.min(width, MAX_FIELD);
    while (text.length < most) {
      const c = this.peek();
      if (c < 0 || !accepts(text + String.fromCharCode(c))) break;
      this.take();
      text += String.fromCharCode(c);
    }
    return text;
  }

  storeInteger(value: bigint, bytes: number): void {
    const cell = new Uint8Array(8);
    new DataView(cell.buffer).setBigInt64(0, BigInt.asIntN(64, value), true);
    this.storeBytes(cell.subarray(0, bytes));
  }

  storeFloat(text: string, size: string): void {
    const long = size === "l" || size === "L";
    const cell = new Uint8Array(size === "L" ? 16 : long ? 8 : 4);
    const view = new DataView(cell.buffer);
    if (long) view.setFloat64(0, parseFloatText(text), true);
    else
      view.setFloat32(0, /^[+-]?\d*\.?\d*(e[+-]?\d+)?$/i.test(text) ? decimalToF32(text) : parseFloatText(text), true);
    this.storeBytes(cell);
  }

  storeBytes(bytes: Uint8Array): void {
    this.sink.store(Number(BigInt.asUintN(32, this.args.integer())), bytes);
  }
}

/** What may stand at the beginning of a number in a base. */
const PREFIXES: Readonly<Record<number, RegExp>> = {
  0: /^[+-]?(0([xX][0-9a-fA-F]*)?|0[0-7]*|[1-9][0-9]*)?$/,
  8: /^[+-]?[0-7]*$/,
  10: /^[+-]?[0-9]*$/,
  16: /^[+-]?(0[xX]?)?[0-9a-fA-F]*$/,
};

const FLOAT_PREFIX =
  /^[+-]?(\d*\.?\d*|\d+\.?\d*[eE][+-]?\d*|\.\d+[eE][+-]?\d*|0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*([pP][+-]?\d*)?|i|in|inf|infi|infin|infini|infinit|infinity|n|na|nan)$/i;

/** An integer's value by its text; null if there are no digits. */
function parseInteger(text: string, base: number): bigint | null {
  const negative = text.startsWith("-");
  let body = text.replace(/^[+-]/, "");
  let radix = base;
  if ((base === 0 || base === 16) && /^0x[0-9a-f]/i.test(body)) {
    body = body.slice(2);
    radix = 16;
  } else if (base === 0) radix = body.startsWith("0") ? 8 : 10;
  if (body === "" || /^0x$/i.test(body)) return body === "" ? null : 0n;
  const prefix: Readonly<Record<number, string>> = { 8: "0o", 10: "", 16: "0x" };
  const value = BigInt(prefix[radix] + body);
  return negative ? -value : value;
}

/**
 * The value of a floating-point text as `strtod` reads it: decimal, hexadecimal, inf or nan. Decimal text is rounded
 * once, by the host's exact conversion.
 */
export function parseFloatText(text: string): number {
  const match = /^([+-]?)(.*)$/.exec(text) as RegExpExecArray;
  const sign = match[1] === "-" ? -1 : 1;
  const body = (match[2] as string).toLowerCase();
  if (body.startsWith("inf")) return sign * Number.POSITIVE_INFINITY;
  if (body.startsWith("nan")) return Number.NaN;
  const hex = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/.exec(body);
  if (hex !== null) return sign * parseHexFloat(hex[1] as string, hex[2] as string, Number(hex[3] ?? "0"));
  return sign * Number(body === "" ? "0" : body);
}

/** A hexadecimal mantissa and a binary exponent, rounded once to nearest even. */
function parseHexFloat(whole: string, fraction: string, exponent: number): number {
  let mantissa = BigInt(`0x0${whole}${fraction}`);
  let shift = Math.max(-1e6, Math.min(1e6, exponent)) - 4 * fraction.length;
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  // Keep 53 bits, fewer for subnormal results; a sticky bit stands for what is dropped.
  const keep = Math.min(53, bits + shift + 1074);
  if (keep < 0) return 0;
  const drop = bits - keep;
  if (drop > 0) {
    const kept = mantissa >> BigInt(drop);
    const rest = mantissa - (kept << BigInt(drop));
    const half = 1n << BigInt(drop - 1);
    mantissa = rest > half || (rest === half && (kept & 1n) === 1n) ? kept + 1n : kept;
    shift += drop;
  }
  let value = Number(mantissa);
  for (; shift < -1000; shift += 1000) value *= 2 ** -1000;
  for (; shift > 1000; shift -= 1000) value *= 2 ** 1000;
  return value * 2 ** shift;
}

const INTEGER_BYTES: Readonly<Record<string, number>> = {
  hh: 1,
  h: 2,
  "": 4,
  l: 8,
  ll: 8,
  q: 8,
  j: 8,
  z: 8,
  t: 8,
  L: 8,
};

/** The members of a `[...]` set; the text begins behind the bracket. */
function parseSet(format: string, at: number): { has: Uint8Array; end: number } {
  const has = new Uint8Array(256);
  let i = at;
  const negated = format[i] === "^";
  if (negated) i++;
  const first = i;
  for (; i < format.length && (format[i] !== "]" || i === first); i++) {
    const from = format.charCodeAt(i) & 0xff;
    if (format[i + 1] === "-" && format[i + 2] !== undefined && format[i + 2] !== "]") {
      const to = format.charCodeAt(i + 2) & 0xff;
      for (let c = from; c <= to; c++) has[c] = 1;
      i += 2;
    } else has[from] = 1;
  }
  if (negated) for (let c = 0; c < 256; c++) has[c] = 1 - (has[c] as number);
  return { has, end: i + 1 };
}

/**
 * Scans as `scanf` does.
 *
 * @param format one character per byte.
 * @returns number of values stored, or −1 if the input ended before the first.
 */
export function scan(format: string, source: CharacterSource, args: ArgumentCursor, sink: ValueSink): number {
  const s = new Scan(source, args, sink);
  let stored = 0;
  for (let at = 0; at < format.length; ) {
    const c = format.charCodeAt(at);
    if (isSpace(c)) {
      s.skipSpace();
      at++;
      continue;
    }
    if (c !== 37) {
      if (s.peek() !== c) return s.peek() < 0 && stored === 0 ? -1 : stored;
      s.take();
      at++;
      continue;
    }
    const spec = /^%(\*?)(\d*)(hh|h|ll|l|q|j|z|t|L)?(.)/s.exec(format.slice(at, at + 32));
    if (spec === null) return stored;
    at += spec[0].length;
    const [, star, widthText, size = "", conversion] = spec as unknown as string[];
    const assign = star === "";
    const width = widthText === "" ? Number.POSITIVE_INFINITY : Number(widthText);
    let set: Uint8Array | null = null;
    if (conversion === "[") {
      const parsed = parseSet(format, at);
      set = parsed.has;
      at = parsed.end;
    }
    if (conversion === "n") {
      if (assign) s.storeInteger(BigInt(s.consumed), INTEGER_BYTES[size] as number);
      continue;
    }
    if (conversion !== "c" && conversion !== "[") s.skipSpace();
    if (s.peek() < 0) return stored === 0 ? -1 : stored;
    if (conversion === "%") {
      if (s.peek() !== 37) return stored;
      s.take();
      continue;
    }
    const done = convert(s, conversion as string, size as string, width, assign, set);
    if (!done) return stored;
    if (assign) stored++;
  }
  return stored;
}

const BASES: Readonly<Record<string, number>> = { d: 10, u: 10, i: 0, o: 8, x: 16, X: 16, p: 16 };

/** One conversion; false if the input does not match. */
function convert(
  s: Scan,
  conversion: string,
  size: string,
  width: number,
  assign: boolean,
  set: Uint8Array | null,
): boolean {
  const base = BASES[conversion];
  if (base !== undefined) {
    const text = s.field(width, (t) => (PREFIXES[base] as RegExp).test(t));
    const value = parseInteger(text, base);
    if (value === null) return false;
    if (assign) s.storeInteger(value, conversion === "p" ? 8 : (INTEGER_BYTES[size] as number));
    return true;
  }
  if ("eEfFgGaA".includes(conversion)) {
    const text = s.field(width, (t) => FLOAT_PREFIX.test(t));
    if (!/\d|inf|nan/i.test(text)) return false;
    if (assign) s.storeFloat(text.replace(/e[+-]?$/i, ""), size);
    return true;
  }
  let text: string;
  if (conversion === "c") {
    const count = width === Number.POSITIVE_INFINITY ? 1 : width;
    text = s.field(count, () => true);
    if (text.length < count) return false;
    if (assign) s.storeBytes(latin1(text));
    return true;
  }
  if (conversion === "s") text = s.field(width, (t) => !isSpace(t.charCodeAt(t.length - 1)));
  else if (set !== null) text = s.field(width, (t) => set[t.charCodeAt(t.length - 1)] === 1);
  else return false;
  if (text === "") return false;
  if (assign) s.storeBytes(latin1(`${text}\0`));
  return true;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}
