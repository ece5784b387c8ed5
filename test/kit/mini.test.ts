/** The contracts of the kit, proved on `mini` in every tier: calls, gas, faults, host calls, snapshots, depth. */
import { describe, expect, it } from "vitest";
import { decodeSnapshot, encodeSnapshot, restoreInto } from "vivarium/kit";
import { assemble, instantiate, type MiniMachine, type MiniOptions, TIERS } from "../../examples/kit/mini.js";
import { CASES, caller, choose, deep, fib, mixed, sum, tree } from "../../examples/kit/programs.js";

const tiers = Object.keys(TIERS) as (keyof typeof TIERS)[];
const code = assemble([fib, sum, deep, caller, choose, mixed, tree], CASES);
const FN = { fib: 0, sum: 1, deep: 2, caller: 3, choose: 4, mixed: 5, tree: 6 } as const;

function machine(
  tier: keyof typeof TIERS,
  fn: keyof typeof FN,
  args: bigint[],
  options: MiniOptions = {},
): MiniMachine {
  const m = instantiate(code, { tier, ...options });
  m.prepare(FN[fn], ...args);
  return m;
}

/** Everything that tiers must agree on. */
function observe(m: MiniMachine): unknown {
  const { mappings, pages, banks, vars, frames, index, gas, charged: _, ...rest } = m.saveState();
  return { mappings, pages, banks, vars, frames, index, gas, rest };
}

