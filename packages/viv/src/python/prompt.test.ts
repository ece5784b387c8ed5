import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { interact } from "./prompt.node.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "viv-prompt-"));
  process.env["VIV_HISTORY"] = join(folder, "history");
});
afterAll(() => {
  delete process.env["VIV_HISTORY"];
  rmSync(folder, { recursive: true, force: true });
});

const CODES = /\u001b\[[\d;]*[A-Za-z]/g;

/** A session at a terminal: what is typed is sent when the output has come to what is waited for. */
async function session(steps: readonly (readonly [seen: string, typed: string])[], terminal = true) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = "";
  let step = 0;
  const next = (): void => {
    const wanted = steps[step];
    if (wanted === undefined || !shown.replace(CODES, "").includes(wanted[0])) return;
    shown = "";
    step++;
    // Behind what the prompt is still about to say.
    setImmediate(() => input.write(wanted[1]));
  };
  let all = "";
  output.on("data", (data: Buffer) => {
    shown += data.toString();
    all += data.toString();
    next();
  });
  const code = await interact({ quiet: true }, { input, output, terminal });
  return { code, text: all.replace(CODES, "").replaceAll("\r", "") };
}

it("prints values, takes statements over several lines, and remembers the last value", async () => {
  const { code, text } = await session(
    [
      [">>> ", "def f(x):\n"],
      ["... ", "    return x * 2\n"],
      ["... ", "\n"],
      [">>> ", "f(21)\n"],
      ["42\n", "print(_, f'{_!r}')\n"],
      ["42 42\n", "exit(3)\n"],
    ],
    false,
  );
  expect(text).toContain(">>> 42\n");
  expect(code).toBe(3);
});

it("shows tracebacks with the line that was typed, and goes on", async () => {
  const { code, text } = await session(
    [
      [">>> ", "1 / 0\n"],
      ["ZeroDivisionError", "x = 5\nx\n"],
      ["5\n", "\u0004"],
    ],
    true,
  );
  expect(text).toContain(`  File "<python-input-0>", line 1, in <module>\n    1 / 0\n    ~~^~~\n`);
  expect(code).toBe(0);
});

it("interrupts a statement, and drops a line, at Ctrl-C", async () => {
  const { text } = await session([
    [">>> ", "while True: pass\n"],
    ["... ", "\n"],
    ["\n", "\u0003"],
    ["KeyboardInterrupt", "x = (\n"],
    ["... ", "\u0003"],
    ["KeyboardInterrupt", "'still ' + 'here'\n"],
    ["'still here'", "\u0004"],
  ]);
  expect(text).toMatch(/Traceback[\s\S]*KeyboardInterrupt[\s\S]*KeyboardInterrupt[\s\S]*'still here'/);
});

it("completes names and attributes, and hands lines to input()", async () => {
  const { text } = await session([
    [">>> ", "import math\n"],
    [">>> ", "math.sq\t"],
    ["rt", "(16)\n"],
    ["4.0", "name = input('who? ')\n"],
    ["who? ", "Ada\n"],
    [">>> ", "nam\t"],
    ["e", ".upp\t"],
    ["er", "()\n"],
    ["'ADA'", "\u0004"],
  ]);
  expect(text).toContain("math.sqrt(16)");
  expect(text).toContain("name.upper()");
});

it("keeps the history for the next session", async () => {
  await session([
    [">>> ", "first = 1\n"],
    [">>> ", "\u0004"],
  ]);
  expect(readFileSync(join(folder, "history"), "utf8")).toContain("first = 1\n");
  const { text } = await session([
    [">>> ", "\u001b[A\n"],
    [">>> ", "first\n"],
    ["1\n", "\u0004"],
  ]);
  expect(text).toContain("first = 1");
});
