/**
 * Differential fuzzing of LMNT: generated programs run in every tier, cut short at a random instruction half of the
 * time, and whole memory areas are compared; mutated archives are refused or run within their memory.
 */
import { type OPERATIONS, operationsOf } from "../../packages/vivarium/src/guests/lmnt/table.js";
import type { LmntVariant } from "../../packages/vivarium/src/lmnt.js";
import { columns, createLmnt, type LmntMachine, type LmntProgram, portable } from "../../packages/vivarium/src/lmnt.js";
import {
  type LmntDefinitionSource,
  type LmntInstruction,
  writeArchive,
} from "../../packages/vivarium/src/lmnt-tools.js";
import { direct } from "../../packages/vivarium/src/tiers/direct/backend.js";
import { interpreter } from "../../packages/vivarium/src/tiers/direct/interpreter.js";
import { Random } from "./random.js";

/** Every function is compiled at its first call. */
export const lmnt = createLmnt({ interpreter: interpreter(), jit: direct(0), portable }, columns);
const TIERS = ["portable", "interpreter", "jit"] as const;

/** Numbers at which single-precision arithmetic goes wrong, as bits; signalling and negative NaNs among them. */
const SPECIAL = [
  0, 0x80000000, 0x3f800000, 0xbf800000, 0x40000000, 0x3f000000, 0x40490fdb, 0x7f800000, 0xff800000, 0x7fc00000,
  0xffc00001, 0x7f800001, 1, 0x80000001, 0x007fffff, 0x7f7fffff, 0x4b000000, 0x4b800000, 0xcb000001, 0x42280000,
];

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0] as number;

function anyBits(random: Random): number {
  if (random.chance(0.3)) return random.pick(SPECIAL);
  if (random.chance(0.2)) return random.u32();
  // Small whole numbers make indices that are often valid.
  return random.chance(0.5) ? bitsOf(random.between(-2, 20)) : bitsOf((random.u32() / 2 ** 32 - 0.5) * 20);
}

export interface LmntCase {
  readonly variant: LmntVariant;
  readonly archive: Uint8Array;
  /** Arguments of every call, as bits. */
  readonly calls: readonly Uint32Array[];
  /** Gas until the first stop of every call; 0 for none. */
  readonly cuts: readonly number[];
}

/** A valid archive and what to do with it. */
export function generateCase(seed: number, number: number): LmntCase {
  const random = new Random(seed, number);
  const variant: LmntVariant = random.chance(0.9) ? "head" : "2020-07";
  const constants = Uint32Array.from({ length: random.between(1, 10) }, () => anyBits(random));
  const sections = Array.from({ length: random.between(1, 3) }, () =>
    Uint32Array.from({ length: random.between(4, 9) }, () => anyBits(random)),
  );
  const argsCount = random.between(1, 5);
  const rvalsCount = random.between(1, 4);
  const stackCount = argsCount + rvalsCount + random.between(8, 20);
  const host: LmntDefinitionSource = {
    name: "host",
    flags: 2,
    argsCount: 2,
    rvalsCount: 1,
    stackCount: 3,
    ...(variant === "head" ? {} : { july2020: { entryLength: 21, stackCountAligned: 0, baseArgsCount: 0, bases: [] } }),
  };
  const loops = random.chance(0.4);
  const code = generateCode(random, variant, {
    constants: constants.length,
    slots: constants.length + stackCount,
    sections: sections.map((section) => section.length),
    loops,
    straight: random.chance(0.3),
    args: argsCount,
    rvals: rvalsCount,
  });
  const goesBack = code.some(({ opcode, b, c }, i) => isBranch(variant, opcode) && (b | (c << 16)) <= i);
  const archive = writeArchive({
    variant,
    constants,
    sections,
    definitions: [
      host,
      { name: "f", flags: goesBack && variant === "head" ? 4 : 0, argsCount, rvalsCount, stackCount, code },
    ],
  });
  const calls = Array.from({ length: 3 }, () => Uint32Array.from({ length: argsCount }, () => anyBits(random)));
  return { variant, archive, calls, cuts: calls.map(() => (random.chance(0.5) ? random.between(1, 60) : 0)) };
}

function isBranch(variant: LmntVariant, opcode: number): boolean {
  return operationsOf(variant)[opcode]?.operands[1].role === "codeLow";
}

