/**
 * Formula text to an LMNT archive.
 *
 * ```
 * const k = 0.5
 * table curve = [0, 0.2, 0.7, 1]
 * extern noise(x): number
 * hypot2(x, y) = sqrt(x*x + y*y)
 * shade(p: vec3, gain = 1): vec3 = p * gain * k
 * mandel(cx, cy) = {
 *   var x = 0; var y = 0; var n = 0
 *   while x*x + y*y <= 4 max 256 {
 *     let t = x*x - y*y + cx
 *     y = 2*x*y + cy; x = t; n += 1
 *   }
 *   n
 * }
 * ```
 */
import { LoadError } from "../../../machine/errors.js";
import {
  DEFINITION_SIZE,
  type LmntDefinitionSource,
  type LmntInstruction,
  MAX_SLOTS,
  writeArchive,
} from "../archive.js";
import { DefinitionFlag } from "../codes.js";
import { operationNamed } from "../table.js";
import { type AllocatedFunction, allocate } from "./allocate.js";
import type { IrInstruction, Operand } from "./ir.js";
import { collect, type LoweredFunction, lowerFunction } from "./lower.js";
import { parse } from "./parser.js";
import { type ExternDefinition, type FunctionDefinition, type TypeName, WIDTH } from "./syntax.js";

/** What a compiled function takes and returns. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: TypeName }[];
  readonly result: TypeName;
}

/** A compiled formula text. */
export interface CompiledFormula {
  readonly archive: Uint8Array;
  /** Signatures of the functions, in order of the text. */
  readonly signatures: readonly Signature[];
}

/**
 * Compiles formula text to an archive of the `head` variant, one function per definition.
 *
 * @throws LoadError `LMNT_FORMULA_SYNTAX`, `LMNT_FORMULA_MEANING` (types, names, bounds) or `LMNT_FORMULA_SIZE`, with
 *   line and column.
 */
export function compileFormula(text: string): CompiledFormula {
  const definitions = parse(text);
  const names = collect(definitions);
  const externs = definitions.filter((d): d is ExternDefinition => d.kind === "extern");
  const functions = definitions.filter((d): d is FunctionDefinition => d.kind === "function");
  if (functions.length === 0) {
    throw new LoadError("LMNT_FORMULA_MEANING", "no function is defined", { line: 1, column: 1, expected: "f(x) = …" });
  }
  const lowered = functions.map((definition) => lowerFunction(definition, names));
  const allocated = lowered.map(allocate);
  const pool = new ConstantPool();
  for (const { code } of allocated) for (const instruction of code) pool.addFrom(instruction);
  const sections = [...names.tables.values()].map((table) => Uint32Array.from(table.values));
  const hosts = externs.map(hostDefinition);
  const own = lowered.map((fn, i) => {
    let defaultArgs: number | undefined;
    if (fn.defaults !== undefined) defaultArgs = sections.push(Uint32Array.from(fn.defaults)) - 1;
    const hostOffset = (name: string) => DEFINITION_SIZE.head * externs.findIndex((host) => host.name === name);
    return encodeFunction(fn, allocated[i], pool, defaultArgs, hostOffset);
  });
  const archive = writeArchive({
    variant: "head",
    definitions: [...hosts, ...own],
    sections,
    constants: Uint32Array.from(pool.words),
  });
  return { archive, signatures: lowered.map(({ name, parameters, result }) => ({ name, parameters, result })) };
}

function hostDefinition(host: ExternDefinition): LmntDefinitionSource {
  const argsCount = host.parameters.reduce((sum, { type }) => sum + WIDTH[type ?? "number"], 0);
  const rvalsCount = WIDTH[host.type];
  const stackCount = argsCount + rvalsCount;
  return { name: host.name, flags: DefinitionFlag.EXTERN, argsCount, rvalsCount, stackCount };
}

/** The constants of the archive: every number once, every vector as a run. */
class ConstantPool {
  readonly words: number[] = [];
  private readonly slots = new Map<string, number>();

  addFrom(instruction: IrInstruction): void {
    if (instruction.kind === "branch") this.add(instruction.a);
    if (instruction.kind !== "op") return;
    this.add(instruction.a);
    this.add(instruction.b);
  }

  private add(operand: Operand | undefined): void {
    if (operand?.kind !== "bits" || this.slots.has(operand.bits.join())) return;
    const first = this.words.length;
    this.slots.set(operand.bits.join(), first);
    operand.bits.forEach((word, i) => {
      this.words.push(word);
      if (!this.slots.has(`${word}`)) this.slots.set(`${word}`, first + i);
    });
    if (this.words.length >= MAX_SLOTS) throw new LoadError("LMNT_FORMULA_SIZE", "too many constants");
  }

  slotOf(bits: readonly number[]): number {
    return this.slots.get(bits.join()) as number;
  }
}

function encodeFunction(
  lowered: LoweredFunction,
  allocated: AllocatedFunction,
  pool: ConstantPool,
  defaultArgs: number | undefined,
  hostOffset: (name: string) => number,
): LmntDefinitionSource {
  const targets = new Map<number, number>();
  let count = 0;
  for (const instruction of allocated.code) {
    if (instruction.kind === "label") targets.set(instruction.label.id, count);
    else if (instruction.kind !== "loop") count++;
  }
  const base = pool.words.length;
  const slotOf = (operand: Operand | undefined): number => {
    if (operand === undefined) return 0;
    if (operand.kind === "bits") return pool.slotOf(operand.bits);
    return base + (allocated.places.get(operand.group.id) as number) + operand.lane;
  };
  const code: LmntInstruction[] = [];
  let loops = false;
  for (const instruction of allocated.code) {
    if (instruction.kind === "label" || instruction.kind === "loop") continue;
    if (instruction.kind === "op") {
      const { mnemonic, a, b, c, immediates } = instruction;
      const second = instruction.base ?? b;
      code.push({
        opcode: opcodeOf(mnemonic),
        a: immediates?.a ?? slotOf(a),
        b: immediates?.b ?? slotOf(second),
        c: slotOf(c),
      });
    } else if (instruction.kind === "branch") {
      const target = targets.get(instruction.target.id) as number;
      loops ||= target <= code.length;
      const opcode = opcodeOf(instruction.mnemonic);
      code.push({ opcode, a: slotOf(instruction.a), b: target & 0xffff, c: target >>> 16 });
    } else {
      const offset = hostOffset(instruction.callee);
      const frame = base + (allocated.places.get(instruction.frame.id) as number);
      code.push({ opcode: opcodeOf("EXTCALL"), a: offset & 0xffff, b: offset >>> 16, c: frame });
    }
  }
  return {
    name: lowered.name,
    flags: loops ? DefinitionFlag.HAS_BACKBRANCHES : 0,
    argsCount: lowered.argsCount,
    rvalsCount: lowered.rvalsCount,
    stackCount: allocated.stackCount,
    code,
    defaultArgs,
  };
}

function opcodeOf(mnemonic: string): number {
  const number = operationNamed(mnemonic, "head")?.head;
  if (number === undefined || number === null) throw new TypeError(`no instruction ${mnemonic}`);
  return number;
}
