/** Bitmask immediates: a run of ones, rotated, repeated in elements of 2 to 64 bits (DecodeBitMasks, section J1.1.3). */

export interface Bitmask {
  readonly N: number;
  readonly immr: number;
  readonly imms: number;
}

/** The value of width 32 or 64, or `undefined` where the fields are reserved. */
export function decodeBitmask({ N, immr, imms }: Bitmask, width: 32 | 64): bigint | undefined {
  if (width === 32 && N === 1) return undefined;
  const top = (N << 6) | (~imms & 0x3f);
  const length = 31 - Math.clz32(top);
  if (length < 1) return undefined;
  const size = 1 << length;
  const ones = (imms & (size - 1)) + 1;
  if (ones === size) return undefined;
  const rotate = BigInt(immr & (size - 1));
  const s = BigInt(size);
  const run = (1n << BigInt(ones)) - 1n;
  const element = BigInt.asUintN(size, (run >> rotate) | (run << (s - rotate)));
  let value = 0n;
  for (let at = 0n; at < BigInt(width); at += s) value |= element << at;
  return value;
}

const tables = new Map<number, Map<bigint, Bitmask>>();

/** The fields that give a value, or `undefined`. */
export function encodeBitmask(value: bigint, width: 32 | 64): Bitmask | undefined {
  let table = tables.get(width);
  if (table === undefined) {
    table = new Map();
    for (let size = 2; size <= width; size *= 2) {
      for (let ones = 1; ones < size; ones++) {
        for (let immr = 0; immr < size; immr++) {
          const imms = size === 64 ? ones - 1 : ((~(size * 2 - 1) & 0x3f) | (ones - 1)) & 0x3f;
          const fields = { N: size === 64 ? 1 : 0, immr, imms };
          table.set(decodeBitmask(fields, width) as bigint, fields);
        }
      }
    }
    tables.set(width, table);
  }
  return table.get(BigInt.asUintN(width, value));
}
