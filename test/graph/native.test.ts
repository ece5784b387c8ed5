/** Native code as payloads: it runs in a child process, and its crashes are traps of its node. */
import { arch, platform } from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraph, openGraph } from "vivarium/graph";
import { nativePayload } from "vivarium/graph/native";
import { NativeHost } from "vivarium/native";

const supported = platform === "linux" && arch === "x64";
if (!supported) console.warn("native payloads: skipped, the code in this test is for Linux on x86-64");

describe.skipIf(!supported)("native payloads", () => {
  let host: NativeHost;
  beforeAll(async () => {
    host = await NativeHost.start({ allowNativeCode: true });
  });
  afterAll(() => host.close());

  it("compute, crash and hang without taking the graph with them", async () => {
    const g = createGraph({ payloads: [nativePayload(host)] });
    const codes = {
      // lea rax, [rdi + rsi]; ret
      add: [0x48, 0x8d, 0x04, 0x37, 0xc3],
      // ud2
      illegal: [0x0f, 0x0b],
      // jmp to itself
      hang: [0xeb, 0xfe],
    };
    for (const [key, bytes] of Object.entries(codes)) {
      const code = { kind: "native-x64", bytes: Uint8Array.from(bytes), timeout: 300 } as const;
      g.exec(key, { code, in: { a: "u64", b: "u64" }, out: { r: "u64" }, refractory: 0 });
      g.set(key, "a", 40n);
      g.set(key, "b", 2n);
    }
    expect(() => g.runSync()).toThrow("use run()");
    await g.run();
    expect(g.get("add", "r")).toBe(42n);
    expect(g.get("illegal", "error")).toBe("illegal: SIGILL");
    expect(String(g.get("hang", "error"))).toMatch(/^timeout: /);
    const again = openGraph(g.save(), { payloads: [nativePayload(host)] });
    again.set("add", "a", 1n);
    again.set("add", "b", 1n);
    await again.run();
    expect(again.get("add", "error")).toMatch(/^denied: /);
  });

  it("make one round trip for all nodes of a wave, in their order, whatever becomes of some", async () => {
    let trips = 0;
    const counting = {
      load: host.load.bind(host),
      calls: (...given: Parameters<NativeHost["calls"]>) => {
        trips++;
        return host.calls(...given);
      },
    } as NativeHost;
    const g = createGraph({ payloads: [nativePayload(counting)] });
    const code = (bytes: number[]) => ({ kind: "native-x64", bytes: Uint8Array.from(bytes), timeout: 300 }) as const;
    const add = code([0x48, 0x8d, 0x04, 0x37, 0xc3]);
    const ports = { in: { a: "u64", b: "u64" }, out: { r: "u64" }, refractory: 1 } as const;
    const wrong = new Map([
      [3, code([0x0f, 0x0b])],
      [40, code([0xeb, 0xfe])],
    ]);
    for (let i = 0; i < 100; i++) {
      const priority = i === 7 ? 1 : 0;
      g.exec(`n${i}`, { code: wrong.get(i) ?? add, ...ports, priority });
      g.set(`n${i}`, "a", BigInt(i));
      g.set(`n${i}`, "b", 1n);
    }
    // A second wave of one node, behind the first.
    g.exec("next", { code: add, ...ports });
    g.connect("n0.r", "next.a");
    g.connect("n1.r", "next.b");
    const { steps, traps } = await g.run();
    expect([trips, steps, traps, g.get("next", "r")]).toEqual([2, 2, 2, 3n]);
    const log = g.log().slice(0, 100);
    expect(log.map(({ node }) => node)).toEqual([
      7,
      ...Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== 7),
    ]);
    const kinds = new Map([
      [3, "illegal"],
      [40, "timeout"],
    ]);
    expect(log.map(({ trap }) => trap?.kind)).toEqual(log.map(({ node }) => kinds.get(node)));
    expect(log.every(({ node, trap, outputs }) => trap !== undefined || outputs[0]?.value === BigInt(node + 1))).toBe(
      true,
    );
  });
});
