import { expect, it } from "vitest";
import { availableTiers } from "./campaign.js";
import { damageCampaign } from "./loads.js";

const seed = Number(process.env.VIV_FUZZ_SEED ?? Date.now() % 1_000_000);

it(`damaged program files are refused or run within their limits (VIV_FUZZ_SEED=${seed})`, { timeout: 240_000 }, () => {
  const tiers = [...availableTiers(), "portable"] as const;
  const { outcomes, failures } = damageCampaign({ seed, files: 3000, tiers });
  expect(failures.map((f) => `file ${f.number} from ${f.from}: ${f.what}`)).toEqual([]);
  // Some are refused, some run: both ways are tested.
  expect([...outcomes.keys()].some((what) => what.startsWith("PVM_"))).toBe(true);
  expect(outcomes.get("panic") ?? 0).toBeGreaterThan(0);
});
