/** Exceptions as objects: constructors, attributes, groups; and tracebacks as text. */

import { None, PyException, PyList, PyTraceback, PyTuple, type PyType, type Value } from "../objects/core.js";
import { E, getOwn, setOwn, typeError, typeName, valueError } from "../objects/errors.js";
import { ownDict, setOwnAttribute } from "../runtime/attributes.js";
import { allocate, call } from "../runtime/calls.js";
import type { Machine } from "../runtime/machine.js";
import { exceptionText, plainString, reprFast, slowRepr, typePath } from "../runtime/text.js";
import type { Expr } from "../syntax/ast.js";
import { parse } from "../syntax/parse.js";
import { classMethods, getters, methods, statics } from "./define.js";
import { instanceDict } from "./object.js";

const Base = E.BaseException!;

statics(Base, () => ({
  "__new__(cls, *args, **kw)": (vm: Machine, cls, args) => {
    const exc = allocate(vm, cls) as PyException;
    exc.args = new PyTuple(args);
    return exc;
  },
}));
methods(Base, () => ({
  "__init__(self, *args, **kw)": (_vm, self, args, kw) => {
    if (kw.size > 0) throw typeError(`${self.cls.name}() takes no keyword arguments`);
    self.args = new PyTuple(args);
    return None;
  },
  "__repr__(self)": (vm: Machine, self) => reprFast(vm, self) ?? slowRepr(vm, self),
  "__str__(self)": (vm: Machine, self) => exceptionText(vm, self),
  "with_traceback(self, tb, /)": (_vm, self, tb) => {
    if (tb !== None && !(tb instanceof PyTraceback)) throw typeError("__traceback__ must be a traceback or None");
    self.traceback = tb;
    return self;
  },
  "add_note(self, note, /)": (_vm, self, note) => {
    if (typeof note !== "string") throw typeError(`note must be a str, not '${typeName(note)}'`);
    const notes = getOwn(self, "__notes__");
    if (notes instanceof PyList) notes.items.push(note);
    else setOwn(self, "__notes__", new PyList([note]));
    return None;
  },
  "__reduce__(self)": (_vm, self: PyException) =>
    new PyTuple(
      (self.dict ? self.dict.size : self.slots.length) > 0
        ? [self.cls, self.args, ownDict(self)]
        : [self.cls, self.args],
    ),
  "__setstate__(self, state, /)": (_vm, self, state) => {
    if (state !== None) for (const [k, v] of state.liveEntries()) setOwnAttribute(self, k, v);
    return None;
  },
}));
Base.ns.setStr("__dict__", instanceDict);
getters(Base, () => ({
  args: [
    (_vm, self) => self.args,
    (vm, self, value) => {
      self.args = value instanceof PyTuple ? value : new PyTuple(value instanceof PyList ? [...value.items] : []);
      void vm;
      return None;
    },
  ],
  __cause__: [
    (_vm, self) => self.cause,
    (_vm, self, value) => {
      if (value !== None && !(value instanceof PyException))
        throw typeError("exception cause must be None or derive from BaseException");
      self.cause = value;
      self.suppress = true;
      return None;
    },
  ],
  __context__: [
    (_vm, self) => self.context,
    (_vm, self, value) => {
      if (value !== None && !(value instanceof PyException))
        throw typeError("exception context must be None or derive from BaseException");
      self.context = value;
      return None;
    },
  ],
  __suppress_context__: [
    (_vm, self) => self.suppress,
    (_vm, self, value) => {
      self.suppress = value === true;
      return None;
    },
  ],
  __traceback__: [
    (_vm, self) => self.traceback,
    (_vm, self, value) => {
      if (value !== None && !(value instanceof PyTraceback))
        throw typeError("__traceback__ must be a traceback or None");
      self.traceback = value;
      return None;
    },
  ],
}));

/** An attribute kept with the instance, with a value for when it was never set. */
function field(type: PyType, name: string, absent: (self: PyException) => Value): void {
  getters(type, {
    [name]: [
      (_vm, self) => getOwn(self, name) ?? absent(self),
      (_vm, self, value) => {
        setOwn(self, name, value ?? None);
        return None;
      },
      "erasable",
    ],
  });
}

