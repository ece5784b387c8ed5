/** Host functions for payloads: requests by name, checked against mask and grant, into services (specification, D7). */

import type { Edit } from "./edits.js";
import { GraphError } from "./errors.js";
import type { CodeRecord } from "./payload.js";
import { CAPABILITIES, type Capability, type PayloadKind, type Trap } from "./types.js";
import { plain, type Tagged, tagged, type Value } from "./values.js";

/** What the embedder offers; a service that is missing cannot be granted. Payloads never see these objects. */
export interface HostServices {
  readonly out?: (stream: number, bytes: Uint8Array) => void;
  readonly dev?: (channel: number, bytes: Uint8Array) => void;
  readonly fs?: {
    read?(path: string): Uint8Array | undefined;
    write?(path: string, bytes: Uint8Array): void;
  };
  /** Milliseconds since 1970. */
  readonly time?: () => number;
  /** Named tools; what they return goes to the payload, a promise suspends the node. */
  readonly tool?: Readonly<Record<string, (value: Value) => Value | Promise<Value>>>;
  /** Compilers by language: source to code. */
  readonly compile?: Readonly<Record<string, (source: string) => { kind: PayloadKind; bytes: Uint8Array }>>;
  /** Read-only data by name, besides the graph's own. */
  readonly cold?: (entry: string, offset: number, length: number) => Uint8Array | undefined;
}

/** How a parameter of a host function comes out of registers: a number, or an address and a length. */
export type HostParameter = "u64" | "str" | "bytes" | "into";

export interface HostCall {
  /** Number under which machine code calls it. */
  readonly id: number;
  readonly name: string;
  readonly capability: Capability;
  /** `into` is a buffer for the result: what comes back is the length of the result, of which as much as fits is there. */
  readonly parameters: readonly HostParameter[];
}

const row = (id: number, name: string, capability: Capability, ...parameters: HostParameter[]): HostCall => ({
  id,
  name,
  capability,
  parameters,
});

/** All host functions. Machine code calls them by number, with arguments in registers; others by name. */
export const HOST_CALLS = [
  row(1, "out.write", "out", "u64", "bytes"),
  row(2, "dev.send", "dev", "u64", "bytes"),
  row(3, "fs.read", "fs.r", "str", "into"),
  row(4, "fs.write", "fs.w", "str", "bytes"),
  row(5, "cold.read", "cold", "str", "u64", "u64", "into"),
  row(6, "time.now", "time"),
  row(7, "rand.u64", "rand"),
  row(8, "tool.call", "tool", "str", "bytes", "into"),
  row(9, "compile", "compile", "str", "str"),
  row(16, "graph.find", "graph", "str"),
  row(17, "graph.code", "graph", "str", "bytes"),
  row(18, "graph.exec", "graph", "str", "u64", "str"),
  row(19, "graph.node", "graph", "str", "str", "str"),
  row(20, "graph.data", "graph", "str", "str"),
  row(21, "graph.act", "graph", "str", "str"),
  row(22, "graph.control", "graph", "str", "str"),
  row(23, "graph.set", "graph", "str", "u64"),
  row(24, "graph.recode", "graph", "str", "u64"),
] as const satisfies readonly HostCall[];

const BY_NAME = new Map<string, HostCall>(HOST_CALLS.map((call) => [call.name, call]));
/** What a search that finds nothing gives. */
export const NOT_FOUND = 2n ** 64n - 1n;

/** Bits of the capabilities. @throws GraphError `GRAPH_CAPABILITY` */
export function capabilityMask(names: readonly string[]): number {
  let mask = 0;
  for (const name of names) {
    const bit = CAPABILITIES.indexOf(name.replace(/^tool:.*/s, "tool") as Capability);
    if (bit < 0) throw new GraphError("GRAPH_CAPABILITY", `there is no capability ${JSON.stringify(name)}`);
    mask |= 1 << bit;
  }
  return mask;
}

export function capabilityNames(mask: number): Capability[] {
  return CAPABILITIES.filter((_, bit) => (mask & (1 << bit)) !== 0);
}

/** Capabilities whose results another run need not repeat: code that has them is never served from a cache. */
export const IMPURE: number = capabilityMask(["out", "dev", "fs.w", "fs.r", "tool", "graph", "time", "rand"]);
/** Host functions whose results are put on record, and come from the record in a replay. */
const RECORDED: ReadonlySet<string> = new Set(["fs.read", "time.now", "tool.call"]);

/** What the engine does for host functions. */
export interface HostEngine {
  readonly services: HostServices;
  /** Names that the run grants. */
  granted(capability: Capability, detail: string | undefined): boolean;
  random(): bigint;
  find(key: string): number | undefined;
  /** A part of the graph's own cold data. */
  cold(entry: string, offset: number, length: number): Uint8Array | undefined;
  /** Content hash of code as it will be called once it is part of the graph. */
  hashOf(edit: Extract<Edit, { op: "code" }>): string;
  /** Puts a result on record. */
  record(node: number, name: string, value: Tagged): void;
  /** The result on record, in a replay. */
  recorded(node: number, name: string): Tagged | undefined;
}

