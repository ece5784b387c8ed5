/** What an encoding of A64 is: a bit pattern with fields, how it is written, and which row executes it. */
import type { Reader } from "./reader.js";

/** Unsigned values of the fields of one word. */
export type Fields = Record<string, number>;

/** One operand of the written form. Omitted operands print as nothing. */
export interface Operand {
  print(f: Fields, pc: number): string;
  /** Reads the operand into the fields; false where the text is something else. */
  parse(r: Reader, f: Fields): boolean;
  /** May be left out, with its comma. */
  readonly optional?: boolean;
}

/** One way to write an encoding. */
export interface Form {
  readonly mnemonic: string;
  readonly operands: readonly Operand[];
  /** The form is how the disassembler writes such words; default: always. The first that applies is taken. */
  readonly when?: (f: Fields) => boolean;
  /** Sets the fields that the form does not show. */
  readonly fill?: (f: Fields) => void;
}

/** Row and operands that execute a word: registers by number in their bank, targets as guest addresses. */
export type Lowered = readonly [row: string, ...operands: number[]];

export interface Encoding {
  /** Section heading of the Architecture Reference Manual, chapter C4. */
  readonly group: string;
  readonly pattern: Pattern;
  readonly forms: readonly Form[];
  /** False where the architecture leaves these fields unallocated or the result unpredictable. */
  readonly valid: (f: Fields) => boolean;
  readonly lower: (f: Fields, pc: number) => Lowered;
}

interface Field {
  readonly name: string;
  readonly shift: number;
  readonly width: number;
}

/** 32 bits from the highest down: digits are fixed, `name:width` is a field, blanks are for the eye. */
export class Pattern {
  readonly mask: number;
  readonly value: number;
  readonly fields: readonly Field[];

  constructor(readonly text: string) {
    let at = 32;
    let mask = 0;
    let value = 0;
    const fields: Field[] = [];
    for (const token of text.split(/\s+/)) {
      if (/^[01]+$/.test(token)) {
        for (const bit of token) {
          at--;
          mask |= 1 << at;
          if (bit === "1") value |= 1 << at;
        }
        continue;
      }
      const [name, width] = token.split(":") as [string, string];
      at -= Number(width);
      fields.push({ name, shift: at, width: Number(width) });
    }
    if (at !== 0) throw new TypeError(`${text}: ${32 - at} bits`);
    this.mask = mask >>> 0;
    this.value = value >>> 0;
    this.fields = fields;
  }

  matches(word: number): boolean {
    return (word & this.mask) >>> 0 === this.value;
  }
  decode(word: number): Fields {
    const f: Fields = {};
    for (const { name, shift, width } of this.fields) f[name] = (word >>> shift) & (2 ** width - 1);
    return f;
  }
  /** The word, or `undefined` when a field is missing or does not fit. */
  encode(f: Fields): number | undefined {
    let word = this.value;
    for (const { name, shift, width } of this.fields) {
      const v = f[name];
      if (v === undefined || v < 0 || v >= 2 ** width) return undefined;
      word += v * 2 ** shift;
    }
    return word;
  }
}

export const always = (): boolean => true;

/** A field as a signed number. */
export function signed(f: Fields, name: string, width: number): number {
  const v = f[name] as number;
  return v >= 2 ** (width - 1) ? v - 2 ** width : v;
}

export function encoding(
  group: string,
  pattern: string,
  forms: readonly Form[],
  lower: (f: Fields, pc: number) => Lowered,
  valid: (f: Fields) => boolean = always,
): Encoding {
  return { group, pattern: new Pattern(pattern), forms, lower, valid };
}
