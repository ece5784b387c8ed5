/** The wave step: a frontier into firings, deliveries and the next frontier (specification, D3 to D5). */
import type { Edit } from "./edits.js";
import { GraphError } from "./errors.js";
import { Calendar, Frontier, type Signal } from "./frontier.js";
import { HostAccess, type HostEngine, HostRefusal } from "./host.js";
import type { CodeRecord, Outcome, Payload } from "./payload.js";
import { balance, checkPolicies, explainAway, inhibit, learnWeights, type Policies } from "./policies.js";
import { Provenance } from "./provenance.js";
import { FRESH, HOLDS, NODE_FLAG, PORT_FLAG, PRESET, Tables } from "./tables.js";
import { ACT_MAX, EDGE, EPS, KIND, MODE, SCALAR, TAG, TRAPS, type Trap, VALUE_TYPES } from "./types.js";
import { scalarOf, scalarWords, type Tagged, tagged } from "./values.js";

/** Why a node does not fire; the index is the number, 0 fires. */
export const REASONS = [
  "fires",
  "disabled",
  "suspended",
  "refractory",
  "missing-input",
  "below-threshold",
  "no-new-input",
  "no-control",
  "not-asked",
  "back-pressure",
  "no-code",
  "passive",
] as const;
export type Reason = (typeof REASONS)[number];
const WHY = Object.fromEntries(REASONS.map((name, i) => [name, i])) as Record<Reason, number>;

/** Bits of `control`: a control edge has come; the node was asked to fire. */
const CONTROLLED = 1;
const ASKED = 2;

/** Looked up once: in Node the global is a getter. */
const clock: { now(): number } = performance;
/** Short firings share their time with so many neighbours: looking at the clock takes as long as one of them. */
const SHARE = 32;

const TRAP_NUMBER = new Map<string, number>(TRAPS.map((name, i) => [name, i]));

/** What the engine asks of the graph around it. */
export interface EngineOwner extends HostEngine {
  /** The payload of a node, made when it is first needed; a trap where its code cannot be run. */
  payloadOf(node: number): Payload | Trap;
  codeOf(node: number): CodeRecord;
  /** Applies what a firing asked for; says what was wrong, in which case nothing has changed. */
  applyEdits(node: number, edits: readonly Edit[]): string | undefined;
  /** A value has come to an output node. */
  output(node: number, value: Tagged): void;
  /** A firing ended in a way that a repetition might not. */
  verdict(node: number, outcome: Outcome): void;
  /** How a firing ended that is being repeated. */
  verdictOf(node: number): Outcome | "suspended" | undefined;
  /** A node waits for a promise. */
  suspended(node: number): void;
  settled(node: number, outcome: Outcome): void;
}

interface Waiting {
  readonly node: number;
  readonly inputs: readonly (Tagged | undefined)[];
  readonly edits: readonly Edit[];
  readonly refusal: () => Trap | undefined;
  readonly settled: Promise<void>;
  outcome: Outcome | undefined;
}

export class Engine {
  readonly tables = new Tables();
  readonly frontier = new Frontier();
  readonly calendar = new Calendar();
  readonly provenance: Provenance;
  readonly owner: EngineOwner;
  readonly policies: Policies;
  step = 0;
  avgPrev = 0;
  /** Firings and traps of the last step. */
  fired = 0;
  trapped = 0;
  /** Nodes that the last step looked at. */
  touched = 0;
  /** Stream ports; without any, nobody has to look for back-pressure. */
  streams = 0;
  /** Nodes that wait for a promise, in the order of their requests. */
  readonly waiting: Waiting[] = [];
  readonly #isWaiting = new Set<number>();
  /** Values on their way to stream ports. */
  readonly reserved = new Map<number, number>();
  /** Called for every node whose row or values have changed; for stores. */
  changed: ((node: number) => void) | undefined;
  /** Called for every edge whose weight has changed. */
  changedEdge: ((edge: number) => void) | undefined;
  /** Wall-clock times of firings are taken. */
  timing = true;

  readonly #hasPolicies: boolean;
  #fresh = new Float64Array(64);
  #due = new Uint32Array(64);
  #dueCount = 0;
  readonly #results: (Outcome | Promise<Outcome> | undefined)[] = [];
  readonly #trapOf: number[] = [];
  readonly #edits: { node: number; edits: readonly Edit[] }[] = [];
  readonly #scratch = new Uint32Array(64);
  #clock = 0;

  constructor(owner: EngineOwner, policies: Policies, provenance: number) {
    this.owner = owner;
    checkPolicies(policies);
    this.policies = policies;
    const { inhibition, explainAway: away, learning, homeostasis } = policies;
    this.#hasPolicies = [inhibition, away, learning, homeostasis].some((policy) => policy !== undefined);
    this.provenance = new Provenance(provenance);
  }

