/**
 * Compiles the C sources of the MIR guest's C library to MIR text and writes them as a TypeScript module.
 *
 * Needs a built tree of MIR: `MIR_DIR=… npx tsx scripts/mir-libc.ts`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SOURCES = ["string", "malloc", "stdlib", "exit"];
const folder = new URL("../packages/vivarium/src/guests/mir/libc/guest/", import.meta.url).pathname;
const { MIR_DIR } = process.env;
if (MIR_DIR === undefined) throw new Error("MIR_DIR must name a built tree of MIR");

const temporary = mkdtempSync(join(tmpdir(), "mir-libc-"));
try {
  const modules = SOURCES.map((name) => {
    const out = join(temporary, `${name}.mir`);
    execFileSync(join(MIR_DIR, "c2m"), ["-S", join(folder, `${name}.c`), "-o", out]);
    const text = readFileSync(out, "utf8")
      .replace(/^M0:/, `viv.${name}:`)
      .replace(/^# .*\n/gm, "")
      .replace(/^\n/gm, "")
      // Alias names of C types mean nothing here.
      .replace(/(\)):[A-Za-z_][\w$.]*/g, "$1");
    const tag = text.includes("\\") ? "String.raw" : "";
    return `/** \`${name}.c\`. */\nexport const ${name.toUpperCase()} = ${tag}\`${text.replaceAll("`", "\\`")}\`;\n`;
  });
  const header =
    "/** The guest part of the C library as MIR text, compiled from the C files beside it by `scripts/mir-libc.ts`. */\n\n";
  writeFileSync(join(folder, "modules.gen.ts"), header + modules.join("\n"));
} finally {
  rmSync(temporary, { recursive: true });
}
