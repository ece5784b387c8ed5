/** What services may ask of and do to the chain: the interfaces that host calls use, independent of who keeps the state. */
import type { Refusal } from "./results.js";
import type { Hash } from "./types.js";

/** What `info` tells about a service. */
export interface ServiceInfo {
  readonly codeHash: Hash;
  readonly balance: bigint;
  /** Balance that the service has to keep for its footprint. */
  readonly threshold: bigint;
  readonly minAccumulateGas: bigint;
  readonly minTransferGas: bigint;
  readonly octets: bigint;
  readonly items: number;
  /** Deposit that the service need not pay. */
  readonly gratis: bigint;
  readonly created: number;
  readonly lastAccumulation: number;
  readonly parent: number;
}

/** Reading of service accounts. A service that does not exist has nothing. */
export interface ServiceReader {
  /** The service on whose behalf the code runs. */
  readonly service: number;
  /** Preimage of a hash. */
  lookup(service: number, hash: Hash): Uint8Array | undefined;
  /** Value of a key in a service's storage. */
  read(service: number, key: Uint8Array): Uint8Array | undefined;
  info(service: number): ServiceInfo | undefined;
}

/** What refinement may use of the chain. */
export interface RefineState {
  /** Preimage as it was available at the lookup anchor; `service` is `undefined` for what is no service number. */
  historicalLookup(service: number, hash: Hash): Uint8Array | undefined;
  /** Takes a segment and gives its index, or refuses when the package may export no more. */
  export(segment: Uint8Array): number | Refusal;
}

/** Who may do what (GP 9.4). */
export interface Privileges {
  readonly manager: number;
  /** One service for each core. */
  readonly assigners: readonly number[];
  readonly delegator: number;
  readonly registrar: number;
  /** Services accumulated in every block, with their gas. */
  readonly alwaysAccumulate: ReadonlyMap<number, bigint>;
}

/** A service to be made. */
export interface NewService {
  readonly codeHash: Hash;
  readonly codeLength: number;
  readonly minAccumulateGas: bigint;
  readonly minTransferGas: bigint;
  readonly gratis: bigint;
  /** Number that the registrar wants. */
  readonly wanted: bigint;
}

/** What accumulation may use of and do to the chain (GP B.8); memory and registers have been dealt with. */
export interface AccumulateState extends ServiceReader {
  /** Number of cores, authorizer queue length and validators, which say how much memory some calls read. */
  readonly sizes: { readonly cores: number; readonly authorizerQueue: number; readonly validators: number };
  /** Sets a value, or removes it when `undefined`. Gives the length of the value before, `undefined` if none. */
  write(key: Uint8Array, value: Uint8Array | undefined): number | undefined | Refusal;
  bless(privileges: Privileges): Refusal | undefined;
  /** `core` and `assigner` as in the registers: neither need exist. */
  assign(core: bigint, queue: readonly Hash[], assigner: bigint): Refusal | undefined;
  designate(validators: readonly Uint8Array[]): Refusal | undefined;
  checkpoint(): void;
  /** Gives the number of the new service. */
  create(service: NewService): number | Refusal;
  upgrade(codeHash: Hash, minAccumulateGas: bigint, minTransferGas: bigint): void;
  /** Whether the transfer is possible; nothing is changed. */
  canTransfer(destination: bigint, amount: bigint, gas: bigint): Refusal | undefined;
  /** Makes a transfer that {@link canTransfer} has allowed. */
  transfer(destination: number, amount: bigint, memo: Uint8Array, gas: bigint): void;
  eject(service: bigint, codeHash: Hash): Refusal | undefined;
  /** Slots at which a requested preimage became available or unavailable (0 to 3); `undefined` if not requested. */
  query(hash: Hash, length: bigint): readonly number[] | undefined;
  solicit(hash: Hash, length: bigint): Refusal | undefined;
  forget(hash: Hash, length: bigint): Refusal | undefined;
  yield(hash: Hash): void;
  provide(service: bigint, preimage: Uint8Array): Refusal | undefined;
}