  /** Nothing will happen by itself. */
  get quiet(): boolean {
    return this.frontier.size === 0 && this.calendar.days.size === 0 && this.waiting.length === 0;
  }

  /** Adds activation from outside. */
  inject(node: number, amount: number): void {
    const { inject } = this.tables;
    inject[node] = (inject[node] as number) + amount;
    this.frontier.add(node);
    this.changed?.(node);
  }

  /** Asks a node to fire, whatever its mode; it still needs its inputs. */
  ask(node: number): void {
    this.tables.control[node] = (this.tables.control[node] as number) | ASKED;
    this.frontier.add(node);
    this.changed?.(node);
  }

  // Values ----------------------------------------------------------------------------------------------------------

  /** What a port holds. */
  valueOf(port: number): Tagged | undefined {
    const t = this.tables;
    if (((t.portState[port] as number) & HOLDS) === 0) return undefined;
    const tag = t.portTag[port] as number;
    if (!SCALAR[tag]) return t.objects.get(port);
    return scalarOf(tag, t.words[2 * port] as number, t.words[2 * port + 1] as number);
  }

  /** Puts a value into a port, in place of what was there. */
  hold(port: number, value: Tagged, state: number): void {
    const t = this.tables;
    const tag = TAG[value.type];
    if (SCALAR[tag]) {
      const [low, high] = scalarWords(value);
      t.words[2 * port] = low;
      t.words[2 * port + 1] = high;
      if (!SCALAR[t.portTag[port] as number]) t.objects.delete(port);
    } else t.objects.set(port, value);
    t.portTag[port] = tag;
    t.portState[port] = state;
  }

  /** True when a stream port takes no more. */
  isFull(port: number): boolean {
    const t = this.tables;
    if (((t.portFlags[port] as number) & PORT_FLAG.stream) === 0) return false;
    const held = ((t.portState[port] as number) & HOLDS) !== 0 ? 1 + (t.queues.get(port)?.length ?? 0) : 0;
    return held + (this.reserved.get(port) ?? 0) >= (t.capacity[port] as number);
  }

  /** A run begins: times are counted from here. */
  wind(): void {
    this.#clock = clock.now();
  }

  /** Gives a value to an input port, as an edge does. */
  give(port: number, value: Tagged): void {
    const t = this.tables;
    const node = t.portNode[port] as number;
    const state = t.portState[port] as number;
    if (((t.portFlags[port] as number) & PORT_FLAG.stream) !== 0 && (state & FRESH) !== 0) {
      const queue = t.queues.get(port);
      if (queue === undefined) t.queues.set(port, [value]);
      else queue.push(value);
    } else this.hold(port, value, HOLDS | FRESH);
    this.inject(node, 1);
  }

