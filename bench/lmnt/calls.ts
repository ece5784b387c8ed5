/** Measures single calls of one program in one tier, in a process of its own; prints JSON for `bench.ts`. */
import { argv } from "node:process";
import { type LmntTier, lmnt } from "vivarium/lmnt";
import { SHAPES } from "./programs.js";

/** Time that one sample takes, in nanoseconds. */
const SAMPLE_NS = 1e6;

const [name, tier, samples] = argv.slice(2) as [string, LmntTier, string];
const shape = SHAPES.find((one) => one.name === name);
if (shape === undefined) throw new Error(`no program ${name}`);
const program = lmnt.load(shape.archive);
const machine = program.instantiate({ tier });
const definition = program.definition(shape.fn);
const args = Float32Array.from(shape.args);
const rvals = machine.returnValuesOf(definition);
let sum = 0;

/** Nanoseconds of one call, arguments set and a result read. */
function time(count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    machine.call(definition, args);
    sum += rvals[0] as number;
  }
  return ((performance.now() - start) * 1e6) / count;
}

// Both V8's compilers and ours get the time to finish; then as many calls as make a sample.
const warm = performance.now() + 700;
let each = time(100);
while (performance.now() < warm) each = Math.min(each, time(Math.max(50, Math.ceil(SAMPLE_NS / each))));
const count = Math.max(20, Math.round(SAMPLE_NS / each));
const best = Math.min(...Array.from({ length: Number(samples) }, () => time(count)));
if (Number.isNaN(sum)) throw new Error(`${name} computes a NaN`);
console.log(JSON.stringify({ best }));
