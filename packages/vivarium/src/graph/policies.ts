/** Optional rules on top of the wave step, each a function of the nodes that a step looks at (specification, D3). */
import { GraphError } from "./errors.js";
import { EDGE_FLAG, type Tables } from "./tables.js";
import { ACT_MAX, EPS, KIND } from "./types.js";

/** All off by default. None of them uses more than the arithmetic of the step, so runs stay the same everywhere. */
export interface Policies {
  /** Nodes of one group that are looked at together divide their activation by 1 + beta × its sum. */
  readonly inhibition?: { readonly beta: number };
  /** A pattern that is active explains its members: their activation is multiplied by `factor`. */
  readonly explainAway?: { readonly factor: number };
  /**
   * Activation stays near `target`: what a node has more of it raises its `leak` and lowers its `gain`, by `rate` a step.
   */
  readonly homeostasis?: { readonly target: number; readonly rate: number };
  /** Edges that are learnable follow what their ends do together: Oja's rule, by `rate` a step. */
  readonly learning?: { readonly rate: number };
  /** The ratio of a threshold follows how often results were accepted (D4). */
  readonly adaptation?: boolean;
}

/** @throws GraphError `GRAPH_RANGE` */
export function checkPolicies({ inhibition, explainAway, homeostasis, learning }: Policies): void {
  const range = (name: string, value: number | undefined, most: number): void => {
    if (value !== undefined && !(value >= 0 && value <= most)) {
      throw new GraphError("GRAPH_RANGE", `policy ${name}: ${value} is not from 0 to ${most}`);
    }
  };
  range("inhibition.beta", inhibition?.beta, MOST_BETA);
  range("explainAway.factor", explainAway?.factor, 1);
  range("homeostasis.target", homeostasis?.target, ACT_MAX);
  range("homeostasis.rate", homeostasis?.rate, 1);
  range("learning.rate", learning?.rate, 1);
}
const MOST_BETA = 1e6;

/** The nodes of a step in ascending order, and the activation that each is about to have. */
export interface Wave {
  readonly nodes: Uint32Array;
  readonly count: number;
  readonly fresh: Float64Array;
}

/** Divides the activation of nodes by that of their group, in index order. */
export function inhibit(t: Tables, { nodes, count, fresh }: Wave, beta: number): void {
  const sums = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const group = t.group[nodes[i] as number] as number;
    if (group !== 0) sums.set(group, (sums.get(group) ?? 0) + (fresh[i] as number));
  }
  for (let i = 0; i < count; i++) {
    const sum = sums.get(t.group[nodes[i] as number] as number);
    if (sum !== undefined) fresh[i] = (fresh[i] as number) / (1 + beta * sum);
  }
}

/** Weakens the members of active patterns, once for each pattern, as far as the step looks at them. */
export function explainAway(t: Tables, { nodes, count, fresh }: Wave, factor: number): void {
  let places: Map<number, number> | undefined;
  for (let i = 0; i < count; i++) {
    const n = nodes[i] as number;
    if (t.kind[n] !== KIND.pattern || (fresh[i] as number) <= EPS) continue;
    places ??= new Map(Array.from({ length: count }, (_, k) => [nodes[k] as number, k]));
    for (let e = t.memberOut[n] as number; e >= 0; e = t.nextOut[e] as number) {
      const at = places.get(t.dst[e] as number);
      if (at !== undefined) fresh[at] = (fresh[at] as number) * factor;
    }
  }
}

/** Moves leak and gain of the nodes against what their activation is beyond the target. */
export function balance(t: Tables, { nodes, count, fresh }: Wave, how: { target: number; rate: number }): void {
  for (let i = 0; i < count; i++) {
    const n = nodes[i] as number;
    const step = how.rate * ((fresh[i] as number) - how.target);
    t.leak[n] = Math.min(1, Math.max(0, (t.leak[n] as number) + step));
    t.gain[n] = Math.min(MAX_GAIN, Math.max(0, (t.gain[n] as number) - step));
  }
}
const MAX_GAIN = 1e6;

/**
 * Moves the weights of learnable edges without delay into the nodes: by rate × y × (x − y × w), where x is what comes in
 * and y what it makes of the node. The rule keeps weights bounded by itself.
 *
 * @param changed called for every edge whose weight has changed
 */
export function learnWeights(
  t: Tables,
  { nodes, count, fresh }: Wave,
  rate: number,
  changed: (e: number) => void,
): void {
  for (let i = 0; i < count; i++) {
    const y = fresh[i] as number;
    for (let e = t.actIn[nodes[i] as number] as number; e >= 0; e = t.nextIn[e] as number) {
      if (((t.edgeFlags[e] as number) & EDGE_FLAG.learnable) === 0 || t.delay[e] !== 0) continue;
      const weight = t.weight[e] as number;
      const x = t.act[t.src[e] as number] as number;
      const moved = Math.min(ACT_MAX, Math.max(-ACT_MAX, weight + rate * y * (x - y * weight)));
      if (moved === weight) continue;
      t.weight[e] = moved;
      changed(e);
    }
  }
}
