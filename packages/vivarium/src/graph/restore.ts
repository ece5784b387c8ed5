/** Rows of files and stores into a graph, checked field by field. */
import { codeHash } from "./codes.js";
import { CODE_HEAD } from "./format.js";
import type { Graph } from "./graph.js";
import type { Element } from "./patterns/tokens.js";
import type { CodeRecord } from "./payload.js";
import { EDGE_FLAG, FRESH, HOLDS, PORT_FLAG, PRESET } from "./tables.js";
import {
  ABIS,
  type Abi,
  ACT_MAX,
  CAPABILITIES,
  EDGE,
  EDGE_KINDS,
  KIND,
  LIMIT,
  MODE,
  MODES,
  NODE_KINDS,
  NONE,
  PAYLOAD_KINDS,
  type PayloadKind,
  PORT_TYPES,
  type PortType,
} from "./types.js";
import { hex, type Tagged } from "./values.js";

/** What is wrong with a row, and where in it. */
export class RowError extends Error {
  constructor(
    reason: string,
    readonly at: number,
  ) {
    super(reason);
  }
}

function need(condition: boolean, reason: string, at: number): void {
  if (!condition) throw new RowError(reason, at);
}

function within(value: number, least: number, most: number, name: string, at: number): number {
  need(value >= least && value <= most, `${name} is ${value}, not from ${least} to ${most}`, at);
  return value;
}

/** A port as files and stores describe it. */
export interface PortRow {
  readonly name: string;
  readonly type: number;
  readonly output: boolean;
  readonly flags: number;
  readonly capacity: number;
  readonly preset: Tagged | undefined;
  readonly current: Tagged | undefined;
  readonly fresh: boolean;
}

/**
 * Adds a node from its row; its ports follow with {@link restorePort}.
 *
 * @param row at least 64 bytes
 */
export function restoreNode(graph: Graph, row: DataView, key: string | undefined): number {
  const t = graph.engine.tables;
  const kind = within(row.getUint8(0), 0, NODE_KINDS.length - 1, "the kind", 0);
  need((row.getUint8(1) & ~3) === 0, "flags that mean nothing", 1);
  const tail = row.byteLength >= 80;
  if (key !== undefined) {
    need(key.length > 0 && key.length <= LIMIT.key, "the key is empty or too long", 4);
    need(!t.byKey.has(key), `a second node ${JSON.stringify(key)}`, 4);
  }
  const act = within(row.getFloat64(8, true), 0, ACT_MAX, "the activation", 8);
  const leak = within(row.getFloat32(16, true), 0, 1, "leak", 16);
  const gain = within(row.getFloat32(20, true), 0, 1e6, "gain", 20);
  const floor = within(row.getFloat32(24, true), 0, ACT_MAX, "floor", 24);
  const ratio = within(row.getFloat32(28, true), Math.fround(0.1) - 1e-7, 3, "ratio", 28);
  const code = row.getUint32(32, true);
  const runs = kind === KIND.exec || kind === KIND.subgraph;
  need(
    code === NONE || (runs && code < graph.codes.records.length),
    `there is no code ${code}, or it is not for this kind`,
    32,
  );
  need(!runs || code !== NONE, "a node that runs code has none", 32);
  const mode = tail ? within(row.getUint8(64), 0, MODES.length - 1, "the mode", 64) : MODE.allInputs;
  const control = tail ? within(row.getUint8(65), 0, 3, "control", 65) : 0;
  const acceptance = tail ? within(row.getFloat32(76, true), 0, 1, "acceptance", 76) : 0.5;
  const n = t.addNode(kind, key);
  t.nodeFlags[n] = row.getUint8(1);
  t.group[n] = row.getUint16(2, true);
  t.act[n] = act;
  t.leak[n] = leak;
  t.gain[n] = gain;
  t.floor[n] = floor;
  t.ratio[n] = ratio;
  t.code[n] = code === NONE ? -1 : code;
  t.fires[n] = row.getUint32(44, true);
  t.faults[n] = row.getUint32(48, true);
  t.accepted[n] = row.getUint32(52, true);
  t.refractory[n] = row.getUint32(56, true);
  t.readyAt[n] = row.getUint32(60, true) + (tail ? row.getUint32(72, true) * 2 ** 32 : 0);
  t.mode[n] = mode;
  t.control[n] = control;
  t.priority[n] = tail ? row.getInt32(68, true) : 0;
  t.acceptance[n] = acceptance;
  return n;
}

