/** A graph of nodes whose code is executed: what `createGraph` and its like give. */

import { sha256 } from "../index.js";
import { nextTurn } from "../machine/next-turn.js";
import { Builder } from "./build.js";
import { abisOf, type CodeSpec, Codes } from "./codes.js";
import { ColdData } from "./cold.js";
import {
  type ActivationSpec,
  type Edit,
  type NamedPort,
  type NodeAttributes,
  type PortSpec,
  parsePorts,
  portsText,
} from "./edits.js";
import { Engine, type EngineOwner } from "./engine.js";
import { GraphError } from "./errors.js";
import { type Explanation, explain } from "./explain.js";
import { capabilityMask, capabilityNames, type HostServices } from "./host.js";
import { hostFunctions } from "./host-payload.js";
import { type Journal, type JournalEntry, Script } from "./journal.js";
import { Matcher } from "./patterns/matcher.js";
import { type Element, parsePattern, patternText, tokens } from "./patterns/tokens.js";
import type {
  CodeRecord,
  HostPayloadFunction,
  LoadContext,
  Outcome,
  Payload,
  PayloadAdapter,
  PortSignature,
  Signature,
} from "./payload.js";
import { type WasmPlace, wasmPayload } from "./payloads/wasm.js";
import type { Policies } from "./policies.js";
import type { Firing } from "./provenance.js";
import { Puller, type PullResult } from "./pull.js";
import { readGraph } from "./read.js";
import type { ChangeSet, GraphStore } from "./store.js";
import { subgraphPayload } from "./subgraph.js";
import { EDGE_FLAG, HOLDS } from "./tables.js";
import {
  EDGE_KINDS,
  type EdgeKind,
  KIND,
  LIMIT,
  MODES,
  type Mode,
  NODE_KINDS,
  NONE,
  type NodeKind,
  PORT_TYPES,
  type PortType,
  type Trap,
} from "./types.js";
import { hex, plain, type Tagged, tagged, type Value } from "./values.js";
import { writeGraph } from "./write.js";

/** Index of a node. */
export type NodeId = number;
/** A node by index, by key, or as `#index`. */
export type NodeName = NodeId | string;

export interface GraphOptions {
  /** What executes code besides host functions, WebAssembly and subgraphs, which are always there. */
  readonly payloads?: readonly PayloadAdapter[];
  /** Functions for payloads of kind `host`, by name. */
  readonly functions?: Readonly<Record<string, HostPayloadFunction>>;
  /** Services behind host functions; a payload gets only what its code asks for and the run grants. */
  readonly services?: HostServices;
  readonly policies?: Policies;
  /** Firings that are remembered; default 4096. */
  readonly provenance?: number;
  /** Nodes at most; default 2^26. */
  readonly maxNodes?: number;
  /** Writes everything that comes from outside into a journal, for `replay`. */
  readonly record?: boolean;
  /** Start of the random numbers that payloads are given. */
  readonly seed?: bigint;
  /** Runs code for this machine's own processor that came out of a file. Only for files that you made yourself. */
  readonly trustNative?: boolean;
  /**
   * Where WebAssembly payloads run; default `worker`, where one that does not end is stopped at its code's `timeout`, and
   * the graph needs `run()`. `inline`, on this thread, is for modules that are sure to end.
   */
  readonly wasm?: WasmPlace;
  /** Takes the time of every firing; default true. */
  readonly timing?: boolean;
}

export interface ExecSpec extends NodeAttributes {
  readonly code: CodeRecord | CodeSpec;
  readonly in?: Readonly<Record<string, PortType | PortSpec>>;
  readonly out?: Readonly<Record<string, PortType>>;
  /** Default `all-inputs`. */
  readonly mode?: Mode;
}

export interface RunOptions {
  readonly maxSteps?: number;
  readonly maxFires?: number;
  /** Nodes looked at. */
  readonly maxTouched?: number;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Capabilities that payloads may use, as far as their code asks for them: `out`, `fs.r`, `tool:NAME`, `graph` … */
  readonly grant?: readonly string[];
  /** Called for every value that comes to an output node. */
  readonly onOutput?: (node: NodeId, value: Tagged) => void;
  /** Steps after which a store is brought up to date, besides at the end; default 1000. */
  readonly commitEvery?: number;
}

