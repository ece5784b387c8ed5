/** The generic parts, with an instruction set that has what the PVM has not: frames of registers, floats. */
import { describe, expect, it } from "vitest";
import { f64 } from "../build.js";
import { format, InstructionSet, imm, imm64, jump, op, reg, target } from "../table.js";
import { AssemblyError, Diagnostics } from "./diagnostics.js";
import { layOut } from "./layout.js";
import { instructionText, operandFields } from "./operands.js";
import { parseAssembly } from "./parse.js";

const isa = new InstructionSet({
  name: "small",
  profile: "1",
  banks: [{ name: "f", scope: "frame", slotBytes: 8, count: 0 }],
  rows: [
    op(0, "set", format("set", { d: reg("f", "f64"), x: imm64 }), "", ({ d, x }) => d.set(x.f64)),
    op(1, "add", format("add", { d: reg("f", "f64"), x: imm }), "", ({ d, x }) =>
      d.set(f64.add(d, f64.convert_i32_s(x.i32))),
    ),
    op(2, "go", format("go", { t: target }), "", ({ t }) => jump(t)),
  ],
  gas: "instruction",
});

function fieldsOf(text: string): number[][] {
  const diagnostics = new Diagnostics();
  const symbols = { name: () => undefined, handle: () => undefined };
  const fields = parseAssembly(text, isa, diagnostics).flatMap((s) => {
    if (s.kind !== "instruction") return [];
    return [operandFields(isa.rows[s.row], s.operands, symbols, () => 7, diagnostics)];
  });
  diagnostics.throwIfAny();
  return fields.map((f) => [...(f ?? [])]);
}

describe("operands", () => {
  it.each([
    ["set f12, -1.5", [12, 0, 0xbff80000 | 0, 0]],
    ["set f0, 2.0e300", undefined],
    ["set f0, -0.0", [0, 0, -(2 ** 31), 0]],
    ["add f3, -4", [3, -4, 0, 0]],
    ["go anywhere", [7, 0, 0, 0]],
  ])("reads %s and writes it again", (text, expected) => {
    const [fields] = fieldsOf(text);
    if (expected !== undefined) expect(fields).toEqual(expected);
    const row = isa.rows[isa.indexOf(text.split(" ", 1)[0])];
    const again = instructionText(isa, row, fields, () => "anywhere");
    expect(fieldsOf(again)).toEqual([fields]);
  });

  it("takes floats only where they belong", () => {
    expect(() => fieldsOf("add f0, 1.5")).toThrow(AssemblyError);
    expect(() => fieldsOf("set x0, 1.5")).toThrow(/operand d of set is a register/);
  });
});

describe("layOut", () => {
  it("lengthens what does not reach, and what that pushes out of reach", () => {
    // Each item takes as many bytes as the distance to its target has decimal digits, and one more.
    const items = [3, 3, 0].map((item) => ({ fields: new Int32Array(1), targets: [{ field: 0, item }] }));
    const { starts, bytes } = layOut(items, (out, i, at, room) => {
      const digits = String(Math.abs(items[i].fields[0] - at)).length;
      for (let n = 0; n <= Math.max(digits, room) + 4; n++) out.push(i);
    });
    expect([...starts]).toEqual([0, 7, 14, 21]);
    expect(bytes).toHaveLength(21);
  });
});
