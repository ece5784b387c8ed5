/** Adds nodes and edges to the tables; whatever cannot be right is refused here (specification, D1 and D5). */
import type { Codes } from "./codes.js";
import { type ActivationSpec, type NamedPort, type NodeAttributes, PORT_NAME, parsePorts } from "./edits.js";
import type { Engine } from "./engine.js";
import { GraphError } from "./errors.js";
import type { CodeRecord } from "./payload.js";
import { EDGE_FLAG, HOLDS, NODE_FLAG, PORT_FLAG, PRESET } from "./tables.js";
import { EDGE, KIND, LIMIT, MODE, MODES, type Mode, NONE, PORT_TYPES, type PortType } from "./types.js";
import { tagged } from "./values.js";

const KEY = /^[A-Za-z_][A-Za-z0-9_:/-]*$/;

function inRange(name: string, value: number, least: number, most: number, whole = false): number {
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new GraphError("GRAPH_RANGE", `${name}: ${value} is not from ${least} to ${most}`);
  }
  return value;
}

/** Adds rows and checks them. */
export class Builder {
  readonly #engine: Engine;
  readonly #maxNodes: number;

  constructor(
    engine: Engine,
    readonly codes: Codes,
    maxNodes: number,
  ) {
    this.#engine = engine;
    this.#maxNodes = maxNodes;
  }

  // Names -----------------------------------------------------------------------------------------------------------

