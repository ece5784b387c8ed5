import { describe, expect, it } from "vitest";
import { type Codec, decode, encode, fromHex, hex } from "./codec.js";
import { chainConstants, FULL_CHAIN } from "./constants.js";
import {
  type AccumulateInput,
  accumulateArguments,
  accumulateInput,
  isAuthorizedArguments,
  refineArguments,
  refineContext,
  transfer,
  type WorkPackage,
  type WorkResult,
  workItem,
  workPackage,
  workResult,
} from "./types.js";

const bytes = (length: number, first = 1) => Uint8Array.from({ length }, (_, i) => first + i);
const context = {
  anchor: bytes(32, 1),
  stateRoot: bytes(32, 2),
  beefyRoot: bytes(32, 3),
  lookupAnchor: bytes(32, 4),
  lookupAnchorSlot: 0x01020304,
  prerequisites: [bytes(32, 5), bytes(32, 6)],
};
const item = {
  service: 0x11223344,
  codeHash: bytes(32, 7),
  refineGas: 1n,
  accumulateGas: (1n << 64n) - 1n,
  exportCount: 0x5566,
  payload: bytes(130),
  imports: [
    { root: bytes(32, 8), ofPackage: false, index: 1 },
    { root: bytes(32, 9), ofPackage: true, index: 0x7fff },
  ],
  extrinsics: [{ hash: bytes(32, 10), length: 5 }],
};
const workpackage: WorkPackage = {
  authCodeHost: 1,
  authCodeHash: bytes(32, 11),
  context,
  authToken: bytes(3),
  authConfig: bytes(0),
  items: [item],
};
const operandInput: AccumulateInput = {
  kind: "operand",
  operand: {
    packageHash: bytes(32, 1),
    exportsRoot: bytes(32, 2),
    authorizerHash: bytes(32, 3),
    payloadHash: bytes(32, 4),
    gas: 100_000n,
    result: bytes(16, 5),
    authTrace: bytes(2),
  },
};
const transferInput: AccumulateInput = {
  kind: "transfer",
  transfer: { source: 1, destination: 2, amount: 3n, memo: bytes(128), gas: 4n },
};

const VALUES: readonly [string, Codec<unknown>, unknown][] = [
  ["a context", refineContext, context],
  ["a work item", workItem, item],
  ["a work package", workPackage, workpackage],
  ["an operand", accumulateInput, operandInput],
  ["a transfer", accumulateInput, transferInput],
  ["an output", workResult, bytes(3)],
  ["an error", workResult, "code-too-large"],
  ["constants", chainConstants, FULL_CHAIN],
  [
    "arguments of refine",
    refineArguments,
    { core: 300, item: 1, service: 70_000, payload: bytes(4), packageHash: bytes(32) },
  ],
] as never;

describe("protocol types", () => {
  it.each(VALUES)("%s is read as it was written", (_name, codec, value) => {
    expect(decode(codec, encode(codec, value))).toEqual(value);
  });

  it.each(VALUES)("%s that is cut short or too long is refused", (_name, codec, value) => {
    const whole = encode(codec, value);
    for (let cut = 0; cut < whole.length; cut += 1 + (cut >> 3)) {
      expect(() => decode(codec, whole.subarray(0, cut))).toThrow(expect.objectContaining({ name: "LoadError" }));
    }
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    expect(() => decode(codec, longer)).toThrow(expect.objectContaining({ code: "PVM_TRAILING_BYTES" }));
  });

  it("have the layout of the specification", () => {
    expect(hex(encode(isAuthorizedArguments, { core: 0x102 }))).toBe("0201");
    expect(hex(encode(accumulateArguments, { slot: 43, service: 1729, inputs: 1 }))).toBe("2b86c101");
    expect(
      hex(encode(refineArguments, { core: 1, item: 0, service: 2, payload: bytes(2), packageHash: bytes(32) })),
    ).toBe(`010002020102${hex(bytes(32))}`);
    expect(encode(transfer, transferInput.transfer).length).toBe(4 + 4 + 8 + 128 + 8);
    const operand = hex(encode(accumulateInput, operandInput));
    // Gas is a compact natural here, and the output comes before the trace.
    expect(operand).toBe(
      `00${[1, 2, 3, 4].map((n) => hex(bytes(32, n))).join("")}c1a0860010${hex(bytes(16, 5))}02${hex(bytes(2))}`,
    );
    expect(hex(encode(workResult, "out-of-gas" as WorkResult))).toBe("01");
  });

  it("refuse values that have no encoding", () => {
    const bad = (value: Partial<typeof item>) => () => encode(workItem, { ...item, ...value });
    expect(bad({ service: 2 ** 32 })).toThrow("not a number of 4");
    expect(bad({ service: -1 })).toThrow("not a number of 4");
    expect(bad({ refineGas: 1n << 64n })).toThrow("not a number of 8");
    expect(bad({ codeHash: bytes(31) })).toThrow("31 bytes is not 32 bytes");
    expect(bad({ imports: [{ root: bytes(32), ofPackage: false, index: 0x8000 }] })).toThrow("not below 2^15");
    expect(() => decode(workResult, Uint8Array.of(7))).toThrow(expect.objectContaining({ code: "JAM_VALUE" }));
    expect(() => decode(accumulateInput, Uint8Array.of(2))).toThrow(expect.objectContaining({ code: "JAM_VALUE" }));
  });
});

describe("hexadecimal text", () => {
  it("becomes bytes and text again", () => {
    expect(fromHex("00fFa9")).toEqual(Uint8Array.of(0, 255, 169));
    expect(hex(Uint8Array.of(0, 255, 169))).toBe("00ffa9");
    for (const bad of ["0", "0g", "  ", "0x", "é0"]) expect(fromHex(bad)).toBeUndefined();
  });
});
