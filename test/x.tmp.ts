import { python } from "vivarium/python";
import { readFileSync } from "node:fs";
const py = python.create({ stdout: (t) => process.stdout.write(t), clock: true });
const e = py.runExec(readFileSync(process.argv[2]!, "utf8"), { filename: process.argv[2] });
if (e.kind === "exception") process.stdout.write(e.traceback); else if (e.kind !== "value") console.log(e);
