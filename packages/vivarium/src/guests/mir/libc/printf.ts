/** The printf family: a format and arguments to bytes, digit for digit what glibc 2.36 prints in the C locale. */
import { f64Bits, significantDigits } from "../float80.js";

/** Where arguments come from: one after the other. */
export interface ArgumentCursor {
  /** The next integer argument, 64 bits. */
  integer(): bigint;
  /** The next double. */
  double(): number;
  /** The next long double, carried as f64. */
  longDouble(): number;
}

/** What formatting needs of guest memory. */
export interface FormatMemory {
  /** Bytes of a string up to its NUL or up to `most` of them. */
  string(address: number, most: number): Uint8Array;
  /** 32-bit characters of a wide string as UTF-8, up to `most` bytes. */
  wideString(address: number, most: number): Uint8Array;
  /** Stores the number of bytes written so far (`%n`). */
  storeCount(address: number, bytes: number, count: number): void;
}

/** Longest result: bounds what a width or precision can ask for. */
export const MAX_FORMATTED = 16 << 20;

/** Thrown when the result would be longer than {@link MAX_FORMATTED}. */
export class FormatTooLong extends Error {}

interface Spec {
  left: boolean;
  plus: boolean;
  space: boolean;
  alternate: boolean;
  zero: boolean;
  width: number;
  /** −1 if there is none. */
  precision: number;
  /** Bits of an integer argument; 128 marks a long double. */
  bits: 8 | 16 | 32 | 64;
  long: boolean;
  longDouble: boolean;
}

/** Collects output; counts bytes even where they are not kept. */
class Output {
  private bytes = new Uint8Array(256);
  length = 0;

