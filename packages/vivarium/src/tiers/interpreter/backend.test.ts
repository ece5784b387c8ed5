import { expect, it } from "vitest";
import { exit, i64 } from "../../isa/build.js";
import { Code } from "../../isa/code.js";
import { format, InstructionSet, op, reg } from "../../isa/table.js";
import { interpreter } from "./backend.js";

function setWith(value: bigint): InstructionSet {
  return new InstructionSet({
    name: "same",
    profile: "1",
    banks: [{ name: "r", scope: "machine", slotBytes: 8, count: 1 }],
    rows: [
      op(0, "set", format("d", { d: reg("r", "i64") }), "d ← a number", ({ d }) => d.set(i64.const(value))),
      op(1, "stop", format("none", {}), "halts", () => exit("halt")),
    ],
    gas: "instruction",
  });
}

it("runs each of two instruction sets by its own rows, even when they have the same name", () => {
  for (const value of [1n, 2n]) {
    const code = new Code({
      isa: setWith(value),
      count: 2,
      op: Uint16Array.of(0, 1),
      pc: Uint32Array.of(0, 1),
      args: new Int32Array(8),
      leader: Uint8Array.of(1, 0),
      indexOf: (pc) => pc,
    });
    const backend = interpreter()(code, { memory: 0, depth: 1 });
    backend.fuel = 10;
    backend.run(true, -1);
    expect(new DataView(backend.bank("r").slice().buffer).getBigUint64(0, true)).toBe(value);
    backend.dispose();
  }
});
