import { describe, expect, it } from "vitest";
import { FunctionWriter, ModuleWriter } from "./module.js";
import { fromTemplate, templateOf } from "./template.js";

/** A module whose functions `f0`, `f1` … give their numbers, some of them in more bytes than a short length says. */
function numbers(count: number): Uint8Array<ArrayBuffer> {
  const m = new ModuleWriter();
  for (let k = 0; k < count; k++) {
    const w = new FunctionWriter([], ["i32"]);
    for (let n = 0; n < (k % 3) * 100; n++) w.op("nop");
    w.i32(k);
    m.export(`f${k}`, m.function(w));
  }
  return m.finish();
}

const exportsOf = (bytes: Uint8Array<ArrayBuffer>): Record<string, () => number> =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<string, () => number>;

describe("templates of modules", () => {
  it("are the module again when everything is wanted", () => {
    const module = numbers(200);
    expect(exportsOf(fromTemplate(templateOf(module), () => true)).f199?.()).toBe(199);
    expect(fromTemplate(templateOf(module), () => true).length).toBeLessThanOrEqual(module.length);
  });

  it("leave out the functions that are not wanted", () => {
    const asked: number[] = [];
    const f = exportsOf(
      fromTemplate(templateOf(numbers(9)), (fn, count) => {
        asked.push(fn);
        return fn % 2 === 0 && fn < count;
      }),
    );
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(f.f4?.()).toBe(4);
    expect(() => f.f5?.()).toThrow(WebAssembly.RuntimeError);
  });
});
