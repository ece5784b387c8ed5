/** Compiles the easing curves of `easing.formula`, samples each over a column of times and draws them as text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lmnt } from "vivarium/lmnt/formula";

const WIDTH = 61;
const HEIGHT = 13;
/** Progress at the top and the bottom of a drawing: curves overshoot. */
const TOP = 1.2;
const BOTTOM = -0.1;

const { program, signatures } = lmnt.compile(readFileSync(join(import.meta.dirname, "easing.formula"), "utf8"));
const times = Float32Array.from({ length: WIDTH }, (_, i) => i / (WIDTH - 1));

for (const { name, parameters } of signatures) {
  // Parameters behind the time keep the defaults that the formula states.
  const defaults = program.defaultArguments(name) ?? [];
  const columns = parameters.map((_, i) => (i === 0 ? times : new Float32Array(WIDTH).fill(defaults[i] ?? 0)));
  using batch = program.batch(name);
  const [curve] = batch.apply(columns);
  const picture = Array.from({ length: HEIGHT }, () => new Array<string>(WIDTH).fill(" "));
  curve?.forEach((progress, i) => {
    const row = Math.round(((TOP - progress) / (TOP - BOTTOM)) * (HEIGHT - 1));
    (picture[Math.min(HEIGHT - 1, Math.max(0, row))] as string[])[i] = "•";
  });
  const how = batch.vectorised ? "four at a time" : `one by one: ${batch.reason}`;
  console.log(`${name}(${parameters.map((p) => p.name).join(", ")})   [${how}]`);
  console.log(`${picture.map((row) => row.join("").trimEnd()).join("\n")}\n`);
}
