/** The chain state of one accumulation, in memory: what the service changes, and what it falls back to (GP B.4, B.9). */
import { ServiceAccount } from "./accounts.js";
import { blake2b } from "./blake2b.js";
import { ByteWriter, hex, sameBytes } from "./codec.js";
import { type ChainConstants, MIN_PUBLIC_SERVICE } from "./constants.js";
import type { Refusal } from "./results.js";
import type { AccumulateState, NewService, Privileges, ServiceInfo } from "./state.js";
import type { Hash, Transfer } from "./types.js";

/** The part of the chain's state that accumulation sees (GP 12.17). */
export interface PartialState {
  readonly accounts: ReadonlyMap<number, ServiceAccount>;
  readonly privileges: Privileges;
  /** For each core, the hashes of the authorizers to come. */
  readonly authorizerQueues: readonly (readonly Hash[])[];
  /** Keys of the validators to come. */
  readonly validators: readonly Uint8Array[];
}

/** A preimage that a service provides for itself or another. */
export interface Provision {
  readonly service: number;
  readonly preimage: Uint8Array;
}

/** What an accumulation leads to (GP B.4: the context without the service's number). */
export interface Implications {
  readonly state: PartialState;
  readonly transfers: readonly Transfer[];
  readonly yielded: Hash | undefined;
  readonly provisions: readonly Provision[];
}

/** A chain that has no services yet. */
export function emptyState(chain: ChainConstants): PartialState {
  return {
    accounts: new Map(),
    privileges: {
      manager: 0,
      delegator: 0,
      registrar: 0,
      assigners: Array.from({ length: chain.cores }, () => 0),
      alwaysAccumulate: new Map(),
    },
    authorizerQueues: Array.from({ length: chain.cores }, () => []),
    validators: [],
  };
}

/** Service numbers are drawn below this, above which 2^8 numbers stay free (GP B.10). */
const SERVICE_RANGE = 2 ** 32 - MIN_PUBLIC_SERVICE - 2 ** 8;
/** How far the next service's number is from the last. */
const NEXT_SERVICE = 42;

function copy(bytes: Uint8Array): Uint8Array {
  return bytes.slice();
}

/** One dimension of the context: everything that a checkpoint keeps. Accounts are copied when they are first changed. */
class Dimension {
  accounts: Map<number, ServiceAccount>;
  /** Accounts that no other dimension shares. */
  own = new Set<number>();
  privileges: Privileges;
  queues: readonly (readonly Hash[])[];
  validators: readonly Uint8Array[];
  nextService = 0;
  transfers: Transfer[] = [];
  yielded: Hash | undefined;
  provisions = new Map<string, Provision>();

  constructor(state: PartialState) {
    this.accounts = new Map(state.accounts);
    this.privileges = state.privileges;
    this.queues = state.authorizerQueues;
    this.validators = state.validators;
  }

  /** An independent copy; from now on neither of the two owns an account. */
  fork(): Dimension {
    const other = new Dimension(this.state);
    other.nextService = this.nextService;
    other.transfers = [...this.transfers];
    other.yielded = this.yielded;
    other.provisions = new Map(this.provisions);
    this.own.clear();
    return other;
  }

  get state(): PartialState {
    const { accounts, privileges, queues, validators } = this;
    return { accounts, privileges, authorizerQueues: queues, validators };
  }

  /** The account, to be changed. */
  change(service: number): ServiceAccount {
    const account = this.accounts.get(service) as ServiceAccount;
    if (this.own.has(service)) return account;
    const copied = account.clone();
    this.accounts.set(service, copied);
    this.own.add(service);
    return copied;
  }
  add(service: number, account: ServiceAccount): void {
    this.accounts.set(service, account);
    this.own.add(service);
  }
}

export interface AccumulationOptions {
  readonly state: PartialState;
  /** The service that is accumulated; it exists in `state`. */
  readonly service: number;
  /** Slot of the block. */
  readonly slot: number;
  /** η'_0, 32 bytes: decides the numbers of new services. */
  readonly entropy: Hash;
  readonly chain: ChainConstants;
}

/** Serves the host calls of accumulation from memory. The state that it is given is never changed. */
export class Accumulation implements AccumulateState {
  readonly service: number;
  readonly sizes: AccumulateState["sizes"];
  readonly #slot: number;
  readonly #chain: ChainConstants;
  readonly #initial: PartialState;
  /** The regular dimension x, and y, which counts when the service panics or runs out of gas. */
  #x: Dimension;
  #y: Dimension;

