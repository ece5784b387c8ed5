/** Computes an output backwards and incrementally: memoised results, checked by content, with early cut-off. */
import { GraphError } from "./errors.js";
import type { Graph } from "./graph.js";
import { HostAccess, IMPURE } from "./host.js";
import type { Outcome } from "./payload.js";
import { HOLDS, PORT_FLAG } from "./tables.js";
import { KIND, PORT_TYPES, type PortType } from "./types.js";
import { plain, type Tagged, tagged, type Value, valueHash } from "./values.js";

export interface PullResult {
  readonly value: Value;
  /** Nodes whose code was executed. */
  readonly executed: number;
  /** Nodes that were looked at. */
  readonly visited: number;
}

interface Memo {
  /** Content of code and inputs. */
  readonly key: string;
  readonly outputs: readonly (Tagged | undefined)[];
}

/** Memos beyond this many are forgotten, oldest first. */
const MAX_MEMOS = 1 << 20;

/** A short text that two values share only if they are equal. */
function contentKey(value: Tagged | undefined): string {
  if (value === undefined) return "-";
  if (value.type === "str" && (value.value as string).length < 64) return `s${JSON.stringify(value.value)}`;
  if (value.type === "str" || value.type === "bytes" || value.type === "list") return valueHash(value);
  if (value.type === "f64") return `f${Object.is(value.value, -0) ? "-0" : String(value.value)}`;
  return `${value.type}${value.type === "node" ? (value.value as { node: number }).node : String(value.value)}`;
}

export class Puller {
  readonly #memos = new Map<number, Memo>();

  constructor(readonly graph: Graph) {}

  async pull(node: number, port: string | undefined): Promise<PullResult> {
    const { graph } = this;
    const { tables: t } = graph.engine;
    const values = new Map<number, readonly (Tagged | undefined)[]>();
    const entered = new Set<number>();
    const stack: number[] = [node];
    let executed = 0;
    // An explicit stack: chains are as long as graphs are large.
    while (stack.length > 0) {
      const n = stack[stack.length - 1] as number;
      if (values.has(n)) {
        stack.pop();
        continue;
      }
      const needed = this.#sources(n).filter((s) => !values.has(s));
      if (needed.length > 0) {
        if (entered.has(n)) throw new GraphError("GRAPH_CYCLE", `${graph.label(n)} depends on itself`);
        entered.add(n);
        for (const s of needed) {
          if (entered.has(s)) throw new GraphError("GRAPH_CYCLE", `${graph.label(s)} depends on itself`);
          stack.push(s);
        }
        continue;
      }
      stack.pop();
      const computed = await this.#compute(n, values);
      if (computed.executed) executed++;
      values.set(n, computed.outputs);
    }
    const outputs = values.get(node) as readonly (Tagged | undefined)[];
    const names = Array.from({ length: t.outputs[node] as number }, (_, k) =>
      t.nameOf((t.firstPort[node] as number) + (t.inputs[node] as number) + k),
    );
    const k = port === undefined ? 0 : names.indexOf(port);
    const value = outputs[k];
    if (value === undefined)
      throw new GraphError(
        "GRAPH_PULL",
        `${graph.label(node)} gives no value${port === undefined ? "" : ` at ${port}`}`,
      );
    return { value: plain(value), executed, visited: values.size };
  }

