/** The commands that run programs: the built bundle in child processes, on the example programs. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT_CODES, type ExitName } from "./exit-codes.js";

const bundle = join(import.meta.dirname, "../dist/viv.js");
const programs = join(import.meta.dirname, "../../../examples/pvm/programs");
const crc32 = join(programs, "crc32.jam.spi");
const collatz = join(programs, "collatz.spi");
const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
let folder: string;

beforeAll(() => {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`);
  folder = mkdtempSync(join(tmpdir(), "viv-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function viv(args: readonly string[], input?: Uint8Array): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    encoding: "utf8",
    env,
    timeout: 30_000,
    ...(input === undefined ? {} : { input }),
  });
  return { status, stdout, stderr };
}

function json({ stdout }: Outcome): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

function code(name: ExitName): number {
  return EXIT_CODES[name].code;
}

describe("viv run", () => {
  for (const tier of ["interpreter", "jit", "portable"]) {
    it(`prints what a program returned and nothing else on standard output, in tier ${tier}`, () => {
      const { status, stdout, stderr } = viv(["run", crc32, "--args", "u32:4000", "--tier", tier]);
      expect(stdout).toBe("894ece3437b7de95\n");
      expect(stderr).toMatch(new RegExp(`^the program halted at pc \\d+ \\([\\d ]+ gas, [\\d.]+ ms, ${tier}\\)\n$`));
      expect(status).toBe(code("ok"));
    });
  }

  it("says nothing on standard error with --quiet", () => {
    expect(viv(["run", crc32, "--args", "u32:4000", "-q"])).toEqual({
      status: code("ok"),
      stdout: "894ece3437b7de95\n",
      stderr: "",
    });
  });

  it("writes the returned bytes as they are with --output raw", () => {
    const { stdout } = spawnSync(process.execPath, [bundle, "run", crc32, "-q", "-a", "u32:4000", "--output", "raw"], {
      env,
    });
    expect(stdout.toString("hex")).toBe("894ece3437b7de95");
  });

  it("reads the program from standard input", () => {
    expect(viv(["run", "-", "-q", "-a", "u32:4000"], readFileSync(crc32)).stdout).toBe("894ece3437b7de95\n");
  });

  it("prints exit, registers, gas and tier as JSON", () => {
    const outcome = viv(["run", collatz, "--profile", "072", "-a", "u32:20k", "--gas", "20M", "--json"]);
    expect(outcome.stderr).toBe("");
    expect(json(outcome)).toMatchObject({
      exit: "halt",
      registers: { 7: "17647", 8: "279" },
      gasUsed: "11776353",
      gasLeft: "8223647",
      tier: "jit",
    });
  });

  it("counts instructions where gas is charged by block", () => {
    const outcome = viv(["run", crc32, "-a", "u32:4000", "--count", "--json"]);
    expect(json(outcome)).toMatchObject({ instructions: "123376", gasUsed: "474991" });
  });

  it("stops when the gas is spent, to the instruction, and says so", () => {
    const outcome = viv(["run", collatz, "--profile", "072", "-a", "u32:20k", "--gas", "12345", "--json"]);
    expect(outcome.status).toBe(code("outOfGas"));
    expect(json(outcome)).toMatchObject({ exit: "out-of-gas", gasUsed: "12345", gasLeft: "0", output: null });
  });

  it("stops when the time is over", () => {
    const start = Date.now();
    const { status, stderr } = viv(["run", collatz, "-a", "u32:4G", "--gas", "9000000G", "--timeout", "200ms"]);
    expect(status).toBe(code("timeout"));
    expect(stderr).toContain("ran out of time");
    expect(Date.now() - start).toBeLessThan(10_000);
  });

  it("prints every instruction with --trace and the machine with --state, on standard error", () => {
    const { stdout, stderr } = viv(["run", collatz, "-a", "u32:1", "--trace", "--state"]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^ +1 +0 +\d+ {2}branch_eq_imm a1, 0, L\d+/);
    expect(stderr).toMatch(/^pc \d+, gas [\d ]+, tier jit$/m);
    expect(stderr).toMatch(/^ *0xfeff0000 +0xfeff1000 +4 096 +read$/m);
  });

  it("grants no host function by itself, and those of JAM when told", () => {
    const path = join(folder, "log.pvmasm");
    const source =
      ".code\n  load_imm a0, 1\n  load_imm a3, message\n  load_imm a4, 5\n  ecalli 100\n  jump_ind ra, 0\n" +
      ".ro\nmessage:\n  .u8 0x68, 0x65, 0x1b, 0x6c, 0x6f\n";
    writeFileSync(path, source);
    const binary = join(folder, "log.spi");
    expect(viv(["asm", path, "-o", binary])).toMatchObject({ status: code("ok"), stderr: "" });
    const denied = viv(["run", binary]);
    expect(denied).toMatchObject({ status: code("host") });
    expect(denied.stderr).toContain("called host function 100, which was not granted");
    const granted = viv(["run", binary, "--host", "jam"]);
    expect(granted.status).toBe(code("ok"));
    expect(granted.stderr).toContain("warning: he\\x1blo\n");
    expect(json(viv(["inspect", binary, "--json"]))).toMatchObject({ "host calls": [{ id: 100, name: "log" }] });
  });

  it("refuses a file that is no program, with the place and what was expected", () => {
    const path = join(folder, "bad.spi");
    writeFileSync(path, readFileSync(crc32).subarray(0, 100));
    const outcome = viv(["run", path, "--json"]);
    expect(outcome.status).toBe(code("input"));
    expect(json(outcome)).toMatchObject({
      error: { code: expect.stringMatching(/^PVM_/), offset: expect.any(Number) },
    });
    expect(outcome.stderr).toContain(path);
  });

  it("refuses a file that is not there, and a folder", () => {
    expect(viv(["run", join(folder, "none")])).toMatchObject({ status: code("input"), stdout: "" });
    expect(viv(["run", folder])).toMatchObject({ status: code("input"), stdout: "" });
  });

  it("refuses less memory than the program begins with", () => {
    const outcome = viv(["run", crc32, "--memory", "4KiB"]);
    expect(outcome.status).toBe(code("usage"));
    expect(outcome.stderr).toContain("more than 4096 bytes");
  });

  it("ends quietly when the reader of its output has gone", async () => {
    const child = spawn(
      "bash",
      ["-c", `"${process.execPath}" "${bundle}" trace "${collatz}" -a u32:1000 | head -1; exit \${PIPESTATUS[0]}`],
      { env },
    );
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect({ status, stderr }).toEqual({ status: code("ok"), stderr: "" });
  });
});

describe("the other guests", () => {
  const examples = join(programs, "../..");

  it("run a MIR program with its words, its output and its exit code", () => {
    const path = join(examples, "mir/hello.mir");
    const { status, stdout, stderr } = viv(["run", path, "a", "b"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "hello from MIR, with 2 words\n" });
    expect(stderr).toContain("with exit code 2");
    expect(json(viv(["run", path, "--json"]))).toMatchObject({ exitCode: 0, stdout: "hello from MIR, with 0 words\n" });
  });

  it("call a MIR function, from text and from a binary module", () => {
    const text = join(examples, "mir/sieve.mir");
    const binary = join(folder, "sieve.bmir");
    expect(viv(["asm", "--guest", "mir", text, "-o", binary]).status).toBe(code("ok"));
    for (const path of [text, binary]) {
      expect(viv(["run", path, "-q", "--entry", "sieve", "1000"]).stdout).toBe("result = 168\n");
    }
    expect(viv(["run", text]).status).toBe(code("usage"));
    expect(viv(["run", text, "--entry", "sieve", "many"]).stderr).toContain("many is not a number");
  });

  it("give a MIR program standard input only when it was granted", () => {
    const path = join(folder, "cat.mir");
    const source =
      "m: module\nimport getchar, putchar\ng: proto i32\np: proto i32, i32:c\nexport main\nmain: func i32\nlocal i64:c, i64:r\n" +
      "next: call g, getchar, c\nblt done, c, 0\ncall p, putchar, r, c\njmp next\ndone: ret 0\nendfunc\nendmodule\n";
    writeFileSync(path, source);
    const input = new TextEncoder().encode("echo\n");
    expect(viv(["run", path, "-q"], input).stdout).toBe("");
    expect(viv(["run", path, "-q", "--stdin", "-"], input).stdout).toBe("echo\n");
  });

  it("evaluate an LMNT formula, and an archive that was assembled", () => {
    const path = join(examples, "lmnt/easing.formula");
    expect(viv(["run", path, "-q", "-e", "quadOut", "-a", "f32:0.25"]).stdout).toBe("result 0 = 0.4375\n");
    const archive = join(folder, "easing.lmnt");
    const { stdout } = spawnSync(process.execPath, [bundle, "disasm", path], { env });
    const { stdout: bytes } = spawnSync(process.execPath, [bundle, "asm", "--guest", "lmnt", "-"], {
      env,
      input: stdout,
    });
    writeFileSync(archive, bytes);
    expect(viv(["run", archive, "-q", "-e", "quadOut", "-a", "f32:0.25"]).stdout).toBe("result 0 = 0.4375\n");
    expect(viv(["run", path, "-e", "quadOut"]).stderr).toContain("quadOut takes 1 number, not 0");
    expect(viv(["run", path]).stderr).toContain("--entry takes one of linear, quadIn");
  });
});

describe("viv lmnt compile", () => {
  const formula = "f(x, y) = sqrt(x*x + y*y)";

  it("writes an archive that viv run evaluates with numbers behind the file", () => {
    const archive = join(folder, "hypot.lmnt");
    const { status, stdout, stderr } = viv(["lmnt", "compile", formula, "-o", archive]);
    expect([status, stdout]).toEqual([code("ok"), ""]);
    expect(stderr).toBe(`${archive}: ${readFileSync(archive).length} bytes, f(x, y): number\n`);
    expect(viv(["run", archive, "-q", "3", "4"]).stdout).toBe("result 0 = 5\n");
    expect(viv(["run", archive, "-q", "--", "-3", "4e0"]).stdout).toBe("result 0 = 5\n");
    expect(viv(["run", archive, "3"]).stderr).toContain("f takes 2 numbers, not 1");
    expect(viv(["run", archive, "3", "four"]).stderr).toContain("four is not a number");
  });

  it("reads files and standard input, and writes assembly that viv asm takes back", () => {
    const input = new TextEncoder().encode(formula);
    const { stdout } = viv(["lmnt", "compile", "--file", "-", "--assembly"], input);
    expect(stdout).toContain(".function f (2) -> (1)");
    const assembled = viv(["asm", "--guest", "lmnt", "-", "--json"], new TextEncoder().encode(stdout)).stdout;
    const compiled = viv(["lmnt", "compile", formula, "--json"]).stdout;
    const [a, b] = [assembled, compiled].map((text) => (JSON.parse(text) as { bytes: string }).bytes);
    expect(a).toBe(b);
    const file = join(programs, "../../lmnt/easing.formula");
    expect(viv(["lmnt", "compile", "-f", file, "--json"]).stdout).toContain('"name":"quadOut"');
  });

  it("points at a mistake", () => {
    const { status, stdout, stderr } = viv(["lmnt", "compile", "k(x) = x\nf(x) =\tx + zed"]);
    expect([status, stdout]).toEqual([code("input"), ""]);
    expect(stderr).toBe(
      "viv: formula:2:12: zed is not defined (LMNT_FORMULA_MEANING)\n  f(x) =\tx + zed\n        \t    ^\n",
    );
    expect(viv(["lmnt", "compile"]).status).toBe(code("usage"));
    expect(viv(["lmnt", "compile", formula, "-f", "x"]).status).toBe(code("usage"));
  });
});

describe("Ctrl-C", () => {
  it("stops the machine at once, prints its state to standard error and exits with 130", async () => {
    // The program says that it has begun, then never ends.
    const source = join(folder, "forever.pvmasm");
    writeFileSync(
      source,
      ".code\n  load_imm a0, 1\n  load_imm a3, begun\n  load_imm a4, 5\n  ecalli 100\n  fallthrough\nagain:\n  jump again\n" +
        ".ro\nbegun:\n  .u8 0x62, 0x65, 0x67, 0x75, 0x6e\n",
    );
    const binary = join(folder, "forever.spi");
    expect(viv(["asm", source, "-o", binary]).status).toBe(code("ok"));
    const child = spawn(process.execPath, [bundle, "run", binary, "--host", "jam", "--gas", "9000000G"], { env });
    let stdout = "";
    let stderr = "";
    const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    await new Promise<void>((resolve) => {
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
        if (stderr.includes("begun")) resolve();
      });
    });
    const start = Date.now();
    child.kill("SIGINT");
    expect(await closed).toBe(code("interrupted"));
    expect(Date.now() - start).toBeLessThan(5000);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^pc \d+, gas \d[\d ]*, tier jit$/m);
    expect(stderr).toMatch(/^a0 +0x[0-9a-f]+/m);
    expect(stderr).toContain("was interrupted");
  });
});

describe("viv trace", () => {
  it("prints the chosen instructions, numbered as they are executed", () => {
    const args = ["trace", collatz, "-p", "072", "-a", "u32:3", "--filter", "load_*,jump", "--limit", "3", "--json"];
    const { status, stdout } = viv(args);
    const steps = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { step: number; pc: number; op: string });
    expect(status).toBe(code("ok"));
    expect(steps).toHaveLength(3);
    for (const { op } of steps) expect(op).toMatch(/^(load_.*|jump)$/);
    expect(steps.map(({ step }) => step)).toEqual([...steps.map(({ step }) => step)].sort((a, b) => a - b));
  });

  it("is the same in both tiers, which trace diff confirms; and it finds where other arguments part", () => {
    const trace = (name: string, ...more: string[]): string => {
      const path = join(folder, name);
      expect(viv(["trace", collatz, "-p", "072", "--json", "-o", path, ...more]).status).toBe(code("ok"));
      return path;
    };
    const a = trace("a", "-a", "u32:3", "--tier", "interpreter");
    const b = trace("b", "-a", "u32:3", "--tier", "portable");
    const c = trace("c", "-a", "u32:4");
    expect(viv(["trace", "diff", a, b]).status).toBe(code("ok"));
    const { status, stdout } = viv(["trace", "diff", a, c, "--json"]);
    expect(status).toBe(code("different"));
    expect(JSON.parse(stdout)).toMatchObject({ equal: false, fields: ["changed"], left: { op: "load_ind_u32" } });
  });
});

describe("viv asm and viv disasm", () => {
  const add = ".code\n  load_imm a0, 40\n  add_imm_64 a0, a0, 2\n  jump_ind ra, 0\n";

  it("make of a text a program that runs, through files and through pipes", () => {
    const source = join(folder, "add.pvmasm");
    const binary = join(folder, "add.pvm");
    writeFileSync(source, add);
    expect(viv(["asm", source, "-o", binary])).toEqual({ status: code("ok"), stdout: "", stderr: "" });
    const { stdout } = spawnSync(process.execPath, [bundle, "asm", "-"], { env, input: add });
    expect(stdout.equals(readFileSync(binary))).toBe(true);
    expect(json(viv(["run", binary, "--json"]))).toMatchObject({ registers: { 7: "42" } });
  });

  it("are each other's inverse on the example programs", () => {
    for (const name of ["crc32.jam.spi", "expr.jam.spi", "sieve.spi"]) {
      const path = join(programs, name);
      const text = viv(["disasm", path, "--raw"]).stdout;
      const { stdout } = spawnSync(process.execPath, [bundle, "asm", "-"], { env, input: text });
      expect(stdout.equals(readFileSync(path)), name).toBe(true);
    }
  });

  it("show blocks with their gas, and labels", () => {
    const { stdout } = viv(["disasm", crc32]);
    expect(stdout).toMatch(/^; block at 0, gas \d+$/m);
    expect(stdout).toMatch(/^L\d+:$/m);
    expect(viv(["disasm", crc32, "--plain"]).stdout).not.toContain(";");
  });

  it("report every error of a text by line and column", () => {
    const source = join(folder, "wrong.pvmasm");
    writeFileSync(source, ".code\n  load_imm a0\n  frobnicate a1\n  trap\n");
    const outcome = viv(["asm", source, "--json"]);
    expect(outcome.status).toBe(code("input"));
    expect(json(outcome)).toMatchObject({ error: { line: 2, errors: [{ line: 2 }, { line: 3 }] } });
    expect(outcome.stderr).toMatch(/wrong\.pvmasm:2:\d+: .*\n.*wrong\.pvmasm:3:\d+: /);
  });
});

describe("viv inspect", () => {
  it("shows format, sizes and memory without running", () => {
    expect(json(viv(["inspect", crc32, "--json"]))).toMatchObject({
      guest: "pvm",
      profile: "080",
      sizes: { file: 667 },
      memory: expect.arrayContaining([expect.objectContaining({ access: "write", start: "0x20000", end: "0x25000" })]),
    });
    expect(viv(["inspect", crc32]).stdout).toMatch(/^profile +080$/m);
  });

  it("shows what the compiled tier makes of the program", () => {
    expect(viv(["inspect", crc32, "--wasm"]).stdout).toMatch(/^ +;; @\d+: xor a4, a4, a5\n +local\.get \d+$/m);
    expect(json(viv(["inspect", crc32, "--wasm", "--json"]))).toMatchObject({
      guest: "pvm",
      modules: [{ entries: expect.arrayContaining([0]), text: expect.stringContaining("(module") }],
    });
  });
});

describe("viv bench", () => {
  it("measures each tier that was named", () => {
    const outcome = viv(["bench", crc32, "-a", "u32:100", "--tiers", "interpreter,portable", "--runs", "2", "--json"]);
    expect(json(outcome)).toMatchObject({
      tiers: [
        { tier: "interpreter", runs: 2, median: expect.any(Number) },
        { tier: "portable", runs: 2, median: expect.any(Number) },
      ],
    });
  });

  it("refuses a tier that does not exist, and a program that does not halt", () => {
    expect(viv(["bench", crc32, "--tiers", "warp"]).status).toBe(code("usage"));
    const trapped = viv(["bench", collatz, "-p", "072", "-a", "u32:20k", "--gas", "10"]);
    expect(trapped.status).toBe(code("outOfGas"));
  });
});

describe("viv run --manifest", () => {
  const hello = join(import.meta.dirname, "../../../examples/mir/hello.mir");
  const manifest = (text: string): string => {
    const path = join(folder, "manifest.json");
    writeFileSync(path, text);
    return path;
  };
  const collatzWith = (text: string, ...more: string[]): Outcome =>
    viv(["run", collatz, "-p", "072", "-a", "u32:20k", "--manifest", manifest(text), "--json", ...more]);

  it("runs within the limits of the file, which options on the command line replace", () => {
    const limited = collatzWith('{ "gas": "1000", "depth": 10, "memory": 16777216 }');
    expect([limited.status, json(limited)]).toMatchObject([code("outOfGas"), { gasUsed: "1000", gasLeft: "0" }]);
    expect(collatzWith('{ "gas": 1000 }', "--gas", "20M").status).toBe(code("ok"));
    expect(collatzWith('{ "memory": 4096 }').status).toBe(code("usage"));
    expect(collatzWith('{ "memory": 4096 }', "--memory", "16M").status).toBe(code("ok"));
    const endless = join(folder, "manifest-endless.pvm");
    expect(viv(["asm", "-", "-o", endless], Buffer.from("again:\n  jump again\n")).status).toBe(code("ok"));
    const run = ["run", endless, "-q", "--gas", "1000G", "--manifest", manifest('{ "timeout": 50 }')];
    expect(viv(run).status).toBe(code("timeout"));
  });

  it("grants the host functions that it names and no others, unless --host does", () => {
    const text = "  ecalli 0\n  load_imm a0, 0\n  load_imm a1, 0\n  jump_ind ra, 0\n";
    const program = join(folder, "gas.pvm");
    expect(viv(["asm", "-", "-o", program, "-p", "080"], Buffer.from(`.stack 4096\n.code\n${text}`)).status).toBe(0);
    const run = (grants: string, ...more: string[]): number | null =>
      viv(["run", program, "-q", "--manifest", manifest(`{ "grant": ${grants} }`), ...more]).status;
    expect(run('["gas"]')).toBe(code("ok"));
    expect(run('["log"]')).toBe(code("host"));
    expect(run("[]", "--host", "jam")).toBe(code("ok"));
    expect(run('["gas"]', "--host", "none")).toBe(code("host"));
  });

  it("lets a MIR program write only where it is granted", () => {
    const all = viv(["run", hello, "-q"]);
    expect(all.stdout).not.toBe("");
    expect(viv(["run", hello, "-q", "--manifest", manifest('{ "grant": ["stdout"] }')]).stdout).toBe(all.stdout);
    expect(viv(["run", hello, "-q", "--manifest", manifest("{}")]).stdout).toBe("");
  });

  it("gives a Python program the clock and its output only where they are granted", () => {
    const program = join(folder, "clock.py");
    writeFileSync(program, "print('on')\nimport time\ntime.time()\n");
    const run = (grants: string): Outcome => viv(["run", program, "--manifest", manifest(`{ "grant": ${grants} }`)]);
    expect(run('["stdout", "clock"]')).toMatchObject({ stdout: "on\n", status: 0 });
    expect(run('["clock"]')).toMatchObject({ stdout: "", status: 0 });
    expect(run('["stdout"]').stderr).toContain("PermissionError");
  });

  it("says where a manifest is wrong, with a code", () => {
    const path = manifest("");
    const expected: Record<string, [string, string]> = {
      '{\n  "gas": 1,\n}': ["3:1", "MANIFEST_JSON"],
      '{\n  "gas": -1\n}': ["2:10", "MANIFEST_INVALID"],
      '{ "gas": 1, "disk": 5 }': ["1:21", "MANIFEST_INVALID"],
      "[]": ["1:1", "MANIFEST_INVALID"],
      '{ "grant": ["gas", "read"] }': ["1:20", "MANIFEST_UNKNOWN_GRANT"],
    };
    for (const [text, [where, reason]] of Object.entries(expected)) {
      writeFileSync(path, text);
      const { status, stderr } = viv(["run", collatz, "-p", "072", "--manifest", path]);
      expect(status).toBe(code("input"));
      expect(stderr).toContain(`${path}:${where}: `);
      expect(stderr).toContain(`(${reason})`);
    }
    const absent = viv(["run", collatz, "--manifest", join(folder, "absent.json")]);
    expect([absent.status, absent.stderr]).toEqual([code("input"), expect.stringContaining("there is no such file")]);
  });
});

describe("a user's mistakes", () => {
  const hello = join(programs, "../../mir/hello.mir");
  const sieve = join(programs, "../../mir/sieve.mir");
  const write = (name: string, text: string | Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  it("lists every error of a MIR text with its line", () => {
    const file = write("bad.mir", "m: module\nmain: func i64\n add x, 1\n foo a\n ret 0\n endfunc\n endmodule\n");
    const { status, stderr } = viv(["run", file]);
    expect(status).toBe(code("input"));
    expect(stderr).toContain(`${file}:3:6: undeclared name 'x' (expected register or item declared before)`);
    expect(stderr).toContain(`${file}:4:2: unknown instruction 'foo'`);
  });

  it("assembles what the text or the name of the file says", () => {
    const out = join(folder, "hello.bmir");
    expect(viv(["asm", hello, "-o", out]).status).toBe(code("ok"));
    expect(viv(["run", out]).stdout).toBe("hello from MIR, with 0 words\n");
    const archive = join(folder, "f.lmnt");
    expect(viv(["lmnt", "compile", "f(x) = x + 1", "-o", archive]).status).toBe(code("ok"));
    const text = write("f.txt", viv(["disasm", archive]).stdout);
    const again = join(folder, "again.lmnt");
    expect(viv(["asm", text, "-o", again]).status).toBe(code("ok"));
    expect(readFileSync(again)).toEqual(readFileSync(archive));
  });

  const refused: readonly [string, readonly string[], ExitName, string][] = [
    ["an empty file", ["run", "EMPTY"], "input", "is empty"],
    ["text of no kind", ["run", "NOTES"], "input", "no program of a known kind; --guest"],
    ["a program without main", ["run", sieve], "usage", "--entry takes one of sieve\n"],
    ["an argument that is missing", ["run", sieve, "-e", "sieve"], "usage", "sieve takes 1 argument, not 0"],
    ["--args for MIR", ["run", hello, "--args", "u8:1"], "usage", "write them as words"],
    ["a profile for MIR", ["run", hello, "--profile", "072"], "usage", "--profile is not for MIR programs"],
    ["words for the PVM", ["run", crc32, "4000"], "usage", "takes its argument from --args"],
    ["a function to trace that is none", ["trace", hello, "--function", "x"], "usage", "--function takes one of main"],
    ["no steps to print", ["trace", hello, "--limit", "0"], "usage", "--limit is at least 1"],
    ["output to a folder", ["lmnt", "compile", "f(x) = x", "-o", "FOLDER"], "failure", "it is a directory"],
    [
      "a trace to a full disk",
      ["trace", hello, "-o", "/dev/full"],
      "failure",
      "cannot write /dev/full: no space is left\n",
    ],
  ];
  for (const [what, args, exit, message] of refused) {
    it(`refuses ${what} and says why`, () => {
      const files: Readonly<Record<string, string>> = {
        EMPTY: write("empty", ""),
        NOTES: write("notes.txt", "just some words\n"),
        FOLDER: folder,
      };
      const { status, stderr } = viv(args.map((arg) => files[arg] ?? arg));
      expect(stderr).toContain(message);
      expect(stderr).not.toContain("    at ");
      expect(status).toBe(code(exit));
    });
  }

  it("shows of a long line what is around the mistake", () => {
    const { stderr } = viv(["lmnt", "compile", `f(x) = ${"x + ".repeat(300)}y + ${"x + ".repeat(300)}x`]);
    const [message, line, mark] = stderr.split("\n") as [string, string, string];
    expect(message).toContain("y is not defined");
    expect(line.length).toBeLessThan(120);
    expect(line[mark.indexOf("^")]).toBe("y");
  });

  it("reports a wrong option as JSON too", () => {
    const result = viv(["run", "--json", "--gas", "x", "y"]);
    expect(result.status).toBe(code("usage"));
    expect(json(result)).toMatchObject({ error: { code: "usage", message: expect.stringContaining("--gas") } });
  });
});

describe("a program that writes without end", () => {
  const text = `m: module
  import putchar
  export main
p: proto i32, i32:c
main: func i64
  local i64:r
l: call p, putchar, r, 65
  jmp l
  endfunc
  endmodule
`;
  const flood = (): string => {
    const file = join(folder, "flood.mir");
    writeFileSync(file, text);
    return file;
  };

  it("ends quietly when nobody reads any more", () => {
    const line = `"${process.execPath}" "${bundle}" run "${flood()}" --timeout 20s | head -c 5; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8", env, timeout: 30_000 });
    expect(stderr).toBe("");
    expect(stdout).toBe("AAAAA 0\n");
  });

  it("is not lost from the JSON when it is stopped", () => {
    const result = viv(["run", flood(), "--gas", "10k", "--json"]);
    expect(result.status).toBe(code("outOfGas"));
    expect(json(result)["stdout"]).toMatch(/^A{1000,}$/);
  });

  it("and no room on the disk are no failure of the program", () => {
    const line = `"${process.execPath}" "${bundle}" run "${flood()}" --timeout 20s > /dev/full`;
    const { status, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8", env, timeout: 30_000 });
    expect(stderr).toBe("viv: cannot write the output: no space is left\n");
    expect(status).toBe(code("failure"));
  });

  it("does not make the help crash", () => {
    const line = `"${process.execPath}" "${bundle}" help run | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8", env, timeout: 30_000 });
    expect([stdout, stderr]).toEqual(["0\n", ""]);
  });
});

describe("viv trace", () => {
  it("shows an LMNT program by the names of its slots", () => {
    const { stdout } = viv(["trace", "--guest", "lmnt", writeFormula(), "3", "4", "--json"]);
    const steps = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { text: string; changed: object });
    expect(steps.map(({ text, changed }) => [text.replace(/\s+/g, " "), changed])).toEqual([
      ["MULSS a0, a0, t0", { t0: "9" }],
      ["ADDSS t0, a1, r0", { r0: "13" }],
    ]);
  });

  function writeFormula(): string {
    const file = join(folder, "f.formula");
    writeFileSync(file, "f(x, y) = x * x + y");
    return file;
  }
});
