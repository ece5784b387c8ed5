/** What must hold where earlier graphs of this kind broke: the fifteen defects of the specification's part C. */
import { describe, expect, it } from "vitest";
import { createGraph, type Graph, openGraph, type PayloadAdapter } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { ADD, FAILING, MUL } from "./code.js";
import { busy, sample } from "./scenarios.js";

const payloads: readonly PayloadAdapter[] = [a64Payload];
const TWO = { in: { a: "u64", b: "u64" }, out: { r: "u64" } } as const;

function adder(options: { bytes?: Uint8Array } = {}): Graph {
  const g = createGraph({ payloads });
  g.exec("add", { code: { kind: "a64", bytes: options.bytes ?? ADD }, ...TWO, refractory: 0 });
  return g;
}
function computed(g: Graph, key: string, a: bigint, b: bigint): unknown {
  g.set(key, "a", a);
  g.set(key, "b", b);
  g.runSync();
  return g.get(key, "r");
}

describe("what must hold", () => {
  it("C1: growing one table leaves the others as they are", () => {
    const g = adder();
    const edge = g.act(g.value("x"), g.value("y"), { w: 0.25, delay: 3 });
    const before = JSON.stringify([g.edge(edge), g.inspect("add")]);
    for (let i = 0; i < 5000; i++) g.value(undefined, "u64");
    for (let i = 0; i < 5000; i++) g.act(i, i + 1);
    expect(JSON.stringify([g.edge(edge), g.inspect("add")])).toBe(before);
  });

  it("C2: patterns never touch code", () => {
    const g = adder();
    const { code } = g.inspect("add");
    for (let i = 0; i < 100; i++) g.pattern(undefined, `p${i} _`);
    expect(g.inspect("add").code).toBe(code);
    expect(computed(g, "add", 7n, 3n)).toBe(10n);
  });

  it("C3: code that is added after reopening leaves earlier code as it was", () => {
    const g = openGraph(adder().save(), { payloads });
    g.exec("mul", { code: { kind: "a64", bytes: MUL }, ...TWO });
    expect([computed(g, "add", 7n, 3n), computed(g, "mul", 7n, 3n)]).toEqual([10n, 21n]);
  });

  it("C4: a file holds indices and no addresses: the same graph made twice gives the same bytes", () => {
    const [a, b] = [sample(), sample()];
    expect(a.save()).toEqual(b.save());
  });

  it("C5: a file that is cut off is refused before anything of it is used", () => {
    const file = sample().save();
    for (const length of [0, 7, 63, 64, 100, file.length - 1]) {
      expect(() => openGraph(file.slice(0, length), { payloads })).toThrow(/header/);
    }
  });

  it("C6: inputs are typed ports, and no value can reach anything else", () => {
    const g = adder();
    expect(() => g.set("add", "c", 1n)).toThrow("add has no input port c (it has a, b)");
    expect(() => g.set("add", "a", "1")).toThrow('"1" is no u64');
    expect(() => g.set("add", "a", -1n)).toThrow("-1 is no u64");
  });

  it("C7: how code is called is part of the code, and zeros are values like others", () => {
    const g = adder();
    expect(computed(g, "add", 0n, 0n)).toBe(0n);
    expect(g.log().map((f) => f.trap)).toEqual([undefined]);
    const code = g.inspect("add").code;
    const other = g.code({ kind: "a64", bytes: ADD, abi: "values" });
    expect(other.hash).not.toBe(code);
  });

  it("C8: counters count firings and nothing else", () => {
    const g = adder();
    for (let i = 0n; i < 5n; i++) computed(g, "add", i, i);
    expect(g.inspect("add").fires).toBe(5);
    expect(g.inspect("add").faults).toBe(0);
  });

  it("C9: a node fires at most once in a step, rests as long as it has to, and nothing goes around that", () => {
    const g = createGraph({ payloads });
    g.exec("add", {
      code: { kind: "a64", bytes: ADD },
      in: { a: { type: "u64", stream: true }, b: { type: "u64", latch: true, default: 1n } },
      out: { r: "u64" },
      refractory: 5,
    });
    for (let i = 0n; i < 4n; i++) g.set("add", "a", i);
    g.fire("add");
    g.inject("add", 8);
    g.runSync();
    expect(g.log().map((f) => f.step)).toEqual([0, 5, 10, 15]);
  });

  it("C10: opening a file executes nothing, and code for this machine's own processor stays off", () => {
    const ran: string[] = [];
    const native: PayloadAdapter = {
      kinds: ["native-x64"],
      load: () => ({
        run: () => {
          ran.push("run");
          return { ok: [1n] };
        },
      }),
    };
    const g = createGraph({ payloads: [native] });
    g.exec("n", {
      code: { kind: "native-x64", bytes: Uint8Array.of(0xc3) },
      out: { r: "u64" },
      mode: "manual",
      refractory: 0,
    });
    g.fire("n");
    g.runSync();
    expect(ran).toEqual(["run"]);
    const file = g.save();
    for (const trustNative of [false, true]) {
      const again = openGraph(file, { payloads: [native], trustNative });
      expect(ran).toEqual(["run"]);
      again.fire("n");
      again.runSync();
      expect(again.log()[0]?.trap?.kind).toBe(trustNative ? undefined : "denied");
    }
    expect(ran).toEqual(["run", "run"]);
  });

  it("C11: code that crashes leaves the machine and the graph able to go on", () => {
    const g = adder();
    g.exec("crash", {
      code: { kind: "a64", bytes: FAILING.memory },
      in: { a: "u64" },
      out: { r: "u64" },
      refractory: 0,
    });
    for (let i = 0; i < 100; i++) {
      g.set("crash", "a", 0n);
      expect(computed(g, "add", BigInt(i), 1n)).toBe(BigInt(i) + 1n);
    }
    expect(g.inspect("crash").faults).toBe(100);
  });

  it("C12: code says which architecture it is for; where nothing executes that, it traps and nothing else runs", () => {
    const file = adder().save();
    const without = openGraph(file);
    without.set("add", "a", 1n);
    without.set("add", "b", 1n);
    without.runSync();
    expect(without.log()[0]?.trap?.kind).toBe("arch");
    expect(without.check()).toEqual([{ node: 0, trap: { kind: "arch", message: expect.any(String) as string } }]);
    expect(() => createGraph().code({ kind: "a64", bytes: ADD })).toThrow("nothing here executes code of kind");
  });

  it("C13: success is a result that was accepted, not one that did not crash", () => {
    const g = adder({ bytes: MUL });
    computed(g, "add", 2n, 3n);
    expect(g.inspect("add").accepted).toBe(0);
    g.reward("add", false);
    expect(g.inspect("add").accepted).toBe(0);
    g.reward("add", true);
    expect(g.inspect("add").accepted).toBe(1);
  });

  it("C14: ports are objects of their own: a value named like a node's number reaches no other node", () => {
    const g = adder();
    const nodes = Array.from({ length: 200 }, (_, i) => g.value(`n${i}`, "u64"));
    g.set("add", "a", 100n);
    g.set("add", "b", 100n);
    g.runSync();
    expect(nodes.filter((n) => g.inspect(n).activation > 0 || g.inspect(n).fires > 0)).toEqual([]);
  });

  it("C15: of several patterns the longest takes the text, then the one with priority, then the oldest", () => {
    const g = createGraph();
    g.pattern("short", "_ + _");
    g.pattern("long", "_ + _ = ?");
    g.pattern("same", "_x:u64 + _y:u64 = ?");
    const names = (text: string): string[] => g.feed(text).map((n) => g.label(n));
    expect(names("1 + 2 = ?")).toEqual(["long"]);
    expect(names("12+34 and 5+6=?")).toEqual(["short", "long"]);
    g.pattern("first", "_ + _ = ?", { priority: 1 });
    expect(names("1+1=?")).toEqual(["first"]);
    expect(names("nothing")).toEqual([]);
  });
});

