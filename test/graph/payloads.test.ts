/** Every kind of code computes, keeps to its limits, and keeps nothing from one firing to the next. */
import { describe, expect, it } from "vitest";
import {
  type CodeSpec,
  createGraph,
  type ExecSpec,
  type Graph,
  type GraphOptions,
  openGraph,
  type Value,
} from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { lmntPayload } from "vivarium/graph/lmnt";
import { mirPayload } from "vivarium/graph/mir";
import { pvmPayload } from "vivarium/graph/pvm";
import { pythonPayload } from "vivarium/graph/python";
import { assemble } from "vivarium/pvm";
import { ADD, words } from "./code.js";

const payloads = [a64Payload, lmntPayload, mirPayload, pvmPayload, pythonPayload];

/** `(func (export "run") (param i64 i64) (result i64) local.get 0 local.get 1 i64.div_u)` */
const WASM = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 7, 1, 0x60, 2, 0x7e, 0x7e, 1, 0x7e, 3, 2, 1, 0, 7, 7, 1, 3, 0x72, 0x75, 0x6e, 0,
  0, 10, 9, 1, 7, 0, 0x20, 0, 0x20, 1, 0x80, 0x0b,
]);
const MIR_SUM = `m: module
 export sum
 import out_write
sum: func i64, i64:a, i64:b
 local i64:r
 add r, a, b
 ret r
 endfunc
 endmodule
`;

function node(code: CodeSpec, ports: Pick<ExecSpec, "in" | "out">, options: GraphOptions = {}): Graph {
  const g = createGraph({ payloads, ...options });
  g.exec("n", { code, ...ports, mode: "manual", refractory: 0 });
  return g;
}
/** One firing: its outputs, or its trap. */
function fired(g: Graph, inputs: Readonly<Record<string, Value>>, grant: readonly string[] = []): unknown {
  for (const [port, value] of Object.entries(inputs)) g.set("n", port, value);
  g.fire("n");
  g.runSync({ grant });
  const firing = g.log({ node: "n", last: 1 })[0];
  return firing?.trap?.kind ?? firing?.outputs.map((v) => v?.value);
}

const U64 = { in: { a: "u64", b: "u64" }, out: { r: "u64" } } as const;

