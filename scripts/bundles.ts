/** What applications import, bundled as a bundler for browsers does it: which files the bundle holds, and its bytes. */

import { dirname, join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build, type OutputFile } from "esbuild";
import { standardLibrary } from "../packages/vivarium/src/guests/python/modules/standard.js";

const SOURCES = join(import.meta.dirname, "../packages/vivarium/src");

/** An application that does nothing but import. */
export interface Application {
  /** The imports, as they are written. */
  readonly imports: readonly string[];
  /** Folders of `guests/` whose code it may hold. */
  readonly guests: readonly string[];
}

/** Typical applications, without those of single Python modules. */
// biome-ignore format: a table
export const APPLICATIONS: readonly Application[] = [
  { imports: ['import { LoadError } from "vivarium"'], guests: [] },
  { imports: ['import { pvm } from "vivarium/pvm"'], guests: ["pvm"] },
  { imports: ['import { jam } from "vivarium/jam"'], guests: ["pvm"] },
  { imports: ['import { mir } from "vivarium/mir"'], guests: ["mir"] },
  { imports: ['import { a64 } from "vivarium/a64"'], guests: ["a64"] },
  { imports: ['import { lmnt } from "vivarium/lmnt"'], guests: ["lmnt"] },
  { imports: ['import { createLmnt, interpreter } from "vivarium/lmnt"'], guests: ["lmnt"] },
  { imports: ['import { lmnt } from "vivarium/lmnt/formula"'], guests: ["lmnt"] },
  { imports: ['import { assemble } from "vivarium/lmnt/tools"'], guests: ["lmnt"] },
  { imports: ['import { python } from "vivarium/python/core"'], guests: ["python"] },
  { imports: ['import { python } from "vivarium/python"'], guests: ["python"] },
  { imports: ['import { createGraph } from "vivarium/graph"'], guests: [] },
  { imports: ['import { createGraph } from "vivarium/graph"', 'import { a64Payload } from "vivarium/graph/a64"'], guests: ["a64"] },
  { imports: ['import { createGraph } from "vivarium/graph"', 'import { pvmPayload } from "vivarium/graph/pvm"'], guests: ["pvm"] },
  { imports: ['import { createGraph } from "vivarium/graph"', 'import { mirPayload } from "vivarium/graph/mir"'], guests: ["mir"] },
  { imports: ['import { createGraph } from "vivarium/graph"', 'import { lmntPayload } from "vivarium/graph/lmnt"'], guests: ["lmnt"] },
  { imports: ['import { createGraph } from "vivarium/graph"', 'import { pythonPayload } from "vivarium/graph/python"'], guests: ["python"] },
  { imports: ['import { pvm } from "vivarium/pvm"', 'import { mir } from "vivarium/mir"', 'import { a64 } from "vivarium/a64"', 'import { lmnt } from "vivarium/lmnt"'], guests: ["pvm", "mir", "a64", "lmnt"] },
];

/** Names under which `vivarium/python/modules` exports the modules of the library. */
const EXPORTED: Readonly<Record<string, string>> = { enum: "enumeration" };

/** The core of Python without its library. */
export const PYTHON: Application = { imports: ['import { python } from "vivarium/python/core"'], guests: ["python"] };

/** The core of Python with one module of its library. */
export function pythonWith(name: string): Application {
  return { ...PYTHON, imports: [...PYTHON.imports, ...pythonModule(name).imports] };
}
export function pythonModule(name: string): Application {
  return { ...PYTHON, imports: [`import { ${EXPORTED[name] ?? name} } from "vivarium/python/modules"`] };
}

/** The modules that guests import by one name. */
export const MODULES: readonly string[] = standardLibrary.map(({ name }) => name).filter((name) => !name.includes("."));

export interface Size {
  readonly minified: number;
  /** By brotli, as servers send it. */
  readonly compressed: number;
  /** Compressed bytes of chunks that are loaded when they are first needed; 0 without any. */
  readonly later: number;
}

/** The entry of a subpath of the package. */
function entry(subpath: string): string {
  const payload = /^graph\/(\w+)$/.exec(subpath)?.[1];
  if (payload !== undefined) return `graph/payloads/${payload}.ts`;
  return subpath === "" ? "index.ts" : `${subpath.replaceAll("/", "-")}.ts`;
}

/** What is made of an application. */
interface Way {
  readonly minify: boolean;
  /** Whether what is imported at run time is left outside; else it is bundled too, in files of its own. */
  readonly atOnce: boolean;
  /** Files, from `packages/vivarium/src`, that are left outside. */
  readonly without?: ReadonlySet<string>;
}

/** Bundles an application from the sources. */
function bundle({ imports }: Application, { minify, atOnce, without }: Way) {
  const names = imports.flatMap((line) => (/\{(.*)\}/.exec(line)?.[1] ?? "").split(",").map((name) => name.trim()));
  return build({
    stdin: {
      contents: `${imports.join(";\n")};\nglobalThis.used = [${names.join(", ")}];`,
      resolveDir: SOURCES,
      sourcefile: "application.js",
    },
    absWorkingDir: SOURCES,
    bundle: true,
    minify,
    splitting: !atOnce,
    format: "esm",
    platform: "browser",
    legalComments: "none",
    metafile: true,
    write: false,
    outdir: "out",
    plugins: [
      {
        name: "package",
        setup(it) {
          it.onResolve({ filter: /^vivarium(\/|$)/ }, ({ path }) => ({
            path: join(SOURCES, entry(path.replace(/^vivarium\/?/, ""))),
            // As the package says of itself, outside of what Python puts together at its start.
            sideEffects: path.startsWith("vivarium/python"),
          }));
          it.onResolve({ filter: /^\./ }, ({ path, importer, kind }) => {
            const file = relative(SOURCES, join(dirname(importer), path)).replace(/\.js$/, ".ts");
            const outside = without?.has(file) === true || (atOnce && kind === "dynamic-import");
            return outside ? { path, external: true } : undefined;
          });
        },
      },
    ],
  });
}

/** Files whose code an application's bundle holds, at once or later, from `packages/vivarium/src`. */
export async function filesIn(application: Application): Promise<readonly string[]> {
  const { outputs } = (await bundle(application, { minify: false, atOnce: false })).metafile;
  const held = new Set<string>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) held.add(file);
  }
  held.delete("application.js");
  return [...held].sort();
}

const compressed = ({ contents }: OutputFile): number => brotliCompressSync(contents).length;

/** Bytes of an application's bundle. */
export async function sizeOf(application: Application, without?: ReadonlySet<string>): Promise<Size> {
  const { metafile, outputFiles } = await bundle(application, { minify: true, atOnce: true, without });
  const [file] = outputFiles as [OutputFile];
  const loads = Object.values(metafile.outputs).some(({ imports }) =>
    imports.some((one) => one.kind === "dynamic-import"),
  );
  return {
    minified: file.contents.length,
    compressed: compressed(file),
    later: loads ? await loadedLater(application) : 0,
  };
}

/** Compressed bytes of files that are imported at run time. */
async function loadedLater(application: Application): Promise<number> {
  const { metafile, outputFiles } = await bundle(application, { minify: true, atOnce: false });
  let bytes = 0;
  for (const [name, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined || entryPoint === "application.js") continue;
    bytes += compressed(outputFiles.find(({ path }) => path.endsWith(`/${name}`)) as OutputFile);
  }
  return bytes;
}