/** More edits than this in one firing are refused. */
const MAX_EDITS = 4096;

/** What one firing may ask of the host. */
export class HostAccess {
  /** Why a request was refused; the firing's outcome is this trap then, whatever else it came to. */
  refusal: Trap | undefined;
  /** Edits to apply after the step. */
  readonly edits: Edit[] = [];
  readonly #codes: string[] = [];

  constructor(
    readonly engine: HostEngine,
    readonly node: number,
    readonly code: CodeRecord,
  ) {}

  #refuse(kind: Trap["kind"], message: string): HostRefusal {
    this.refusal ??= { kind, message };
    return new HostRefusal(message);
  }

  /**
   * Calls a host function.
   *
   * @throws HostRefusal when it is not granted or fails; {@link refusal} says why, and the firing is over
   */
  call(name: string, args: readonly Value[]): Value | Promise<Value> {
    const call = BY_NAME.get(name);
    if (call === undefined) throw this.#refuse("denied", `there is no host function ${name}`);
    const { capability } = call;
    const bit = 1 << CAPABILITIES.indexOf(capability);
    const detail = capability === "tool" ? String(args[0]) : undefined;
    if ((this.code.capabilities & bit) === 0)
      throw this.#refuse("denied", `${name}: the code does not ask for ${capability}`);
    if (!this.engine.granted(capability, detail)) {
      throw this.#refuse("denied", `${name}: ${capability}${detail === undefined ? "" : `:${detail}`} is not granted`);
    }
    if (!RECORDED.has(name)) return this.#serve(name, args);
    const known = this.engine.recorded(this.node, name);
    if (known !== undefined) return plain(known);
    const value = this.#serve(name, args);
    if (!(value instanceof Promise)) return this.#record(name, value);
    return value.then((settled) => this.#record(name, settled));
  }

  #record(name: string, value: Value): Value {
    const kept = tagged(value);
    this.engine.record(this.node, name, kept);
    return plain(kept);
  }

  #serve(name: string, args: readonly Value[]): Value | Promise<Value> {
    try {
      const served = SERVICES[name as keyof typeof SERVICES](this, args);
      if (!(served instanceof Promise)) return served;
      return served.catch((error: unknown) => {
        throw this.#refuse("host", `${name}: ${messageOf(error)}`);
      });
    } catch (error) {
      throw this.#refuse(error instanceof EditLimit ? "limit" : "host", `${name}: ${messageOf(error)}`);
    }
  }

  edit(edit: Edit): void {
    if (this.edits.length >= MAX_EDITS) throw new EditLimit(`more than ${MAX_EDITS} edits in one firing`);
    this.edits.push(edit);
  }

  /** Adds code and gives back the number under which this firing knows it. */
  addCode(kind: PayloadKind, bytes: Uint8Array): bigint {
    const edit: Extract<Edit, { op: "code" }> = {
      op: "code",
      kind,
      abi: "registers",
      bytes: Uint8Array.from(bytes),
      entry: "",
      ...this.code.limits,
      // Code can pass on nothing that it does not have; what it makes starts with nothing.
      capabilities: [],
    };
    this.edit(edit);
    return BigInt(this.#codes.push(this.engine.hashOf(edit)) - 1);
  }

  codeHash(handle: bigint): string {
    const hash = this.#codes[Number(handle)];
    if (hash === undefined) throw new Error(`no code has the number ${handle}`);
    return hash;
  }
}

class EditLimit extends Error {}

