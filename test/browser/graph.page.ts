/** Graphs in a page: the acceptance scenarios, and a database of the browser. */
import { createGraph, openGraph } from "vivarium/graph";
import { a64Payload } from "vivarium/graph/a64";
import { openIndexedDb } from "vivarium/graph/indexeddb";
import { ADD } from "../graph/code.js";
import { busy } from "../graph/scenarios.js";

export { arithmetic, continued, damaged, explanations, fileOf, hashes, touched, traps } from "../graph/scenarios.js";
export { endless, kinds, pages, repeated, ring, talks, values } from "../graph/wasm-scenarios.js";

/** Runs a graph in IndexedDB in parts, each in a connection of its own. @returns the hash at the end */
export async function stored(parts: readonly number[]): Promise<string> {
  const payloads = [a64Payload];
  const bytes = busy().save();
  let hash = "";
  for (const maxSteps of parts) {
    const { graph, close } = await openIndexedDb("viv-test", { payloads, bytes });
    await graph.run({ maxSteps, commitEvery: 5 });
    hash = graph.hash();
    await close();
  }
  return hash;
}

/** The hashes of so many runs that are all the same. */
export function distinct(runs: number, steps: number): number {
  const all = new Set<string>();
  for (let i = 0; i < runs; i++) {
    const g = busy();
    g.runSync({ maxSteps: steps });
    all.add(g.hash());
    g.dispose();
  }
  return all.size;
}

/** The tier that executes the seed's bytes does not matter: also where WebAssembly may not be compiled. */
export function seed(): string {
  const g = createGraph({ payloads: [a64Payload] });
  g.exec("add", { code: { kind: "a64", bytes: ADD }, in: { a: "u64", b: "u64" }, out: { r: "u64" } });
  const again = openGraph(g.save(), { payloads: [a64Payload] });
  again.set("add", "a", 5n);
  again.set("add", "b", 3n);
  again.runSync();
  return String(again.get("add", "r"));
}
