// Joins the Python guest's modules into a few files for Node, which spends most of a start on finding and reading files.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const folder = new URL(".", import.meta.url).pathname;
rmSync(`${folder}dist/bundled`, { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  absWorkingDir: folder,
  entryPoints: [
    { in: "dist/python.node.js", out: "python" },
    { in: "dist/python-core.js", out: "python-core" },
    { in: "dist/python-modules.js", out: "python-modules" },
  ],
  outdir: "dist/bundled",
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20.20",
  format: "esm",
  minify: true,
  keepNames: false,
  legalComments: "none",
  plugins: [
    {
      name: "shared-errors",
      setup(it) {
        // The error classes are those of the package's other entries.
        it.onResolve({ filter: /machine\/errors\.js$/ }, () => ({ path: "../machine/errors.js", external: true }));
      },
    },
  ],
});

// What the library, which is required later, shares with the interpreter: see `__vivariumShared`.
function reached(output, found = new Set()) {
  for (const { path, kind, external } of metafile.outputs[output].imports) {
    if (external || kind !== "import-statement" || found.has(path)) continue;
    reached(path, found.add(path));
  }
  return found;
}
const main = "dist/bundled/python.js";
const library = reached("dist/bundled/python-modules.js");
const shared = [...reached(main)].filter((path) => library.has(path)).map((path) => `./${path.split("/").pop()}`);
const imports = shared.map((file, i) => `import*as $shared${i} from"${file}";`).join("");
const entries = shared.map((file, i) => `"${file}":$shared${i}`).join(",");
writeFileSync(
  `${folder}${main}`,
  `${imports}const __vivariumShared={${entries}};${readFileSync(`${folder}${main}`, "utf8")}`,
);
