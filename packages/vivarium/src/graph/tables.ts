/** Nodes, ports and edges as columns of numbers, with lists that lead from each node and port to its edges. */
import { GraphError } from "./errors.js";
import { EDGE, LIMIT, NONE } from "./types.js";
import type { Tagged } from "./values.js";

/** Bits of a node's flags. */
export const NODE_FLAG = { enabled: 1, pinned: 2 } as const;
/** Bits of a port's flags. */
export const PORT_FLAG = { required: 1, latch: 2, stream: 4 } as const;
/** Bits of an edge's flags. */
export const EDGE_FLAG = { inhibitory: 1, learnable: 2, removed: 4 } as const;
/** Bits of a port's state: it holds a value; nothing has looked at the value yet. */
export const HOLDS = 1;
export const FRESH = 2;
/** Bit of a port's flags that files do not have: it has a default. */
export const PRESET = 8;

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

function longer<T extends Column>(column: T, length: number, fill = 0): T {
  const grown = new (column.constructor as new (length: number) => T)(length);
  grown.set(column as never);
  if (fill !== 0) grown.fill(fill, column.length);
  return grown;
}

const START = 16;

/**
 * All of a graph's structure and state but values that are objects. Rows are only ever added, so an index means the same
 * for ever. Lists of edges run in the order of edge indices, because edges are put at their ends.
 */
export class Tables {
  nodes = 0;
  kind = new Uint8Array(START);
  nodeFlags = new Uint8Array(START);
  mode = new Uint8Array(START);
  group = new Uint16Array(START);
  act = new Float64Array(START);
  leak = new Float32Array(START);
  gain = new Float32Array(START);
  floor = new Float32Array(START);
  ratio = new Float32Array(START);
  /** Index of a code record, -1 for none. */
  code = new Int32Array(START);
  firstPort = new Uint32Array(START);
  inputs = new Uint16Array(START);
  /** Output ports; of nodes that run code the last one is `error`. */
  outputs = new Uint16Array(START);
  fires = new Uint32Array(START);
  faults = new Uint32Array(START);
  accepted = new Uint32Array(START);
  refractory = new Uint32Array(START);
  readyAt = new Float64Array(START);
  priority = new Int32Array(START);
  /** Moving average of acceptance, for the policy of that name. */
  acceptance = new Float32Array(START);
  /** What has been added from outside since the node was last looked at. */
  inject = new Float64Array(START);
  /** A control edge has come. */
  control = new Uint8Array(START);
  readonly keys: (string | undefined)[] = [];
  readonly byKey = new Map<string, number>();
  actIn = new Int32Array(START).fill(-1);
  actInEnd = new Int32Array(START).fill(-1);
  actOut = new Int32Array(START).fill(-1);
  actOutEnd = new Int32Array(START).fill(-1);
  controlOut = new Int32Array(START).fill(-1);
  controlOutEnd = new Int32Array(START).fill(-1);
  memberOut = new Int32Array(START).fill(-1);
  memberOutEnd = new Int32Array(START).fill(-1);

  ports = 0;
  portName = new Uint32Array(START);
  portType = new Uint8Array(START);
  portFlags = new Uint8Array(START);
  portNode = new Uint32Array(START);
  /** Values a stream holds at most. */
  capacity = new Uint32Array(START);
  /** {@link HOLDS} and {@link FRESH}. */
  portState = new Uint8Array(START);
  /** Type of the value that the port holds. */
  portTag = new Uint8Array(START);
  /** Scalars, two words each. */
  words = new Uint32Array(2 * START);
  dataIn = new Int32Array(START).fill(-1);
  dataInEnd = new Int32Array(START).fill(-1);
  dataOut = new Int32Array(START).fill(-1);
  dataOutEnd = new Int32Array(START).fill(-1);
  /** Values that are objects, by port. */
  readonly objects = new Map<number, Tagged>();
  readonly defaults = new Map<number, Tagged>();
  /** What waits behind the value that a stream port holds. */
  readonly queues = new Map<number, Tagged[]>();

  edges = 0;
  src = new Uint32Array(START);
  dst = new Uint32Array(START);
  /** Absolute port indices; {@link NONE} for edges between nodes. */
  srcPort = new Uint32Array(START);
  dstPort = new Uint32Array(START);
  edgeKind = new Uint8Array(START);
  edgeFlags = new Uint8Array(START);
  weight = new Float64Array(START);
  delay = new Uint32Array(START);
  nextOut = new Int32Array(START).fill(-1);
  nextIn = new Int32Array(START).fill(-1);

