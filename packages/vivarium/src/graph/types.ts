/** The words of the graph as tables: kinds, modes, types, traps and capabilities, each with its number in files. */

/** Node kinds; the index is the number. A node's kind is what it says, never what can be inferred from it. */
export const NODE_KINDS = ["data", "pattern", "exec", "input", "output", "subgraph"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];
export const KIND = { data: 0, pattern: 1, exec: 2, input: 3, output: 4, subgraph: 5 } as const;

export const EDGE_KINDS = ["activation", "data", "control", "member"] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];
export const EDGE = { activation: 0, data: 1, control: 2, member: 3 } as const;

/** When an EXEC node fires (specification, D4). */
export const MODES = ["activation", "any-input", "all-inputs", "control", "manual"] as const;
export type Mode = (typeof MODES)[number];
export const MODE = { activation: 0, anyInput: 1, allInputs: 2, control: 3, manual: 4 } as const;

/** Types of values; ports may also be `any`, which takes every value and gives to `any` only. */
export const VALUE_TYPES = ["unit", "bool", "i32", "i64", "u64", "f64", "str", "bytes", "node", "list"] as const;
export type ValueType = (typeof VALUE_TYPES)[number];
export const PORT_TYPES = [...VALUE_TYPES, "any"] as const;
export type PortType = (typeof PORT_TYPES)[number];
export const TAG = {
  unit: 0,
  bool: 1,
  i32: 2,
  i64: 3,
  u64: 4,
  f64: 5,
  str: 6,
  bytes: 7,
  node: 8,
  list: 9,
  any: 10,
} as const;
/** Types whose values are 64 bits or less and lie in the port itself. */
export const SCALAR: readonly boolean[] = PORT_TYPES.map((t) => !["str", "bytes", "list", "any"].includes(t));

/** What can go wrong in a payload; the index is the number, 0 is none. */
export const TRAPS = [
  "none",
  "illegal",
  "memory",
  "arith",
  "unreachable",
  "stack",
  "fuel",
  "timeout",
  "denied",
  "abi",
  "arch",
  "limit",
  "killed",
  "host",
] as const;
export type TrapKind = Exclude<(typeof TRAPS)[number], "none">;

/** What a firing that failed came to. */
export interface Trap {
  readonly kind: TrapKind;
  readonly message: string;
}

/** Capabilities by bit; a payload gets those in its code record's mask that the run grants too (D7). */
export const CAPABILITIES = [
  "out",
  "dev",
  "fs.w",
  "fs.r",
  "compile",
  "gpu",
  "cold",
  "tool",
  "graph",
  "time",
  "rand",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** Kinds of code with their numbers in a CODE record: kind, then architecture or guest (D6). */
export const PAYLOAD_KINDS = {
  host: [1, 0],
  wasm: [2, 0],
  a64: [3, 1],
  pvm: [4, 1],
  mir: [4, 2],
  lmnt: [4, 3],
  python: [4, 4],
  subgraph: [5, 0],
  "native-a64": [6, 1],
  "native-x64": [6, 2],
} as const satisfies Record<string, readonly [number, number]>;
export type PayloadKind = keyof typeof PAYLOAD_KINDS;

/** How values reach code: as a list of values, or in registers by the types of the ports. */
export const ABIS = ["values", "registers"] as const;
export type Abi = (typeof ABIS)[number];

/** Limits that keep every table and value finite. */
export const LIMIT = {
  nodes: 1 << 26,
  edges: 1 << 27,
  ports: 1 << 27,
  portsOfNode: 256,
  key: 256,
  codeBytes: 64 << 20,
  valueBytes: 64 << 20,
  valueDepth: 32,
  delay: 1 << 20,
  streamDefault: 1024,
  streamMost: 1 << 20,
  subgraphDepth: 8,
  coldEntries: 65_536,
} as const;

/** Largest activation, and the least that counts (D3). */
export const ACT_MAX = 8;
export const EPS = 1e-3;
/** Index of nothing. */
export const NONE = 0xffffffff;
