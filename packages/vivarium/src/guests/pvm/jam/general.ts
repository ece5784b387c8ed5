/** The host calls of every context: gas, grow_heap, log, fetch, and those that look at service accounts (GP B.7). */
import { PAGE } from "../../../machine/memory.js";
import type { HostCallName } from "../host-calls.js";
import type { PvmContext, PvmHostFunction, PvmProgram } from "../program.js";
import { heapStart, stackStart } from "../spi.js";
import { CALL_GAS, copyOut, exhausted, priced, readRange, SELF, serviceOf, worked } from "./calls.js";
import { type Codec, encode, hash, list, struct, u32, u64 } from "./codec.js";
import type { ChainConstants } from "./constants.js";
import { chainConstants } from "./constants.js";
import { RESULT } from "./results.js";
import type { ServiceInfo, ServiceReader } from "./state.js";
import {
  type AccumulateInput,
  accumulateInput,
  type Hash,
  refineContext,
  type WorkPackage,
  workItemSummary,
  workPackage,
} from "./types.js";

/** Host functions by name. */
export type JamCalls = Partial<Record<HostCallName, PvmHostFunction>>;

export const gas: PvmHostFunction = priced((context) => context.gas);

const GROW_GAS = 100n;
const GROW_PAGE_GAS = 10n;

/**
 * grow_heap (GP 0.8.0): r7 is the wanted end of the heap as a page number; the answer is where it ends then. More than
 * the machine's memory limit is refused as pages that cannot be paid are: with the end as it was.
 */
export const growHeap: PvmHostFunction = (context) => {
  const { layout } = context.machine.program as PvmProgram;
  if (layout === undefined) return context.charge(CALL_GAS) ? RESULT.WHAT : exhausted(context);
  // Out of gas leaves the gas as it is here: the one call whose price is spelt out case by case.
  if (context.gas < GROW_GAS) return context.outOfGas();
  const first = heapStart(layout) / PAGE;
  const last = stackStart(layout) / PAGE - ZONE_PAGES;
  let writable = 0;
  for (const { start, end, access } of context.memory.mappings()) {
    if (access !== "write") continue;
    writable += Math.max(0, Math.min(end / PAGE, last) - Math.max(start / PAGE, first));
  }
  const wanted = context.registers[7] as bigint;
  const end = BigInt(first + writable);
  const more = wanted > end ? wanted - end : 0n;
  const cost = GROW_GAS + GROW_PAGE_GAS * more;
  const goal = wanted > BigInt(first) ? wanted : BigInt(first);
  if (goal <= BigInt(last) && context.gas >= cost) {
    if (context.memory.map(first * PAGE, (Number(goal) - first) * PAGE, "write")) {
      context.charge(cost);
      return end > goal ? end : goal;
    }
  }
  context.charge(GROW_GAS);
  return end;
};
/** The heap ends a zone below the stack (GP B.7: b = (2^32 - 3 Z_Z - Z_I - P(s)) / Z_P). */
const ZONE_PAGES = 16;

/** A message of a service (JIP-1). */
export interface LogMessage {
  /** 0 fatal, 1 warning, 2 important, 3 helpful, 4 pedantic. */
  readonly level: number;
  readonly target: string | undefined;
  readonly message: string;
  readonly service: number | undefined;
  readonly core: number | undefined;
  /** The message was longer than 64 KiB. */
  readonly truncated: boolean;
}
export type LogSink = (message: LogMessage) => void;
const LOG_BYTES = 65536n;

/**
 * log (JIP-1). The answer is WHAT, as if the call did not exist, and memory that cannot be read makes no difference:
 * services behave alike whether or not somebody listens.
 */
export function log(sink: LogSink, service: number | undefined, core: number | undefined): PvmHostFunction {
  const decoder = new TextDecoder();
  const text = (context: PvmContext, address: bigint, length: bigint): string | undefined => {
    const bytes = readRange(context, address, length < LOG_BYTES ? length : LOG_BYTES);
    return bytes && decoder.decode(bytes);
  };
  return priced((context) => {
    const [level, target, targetLength, message, length] = context.registers.subarray(7, 12) as unknown as bigint[];
    const about = target === 0n && targetLength === 0n ? "" : text(context, target, targetLength);
    const said = text(context, message, length);
    if (about !== undefined && said !== undefined) {
      const named = target === 0n && targetLength === 0n ? undefined : about;
      const truncated = length > LOG_BYTES || targetLength > LOG_BYTES;
      sink({ level: Number(level), target: named, message: said, service, core, truncated });
    }
    return RESULT.WHAT;
  });
}

