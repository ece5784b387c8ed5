/** Python on the command line as its users meet it: the built bundle, in a child process. */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT_CODES } from "../exit-codes.js";

const bundle = join(import.meta.dirname, "../../dist/viv.js");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "viv-python-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };

function viv(args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const run = spawnSync(process.execPath, [bundle, ...args], { encoding: "utf8", env, timeout: 20_000, input });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a Python program", () => {
  it("is recognised by its name or first line, and finds its words in sys.argv", () => {
    const text = "import sys\nprint(sys.argv[1:], __name__, __file__ == sys.argv[0])\n";
    expect(viv(["run", script("a.py", text), "x", "--", "-y"])).toEqual({
      status: 0,
      stdout: "['x', '-y'] __main__ True\n",
      stderr: "",
    });
    expect(viv(["run", script("tool", `#!/usr/bin/env python3\n${text}`), "x"]).stdout).toMatch(/^\['x'\]/);
  });

  it("reads standard input by input() and sys.stdin", () => {
    const text =
      "import sys\nfirst = input('? ')\nprint([first, *sys.stdin])\ntry: input()\nexcept EOFError: print('end')";
    expect(viv(["run", script("b.py", text)], "one\ntwo\nthree").stdout).toBe("? ['one', 'two\\n', 'three\\n']\nend\n");
    const given = script("lines", "of a file\n");
    expect(viv(["run", script("b.py", text), "--stdin", given], "no").stdout).toBe("? ['of a file']\nend\n");
  });

  it("ends with CPython's exit code, and its traceback on standard error", () => {
    const path = script("c.py", "def f(x):\n    return 1 // x\nprint('before')\nf(0)\n");
    expect(viv(["run", path])).toEqual({
      status: 1,
      stdout: "before\n",
      stderr: `Traceback (most recent call last):
  File "${path}", line 4, in <module>
    f(0)
  File "${path}", line 2, in f
    return 1 // x
           ~~^^~~
ZeroDivisionError: integer division or modulo by zero
`,
    });
    const code = (source: string) => viv(["py", "-c", source]);
    expect(code("import sys; sys.exit(7)").status).toBe(7);
    expect(code("raise SystemExit").status).toBe(0);
    expect(code("import sys; sys.exit('sorry')")).toMatchObject({ status: 1, stderr: "sorry\n", stdout: "" });
    expect(code("x = (")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("SyntaxError: '(' was never closed"),
    });
  });

  it("is stopped by its limits", () => {
    expect(viv(["py", "-c", "while True: pass", "--gas", "100k"])).toMatchObject({
      status: EXIT_CODES.outOfGas.code,
      stderr: expect.stringContaining("ran out of gas"),
    });
    expect(viv(["py", "-c", "while True: pass", "--timeout", "100ms"]).status).toBe(EXIT_CODES.timeout.code);
    const greedy = "a = []\nwhile True: a.append('x' * 1000 + str(len(a)))";
    expect(viv(["py", "-c", greedy, "--memory", "4MiB"]).status).toBe(EXIT_CODES.memory.code);
  });

  it("is reported as JSON", () => {
    const { status, stdout } = viv([
      "py",
      "-c",
      "import sys; print('out'); print('err', file=sys.stderr); 1/0",
      "--json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      exit: "exception",
      exitCode: 1,
      stdout: "out\n",
      stderr: expect.stringMatching(/^err\nTraceback[\s\S]*ZeroDivisionError: division by zero\n$/),
      error: { type: "ZeroDivisionError", message: "division by zero" },
      gasUsed: expect.stringMatching(/^\d+$/),
    });
    expect(status).toBe(1);
  });

  it("imports from the granted folder, and from nowhere else", () => {
    const modules = join(folder, "modules");
    mkdirSync(join(modules, "pkg"), { recursive: true });
    writeFileSync(join(modules, "pkg/__init__.py"), "from .inner import x\n");
    writeFileSync(join(modules, "pkg/inner.py"), "x = 42\n");
    script("secret.py", "x = 'secret'\n");
    symlinkSync(join(folder, "secret.py"), join(modules, "leak.py"));
    const main = script("main.py", "import pkg\nprint(pkg.x)\n");
    expect(viv(["run", main, "--path", modules]).stdout).toBe("42\n");
    expect(viv(["run", main]).stderr).toContain("ModuleNotFoundError: No module named 'pkg'");
    for (const name of ["leak", "../secret", "..secret", join(folder, "secret")])
      expect(viv(["py", "-c", `__import__(${JSON.stringify(name)})`, "--path", modules])).toMatchObject({
        status: 1,
        stdout: "",
      });
  });

  it("takes a program from standard input", () => {
    expect(viv(["py"], "print(6 * 7)\n").stdout).toBe("42\n");
    expect(viv(["py", "-", "a"], "import sys; print(sys.argv)\n").stdout).toBe("['-', 'a']\n");
  });

  it("refuses options that are not for Python", () => {
    expect(viv(["run", script("d.py", ""), "--tier", "jit"])).toMatchObject({
      status: EXIT_CODES.usage.code,
      stderr: expect.stringContaining("--tier is not for Python programs"),
    });
  });

  it("gets KeyboardInterrupt at Ctrl-C", async () => {
    const source = "print('on', flush=True)\ntry:\n    while True: pass\nfinally: print('finally')";
    const child = spawn(process.execPath, [bundle, "py", "-c", `import sys\nprint('on', file=sys.stderr)\n${source}`], {
      env,
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => {
      if (err === "") child.kill("SIGINT");
      err += data.toString();
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(status).toBe(EXIT_CODES.interrupted.code);
    expect(out).toBe("on\nfinally\n");
    expect(err).toMatch(/\nKeyboardInterrupt\n$/);
  });
});

describe("looking at a Python program", () => {
  it("shows its bytecode", () => {
    const { stdout, status } = viv(["py", "dis", "-c", "def f(a): return a + 1"]);
    expect(stdout).toMatch(
      /^<module>: 0 parameters[\s\S]*\nf: 1 parameters[\s\S]*LOAD_FAST +0 \(a\)\n[\s\S]*RETURN_VALUE\n/,
    );
    expect(status).toBe(0);
    expect(viv(["py", "dis", "-c", "def"])).toMatchObject({ status: EXIT_CODES.input.code, stdout: "" });
    expect(viv(["py", "dis"]).status).toBe(EXIT_CODES.usage.code);
  });

  it("inspects it", () => {
    const path = script("e.py", "import json, sys\ndef f(): pass\n");
    expect(JSON.parse(viv(["inspect", path, "--json"]).stdout)).toMatchObject({
      guest: "python",
      imports: ["json", "sys"],
      "code objects": ["<module>", "f"],
    });
  });
});
