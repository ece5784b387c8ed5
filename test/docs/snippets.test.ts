/** Runs every TypeScript snippet of the documents, and compares what it prints with its `// prints:` comments. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { describe, expect, it, vi } from "vitest";

const root = join(import.meta.dirname, "../..");
const cache = join(root, "node_modules/.cache/snippets");

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const snippets = documents.flatMap((name) => {
  const text = readFileSync(join(root, name), "utf8");
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match, i) => ({
    name: `${name}, snippet ${i + 1}`,
    code: match[1] as string,
    file: `${name.replaceAll(/[/.]/g, "-")}-${i + 1}.mjs`,
  }));
});

describe("snippets of the documents", () => {
  it.each(snippets)("$name runs and prints what it says", async ({ code, file }) => {
    mkdirSync(cache, { recursive: true });
    const { code: plain } = await transform(code, { loader: "ts", format: "esm", target: "node20" });
    writeFileSync(join(cache, file), plain);
    const printed: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
      printed.push(values.map(String).join(" "));
    });
    try {
      await import(/* @vite-ignore */ pathToFileURL(join(cache, file)).href);
    } finally {
      log.mockRestore();
    }
    expect(printed).toEqual([...code.matchAll(/\/\/ prints: (.*)/g)].map((match) => match[1]));
  });
});

/** Blocks marked `typescript` are excerpts of the file that the paragraph before them names. */
const excerpts = documents.flatMap((name) => {
  const text = readFileSync(join(root, name), "utf8");
  return [...text.matchAll(/`([\w./-]+\.ts)`\):\n\n```typescript\n([\s\S]*?)```/g)].map((match) => ({
    name,
    file: match[1] as string,
    code: match[2] as string,
  }));
});

describe("excerpts in the documents", () => {
  it("all name their file", () => {
    const blocks = documents.map((name) => readFileSync(join(root, name), "utf8").split("```typescript").length - 1);
    expect(excerpts.length).toBe(blocks.reduce((sum, n) => sum + n, 0));
  });

  it.each(excerpts)("$name quotes $file as it is", ({ file, code }) => {
    const source = readFileSync(join(root, file), "utf8");
    for (const line of code.trim().split("\n")) expect(source).toContain(line.trim());
  });
});
