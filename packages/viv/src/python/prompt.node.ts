/** Turns lines typed at a terminal into Python statements that are run as they are complete. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { env } from "node:process";
import { createInterface } from "node:readline";
import { isIncomplete, type PythonExit, type PythonInterpreter } from "vivarium/python";
import { VERSION } from "../version.js";
import { endOf } from "./ends.js";
import { createPython, DEFAULT_GAS, type ProgramOptions } from "./program.node.js";

const FIRST = ">>> ";
const MORE = "... ";
const MAX_HISTORY = 1000;
/** How long completion may ask the program for names, in milliseconds. */
const COMPLETION_MS = 200;
/** How many completions are shown. */
const MAX_COMPLETIONS = 500;

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Line editing and colours; lines only when false. */
  readonly terminal: boolean;
}

/** Where the lines of earlier sessions are kept: `VIV_HISTORY`, or the user's folder for such things. */
function historyFile(): string {
  return env["VIV_HISTORY"] ?? join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local/state"), "viv/python_history");
}

function readHistory(): string[] {
  try {
    return readFileSync(historyFile(), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .reverse()
      .slice(0, MAX_HISTORY);
  } catch {
    return [];
  }
}

/** History is a convenience: where it cannot be kept it is not. */
function writeHistory(newestFirst: readonly string[]): void {
  try {
    mkdirSync(dirname(historyFile()), { recursive: true });
    writeFileSync(historyFile(), `${newestFirst.slice(0, MAX_HISTORY).reverse().join("\n")}\n`, { mode: 0o600 });
  } catch {}
}

/** Reads and runs statements until the input ends or the program exits; answers the exit code. */
export function interact(options: ProgramOptions, terminal: Terminal): Promise<number> {
  const { output } = terminal;
  const write = (text: string): void => void output.write(text);
  let history = readHistory();
  let pending: string[] = [];
  let running: AbortController | undefined;
  /** The program waits for a line. */
  let answer: ((line: string | null) => void) | undefined;
  /** Lines typed while a statement runs. */
  const ahead: string[] = [];
  let closed = false;
  let statements = 0;

  const rl = createInterface({
    ...terminal,
    history,
    historySize: MAX_HISTORY,
    removeHistoryDuplicates: true,
    completer: (line: string): [string[], string] => complete(line),
  });
  const sink = { stdout: write, stderr: write, flush: () => undefined, written: () => ({ stdout: "", stderr: "" }) };
  const py = createPython(options, [""], sink, (prompt) => {
    if (ahead.length > 0) return ahead.shift();
    if (closed) return null;
    rl.setPrompt(prompt);
    rl.prompt();
    return new Promise((resolve) => (answer = resolve));
  });

  function complete(line: string): [string[], string] {
    if (/^\s*$/.test(line)) return [[`${line}    `], line];
    const typed = /[\p{L}_][\p{L}\p{N}_.]*$/u.exec(line)?.[0] ?? "";
    if (typed === "" || running !== undefined) return [[], typed];
    return [namesFor(py, typed), typed];
  }

  function prompt(): void {
    rl.setPrompt(pending.length === 0 ? FIRST : MORE);
    rl.prompt();
  }

  return new Promise((resolve, reject) => {
    const leave = (code: number): void => {
      closed = true;
      rl.close();
      writeHistory(history);
      resolve(code);
    };

    async function statement(source: string): Promise<void> {
      py.gas = options.gas ?? DEFAULT_GAS;
      running = new AbortController();
      const filename = `<python-input-${statements++}>`;
      const { timeout } = options;
      let exit = await py.runInteractiveAsync(source, {
        filename,
        signal: running.signal,
        ...(timeout && { timeout }),
      });
      if (exit.kind === "interrupted" && running.signal.aborted) {
        running = new AbortController();
        py.raiseKeyboardInterrupt();
        exit = await py.resumeAsync({ signal: running.signal, ...(timeout && { timeout }) });
      }
      running = undefined;
      answer = undefined;
      report(exit);
    }

    function report(exit: PythonExit): void {
      if (exit.kind === "value") return;
      const end = endOf(exit);
      if (exit.kind === "exception" && exit.systemExit !== undefined) {
        write(end.report);
        leave(end.code);
      } else if (end.stopped === undefined) write(end.report);
      else {
        py.cancel();
        write(`the statement ${end.stopped}\n`);
      }
    }

    async function take(line: string): Promise<void> {
      pending.push(line);
      const source = pending.join("\n");
      if (isIncomplete(source)) return;
      pending = [];
      if (source.trim() !== "") await statement(`${source}\n`);
    }

    let busy = false;
    async function drain(): Promise<void> {
      if (busy) return;
      busy = true;
      try {
        while (ahead.length > 0 && !closed) await take(ahead.shift() as string);
      } finally {
        busy = false;
      }
      if (closed) leave(0);
      else prompt();
    }

    rl.on("line", (line) => {
      if (answer !== undefined) {
        const give = answer;
        answer = undefined;
        give(line);
        return;
      }
      ahead.push(line);
      drain().catch(reject);
    });
    rl.on("history", (lines) => (history = lines));
    rl.on("SIGINT", () => {
      if (running !== undefined) {
        running.abort();
        return;
      }
      pending = [];
      write("\nKeyboardInterrupt\n");
      // What has been typed of the line is dropped with it.
      rl.write(null, { ctrl: true, name: "e" });
      rl.write(null, { ctrl: true, name: "u" });
      prompt();
    });
    rl.on("close", () => {
      if (closed) return;
      closed = true;
      answer?.(null);
      if (terminal.terminal) write("\n");
      // A last statement without an empty line behind it is run all the same.
      if (!busy) {
        if (pending.length > 0) ahead.push("");
        closed = false;
        const finish = (): void => leave(0);
        const last = async (): Promise<void> => {
          while (ahead.length > 0) await take(ahead.shift() as string);
        };
        last().then(finish, reject);
      }
    });

    if (options.quiet !== true)
      write(`viv ${VERSION}: Python 3.12, kept inside. Tab completes; exit() or Ctrl-D leaves.\n`);
    prompt();
  });
}

/** What a name, or the last of dotted names, may go on to. */
function namesFor(py: PythonInterpreter, typed: string): string[] {
  const dot = typed.lastIndexOf(".");
  const object = typed.slice(0, Math.max(0, dot));
  const prefix = typed.slice(dot + 1);
  const ask = dot < 0 ? "[*globals(), *dir(__builtins__)]" : `dir(${object})`;
  const exit = py.runEval(ask, { filename: "<completion>", timeout: COMPLETION_MS });
  if (exit.kind === "interrupted" || exit.kind === "out-of-gas") py.cancel();
  if (exit.kind !== "value" || !Array.isArray(exit.value)) return [];
  const names = [...(exit.value as unknown[]), ...(dot < 0 ? KEYWORDS : [])].filter(
    (name): name is string => typeof name === "string" && name.startsWith(prefix),
  );
  // Private names only when they are asked for.
  const wanted = names.filter((name) => prefix.startsWith("_") || !name.startsWith("_"));
  return [...new Set(wanted)]
    .sort()
    .slice(0, MAX_COMPLETIONS)
    .map((name) => (dot < 0 ? name : `${object}.${name}`));
}

const KEYWORDS =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  );
