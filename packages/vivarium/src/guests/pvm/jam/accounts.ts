/** Service accounts in memory: storage, preimages and requests, with the footprint they cost (GP 9). */
import { blake2b } from "./blake2b.js";
import { hex } from "./codec.js";
import type { ChainConstants } from "./constants.js";
import type { ServiceInfo } from "./state.js";
import type { Hash } from "./types.js";

/** A preimage that a service has asked for (GP 9.2.2). */
export interface PreimageRequest {
  readonly hash: Hash;
  readonly length: bigint;
  /** Slots at which it became available, unavailable and available again: 0 to 3 of them. */
  readonly slots: readonly number[];
}

/** What an account is made from; whatever is left out is zero or empty. */
export interface AccountParts {
  readonly codeHash?: Hash;
  readonly balance?: bigint;
  readonly minAccumulateGas?: bigint;
  readonly minTransferGas?: bigint;
  readonly gratis?: bigint;
  readonly created?: number;
  readonly lastAccumulation?: number;
  readonly parent?: number;
}

/** Octets that a request and a storage item cost besides what they hold (GP 9.3). */
const REQUEST_OCTETS = 81n;
const ITEM_OCTETS = 34n;

/** One account. Whoever holds it may change it; `clone` gives an independent one. */
export class ServiceAccount {
  codeHash: Hash;
  balance: bigint;
  minAccumulateGas: bigint;
  minTransferGas: bigint;
  gratis: bigint;
  created: number;
  lastAccumulation: number;
  parent: number;
  readonly #storage = new Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }>();
  readonly #preimages = new Map<string, Uint8Array>();
  readonly #requests = new Map<string, PreimageRequest>();
  #octets = 0n;
  /** Bytes of the longest key that was ever set: what is longer is not there, and need not be looked for. */
  #longestKey = 0;

  constructor(parts: AccountParts = {}) {
    this.codeHash = parts.codeHash ?? new Uint8Array(32);
    this.balance = parts.balance ?? 0n;
    this.minAccumulateGas = parts.minAccumulateGas ?? 0n;
    this.minTransferGas = parts.minTransferGas ?? 0n;
    this.gratis = parts.gratis ?? 0n;
    this.created = parts.created ?? 0;
    this.lastAccumulation = parts.lastAccumulation ?? 0;
    this.parent = parts.parent ?? 0;
  }

  /** Values are never changed in place, so the copy shares them. */
  clone(): ServiceAccount {
    const copy = new ServiceAccount(this);
    for (const [key, item] of this.#storage) copy.#storage.set(key, item);
    for (const [key, preimage] of this.#preimages) copy.#preimages.set(key, preimage);
    for (const [key, request] of this.#requests) copy.#requests.set(key, request);
    copy.#octets = this.#octets;
    copy.#longestKey = this.#longestKey;
    return copy;
  }

  // Storage -------------------------------------------------------------------------------------------------------

  get(key: Uint8Array): Uint8Array | undefined {
    return key.length > this.#longestKey ? undefined : this.#storage.get(hex(key))?.value;
  }
  set(key: Uint8Array, value: Uint8Array | undefined): void {
    const name = hex(key);
    const before = this.#storage.get(name);
    if (before !== undefined) this.#octets -= octetsOf(key, before.value);
    if (value === undefined) this.#storage.delete(name);
    else {
      this.#storage.set(name, { key: key.slice(), value: value.slice() });
      this.#octets += octetsOf(key, value);
      this.#longestKey = Math.max(this.#longestKey, key.length);
    }
  }
  /** Keys and values, in no order. */
  storage(): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }> {
    return this.#storage.values();
  }

  // Preimages -----------------------------------------------------------------------------------------------------

  preimage(hash: Hash): Uint8Array | undefined {
    return this.#preimages.get(hex(hash));
  }
  /** Adds a preimage and the request for it, as available since `slot`. Gives its hash. */
  addPreimage(preimage: Uint8Array, slot = 0): Hash {
    const hash = blake2b(preimage);
    this.#preimages.set(hex(hash), preimage.slice());
    this.setRequest(hash, BigInt(preimage.length), [slot]);
    return hash;
  }
  removePreimage(hash: Hash): void {
    this.#preimages.delete(hex(hash));
  }
  preimages(): Iterable<Uint8Array> {
    return this.#preimages.values();
  }

  request(hash: Hash, length: bigint): readonly number[] | undefined {
    return this.#requests.get(requestName(hash, length))?.slots;
  }
  setRequest(hash: Hash, length: bigint, slots: readonly number[] | undefined): void {
    const name = requestName(hash, length);
    if (this.#requests.delete(name)) this.#octets -= REQUEST_OCTETS + length;
    if (slots === undefined) return;
    this.#requests.set(name, { hash: hash.slice(), length, slots });
    this.#octets += REQUEST_OCTETS + length;
  }
  requests(): Iterable<PreimageRequest> {
    return this.#requests.values();
  }

  /** Whether a preimage of this length is waited for: cheaper to know than its hash. */
  awaits(length: bigint): boolean {
    for (const request of this.#requests.values()) {
      if (request.length === length && request.slots.length === 0) return true;
    }
    return false;
  }

  /** The preimage, if it was available at `slot` (GP Λ). */
  historicalLookup(hash: Hash, slot: number): Uint8Array | undefined {
    const preimage = this.preimage(hash);
    if (preimage === undefined) return undefined;
    const [x, y, z] = this.request(hash, BigInt(preimage.length)) ?? [];
    if (x === undefined) return undefined;
    const available = (x <= slot && (y === undefined || slot < y)) || (z !== undefined && z <= slot);
    return available ? preimage : undefined;
  }

  // Footprint -----------------------------------------------------------------------------------------------------

  /** a_i: items of state. */
  get items(): number {
    return 2 * this.#requests.size + this.#storage.size;
  }
  /** a_o: octets of state. */
  get octets(): bigint {
    return this.#octets;
  }
  /** a_t: balance that the account must keep. */
  threshold(chain: ChainConstants): bigint {
    return this.#thresholdOf(this.items, this.#octets, chain);
  }
  #thresholdOf(items: number, octets: bigint, chain: ChainConstants): bigint {
    const { serviceDeposit, itemDeposit, octetDeposit } = chain;
    const needed = serviceDeposit + itemDeposit * BigInt(items) + octetDeposit * octets - this.gratis;
    return needed > 0n ? needed : 0n;
  }
  /** The threshold that the account would have with this value under the key (removed when `undefined`). */
  thresholdWith(key: Uint8Array, value: Uint8Array | undefined, chain: ChainConstants): bigint {
    const before = this.get(key);
    const items = this.items + (value === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    const more = value === undefined ? 0n : octetsOf(key, value);
    const less = before === undefined ? 0n : octetsOf(key, before);
    return this.#thresholdOf(items, this.#octets + more - less, chain);
  }
  info(chain: ChainConstants): ServiceInfo {
    const { codeHash, balance, minAccumulateGas, minTransferGas, octets, items, gratis } = this;
    const { created, lastAccumulation, parent } = this;
    return {
      codeHash,
      balance,
      threshold: this.threshold(chain),
      minAccumulateGas,
      minTransferGas,
      octets,
      items,
      gratis,
      created,
      lastAccumulation,
      parent,
    };
  }
}

function octetsOf(key: Uint8Array, value: Uint8Array): bigint {
  return ITEM_OCTETS + BigInt(key.length + value.length);
}

function requestName(hash: Hash, length: bigint): string {
  return `${hex(hash)} ${length}`;
}
