/** Puts a machine together: built-ins, modules, compiler, standard streams. */

import type { Code } from "./bytecode/code.js";
import { compileTree } from "./compile/compiler.js";
import "./library/object.js";
import "./library/sequences.js";
import "./library/mappings.js";
import "./library/numbers.js";
import "./library/strings.js";
import "./library/bytes.js";
import "./library/exceptions.js";
import "./library/generators.js";
import { CompileError } from "./compile/compiler.js";
import { makeBuiltins, makeRoutineGlobals } from "./library/functions.js";
import { routineDefaults, routineSource } from "./library/routines.js";
import type { Library } from "./modules/library.js";
import { None, PyDict, PyException, PyModule, PyTuple, Raise } from "./objects/core.js";
import { E, setOwn } from "./objects/errors.js";
import { Machine, type MachineLimits } from "./runtime/machine.js";
import { PySyntaxError } from "./syntax/error.js";
import { parse } from "./syntax/parse.js";
import { buildSymtable } from "./syntax/symtable.js";

type Mode = "exec" | "eval" | "single";

/** Source text to code, without any machine. Throws `PySyntaxError` or `CompileError`. */
export function compileSource(source: string, filename: string, mode: Mode): Code {
  const tree = parse(source, { mode, filename });
  const symbols = buildSymtable(tree, { filename, source });
  return compileTree(tree, symbols, { filename });
}

function syntaxError(
  kind: string,
  message: string,
  filename: string,
  line: number | null,
  offset: number | null,
  text: string | null,
  endLine: number | null,
  endOffset: number | null,
): Raise {
  const v = (x: number | string | null): unknown => x ?? None;
  const details = new PyTuple([filename, v(line), v(offset), v(text), v(endLine), v(endOffset)]);
  const exc = new PyException(
    E[kind] ?? E.SyntaxError!,
    kind === "MemoryError" || kind === "RecursionError" ? [message] : [message, details],
  );
  if (kind !== "MemoryError" && kind !== "RecursionError") {
    setOwn(exc, "msg", message);
    setOwn(exc, "filename", filename);
    setOwn(exc, "lineno", v(line));
    setOwn(exc, "offset", v(offset));
    setOwn(exc, "text", v(text));
    setOwn(exc, "end_lineno", v(endLine));
    setOwn(exc, "end_offset", v(endOffset));
  }
  return new Raise(exc);
}

/** As {@link compileSource}, for guests: errors become guest exceptions. */
export function guestCompile(source: string, filename: string, mode: Mode): Code {
  try {
    return compileSource(source, filename, mode);
  } catch (e) {
    if (e instanceof PySyntaxError) {
      const d = e.data;
      throw syntaxError(d.kind, d.msg, d.filename, d.lineno, d.offset, d.text, d.end_lineno, d.end_offset);
    }
    if (e instanceof CompileError) {
      const text = source.split("\n")[e.node.lineno - 1];
      throw syntaxError(
        "SyntaxError",
        e.message,
        filename,
        e.node.lineno,
        e.node.col_offset + 1,
        text === undefined ? null : `${text}\n`,
        e.node.end_lineno,
        e.node.end_col_offset + 1,
      );
    }
    throw e;
  }
}

const routineCodes = new Map<string, Code>();

/** Code of a library routine, compiled once for all machines. */
function routineCode(name: string): Code | undefined {
  const known = routineCodes.get(name);
  if (known) return known;
  const source = routineSource(name);
  if (source === undefined) return undefined;
  const module = compileSource(source, "<library>", "exec");
  const code = module.consts.find((c) => c !== null && typeof c === "object" && "instructions" in c) as Code;
  const hide = (c: Code): void => {
    c.hidden = true;
    for (const inner of c.consts)
      if (inner !== null && typeof inner === "object" && "instructions" in inner) hide(inner as Code);
  };
  hide(code);
  routineCodes.set(name, code);
  return code;
}

/** A machine with built-ins and an empty `__main__`. */
export function createMachine(limits: MachineLimits, library: Library): Machine {
  const vm = new Machine(limits);
  vm.builtins = makeBuiltins();
  vm.makeRoutines = makeRoutineGlobals;
  vm.compile = (source, filename, mode) => guestCompile(source, filename, mode);
  vm.routineCode = routineCode;
  vm.routineDefaults = routineDefaults;
  vm.loadBuiltinModule = (machine, name) => {
    const make = library.find(name)?.native;
    if (make) machine.natives.add(name);
    return make?.(machine);
  };
  vm.state.set("import.find", (name: string) => {
    const module = library.find(name);
    return module?.source === undefined
      ? undefined
      : new PyTuple([module.source, `<module ${name}>`, module.package ? name : None]);
  });
  const builtins = new PyModule("builtins", vm.builtins);
  vm.modules = new PyDict();
  vm.modules.setStr("builtins", builtins);
  const main = new PyModule("__main__");
  main.ns.setStr("__builtins__", builtins);
  vm.modules.setStr("__main__", main);
  return vm;
}
