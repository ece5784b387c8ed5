/** Changes of a graph as data: what is recorded, replayed, and asked for by payloads. */
import { GraphError } from "./errors.js";
import type { Abi, Mode, PayloadKind, PortType } from "./types.js";
import { PORT_TYPES } from "./types.js";
import type { Tagged } from "./values.js";

/** Attributes of a node that have defaults. */
export interface NodeAttributes {
  /** Part of activation that is lost in each step; default 0.5. */
  readonly leak?: number;
  /** Factor for what comes in; default 1. */
  readonly gain?: number;
  /** Least threshold of a node in mode `activation`; default 0.5. */
  readonly floor?: number;
  /** Threshold in relation to the average activation, 0.1 to 3; default 1. */
  readonly ratio?: number;
  /** Steps that a node rests after it fired; default 4. */
  readonly refractory?: number;
  /** Nodes with a higher number fire first in a step; default 0. */
  readonly priority?: number;
  /** Nodes of the same group inhibit each other, when that policy is on; 0 is none. */
  readonly group?: number;
}

/** One change. Ports are written `node.port`, nodes by key or `#index`. */
export type Edit =
  | {
      readonly op: "code";
      readonly kind: PayloadKind;
      readonly abi: Abi;
      readonly bytes: Uint8Array;
      readonly entry: string;
      readonly fuel: number;
      readonly timeout: number;
      readonly pages: number;
      readonly capabilities: readonly string[];
    }
  | {
      readonly op: "exec";
      readonly key?: string;
      /** Content hash of the code. */
      readonly code: string;
      /** `a:u64, b:u64 latch > r:u64`. */
      readonly ports: string;
      readonly mode?: Mode;
      readonly attributes?: NodeAttributes;
    }
  | {
      readonly op: "node";
      readonly kind: "data" | "input" | "output";
      readonly key?: string;
      readonly type: PortType;
      /** Values that wait at an input node at most; it keeps only the newest without this. */
      readonly stream?: number;
      readonly attributes?: NodeAttributes;
    }
  | {
      readonly op: "pattern";
      readonly key?: string;
      /** Constants and blanks as one text: `_a:u64 + _b:u64 = ?`. */
      readonly pattern: string;
      readonly attributes?: NodeAttributes;
    }
  | {
      readonly op: "subgraph";
      readonly key?: string;
      readonly code: string;
      readonly ports: string;
      readonly attributes?: NodeAttributes;
    }
  | { readonly op: "data"; readonly from: string; readonly to: string; readonly delay?: number }
  | {
      readonly op: "act";
      readonly from: string;
      readonly to: string;
      readonly weight?: number;
      readonly inhibitory?: boolean;
      readonly learnable?: boolean;
      readonly delay?: number;
    }
  | { readonly op: "control"; readonly from: string; readonly to: string; readonly delay?: number }
  | { readonly op: "member"; readonly from: string; readonly to: string }
  | { readonly op: "cold"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly op: "disconnect"; readonly edge: number }
  | { readonly op: "enable"; readonly node: string; readonly enabled: boolean }
  | { readonly op: "recode"; readonly node: string; readonly code: string }
  | { readonly op: "default"; readonly port: string; readonly value: Tagged }
  | { readonly op: "set"; readonly port: string; readonly value: Tagged }
  | { readonly op: "inject"; readonly node: string; readonly amount: number }
  | { readonly op: "fire"; readonly node: string }
  | { readonly op: "feed"; readonly text: string }
  | { readonly op: "reward"; readonly node: string; readonly accepted: boolean };

/** An activation edge as it is asked for. */
export interface ActivationSpec {
  /** Default 1. */
  readonly w?: number;
  /** What comes along it is taken away. */
  readonly inhibitory?: boolean;
  /** The policy `learning` moves its weight. */
  readonly learnable?: boolean;
  /** Steps; default 0. */
  readonly delay?: number;
}

/** A port as it is asked for. */
export interface PortSpec {
  readonly type: PortType;
  /** The node does not fire before the port holds a value; default true, in mode `any-input` false. */
  readonly required?: boolean;
  /** The value stays when the node fires. */
  readonly latch?: boolean;
  /** Values queue up, so many at most. */
  readonly stream?: boolean | number;
  /** Held from the start. */
  readonly default?: Tagged["value"] | Tagged;
}

export interface NamedPort extends PortSpec {
  readonly name: string;
}

export const PORT_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/**
 * Reads ports written as `a:u64, b:u64 latch > r:u64`: inputs, then outputs. A port may be followed by `latch`,
 * `optional`, `stream` or `stream(n)`.
 *
 * @throws GraphError `GRAPH_PORTS`
 */
export function parsePorts(text: string): { inputs: NamedPort[]; outputs: NamedPort[] } {
  const sides = text.split(">");
  if (text.length > 16_384 || sides.length > 2) {
    throw new GraphError(
      "GRAPH_PORTS",
      `expected ports such as "a:u64, b:u64 > r:u64", not ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  const list = (side: string | undefined): NamedPort[] =>
    (side ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map(parsePort);
  return { inputs: list(sides[0]), outputs: list(sides[1]) };
}

function parsePort(text: string): NamedPort {
  const [head = "", ...words] = text.split(/\s+/);
  const [name = "", type = ""] = head.split(":");
  const port: { -readonly [K in keyof NamedPort]: NamedPort[K] } = { name, type: type as PortType };
  if (!PORT_NAME.test(name) || !PORT_TYPES.includes(port.type)) {
    throw new GraphError(
      "GRAPH_PORTS",
      `${JSON.stringify(text)} is no port (expected name:type, types are ${PORT_TYPES.join(", ")})`,
    );
  }
  for (const given of words) {
    const stream = /^stream(?:\((\d{1,7})\))?$/.exec(given);
    if (given === "latch") port.latch = true;
    else if (given === "optional") port.required = false;
    else if (stream !== null) port.stream = stream[1] === undefined ? true : Number(stream[1]);
    else
      throw new GraphError(
        "GRAPH_PORTS",
        `${JSON.stringify(given)} says nothing about a port (latch, optional, stream)`,
      );
  }
  return port;
}

/** Ports as {@link parsePorts} reads them. */
export function portsText(inputs: readonly NamedPort[], outputs: readonly NamedPort[]): string {
  const side = (ports: readonly NamedPort[]): string =>
    ports
      .map(({ name, type, latch, required, stream }) =>
        [
          `${name}:${type}`,
          latch === true ? "latch" : "",
          required === false ? "optional" : "",
          stream === undefined || stream === false ? "" : stream === true ? "stream" : `stream(${stream})`,
        ]
          .filter((part) => part !== "")
          .join(" "),
      )
      .join(", ");
  return `${side(inputs)} > ${side(outputs)}`;
}
