/** A `.vxg` file into a graph: everything is checked before anything is used (specification, D2). */
import { crc32c } from "./crc32c.js";
import { GraphFormatError } from "./errors.js";
import {
  AT,
  CODE_HEAD,
  COLD_ROW,
  ENTRY,
  HEADER,
  LEAST_STRIDE,
  MAGIC,
  MAJOR,
  MAX_SECTIONS,
  SECTION,
  type SectionName,
} from "./format.js";
import type { Graph } from "./graph.js";
import { isEntry, journalPart } from "./journal.js";
import { BLANK_TYPES, type Element } from "./patterns/tokens.js";
import { checkNode, codeRecord, RowError, restoreEdge, restoreNode, restorePattern, restorePort } from "./restore.js";
import { PORT_FLAG } from "./tables.js";
import { LIMIT, NONE } from "./types.js";
import { decodeValue, hex, type Tagged } from "./values.js";

interface Section {
  readonly name: string;
  readonly kind: number;
  readonly stride: number;
  readonly count: number;
  readonly offset: number;
  /** End of its bytes in the file. */
  readonly end: number;
  readonly flags: number;
}

const NAMES = new Map<number, SectionName>(Object.entries(SECTION).map(([name, kind]) => [kind, name as SectionName]));
const REQUIRED: readonly SectionName[] = ["STR", "NODE", "EDGE", "PORT", "VALUE", "CODE", "FRONTIER"];

type Fail = (reason: string, offset: number, expected?: string) => never;

function failIn(section: string, code = "VXG_RANGE"): Fail {
  return (reason, offset, expected) => {
    throw new GraphFormatError(code, reason, section, offset, expected);
  };
}

/** Runs a check of a row, and says where in the file it stands. */
function row<T>(section: Section, offset: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    throw new GraphFormatError("VXG_RANGE", error.message, section.name, offset + error.at);
  }
}

/** A whole number that a double holds. */
function u64(view: DataView, at: number, fail: Fail): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) fail("a number beyond 2^53", at);
  return Number(value);
}

/**
 * Fills an empty graph.
 *
 * @throws GraphFormatError with section and offset
 */
export function readGraph(graph: Graph, given: Uint8Array): void {
  // A Buffer of Node's is a Uint8Array whose slices are no copies.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = layout(bytes, view);
  const strings = readStrings(sections, bytes, view);
  const values = readValues(sections, bytes);
  readCodes(graph, sections, bytes, view, strings);
  readNodes(graph, sections, view, strings, values);
  readEdges(graph, sections, view);
  readPatterns(graph, sections, view, strings);
  readFrontier(graph, sections, view, values);
  readCold(graph, sections, bytes, view, strings);
  readRecording(graph, sections, bytes, view);
  readMeta(graph, sections, bytes);
  graph.unknownSections = [...sections.values()]
    .filter(({ kind }) => !NAMES.has(kind))
    .map(({ kind, stride, count, flags, offset, end }) => ({
      kind,
      stride,
      count,
      flags,
      bytes: bytes.slice(offset, end),
    }));
  const header = failIn("header");
  graph.engine.step = u64(view, AT.step, header);
  graph.generation = u64(view, AT.generation, header);
  graph.random = view.getBigUint64(AT.random, true);
}