  /** A node by index, by key, or by `#index`. @throws GraphError `GRAPH_NODE` */
  node(given: number | string): number {
    const t = this.#engine.tables;
    const index =
      typeof given === "number" ? given : given.startsWith("#") ? Number(given.slice(1)) : (t.byKey.get(given) ?? -1);
    if (!Number.isInteger(index) || index < 0 || index >= t.nodes) {
      throw new GraphError("GRAPH_NODE", `there is no node ${typeof given === "number" ? `#${given}` : given}`);
    }
    return index;
  }

  /** `key.port`, or `key` where a node has only one such port. @throws GraphError `GRAPH_PORT` */
  port(given: string, isInput: boolean): number {
    const dot = given.lastIndexOf(".");
    const node = this.node(dot < 0 ? given : given.slice(0, dot));
    return this.portOf(node, dot < 0 ? undefined : given.slice(dot + 1), isInput);
  }

  portOf(node: number, name: string | undefined, isInput: boolean): number {
    const t = this.#engine.tables;
    const first = (t.firstPort[node] as number) + (isInput ? 0 : (t.inputs[node] as number));
    const count = (isInput ? t.inputs[node] : t.outputs[node]) as number;
    const runs = t.kind[node] === KIND.exec || t.kind[node] === KIND.subgraph;
    const side = isInput ? "input" : "output";
    if (name === undefined) {
      // The error port is implied: of two outputs one is meant.
      if (count === 1 || (!isInput && runs && count === 2)) return first;
      throw new GraphError("GRAPH_PORT", `${this.label(node)} has ${count} ${side} ports; say which`);
    }
    const port = t.port(node, isInput, name);
    if (port === NONE) {
      const known = Array.from({ length: count }, (_, k) => t.nameOf(first + k));
      throw new GraphError(
        "GRAPH_PORT",
        `${this.label(node)} has no ${side} port ${name} (it has ${known.join(", ") || "none"})`,
      );
    }
    return port;
  }

  label(node: number): string {
    return this.#engine.tables.keys[node] ?? `#${node}`;
  }

  // Nodes -----------------------------------------------------------------------------------------------------------

  #add(kind: number, key: string | undefined, attributes: NodeAttributes, ports: number): number {
    const t = this.#engine.tables;
    if (t.nodes >= this.#maxNodes) throw new GraphError("GRAPH_LIMIT", `more than ${this.#maxNodes} nodes`);
    if (ports > LIMIT.portsOfNode)
      throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.portsOfNode} ports of a node`);
    if (key !== undefined) {
      if (key.length > LIMIT.key || !KEY.test(key)) {
        throw new GraphError("GRAPH_KEY", `${JSON.stringify(key.slice(0, 60))} is no key (letters, digits, _ : / -)`);
      }
      if (t.byKey.has(key)) throw new GraphError("GRAPH_KEY", `there is a node ${key} already`);
    }
    const checked = {
      leak: inRange("leak", attributes.leak ?? 0.5, 0, 1),
      gain: inRange("gain", attributes.gain ?? 1, 0, 1e6),
      floor: inRange("floor", attributes.floor ?? 0.5, 0, 8),
      ratio: inRange("ratio", attributes.ratio ?? 1, 0.1, 3),
      refractory: inRange("refractory", attributes.refractory ?? 4, 0, 1 << 30, true),
      priority: inRange("priority", attributes.priority ?? 0, -(2 ** 31), 2 ** 31 - 1, true),
      group: inRange("group", attributes.group ?? 0, 0, 0xffff, true),
    };
    const n = t.addNode(kind, key);
    t.leak[n] = checked.leak;
    t.gain[n] = checked.gain;
    t.floor[n] = checked.floor;
    t.ratio[n] = checked.ratio;
    t.refractory[n] = checked.refractory;
    t.priority[n] = checked.priority;
    t.group[n] = checked.group;
    t.acceptance[n] = 0.5;
    t.readyAt[n] = 0;
    t.fires[n] = 0;
    t.faults[n] = 0;
    t.accepted[n] = 0;
    return n;
  }

  #ports(node: number, ports: readonly NamedPort[], isInput: boolean, requiredByDefault: boolean): void {
    const t = this.#engine.tables;
    for (const port of ports) {
      let flags = (port.required ?? requiredByDefault) ? PORT_FLAG.required : 0;
      let capacity = 0;
      if (port.latch === true) flags |= PORT_FLAG.latch;
      if (port.stream !== undefined && port.stream !== false) {
        flags |= PORT_FLAG.stream;
        capacity = port.stream === true ? LIMIT.streamDefault : port.stream;
        this.#engine.streams++;
      }
      const p = t.addPort(node, isInput, port.name, PORT_TYPES.indexOf(port.type), isInput ? flags : 0, capacity);
      if (port.default !== undefined) this.setDefault(p, port.default);
    }
  }

  static checkPorts(inputs: readonly NamedPort[], outputs: readonly NamedPort[]): void {
    for (const side of [inputs, outputs]) {
      const seen = new Set<string>(side === outputs ? ["error"] : []);
      for (const { name, type, stream, latch, default: preset } of side) {
        if (!PORT_NAME.test(name)) throw new GraphError("GRAPH_PORTS", `${JSON.stringify(name)} is no name of a port`);
        if (!PORT_TYPES.includes(type)) throw new GraphError("GRAPH_PORTS", `there is no type ${JSON.stringify(type)}`);
        if (seen.has(name)) throw new GraphError("GRAPH_PORTS", `two ports ${name}`);
        seen.add(name);
        if (typeof stream === "number") inRange("stream", stream, 1, LIMIT.streamMost, true);
        if (latch === true && stream !== undefined && stream !== false) {
          throw new GraphError("GRAPH_PORTS", `${name}: a stream cannot be a latch`);
        }
        if (preset !== undefined) tagged(preset, type);
      }
    }
  }

  exec(
    kind: "exec" | "subgraph",
    key: string | undefined,
    code: CodeRecord,
    inputs: readonly NamedPort[],
    outputs: readonly NamedPort[],
    mode: Mode,
    attributes: NodeAttributes,
  ): number {
    if (!MODES.includes(mode)) throw new GraphError("GRAPH_RANGE", `there is no mode ${JSON.stringify(mode)}`);
    Builder.checkPorts(inputs, outputs);
    const n = this.#add(KIND[kind], key, attributes, inputs.length + outputs.length + 1);
    const t = this.#engine.tables;
    t.mode[n] = MODES.indexOf(mode);
    t.code[n] = code.index;
    this.#ports(n, inputs, true, mode !== "any-input");
    this.#ports(n, outputs, false, false);
    t.addPort(n, false, "error", PORT_TYPES.indexOf("str"), 0, 0);
    return n;
  }

  plain(
    kind: "data" | "input" | "output",
    key: string | undefined,
    type: PortType,
    stream: number | undefined,
    attributes: NodeAttributes,
  ): number {
    const input: NamedPort = { name: "in", type, ...(stream === undefined ? {} : { stream }) };
    Builder.checkPorts([input], []);
    const n = this.#add(KIND[kind], key, attributes, 2);
    this.#ports(n, [input], true, true);
    if (kind !== "output") this.#ports(n, [{ name: "out", type }], false, false);
    else {
      const t = this.#engine.tables;
      const p = t.firstPort[n] as number;
      // An output shows what came last.
      if (stream === undefined) t.portFlags[p] = (t.portFlags[p] as number) | PORT_FLAG.latch;
    }
    return n;
  }

  pattern(key: string | undefined, blanks: readonly NamedPort[], attributes: NodeAttributes): number {
    Builder.checkPorts([], blanks);
    const n = this.#add(KIND.pattern, key, attributes, 1 + blanks.length);
    this.#ports(n, [{ name: "in", type: "list" }], true, true);
    this.#ports(n, blanks, false, false);
    return n;
  }

  setDefault(port: number, given: Parameters<typeof tagged>[0]): void {
    const t = this.#engine.tables;
    const value = tagged(given, PORT_TYPES[t.portType[port] as number]);
    t.defaults.set(port, value);
    t.portFlags[port] = (t.portFlags[port] as number) | PRESET;
    if (((t.portState[port] as number) & HOLDS) === 0) this.#engine.hold(port, value, HOLDS);
  }

  // Edges -----------------------------------------------------------------------------------------------------------

  data(from: number, to: number, delay = 0): number {
    const t = this.#engine.tables;
    inRange("delay", delay, 0, LIMIT.delay, true);
    const [source, target] = [t.portType[from] as number, t.portType[to] as number].map((i) => PORT_TYPES[i]) as [
      PortType,
      PortType,
    ];
    const converts = source === "i32" && (target === "i64" || target === "f64");
    if (source !== target && target !== "any" && !converts) {
      const [a, b] = [from, to].map((p) => `${this.label(t.portNode[p] as number)}.${t.nameOf(p)}`);
      throw new GraphError("GRAPH_TYPE", `${a} gives ${source}, ${b} takes ${target}`);
    }
    const e = t.addEdge(EDGE.data, t.portNode[from] as number, t.portNode[to] as number, from, to);
    t.delay[e] = delay;
    return e;
  }

  activation(
    src: number,
    dst: number,
    { w: weight = 1, inhibitory = false, learnable = false, delay = 0 }: ActivationSpec,
  ): number {
    inRange("weight", weight, -1e6, 1e6);
    inRange("delay", delay, 0, LIMIT.delay, true);
    const t = this.#engine.tables;
    const e = t.addEdge(EDGE.activation, src, dst, NONE, NONE);
    t.weight[e] = weight;
    t.delay[e] = delay;
    t.edgeFlags[e] = (inhibitory ? EDGE_FLAG.inhibitory : 0) | (learnable ? EDGE_FLAG.learnable : 0);
    return e;
  }

  control(src: number, dst: number, delay = 0): number {
    inRange("delay", delay, 0, LIMIT.delay, true);
    const t = this.#engine.tables;
    if ((t.kind[dst] !== KIND.exec && t.kind[dst] !== KIND.subgraph) || t.mode[dst] !== MODE.control) {
      throw new GraphError("GRAPH_EDGE", `${this.label(dst)} does not fire by control: its mode is another`);
    }
    const e = t.addEdge(EDGE.control, src, dst, NONE, NONE);
    t.delay[e] = delay;
    return e;
  }

  member(pattern: number, node: number): number {
    const t = this.#engine.tables;
    if (t.kind[pattern] !== KIND.pattern) throw new GraphError("GRAPH_EDGE", `${this.label(pattern)} is no pattern`);
    return t.addEdge(EDGE.member, pattern, node, NONE, NONE);
  }

  disconnect(edge: number): void {
    const t = this.#engine.tables;
    if (!Number.isInteger(edge) || edge < 0 || edge >= t.edges || t.isRemoved(edge)) {
      throw new GraphError("GRAPH_EDGE", `there is no edge ${edge}`);
    }
    t.removeEdge(edge);
    // What is on its way along the edge does not arrive.
    this.#engine.forget(edge);
  }

  enable(node: number, enabled: boolean): void {
    const t = this.#engine.tables;
    const flags = t.nodeFlags[node] as number;
    t.nodeFlags[node] = enabled ? flags | NODE_FLAG.enabled : flags & ~NODE_FLAG.enabled;
    this.#engine.frontier.add(node);
  }

  /** Ports of a text as the exec and subgraph edits have them. */
  static ports(text: string): { inputs: NamedPort[]; outputs: NamedPort[] } {
    return parsePorts(text);
  }
}
