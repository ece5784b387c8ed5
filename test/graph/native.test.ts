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
});
