/** Turns the generators in `scripts/docs/` into documents; with `--check` it fails when a document differs. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";

/** A generated file: where it stands, from the root of the repository, and its whole text. */
export interface GeneratedDocument {
  readonly path: string;
  readonly text: string;
}

/** What each `scripts/docs/*.docs.ts` exports as default. Same input, same text: no dates, no machine names. */
export type DocumentGenerator = () => GeneratedDocument[] | Promise<GeneratedDocument[]>;

const root = join(import.meta.dirname, "..");
const folder = join(import.meta.dirname, "docs");
const check = argv.includes("--check");

let different = 0;
const written = new Set<string>();
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith(".docs.ts")) continue;
  const { default: generate } = (await import(join(folder, file))) as { default: DocumentGenerator };
  for (const { path, text } of await generate()) {
    if (written.has(path)) throw new Error(`${path} is generated twice, the second time by scripts/docs/${file}`);
    written.add(path);
    const target = join(root, path);
    const current = existsSync(target) ? readFileSync(target, "utf8") : undefined;
    if (current === text) continue;
    different++;
    if (check) {
      stderr.write(
        `${path}: ${current === undefined ? "is missing" : "differs from what is generated"}; run npm run docs\n`,
      );
    } else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      stdout.write(`${path}: written\n`);
    }
  }
}
if (!check || different === 0) stdout.write(`${written.size} generated documents are up to date\n`);
exit(check && different > 0 ? 1 : 0);
