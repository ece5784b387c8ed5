/** What an application pays for Python: nothing unless it imports it, and for the library what it names. */

import { execFileSync } from "node:child_process";
import { execPath } from "node:process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

/** An application in a bundle, as a bundler for browsers makes it. */
async function bundle(source: string): Promise<{ text: string; gzip: number }> {
  const made = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const [file] = made.outputFiles;
  return { text: file!.text, gzip: gzipSync(file!.contents, { level: 9 }).length };
}

const python = (modules: string): string => `
import { python } from "vivarium/python/core";
import { ${modules} } from "vivarium/python/modules";
globalThis.py = python.create({ library: [${modules}] });`;

/** A line of each part's own text. */
const MARKS = {
  language: "maximum recursion depth exceeded",
  json: "JSONDecodeError",
  dataclasses: "cannot have a default factory",
  random: "getrandbits",
  math: "math domain error",
};
const parts = (text: string): string[] =>
  Object.entries(MARKS).flatMap(([name, mark]) => (text.includes(mark) ? name : []));

describe("a bundle", () => {
  it("of an application without Python contains none of it", async () => {
    const { text } = await bundle('export { LoadError } from "vivarium"; export { lmnt } from "vivarium/lmnt";');
    expect(parts(text)).toEqual([]);
    expect(text).not.toContain("__subclasscheck__");
  });

  it("of the language alone takes at most 160 KB compressed, and contains no module of the library", async () => {
    const { text, gzip } = await bundle(
      'import { python } from "vivarium/python/core"; globalThis.py = python.create();',
    );
    expect(parts(text)).toEqual(["language"]);
    expect(gzip).toBeLessThan(160_000);
  });

  it("contains the modules that it names, and what these import", async () => {
    const { text: one } = await bundle(python("json"));
    expect(parts(one)).toEqual(["language", "json"]);
    const { text: two } = await bundle(python("random"));
    expect(parts(two)).toEqual(["language", "random", "math"]);
  });

  it("of vivarium/python contains the whole library", async () => {
    const { text } = await bundle('import { python } from "vivarium/python"; globalThis.py = python.create();');
    expect(parts(text)).toEqual(Object.keys(MARKS));
  });
});

describe("in Node", () => {
  const program = `
    import { python } from "vivarium/python";
    console.log(python.create().eval("__import__('math').floor(2.5)"));`;
  it.each([[], ["--import", "tsx"]])("the library meets the interpreter, with options %j", (...options) => {
    const args = [...options, "--input-type=module", "--eval", program];
    expect(execFileSync(execPath, args, { cwd: import.meta.dirname, encoding: "utf8" })).toBe("2\n");
  });
});