describe.each(tiers)("mini in the %s tier", (tier) => {
  it("calls functions recursively and charges every instruction", () => {
    const m = machine(tier, "fib", [15n], { gas: 1_000_000n });
    expect(m.run()).toMatchObject({ kind: "halt" });
    expect(m.result).toBe(610n);
    // 1,973 calls: 987 of 4 instructions (base cases), 986 of 10.
    expect(1_000_000n - m.gas).toBe(987n * 4n + 986n * 10n);
    m.dispose();
  });

  it("stops at the very instruction that cannot be paid, for every budget", () => {
    const whole = machine("portable", "fib", [4n], { gas: 1_000n });
    whole.run();
    const cost = Number(1_000n - whole.gas);
    for (let gas = 0; gas < cost; gas++) {
      const m = machine(tier, "fib", [4n], { gas });
      const oracle = machine("portable", "fib", [4n], { gas });
      expect(m.run()).toEqual(oracle.run());
      expect(observe(m)).toEqual(observe(oracle));
      m.gas = 1_000n;
      expect(m.run().kind).toBe("halt");
      expect(m.result).toBe(3n);
      m.dispose();
      oracle.dispose();
    }
    whole.dispose();
  });

  it("resumes a fault after the page has been mapped, and charges the repeated instruction again", () => {
    const m = machine(tier, "sum", [0x1ffen, 4n], { gas: 1_000n });
    m.memory.map(0x1000, 0x1000, "write");
    m.memory.write(0x1ffe, Uint8Array.of(1, 2));
    expect(m.run()).toMatchObject({ kind: "fault", address: 0x2000, page: 0x2000, access: "read" });
    const before = m.gas;
    m.memory.map(0x2000, 0x1000, "read");
    expect(m.run()).toMatchObject({ kind: "halt" });
    expect(m.result).toBe(3n);
    expect(before - m.gas).toBe(5n + 6n + 3n);
    m.dispose();
  });

  it("limits the depth of calls, and keeps the calls when the limit is met", () => {
    const m = machine(tier, "deep", [1_000n], { depth: 100 });
    expect(m.run()).toMatchObject({ kind: "depth" });
    expect(m.backend.depth).toBe(100);
    m.dispose();
    const far = machine(tier, "deep", [20_000n], { depth: 30_000 });
    expect(far.run()).toMatchObject({ kind: "halt" });
    expect(far.registersOf("g")[0]).toBe(20_000n);
    far.dispose();
  });

  it("shows exact gas to host functions in the middle of straight code", () => {
    const seen: bigint[] = [];
    const m = machine(tier, "caller", [3n], {
      gas: 100n,
      host: {
        7: (c) => {
          seen.push(c.gas);
          c.charge(2n);
          return undefined;
        },
      },
    });
    expect(m.run().kind).toBe("halt");
    expect(m.result).toBe(3n);
    expect(seen).toEqual([95n, 88n, 81n]);
    m.dispose();
  });

  it("comes back for a host call without a function and goes on behind it", () => {
    const m = machine(tier, "caller", [2n]);
    for (let k = 0; k < 2; k++) expect(m.run()).toMatchObject({ kind: "host", id: 7 });
    expect(m.run()).toMatchObject({ kind: "halt" });
    expect(m.result).toBe(2n);
    m.dispose();
  });

  it("awaits async host functions, and parks the machine as data", async () => {
    const m = machine(tier, "caller", [2n], { host: { 7: async () => Promise.resolve(40n) } });
    expect(m.run()).toMatchObject({ kind: "parked", id: 7 });
    const saved = encodeSnapshot(m);
    expect(await m.runAsync()).toMatchObject({ kind: "halt" });
    expect(m.result).toBe(41n);
    const again = restoreInto(machine("portable", "caller", [0n]), decodeSnapshot(m.program, saved));
    // The other machine stands at the host call: its embedder answers, and there is no function for the next one.
    expect(again.run()).toMatchObject({ kind: "host", id: 7 });
    m.dispose();
    again.dispose();
  });

  it("contains errors of host functions", () => {
    const m = machine(tier, "caller", [1n], {
      host: {
        7: () => {
          throw new Error("out of paper");
        },
      },
    });
    expect(m.run()).toMatchObject({ kind: "host-error", id: 7, name: "host 7", error: new Error("out of paper") });
    m.dispose();
  });

  it("goes through the code table, and panics where it has no entry", () => {
    for (const [k, want] of [10n, 20n, 30n].entries()) {
      const m = machine(tier, "choose", [BigInt(k)]);
      expect(m.run().kind).toBe("halt");
      expect(m.result).toBe(want);
      m.dispose();
    }
    const m = machine(tier, "choose", [3n]);
    expect(m.run()).toMatchObject({ kind: "panic" });
    m.dispose();
  });

  it("can be saved at every step and go on in any tier", () => {
    for (let steps = 0; steps < 60; steps += 7) {
      const m = machine(tier, "fib", [6n], { gas: 500n });
      expect(m.run({ steps }).kind).toBe("step");
      const saved = encodeSnapshot(m);
      for (const other of tiers) {
        const n = restoreInto(machine(other, "fib", [0n]), decodeSnapshot(m.program, saved));
        expect(observe(n)).toEqual(observe(m));
        expect(n.run().kind).toBe("halt");
        expect([n.result, n.gas]).toEqual([8n, 500n - 13n * 4n - 12n * 10n]);
        n.dispose();
      }
      m.dispose();
    }
  });

  it("moves to another tier in the middle of a call", () => {
    for (const other of tiers) {
      const m = machine(tier, "fib", [9n], { gas: 10_000n });
      m.run({ steps: 101 });
      m.switchTier(other);
      expect(m.tier).toBe(other);
      expect(m.run().kind).toBe("halt");
      expect(m.result).toBe(34n);
      expect(m.gas).toBe(10_000n - 55n * 4n - 54n * 10n);
      m.dispose();
    }
  });

  it("stops before a breakpoint, once", () => {
    const m = machine(tier, "sum", [0x1000n, 3n]);
    m.memory.map(0x1000, 0x1000, "read");
    m.addBreakpoint(fib.body.filter((l) => typeof l !== "string").length + 2);
    for (let k = 0; k < 3; k++) expect(m.run()).toMatchObject({ kind: "breakpoint" });
    expect(m.run()).toMatchObject({ kind: "halt" });
    m.dispose();
  });

  it("shows every instruction to a monitor", () => {
    const m = machine(tier, "fib", [3n]);
    const seen: number[] = [];
    const stop = m.watch({ before: (_, index) => seen.push(index) });
    expect(m.run().kind).toBe("halt");
    expect(seen.length).toBe(3 * 4 + 2 * 10);
    stop();
    m.dispose();
  });

  it("can be interrupted, by deadline, by signal and by hand", async () => {
    const endless = assemble([{ name: "loop", params: 0, results: 0, slots: 1, body: ["again", ["jmp", "again"]] }]);
    const m = instantiate(endless, { tier });
    m.prepare(0);
    expect(m.run({ timeout: 5 })).toMatchObject({ kind: "interrupted", reason: "deadline" });
    m.interrupt();
    expect(m.run()).toMatchObject({ kind: "interrupted", reason: "interrupt" });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    expect(await m.runAsync({ signal: controller.signal })).toMatchObject({ kind: "interrupted", reason: "signal" });
    m.dispose();
  });

  it("runs another machine for a host function without standing under it", () => {
    const inner = machine(tier, "fib", [10n]);
    const m = machine(tier, "caller", [1n], {
      host: { 7: (c) => c.run(inner, (exit) => (exit.kind === "halt" ? inner.result : -1n)) },
    });
    expect(m.run()).toMatchObject({ kind: "halt" });
    expect(m.result).toBe(56n);
    inner.dispose();
    m.dispose();
  });

  it("traps with its number", () => {
    const divide = assemble([{ name: "d", params: 2, results: 1, slots: 2, body: [["div", 0, 0, 1], ["ret"]] }]);
    const run = (a: bigint, b: bigint): unknown => {
      const m = instantiate(divide, { tier });
      m.prepare(0, a, b);
      const exit = m.run();
      const result = exit.kind === "trap" ? exit.code : m.result;
      m.dispose();
      return result;
    };
    expect(run(7n, 0n)).toBe(1);
    expect(run(-(2n ** 63n), -1n)).toBe(2);
    expect(run(-7n, 2n)).toBe(-3n);
  });

  it("computes floats in the same registers", () => {
    const floats = assemble([
      { name: "f", params: 1, results: 1, slots: 2, body: [["tof", 1, 0], ["fsin", 1, 1], ["fadd", 0, 1, 1], ["ret"]] },
    ]);
    const m = instantiate(floats, { tier });
    m.prepare(0, 3n);
    m.run();
    expect(new Float64Array(m.window(1).frame.slice().buffer)[0]).toBe(2 * Math.sin(3));
    m.dispose();
  });
});