field(E.StopIteration!, "value", (self) => self.args.items[0] ?? None);
methods(E.StopIteration!, {
  "__init__(self, *args)": (_vm, self, args) => {
    self.args = new PyTuple(args);
    setOwn(self, "value", args[0] ?? None);
    return None;
  },
});
/** The code of a SystemExit that has not been given another. */
export const exitCode = (self: PyException): Value =>
  self.args.items.length === 0 ? None : self.args.items.length === 1 ? self.args.items[0] : self.args;
field(E.SystemExit!, "code", exitCode);

for (const name of ["AttributeError", "NameError"]) {
  const type = E[name]!;
  methods(type, {
    [`__init__(self, *args, name=${name === "AttributeError" ? ", obj=" : ""})`]: (_vm, self, args, n, obj) => {
      self.args = new PyTuple(args);
      setOwn(self, "name", n ?? None);
      if (name === "AttributeError") setOwn(self, "obj", obj ?? None);
      return None;
    },
  });
  field(type, "name", () => None);
}
field(E.AttributeError!, "obj", () => None);

methods(E.ImportError!, {
  "__init__(self, *args, name=, path=)": (_vm, self, args, name, path) => {
    self.args = new PyTuple(args);
    setOwn(self, "name", name ?? None);
    setOwn(self, "path", path ?? None);
    return None;
  },
});
field(E.ImportError!, "msg", (self) => self.args.items[0] ?? None);
field(E.ImportError!, "name", () => None);
field(E.ImportError!, "path", () => None);

field(E.SyntaxError!, "msg", (self) => self.args.items[0] ?? None);
["filename", "lineno", "offset", "text", "end_lineno", "end_offset"].forEach((name, i) =>
  field(E.SyntaxError!, name, (self) => {
    const details = self.args.items[1];
    return details instanceof PyTuple ? (details.items[i] ?? None) : None;
  }),
);
field(E.SyntaxError!, "print_file_and_line", () => None);
methods(E.SyntaxError!, {
  "__str__(self)": (vm: Machine, self) => {
    const msg = getOwn(self, "msg") ?? self.args.items[0] ?? None;
    const details = self.args.items[1];
    const file = details instanceof PyTuple ? details.items[0] : None;
    const line = details instanceof PyTuple ? details.items[1] : None;
    const text = typeof msg === "string" ? msg : (reprFast(vm, msg) ?? "");
    if (typeof file === "string" && typeof line === "number")
      return `${text} (${file.split("/").at(-1)}, line ${line})`;
    if (typeof line === "number") return `${text} (line ${line})`;
    return text;
  },
});

/** OSError(errno, strerror[, filename]) becomes the subclass that errno names. */
const BY_ERRNO: Record<number, string> = {
  1: "PermissionError",
  2: "FileNotFoundError",
  3: "ProcessLookupError",
  4: "InterruptedError",
  10: "ChildProcessError",
  11: "BlockingIOError",
  13: "PermissionError",
  17: "FileExistsError",
  20: "NotADirectoryError",
  21: "IsADirectoryError",
  32: "BrokenPipeError",
  103: "ConnectionAbortedError",
  104: "ConnectionResetError",
  110: "TimeoutError",
  111: "ConnectionRefusedError",
};
statics(E.OSError!, {
  "__new__(cls, *args, **kw)": (vm: Machine, cls, args) => {
    const named = cls === E.OSError && args.length >= 2 && typeof args[0] === "number" ? BY_ERRNO[args[0]] : undefined;
    const exc = allocate(vm, named ? E[named]! : cls) as PyException;
    osFields(exc, args);
    return exc;
  },
});
function osFields(exc: PyException, args: Value[]): void {
  if (args.length >= 2 && args.length <= 5) {
    setOwn(exc, "errno", args[0]);
    setOwn(exc, "strerror", args[1]);
    if (args.length > 2) setOwn(exc, "filename", args[2]);
    if (args.length > 4) setOwn(exc, "filename2", args[4]);
    exc.args = new PyTuple(args.slice(0, 2));
  } else exc.args = new PyTuple(args);
}
methods(E.OSError!, {
  "__init__(self, *args, **kw)": (_vm, self, args, kw) => {
    if (kw.size > 0) throw typeError(`${self.cls.name}() takes no keyword arguments`);
    osFields(self, args);
    return None;
  },
  "__str__(self)": (vm: Machine, self) => {
    const [code, text, file] = ["errno", "strerror", "filename"].map((n) => getOwn(self, n));
    if (code === undefined || code === None) return exceptionText(vm, self);
    const r = (v: Value): string => (typeof v === "string" ? v : (reprFast(vm, v) ?? ""));
    return `[Errno ${r(code)}] ${r(text)}${file !== undefined && file !== None ? `: ${reprFast(vm, file)}` : ""}`;
  },
});
for (const name of ["errno", "strerror", "filename", "filename2"]) field(E.OSError!, name, () => None);
E.EnvironmentError = E.OSError!;
E.IOError = E.OSError!;

