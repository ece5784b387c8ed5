/** Examples into patterns and routes: a route is taken only if running the code gives what the examples say (D11). */
import { GraphError } from "./errors.js";
import type { Graph } from "./graph.js";
import { HostAccess } from "./host.js";
import type { NodeId, NodeName, RunOptions } from "./interface.js";
import { type Blank, bound, type Element, patternShape, patternText, type Token, tokens } from "./patterns/tokens.js";
import type { Outcome } from "./payload.js";
import { KIND } from "./types.js";
import { show, type Tagged, type Value } from "./values.js";

export interface LearnOptions {
  /** Examples that a pattern must have; default 3. */
  readonly support?: number;
  /** Nodes that may be the meaning of a pattern; default: every node that runs code without capabilities. */
  readonly candidates?: readonly NodeName[];
  /** Output node for answers, made if it is not there; default `answer`. */
  readonly answer?: string;
}

/** A pattern that examples have in common. */
export interface Proposal {
  /** What the examples look like, with the result as the last blank. */
  readonly pattern: string;
  /** Examples that look so. */
  readonly support: number;
  /** The question: the same with `?` in place of the result. */
  readonly question: string;
  /** The node whose code reproduces all of them, and which blank goes to which input. */
  readonly route: { readonly node: NodeId; readonly inputs: readonly string[] } | undefined;
  /** The pattern node, when the route was taken; `undefined` also when there was such a pattern already. */
  readonly accepted: NodeId | undefined;
  /** Why other nodes were not taken: the first example they did not reproduce. */
  readonly rejected: readonly { readonly node: NodeId; readonly example: string; readonly got: string }[];
}

/** Examples that are compared with each other; more are checked against what these have in common. */
const MAX_COMPARED = 200;
const MAX_PROPOSALS = 256;
const MAX_CANDIDATES = 256;
/** Blanks whose orders are all tried. */
const MAX_ORDERED = 4;

