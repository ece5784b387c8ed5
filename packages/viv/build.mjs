// Turns the command line's sources into one file, dist/viv.js, that Node runs without installing anything.
import { chmodSync } from "node:fs";
import { build } from "esbuild";

const outfile = new URL("dist/viv.js", import.meta.url).pathname;
await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: [
    { in: "src/main.node.ts", out: "viv" },
    // Processes of their own, found beside the main file.
    { in: "../vivarium/src/native/child.node.ts", out: "child.node" },
    { in: "../vivarium/src/native/mir-child.node.ts", out: "mir-child.node" },
  ],
  outdir: "dist",
  // Native code is found where it is installed.
  external: ["koffi", "lmdb"],
  bundle: true,
  platform: "node",
  // The package's modules one by one, not what is joined for Node: this is one file already.
  conditions: ["development"],
  target: "node20.20",
  format: "esm",
  minifySyntax: true,
  legalComments: "none",
  banner: {
    // Dependencies written as CommonJS ask for `require`.
    js: '#!/usr/bin/env node\nimport { createRequire as createRequire_ } from "node:module";\nconst require = createRequire_(import.meta.url);',
  },
});
chmodSync(outfile, 0o755);