interface Frame {
  readonly constants: number;
  readonly slots: number;
  readonly sections: readonly number[];
  readonly loops: boolean;
  /** Neither branches nor failures, and nothing is read that has not been set: what kernels are made of. */
  readonly straight: boolean;
  readonly args: number;
  readonly rvals: number;
}

function generateCode(random: Random, variant: LmntVariant, frame: Frame): LmntInstruction[] {
  const operations = operationsOf(variant);
  const length = random.between(1, 40);
  const firstResult = frame.constants + frame.args;
  const isSet = new Uint8Array(frame.slots).fill(1, 0, firstResult);
  const end = frame.straight ? frame.rvals : 0;
  const assign = operations.findIndex(({ mnemonic }) => mnemonic === "ASSIGNSS");
  return Array.from({ length: length + end }, (_, i): LmntInstruction => {
    if (i >= length) return { opcode: assign, a: pickSet(random, isSet), b: 0, c: firstResult + i - length };
    for (;;) {
      const opcode = random.below(operations.length);
      const operation = operations[opcode] as (typeof OPERATIONS)[number];
      const role = operation.operands[1].role;
      const isPlain = role !== "codeLow" && !/^(EXTCALL|RETURN|INDEX|DLOADIR)/.test(operation.mnemonic);
      if (frame.straight && !isPlain) continue;
      // Returning early leaves little to compare.
      if (operation.mnemonic === "RETURN" && random.chance(0.9)) continue;
      const values = [0, 0, 0];
      operation.operands.forEach(({ role: kind, width }, k) => {
        const first = kind === "write" && variant === "head" ? frame.constants : 0;
        if (kind === "read" || kind === "write") values[k] = random.between(first, frame.slots - width);
        else if (kind === "frame") values[k] = random.between(Math.max(0, frame.constants - 1), frame.slots - 3);
        else if (kind === "section") values[k] = random.below(frame.sections.length);
        else if (kind === "index")
          values[k] = random.below((frame.sections[values[0] as number] as number) - width + 1);
        else if (kind === "offset") values[k] = random.below(frame.slots);
        else if (kind === "immediateLow" || kind === "integerLow") {
          const bits = anyBits(random);
          values[k] = bits & 0xffff;
          values[k + 1] = bits >>> 16;
        } else if (kind === "codeLow") {
          const last = variant === "head" ? length : length - 1;
          const target = frame.loops && random.chance(0.4) ? random.between(0, i) : random.between(i + 1, last);
          values[k] = target;
          values[k + 1] = 0;
        }
      });
      if (operation.mnemonic === "EXTCALL" && (values[2] as number) + 2 < frame.constants) continue;
      const target = values[1] as number;
      if (role === "codeLow" && (target === i || target > length || (variant !== "head" && target >= length))) continue;
      const [a, b, c] = values as [number, number, number];
      const touched = operation.operands.map(({ width }, k) =>
        isSet.subarray(values[k], (values[k] as number) + width),
      );
      const reads = operation.operands.map(({ role: kind }, k) => kind !== "read" || touched[k]?.every((x) => x === 1));
      if (frame.straight && reads.includes(false)) continue;
      operation.operands.forEach(({ role: kind }, k) => {
        if (kind === "write") touched[k]?.fill(1);
      });
      return { opcode, a, b, c };
    }
  });
}

/** Gas of one call: more than any program without a loop needs. */
const GAS = 300n;

/** What is compared after each stop: result, place, gas, and all of the memory area. */
function observe(machine: LmntMachine, program: LmntProgram, c: LmntCase): string[] {
  const seen: string[] = [];
  const definition = program.definition("f");
  const note = (result: { code: number; exit: { kind: string } }): void => {
    const flags = machine.backend.getVar("flags") & 0xffffffffn;
    const at = machine.suspended === undefined ? "-" : machine.nextInstruction;
    seen.push(`${result.exit.kind} ${result.code} at ${at} gas ${machine.gas} flags ${flags} ${hash(machine.area)}`);
  };
  c.calls.forEach((call, k) => {
    const args = machine.argumentsOf(definition);
    new Uint32Array(args.buffer, args.byteOffset, args.length).set(call);
    const cut = BigInt(c.cuts[k] as number);
    machine.gas = cut === 0n ? GAS : cut;
    let result = machine.execute(definition);
    note(result);
    for (let stops = 0; stops < 6 && machine.suspended !== undefined; stops++) {
      machine.gas = GAS;
      result = machine.resume(definition);
      note(result);
    }
  });
  return seen;
}

/** FNV-1a of bytes. */
function hash(bytes: Uint8Array): string {
  let h = 0x811c9dc5;
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16);
}

