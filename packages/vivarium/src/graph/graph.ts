/** A graph of nodes whose code is executed: what `createGraph` and its like give. */

import { sha256 } from "../index.js";
import { nextTurn } from "../machine/next-turn.js";
import { applyEdit, attributesOf, codeEdit } from "./apply.js";
import { Builder } from "./build.js";
import { Changes } from "./changes.js";
import { type CodeSpec, Codes } from "./codes.js";
import { ColdData } from "./cold.js";
import {
  type ActivationSpec,
  type Edit,
  type NamedPort,
  type NodeAttributes,
  type PortSpec,
  portsText,
} from "./edits.js";
import { Engine, type EngineOwner } from "./engine.js";
import { GraphError } from "./errors.js";
import { type Explanation, explain } from "./explain.js";
import { capabilityMask } from "./host.js";
import { hostFunctions } from "./host-payload.js";
import { inspectEdge, inspectNode } from "./inspect.js";
import type {
  EdgeInfo,
  ExecSpec,
  GraphOptions,
  NodeId,
  NodeInfo,
  NodeName,
  RunOptions,
  RunResult,
  SaveOptions,
} from "./interface.js";
import { type Journal, type JournalEntry, Script } from "./journal.js";
import { Matcher } from "./patterns/matcher.js";
import { type Element, parsePattern, patternText, tokens } from "./patterns/tokens.js";
import type { CodeRecord, Payload, PortSignature, Signature } from "./payload.js";
import { PayloadTable } from "./payload-table.js";
import { wasmPayload } from "./payloads/wasm.js";
import type { Firing } from "./provenance.js";
import { Puller, type PullResult } from "./pull.js";
import { readGraph } from "./read.js";
import { Run } from "./run.js";
import type { GraphStore } from "./store.js";
import { subgraphPayload } from "./subgraph.js";
import { HOLDS } from "./tables.js";
import { KIND, LIMIT, NONE, PORT_TYPES, type PortType, type Trap } from "./types.js";
import { hex, plain, type Tagged, tagged, type Value } from "./values.js";
import { writeGraph } from "./write.js";

/** How long `run` keeps the event loop waiting, in milliseconds. */
const TURN_MS = 8;
const MASK64 = 2n ** 64n - 1n;

function portList(ports: Readonly<Record<string, PortType | PortSpec>> | undefined): NamedPort[] {
  return Object.entries(ports ?? {}).map(([name, port]) =>
    typeof port === "string" ? { name, type: port } : { name, ...port },
  );
}

export class Graph {
  /** Used by stores, files and tools of the graph; not part of the interface. @internal */
  readonly engine: Engine;
  /** @internal */
  readonly codes = new Codes();
  /** @internal */
  readonly patterns = new Map<number, readonly Element[]>();
  /** Read-only data that payloads reach by `cold.read`: see {@link addCold}. */
  readonly cold = new ColdData();
  /** What was recorded after the state in the file that the graph came out of; `replay` repeats it. */
  recording: Journal | undefined;
  /** @internal Sections of a file that this version does not know, kept for writing. */
  unknownSections: { kind: number; stride: number; count: number; flags: number; bytes: Uint8Array }[] = [];
  /** @internal */
  generation = 0;
  /** @internal State of the random numbers. */
  random: bigint;
  /** @internal Free text of the file: title and the like. */
  meta: Record<string, unknown> = {};
  readonly options: GraphOptions;
  readonly #builder: Builder;
  readonly #matcher = new Matcher();
  readonly #payloads: PayloadTable;
  #granted: ReadonlySet<string> = new Set();
  #busy = false;
  #outputs = new Map<NodeId, Value>();
  #onOutput: ((node: NodeId, value: Tagged) => void) | undefined;
  #journal: JournalEntry[] | undefined;
  #base = "";
  /** The graph at the start of the recording. */
  #baseFile = new Uint8Array(0);
  #script: Script | undefined;
  #applying = false;
  #store: GraphStore | undefined;
  readonly #changes = new Changes();
  #sinceCommit = 0;
  readonly #puller: Puller;

