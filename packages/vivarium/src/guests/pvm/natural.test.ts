import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LoadError, VivError } from "../../machine/errors.js";
import { ByteReader, concatBytes, encodeNatural, littleEndian, naturalLength } from "./natural.js";

/** What a thrown LoadError has to look like. */
const refused = (fields: Partial<LoadError>): unknown => expect.objectContaining({ name: "LoadError", ...fields });

const U64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
/** Naturals of every encoded length with equal chance, and the values where the length changes. */
const anyNatural = fc.oneof(
  U64,
  fc.tuple(fc.nat(64), U64).map(([shift, value]) => value >> BigInt(shift)),
  fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(-1n, 0n, 1n)).map(([l, d]) => {
    const edge = (1n << BigInt(7 * l)) + d;
    return edge < 0n ? 0n : edge;
  }),
);

describe("compact naturals", () => {
  test.each([
    [0n, [0x00]],
    [127n, [0x7f]],
    [128n, [0x80, 0x80]],
    [0x3fffn, [0xbf, 0xff]],
    [0x4000n, [0xc0, 0x00, 0x40]],
    [0x123456n, [0xd2, 0x56, 0x34]],
    [0xffffffffn, [0xf0, 0xff, 0xff, 0xff, 0xff]],
    [(1n << 56n) - 1n, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    [1n << 56n, [0xff, 0, 0, 0, 0, 0, 0, 0, 1]],
    [(1n << 64n) - 1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])("%d is encoded as the specification says", (value, bytes) => {
    expect([...encodeNatural(value)]).toEqual(bytes);
    expect(new ByteReader(Uint8Array.from(bytes)).naturalBig("it")).toBe(value);
  });

  test("decoding gives back what was encoded, in as many bytes as announced", () => {
    fc.assert(
      fc.property(anyNatural, (value) => {
        const bytes = encodeNatural(value);
        expect(bytes.length).toBe(naturalLength(value));
        const reader = new ByteReader(bytes);
        expect(reader.naturalBig("it")).toBe(value);
        expect(reader.remaining).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test("whatever decodes is the one encoding of its value", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 10 }),
        fc.constantFrom(0, 0x80, 0xc0, 0xf0, 0xff),
        (tail, or) => {
          const bytes = tail.slice();
          bytes[0] |= or;
          const reader = new ByteReader(bytes);
          try {
            const value = reader.naturalBig("it");
            expect([...encodeNatural(value)]).toEqual([...bytes.subarray(0, reader.position)]);
          } catch (error) {
            expect(error).toBeInstanceOf(LoadError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    [[0x80, 0x7f]],
    [[0xc0, 0xff, 0x3f]],
    [[0xe0, 0xff, 0xff, 0x1f]],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]],
  ])("%j is refused because it is longer than needed", (bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes), 100);
    expect(() => reader.naturalBig("it")).toThrow(refused({ code: "PVM_NATURAL_NOT_SHORTEST", offset: 100 }));
  });

  test("a value above the limit is refused where it starts", () => {
    const reader = new ByteReader(Uint8Array.of(0, ...encodeNatural(1000)));
    reader.unsigned(1, "it");
    expect(() => reader.natural(999, "the thing")).toThrow(refused({ code: "PVM_TOO_LARGE", offset: 1 }));
    expect(new ByteReader(encodeNatural(1000)).natural(1000, "it")).toBe(1000);
    expect(() => new ByteReader(Uint8Array.of(5)).natural(4, "it")).toThrow(refused({ code: "PVM_TOO_LARGE" }));
  });

  test("numbers that are no naturals below 2^64 can not be encoded", () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53, -1n, 1n << 64n]) {
      expect(() => encodeNatural(value)).toThrow(VivError);
    }
  });
});

describe("the reader", () => {
  test("says where the input ended and what was to be read", () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3), 10);
    reader.take(2, "two");
    const expected = { code: "PVM_TRUNCATED", offset: 12, expected: "3 byte(s), 1 left" };
    expect(() => reader.unsigned(3, "a width")).toThrow(refused(expected));
    expect(() => reader.unsigned(3, "a width")).toThrow(/a width/);
  });

  test("refuses a length that the rest of the input can not back, however large", () => {
    const reader = new ByteReader(encodeNatural((1n << 64n) - 1n));
    expect(() => reader.length("it")).toThrow(refused({ code: "PVM_TRUNCATED", offset: 0 }));
    const short = new ByteReader(Uint8Array.of(2, 0, 0, 0));
    expect(() => short.length("it", 2)).toThrow(refused({ code: "PVM_TRUNCATED" }));
    expect(new ByteReader(Uint8Array.of(2, 0, 0, 0, 0)).length("it", 2)).toBe(2);
  });

  test("refuses what follows the end", () => {
    const reader = new ByteReader(Uint8Array.of(1, 2), 5);
    reader.unsigned(1, "it");
    expect(() => reader.end("it")).toThrow(refused({ code: "PVM_TRAILING_BYTES", offset: 6 }));
  });

  test("reads little-endian integers of every width as they were written", () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4, 5, 6), fc.maxSafeNat(), (width, value) => {
        const fitting = value % 2 ** (8 * width);
        const reader = new ByteReader(concatBytes(Uint8Array.of(9), littleEndian(fitting, width)).subarray(1));
        expect(reader.unsigned(width as 1, "it")).toBe(fitting);
      }),
    );
    expect(new ByteReader(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0x80)).u64("it")).toBe((1n << 63n) + 1n);
  });
});
