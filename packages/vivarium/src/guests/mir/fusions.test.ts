import { describe, expect, it } from "vitest";
import { FUSIONS } from "./fusions.js";
import { rowOf } from "./table.js";

describe("fused sequences", () => {
  it("name rows of the table, each sequence once", () => {
    for (const sequence of FUSIONS) {
      for (const text of sequence) expect(rowOf(text.split(" ")[0] as string), text).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(FUSIONS.map((sequence) => sequence.join(" "))).size).toBe(FUSIONS.length);
  });
});