  private reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted > MAX_FORMATTED) throw new FormatTooLong();
    if (wanted <= this.bytes.length) return;
    const bigger = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
    bigger.set(this.bytes);
    this.bytes = bigger;
  }

  put(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  text(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  fill(byte: number, count: number): void {
    if (count <= 0) return;
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  result(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

const SPACE = 0x20;
const ZERO = 0x30;

/** Sign, prefix and body of a number, padded to the width: zeros go between prefix and body. */
function padNumber(out: Output, spec: Spec, prefix: string, body: string, zeros: boolean): void {
  const pad = spec.width - prefix.length - body.length;
  if (!spec.left && !zeros) out.fill(SPACE, pad);
  out.text(prefix);
  if (!spec.left && zeros) out.fill(ZERO, pad);
  out.text(body);
  if (spec.left) out.fill(SPACE, pad);
}

function padBytes(out: Output, spec: Spec, bytes: Uint8Array): void {
  const pad = spec.width - bytes.length;
  if (!spec.left) out.fill(SPACE, pad);
  out.append(bytes);
  if (spec.left) out.fill(SPACE, pad);
}

/** An integer's digits with at least `precision` of them; none for 0 with precision 0. */
function digitsOf(value: bigint, radix: number, precision: number): string {
  if (value === 0n && precision === 0) return "";
  if (precision > MAX_FORMATTED) throw new FormatTooLong();
  return value.toString(radix).padStart(precision < 0 ? 1 : precision, "0");
}

function signOf(spec: Spec, negative: boolean): string {
  return negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
}

function formatSigned(out: Output, spec: Spec, argument: bigint): void {
  const value = BigInt.asIntN(spec.bits, argument);
  const negative = value < 0n;
  const body = digitsOf(negative ? -value : value, 10, spec.precision);
  padNumber(out, spec, signOf(spec, negative), body, spec.zero && spec.precision < 0);
}

function formatUnsigned(out: Output, spec: Spec, argument: bigint, conversion: string): void {
  const value = BigInt.asUintN(spec.bits, argument);
  const radix = conversion === "o" ? 8 : conversion === "u" ? 10 : 16;
  let body = digitsOf(value, radix, spec.precision);
  let prefix = "";
  if (conversion === "X") body = body.toUpperCase();
  if (spec.alternate) {
    if (conversion === "o" && body[0] !== "0") body = `0${body}`;
    else if (radix === 16 && value !== 0n) prefix = conversion === "X" ? "0X" : "0x";
  }
  padNumber(out, spec, prefix, body, spec.zero && spec.precision < 0);
}

/** Mantissa and binary exponent of a finite, non-negative f64. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  const bits = f64Bits(value);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** `value` with exactly `precision` decimals, rounded to nearest even on its exact binary value. */
export function toFixedExact(value: number, precision: number): string {
  const { mantissa, exponent } = decompose(value);
  // Beyond 1074 decimals every f64 is exact: only zeros follow.
  const digits = Math.min(precision, 1100);
  let scaled: bigint;
  if (exponent >= 0) {
    scaled = (mantissa << BigInt(exponent)) * 10n ** BigInt(digits);
  } else {
    const numerator = mantissa * 10n ** BigInt(digits);
    const shift = BigInt(-exponent);
    scaled = numerator >> shift;
    const rest = numerator - (scaled << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (scaled & 1n) === 1n)) scaled++;
  }
  const text = scaled.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  if (precision === 0) return whole;
  return `${whole}.${text.slice(text.length - digits)}${"0".repeat(precision - digits)}`;
}

/** `d.ddd` and decimal exponent of `value` with `precision` decimals. */
function toExponentialParts(value: number, precision: number): { body: string; point: number } {
  const { mantissa, exponent } = decompose(value);
  const count = Math.min(precision, 1100) + 1;
  const { digits, point } = significantDigits(mantissa, exponent, count);
  const rest = digits.slice(1) + "0".repeat(precision + 1 - count);
  return { body: rest === "" ? (digits[0] as string) : `${digits[0]}.${rest}`, point };
}

function exponentText(point: number, letter: string): string {
  return `${letter}${point < 0 ? "-" : "+"}${Math.abs(point).toString().padStart(2, "0")}`;
}

/** `%e`. */
function exponential(value: number, precision: number, alternate: boolean): string {
  const { body, point } = toExponentialParts(value, precision);
  return `${body}${alternate && precision === 0 ? "." : ""}${exponentText(point, "e")}`;
}

/** `%g`: the shorter of `%e` and `%f`, without trailing zeros unless `#`. */
function general(value: number, precision: number, alternate: boolean): string {
  const wanted = precision === 0 ? 1 : precision;
  const { body, point } = toExponentialParts(value, wanted - 1);
  const trim = (text: string): string => {
    if (alternate) return text.includes(".") ? text : `${text}.`;
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  };
  if (point < -4 || point >= wanted) return trim(body) + exponentText(point, "e");
  return trim(toFixedExact(value, wanted - 1 - point));
}

/** `%a`: hexadecimal mantissa, binary exponent. */
function hexadecimal(value: number, precision: number, alternate: boolean): string {
  const bits = f64Bits(value);
  const biased = Number((bits >> 52n) & 0x7ffn);
  let fraction = bits & 0xfffffffffffffn;
  let lead = biased === 0 ? 0n : 1n;
  const exponent = value === 0 ? 0 : biased === 0 ? -1022 : biased - 1023;
  let digits: string;
  if (precision < 0) {
    digits = fraction.toString(16).padStart(13, "0").replace(/0+$/, "");
  } else if (precision < 13) {
    const shift = BigInt(4 * (13 - precision));
    const all = (lead << 52n) | fraction;
    let kept = all >> shift;
    const rest = all - (kept << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
    const width = BigInt(4 * precision);
    lead = kept >> width;
    fraction = kept & ((1n << width) - 1n);
    digits = precision === 0 ? "" : fraction.toString(16).padStart(precision, "0");
  } else {
    digits = fraction.toString(16).padStart(13, "0") + "0".repeat(precision - 13);
  }
  const point = digits !== "" || alternate ? "." : "";
  return `0x${lead}${point}${digits}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

function formatFloat(out: Output, spec: Spec, value: number, conversion: string): void {
  const lower = conversion.toLowerCase();
  const upper = lower !== conversion;
  const negative = f64Bits(value) >> 63n === 1n;
  const sign = signOf(spec, negative);
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? "nan" : "inf";
    padNumber(out, spec, sign, upper ? text.toUpperCase() : text, false);
    return;
  }
  if (spec.precision > MAX_FORMATTED) throw new FormatTooLong();
  const precision = spec.precision < 0 ? 6 : spec.precision;
  let body: string;
  if (lower === "f") {
    body = toFixedExact(magnitude, precision);
    if (spec.alternate && precision === 0) body += ".";
  } else if (lower === "e") {
    body = exponential(magnitude, precision, spec.alternate);
  } else if (lower === "g") {
    body = general(magnitude, precision, spec.alternate);
  } else {
    body = hexadecimal(magnitude, spec.precision, spec.alternate);
  }
  if (upper) body = body.toUpperCase();
  if (lower === "a") {
    // The 0x belongs to the prefix: zeros are padded behind it.
    padNumber(out, spec, sign + body.slice(0, 2), body.slice(2), spec.zero);
  } else {
    padNumber(out, spec, sign, body, spec.zero);
  }
}

const UTF8 = new TextEncoder();
const NULL_TEXT = UTF8.encode("(null)");

function formatString(out: Output, spec: Spec, address: number, memory: FormatMemory): void {
  const most = spec.precision < 0 ? MAX_FORMATTED : spec.precision;
  if (address === 0) {
    // glibc prints "(null)" unless the precision is too small for it.
    padBytes(out, spec, most >= NULL_TEXT.length ? NULL_TEXT : new Uint8Array(0));
    return;
  }
  padBytes(out, spec, spec.long ? memory.wideString(address, most) : memory.string(address, most));
}

function formatCharacter(out: Output, spec: Spec, value: bigint): void {
  const code = Number(BigInt.asUintN(32, value));
  const bytes = spec.long && code < 0x110000 ? UTF8.encode(String.fromCodePoint(code)) : Uint8Array.of(code & 0xff);
  padBytes(out, spec, bytes);
}

function formatPointer(out: Output, spec: Spec, value: bigint): void {
  const address = BigInt.asUintN(64, value);
  if (address === 0n) {
    padBytes(out, spec, UTF8.encode("(nil)"));
    return;
  }
  const body = digitsOf(address, 16, spec.precision);
  padNumber(out, spec, `${spec.plus ? "+" : spec.space ? " " : ""}0x`, body, spec.zero && spec.precision < 0);
}

/** Flags, width, precision and length of one conversion. */
class SpecReader {
  at = 0;

  constructor(
    private readonly format: Uint8Array,
    private readonly args: ArgumentCursor,
  ) {}

  private char(): string {
    return String.fromCharCode(this.format[this.at] ?? 0);
  }

  /** A decimal number, or the next argument for `*`; saturated where glibc gives up. */
  private number(): number {
    if (this.char() === "*") {
      this.at++;
      return Number(BigInt.asIntN(32, this.args.integer()));
    }
    let value = 0;
    for (; /[0-9]/.test(this.char()); this.at++) value = Math.min(value * 10 + Number(this.char()), 0x7fffffff);
    return value;
  }

  read(at: number): { spec: Spec; conversion: string } {
    this.at = at;
    const spec: Spec = {
      left: false,
      plus: false,
      space: false,
      alternate: false,
      zero: false,
      width: 0,
      precision: -1,
      bits: 32,
      long: false,
      longDouble: false,
    };
    for (;;) {
      const c = this.char();
      if (c === "-") spec.left = true;
      else if (c === "+") spec.plus = true;
      else if (c === " ") spec.space = true;
      else if (c === "#") spec.alternate = true;
      else if (c === "0") spec.zero = true;
      else if (c !== "'") break;
      this.at++;
    }
    spec.width = this.number();
    if (spec.width < 0) {
      spec.left = true;
      spec.width = -spec.width;
    }
    if (this.char() === ".") {
      this.at++;
      const precision = this.number();
      spec.precision = precision < 0 ? -1 : precision;
    }
    this.length(spec);
    const conversion = this.char();
    this.at++;
    return { spec, conversion };
  }

  private length(spec: Spec): void {
    for (;;) {
      switch (this.char()) {
        case "h":
          spec.bits = spec.bits === 16 ? 8 : 16;
          break;
        case "l":
          spec.bits = 64;
          spec.long = true;
          break;
        case "q":
        case "j":
        case "z":
        case "Z":
        case "t":
          spec.bits = 64;
          break;
        case "L":
          spec.bits = 64;
          spec.longDouble = true;
          break;
        default:
          return;
      }
      this.at++;
    }
  }
}

/**
 * Formats as `printf` does.
 *
 * @param format the format, without its NUL.
 * @param errno text of the current error, for `%m`.
 * @returns the bytes; null if the format ends inside a conversion, which makes printf return −1.
 * @throws FormatTooLong
 */
export function formatPrintf(
  format: Uint8Array,
  args: ArgumentCursor,
  memory: FormatMemory,
  errno: () => string = () => "Success",
): Uint8Array | null {
  const out = new Output();
  const reader = new SpecReader(format, args);
  for (let at = 0; at < format.length; ) {
    const next = format.indexOf(0x25, at);
    if (next < 0) {
      out.append(format.subarray(at));
      break;
    }
    out.append(format.subarray(at, next));
    const { spec, conversion } = reader.read(next + 1);
    at = reader.at;
    switch (conversion) {
      case "d":
      case "i":
        formatSigned(out, spec, args.integer());
        break;
      case "u":
      case "o":
      case "x":
      case "X":
        formatUnsigned(out, spec, args.integer(), conversion);
        break;
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
      case "a":
      case "A":
        formatFloat(out, spec, spec.longDouble ? args.longDouble() : args.double(), conversion);
        break;
      case "C":
        spec.long = true;
        formatCharacter(out, spec, args.integer());
        break;
      case "c":
        formatCharacter(out, spec, args.integer());
        break;
      case "S":
        spec.long = true;
        formatString(out, spec, Number(BigInt.asUintN(32, args.integer())), memory);
        break;
      case "s":
        formatString(out, spec, Number(BigInt.asUintN(32, args.integer())), memory);
        break;
      case "p":
        formatPointer(out, spec, args.integer());
        break;
      case "n":
        memory.storeCount(Number(BigInt.asUintN(32, args.integer())), spec.bits / 8, out.length);
        break;
      case "m":
        padBytes(out, spec, UTF8.encode(errno()));
        break;
      case "%":
        out.put(0x25);
        break;
      case "\0":
        return null;
      default:
        // An unknown conversion is printed as it stands.
        out.append(format.subarray(next, at));
    }
  }
  return out.result();
}
