/** Changes that are given as data into calls of a graph, and calls into such data. */
import { type Edit, type NodeAttributes, parsePorts } from "./edits.js";
import { GraphError } from "./errors.js";
import type { Graph } from "./graph.js";
import { capabilityNames } from "./host.js";
import type { CodeRecord } from "./payload.js";

/** @returns the index of the node or edge that came of it */
export function applyEdit(graph: Graph, edit: Edit): number | undefined {
  switch (edit.op) {
    case "code":
      graph.code(edit);
      return undefined;
    case "exec":
    case "subgraph": {
      const code = graph.codes.find(edit.code);
      if (code === undefined) throw new GraphError("GRAPH_CODE", `there is no code ${edit.code}`);
      const { inputs, outputs } = parsePorts(edit.ports);
      const mode = edit.op === "exec" ? edit.mode : undefined;
      return graph.execNode(edit.op, keyOf(edit.key), {
        code,
        in: Object.fromEntries(inputs.map(({ name, ...port }) => [name, port])),
        out: Object.fromEntries(outputs.map(({ name, type }) => [name, type])),
        ...(mode === undefined ? {} : { mode }),
        ...edit.attributes,
      });
    }
    case "node":
      if (!["data", "input", "output"].includes(edit.kind)) throw new GraphError("GRAPH_RANGE", `no kind ${edit.kind}`);
      return graph.plainNode(edit.kind, keyOf(edit.key), edit.type, edit.stream, edit.attributes);
    case "pattern":
      return graph.pattern(keyOf(edit.key), edit.pattern, edit.attributes);
    case "data":
      return graph.connect(edit.from, edit.to, edit.delay);
    case "act":
      return graph.act(edit.from, edit.to, {
        ...(edit.weight === undefined ? {} : { w: edit.weight }),
        ...(edit.inhibitory === undefined ? {} : { inhibitory: edit.inhibitory }),
        ...(edit.learnable === undefined ? {} : { learnable: edit.learnable }),
        ...(edit.delay === undefined ? {} : { delay: edit.delay }),
      });
    case "control":
      return graph.control(edit.from, edit.to, edit.delay);
    case "member":
      return graph.member(edit.from, edit.to);
    case "cold":
      graph.addCold(edit.name, edit.bytes);
      return undefined;
    case "disconnect":
      graph.disconnect(edit.edge);
      return undefined;
    case "enable":
      graph.enable(edit.node, edit.enabled);
      return undefined;
    case "recode": {
      const code = graph.codes.find(edit.code);
      if (code === undefined) throw new GraphError("GRAPH_CODE", `there is no code ${edit.code}`);
      graph.recode(edit.node, code);
      return undefined;
    }
    case "default":
      graph.preset(edit);
      return undefined;
    case "set":
      graph.setPort(edit.port, edit.value);
      return undefined;
    case "inject":
      graph.inject(edit.node, edit.amount);
      return undefined;
    case "fire":
      graph.fire(edit.node);
      return undefined;
    case "feed":
      graph.feed(edit.text);
      return undefined;
    case "reward":
      graph.reward(edit.node, edit.accepted);
      return undefined;
  }
}

/** A key as it was given: nodes without one are written by their number. */
function keyOf(key: string | undefined): string | undefined {
  return key?.startsWith("#") === true ? undefined : key;
}

/** The attributes that are given. */
export function attributesOf({
  leak,
  gain,
  floor,
  ratio,
  refractory,
  priority,
  group,
}: NodeAttributes): NodeAttributes {
  return Object.fromEntries(
    Object.entries({ leak, gain, floor, ratio, refractory, priority, group }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** The change that adds this code. */
export function codeEdit(record: CodeRecord): Edit {
  const { kind, abi, bytes, entry, limits } = record;
  return { op: "code", kind, abi, bytes, entry, ...limits, capabilities: capabilityNames(record.capabilities) };
}