/** Header, table and checksums. */
function layout(bytes: Uint8Array, view: DataView): Map<string, Section> {
  const header = failIn("header", "VXG_HEADER");
  const cut = failIn("header", "VXG_TRUNCATED");
  if (bytes.length < HEADER) cut("the file is cut off", bytes.length, `${HEADER} bytes`);
  MAGIC.forEach((byte, i) => {
    if (bytes[i] !== byte) header("this is no graph file", i, "VXGRAPH");
  });
  const major = view.getUint16(AT.major, true);
  if (major !== MAJOR) failIn("header", "VXG_VERSION")(`version ${major}`, AT.major, String(MAJOR));
  const length = u64(view, AT.length, header);
  if (length > bytes.length) cut("the file is cut off", bytes.length, `${length} bytes`);
  if (length < bytes.length) header("bytes behind the end", length, `${length} bytes`);
  const table = u64(view, AT.table, header);
  const count = view.getUint32(AT.sections, true);
  if (count > MAX_SECTIONS) header(`${count} sections`, AT.sections, `at most ${MAX_SECTIONS}`);
  if (table !== HEADER || table + ENTRY * count > bytes.length)
    header("the table lies outside of the file", AT.table, String(HEADER));
  if (view.getUint32(AT.flags, true) !== 0) header("flags that mean nothing", AT.flags, "0");
  const head = bytes.slice(0, table + ENTRY * count);
  head.fill(0, AT.crc, AT.crc + 4);
  if (crc32c(head) !== view.getUint32(AT.crc, true)) failIn("header", "VXG_CHECKSUM")("the checksum is wrong", AT.crc);
  const sections = new Map<string, Section>();
  for (let i = 0; i < count; i++) readEntry(bytes, view, table + ENTRY * i, sections);
  checkGaps(bytes, [...sections.values()], table + ENTRY * count);
  for (const name of REQUIRED) {
    if (!sections.has(name)) failIn("table", "VXG_LAYOUT")(`section ${name} is missing`, AT.sections);
  }
  return sections;
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, sections: Map<string, Section>): void {
  const table = failIn("table", "VXG_LAYOUT");
  const kind = view.getUint32(at, true);
  const name = NAMES.get(kind) ?? `section ${kind}`;
  const stride = view.getUint32(at + 4, true);
  const count = u64(view, at + 8, table);
  const offset = u64(view, at + 16, table);
  if (sections.has(name)) table(`a second section ${name}`, at);
  if (offset % 8 !== 0 || offset < HEADER || offset > bytes.length) table(`${name} lies outside of the file`, at + 16);
  let length = stride * count;
  if (stride === 0) {
    if (offset + 8 > bytes.length) table(`${name} lies outside of the file`, at + 16);
    length = 8 + u64(view, offset, table);
  }
  const end = offset + length;
  if (!Number.isSafeInteger(length) || end > bytes.length) table(`${name} is longer than the file`, at + 8);
  const fixed = LEAST_STRIDE[name as keyof typeof LEAST_STRIDE];
  if (NAMES.has(kind) && (fixed === undefined ? stride !== 0 : stride < fixed || stride > 4096)) {
    table(`rows of ${name} have ${stride} bytes`, at + 4, fixed === undefined ? "0" : `at least ${fixed}`);
  }
  if (crc32c(bytes.subarray(offset, end)) !== view.getUint32(at + 24, true)) {
    throw new GraphFormatError("VXG_CHECKSUM", "the checksum is wrong", name, offset);
  }
  sections.set(name, { name, kind, stride, count, offset, end, flags: view.getUint32(at + 28, true) });
}

/** Sections do not overlap, and what lies between them is zero. */
function checkGaps(bytes: Uint8Array, sections: readonly Section[], from: number): void {
  const table = failIn("table", "VXG_LAYOUT");
  let at = from;
  for (const { name, offset, end } of [...sections].sort((a, b) => a.offset - b.offset || a.end - b.end)) {
    if (offset < at) table(`${name} overlaps what lies before it`, offset);
    if (offset - at >= 8) table("unused bytes between sections", at);
    for (; at < offset; at++) if (bytes[at] !== 0) table("bytes between sections are not zero", at);
    at = end;
  }
  if (bytes.length - at >= 8) table("unused bytes at the end", at);
  for (; at < bytes.length; at++) if (bytes[at] !== 0) table("bytes at the end are not zero", at);
}

function get(sections: ReadonlyMap<string, Section>, name: SectionName): Section {
  return sections.get(name) as Section;
}

function readStrings(sections: ReadonlyMap<string, Section>, bytes: Uint8Array, view: DataView): string[] {
  const section = get(sections, "STR");
  const fail = failIn("STR");
  const { count, offset, end } = section;
  const from = offset + 8;
  const texts = from + 4 * (count + 1);
  if (texts > end) fail(`${count} texts do not fit`, offset);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const out: string[] = [];
  let before = view.getUint32(from, true);
  if (before !== 0) fail("the first text does not begin at 0", from);
  for (let i = 0; i < count; i++) {
    const next = view.getUint32(from + 4 * (i + 1), true);
    if (next < before || texts + next > end) fail("a text lies outside of its section", from + 4 * (i + 1));
    try {
      out.push(decoder.decode(bytes.subarray(texts + before, texts + next)));
    } catch {
      fail("a text is no UTF-8", texts + before);
    }
    before = next;
  }
  if (texts + before !== end) fail("bytes behind the last text", texts + before);
  return out;
}

