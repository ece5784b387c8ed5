import { describe, expect, it } from "vitest";
import { FUSIONS } from "./fusions.js";
import { rowOf } from "./table.js";

describe("fused sequences", () => {
  it("name rows of the table, each sequence once", () => {
    for (const sequence of FUSIONS) for (const name of sequence) expect(rowOf(name), name).toBeGreaterThanOrEqual(0);
    expect(new Set(FUSIONS.map((sequence) => sequence.join(" "))).size).toBe(FUSIONS.length);
  });
});