describe.each(["jit", "jit:eager"] as const)("guest calls in the %s tier", (tier) => {
  const runs: [keyof typeof FN, bigint[]][] = [
    ["fib", [11n]],
    ["deep", [200n]],
    ["mixed", [6n]],
    ["tree", [5n]],
  ];
  // A slice has to pay for a whole stretch, so the smallest is not 1.
  it.each([24, 31, 50, 97, 400])("put their frames down where the slices of %i gas end, and go on", (slice) => {
    for (const [fn, args] of runs) {
      const m = machine(tier, fn, args, { gas: 1_000_000n });
      (m.backend as { slice: number }).slice = slice;
      const oracle = machine("portable", fn, args, { gas: 1_000_000n });
      for (let exit = m.run({ timeout: 0 }); exit.kind === "interrupted"; exit = m.run({ timeout: 0 })) {
        while (oracle.gas > m.gas) oracle.run({ steps: 1 });
        expect(observe(m)).toEqual(observe(oracle));
      }
      oracle.run();
      expect([fn, m.result, m.gas]).toEqual([fn, oracle.result, oracle.gas]);
      expect(observe(m)).toEqual(observe(oracle));
      m.dispose();
      oracle.dispose();
    }
  });

  it("leave for a host call deep inside, and come back", () => {
    for (const fn of ["mixed", "tree"] as const) {
      const m = machine(tier, fn, [4n], { gas: 100_000n });
      const oracle = machine("portable", fn, [4n], { gas: 100_000n });
      for (;;) {
        const exit = m.run();
        expect(oracle.run()).toEqual(exit);
        expect(observe(m)).toEqual(observe(oracle));
        if (exit.kind !== "host") break;
        for (const x of [m, oracle]) x.answer(5n);
      }
      m.dispose();
      oracle.dispose();
    }
  });

  it("show a host function its own frame and the depth of the stack", () => {
    const seen = (t: keyof typeof TIERS): unknown[] => {
      const out: unknown[] = [];
      const m = machine(t, "tree", [4n], {
        host: {
          7: (c) => {
            const { backend } = c.machine as unknown as MiniMachine;
            out.push([backend.depth, backend.frame(2).slice(), c.gas]);
            return 1n;
          },
        },
      });
      expect(m.run().kind).toBe("halt");
      out.push(m.result);
      m.dispose();
      return out;
    };
    expect(seen(tier)).toEqual(seen("portable"));
  });

  it("run a million deep from the first instruction", () => {
    const m = machine(tier, "deep", [1_000_000n], { depth: 2 ** 20 });
    expect(m.run().kind).toBe("halt");
    expect(m.registersOf("g")[0]).toBe(1_000_000n);
    m.dispose();
  });

  it("of functions that do not exist panic where they stand", () => {
    const wild = assemble([
      { name: "w", params: 1, results: 1, slots: 4, body: [["calli", 0, 2], ["mov", 0, 2], ["ret"]] },
    ]);
    for (const number of [1n, -1n, 2n ** 31n]) {
      const outcomes = ([tier, "portable"] as const).map((t) => {
        const m = instantiate(wild, { tier: t, gas: 100n });
        m.prepare(0, number);
        const exit = m.run();
        const state = observe(m);
        m.dispose();
        return [exit, state];
      });
      expect(outcomes[0]).toEqual(outcomes[1]);
    }
  });

  it("whose callers read what was left undefined stay exact", () => {
    const stale = assemble([
      { name: "s", params: 1, results: 1, slots: 6, body: [["call", "t", 2], ["add", 0, 2, 3], ["ret"]] },
      { name: "t", params: 0, results: 1, slots: 3, body: [["const", 0, 7], ["const", 1, 35], ["ret"]] },
    ]);
    const m = instantiate(stale, { tier });
    m.prepare(0, 0n);
    expect(m.run().kind).toBe("halt");
    expect(m.result).toBe(42n);
    m.dispose();
  });
});