/** What `fetch` can see; what is missing answers NONE. */
export interface FetchSources {
  readonly constants: ChainConstants;
  readonly entropy?: Hash;
  readonly authTrace?: Uint8Array;
  readonly package?: WorkPackage;
  /** Which item of the package is being refined. */
  readonly item?: number;
  /** Segments imported by every item. */
  readonly imports?: readonly (readonly Uint8Array[])[];
  /** Extrinsics of every item. */
  readonly extrinsics?: readonly (readonly Uint8Array[])[];
  readonly inputs?: readonly AccumulateInput[];
}

/** The value of each kind of `fetch`, by its number; `a` and `b` are r11 and r12. */
const FETCH: readonly ((from: FetchSources, a: number, b: number) => Uint8Array | undefined)[] = [
  (from) => encode(chainConstants, from.constants),
  (from) => from.entropy,
  (from) => from.authTrace,
  (from, a, b) => from.extrinsics?.[a]?.[b],
  (from, a) => (from.item === undefined ? undefined : from.extrinsics?.[from.item]?.[a]),
  (from, a, b) => from.imports?.[a]?.[b],
  (from, a) => (from.item === undefined ? undefined : from.imports?.[from.item]?.[a]),
  (from) => from.package && encode(workPackage, from.package),
  (from) => from.package?.authConfig,
  (from) => from.package?.authToken,
  (from) => from.package && encode(refineContext, from.package.context),
  (from) => from.package && encode(list(workItemSummary), from.package.items),
  (from, a) => from.package?.items[a] && encode(workItemSummary, from.package.items[a]),
  (from, a) => from.package?.items[a]?.payload,
  (from) => from.inputs && encode(list(accumulateInput), from.inputs),
  (from, a) => from.inputs?.[a] && encode(accumulateInput, from.inputs[a]),
];

/** The value that `fetch` gives for a kind; `undefined` when there is none in this context. */
export function fetchValue(from: FetchSources, kind: bigint, a: bigint, b: bigint): Uint8Array | undefined {
  const value = kind < BigInt(FETCH.length) ? FETCH[Number(kind)] : undefined;
  // No sequence is as long as 2^32: what is larger indexes nothing.
  const index = (register: bigint): number => (register < 1n << 32n ? Number(register) : -1);
  return value?.(from, index(a), index(b));
}

export function fetch(from: FetchSources): PvmHostFunction {
  /** Kinds whose value is encoded anew by every call: kept, since guests fetch in pieces. */
  const encoded = new Map<bigint, Uint8Array | undefined>();
  return priced((context) => {
    const [to, offset, length, kind, a, b] = context.registers.subarray(7, 13) as unknown as bigint[];
    let value: Uint8Array | undefined;
    if (kind === 0n || kind === 7n || kind === 11n || kind === 14n) {
      if (!encoded.has(kind)) {
        const made = fetchValue(from, kind, a, b);
        worked(context, made?.length ?? 0);
        encoded.set(kind, made);
      }
      value = encoded.get(kind);
    } else value = fetchValue(from, kind, a, b);
    return copyOut(context, value, to, offset, length);
  });
}

const serviceInfo: Codec<ServiceInfo> = struct<ServiceInfo>({
  codeHash: hash,
  balance: u64,
  threshold: u64,
  minAccumulateGas: u64,
  minTransferGas: u64,
  octets: u64,
  items: u32,
  gratis: u64,
  created: u32,
  lastAccumulation: u32,
  parent: u32,
});

/** lookup, read and info on any service. */
export function serviceCalls(state: ServiceReader): JamCalls {
  return {
    lookup: priced((context) => {
      const [service, hashAt, to, offset, length] = context.registers.subarray(7, 12) as unknown as bigint[];
      const key = readRange(context, hashAt, 32n);
      if (key === undefined) return context.panic("the hash cannot be read");
      const id = serviceOf(service, state.service);
      return copyOut(context, id === undefined ? undefined : state.lookup(id, key), to, offset, length);
    }),
    read: priced((context) => {
      const [service, keyAt, keyLength, to, offset, length] = context.registers.subarray(7, 13) as unknown as bigint[];
      const key = readRange(context, keyAt, keyLength);
      if (key === undefined) return context.panic("the key cannot be read");
      const id = serviceOf(service, state.service);
      return copyOut(context, id === undefined ? undefined : state.read(id, key), to, offset, length);
    }),
    info: priced((context) => {
      const [service, to, offset, length] = context.registers.subarray(7, 11) as unknown as bigint[];
      const id = service === SELF ? state.service : serviceOf(service, undefined);
      const info = id === undefined ? undefined : state.info(id);
      return copyOut(context, info && encode(serviceInfo, info), to, offset, length);
    }),
  };
}