function readValues(sections: ReadonlyMap<string, Section>, bytes: Uint8Array): Tagged[] {
  const { count, offset, end } = get(sections, "VALUE");
  const fail = failIn("VALUE");
  const body = bytes.subarray(0, end);
  const out: Tagged[] = [];
  let at = offset + 8;
  for (let i = 0; i < count; i++) {
    const read = decodeValue(body, at);
    if (typeof read === "string") return fail(read, at);
    out.push(read.value);
    at = read.end;
  }
  if (at !== end) fail("bytes behind the last value", at);
  return out;
}

function readCodes(
  graph: Graph,
  sections: ReadonlyMap<string, Section>,
  bytes: Uint8Array,
  view: DataView,
  strings: readonly string[],
): void {
  const section = get(sections, "CODE");
  const fail = failIn("CODE");
  let at = section.offset + 8;
  for (let i = 0; i < section.count; i++) {
    if (at + CODE_HEAD > section.end) fail("a code is cut off", at);
    const length = u64(view, at + 8, fail);
    const from = at + CODE_HEAD;
    if (length > LIMIT.codeBytes || from + length > section.end) fail("a code is longer than its section", at + 8);
    const name = view.getUint32(at + 60, true);
    const entry = name === NONE ? "" : strings[name];
    if (entry === undefined) return fail(`there is no text ${name}`, at + 60);
    const head = new DataView(bytes.buffer, bytes.byteOffset + at, CODE_HEAD);
    const start = at;
    graph.codes.restore(
      row(section, start, () => codeRecord(i, head, bytes.subarray(from, from + length), entry, true)),
    );
    at = from + length;
    for (; at % 8 !== 0 && at < section.end; at++) if (bytes[at] !== 0) fail("bytes between codes are not zero", at);
  }
  if (at !== section.end) fail("bytes behind the last code", at);
}

function readNodes(
  graph: Graph,
  sections: ReadonlyMap<string, Section>,
  view: DataView,
  strings: readonly string[],
  values: readonly Tagged[],
): void {
  const nodes = get(sections, "NODE");
  const ports = get(sections, "PORT");
  const fail = failIn("NODE");
  const failPort = failIn("PORT");
  if (nodes.count > LIMIT.nodes || ports.count > LIMIT.ports) fail("too many nodes or ports", nodes.offset);
  let port = 0;
  for (let n = 0; n < nodes.count; n++) {
    const at = nodes.offset + nodes.stride * n;
    const name = view.getUint32(at + 4, true);
    const key = name === NONE ? undefined : strings[name];
    if (name !== NONE && key === undefined) fail(`there is no text ${name}`, at + 4);
    const fields = new DataView(view.buffer, view.byteOffset + at, nodes.stride);
    row(nodes, at, () => restoreNode(graph, fields, key));
    const inputs = view.getUint16(at + 40, true);
    const outputs = view.getUint16(at + 42, true);
    const first = view.getUint32(at + 36, true);
    if (first !== (inputs + outputs === 0 ? NONE : port)) fail("ports do not follow those of the node before", at + 36);
    if (port + inputs + outputs > ports.count) fail("there are not so many ports", at + 40);
    for (let k = 0; k < inputs + outputs; k++, port++) {
      const p = ports.offset + ports.stride * port;
      const long = ports.stride >= 24;
      const value = (index: number, where: number): Tagged | undefined => {
        if (index === NONE) return undefined;
        return values[index] ?? failPort(`there is no value ${index}`, where);
      };
      const output = view.getUint8(p + 5);
      if (output !== (k < inputs ? 0 : 1)) failPort("the direction is wrong", p + 5);
      const flags = view.getUint8(p + 6);
      const portRow = {
        name: strings[view.getUint32(p, true)] ?? failPort("there is no such text", p),
        type: view.getUint8(p + 4),
        output: output === 1,
        flags,
        capacity: long ? view.getUint32(p + 16, true) : flags & PORT_FLAG.stream ? LIMIT.streamDefault : 0,
        preset: value(view.getUint32(p + 8, true), p + 8),
        current: value(view.getUint32(p + 12, true), p + 12),
        fresh: long && (view.getUint8(p + 20) & 2) !== 0,
      };
      row(ports, p, () => restorePort(graph, n, portRow));
    }
    row(nodes, at, () => checkNode(graph, n));
  }
  if (port !== ports.count) failPort("a port belongs to no node", ports.offset + ports.stride * port);
}

