import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NativeCode } from "./code.js";
import { type NativeFunction, NativeHost } from "./host.node.js";

/** The same functions for both processors. */
const CODE: Record<string, Record<string, readonly number[]>> = {
  x64: {
    add: [0x48, 0x8d, 0x04, 0x37, 0xc3],
    illegal: [0x0f, 0x0b],
    breakpoint: [0xcc, 0xc3],
    nullWrite: [0x31, 0xc0, 0x48, 0x89, 0x00, 0xc3],
    divide: [0x48, 0x89, 0xf8, 0x48, 0x99, 0x48, 0xf7, 0xfe, 0xc3],
    loop: [0xeb, 0xfe],
    recurse: [0x50, 0xe8, 0xfa, 0xff, 0xff, 0xff, 0x58, 0xc3],
    // mov rax,[rip+…] reads itself; writing to the own page must fault.
    writeSelf: [0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff, 0xc6, 0x00, 0x90, 0xc3],
    addDouble: [0xf2, 0x0f, 0x58, 0xc1, 0xc3],
    // 1: dec rdi; jnz 1b; xor eax, eax; ret
    countDown: [0x48, 0xff, 0xcf, 0x75, 0xfb, 0x31, 0xc0, 0xc3],
    exit: [0xb8, 0xe7, 0, 0, 0, 0xbf, 3, 0, 0, 0, 0x0f, 0x05],
  },
  arm64: {
    add: [0x00, 0x00, 0x01, 0x8b, 0xc0, 0x03, 0x5f, 0xd6],
    illegal: [0, 0, 0, 0],
    breakpoint: [0x00, 0x00, 0x20, 0xd4],
    nullWrite: [0x02, 0x00, 0x80, 0xd2, 0x42, 0x00, 0x00, 0xf9, 0xc0, 0x03, 0x5f, 0xd6],
    loop: [0, 0, 0, 0x14],
    recurse: [0xfd, 0x7b, 0xbf, 0xa9, 0xff, 0xff, 0xff, 0x97],
    writeSelf: [0x02, 0x00, 0x00, 0x10, 0x42, 0x00, 0x00, 0xf9, 0xc0, 0x03, 0x5f, 0xd6],
    addDouble: [0x00, 0x28, 0x61, 0x1e, 0xc0, 0x03, 0x5f, 0xd6],
    // 1: subs x0, x0, #1; b.ne 1b; ret
    countDown: [0x00, 0x04, 0x00, 0xf1, 0xe1, 0xff, 0xff, 0x54, 0xc0, 0x03, 0x5f, 0xd6],
    exit: [0x60, 0x00, 0x80, 0xd2, 0xc8, 0x0b, 0x80, 0xd2, 0x01, 0x00, 0x00, 0xd4],
  },
};
/** Rounds of `countDown`. */
const COUNT = 100_000_000n;
const supported = process.platform === "linux" && Object.hasOwn(CODE, process.arch);
if (!supported) console.warn("native code: skipped, it runs on 64-bit Linux on x86-64 and AArch64");

