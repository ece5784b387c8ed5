import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dump } from "./dump.js";
import { parse } from "./parse.js";
import { buildSymtable, Flag, type Scope } from "./symtable.js";

/** Another interpreter than `python3`, and more files than the quick run reads. */
const python = process.env.VIV_PYTHON ?? "python3";
const limit = process.env.VIV_PYTHON_FILES ?? "40";

const version = spawnSync(python, ["-c", "import sys; print(sys.version_info[1])"], { encoding: "utf8" });
const minor = version.status === 0 ? Number(version.stdout) : 0;
const usable = minor === 11 || minor === 12;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The scopes in the form in which `testdata/tree.py` prints them. */
function shape(scope: Scope): unknown {
  const symbols = [...scope.symbols.values()].map(({ name, scope: meaning, flags }) => [
    name,
    meaning === "cell" ? "local" : meaning,
    ...[Flag.PARAM, Flag.USE, Flag.IMPORT, Flag.ANNOT, Flag.LOCAL].map((flag) => (flags & flag) !== 0),
  ]);
  symbols.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  return [scope.name, scope.lineno, scope.nested, symbols, scope.children.map(shape)];
}

/** Stands for the Unicode names: the files that need them are few, and compared elsewhere. */
const missing = new Error("needs Unicode names");
const unicodeNames = {
  lookup: (): never => {
    throw missing;
  },
};

describe("the standard library", () => {
  if (!usable) console.warn(`comparison with CPython skipped: ${python} is not Python 3.11 or 3.12`);

  it.skipIf(!usable)("gives the same trees, positions and scopes as in CPython", () => {
    const script = fileURLToPath(new URL("./testdata/tree.py", import.meta.url));
    const run = spawnSync(python, [script, limit], { encoding: "utf8", maxBuffer: 1 << 28 });
    expect(run.stderr).toBe("");
    const different: string[] = [];
    let same = 0;
    for (const line of run.stdout.trimEnd().split("\n")) {
      const [path, tree, scopes] = JSON.parse(line) as [string, string | null, string | null];
      if (tree === null) continue;
      try {
        const mod = parse(new Uint8Array(readFileSync(path)), { unicodeNames });
        const text = dump(mod, { attributes: true, bareFStrings: true, typeParams: minor > 11 });
        // CPython 3.12 inlines comprehensions, which its symbol tables show
        const sameScopes = minor > 11 || digest(JSON.stringify(shape(buildSymtable(mod).top))) === scopes;
        if (digest(text) === tree && sameScopes) same++;
        else different.push(path);
      } catch (e) {
        if (e !== missing) different.push(`${path}: ${String(e)}`);
      }
    }
    expect(different).toEqual([]);
    expect(same).toBeGreaterThan(30);
  });
});
