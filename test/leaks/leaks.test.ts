/** Memory stays flat however many machines come and go, disposed of or not. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Report } from "./machines.js";
import type { Interpreters } from "./python.js";

async function report(kind: string, machines: number): Promise<Report> {
  const script = join(import.meta.dirname, "machines.ts");
  const args = ["--expose-gc", "--import", "tsx", script, kind, String(machines)];
  const { stdout } = await promisify(execFile)(execPath, args, { timeout: 280_000 });
  return JSON.parse(stdout) as Report;
}

const MIB = 1 << 20;
/** In CI as many as the limit is stated for. */
const MANY = env["CI"] === "true" ? 100_000 : 10_000;

describe("Python interpreters that are done with", () => {
  it("are not kept by the compiled code that they shared", { timeout: 60_000 }, async () => {
    const script = join(import.meta.dirname, "python.ts");
    const { stdout } = await promisify(execFile)(execPath, [
      "--expose-gc",
      "--conditions=development",
      "--import",
      "tsx",
      script,
    ]);
    expect(JSON.parse(stdout) as Interpreters).toEqual({ machines: 20, kept: 0 });
  });
});

describe("machines that are done with", () => {
  it(`leave nothing behind when they are disposed of, ${MANY} of them`, { timeout: 300_000 }, async () => {
    const { resident, heap, external } = await report("disposed", MANY);
    expect(resident).toBeLessThan(24 * MIB);
    expect(heap).toBeLessThan(2 * MIB);
    expect(external).toBeLessThan(1 * MIB);
  });

  it("are reclaimed by the garbage collector when nobody disposes of them", { timeout: 300_000 }, async () => {
    const { resident, heap, external } = await report("forgotten", 3000);
    expect(resident).toBeLessThan(24 * MIB);
    expect(heap).toBeLessThan(4 * MIB);
    // Each machine has a page table of 4 MiB in a shared memory: without reclaiming this would be gigabytes.
    expect(external).toBeLessThan(300 * MIB);
  });

  it("let go of their programs", { timeout: 300_000 }, async () => {
    const { heap, external } = await report("programs", 2000);
    expect(heap).toBeLessThan(8 * MIB);
    expect(external).toBeLessThan(16 * MIB);
  });
});