describe("bad input", () => {
  it("is refused where it is made: types, keys, ports, ranges", () => {
    const g = createGraph({ payloads });
    g.exec("add", { code: { kind: "a64", bytes: ADD }, ...TWO });
    g.output("text", "str");
    expect(() => g.connect("add.r", "text")).toThrow("add.r gives u64, text.in takes str");
    expect(() => g.value("add")).toThrow("there is a node add already");
    expect(() => g.value("no space")).toThrow("is no key");
    expect(() => g.connect("add", "nowhere")).toThrow("there is no node nowhere");
    expect(() => g.exec("x", { code: { kind: "a64", bytes: ADD }, in: { s: "str" }, out: {} })).toThrow(
      "a register holds no str",
    );
    expect(() => g.exec("x", { code: { kind: "a64", bytes: Uint8Array.of(1, 2) }, out: {} })).toThrow();
    expect(() => g.act("add", "text", { w: Number.NaN })).toThrow("weight");
    expect(() => g.control("text", "add")).toThrow("does not fire by control");
    expect(g.nodeCount).toBe(2);
  });

  it("may be a Buffer of Node's, which is not kept", () => {
    const bytes = Buffer.from(ADD);
    const g = adder({ bytes });
    const file = Buffer.from(g.save());
    g.addCold("data", bytes);
    bytes.fill(0);
    expect(computed(g, "add", 5n, 3n)).toBe(8n);
    expect(g.cold.read("data", 3, 1)).toEqual(Uint8Array.of(ADD[3] as number));
    expect(computed(openGraph(file, { payloads }), "add", 5n, 3n)).toBe(8n);
    expect(openGraph(file, { payloads }).hash()).toBe(openGraph(Uint8Array.from(file), { payloads }).hash());
  });

  it("cannot make a cycle run for ever: every limit of a run ends it", () => {
    const reasons = [{ maxSteps: 5 }, { maxFires: 3 }, { maxTouched: 10 }, { deadlineMs: 30 }].map(
      (limit) => busyLoop().runSync(limit).reason,
    );
    expect(reasons).toEqual(["maxSteps", "maxFires", "maxTouched", "deadline"]);
  });

  it("holds the limits of a code record in every firing", () => {
    const g = createGraph({ payloads });
    g.exec("loop", { code: { kind: "a64", bytes: FAILING.fuel, fuel: 12_345 }, out: { r: "u64" }, mode: "manual" });
    g.fire("loop");
    g.runSync();
    const [firing] = g.log();
    expect(firing?.trap?.kind).toBe("fuel");
    expect(firing?.fuel).toBe(12_345);
  });
});

