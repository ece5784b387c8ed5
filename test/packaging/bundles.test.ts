/** Looks into bundles: an application holds the guests that it imports, and the Python modules that it names. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { LibraryModule } from "../../packages/vivarium/src/guests/python/modules/library.js";
import { standardLibrary } from "../../packages/vivarium/src/guests/python/modules/standard.js";
import { APPLICATIONS, filesIn, MODULES, PYTHON, pythonWith } from "../../scripts/bundles.js";

const GUEST = /^guests\/(\w+)\//;
const guestsIn = (files: readonly string[]): string[] => [
  ...new Set(files.flatMap((file) => GUEST.exec(file)?.[1] ?? [])),
];
const title = (imports: readonly string[]): string => imports.map((line) => line.replace(/^import /, "")).join(" and ");

describe("an application", () => {
  it.each(APPLICATIONS.map((application) => [title(application.imports), application] as const))(
    "with %s holds these guests and no other",
    async (_title, application) => {
      const files = await filesIn(application);
      expect(guestsIn(files).sort()).toEqual([...application.guests].sort());
    },
  );

  it("without Python holds no file of it, whatever else it imports", async () => {
    const files = await filesIn({
      imports: [
        'import { pvm } from "vivarium/pvm"',
        'import { jam } from "vivarium/jam"',
        'import { mir } from "vivarium/mir"',
        'import { a64 } from "vivarium/a64"',
        'import { lmnt } from "vivarium/lmnt/formula"',
        'import { lmntPayload } from "vivarium/graph/lmnt"',
        'import { createGraph } from "vivarium/graph"',
      ],
      guests: [],
    });
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => file.includes("python"))).toEqual([]);
  });

  it("with the tools of LMNT holds no tier", async () => {
    const files = await filesIn({ imports: ['import { assemble } from "vivarium/lmnt/tools"'], guests: ["lmnt"] });
    expect(files.filter((file) => file.startsWith("tiers/"))).toEqual([]);
  });
});

const FOLDER = join(import.meta.dirname, "../../packages/vivarium/src/guests/python/modules");
/** Files of modules that are native, by name. */
const NATIVE: Readonly<Record<string, string>> = { math: "math-module.ts", time: "time.ts", _random: "twister.ts" };

/** The file that has a module's code. */
const sources = new Map<string, string>();
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".py.ts"))) {
  const module = (await import(pathToFileURL(join(FOLDER, file)).href)) as { default: string };
  sources.set(module.default, file);
}
const fileOf = ({ name, source }: LibraryModule): string | undefined =>
  source === undefined ? NATIVE[name] : sources.get(source);

/** A module and all that it needs. */
function closure(module: LibraryModule, found = new Set<LibraryModule>()): ReadonlySet<LibraryModule> {
  if (!found.has(module)) {
    found.add(module);
    for (const one of module.needs ?? []) closure(one, found);
  }
  return found;
}
const filesOf = (modules: Iterable<LibraryModule>): string[] => [...modules].flatMap((one) => fileOf(one) ?? []);
const inFolder = (files: readonly string[]): string[] =>
  files.flatMap((file) => /^guests\/python\/modules\/(.*)/.exec(file)?.[1] ?? []);

describe("an application with the core of Python", async () => {
  const core = inFolder(await filesIn(PYTHON));
  const library = new Set(standardLibrary.flatMap((module) => filesOf(closure(module))));

  it("alone holds no module that can be left out", () => {
    expect(library.size).toBeGreaterThan(20);
    const held = core.filter((file) => library.has(file)).sort();
    // What the language itself is written in.
    expect(held).toEqual(["abc.py.ts", "copyreg.py.ts"]);
  });

  it.each(MODULES)("and %s holds this module, what it imports, and no other", async (name) => {
    const module = standardLibrary.find((one) => one.name === name) as LibraryModule;
    const held = inFolder(await filesIn(pythonWith(name))).filter((file) => library.has(file));
    const expected = new Set([...core.filter((file) => library.has(file)), ...filesOf(closure(module))]);
    expect(held.sort()).toEqual([...expected].sort());
  });

  it("and math holds no json", async () => {
    const files = await filesIn(pythonWith("math"));
    expect(files).toContain("guests/python/modules/math-module.ts");
    expect(files.filter((file) => /json|random|dataclasses|enum|collections/.test(file))).toEqual([]);
  });
});
