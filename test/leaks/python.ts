/** Runs one program in many interpreters that are forgotten, and prints how many of them are left. Run with `--expose-gc`. */
import { stdout } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { python } from "vivarium/python";

/** What a process prints. */
export interface Interpreters {
  readonly machines: number;
  /** How many are still in memory. */
  readonly kept: number;
}

const collect = (globalThis as unknown as { gc: () => void }).gc;

/** Fills every kind of inline cache, in code that all interpreters share. */
const PROGRAM = `
import math
class Thing:
    size = 3
    def __init__(self, n): self.n = n; self.handle = handle
    def grow(self): self.n += self.size; return self
    @property
    def twice(self): return self.n * 2
class Other(Thing):
    def grow(self): return super().grow()
def walk(things):
    global total
    for t in things:
        total += t.grow().twice + len([handle]) + math.floor(1.5) + own()
        yield lambda: (t, handle)
total = 0
kept = list(walk([Thing(1), Other(2), Thing(3)]))
text = 'a b'.split()[0].upper()
match Thing(1):
    case Thing(n=n): total += n
`;

/** A guest's globals lead to its interpreter: functions of the host belong to it. */
const interpreters: WeakRef<object>[] = [];
function once(): void {
  const py = python.create({ host: { handle: () => 1 } });
  interpreters.push(new WeakRef(py));
  py.set("own", py.eval("handle"));
  for (let i = 0; i < 2; i++) py.exec(PROGRAM);
  if (py.get("total") === undefined) throw new Error("did not run");
}

for (let i = 0; i < 20; i++) once();
for (let i = 0; i < 4; i++) {
  await wait(1);
  collect();
}
const report: Interpreters = {
  machines: interpreters.length,
  kept: interpreters.filter((one) => one.deref()).length,
};
stdout.write(JSON.stringify(report));
