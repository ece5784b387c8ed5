import { describe, expect, it } from "vitest";
import { guestCall, guestReturn, i64 } from "../isa/build.js";
import { Code, FIELDS, type FrameFacts, type GuestFunction } from "../isa/code.js";
import { branch, format, InstructionSet, imm, op, reg, target } from "../isa/table.js";
import { clearDead, FrameSlots, hasBit } from "./frames.js";

const r = reg("r", "i64");
const isa = new InstructionSet({
  name: "slots",
  profile: "1",
  banks: [{ name: "r", scope: "frame", slotBytes: 8, count: 0 }],
  vars: [],
  rows: [
    op(0, "const", format("dx", { d: r, x: imm }), "d ← x", ({ d, x }) => d.set(x.i64)),
    op(1, "add", format("dab", { d: r, a: r, b: r }), "d ← a + b", ({ d, a, b }) => d.set(i64.add(a, b))),
    op(2, "call", format("xy", { x: imm, y: imm }), "calls x, y up", ({ x, y }) => guestCall(x.i32, y.i32)),
    op(3, "ret", format("none", {}), "returns", () => guestReturn()),
    op(4, "jnz", format("at", { a: r, t: target }), "goes to t if a ≠ 0", (o) =>
      branch(i64.ne(o.a, i64.const(0)), o.t),
    ),
  ],
  gas: "instruction",
});

function code(functions: GuestFunction[], lines: (readonly [string, ...number[]])[], frames: FrameFacts = {}): Code {
  const args = new Int32Array(lines.length * FIELDS);
  const leader = new Uint8Array(lines.length);
  lines.forEach(([, ...operands], i) => args.set(operands, i * FIELDS));
  for (const f of functions) leader[f.entry] = 1;
  return new Code({
    isa,
    count: lines.length,
    op: Uint16Array.from(lines, ([name]) => isa.indexOf(name)),
    pc: Uint32Array.from(lines, (_, i) => i),
    args,
    leader,
    functions,
    frames,
    indexOf: (at) => at,
  });
}
const caller = { entry: 0, params: 1, results: 1, slots: 6 };
const callee = { entry: 4, params: 1, results: 1, slots: 2 };
const body = (read: number): (readonly [string, ...number[]])[] => [
  ["add", 3, 0, 0],
  ["call", 1, 3],
  ["add", 0, 0, read],
  ["ret"],
  ["add", 0, 0, 0],
  ["ret"],
];
const live = (slots: FrameSlots, i: number): number[] => {
  const bits = slots.at(i)?.liveAt(i) as Int32Array;
  return Array.from({ length: 8 }, (_, s) => s).filter((s) => hasBit(bits, s));
};

describe("slots of frames", () => {
  it("are live from where they are written to where they are read, by calls and returns too", () => {
    const slots = new FrameSlots(code([caller, callee], body(3)));
    expect([0, 1, 2, 3].map((i) => live(slots, i))).toEqual([[0], [0, 3], [0, 3], [0]]);
    expect(slots.disciplined).toBe(true);
    expect(slots.largest).toEqual({ window: 3, slots: 6 });
  });

  it("are found to be read although a call has left them undefined", () => {
    expect(new FrameSlots(code([caller, callee], body(4))).disciplined).toBe(false);
    // What nobody has written beyond the frame is undefined as well.
    expect(new FrameSlots(code([{ ...caller, slots: 2 }, callee], body(3))).disciplined).toBe(true);
    expect(new FrameSlots(code([caller, { ...callee, results: 0 }], body(3))).disciplined).toBe(false);
  });

  it("of functions that jump into others all count as live", () => {
    const jump: (readonly [string, ...number[]])[] = [["jnz", 0, 2], ["ret"], ["ret"]];
    const slots = new FrameSlots(
      code(
        [
          { ...caller, entry: 0 },
          { ...callee, entry: 2 },
        ],
        jump,
      ),
    );
    expect(slots.at(0)?.everything).toBe(true);
    expect(slots.at(0)?.liveAt(0)).toBeUndefined();
  });

  it("below the windows are all kept where a host call may come back twice", () => {
    const slots = new FrameSlots(code([{ ...caller, returnsTwice: true }, callee], body(3)));
    expect(live(slots, 3)).toEqual([0, 1, 2]);
  });

  it("are saved as zeros where they are dead", () => {
    const program = code([caller, callee], body(3));
    const frames = { calls: [{ caller: 1, window: 3 }], slots: new Uint8Array(40).fill(7) };
    clearDead(program, frames, 4, 8);
    // Slot 0 of the caller is read behind the call; the callee's first slot is its parameter.
    expect(
      [...frames.slots].map((b, k) => (b === 7 ? k >> 3 : -1)).filter((k, i, all) => all.indexOf(k) === i),
    ).toEqual([0, -1, 3]);
  });
});
