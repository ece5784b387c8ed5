import { describe, expect, it } from "vitest";
import { rulesOf } from "../../guests/pvm/profiles.js";
import { generateInterpreter, starterModule, starterTemplate } from "./generate.js";

describe.each(["072", "080"] as const)("the starter of profile %s", (profile) => {
  const { isa } = rulesOf(profile);

  it("that the library brings along is what its rows generate (npm run docs)", () => {
    expect(isa.starter).toBe(starterTemplate(isa));
  });

  it("has the rows that are asked for, as they are generated", () => {
    const rows = new Set(isa.rows.keys());
    const all = generateInterpreter(isa, { dispatch: "tail", stepping: false, rows });
    expect(starterModule(isa, rows)).toEqual(all);
    const few = starterModule(isa, new Set([isa.indexOf("add_64"), isa.indexOf("trap")]));
    expect(WebAssembly.validate(few)).toBe(true);
    expect(few.length).toBeLessThan(all.length / 3);
  });
});
