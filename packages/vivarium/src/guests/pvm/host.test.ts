import { describe, expect, it } from "vitest";
import { pvm } from "../../pvm.js";
import { blob, call, HALT, type Item, li } from "./jam/assemble.test-support.js";

const PROFILES = ["072", "080"] as const;
const TIERS = ["interpreter", "portable"] as const;
const CASES = PROFILES.flatMap((profile) => TIERS.map((tier) => ({ profile, tier })));

describe.each(CASES)("host calls, profile $profile, tier $tier", ({ profile, tier }) => {
  const load = (items: readonly Item[]) => pvm.load(blob(profile, items), { profile, format: "blob" });

  it("are found by the names of the profile", () => {
    const seen: number[] = [];
    const host = {
      gas: (ctx: { id: number }) => void seen.push(ctx.id),
      fetch: (ctx: { id: number }) => void seen.push(ctx.id),
    };
    const machine = load([...call("fetch"), ...call("gas"), ...HALT]).instantiate({ tier, host });
    expect(machine.run().kind).toBe("halt");
    expect(seen).toEqual([profile === "072" ? 1 : 2, 0]);
    expect(() => load(HALT).instantiate({ host: { toString: () => 1n } })).toThrow("no number is known");
  });

  it("without a function of their own go to `otherwise`", () => {
    const machine = load([...call(77), ...call("gas"), ...HALT]).instantiate({
      tier,
      host: { gas: () => 5n },
      otherwise: (ctx) => BigInt(ctx.id) + ctx.registers[7],
    });
    expect(machine.run().kind).toBe("halt");
    expect(machine.registers[7]).toBe(5n);
  });

  it("are answered from outside when a machine stands at one", () => {
    const program = load([...call(77), ["add_imm_64", 7, 7, 1], ...HALT]);
    const machine = program.instantiate({ tier });
    expect(machine.run()).toMatchObject({ kind: "host", id: 77 });
    const restored = program.restore(machine.snapshot(), { tier });
    for (const m of [machine, restored]) {
      m.answer(41n);
      expect(m.run().kind).toBe("halt");
      expect(m.registers[7]).toBe(42n);
      expect(() => m.answer(1n)).toThrow("no host call waits");
    }
    expect(machine.gas).toBe(restored.gas);
  });

  it("may end the slice, so that a deadline holds behind costly ones", () => {
    let calls = 0;
    const machine = load(["loop:", ...call(9), ["jump", "loop"]]).instantiate({
      tier,
      gas: 1_000_000_000n,
      otherwise: (ctx) => {
        calls++;
        const until = performance.now() + 2;
        while (performance.now() < until);
        ctx.endSlice();
      },
    });
    expect(machine.run({ timeout: 20 })).toMatchObject({ kind: "interrupted", reason: "deadline" });
    expect(calls).toBeLessThan(40);
  });

  it("charge the same gas whether or not they end the slice", () => {
    const gasOf = (end: boolean, gas: bigint) => {
      const program = load([
        li(8, 20),
        "loop:",
        ...call(9),
        ["add_imm_64", 8, 8, -1],
        ["branch_ne_imm", 8, 0, "loop"],
        ...HALT,
      ]);
      const m = program.instantiate({ tier, gas, otherwise: (ctx) => void (end && ctx.endSlice()) });
      return [m.run().kind, m.gas];
    };
    for (const gas of [100_000n, 50n, 1000n]) expect(gasOf(true, gas)).toEqual(gasOf(false, gas));
  });
});

it.each(TIERS)("sbrk is served by the machine, not by host function 0, in tier %s", (tier) => {
  const program = pvm.load(blob("072", [li(8, 4096), ["sbrk", 7, 8], ["sbrk", 9, 8], ...HALT]), {
    profile: "072",
    format: "blob",
  });
  let calls = 0;
  const machine = program.instantiate({ tier, host: { 0: () => void calls++ } });
  expect(machine.run().kind).toBe("halt");
  expect(calls).toBe(0);
  expect([machine.registers[7], machine.registers[9]]).toEqual([0x10000n, 0x11000n]);
  expect(machine.memory.writable(0x10000, 0x2000)).toBe(true);
});