describe("payloads", () => {
  it("pvm: a blob over registers", () => {
    const { bytes } = assemble("add_64 a0, a0, a1\njump_ind ra, 0\n");
    const g = node({ kind: "pvm", bytes }, U64);
    expect([fired(g, { a: 40n, b: 2n }), fired(g, { a: 2n ** 64n - 1n, b: 1n })]).toEqual([[42n], [0n]]);
    const loop = assemble("loop: jump loop\n").bytes;
    expect(fired(node({ kind: "pvm", bytes: loop, fuel: 1000 }, U64), { a: 0n, b: 0n })).toBe("fuel");
  });

  it("mir: a function by name or the first one", () => {
    const g = node({ kind: "mir", bytes: MIR_SUM, entry: "sum" }, { in: { a: "i64", b: "i64" }, out: { r: "i64" } });
    expect(fired(g, { a: -5n, b: 3n })).toEqual([-2n]);
    expect(() => node({ kind: "mir", bytes: MIR_SUM, entry: "none" }, U64)).toThrow("exports no function none");
  });

  it("lmnt: a formula over doubles", () => {
    const g = node(
      { kind: "lmnt", bytes: "hypot2(x, y) = sqrt(x*x + y*y)" },
      { in: { x: "f64", y: "f64" }, out: { r: "f64" } },
    );
    expect(fired(g, { x: 3, y: 4 })).toEqual([5]);
    expect(fired(g, { x: 6, y: 8 })).toEqual([10]);
  });

  it("python: an expression over the names of the inputs, and a function that keeps nothing", () => {
    const g = node(
      { kind: "python", bytes: "a * b + len(s)" },
      { in: { a: "i64", b: "i64", s: "str" }, out: { r: "i64" } },
    );
    expect(fired(g, { a: 6n, b: 7n, s: "ab" })).toEqual([44n]);
    const source = "seen = []\ndef run(x):\n    seen.append(x)\n    return len(seen), x[::-1]\n";
    const h = node({ kind: "python", bytes: source }, { in: { x: "str" }, out: { n: "i64", text: "str" } });
    expect([fired(h, { x: "abc" }), fired(h, { x: "de" })]).toEqual([
      [1n, "cba"],
      [1n, "ed"],
    ]);
    expect(fired(node({ kind: "python", bytes: "1 // a" }, { in: { a: "i64" }, out: { r: "i64" } }), { a: 0n })).toBe(
      "arith",
    );
    const forever = node(
      { kind: "python", bytes: "def run():\n    while True: pass\n", fuel: 10_000 },
      { out: { r: "i64" } },
    );
    expect(fired(forever, {})).toBe("fuel");
    expect(() => node({ kind: "python", bytes: "1 +" }, { out: { r: "i64" } })).toThrow("SyntaxError");
  });

  it("wasm: an exported function, whose traps are told apart", () => {
    const g = node({ kind: "wasm", bytes: WASM }, U64, { wasm: "inline" });
    expect(fired(g, { a: 84n, b: 2n })).toEqual([42n]);
    expect(fired(g, { a: 1n, b: 0n })).toBe("arith");
    expect(() => node({ kind: "wasm", bytes: Uint8Array.of(1) }, U64)).toThrow();
  });

  it("a64: doubles in their own registers, and registers that are clean in every firing", () => {
    // fadd d0, d0, d1; ret
    const g = node(
      { kind: "a64", bytes: words(0x1e612800, 0xd65f03c0) },
      { in: { a: "f64", b: "f64" }, out: { r: "f64" } },
    );
    expect(fired(g, { a: 0.5, b: 1.25 })).toEqual([1.75]);
    // add x9, x9, #1; mov x0, x9; ret: counts its firings if a register is left behind
    const counter = node({ kind: "a64", bytes: words(0x91000529, 0xaa0903e0, 0xd65f03c0) }, { out: { r: "u64" } });
    expect([fired(counter, {}), fired(counter, {}), fired(counter, {})]).toEqual([[1n], [1n], [1n]]);
    // str x0, [sp, #-16]!; ldr x0, [sp], #16; ret: memory is there
    const memory = node(
      { kind: "a64", bytes: words(0xf81f0fe0, 0xf84107e0, 0xd65f03c0) },
      { in: { a: "u64" }, out: { r: "u64" } },
    );
    expect(fired(memory, { a: 99n })).toEqual([99n]);
  });

  it("subgraph: a graph as a node, with its input and output nodes as ports", () => {
    const inner = createGraph({ payloads });
    inner.input("x", "u64");
    inner.exec("double", { code: { kind: "a64", bytes: ADD }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
    inner.output("y", "u64");
    inner.connect("x", "double.a");
    inner.connect("x", "double.b");
    inner.connect("double.r", "y");
    const g = createGraph({ payloads });
    g.subgraph("n", {
      code: { kind: "subgraph", bytes: inner.save() },
      in: { x: "u64" },
      out: { y: "u64" },
      refractory: 0,
    });
    g.set("n", "x", 21n);
    g.runSync();
    expect(g.get("n", "y")).toBe(42n);
    const again = openGraph(g.save(), { payloads });
    again.set("n", "x", 4n);
    again.runSync();
    expect(again.get("n", "y")).toBe(8n);
    expect(() => g.subgraph("m", { code: { kind: "subgraph", bytes: inner.save() }, in: { z: "u64" } })).toThrow(
      "no input node z",
    );
  });

  it("host functions of the graph: each kind writes through out, if it may", () => {
    const written: string[] = [];
    const services = { out: (_: number, bytes: Uint8Array) => written.push(new TextDecoder().decode(bytes)) } as never;
    const source = 'import host\ndef run():\n    host.out_write(1, b"hello")\n';
    const g = node({ kind: "python", bytes: source, capabilities: ["out"] }, {}, { services });
    expect(fired(g, {}, [])).toBe("denied");
    expect(fired(g, {}, ["out"])).toEqual([]);
    expect(written).toEqual(["hello"]);
  });
});