/** What differs between the tiers; `undefined` when nothing does. */
export function compareTiers(c: LmntCase): string | undefined {
  const program = lmnt.load(c.archive, { variant: c.variant });
  let expected: string[] | undefined;
  for (const tier of TIERS) {
    // The host function depends on its call only, and asks to stop behind every third of them.
    let calls = 0;
    using machine = program.instantiate({
      tier,
      host: {
        host: (args, rvals, context) => {
          rvals[0] = (args[0] as number) + 1;
          if (++calls % 3 === 0) context.interrupt();
          return calls % 17 === 0 ? -7 : 0;
        },
      },
    });
    const seen = observe(machine, program, c);
    expected ??= seen;
    const at = seen.findIndex((text, i) => text !== expected?.[i]);
    if (at >= 0 || seen.length !== expected.length) return `${tier}: ${seen[at]}, portable: ${expected[at]}`;
  }
  return compareBatch(c, program);
}

/** The kernel over columns against a fresh machine for every element. */
function compareBatch(c: LmntCase, program: LmntProgram): string | undefined {
  const definition = program.definition("f");
  const host = { host: () => 0 };
  using batch = program.batch("f", { tier: "interpreter", host });
  if (!batch.vectorised) return undefined;
  using memory = batch.allocate(c.calls.length);
  const words = (column: number): Uint32Array => {
    const view = memory.at(column);
    return new Uint32Array(view.buffer, view.byteOffset, view.length);
  };
  c.calls.forEach((call, n) => {
    call.forEach((bits, i) => {
      words(i)[n] = bits;
    });
  });
  batch.run(memory);
  using machine = program.instantiate({ tier: "interpreter", host });
  for (const [n, call] of c.calls.entries()) {
    machine.reset();
    const args = machine.argumentsOf(definition);
    new Uint32Array(args.buffer, args.byteOffset, args.length).set(call);
    machine.execute(definition);
    const rvals = machine.returnValuesOf(definition);
    const expected = new Uint32Array(rvals.buffer, rvals.byteOffset, rvals.length);
    for (let i = 0; i < expected.length; i++) {
      const got = words(definition.argsCount + i)[n];
      if (got !== expected[i])
        return `batch: element ${n} value ${i} is ${got?.toString(16)}, not ${expected[i]?.toString(16)}`;
    }
  }
  return undefined;
}

/** Whether a case has a kernel; for counting. */
export function isVectorised(c: LmntCase): boolean {
  const program = lmnt.load(c.archive, { variant: c.variant });
  using batch = program.batch("f", { tier: "portable", host: { host: () => 0 } });
  return batch.vectorised;
}

/** Mutates a valid archive and runs it if it still loads; true when it was refused. */
export function tryMutant(seed: number, number: number): boolean {
  const random = new Random(seed ^ 0x5eed, number);
  const { archive, variant } = generateCase(seed, number % 64);
  const bytes = archive.slice();
  for (let n = random.between(1, 4); n > 0; n--) {
    const at = random.below(bytes.length);
    bytes[at] = random.chance(0.5) ? random.below(256) : (bytes[at] as number) ^ (1 << random.below(8));
  }
  let program: LmntProgram;
  try {
    program = lmnt.load(bytes, { variant });
  } catch (error) {
    if ((error as Error).name === "LmntLoadError") return true;
    throw error;
  }
  const host = Object.fromEntries(
    program.definitions.filter(({ flags }) => flags & 2).map(({ name }) => [name, () => 0] as const),
  );
  const tier = random.pick(["interpreter", "jit"] as const);
  using machine = program.instantiate({ tier, host, gas: 2000 });
  using beside = program.instantiate({ tier, host, gas: 0 });
  const before = hash(beside.area);
  for (const definition of program.definitions) {
    machine.gas = 2000n;
    const result = machine.execute(definition);
    const steps = 2000n - machine.gas;
    if (!definition.hasBackBranches && result.exit.kind === "out-of-gas") {
      throw new Error(`${definition.name} does not end, and has no back-branch: ${steps} steps`);
    }
  }
  // A machine next to it in the same memory is untouched.
  if (hash(beside.area) !== before) throw new Error("the machine wrote outside of its memory");
  return false;
}

/** A slot that has been set. */
function pickSet(random: Random, isSet: Uint8Array): number {
  for (;;) {
    const slot = random.below(isSet.length);
    if (isSet[slot] === 1) return slot;
  }
}
