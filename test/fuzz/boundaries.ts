/** The numbers at which instructions go wrong, and the classes by which coverage counts them. */

const powers = (bits: number): bigint[] => {
  const out = new Set<bigint>();
  for (let k = 0; k < bits; k++) for (const d of [-1n, 0n, 1n]) out.add(BigInt.asIntN(bits, (1n << BigInt(k)) + d));
  for (const v of [...out]) out.add(BigInt.asIntN(bits, -v));
  return [...out];
};

/** Every power of two, one less, one more, and their negatives; as signed 64-bit numbers. */
export const ALL_64: readonly bigint[] = powers(64);
/** The same in 32 bits: what an immediate can be. */
export const ALL_32: readonly number[] = powers(32).map(Number);

/** Those that make a case of their own together: division of the least number by -1, products that overflow. */
export const HOT_64: readonly bigint[] = [0n, 1n, -1n, -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 31n), 2n ** 31n];

/** A few dozen of them, for tests of all pairs. */
export const FEW_64: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 7n, 8n, 15n, 16n, 31n, 32n, 33n, 63n, 64n, 65n, 127n, 128n, 255n, 256n],
  ...[0x7fffn, 0x8000n, 0xffffn, 0x10000n, 0x7fffffffn, 0x80000000n, 0x80000001n, 0xffffffffn, 0x100000000n],
  ...[
    0x123456789abcdef0n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    -(2n ** 63n) + 1n,
    -(2n ** 32n),
    -(2n ** 31n),
    -(2n ** 31n) - 1n,
  ],
  ...[-32768n, -129n, -128n, -64n, -3n, -2n, -1n],
];
export const FEW_32: readonly number[] = [...new Set(FEW_64.map((v) => Number(BigInt.asIntN(32, v))))];

/** Names of the classes that {@link classOf} gives. */
export const CLASSES = [
  "0",
  "1",
  "-1",
  "MIN64",
  "MAX64",
  "MIN32",
  "MAX32",
  "2^32",
  "2^k",
  "2^k±1",
  "shift",
  "negative",
  "positive",
] as const;
const INDEX = Object.fromEntries(CLASSES.map((name, i) => [name, i])) as Record<(typeof CLASSES)[number], number>;

const known = new Map<bigint, number>();
for (const v of ALL_64) known.set(v, (v & (v - 1n)) === 0n ? INDEX["2^k"] : INDEX["2^k±1"]);
for (const v of [31n, 32n, 33n, 63n, 64n, 65n]) known.set(v, INDEX.shift);
known.set(0n, INDEX["0"]);
known.set(1n, INDEX["1"]);
known.set(-1n, INDEX["-1"]);
known.set(-(2n ** 63n), INDEX.MIN64);
known.set(2n ** 63n - 1n, INDEX.MAX64);
for (const v of [-(2n ** 31n), 2n ** 31n]) known.set(v, INDEX.MIN32);
known.set(2n ** 31n - 1n, INDEX.MAX32);
for (const v of [2n ** 32n, 2n ** 32n - 1n, 2n ** 32n + 1n]) known.set(v, INDEX["2^32"]);

/** Index in {@link CLASSES} of a signed 64-bit number. */
export function classOf(value: bigint): number {
  return known.get(value) ?? (value < 0n ? INDEX.negative : INDEX.positive);
}
