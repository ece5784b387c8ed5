import { describe, expect, it } from "vitest";
import { argumentBytes, count, duration, size, smallCount, ValueError } from "./values.js";

describe("counts", () => {
  it.each([
    ["0", 0n],
    ["0x1f", 31n],
    ["1_000_000", 1_000_000n],
    ["10M", 10_000_000n],
    ["18446744073709551615", 2n ** 64n - 1n],
  ])("reads %s", (text, value) => expect(count(text)).toBe(value));

  it.each(["", "-1", "1.5", "1__0", "0x", "ten", "18446744073709551616", "99999999999G", "1".repeat(5000)])(
    "refuses %s",
    (text) => expect(() => count(text)).toThrow(ValueError),
  );

  it("refuses a small count above 31 bits", () => {
    expect(smallCount("2147483647")).toBe(0x7fffffff);
    expect(() => smallCount("2147483648")).toThrow(ValueError);
  });
});

describe("durations", () => {
  it.each([
    ["250ms", 250],
    ["1.5s", 1500],
    ["2m", 120_000],
    ["3", 3000],
  ])("reads %s as milliseconds", (text, value) => expect(duration(text)).toBe(value));
  it.each(["", "-1s", "1h", "1e9s", "999999999s"])("refuses %s", (text) =>
    expect(() => duration(text)).toThrow(ValueError),
  );
});

describe("sizes", () => {
  it.each([
    ["4096", 4096],
    ["64KiB", 65536],
    ["16M", 16 << 20],
    ["4GiB", 2 ** 32],
  ])("reads %s as bytes", (text, value) => expect(size(text)).toBe(value));
  it.each(["", "5GiB", "1.5M", "-1", "64kib"])("refuses %s", (text) => expect(() => size(text)).toThrow(ValueError));
});

describe("argument bytes", () => {
  it.each([
    ["hex:00ff10", [0, 255, 16]],
    ["hex:0x_00_ff", [0, 255]],
    ["utf8:aé", [0x61, 0xc3, 0xa9]],
    ["utf8:a+b", [0x61, 0x2b, 0x62]],
    ["u8:1,255", [1, 255]],
    ["u16:1,-2", [1, 0, 0xfe, 0xff]],
    ["u32:4000", [0xa0, 0x0f, 0, 0]],
    ["u64:-1", [255, 255, 255, 255, 255, 255, 255, 255]],
    ["f32:1,-2.5", [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]],
    ["f64:inf", [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
    ["u8:7+utf8:x+hex:", [7, 0x78]],
  ])("reads %s", (text, bytes) => expect([...argumentBytes(text)]).toEqual(bytes));
  it.each(["", "abc", "hex:0", "hex:zz", "u8:256", "u8:-129", "u16:", "u32:1,,2", "f32:", "f32:1,x", "f16:1"])(
    "refuses %s",
    (text) => expect(() => argumentBytes(text)).toThrow(ValueError),
  );
});
