/** Turns source bytes into text, by byte order mark and encoding declaration (PEP 263; language reference, 2.1.4). */

/** Source that is not text in its encoding; `message` is CPython's. */
export class DecodeError extends Error {}

/** An encoding declaration, in a comment on the first or second line. */
const DECLARATION = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK_OR_COMMENT = /^[ \t\f]*(?:#.*)?$/;

/** Names that mean the two encodings Python programs are in fact written in. */
const UTF8 = /^(?:utf[-_]?8|u8|utf|cp65001|utf[-_]8[-_].*)$/i;
/** With a byte order mark only the proper name will do. */
const UTF8_PROPER = /^utf[-_]8(?:[-_].*)?$/i;
const LATIN1 = /^(?:latin[-_]?1|iso[-_]?8859[-_]1|iso[-_]latin[-_]1|l1|8859|cp819)$/i;
const ASCII = /^(?:us[-_])?ascii$|^646$/i;

/**
 * Decodes source bytes.
 *
 * @throws DecodeError for an unknown encoding, or bytes that are not text in it
 */
export function decodeSource(bytes: Uint8Array): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  const declared = declaredEncoding(body);
  if (marked && declared !== undefined && !UTF8_PROPER.test(declared)) {
    throw new DecodeError(`encoding problem: ${declared} with BOM`);
  }
  if (declared === undefined || UTF8.test(declared)) return decodeUtf8(body);
  if (ASCII.test(declared)) {
    const bad = body.findIndex((byte) => byte >= 0x80);
    if (bad >= 0) {
      throw new DecodeError(
        `(unicode error) 'ascii' codec can't decode byte 0x${body[bad].toString(16)} in position ${bad}: ordinal not in range(128)`,
      );
    }
  }
  if (ASCII.test(declared) || LATIN1.test(declared)) return latin1(body);
  try {
    return new TextDecoder(declared.replaceAll("_", "-"), { fatal: true }).decode(body);
  } catch (e) {
    if (e instanceof RangeError) throw new DecodeError(`unknown encoding: ${declared}`);
    throw new DecodeError(`encoding problem: ${declared}`);
  }
}

/** The declared encoding; the second line counts only if the first is blank or a comment. */
function declaredEncoding(body: Uint8Array): string | undefined {
  let from = 0;
  for (let line = 0; line < 2 && from < body.length; line++) {
    let end = from;
    while (end < body.length && body[end] !== 0x0a && body[end] !== 0x0d) end++;
    const text = latin1(body.subarray(from, end));
    const found = DECLARATION.exec(text);
    if (found !== null) return found[1];
    if (!BLANK_OR_COMMENT.test(text)) return undefined;
    from = end + (body[end] === 0x0d && body[end + 1] === 0x0a ? 2 : 1);
  }
  return undefined;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = firstBadByte(bytes);
    throw new DecodeError(
      `(unicode error) 'utf-8' codec can't decode byte 0x${bytes[at].toString(16).padStart(2, "0")} in position ${at}: invalid ` +
        (isContinuationMissing(bytes, at) ? "continuation byte" : "start byte"),
    );
  }
}

/** Length a UTF-8 sequence says it has, 0 for a byte that begins none. */
function sequenceLength(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
}

function isContinuationMissing(bytes: Uint8Array, at: number): boolean {
  return sequenceLength(bytes[at]) > 1;
}

function firstBadByte(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at]);
    if (length === 0 || at + length > bytes.length) return at;
    for (let i = 1; i < length; i++) {
      const byte = bytes[at + i];
      const low = i > 1 ? 0x80 : bytes[at] === 0xe0 ? 0xa0 : bytes[at] === 0xf0 ? 0x90 : 0x80;
      const high = i > 1 ? 0xbf : bytes[at] === 0xed ? 0x9f : bytes[at] === 0xf4 ? 0x8f : 0xbf;
      if (byte < low || byte > high) return at;
    }
    at += length;
  }
  return 0;
}
