/** A graph into a `.vxg` file: sections, their table, checksums (specification, D2). */
import { crc32c } from "./crc32c.js";
import { AT, CODE_HEAD, COLD_ROW, ENTRY, HEADER, MAGIC, MAJOR, MINOR, SECTION, STRIDE } from "./format.js";
import type { Graph } from "./graph.js";
import { type Journal, journalText } from "./journal.js";
import { BLANK_TYPES } from "./patterns/tokens.js";
import { FRESH, HOLDS, PRESET } from "./tables.js";
import { ABIS, NONE, PAYLOAD_KINDS } from "./types.js";
import { type Tagged, valueBytes } from "./values.js";
import { Writer } from "./writer.js";

interface Section {
  readonly kind: number;
  readonly stride: number;
  readonly count: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** Texts and values, each once, in the order in which they are first needed: the same for equal graphs. */
class Pool {
  readonly #strings = new Map<string, number>();
  readonly #values = new Map<string, number>();
  readonly texts = new Writer();
  readonly offsets: number[] = [0];
  readonly encoded = new Writer();

  text(text: string): number {
    let id = this.#strings.get(text);
    if (id === undefined) {
      id = this.#strings.size;
      this.#strings.set(text, id);
      this.texts.put(new TextEncoder().encode(text));
      this.offsets.push(this.texts.length);
    }
    return id;
  }
  value(value: Tagged | undefined): number {
    if (value === undefined) return NONE;
    const bytes = valueBytes(value);
    const key = String.fromCharCode(...bytes.subarray(0, 64)) + (bytes.length > 64 ? keyOfRest(bytes) : "");
    let id = this.#values.get(key);
    if (id === undefined) {
      id = this.#values.size;
      this.#values.set(key, id);
      this.encoded.put(bytes);
    }
    return id;
  }
  get valueCount(): number {
    return this.#values.size;
  }
}

function keyOfRest(bytes: Uint8Array): string {
  let out = "";
  for (let at = 64; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return out;
}

/** A variable section: its length as u64, then the bytes. */
function variable(kind: number, count: number, body: Uint8Array): Section {
  const out = new Writer(body.length + 8);
  out.u64(body.length);
  out.put(body);
  return { kind, stride: 0, count, flags: 0, bytes: out.bytes() };
}

export interface WriteOptions {
  /** With what is no part of the graph's state: free text, the number of the snapshot, the bytes of cold data. */
  readonly meta: boolean;
  /** What followed on the state. */
  readonly recording?: Journal;
  /** Without code that no node runs. */
  readonly collect?: boolean;
}

export function writeGraph(graph: Graph, { meta, recording, collect = false }: WriteOptions): Uint8Array<ArrayBuffer> {
  const kept = collect ? keptCodes(graph) : undefined;
  const pool = new Pool();
  const node = nodes(graph, pool, kept);
  const port = ports(graph, pool);
  const edge = edges(graph);
  const code = codes(graph, pool, kept);
  const pattern = patterns(graph, pool);
  const cold = graph.cold.size === 0 ? undefined : coldData(graph, pool, meta);
  const frontier = frontierOf(graph, pool);
  const texts = new Writer();
  for (const offset of pool.offsets) texts.u32(offset);
  texts.put(pool.texts.bytes());
  const sections: Section[] = [
    variable(SECTION.STR, pool.offsets.length - 1, texts.bytes()),
    node,
    edge,
    port,
    variable(SECTION.VALUE, pool.valueCount, pool.encoded.bytes()),
    code,
    pattern,
    frontier,
  ];
  if (cold !== undefined) sections.splice(7, 0, cold);
  if (recording !== undefined) sections.push(journalOf(recording));
  if (meta && Object.keys(graph.meta).length > 0) {
    sections.push(variable(SECTION.META, 1, new TextEncoder().encode(JSON.stringify(graph.meta))));
  }
  sections.push(...graph.unknownSections);
  return assemble(graph, sections, meta ? graph.generation : 0);
}

function assemble(graph: Graph, sections: readonly Section[], generation: number): Uint8Array<ArrayBuffer> {
  const size = sections.reduce((sum, s) => sum + s.bytes.length + 8, HEADER + ENTRY * sections.length);
  const out = new Writer(size);
  out.skip(HEADER + ENTRY * sections.length);
  sections.forEach(({ kind, stride, count, flags, bytes }, i) => {
    const offset = out.length;
    out.put(bytes);
    out.align();
    const at = HEADER + ENTRY * i;
    const { view } = out;
    view.setUint32(at, kind, true);
    view.setUint32(at + 4, stride, true);
    view.setBigUint64(at + 8, BigInt(count), true);
    view.setBigUint64(at + 16, BigInt(offset), true);
    view.setUint32(at + 24, crc32c(bytes), true);
    view.setUint32(at + 28, flags, true);
  });
  const { view } = out;
  const all = out.bytes();
  all.set(MAGIC);
  view.setUint16(AT.major, MAJOR, true);
  view.setUint16(AT.minor, MINOR, true);
  view.setBigUint64(AT.length, BigInt(out.length), true);
  view.setBigUint64(AT.generation, BigInt(generation), true);
  view.setBigUint64(AT.step, BigInt(graph.engine.step), true);
  view.setBigUint64(AT.table, BigInt(HEADER), true);
  view.setUint32(AT.sections, sections.length, true);
  view.setBigUint64(AT.random, graph.random, true);
  // The checksum covers the table too: a flipped bit in the kind or flags of a section is damage like any other.
  view.setUint32(AT.crc, crc32c(all.subarray(0, HEADER + ENTRY * sections.length)), true);
  return all;
}

/** New numbers of the codes that nodes run. */
function keptCodes(graph: Graph): ReadonlyMap<number, number> {
  const t = graph.engine.tables;
  const used = new Set<number>();
  for (let n = 0; n < t.nodes; n++) if ((t.code[n] as number) >= 0) used.add(t.code[n] as number);
  return new Map([...used].sort((a, b) => a - b).map((index, k) => [index, k]));
}

/** Writes one row of NODE; stores keep nodes in the same form. */
export function writeNode(graph: Graph, n: number, out: Writer, key: number, kept?: ReadonlyMap<number, number>): void {
  const t = graph.engine.tables;
  const at = out.skip(STRIDE.NODE);
  const { view } = out;
  view.setUint8(at, t.kind[n] as number);
  view.setUint8(at + 1, t.nodeFlags[n] as number);
  view.setUint16(at + 2, t.group[n] as number, true);
  view.setUint32(at + 4, key, true);
  view.setFloat64(at + 8, t.act[n] as number, true);
  view.setFloat32(at + 16, t.leak[n] as number, true);
  view.setFloat32(at + 20, t.gain[n] as number, true);
  view.setFloat32(at + 24, t.floor[n] as number, true);
  view.setFloat32(at + 28, t.ratio[n] as number, true);
  const code = t.code[n] as number;
  view.setUint32(at + 32, code < 0 ? NONE : (kept?.get(code) ?? code), true);
  view.setUint32(
    at + 36,
    (t.inputs[n] as number) + (t.outputs[n] as number) === 0 ? NONE : (t.firstPort[n] as number),
    true,
  );
  view.setUint16(at + 40, t.inputs[n] as number, true);
  view.setUint16(at + 42, t.outputs[n] as number, true);
  view.setUint32(at + 44, t.fires[n] as number, true);
  view.setUint32(at + 48, t.faults[n] as number, true);
  view.setUint32(at + 52, t.accepted[n] as number, true);
  view.setUint32(at + 56, t.refractory[n] as number, true);
  const ready = t.readyAt[n] as number;
  view.setUint32(at + 60, ready % 2 ** 32, true);
  view.setUint8(at + 64, t.mode[n] as number);
  view.setUint8(at + 65, t.control[n] as number);
  view.setInt32(at + 68, t.priority[n] as number, true);
  view.setUint32(at + 72, Math.floor(ready / 2 ** 32), true);
  view.setFloat32(at + 76, t.acceptance[n] as number, true);
}

function nodes(graph: Graph, pool: Pool, kept: ReadonlyMap<number, number> | undefined): Section {
  const t = graph.engine.tables;
  const out = new Writer(STRIDE.NODE * t.nodes);
  for (let n = 0; n < t.nodes; n++) {
    const key = t.keys[n];
    writeNode(graph, n, out, key === undefined ? NONE : pool.text(key), kept);
  }
  return { kind: SECTION.NODE, stride: STRIDE.NODE, count: t.nodes, flags: 0, bytes: out.bytes() };
}

/** Writes one row of EDGE. */
export function writeEdge(graph: Graph, e: number, out: Writer): void {
  const t = graph.engine.tables;
  const at = out.skip(STRIDE.EDGE);
  const { view } = out;
  const relative = (port: number, node: number): number =>
    port === NONE ? 0xffff : port - (t.firstPort[node] as number);
  view.setUint32(at, t.src[e] as number, true);
  view.setUint32(at + 4, t.dst[e] as number, true);
  view.setUint16(at + 8, relative(t.srcPort[e] as number, t.src[e] as number), true);
  view.setUint16(at + 10, relative(t.dstPort[e] as number, t.dst[e] as number), true);
  view.setUint8(at + 12, t.edgeKind[e] as number);
  view.setUint8(at + 13, t.edgeFlags[e] as number);
  view.setFloat64(at + 16, t.weight[e] as number, true);
  view.setUint32(at + 24, t.delay[e] as number, true);
}

function edges(graph: Graph): Section {
  const t = graph.engine.tables;
  const out = new Writer(STRIDE.EDGE * t.edges);
  for (let e = 0; e < t.edges; e++) writeEdge(graph, e, out);
  return { kind: SECTION.EDGE, stride: STRIDE.EDGE, count: t.edges, flags: 0, bytes: out.bytes() };
}

function ports(graph: Graph, pool: Pool): Section {
  const { engine } = graph;
  const t = engine.tables;
  const out = new Writer(STRIDE.PORT * t.ports);
  for (let p = 0; p < t.ports; p++) {
    const node = t.portNode[p] as number;
    const name = pool.text(t.nameOf(p));
    const preset = pool.value(t.defaults.get(p));
    const current = pool.value(engine.valueOf(p));
    const at = out.skip(STRIDE.PORT);
    const { view } = out;
    view.setUint32(at, name, true);
    view.setUint8(at + 4, t.portType[p] as number);
    view.setUint8(at + 5, p < (t.firstPort[node] as number) + (t.inputs[node] as number) ? 0 : 1);
    view.setUint8(at + 6, (t.portFlags[p] as number) & ~PRESET);
    view.setUint8(at + 7, 1);
    view.setUint32(at + 8, preset, true);
    view.setUint32(at + 12, current, true);
    view.setUint32(at + 16, t.capacity[p] as number, true);
    view.setUint8(at + 20, (t.portState[p] as number) & HOLDS ? (t.portState[p] as number) & FRESH : 0);
  }
  return { kind: SECTION.PORT, stride: STRIDE.PORT, count: t.ports, flags: 0, bytes: out.bytes() };
}

/** Writes the head of a CODE record. */
export function writeCodeHead(out: Writer, record: Graph["codes"]["records"][number], entry: number): void {
  const at = out.skip(CODE_HEAD);
  const { view } = out;
  const [kind, arch] = PAYLOAD_KINDS[record.kind];
  view.setUint8(at, kind);
  view.setUint8(at + 1, arch);
  view.setUint16(at + 2, ABIS.indexOf(record.abi), true);
  view.setUint32(at + 4, record.capabilities, true);
  view.setBigUint64(at + 8, BigInt(record.bytes.length), true);
  for (let i = 0; i < 32; i++) view.setUint8(at + 16 + i, Number.parseInt(record.hash.slice(2 * i, 2 * i + 2), 16));
  view.setUint32(at + 48, record.limits.fuel, true);
  view.setUint32(at + 52, record.limits.timeout, true);
  view.setUint32(at + 56, record.limits.pages, true);
  view.setUint32(at + 60, entry, true);
}

function codes(graph: Graph, pool: Pool, kept: ReadonlyMap<number, number> | undefined): Section {
  const records = graph.codes.records.filter(({ index }) => kept?.has(index) ?? true);
  const out = new Writer();
  for (const record of records) {
    writeCodeHead(out, record, record.entry === "" ? NONE : pool.text(record.entry));
    out.put(record.bytes);
    out.align();
  }
  return variable(SECTION.CODE, records.length, out.bytes());
}

/** Cold data: an index, then the bytes, which are identified by their hashes there. */
function coldData(graph: Graph, pool: Pool, withBytes: boolean): Section {
  const { cold } = graph;
  const out = new Writer();
  let offset = 0;
  for (const { name, length, hash } of cold.entries) {
    const at = out.skip(COLD_ROW);
    const { view } = out;
    view.setUint32(at, pool.text(name), true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(length), true);
    for (let i = 0; i < 32; i++) view.setUint8(at + 24 + i, Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16));
    offset += length + ((8 - (length % 8)) % 8);
  }
  for (const { name } of withBytes ? cold.entries : []) {
    out.put(cold.bytesOf(name) as Uint8Array);
    out.align();
  }
  return variable(SECTION.COLD, cold.size, out.bytes());
}

/** A recording as records of length, checksum, text: its base first, then an entry each. */
function journalOf({ base, entries }: Journal): Section {
  const out = new Writer();
  for (const record of [base, ...entries]) {
    const bytes = new TextEncoder().encode(journalText(record));
    out.u32(bytes.length);
    out.u32(crc32c(bytes));
    out.put(bytes);
  }
  return variable(SECTION.JOURNAL, entries.length + 1, out.bytes());
}

function patterns(graph: Graph, pool: Pool): Section {
  const out = new Writer();
  const list = [...graph.patterns].sort(([a], [b]) => a - b);
  for (const [node, elements] of list) {
    out.u32(node);
    out.u32(elements.length);
    for (const element of elements) {
      const blank = "blank" in element ? element.blank : undefined;
      out.u8(blank === undefined ? 0 : 1);
      out.u8(blank === undefined ? 0 : BLANK_TYPES.indexOf(blank.type));
      out.u16(blank?.repeat ?? 0);
      out.u32(pool.text("constant" in element ? element.constant : element.blank.name));
    }
  }
  return variable(SECTION.PATTERN, list.length, out.bytes());
}

/** What is under way: needed to go on exactly where the graph stopped. */
function frontierOf(graph: Graph, pool: Pool): Section {
  const { engine } = graph;
  const t = engine.tables;
  const out = new Writer();
  const members = engine.frontier.members();
  const days = [...engine.calendar.days].sort(([a], [b]) => a - b);
  const signals = days.flatMap(([step, day]) =>
    [...day.signals].sort((a, b) => a.edge - b.edge).map((s) => ({ step, ...s })),
  );
  const wakes = days.flatMap(([step, day]) =>
    [...new Set(day.wakes)].sort((a, b) => a - b).map((node) => ({ step, node })),
  );
  const queues = [...t.queues].sort(([a], [b]) => a - b);
  out.f64(engine.avgPrev);
  out.u32(members.length);
  out.u32(signals.length);
  out.u32(wakes.length);
  out.u32(queues.length);
  out.u32(engine.waiting.length);
  out.u32(0);
  for (const n of members) {
    out.f64(t.inject[n] as number);
    out.u32(n);
    out.u32(0);
  }
  for (const { step, edge, amount, value } of signals) {
    out.u64(step);
    out.f64(amount);
    out.u32(edge);
    out.u32(pool.value(value));
  }
  for (const { step, node } of wakes) {
    out.u64(step);
    out.u32(node);
    out.u32(0);
  }
  for (const [port, values] of queues) {
    out.u32(port);
    out.u32(values.length);
    for (const value of values) out.u32(pool.value(value));
    out.align();
  }
  for (const { node } of engine.waiting) out.u32(node);
  return variable(SECTION.FRONTIER, members.length, out.bytes());
}
