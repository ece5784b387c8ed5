// A graph in a database that counts for ever, to be killed: prints each value that it was told is safe.
import { argv, stdout } from "node:process";
import { openLmdb } from "vivarium/graph/lmdb";
import { build, functions } from "./counting-graph.mjs";

const { graph } = await openLmdb(argv[2], { functions });
if (graph.nodeCount === 0) {
  build(graph);
  await graph.commit();
}
stdout.write("ready\n");
// What was under way when the process before this one died comes to its end first.
await graph.run({ commitEvery: 1 });
for (;;) {
  const next = (graph.get("total") ?? 0n) + 1n;
  graph.set("x", next);
  await graph.run({ commitEvery: 1 });
  stdout.write(`${next} ${graph.step}\n`);
}
