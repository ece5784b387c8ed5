/** A JAM host set: the host functions of one invocation, the inner machines it has, and their snapshot. */
import { LoadError, VivError } from "../../../machine/errors.js";
import { HOST_CALLS } from "../host-calls.js";
import { ByteReader } from "../natural.js";
import type { Profile } from "../profiles.js";
import type { PvmContext, PvmHost, PvmHostFunction, PvmMachine, PvmOptions, PvmProgram } from "../program.js";
import { accumulateCalls } from "./accumulate.js";
import { unknownCall } from "./calls.js";
import { ByteWriter } from "./codec.js";
import { type FetchSources, fetch, gas, growHeap, type JamCalls, type LogSink, log } from "./general.js";
import { contextOf, type InnerLimits, InnerMachines, InnerPool, pcOf } from "./inner.js";
import { refineCalls } from "./refine.js";
import type { AccumulateState, RefineState } from "./state.js";

export interface JamHostOptions {
  readonly profile: Profile;
  /** Number of the service, shown in log messages and used by `historical_lookup`. */
  readonly service?: number;
  /** Number of the core, shown in log messages. */
  readonly core?: number;
  /** What `fetch` sees; without it there is no `fetch`. */
  readonly fetch?: FetchSources;
  /** Grants the calls of refinement and inner machines. */
  readonly refine?: RefineState;
  /** Grants the calls of accumulation. */
  readonly accumulate?: AccumulateState;
  /** Grants inner machines without `refine`, or limits them. Default: with `refine`, within the default limits. */
  readonly inner?: Partial<InnerLimits> | boolean;
  /** Where messages of `log` go; without it `log` is a call that nobody knows, which services cannot tell apart. */
  readonly log?: LogSink;
}

const MAGIC = 0x4a564956; // "VIVJ"
/** Version of the combined snapshots that this engine writes; it reads no other. */
export const JAM_SNAPSHOT_VERSION = 1;

/**
 * The host functions of one machine. Pass `host.options` on to `instantiate`; dispose of the host together with the
 * machine.
 *
 * @example
 * const host = new JamHost({ profile: "080", inner: true, log: (m) => console.error(m.message) });
 * const machine = program.instantiate({ gas: 1_000_000n, ...host.options });
 */
export class JamHost {
  readonly profile: Profile;
  /** The functions, by name. */
  readonly calls: JamCalls;
  readonly inner: InnerMachines | undefined;
  #owner: PvmMachine | undefined;