  constructor(options: AccumulationOptions) {
    const { state, service, slot, entropy, chain } = options;
    this.service = service;
    this.sizes = chain;
    this.#slot = slot;
    this.#chain = chain;
    this.#initial = state;
    this.#x = new Dimension(state);
    const seed = new ByteWriter();
    seed.natural(service);
    seed.raw(entropy);
    seed.natural(slot);
    const drawn = new DataView(blake2b(seed.done()).buffer).getUint32(0, true);
    this.#x.nextService = this.#free((drawn % SERVICE_RANGE) + MIN_PUBLIC_SERVICE);
    this.#y = this.#x.fork();
  }

  /** What the accumulation has led to; `regular` is false after a panic and when the gas ran out. */
  implications(regular: boolean): Implications {
    const { state, transfers, yielded, provisions } = regular ? this.#x : this.#y;
    return { state, transfers, yielded, provisions: [...provisions.values()] };
  }

  /** The first number from `service` on that no service had before the accumulation (GP B.14). */
  #free(service: number): number {
    let i = service;
    while (this.#initial.accounts.has(i) || this.#x.accounts.has(i)) {
      i = ((i - MIN_PUBLIC_SERVICE + 1) % SERVICE_RANGE) + MIN_PUBLIC_SERVICE;
    }
    return i;
  }

  get #self(): ServiceAccount {
    return this.#x.accounts.get(this.service) as ServiceAccount;
  }

  // Reading -------------------------------------------------------------------------------------------------------

  lookup(service: number, hash: Hash): Uint8Array | undefined {
    return this.#x.accounts.get(service)?.preimage(hash);
  }
  read(service: number, key: Uint8Array): Uint8Array | undefined {
    return this.#x.accounts.get(service)?.get(key);
  }
  info(service: number): ServiceInfo | undefined {
    return this.#x.accounts.get(service)?.info(this.#chain);
  }
  query(hash: Hash, length: bigint): readonly number[] | undefined {
    return this.#self.request(hash, length);
  }

  // The service's own account -------------------------------------------------------------------------------------

  write(key: Uint8Array, value: Uint8Array | undefined): number | undefined | Refusal {
    const self = this.#self;
    const before = self.get(key);
    if (self.thresholdWith(key, value, this.#chain) > self.balance) return "FULL";
    if (before !== undefined || value !== undefined) this.#x.change(this.service).set(key, value);
    return before?.length;
  }

  upgrade(codeHash: Hash, minAccumulateGas: bigint, minTransferGas: bigint): void {
    const account = this.#x.change(this.service);
    account.codeHash = copy(codeHash);
    account.minAccumulateGas = minAccumulateGas;
    account.minTransferGas = minTransferGas;
  }

  solicit(hash: Hash, length: bigint): Refusal | undefined {
    const slots = this.#self.request(hash, length);
    if (slots !== undefined && slots.length !== 2) return "HUH";
    // Lengths of preimages are 32-bit numbers; no balance covers what is longer.
    if (length >= 1n << 32n) return "FULL";
    const account = this.#x.change(this.service);
    account.setRequest(hash, length, slots === undefined ? [] : [...slots, this.#slot]);
    if (account.balance >= account.threshold(this.#chain)) return undefined;
    account.setRequest(hash, length, slots);
    return "FULL";
  }

  forget(hash: Hash, length: bigint): Refusal | undefined {
    const slots = this.#self.request(hash, length);
    if (slots === undefined) return "HUH";
    const [x, y, w] = slots as [number, number, number];
    const expired = slots.length >= 2 && y < this.#slot - this.#chain.expungePeriod;
    if (slots.length === 0 || (slots.length === 2 && expired)) {
      const account = this.#x.change(this.service);
      account.setRequest(hash, length, undefined);
      account.removePreimage(hash);
      return undefined;
    }
    if (slots.length === 1) this.#x.change(this.service).setRequest(hash, length, [x, this.#slot]);
    else if (slots.length === 3 && expired) this.#x.change(this.service).setRequest(hash, length, [w, this.#slot]);
    else return "HUH";
    return undefined;
  }

  yield(hash: Hash): void {
    this.#x.yielded = copy(hash);
  }

  checkpoint(): void {
    this.#y = this.#x.fork();
  }

  // Other services ------------------------------------------------------------------------------------------------

  create(service: NewService): number | Refusal {
    const { manager, registrar } = this.#x.privileges;
    if (service.gratis !== 0n && this.service !== manager) return "HUH";
    const account = new ServiceAccount({
      codeHash: copy(service.codeHash),
      minAccumulateGas: service.minAccumulateGas,
      minTransferGas: service.minTransferGas,
      gratis: service.gratis,
      created: this.#slot,
      parent: this.service,
    });
    account.setRequest(service.codeHash, BigInt(service.codeLength), []);
    account.balance = account.threshold(this.#chain);
    const self = this.#self;
    if (self.balance - account.balance < self.threshold(this.#chain)) return "CASH";
    const reserved = this.service === registrar && service.wanted < BigInt(MIN_PUBLIC_SERVICE);
    const id = reserved ? Number(service.wanted) : this.#x.nextService;
    if (reserved && this.#x.accounts.has(id)) return "FULL";
    this.#x.change(this.service).balance -= account.balance;
    this.#x.add(id, account);
    if (!reserved) {
      const next = ((id - MIN_PUBLIC_SERVICE + NEXT_SERVICE) % SERVICE_RANGE) + MIN_PUBLIC_SERVICE;
      this.#x.nextService = this.#free(next);
    }
    return id;
  }

  canTransfer(destination: bigint, amount: bigint, gas: bigint): Refusal | undefined {
    const to = this.#account(destination);
    if (to === undefined) return "WHO";
    if (gas < to.minTransferGas) return "LOW";
    const self = this.#self;
    return self.balance - amount < self.threshold(this.#chain) ? "CASH" : undefined;
  }
  transfer(destination: number, amount: bigint, memo: Uint8Array, gas: bigint): void {
    this.#x.change(this.service).balance -= amount;
    this.#x.transfers.push({ source: this.service, destination, amount, memo: copy(memo), gas });
  }

  eject(service: bigint, codeHash: Hash): Refusal | undefined {
    const other = service === BigInt(this.service) ? undefined : this.#account(service);
    // A service that may be ejected has the number of the one that does it in the place of its code hash.
    const owner = new Uint8Array(32);
    new DataView(owner.buffer).setUint32(0, this.service, true);
    if (other === undefined || !sameBytes(other.codeHash, owner)) return "WHO";
    const length = other.octets > 81n ? other.octets - 81n : 0n;
    const slots = other.request(codeHash, length);
    if (other.items !== 2 || slots === undefined) return "HUH";
    if (slots.length !== 2 || (slots[1] as number) >= this.#slot - this.#chain.expungePeriod) return "HUH";
    this.#x.accounts.delete(Number(service));
    this.#x.own.delete(Number(service));
    this.#x.change(this.service).balance += other.balance;
    return undefined;
  }

  provide(service: bigint, preimage: Uint8Array): Refusal | undefined {
    const account = this.#account(service);
    if (account === undefined) return "WHO";
    if (!account.awaits(BigInt(preimage.length))) return "HUH";
    const hash = blake2b(preimage);
    if (account.request(hash, BigInt(preimage.length))?.length !== 0) return "HUH";
    const name = `${service} ${hex(hash)} ${preimage.length}`;
    if (this.#x.provisions.has(name)) return "HUH";
    this.#x.provisions.set(name, { service: Number(service), preimage: copy(preimage) });
    return undefined;
  }

  #account(service: bigint): ServiceAccount | undefined {
    return service < 1n << 32n ? this.#x.accounts.get(Number(service)) : undefined;
  }

  // Privileges ----------------------------------------------------------------------------------------------------

  bless(privileges: Privileges): Refusal | undefined {
    this.#x.privileges = privileges;
    return undefined;
  }

  assign(core: bigint, queue: readonly Hash[], assigner: bigint): Refusal | undefined {
    if (core >= BigInt(this.#chain.cores)) return "CORE";
    const at = Number(core);
    const { privileges } = this.#x;
    if (privileges.assigners[at] !== this.service) return "HUH";
    if (assigner >= 1n << 32n) return "WHO";
    this.#x.queues = this.#x.queues.with(at, queue);
    this.#x.privileges = { ...privileges, assigners: privileges.assigners.with(at, Number(assigner)) };
    return undefined;
  }

  designate(validators: readonly Uint8Array[]): Refusal | undefined {
    if (this.#x.privileges.delegator !== this.service) return "HUH";
    this.#x.validators = validators;
    return undefined;
  }
}
