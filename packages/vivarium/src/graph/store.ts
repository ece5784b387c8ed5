/** What a database has to do for a graph: keep whole steps, and give the last one back. */
import type { ColdEntry } from "./cold.js";
import type { Graph } from "./graph.js";
import type { CodeRecord } from "./payload.js";

/** What has changed since the last commit. */
export interface ChangeSet {
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly codes: readonly CodeRecord[];
  /** Cold data behind that which has been kept before. */
  readonly cold: readonly ColdEntry[];
}

export interface GraphStore {
  /**
   * Makes the graph's present state the one that is found when the store is opened again: all of it or, if the process
   * dies meanwhile, nothing. Resolves when it outlives the process.
   */
  commit(graph: Graph, changes: ChangeSet): Promise<void>;
  close(): Promise<void>;
}