/** Adds a port to the node that was added last. */
export function restorePort(graph: Graph, node: number, row: PortRow): number {
  const { engine } = graph;
  within(row.type, 0, PORT_TYPES.length - 1, "the type", 4);
  need((row.flags & ~7) === 0, "flags that mean nothing", 6);
  need(row.name.length > 0 && row.name.length <= 64, "the name is empty or too long", 0);
  const stream = (row.flags & PORT_FLAG.stream) !== 0;
  if (stream) {
    within(row.capacity, 1, LIMIT.streamMost, "the capacity", 16);
    need(!row.output, "an output port is no stream", 6);
    engine.streams++;
  }
  const p = engine.tables.addPort(node, !row.output, row.name, row.type, row.flags, stream ? row.capacity : 0);
  const type = PORT_TYPES[row.type] as PortType;
  for (const [value, at] of [
    [row.preset, 8],
    [row.current, 12],
  ] as const) {
    need(
      value === undefined || type === "any" || value.type === type,
      `a value of type ${value?.type} in a port of type ${type}`,
      at,
    );
  }
  if (row.preset !== undefined) {
    engine.tables.defaults.set(p, row.preset);
    engine.tables.portFlags[p] = row.flags | PRESET;
  }
  if (row.current !== undefined) engine.hold(p, row.current, row.fresh ? HOLDS | FRESH : HOLDS);
  return p;
}

/** Checks what a node's kind says about its ports. */
export function checkNode(graph: Graph, node: number): void {
  const t = graph.engine.tables;
  const inputs = t.inputs[node] as number;
  const outputs = t.outputs[node] as number;
  need(inputs + outputs <= LIMIT.portsOfNode, "too many ports", 40);
  const kind = t.kind[node] as number;
  const first = t.firstPort[node] as number;
  const type = (k: number): number => t.portType[first + k] as number;
  switch (kind) {
    case KIND.exec:
    case KIND.subgraph:
      need(outputs > 0 && t.nameOf(first + inputs + outputs - 1) === "error", "the last output port is not error", 42);
      need(PORT_TYPES[type(inputs + outputs - 1)] === "str", "the error port is no str", 42);
      break;
    case KIND.data:
    case KIND.input:
      need(
        inputs === 1 && outputs === 1 && type(0) === type(1),
        "a node of this kind has one input and one output of one type",
        40,
      );
      break;
    case KIND.output:
      need(inputs === 1 && outputs === 0, "an output node has one port", 40);
      break;
    default:
      need(inputs === 1 && PORT_TYPES[type(0)] === "list", "a pattern node has one input port, a list", 40);
  }
  const names = new Set<string>();
  for (let k = 0; k < inputs + outputs; k++) {
    const name = `${k < inputs ? "<" : ">"}${t.nameOf(first + k)}`;
    need(!names.has(name), `two ports ${name.slice(1)}`, 36);
    names.add(name);
  }
}