  constructor(options: JamHostOptions) {
    const { profile, service, core } = options;
    this.profile = profile;
    const wanted = options.inner ?? options.refine !== undefined;
    this.inner =
      wanted === false ? undefined : new InnerMachines(new InnerPool(typeof wanted === "object" ? wanted : {}));
    const calls: JamCalls = {
      gas,
      ...(profile === "080" && { grow_heap: growHeap }),
      ...(options.log && { log: log(options.log, service, core) }),
      ...(options.fetch && { fetch: fetch(options.fetch) }),
      ...(options.refine && refineCalls(options.refine, service ?? 0)),
      ...(this.inner && this.#owned(this.inner.calls)),
      ...(options.accumulate && accumulateCalls(options.accumulate)),
    };
    this.calls = calls;
  }

  /** What `instantiate` and `restore` need to be told. */
  get options(): Pick<PvmOptions, "host" | "names" | "otherwise"> {
    const names = HOST_CALLS[this.profile] as Readonly<Record<string, number>>;
    return { host: this.calls as PvmHost, names, otherwise: unknownCall };
  }

  /** Inner machines belong to one machine: another that is given the same functions would take them for its own. */
  #owned(calls: JamCalls): JamCalls {
    const guard =
      (call: PvmHostFunction): PvmHostFunction =>
      (context: PvmContext) => {
        this.#owner ??= context.machine;
        if (this.#owner !== context.machine) {
          throw new VivError("JAM_HOST_SHARED", "a host set with inner machines serves one machine only");
        }
        return call(context);
      };
    return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, guard(call)]));
  }

  /**
   * Saves a machine together with its inner machines, whether it stands still or is in the middle of an `invoke`. What
   * the host keeps of the chain (exports, accounts) is not part of it.
   *
   * @throws VivError `JAM_SNAPSHOT_PARKED` while one of the machines waits for a promise
   */
  snapshot(machine: PvmMachine): Uint8Array<ArrayBuffer> {
    if (this.#owner !== undefined && this.#owner !== machine) {
      throw new VivError("JAM_HOST_SHARED", "this host set serves another machine");
    }
    const out = new ByteWriter();
    u32(out, MAGIC);
    u32(out, JAM_SNAPSHOT_VERSION);
    saveMachine(out, machine);
    saveInner(out, this.inner);
    return out.done();
  }

  /**
   * A machine, with its inner machines in this host set, as it was saved.
   *
   * @throws LoadError `JAM_SNAPSHOT_INVALID`, `JAM_SNAPSHOT_VERSION` and what `program.restore` throws; VivError
   *   `SNAPSHOT_LIMITS`, `JAM_INNER_LIMIT`, `JAM_HOST_SHARED`
   */
  restore(program: PvmProgram, snapshot: Uint8Array, options: PvmOptions = {}): PvmMachine {
    if (this.#owner !== undefined) throw new VivError("JAM_HOST_SHARED", "this host set serves a machine already");
    const reader = new ByteReader(snapshot);
    if (reader.unsigned(4, "the magic") !== MAGIC) invalid(reader, "this is no combined snapshot", "VIVJ");
    const version = reader.unsigned(4, "the version");
    if (version !== JAM_SNAPSHOT_VERSION) {
      const expected = `version ${JAM_SNAPSHOT_VERSION}`;
      throw new LoadError("JAM_SNAPSHOT_VERSION", `written in version ${version}`, { offset: 4, expected });
    }
    const machine = program.restore(part(reader), { ...options, ...this.options });
    try {
      restoreInner(reader, this.inner, machine);
      reader.end("the snapshot");
    } catch (error) {
      this.dispose();
      machine.dispose();
      throw error;
    }
    this.#owner = machine;
    return machine;
  }

  /** Takes the inner machines down. */
  dispose(): void {
    this.inner?.dispose();
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function u32(out: ByteWriter, value: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  out.raw(bytes);
}

function withLength(out: ByteWriter, bytes: Uint8Array): void {
  u32(out, bytes.length);
  out.raw(bytes);
}

function part(reader: ByteReader): Uint8Array {
  const length = reader.unsigned(4, "the length of a part");
  return reader.take(length, "a part");
}

function invalid(reader: ByteReader, reason: string, expected?: string): never {
  throw new LoadError("JAM_SNAPSHOT_INVALID", reason, { offset: reader.offset, expected });
}

function saveMachine(out: ByteWriter, machine: PvmMachine): void {
  if (machine.status === "parked") {
    throw new VivError("JAM_SNAPSHOT_PARKED", "a machine that waits for a promise cannot be saved with its inner ones");
  }
  withLength(out, machine.snapshot());
}

/** Inner machines by handle, each with its own, then the `invoke` under way. */
function saveInner(out: ByteWriter, inner: InnerMachines | undefined): void {
  u32(out, inner?.handles.size ?? 0);
  for (const [handle, each] of inner?.handles ?? []) {
    u32(out, handle);
    withLength(out, each.program.bytes);
    saveMachine(out, each.machine);
    out.natural(each.stray === undefined ? 0 : 1);
    if (each.stray !== undefined) out.natural(pcOf(each));
    saveInner(out, each.children);
  }
  const pending = inner?.pending;
  out.natural(pending === undefined ? 0 : 1);
  if (pending === undefined) return;
  out.natural(pending.handle);
  out.natural(pending.address);
  out.natural(pending.excess);
}

function restoreInner(reader: ByteReader, inner: InnerMachines | undefined, owner: PvmMachine): void {
  const count = reader.unsigned(4, "the number of inner machines");
  if (count > 0 && inner === undefined) invalid(reader, "inner machines where none are allowed");
  for (let i = 0; i < count && inner !== undefined; i++) {
    const handle = reader.unsigned(4, "a handle");
    if (inner.handles.has(handle)) invalid(reader, `handle ${handle} comes twice`);
    const bytes = part(reader);
    const each = inner.create(owner, bytes, 0n, part(reader));
    inner.handles.set(handle, each);
    if (reader.natural(1, "a flag") === 1) each.stray = reader.naturalBig("a pc");
    restoreInner(reader, each.children, each.machine);
  }
  if (reader.natural(1, "a flag") === 0) return;
  const handle = reader.natural(2 ** 32 - 1, "a handle");
  const address = reader.naturalBig("an address");
  const excess = reader.naturalBig("gas");
  if (!inner?.handles.has(handle)) invalid(reader, `no inner machine ${handle} to go on with`);
  if (owner.status !== "at-host") invalid(reader, "no host call stands there");
  inner.pending = { handle, address, excess };
  // The block was writable when the call was made; a snapshot that says otherwise is not one of ours.
  if (address + 112n > 1n << 32n || !owner.memory.writable(Number(address), 112)) {
    invalid(reader, "the block of the call cannot be written");
  }
  owner.answer(inner.resume(contextOf(owner), inner.pending));
}
