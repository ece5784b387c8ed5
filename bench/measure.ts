/** Turns samples into medians, ratios and tables. */
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { version } from "node:process";

export const ROOT: string = join(import.meta.dirname, "..");
/** Where compiled helpers go. */
export const CACHE: string = join(ROOT, "node_modules/.cache/bench");

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function geomean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length);
}

/** Median of the ratios of paired samples: what drifts in both of a pair cancels out. */
export function pairedRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((v, i) => v / (b[i] as number)));
}

/** A number with three significant digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1000) return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, " ");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A table in Markdown whose columns are also aligned as plain text; all columns but the first are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, 3, ...rows.map((r) => (r[i] as string).length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((c, i) => (i === 0 ? c.padEnd(widths[i] as number) : c.padStart(widths[i] as number))).join(" | ")} |`;
  const rule = widths.map((w, i) => (i === 0 ? "-".repeat(w) : `${"-".repeat(w - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** The machine and the runtime, for the record beside figures. */
export function machineLine(): string {
  const list = cpus();
  return `Node ${version}, ${list[0]?.model.trim() ?? "unknown processor"}, ${list.length} cores`;
}

/** A child that takes longer is given up. */
const TIME_LIMIT_MS = 300_000;

/** Runs a command to its end; what it wrote to standard output. */
export function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const running = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], timeout: TIME_LIMIT_MS });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    running.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    running.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    running.on("error", reject);
    running.on("close", (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(`${command} ${args.join(" ")}: ${signal ?? code}\n${Buffer.concat(err).toString()}`));
    });
  });
}