for (const name of ["UnicodeDecodeError", "UnicodeEncodeError"]) {
  const type = E[name]!;
  methods(type, {
    "__init__(self, encoding, object, start, end, reason, /)": (_vm, self, encoding, object, start, end, reason) => {
      if (typeof encoding !== "string") throw typeError(`argument 1 must be str, not ${typeName(encoding)}`);
      self.args = new PyTuple([encoding, object, start, end, reason]);
      for (const [k, v] of Object.entries({ encoding, object, start, end, reason })) setOwn(self, k, v);
      return None;
    },
    "__str__(self)": (vm: Machine, self) => {
      const [encoding, object, start, end, reason] = ["encoding", "object", "start", "end", "reason"].map((n) =>
        getOwn(self, n),
      );
      if (encoding === undefined) return exceptionText(vm, self);
      const decode = name === "UnicodeDecodeError";
      if (end === start + 1) {
        if (decode)
          return `'${encoding}' codec can't decode byte 0x${object.data[start].toString(16).padStart(2, "0")} in position ${start}: ${reason}`;
        const c = Array.from(plainString(object))[start]!.codePointAt(0)!;
        const shown =
          c <= 0xff
            ? `\\x${c.toString(16).padStart(2, "0")}`
            : c <= 0xffff
              ? `\\u${c.toString(16).padStart(4, "0")}`
              : `\\U${c.toString(16).padStart(8, "0")}`;
        return `'${encoding}' codec can't encode character '${shown}' in position ${start}: ${reason}`;
      }
      return `'${encoding}' codec can't ${decode ? "decode bytes" : "encode characters"} in position ${start}-${end - 1}: ${reason}`;
    },
  });
}

// --- groups ------------------------------------------------------------------------------------------------------

const Group = E.BaseExceptionGroup!;
statics(Group, () => ({
  "__new__(cls, *args)": (vm: Machine, cls, args) => {
    if (args.length !== 2)
      throw typeError(`BaseExceptionGroup.__new__() takes exactly 2 arguments (${args.length} given)`);
    const [message, list] = args;
    if (typeof message !== "string") throw typeError(`argument 1 must be str, not ${typeName(message)}`);
    if (!(list instanceof PyList || list instanceof PyTuple))
      throw typeError("second argument (exceptions) must be a sequence");
    if (list.items.length === 0) throw valueError("second argument (exceptions) must be a non-empty sequence");
    list.items.forEach((e: Value, i: number) => {
      if (!(e instanceof PyException))
        throw valueError(`Item ${i} of second argument (exceptions) is not an exception`);
    });
    let type: PyType = cls;
    const plain = list.items.every((e: PyException) => e.cls.isSubtype(E.Exception!));
    if (cls === Group && plain) type = E.ExceptionGroup!;
    else if (cls.isSubtype(E.Exception!) && !plain) {
      if (cls === E.ExceptionGroup) throw typeError("Cannot nest BaseExceptions in an ExceptionGroup");
      throw typeError(`Cannot nest BaseExceptions in '${cls.name}'`);
    }
    const exc = allocate(vm, type) as PyException;
    exc.args = new PyTuple([message, list]);
    setOwn(exc, "message", message);
    setOwn(exc, "exceptions", new PyTuple([...list.items]));
    return exc;
  },
}));
methods(Group, () => ({
  "__init__(self, *args)": () => None,
  "__str__(self)": (_vm, self) => {
    const n = getOwn(self, "exceptions").items.length;
    return `${plainString(getOwn(self, "message"))} (${n} sub-exception${n === 1 ? "" : "s"})`;
  },
  "derive(self, excs, /)": (vm: Machine, self, excs) => call(vm, Group, [getOwn(self, "message"), excs]),
  "split(self, condition, /)": (vm: Machine, self, condition) => call(vm, vm.routine("group_split"), [self, condition]),
  "subgroup(self, condition, /)": (vm: Machine, self, condition) =>
    call(vm, vm.routine("group_subgroup"), [self, condition]),
}));
classMethods(Group, () => ({
  "__class_getitem__(cls, item, /)": (vm: Machine, cls, item) => call(vm, vm.routine("make_alias"), [cls, item]),
}));
field(Group, "message", () => "");
field(Group, "exceptions", () => new PyTuple([]));

