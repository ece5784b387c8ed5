/** What stores keep: nodes, edges, codes and the rest of a graph as bytes, each under a name of its own. */
import type { ColdEntry } from "./cold.js";
import { crc32c } from "./crc32c.js";
import { GraphFormatError } from "./errors.js";
import { CODE_HEAD, STRIDE } from "./format.js";
import type { Graph } from "./graph.js";
import { parsePattern, patternText } from "./patterns/tokens.js";
import type { CodeRecord } from "./payload.js";
import {
  checkNode,
  codeRecord,
  type PortRow,
  RowError,
  restoreEdge,
  restoreNode,
  restorePattern,
  restorePort,
} from "./restore.js";
import { FRESH, PRESET } from "./tables.js";
import { NONE } from "./types.js";
import { decodeValue, type Tagged, valueBytes } from "./values.js";
import { writeCodeHead, writeEdge, writeNode } from "./write.js";
import { Writer } from "./writer.js";

/** Version of the records. */
export const STORE_VERSION = 1;

/** Rows of a store by table. */
export interface StoredGraph {
  readonly codes: readonly Uint8Array[];
  readonly nodes: readonly Uint8Array[];
  readonly edges: readonly Uint8Array[];
  readonly cold: readonly Uint8Array[];
  /** What is under way, and counts. */
  readonly state: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

class Reader {
  readonly view: DataView;
  at = 0;
  constructor(
    readonly bytes: Uint8Array,
    readonly section: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  fail(reason: string): never {
    throw new GraphFormatError("STORE_DAMAGED", reason, this.section, this.at);
  }
  take(count: number): number {
    const at = this.at;
    if (at + count > this.bytes.length) this.fail("the record is cut off");
    this.at += count;
    return at;
  }
  u8(): number {
    return this.view.getUint8(this.take(1));
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }
  f64(): number {
    return this.view.getFloat64(this.take(8), true);
  }
  text(): string {
    const length = this.u32();
    const at = this.take(length);
    try {
      return decoder.decode(this.bytes.subarray(at, at + length));
    } catch {
      return this.fail("a text is no UTF-8");
    }
  }
  value(): Tagged {
    const read = decodeValue(this.bytes, this.at);
    if (typeof read === "string") return this.fail(read);
    this.at = read.end;
    return read.value;
  }
  row(length: number): DataView {
    const at = this.take(length);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, length);
  }
}

function putText(out: Writer, text: string): void {
  const bytes = encoder.encode(text);
  out.u32(bytes.length);
  out.put(bytes);
}

/** Closes a record with its checksum. */
function sealed(out: Writer): Uint8Array<ArrayBuffer> {
  const bytes = out.bytes();
  out.u32(crc32c(bytes));
  return out.bytes().slice();
}

function opened(bytes: Uint8Array, section: string): Reader {
  const reader = new Reader(bytes, section);
  if (bytes.length < 4) reader.fail("the record is cut off");
  const body = bytes.subarray(0, bytes.length - 4);
  if (crc32c(body) !== reader.view.getUint32(bytes.length - 4, true)) reader.fail("the checksum is wrong");
  return new Reader(body, section);
}

/** A node with its ports, what they hold, and its pattern. */
export function storedNode(graph: Graph, n: number): Uint8Array<ArrayBuffer> {
  const { engine } = graph;
  const t = engine.tables;
  const out = new Writer(256);
  const key = t.keys[n];
  writeNode(graph, n, out, key === undefined ? NONE : 0);
  putText(out, key ?? "");
  out.f64(t.inject[n] as number);
  const first = t.firstPort[n] as number;
  const inputs = t.inputs[n] as number;
  for (let p = first; p < first + inputs + (t.outputs[n] as number); p++) {
    const preset = t.defaults.get(p);
    const current = engine.valueOf(p);
    const queue = t.queues.get(p) ?? [];
    putText(out, t.nameOf(p));
    out.u8(t.portType[p] as number);
    out.u8((t.portFlags[p] as number) & ~PRESET);
    out.u8(
      (preset === undefined ? 0 : 1) | (current === undefined ? 0 : 2) | ((t.portState[p] as number) & FRESH ? 4 : 0),
    );
    out.u32(t.capacity[p] as number);
    if (preset !== undefined) out.put(valueBytes(preset));
    if (current !== undefined) out.put(valueBytes(current));
    out.u32(queue.length);
    for (const value of queue) out.put(valueBytes(value));
  }
  const pattern = graph.patterns.get(n);
  putText(out, pattern === undefined ? "" : patternText(pattern));
  return sealed(out);
}

export function storedEdge(graph: Graph, e: number): Uint8Array<ArrayBuffer> {
  const out = new Writer(STRIDE.EDGE + 4);
  writeEdge(graph, e, out);
  return sealed(out);
}

export function storedCode(record: CodeRecord): Uint8Array<ArrayBuffer> {
  const out = new Writer(record.bytes.length + 128);
  writeCodeHead(out, record, record.imported ? 1 : 0);
  putText(out, record.entry);
  out.put(record.bytes);
  return sealed(out);
}

export function storedCold(graph: Graph, { name, hash }: ColdEntry): Uint8Array<ArrayBuffer> {
  const bytes = graph.cold.bytesOf(name) as Uint8Array;
  const out = new Writer(bytes.length + 128);
  putText(out, name);
  putText(out, hash);
  out.put(bytes);
  return sealed(out);
}

/** Everything that is no row: counts, the step, random numbers, what is under way. */
export function storedState(graph: Graph): Uint8Array<ArrayBuffer> {
  const { engine } = graph;
  const out = new Writer();
  out.u32(STORE_VERSION);
  out.u32(graph.codes.records.length);
  out.u32(graph.nodeCount);
  out.u32(graph.edgeCount);
  out.u64(engine.step);
  out.u64(graph.random);
  out.f64(engine.avgPrev);
  const members = engine.frontier.members();
  out.u32(members.length);
  for (const n of members) out.u32(n);
  const days = [...engine.calendar.days];
  const signals = days.flatMap(([step, day]) => day.signals.map((s) => ({ step, ...s })));
  out.u32(signals.length);
  for (const { step, edge, amount, value } of signals) {
    out.u64(step);
    out.u32(edge);
    out.f64(amount);
    out.u8(value === undefined ? 0 : 1);
    if (value !== undefined) out.put(valueBytes(value));
  }
  const wakes = days.flatMap(([step, day]) => day.wakes.map((node) => ({ step, node })));
  out.u32(wakes.length);
  for (const { step, node } of wakes) {
    out.u64(step);
    out.u32(node);
  }
  out.u32(engine.waiting.length);
  for (const { node } of engine.waiting) out.u32(node);
  putText(out, JSON.stringify(graph.meta));
  return sealed(out);
}

/** Counts of a stored state, to know what to read. */
export function storedCounts(state: Uint8Array): { codes: number; nodes: number; edges: number } {
  const reader = opened(state, "state");
  const version = reader.u32();
  if (version !== STORE_VERSION) {
    throw new GraphFormatError("STORE_VERSION", `version ${version}`, "state", 0, String(STORE_VERSION));
  }
  return { codes: reader.u32(), nodes: reader.u32(), edges: reader.u32() };
}

/**
 * Fills an empty graph.
 *
 * @throws GraphFormatError for records that are damaged or do not fit together
 */
export function restoreGraph(graph: Graph, stored: StoredGraph): void {
  stored.codes.forEach((bytes, i) => {
    const reader = opened(bytes, `code ${i}`);
    const head = reader.row(CODE_HEAD);
    const entry = reader.text();
    const body = reader.bytes.subarray(reader.at);
    checked(reader, () => graph.codes.restore(codeRecord(i, head, body, entry, head.getUint32(60, true) === 1)));
  });
  const queued: { port: number; values: Tagged[] }[] = [];
  stored.nodes.forEach((bytes, i) => {
    readNode(graph, opened(bytes, `node ${i}`), queued);
  });
  for (const { port, values } of queued) graph.engine.tables.queues.set(port, values);
  stored.edges.forEach((bytes, i) => {
    const reader = opened(bytes, `edge ${i}`);
    checked(reader, () => restoreEdge(graph, reader.row(STRIDE.EDGE)));
  });
  stored.cold.forEach((bytes, i) => {
    const reader = opened(bytes, `cold data ${i}`);
    const name = reader.text();
    const hash = reader.text();
    const body = reader.bytes.subarray(reader.at);
    if (graph.cold.has(name) || !/^[0-9a-f]{64}$/.test(hash)) reader.fail("a name is used twice, or a hash is none");
    graph.cold.restore({ name, length: body.length, hash }, body, false);
  });
  readState(graph, opened(stored.state, "state"));
}

function checked<T>(reader: Reader, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RowError) return reader.fail(error.message);
    throw error;
  }
}