  /** Nodes at the other end of the data edges into a node. */
  #sources(n: number): number[] {
    const { tables: t } = this.graph.engine;
    const first = t.firstPort[n] as number;
    const out: number[] = [];
    for (let p = first; p < first + (t.inputs[n] as number); p++) {
      // Two producers of one port: the newest edge wins, as the newest value does.
      let last = -1;
      for (let e = t.dataIn[p] as number; e >= 0; e = t.nextIn[e] as number) last = t.src[e] as number;
      if (last >= 0) out.push(last);
    }
    return out;
  }

  async #compute(
    n: number,
    values: ReadonlyMap<number, readonly (Tagged | undefined)[]>,
  ): Promise<{ outputs: readonly (Tagged | undefined)[]; executed: boolean }> {
    const { graph } = this;
    const { tables: t } = graph.engine;
    const first = t.firstPort[n] as number;
    const inputs = Array.from({ length: t.inputs[n] as number }, (_, k) => this.#input(first + k, values));
    const kind = t.kind[n] as number;
    if (kind !== KIND.exec && kind !== KIND.subgraph) {
      if (kind === KIND.output || kind === KIND.data || kind === KIND.input) {
        const value = inputs[0];
        if (value === undefined) throw new GraphError("GRAPH_PULL", `${graph.label(n)} has no value yet`);
        this.#show(n, [value], kind === KIND.output ? first : undefined);
        return { outputs: [value], executed: false };
      }
      const outputs = Array.from({ length: t.outputs[n] as number }, (_, k) => graph.engine.valueOf(first + 1 + k));
      return { outputs, executed: false };
    }
    inputs.forEach((value, k) => {
      if (value === undefined && ((t.portFlags[first + k] as number) & PORT_FLAG.required) !== 0) {
        throw new GraphError("GRAPH_PULL", `${graph.label(n)} waits for ${t.nameOf(first + k)}`);
      }
    });
    const code = graph.codeOf(n);
    const key = `${code.hash} ${code.entry} ${inputs.map(contentKey).join(" ")}`;
    const memo = this.#memos.get(n);
    if (memo?.key === key && (code.capabilities & IMPURE) === 0) return { outputs: memo.outputs, executed: false };
    const outputs = await this.#execute(n, inputs);
    if (this.#memos.size >= MAX_MEMOS) this.#memos.delete(this.#memos.keys().next().value as number);
    this.#memos.set(n, { key, outputs });
    this.#show(n, outputs, undefined);
    return { outputs, executed: true };
  }

  /** The value for an input port: of its producer, or what it holds. */
  #input(port: number, values: ReadonlyMap<number, readonly (Tagged | undefined)[]>): Tagged | undefined {
    const { tables: t } = this.graph.engine;
    let last = -1;
    for (let e = t.dataIn[port] as number; e >= 0; e = t.nextIn[e] as number) last = e;
    if (last < 0) {
      const held = this.graph.engine.valueOf(port) ?? t.defaults.get(port);
      if (held !== undefined || t.kind[t.portNode[port] as number] === KIND.exec) return held;
      // An input or data node that has passed its value on still shows it behind.
      return this.graph.engine.valueOf(port + 1);
    }
    const src = t.src[last] as number;
    const from = (t.srcPort[last] as number) - (t.firstPort[src] as number) - (t.inputs[src] as number);
    const value = values.get(src)?.[from];
    const wanted = t.portType[port] as number;
    if (value?.type === "i32" && PORT_TYPES[wanted] === "i64")
      return { type: "i64", value: BigInt(value.value as number) };
    if (value?.type === "i32" && PORT_TYPES[wanted] === "f64") return { type: "f64", value: value.value };
    return value;
  }

  async #execute(n: number, inputs: readonly (Tagged | undefined)[]): Promise<readonly (Tagged | undefined)[]> {
    const { graph } = this;
    const { engine } = graph;
    const t = engine.tables;
    const payload = graph.payloadOf(n);
    if ("kind" in payload) throw new GraphError("GRAPH_PULL", `${graph.label(n)}: ${payload.kind}: ${payload.message}`);
    const access = new HostAccess(engine.owner, n, graph.codeOf(n));
    let outcome: Outcome;
    try {
      outcome = await payload.run({ inputs, host: access, node: n });
    } catch (error) {
      outcome = { trap: { kind: "host", message: error instanceof Error ? error.message : String(error) } };
    }
    t.fires[n] = (t.fires[n] as number) + 1;
    if (access.refusal !== undefined) outcome = { trap: access.refusal };
    if ("trap" in outcome) {
      t.faults[n] = (t.faults[n] as number) + 1;
      throw new GraphError("GRAPH_PULL", `${graph.label(n)}: ${outcome.trap.kind}: ${outcome.trap.message}`);
    }
    const from = (t.firstPort[n] as number) + (t.inputs[n] as number);
    return outcome.ok
      .slice(0, (t.outputs[n] as number) - 1)
      .map((value, k) =>
        value === undefined ? undefined : tagged(value, PORT_TYPES[t.portType[from + k] as number] as PortType),
      );
  }

  /** Puts values where `get` and `inspect` find them. */
  #show(n: number, outputs: readonly (Tagged | undefined)[], input: number | undefined): void {
    const { engine } = this.graph;
    const t = engine.tables;
    const from = input ?? (t.firstPort[n] as number) + (t.inputs[n] as number);
    outputs.forEach((value, k) => {
      if (value !== undefined) engine.hold(from + k, value, HOLDS);
    });
    engine.changed?.(n);
  }
}
