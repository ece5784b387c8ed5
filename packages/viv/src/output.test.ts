import { describe, expect, it } from "vitest";
import { columns, grouped, printable, toJson } from "./output.node.js";

describe("output", () => {
  it("makes text of a guest harmless for a terminal", () => {
    expect(printable("red \u001b[31m, bell \u0007, back\rspace")).toBe("red \\x1b[31m, bell \\x07, back\\x0dspace");
    expect(printable("right-to-left \u202e and C1 \u009b")).toBe("right-to-left \\u202e and C1 \\x9b");
    expect(printable("lines\nand\ttabs and é stay")).toBe("lines\nand\ttabs and é stay");
  });

  it("writes 64-bit numbers as strings and bytes as hexadecimal in JSON", () => {
    expect(toJson({ gas: 2n ** 64n - 1n, bytes: Uint8Array.of(0, 255) })).toBe(
      '{"gas":"18446744073709551615","bytes":"00ff"}',
    );
  });

  it("groups digits in threes", () => {
    expect([0, 999, 1000, 1234567n].map(grouped)).toEqual(["0", "999", "1 000", "1 234 567"]);
  });

  it("pads columns to their widest cell and aligns numbers to the right", () => {
    expect(
      columns(
        [
          ["a", "1"],
          ["bbb", "1000"],
          ["c", ""],
        ],
        [1],
      ),
    ).toBe("a       1\nbbb  1000\nc\n");
  });
});