  /** Takes what a port holds along its edges. */
  #deliver(port: number): void {
    const t = this.tables;
    const { portTag, words, dataOut, nextOut, dstPort, portFlags, portType, portState, delay } = t;
    const tag = portTag[port] as number;
    for (let e = dataOut[port] as number; e >= 0; e = nextOut[e] as number) {
      const to = dstPort[e] as number;
      const wanted = portType[to] as number;
      if ((portFlags[to] as number) & PORT_FLAG.stream) this.#release(to);
      if (
        delay[e] !== 0 ||
        (portFlags[to] as number) & PORT_FLAG.stream ||
        !SCALAR[tag] ||
        wanted === TAG.any ||
        (wanted === TAG.f64 && tag === TAG.i32)
      ) {
        const value = converted(this.valueOf(port) as Tagged, wanted);
        if (delay[e] === 0) this.give(to, value);
        else {
          this.calendar.signal(this.step + 1 + (delay[e] as number), { edge: e, amount: 0, value });
          if ((portFlags[to] as number) & PORT_FLAG.stream) this.#reserve(to);
        }
        continue;
      }
      words[2 * to] = words[2 * port] as number;
      words[2 * to + 1] = words[2 * port + 1] as number;
      portTag[to] = wanted;
      portState[to] = HOLDS | FRESH;
      const node = t.portNode[to] as number;
      t.inject[node] = (t.inject[node] as number) + 1;
      this.frontier.add(node);
      if (this.changed !== undefined) this.changed(node);
    }
  }

  /** A firing takes the value of an input port. */
  #consume(port: number): void {
    const t = this.tables;
    const flags = t.portFlags[port] as number;
    const state = t.portState[port] as number;
    if ((flags & PORT_FLAG.latch) !== 0) {
      t.portState[port] = state & HOLDS;
      return;
    }
    if (this.streams > 0 && (flags & PORT_FLAG.stream) !== 0) {
      if (this.isFull(port)) {
        for (let e = t.dataIn[port] as number; e >= 0; e = t.nextIn[e] as number) this.frontier.add(t.src[e] as number);
      }
      const queue = t.queues.get(port);
      const next = queue?.shift();
      if (next !== undefined) {
        this.hold(port, next, HOLDS | FRESH);
        if (queue?.length === 0) t.queues.delete(port);
        this.frontier.add(t.portNode[port] as number);
        return;
      }
    }
    if (!SCALAR[t.portTag[port] as number]) t.objects.delete(port);
    t.portTag[port] = 0;
    t.portState[port] = 0;
    if ((flags & PRESET) !== 0) this.hold(port, t.defaults.get(port) as Tagged, HOLDS);
  }

  #reserve(port: number): void {
    this.reserved.set(port, (this.reserved.get(port) ?? 0) + 1);
  }
  #release(port: number): void {
    const left = (this.reserved.get(port) ?? 0) - 1;
    if (left > 0) this.reserved.set(port, left);
    else this.reserved.delete(port);
  }

  /** Streams behind a node's outputs have room; takes the room if asked to. */
  #room(node: number, take: boolean): boolean {
    const t = this.tables;
    const first = (t.firstPort[node] as number) + (t.inputs[node] as number);
    const end = first + (t.outputs[node] as number);
    for (let p = first; p < end; p++) {
      for (let e = t.dataOut[p] as number; e >= 0; e = t.nextOut[e] as number) {
        const to = t.dstPort[e] as number;
        if (take) {
          if ((t.portFlags[to] as number) & PORT_FLAG.stream) this.#reserve(to);
        } else if (this.isFull(to)) return false;
      }
    }
    return true;
  }

  // The trigger -----------------------------------------------------------------------------------------------------

  /** Threshold of a node in mode `activation`; it depends on the step before, never on this one. */
  threshold(node: number): number {
    const t = this.tables;
    return Math.max(t.floor[node] as number, (t.ratio[node] as number) * this.avgPrev);
  }

  /** The one rule by which a node fires (D4): 0, or the number of the reason why not. */
  verdict(node: number): number {
    const t = this.tables;
    if (((t.nodeFlags[node] as number) & NODE_FLAG.enabled) === 0) return WHY.disabled;
    const kind = t.kind[node] as number;
    const first = t.firstPort[node] as number;
    const end = first + (t.inputs[node] as number);
    const { portState } = t;
    if (kind !== KIND.exec && kind !== KIND.subgraph) {
      if (end === first) return WHY.passive;
      if (((portState[first] as number) & FRESH) === 0) return WHY["no-new-input"];
      return this.streams > 0 && !this.#room(node, false) ? WHY["back-pressure"] : 0;
    }
    if ((t.code[node] as number) < 0) return WHY["no-code"];
    if (this.#isWaiting.size > 0 && this.#isWaiting.has(node)) return WHY.suspended;
    const mode = t.mode[node] as number;
    const control = t.control[node] as number;
    if ((control & ASKED) === 0) {
      switch (mode) {
        case MODE.activation:
          if ((t.act[node] as number) < this.threshold(node)) return WHY["below-threshold"];
          break;
        case MODE.control:
          if ((control & CONTROLLED) === 0) return WHY["no-control"];
          break;
        case MODE.manual:
          return WHY["not-asked"];
        default: {
          let fresh = end === first ? FRESH : 0;
          for (let p = first; p < end; p++) fresh |= (portState[p] as number) & FRESH;
          if (fresh === 0) return WHY["no-new-input"];
        }
      }
    }
    for (let p = first; p < end; p++) {
      if (((portState[p] as number) & HOLDS) === 0 && ((t.portFlags[p] as number) & PORT_FLAG.required) !== 0) {
        return WHY["missing-input"];
      }
    }
    if (this.step < (t.readyAt[node] as number)) return WHY.refractory;
    if (this.streams > 0 && !this.#room(node, false)) return WHY["back-pressure"];
    return 0;
  }

  // The step --------------------------------------------------------------------------------------------------------

  /**
   * One step.
   *
   * @param maxFires nodes that may fire; the rest has to wait for the next step
   * @returns a promise when payloads run elsewhere: the step is over when it is settled
   */
  run(maxFires: number): Promise<void> | undefined {
    if (this.waiting.length > 0) this.#arrive();
    this.#spread();
    const pending = this.#fireDue(maxFires);
    if (pending === undefined) {
      this.#commit();
      return undefined;
    }
    return pending.then(() => this.#commit());
  }

  /** Results that have been waited for, in the order of their requests. */
  #arrive(): void {
    while (this.waiting.length > 0) {
      const first = this.waiting[0] as Waiting;
      if (first.outcome === undefined) return;
      this.waiting.shift();
      this.#isWaiting.delete(first.node);
      const refusal = first.refusal();
      const outcome = refusal === undefined ? first.outcome : { trap: refusal };
      this.owner.settled(first.node, outcome);
      const trap = this.#finish(first.node, outcome, first.inputs);
      if (first.edits.length > 0 && trap === 0) this.#edits.push({ node: first.node, edits: first.edits });
      this.#announce(first.node, trap);
      this.changed?.(first.node);
      // The node may have got new inputs meanwhile.
      this.frontier.add(first.node);
    }
  }

  /** Signals that are due, then activation; leaves the nodes that fire in `#due`. */
  #spread(): void {
    const t = this.tables;
    if (this.calendar.days.size > 0) this.#dawn();
    const nodes = this.frontier.take();
    const count = this.frontier.taken;
    this.touched = count;
    if (this.#fresh.length < count) this.#fresh = new Float64Array(2 * count);
    const fresh = this.#fresh;
    const { act, inject, leak, gain, actIn, nextIn, src, weight, edgeFlags, delay } = t;
    for (let i = 0; i < count; i++) {
      const n = nodes[i] as number;
      let x = inject[n] as number;
      inject[n] = 0;
      for (let e = actIn[n] as number; e >= 0; e = nextIn[e] as number) {
        if (delay[e] !== 0) continue;
        const message = (weight[e] as number) * (act[src[e] as number] as number);
        x += (edgeFlags[e] as number) & 1 ? -message : message;
      }
      const value = (act[n] as number) * (1 - (leak[n] as number)) + (gain[n] as number) * x;
      fresh[i] = value < 0 ? 0 : value > ACT_MAX ? ACT_MAX : value;
    }
    if (this.#hasPolicies) this.#applyPolicies(nodes, count);
    let sum = 0;
    let active = 0;
    if (this.#due.length < count) this.#due = new Uint32Array(2 * count);
    const due = this.#due;
    let dueCount = 0;
    let prioritised = false;
    for (let i = 0; i < count; i++) {
      const n = nodes[i] as number;
      const value = fresh[i] as number;
      const old = act[n] as number;
      const difference = value - old;
      if (difference > EPS || difference < -EPS) {
        for (let e = t.actOut[n] as number; e >= 0; e = t.nextOut[e] as number) {
          if (delay[e] === 0) this.frontier.add(t.dst[e] as number);
        }
      }
      if (value > EPS) {
        act[n] = value;
        sum += value;
        active++;
        if ((t.actOut[n] as number) >= 0) this.#later(n, value);
      } else act[n] = 0;
      if (this.changed !== undefined) this.changed(n);
      const why = this.verdict(n);
      if (why === 0) {
        due[dueCount++] = n;
        if (t.priority[n] !== 0) prioritised = true;
        if (this.streams > 0) this.#room(n, true);
        // Firing takes its activation: what it would spread again is nothing, unless something feeds it.
        if ((actIn[n] as number) >= 0) this.frontier.add(n);
      } else {
        if (value > EPS) this.frontier.add(n);
        if (why === WHY.refractory && t.mode[n] !== MODE.activation) this.calendar.wake(t.readyAt[n] as number, n);
      }
    }
    this.#dueCount = dueCount;
    if (prioritised) {
      due.subarray(0, dueCount).sort((a, b) => (t.priority[b] as number) - (t.priority[a] as number) || a - b);
    }
    this.avgPrev = active === 0 ? 0 : sum / active;
  }

  /** Signals along edges with a delay, for a step in the future. */
  #later(node: number, value: number): void {
    const t = this.tables;
    for (let e = t.actOut[node] as number; e >= 0; e = t.nextOut[e] as number) {
      const wait = t.delay[e] as number;
      if (wait === 0) continue;
      const message = (t.weight[e] as number) * value;
      const amount = (t.edgeFlags[e] as number) & 1 ? -message : message;
      this.calendar.signal(this.step + 1 + wait, { edge: e, amount, value: undefined });
    }
  }

  /** What was sent for this step arrives, in the order of edges. */
  #dawn(): void {
    const day = this.calendar.take(this.step);
    if (day === undefined) return;
    for (const node of day.wakes) this.frontier.add(node);
    day.signals.sort((a: Signal, b: Signal) => a.edge - b.edge);
    const t = this.tables;
    for (const { edge, amount, value } of day.signals) {
      const port = t.dstPort[edge] as number;
      if (value !== undefined) {
        if ((t.portFlags[port] as number) & PORT_FLAG.stream) this.#release(port);
        this.give(port, value);
      } else if (t.edgeKind[edge] === EDGE.control) this.#control(t.dst[edge] as number);
      else this.inject(t.dst[edge] as number, amount);
    }
  }

  #applyPolicies(nodes: Uint32Array, count: number): void {
    const { tables, policies } = this;
    const wave = { nodes, count, fresh: this.#fresh };
    if (policies.inhibition !== undefined) inhibit(tables, wave, policies.inhibition.beta);
    if (policies.explainAway !== undefined) explainAway(tables, wave, policies.explainAway.factor);
    if (policies.learning !== undefined) {
      learnWeights(tables, wave, policies.learning.rate, (edge) => this.changedEdge?.(edge));
    }
    if (policies.homeostasis !== undefined) balance(tables, wave, policies.homeostasis);
  }

  #control(node: number): void {
    const { control } = this.tables;
    control[node] = (control[node] as number) | CONTROLLED;
    this.inject(node, 1);
  }

  /** Calls the payloads of the nodes that are due. Nothing that they give is delivered before all have been called. */
  #fireDue(maxFires: number): Promise<void> | undefined {
    const t = this.tables;
    const due = this.#due;
    this.fired = 0;
    this.trapped = 0;
    let parallel: Promise<void>[] | undefined;
    for (let i = 0, end = this.#dueCount; i < end; i++) {
      const n = due[i] as number;
      const kind = t.kind[n] as number;
      if (kind !== KIND.exec && kind !== KIND.subgraph) {
        this.#relay(n, kind);
        this.#trapOf[i] = -1;
        continue;
      }
      if (this.fired >= maxFires) {
        this.frontier.add(n);
        if (this.streams > 0) this.#unreserve(n);
        this.#trapOf[i] = DEFERRED;
        continue;
      }
      this.fired++;
      t.fires[n] = (t.fires[n] as number) + 1;
      t.act[n] = 0;
      t.readyAt[n] = this.step + (t.refractory[n] as number);
      t.control[n] = 0;
      const trap = this.#fire(n, i);
      this.#trapOf[i] = trap;
      if (trap === PARALLEL) {
        parallel ??= [];
        parallel.push(this.#await(n, i));
      }
    }
    if (this.#untimed >= SHARE) this.shareTime();
    return parallel === undefined ? undefined : Promise.all(parallel).then(() => undefined);
  }
  /** Gives the firings since the last look at the clock equal shares of the time since. */
  shareTime(): void {
    if (this.timing && this.#untimed > 0) {
      const now = clock.now();
      this.provenance.spread(this.#firstUntimed, ((now - this.#clock) * 1e6) / this.#untimed);
      this.#clock = now;
    }
    this.#untimed = 0;
  }
  /** Firings that were too short to look at the clock for each of them. */
  #untimed = 0;
  #firstUntimed = 0;

  /** A promised result of this step. */
  async #await(node: number, i: number): Promise<void> {
    const { outcome, inputs, access } = this.#results[i] as unknown as Promised;
    const settled = await outcome.catch(failed);
    this.#results[i] = undefined;
    this.#late.push({ i, node, inputs, outcome: access.refusal === undefined ? settled : { trap: access.refusal } });
    if (access.edits.length > 0 && access.refusal === undefined) this.#lateEdits.set(i, access.edits);
  }
  #late: { i: number; node: number; inputs: readonly (Tagged | undefined)[]; outcome: Outcome }[] = [];
  readonly #lateEdits = new Map<number, readonly Edit[]>();

  /** Calls one payload. @returns the number of the trap; {@link PARALLEL} or {@link SUSPENDED} */
  #fire(n: number, i: number): number {
    const t = this.tables;
    const first = t.firstPort[n] as number;
    const nIn = t.inputs[n] as number;
    const payload = this.owner.payloadOf(n);
    if (isTrap(payload)) return this.#failed(n, payload, this.#gather(n));
    const nOut = (t.outputs[n] as number) - 1;
    if (payload.scalar === undefined || nIn > MAX_REGISTERS || nOut > MAX_REGISTERS)
      return this.#fireFrame(n, i, payload);
    const { words, portTag, portState } = t;
    const scratch = this.#scratch;
    const log = this.provenance;
    const inline = nIn + nOut <= 4 && log.capacity > 0;
    const inputs = inline || log.capacity === 0 ? undefined : this.#gather(n);
    const at = log.begin(this.step, n, t.code[n] as number);
    if (inline) log.inputCount(at, nIn);
    for (let k = 0, p = first; k < nIn; k++, p++) {
      if (((portState[p] as number) & HOLDS) === 0) {
        scratch[2 * k] = 0;
        scratch[2 * k + 1] = 0;
        continue;
      }
      const low = words[2 * p] as number;
      const high = words[2 * p + 1] as number;
      scratch[2 * k] = low;
      scratch[2 * k + 1] = high;
      if (inline) log.scalar(at, k, portTag[p] as number, low, high);
      this.#consume(p);
    }
    const trap = payload.scalar(scratch);
    if (this.#untimed++ === 0) this.#firstUntimed = log.count - 1;
    const ns = SHARED;
    const fuel = payload.fuel ?? 0;
    if (trap !== 0) {
      const what = payload.trapped?.() ?? { kind: TRAPS[trap] as Trap["kind"], message: "" };
      if (inputs !== undefined) log.objects(at, inputs, []);
      if (at >= 0) log.end(at, trap, what.message, ns, fuel);
      this.#markTrap(n, what);
      return trap;
    }
    for (let k = 0, p = first + nIn; k < nOut; k++, p++) {
      const tag = t.portType[p] as number;
      let low = scratch[2 * k] as number;
      let high = scratch[2 * k + 1] as number;
      // A port holds its type's values only: narrow ones are cut, and there is one NaN.
      if (tag === TAG.u64 || tag === TAG.i64) {
      } else if (tag === TAG.i32) high = (low | 0) < 0 ? 0xffffffff : 0;
      else if (tag === TAG.bool) {
        low = low !== 0 || high !== 0 ? 1 : 0;
        high = 0;
      } else if (tag === TAG.f64) {
        if ((high & 0x7ff00000) === 0x7ff00000 && ((high & 0xfffff) !== 0 || low !== 0)) {
          low = 0;
          high = 0x7ff80000;
        }
      } else {
        if (tag === TAG.unit) low = 0;
        high = 0;
      }
      words[2 * p] = low;
      words[2 * p + 1] = high;
      portTag[p] = tag;
      portState[p] = HOLDS | FRESH;
      if (inline) log.scalar(at, nIn + k, tag, low, high);
    }
    if (inputs !== undefined) log.objects(at, inputs, this.#outputsOf(n));
    if (at >= 0) log.end(at, 0, undefined, ns, fuel);
    return 0;
  }

  /** The long way: values as objects, host functions, promises. */
  #fireFrame(n: number, i: number, payload: Payload): number {
    if (this.#untimed > 0) this.shareTime();
    const inputs = this.#gather(n);
    this.#consumeAll(n);
    const known = this.owner.verdictOf(n);
    if (known !== undefined) {
      if (known === "suspended") {
        this.#suspend(n, inputs, undefined, new Promise(() => undefined));
        return SUSPENDED;
      }
      return this.#finish(n, known, inputs);
    }
    const access = new HostAccess(this.owner, n, this.owner.codeOf(n));
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = payload.run({ inputs, host: access, node: n });
    } catch (error) {
      outcome = failed(error);
    }
    if (outcome instanceof Promise) {
      if (payload.parallel === true) {
        this.#results[i] = { outcome, inputs, access } as unknown as Promise<Outcome>;
        return PARALLEL;
      }
      this.#suspend(n, inputs, access, outcome);
      return SUSPENDED;
    }
    if (access.refusal !== undefined) outcome = { trap: access.refusal };
    else if (access.edits.length > 0 && "ok" in outcome) this.#edits.push({ node: n, edits: access.edits });
    return this.#finish(n, outcome, inputs);
  }

  #suspend(
    node: number,
    inputs: readonly (Tagged | undefined)[],
    access: HostAccess | undefined,
    promise: Promise<Outcome>,
  ): void {
    this.#isWaiting.add(node);
    const entry: { -readonly [K in keyof Waiting]: Waiting[K] } = {
      node,
      inputs,
      edits: access?.edits ?? [],
      refusal: () => access?.refusal,
      settled: Promise.resolve(),
      outcome: undefined,
    };
    entry.settled = promise.catch(failed).then((outcome) => {
      entry.outcome ??= outcome;
    });
    this.waiting.push(entry);
    this.owner.suspended(node);
  }

  /** A node waited for a promise when the graph was saved: nobody will keep that any more. */
  abandon(node: number): void {
    this.#suspend(node, [], undefined, new Promise(() => undefined));
    this.answer(node, { trap: { kind: "killed", message: "the graph was closed while the node waited" } });
  }

  /** Puts a signal on its way. */
  signal(step: number, signal: Signal): void {
    this.calendar.signal(step, signal);
    const port = this.tables.dstPort[signal.edge] as number;
    if (signal.value !== undefined && (this.tables.portFlags[port] as number) & PORT_FLAG.stream) this.#reserve(port);
  }

  /** Takes the signals of an edge back. */
  forget(edge: number): void {
    for (const day of this.calendar.days.values()) {
      for (let i = day.signals.length - 1; i >= 0; i--) {
        if (day.signals[i]?.edge !== edge) continue;
        const port = this.tables.dstPort[edge] as number;
        if (day.signals[i]?.value !== undefined && (this.tables.portFlags[port] as number) & PORT_FLAG.stream)
          this.#release(port);
        day.signals.splice(i, 1);
      }
    }
  }

  /** Gives the outcome that a suspended node got when this was recorded. */
  answer(node: number, outcome: Outcome): void {
    const entry = this.waiting.find((w) => w.node === node);
    if (entry === undefined) throw new GraphError("GRAPH_REPLAY", `node ${node} does not wait for anything`);
    entry.outcome = outcome;
  }

  #gather(n: number): (Tagged | undefined)[] {
    const first = this.tables.firstPort[n] as number;
    const out: (Tagged | undefined)[] = [];
    for (let p = first; p < first + (this.tables.inputs[n] as number); p++) out.push(this.valueOf(p));
    return out;
  }
  #consumeAll(n: number): void {
    const first = this.tables.firstPort[n] as number;
    for (let p = first; p < first + (this.tables.inputs[n] as number); p++) {
      if ((this.tables.portState[p] as number) & HOLDS) this.#consume(p);
    }
  }
  #outputsOf(n: number): (Tagged | undefined)[] {
    const t = this.tables;
    const from = (t.firstPort[n] as number) + (t.inputs[n] as number);
    const out: (Tagged | undefined)[] = [];
    for (let p = from; p < from + (t.outputs[n] as number) - 1; p++) {
      out.push((t.portState[p] as number) & FRESH ? this.valueOf(p) : undefined);
    }
    return out;
  }

  #failed(n: number, trap: Trap, inputs: readonly (Tagged | undefined)[]): number {
    this.#consumeAll(n);
    return this.#finish(n, { trap }, inputs);
  }

  /** Puts an outcome into the node's output ports and on record. @returns the number of the trap */
  #finish(n: number, outcome: Outcome, inputs: readonly (Tagged | undefined)[]): number {
    const t = this.tables;
    const log = this.provenance;
    const at = log.begin(this.step, n, t.code[n] as number);
    let ns = 0;
    if (this.timing) {
      const now = clock.now();
      ns = Math.max(0, (now - this.#clock) * 1e6);
      this.#clock = now;
    }
    let trap = "trap" in outcome ? outcome.trap : undefined;
    const from = (t.firstPort[n] as number) + (t.inputs[n] as number);
    const count = (t.outputs[n] as number) - 1;
    if ("ok" in outcome) {
      try {
        const values = outcome.ok.slice(0, count).map((v, k) => {
          return v === undefined ? undefined : converting(v, t.portType[from + k] as number);
        });
        values.forEach((v, k) => {
          if (v !== undefined) this.hold(from + k, v, HOLDS | FRESH);
        });
      } catch (error) {
        trap = { kind: "abi", message: error instanceof Error ? error.message : String(error) };
      }
    }
    if (trap !== undefined && (trap.kind === "timeout" || trap.kind === "killed")) this.owner.verdict(n, { trap });
    const number = trap === undefined ? 0 : (TRAP_NUMBER.get(trap.kind) as number);
    if (at >= 0) {
      log.objects(at, inputs, trap === undefined ? this.#outputsOf(n) : []);
      log.end(at, number, trap?.message, ns, outcome.fuel ?? 0);
    }
    if (trap !== undefined) this.#markTrap(n, trap);
    return number;
  }

  /** Puts a trap into the node's error port. */
  #markTrap(n: number, trap: Trap): void {
    const t = this.tables;
    t.faults[n] = (t.faults[n] as number) + 1;
    this.trapped++;
    const from = (t.firstPort[n] as number) + (t.inputs[n] as number);
    const error = from + (t.outputs[n] as number) - 1;
    for (let p = from; p < error; p++) t.portState[p] = (t.portState[p] as number) & ~FRESH;
    this.hold(
      error,
      { type: "str", value: trap.message === "" ? trap.kind : `${trap.kind}: ${trap.message}` },
      HOLDS | FRESH,
    );
  }

  /** Data, input, output and pattern nodes pass on what they got. */
  #relay(n: number, kind: number): void {
    const t = this.tables;
    const input = t.firstPort[n] as number;
    const value = this.valueOf(input) as Tagged;
    if (kind === KIND.output) {
      this.owner.output(n, value);
    } else if (kind === KIND.pattern) {
      const items = value.value as readonly Tagged[];
      items.slice(0, t.outputs[n] as number).forEach((item, k) => {
        this.hold(input + 1 + k, item, HOLDS | FRESH);
      });
    } else this.hold(input + 1, value, HOLDS | FRESH);
    t.fires[n] = (t.fires[n] as number) + 1;
    t.act[n] = 0;
    this.#consume(input);
  }

  #unreserve(n: number): void {
    const t = this.tables;
    const from = (t.firstPort[n] as number) + (t.inputs[n] as number);
    for (let p = from; p < from + (t.outputs[n] as number); p++) {
      for (let e = t.dataOut[p] as number; e >= 0; e = t.nextOut[e] as number) {
        if ((t.portFlags[t.dstPort[e] as number] as number) & PORT_FLAG.stream) this.#release(t.dstPort[e] as number);
      }
    }
  }

  /** Delivers what the step has given, in the order in which nodes were due, and applies edits. */
  #commit(): void {
    const due = this.#due;
    if (this.#late.length > 0) {
      for (const { i, node, inputs, outcome } of this.#late.sort((a, b) => a.i - b.i)) {
        const trap = this.#finish(node, outcome, inputs);
        this.#trapOf[i] = trap;
        const edits = this.#lateEdits.get(i);
        if (edits !== undefined && trap === 0) this.#edits.push({ node, edits });
      }
      this.#late = [];
      this.#lateEdits.clear();
    }
    for (let i = 0, end = this.#dueCount; i < end; i++) {
      const trap = this.#trapOf[i] as number;
      if (trap === DEFERRED || trap === SUSPENDED) continue;
      this.#announce(due[i] as number, trap);
    }
    if (this.#edits.length > 0) this.#applyEdits();
    this.step++;
  }

  /** Delivers the output ports that hold something new, and control. @param trap -1 for nodes without code */
  #announce(n: number, trap: number): void {
    const t = this.tables;
    const from = (t.firstPort[n] as number) + (t.inputs[n] as number);
    const end = from + (t.outputs[n] as number);
    for (let p = from; p < end; p++) {
      if (((t.portState[p] as number) & FRESH) === 0) {
        if (this.streams > 0) this.#releaseUnused(p);
        continue;
      }
      t.portState[p] = HOLDS;
      if ((t.dataOut[p] as number) >= 0) this.#deliver(p);
    }
    if (trap > 0) return;
    for (let e = t.controlOut[n] as number; e >= 0; e = t.nextOut[e] as number) {
      const wait = t.delay[e] as number;
      if (wait === 0) this.#control(t.dst[e] as number);
      else this.calendar.signal(this.step + 1 + wait, { edge: e, amount: 0, value: undefined });
    }
  }

  #releaseUnused(port: number): void {
    const t = this.tables;
    for (let e = t.dataOut[port] as number; e >= 0; e = t.nextOut[e] as number) {
      const to = t.dstPort[e] as number;
      if (((t.portFlags[to] as number) & PORT_FLAG.stream) === 0) continue;
      this.#release(to);
      for (let back = t.dataIn[to] as number; back >= 0; back = t.nextIn[back] as number) {
        this.frontier.add(t.src[back] as number);
      }
    }
  }

  /** Each firing's edits as one transaction; what is refused becomes a trap of that node. */
  #applyEdits(): void {
    const all = this.#edits.splice(0);
    for (const { node, edits } of all) {
      const wrong = this.owner.applyEdits(node, edits);
      if (wrong === undefined) continue;
      this.#markTrap(node, { kind: "host", message: `the edit was refused: ${wrong}` });
      this.#announce(node, TRAP_NUMBER.get("host") as number);
    }
  }
}

interface Promised {
  readonly outcome: Promise<Outcome>;
  readonly inputs: readonly (Tagged | undefined)[];
  readonly access: HostAccess;
}

function isTrap(payload: Payload | Trap): payload is Trap {
  return (payload as Payload).run === undefined;
}

/** The time of this firing is its share of that of the step. */
const SHARED = -1;
const MAX_REGISTERS = 32;
const PARALLEL = 1000;
const SUSPENDED = 1001;
const DEFERRED = 1002;

/** A value on its way into a port of another type: the two conversions there are, both exact (D5). */
function converted(value: Tagged, wanted: number): Tagged {
  if (value.type !== "i32") return value;
  if (wanted === TAG.i64) return { type: "i64", value: BigInt(value.value as number) };
  if (wanted === TAG.f64) return { type: "f64", value: value.value };
  return value;
}

function converting(value: Parameters<typeof tagged>[0], type: number): Tagged {
  return tagged(value, type === TAG.any ? "any" : (VALUE_TYPES[type] as Tagged["type"]));
}

function failed(error: unknown): Outcome {
  if (error instanceof HostRefusal) return { trap: { kind: "host", message: error.message } };
  return { trap: { kind: "host", message: error instanceof Error ? error.message : String(error) } };
}
