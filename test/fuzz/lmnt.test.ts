import { describe, expect, it } from "vitest";
import { compareTiers, generateCase, isVectorised, tryMutant } from "./lmnt.js";

describe("generated LMNT programs", () => {
  it("do the same in every tier, cut short or not, and over columns", () => {
    let vectorised = 0;
    for (let n = 0; n < 250; n++) {
      const c = generateCase(42, n);
      expect(compareTiers(c), `program ${n} of seed 42`).toBeUndefined();
      if (isVectorised(c)) vectorised++;
    }
    expect(vectorised).toBeGreaterThan(10);
  });

  it("are refused or run within their memory when they are mutated", () => {
    let refused = 0;
    for (let n = 0; n < 400; n++) if (tryMutant(42, n)) refused++;
    expect(refused).toBeGreaterThan(100);
    expect(refused).toBeLessThan(400);
  });
});
