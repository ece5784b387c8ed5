/**
 * `npm run fuzz:python [programs] [seed]`: random programs here and in CPython 3.12, output against output.
 *
 * `VIV_CPYTHON` names the interpreter, otherwise `python3.12` or `python3` is taken. Many programs go through one process.
 * A difference is printed with its seed; `npm run fuzz:python -- 1 SEED` runs it again.
 */

import { spawn } from "node:child_process";
import { argv, exit } from "node:process";
import { python } from "vivarium/python";
import { findCPython } from "../conformance/python/cpython.js";
import { PRELUDE, pythonProgram } from "./python.js";

const BATCH = 250;
const GAS = 20_000_000;
const TIME_LIMIT_MS = 120_000;

/** Runs programs given as lines of JSON, each in globals of its own; answers their outputs the same way. */
const DRIVER = `
import sys, json, io, warnings, contextlib, signal
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
except ImportError:
    pass
def late(*args):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, late)
warnings.simplefilter('ignore')
for line in sys.stdin:
    source = json.loads(line)
    out = io.StringIO()
    end = ''
    signal.alarm(5)
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, '<program>', 'exec'), {'__name__': '__main__'})
        except BaseException as e:
            end = '!' + type(e).__name__
    signal.alarm(0)
    sys.stdout.write(json.dumps(out.getvalue() + end) + '\\n')
`;

function inCPython(command: string, programs: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ["-c", DRIVER], { stdio: ["pipe", "pipe", "inherit"], timeout: TIME_LIMIT_MS });
    let text = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (data: string) => (text += data));
    child.on("error", reject);
    // A process that died answers less; the programs it did not answer are counted as such.
    child.stdin.on("error", () => {});
    child.on("close", () =>
      resolve(
        text
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as string),
      ),
    );
    child.stdin.end(programs.map((program) => `${JSON.stringify(program)}\n`).join(""));
  });
}

function here(program: string): string {
  let out = "";
  const py = python.create({ gas: GAS, stdout: (text) => (out += text) });
  try {
    const end = py.runExec(program, { filename: "<program>" });
    if (end.kind === "exception") return `${out}!${end.type}`;
    return end.kind === "value" ? out : `${out}!${end.kind}`;
  } catch (error) {
    return `${out}!${String(error)}`;
  }
}

const cpython = findCPython();
const total = Number(argv[2] ?? 2000);
const seed = Number(argv[3] ?? Math.floor(performance.timeOrigin % 1_000_000));
if (cpython === undefined) {
  console.log("skipped: there is no CPython to compare with");
  exit(0);
}
console.log(`${total} programs from seed ${seed}, compared with CPython ${cpython.version.join(".")}`);
let different = 0;
let ended = 0;
let unanswered = 0;
for (let from = 0; from < total; from += BATCH) {
  const seeds = Array.from({ length: Math.min(BATCH, total - from) }, (_, i) => seed + from + i);
  const programs = seeds.map((one) => PRELUDE + pythonProgram(one));
  const reference = inCPython(cpython.command, programs);
  const ours = programs.map(here);
  const theirs = await reference;
  seeds.forEach((one, i) => {
    if (theirs[i] === undefined || theirs[i].endsWith("!KeyboardInterrupt")) {
      unanswered++;
      return;
    }
    if (!theirs[i].includes("!")) ended++;
    if (ours[i] === theirs[i]) return;
    different++;
    const [a, b] = [theirs[i].split("\n"), (ours[i] as string).split("\n")];
    const at = a.findIndex((line, k) => line !== b[k]);
    console.log(
      `DIFFERENT seed ${one}, line ${at + 1}: ${JSON.stringify(a[at])?.slice(0, 200)} but here ${JSON.stringify(b[at])?.slice(0, 200)}`,
    );
  });
}
console.log(`${different} of ${total} differ; ${ended} ran to their end, ${unanswered} were not answered by CPython`);
exit(different > 0 ? 1 : 0);
