/** Turns the text of an option's value into a typed value: numbers, durations, sizes and guest arguments. */

/** A value that cannot be read; the message says what would have been accepted. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

const U64_MAX = 2n ** 64n - 1n;

/** Multipliers of `--gas` and other counts: `10k`, `5M`, `1G`. */
const COUNT_UNITS: Readonly<Record<string, bigint>> = { "": 1n, k: 1_000n, M: 1_000_000n, G: 1_000_000_000n };

/** A count from 0 to 2^64 - 1: decimal or `0x…`, `_` between digits, with `k`, `M` or `G`. */
export function count(text: string): bigint {
  const match = /^(0x[0-9a-f]+(?:_[0-9a-f]+)*|\d+(?:_\d+)*)(k|M|G)?$/i.exec(text);
  const unit = match === null ? undefined : COUNT_UNITS[match[2] ?? ""];
  // 40 characters hold every 64-bit number with separators; longer text is not worth converting.
  if (match === null || unit === undefined || text.length > 40) {
    throw new ValueError("expected a whole number such as 5000, 0x1388, 1_000_000 or 10M");
  }
  const value = BigInt((match[1] as string).replaceAll("_", "")) * unit;
  if (value > U64_MAX) throw new ValueError("expected at most 2^64 - 1");
  return value;
}

/** A count that is used as an index or a length here: at most 2^31 - 1. */
export function smallCount(text: string): number {
  const value = count(text);
  if (value > 0x7fffffffn) throw new ValueError("expected at most 2147483647");
  return Number(value);
}

const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, "": 1000 };

/** A duration in milliseconds: `250ms`, `1.5s`, `2m`; seconds without a unit. */
export function duration(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m)?$/.exec(text);
  if (match === null) throw new ValueError("expected a duration such as 250ms, 1.5s or 2m");
  const value = Number(match[1]) * (DURATION_UNITS[match[2] ?? ""] as number);
  // Timers of JavaScript hold 31 bits.
  if (value > 0x7fffffff) throw new ValueError("expected at most 24 days");
  return value;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KiB: 2 ** 10,
  K: 2 ** 10,
  MiB: 2 ** 20,
  M: 2 ** 20,
  GiB: 2 ** 30,
  G: 2 ** 30,
};

/** A size in bytes, at most 4 GiB: `4096`, `64KiB`, `16M`. */
export function size(text: string): number {
  const match = /^(\d{1,10})(B|KiB|MiB|GiB|K|M|G)?$/.exec(text);
  if (match === null) throw new ValueError("expected a size such as 4096, 64KiB or 16MiB");
  const value = Number(match[1]) * (SIZE_UNITS[match[2] ?? ""] as number);
  if (value > 2 ** 32) throw new ValueError("expected at most 4GiB, the guest's whole address space");
  return value;
}

/** Longest argument that is taken from the command line; longer ones come from a file. */
const MAX_ARGUMENT = 1 << 24;

function hexBytes(text: string): Uint8Array {
  const digits = text.replace(/^0x/, "").replaceAll("_", "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new ValueError("expected an even number of hexadecimal digits after hex:");
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Little-endian integers of `bytes` bytes each, separated by commas; negative ones in two's complement. */
function integers(text: string, bytes: number): Uint8Array {
  const parts = text.split(",");
  const out = new Uint8Array(parts.length * bytes);
  const limit = 1n << BigInt(bytes * 8);
  parts.forEach((part, index) => {
    const negative = part.startsWith("-");
    const magnitude = count(negative ? part.slice(1) : part);
    if (negative ? magnitude > limit / 2n : magnitude >= limit) {
      throw new ValueError(`${part} does not fit in ${bytes * 8} bits`);
    }
    let rest = negative ? (limit - magnitude) % limit : magnitude;
    for (let i = 0; i < bytes; i++, rest >>= 8n) out[index * bytes + i] = Number(rest & 0xffn);
  });
  return out;
}

/** Floating-point numbers, little-endian. */
function floats(text: string, bytes: 4 | 8): Uint8Array {
  const parts = text.split(",");
  const view = new DataView(new ArrayBuffer(parts.length * bytes));
  parts.forEach((part, index) => {
    if (!/^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan)$/i.test(part)) {
      throw new ValueError(`${JSON.stringify(part)} is not a number such as 1, -2.5, 1e-3, inf or nan`);
    }
    const value = Number(part.toLowerCase().replace("inf", "Infinity").replace("nan", "NaN"));
    if (bytes === 4) view.setFloat32(index * bytes, value, true);
    else view.setFloat64(index * bytes, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** Ways to write argument bytes, by prefix; the documentation lists them from here. */
export const ARGUMENT_FORMS: Readonly<
  Record<string, { readonly example: string; readonly meaning: string; readonly parse: (text: string) => Uint8Array }>
> = {
  hex: { example: "hex:00ff10", meaning: "bytes in hexadecimal", parse: hexBytes },
  utf8: { example: "utf8:hello", meaning: "the text in UTF-8", parse: (text) => new TextEncoder().encode(text) },
  u8: { example: "u8:1,2,255", meaning: "bytes as numbers", parse: (text) => integers(text, 1) },
  u16: { example: "u16:1,-2", meaning: "16-bit little-endian numbers", parse: (text) => integers(text, 2) },
  u32: { example: "u32:4000", meaning: "32-bit little-endian numbers", parse: (text) => integers(text, 4) },
  u64: { example: "u64:1M,-1", meaning: "64-bit little-endian numbers", parse: (text) => integers(text, 8) },
  f32: {
    example: "f32:1,-2.5",
    meaning: "32-bit floating-point numbers, little-endian",
    parse: (text) => floats(text, 4),
  },
  f64: {
    example: "f64:1e-3,inf",
    meaning: "64-bit floating-point numbers, little-endian",
    parse: (text) => floats(text, 8),
  },
};

/** Argument bytes with a prefix from {@link ARGUMENT_FORMS}; several parts are joined by `+`. */
export function argumentBytes(text: string): Uint8Array {
  if (text.length > 2 * MAX_ARGUMENT) throw new ValueError(`expected at most ${MAX_ARGUMENT} bytes of arguments`);
  // `+` may stand in a text: only one that is followed by a prefix separates.
  const separator = new RegExp(`\\+(?=(?:${Object.keys(ARGUMENT_FORMS).join("|")}):)`);
  const parts = text.split(separator).map((part) => {
    const colon = part.indexOf(":");
    const form = colon < 0 ? undefined : ARGUMENT_FORMS[part.slice(0, colon)];
    if (form === undefined) {
      const forms = Object.values(ARGUMENT_FORMS).map(({ example }) => example);
      throw new ValueError(`expected a form such as ${forms.join(", ")}`);
    }
    return form.parse(part.slice(colon + 1));
  });
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