export interface SaveOptions {
  /** Leaves out code that no node runs. */
  readonly collect?: boolean;
  /**
   * The graph as it was when the recording began, together with the recording: what another one needs to see the same.
   * `openGraph` gives the graph at that start, with `recording` for `replay`.
   */
  readonly recording?: boolean;
}

export type StopReason = "quiet" | "maxSteps" | "maxFires" | "maxTouched" | "deadline" | "signal" | "waiting";

export interface RunResult {
  readonly reason: StopReason;
  readonly steps: number;
  readonly fires: number;
  readonly traps: number;
  /** Nodes looked at. */
  readonly touched: number;
  /** The last value of every output node that got one in this run. */
  readonly outputs: ReadonlyMap<NodeId, Value>;
}

/** A node as `inspect` shows it. */
export interface NodeInfo {
  readonly node: NodeId;
  readonly key: string | undefined;
  readonly kind: NodeKind;
  readonly mode: Mode | undefined;
  readonly code: string | undefined;
  readonly pattern: string | undefined;
  readonly enabled: boolean;
  readonly activation: number;
  readonly fires: number;
  readonly faults: number;
  readonly accepted: number;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
}

export interface PortInfo {
  readonly name: string;
  readonly type: PortType;
  readonly latch: boolean;
  readonly required: boolean;
  /** Values that a stream holds at most; 0 for other ports. */
  readonly stream: number;
  readonly value: Tagged | undefined;
  /** Values behind the first. */
  readonly queued: number;
}

export interface EdgeInfo {
  readonly edge: number;
  readonly kind: EdgeKind;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly fromPort: string | undefined;
  readonly toPort: string | undefined;
  readonly weight: number;
  readonly inhibitory: boolean;
  readonly learnable: boolean;
  readonly delay: number;
}