  constructor(options: GraphOptions = {}, depth = 0) {
    this.options = options;
    const adapters = [
      ...(options.payloads ?? []),
      hostFunctions(options.functions ?? {}),
      wasmPayload(options.wasm ?? "worker"),
      subgraphPayload(options),
    ];
    this.#payloads = new PayloadTable(adapters, depth, {
      codeOf: (node) => this.codeOf(node),
      signature: (node) => this.signature(node),
      trustNative: options.trustNative === true,
    });
    this.random = BigInt.asUintN(64, options.seed ?? 0x9e3779b97f4a7c15n);
    this.engine = new Engine(this.#owner(), options.policies ?? {}, options.provenance ?? 4096);
    this.engine.timing = options.timing ?? true;
    this.#builder = new Builder(this.engine, this.codes, options.maxNodes ?? LIMIT.nodes);
    this.#puller = new Puller(this);
    if (options.record === true) this.record();
  }

  // Building --------------------------------------------------------------------------------------------------------

  get nodeCount(): number {
    return this.engine.tables.nodes;
  }
  get edgeCount(): number {
    return this.engine.tables.edges;
  }
  /** Steps since the graph was made. */
  get step(): number {
    return this.engine.step;
  }

  /**
   * Adds code; the same code with the same limits is kept once.
   *
   * @throws GraphError `GRAPH_PAYLOAD` for a kind that nothing here executes
   */
  code(spec: CodeSpec): CodeRecord {
    this.#mayEdit();
    if (!this.#payloads.executes(spec.kind)) {
      throw new GraphError("GRAPH_PAYLOAD", `nothing here executes code of kind ${JSON.stringify(spec.kind)}`);
    }
    const count = this.codes.records.length;
    const record = this.codes.add(spec);
    if (this.codes.records.length > count) this.#note(() => codeEdit(record));
    return record;
  }

  /**
   * Adds a node that runs code.
   *
   * @throws GraphError `GRAPH_KEY`, `GRAPH_PORTS`, `GRAPH_RANGE`, `GRAPH_ABI`; LoadError when the code cannot be loaded
   */
  exec(key: string | undefined, spec: ExecSpec): NodeId {
    return this.execNode("exec", key, spec);
  }

  /** Adds a node that runs another graph: `spec.code` holds its file; its input and output nodes are the ports. */
  subgraph(key: string | undefined, spec: ExecSpec): NodeId {
    return this.execNode("subgraph", key, spec);
  }

  /** @internal */
  execNode(kind: "exec" | "subgraph", key: string | undefined, spec: ExecSpec): NodeId {
    this.#mayEdit();
    const inputs = portList(spec.in);
    const outputs = portList(spec.out);
    Builder.checkPorts(inputs, outputs);
    const code = "hash" in spec.code ? spec.code : this.code(spec.code);
    if (this.codes.records[code.index] !== code)
      throw new GraphError("GRAPH_CODE", "the code belongs to another graph");
    const payload = this.#payloads.instance(code, { inputs, outputs });
    const mode = spec.mode ?? "all-inputs";
    const node = this.#builder.exec(kind, key, code, inputs, outputs, mode, spec);
    this.#payloads.set(node, payload);
    this.#touch(node);
    this.#note(() => ({
      op: kind,
      key: key ?? `#${node}`,
      code: code.hash,
      ports: portsText(inputs, outputs),
      mode,
      attributes: attributesOf(spec),
    }));
    for (const { name, default: preset, type } of inputs) {
      if (preset !== undefined) {
        this.#note(() => ({ op: "default", port: `#${node}.${name}`, value: tagged(preset, type) }));
      }
    }
    return node;
  }

  /** @internal */
  plainNode(
    kind: "data" | "input" | "output",
    key: string | undefined,
    type: PortType,
    stream?: number,
    attributes: NodeAttributes = {},
  ): NodeId {
    this.#mayEdit();
    if (!PORT_TYPES.includes(type)) throw new GraphError("GRAPH_PORTS", `there is no type ${JSON.stringify(type)}`);
    const node = this.#builder.plain(kind, key, type, stream, attributes);
    this.#touch(node);
    this.#note(() => ({
      op: "node",
      kind,
      key: key ?? `#${node}`,
      type,
      ...(stream === undefined ? {} : { stream }),
      attributes,
    }));
    return node;
  }

  /** Adds a node that passes on the values it is given, and carries activation. */
  value(key: string | undefined, type: PortType = "any", attributes: NodeAttributes = {}): NodeId {
    return this.plainNode("data", key, type, undefined, attributes);
  }
  /** Adds a node through which values come in; with `stream` so many may wait. */
  input(key: string | undefined, type: PortType, stream?: number): NodeId {
    return this.plainNode("input", key, type, stream);
  }
  /** Adds a node at which values come out. */
  output(key: string | undefined, type: PortType = "any"): NodeId {
    return this.plainNode("output", key, type);
  }

  /**
   * Adds a pattern: constants and blanks, as `_+_=?` or `_x:u64 plus _y:u64`. Each blank is an output port.
   *
   * @throws GraphError `GRAPH_PATTERN`
   */
  pattern(key: string | undefined, text: string, attributes: NodeAttributes = {}): NodeId {
    this.#mayEdit();
    const elements = parsePattern(text);
    const blanks = elements.flatMap((e) => ("blank" in e ? [e.blank] : []));
    const ports = blanks.map(({ name, type, repeat }): NamedPort => ({ name, type: repeat === 1 ? type : "list" }));
    const node = this.#builder.pattern(key, ports, attributes);
    this.addPattern(node, elements);
    this.#touch(node);
    this.#note(() => ({
      op: "pattern",
      key: key ?? `#${node}`,
      pattern: patternText(elements),
      attributes: attributesOf(attributes),
    }));
    return node;
  }

  /** @internal */
  addPattern(node: number, elements: readonly Element[]): void {
    this.patterns.set(node, elements);
    this.#matcher.add(node, elements, this.engine.tables.priority[node] as number);
  }

  /**
   * Leads values from an output port to an input port, so many steps later.
   *
   * @returns the edge's index
   * @throws GraphError `GRAPH_TYPE` when the types do not fit; i32 goes to i64 and f64, everything to any
   */
  data(from: NodeName, fromPort: string | undefined, to: NodeName, toPort: string | undefined, delay = 0): number {
    this.#mayEdit();
    const builder = this.#builder;
    const source = builder.portOf(builder.node(from), fromPort, false);
    const target = builder.portOf(builder.node(to), toPort, true);
    const edge = builder.data(source, target, delay);
    this.#note(() => ({ op: "data", from: this.#portName(source), to: this.#portName(target), delay }));
    return edge;
  }

  /** Leads values as {@link data} does, with ports written `node.port`. */
  connect(from: string, to: string, delay = 0): number {
    this.#mayEdit();
    const [source, target] = [this.#builder.port(from, false), this.#builder.port(to, true)];
    const edge = this.#builder.data(source, target, delay);
    this.#note(() => ({ op: "data", from: this.#portName(source), to: this.#portName(target), delay }));
    return edge;
  }

  /** Leads activation from one node to another. @returns the edge's index */
  act(from: NodeName, to: NodeName, how: ActivationSpec = {}): number {
    this.#mayEdit();
    const [source, target] = [this.#builder.node(from), this.#builder.node(to)];
    const edge = this.#builder.activation(source, target, how);
    this.#note(() => ({
      op: "act",
      from: `#${source}`,
      to: `#${target}`,
      weight: how.w ?? 1,
      inhibitory: how.inhibitory ?? false,
      ...(how.learnable === true ? { learnable: true } : {}),
      delay: how.delay ?? 0,
    }));
    return edge;
  }

  /** Lets a node in mode `control` fire after another one has fired without a trap. */
  control(from: NodeName, to: NodeName, delay = 0): number {
    this.#mayEdit();
    const [source, target] = [this.#builder.node(from), this.#builder.node(to)];
    const edge = this.#builder.control(source, target, delay);
    this.#note(() => ({ op: "control", from: `#${source}`, to: `#${target}`, delay }));
    return edge;
  }

  /** Notes that a node belongs to a pattern. */
  member(pattern: NodeName, node: NodeName): number {
    this.#mayEdit();
    const [source, target] = [this.#builder.node(pattern), this.#builder.node(node)];
    const edge = this.#builder.member(source, target);
    this.#note(() => ({ op: "member", from: `#${source}`, to: `#${target}` }));
    return edge;
  }

  /** Removes an edge; what is on its way along it does not arrive. */
  disconnect(edge: number): void {
    this.#mayEdit();
    this.#builder.disconnect(edge);
    this.#changes.edges.add(edge);
    this.#note(() => ({ op: "disconnect", edge }));
  }

  /** A node that is not enabled neither fires nor passes anything on. */
  enable(node: NodeName, enabled: boolean): void {
    this.#mayEdit();
    const n = this.#builder.node(node);
    this.#builder.enable(n, enabled);
    this.#touch(n);
    this.#note(() => ({ op: "enable", node: `#${n}`, enabled }));
  }

  /** Gives a node other code, for the same ports. */
  recode(node: NodeName, given: CodeRecord | CodeSpec): void {
    this.#mayEdit();
    const n = this.#builder.node(node);
    const t = this.engine.tables;
    if ((t.code[n] as number) < 0) throw new GraphError("GRAPH_CODE", `${this.label(n)} runs no code`);
    const code = "hash" in given ? given : this.code(given);
    if (this.codes.records[code.index] !== code)
      throw new GraphError("GRAPH_CODE", "the code belongs to another graph");
    this.#payloads.set(n, this.#payloads.instance(code, this.signature(n)));
    t.code[n] = code.index;
    this.#touch(n);
    this.#note(() => ({ op: "recode", node: `#${n}`, code: code.hash }));
  }

  /**
   * Adds read-only data under a name; payloads with the capability `cold` read parts of it.
   *
   * @throws GraphError `GRAPH_COLD` when there is other data of that name: it is never replaced
   */
  addCold(name: string, bytes: Uint8Array): void {
    this.#mayEdit();
    if (!this.cold.add(name, bytes)) return;
    this.#note(() => ({ op: "cold", name, bytes: Uint8Array.from(bytes) }));
  }

  // Values ----------------------------------------------------------------------------------------------------------

  /**
   * Gives a value to an input port; without a port name to the only one.
   *
   * @throws GraphError `GRAPH_VALUE` for a value of another type, `GRAPH_FULL` when a stream takes no more
   */
  set(node: NodeName, ...given: [value: Value | Tagged] | [port: string, value: Value | Tagged]): void {
    const n = this.#builder.node(node);
    const [name, value] = given.length === 2 ? given : [undefined, given[0]];
    const port = this.#builder.portOf(n, name, true);
    this.#set(port, value);
  }

  /** Gives a value to the port that is written `node.port`. @internal */
  setPort(port: string, value: Tagged): void {
    this.#set(this.#builder.port(port, true), value);
  }
  /** Gives a port what it holds from the start. @internal */
  preset(edit: Extract<Edit, { op: "default" }>): void {
    this.#mayEdit();
    const port = this.#builder.port(edit.port, true);
    this.#builder.setDefault(port, edit.value);
    this.#touch(this.engine.tables.portNode[port] as number);
    this.#note(() => edit);
  }

  #set(port: number, given: Value | Tagged): void {
    this.#mayEdit();
    const t = this.engine.tables;
    const value = tagged(given, PORT_TYPES[t.portType[port] as number] as PortType);
    if (this.engine.isFull(port))
      throw new GraphError("GRAPH_FULL", `${this.#portName(port)} takes no more values now`);
    this.engine.give(port, value);
    this.#touch(t.portNode[port] as number);
    this.#note(() => ({ op: "set", port: this.#portName(port), value }));
  }

  /** What a port holds: of an output node the value that came last, else of the port with this name. */
  get(node: NodeName, port?: string): Value | undefined {
    const value = this.getTagged(node, port);
    return value === undefined ? undefined : plain(value);
  }

  /** Like {@link get}, with the type. */
  getTagged(node: NodeName, port?: string): Tagged | undefined {
    const n = this.#builder.node(node);
    const t = this.engine.tables;
    if (port === undefined) {
      const isInput = t.kind[n] === KIND.output || (t.outputs[n] as number) === 0;
      return this.engine.valueOf(this.#builder.portOf(n, undefined, isInput));
    }
    const found = [t.port(n, false, port), t.port(n, true, port)].find((p) => p !== NONE);
    if (found === undefined) throw new GraphError("GRAPH_PORT", `${this.label(n)} has no port ${port}`);
    return this.engine.valueOf(found);
  }

  /** Adds activation to a node. */
  inject(node: NodeName, amount = 1): void {
    this.#mayEdit();
    if (!Number.isFinite(amount)) throw new GraphError("GRAPH_RANGE", `activation: ${amount}`);
    const n = this.#builder.node(node);
    this.engine.inject(n, amount);
    this.#note(() => ({ op: "inject", node: `#${n}`, amount }));
  }

  /** Asks a node to fire in the next step, whatever its mode; it still needs its inputs. */
  fire(node: NodeName): void {
    this.#mayEdit();
    const n = this.#builder.node(node);
    this.engine.ask(n);
    this.#note(() => ({ op: "fire", node: `#${n}` }));
  }

  /**
   * Cuts a text into tokens and gives what matches a pattern to that pattern's node.
   *
   * @returns the patterns that matched, in the order of the text
   */
  feed(text: string): NodeId[] {
    this.#mayEdit();
    const list = tokens(text);
    const matched: NodeId[] = [];
    for (let at = 0; at < list.length; ) {
      const match = this.#matcher.at(list, at);
      if (match === undefined) {
        at++;
        continue;
      }
      this.engine.give(this.engine.tables.firstPort[match.id] as number, { type: "list", value: match.bindings });
      matched.push(match.id);
      at += match.length;
    }
    if (matched.length > 0) this.#note(() => ({ op: "feed", text }));
    return matched;
  }

  /** Says whether the last result of a node was good: what success means here is that it was accepted (C13). */
  reward(node: NodeName, accepted: boolean): void {
    this.#mayEdit();
    const n = this.#builder.node(node);
    const t = this.engine.tables;
    if (accepted) t.accepted[n] = (t.accepted[n] as number) + 1;
    if (this.options.policies?.adaptation === true) {
      const average = 0.9 * (t.acceptance[n] as number) + (accepted ? 0.1 : 0);
      t.acceptance[n] = average;
      const ratio = (t.ratio[n] as number) * (average > 0.7 ? 0.99 : average < 0.3 ? 1.01 : 1);
      t.ratio[n] = Math.min(3, Math.max(0.1, ratio));
    }
    this.#touch(n);
    this.#note(() => ({ op: "reward", node: `#${n}`, accepted }));
  }

  // Running ---------------------------------------------------------------------------------------------------------

  /** Nothing will happen before something comes from outside. */
  get quiet(): boolean {
    return this.engine.quiet;
  }

  /**
   * Runs until nothing happens any more or a limit is reached, waiting for payloads that run elsewhere. With a store,
   * what the run did is safe there when the promise resolves.
   */
  async run(options: RunOptions = {}): Promise<RunResult> {
    const run = this.#begin(options);
    let turn = performance.now();
    try {
      for (;;) {
        const reason = run.stop();
        if (reason !== undefined) {
          if (reason !== "waiting") return run.result(reason);
          await run.arrival();
          turn = performance.now();
          if (options.signal?.aborted === true) return run.result("signal");
          if (performance.now() >= run.deadline) return run.result("deadline");
          // The arrival is a step, even when nothing else happens in it.
          run.force();
        }
        const pending = run.step();
        if (pending !== undefined) {
          await pending;
          run.stepped();
          turn = performance.now();
        }
        if (this.#store !== undefined && ++this.#sinceCommit >= (options.commitEvery ?? 1000)) await this.#commit();
        if (performance.now() - turn > TURN_MS) {
          await nextTurn();
          turn = performance.now();
        }
      }
    } finally {
      run.end();
      if (this.#store !== undefined) await this.#commit();
    }
  }

  /**
   * Like {@link run}, at once: without payloads that run elsewhere. A graph whose nodes wait for promises stops with
   * `waiting`. Stores are brought up to date by {@link commit}.
   *
   * @throws GraphError `GRAPH_ASYNC` when code of the graph runs in another process or thread
   */
  runSync(options: RunOptions = {}): RunResult {
    if (this.runsElsewhere)
      throw new GraphError("GRAPH_ASYNC", "code of this graph runs in workers or processes: use run()");
    const run = this.#begin(options);
    try {
      for (;;) {
        const reason = run.stop();
        if (reason !== undefined) return run.result(reason);
        if (run.step() !== undefined)
          throw new GraphError("GRAPH_ASYNC", "code of this graph runs in workers or processes: use run()");
      }
    } finally {
      run.end();
    }
  }

  /** Code that has been loaded so far runs in workers or other processes: {@link runSync} cannot wait for it. */
  get runsElsewhere(): boolean {
    return this.#payloads.elsewhere;
  }

  #begin(options: RunOptions): Run {
    this.#mayEdit();
    const grant = [...new Set(options.grant ?? [])].sort();
    capabilityMask(grant);
    this.#granted = new Set(grant);
    this.#note(() => ({ grant }), "grant");
    this.#outputs = new Map();
    this.#onOutput = options.onOutput;
    this.#busy = true;
    this.engine.wind();
    return new Run(this.engine, options, {
      outputs: () => this.#outputs,
      allowed: (most) => this.#script?.allow(this.engine.step) ?? most,
      limited: (fires) => this.#note(() => ({ fires }), "allow"),
      end: () => {
        this.engine.shareTime();
        this.#busy = false;
        this.#onOutput = undefined;
      },
    });
  }

  #mayEdit(): void {
    if (this.#busy)
      throw new GraphError("GRAPH_BUSY", "the graph runs; payloads change it with the host functions graph.*");
  }

  // Code ------------------------------------------------------------------------------------------------------------

  /** The ports of a node through which its code is called. */
  signature(node: number): Signature {
    const t = this.engine.tables;
    const first = t.firstPort[node] as number;
    const inputs = t.inputs[node] as number;
    const port = (p: number): PortSignature => ({
      name: t.nameOf(p),
      type: PORT_TYPES[t.portType[p] as number] as PortType,
    });
    return {
      inputs: Array.from({ length: inputs }, (_, k) => port(first + k)),
      outputs: Array.from({ length: Math.max(0, (t.outputs[node] as number) - 1) }, (_, k) => port(first + inputs + k)),
    };
  }

  /** @internal */
  signatureType(port: number): PortType {
    return PORT_TYPES[this.engine.tables.portType[port] as number] as PortType;
  }

  /** The payload of a node, or why its code cannot be run. @internal */
  payloadOf(node: number): Payload | Trap {
    return this.#payloads.of(node);
  }

  /** @internal */
  codeOf(node: number): CodeRecord {
    return this.codes.records[this.engine.tables.code[node] as number] as CodeRecord;
  }

  /** Loads the code of every node that has some: what could not be executed. */
  check(): { readonly node: NodeId; readonly trap: Trap }[] {
    const out: { node: NodeId; trap: Trap }[] = [];
    for (let n = 0; n < this.nodeCount; n++) {
      if ((this.engine.tables.code[n] as number) < 0) continue;
      const payload = this.payloadOf(n);
      if ("kind" in payload) out.push({ node: n, trap: payload });
    }
    return out;
  }

  #owner(): EngineOwner {
    return {
      services: this.options.services ?? {},
      granted: (capability, detail) =>
        this.#granted.has(capability) || (detail !== undefined && this.#granted.has(`${capability}:${detail}`)),
      random: () => this.#nextRandom(),
      find: (key) => this.engine.tables.byKey.get(key),
      cold: (name, offset, length) => this.cold.read(name, offset, length),
      hashOf: (edit) => new Codes().add(edit as CodeSpec).hash,
      record: (node, name, value) => this.#note(() => ({ node, name, value }), "result"),
      recorded: (node, name) => this.#script?.result(this.engine.step, node, name),
      payloadOf: (node) => this.#payloads.of(node),
      codeOf: (node) => this.codeOf(node),
      applyEdits: (node, edits) => this.#transaction(node, edits),
      output: (node, value) => {
        this.#outputs.set(node, plain(value));
        this.#onOutput?.(node, value);
      },
      verdict: (node, outcome) => this.#note(() => ({ node, outcome }), "verdict"),
      verdictOf: (node) => this.#script?.verdict(this.engine.step, node),
      suspended: (node) => this.#note(() => ({ node }), "suspend"),
      settled: (node, outcome) => this.#note(() => ({ node, outcome }), "settle"),
    };
  }

  /** SplitMix64: the state is a number that is kept with the graph. */
  #nextRandom(): bigint {
    this.random = (this.random + 0x9e3779b97f4a7c15n) & MASK64;
    let z = this.random;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK64;
    return z ^ (z >> 31n);
  }

  // Edits as data ---------------------------------------------------------------------------------------------------

  /**
   * Makes a change that is given as data.
   *
   * @returns the index of the node or edge that came of it
   */
  apply(edit: Edit): number | undefined {
    return applyEdit(this, edit);
  }

  /** What a firing asked for: all of it, or nothing and the reason. */
  #transaction(node: number, edits: readonly Edit[]): string | undefined {
    const t = this.engine.tables;
    const before = { nodes: t.nodes, ports: t.ports, edges: t.edges, codes: this.codes.records.length };
    const recoded: { node: number; code: number; payload: Payload | Trap | undefined }[] = [];
    // Values come last, when everything else has turned out to be possible.
    const structure = edits.filter((e) => e.op !== "set");
    const values = edits.filter((e) => e.op === "set");
    this.#busy = false;
    this.#applying = true;
    try {
      for (const edit of structure) {
        if (edit.op === "recode") {
          const changed = this.#builder.node(edit.node);
          recoded.push({ node: changed, code: t.code[changed] as number, payload: this.#payloads.known(changed) });
        }
        this.apply(edit);
      }
      for (const edit of values) {
        const port = this.#builder.port(edit.port, true);
        tagged(edit.value, PORT_TYPES[t.portType[port] as number] as PortType);
        if (this.engine.isFull(port)) throw new GraphError("GRAPH_FULL", `${edit.port} takes no more values`);
      }
      for (const edit of values) this.apply(edit);
      return undefined;
    } catch (error) {
      for (let n = before.nodes; n < t.nodes; n++) {
        this.patterns.delete(n);
        this.#changes.nodes.delete(n);
      }
      for (const { node: n, code, payload } of recoded.reverse()) {
        t.code[n] = code;
        this.#payloads.set(n, payload);
      }
      this.#payloads.truncate(before.nodes, before.codes);
      t.truncate(before.nodes, before.ports, before.edges);
      this.codes.truncate(before.codes);
      void node;
      return error instanceof Error ? error.message : String(error);
    } finally {
      this.#applying = false;
      this.#busy = true;
    }
  }

  /** Writes down what came from outside. */
  #note(make: () => object, kind: JournalEntry["kind"] = "edit"): void {
    // What payloads change follows from what is written down already.
    if (this.#journal === undefined || (this.#applying && kind === "edit")) return;
    const made = make();
    this.#journal.push({ step: this.engine.step, kind, ...(kind === "edit" ? { edit: made } : made) } as JournalEntry);
  }

  #touch(node: number): void {
    if (this.#store !== undefined) this.#changes.nodes.add(node);
  }

  /** Writes everything that comes from outside into a journal from now on. */
  record(): void {
    this.recording = undefined;
    this.#base = this.hash();
    this.#baseFile = this.save();
    this.#journal = [];
  }

  /** What has been recorded so far, closed with the hash of the graph as it is now. */
  journal(): Journal {
    if (this.#journal === undefined)
      throw new GraphError("GRAPH_JOURNAL", "nothing is recorded: record() or { record: true }");
    return {
      base: this.#base,
      entries: [...this.#journal, { step: this.engine.step, kind: "end", hash: this.hash() }],
    };
  }

  /**
   * Repeats a recording on the graph as it was at its start.
   *
   * @throws GraphError `GRAPH_REPLAY` when the graph is another one, or comes to another state
   */
  async replay(journal: Journal): Promise<{ readonly steps: number; readonly hash: string }> {
    this.#mayEdit();
    if (this.hash() !== journal.base) throw new GraphError("GRAPH_REPLAY", "the recording began with another graph");
    const from = this.engine.step;
    this.#script = new Script(journal.entries);
    try {
      let grant: readonly string[] = [];
      let hash = journal.base;
      for (const entry of journal.entries) {
        if (entry.step > this.engine.step) await this.#runTo(entry.step, grant);
        if (entry.kind === "edit") this.apply(entry.edit);
        else if (entry.kind === "grant") grant = entry.grant;
        else if (entry.kind === "settle") this.engine.answer(entry.node, entry.outcome);
        else if (entry.kind === "end") {
          hash = this.hash();
          if (hash !== entry.hash)
            throw new GraphError("GRAPH_REPLAY", `step ${this.engine.step}: ${hash} instead of ${entry.hash}`);
        }
      }
      return { steps: this.engine.step - from, hash };
    } finally {
      this.#script = undefined;
    }
  }

  async #runTo(step: number, grant: readonly string[]): Promise<void> {
    const run = this.#begin({ grant });
    try {
      while (this.engine.step < step) {
        const at = this.engine.step;
        if (this.engine.frontier.size === 0 && this.engine.waiting.length === 0) {
          this.engine.avgPrev = 0;
          this.engine.step = Math.min(step, Math.max(at, this.engine.calendar.first()));
          if (this.engine.step === step) return;
        }
        const pending = run.step();
        if (pending !== undefined) await pending;
      }
    } finally {
      run.end();
    }
  }

  // Reading ---------------------------------------------------------------------------------------------------------

  /** A node's key, or `#index`. */
  label(node: NodeId): string {
    return this.#builder.label(node);
  }
  /** The index of a node by key or `#index`. @throws GraphError `GRAPH_NODE` */
  node(name: NodeName): NodeId {
    return this.#builder.node(name);
  }
  #portName(port: number): string {
    const t = this.engine.tables;
    return `${this.label(t.portNode[port] as number)}.${t.nameOf(port)}`;
  }

  inspect(name: NodeName): NodeInfo {
    return inspectNode(this, this.#builder.node(name));
  }

  /** The edge with this index; `undefined` when it has been removed. */
  edge(index: number): EdgeInfo | undefined {
    return inspectEdge(this, index);
  }

  /** Why a node fires or does not. */
  explain(node: NodeName): Explanation {
    return explain(this, this.#builder.node(node));
  }

  /** The last firings, oldest first; with a node only its own. */
  log(options: { readonly node?: NodeName; readonly last?: number } = {}): Firing[] {
    return this.engine.provenance.read(
      options.last ?? Number.POSITIVE_INFINITY,
      options.node === undefined ? undefined : this.#builder.node(options.node),
      (n) => this.engine.tables.keys[n],
      (code) => this.codes.records[code]?.hash ?? "",
    );
  }

  /**
   * The value of an output node or port, computed backwards: only what depends on something that has changed is executed
   * again, and a result that has not changed stops the change there.
   *
   * @throws GraphError `GRAPH_CYCLE` for cycles of data edges, `GRAPH_PULL` when an input is missing or a payload traps
   */
  async pull(
    node: NodeName,
    options: { readonly port?: string; readonly grant?: readonly string[] } = {},
  ): Promise<PullResult> {
    const n = this.#builder.node(node);
    const run = this.#begin(options.grant === undefined ? {} : { grant: options.grant });
    try {
      return await this.#puller.pull(n, options.port);
    } finally {
      run.end();
    }
  }

  // Saving ----------------------------------------------------------------------------------------------------------

  /**
   * The whole graph as a `.vxg` file.
   *
   * @throws GraphError `GRAPH_JOURNAL` for a recording where nothing is recorded
   */
  save(options: SaveOptions = {}): Uint8Array<ArrayBuffer> {
    if (options.recording !== true) return writeGraph(this, { meta: true, collect: options.collect ?? false });
    const recording = this.journal();
    const start = Graph.fromBytes(this.#baseFile, { ...this.options, record: false });
    return writeGraph(start, { meta: true, recording });
  }

  /** SHA-256 of everything but free text and times: equal for equal states, in Node and in browsers. */
  hash(): string {
    return hex(sha256(writeGraph(this, { meta: false })));
  }

  /** Keeps the graph in a store from now on. @internal */
  attach(store: GraphStore, fresh: boolean): void {
    this.#store = store;
    this.engine.changed = (node) => this.#changes.nodes.add(node);
    this.engine.changedEdge = (edge) => this.#changes.edges.add(edge);
    if (fresh) for (let n = 0; n < this.nodeCount; n++) this.#changes.nodes.add(n);
    else this.#changes.keep(this);
  }

  /** Brings the store up to date: when the promise resolves, what the graph is now outlives the process. */
  async commit(): Promise<void> {
    this.#mayEdit();
    await this.#commit();
  }

  async #commit(): Promise<void> {
    const store = this.#store;
    if (store === undefined) throw new GraphError("GRAPH_STORE", "the graph is not kept in a store");
    this.#sinceCommit = 0;
    await store.commit(this, this.#changes.take(this));
  }

  /** Takes what a file says. @internal */
  static fromBytes(bytes: Uint8Array, options: GraphOptions, depth = 0): Graph {
    const graph = new Graph({ ...options, record: false }, depth);
    readGraph(graph, bytes);
    if (options.record === true) graph.record();
    return graph;
  }

  /** Writes down ports that hold something, for tools. @internal */
  holds(port: number): boolean {
    return ((this.engine.tables.portState[port] as number) & HOLDS) !== 0;
  }

  /** Releases machines of payloads. The graph can be saved afterwards, and runs again with new ones. */
  dispose(): void {
    this.#payloads.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}
