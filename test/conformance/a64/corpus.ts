/** The C programs of the A64 conformance tests: how they are built, where their images are, what they answer. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const PROGRAMS = join(import.meta.dirname, "programs");
const CROSS = "aarch64-linux-gnu-gcc";
/** Vector code is what they are not about; the rest is what gcc does by itself. */
export const FLAGS = [
  "-ffreestanding",
  "-fno-tree-vectorize",
  "-fno-tree-slp-vectorize",
  "-fno-tree-loop-distribute-patterns",
  "-fno-math-errno",
  "-fno-stack-protector",
  "-fno-pic",
  "-fno-asynchronous-unwind-tables",
  "-mno-outline-atomics",
];
export const LEVELS = ["O0", "O2", "Os"] as const;
export type Level = (typeof LEVELS)[number];
/** What the benchmark runs: -O2 without fused multiply-add, which the host's compiler has not got either. */
export type Build = Level | "bench";
/** Every program is called with these. */
export const ARGUMENTS = [0, 1, 2, 3] as const;

const sources = (): string[] =>
  readdirSync(PROGRAMS)
    .filter((f) => f.endsWith(".c"))
    .map((f) => join(PROGRAMS, f));

/** Names of the programs: functions `u64 name(u64 n)` that are not static. */
export function programNames(): string[] {
  return sources().flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^u64 (\w+)\(u64 n\)/gm)].map((m) => m[1] as string),
  );
}

function compile(level: Build, folder: string): string[] {
  const optimise = level === "bench" ? ["-O2", "-ffp-contract=off"] : [`-${level}`];
  return sources().map((file, i) => {
    const object = join(folder, `${i}.o`);
    execFileSync(CROSS, [...optimise, ...FLAGS, "-w", "-c", file, "-o", object]);
    return object;
  });
}
function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "viv-a64-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a level's programs are, and what they answer under qemu-aarch64. */
export interface Built {
  readonly image: Uint8Array;
  readonly answers: Record<string, string[]>;
}

/** Compiles the programs of a level; links them alone, and with a driver that qemu runs. */
export function build(level: Build): Built {
  return inFolder((folder) => {
    const objects = compile(level, folder);
    const out = join(folder, "corpus.elf");
    execFileSync(CROSS, [
      ..."-nostdlib -static -Wl,-e,0 -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,--strip-debug -Wl,-T".split(" "),
      join(PROGRAMS, "corpus.ld"),
      ...objects,
      "-lgcc",
      "-o",
      out,
    ]);
    return { image: readFileSync(out), answers: answersOfQemu(objects, folder) };
  });
}

function answersOfQemu(objects: readonly string[], folder: string): Record<string, string[]> {
  const names = programNames();
  const driver = join(folder, "driver.c");
  writeFileSync(
    driver,
    [
      "#include <stdio.h>",
      ...names.map((n) => `unsigned long ${n}(unsigned long);`),
      "int main(void) {",
      ...names.flatMap((n) => ARGUMENTS.map((a) => `  printf("${n} %lx\\n", ${n}(${a}));`)),
      "}",
    ].join("\n"),
  );
  const out = join(folder, "driver");
  // The C library has memcpy and memset of its own.
  const own = objects.filter((_, i) => !(sources()[i] as string).endsWith("memory.c"));
  execFileSync(CROSS, ["-static", "-w", driver, ...own, "-o", out]);
  const answers: Record<string, string[]> = {};
  for (const line of execFileSync("qemu-aarch64", [out], { encoding: "utf8" }).trim().split("\n")) {
    const [name, value] = line.split(" ") as [string, string];
    const list = answers[name];
    if (list === undefined) answers[name] = [value];
    else list.push(value);
  }
  return answers;
}

const imageFile = (level: Build): string => join(PROGRAMS, `corpus-${level}.elf.gz.b64`);
const ANSWERS = join(PROGRAMS, "answers.json");

/** The image that is kept. */
export function keptImage(level: Build): Uint8Array {
  return gunzipSync(Buffer.from(readFileSync(imageFile(level), "utf8"), "base64"));
}
/** The answers that are kept: levels may differ where floating-point expressions are contracted. */
export function keptAnswers(): Record<Level, Record<string, string[]>> {
  return JSON.parse(readFileSync(ANSWERS, "utf8")) as Record<Level, Record<string, string[]>>;
}

/** Builds everything anew and keeps it. */
export function regenerate(): void {
  const answers: Partial<Record<Level, Record<string, string[]>>> = {};
  for (const level of [...LEVELS, "bench"] as const) {
    const built = build(level);
    const base64 = gzipSync(built.image, { level: 9 }).toString("base64");
    writeFileSync(imageFile(level), `${(base64.match(/.{1,100}/g) ?? []).join("\n")}\n`);
    if (level !== "bench") answers[level] = built.answers;
  }
  writeFileSync(ANSWERS, `${JSON.stringify(answers, null, 1)}\n`);
}

if (process.argv[1] === import.meta.filename) regenerate();
