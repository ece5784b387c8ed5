/** Random programs run here and in one warm CPython process, output against output. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { python } from "vivarium/python";

const GAS = 50_000_000;
const MEMORY = 256 << 20;

/**
 * Runs programs given as lines of JSON, each in globals of its own; answers their outputs, and the traceback that ended
 * them, the same way. The process ignores interrupts (they are for the campaign) and bounds time and memory of a program.
 */
const DRIVER = `
import os, sys, json, io, warnings, contextlib, signal, traceback, linecache, gc
gc.disable()
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
except ImportError:
    pass
# A program may swallow the first interrupts; one that swallows them all ends the process.
interrupts = 0
def late(*args):
    global interrupts
    interrupts += 1
    if interrupts > 10:
        os._exit(1)
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, late)
signal.signal(signal.SIGINT, signal.SIG_IGN)
warnings.simplefilter('ignore')
for line in sys.stdin:
    source = json.loads(line)
    out = io.StringIO()
    end = ''
    space = {'__name__': '__main__'}
    linecache.cache['<program>'] = (len(source), None, source.splitlines(True), '<program>')
    interrupts = 0
    signal.setitimer(signal.ITIMER_REAL, 5, 0.2)
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, '<program>', 'exec'), space)
        except BaseException as e:
            signal.setitimer(signal.ITIMER_REAL, 0)
            end = '!' + type(e).__name__ + '\\n' + ''.join(traceback.format_exception(type(e), e, e.__traceback__.tb_next))
    signal.setitimer(signal.ITIMER_REAL, 0)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        space.clear()
        gc.collect()
    for name in [name for name, module in sys.modules.items() if getattr(module, '__file__', '') is None]:
        del sys.modules[name]
    sys.stdout.write(json.dumps(out.getvalue() + end) + '\\n')
    sys.stdout.flush()
`;

/** A CPython process that answers programs one after the other; it is started anew when a program ends it. */
export class WarmCPython {
  readonly #command: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #answers: ((text: string | undefined) => void)[] = [];

  constructor(command: string) {
    this.#command = command;
  }

  /** What the program prints, and how it ended if not by its last line; undefined when the process or its time ended. */
  ask(program: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#answers.push((text) =>
        resolve(text === undefined || text.includes("!KeyboardInterrupt") ? undefined : text),
      );
      this.#started().stdin.write(`${JSON.stringify(program)}\n`);
    });
  }

  close(): void {
    this.#child?.stdin.end();
  }

  #started(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child;
    // A group of its own: an interrupt from the keyboard is for the campaign, which then ends this one.
    const child = spawn(this.#command, ["-c", DRIVER], { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => this.#answers.shift()?.(JSON.parse(line) as string));
    const end = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      for (const answer of this.#answers.splice(0)) answer(undefined);
    };
    // Only when everything that it wrote was read.
    lines.on("close", end);
    child.on("error", end);
    child.stdin.on("error", () => {});
    child.stderr.resume();
    this.#child = child;
    return child;
  }
}

/** An output without the text of the traceback that ended the program. */
export const withoutTraceback = (output: string): string => output.replace(/^(!\w+)\n[\s\S]*$/m, "$1");

/** What the program prints here, and how it ended, as {@link WarmCPython.ask} says it. */
export function here(program: string): string {
  let out = "";
  const py = python.create({ gas: GAS, memory: MEMORY, stdout: (text) => (out += text) });
  try {
    const end = py.runExec(program, { filename: "<program>" });
    if (end.kind === "exception") return `${out}!${end.type}\n${end.traceback}`;
    return end.kind === "value" ? out : `${out}!${end.kind}`;
  } catch (error) {
    return `${out}!${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** The first line in which two outputs differ, counted from 1. */
export function firstDifference(theirs: string, ours: string): { line: number; theirs: string; ours: string } {
  const [a, b] = [theirs.split("\n"), ours.split("\n")];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return { line: at + 1, theirs: a[at] ?? "(end)", ours: b[at] ?? "(end)" };
}
