import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitLength, intFloorDiv, intMod, norm } from "./numbers.js";

const meter = { charge: () => {} };

describe("integers", () => {
  it("know their length in bits, whatever was measured before", () => {
    const sizes = [1, 52, 53, 54, 64, 511, 512, 1023, 1024, 1025, 5000, 70_000, 1, 1_000_000, 1030];
    for (const bits of [...sizes, ...sizes.toReversed()])
      for (const [value, length] of [
        [1n << BigInt(bits), bits + 1],
        [(1n << BigInt(bits)) - 1n, bits],
        [-(1n << BigInt(bits)) + 1n, bits],
      ] as const)
        expect(bitLength(norm(value))).toBe(length);
  });

  it("are divided towards minus infinity", () => {
    const int = fc.oneof(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), fc.bigInt({ min: -300n, max: 300n }));
    fc.assert(
      fc.property(int, int, (a, b) => {
        fc.pre(b !== 0n);
        const quotient = BigInt(intFloorDiv(meter, norm(a), norm(b)));
        const rest = BigInt(intMod(meter, norm(a), norm(b)));
        expect(quotient * b + rest).toBe(a);
        expect(rest === 0n || rest > 0n === b > 0n).toBe(true);
        expect(rest < 0n ? -rest : rest).toBeLessThan(b < 0n ? -b : b);
      }),
      { numRuns: 200 },
    );
  });
});
