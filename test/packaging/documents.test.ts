/** Holds the documents to the repository: commands that exist, links that lead somewhere. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

function markdown(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules" || entry.name === "dist") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdown(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const scripts = new Set(
  Object.keys((JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object }).scripts),
);

describe("documents", () => {
  it.each(markdown(root).map((path) => [relative(root, path), path]))("%s names only what exists", (_name, path) => {
    const text = readFileSync(path, "utf8");
    const commands = [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1] as string);
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] as string)
      .filter((link) => !/^[a-z]+:/.test(link));
    expect(commands.filter((name) => !scripts.has(name))).toEqual([]);
    expect(links.filter((link) => !existsSync(join(dirname(path), link)))).toEqual([]);
  });
});
