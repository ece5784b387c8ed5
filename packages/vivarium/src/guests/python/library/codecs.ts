/** Text encodings: UTF-8, UTF-16, UTF-32, ASCII, Latin-1, with CPython's error handlers. */

import { PyBytes, PyException, Raise } from "../objects/core.js";
import { E, raise, setOwn } from "../objects/errors.js";

const ALIASES: Record<string, string> = {
  utf8: "utf-8",
  "utf-8": "utf-8",
  u8: "utf-8",
  utf: "utf-8",
  "utf-8-sig": "utf-8-sig",
  utf8sig: "utf-8-sig",
  ascii: "ascii",
  "us-ascii": "ascii",
  "646": "ascii",
  latin1: "latin-1",
  "latin-1": "latin-1",
  "iso-8859-1": "latin-1",
  iso88591: "latin-1",
  l1: "latin-1",
  latin: "latin-1",
  "utf-16": "utf-16",
  utf16: "utf-16",
  "utf-16-le": "utf-16-le",
  "utf-16le": "utf-16-le",
  "utf-16-be": "utf-16-be",
  "utf-16be": "utf-16-be",
  "utf-32": "utf-32",
  utf32: "utf-32",
  "utf-32-le": "utf-32-le",
  "utf-32-be": "utf-32-be",
};

function codec(name: string): string {
  const known = ALIASES[name.toLowerCase().replaceAll("_", "-").replaceAll(" ", "-")];
  if (!known) throw raise(E.LookupError!, `unknown encoding: ${name}`);
  return known;
}

const NAMES: Record<string, string> = { "utf-8-sig": "utf-8", "latin-1": "latin-1" };

function decodeError(encoding: string, data: Uint8Array, start: number, end: number, reason: string): Raise {
  const name = NAMES[encoding] ?? encoding;
  const exc = new PyException(E.UnicodeDecodeError!, [name, new PyBytes(data), start, end, reason]);
  fill(exc, name, new PyBytes(data), start, end, reason);
  return new Raise(exc);
}

function encodeError(encoding: string, text: string, start: number, end: number, reason: string): Raise {
  const exc = new PyException(E.UnicodeEncodeError!, [encoding, text, start, end, reason]);
  fill(exc, encoding, text, start, end, reason);
  return new Raise(exc);
}

function fill(exc: PyException, encoding: string, object: unknown, start: number, end: number, reason: string): void {
  setOwn(exc, "encoding", encoding);
  setOwn(exc, "object", object);
  setOwn(exc, "start", start);
  setOwn(exc, "end", end);
  setOwn(exc, "reason", reason);
}

const unknownHandler = (errors: string): Raise => raise(E.LookupError!, `unknown error handler name '${errors}'`);

/** Bytes to text. */
export function decodeBytes(data: Uint8Array, encodingName: string, errors: string): string {
  const encoding = codec(encodingName);
  const bad = (start: number, end: number, reason: string): string => {
    switch (errors) {
      case "strict":
        throw decodeError(encoding, data, start, end, reason);
      case "ignore":
        return "";
      case "replace":
        return "\ufffd";
      case "backslashreplace":
        return Array.from(data.subarray(start, end), (b) => `\\x${b.toString(16).padStart(2, "0")}`).join("");
      case "surrogateescape":
        if (data.subarray(start, end).some((b) => b < 128)) throw decodeError(encoding, data, start, end, reason);
        return Array.from(data.subarray(start, end), (b) => String.fromCharCode(0xdc00 + b)).join("");
      default:
        throw unknownHandler(errors);
    }
  };
  switch (encoding) {
    case "ascii":
    case "latin-1": {
      const parts: string[] = [];
      for (let i = 0; i < data.length; i++) {
        const b = data[i]!;
        parts.push(
          encoding === "ascii" && b > 127 ? bad(i, i + 1, "ordinal not in range(128)") : String.fromCharCode(b),
        );
      }
      return parts.join("");
    }
    case "utf-8-sig":
    case "utf-8":
      return decodeUtf8(
        encoding === "utf-8-sig" && data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data,
        errors === "surrogatepass",
        bad,
      );
    default: {
      const wide = encoding.startsWith("utf-32") ? 4 : 2;
      let big = encoding.endsWith("be");
      let from = 0;
      const view = new DataView(data.buffer, data.byteOffset, data.length);
      if (!encoding.endsWith("e")) {
        const bom = data.length >= wide ? (wide === 2 ? view.getUint16(0, true) : view.getUint32(0, true)) : 0;
        if (bom === 0xfeff) from = wide;
        else if (bom === (wide === 2 ? 0xfffe : 0xfffe0000)) {
          from = wide;
          big = true;
        }
      }
      let out = "";
      for (let i = from; i < data.length; i += wide) {
        if (i + wide > data.length) {
          out += bad(i, data.length, "truncated data");
          break;
        }
        if (wide === 2) {
          const unit = view.getUint16(i, !big);
          if (unit < 0xd800 || unit > 0xdfff || errors === "surrogatepass") out += String.fromCharCode(unit);
          else if (unit > 0xdbff) out += bad(i, i + 2, "illegal encoding");
          else if (i + 4 > data.length) {
            out += bad(i, data.length, "unexpected end of data");
            break;
          } else {
            const low = view.getUint16(i + 2, !big);
            if (low < 0xdc00 || low > 0xdfff) out += bad(i, i + 2, "illegal UTF-16 surrogate");
            else {
              out += String.fromCharCode(unit, low);
              i += 2;
            }
          }
        } else {
          const c = view.getUint32(i, !big);
          out += c > 0x10ffff ? bad(i, i + 4, "code point not in range(0x110000)") : String.fromCodePoint(c);
        }
      }
      return out;
    }
  }
}

