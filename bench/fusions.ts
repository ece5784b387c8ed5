/** Turns executions of programs into the instruction sequences that the interpreter had best fuse. */
import { stderr } from "node:process";
import type { Code } from "vivarium/kit";
import { Dependences, type FusedRow, sequenceText } from "../packages/vivarium/src/tiers/interpreter/fusion.js";
import { segmentStarts } from "../packages/vivarium/src/tiers/interpreter/icode.js";

/** What passing a result on in a local saves, and not storing one, where a dispatch saves 1. */
const WORTH = { dispatch: 1, read: 0.5, dead: 0.4 };

/** A run of instructions that can be fused, and what that saves each time. */
interface Candidate {
  readonly key: string;
  readonly length: number;
  readonly saves: number;
}

/** A stretch of instructions that is always executed as a whole, with how often. */
export interface Stretch {
  readonly length: number;
  /** Executions, as a share of all instructions that its program executes. */
  readonly weight: number;
  /** For every instruction the runs that start there, longest first. */
  readonly runs: readonly (readonly Candidate[])[];
}

function candidate(dependences: Dependences, sequence: readonly FusedRow[]): Candidate {
  const reads = sequence.reduce((sum, s) => sum + s.reads.size, 0);
  const dead = sequence.filter((s) => s.dead).length;
  const saves = WORTH.dispatch * (sequence.length - 1) + WORTH.read * reads + WORTH.dead * dead;
  return { key: JSON.stringify(sequenceText(dependences.isa, sequence)), length: sequence.length, saves };
}

/** The stretches of a program's code, by how often its instructions were executed; sequences up to `longest` long. */
export function stretches(code: Code, counts: Float64Array, longest: number): Stretch[] {
  const starts = segmentStarts(code);
  const dependences = new Dependences(code.isa);
  const all = counts.reduce((a, b) => a + b, 0);
  const out: Stretch[] = [];
  for (let from = 0, to = 1; from < code.count; from = to, to++) {
    while (to < code.count && starts[to] === 0) to++;
    const weight = (counts[from] as number) / all;
    if (weight === 0) continue;
    const runs: Candidate[][] = [];
    for (let i = from; i < to; i++) {
      const here: Candidate[] = [];
      for (let length = Math.min(longest, to - i); length > 1; length--) {
        if (!dependences.fusible([...code.op.subarray(i, i + length)])) continue;
        here.push(candidate(dependences, dependences.find(code, i, length)));
      }
      runs.push(here);
    }
    out.push({ length: to - from, weight, runs });
  }
  return out;
}

/** What a set of sequences saves in a stretch when the longest is taken at every instruction, as the interpreter does. */
function saved(stretch: Stretch, fused: ReadonlySet<string>): { saves: number; dispatches: number } {
  let saves = 0;
  let dispatches = 0;
  for (let i = 0; i < stretch.length; dispatches++) {
    const found = stretch.runs[i]?.find((c) => fused.has(c.key));
    saves += found?.saves ?? 0;
    i += found?.length ?? 1;
  }
  return { saves, dispatches };
}

/** The sequences that save the most, each chosen with the ones before it in place. */
export function chooseFusions(all: readonly Stretch[], count: number): string[] {
  const where = new Map<string, Set<Stretch>>();
  for (const stretch of all) {
    for (const run of stretch.runs.flat()) {
      const list = where.get(run.key) ?? new Set();
      where.set(run.key, list.add(stretch));
    }
  }
  const fused = new Set<string>();
  const worth = (list: Iterable<Stretch>): number => {
    let sum = 0;
    for (const s of list) sum += s.weight * saved(s, fused).saves;
    return sum;
  };
  const programs = all.reduce((sum, s) => sum + s.weight * s.length, 0);
  while (fused.size < count) {
    let best = { key: "", gain: 0 };
    for (const [key, list] of where) {
      if (fused.has(key)) continue;
      const before = worth(list);
      fused.add(key);
      const gain = worth(list) - before;
      fused.delete(key);
      if (gain > best.gain) best = { key, gain };
    }
    if (best.key === "") break;
    fused.add(best.key);
    // A sequence that longer ones have made useless goes again.
    for (const key of [...fused]) {
      const list = where.get(key) as Set<Stretch>;
      const withIt = worth(list);
      fused.delete(key);
      if (withIt - worth(list) > 1e-4 * programs) fused.add(key);
    }
    if (!fused.has(best.key)) break;
  }
  const dispatches = all.reduce((sum, s) => sum + s.weight * saved(s, fused).dispatches, 0);
  stderr.write(`${fused.size} sequences: ${(dispatches / programs).toFixed(3)} dispatches an instruction\n`);
  return [...fused];
}
