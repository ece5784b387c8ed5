/** What all JAM host calls have in common: their price, 64-bit memory ranges, results that are copied to the guest. */
import type { HostResult } from "../../../machine/host.js";
import type { PvmContext, PvmHostFunction } from "../program.js";
import { RESULT } from "./results.js";

/** Gas of a host call; what is charged beyond it, the call charges itself. */
export const CALL_GAS = 10n;
/** r7 when the service itself is meant. */
export const SELF = (1n << 64n) - 1n;
const SPACE = 1n << 32n;

export type CallBody = (context: PvmContext) => HostResult | Promise<HostResult>;

/** Out of gas inside a host call: the price goes below zero, which leaves nothing (GP B.5: gas' = gas - g). */
export function exhausted(context: PvmContext): HostResult {
  context.gas = 0n;
  return context.outOfGas();
}

/** Charges first, then runs the body. */
export function priced(body: CallBody): PvmHostFunction {
  return (context) => (context.charge(CALL_GAS) ? body(context) : exhausted(context));
}

/** What a call number without function does: it costs as much as one with, and says that nobody knows it. */
export const unknownCall: PvmHostFunction = priced(() => RESULT.WHAT);

/** Bytes of host work after which the slice ends, so that deadlines hold whatever guests ask for. */
const WORK_PER_SLICE = 1 << 20;
const done = new WeakMap<object, number>();

/** Says that the host has worked on so many bytes for this call. */
export function worked(context: PvmContext, bytes: number): void {
  const sum = (done.get(context.machine) ?? 0) + bytes;
  if (sum < WORK_PER_SLICE) {
    done.set(context.machine, sum);
    return;
  }
  done.set(context.machine, 0);
  context.endSlice();
}

/** The bytes of a range, or `undefined` unless all of it can be read. A range of no bytes is always readable. */
export function readRange(context: PvmContext, address: bigint, length: bigint): Uint8Array | undefined {
  if (length === 0n) return new Uint8Array(0);
  if (address + length > SPACE) return undefined;
  const bytes = context.memory.read(Number(address), Number(length));
  if (bytes !== undefined) worked(context, bytes.length);
  return bytes;
}

export function canWrite(context: PvmContext, address: bigint, length: bigint): boolean {
  if (length === 0n) return true;
  return address + length <= SPACE && context.memory.writable(Number(address), Number(length));
}

/** Writes a range that {@link canWrite} has allowed. */
export function writeRange(context: PvmContext, address: bigint, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  context.memory.write(Number(address), bytes);
  worked(context, bytes.length);
}

/**
 * Copies the part of `value` from `offset`, at most `length` bytes, to `address`: the end of every call that looks
 * something up. The result is the whole length of the value.
 */
export function copyOut(
  context: PvmContext,
  value: Uint8Array | undefined,
  address: bigint,
  offset: bigint,
  length: bigint,
): HostResult {
  const size = BigInt(value?.length ?? 0);
  const from = offset < size ? offset : size;
  const count = length < size - from ? length : size - from;
  if (!canWrite(context, address, count)) return context.panic("the destination cannot be written");
  if (value === undefined) return RESULT.NONE;
  writeRange(context, address, value.subarray(Number(from), Number(from + count)));
  return size;
}

/** A service number in a register: `self` for 2^64 - 1, `undefined` for what is no service number. */
export function serviceOf(register: bigint, self: number | undefined): number | undefined {
  if (register === SELF) return self;
  return register < SPACE ? Number(register) : undefined;
}