/** Firings in one step; what is due beyond that waits for the next one. */
const STEP_FIRES = 65_536;
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
  readonly #adapters = new Map<string, PayloadAdapter>();
  readonly #context: LoadContext;
  readonly #payloads: (Payload | Trap | undefined)[] = [];
  readonly #instances = new Map<string, Payload>();
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
  readonly #dirty = new Set<number>();
  #saved = { edges: 0, codes: 0, cold: 0 };
  readonly #changedEdges = new Set<number>();
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
    for (const adapter of adapters) {
      for (const kind of adapter.kinds) if (!this.#adapters.has(kind)) this.#adapters.set(kind, adapter);
    }
    this.#context = { adapters, depth };
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
    if (!this.#adapters.has(spec.kind)) {
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
    return this.#exec("exec", key, spec);
  }

  /** Adds a node that runs another graph: `spec.code` holds its file; its input and output nodes are the ports. */
  subgraph(key: string | undefined, spec: ExecSpec): NodeId {
    return this.#exec("subgraph", key, spec);
  }

  #exec(kind: "exec" | "subgraph", key: string | undefined, spec: ExecSpec): NodeId {
    this.#mayEdit();
    const inputs = portList(spec.in);
    const outputs = portList(spec.out);
    Builder.checkPorts(inputs, outputs);
    const code = "hash" in spec.code ? spec.code : this.code(spec.code);
    if (this.codes.records[code.index] !== code)
      throw new GraphError("GRAPH_CODE", "the code belongs to another graph");
    const payload = this.#instance(code, { inputs, outputs });
    const mode = spec.mode ?? "all-inputs";
    const node = this.#builder.exec(kind, key, code, inputs, outputs, mode, spec);
    this.#payloads[node] = payload;
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

  #plain(
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
    return this.#plain("data", key, type, undefined, attributes);
  }
  /** Adds a node through which values come in; with `stream` so many may wait. */
  input(key: string | undefined, type: PortType, stream?: number): NodeId {
    return this.#plain("input", key, type, stream);
  }
  /** Adds a node at which values come out. */
  output(key: string | undefined, type: PortType = "any"): NodeId {
    return this.#plain("output", key, type);
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
    this.#changedEdges.add(edge);
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
    this.#payloads[n] = this.#instance(code, this.signature(n));
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
    this.#note(() => ({ op: "cold", name, bytes: bytes.slice() }));
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
          await this.#await(options, run.deadline);
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
    for (const payload of this.#instances.values()) if (payload.parallel === true) return true;
    return false;
  }

  async #await(options: RunOptions, deadline: number): Promise<void> {
    const first = this.engine.waiting[0];
    if (first === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: (() => void) | undefined;
    const others: Promise<void>[] = [first.settled];
    if (deadline !== Number.POSITIVE_INFINITY) {
      others.push(new Promise((resolve) => (timer = setTimeout(resolve, Math.max(0, deadline - performance.now())))));
    }
    if (options.signal !== undefined) {
      others.push(
        new Promise((resolve) => {
          abort = resolve;
          options.signal?.addEventListener("abort", resolve as () => void, { once: true });
        }),
      );
    }
    await Promise.race(others);
    clearTimeout(timer);
    if (abort !== undefined) options.signal?.removeEventListener("abort", abort);
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

  #instance(code: CodeRecord, { inputs, outputs }: Signature): Payload {
    const side = (ports: readonly PortSignature[]): string => ports.map((p) => `${p.name}:${p.type}`).join(",");
    const key = `${code.index} ${side(inputs)}>${side(outputs)}`;
    let payload = this.#instances.get(key);
    if (payload === undefined) {
      const adapter = this.#adapters.get(code.kind);
      if (adapter === undefined)
        throw new GraphError("GRAPH_PAYLOAD", `nothing here executes code of kind ${code.kind}`);
      if (!abisOf(code.kind).includes(code.abi)) {
        throw new GraphError("GRAPH_ABI", `code of kind ${code.kind} is not called with the ABI ${code.abi}`);
      }
      const named = (ports: readonly PortSignature[]): PortSignature[] =>
        ports.map(({ name, type }) => ({ name, type }));
      payload = adapter.load(code, { inputs: named(inputs), outputs: named(outputs) }, this.#context);
      this.#instances.set(key, payload);
    }
    return payload;
  }

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
    const known = this.#payloads[node];
    if (known !== undefined) return known;
    const made = this.#load(node);
    this.#payloads[node] = made;
    return made;
  }

  #load(node: number): Payload | Trap {
    const code = this.codes.records[this.engine.tables.code[node] as number] as CodeRecord;
    if (code.imported && code.kind.startsWith("native") && this.options.trustNative !== true) {
      return { kind: "denied", message: "code for this machine's own processor out of a file is not run" };
    }
    if (!this.#adapters.has(code.kind))
      return { kind: "arch", message: `nothing here executes code of kind ${code.kind}` };
    try {
      return this.#instance(code, this.signature(node));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: error instanceof GraphError ? "abi" : "illegal", message };
    }
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
      payloadOf: (node) => this.#payloads[node] ?? this.payloadOf(node),
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
    switch (edit.op) {
      case "code":
        this.code(edit);
        return undefined;
      case "exec":
      case "subgraph": {
        const code = this.codes.find(edit.code);
        if (code === undefined) throw new GraphError("GRAPH_CODE", `there is no code ${edit.code}`);
        const { inputs, outputs } = parsePorts(edit.ports);
        const mode = edit.op === "exec" ? edit.mode : undefined;
        return this.#exec(edit.op, keyOf(edit.key), {
          code,
          in: Object.fromEntries(inputs.map(({ name, ...port }) => [name, port])),
          out: Object.fromEntries(outputs.map(({ name, type }) => [name, type])),
          ...(mode === undefined ? {} : { mode }),
          ...edit.attributes,
        });
      }
      case "node":
        if (!["data", "input", "output"].includes(edit.kind))
          throw new GraphError("GRAPH_RANGE", `no kind ${edit.kind}`);
        return this.#plain(edit.kind, keyOf(edit.key), edit.type, edit.stream, edit.attributes);
      case "pattern":
        return this.pattern(keyOf(edit.key), edit.pattern, edit.attributes);
      case "data":
        return this.connect(edit.from, edit.to, edit.delay);
      case "act":
        return this.act(edit.from, edit.to, {
          ...(edit.weight === undefined ? {} : { w: edit.weight }),
          ...(edit.inhibitory === undefined ? {} : { inhibitory: edit.inhibitory }),
          ...(edit.learnable === undefined ? {} : { learnable: edit.learnable }),
          ...(edit.delay === undefined ? {} : { delay: edit.delay }),
        });
      case "control":
        return this.control(edit.from, edit.to, edit.delay);
      case "member":
        return this.member(edit.from, edit.to);
      case "cold":
        this.addCold(edit.name, edit.bytes);
        return undefined;
      case "disconnect":
        this.disconnect(edit.edge);
        return undefined;
      case "enable":
        this.enable(edit.node, edit.enabled);
        return undefined;
      case "recode": {
        const code = this.codes.find(edit.code);
        if (code === undefined) throw new GraphError("GRAPH_CODE", `there is no code ${edit.code}`);
        this.recode(edit.node, code);
        return undefined;
      }
      case "default": {
        this.#mayEdit();
        const port = this.#builder.port(edit.port, true);
        this.#builder.setDefault(port, edit.value);
        this.#touch(this.engine.tables.portNode[port] as number);
        this.#note(() => edit);
        return undefined;
      }
      case "set":
        this.#set(this.#builder.port(edit.port, true), edit.value);
        return undefined;
      case "inject":
        this.inject(edit.node, edit.amount);
        return undefined;
      case "fire":
        this.fire(edit.node);
        return undefined;
      case "feed":
        this.feed(edit.text);
        return undefined;
      case "reward":
        this.reward(edit.node, edit.accepted);
        return undefined;
    }
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
          recoded.push({ node: changed, code: t.code[changed] as number, payload: this.#payloads[changed] });
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
        this.#dirty.delete(n);
      }
      for (const { node: n, code, payload } of recoded.reverse()) {
        t.code[n] = code;
        this.#payloads[n] = payload;
      }
      this.#payloads.length = Math.min(this.#payloads.length, before.nodes);
      t.truncate(before.nodes, before.ports, before.edges);
      for (const [key] of this.#instances) if (Number(key.split(" ")[0]) >= before.codes) this.#instances.delete(key);
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
    if (this.#store !== undefined) this.#dirty.add(node);
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
    const node = this.#builder.node(name);
    const t = this.engine.tables;
    const runs = (t.code[node] as number) >= 0;
    const port = (p: number): PortInfo => ({
      name: t.nameOf(p),
      type: PORT_TYPES[t.portType[p] as number] as PortType,
      required: ((t.portFlags[p] as number) & 1) !== 0,
      latch: ((t.portFlags[p] as number) & 2) !== 0,
      stream: t.capacity[p] as number,
      value: this.engine.valueOf(p),
      queued: t.queues.get(p)?.length ?? 0,
    });
    const first = t.firstPort[node] as number;
    const inputs = t.inputs[node] as number;
    const elements = this.patterns.get(node);
    return {
      node,
      key: t.keys[node],
      kind: NODE_KINDS[t.kind[node] as number] as NodeKind,
      mode: runs ? (MODES[t.mode[node] as number] as Mode) : undefined,
      code: runs ? this.codeOf(node).hash : undefined,
      pattern: elements === undefined ? undefined : patternText(elements),
      enabled: ((t.nodeFlags[node] as number) & 1) !== 0,
      activation: t.act[node] as number,
      fires: t.fires[node] as number,
      faults: t.faults[node] as number,
      accepted: t.accepted[node] as number,
      inputs: Array.from({ length: inputs }, (_, k) => port(first + k)),
      outputs: Array.from({ length: t.outputs[node] as number }, (_, k) => port(first + inputs + k)),
    };
  }

  /** The edge with this index; `undefined` when it has been removed. */
  edge(index: number): EdgeInfo | undefined {
    const t = this.engine.tables;
    if (!Number.isInteger(index) || index < 0 || index >= t.edges || t.isRemoved(index)) return undefined;
    const name = (port: number): string | undefined => (port === NONE ? undefined : t.nameOf(port));
    return {
      edge: index,
      kind: EDGE_KINDS[t.edgeKind[index] as number] as EdgeKind,
      from: t.src[index] as number,
      to: t.dst[index] as number,
      fromPort: name(t.srcPort[index] as number),
      toPort: name(t.dstPort[index] as number),
      weight: t.weight[index] as number,
      inhibitory: ((t.edgeFlags[index] as number) & EDGE_FLAG.inhibitory) !== 0,
      learnable: ((t.edgeFlags[index] as number) & EDGE_FLAG.learnable) !== 0,
      delay: t.delay[index] as number,
    };
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
    this.engine.changed = (node) => this.#dirty.add(node);
    this.engine.changedEdge = (edge) => this.#changedEdges.add(edge);
    if (fresh) for (let n = 0; n < this.nodeCount; n++) this.#dirty.add(n);
    else this.#saved = { edges: this.edgeCount, codes: this.codes.records.length, cold: this.cold.size };
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
    const changes: ChangeSet = {
      nodes: [...this.#dirty].sort((a, b) => a - b),
      edges: [
        ...Array.from({ length: this.edgeCount - this.#saved.edges }, (_, i) => this.#saved.edges + i),
        ...[...this.#changedEdges].filter((e) => e < this.#saved.edges),
      ],
      codes: this.codes.records.slice(this.#saved.codes),
      cold: this.cold.entries.slice(this.#saved.cold),
    };
    this.#dirty.clear();
    this.#changedEdges.clear();
    this.#saved = { edges: this.edgeCount, codes: this.codes.records.length, cold: this.cold.size };
    await store.commit(this, changes);
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
    for (const payload of this.#instances.values()) payload.dispose?.();
    this.#instances.clear();
    this.#payloads.length = 0;
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** One call of `run`: its limits and what it came to. */
class Run {
  readonly deadline: number;
  #steps = 0;
  #fires = 0;
  #traps = 0;
  #touched = 0;
  #forced = false;

  constructor(
    readonly engine: Engine,
    readonly options: RunOptions,
    readonly graph: {
      outputs: () => ReadonlyMap<NodeId, Value>;
      allowed: (most: number) => number;
      limited: (fires: number) => void;
      end: () => void;
    },
  ) {
    this.deadline =
      options.deadlineMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.deadlineMs;
  }

  /** Why no further step is made now. */
  stop(): StopReason | undefined {
    const { engine, options } = this;
    if (options.maxSteps !== undefined && this.#steps >= options.maxSteps) return "maxSteps";
    if (options.maxFires !== undefined && this.#fires >= options.maxFires) return "maxFires";
    if (options.maxTouched !== undefined && this.#touched >= options.maxTouched) return "maxTouched";
    if (options.signal?.aborted === true) return "signal";
    if (engine.frontier.size === 0) {
      if (engine.calendar.days.size > 0) {
        const first = engine.calendar.first();
        if (first > engine.step) {
          // Steps in which nothing happens.
          engine.avgPrev = 0;
          engine.step = first;
        }
      } else if (engine.waiting.length === 0) return "quiet";
      else if (engine.waiting[0]?.outcome === undefined && !this.#forced) return "waiting";
    }
    // The clock is not asked in every step.
    if (this.deadline !== Number.POSITIVE_INFINITY && (this.#steps & 15) === 0 && performance.now() >= this.deadline) {
      return "deadline";
    }
    return undefined;
  }

  force(): void {
    this.#forced = true;
  }

  step(): Promise<void> | undefined {
    const { engine, options } = this;
    this.#forced = false;
    const left = options.maxFires === undefined ? STEP_FIRES : Math.min(STEP_FIRES, options.maxFires - this.#fires);
    const allowed = this.graph.allowed(left);
    // Which firings had to wait depends on the limit, so a repetition needs it.
    if (allowed < STEP_FIRES) this.graph.limited(allowed);
    const pending = engine.run(allowed);
    if (pending === undefined) this.stepped();
    return pending;
  }
  stepped(): void {
    const { engine } = this;
    this.#steps++;
    this.#fires += engine.fired;
    this.#traps += engine.trapped;
    this.#touched += engine.touched;
  }

  result(reason: StopReason): RunResult {
    return {
      reason,
      steps: this.#steps,
      fires: this.#fires,
      traps: this.#traps,
      touched: this.#touched,
      outputs: new Map(this.graph.outputs()),
    };
  }
  end(): void {
    this.graph.end();
  }
}

function keyOf(key: string | undefined): string | undefined {
  return key?.startsWith("#") === true ? undefined : key;
}

function attributesOf({ leak, gain, floor, ratio, refractory, priority, group }: NodeAttributes): NodeAttributes {
  return Object.fromEntries(
    Object.entries({ leak, gain, floor, ratio, refractory, priority, group }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function codeEdit(record: CodeRecord): Edit {
  const { kind, abi, bytes, entry, limits } = record;
  return { op: "code", kind, abi, bytes, entry, ...limits, capabilities: capabilityNames(record.capabilities) };
}

export type { Outcome };
