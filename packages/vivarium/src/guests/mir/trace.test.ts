import { describe, expect, it } from "vitest";
import { interpreter } from "../../tiers/interpreter/backend.js";
import { createMir } from "./program.js";
import { mirTracer, type TraceStep, traceLine } from "./trace.js";

const mir = createMir({ interpreter: interpreter() });

const TEXT = `m: module
p: proto i64, i64:n
twice: func i64, i64:n
  add n, n, n
  ret n
  endfunc
main: func i32
  local i64:a, i64:b, d:x
  alloca a, 16
  mov i64:8(a), 20
  call p, twice, b, i64:8(a)
  i2d x, b
  dadd x, x, 0.5
  addr a, b
  adds b, i64:(a), 2
  ret b
  endfunc
endmodule
`;

function trace(fn?: string): TraceStep[] {
  const program = mir.load(TEXT, { optimize: false });
  const machine = program.instantiate();
  const steps: TraceStep[] = [];
  machine.watch(mirTracer(program, (step) => steps.push(step), fn === undefined ? {} : { function: fn }));
  expect(machine.run().kind).toBe("halt");
  machine.dispose();
  return steps;
}

describe("the trace", () => {
  it("shows every instruction once, with register names, inputs and results", () => {
    const lines = trace().map(traceLine);
    expect(lines.map((line) => line.trim().replace(/=3\d{9}/g, "=ADDRESS"))).toEqual([
      "main: alloca a, 16  [] → a=ADDRESS",
      "main: mov i64:8(a), 20  [a=ADDRESS]",
      "twice: add n, n, n  [n=20] → n=40",
      "twice: ret n  [n=40]",
      "main: call p, twice, b, i64:8(a)  [a=ADDRESS] → b=(in memory)",
      "main: i2d x, b  [b=(in memory)] → x=40",
      "main: dadd x, x, 0.5  [x=40] → x=40.5",
      "main: addr a, b  [b=(in memory)] → a=ADDRESS",
      "main: adds b, i64:(a), 2  [a=ADDRESS] → b=(in memory)",
      "main: ret b  [b=(in memory)]",
    ]);
  });

  it("shows an instruction that jumps to itself every time", () => {
    const program = mir.load("m: module\n export main\nmain: func i64\nl: jmp l\n endfunc\n endmodule", {
      optimize: false,
    });
    const machine = program.instantiate({ gas: 5 });
    const lines: string[] = [];
    machine.watch(mirTracer(program, (step) => lines.push(traceLine(step))));
    expect(machine.run().kind).toBe("out-of-gas");
    machine.gas = 2n;
    machine.run();
    machine.dispose();
    expect(lines).toEqual(Array.from({ length: 7 }, () => "main: jmp l  []"));
  });

  it("can be kept to one function", () => {
    expect(trace("twice").map((step) => step.function)).toEqual(["twice", "twice"]);
  });
});
