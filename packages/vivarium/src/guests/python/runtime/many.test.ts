import { describe, expect, it } from "vitest";
import { python } from "../../../python.js";

describe("10,000 scripts in one thread", () => {
  it("sleep side by side, take little memory, and go on where they stood", async () => {
    const host = { sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
    const before = process.memoryUsage().heapUsed;
    const running: Promise<unknown>[] = [];
    for (let i = 0; i < 10_000; i++) {
      const py = python.create({ host });
      py.set("n", i);
      running.push(py.evalAsync("max([n, -1], key=lambda x: sleep(5 + n % 40) or x)"));
    }
    const each = (process.memoryUsage().heapUsed - before) / running.length;
    expect(each).toBeLessThan(60_000);
    const results = await Promise.all(running);
    expect(results.every((value, i) => value === i)).toBe(true);
  }, 60_000);

  it("wait inside of each other's tasks without blocking one that computes", async () => {
    const order: string[] = [];
    const host = {
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      say: (what: string) => void order.push(what),
    };
    const busy = python.create({ host });
    const idle = python.create({ host });
    const one = busy.execAsync("for i in range(3_000_000): pass\nsay('computed')");
    const two = idle.execAsync("sleep(1)\nsay('slept')");
    await Promise.all([one, two]);
    expect(order).toEqual(["slept", "computed"]);
  }, 60_000);
});
