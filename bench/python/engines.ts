/** The Python engines by name: each is loaded when it is first needed, and runs a program to what it printed. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";

const require = createRequire(import.meta.url);

/** A loaded engine. */
export interface Engine {
  /** Runs a program in a namespace of its own; gives what it printed. */
  run(source: string): string | Promise<string>;
  /** Evaluates an expression. */
  evaluate(expression: string): unknown;
}

type Loader = () => Promise<Engine>;

// Peers ship no types that fit all of their versions.
// biome-ignore lint/suspicious/noExplicitAny: modules without types
type Foreign = any;

export const ENGINES: Readonly<Record<string, Loader>> = {
  vivarium: async () => {
    const { python } = await import("vivarium/python");
    const py = python.create();
    return {
      run: (source) => {
        let out = "";
        python.create({ stdout: (text) => (out += text), clock: true }).exec(source);
        return out;
      },
      evaluate: (expression) => py.eval(expression),
    };
  },
  pyodide: async () => {
    const { loadPyodide } = (await import("pyodide" as string)) as Foreign;
    let out = "";
    const py = await loadPyodide({ stdout: (line: string) => (out += `${line}\n`) });
    return {
      run: (source) => {
        out = "";
        py.runPython(source, { globals: py.toPy({ __name__: "__main__" }) });
        return out;
      },
      evaluate: (expression) => py.runPython(expression),
    };
  },
  micropython: async () => {
    const name: string = "@micropython/micropython-webassembly-pyscript/micropython.mjs";
    const { loadMicroPython } = (await import(name)) as Foreign;
    let out = "";
    const py = await loadMicroPython({ heapsize: 64 << 20, stdout: (line: string) => (out += `${line}\n`) });
    return {
      run: (source) => {
        out = "";
        py.runPython(source);
        return out;
      },
      evaluate: (expression) => {
        py.runPython(`_ = ${expression}`);
        return py.globals.get("_");
      },
    };
  },
  skulpt: async () => {
    runInThisContext(readFileSync(require.resolve("skulpt/dist/skulpt.min.js"), "utf8"));
    runInThisContext(readFileSync(require.resolve("skulpt/dist/skulpt-stdlib.js"), "utf8"));
    const { Sk } = globalThis as Foreign;
    let out = "";
    Sk.configure({
      output: (text: string) => (out += text),
      read: (file: string) => {
        const text = Sk.builtinFiles.files[file];
        if (text === undefined) throw new Error(`no ${file}`);
        return text;
      },
      __future__: Sk.python3,
    });
    const main = (source: string): Foreign => Sk.importMainWithBody("<stdin>", false, source, false);
    return {
      run: (source) => {
        out = "";
        main(source);
        return out;
      },
      evaluate: (expression) => main(`_ = ${expression}`).$d._.v,
    };
  },
  brython: async () => {
    // Brython asks its page for scripts and events: this one has none.
    const scope = globalThis as Foreign;
    const element = (): Foreign => ({
      getElementsByTagName: () => [],
      getElementsByClassName: () => [],
      appendChild: () => {},
      addEventListener: () => {},
      setAttribute: () => {},
      style: {},
      src: "http://localhost/brython.js",
    });
    scope.module = { exports: {} };
    scope.window = scope;
    scope.self = scope;
    const page: Foreign = {
      ...element(),
      createElement: element,
      head: element(),
      body: element(),
      currentScript: element(),
      querySelectorAll: () => [],
    };
    scope.document = new Proxy(page, { get: (own, name) => (name in own ? own[name] : () => element()) });
    scope.location = {
      href: "http://localhost/",
      origin: "http://localhost",
      pathname: "/",
      search: "",
      protocol: "http:",
    };
    scope.MutationObserver = class {
      observe(): void {}
    };
    scope.addEventListener = (): void => {};
    scope.XMLHttpRequest = class {};
    const { log } = console;
    runInThisContext(readFileSync(require.resolve("brython/brython.min.js"), "utf8"));
    runInThisContext(readFileSync(require.resolve("brython/brython_stdlib.js"), "utf8"));
    const B = scope.__BRYTHON__;
    let n = 0;
    const run = (source: string): string => {
      let out = "";
      console.log = (...parts: unknown[]) => {
        out += `${parts.join(" ")}\n`;
      };
      try {
        B.runPythonSource(source, `bench${n++}`);
      } finally {
        console.log = log;
      }
      return out;
    };
    return { run, evaluate: (expression) => run(`print(${expression})`).trim() };
  },
  /** Not among the dependencies, for it is not to be had for all platforms: `npm install --no-save @pydantic/monty`. */
  monty: async () => {
    const { Monty } = (await import("@pydantic/monty" as string)) as Foreign;
    return {
      run: (source) => {
        let out = "";
        new Monty(source).run({ printCallback: (_stream: string, text: string) => void (out += text) });
        return out;
      },
      evaluate: (expression) => new Monty(expression).run(),
    };
  },
};