function busyLoop(): Graph {
  const g = createGraph({ payloads });
  g.exec("add", {
    code: { kind: "a64", bytes: ADD },
    in: { a: "u64", b: { type: "u64", latch: true, default: 1n } },
    out: { r: "u64" },
    refractory: 1,
  });
  g.connect("add", "add.a");
  g.set("add", "a", 0n);
  return g;
}

describe("recordings", () => {
  it("come to the same hash again, and say where they do not", async () => {
    const services = { time: () => Date.now() };
    const g = busy(services);
    const base = g.save();
    g.record();
    await g.run({ maxSteps: 20 });
    g.set("mul", "a", 77n);
    await g.run({ maxFires: 5 });
    g.inject("cell7", 3);
    await g.run({ maxSteps: 30 });
    const journal = g.journal();
    const options = { payloads, services };
    expect((await openGraph(base, options).replay(journal)).hash).toBe(g.hash());
    const tampered = { ...journal, entries: journal.entries.filter((e) => e.kind !== "edit") };
    await expect(openGraph(base, options).replay(tampered)).rejects.toThrow("instead of");
    await expect(busy().replay({ ...journal, base: "00" })).rejects.toThrow("another graph");
  });

  it("hold what tools and clocks said, in the order in which it came", async () => {
    let calls = 0;
    const services = {
      time: () => 1000 + calls++,
      tool: {
        slow: (value: unknown) =>
          new Promise<bigint>((resolve) =>
            setTimeout(() => resolve(BigInt(String(value).length) + BigInt(calls++)), 5),
          ),
      },
    };
    const functions = {
      now: (_: unknown, call: (name: string) => unknown) => [call("time.now")],
      slow: async (_: unknown, call: (name: string, ...args: string[]) => unknown) => [
        await call("tool.call", "slow", "abc"),
      ],
    };
    const make = (): Graph => {
      const g = createGraph({ functions: functions as never, services: services as never });
      g.exec("now", {
        code: { kind: "host", bytes: "now", capabilities: ["time"] },
        out: { t: "u64" },
        mode: "manual",
      });
      g.exec("slow", {
        code: { kind: "host", bytes: "slow", capabilities: ["tool"] },
        out: { n: "i64" },
        mode: "manual",
      });
      return g;
    };
    const g = make();
    g.record();
    g.fire("now");
    g.fire("slow");
    const { reason, fires } = await g.run({ grant: ["time", "tool:slow"] });
    expect([reason, fires]).toEqual(["quiet", 2]);
    expect(g.get("slow", "n")).toBe(4n);
    const before = calls;
    const again = make();
    expect((await again.replay(g.journal())).hash).toBe(g.hash());
    expect(calls).toBe(before);
  });
});
