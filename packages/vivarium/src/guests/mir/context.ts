/** What a MIR host function is given: the arguments of its call, its results, and guest memory. */
import type { Code } from "../../isa/code.js";
import type { Backend } from "../../machine/backend.js";
import { HostContext, type HostedMachine } from "../../machine/host.js";
import type { GuestMemory } from "../../machine/memory.js";
import type { Streams } from "./libc/streams.js";
import type { CallShape, LinkedProgram } from "./link/program.js";

/** What host functions see of a MIR machine. */
export interface MirHosted extends HostedMachine {
  readonly backend: Backend;
  readonly code: Code;
  readonly program: { readonly linked: LinkedProgram };
  readonly streams: Streams;
  /** Milliseconds since 1970, if the program was granted a clock. */
  readonly clock: (() => number) | null;
  /** What the clock said when the machine was made. */
  readonly startTime: number;
  readonly programName: string;
  /** Says what the program's exit code is; for host functions that end it. */
  finish(code: number): void;
  /** Moves the end of the heap and returns the old one, or −1 if there is no room. */
  growHeap(bytes: number): number;
  /** Address of an environment variable's value, or 0. */
  environmentValue(name: string): number;
}

/** Thrown inside host functions when they touch memory that the guest may not use; becomes a fault of the guest. */
export class GuestFault extends Error {
  constructor(readonly address: number) {
    super(`no access to ${address}`);
  }
}

const NO_ARGUMENTS: CallShape = { fixed: 0, types: "" };
const NOTHING = new DataView(new ArrayBuffer(8));

/** Slots that the window of every host call has for results. */
const RESULT_SLOTS = 2;
const PAGE = 4096;
const SPACE = 2 ** 32;

/**
 * Context of a host call. Arguments are numbered from 0, fixed and variadic ones in one row; integers are 64 bits wide,
 * already narrowed to the types of the prototype.
 */
export class MirContext extends HostContext<MirHosted> {
  #view: DataView = new DataView(new ArrayBuffer(8));
  /** Number of arguments, and of the fixed ones among them. */
  count = 0;
  fixed = 0;
  /** One letter for each argument: `i` integer, `f` float, `d` double, `x` long double, `b` address of a block. */
  types = "";
  /** Slot offset of the call's window in the calling frame. */
  window = 0;

  /** Looks at the machine's current host call; done before every host function. */
  begin(): void {
    const { backend } = this.machine;
    this.window = Number(backend.getVar("hostWindow"));
    const shape = this.machine.program.linked.shapes[Number(backend.getVar("hostShape"))] ?? NO_ARGUMENTS;
    this.count = shape.types.length;
    this.fixed = shape.fixed;
    this.types = shape.types;
    this.#attach();
  }

  #attach(): void {
    const slots = Math.max(this.count + 1, RESULT_SLOTS);
    const bytes = this.machine.backend.frame(this.window + slots);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + 8 * this.window, 8 * slots);
  }

  /** The call's slots. Memory that grows during the call (sbrk, a page touched) detaches what was seen before. */
  get #slots(): DataView {
    if (this.#view.buffer.byteLength === 0) this.#attach();
    return this.#view;
  }

  /** Where argument `k` stands; what a program did not pass reads as zero. */
  #argument(k: number): DataView {
    if (!Number.isInteger(k) || k < 0) throw new RangeError(`argument ${k}`);
    return k < this.count ? this.#slots : NOTHING;
  }

  #offset(k: number): number {
    return k < this.count ? 8 * (k + 1) : 0;
  }

  /** Offset of result `k`: the view ends where the call's window does. */
  #result(k: number): number {
    if (!Number.isInteger(k) || k < 0 || k >= this.#slots.byteLength / 8) throw new RangeError(`result ${k}`);
    return 8 * k;
  }

  /** Argument `k` as a signed 32-bit integer. */
  i32(k: number): number {
    return this.#argument(k).getInt32(this.#offset(k), true);
  }
  /** Argument `k` as an unsigned 32-bit integer; what addresses are. */
  u32(k: number): number {
    return this.#argument(k).getUint32(this.#offset(k), true);
  }
  /** Argument `k` as a signed 64-bit integer. */
  i64(k: number): bigint {
    return this.#argument(k).getBigInt64(this.#offset(k), true);
  }
  /** Argument `k` as a size: exact below 2^53, more than any memory above. */
  size(k: number): number {
    const view = this.#argument(k);
    const at = this.#offset(k);
    return view.getUint32(at, true) + view.getUint32(at + 4, true) * SPACE;
  }
  f32(k: number): number {
    return this.#argument(k).getFloat32(this.#offset(k), true);
  }
  f64(k: number): number {
    return this.#argument(k).getFloat64(this.#offset(k), true);
  }

  /** Sets result `k` to an integer, sign-extended from 32 bits. */
  setI32(value: number, k = 0): void {
    this.#slots.setInt32(this.#result(k), value, true);
    this.#slots.setInt32(this.#result(k) + 4, value >> 31, true);
  }
  /** Sets result `k` to an address or an unsigned 32-bit integer. */
  setU32(value: number, k = 0): void {
    this.#slots.setUint32(this.#result(k), value, true);
    this.#slots.setUint32(this.#result(k) + 4, 0, true);
  }
  setI64(value: bigint, k = 0): void {
    this.#slots.setBigInt64(this.#result(k), BigInt.asIntN(64, value), true);
  }
  setF32(value: number, k = 0): void {
    this.#slots.setFloat32(this.#result(k), value, true);
    this.#slots.setUint32(this.#result(k) + 4, 0, true);
  }
  setF64(value: number, k = 0): void {
    // The NaN of the processor, whatever the host's mathematics gives.
    if (Number.isNaN(value)) this.#slots.setBigUint64(this.#result(k), 0xfff8000000000000n, true);
    else this.#slots.setFloat64(this.#result(k), value, true);
  }

  /** Copies bytes out of memory. */
  read(address: number, length: number): Uint8Array {
    const bytes = length > SPACE ? undefined : this.memory.read(address, length);
    if (bytes === undefined) throw new GuestFault(address);
    return bytes;
  }
  /** Writes bytes into memory. */
  write(address: number, bytes: Uint8Array): void {
    if (!this.memory.write(address, bytes)) throw new GuestFault(address);
  }
  /** Bytes of a string up to its NUL, or up to `most` of them. */
  bytes(address: number, most = SPACE): Uint8Array {
    return cString(this.memory, address, most);
  }
  /** A string as text; bytes that are not UTF-8 are replaced. */
  string(address: number): string {
    return new TextDecoder().decode(this.bytes(address));
  }
}

/**
 * The bytes of a C string up to its NUL, or up to `most` of them.
 *
 * @throws GuestFault where memory ends before the string does.
 */
export function cString(memory: GuestMemory, address: number, most = SPACE): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let at = address; length < most; ) {
    const inPage = at % PAGE;
    const page = at < SPACE ? memory.view((at - inPage) / PAGE, "read") : undefined;
    if (page === undefined) throw new GuestFault(at >>> 0);
    const end = Math.min(PAGE, inPage + most - length);
    const nul = page.indexOf(0, inPage);
    const stop = nul >= 0 && nul < end ? nul : end;
    parts.push(page.slice(inPage, stop));
    length += stop - inPage;
    if (stop !== end || nul === stop) break;
    at += stop - inPage;
  }
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
