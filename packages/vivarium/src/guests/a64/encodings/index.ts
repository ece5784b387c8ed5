/** All encodings, found by the word; and what class an unknown word belongs to. */
import { BRANCH } from "./branch.js";
import type { Encoding, Fields } from "./encoding.js";
import { FLOAT } from "./float.js";
import { IMMEDIATE } from "./immediate.js";
import { MEMORY } from "./memory.js";
import { REGISTER } from "./register.js";

export const ENCODINGS: readonly Encoding[] = [...IMMEDIATE, ...BRANCH, ...MEMORY, ...REGISTER, ...FLOAT];

/** Encodings by bits 28 to 25, the first field that the architecture decodes; those with it free stand in several. */
const byGroup: readonly (readonly Encoding[])[] = Array.from({ length: 16 }, (_, op0) =>
  ENCODINGS.filter(({ pattern }) => ((pattern.value ^ (op0 << 25)) & pattern.mask & (15 << 25)) === 0),
);

export interface Decoded {
  readonly encoding: Encoding;
  readonly fields: Fields;
}

/** The instruction that a word is, if it is one that is implemented. */
export function decodeWord(word: number): Decoded | undefined {
  for (const encoding of byGroup[(word >>> 25) & 15] as readonly Encoding[]) {
    if (!encoding.pattern.matches(word)) continue;
    const fields = encoding.pattern.decode(word);
    if (encoding.valid(fields)) return { encoding, fields };
  }
  return undefined;
}

/** Class of a word as the Architecture Reference Manual names it (section C4.1), for messages. */
export function classOf(word: number): string {
  const op0 = (word >>> 25) & 15;
  const known = (byGroup[op0] as readonly Encoding[]).find((e) => e.pattern.matches(word));
  if (known !== undefined) return known.group;
  if (op0 === 0) return (word & 0x80000000) !== 0 ? "SME" : "Reserved";
  if (op0 === 2) return "SVE";
  if ((op0 & 0b1110) === 0b1000) return "Data processing (immediate)";
  if ((op0 & 0b1110) === 0b1010) {
    if (word >>> 24 === 0xd4) return "Exception generation";
    if (word >>> 24 === 0xd5) return "System instructions";
    return "Branches";
  }
  if ((op0 & 0b0101) === 0b0100)
    return (word & (1 << 26)) !== 0 ? "Advanced SIMD loads and stores" : "Loads and stores";
  if ((op0 & 0b0111) === 0b0101) return "Data processing (register)";
  if ((op0 & 0b0111) === 0b0111) {
    // Vector and SIMD scalar instructions have none of the two bytes that floating point begins with.
    const top = (word >>> 24) & 0x7f;
    return top === 0x1e || top === 0x1f ? "Floating-point data processing" : "Advanced SIMD data processing";
  }
  return "Reserved";
}
