/** Compiled code is what has been accepted, and its text is WebAssembly that other tools read the same way. */
import { expect, it } from "vitest";
import wabt from "wabt";
import { wasmText } from "../../packages/vivarium/src/wasm/text.js";
import { differences, textOf } from "./compare.js";
import { goldenPrograms } from "./programs.js";

it("compiles to the accepted text (npm run golden -- --accept takes another)", () => {
  expect(differences()).toEqual([]);
});

it("prints text that wabt assembles to the same code", async () => {
  const { parseWat } = await wabt();
  const bare = (text: string): string => text.replaceAll(/^ *;; .*\n/gm, "");
  for (const program of goldenPrograms()) {
    const text = textOf(program);
    const module = parseWat(program.name, text, { tail_call: true });
    const { buffer } = module.toBinary({});
    module.destroy();
    expect(wasmText(buffer), program.name).toBe(bare(text));
    expect(WebAssembly.validate(buffer as BufferSource), program.name).toBe(true);
  }
});