function readNode(graph: Graph, reader: Reader, queued: { port: number; values: Tagged[] }[]): void {
  const row = reader.row(STRIDE.NODE);
  const key = reader.text();
  checked(reader, () => {
    const n = restoreNode(graph, row, row.getUint32(4, true) === NONE ? undefined : key);
    graph.engine.tables.inject[n] = reader.f64();
    const inputs = row.getUint16(40, true);
    const outputs = row.getUint16(42, true);
    for (let k = 0; k < inputs + outputs; k++) {
      const name = reader.text();
      const type = reader.u8();
      const flags = reader.u8();
      const has = reader.u8();
      const capacity = reader.u32();
      const port: PortRow = {
        name,
        type,
        output: k >= inputs,
        flags,
        capacity,
        preset: has & 1 ? reader.value() : undefined,
        current: has & 2 ? reader.value() : undefined,
        fresh: (has & 4) !== 0,
      };
      const p = restorePort(graph, n, port);
      const count = reader.u32();
      if (count > capacity) reader.fail("a queue is longer than its port allows");
      if (count > 0) queued.push({ port: p, values: Array.from({ length: count }, () => reader.value()) });
    }
    checkNode(graph, n);
    const pattern = reader.text();
    if (pattern !== "") restorePattern(graph, n, parsePattern(pattern));
  });
}

function readState(graph: Graph, reader: Reader): void {
  const { engine } = graph;
  const u64 = (): bigint => reader.view.getBigUint64(reader.take(8), true);
  const node = (): number => {
    const n = reader.u32();
    return n < graph.nodeCount ? n : reader.fail(`there is no node ${n}`);
  };
  reader.take(16);
  engine.step = Number(u64());
  graph.random = u64();
  engine.avgPrev = reader.f64();
  for (let i = reader.u32(); i > 0; i--) engine.frontier.add(node());
  for (let i = reader.u32(); i > 0; i--) {
    const step = Number(u64());
    const edge = reader.u32();
    if (edge >= graph.edgeCount) reader.fail(`there is no edge ${edge}`);
    const amount = reader.f64();
    engine.signal(step, { edge, amount, value: reader.u8() === 1 ? reader.value() : undefined });
  }
  for (let i = reader.u32(); i > 0; i--) {
    const step = Number(u64());
    engine.calendar.wake(step, node());
  }
  for (let i = reader.u32(); i > 0; i--) engine.abandon(node());
  graph.meta = JSON.parse(reader.text()) as Record<string, unknown>;
}