// --- tracebacks --------------------------------------------------------------------------------------------------

/** Finds the text of a source line. */
export type SourceLines = (filename: string, line: number) => string | undefined;

const MAX_LINES = 10_000;

/** The name of an exception's class as a traceback shows it. */
function className(type: PyType): string {
  const path = typePath(type);
  return path.startsWith("__main__.") ? path.slice(9) : path;
}

/** What stands for the text of an exception that cannot tell it. */
export const FAILED_TEXT = "<exception str() failed>";

/** The text of an exception as far as no guest code is needed for it. */
function plainText(vm: Machine, exc: PyException): string | undefined {
  const { items } = exc.args;
  const f = exc.cls.lookup("__str__");
  if (f === Base.ns.getStr("__str__")) {
    if (items.length === 0) return "";
    if (items.length > 1) return reprFast(vm, exc.args);
    return exc.cls.isSubtype(E.KeyError!) || typeof items[0] !== "string" ? reprFast(vm, items[0]) : items[0];
  }
  if (f && typeof f === "object" && "fn" in f) {
    const made = f.fn(vm, exc);
    return typeof made === "string" ? made : undefined;
  }
  return undefined;
}

/** Does an exception tell its text without guest code? */
export function hasPlainText(vm: Machine, exc: PyException): boolean {
  return plainText(vm, exc) !== undefined;
}

/** An exception with all that its traceback shows: causes, contexts, members of groups. */
export function exceptionsOf(exc: PyException): PyException[] {
  const found = new Set<PyException>();
  const open: Value[] = [exc];
  while (open.length > 0 && found.size < MAX_EXCEPTIONS) {
    const one: Value = open.pop();
    if (!(one instanceof PyException) || found.has(one)) continue;
    found.add(one);
    open.push(one.cause, one.context);
    const members = getOwn(one, "exceptions");
    if (members instanceof PyTuple) open.push(...members.items.slice(0, MAX_GROUP_WIDTH));
  }
  return [...found];
}

/** `Type: text`, the last line of a traceback; `texts` holds what guest code made of some exceptions. */
export function exceptionLine(vm: Machine, exc: PyException, texts?: Map<PyException, string>): string {
  const text = texts?.get(exc) ?? plainText(vm, exc) ?? FAILED_TEXT;
  const name = className(exc.cls);
  return text === "" ? name : `${name}: ${text}`;
}

/** The bounds that CPython's `traceback` has for groups, and one of ours for chains. */
const MAX_GROUP_WIDTH = 15;
const MAX_GROUP_DEPTH = 10;
const MAX_EXCEPTIONS = 1_000;

interface Report {
  readonly vm: Machine;
  readonly lines: SourceLines;
  readonly texts: Map<PyException, string> | undefined;
  readonly seen: Set<PyException>;
  /** How deep in groups the text stands, which is also how far it is indented. */
  depth: number;
  /** The line that closes the innermost group's last member is still to come. */
  open: boolean;
}

