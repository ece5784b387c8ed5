import { describe, expect, it } from "vitest";
import { mir } from "../mir.js";
import { VivError } from "./errors.js";
import type { MachineOptions, RunOptions } from "./machine.js";

const program = mir.load("m: module\n export main\nmain: func i64\n ret 0\n endfunc\n endmodule");

function codeOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(VivError);
    return (error as VivError).code;
  }
  return undefined;
}

describe("options of a machine", () => {
  const bad: readonly unknown[] = [
    { gas: -1 },
    { gas: Number.NaN },
    { gas: 1.5 },
    { gas: "10" },
    { gas: {} },
    { gas: 2n ** 70n },
    { memory: 1 << 20 },
    { memory: { max: "1" } },
    { depth: 0 },
  ];
  for (const options of bad) {
    it(`refuse ${String(Object.entries(options as object))}`, () => {
      expect(codeOf(() => program.instantiate(options as MachineOptions))).toBe("OPTION_RANGE");
    });
  }
});

describe("options of a run", () => {
  const bad: readonly unknown[] = [
    { timeout: -1 },
    { timeout: Number.NaN },
    { timeout: "5" },
    { steps: -1 },
    { steps: 1.5 },
    { steps: "1" },
  ];
  for (const options of bad) {
    it(`refuse ${JSON.stringify(options)}`, async () => {
      using machine = program.instantiate();
      expect(codeOf(() => machine.run(options as RunOptions))).toBe("OPTION_RANGE");
      await expect(machine.runAsync(options as RunOptions)).rejects.toMatchObject({ code: "OPTION_RANGE" });
      expect(machine.run().kind).toBe("halt");
    });
  }

  it("with a signal that is aborted already run nothing", () => {
    using machine = program.instantiate();
    expect(machine.run({ signal: AbortSignal.abort() })).toMatchObject({ kind: "interrupted", reason: "signal" });
    expect(machine.run().kind).toBe("halt");
  });

  it("refuse gas that is none", () => {
    using machine = program.instantiate();
    for (const gas of [Number.NaN, -1n, "5", undefined]) {
      expect(codeOf(() => (machine.gas = gas as bigint))).toBe("OPTION_RANGE");
    }
  });
});
