import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LoadError } from "../../machine/errors.js";
import { encodeBlob, maskOf } from "./blob.js";
import { encodeContainer } from "./container.js";
import { encodeInfo, encodeWrapped } from "./metadata.js";
import { decodeProgramFile, type ProgramFormat } from "./recognise.js";
import { encodeSpi } from "./spi.js";

const refused = (fields: Partial<LoadError>): unknown => expect.objectContaining({ name: "LoadError", ...fields });

const blobBytes = encodeBlob({
  code: Uint8Array.of(51, 7, 42, 40, 2, 1, 50, 0),
  mask: maskOf(8, [0, 3, 5, 6]),
  jumpTable: [0, 6],
});
const spi = encodeSpi({
  readOnly: new Uint8Array(20).fill(0x80),
  readWrite: Uint8Array.of(1, 2, 3),
  heapPages: 2,
  stackSize: 8192,
  blobBytes,
});
const container = encodeContainer({
  instructionSet: "jam_v1",
  readOnly: Uint8Array.of(1, 2),
  readWrite: Uint8Array.of(3),
  readWriteSize: 9000,
  stackSize: 4096,
  imports: ["gas", "log"],
  exports: [{ name: "main", pc: 3 }],
  blobBytes,
});
const info = { name: "a", version: "1.0.0", license: "Apache-2.0", authors: ["me"] };
const wrapped = encodeWrapped(info, spi);
const wrappedContainer = encodeWrapped(info, container);
const SAMPLES: readonly (readonly [string, Uint8Array])[] = [
  ["a program blob", blobBytes],
  ["a standard program", spi],
  ["a container", container],
  ["a standard program behind metadata", wrapped],
  ["a container behind metadata", wrappedContainer],
];

describe("a program file", () => {
  test("is recognised by what it holds", () => {
    expect(decodeProgramFile(blobBytes)).toMatchObject({ format: "blob" });
    expect(decodeProgramFile(spi)).not.toHaveProperty("wrapper");
    expect(decodeProgramFile(spi)).toMatchObject({ format: "spi", program: { heapPages: 2 } });
    expect(decodeProgramFile(container)).toMatchObject({ format: "container", program: { instructionSet: "jam_v1" } });
    expect(decodeProgramFile(wrapped)).toMatchObject({
      format: "spi",
      wrapper: { info },
      program: { stackSize: 8192 },
    });
    expect(decodeProgramFile(wrappedContainer)).toMatchObject({ format: "container", wrapper: { info } });
  });

  test("that is a standard program is never taken for anything else", () => {
    const parts = fc.record({
      readOnly: fc.uint8Array({ maxLength: 300, size: "max" }),
      readWrite: fc.uint8Array({ maxLength: 300, size: "max" }),
      heapPages: fc.nat(300),
      stackSize: fc.nat(70_000),
      code: fc.uint8Array({ maxLength: 60 }),
      metadata: fc.option(fc.oneof(fc.uint8Array({ maxLength: 300, size: "max" }), fc.constant(encodeInfo(info))), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(parts, ({ code, metadata, ...rest }) => {
        const bytes = encodeSpi({
          ...rest,
          blobBytes: encodeBlob({ code, mask: maskOf(code.length, [...code.keys()]) }),
        });
        const file = decodeProgramFile(metadata === undefined ? bytes : encodeWrapped(metadata, bytes));
        expect(file).toMatchObject({
          format: "spi",
          program: { heapPages: rest.heapPages, stackSize: rest.stackSize },
        });
        expect(file.format === "spi" && file.wrapper?.metadata.length).toBe(metadata?.length);
      }),
      { numRuns: 300 },
    );
  });

  test("that is none is refused with what is wrong about each reading", () => {
    const cut = spi.slice(0, -1);
    expect(() => decodeProgramFile(cut)).toThrow(refused({ code: "PVM_UNRECOGNISED" }));
    expect(() => decodeProgramFile(cut)).toThrow(/not a standard program: the input ends inside the program blob/);
    expect(() => decodeProgramFile(new Uint8Array(0))).toThrow(refused({ code: "PVM_UNRECOGNISED", offset: 0 }));
    expect(() => decodeProgramFile(new TextEncoder().encode("hello, world"))).toThrow(
      refused({ code: "PVM_UNRECOGNISED" }),
    );
  });

  test("whose format is known is refused for what is wrong with that format", () => {
    const cut = spi.slice(0, -1);
    expect(() => decodeProgramFile(cut, "spi")).toThrow(refused({ code: "PVM_TRUNCATED" }));
    expect(() => decodeProgramFile(spi, "blob")).toThrow(refused({}));
    expect(() => decodeProgramFile(spi, "container")).toThrow(refused({ code: "PVM_CONTAINER_MAGIC" }));
    expect(decodeProgramFile(wrapped, "wrapped")).toMatchObject({ format: "spi" });
  });

  test("that begins as a container is refused as one, also behind metadata", () => {
    for (const bytes of [container, wrappedContainer]) {
      const damaged = bytes.slice();
      const version = bytes.length - container.length + 4;
      damaged[version] = 1;
      expect(() => decodeProgramFile(damaged)).toThrow(
        refused({ code: "PVM_CONTAINER_INSTRUCTION_SET", offset: version }),
      );
    }
  });
});

/** A way to damage a file. */
type Damage = readonly ["set" | "flip" | "insert" | "remove" | "truncate", number, number];

const damage: fc.Arbitrary<Damage> = fc.tuple(
  fc.constantFrom(
    "set" as const,
    "set" as const,
    "flip" as const,
    "insert" as const,
    "remove" as const,
    "truncate" as const,
  ),
  fc.nat(0xffff),
  // Bytes that mean much in lengths are as frequent as all others together.
  fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xc0, 0xf0, 0xff)),
);