/** The traceback that CPython prints for an uncaught exception. */
export function formatException(
  vm: Machine,
  exc: PyException,
  lines: SourceLines,
  texts?: Map<PyException, string>,
): string {
  return chainText({ vm, lines, texts, seen: new Set(), depth: 0, open: false }, exc);
}

/** What stands behind an exception, then it itself. */
function chainText(report: Report, exc: PyException): string {
  const { seen } = report;
  const links: { readonly exc: PyException; readonly said: string }[] = [];
  for (let one = exc, said = ""; ; ) {
    seen.add(one);
    links.push({ exc: one, said });
    if (links.length >= MAX_EXCEPTIONS) break;
    if (one.cause !== None && !seen.has(one.cause)) {
      one = one.cause;
      said = "The above exception was the direct cause of the following exception:";
    } else if (one.cause === None && one.context !== None && !one.suppress && !seen.has(one.context)) {
      one = one.context;
      said = "During handling of the above exception, another exception occurred:";
    } else break;
  }
  let out = "";
  for (const { exc: one, said } of links.reverse())
    out += ownText(report, one) + (said && indented(report, `\n${said}\n\n`));
  return out;
}

/** Text with the margin of the group it stands in. */
function indented({ depth }: Report, text: string, margin = "|"): string {
  if (depth === 0) return text;
  let first = true;
  return text.replace(/^(.*)\n/gm, (_all, line: string) => {
    const mark = first ? margin : "|";
    first = false;
    return `${"  ".repeat(depth)}${mark} ${line}\n`;
  });
}

/** One exception: where it was raised, its last line, notes, members. */
function ownText(report: Report, exc: PyException): string {
  const { vm, texts } = report;
  const members = exc.cls.isSubtype(Group) ? getOwn(exc, "exceptions") : undefined;
  const grouped = members instanceof PyTuple;
  if (grouped && report.depth > MAX_GROUP_DEPTH)
    return indented(report, `... (max_group_depth is ${MAX_GROUP_DEPTH})\n`);
  const outermost = grouped && report.depth === 0;
  if (outermost) report.depth = 1;
  let out = "";
  if (exc.traceback !== None) {
    const head = `${grouped ? "Exception Group Traceback" : "Traceback"} (most recent call last):\n`;
    out += indented(report, head + stackText(report, exc), outermost ? "+" : "|");
  }
  const syntax = exc.cls.isSubtype(E.SyntaxError!);
  let last = syntax ? syntaxLocation(exc) : "";
  last += `${syntax ? `${className(exc.cls)}: ${getOwn(exc, "msg") ?? exc.args.items[0] ?? "<no detail available>"}` : exceptionLine(vm, exc, texts)}\n`;
  const notes = getOwn(exc, "__notes__");
  if (notes instanceof PyList)
    for (const note of notes.items) last += `${typeof note === "string" ? note : (reprFast(vm, note) ?? "")}\n`;
  out += indented(report, last);
  if (grouped) out += membersText(report, members.items);
  if (outermost) report.depth = 0;
  return out;
}

function membersText(report: Report, items: readonly Value[]): string {
  const shown = Math.min(items.length, MAX_GROUP_WIDTH);
  const blocks = items.length > shown ? shown + 1 : shown;
  let out = "";
  for (let i = 0; i < blocks; i++) {
    const final = i === blocks - 1;
    if (final) report.open = true;
    const label = i < shown ? String(i + 1) : "...";
    out += `${"  ".repeat(report.depth)}${i === 0 ? "+-" : "  "}+---------------- ${label} ----------------\n`;
    report.depth++;
    const left = items.length - shown;
    out +=
      i < shown
        ? chainText(report, items[i])
        : indented(report, `and ${left} more exception${left === 1 ? "" : "s"}\n`);
    if (final && report.open) {
      out += `${"  ".repeat(report.depth)}+------------------------------------\n`;
      report.open = false;
    }
    report.depth--;
  }
  return out;
}

