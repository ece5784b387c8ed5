/** Turns the manifests `examples/<guest>/tour.json` into runs of `viv`, and prints a table of what came out. */

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, execPath, exit, stdout } from "node:process";

/** One row of the tour. */
interface Tour {
  readonly name: string;
  /** The program, from the manifest's folder. */
  readonly file: string;
  /** More options for `viv run`. */
  readonly options: readonly string[];
  /** Absent for guests with a machine of their own. */
  readonly tier?: string;
  /** What `viv run --json` must say; fields that are not named are not compared. */
  readonly expect: Readonly<Record<string, unknown>>;
}

/** A program of our own in TypeScript, which prints what it does. */
interface Script {
  readonly name: string;
  readonly file: string;
  readonly options: readonly string[];
  /** What it must print, line by line. */
  readonly prints: readonly string[];
}

interface Manifest {
  readonly guest: string;
  readonly programs?: readonly Tour[];
  readonly scripts?: readonly Script[];
}

/** A run that takes longer is a failure. */
const TIME_LIMIT_MS = 120_000;

const root = join(import.meta.dirname, "..");
const viv = join(root, "packages/viv/dist/viv.js");

function manifests(): { folder: string; manifest: Manifest }[] {
  const examples = join(root, "examples");
  return readdirSync(examples)
    .sort()
    .map((guest) => join(examples, guest))
    .filter((folder) => existsSync(join(folder, "tour.json")))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, "tour.json"), "utf8")) as Manifest }));
}

/** Runs a command to its end and gives back what it wrote. */
function run(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(execPath, args, { stdio: ["ignore", "pipe", "pipe"], timeout: TIME_LIMIT_MS });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const end = (): void => resolve({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    child.on("close", end);
    child.on("error", end);
  });
}

/** What `viv --json` says, or what went wrong as its `exit`. */
async function reportOf(args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout: json, stderr } = await run([viv, ...args]);
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return { exit: stderr.trim() };
  }
}

/** The paths below `expected` at which `actual` has another value. */
function mismatches(expected: unknown, actual: unknown, path: string): string[] {
  if (typeof expected !== "object" || expected === null) {
    return expected === actual ? [] : [`${path} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
  }
  if (typeof actual !== "object" || actual === null) return [`${path} is missing`];
  return Object.entries(expected).flatMap(([key, value]) =>
    mismatches(value, (actual as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`),
  );
}

function grouped(value: unknown): string {
  return typeof value === "string" || typeof value === "number"
    ? String(value).replace(/\B(?=(\d{3})+(?!\d))/g, " ")
    : "";
}

/** What the program returned, in a form short enough for a table: what the manifest looks at. */
function resultOf(report: Readonly<Record<string, unknown>>, expect: Tour["expect"]): string {
  const texts = ["output", "stdout", "registers", "values"].flatMap((field) => {
    const wanted = expect[field];
    const got = report[field];
    if (typeof wanted !== "object" || wanted === null)
      return wanted === undefined ? [] : [String(got).trim().replaceAll("\n", " ")];
    return Object.keys(wanted).map((key) => String((got as Readonly<Record<string, unknown>> | undefined)?.[key]));
  });
  const text = texts.join(", ");
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

const COLUMNS = ["program", "result", "tier", "instructions", "gas", "ms", ""] as const;
const WIDTHS = [16, 24, 11, 13, 13, 9, 3];
const RIGHT = new Set([3, 4, 5]);

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, i) => {
    const width = WIDTHS[i] as number;
    return RIGHT.has(i) ? cell.padStart(width) : cell.padEnd(width);
  });
  return `${padded.join("  ").trimEnd()}\n`;
}

/** Runs a script and shows what it prints. @returns it printed what it must */
async function tell(folder: string, { file, options, prints }: Script): Promise<boolean> {
  const { stdout: printed, stderr } = await run(["--import", "tsx", join(folder, file), ...options]);
  stdout.write(printed.replaceAll(/^(?=.)/gm, "  "));
  if (stderr === "" && printed === `${prints.join("\n")}\n`) return true;
  stdout.write(`  BAD: it must print\n${prints.join("\n").replaceAll(/^/gm, "  ")}\n${stderr}`);
  return false;
}

let failed = 0;
let total = 0;
const only = argv[2];
for (const { folder, manifest } of manifests()) {
  if (only !== undefined && only !== manifest.guest) continue;
  stdout.write(`\n${manifest.guest}\n`);
  for (const script of manifest.scripts ?? []) {
    total++;
    if (!(await tell(folder, script))) failed++;
  }
  if (manifest.programs !== undefined) stdout.write(line(COLUMNS));
  for (const { name, file, options, tier, expect } of manifest.programs ?? []) {
    total++;
    const command = ["run", join(folder, file), ...options, ...(tier === undefined ? [] : ["--tier", tier]), "--json"];
    const timed = await reportOf(command);
    // Counting takes time of its own, so that the time shown is that of the run without.
    const counted = tier === undefined ? {} : await reportOf([...command, "--count"]);
    const report = { ...counted, ...timed };
    const wrong = mismatches(tier === undefined ? expect : { ...expect, tier }, report, "");
    const milliseconds = typeof report["milliseconds"] === "number" ? report["milliseconds"].toFixed(1) : "";
    const cells = [
      name,
      resultOf(report, expect),
      tier ?? "",
      grouped(report["instructions"]),
      grouped(report["gasUsed"]),
    ];
    stdout.write(line([...cells, milliseconds, wrong.length === 0 ? "ok" : "BAD"]));
    if (wrong.length > 0) {
      failed++;
      for (const text of wrong) stdout.write(`    ${text}\n`);
    }
  }
}
stdout.write(`\n${total - failed} of ${total} programs returned what they must.\n`);
exit(failed === 0 && total > 0 ? 0 : 1);
