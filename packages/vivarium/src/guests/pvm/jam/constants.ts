/** The parameters of a JAM chain, and the 134 bytes in which services see them (GP appendix I.4.4 and fetch kind 0). */
import { type Codec, struct, u16, u32, u64 } from "./codec.js";

/** Named as in the SDKs; the letters are those of the Gray Paper. */
export interface ChainConstants {
  /** B_I: balance that one item of state keeps. */
  readonly itemDeposit: bigint;
  /** B_L: balance that one octet of state keeps. */
  readonly octetDeposit: bigint;
  /** B_S: balance that every service keeps. */
  readonly serviceDeposit: bigint;
  /** C */
  readonly cores: number;
  /** D: slots after which a forgotten preimage may go. */
  readonly expungePeriod: number;
  /** E: slots of an epoch. */
  readonly epochLength: number;
  /** G_A */
  readonly reportAccumulateGas: bigint;
  /** G_I */
  readonly isAuthorizedGas: bigint;
  /** G_R */
  readonly refineGas: bigint;
  /** G_T */
  readonly blockAccumulateGas: bigint;
  /** H: blocks of recent history. */
  readonly recentHistory: number;
  /** I: items of a package. */
  readonly packageItems: number;
  /** J: dependencies of a report. */
  readonly reportDependencies: number;
  /** K: tickets of an extrinsic. */
  readonly blockTickets: number;
  /** L: greatest age of a lookup anchor, in slots. */
  readonly lookupAnchorAge: number;
  /** N: ticket entries of a validator. */
  readonly ticketEntries: number;
  /** O: size of an authorizer pool. */
  readonly authorizerPool: number;
  /** P: seconds of a slot. */
  readonly slotSeconds: number;
  /** Q: size of an authorizer queue. */
  readonly authorizerQueue: number;
  /** R: slots between rotations of the validators. */
  readonly rotationPeriod: number;
  /** T: extrinsics of a package. */
  readonly packageExtrinsics: number;
  /** U: slots after which unavailable work may be replaced. */
  readonly availabilityTimeout: number;
  /** V */
  readonly validators: number;
  /** W_A: bytes of authorizer code. */
  readonly authorizerCodeSize: number;
  /** W_B: bytes of a bundle. */
  readonly bundleSize: number;
  /** W_C: bytes of service code. */
  readonly serviceCodeSize: number;
  /** W_E: bytes of an erasure-coded piece. */
  readonly pieceSize: number;
  /** W_M: imports of a package. */
  readonly packageImports: number;
  /** W_P: pieces of a segment. */
  readonly segmentPieces: number;
  /** W_R: bytes of a report's variable parts. */
  readonly reportSize: number;
  /** W_T: bytes of a memo. */
  readonly memoSize: number;
  /** W_X: exports of a package. */
  readonly packageExports: number;
  /** Y: slots of an epoch after which no tickets are taken. */
  readonly ticketSubmissionEnd: number;
}

/** The encoding that fetch kind 0 gives; the order of the fields is the Gray Paper's. */
export const chainConstants: Codec<ChainConstants> = struct<ChainConstants>({
  itemDeposit: u64,
  octetDeposit: u64,
  serviceDeposit: u64,
  cores: u16,
  expungePeriod: u32,
  epochLength: u32,
  reportAccumulateGas: u64,
  isAuthorizedGas: u64,
  refineGas: u64,
  blockAccumulateGas: u64,
  recentHistory: u16,
  packageItems: u16,
  reportDependencies: u16,
  blockTickets: u16,
  lookupAnchorAge: u32,
  ticketEntries: u16,
  authorizerPool: u16,
  slotSeconds: u16,
  authorizerQueue: u16,
  rotationPeriod: u16,
  packageExtrinsics: u16,
  availabilityTimeout: u16,
  validators: u16,
  authorizerCodeSize: u32,
  bundleSize: u32,
  serviceCodeSize: u32,
  pieceSize: u32,
  packageImports: u32,
  segmentPieces: u32,
  reportSize: u32,
  memoSize: u32,
  packageExports: u32,
  ticketSubmissionEnd: u32,
});

/** The chain of the Gray Paper. */
export const FULL_CHAIN: ChainConstants = {
  itemDeposit: 10n,
  octetDeposit: 1n,
  serviceDeposit: 100n,
  cores: 341,
  expungePeriod: 19_200,
  epochLength: 600,
  reportAccumulateGas: 10_000_000n,
  isAuthorizedGas: 50_000_000n,
  refineGas: 5_000_000_000n,
  blockAccumulateGas: 3_500_000_000n,
  recentHistory: 8,
  packageItems: 16,
  reportDependencies: 8,
  blockTickets: 16,
  lookupAnchorAge: 14_400,
  ticketEntries: 2,
  authorizerPool: 8,
  slotSeconds: 6,
  authorizerQueue: 80,
  rotationPeriod: 10,
  packageExtrinsics: 128,
  availabilityTimeout: 5,
  validators: 1023,
  authorizerCodeSize: 64_000,
  bundleSize: 13_791_360,
  serviceCodeSize: 4_000_000,
  pieceSize: 684,
  packageImports: 3072,
  segmentPieces: 6,
  reportSize: 48 << 10,
  memoSize: 128,
  packageExports: 3072,
  ticketSubmissionEnd: 500,
};

/** The small chain that test networks and public test vectors use. */
export const TINY_CHAIN: ChainConstants = {
  ...FULL_CHAIN,
  cores: 2,
  expungePeriod: 32,
  epochLength: 12,
  refineGas: 1_000_000_000n,
  blockAccumulateGas: 20_000_000n,
  blockTickets: 3,
  lookupAnchorAge: 24,
  ticketEntries: 3,
  rotationPeriod: 4,
  validators: 6,
  pieceSize: 4,
  segmentPieces: 1026,
  ticketSubmissionEnd: 10,
};

/** Bytes of a segment (GP W_G), the same in every chain. */
export const SEGMENT_BYTES = 4104;
/** S: services below this number are made by the registrar only. */
export const MIN_PUBLIC_SERVICE = 2 ** 16;
/** Bytes of a validator's keys and metadata. */
export const VALIDATOR_BYTES = 336;
