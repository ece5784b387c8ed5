import { expect, it } from "vitest";
import { JsonTextError, parseJsonText } from "./json-text.js";

it("reads what JSON.parse reads", () => {
  for (const text of [
    "0",
    "-1.5e-3",
    "null",
    '"a\\u0041\\n"',
    "[]",
    "{}",
    ' { "a" : [ 1 , { "b" : [ ] } , true ] , "" : "x" } ',
    '{"__proto__": 1}',
    '"𝄞"',
  ]) {
    expect(parseJsonText(text).value, text).toEqual(JSON.parse(text));
  }
});

it("refuses what JSON.parse refuses, and says where", () => {
  const places: Record<string, [number, number]> = {
    "": [1, 1],
    "{": [1, 2],
    '{"a"}': [1, 5],
    '{"a": x}': [1, 7],
    '{\n  "a": 01\n}': [2, 9],
    "[1,]": [1, 4],
    "[1 2]": [1, 4],
    "{a: 1}": [1, 2],
    "1 2": [1, 3],
    '"\t"': [1, 1],
    '"\\x"': [1, 1],
    nul: [1, 1],
  };
  for (const [text, [line, column]] of Object.entries(places)) {
    expect(() => JSON.parse(text), text).toThrow();
    try {
      parseJsonText(text);
      expect.unreachable(text);
    } catch (error) {
      expect(error, text).toBeInstanceOf(JsonTextError);
      expect((error as JsonTextError).place, text).toEqual({ line, column });
    }
  }
});

it("refuses a name that stands there twice, and values too deep inside each other", () => {
  expect(() => parseJsonText('{"a": 1, "a": 2}')).toThrow(/twice/);
  expect(() => parseJsonText("[".repeat(100_000))).toThrow(/inside each other/);
});

it("knows where every value stands", () => {
  const { placeOf } = parseJsonText('{\n  "gas": 5,\n  "grant": ["log",\n    "gas"]\n}');
  expect([placeOf(""), placeOf("gas"), placeOf("grant"), placeOf("grant/1")]).toEqual([
    { line: 1, column: 1 },
    { line: 2, column: 10 },
    { line: 3, column: 12 },
    { line: 4, column: 5 },
  ]);
});
