/** Machine code of the host's own processor in a graph: what goes wrong in it stays in its process. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraph, type Graph, openGraph } from "vivarium/graph";
import { createNativePayload } from "vivarium/graph/native";
import { NativeHost } from "vivarium/native";

const CODE = {
  add: [0x48, 0x8d, 0x04, 0x37, 0xc3],
  illegal: [0x0f, 0x0b],
  memory: [0x31, 0xc0, 0x48, 0x89, 0x00, 0xc3],
  arith: [0x48, 0x89, 0xf8, 0x48, 0x99, 0x31, 0xc9, 0x48, 0xf7, 0xf9, 0xc3],
  loop: [0xeb, 0xfe],
  stack: [0x50, 0xe8, 0xfa, 0xff, 0xff, 0xff, 0x58, 0xc3],
  breakpoint: [0xcc, 0xc3],
} as const;

describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("native payloads", () => {
  let host: NativeHost;
  beforeAll(async () => {
    host = await NativeHost.start({ allowNativeCode: true });
  });
  afterAll(() => host.close());

  const graph = (): Graph => createGraph({ payloads: [createNativePayload(host)] });
  const node = (g: Graph, key: string, bytes: readonly number[], kind: "native-x64" | "native-a64" = "native-x64") => {
    const code = { kind, bytes: Uint8Array.from(bytes), limits: { timeout: 2000 } } as const;
    g.exec(key, { code, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
    g.set(key, "a", 40n);
    g.set(key, "b", 2n);
  };

  it("are executed by the processor", async () => {
    const g = graph();
    node(g, "add", CODE.add);
    const { fires, traps } = await g.run();
    expect([fires, traps, g.get("add", "r")]).toEqual([1, 0, 42n]);
  });

  it("crash by themselves: every trap comes out of the error port, and the other nodes finish", async () => {
    const g = graph();
    for (const [key, bytes] of Object.entries(CODE)) node(g, key, bytes);
    g.output("failed", "any");
    g.connect("illegal.error", "failed");
    const { fires, traps } = await g.run();
    expect([fires, traps]).toEqual([7, 6]);
    expect(g.get("add", "r")).toBe(42n);
    const kinds = Object.keys(CODE).map((key) => [key, g.log({ node: key, last: 1 })[0]?.trap?.kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      add: undefined,
      illegal: "illegal",
      memory: "memory",
      arith: "arith",
      loop: "timeout",
      stack: "memory",
      breakpoint: "unreachable",
    });
    expect(g.get("failed")).not.toBeUndefined();
  }, 30_000);

  it("refuse code of another processor by its record, without trying it", async () => {
    const g = graph();
    node(g, "other", CODE.add, "native-a64");
    await g.run();
    expect(g.log({ node: "other", last: 1 })[0]?.trap?.kind).toBe("arch");
  });

  it("out of a file run only where they are trusted", async () => {
    const g = graph();
    node(g, "add", CODE.add);
    const file = g.save();
    const payloads = [createNativePayload(host)];
    const distrusted = openGraph(file, { payloads });
    await distrusted.run();
    expect(distrusted.log({ node: "add", last: 1 })[0]?.trap?.kind).toBe("denied");
    const trusted = openGraph(file, { payloads, trustNative: true });
    await trusted.run();
    expect(trusted.get("add", "r")).toBe(42n);
  });
});
