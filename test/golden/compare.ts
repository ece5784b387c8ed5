/** Compares the compiled code of programs with the text that has been accepted for it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledListing } from "vivarium/kit";
import { type GoldenProgram, goldenPrograms } from "./programs.js";

export const FOLDER: string = join(import.meta.dirname, "wat");

/** A machine with data in a window of the lower half of memory, and registers that point there. */
const SIGHT = {
  windows: () => [{ slot: 0, start: 0x20000, length: 0x10000, writable: true }],
  startOf: () => 0x20000,
  register: () => 0x21000,
};

export function textOf({ code }: GoldenProgram): string {
  return [...compiledListing(code, SIGHT)].map(({ text }) => text).join("\n");
}

/** What differs from the accepted text, as one line each. */
export function differences(): string[] {
  const programs = goldenPrograms();
  const found: string[] = [];
  for (const program of programs) {
    const file = join(FOLDER, `${program.name}.wat`);
    if (!existsSync(file)) {
      found.push(`${program.name}.wat: not accepted yet`);
      continue;
    }
    const old = readFileSync(file, "utf8").split("\n");
    const now = textOf(program).split("\n");
    const at = now.findIndex((line, k) => line !== old[k]);
    if (at >= 0) found.push(`${program.name}.wat:${at + 1}: ${now[at]?.trim()}, was ${old[at]?.trim() ?? "the end"}`);
    else if (old.length > now.length)
      found.push(`${program.name}.wat:${now.length}: ends here, has ${old.length} lines`);
  }
  const names = new Set(programs.map((p) => `${p.name}.wat`));
  for (const file of existsSync(FOLDER) ? readdirSync(FOLDER) : []) {
    if (!names.has(file)) found.push(`${file}: no program has this name`);
  }
  return found;
}

/** Writes what the compiler makes now. */
export function accept(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const program of goldenPrograms()) writeFileSync(join(FOLDER, `${program.name}.wat`), textOf(program));
}
