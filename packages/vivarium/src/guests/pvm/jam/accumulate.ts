/** The host calls of accumulation: registers and memory in, a call of the chain state, result codes out (GP B.9). */
import type { HostResult } from "../../../machine/host.js";
import type { PvmContext } from "../program.js";
import { exhausted, priced, readRange, SELF, worked } from "./calls.js";
import { VALIDATOR_BYTES } from "./constants.js";
import { type JamCalls, serviceCalls } from "./general.js";
import { RESULT, type Refusal } from "./results.js";
import type { AccumulateState, Privileges } from "./state.js";
import { type Hash, MEMO_BYTES } from "./types.js";

const SPACE = 1n << 32n;

/** The registers from r7. */
function registers(context: PvmContext): readonly bigint[] {
  return [...context.registers.subarray(7)];
}

function outcome(refusal: Refusal | undefined): HostResult {
  return refusal === undefined ? RESULT.OK : RESULT[refusal];
}

function parts(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

/** A call that begins with a hash at the address in register `r7 + k`. */
function hashed(k: number, body: (context: PvmContext, hash: Hash, r: readonly bigint[]) => HostResult) {
  return priced((context) => {
    const r = registers(context);
    const hash = readRange(context, r[k] as bigint, 32n);
    return hash === undefined ? context.panic("the hash cannot be read") : body(context, hash, r);
  });
}

export function accumulateCalls(state: AccumulateState): JamCalls {
  const { cores, authorizerQueue, validators } = state.sizes;
  return {
    ...serviceCalls(state),

    write: priced((context) => {
      const [keyAt, keyLength, valueAt, valueLength] = registers(context) as [bigint, bigint, bigint, bigint];
      const key = readRange(context, keyAt, keyLength);
      const value = readRange(context, valueAt, valueLength);
      if (key === undefined || value === undefined) return context.panic("key or value cannot be read");
      const before = state.write(key, valueLength === 0n ? undefined : value);
      if (before === undefined) return RESULT.NONE;
      return typeof before === "string" ? RESULT[before] : before;
    }),

    bless: priced((context) => {
      const [manager, assignersAt, delegator, registrar, alwaysAt, count] = registers(context) as bigint[];
      const assigners = readRange(context, assignersAt, BigInt(4 * cores));
      const always = readRange(context, alwaysAt, 12n * count);
      if (assigners === undefined || always === undefined) return context.panic("the privileges cannot be read");
      if (manager >= SPACE || delegator >= SPACE || registrar >= SPACE) return RESULT.WHO;
      const view = new DataView(always.buffer, always.byteOffset);
      const alwaysAccumulate = new Map<number, bigint>();
      for (let at = 0; at < always.length; at += 12) {
        alwaysAccumulate.set(view.getUint32(at, true), view.getBigUint64(at + 4, true));
      }
      const privileges: Privileges = {
        manager: Number(manager),
        assigners: parts(assigners, 4).map((b) => new DataView(b.buffer).getUint32(0, true)),
        delegator: Number(delegator),
        registrar: Number(registrar),
        alwaysAccumulate,
      };
      return outcome(state.bless(privileges));
    }),

    assign: priced((context) => {
      const [core, queueAt, assigner] = registers(context) as [bigint, bigint, bigint];
      const queue = readRange(context, queueAt, BigInt(32 * authorizerQueue));
      if (queue === undefined) return context.panic("the queue cannot be read");
      return outcome(state.assign(core, parts(queue, 32), assigner));
    }),

    designate: priced((context) => {
      const keys = readRange(context, context.registers[7] as bigint, BigInt(VALIDATOR_BYTES * validators));
      if (keys === undefined) return context.panic("the validator keys cannot be read");
      return outcome(state.designate(parts(keys, VALIDATOR_BYTES)));
    }),

    checkpoint: priced((context) => {
      state.checkpoint();
      worked(context, CHECKPOINT_WORK);
      return context.gas;
    }),

    new: hashed(0, (context, codeHash, [, length, minAccumulateGas, minTransferGas, gratis, wanted]) => {
      if (length >= SPACE) return context.panic("the length of the code is no 32-bit number");
      const codeLength = Number(length);
      const made = state.create({ codeHash, codeLength, minAccumulateGas, minTransferGas, gratis, wanted });
      return typeof made === "string" ? RESULT[made] : made;
    }),

    upgrade: hashed(0, (_context, codeHash, [, minAccumulateGas, minTransferGas]) => {
      state.upgrade(codeHash, minAccumulateGas, minTransferGas);
      return RESULT.OK;
    }),

    transfer: priced((context) => {
      const [destination, amount, gas, memoAt] = registers(context) as [bigint, bigint, bigint, bigint];
      const memo = readRange(context, memoAt, BigInt(MEMO_BYTES));
      if (memo === undefined) return context.panic("the memo cannot be read");
      const refusal = state.canTransfer(destination, amount, gas);
      if (refusal !== undefined) return RESULT[refusal];
      // The gas that goes along is part of the price of a transfer that is made (GP B.9: g = 10 + t).
      if (!context.charge(gas)) return exhausted(context);
      state.transfer(Number(destination), amount, memo, gas);
      return RESULT.OK;
    }),

    eject: hashed(1, (_context, codeHash, [service]) => outcome(state.eject(service, codeHash))),

    query: hashed(0, (context, hash, [, length]) => {
      const slots = state.query(hash, length);
      const [x = 0, y = 0, z = 0] = slots ?? [];
      context.registers[8] = slots === undefined ? 0n : BigInt(y) + (BigInt(z) << 32n);
      return slots === undefined ? RESULT.NONE : BigInt(slots.length) + (BigInt(x) << 32n);
    }),

    solicit: hashed(0, (_context, hash, [, length]) => outcome(state.solicit(hash, length))),
    forget: hashed(0, (_context, hash, [, length]) => outcome(state.forget(hash, length))),

    yield: hashed(0, (_context, hash) => {
      state.yield(hash);
      return RESULT.OK;
    }),

    provide: priced((context) => {
      const [service, at, length] = registers(context) as [bigint, bigint, bigint];
      const preimage = readRange(context, at, length);
      if (preimage === undefined) return context.panic("the preimage cannot be read");
      // Hashing costs several times as much as reading.
      worked(context, 8 * preimage.length);
      return outcome(state.provide(service === SELF ? BigInt(state.service) : service, preimage));
    }),
  };
}

/** A checkpoint may copy all that has been written; how much that is, the state alone knows. */
const CHECKPOINT_WORK = 1 << 20;
