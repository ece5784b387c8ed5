/** Graphs in databases: nothing that was said to be safe is lost, whenever the process dies. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { createInterface } from "node:readline";
import { IDBFactory } from "fake-indexeddb";
import { afterAll, describe, expect, it } from "vitest";
import { createGraph, type Graph, type HostPayloadFunction, openGraph } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { openIndexedDb } from "vivarium/graph/indexeddb";
import { openLmdb } from "vivarium/graph/lmdb";
import { mirPayload } from "vivarium/graph/mir";
import * as counting from "./counting-graph.mjs";
import { busy, sample } from "./scenarios.js";

const payloads = [a64Payload, mirPayload];
const functions = counting.functions as unknown as Record<string, HostPayloadFunction>;
const build = counting.build as (graph: Graph) => void;

/** Kills of the loop; the full count is 200 and takes some minutes. */
const KILLS = Number(env["VIV_KILLS"] ?? 8);

const folders: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "viv-graph-"));
  folders.push(path);
  return path;
}
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

/** What the counting graph is after so many steps. */
class Reference {
  readonly #graph = createGraph({ functions });
  readonly #hashes = new Map<number, string>();
  constructor() {
    build(this.#graph);
    this.#hashes.set(0, this.#graph.hash());
  }
  at(step: number): string | undefined {
    while (this.#graph.step < step) {
      if (this.#graph.quiet) this.#graph.set("x", ((this.#graph.get("total") as bigint | undefined) ?? 0n) + 1n);
      this.#graph.runSync({ maxSteps: 1 });
      this.#hashes.set(this.#graph.step, this.#graph.hash());
    }
    return this.#hashes.get(step);
  }
}

/** Lets the counting process work for a while and kills it. @returns the last step that it was told is safe */
function killed(path: string, milliseconds: number): Promise<{ value: bigint; step: number } | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, [join(import.meta.dirname, "counting.mjs"), path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let safe: { value: bigint; step: number } | undefined;
    const guard = setTimeout(() => child.kill("SIGKILL"), 20_000);
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "ready") setTimeout(() => child.kill("SIGKILL"), milliseconds);
      else {
        const [value, step] = line.split(" ") as [string, string];
        safe = { value: BigInt(value), step: Number(step) };
      }
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(guard);
      if (code === null) resolve(safe);
      else reject(new Error(`the process ended by itself with ${code}`));
    });
  });
}

describe("a graph in a file", () => {
  it("7: is whole after the process that saves it was killed, and what was said to be saved is in it", async () => {
    const path = join(folder(), "count.vxg");
    for (let n = 0; n < 4; n++) {
      const safe = await new Promise<bigint>((resolve, reject) => {
        const args = ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "saving.ts"), path];
        const child = spawn(execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
        let last = 0n;
        createInterface({ input: child.stdout }).on("line", (line) => {
          if (last === 0n) setTimeout(() => child.kill("SIGKILL"), (n * 97) % 331);
          last = BigInt(line);
        });
        child.on("error", reject);
        child.on("close", (code) =>
          code === null ? resolve(last) : reject(new Error(`ended by itself with ${code}`)),
        );
      });
      const count = openGraph(readFileSync(path)).get("count") as bigint;
      expect(safe).toBeGreaterThan(0n);
      expect(count === safe || count === safe + 1n, `${count} in the file, ${safe} said`).toBe(true);
    }
  }, 120_000);
});

describe("a graph in LMDB", () => {
  it("is found as it was left, and goes on as if it had not been closed", async () => {
    const path = folder();
    const straight = busy();
    straight.runSync({ maxSteps: 90 });
    const first = await openLmdb(path, { payloads, bytes: busy().save(), seed: 7n });
    await first.graph.run({ maxSteps: 40, commitEvery: 3 });
    const hash = first.graph.hash();
    await first.close();
    const second = await openLmdb(path, { payloads });
    expect(second.graph.hash()).toBe(hash);
    await second.graph.run({ maxSteps: 50 });
    expect(second.graph.hash()).toBe(straight.hash());
    await second.close();
  });

  it("7: is at a whole step after the process was killed at any moment, and nothing acknowledged is lost", async () => {
    const path = folder();
    const reference = new Reference();
    let before = 0;
    let safeSteps = 0;
    for (let n = 0; n < KILLS; n++) {
      const safe = await killed(path, (n * 97) % 331);
      const { graph, close } = await openLmdb(path, { functions });
      expect(graph.hash(), `kill ${n}, step ${graph.step}`).toBe(reference.at(graph.step));
      expect(graph.step).toBeGreaterThanOrEqual(Math.max(before, safe?.step ?? 0));
      if (safe !== undefined) {
        expect(graph.get("total")).toBeGreaterThanOrEqual(safe.value as never);
        safeSteps += safe.step - before;
      }
      before = graph.step;
      await close();
    }
    expect(safeSteps).toBeGreaterThan(0);
  }, 900_000);
});

describe("a graph in IndexedDB", () => {
  it("is found as it was left, and goes on as if it had not been closed", async () => {
    const factory = new IDBFactory();
    const straight = busy();
    straight.runSync({ maxSteps: 30 });
    const first = await openIndexedDb("g", { payloads, bytes: busy().save(), factory });
    await first.graph.run({ maxSteps: 10, commitEvery: 2 });
    const hash = first.graph.hash();
    await first.close();
    const second = await openIndexedDb("g", { payloads, factory });
    expect(second.graph.hash()).toBe(hash);
    await second.graph.run({ maxSteps: 20 });
    expect(second.graph.hash()).toBe(straight.hash());
    await second.close();
  });

  it("keeps structure that is added and removed later", async () => {
    const factory = new IDBFactory();
    const first = await openIndexedDb("g", { payloads, bytes: sample().save(), factory });
    first.graph.value("late", "u64");
    const edge = first.graph.connect("add.r", "late");
    first.graph.disconnect(0);
    await first.graph.commit();
    first.graph.value("lost", "u64");
    await first.close();
    const second = await openIndexedDb("g", { payloads, factory });
    expect(second.graph.edge(0)).toBeUndefined();
    expect(second.graph.edge(edge)?.to).toBe(second.graph.node("late"));
    expect(() => second.graph.node("lost")).toThrow("there is no node lost");
    const file = openGraph(second.graph.save(), { payloads });
    expect(file.hash()).toBe(second.graph.hash());
    await second.close();
  });
});
