import { describe, expect, it } from "vitest";
import { MemoryBudget } from "./memory.js";
import { SparseMemory } from "./sparse-memory.js";

describe("a memory budget", () => {
  it("bounds the sum of what several memories map", () => {
    const budget = new MemoryBudget(4 * 4096);
    const a = new SparseMemory(1 << 20);
    const b = new SparseMemory(1 << 20);
    a.map(0x10000, 2 * 4096, "write");
    a.share(budget);
    b.share(budget);
    expect(budget.used).toBe(2 * 4096);
    expect(b.map(0x10000, 3 * 4096, "read")).toBe(false);
    expect(b.mappedBytes).toBe(0);
    expect(b.map(0x10000, 2 * 4096, "read")).toBe(true);
    // Another right for pages that are mapped already costs nothing.
    expect(b.map(0x10000, 2 * 4096, "write")).toBe(true);
    expect(a.map(0x20000, 4096, "write")).toBe(false);
    b.unmap(0x10000, 4096);
    expect(a.map(0x20000, 4096, "write")).toBe(true);
    expect(budget.used).toBe(4 * 4096);
  });

  it("is given back by a memory that leaves it", () => {
    const budget = new MemoryBudget(4096);
    const a = new SparseMemory(1 << 20);
    a.share(budget);
    a.map(0, 4096, "write");
    a.share(undefined);
    expect(budget.used).toBe(0);
    expect(a.map(4096, 4096, "write")).toBe(true);
    expect(budget.used).toBe(0);
  });
});
