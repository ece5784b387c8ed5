/** The command line as its users meet it: the built bundle, in a child process. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT_CODES } from "./exit-codes.js";
import { COMMANDS, TIERS } from "./options.js";
import { allCommands } from "./usage.js";
import { VERSION } from "./version.js";

const bundle = join(import.meta.dirname, "../dist/viv.js");
let folder: string;

beforeAll(() => {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`);
  folder = mkdtempSync(join(tmpdir(), "viv-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function viv(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

describe("help", () => {
  it("lists every command with its summary, on standard output", () => {
    const { status, stdout, stderr } = viv("--help");
    expect(status).toBe(0);
    expect(stderr).toBe("");
    const text = stdout.replace(/\s+/g, " ");
    for (const { name, summary } of Object.values(COMMANDS)) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
      expect(text).toContain(summary);
    }
  });

  for (const { path, spec } of allCommands(COMMANDS)) {
    it(`of ${path} shows every option and an example`, () => {
      const { status, stdout } = viv(...path.split(" "), "--help");
      expect(status).toBe(0);
      for (const { name } of spec.options) expect(stdout).toContain(`--${name}`);
      for (const { command } of spec.examples) expect(stdout).toContain(command);
    });
  }

  it("goes to standard error, as a usage error, when no command is given", () => {
    const { status, stdout, stderr } = viv();
    expect(status).toBe(EXIT_CODES.usage.code);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: viv");
  });
});

describe("the version", () => {
  it("is that of the package", () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
      version: string;
    };
    expect(VERSION).toBe(manifest.version);
    expect(viv("--version").stdout).toBe(`${VERSION}\n`);
  });
});

describe("a wrong command line is a usage error that says what would be right", () => {
  const cases: readonly [string, string[], string][] = [
    ["unknown command", ["rnu"], "unknown command 'rnu'"],
    ["unknown option", ["run", "x", "--gass", "1"], "Did you mean --gas?"],
    ["missing file", ["run"], "missing required argument 'file'"],
    ["number that is none", ["run", "x", "--gas", "ten"], "expected a whole number such as"],
    [
      "unknown tier",
      ["run", "x", "--tier", "fast"],
      "expected one of auto, interpreter, interpreter:tail, jit, jit:eager, portable",
    ],
    ["duration without sense", ["run", "x", "--timeout", "soon"], "expected a duration such as"],
    ["argument bytes without a form", ["run", "x", "--args", "abc"], "expected a form such as hex:"],
    ["a number that does not fit", ["run", "x", "--args", "u8:256"], "256 does not fit in 8 bits"],
    ["unknown shell", ["completion", "csh"], "expected bash, zsh, fish"],
  ];
  it.each(cases)("%s", (_name, args, message) => {
    const { status, stdout, stderr } = viv(...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(EXIT_CODES.usage.code);
  });
});

describe("completion", () => {
  /** What bash offers for a command line, the last word being completed. */
  function bash(...words: string[]): string[] {
    const script = join(folder, "viv.bash");
    writeFileSync(script, viv("completion", "bash").stdout);
    const line = words.map((word) => `'${word}'`).join(" ");
    const ask = `source ${script}; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _viv; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync("bash", ["-c", ask], { encoding: "utf8", cwd: folder });
    return out.split("\n").filter((word) => word !== "");
  }

  it("offers commands, options, choices and files in bash", () => {
    expect(bash("viv", "dis")).toEqual(["disasm"]);
    expect(bash("viv", "run", "--ti")).toEqual(["--tier", "--timeout"]);
    expect(bash("viv", "run", "--tier", "")).toEqual([...TIERS]);
    expect(bash("viv", "trace", "diff", "--con")).toEqual(["--context"]);
    expect(bash("viv", "completion", "")).toEqual(["bash", "zsh", "fish"]);
    writeFileSync(join(folder, "program.spi"), "");
    expect(bash("viv", "inspect", "pro")).toEqual(["program.spi"]);
    expect(bash("viv", "run", "--gas", "")).toEqual([]);
  });

  it("names every option in zsh and fish", () => {
    const zsh = viv("completion", "zsh").stdout;
    const fish = viv("completion", "fish").stdout;
    expect(zsh.startsWith("#compdef viv")).toBe(true);
    for (const { spec } of allCommands(COMMANDS)) {
      for (const { name } of spec.options) {
        expect(zsh).toContain(`--${name}[`);
        expect(fish).toContain(`-l ${name}`);
      }
    }
  });
});

describe("trace diff", () => {
  function trace(name: string, steps: readonly object[]): string {
    const path = join(folder, name);
    writeFileSync(path, steps.map((step) => `${JSON.stringify(step)}\n`).join(""));
    return path;
  }
  const steps = [0, 3, 6, 9, 12].map((pc, step) => ({ step, pc, op: "add_64", gas: String(100 - step) }));

  it("says that equal traces are equal", () => {
    const { status, stdout } = viv("trace", "diff", trace("a", steps), trace("b", steps));
    expect(stdout).toBe("equal: 5 steps\n");
    expect(status).toBe(EXIT_CODES.ok.code);
  });

  it("finds the first step that differs, and in what", () => {
    const other = steps.map((step) => (step.pc >= 6 ? { ...step, gas: "7" } : step));
    const { status, stdout } = viv("trace", "diff", trace("a", steps), trace("c", other), "--json");
    expect(JSON.parse(stdout)).toEqual({ equal: false, step: 3, fields: ["gas"], left: steps[2], right: other[2] });
    expect(status).toBe(EXIT_CODES.different.code);
    expect(viv("trace", "diff", trace("a", steps), trace("c", other), "--ignore", "gas").stdout).toBe(
      "equal: 5 steps\n",
    );
  });

  it("compares only fields that both traces have", () => {
    const poorer = steps.map(({ step, pc }) => ({ step, pc }));
    expect(viv("trace", "diff", trace("a", steps), trace("d", poorer)).stdout).toBe("equal: 5 steps\n");
  });

  it("reports a trace that ends early", () => {
    const { status, stdout } = viv("trace", "diff", trace("a", steps), trace("e", steps.slice(0, 2)));
    expect(stdout).toContain("step 3 differs: one trace ends");
    expect(stdout).toContain("+ the trace ends");
    expect(status).toBe(EXIT_CODES.different.code);
  });

  it("names file and line of what is no trace", () => {
    writeFileSync(join(folder, "bad"), '{"pc":0}\nnot json\n');
    const { status, stderr } = viv("trace", "diff", join(folder, "bad"), join(folder, "bad"));
    expect(stderr).toMatch(/bad:2: expected a JSON object/);
    expect(status).toBe(EXIT_CODES.input.code);
    expect(viv("trace", "diff", join(folder, "none"), join(folder, "none")).status).toBe(EXIT_CODES.input.code);
  });
});

describe("MIR programs", () => {
  const file = (name: string): string => join(import.meta.dirname, "../../../examples/mir", name);

  it("are traced with their functions, what is read and what is written", () => {
    const { status, stdout } = viv("trace", file("hello.mir"), "--function", "main", "--json");
    expect(status).toBe(0);
    const steps = stdout.trim().split("\n");
    expect(steps).toHaveLength(3);
    expect(JSON.parse(steps[1] as string)).toMatchObject({
      op: "call",
      function: "main",
      inputs: { count: "0" },
      changed: { result: "29" },
    });
  });

  it("are traced as lines, filtered by instruction", () => {
    const { stdout } = viv("trace", file("sieve.mir"), "--entry", "sieve", "5", "--filter", "mov", "-n", "2");
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stdout).toMatch(/class_of: mov \S+, 0 {2}\[\] → \S+=0/);
  });

  it.runIf(process.platform === "linux")("call functions of the system's C library that they are granted", () => {
    const run = ["run", file("native-sort.mir"), "--c-functions", file("native-sort.h")];
    expect(viv(...run)).toMatchObject({ status: 0, stdout: "-7 0 12 50 3000000000\n" });
    const bad = join(folder, "bad.h");
    writeFileSync(bad, "void qsort(struct s);");
    const refused = viv("run", file("native-sort.mir"), "--c-functions", bad);
    expect(refused.status).toBe(EXIT_CODES.input.code);
    expect(refused.stderr).toContain("C_PROTOTYPE");
  });
});
