/** Why a node fires or does not: the state that the trigger looks at, in words (specification, D4). */
import { REASONS, type Reason } from "./engine.js";
import type { Graph } from "./graph.js";
import { FRESH, HOLDS, PORT_FLAG } from "./tables.js";
import { KIND, MODES, type Mode, type Trap } from "./types.js";

export interface Explanation {
  readonly node: number;
  readonly key: string | undefined;
  /** The step that would be next. */
  readonly step: number;
  /** It would fire in the next step, if that looked at it as it is now. */
  readonly fires: boolean;
  readonly reason: Reason;
  /** One sentence. */
  readonly text: string;
  readonly mode: Mode | undefined;
  readonly activation: number;
  /** Threshold of mode `activation`. */
  readonly threshold: number;
  /** Required inputs that hold nothing. */
  readonly missing: readonly string[];
  /** Inputs whose value no firing has seen. */
  readonly fresh: readonly string[];
  /** First step in which the node may fire again. */
  readonly readyAt: number;
  /** Stream ports behind its outputs that are full. */
  readonly full: readonly string[];
  readonly lastFired: { readonly step: number; readonly trap: Trap | undefined } | undefined;
}

export function explain(graph: Graph, node: number): Explanation {
  const { engine } = graph;
  const t = engine.tables;
  const number = engine.verdict(node);
  const reason = REASONS[number] as Reason;
  const first = t.firstPort[node] as number;
  const inputs = Array.from({ length: t.inputs[node] as number }, (_, k) => first + k);
  const missing = inputs
    .filter(
      (p) => ((t.portState[p] as number) & HOLDS) === 0 && ((t.portFlags[p] as number) & PORT_FLAG.required) !== 0,
    )
    .map((p) => t.nameOf(p));
  const fresh = inputs.filter((p) => ((t.portState[p] as number) & FRESH) !== 0).map((p) => t.nameOf(p));
  const full: string[] = [];
  const outputs = first + inputs.length;
  for (let p = outputs; p < outputs + (t.outputs[node] as number); p++) {
    for (let e = t.dataOut[p] as number; e >= 0; e = t.nextOut[e] as number) {
      const to = t.dstPort[e] as number;
      if (engine.isFull(to)) full.push(`${graph.label(t.portNode[to] as number)}.${t.nameOf(to)}`);
    }
  }
  const runs = t.kind[node] === KIND.exec || t.kind[node] === KIND.subgraph;
  const last = graph.log({ node, last: 1 })[0];
  const facts = {
    mode: runs ? (MODES[t.mode[node] as number] as Mode) : undefined,
    activation: t.act[node] as number,
    threshold: engine.threshold(node),
    missing,
    fresh,
    readyAt: t.readyAt[node] as number,
    full,
  };
  return {
    node,
    key: t.keys[node],
    step: engine.step,
    fires: number === 0,
    reason,
    text: `${graph.label(node)} ${SENTENCES[reason](facts)}`,
    ...facts,
    lastFired: last === undefined ? undefined : { step: last.step, trap: last.trap },
  };
}

type Facts = Pick<Explanation, "mode" | "activation" | "threshold" | "missing" | "fresh" | "readyAt" | "full">;

const number = (value: number): string => String(Number(value.toPrecision(4)));

const SENTENCES: Readonly<Record<Reason, (facts: Facts) => string>> = {
  fires: () => "fires in the next step that looks at it",
  disabled: () => "is not enabled",
  suspended: () => "waits for the result of a host function",
  refractory: ({ readyAt }) => `rests until step ${readyAt}`,
  "missing-input": ({ missing }) => `waits for ${missing.join(", ")}`,
  "below-threshold": ({ activation, threshold }) =>
    `has activation ${number(activation)}, below its threshold of ${number(threshold)}`,
  "no-new-input": ({ missing }) =>
    missing.length > 0 ? `waits for ${missing.join(", ")}` : "has fired with the inputs that it holds",
  "no-control": () => "waits for control",
  "not-asked": () => "fires only when it is asked to",
  "back-pressure": ({ full }) => `waits for room in ${full.join(", ")}`,
  "no-code": () => "has no code",
  passive: () => "runs no code",
};
