/** `vivarium/graph/indexeddb`: graphs in an IndexedDB database, for browsers. */
import { GraphError } from "./errors.js";
import { Graph } from "./graph.js";
import type { GraphOptions } from "./interface.js";
import type { ChangeSet, GraphStore } from "./store.js";
import { restoreGraph, storedCode, storedCold, storedCounts, storedEdge, storedNode, storedState } from "./stored.js";

const TABLES = ["code", "node", "edge", "state", "cold"] as const;
/** 2: with cold data. */
const VERSION = 2;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new GraphError("GRAPH_STORE", String(request.error), { cause: request.error }));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void =>
      reject(new GraphError("GRAPH_STORE", String(transaction.error), { cause: transaction.error }));
    transaction.oncomplete = () => resolve();
    transaction.onerror = fail;
    transaction.onabort = fail;
  });
}

class IndexedDbStore implements GraphStore {
  constructor(readonly database: IDBDatabase) {}

  async commit(graph: Graph, { codes, nodes, edges, cold }: ChangeSet): Promise<void> {
    // One transaction: all of it is there after a crash, or nothing; strict means that it is on the disk.
    const transaction = this.database.transaction(TABLES, "readwrite", { durability: "strict" });
    const end = finished(transaction);
    const table = (name: (typeof TABLES)[number]): IDBObjectStore => transaction.objectStore(name);
    for (const record of codes) table("code").put(storedCode(record), record.index);
    for (const n of nodes) table("node").put(storedNode(graph, n), n);
    for (const e of edges) table("edge").put(storedEdge(graph, e), e);
    const first = graph.cold.size - cold.length;
    cold.forEach((entry, i) => void table("cold").put(storedCold(graph, entry), first + i));
    table("state").put(storedState(graph), 0);
    await end;
  }

  async close(): Promise<void> {
    this.database.close();
  }
}

/**
 * Opens the graph in a database of this origin, or makes an empty one. `graph.run()` and `graph.commit()` resolve when
 * what they did outlives the page.
 *
 * @param name of the database
 * @param options `bytes` of a `.vxg` file are what an empty database starts with
 * @throws GraphError `GRAPH_STORE`; GraphFormatError for a damaged database
 */
export async function openIndexedDb(
  name: string,
  options: GraphOptions & { readonly bytes?: Uint8Array; readonly factory?: IDBFactory } = {},
): Promise<{ readonly graph: Graph; close(): Promise<void> }> {
  const factory = options.factory ?? globalThis.indexedDB;
  if (factory === undefined) throw new GraphError("GRAPH_STORE", "there is no IndexedDB here");
  const request = factory.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const table of TABLES) {
      if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table);
    }
  };
  const database = await done(request);
  try {
    const transaction = database.transaction(TABLES, "readonly");
    const state = (await done(transaction.objectStore("state").get(0))) as Uint8Array | undefined;
    let graph: Graph;
    if (state !== undefined) graph = await restored(database, state, options);
    else if (options.bytes !== undefined) graph = Graph.fromBytes(options.bytes, options);
    else graph = new Graph(options);
    const store = new IndexedDbStore(database);
    graph.attach(store, state === undefined);
    if (state === undefined) await graph.commit();
    if (options.record === true) graph.record();
    return { graph, close: () => store.close() };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function restored(database: IDBDatabase, state: Uint8Array, options: GraphOptions): Promise<Graph> {
  const counts = storedCounts(state);
  const transaction = database.transaction(TABLES, "readonly");
  const all = (table: "code" | "node" | "edge", count: number): Promise<Uint8Array[]> =>
    done(transaction.objectStore(table).getAll(undefined, count)) as Promise<Uint8Array[]>;
  const [codes, nodes, edges, cold] = await Promise.all([
    all("code", counts.codes),
    all("node", counts.nodes),
    all("edge", counts.edges),
    done(transaction.objectStore("cold").getAll()) as Promise<Uint8Array[]>,
  ]);
  if (codes.length !== counts.codes || nodes.length !== counts.nodes || edges.length !== counts.edges) {
    throw new GraphError("GRAPH_STORE", "rows are missing");
  }
  const graph = new Graph({ ...options, record: false });
  restoreGraph(graph, { codes, nodes, edges, cold, state });
  return graph;
}
