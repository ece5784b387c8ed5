/** The examples of graphs do what they say. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, createGraph, learn, openGraph } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { openLmdb } from "vivarium/graph/lmdb";
import { main as arithmetic, EXAMPLES, operations } from "../../examples/graph/arithmetic.js";
import { main as emitter, emitterGraph } from "../../examples/graph/emitter.js";
import { ADD } from "./code.js";

const MAINS = { arithmetic, emitter };

describe("arithmetic taught by examples", () => {
  it("answers through the code that reproduces the examples, with operands that were not among them", async () => {
    const g = operations();
    expect(await ask(g, "1+1=?")).toBeUndefined();
    const proposals = await learn(g, EXAMPLES);
    expect(proposals.map((p) => [p.pattern, p.support, p.route && g.label(p.route.node)])).toEqual([
      ["_a:u64 + _b:u64 = _c:u64", 4, "second"],
      ["_a:u64 * _b:u64 = _c:u64", 3, "first"],
      ["_a:u64 _b:str _c:u64 = _d:u64", 7, undefined],
    ]);
    const before = g.inspect("second").fires;
    const questions = ["1+1=?", "0+0=?", "12+34=?", "18446744073709551615 + 1 = ?", "9*9=?"];
    const answers: unknown[] = [];
    for (const question of questions) answers.push(await ask(g, question));
    expect(answers).toEqual(["2", "0", "46", "0", "81"]);
    expect(g.inspect("second").fires - before).toBe(4);
    expect(g.inspect("second").accepted).toBe(1);
  });

  it("takes no route that fails one example, and says which", async () => {
    const g = createGraph({ payloads: [a64Payload] });
    g.exec("add", { code: { kind: "a64", bytes: ADD }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
    const [proposal] = await learn(g, ["1+1=2", "2+3=5", "4+4=8", "6+1=8"]);
    expect(proposal?.route).toBeUndefined();
    expect(proposal?.rejected).toEqual([{ node: 0, example: "6+1=8", got: "7" }]);
    expect(g.nodeCount).toBe(1);
    expect(await learn(g, ["1+1=2", "2+3=5"])).toEqual([]);
  });

  it("adds no pattern twice, and goes on after being saved", async () => {
    const g = operations();
    await learn(g, EXAMPLES);
    const nodes = g.nodeCount;
    expect((await learn(g, EXAMPLES)).map((p) => p.accepted)).toEqual([undefined, undefined, undefined]);
    expect(g.nodeCount).toBe(nodes);
    const again = openGraph(g.save(), { payloads: [a64Payload] });
    expect(await ask(again, "40+2=?")).toBe("42");
  });
});

describe("code that makes code", () => {
  it("adds a multiplier that it has written into its memory, wires it and uses it", async () => {
    const g = emitterGraph();
    g.fire("emit");
    await g.run({ grant: ["graph"] });
    expect(g.get("product")).toBe(42n);
    expect(g.inspect("multiply").code).not.toBe(g.inspect("emit").code);
  });

  it("changes nothing without the grant", async () => {
    const g = emitterGraph();
    const before = g.hash();
    g.fire("emit");
    await g.run();
    expect(g.log()[0]?.trap?.kind).toBe("denied");
    expect(g.nodeCount).toBe(2);
    expect(g.hash()).not.toBe(before);
  });

  it("changes all or nothing: an edit that cannot be made is refused with the others of its firing", async () => {
    const g = emitterGraph();
    g.value("multiply", "str");
    const { nodeCount, edgeCount } = g;
    g.fire("emit");
    await g.run({ grant: ["graph"] });
    expect(g.get("emit", "error")).toBe("host: the edit was refused: there is a node multiply already");
    expect([g.nodeCount, g.edgeCount]).toEqual([nodeCount, edgeCount]);
    expect(g.codes.records.length).toBe(1);
  });

  it("outlives the process that made it, and is repeated by a recording", async () => {
    const path = mkdtempSync(join(tmpdir(), "viv-graph-"));
    try {
      const first = await openLmdb(path, { payloads: [a64Payload], bytes: emitterGraph().save() });
      first.graph.record();
      first.graph.fire("emit");
      await first.graph.run({ grant: ["graph"] });
      const journal = first.graph.journal();
      const hash = first.graph.hash();
      await first.close();
      const second = await openLmdb(path, { payloads: [a64Payload] });
      expect(second.graph.hash()).toBe(hash);
      second.graph.set("multiply", "a", 12n);
      second.graph.set("multiply", "b", 12n);
      await second.graph.run();
      expect(second.graph.get("product")).toBe(144n);
      await second.close();
      expect((await emitterGraph().replay(journal)).hash).toBe(hash);
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  });
});

describe("the tour", () => {
  const root = join(import.meta.dirname, "../..");
  const { scripts } = JSON.parse(readFileSync(join(root, "examples/graph/tour.json"), "utf8")) as {
    scripts: { name: string; prints: string[] }[];
  };

  it("prints what the README shows and explains", () => {
    const text = scripts.flatMap(({ prints }) => prints).join("\n");
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`\n${text}\n`);
  });

  it.each(scripts)("$name prints what it must", async ({ name, prints }) => {
    const lines: string[] = [name];
    await MAINS[name as keyof typeof MAINS]((line) => lines.push(`  ${line}`));
    expect(lines).toEqual(prints);
  });
});
