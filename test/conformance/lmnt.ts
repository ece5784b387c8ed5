/** Runs the public LMNT vectors in a tier, and the validator's verdicts in both of their modes; says which fail. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  check,
  type Lmnt,
  type LmntHostFunction,
  type LmntMachine,
  type LmntTier,
  type LmntVariant,
  lmnt,
  resultCode,
} from "vivarium/lmnt";
import { originalVerdict } from "vivarium/lmnt/tools";
import type { Outcome } from "./pvm.js";

interface Step {
  readonly op?: "update_args" | "execute" | "resume" | "find" | "interrupt" | "get_default_args" | "call";
  readonly offset?: number;
  readonly name?: string;
  readonly args?: readonly string[];
  readonly values?: readonly string[];
  readonly result: number;
  readonly rvals?: readonly string[];
  readonly next_instruction?: number;
  readonly strict_expect?: { readonly result: number; readonly rvals?: readonly string[] };
}

interface Case {
  readonly id: string;
  readonly archive: string;
  readonly memory_size: number;
  readonly def: string;
  readonly extcalls?: readonly (
    | string
    | { readonly name: string; readonly args: number; readonly behaviour: string }
  )[];
  readonly expect?: { readonly prepare?: number; readonly validation?: number };
  readonly steps: readonly Step[];
}

interface InvalidCase {
  readonly id: string;
  readonly archive: string;
  readonly memory_size: number;
  readonly inplace: boolean;
  readonly expect: {
    readonly init: number;
    readonly load?: number;
    readonly validation?: number;
    readonly c_behaviour?: string;
  };
  readonly strict_expect?: number | string;
}

/** The sets whose cases run, with the format of their archives. */
export const SETS: Readonly<Record<string, LmntVariant>> = {
  unit: "head",
  unit2020: "2020-07",
  testapp: "head",
  ops: "head",
  fuzz: "head",
  interrupt: "head",
};

/** Cases that branch on the sign of a NaN that an operation made: the original leaves it to its host. */
export const NAN_SIGN = ["fuzz/f0259"];

/** Verdicts of the original that its own format rules contradict (units of section ends, widths, alignment). */
export const STRICT = [
  // An empty section may end the table, a section of values may not start between them.
  "invalid/data-zero-count-at-end",
  "invalid/data-unaligned-offset-ok",
  // INDEXRIS writes one slot, whatever it adds to the index.
  "invalid/op-INDEXRIS-offset-counted-as-width-quirk",
  // A call names a definition by 32 bits, and the definition has to be there.
  "invalid/extcall-def-hi",
];

const read = <T>(folder: string, set: string): readonly T[] =>
  JSON.parse(readFileSync(join(folder, "lmnt", `${set}.json`), "utf8")) as T[];
const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const word = (hex: string): number => Number.parseInt(hex, 16);
const isNaNWord = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000;

/** Distance of two numbers in units of the last place, by their bits. */
function ulps(x: number, y: number): number {
  const order = (bits: number): number => ((bits | 0) < 0 ? -(bits & 0x7fffffff) : bits);
  return Math.abs(order(x) - order(y));
}

/** Archives of these sets use the eleven functions whose results may differ by 2 ulp; in `ops` the case's name says. */
const INEXACT = /SIN|COS|TAN|ASIN|ACOS|ATAN|POW|LN|LOG|_(sin|cos|tan|asin|acos|atan|pow|ln|log|trig)/;

const BEHAVIOURS: Readonly<Record<string, LmntHostFunction>> = {
  "rvals[0]=args[0]*4": (args, rvals) => {
    rvals[0] = (args[0] as number) * 4;
  },
  "rvals[0]=args[0]*2": (args, rvals) => {
    rvals[0] = (args[0] as number) * 2;
  },
  "return -123456789": () => -123456789,
  "rvals[0]=args[0]+1; request interrupt": (args, rvals, context) => {
    rvals[0] = (args[0] as number) + 1;
    context.interrupt();
  },
};
const NAMED: Readonly<Record<string, string>> = {
  "extcall/1/1": "rvals[0]=args[0]*4",
  "double/1/1": "rvals[0]=args[0]*2",
  "fail/1/1": "return -123456789",
  "intr/1/1": "rvals[0]=args[0]+1; request interrupt",
};

function hostsOf(testCase: Case): Record<string, LmntHostFunction> {
  const hosts: Record<string, LmntHostFunction> = {};
  for (const host of testCase.extcalls ?? []) {
    const name = typeof host === "string" ? host : host.name;
    const behaviour = typeof host === "string" ? NAMED[host] : host.behaviour;
    hosts[name] = BEHAVIOURS[behaviour as string] as LmntHostFunction;
  }
  return hosts;
}

