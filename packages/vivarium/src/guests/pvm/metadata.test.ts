import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeInfo, decodeWrapped, encodeInfo, encodeWrapped } from "./metadata.js";

const text = fc.string({ unit: "binary", maxLength: 200, size: "max" });
const anyInfo = fc.record({ name: text, version: text, license: text, authors: fc.array(text, { maxLength: 5 }) });

describe("metadata in front of a program", () => {
  test("decoding gives back what was encoded", () => {
    fc.assert(
      fc.property(anyInfo, fc.uint8Array({ maxLength: 40 }), (info, payload) => {
        const wrapped = decodeWrapped(encodeWrapped(info, payload), 100);
        expect(wrapped.info).toEqual(info);
        expect([...wrapped.payload]).toEqual([...payload]);
        expect(wrapped.payloadOffset).toBe(100 + wrapped.payload.byteOffset);
        expect([...wrapped.metadata]).toEqual([...encodeInfo(info)]);
      }),
    );
  });

  test("is the byte 0 and strings with their lengths", () => {
    const bytes = [0, 1, 0x6e, 2, 0x31, 0x32, 0, 2, 1, 0x61, 1, 0x62];
    expect([...encodeInfo({ name: "n", version: "12", license: "", authors: ["a", "b"] })]).toEqual(bytes);
    expect([...encodeWrapped(Uint8Array.from(bytes), Uint8Array.of(7))]).toEqual([bytes.length, ...bytes, 7]);
  });

  test("may go on behind the conventional part, which readers ignore", () => {
    const info = { name: "n", version: "1", license: "MIT", authors: [] };
    expect(decodeInfo(Uint8Array.of(...encodeInfo(info), 1, 2, 3))).toEqual(info);
  });

  test.each([
    ["nothing", []],
    ["another kind", [1, 0, 0, 0, 0]],
    ["a string cut off", [0, 5, 0x61]],
    ["no UTF-8", [0, 1, 0xff, 0, 0, 0]],
    ["more authors than bytes", [0, 0, 0, 0, 0xf0, 0, 0, 0, 0x40]],
  ])("%s is kept as bytes and is no error", (_name, bytes) => {
    const wrapped = decodeWrapped(encodeWrapped(Uint8Array.from(bytes), Uint8Array.of(9)));
    expect(wrapped.info).toBeUndefined();
    expect([...wrapped.metadata]).toEqual(bytes);
    expect([...wrapped.payload]).toEqual([9]);
  });

  test("text that has no UTF-8 encoding is refused", () => {
    expect(() => encodeInfo({ name: "\ud800", version: "", license: "", authors: [] })).toThrow(
      expect.objectContaining({ code: "PVM_METADATA_TEXT" }),
    );
  });

  test("metadata that is longer than the input is refused", () => {
    expect(() => decodeWrapped(Uint8Array.of(3, 1, 2), 50)).toThrow(
      expect.objectContaining({ name: "LoadError", code: "PVM_TRUNCATED", offset: 50 }),
    );
  });
});
