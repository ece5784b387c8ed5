/** Turns a program into the text of what the compiler makes of it, each instruction above the code for it. */
import { instructionText } from "../../isa/assembly/operands.js";
import { type Code, FIELDS } from "../../isa/code.js";
import type { Row } from "../../isa/table.js";
import { wasmText } from "../../wasm/text.js";
import { layoutICode } from "../interpreter/icode.js";
import { compileRegions } from "./compile.js";
import { ControlFlow } from "./flow.js";
import type { Sight } from "./guesses.js";
import { formRegion, type Region } from "./region.js";
import { Signatures } from "./signatures.js";
import { TUNING } from "./tuning.js";

/** A module of compiled regions. */
export interface ModuleListing {
  /** Guest positions where its functions `r0`, `r1` … begin. */
  readonly entries: readonly number[];
  /** Guest instructions in them. */
  readonly instructions: number;
  /** Size of the module in bytes. */
  readonly bytes: number;
  /** WebAssembly text; the guest's instructions are comments in it. */
  readonly text: string;
}

interface CompiledModule {
  readonly entries: readonly number[];
  readonly instructions: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For every function, (offset in its code, instruction) pairs. */
  readonly marks: readonly (readonly number[])[];
}

/**
 * Everything compiled as if all of it were hot: every function, and what is cut off from large ones.
 *
 * @param sight the machine for which it is compiled; default: none, so that nothing is known of memory
 */
export function* compiledListing(code: Code, sight?: Sight): Generator<ModuleListing> {
  for (const { entries, instructions, bytes, marks } of compileAll(code, sight)) {
    const notes = marks.map((list) =>
      Array.from({ length: list.length / 2 }, (_, k) => ({
        offset: list[2 * k] as number,
        text: line(code, list[2 * k + 1] as number),
      })),
    );
    const at = entries.map((entry) => code.pc[entry] as number);
    yield { entries: at, instructions, bytes: bytes.length, text: wasmText(bytes, notes) };
  }
}

/** The modules of {@link compiledListing}, as bytes. */
export function* compileAll(code: Code, sight?: Sight): Generator<CompiledModule> {
  const icode = layoutICode(code);
  const flow = new ControlFlow(code, icode.starts);
  const signatures = flow.frames === undefined ? undefined : new Signatures(flow);
  const functionSlots = code.table.length;
  const done = new Set<number>();
  const slots = new Map<number, number>();
  const slotOf = (entry: number): number => {
    const known = slots.get(entry) ?? code.table.length + code.functions.length + slots.size;
    slots.set(entry, known);
    return known;
  };
  const queue: number[] = [];
  for (let i = 0; i < code.count; i++) if (icode.starts[i] === 1 && flow.ownerOf(i) === i) queue.push(i);
  for (let next = 0; next < queue.length; ) {
    const regions: Region[] = [];
    let instructions = 0;
    while (
      next < queue.length &&
      regions.length < TUNING.regionsPerModule &&
      instructions < TUNING.instructionsPerSlice
    ) {
      const entry = queue[next++] as number;
      if (done.has(entry)) continue;
      done.add(entry);
      const region = formRegion(flow, entry, TUNING.region);
      regions.push(region);
      for (const block of region.blocks) {
        instructions += flow.endOf(block) - block;
        for (const s of flow.successors(block)) if (!region.position.has(s) && !done.has(s)) queue.push(s);
      }
    }
    if (regions.length === 0) return;
    const marks: (readonly number[])[] = [];
    const bytes = compileRegions(
      { code, flow, icode, signatures, functionSlots, slotOf, unexpected: new Set(), sight },
      regions,
      marks,
    );
    yield { entries: regions.map((r) => r.entry), instructions, bytes, marks };
  }
}

function line(code: Code, index: number): string {
  const row = code.isa.rows[code.op[index] as number] as Row;
  const fields = code.args.subarray(index * FIELDS, (index + 1) * FIELDS);
  const label = (to: number): string => (to < 0 ? "-1" : `@${code.pc[to]}`);
  return `@${code.pc[index]}: ${instructionText(code.isa, row, fields, label)}`;
}
