/** Code of nodes into payloads that are ready to be called, each made when it is first needed. */
import { abisOf } from "./codes.js";
import { GraphError } from "./errors.js";
import type { CodeRecord, LoadContext, Payload, PayloadAdapter, PortSignature, Signature } from "./payload.js";
import type { Trap } from "./types.js";

/** What the table asks of the graph. */
export interface CodeSource {
  codeOf(node: number): CodeRecord;
  signature(node: number): Signature;
  /** Code for this machine's own processor may come out of a file. */
  readonly trustNative: boolean;
}

export class PayloadTable {
  readonly #source: CodeSource;
  readonly #adapters = new Map<string, PayloadAdapter>();
  readonly #context: LoadContext;
  readonly #byNode: (Payload | Trap | undefined)[] = [];
  /** By number of the code and ports: nodes with the same of both share a payload. */
  readonly #instances = new Map<string, Payload>();

  /** @param adapters for each kind the first that has it */
  constructor(adapters: readonly PayloadAdapter[], depth: number, source: CodeSource) {
    this.#source = source;
    for (const adapter of adapters) {
      for (const kind of adapter.kinds) if (!this.#adapters.has(kind)) this.#adapters.set(kind, adapter);
    }
    this.#context = { adapters, depth };
  }

  /** Something executes code of this kind. */
  executes(kind: string): boolean {
    return this.#adapters.has(kind);
  }

  /**
   * Code made ready for ports.
   *
   * @throws GraphError `GRAPH_PAYLOAD`, `GRAPH_ABI`; LoadError when the code cannot be loaded
   */
  instance(code: CodeRecord, { inputs, outputs }: Signature): Payload {
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

  /** The payload of a node, or why its code cannot be run. */
  of(node: number): Payload | Trap {
    const known = this.#byNode[node];
    if (known !== undefined) return known;
    const made = this.#load(node);
    this.#byNode[node] = made;
    return made;
  }

  #load(node: number): Payload | Trap {
    const code = this.#source.codeOf(node);
    if (code.imported && code.kind.startsWith("native") && !this.#source.trustNative) {
      return { kind: "denied", message: "code for this machine's own processor out of a file is not run" };
    }
    if (!this.#adapters.has(code.kind))
      return { kind: "arch", message: `nothing here executes code of kind ${code.kind}` };
    try {
      return this.instance(code, this.#source.signature(node));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: error instanceof GraphError ? "abi" : "illegal", message };
    }
  }

  /** What is known of a node so far. */
  known(node: number): Payload | Trap | undefined {
    return this.#byNode[node];
  }
  set(node: number, payload: Payload | Trap | undefined): void {
    this.#byNode[node] = payload;
  }

  /** Something that has been loaded runs in workers or other processes. */
  get elsewhere(): boolean {
    for (const payload of this.#instances.values()) if (payload.parallel === true) return true;
    return false;
  }

  /** Forgets nodes and codes from these numbers on. */
  truncate(nodes: number, codes: number): void {
    this.#byNode.length = Math.min(this.#byNode.length, nodes);
    for (const [key] of this.#instances) if (Number(key.split(" ")[0]) >= codes) this.#instances.delete(key);
  }

  dispose(): void {
    for (const payload of this.#instances.values()) payload.dispose?.();
    this.#instances.clear();
    this.#byNode.length = 0;
  }
}