  /** Names of ports, each once. */
  readonly names: string[] = [];
  readonly #nameIds = new Map<string, number>();

  nameId(name: string): number {
    let id = this.#nameIds.get(name);
    if (id === undefined) {
      id = this.names.push(name) - 1;
      this.#nameIds.set(name, id);
    }
    return id;
  }

  #growNodes(): void {
    if (this.nodes >= LIMIT.nodes) throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.nodes} nodes`);
    const n = 2 * this.kind.length;
    this.kind = longer(this.kind, n);
    this.nodeFlags = longer(this.nodeFlags, n);
    this.mode = longer(this.mode, n);
    this.group = longer(this.group, n);
    this.act = longer(this.act, n);
    this.leak = longer(this.leak, n);
    this.gain = longer(this.gain, n);
    this.floor = longer(this.floor, n);
    this.ratio = longer(this.ratio, n);
    this.code = longer(this.code, n);
    this.firstPort = longer(this.firstPort, n);
    this.inputs = longer(this.inputs, n);
    this.outputs = longer(this.outputs, n);
    this.fires = longer(this.fires, n);
    this.faults = longer(this.faults, n);
    this.accepted = longer(this.accepted, n);
    this.refractory = longer(this.refractory, n);
    this.readyAt = longer(this.readyAt, n);
    this.priority = longer(this.priority, n);
    this.acceptance = longer(this.acceptance, n);
    this.inject = longer(this.inject, n);
    this.control = longer(this.control, n);
    this.actIn = longer(this.actIn, n, -1);
    this.actInEnd = longer(this.actInEnd, n, -1);
    this.actOut = longer(this.actOut, n, -1);
    this.actOutEnd = longer(this.actOutEnd, n, -1);
    this.controlOut = longer(this.controlOut, n, -1);
    this.controlOutEnd = longer(this.controlOutEnd, n, -1);
    this.memberOut = longer(this.memberOut, n, -1);
    this.memberOutEnd = longer(this.memberOutEnd, n, -1);
  }

  #growPorts(): void {
    if (this.ports >= LIMIT.ports) throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.ports} ports`);
    const n = 2 * this.portType.length;
    this.portName = longer(this.portName, n);
    this.portType = longer(this.portType, n);
    this.portFlags = longer(this.portFlags, n);
    this.portNode = longer(this.portNode, n);
    this.capacity = longer(this.capacity, n);
    this.portState = longer(this.portState, n);
    this.portTag = longer(this.portTag, n);
    this.words = longer(this.words, 2 * n);
    this.dataIn = longer(this.dataIn, n, -1);
    this.dataInEnd = longer(this.dataInEnd, n, -1);
    this.dataOut = longer(this.dataOut, n, -1);
    this.dataOutEnd = longer(this.dataOutEnd, n, -1);
  }

  #growEdges(): void {
    if (this.edges >= LIMIT.edges) throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.edges} edges`);
    const n = 2 * this.src.length;
    this.src = longer(this.src, n);
    this.dst = longer(this.dst, n);
    this.srcPort = longer(this.srcPort, n);
    this.dstPort = longer(this.dstPort, n);
    this.edgeKind = longer(this.edgeKind, n);
    this.edgeFlags = longer(this.edgeFlags, n);
    this.weight = longer(this.weight, n);
    this.delay = longer(this.delay, n);
    this.nextOut = longer(this.nextOut, n, -1);
    this.nextIn = longer(this.nextIn, n, -1);
  }

  /** Adds a node without ports; they have to be added right behind it. */
  addNode(kind: number, key: string | undefined): number {
    if (this.nodes === this.kind.length) this.#growNodes();
    const n = this.nodes++;
    this.kind[n] = kind;
    this.nodeFlags[n] = NODE_FLAG.enabled;
    this.code[n] = -1;
    this.firstPort[n] = this.ports;
    this.keys.push(key);
    if (key !== undefined) this.byKey.set(key, n);
    return n;
  }

  addPort(node: number, isInput: boolean, name: string, type: number, flags: number, capacity: number): number {
    if (this.ports === this.portType.length) this.#growPorts();
    const p = this.ports++;
    this.portName[p] = this.nameId(name);
    this.portType[p] = type;
    this.portFlags[p] = flags;
    this.portNode[p] = node;
    this.capacity[p] = capacity;
    const count = isInput ? this.inputs : this.outputs;
    count[node] = (count[node] as number) + 1;
    return p;
  }

  addEdge(kind: number, src: number, dst: number, srcPort: number, dstPort: number): number {
    if (this.edges === this.src.length) this.#growEdges();
    const e = this.edges++;
    this.src[e] = src;
    this.dst[e] = dst;
    this.srcPort[e] = srcPort;
    this.dstPort[e] = dstPort;
    this.edgeKind[e] = kind;
    this.weight[e] = 1;
    this.#link(e);
    return e;
  }

  #link(e: number): void {
    const append = (first: Int32Array, last: Int32Array, next: Int32Array, at: number): void => {
      const end = last[at] as number;
      if (end < 0) first[at] = e;
      else next[end] = e;
      last[at] = e;
    };
    switch (this.edgeKind[e]) {
      case EDGE.activation:
        append(this.actOut, this.actOutEnd, this.nextOut, this.src[e] as number);
        append(this.actIn, this.actInEnd, this.nextIn, this.dst[e] as number);
        break;
      case EDGE.data:
        append(this.dataOut, this.dataOutEnd, this.nextOut, this.srcPort[e] as number);
        append(this.dataIn, this.dataInEnd, this.nextIn, this.dstPort[e] as number);
        break;
      case EDGE.control:
        append(this.controlOut, this.controlOutEnd, this.nextOut, this.src[e] as number);
        break;
      case EDGE.member:
        append(this.memberOut, this.memberOutEnd, this.nextOut, this.src[e] as number);
        break;
    }
  }

  /** Takes an edge out of the lists; its index is not used again. */
  removeEdge(e: number): void {
    this.edgeFlags[e] = (this.edgeFlags[e] as number) | EDGE_FLAG.removed;
    const unlink = (first: Int32Array, last: Int32Array, next: Int32Array, at: number): void => {
      let before = -1;
      for (let i = first[at] as number; i >= 0 && i !== e; i = next[i] as number) before = i;
      const after = next[e] as number;
      if (before < 0) first[at] = after;
      else next[before] = after;
      if (last[at] === e) last[at] = before;
      next[e] = -1;
    };
    switch (this.edgeKind[e]) {
      case EDGE.activation:
        unlink(this.actOut, this.actOutEnd, this.nextOut, this.src[e] as number);
        unlink(this.actIn, this.actInEnd, this.nextIn, this.dst[e] as number);
        break;
      case EDGE.data:
        unlink(this.dataOut, this.dataOutEnd, this.nextOut, this.srcPort[e] as number);
        unlink(this.dataIn, this.dataInEnd, this.nextIn, this.dstPort[e] as number);
        break;
      case EDGE.control:
        unlink(this.controlOut, this.controlOutEnd, this.nextOut, this.src[e] as number);
        break;
      case EDGE.member:
        unlink(this.memberOut, this.memberOutEnd, this.nextOut, this.src[e] as number);
        break;
    }
  }

  /** Takes back everything that was added since there were so many rows. */
  truncate(nodes: number, ports: number, edges: number): void {
    while (this.edges > edges) {
      const e = --this.edges;
      if (!this.isRemoved(e)) this.removeEdge(e);
      this.edgeFlags[e] = 0;
      this.delay[e] = 0;
    }
    for (let n = this.nodes - 1; n >= nodes; n--) {
      const key = this.keys.pop();
      if (key !== undefined) this.byKey.delete(key);
      this.#clearNode(n);
    }
    this.nodes = nodes;
    for (let p = this.ports - 1; p >= ports; p--) {
      this.portState[p] = 0;
      this.portTag[p] = 0;
      this.objects.delete(p);
      this.defaults.delete(p);
      this.queues.delete(p);
    }
    this.ports = ports;
  }

  #clearNode(n: number): void {
    this.inputs[n] = 0;
    this.outputs[n] = 0;
    this.inject[n] = 0;
    this.control[n] = 0;
    this.act[n] = 0;
  }

  isRemoved(e: number): boolean {
    return ((this.edgeFlags[e] as number) & EDGE_FLAG.removed) !== 0;
  }

  /** The port of a node with this name, or {@link NONE}. */
  port(node: number, isInput: boolean, name: string): number {
    const first = (this.firstPort[node] as number) + (isInput ? 0 : (this.inputs[node] as number));
    const count = (isInput ? this.inputs[node] : this.outputs[node]) as number;
    for (let p = first; p < first + count; p++) if (this.names[this.portName[p] as number] === name) return p;
    return NONE;
  }

  nameOf(port: number): string {
    return this.names[this.portName[port] as number] as string;
  }
}