function readEdges(graph: Graph, sections: ReadonlyMap<string, Section>, view: DataView): void {
  const section = get(sections, "EDGE");
  if (section.count > LIMIT.edges) failIn("EDGE")("too many edges", section.offset);
  for (let e = 0; e < section.count; e++) {
    const at = section.offset + section.stride * e;
    const fields = new DataView(view.buffer, view.byteOffset + at, section.stride);
    row(section, at, () => restoreEdge(graph, fields));
  }
}

function readPatterns(
  graph: Graph,
  sections: ReadonlyMap<string, Section>,
  view: DataView,
  strings: readonly string[],
): void {
  const section = sections.get("PATTERN");
  if (section === undefined) return;
  const fail = failIn("PATTERN");
  let at = section.offset + 8;
  for (let i = 0; i < section.count; i++) {
    if (at + 8 > section.end) fail("a pattern is cut off", at);
    const node = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (node >= graph.nodeCount || graph.patterns.has(node)) fail(`node ${node} is none, or has a pattern already`, at);
    if (length > 256 || at + 8 + 8 * length > section.end) fail("a pattern is longer than its section", at + 4);
    const elements: Element[] = [];
    for (let k = 0; k < length; k++) {
      const e = at + 8 + 8 * k;
      const text = strings[view.getUint32(e + 4, true)] ?? fail("there is no such text", e + 4);
      const type = BLANK_TYPES[view.getUint8(e + 1)];
      const repeat = view.getUint16(e + 2, true);
      if (view.getUint8(e) === 0) elements.push({ constant: text });
      else if (type === undefined || repeat < 1 || repeat > 64) fail("a blank is none", e);
      else elements.push({ blank: { name: text, type, repeat } });
    }
    const start = at;
    row(section, start, () => restorePattern(graph, node, elements));
    at += 8 + 8 * length;
  }
  if (at !== section.end) fail("bytes behind the last pattern", at);
}

