/** The format mini-language (`format(value, spec)`) for integers, floats, complex numbers and strings. */

import type { PyComplex, Value } from "./core.js";
import { E, raise, typeName, valueError } from "./errors.js";
import { formatDouble, type Int, intToDouble, intToText } from "./numbers.js";
import { strLength, substring } from "./text.js";

/** A parsed format specification. */
export interface Spec {
  fill: string;
  align: string;
  sign: string;
  zeroNegative: boolean;
  alt: boolean;
  zero: boolean;
  width: number;
  comma: string;
  precision: number;
  type: string;
}

const MAX_WIDTH = 1 << 27;

function number(text: string): number {
  const n = Number(text);
  if (n > MAX_WIDTH) throw valueError("Too many decimal digits in format string");
  return n;
}

/** Reads `[[fill]align][sign][z][#][0][width][,|_][.precision][type]`. */
export function parseSpec(spec: string, value: Value, absent = ""): Spec {
  const out: Spec = {
    fill: " ",
    align: "",
    sign: "-",
    zeroNegative: false,
    alt: false,
    zero: false,
    width: 0,
    comma: "",
    precision: -1,
    type: "",
  };
  const chars = Array.from(spec);
  let i = 0;
  const isAlign = (c: string | undefined): boolean => c === "<" || c === ">" || c === "=" || c === "^";
  if (isAlign(chars[1])) {
    out.fill = chars[0]!;
    out.align = chars[1]!;
    i = 2;
  } else if (isAlign(chars[0])) {
    out.align = chars[0]!;
    i = 1;
  }
  if (chars[i] === "+" || chars[i] === "-" || chars[i] === " ") out.sign = chars[i++]!;
  if (chars[i] === "z") {
    out.zeroNegative = true;
    i++;
  }
  if (chars[i] === "#") {
    out.alt = true;
    i++;
  }
  if (chars[i] === "0") {
    // Behind a fill it is the first digit of the width.
    if (i < 2 || !isAlign(chars[1])) {
      out.zero = true;
      out.fill = "0";
      if (out.align === "") out.align = "=";
    }
    i++;
  }
  let digits = "";
  while (chars[i] !== undefined && chars[i]! >= "0" && chars[i]! <= "9") digits += chars[i++];
  if (digits !== "") out.width = number(digits);
  if (chars[i] === "," || chars[i] === "_") {
    out.comma = chars[i++]!;
    if (chars[i] === "," || chars[i] === "_")
      throw valueError(
        chars[i] === out.comma
          ? `Cannot specify '${out.comma}' with '${out.comma}'.`
          : "Cannot specify both ',' and '_'.",
      );
  }
  if (chars[i] === ".") {
    i++;
    digits = "";
    while (chars[i] !== undefined && chars[i]! >= "0" && chars[i]! <= "9") digits += chars[i++];
    if (digits === "") throw valueError("Format specifier missing precision");
    out.precision = number(digits);
  }
  if (i < chars.length - 1)
    throw valueError(`Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  out.type = chars[i] ?? absent;
  if (out.comma !== "" && out.type !== "" && !(out.comma === "_" ? "bdoxXeEfFgG%" : "deEfFgG%").includes(out.type))
    throw valueError(`Cannot specify '${out.comma}' with '${out.type}'.`);
  return out;
}

/** Pads a number's or string's body. `sign` goes in front of `=` padding. */
function pad(spec: Spec, sign: string, body: string, otherwise: string): string {
  const missing = spec.width - strLength(sign) - strLength(body);
  if (missing <= 0) return sign + body;
  const fill = spec.fill.repeat(missing);
  switch (spec.align || otherwise) {
    case "<":
      return sign + body + fill;
    case "^": {
      const left = missing >> 1;
      return spec.fill.repeat(left) + sign + body + spec.fill.repeat(missing - left);
    }
    case "=":
      return sign + fill + body;
    default:
      return fill + sign + body;
  }
}

function group(digits: string, separator: string, size: number): string {
  if (separator === "") return digits;
  let out = "";
  for (let i = digits.length; i > 0; i -= size)
    out = digits.slice(Math.max(0, i - size), i) + (out === "" ? "" : separator + out);
  return out;
}

/** Zero padding continues the grouping. */
function groupZeros(spec: Spec, sign: string, digits: string, rest: string, size: number): string {
  if (spec.comma === "") return digits;
  let text = group(digits, spec.comma, size);
  if (spec.fill === "0" && spec.align === "=") {
    let padded = digits;
    while (sign.length + text.length + rest.length < spec.width) {
      padded = `0${padded}`;
      text = group(padded, spec.comma, size);
    }
  }
  return text;
}

const signOf = (spec: Spec, negative: boolean): string => (negative ? "-" : spec.sign === "-" ? "" : spec.sign);

interface Meter {
  charge(units: number): void;
  alloc(bytes: number): void;
}

const unknown = (spec: Spec, value: Value): unknown =>
  valueError(`Unknown format code '${spec.type}' for object of type '${typeName(value)}'`);

export function formatString(vm: Meter, text: string, specText: string, value: Value = text): string {
  if (specText === "") return text;
  const spec = parseSpec(specText, value, "s");
  if (spec.type !== "s") throw unknown(spec, value);
  if (spec.sign !== "-" || /^.?[<>^]?-/.test(specText)) {
    if (spec.sign === " ") throw valueError("Space not allowed in string format specifier");
    if (spec.sign === "+" || specText.includes("-")) {
      if (!specText.startsWith("-") || spec.align === "")
        throw valueError("Sign not allowed in string format specifier");
    }
  }
  if (spec.zeroNegative) throw valueError("Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alt) throw valueError("Alternate form (#) not allowed in string format specifier");
  if (spec.align === "=" && !spec.zero) throw valueError("'=' alignment not allowed in string format specifier");
  if (spec.align === "=") spec.align = "<";
  const body = spec.precision >= 0 ? substring(text, 0, spec.precision) : text;
  vm.alloc(2 * spec.width);
  return pad(spec, "", body, "<");
}

export function formatInt(vm: Meter, v: Int, specText: string, value: Value = v): string {
  if (specText === "") return intToText(vm, v);
  const spec = parseSpec(specText, value, "d");
  vm.alloc(2 * spec.width);
  if ("eEfFgG%".includes(spec.type)) return formatFloatSpec(intToDouble(v), spec);
  if (!"bcdoxXn".includes(spec.type)) throw unknown(spec, value);
  if (spec.precision >= 0) throw valueError("Precision not allowed in integer format specifier");
  if (spec.zeroNegative) throw valueError("Negative zero coercion (z) not allowed in integer format specifier");
  const negative = v < 0;
  const magnitude = negative ? -v : v;
  let digits: string;
  let prefix = "";
  let size = 3;
  switch (spec.type) {
    case "":
    case "d":
    case "n":
      digits = intToText(vm, magnitude);
      break;
    case "x":
    case "X":
      digits = magnitude.toString(16);
      if (spec.type === "X") digits = digits.toUpperCase();
      prefix = spec.alt ? `0${spec.type}` : "";
      size = 4;
      break;
    case "o":
      digits = magnitude.toString(8);
      prefix = spec.alt ? "0o" : "";
      size = 4;
      break;
    case "b":
      digits = magnitude.toString(2);
      prefix = spec.alt ? "0b" : "";
      size = 4;
      break;
    case "c": {
      if (spec.sign !== "-") throw valueError("Sign not allowed with integer format specifier 'c'");
      if (spec.alt) throw valueError("Alternate form (#) not allowed with integer format specifier 'c'");
      const code = Number(v);
      if (!(code >= 0 && code < 0x110000)) throw raise(E.OverflowError!, "%c arg not in range(0x110000)");
      return pad(spec, "", String.fromCodePoint(code), ">");
    }
    default:
      throw unknown(spec, value);
  }
  const sign = signOf(spec, negative) + prefix;
  return pad(spec, sign, groupZeros(spec, sign, digits, "", size), ">");
}

export function formatFloat(vm: Meter, v: number, specText: string, value: Value, repr: string): string {
  if (specText === "") return repr;
  const spec = parseSpec(specText, value);
  vm.alloc(2 * (spec.width + Math.max(0, spec.precision)));
  vm.charge((spec.width + Math.max(0, spec.precision)) >> 6);
  if (spec.type !== "" && !"eEfFgGn%".includes(spec.type)) throw unknown(spec, value);
  return formatFloatSpec(v, spec);
}

function formatFloatSpec(v: number, spec: Spec): string {
  let negative = v < 0 || Object.is(v, -0);
  if (v !== v) negative = false;
  let body: string;
  if (spec.precision > 0x7ffffff) throw valueError("precision too big");
  if (spec.type === "") {
    if (spec.precision < 0) body = formatDouble(v, "r", 0, spec.alt);
    else {
      // Like g, but with at least one digit behind the point, and the exponent from one digit earlier on.
      body = formatDouble(v, "g", spec.precision, spec.alt);
      if (Number.isFinite(v) && !/[.e]/.test(body)) {
        if (body.length >= Math.max(spec.precision, 1))
          body = formatDouble(v, "e", Math.max(0, spec.precision - 1), false).replace(/\.?0+e/, "e");
        else body += ".0";
      }
    }
  } else if (spec.type === "%")
    body = `${formatDouble(v * 100, "f", spec.precision < 0 ? 6 : spec.precision, spec.alt)}%`;
  else {
    const code = spec.type === "n" ? "g" : spec.type;
    body = formatDouble(v, code, spec.precision < 0 ? 6 : spec.precision, spec.alt);
  }
  if (spec.zeroNegative && negative && /^[0.]*%?$/.test(body)) negative = false;
  const sign = signOf(spec, negative);
  if (spec.comma !== "" && Number.isFinite(v)) {
    const at = /[^0-9]/.exec(body)?.index ?? body.length;
    const rest = body.slice(at);
    body = groupZeros(spec, sign, body.slice(0, at), rest, 3) + rest;
  }
  return pad(spec, sign, body, ">");
}

export function formatComplex(vm: Meter, c: PyComplex, specText: string, repr: string): string {
  if (specText === "") return repr;
  const spec = parseSpec(specText, c);
  vm.alloc(2 * spec.width);
  if (spec.align === "=" || spec.fill === "0")
    throw valueError(
      spec.fill === "0"
        ? "Zero padding is not allowed in complex format specifier"
        : "'=' alignment flag is not allowed in complex format specifier",
    );
  if (spec.type !== "" && !"eEfFgGn".includes(spec.type)) throw unknown(spec, c);
  const inner: Spec = { ...spec, width: 0, align: "", fill: " " };
  const one = (v: number, sign: string): string => {
    const text = formatFloatSpec(v, {
      ...inner,
      sign,
      type: spec.type === "" ? (spec.precision < 0 ? "" : "g") : spec.type,
    });
    return spec.type === "" && spec.precision < 0 ? text.replace(/\.0$/, "") : text;
  };
  const both =
    c.re === 0 && !Object.is(c.re, -0) && spec.type === ""
      ? `${one(c.im, spec.sign)}j`
      : `${one(c.re, spec.sign)}${one(c.im, "+")}j`;
  const body = spec.type === "" && !(c.re === 0 && !Object.is(c.re, -0)) ? `(${both})` : both;
  return pad(spec, "", body, ">");
}
