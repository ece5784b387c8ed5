import { describe, expect, it } from "vitest";
import { python } from "../../python.js";

const SOURCE = `def area(w, h):
    scale = 2
    return w * h * scale
total = 0
for size in (3, 4):
    total += area(size, h=5)
`;

describe("a run that stands still", () => {
  it("shows frames with line, op, locals and operand stack at every single instruction", () => {
    const py = python.create();
    let exit = py.runExec(SOURCE, { filename: "area.py", steps: 1 });
    const seen: string[] = [];
    let multiplied: readonly unknown[] | undefined;
    const gas = [py.gas];
    while (exit.kind === "interrupted") {
      const [inner, outer] = py.frames;
      seen.push(`${inner!.name}:${inner!.line}`);
      if (inner!.op === "BINARY_MULTIPLY" && multiplied === undefined) {
        multiplied = inner!.stack;
        expect(Object.fromEntries(inner!.locals)).toEqual({ w: 3, h: 5, scale: 2 });
        expect(outer).toMatchObject({ name: "<module>", filename: "area.py", line: 6 });
      }
      exit = py.resume({ steps: 1 });
      gas.push(py.gas);
    }
    expect(exit.kind).toBe("value");
    expect(multiplied).toEqual([3, 5]);
    expect([...new Set(seen)]).toEqual(["<module>:1", "<module>:4", "<module>:5", "<module>:6", "area:2", "area:3"]);
    // Each step costs one unit, and none of the fused ops hides one.
    for (let i = 1; i < gas.length; i++) expect(gas[i - 1]! - gas[i]!).toBeLessThanOrEqual(1n);
    expect(py.frames).toEqual([]);
  });

  it("uses the gas of an undisturbed run", () => {
    const whole = python.create();
    whole.exec(SOURCE);
    const stepped = python.create();
    for (let exit = stepped.runExec(SOURCE, { steps: 3 }); exit.kind === "interrupted"; )
      exit = stepped.resume({ steps: 3 });
    expect(stepped.gas).toBe(whole.gas);
  });

  it("stops at the exact unit of gas, and can be given up", () => {
    const py = python.create({ gas: 57 });
    expect(py.runExec("while True: x = 1").kind).toBe("out-of-gas");
    expect(py.gas).toBe(0n);
    expect(py.parked).toBe(true);
    expect(() => py.exec("x")).toThrowError(expect.objectContaining({ code: "PY_BUSY" }));
    py.cancel();
    py.gas = 1000n;
    expect(py.eval("x")).toBe(1);
  });
});
