/** `npm run test:nodes`: the core's tests on newer versions of Node, which npm installs into `test/nodes`. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { argv, exit, stdout } from "node:process";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = join(ROOT, "test/nodes");
/** Path filters for vitest; others can be given as arguments. */
const CORE = ["packages/vivarium/src", "test/kit", "test/fuzz"];

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: ROOT, stdio: "inherit" }).status === 0;
}

const binaries = ["node24", "node26"].map((name) => join(FOLDER, "node_modules", name, "bin/node"));
if (!binaries.every((file) => existsSync(file))) {
  if (!run("npm", ["ci", "--prefix", FOLDER, "--no-audit", "--no-fund", "--loglevel=error"])) exit(1);
}
const filters = argv.length > 2 ? argv.slice(2) : CORE;
let failed = 0;
for (const node of binaries) {
  run(node, ["--version"]);
  if (!run(node, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--reporter=dot", ...filters])) failed++;
}
stdout.write(failed === 0 ? "all versions passed\n" : `${failed} of ${binaries.length} versions failed\n`);
exit(failed === 0 ? 0 : 1);
