/** Saves a file as the command line does, for ever, to be killed: prints each number that is safe in it. */
import { argv, stdout } from "node:process";
import { createGraph } from "vivarium/graph";
import { writeAtomically } from "../../packages/viv/src/graphs.node.js";

const path = argv[2] as string;
const graph = createGraph();
graph.output("count", "u64");
// Large enough for a kill to come in the middle of it.
graph.addCold("ballast", new Uint8Array(4 << 20).fill(7));
for (let n = 1n; ; n++) {
  graph.set("count", n);
  graph.runSync();
  writeAtomically(path, graph.save());
  stdout.write(`${n}\n`);
}
