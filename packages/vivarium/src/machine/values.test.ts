import { describe, expect, it } from "vitest";
import { SparseMemory } from "./sparse-memory.js";
import { readCString, readText, struct, writeText } from "./values.js";

function memory(): SparseMemory {
  const m = new SparseMemory(1 << 20);
  m.map(0x1000, 0x2000, "write");
  return m;
}

describe("values in guest memory", () => {
  it("lay structs out as C does", () => {
    const point = struct({ tag: "u8", x: "i32", big: "u64", f: "f32" });
    expect(point.offsets).toEqual({ tag: 0, x: 4, big: 8, f: 16 });
    expect(point.size).toBe(24);
    expect(struct({ tag: "u8", x: "i32" }, { packed: true })).toMatchObject({ size: 5, offsets: { tag: 0, x: 1 } });
    const m = memory();
    const value = { tag: 7, x: -5, big: 2n ** 63n, f: 1.5 };
    expect(point.write(m, 0x1ff0, value)).toBe(true);
    expect(point.read(m, 0x1ff0)).toEqual(value);
    expect(point.write(m, 0x2ff0, value)).toBe(false);
    expect(point.read(m, 0x2ff0)).toBeUndefined();
  });
  it("read and write text within bounds", () => {
    const m = memory();
    expect(writeText(m, 0x1000, "naïve", 100, { zero: true })).toBe(6);
    expect(readCString(m, 0x1000)).toBe("naïve");
    expect(readText(m, 0x1000, 3)).toBe("na\u{fffd}");
    // Cut between characters, never inside of one.
    expect(writeText(m, 0x1100, "naïve", 3)).toBe(2);
    expect(writeText(m, 0x1100, "abc", 3, { zero: true })).toBe(2);
    expect(readCString(m, 0x1100)).toBe("ab");
    expect(writeText(m, 0x2fff, "abc", 3)).toBeUndefined();
    m.write(0x2ffe, Uint8Array.of(65, 66));
    expect(readCString(m, 0x2ffe)).toBeUndefined();
    expect(readCString(m, 0x1000, 2)).toBeUndefined();
  });
});
