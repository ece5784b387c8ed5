/** `npm run bench -- graph`: what a firing costs, beside plain functions, and what a step costs by size of graph. */
import { child } from "../child.js";
import { median, pairedRatio, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";
import type { Speed } from "./speed.js";

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 5 : 15);
  const speed = await child<Speed>("graph/speed.ts", [String(rounds), options.quick ? "100" : "300"]);
  const rows = Object.entries(speed.firings).map(([tier, times]) => [
    tier,
    short(median(times)),
    short(Math.min(...times)),
    short(pairedRatio(times, speed.functions)),
    short(pairedRatio(times, speed.objects)),
  ]);
  const firings = table(
    ["A64 addition in a chain of 1,000 nodes", "ns a firing", "least", "× queued functions", "× plain calls"],
    rows,
  );
  const peers = table(
    ["the same network in JavaScript", "ns a node", "least"],
    [
      [
        "functions over bigint, taken from a queue",
        short(median(speed.functions)),
        short(Math.min(...speed.functions)),
      ],
      ["functions over doubles, called in a loop", short(median(speed.objects)), short(Math.min(...speed.objects))],
    ],
  );
  const steps = table(
    ["nodes in the graph", "ns a step", "nodes looked at in a step"],
    speed.steps.map(({ nodes, ns, touched }) => [short(nodes), short(ns), short(touched)]),
  );
  const text = [firings, peers, steps].join("\n\n");
  return { text, readme: text };
}
