/** What has changed since a store was last brought up to date. */
import type { Graph } from "./graph.js";
import type { ChangeSet } from "./store.js";

export class Changes {
  /** Nodes whose rows or values have changed, or that are new. */
  readonly nodes = new Set<number>();
  /** Edges that have changed; new ones are known by their numbers. */
  readonly edges = new Set<number>();
  #kept = { edges: 0, codes: 0, cold: 0 };

  /** The store has all that there is now. */
  keep(graph: Graph): void {
    this.nodes.clear();
    this.edges.clear();
    this.#kept = { edges: graph.edgeCount, codes: graph.codes.records.length, cold: graph.cold.size };
  }

  /** What a store has to be told; from now on it is taken as told. */
  take(graph: Graph): ChangeSet {
    const { edges, codes, cold } = this.#kept;
    const changes: ChangeSet = {
      nodes: [...this.nodes].sort((a, b) => a - b),
      edges: [
        ...Array.from({ length: graph.edgeCount - edges }, (_, i) => edges + i),
        ...[...this.edges].filter((e) => e < edges),
      ],
      codes: graph.codes.records.slice(codes),
      cold: graph.cold.entries.slice(cold),
    };
    this.keep(graph);
    return changes;
  }
}
