import { describe, expect, it } from "vitest";
import { type PvmMachine, pvm } from "../../pvm.js";
import { blob, call, HALT, type Item, li } from "./jam/assemble.test-support.js";

const PROFILES = ["072", "080"] as const;
const TIERS = ["interpreter", "jit:eager", "portable"] as const;
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

describe("machines that run each other", () => {
  const program = pvm.load(blob("080", [...call(1), ["add_imm_64", 7, 7, 1], ...HALT]), { format: "blob" });

  it("may do so as deep as there is memory: the host's stack stays flat", () => {
    const DEPTH = 6000;
    let next: PvmMachine | undefined;
    for (let n = 0; n < DEPTH; n++) {
      const inner = next;
      next = program.instantiate({
        tier: "portable",
        registers: [0xffff0000n],
        host: { 1: (ctx) => (inner === undefined ? 0n : ctx.run(inner, () => inner.registers[7])) },
      });
    }
    const outermost = next as PvmMachine;
    expect(outermost.run({ timeout: 30_000 }).kind).toBe("halt");
    expect(outermost.registers[7]).toBe(BigInt(DEPTH));
  });

  it("cannot wait for themselves, directly or around a corner", () => {
    const machines: PvmMachine[] = [];
    const waitFor = (k: number) =>
      program.instantiate({ tier: "portable", host: { 1: (ctx) => ctx.run(machines[k] as PvmMachine, () => 0n) } });
    machines.push(waitFor(1), waitFor(0), waitFor(2));
    const corner = machines[0] as PvmMachine;
    expect(corner.run()).toMatchObject({ kind: "halt" });
    const itself = (machines[2] as PvmMachine).run();
    expect(itself).toMatchObject({ kind: "host-error", error: { code: "MACHINE_RUNNING" } });
  });

  it("pass on interrupts of any of them, and promises of the innermost", async () => {
    const inner = program.instantiate({
      tier: "portable",
      registers: [0xffff0000n],
      host: { 1: async () => (await Promise.resolve(5n)) + 1n },
    });
    const outer = program.instantiate({
      tier: "portable",
      registers: [0xffff0000n],
      host: { 1: (ctx) => ctx.run(inner, () => inner.registers[7]) },
    });
    expect(outer.run().kind).toBe("parked");
    inner.interrupt();
    expect(outer.run()).toMatchObject({ kind: "interrupted", reason: "interrupt", pc: outer.pc });
    expect((await outer.runAsync()).kind).toBe("halt");
    expect(outer.registers[7]).toBe(8n);
  });
});