/** Runs the cases of one set in one tier. */
export function runSet(folder: string, set: string, tier: LmntTier, lmnt: Lmnt): Outcome[] {
  const variant = SETS[set] as LmntVariant;
  return read<Case>(folder, set).map((testCase) => {
    const differences: string[] = [];
    const rejected = (testCase.expect?.validation ?? 0) !== 0 || (testCase.expect?.prepare ?? 0) !== 0;
    try {
      const program = lmnt.load(bytesOf(testCase.archive), { memory: testCase.memory_size, variant });
      using machine = program.instantiate({ tier, host: hostsOf(testCase) });
      if (rejected) differences.push("loads, and should not");
      else runSteps(testCase, set, machine, differences);
    } catch (error) {
      if (!rejected) differences.push(String(error));
    }
    return { name: testCase.id, differences };
  });
}

function runSteps(testCase: Case, set: string, machine: LmntMachine, differences: string[]): void {
  const { program } = machine;
  let definition = program.definition(testCase.def);
  const inexact = set === "fuzz" || set === "testapp" || INEXACT.test(testCase.id);
  const zeroed = set === "ops" || set === "fuzz" || set === "testapp";
  testCase.steps.forEach((step, i) => {
    const fail = (text: string) => differences.push(`step ${i}: ${text}`);
    const kind = step.op ?? "call";
    if (kind === "find") definition = program.definition(step.name as string);
    else if (kind === "interrupt") machine.interrupt();
    else if (kind === "get_default_args") {
      const values = program.defaultArguments(definition);
      const bits = values && [...new Uint32Array(values.buffer, values.byteOffset, values.length)];
      const code = bits === undefined ? resultCode("NOT_FOUND", program.variant) : 0;
      if (code !== step.result) fail(`default arguments give ${code}, not ${step.result}`);
      if (bits?.some((b, k) => b !== word(step.values?.[k] as string))) fail("other default arguments");
    } else {
      if (kind === "call" && zeroed) machine.stack.fill(0, program.archive.constantsCount);
      if (step.args !== undefined) {
        // Bits, not values: a NaN has to arrive as it is.
        const args = machine.argumentsOf(definition);
        const bits = new Uint32Array(args.buffer, args.byteOffset, args.length);
        step.args.forEach((hex, k) => {
          bits[(step.offset ?? 0) + k] = word(hex);
        });
      }
      if (kind === "update_args") return;
      const result = kind === "resume" ? machine.resume(definition) : machine.execute(definition);
      const wanted = step.strict_expect ?? step;
      if (result.code !== wanted.result) return void fail(`result ${result.code}, not ${wanted.result}`);
      if (step.next_instruction !== undefined && machine.nextInstruction !== step.next_instruction) {
        fail(`stands before ${machine.nextInstruction}, not ${step.next_instruction}`);
      }
      const rvals = machine.returnValuesOf(definition);
      const got = new Uint32Array(rvals.buffer, rvals.byteOffset, rvals.length);
      wanted.rvals?.forEach((hex, k) => {
        const [want, have] = [word(hex), got[k] as number];
        if (isNaNWord(want) && isNaNWord(have)) return;
        if (ulps(want, have) > (inexact ? 2 : 0)) fail(`value ${k} is ${have.toString(16)}, not ${hex}`);
      });
    }
  });
}

/** Compares the verdicts of the validator, by the original's rules or by the strict ones. */
export function runInvalid(folder: string, mode: "original" | "strict"): Outcome[] {
  return read<InvalidCase>(folder, "invalid").map((testCase) => {
    const bytes = bytesOf(testCase.archive);
    const { expect, memory_size: memory, inplace, id } = testCase;
    const differences: string[] = [];
    if (expect.init !== undefined && expect.init !== 0 ? true : expect.load !== undefined && expect.load !== 0) {
      try {
        lmnt.load(bytes, { memory });
        differences.push("loads, and should not");
      } catch (error) {
        if ((error as { code?: string }).code !== "LMNT_MEMORY_SIZE") differences.push(String(error));
      }
      return { name: id, differences };
    }
    const wanted = expect.c_behaviour ?? expect.validation;
    if (mode === "original") {
      const verdict = originalVerdict(bytes, { memory, inPlace: inplace });
      if (verdict !== wanted) differences.push(`verdict ${verdict}, not ${wanted}`);
    } else {
      const found = check(bytes, { memory, inPlace: inplace });
      const verdict = found.ok ? 0 : found.problem.code;
      const strict = testCase.strict_expect ?? wanted;
      // A sentence stands where any answer will do, as long as there is one.
      if (typeof strict === "number" && verdict !== strict) differences.push(`verdict ${verdict}, not ${strict}`);
    }
    return { name: id, differences };
  });
}
