/** The module `sys`. */

import { Code, CodeFlag } from "../bytecode/code.js";
import { getters, methods, nativeModule, values } from "../library/define.js";
import { write } from "../library/functions.js";
import {
  builtinType,
  None,
  PyFloat,
  PyFunction,
  PyInst,
  PyList,
  type PyModule,
  PyTuple,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, raise, typeError, typeName, valueError } from "../objects/errors.js";
import { asInt, INT_DIGITS, norm } from "../objects/numbers.js";
import { record } from "../objects/records.js";
import { call } from "../runtime/calls.js";
import type { Frame } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { itemsFast } from "../runtime/operators.js";
import { plainString } from "../runtime/text.js";

const F = (v: number): PyFloat => new PyFloat(v);

const STREAM = builtinType("TextIOWrapper", T.object, "other", { final: true, dict: true, module: "_io" });
class StandardStream extends PyInst {
  declare readonly stream: "stdin" | "stdout" | "stderr";
  constructor(stream: "stdin" | "stdout" | "stderr") {
    super(STREAM);
    this.stream = stream;
  }
}
record("stream", StandardStream, () => new StandardStream("stdout"));
methods(STREAM, () => ({
  "write(self, text, /)": (vm: Machine, self, text) => {
    if (self.stream === "stdin") throw raise(E.OSError!, "not writable");
    if (!typeOf(text).isSubtype(T.str)) throw typeError(`write() argument must be str, not ${typeName(text)}`);
    write(vm, plainString(text), self.stream);
    return plainString(text).length;
  },
  "flush(self)": () => None,
  "isatty(self)": () => false,
  "writable(self)": (_vm, self) => self.stream !== "stdin",
  "readable(self)": (_vm, self) => self.stream === "stdin",
  "fileno(self)": (_vm, self) => ["stdin", "stdout", "stderr"].indexOf(self.stream),
  "writelines(self, lines, /)": (vm: Machine, self, lines) => call(vm, vm.routine("write_lines"), [self, lines]),
  // What is read comes from the host's `stdin` a line at a time; sizes are not looked at.
  "read(self, size=, /)": (vm: Machine, self) => readStdin(vm, self, "stdin_read"),
  "readline(self, size=, /)": (vm: Machine, self) => readStdin(vm, self, "stdin_line"),
  "readlines(self, hint=, /)": (vm: Machine, self) => readStdin(vm, self, "stdin_readlines"),
  "__iter__(self)": (_vm, self) => self,
  "__next__(self)": (vm: Machine, self) => readStdin(vm, self, "stdin_next"),
}));
function readStdin(vm: Machine, self: StandardStream, routine: string): Value {
  if (self.stream !== "stdin") throw raise(E.OSError!, "not readable");
  return call(vm, vm.routine(routine), []);
}
values(STREAM, { encoding: "utf-8", errors: "strict" });

const FLAGS = builtinType("flags", T.object, "object", { dict: true, module: "sys" });
const VERSION = builtinType("version_info", T.tuple, "tuple", { module: "sys" });
getters(
  VERSION,
  Object.fromEntries(
    ["major", "minor", "micro", "releaselevel", "serial"].map((name, i) => [
      name,
      (_vm: Value, self: Value): Value => self.items[i],
    ]),
  ),
);

function namespace(values: Record<string, Value>, cls = FLAGS): PyInst {
  const o = new PyInst(cls);
  for (const [k, v] of Object.entries(values)) {
    o.shape = o.shape!.with(k);
    o.slots.push(v);
  }
  return o;
}