describe.skipIf(!supported)("native code in a child process", () => {
  let host: NativeHost;
  const functions = new Map<string, NativeFunction>();
  const fn = (name: string, types: Partial<NativeCode> = {}): NativeFunction => {
    let f = functions.get(name);
    if (f === undefined) {
      const bytes = Uint8Array.from(CODE[process.arch]?.[name] ?? []);
      f = host.load({ arch: process.arch as "x64", bytes, params: ["u64", "u64"], result: "u64", ...types });
      functions.set(name, f);
    }
    return f;
  };

  beforeAll(async () => {
    host = await NativeHost.start({ allowNativeCode: true, timeout: 20_000 });
  });
  afterAll(() => host.close());

  const works = async (): Promise<void> => {
    expect(await host.call(fn("add"), [5n, 3n])).toEqual({ kind: "return", value: 8n });
  };

  it("runs on the processor, with 64-bit integers as bigints", async () => {
    await works();
    expect(await host.call(fn("add"), [0n, 0])).toEqual({ kind: "return", value: 0n });
    expect(await host.call(fn("add"), [2n ** 64n - 1n, 1n])).toEqual({ kind: "return", value: 0n });
    const double = fn("addDouble", { params: ["f64", "f64"], result: "f64" });
    expect(await host.call(double, [0.1, 0.2])).toEqual({ kind: "return", value: 0.1 + 0.2 });
  });

  it.each([
    ["illegal", "SIGILL", "illegal"],
    ["nullWrite", "SIGSEGV", "memory"],
    ["recurse", "SIGSEGV", "memory"],
    ["writeSelf", "SIGSEGV", "memory"],
    ["breakpoint", "SIGTRAP", "breakpoint"],
    ["divide", "SIGFPE", "arith"],
  ])("%s comes back as %s, and the next call works", async (name, signal, trap) => {
    if (CODE[process.arch]?.[name] === undefined) return;
    expect(await host.call(fn(name), [1n, 0n])).toEqual({ kind: "signal", signal, trap });
    await works();
  });

  it("kills what does not come back in time", async () => {
    expect(await host.call(fn("loop"), [0n, 0n], { timeout: 100 })).toEqual({ kind: "deadline", timeout: 100 });
    await works();
  });

  it("kills what the caller no longer wants", async () => {
    const abort = new AbortController();
    const call = host.call(fn("loop"), [0n, 0n], { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    expect(await call).toEqual({ kind: "aborted" });
    expect(await host.call(fn("add"), [1n, 1n], { signal: AbortSignal.abort() })).toEqual({ kind: "aborted" });
    await works();
  });

  it("survives code that ends the process", async () => {
    expect(await host.call(fn("exit"), [0n, 0n])).toEqual({ kind: "signal", signal: "exit 3", trap: "killed" });
    await works();
  });

  it("calls in batches, over more rows than travel at once", async () => {
    const rows = 100_000;
    const a = BigUint64Array.from({ length: rows }, (_, i) => BigInt(i));
    const b = new BigUint64Array(rows).fill(7n);
    const { exit, completed, values } = await host.batch(fn("add"), [a, b]);
    expect({ exit, completed }).toEqual({ exit: { kind: "return" }, completed: rows });
    expect(values?.[0]).toBe(7n);
    expect(values?.[rows - 1]).toBe(BigInt(rows + 6));
    expect(values?.every((v, i) => v === BigInt(i + 7))).toBe(true);
  });

  it.skipIf(process.arch !== "x64")("keeps the results before the call that crashed", async () => {
    const a = BigUint64Array.from({ length: 1000 }, (_, i) => BigInt(i * 10));
    const b = new BigUint64Array(1000).fill(5n);
    b[700] = 0n;
    const { exit, completed, values } = await host.batch(fn("divide"), [a, b]);
    expect(exit).toEqual({ kind: "signal", signal: "SIGFPE", trap: "arith" });
    expect(completed).toBe(700);
    expect(values?.length).toBe(700);
    expect(values?.[699]).toBe(1398n);
    await works();
  });

  it("makes calls of several functions in one go, and goes on behind one that ends the process", async () => {
    const sums = (n: number) => Array.from({ length: n }, (_, i) => ({ fn: fn("add"), args: [i, 1n] }));
    const double = fn("addDouble", { params: ["f64", "f64"], result: "f64" });
    const exits = await host.calls([
      ...sums(2),
      { fn: fn("illegal"), args: [0, 0] },
      { fn: double, args: [0.5, 1.25] },
      { fn: fn("loop"), args: [0, 0], timeout: 200 },
      { fn: fn("nullWrite"), args: [0, 0] },
      ...sums(3),
    ]);
    expect(exits).toEqual([
      { kind: "return", value: 1n },
      { kind: "return", value: 2n },
      { kind: "signal", signal: "SIGILL", trap: "illegal" },
      { kind: "return", value: 1.75 },
      { kind: "deadline", timeout: 200 },
      { kind: "signal", signal: "SIGSEGV", trap: "memory" },
      { kind: "return", value: 1n },
      { kind: "return", value: 2n },
      { kind: "return", value: 3n },
    ]);
    expect(await host.calls([])).toEqual([]);
  });

  it("gives each of several calls its own time", async () => {
    // Each counts for some 60 ms; together they take longer than one may.
    const busy = fn("countDown", { params: ["u64"], result: "u64" });
    const calls = Array.from({ length: 8 }, () => ({ fn: busy, args: [COUNT], timeout: 5000 }));
    const before = performance.now();
    await host.calls([{ fn: busy, args: [COUNT] }]);
    const one = performance.now() - before;
    const timeout = Math.max(50, Math.ceil(3 * one));
    const exits = await host.calls(calls.map((call) => ({ ...call, timeout })));
    expect(exits.map((exit) => exit.kind)).toEqual(calls.map(() => "return"));
  });

  it("stops several calls together", async () => {
    const calls = ["add", "loop", "add", "add"].map((name) => ({ fn: fn(name), args: [1, 2] }));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    const exits = await host.calls(calls, { signal: abort.signal });
    expect(exits.map((exit) => exit.kind)).toEqual(["return", "aborted", "aborted", "aborted"]);
    await works();
  });

  it("serves calls that come at the same time one after the other", async () => {
    const calls = Array.from({ length: 50 }, (_, i) => host.call(fn(i === 20 ? "illegal" : "add"), [BigInt(i), 1n]));
    const exits = await Promise.all(calls);
    expect(exits[20]?.kind).toBe("signal");
    exits.forEach((exit, i) => {
      if (i !== 20) expect(exit).toEqual({ kind: "return", value: BigInt(i + 1) });
    });
  });

  it("refuses what it cannot run, before it reaches the child", () => {
    const bytes = Uint8Array.of(0xc3);
    const params = ["u64"] as const;
    const arch = process.arch as "x64";
    const other = arch === "x64" ? "arm64" : "x64";
    const code = { arch, bytes, params, result: null };
    expect(() => host.load({ ...code, arch: other })).toThrow(expect.objectContaining({ code: "NATIVE_ARCH" }));
    expect(() => host.load({ ...code, bytes: new Uint8Array(0) })).toThrow(
      expect.objectContaining({ code: "NATIVE_SIZE" }),
    );
    expect(() => host.load({ ...code, params: ["u65" as "u64"] })).toThrow(
      expect.objectContaining({ code: "NATIVE_TYPE" }),
    );
    expect(() => host.load({ ...code, params: Array.from({ length: 7 }, () => "u64" as const) })).toThrow(
      expect.objectContaining({ code: "NATIVE_TYPE" }),
    );
    expect(() => host.call(fn("add"), [1n])).toThrow(expect.objectContaining({ code: "NATIVE_ARGUMENT" }));
    expect(() => host.call(fn("add"), [1.5, 1n])).toThrow(expect.objectContaining({ code: "NATIVE_ARGUMENT" }));
    expect(() => host.batch(fn("add"), [new BigUint64Array(2), new BigUint64Array(3)])).toThrow(
      expect.objectContaining({ code: "NATIVE_ARGUMENT" }),
    );
  });

  it("starts only where it is allowed explicitly", async () => {
    await expect(NativeHost.start({} as never)).rejects.toMatchObject({ code: "NATIVE_DENIED" });
  });

  it("is closed for good", async () => {
    const other = await NativeHost.start({ allowNativeCode: true });
    const bytes = Uint8Array.from(CODE[process.arch]?.["loop"] ?? []);
    const loop = other.load({ arch: process.arch as "x64", bytes, params: [], result: null });
    const call = other.call(loop, [], { timeout: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await other.close();
    expect(await call).toMatchObject({ kind: "signal", signal: "SIGKILL" });
    await expect(other.call(loop, [])).rejects.toMatchObject({ code: "NATIVE_CLOSED" });
  });
});
