/** Pins the public exports of every entry of the packages: a change to them is seen in review. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const packageFolder = join(import.meta.dirname, "../../packages/vivarium");
const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
  exports: Record<string, { default: string }>;
};

describe("the public exports of vivarium", () => {
  for (const [entry, target] of Object.entries(manifest.exports)) {
    it(`${entry} exports what the snapshot says`, async () => {
      const module = (await import(join(packageFolder, target.default))) as Record<string, unknown>;
      const names = Object.keys(module)
        .sort()
        .map((name) => `${name}: ${typeof module[name]}`);
      expect(names).toMatchSnapshot();
    });
  }
});
