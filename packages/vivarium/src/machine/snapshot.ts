/** Machine states as versioned bytes, and back; everything read is checked before it is used. */
import { FIELDS } from "../isa/code.js";
import { PAGE } from "./arena.js";
import { type Frames, frameStart } from "./backend.js";
import { LoadError, VivError } from "./errors.js";
import type { Executable, Machine } from "./machine.js";
import type { Access } from "./memory.js";
import { sha256 } from "./sha256.js";
import type { MachineState } from "./state.js";

/** Version that this engine writes; it reads no other. */
export const SNAPSHOT_VERSION = 1;
const MAGIC = 0x53564956; // "VIVS"
const HASH_BYTES = 32;

class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #room(n: number): DataView {
    if (this.#length + n > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + n));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#length += n;
    return new DataView(this.#bytes.buffer, this.#length - n, n);
  }
  u8(v: number): void {
    this.#room(1).setUint8(0, v);
  }
  u32(v: number): void {
    this.#room(4).setUint32(0, v, true);
  }
  u64(v: bigint): void {
    this.#room(8).setBigUint64(0, v, true);
  }
  raw(v: Uint8Array): void {
    this.#room(v.length);
    this.#bytes.set(v, this.#length - v.length);
  }
  text(v: string): void {
    const bytes = new TextEncoder().encode(v);
    this.u8(bytes.length);
    this.raw(bytes);
  }
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

class Reader {
  #at = 0;
  readonly #view: DataView;
  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get offset(): number {
    return this.#at;
  }
  fail(reason: string, expected?: string): never {
    throw new LoadError("SNAPSHOT_INVALID", reason, { offset: this.#at, expected });
  }
  #take(n: number): number {
    if (n > this.bytes.length - this.#at) this.fail("the snapshot ends too early", `${n} more bytes`);
    this.#at += n;
    return this.#at - n;
  }
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  raw(n: number): Uint8Array {
    const at = this.#take(n);
    return this.bytes.subarray(at, at + n);
  }
  text(): string {
    return new TextDecoder().decode(this.raw(this.u8()));
  }
  /** A count of things of `size` bytes each, bounded by what is left. */
  count(size: number): number {
    const n = this.u32();
    if (n * size > this.bytes.length - this.#at) this.fail(`${n} entries do not fit`);
    return n;
  }
}

const ACCESS: readonly Access[] = ["none", "read", "write"];
const FLAG = { charged: 1, ended: 2, atHost: 4 };

/** Saves a machine. In proportion to the pages it has touched. */
export function encodeSnapshot(machine: Machine): Uint8Array<ArrayBuffer> {
  const s = machine.saveState();
  const { program } = machine;
  const w = new Writer();
  w.u32(MAGIC);
  w.u32(SNAPSHOT_VERSION);
  w.text(program.guest.name);
  w.text(program.code.isa.profile);
  w.raw(program.hash);
  w.u32(s.index);
  w.u8((s.charged ? FLAG.charged : 0) | (s.ended ? FLAG.ended : 0) | (s.atHost ? FLAG.atHost : 0));
  w.u32(s.hostId);
  w.u64(s.gas);
  for (const v of s.vars) w.u64(v);
  for (const b of s.banks) w.raw(b);
  w.u32(s.frames.calls.length);
  for (const call of s.frames.calls) {
    w.u32(call.caller);
    w.u32(call.window);
  }
  w.u32(s.frames.slots.length);
  w.raw(s.frames.slots);
  w.u32(s.mappings.length);
  for (const m of s.mappings) {
    w.u32(m.start / PAGE);
    w.u32(m.end / PAGE);
    w.u8(ACCESS.indexOf(m.access));
  }
  w.u32(s.pages.length);
  for (const { page, bytes } of s.pages) {
    w.u32(page);
    w.raw(bytes);
  }
  const body = w.done();
  const out = new Uint8Array(body.length + HASH_BYTES);
  out.set(body);
  out.set(sha256(body), body.length);
  return out;
}

/**
 * Reads a snapshot of `program`.
 *
 * @throws LoadError `SNAPSHOT_INVALID` (damaged or not a snapshot), `SNAPSHOT_VERSION`, `SNAPSHOT_PROGRAM`
 */
export function decodeSnapshot(program: Executable, bytes: Uint8Array): MachineState {
  const { code } = program;
  const head = new Reader(bytes);
  if (head.u32() !== MAGIC)
    throw new LoadError("SNAPSHOT_INVALID", "this is no snapshot", { offset: 0, expected: "VIVS" });
  const version = head.u32();
  if (version !== SNAPSHOT_VERSION) {
    throw new LoadError("SNAPSHOT_VERSION", `written in version ${version} of the format`, {
      offset: 4,
      expected: `version ${SNAPSHOT_VERSION}`,
    });
  }
  if (bytes.length < HASH_BYTES + 8) head.fail("the snapshot ends too early");
  const body = bytes.subarray(0, bytes.length - HASH_BYTES);
  if (!same(sha256(body), bytes.subarray(body.length))) head.fail("the checksum does not match");
  const r = new Reader(body);
  r.raw(8);
  const guest = r.text();
  const profile = r.text();
  const hash = r.raw(HASH_BYTES);
  if (guest !== program.guest.name || profile !== code.isa.profile || !same(hash, program.hash)) {
    throw new LoadError("SNAPSHOT_PROGRAM", `taken from another program (${guest} ${profile})`, { offset: 8 });
  }
  const index = r.u32();
  if (index >= code.count) r.fail(`instruction ${index} does not exist`);
  const flags = r.u8();
  const hostId = r.u32() | 0;
  const gas = r.u64();
  if (gas >= 2n ** 63n) r.fail("gas out of range");
  const atHost = (flags & FLAG.atHost) !== 0;
  if (atHost && !code.isa.rows[code.op[index] as number]?.effects.callsHost) r.fail("no host call stands there");
  const vars = code.isa.vars.map(() => r.u64());
  const banks = code.isa.banks.filter((b) => b.scope === "machine").map((b) => r.raw(b.count * b.slotBytes).slice());
  const calls = Array.from({ length: r.count(8) }, () => ({ caller: r.u32(), window: r.u32() }));
  const slots = r.raw(r.count(1)).slice();
  const frames: Frames = { calls, slots };
  for (const call of calls) {
    const row = code.isa.rows[code.op[call.caller] as number];
    if (call.caller >= code.count || !row?.effects.callsGuest) r.fail(`instruction ${call.caller} calls nothing`);
    const fields = row.operands.findIndex(
      (o, k) => o.kind === "imm" && code.args[FIELDS * call.caller + k] === call.window,
    );
    if (fields < 0) r.fail(`the call at instruction ${call.caller} has another window`);
  }
  const slotBytes = code.isa.banks.find((b) => b.scope === "frame")?.slotBytes ?? 8;
  if (frameStart(frames) * slotBytes > slots.length) r.fail("the call stack is larger than its slots");
  let last = 0;
  const mappings = Array.from({ length: r.count(9) }, () => {
    const start = r.u32();
    const end = r.u32();
    const access = ACCESS[r.u8()];
    if (start < last || end <= start || end > 2 ** 20 || access === undefined || access === "none") {
      r.fail("mappings are not in order");
    }
    last = end;
    return { start: start * PAGE, end: end * PAGE, access };
  });
  let previous = -1;
  const pages = Array.from({ length: r.count(4 + PAGE) }, () => {
    const page = r.u32();
    if (page <= previous || !mappings.some((m) => m.start <= page * PAGE && page * PAGE < m.end)) {
      r.fail(`page ${page} is not mapped`);
    }
    previous = page;
    return { page, bytes: r.raw(PAGE).slice() };
  });
  if (r.offset !== body.length) r.fail("bytes behind the end");
  return {
    index,
    charged: (flags & FLAG.charged) !== 0,
    ended: (flags & FLAG.ended) !== 0,
    atHost,
    hostId,
    gas,
    vars,
    banks,
    frames,
    mappings,
    pages,
  };
}

/** Puts a decoded state into a fresh machine. @throws VivError `SNAPSHOT_LIMITS` */
export function restoreInto<M extends Machine>(machine: M, state: MachineState): M {
  if (machine.loadState(state)) return machine;
  machine.dispose();
  throw new VivError("SNAPSHOT_LIMITS", "the snapshot needs more memory or depth than this machine may have");
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}
