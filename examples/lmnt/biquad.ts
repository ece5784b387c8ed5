/** Filters sample arrays with the biquad of `biquad.formula` and prints how much of each frequency comes through. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lmnt } from "vivarium/lmnt/formula";

const RATE = 48_000;
const CUTOFF = 1_000;
const Q = Math.SQRT1_2;

const { program } = lmnt.compile(readFileSync(join(import.meta.dirname, "biquad.formula"), "utf8"));
using machine = program.instantiate();
const coefficients = machine.function<[frequency: number, q: number, rate: number], Float32Array>("coefficients");
const c = coefficients(CUTOFF, Q, RATE);

/** Sets the arguments in place: samples and state are slots of the machine's own memory. */
function filter(input: Float32Array): Float32Array {
  const output = new Float32Array(input.length);
  const args = machine.argumentsOf("biquad");
  args.fill(0);
  args.set(c, 5);
  const result = machine.returnValuesOf("biquad");
  const biquad = program.definition("biquad");
  input.forEach((x, i) => {
    args[0] = x;
    machine.execute(biquad);
    const y = result[0] as number;
    output[i] = y;
    args[2] = args[1] as number;
    args[1] = x;
    args[4] = args[3] as number;
    args[3] = y;
  });
  return output;
}

const rms = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

console.log(`low-pass, ${CUTOFF} Hz, Q ${Q.toFixed(3)}, ${RATE} samples a second`);
let samples = 0;
const began = performance.now();
for (const frequency of [62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000]) {
  const input = Float32Array.from({ length: RATE }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / RATE));
  // The first tenth of a second is the filter's own transient.
  const through = rms(filter(input).subarray(RATE / 10)) / rms(input.subarray(RATE / 10));
  samples += RATE;
  const decibels = 20 * Math.log10(through);
  const bar = "█".repeat(Math.max(0, Math.round(40 + decibels / 1.5)));
  console.log(`${String(frequency).padStart(7)} Hz ${decibels.toFixed(1).padStart(7)} dB ${bar}`);
}
const ns = ((performance.now() - began) * 1e6) / samples;
console.log(`${samples} samples in tier ${machine.tier}, ${ns.toFixed(0)} ns each, signal generation included`);