/** The frames that an exception passed, outermost first. */
function stackText({ lines }: Report, exc: PyException): string {
  let out = "";
  let last = "";
  let repeats = 0;
  let shown = 0;
  const flush = (): void => {
    if (repeats > 3) out += `  [Previous line repeated ${repeats - 3} more time${repeats - 3 === 1 ? "" : "s"}]\n`;
  };
  for (let tb = exc.traceback; tb !== None && shown < MAX_LINES; tb = tb.next, shown++) {
    const head = `  File "${tb.code.filename}", line ${tb.line}, in ${frameName(tb)}\n`;
    if (head === last) {
      repeats++;
      if (repeats > 3) continue;
    } else {
      flush();
      repeats = 1;
      last = head;
    }
    out += head;
    const text = lines(tb.code.filename, tb.line);
    if (text !== undefined && text.trim() !== "") out += `    ${text.trim()}\n${carets(text, tb)}`;
  }
  flush();
  return out;
}

/** The code of a comprehension stands in the frame around it. */
const frameName = (tb: PyTraceback): string => (tb.code.inlined ? tb.frame.code?.name : undefined) ?? tb.code.name;

/** The marks under the part of a line that raised, as CPython 3.11 and later draw them. */
function carets(text: string, tb: PyTraceback): string {
  const at = 4 * tb.pc;
  const { positions } = tb.code;
  const [line, column, endLine, endColumn] = [
    positions[at]!,
    positions[at + 1]!,
    positions[at + 2]!,
    positions[at + 3]!,
  ];
  if (column < 0 || (line === endLine && endColumn <= column)) return "";
  const bytes = new TextEncoder().encode(text);
  const chars = (n: number): number => new TextDecoder().decode(bytes.subarray(0, n)).length;
  const [from, to] = [chars(column), line === endLine ? chars(endColumn) : text.trimEnd().length];
  const indent = text.length - text.trimStart().length;
  const split = line === endLine ? anchored(text.slice(from, to)) : undefined;
  if (split === undefined && from <= indent && to >= text.trimEnd().length) return "";
  const marks = split ?? "^".repeat(Math.max(1, to - from));
  return `    ${" ".repeat(Math.max(0, from - indent))}${marks}\n`;
}

/** Marks that tell an operator or a subscript from its operands. */
function anchored(segment: string): string | undefined {
  let tree: Expr;
  try {
    tree = parse(segment, { mode: "eval" }).body as Expr;
  } catch {
    return undefined;
  }
  const bytes = new TextEncoder().encode(segment);
  const chars = (n: number): number => new TextDecoder().decode(bytes.subarray(0, n)).length;
  const draw = (from: number, to: number): string =>
    "~".repeat(from) + "^".repeat(to - from) + "~".repeat(segment.length - to);
  if (tree.kind === "BinOp") {
    let at = chars(tree.left.end_col_offset);
    const end = chars(tree.right.col_offset);
    // Between the operands stand blanks, parentheses and the operator.
    while (at < end && /[\s)(\\]/.test(segment[at]!)) at++;
    return at >= end ? undefined : draw(at, at + (at + 1 < end && !/[\s(\\]/.test(segment[at + 1]!) ? 2 : 1));
  }
  if (tree.kind === "Subscript") {
    const at = segment.indexOf("[", chars(tree.value.end_col_offset));
    return at < 0 ? undefined : draw(at, segment.length);
  }
  return undefined;
}

function syntaxLocation(exc: PyException): string {
  const details = exc.args.items[1];
  const part = (name: string, i: number): Value =>
    getOwn(exc, name) ?? (details instanceof PyTuple ? details.items[i] : undefined);
  const [file, line, offset, text] = [part("filename", 0), part("lineno", 1), part("offset", 2), part("text", 3)];
  if (typeof line !== "number") return "";
  let out = `  File "${typeof file === "string" ? file : "<string>"}", line ${line}\n`;
  if (typeof text === "string") {
    const bare = text.trimStart();
    out += `    ${bare.trimEnd()}\n`;
    if (typeof offset === "number" && offset > 0) {
      const end = part("end_offset", 5);
      const skip = text.length - bare.length;
      const width = typeof end === "number" && end > offset ? end - offset : 1;
      out += `    ${" ".repeat(Math.max(0, offset - 1 - skip))}${"^".repeat(width)}\n`;
    }
  }
  return out;
}
