import { describe, expect, it } from "vitest";
import { readManifest, underManifest } from "./manifest.js";

describe("a manifest", () => {
  it("grants what it names and nothing else", () => {
    const manifest = readManifest({ gas: "9007199254740993", memory: 65536, depth: 10, grant: ["log", "log"] });
    expect(manifest).toEqual({ gas: 9007199254740993n, memory: 65536, depth: 10, grant: ["log"] });
    const options = underManifest(manifest, { log: 1, write: 2 });
    expect(options).toEqual({ gas: 9007199254740993n, memory: { max: 65536 }, depth: 10, host: { log: 1 } });
    expect(underManifest(readManifest({}), { log: 1 })).toEqual({ host: {} });
  });
  it.each([
    [null, /object/],
    [[], /object/],
    [{ gas: -1 }, /gas/],
    [{ gas: 1.5 }, /gas/],
    [{ gas: "9223372036854775808" }, /gas/],
    [{ memory: 2 ** 33 }, /memory/],
    [{ timeout: "1" }, /timeout/],
    [{ grant: "log" }, /grant/],
    [{ files: true }, /unknown field "files"/],
  ])("refuses %j", (value, message) => {
    expect(() => readManifest(value)).toThrow(message);
  });
  it("refuses to grant what is not there, by any name", () => {
    for (const name of ["read", "constructor", "__proto__"]) {
      expect(() => underManifest(readManifest({ grant: [name] }), { log: 1 })).toThrow(/no host function/);
    }
  });
});
