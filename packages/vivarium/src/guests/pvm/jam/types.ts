/** The protocol types that services are given, and their encodings (GP 11, 14, appendix C). */
import { VivError } from "../../../machine/errors.js";
import { blob, bytes, type Codec, hash, list, natural, naturalBig, noCase, struct, u16, u32, u64 } from "./codec.js";

/** 32 bytes. */
export type Hash = Uint8Array;

/** What a work package was built upon (GP 11.1.2). */
export interface RefineContext {
  readonly anchor: Hash;
  readonly stateRoot: Hash;
  readonly beefyRoot: Hash;
  readonly lookupAnchor: Hash;
  readonly lookupAnchorSlot: number;
  readonly prerequisites: readonly Hash[];
}
export const refineContext: Codec<RefineContext> = struct<RefineContext>({
  anchor: hash,
  stateRoot: hash,
  beefyRoot: hash,
  lookupAnchor: hash,
  lookupAnchorSlot: u32,
  prerequisites: list(hash),
});

/** A segment that a work item imports. */
export interface ImportRef {
  readonly root: Hash;
  /** True when `root` is the hash of the exporting package instead of a segment root. */
  readonly ofPackage: boolean;
  /** Below 2^15. */
  readonly index: number;
}
const importRef: Codec<ImportRef> = {
  write: (out, value) => {
    if (value.index >= 0x8000) throw new VivError("JAM_VALUE", `import index ${value.index} is not below 2^15`);
    hash.write(out, value.root);
    u16.write(out, value.index + (value.ofPackage ? 0x8000 : 0));
  },
  read: (reader, what) => {
    const root = hash.read(reader, what);
    const index = u16.read(reader, what);
    return { root, ofPackage: index >= 0x8000, index: index & 0x7fff };
  },
};
/** An extrinsic that comes with a work package. */
export interface ExtrinsicRef {
  readonly hash: Hash;
  readonly length: number;
}

export interface WorkItem {
  readonly service: number;
  readonly codeHash: Hash;
  readonly refineGas: bigint;
  readonly accumulateGas: bigint;
  readonly exportCount: number;
  readonly payload: Uint8Array;
  readonly imports: readonly ImportRef[];
  readonly extrinsics: readonly ExtrinsicRef[];
}
export const workItem: Codec<WorkItem> = struct<WorkItem>({
  service: u32,
  codeHash: hash,
  refineGas: u64,
  accumulateGas: u64,
  exportCount: u16,
  payload: blob,
  imports: list(importRef),
  extrinsics: list(struct<ExtrinsicRef>({ hash, length: u32 })),
});

export interface WorkPackage {
  readonly authCodeHost: number;
  readonly authCodeHash: Hash;
  readonly context: RefineContext;
  readonly authToken: Uint8Array;
  readonly authConfig: Uint8Array;
  readonly items: readonly WorkItem[];
}
export const workPackage: Codec<WorkPackage> = struct<WorkPackage>({
  authCodeHost: u32,
  authCodeHash: hash,
  context: refineContext,
  authToken: blob,
  authConfig: blob,
  items: list(workItem),
});

/** What `fetch` tells about a work item without its payload (GP B.7, S). */
interface WorkItemSummary {
  readonly service: number;
  readonly codeHash: Hash;
  readonly refineGas: bigint;
  readonly accumulateGas: bigint;
  readonly exportCount: number;
  readonly importCount: number;
  readonly extrinsicCount: number;
  readonly payloadLength: number;
}
const summary: Codec<WorkItemSummary> = struct<WorkItemSummary>({
  service: u32,
  codeHash: hash,
  refineGas: u64,
  accumulateGas: u64,
  exportCount: u16,
  importCount: u16,
  extrinsicCount: u16,
  payloadLength: u32,
});
export const workItemSummary: Codec<WorkItem> = {
  write: (out, item) =>
    summary.write(out, {
      ...item,
      importCount: item.imports.length,
      extrinsicCount: item.extrinsics.length,
      payloadLength: item.payload.length,
    }),
  read: (_reader, what) => {
    throw new TypeError(`${what}: a summary holds no whole work item`);
  },
};

