/** The public suites of standalone scripts, and what of them is counted: names and hashes stand in `pinned.json`. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A folder of scripts in a public repository. */
export interface Suite {
  /** Folder of the checkout below `VIV_PYTHON_SUITES`. */
  readonly checkout: string;
  readonly folder: string;
}

export const SUITES: Readonly<Record<string, Suite>> = {
  micropython: { checkout: "micropython", folder: "tests/basics" },
  rustpython: { checkout: "RustPython", folder: "extra_tests/snippets" },
  pocketpy: { checkout: "pocketpy", folder: "tests" },
  skulpt: { checkout: "skulpt", folder: "test/run" },
};

/** A script is counted as language when it imports nothing, as library otherwise. */
export type Kind = "language" | "library";

export interface Script {
  readonly name: string;
  readonly source: Uint8Array;
  readonly hash: string;
  readonly kind: Kind;
}

/** By suite, `name → kind and hash`, of the scripts that CPython 3.12 runs to their end. */
export type Pinned = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function folderOf(root: string, { checkout, folder }: Suite): string | undefined {
  const path = join(root, checkout, folder);
  return existsSync(path) ? path : undefined;
}

/** The scripts of a folder, in the order of their names. */
export function scriptsOf(folder: string): Script[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".py"))
    .sort()
    .map((name) => {
      const source = readFileSync(join(folder, name));
      const imports = /^[ \t]*(?:import|from)[ \t]|__import__\(/m.test(source.toString("latin1"));
      const hash = createHash("sha256").update(source).digest("hex").slice(0, 16);
      return { name, source, hash, kind: imports ? "library" : "language" };
    });
}

/** The hash of a whole list: one line in the repository tells whether two runs counted the same scripts. */
export function listHash(list: Readonly<Record<string, string>>): string {
  const lines = Object.entries(list).map(([name, entry]) => `${name} ${entry}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** Largest virtual file, and most files, that a script's folder offers it as modules. */
const MOST_FILES = 500;

/** The modules next to a script, as virtual files. */
export function neighbours(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (path: string, prefix: string, depth: number): void => {
    for (const name of readdirSync(path)) {
      if (Object.keys(files).length >= MOST_FILES) return;
      const full = join(path, name);
      if (statSync(full).isDirectory()) {
        if (depth < 4) walk(full, `${prefix}${name}/`, depth + 1);
      } else if (name.endsWith(".py")) files[prefix + name] = readFileSync(full, "utf8");
    }
  };
  walk(folder, "", 0);
  return files;
}