function readFrontier(
  graph: Graph,
  sections: ReadonlyMap<string, Section>,
  view: DataView,
  values: readonly Tagged[],
): void {
  const { offset, end } = get(sections, "FRONTIER");
  const fail = failIn("FRONTIER");
  const { engine } = graph;
  const t = engine.tables;
  let at = offset + 8;
  const room = (bytes: number): number => {
    const here = at;
    if (here + bytes > end) fail("the section is cut off", here);
    at += bytes;
    return here;
  };
  const node = (where: number): number => {
    const n = view.getUint32(where, true);
    return n < t.nodes ? n : fail(`there is no node ${n}`, where);
  };
  const value = (where: number): Tagged => values[view.getUint32(where, true)] ?? fail("there is no such value", where);
  const head = room(32);
  const average = view.getFloat64(head, true);
  if (!(average >= 0 && average <= 8)) fail("the average activation is none", head);
  engine.avgPrev = average;
  const counts = [0, 1, 2, 3, 4].map((k) => view.getUint32(head + 8 + 4 * k, true)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [members, signals, wakes, queues, waiting] = counts;
  if (16 * members + 24 * signals + 16 * wakes + 8 * queues + 4 * waiting > end - at)
    fail("the section is cut off", head + 8);
  for (let i = 0; i < members; i++) {
    const here = room(16);
    const n = node(here + 8);
    const amount = view.getFloat64(here, true);
    if (!Number.isFinite(amount)) fail("an injection is no number", here);
    t.inject[n] = amount;
    engine.frontier.add(n);
  }
  const now = u64(view, AT.step, failIn("header"));
  const step = (where: number): number => {
    const due = u64(view, where, fail);
    return due >= now ? due : fail("something is due in the past", where);
  };
  for (let i = 0; i < signals; i++) {
    const here = room(24);
    const edge = view.getUint32(here + 16, true);
    const amount = view.getFloat64(here + 8, true);
    if (edge >= t.edges || t.isRemoved(edge)) fail(`there is no edge ${edge}`, here + 16);
    if (!Number.isFinite(amount)) fail("a signal is no number", here + 8);
    const carried = view.getUint32(here + 20, true) === NONE ? undefined : value(here + 20);
    if ((t.edgeKind[edge] === 1) !== (carried !== undefined)) fail("a signal does not suit its edge", here + 16);
    if (carried !== undefined && !takes(graph, t.dstPort[edge] as number, carried))
      fail("a value does not suit its port", here + 20);
    engine.signal(step(here), { edge, amount, value: carried });
  }
  for (let i = 0; i < wakes; i++) {
    const here = room(16);
    engine.calendar.wake(step(here), node(here + 8));
  }
  for (let i = 0; i < queues; i++) {
    const here = room(8);
    const port = view.getUint32(here, true);
    const count = view.getUint32(here + 4, true);
    if (port >= t.ports || ((t.portFlags[port] as number) & PORT_FLAG.stream) === 0)
      fail(`port ${port} is no stream`, here);
    if (count < 1 || count >= (t.capacity[port] as number) || t.queues.has(port))
      fail("a queue is longer than its port allows", here + 4);
    const list: Tagged[] = [];
    for (let k = 0; k < count; k++) {
      const where = room(4);
      const item = value(where);
      if (!takes(graph, port, item)) fail("a value does not suit its port", where);
      list.push(item);
    }
    if (at % 8 !== 0) room(8 - (at % 8));
    t.queues.set(port, list);
  }
  for (let i = 0; i < waiting; i++) engine.abandon(node(room(4)));
  if (at !== end) fail("bytes behind the last entry", at);
}

function takes(graph: Graph, port: number, value: Tagged): boolean {
  const type = graph.signatureType(port);
  return type === "any" || type === value.type;
}

/** The index of COLD; the bytes stay where they are until they are read. */
function readCold(
  graph: Graph,
  sections: ReadonlyMap<string, Section>,
  bytes: Uint8Array,
  view: DataView,
  strings: readonly string[],
): void {
  const section = sections.get("COLD");
  if (section === undefined) return;
  const fail = failIn("COLD");
  const { count, offset, end } = section;
  const data = offset + 8 + COLD_ROW * count;
  if (count > LIMIT.coldEntries || data > end) fail(`${count} entries do not fit`, offset);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const at = offset + 8 + COLD_ROW * i;
    const name = strings[view.getUint32(at, true)] ?? fail("there is no such text", at);
    const from = u64(view, at + 8, fail);
    const length = u64(view, at + 16, fail);
    if (name.length === 0 || name.length > LIMIT.key || graph.cold.has(name)) fail("a name is used twice, or none", at);
    if (view.getUint32(at + 4, true) !== 0) fail("bytes that mean nothing", at + 4);
    if (from !== next || data + from + length > end) fail("an entry lies outside of its section", at + 8);
    const hash = hex(bytes.subarray(at + 24, at + COLD_ROW));
    graph.cold.restore({ name, length, hash }, bytes.subarray(data + from, data + from + length), false);
    next = from + length;
    for (; next % 8 !== 0 && data + next < end; next++) {
      if (bytes[data + next] !== 0) fail("bytes between entries are not zero", data + next);
    }
  }
  if (data + next !== end) fail("bytes behind the last entry", data + next);
}

/** What was recorded after the state in the file. */
function readRecording(graph: Graph, sections: ReadonlyMap<string, Section>, bytes: Uint8Array, view: DataView): void {
  const section = sections.get("JOURNAL");
  if (section === undefined) return;
  const fail = failIn("JOURNAL");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const records: unknown[] = [];
  let at = section.offset + 8;
  while (at < section.end) {
    if (at + 8 > section.end) fail("a record is cut off", at);
    const length = view.getUint32(at, true);
    const from = at + 8;
    if (from + length > section.end) fail("a record is cut off", at);
    const body = bytes.subarray(from, from + length);
    if (crc32c(body) !== view.getUint32(at + 4, true)) failIn("JOURNAL", "VXG_CHECKSUM")("the checksum is wrong", at);
    try {
      records.push(journalPart(decoder.decode(body)));
    } catch {
      fail("a record is no JSON", from);
    }
    at = from + length;
  }
  const [base, ...entries] = records;
  if (records.length !== section.count) fail(`${records.length} records`, section.offset, String(section.count));
  if (typeof base !== "string" || !entries.every(isEntry)) return fail("a record is none", section.offset + 8);
  graph.recording = { base, entries };
}

function readMeta(graph: Graph, sections: ReadonlyMap<string, Section>, bytes: Uint8Array): void {
  const section = sections.get("META");
  if (section === undefined) return;
  const fail = failIn("META");
  let meta: unknown;
  try {
    meta = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(section.offset + 8, section.end)),
    );
  } catch {
    fail("the text is no JSON", section.offset + 8);
  }
  if (typeof meta !== "object" || meta === null || Array.isArray(meta))
    fail("an object is expected", section.offset + 8);
  graph.meta = meta as Record<string, unknown>;
}
