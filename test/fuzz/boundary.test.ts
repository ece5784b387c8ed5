/** Every instruction with every pair of boundary values: all tiers against the portable one. */
import { describe, expect, it } from "vitest";
import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import { boundaryProgram, runThrough } from "./boundary.js";
import { availableTiers } from "./campaign.js";
import { encodeCase } from "./generate.js";
import { memoryText } from "./subject.js";

const tiers = availableTiers();

describe.each(["072", "080"] as const)("profile %s", (profile) => {
  const { isa } = rulesOf(profile);
  const rows = isa.rows
    .map((row, index) => ({ row, index }))
    // The meaning of a row is the same object in both profiles: what has been tested once has been tested.
    .filter(({ row }) => profile === "072" || rulesOf("072").isa.indexOf(row.mnemonic) < 0 || row.effects.endsBlock)
    .filter(({ row }) => row.operands.some((o) => o.kind !== "target"));

  it.each(rows.map(({ row, index }) => [row.mnemonic, index] as const))("%s", (_name, index) => {
    const boundary = boundaryProgram(profile, index);
    const { c } = boundary;
    const program = pvm.load(encodeCase(c), { profile, format: "blob" });
    const results = (["portable", ...tiers] as const).map((tier) => {
      const machine = program.instantiate({ tier, regions: c.regions, memory: { max: 1 << 20 } });
      const exits = runThrough(machine, boundary);
      const result = { exits, registers: machine.registers.slice(), memory: memoryText(machine), gas: machine.gas };
      machine.dispose();
      return result;
    });
    expect(results[0].exits.at(-1)).toContain("panic");
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  });
});