function applyDamage(bytes: Uint8Array, damages: readonly Damage[]): Uint8Array {
  let result = Array.from(bytes);
  for (const [kind, at, value] of damages) {
    // Half of the damage goes to the front, where the lengths are.
    const range = Math.max(1, at & 1 ? Math.min(32, result.length) : result.length);
    const index = (at >> 1) % range;
    if (kind === "set") result[index] = value;
    else if (kind === "flip") result[index] = (result[index] ?? 0) ^ (1 << (value & 7));
    else if (kind === "insert") result.splice(index, 0, value);
    else if (kind === "remove") result.splice(index, 1 + (value & 3));
    else result = result.slice(0, index);
  }
  return Uint8Array.from(result);
}

/** Bytes of all arrays reachable from a decoded file that are not views of its input. */
function ownBytes(value: unknown, input: ArrayBufferLike): number {
  if (ArrayBuffer.isView(value)) return value.buffer === input ? 0 : value.byteLength;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + 8 + ownBytes(each, input), 0);
  if (typeof value === "object" && value !== null) {
    return Object.values(value).reduce((sum: number, each) => sum + ownBytes(each, input), 0);
  }
  return typeof value === "string" ? 2 * value.length : 0;
}

const FORMATS: readonly (ProgramFormat | undefined)[] = [undefined, "spi", "blob", "container", "wrapped"];

/** Decodes in every way; anything but a `LoadError` inside the input, or an allocation out of proportion, fails. */
function survives(bytes: Uint8Array): number {
  let accepted = 0;
  for (const format of FORMATS) {
    try {
      const file = decodeProgramFile(bytes, format);
      accepted++;
      expect(ownBytes(file, bytes.buffer)).toBeLessThanOrEqual(64 + 16 * bytes.length);
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      expect(error.code).toMatch(/^PVM_[A-Z_]+$/);
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(bytes.length);
    }
  }
  return accepted;
}

describe("hostile files", () => {
  test.each(SAMPLES)("%s, damaged: decoded or refused with a place, in proportion to its size", (_name, sample) => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        survives(applyDamage(sample, damages));
      }),
      { numRuns: 1500 },
    );
  });

  test.each(SAMPLES)("%s with each byte set to each telling value", (_name, sample) => {
    let accepted = 0;
    for (let at = 0; at < sample.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xf0, 0xff]) {
        const bytes = sample.slice();
        bytes[at] = value;
        accepted += survives(bytes);
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });

  test("random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64, size: "max" }), (bytes) => void survives(bytes)),
      { numRuns: 3000 },
    );
  });
});

const programs = join(process.env.VIV_VECTORS ?? "", "pvm/programs");
const havePrograms = process.env.VIV_VECTORS !== undefined && existsSync(programs);

describe.skipIf(!havePrograms)("the whole programs (VIV_VECTORS names their folder)", () => {
  const files = (havePrograms ? readdirSync(programs, { recursive: true, encoding: "utf8" }) : []).filter((name) =>
    /\.(spi|pvm)$/.test(name),
  );

  test("are there", () => {
    expect(files.length).toBeGreaterThanOrEqual(26);
  });

  test.each(files)("%s is what its name says", (name) => {
    const { format } = decodeProgramFile(new Uint8Array(readFileSync(join(programs, name))));
    expect(format).toBe(name.endsWith(".spi") ? "spi" : "blob");
  });
});

if (!havePrograms) console.log("recognise: the whole programs are skipped, VIV_VECTORS does not name their folder");