function decodeUtf8(
  data: Uint8Array,
  surrogates: boolean,
  bad: (start: number, end: number, reason: string) => string,
): string {
  const parts: string[] = [];
  let ascii = 0;
  const n = data.length;
  let i = 0;
  while (i < n) {
    const b = data[i]!;
    if (b < 0x80) {
      i++;
      ascii++;
      continue;
    }
    if (ascii > 0) flush(parts, data, i - ascii, i);
    ascii = 0;
    const need = b >= 0xc2 && b <= 0xdf ? 1 : b >= 0xe0 && b <= 0xef ? 2 : b >= 0xf0 && b <= 0xf4 ? 3 : 0;
    if (need === 0) {
      parts.push(bad(i, i + 1, "invalid start byte"));
      i++;
      continue;
    }
    let code = b & (0x3f >> need);
    let got = 0;
    while (got < need && i + 1 + got < n) {
      const c = data[i + 1 + got]!;
      if ((c & 0xc0) !== 0x80) break;
      if (
        got === 0 &&
        ((b === 0xe0 && c < 0xa0) ||
          (b === 0xed && c > 0x9f && !surrogates) ||
          (b === 0xf0 && c < 0x90) ||
          (b === 0xf4 && c > 0x8f))
      )
        break;
      code = (code << 6) | (c & 0x3f);
      got++;
    }
    if (got === need) {
      parts.push(String.fromCodePoint(code));
      i += need + 1;
    } else {
      const end = i + 1 + got;
      parts.push(bad(i, end, end >= n ? "unexpected end of data" : "invalid continuation byte"));
      i = end;
    }
  }
  if (ascii > 0) flush(parts, data, n - ascii, n);
  return parts.join("");
}

function flush(parts: string[], data: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i += 8192) parts.push(String.fromCharCode(...data.subarray(i, Math.min(to, i + 8192))));
}

/** Text to bytes. */
export function encodeText(text: string, encodingName: string, errors: string): Uint8Array {
  const encoding = codec(encodingName);
  const out: number[] = encoding === "utf-8-sig" ? [0xef, 0xbb, 0xbf] : [];
  if (encoding.startsWith("utf-8") && !/[\ud800-\udfff]/.test(text)) {
    const plain = new TextEncoder().encode(text);
    return out.length === 0 ? plain : new Uint8Array([...out, ...plain]);
  }
  if (encoding === "utf-16") out.push(0xff, 0xfe);
  if (encoding === "utf-32") out.push(0xff, 0xfe, 0, 0);
  const most = encoding === "ascii" ? 127 : encoding === "latin-1" ? 255 : 0x10ffff;
  let at = -1;
  const put = (c: number): void => {
    switch (encoding) {
      case "ascii":
      case "latin-1":
        out.push(c);
        return;
      case "utf-8":
      case "utf-8-sig":
        if (c < 0x80) out.push(c);
        else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
        else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
        else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
        return;
    }
    const big = encoding.endsWith("be");
    const unit = (v: number, bytes: number): void => {
      for (let i = 0; i < bytes; i++) out.push((v >>> (8 * (big ? bytes - 1 - i : i))) & 255);
    };
    if (encoding.startsWith("utf-32")) unit(c, 4);
    else if (c < 0x10000) unit(c, 2);
    else {
      unit(0xd800 + ((c - 0x10000) >> 10), 2);
      unit(0xdc00 + ((c - 0x10000) & 0x3ff), 2);
    }
  };
  for (const ch of text) {
    at++;
    const c = ch.codePointAt(0)!;
    const surrogate = c >= 0xd800 && c <= 0xdfff;
    if (c <= most && !(surrogate && most > 255)) {
      put(c);
      continue;
    }
    const reason = most > 255 ? "surrogates not allowed" : `ordinal not in range(${most + 1})`;
    const escaped =
      c <= 0xff
        ? `\\x${c.toString(16).padStart(2, "0")}`
        : c <= 0xffff
          ? `\\u${c.toString(16).padStart(4, "0")}`
          : `\\U${c.toString(16).padStart(8, "0")}`;
    switch (errors) {
      case "ignore":
        break;
      case "replace":
        put(63);
        break;
      case "backslashreplace":
        for (const e of escaped) put(e.charCodeAt(0));
        break;
      case "xmlcharrefreplace":
        for (const e of `&#${c};`) put(e.charCodeAt(0));
        break;
      case "surrogateescape":
        if (c >= 0xdc80 && c <= 0xdcff) {
          out.push(c - 0xdc00);
          break;
        }
        throw encodeError(encoding, text, at, at + 1, reason);
      case "surrogatepass":
        if (surrogate && encoding === "utf-8") {
          out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
          break;
        }
        throw encodeError(encoding, text, at, at + 1, reason);
      case "strict":
        throw encodeError(encoding, text, at, at + 1, reason);
      default:
        throw unknownHandler(errors);
    }
  }
  return Uint8Array.from(out);
}
