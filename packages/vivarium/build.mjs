// Joins the Python guest's modules into a few files for Node, which spends most of a start on finding and reading files.
import { rmSync } from "node:fs";
import { build } from "esbuild";

const folder = new URL(".", import.meta.url).pathname;
rmSync(`${folder}dist/bundled`, { recursive: true, force: true });
await build({
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