interface Example {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/**
 * Proposes patterns and routes from examples such as `1+1=2`, tries the candidates on them, and adds what reproduces all.
 *
 * @throws GraphError `GRAPH_LEARN` for candidates that run no code
 */
export async function learn(
  graph: Graph,
  examples: readonly string[],
  options: LearnOptions = {},
): Promise<Proposal[]> {
  const list = [...new Set(examples)].map((text): Example => ({ text, tokens: tokens(text) }));
  const support = options.support ?? 3;
  const known = new Set([...graph.patterns.values()].map(patternShape));
  const out: Proposal[] = [];
  for (const elements of alignments(list, support)) {
    const matching = list.filter((example) => bindings(elements, example.tokens) !== undefined);
    const question: Element[] = [...elements.slice(0, -1), { constant: "?" }];
    const proposal = await routeFor(graph, elements, matching, candidatesOf(graph, options));
    const isNew = !known.has(patternShape(question));
    let accepted: NodeId | undefined;
    if (proposal.route !== undefined && isNew) {
      accepted = install(graph, question, proposal.route, options.answer ?? "answer");
      known.add(patternShape(question));
      graph.reward(proposal.route.node, true);
    }
    out.push({
      pattern: patternText(elements),
      question: patternText(question),
      support: matching.length,
      ...proposal,
      accepted,
    });
  }
  return out;
}

/**
 * Feeds a question to the graph, runs it, and gives what came to the answer node.
 *
 * @returns `undefined` when no pattern takes the text, or nothing came of it
 */
export async function ask(
  graph: Graph,
  text: string,
  options: RunOptions & { readonly answer?: string } = {},
): Promise<Value | undefined> {
  if (graph.feed(text).length === 0) return undefined;
  const { outputs } = await graph.run(options);
  return outputs.get(graph.node(options.answer ?? "answer"));
}

/** Patterns that pairs of examples of equal length have in common and enough examples share, the strictest first. */
function alignments(examples: readonly Example[], support: number): Element[][] {
  const found = new Map<string, Element[]>();
  const compared = examples.slice(0, MAX_COMPARED);
  for (let i = 0; i < compared.length; i++) {
    for (let j = 0; j < i; j++) {
      const elements = aligned((compared[i] as Example).tokens, (compared[j] as Example).tokens);
      if (elements === undefined) continue;
      const shape = patternShape(elements);
      if (!found.has(shape) && found.size < MAX_PROPOSALS) found.set(shape, elements);
    }
  }
  const constants = (elements: readonly Element[]): number => elements.filter((e) => "constant" in e).length;
  return [...found.values()]
    .filter((elements) => examples.filter((e) => bindings(elements, e.tokens) !== undefined).length >= support)
    .sort((a, b) => constants(b) - constants(a) || a.length - b.length);
}

/** Equal tokens are constants, different ones blanks; the last must be a blank: it is the result. */
function aligned(a: readonly Token[], b: readonly Token[]): Element[] | undefined {
  if (a.length !== b.length || a.length < 2 || a.length > 64) return undefined;
  let blanks = 0;
  const elements = a.map((token, i): Element => {
    const other = b[i] as Token;
    if (token.text === other.text) return { constant: token.text };
    const numbers = token.kind === "number" && other.kind === "number";
    const blank: Blank = { name: String.fromCharCode(97 + blanks++), type: numbers ? "u64" : "str", repeat: 1 };
    return { blank };
  });
  const last = elements.at(-1) as Element;
  const constants = elements.some((e) => "constant" in e);
  return "blank" in last && constants && blanks >= 2 && blanks <= 26 ? elements : undefined;
}

/** The values of a text's blanks. */
function bindings(elements: readonly Element[], list: readonly Token[]): Tagged[] | undefined {
  if (list.length !== elements.length) return undefined;
  const values: Tagged[] = [];
  for (let i = 0; i < list.length; i++) {
    const element = elements[i] as Element;
    const token = list[i] as Token;
    if ("constant" in element) {
      if (element.constant !== token.text) return undefined;
      continue;
    }
    const value = bound(token, element.blank.type);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function candidatesOf(graph: Graph, { candidates }: LearnOptions): NodeId[] {
  const t = graph.engine.tables;
  const pure = (n: number): boolean => t.kind[n] === KIND.exec && graph.codeOf(n).capabilities === 0;
  if (candidates === undefined) {
    const all: NodeId[] = [];
    for (let n = 0; n < graph.nodeCount && all.length < MAX_CANDIDATES; n++) if (pure(n)) all.push(n);
    return all;
  }
  return candidates.map((name) => {
    const n = graph.node(name);
    if (!pure(n)) throw new GraphError("GRAPH_LEARN", `${graph.label(n)} runs no code, or code with capabilities`);
    return n;
  });
}

/** The node that gives the last blank of every example for the others, in some order. */
async function routeFor(
  graph: Graph,
  elements: readonly Element[],
  examples: readonly Example[],
  candidates: readonly NodeId[],
): Promise<Pick<Proposal, "route" | "rejected">> {
  const blanks = elements.flatMap((e) => ("blank" in e ? [e.blank] : [])).slice(0, -1);
  const rejected: { node: NodeId; example: string; got: string }[] = [];
  for (const node of candidates) {
    const { inputs, outputs } = graph.signature(node);
    if (inputs.length !== blanks.length || outputs.length !== 1) continue;
    let failure: (typeof rejected)[number] | undefined;
    for (const order of orders(blanks.length)) {
      const fits = inputs.every(({ type }, k) => type === "any" || type === blanks[order[k] as number]?.type);
      if (!fits) continue;
      const wrong = await firstWrong(graph, node, elements, examples, order);
      if (wrong === undefined) {
        return { route: { node, inputs: order.map((k) => (blanks[k] as Blank).name) }, rejected };
      }
      failure ??= { node, ...wrong };
    }
    if (failure !== undefined) rejected.push(failure);
  }
  return { route: undefined, rejected };
}

function orders(count: number): number[][] {
  const straight = Array.from({ length: count }, (_, k) => k);
  if (count > MAX_ORDERED) return [straight];
  const rest = (left: readonly number[]): number[][] =>
    left.length === 0
      ? [[]]
      : left.flatMap((k) => rest(left.filter((other) => other !== k)).map((tail) => [k, ...tail]));
  return rest(straight);
}

/** Executes the node's code on the examples, outside of the graph. */
async function firstWrong(
  graph: Graph,
  node: NodeId,
  elements: readonly Element[],
  examples: readonly Example[],
  order: readonly number[],
): Promise<{ example: string; got: string } | undefined> {
  const payload = graph.payloadOf(node);
  if (!("run" in payload)) return { example: "", got: `${payload.kind}: ${payload.message}` };
  for (const example of examples) {
    const values = bindings(elements, example.tokens) as Tagged[];
    const expected = values.at(-1) as Tagged;
    const inputs = order.map((k) => values[k]);
    const access = new HostAccess(graph.engine.owner, node, graph.codeOf(node));
    let outcome: Outcome;
    try {
      outcome = await payload.run({ inputs, host: access, node });
    } catch (error) {
      outcome = { trap: { kind: "host", message: String(error) } };
    }
    if ("trap" in outcome) return { example: example.text, got: outcome.trap.kind };
    const given = outcome.ok[0];
    const got =
      given === undefined
        ? "nothing"
        : typeof given === "object" && given !== null && "type" in given
          ? show(given)
          : String(given);
    const wanted = expected.type === "str" ? String(expected.value) : show(expected);
    if (got !== wanted) return { example: example.text, got };
  }
  return undefined;
}

/** Adds the pattern, its edges to the node, and the way from there to the answer. */
function install(
  graph: Graph,
  question: readonly Element[],
  route: { readonly node: NodeId; readonly inputs: readonly string[] },
  answer: string,
): NodeId {
  const t = graph.engine.tables;
  const pattern = graph.pattern(undefined, patternText(question));
  const { inputs } = graph.signature(route.node);
  inputs.forEach(({ name }, k) => {
    graph.data(pattern, route.inputs[k], route.node, name);
  });
  graph.member(pattern, route.node);
  const format = `${answer}-format`;
  if (!t.byKey.has(answer)) graph.output(answer, "str");
  if (!t.byKey.has(format)) {
    graph.exec(format, {
      code: { kind: "host", bytes: "format" },
      in: { value: "any" },
      out: { text: "str" },
      refractory: 0,
    });
    graph.connect(`${format}.text`, answer);
  }
  const output = (t.firstPort[route.node] as number) + inputs.length;
  const target = t.port(graph.node(format), true, "value");
  for (let e = t.dataOut[output] as number; e >= 0; e = t.nextOut[e] as number)
    if (t.dstPort[e] === target) return pattern;
  graph.data(route.node, t.nameOf(output), format, "value");
  return pattern;
}
