/** Turns constants into the text that Python's `repr` gives for them. */

import type * as ast from "./ast.js";

/** Python's `repr` of a constant. */
export function constantRepr(value: ast.ConstantValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number" || typeof value === "bigint") return value.toString();
  if (typeof value === "string") return stringRepr(value);
  if (value instanceof Uint8Array) return bytesRepr(value);
  if (value.kind === "float") return floatRepr(value.value);
  if (value.kind === "ellipsis") return "Ellipsis";
  const imag = floatRepr(value.imag).replace(/\.0$/, "");
  if (value.real === 0 && !Object.is(value.real, -0)) return `${imag}j`;
  return `(${floatRepr(value.real).replace(/\.0$/, "")}${/^[-+]/.test(imag) ? "" : "+"}${imag}j)`;
}

/** Python's shortest `repr` of a float: exponents from 1e16 and below 1e-4, of at least two digits. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? "-" : "+"}${Math.abs(power).toString().padStart(2, "0")}`;
  }
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  return `${sign}${digits.slice(0, power + 1).padEnd(power + 1, "0")}.${digits.slice(power + 1) || "0"}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]$/u;

/** Python's `repr` of a string. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const ch of text) {
    if (ch === quote) out += `\\${ch}`;
    else if (Object.hasOwn(ESCAPES, ch)) out += ESCAPES[ch];
    else if (ch === " " || PRINTABLE.test(ch)) out += ch;
    else {
      const code = ch.codePointAt(0) as number;
      const hex = code.toString(16);
      out +=
        code < 0x100
          ? `\\x${hex.padStart(2, "0")}`
          : code < 0x10000
            ? `\\u${hex.padStart(4, "0")}`
            : `\\U${hex.padStart(8, "0")}`;
    }
  }
  return out + quote;
}

/** Python's `repr` of a bytes object. */
export function bytesRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  let out = `b${quote}`;
  for (const byte of bytes) {
    const ch = String.fromCharCode(byte);
    if (ch === quote) out += `\\${ch}`;
    else if (Object.hasOwn(ESCAPES, ch)) out += ESCAPES[ch];
    else if (byte >= 0x20 && byte < 0x7f) out += ch;
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return out + quote;
}
