/** The graph's table of code: immutable, found by content, each piece of bytes kept once (specification, D1). */
import { sha256 } from "../index.js";
import { GraphError } from "./errors.js";
import { capabilityMask } from "./host.js";
import { type CodeLimits, type CodeRecord, DEFAULT_LIMITS } from "./payload.js";
import { ABIS, type Abi, LIMIT, PAYLOAD_KINDS, type PayloadKind } from "./types.js";
import { hex, joined } from "./values.js";

/** Code to add to a graph. */
export interface CodeSpec {
  readonly kind: PayloadKind;
  /** Machine code, a module, a program; a text is taken as UTF-8. */
  readonly bytes: Uint8Array | string;
  /** Default: what suits the kind. */
  readonly abi?: Abi;
  /** Function to start at; default: the program's own. */
  readonly entry?: string;
  /** Gas of one firing; default 10,000,000. */
  readonly fuel?: number;
  /** Milliseconds of one firing, for payloads without gas; default 10,000. */
  readonly timeout?: number;
  /** Pages of 64 KiB; default 256. */
  readonly pages?: number;
  /** What the code may ask the host for, if the run grants it too; default nothing. */
  readonly capabilities?: readonly string[];
}

/** Kinds whose code takes values rather than registers. */
const BY_VALUES: ReadonlySet<PayloadKind> = new Set<PayloadKind>(["host", "python", "subgraph"]);

/** How code of a kind can be called: the first is the default. */
export function abisOf(kind: PayloadKind): readonly Abi[] {
  if (kind === "wasm") return ["registers", "values"];
  return [defaultAbi(kind)];
}

export function defaultAbi(kind: PayloadKind): Abi {
  return BY_VALUES.has(kind) ? "values" : "registers";
}

/** SHA-256 of kind, architecture, ABI and bytes: what identifies code. */
export function codeHash(kind: PayloadKind, abi: Abi, bytes: Uint8Array): string {
  const [number, arch] = PAYLOAD_KINDS[kind];
  return hex(sha256(joined([Uint8Array.of(number, arch, ABIS.indexOf(abi), 0), bytes])));
}

function whole(name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new GraphError("GRAPH_LIMIT", `${name}: ${value} is not a whole number from 1 to ${most}`);
  }
  return value;
}

export function checkedLimits(limits: Partial<CodeLimits>): CodeLimits {
  return {
    fuel: whole("fuel", limits.fuel ?? DEFAULT_LIMITS.fuel, 0xffffffff),
    timeout: whole("timeout", limits.timeout ?? DEFAULT_LIMITS.timeout, 0x7fffffff),
    pages: whole("pages", limits.pages ?? DEFAULT_LIMITS.pages, 65_536),
  };
}

export class Codes {
  readonly records: CodeRecord[] = [];
  readonly #byIdentity = new Map<string, CodeRecord>();
  readonly #byHash = new Map<string, CodeRecord>();

  /** Adds code, or finds the same code with the same limits and capabilities. */
  add(spec: CodeSpec, imported = false): CodeRecord {
    const { kind } = spec;
    if (!Object.hasOwn(PAYLOAD_KINDS, kind)) {
      throw new GraphError("GRAPH_PAYLOAD", `there is no kind of code ${JSON.stringify(kind)}`);
    }
    const given = typeof spec.bytes === "string" ? new TextEncoder().encode(spec.bytes) : spec.bytes;
    if (given.length > LIMIT.codeBytes)
      throw new GraphError("GRAPH_LIMIT", `more than ${LIMIT.codeBytes} bytes of code`);
    const abi = spec.abi ?? defaultAbi(kind);
    if (!ABIS.includes(abi)) throw new GraphError("GRAPH_ABI", `there is no ABI ${JSON.stringify(abi)}`);
    const limits = checkedLimits(spec);
    const capabilities = capabilityMask(spec.capabilities ?? []);
    const entry = spec.entry ?? "";
    const hash = codeHash(kind, abi, given);
    const identity = `${hash} ${capabilities} ${limits.fuel} ${limits.timeout} ${limits.pages} ${imported} ${entry}`;
    const known = this.#byIdentity.get(identity);
    if (known !== undefined) return known;
    const record: CodeRecord = {
      index: this.records.length,
      kind,
      abi,
      bytes: this.#byHash.get(hash)?.bytes ?? Uint8Array.from(given),
      hash,
      entry,
      limits,
      capabilities,
      imported,
    };
    this.records.push(record);
    this.#byIdentity.set(identity, record);
    if (!this.#byHash.has(hash)) this.#byHash.set(hash, record);
    return record;
  }

  /** The first code with this hash, or with a hash that begins so. */
  find(hash: string): CodeRecord | undefined {
    const exact = this.#byHash.get(hash);
    if (exact !== undefined || hash.length >= 64 || hash.length < 4) return exact;
    const matching = [...this.#byHash.keys()].filter((known) => known.startsWith(hash));
    return matching.length === 1 ? this.#byHash.get(matching[0] as string) : undefined;
  }

  /** Takes back what was added since there were so many. */
  truncate(count: number): void {
    if (this.records.length === count) return;
    const kept = this.records.splice(0, count);
    this.records.length = 0;
    this.#byIdentity.clear();
    this.#byHash.clear();
    for (const record of kept) this.restore(record);
  }

  /** Puts a record back as it was. */
  restore(record: CodeRecord): void {
    const { hash, capabilities, limits, imported, entry } = record;
    this.records.push(record);
    const identity = `${hash} ${capabilities} ${limits.fuel} ${limits.timeout} ${limits.pages} ${imported} ${entry}`;
    if (!this.#byIdentity.has(identity)) this.#byIdentity.set(identity, record);
    if (!this.#byHash.has(hash)) this.#byHash.set(hash, record);
  }
}
