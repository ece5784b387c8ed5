/** A seed into a random Python program that ends by itself: statements of all kinds, and scenes of single topics. */

import { statement } from "./soup.js";
import { TOPICS } from "./topics/index.js";
import { Writer } from "./writer.js";

export { prelude } from "./prelude.js";

/** One program. The same seed gives the same text everywhere. Without topics it has statements alone. */
export function pythonProgram(seed: number, topics: readonly string[] = Object.keys(TOPICS)): string {
  const w = new Writer(seed);
  w.line("a = 3; b = 'text'; c = [1, 2.5, 'x']; d = {'k': 1, 2: [3]}");
  for (let n = w.between(3, 8); n > 0; n--) {
    if (topics.length === 0 || w.chance(0.4)) w.attempt(() => statement(w, 2));
    else {
      const topic = TOPICS[w.pick(topics)];
      if (topic === undefined) throw new RangeError("no such topic");
      w.attempt(() => topic(w));
    }
  }
  w.line("show((a, b, c, d))");
  // Some end with an exception that nobody catches: its traceback is compared as well.
  if (w.chance(0.2))
    w.line(w.pick([`show(${w.expression(3)})`, "raise ValueError(a) from KeyError(b)", "c.nothing", "d[c]"]));
  return w.text();
}