describe("accesses off one register, which compiled code checks together,", () => {
  const fields = assemble([
    {
      name: "fields",
      params: 1,
      results: 1,
      slots: 6,
      body: [
        ["load64", 1, 0, 0],
        ["load32", 2, 0, 24],
        ["store64", 1, 0, 8],
        ["load8", 3, 0, -1],
        ["add", 1, 2, 3],
        ["store32", 1, 0, 32],
        ["mov", 0, 1],
        ["ret"],
      ],
    },
  ]);
  it.each(["jit", "jit:eager"] as const)(
    "fault one by one, at every edge of what is mapped, in the %s tier",
    (tier) => {
      for (const [start, access] of [
        [0x4000, "write"],
        [0x4000, "read"],
        [0xffff_e000, "write"],
      ] as const) {
        for (let at = start - 40; at <= start + 0x2000 + 8; at++) {
          if (at === start + 16) at = start + 0x2000 - 44;
          const outcomes = ([tier, "portable"] as const).map((t) => {
            const m = instantiate(fields, { tier: t, gas: 100n });
            m.memory.map(start, 0x2000, access);
            m.prepare(0, BigInt(at));
            const exit = m.run();
            const state = observe(m);
            m.dispose();
            return [exit, state];
          });
          expect([at, outcomes[0]]).toEqual([at, outcomes[1]]);
        }
      }
    },
  );
});

describe("effects", () => {
  it("are computed from the meaning", () => {
    const row = (name: string) => code.isa.rows[code.isa.indexOf(name)];
    expect(row("load8")?.effects).toMatchObject({ reads: [1], writes: [0], mayFault: true, endsBlock: false });
    expect(row("call")?.effects).toMatchObject({ callsGuest: true, endsBlock: true });
    expect(row("host")?.effects).toMatchObject({ callsHost: true });
  });
});
