/** `npx tsx examples/graph/run.ts`: runs the examples of graphs and prints what they do. */
import { argv, stdout } from "node:process";
import * as arithmetic from "./arithmetic.js";
import * as emitter from "./emitter.js";

const EXAMPLES = { arithmetic, emitter };

for (const [name, { main }] of Object.entries(EXAMPLES)) {
  if (argv[2] !== undefined && argv[2] !== name) continue;
  stdout.write(`${name}\n`);
  await main((line) => stdout.write(`  ${line}\n`));
}
