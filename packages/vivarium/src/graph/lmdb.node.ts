/** `vivarium/graph/lmdb`: graphs in an LMDB database, for Node; needs the package `lmdb`. */
import type { RootDatabase } from "lmdb";
import { GraphError } from "./errors.js";
import { Graph } from "./graph.js";
import type { GraphOptions } from "./interface.js";
import type { ChangeSet, GraphStore } from "./store.js";
import { restoreGraph, storedCode, storedCold, storedCounts, storedEdge, storedNode, storedState } from "./stored.js";

const MAX_SIZE = 64 * 2 ** 30;

type Key = ["code" | "node" | "edge" | "cold", number] | "state";

async function load(): Promise<typeof import("lmdb")> {
  try {
    return await import("lmdb");
  } catch (cause) {
    throw new GraphError("GRAPH_STORE", "the package lmdb is not installed: npm install lmdb", { cause });
  }
}

class LmdbStore implements GraphStore {
  constructor(readonly database: RootDatabase<Uint8Array, Key>) {}

  async commit(graph: Graph, { codes, nodes, edges, cold }: ChangeSet): Promise<void> {
    const db = this.database;
    // One transaction: all of it is there after a crash, or nothing.
    db.transactionSync(() => {
      for (const record of codes) db.putSync(["code", record.index], storedCode(record));
      for (const n of nodes) db.putSync(["node", n], storedNode(graph, n));
      for (const e of edges) db.putSync(["edge", e], storedEdge(graph, e));
      const first = graph.cold.size - cold.length;
      cold.forEach((entry, i) => void db.putSync(["cold", first + i], storedCold(graph, entry)));
      db.putSync("state", storedState(graph));
    });
    await db.flushed;
  }

  async close(): Promise<void> {
    await this.database.close();
  }
}

/** A graph that is kept in a database. */
export interface StoredGraphHandle {
  readonly graph: Graph;
  /** Closes the database; what has been committed is in it. */
  close(): Promise<void>;
}

/**
 * Opens the graph in a folder, or makes an empty one there. `graph.run()` and `graph.commit()` resolve when what they did
 * outlives the process; after a crash the last committed step is found.
 *
 * @param options `bytes` of a `.vxg` file are what an empty database starts with
 * @throws GraphError `GRAPH_STORE` without the package `lmdb`; GraphFormatError for a damaged database
 */
export async function openLmdb(
  path: string,
  options: GraphOptions & { readonly bytes?: Uint8Array } = {},
): Promise<StoredGraphHandle> {
  const { open } = await load();
  const database = open<Uint8Array, Key>({
    path,
    encoding: "binary",
    mapSize: MAX_SIZE,
    noSubdir: false,
    compression: false,
  });
  try {
    const state = database.get("state");
    const graph =
      state !== undefined
        ? restored(database, state, options)
        : options.bytes !== undefined
          ? Graph.fromBytes(options.bytes, options)
          : new Graph(options);
    const store = new LmdbStore(database);
    graph.attach(store, state === undefined);
    if (state === undefined) await graph.commit();
    if (options.record === true) graph.record();
    return { graph, close: () => store.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function restored(database: RootDatabase<Uint8Array, Key>, state: Uint8Array, options: GraphOptions): Graph {
  const counts = storedCounts(state);
  const graph = new Graph({ ...options, record: false });
  const all = (table: "code" | "node" | "edge", count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, i) => database.get([table, i]) ?? new Uint8Array(0));
  const cold: Uint8Array[] = [];
  for (;;) {
    const entry = database.get(["cold", cold.length]);
    if (entry === undefined) break;
    cold.push(entry);
  }
  restoreGraph(graph, {
    cold,
    codes: all("code", counts.codes),
    nodes: all("node", counts.nodes),
    edges: all("edge", counts.edges),
    state,
  });
  return graph;
}