/** Thrown through a payload whose request to the host was refused. */
export class HostRefusal extends Error {
  override readonly name = "HostRefusal";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function offered<T>(service: T | undefined): T {
  if (service === undefined) throw new Error("the host does not offer it");
  return service;
}

const word = (value: Value | undefined): bigint => BigInt.asUintN(64, BigInt((value ?? 0n) as bigint | number));
const text = (value: Value | undefined): string => {
  if (typeof value !== "string") throw new Error("a text is expected");
  return value;
};
const bytesOf = (value: Value | undefined): Uint8Array => {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (!(value instanceof Uint8Array)) throw new Error("bytes are expected");
  return value;
};

type Service = (access: HostAccess, args: readonly Value[]) => Value | Promise<Value>;

const SERVICES = {
  "out.write": (access, [stream, bytes]) => {
    const given = bytesOf(bytes);
    offered(access.engine.services.out)(Number(word(stream)), given.slice());
    return BigInt(given.length);
  },
  "dev.send": (access, [channel, bytes]) => {
    offered(access.engine.services.dev)(Number(word(channel)), bytesOf(bytes).slice());
    return 0n;
  },
  "fs.read": (access, [path]) => {
    const read = offered(access.engine.services.fs?.read)(text(path));
    if (read === undefined) throw new Error(`there is no file ${text(path)}`);
    return read;
  },
  "fs.write": (access, [path, bytes]) => {
    offered(access.engine.services.fs?.write)(text(path), bytesOf(bytes).slice());
    return 0n;
  },
  "cold.read": (access, [entry, offset, length]) => {
    const part = [text(entry), Number(word(offset)), Number(word(length))] as const;
    const read = access.engine.cold(...part) ?? access.engine.services.cold?.(...part);
    if (read === undefined) throw new Error(`there is no entry ${text(entry)}, or not so much of it`);
    return read;
  },
  "time.now": (access) => BigInt(Math.trunc(offered(access.engine.services.time)())),
  "rand.u64": (access) => access.engine.random(),
  "tool.call": (access, [name, value]) => {
    const tools = offered(access.engine.services.tool);
    const tool = Object.hasOwn(tools, text(name)) ? tools[text(name)] : undefined;
    return offered(tool)(value ?? null);
  },
  compile: (access, [language, source]) => {
    const compilers = offered(access.engine.services.compile);
    const compiler = Object.hasOwn(compilers, text(language)) ? compilers[text(language)] : undefined;
    const { kind, bytes } = offered(compiler)(text(source));
    return access.addCode(kind, bytes);
  },
  "graph.find": (access, [key]) => {
    const node = access.engine.find(text(key));
    return node === undefined ? NOT_FOUND : BigInt(node);
  },
  "graph.code": (access, [kind, bytes]) => access.addCode(text(kind) as PayloadKind, bytesOf(bytes)),
  "graph.exec": (access, [key, code, ports]) => {
    access.edit({ op: "exec", key: text(key), code: access.codeHash(word(code)), ports: text(ports) });
    return 0n;
  },
  "graph.node": (access, [kind, key, type]) => {
    access.edit({ op: "node", kind: text(kind) as "data", key: text(key), type: text(type) as "u64" });
    return 0n;
  },
  "graph.data": (access, [from, to]) => {
    access.edit({ op: "data", from: text(from), to: text(to) });
    return 0n;
  },
  "graph.act": (access, [from, to]) => {
    access.edit({ op: "act", from: text(from), to: text(to) });
    return 0n;
  },
  "graph.control": (access, [from, to]) => {
    access.edit({ op: "control", from: text(from), to: text(to) });
    return 0n;
  },
  "graph.recode": (access, [node, code]) => {
    access.edit({ op: "recode", node: text(node), code: access.codeHash(word(code)) });
    return 0n;
  },
  "graph.set": (access, [port, value]) => {
    access.edit({ op: "set", port: text(port), value: { type: "u64", value: word(value) } });
    return 0n;
  },
} satisfies Record<(typeof HOST_CALLS)[number]["name"], Service> as Record<
  (typeof HOST_CALLS)[number]["name"],
  Service
>;

/** Memory of a guest, as far as host functions need it. */
export interface BridgeMemory {
  read(address: number, length: number): Uint8Array | undefined;
  write(address: number, bytes: Uint8Array): boolean;
}

/** Most bytes that go to or from a guest in one host call. */
export const MAX_TRANSFER = 16 << 20;

/**
 * Serves a host call whose arguments lie in registers.
 *
 * @param register the n-th argument register
 * @returns the value of the result register; `fault` with the address where the guest has no such memory
 * @throws HostRefusal
 */
export function callFromRegisters(
  access: HostAccess,
  call: HostCall,
  register: (n: number) => bigint,
  memory: BridgeMemory | undefined,
): bigint | Fault | Promise<bigint | Fault> {
  const args: Value[] = [];
  let into: { address: number; length: number } | undefined;
  let at = 0;
  for (const parameter of call.parameters) {
    const first = register(at++);
    if (parameter === "u64") {
      args.push(BigInt.asUintN(64, first));
      continue;
    }
    const length = Number(BigInt.asUintN(64, register(at++)));
    const address = Number(BigInt.asUintN(64, first));
    if (parameter === "into") {
      into = { address, length };
      continue;
    }
    const bytes = length > MAX_TRANSFER ? undefined : length === 0 ? new Uint8Array(0) : memory?.read(address, length);
    if (bytes === undefined) return new Fault(address);
    args.push(parameter === "bytes" ? bytes : new TextDecoder().decode(bytes));
  }
  const finish = (value: Value): bigint | Fault => {
    if (into === undefined) return typeof value === "bigint" ? value : 0n;
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    if (!(bytes instanceof Uint8Array)) return typeof bytes === "bigint" ? bytes : 0n;
    const fitting = bytes.subarray(0, Math.min(bytes.length, into.length));
    if (fitting.length > 0 && memory?.write(into.address, fitting) !== true) return new Fault(into.address);
    return BigInt(bytes.length);
  };
  const value = access.call(call.name, args);
  return value instanceof Promise ? value.then(finish) : finish(value);
}

/** Memory that the guest named and does not have. */
export class Fault {
  constructor(readonly address: number) {}
}