/** Adds an edge from its row. */
export function restoreEdge(graph: Graph, row: DataView): number {
  const t = graph.engine.tables;
  const src = within(row.getUint32(0, true), 0, t.nodes - 1, "the source", 0);
  const dst = within(row.getUint32(4, true), 0, t.nodes - 1, "the target", 4);
  const kind = within(row.getUint8(12), 0, EDGE_KINDS.length - 1, "the kind", 12);
  const flags = row.getUint8(13);
  need((flags & ~7) === 0, "flags that mean nothing", 13);
  const weight = row.getFloat64(16, true);
  need(Math.abs(weight) <= 1e6, "the weight is no number from -1e6 to 1e6", 16);
  const delay = within(row.getUint32(24, true), 0, LIMIT.delay, "the delay", 24);
  let from: number = NONE;
  let to: number = NONE;
  const relative = [row.getUint16(8, true), row.getUint16(10, true)] as const;
  if (kind === EDGE.data) {
    const inputs = t.inputs[src] as number;
    within(relative[0], inputs, inputs + (t.outputs[src] as number) - 1, "the source port", 8);
    within(relative[1], 0, (t.inputs[dst] as number) - 1, "the target port", 10);
    from = (t.firstPort[src] as number) + relative[0];
    to = (t.firstPort[dst] as number) + relative[1];
    const [a, b] = [PORT_TYPES[t.portType[from] as number], PORT_TYPES[t.portType[to] as number]];
    need(a === b || b === "any" || (a === "i32" && (b === "i64" || b === "f64")), `the edge leads ${a} to ${b}`, 8);
  } else need(relative[0] === 0xffff && relative[1] === 0xffff, "an edge between nodes has no ports", 8);
  if (kind === EDGE.control) need(t.mode[dst] === MODE.control, "control leads to a node with another mode", 4);
  if (kind === EDGE.member) need(t.kind[src] === KIND.pattern, "a member of a node that is no pattern", 0);
  const e = t.addEdge(kind, src, dst, from, to);
  t.weight[e] = weight;
  t.delay[e] = delay;
  t.edgeFlags[e] = flags & ~EDGE_FLAG.removed;
  if (flags & EDGE_FLAG.removed) t.removeEdge(e);
  return e;
}

const KIND_OF = new Map<string, PayloadKind>(
  Object.entries(PAYLOAD_KINDS).map(([name, [kind, arch]]) => [`${kind} ${arch}`, name as PayloadKind]),
);

/** A code record from its head and bytes, whose hash must be right. */
export function codeRecord(
  index: number,
  head: DataView,
  bytes: Uint8Array,
  entry: string,
  imported: boolean,
): CodeRecord {
  const kind = KIND_OF.get(`${head.getUint8(0)} ${head.getUint8(1)}`);
  need(kind !== undefined, `there is no kind of code ${head.getUint8(0)} for architecture ${head.getUint8(1)}`, 0);
  const abi = ABIS[head.getUint16(2, true)] as Abi | undefined;
  need(abi !== undefined, `there is no ABI ${head.getUint16(2, true)}`, 2);
  const capabilities = head.getUint32(4, true);
  need(capabilities < 1 << CAPABILITIES.length, "a capability that means nothing", 4);
  const written = hex(new Uint8Array(head.buffer, head.byteOffset + 16, 32));
  const hash = codeHash(kind as PayloadKind, abi as Abi, bytes);
  need(hash === written, "the code is not what its hash says", 16);
  const limits = {
    fuel: within(head.getUint32(48, true), 1, 0xffffffff, "fuel", 48),
    timeout: within(head.getUint32(52, true), 1, 0x7fffffff, "the timeout", 52),
    pages: within(head.getUint32(56, true), 1, 65_536, "pages", 56),
  };
  return {
    index,
    kind: kind as PayloadKind,
    abi: abi as Abi,
    bytes: Uint8Array.from(bytes),
    hash,
    entry,
    limits,
    capabilities,
    imported,
  };
}

/** Gives a pattern node its elements. */
export function restorePattern(graph: Graph, node: number, elements: readonly Element[]): void {
  const t = graph.engine.tables;
  need(t.kind[node] === KIND.pattern, "the node is no pattern", 0);
  const blanks = elements.flatMap((e) => ("blank" in e ? [e.blank] : []));
  const first = (t.firstPort[node] as number) + 1;
  const same =
    blanks.length === t.outputs[node] &&
    blanks.every(
      ({ name, type, repeat }, k) =>
        t.nameOf(first + k) === name && PORT_TYPES[t.portType[first + k] as number] === (repeat === 1 ? type : "list"),
    );
  need(same, "the blanks are not the node's output ports", 0);
  graph.addPattern(node, elements);
}

/** Bytes of a code record's head. */
export const HEAD = CODE_HEAD;
