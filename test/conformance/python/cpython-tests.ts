/** CPython's own test files, run under a small `unittest` of ours: file and test to outcome. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PythonInterpreter, python } from "vivarium/python";
import { neighbours } from "./suites.js";

/** The files that need next to nothing of CPython's own library, of which a share must pass. */
export const SELF_CONTAINED = [
  "named_expressions",
  "exception_variations",
  "super",
  "keywordonlyarg",
  "dictcomps",
  "augassign",
  "unary",
  "int_literal",
  "typechecks",
] as const;

/** Those that need some of `test.support`. */
export const SUPPORTED = [
  "grammar",
  "patma",
  "scope",
  "with",
  "raise",
  "generators",
  "fstring",
  "int",
  "dict",
  "set",
  "except_star",
  "exception_group",
] as const;

export interface TestOutcome {
  readonly name: string;
  /** `pass`, `skip: why` or `fail: why`. */
  readonly outcome: string;
}

const GAS = 100_000_000n;
const TIME_LIMIT_MS = 10_000;
/** What the tests import of CPython's test package itself. */
const HELPERS = ["test_grammar", "mapping_tests", "shadowed_super"];

function modulesOf(folder: string, file: string): Record<string, string> {
  const files = neighbours(join(import.meta.dirname, "guest"));
  for (const name of [...HELPERS, file]) {
    const path = join(folder, `${name}.py`);
    if (existsSync(path)) files[`test/${name}.py`] = withoutNames(readFileSync(path, "utf8"));
  }
  return files;
}

/** The names of characters that the tests use: the table of all names is not part of the guest. */
const CHARACTERS: Readonly<Record<string, string>> = {
  AMPERSAND: "\\x26",
  "EM SPACE": "\\u2003",
  "EN SPACE": "\\u2002",
  "GREEK CAPITAL LETTER DELTA": "\\u0394",
  "LEFT CURLY BRACKET": "\\x7b",
  "RIGHT CURLY BRACKET": "\\x7d",
};

function withoutNames(source: string): string {
  return source.replace(/\\N\{([A-Z ]+)\}/g, (all, name: string) => CHARACTERS[name] ?? all);
}

function create(files: Readonly<Record<string, string>>): PythonInterpreter {
  return python.create({
    gas: GAS,
    files,
    clock: true,
    modules: {
      _harness: { search: (pattern: string, text: string) => new RegExp(translated(pattern), "su").test(text) },
    },
  });
}

/** What a pattern of Python's looks like in the host's syntax; only for the texts that tests look for. */
function translated(pattern: string): string {
  return pattern
    .replaceAll("(?P<", "(?<")
    .replaceAll("\\Z", "$")
    .replace(/\\([^\w\s$()*+./?[\\\]^{|}-])/g, "$1")
    .replace(/\\ /g, " ")
    .replace(/(?<!\\)[{}](?!\d+(?:,\d*)?\})/g, "\\$&");
}

/** Runs one file; each test gets its own gas and time. A file that cannot be imported is one failure. */
export function runTestFile(folder: string, name: string): TestOutcome[] {
  const file = `test_${name}`;
  const files = modulesOf(folder, file);
  const start = (): PythonInterpreter => {
    const py = create(files);
    py.exec(`import unittest\nimport test.${file} as module`, { timeout: 4 * TIME_LIMIT_MS });
    py.exec("def names(): return unittest.tests_of(module)\ndef run(name): return unittest.run_test(module, name)");
    return py;
  };
  let py: PythonInterpreter;
  try {
    py = start();
  } catch (error) {
    return [{ name: `${name} (import)`, outcome: `fail: ${String((error as Error).message).slice(-300)}` }];
  }
  const outcomes: TestOutcome[] = [];
  for (const test of py.call("names") as string[]) {
    let outcome: string;
    try {
      py.gas = GAS;
      outcome = String(py.call("run", [test], {}, { timeout: TIME_LIMIT_MS }));
    } catch (error) {
      outcome = `fail: ${String((error as Error).message).slice(0, 300)}`;
      py = start();
    }
    outcomes.push({ name: `${name}/${test}`, outcome });
  }
  return outcomes;
}