export function sysModule(vm: Machine): PyModule {
  const module = nativeModule("sys", {
    "exit(code=, /)": (_vm, code) => {
      throw raise(E.SystemExit!, ...(code === undefined ? [] : [code]));
    },
    "exc_info()": (m: Machine) =>
      m.handled === undefined
        ? new PyTuple([None, None, None])
        : new PyTuple([m.handled.cls, m.handled, m.handled.traceback]),
    "exception()": (m: Machine) => m.handled ?? None,
    "getrecursionlimit()": (m: Machine) => m.recursionLimit,
    "setrecursionlimit(limit, /)": (m: Machine, limit) => {
      const n = asInt(limit);
      if (n === undefined) throw typeError(`'${typeName(limit)}' object cannot be interpreted as an integer`);
      if (n < 1) throw valueError("recursion limit must be greater or equal than 1");
      m.recursionLimit = Math.min(Number(n), m.maxRecursion);
      return None;
    },
    "getsizeof(object, default=, /)": (m: Machine, o) => {
      const items = itemsFast(
        m,
        typeof o === "object" && (o instanceof PyList || o instanceof PyTuple) ? o : new PyTuple([]),
      );
      return typeof o === "string" ? 49 + o.length : 32 + 8 * (items?.length ?? 0);
    },
    "intern(text, /)": (_vm, text) => text,
    "getdefaultencoding()": () => "utf-8",
    "getfilesystemencoding()": () => "utf-8",
    "is_finalizing()": () => false,
    "getrefcount(object, /)": () => 2,
    "get_int_max_str_digits()": () => INT_DIGITS.max,
    "set_int_max_str_digits(n)": (_vm, n) => {
      const i = asInt(n);
      if (i === undefined || (i !== 0 && i < 640)) throw valueError("maxdigits must be 0 or larger than 640");
      return None;
    },
    "_getframe(depth=, /)": (m: Machine, depth) => {
      let f: Frame | null = m.currentFrame();
      for (let i = Number(asInt(depth ?? 0) ?? 0); i > 0 && f; i--) {
        let back = f.back;
        while (back && (back.kind !== 0 || back.code.hidden)) back = back.back;
        f = back as Frame | null;
      }
      if (!f) throw valueError("call stack is not deep enough");
      return f;
    },
    "_caller_module()": (m: Machine) => {
      // The nearest caller outside the library's own modules.
      for (let f: Value = m.frame; f; f = f.back) {
        if (f.kind !== 0 || f.code.hidden) continue;
        if (!String(f.code.filename).startsWith("<module ") && !String(f.code.filename).startsWith("<library"))
          return f.globals.getStr("__name__") ?? "__main__";
      }
      return "__main__";
    },
    "displayhook(value, /)": (m: Machine, v) => call(m, m.routine("display"), [v]),
    "gettrace()": () => None,
    "settrace(f, /)": () => None,
    "_as_coroutine(f, /)": (_vm, f) => {
      if (!(f instanceof PyFunction) || (f.code.flags & CodeFlag.GENERATOR) === 0) return f;
      const again = new PyFunction(
        new Code({ ...f.code, flags: f.code.flags | CodeFlag.ITERABLE_COROUTINE }),
        f.globals,
      );
      again.defaults = f.defaults;
      again.kwDefaults = f.kwDefaults;
      again.closure = f.closure;
      again.name = f.name;
      again.qualname = f.qualname;
      again.annotations = f.annotations;
      return again;
    },
  });
  const { ns } = module;
  const stdin = new StandardStream("stdin");
  const stdout = new StandardStream("stdout");
  const stderr = new StandardStream("stderr");
  vm.state.set("sys.__stdout__", stdout);
  const members: Record<string, Value> = {
    modules: vm.modules,
    path: new PyList([""]),
    argv: new PyList([...(vm.state.get("argv") ?? [""])]),
    maxsize: norm(9223372036854775807n),
    maxunicode: 0x10ffff,
    byteorder: "little",
    platform: "vivarium",
    version: "3.12.0 (vivarium)",
    version_info: new PyTuple([3, 12, 0, "final", 0], VERSION),
    hexversion: 0x030c00f0,
    implementation: namespace({
      name: "vivarium",
      version: new PyTuple([3, 12, 0, "final", 0], VERSION),
      cache_tag: "vivarium-312",
      hexversion: 0x030c00f0,
    }),
    flags: namespace({
      debug: 0,
      inspect: 0,
      interactive: 0,
      optimize: 0,
      dont_write_bytecode: 0,
      no_user_site: 0,
      no_site: 0,
      ignore_environment: 0,
      verbose: 0,
      bytes_warning: 0,
      quiet: 0,
      hash_randomization: 0,
      isolated: 1,
      dev_mode: false,
      utf8_mode: 1,
    }),
    float_info: namespace({
      max: F(Number.MAX_VALUE),
      min: F(2.2250738585072014e-308),
      epsilon: F(Number.EPSILON),
      dig: 15,
      mant_dig: 53,
      max_exp: 1024,
      min_exp: -1021,
      max_10_exp: 308,
      min_10_exp: -307,
      radix: 2,
      rounds: 1,
    }),
    int_info: namespace({
      bits_per_digit: 30,
      sizeof_digit: 4,
      default_max_str_digits: 4300,
      str_digits_check_threshold: 640,
    }),
    hash_info: namespace({
      width: 64,
      modulus: norm((1n << 61n) - 1n),
      inf: 314159,
      nan: 0,
      imag: 1000003,
      algorithm: "fnv",
      hash_bits: 64,
      seed_bits: 128,
      cutoff: 0,
    }),
    stdout,
    stderr,
    stdin,
    __stdin__: stdin,
    __stdout__: stdout,
    __stderr__: stderr,
    builtin_module_names: new PyTuple(["builtins", "math", "sys", "time"]),
    executable: "",
    prefix: "",
    exec_prefix: "",
    dont_write_bytecode: true,
    warnoptions: new PyList([]),
    _builtin_property: T.property,
  };
  for (const [k, v] of Object.entries(members)) ns.setStr(k, v);
  return module;
}
