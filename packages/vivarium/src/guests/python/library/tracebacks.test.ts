import { expect, it } from "vitest";
import { python } from "../../../python.js";

function traceback(source: string): string {
  const exit = python.create().runExec(source, { filename: "a.py" });
  if (exit.kind !== "exception") throw new Error(`ended with ${exit.kind}`);
  return exit.traceback;
}

it("marks the operator and the subscript that raised", () => {
  expect(traceback("def f(x):\n    return (1) + 2 // x\nf(0)")).toContain(
    "    return (1) + 2 // x\n                 ~~^^~~\n",
  );
  expect(traceback("d = {}\nx = d [ 'k' ] + 1")).toContain("    x = d [ 'k' ] + 1\n        ~~^^^^^^^\n");
});

it("draws groups as a tree, with causes and notes", () => {
  const source = `
try:
    raise ExceptionGroup('inner', [ValueError('v')])
except Exception as e:
    e.add_note('noted')
    raise ExceptionGroup('outer', [e, TypeError('t')]) from KeyError('k')`;
  expect(traceback(source)).toBe(`KeyError: 'k'

The above exception was the direct cause of the following exception:

  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 6, in <module>
  |     raise ExceptionGroup('outer', [e, TypeError('t')]) from KeyError('k')
  | ExceptionGroup: outer (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Exception Group Traceback (most recent call last):
    |   File "a.py", line 3, in <module>
    |     raise ExceptionGroup('inner', [ValueError('v')])
    | ExceptionGroup: inner (1 sub-exception)
    | noted
    +-+---------------- 1 ----------------
      | ValueError: v
      +------------------------------------
    +---------------- 2 ----------------
    | TypeError: t
    +------------------------------------
`);
});

it("asks guest code for the text of an exception, within the limits", () => {
  const own = "class E(Exception):\n    def __str__(self): return 'mine %r' % (self.args,)\nraise E(1)";
  expect(traceback(own)).toMatch(/\nE: mine \(1,\)\n$/);
  const failing = "class E(Exception):\n    def __str__(self): raise self\nraise E(1)";
  expect(traceback(failing)).toMatch(/\nE: <exception str\(\) failed>\n$/);
  const endless = "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E(1)";
  const py = python.create({ gas: 100_000 });
  expect(py.runExec(endless)).toMatchObject({ kind: "exception", message: "<exception str() failed>" });
});

it("tells the code of a SystemExit", () => {
  const exit = (source: string) => python.create().runExec(source);
  expect(exit("import sys\nsys.exit(3)")).toMatchObject({ systemExit: { code: 3 } });
  expect(exit("class S(SystemExit): pass\nraise S")).toMatchObject({ type: "S", systemExit: { code: null } });
  expect(exit("raise ValueError")).not.toHaveProperty("systemExit");
});

it("raises KeyboardInterrupt where an interrupted run stands", () => {
  let out = "";
  const py = python.create({ stdout: (text) => (out += text) });
  const source =
    "try:\n    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')\nfinally:\n    print('done')";
  expect(py.runExec(source, { timeout: 20 }).kind).toBe("interrupted");
  py.raiseKeyboardInterrupt();
  expect(py.resume().kind).toBe("value");
  expect(out).toBe("caught\ndone\n");
  expect(py.runExec("while True: pass", { timeout: 20 }).kind).toBe("interrupted");
  py.raiseKeyboardInterrupt();
  expect(py.resume()).toMatchObject({ kind: "exception", type: "KeyboardInterrupt" });
});
