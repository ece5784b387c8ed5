/** Runs measurements, each in a Node process of its own. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { execPath } from "node:process";
import { build } from "esbuild";
import { CACHE, output, ROOT } from "./measure.js";

const FOLDER = "import.meta.dirname";
const bundled = new Map<string, Promise<string>>();

/**
 * A TypeScript file of this folder as one file of JavaScript, packages left out: a loader that compiled it in the process
 * that is measured would have a thread and a heap of its own there.
 */
function bundle(file: string): Promise<string> {
  let made = bundled.get(file);
  if (made === undefined) {
    const outfile = join(CACHE, `${file.replaceAll("/", "-").replace(/\.ts$/, "")}.mjs`);
    made = build({
      entryPoints: [join(import.meta.dirname, file)],
      outfile,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "error",
      plugins: [
        {
          name: "folders",
          setup: ({ onLoad }) => {
            // Sources find their data beside themselves.
            onLoad({ filter: /\.ts$/, namespace: "file" }, ({ path }) => ({
              contents: readFileSync(path, "utf8").replaceAll(FOLDER, JSON.stringify(dirname(path))),
              loader: "ts",
            }));
          },
        },
      ],
    }).then(() => outfile);
    bundled.set(file, made);
  }
  return made;
}

/**
 * Runs a TypeScript file of this folder in a Node process of its own and gives back the JSON value that is the last line
 * it printed: engines print warnings of their own.
 *
 * @param file path inside `bench/`
 * @param node options for Node itself
 */
export async function child<T>(file: string, args: readonly string[], node: readonly string[] = []): Promise<T> {
  const command = [...node, relative(ROOT, await bundle(file)), ...args];
  const lines = (await output(execPath, command)).trimEnd().split("\n");
  return JSON.parse(lines[lines.length - 1] as string) as T;
}
