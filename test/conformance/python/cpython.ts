/** Finds a CPython to compare with, and turns programs into what it prints for them. */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";

/** A CPython that answers. */
export interface CPython {
  readonly command: string;
  /** `[3, 12, 1]` */
  readonly version: readonly number[];
}

/** What a program did in CPython. */
export interface Reference {
  readonly status: number | null;
  readonly stdout: string;
}

/** `VIV_CPYTHON`, or the first of `python3.12` and `python3` that starts. */
export function findCPython(): CPython | undefined {
  const wanted = env["VIV_CPYTHON"];
  for (const command of wanted === undefined ? ["python3.12", "python3"] : [wanted]) {
    const run = spawnSync(command, ["-c", "import sys; print(*sys.version_info[:3])"], { encoding: "utf8" });
    if (run.status === 0) return { command, version: run.stdout.trim().split(" ").map(Number) };
  }
  return undefined;
}

/** References are made once for each text and version: most of a run would go into starting processes. */
const CACHE = join(import.meta.dirname, "../../../node_modules/.cache/python-references");
const TIME_LIMIT_MS = 20_000;

/** What CPython prints for a script of a folder. */
export async function reference(
  { command, version }: CPython,
  folder: string,
  name: string,
  source: Uint8Array,
): Promise<Reference> {
  const key = createHash("sha256")
    .update(`${version.join(".")}\0${name}\0`)
    .update(source)
    .digest("hex");
  const file = join(CACHE, `${key}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Reference;
  const made = await execute(command, folder, name);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(file, JSON.stringify(made));
  return made;
}

function execute(command: string, folder: string, name: string): Promise<Reference> {
  return new Promise((resolve) => {
    const child = spawn(command, [name], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
      timeout: TIME_LIMIT_MS,
      env: { ...env, PYTHONHASHSEED: "0", PYTHONIOENCODING: "utf8", PYTHONDONTWRITEBYTECODE: "1" },
    });
    const out: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    const end = (status: number | null): void => resolve({ status, stdout: Buffer.concat(out).toString() });
    child.on("close", end);
    child.on("error", () => end(null));
  });
}
