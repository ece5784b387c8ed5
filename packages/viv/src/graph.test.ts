/** `viv graph` as its users meet it: the built bundle, in a child process. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraph } from "vivarium/graph";
import { EXIT_CODES } from "./exit-codes.js";
import { drawGraph } from "./graph-draw.js";

const bundle = join(import.meta.dirname, "../dist/viv.js");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "viv-graph-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function viv(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, "graph", ...args], {
    encoding: "utf8",
    env,
    cwd: folder,
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}
function json(...args: string[]): Record<string, unknown> {
  return JSON.parse(viv(...args, "--json").stdout) as Record<string, unknown>;
}

describe("viv graph", () => {
  it("builds the seed's addition, runs it, explains it, records and repeats it", () => {
    expect(viv("new", "sum.vxg").status).toBe(0);
    expect(
      viv(
        "add",
        "sum.vxg",
        "exec",
        "add",
        "--code",
        "a64",
        "--bytes",
        "hex:0000018bc0035fd6",
        "--ports",
        "a:u64, b:u64 > r:u64",
      ).status,
    ).toBe(0);
    expect(viv("add", "sum.vxg", "output", "sum", "--type", "u64").status).toBe(0);
    expect(viv("connect", "sum.vxg", "add.r", "sum").status).toBe(0);
    expect(viv("explain", "sum.vxg", "add").stdout).toBe("no-new-input  add waits for a, b\n");
    copyFileSync(join(folder, "sum.vxg"), join(folder, "base.vxg"));
    const ran = json("run", "sum.vxg", "add.a=5", "add.b=3", "--record", "run.json");
    expect(ran).toMatchObject({ reason: "quiet", fires: 1, traps: 0, outputs: { sum: "8" } });
    expect(json("inspect", "sum.vxg")).toMatchObject({ hash: ran["hash"] });
    expect(json("replay", "base.vxg", "run.json")).toEqual({ equal: true, steps: ran["steps"], hash: ran["hash"] });
    expect(viv("replay", "sum.vxg", "run.json").status).toBe(EXIT_CODES.different.code);
    const whole = json("run", "base.vxg", "add.a=5", "add.b=3", "--keep", "--record", "whole.vxg");
    expect(json("replay", "whole.vxg")).toEqual({ equal: true, steps: whole["steps"], hash: whole["hash"] });
    expect(viv("replay", "base.vxg").status).toBe(EXIT_CODES.usage.code);
    expect(json("check", "sum.vxg")).toEqual({ ok: true, nodes: 2, edges: 1, problems: [] });
  });

  it("keeps graphs in databases, and moves them there and back", () => {
    expect(viv("import", "sum.vxg", "sum.db").status).toBe(0);
    expect(json("run", "sum.db", "add.a=20", "add.b=22")).toMatchObject({ outputs: { sum: "42" } });
    expect(viv("export", "sum.db", "again.vxg").status).toBe(0);
    expect(json("inspect", "again.vxg")["hash"]).toBe(json("inspect", "sum.db")["hash"]);
    expect(viv("import", "sum.vxg", "sum.db")).toMatchObject({
      status: EXIT_CODES.input.code,
      stderr: "viv: sum.db exists already\n",
    });
  });

  it("refuses what cannot be, in one line that says what could", () => {
    const file = readFileSync(join(folder, "sum.vxg"));
    writeFileSync(join(folder, "cut.vxg"), file.subarray(0, 500));
    expect(json("inspect", "cut.vxg")).toMatchObject({
      error: { code: "VXG_TRUNCATED", section: "header", offset: 500 },
    });
    expect(viv("connect", "sum.vxg", "sum", "add.a").stderr).toBe("viv: sum.vxg: sum has 0 output ports; say which\n");
    expect(viv("run", "sum.vxg", "add.a=minus").stderr).toBe('viv: "minus" is no u64\n');
    expect(viv("inspect", "none.vxg").stderr).toBe("viv: cannot read none.vxg: there is no such graph\n");
  });

  it("draws every node and edge, and nothing that a graph says becomes markup", () => {
    expect(viv("draw", "sum.vxg", "sum.svg").status).toBe(0);
    expect(readFileSync(join(folder, "sum.svg"), "utf8")).toMatch(
      /^<svg [\s\S]*<title>r → in<\/title>[\s\S]*<\/svg>\n$/,
    );
    const graph = createGraph();
    graph.pattern("p", "<script> _ & _");
    graph.value("v");
    graph.act("p", "v", { delay: 2, inhibitory: true });
    const svg = drawGraph(graph);
    expect(svg).not.toContain("<script>");
    expect(svg.match(/<rect /g)).toHaveLength(2);
    expect(svg).toContain("delay 2, inhibits");
    expect(drawGraph(createGraph())).toContain("<svg ");
  });
});

describe("viv graph and what is no graph", () => {
  it("makes no database in a folder that holds none", () => {
    mkdirSync(join(folder, "plain"));
    for (const command of ["run", "inspect", "check", "explain"]) {
      const { status, stderr } = viv(command, "plain");
      expect(stderr).toBe("viv: cannot read plain: the folder holds no graph\n");
      expect(status).toBe(EXIT_CODES.input.code);
    }
    expect(readdirSync(join(folder, "plain"))).toEqual([]);
  });

  it("names the damaged file when it is imported, and makes nothing", () => {
    writeFileSync(join(folder, "damaged.vxg"), "junk");
    const { status, stderr } = viv("import", "damaged.vxg", "imported.db");
    expect(stderr).toMatch(/^viv: damaged\.vxg: header: the file is cut off at offset 4/);
    expect(status).toBe(EXIT_CODES.input.code);
    expect(existsSync(join(folder, "imported.db"))).toBe(false);
  });

  it("opens a graph that was exported under any name", () => {
    viv("new", "named.vxg");
    expect(viv("export", "named.vxg", "named.copy").status).toBe(0);
    expect(viv("check", "named.copy").stderr).toBe(viv("check", "named.vxg").stderr.replace("named.vxg", "named.copy"));
  });

  it("knows no kinds of nodes but its own, and takes code from one place", () => {
    viv("new", "kinds.vxg");
    for (const kind of ["constructor", "__proto__", "toString"]) {
      expect(viv("add", "kinds.vxg", kind, "k").stderr).toContain(`${kind} is no kind of node (input, output`);
    }
    const both = viv("add", "kinds.vxg", "exec", "k", "--code", "python", "--bytes", "utf8:1", "--file", "x");
    expect(both.stderr).toContain("--bytes or from --file");
    expect(both.status).toBe(EXIT_CODES.usage.code);
  });
});