/** Why a work item has no output. */
export type WorkError = "out-of-gas" | "panic" | "bad-exports" | "oversize" | "bad-code" | "code-too-large";
const WORK_ERRORS: readonly WorkError[] = [
  "out-of-gas",
  "panic",
  "bad-exports",
  "oversize",
  "bad-code",
  "code-too-large",
];
/** Output of refinement, or why there is none. */
export type WorkResult = Uint8Array | WorkError;
export const workResult: Codec<WorkResult> = {
  write: (out, value) => {
    if (typeof value === "string") {
      out.natural(WORK_ERRORS.indexOf(value) + 1);
    } else {
      out.natural(0);
      blob.write(out, value);
    }
  },
  read: (reader, what) => {
    const kind = natural.read(reader, what);
    if (kind === 0) return blob.read(reader, what);
    const error = WORK_ERRORS[kind - 1];
    if (error === undefined) throw noCase(reader, what, kind, WORK_ERRORS.length + 1);
    return error;
  },
};

/** One work item's result, as accumulation sees it. */
export interface Operand {
  readonly packageHash: Hash;
  readonly exportsRoot: Hash;
  readonly authorizerHash: Hash;
  readonly payloadHash: Hash;
  readonly gas: bigint;
  readonly result: WorkResult;
  readonly authTrace: Uint8Array;
}
export const operand: Codec<Operand> = struct<Operand>({
  packageHash: hash,
  exportsRoot: hash,
  authorizerHash: hash,
  payloadHash: hash,
  gas: naturalBig,
  result: workResult,
  authTrace: blob,
});

/** Bytes of a transfer's memo (GP W_T). */
export const MEMO_BYTES = 128;
/** Balance that one service sends to another, delivered when that one is accumulated next. */
export interface Transfer {
  readonly source: number;
  readonly destination: number;
  readonly amount: bigint;
  /** {@link MEMO_BYTES} bytes. */
  readonly memo: Uint8Array;
  readonly gas: bigint;
}
export const transfer: Codec<Transfer> = struct<Transfer>({
  source: u32,
  destination: u32,
  amount: u64,
  memo: bytes(MEMO_BYTES),
  gas: u64,
});

/** What a service is accumulated with. */
export type AccumulateInput =
  | { readonly kind: "operand"; readonly operand: Operand }
  | { readonly kind: "transfer"; readonly transfer: Transfer };
export const accumulateInput: Codec<AccumulateInput> = {
  write: (out, value) => {
    if (value.kind === "operand") {
      out.natural(0);
      operand.write(out, value.operand);
    } else {
      out.natural(1);
      transfer.write(out, value.transfer);
    }
  },
  read: (reader, what) => {
    const kind = natural.read(reader, what);
    if (kind === 0) return { kind: "operand", operand: operand.read(reader, what) };
    if (kind === 1) return { kind: "transfer", transfer: transfer.read(reader, what) };
    throw noCase(reader, what, kind, 2);
  },
};

/** Arguments of the three entry points (GP B.2, B.3, B.4). */
export const isAuthorizedArguments = struct<{ core: number }>({ core: u16 });
export interface RefineArguments {
  readonly core: number;
  readonly item: number;
  readonly service: number;
  readonly payload: Uint8Array;
  readonly packageHash: Hash;
}
export const refineArguments = struct<RefineArguments>({
  core: natural,
  item: natural,
  service: natural,
  payload: blob,
  packageHash: hash,
});
export interface AccumulateArguments {
  readonly slot: number;
  readonly service: number;
  readonly inputs: number;
}
export const accumulateArguments = struct<AccumulateArguments>({ slot: natural, service: natural, inputs: natural });
