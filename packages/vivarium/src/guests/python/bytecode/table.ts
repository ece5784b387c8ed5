/**
 * The instruction set of the Python machine: one row per op. Assembler, disassembler, validator, serialised form and the
 * dense code the loop runs are all derived from these rows.
 */

/** What the 24-bit operand of an op means. */
export type OperandKind =
  /** No operand. */
  | "none"
  /** Index into `code.consts`. */
  | "const"
  /** Index into `code.names`. */
  | "name"
  /** A plain local variable. */
  | "local"
  /** A variable that lives in a cell (own or free). */
  | "cell"
  /** Index of an instruction of the same code. */
  | "target"
  /** A number of stack items. */
  | "count"
  /** Bits, explained by the row. */
  | "flags";

/** One op. */
export interface OpRow {
  readonly code: number;
  readonly name: string;
  readonly operand: OperandKind;
  /** Items taken from the stack, given the operand. */
  readonly pops: (arg: number) => number;
  /** Items left on the stack when execution falls through. */
  readonly pushes: (arg: number) => number;
  /** Items left when the jump is taken, for `target` ops; `null` when the op never jumps. */
  readonly jumpPushes: ((arg: number) => number) | null;
  /** The next instruction is never reached from here. */
  readonly terminal: boolean;
  readonly doc: string;
}

type Amount = number | ((arg: number) => number);
const rows: OpRow[] = [];
const amount = (a: Amount): ((arg: number) => number) => (typeof a === "number" ? () => a : a);

function op(
  name: string,
  operand: OperandKind,
  pops: Amount,
  pushes: Amount,
  doc: string,
  more: { jump?: Amount; terminal?: boolean } = {},
): number {
  const code = rows.length;
  rows.push({
    code,
    name,
    operand,
    pops: amount(pops),
    pushes: amount(pushes),
    jumpPushes: operand === "target" ? amount(more.jump ?? pushes) : null,
    terminal: more.terminal ?? false,
    doc,
  });
  return code;
}

const n: Amount = (arg) => arg;
const n1: Amount = (arg) => arg + 1;
const twice: Amount = (arg) => 2 * arg;

/** Every op by name; the value is its number. Gas: one unit per op, plus what a row's work charges in proportion. */
export const Op = {
  // --- stack
  NOP: op("NOP", "none", 0, 0, "Nothing."),
  POP_TOP: op("POP_TOP", "none", 1, 0, "Drops the top."),
  DUP_TOP: op("DUP_TOP", "none", 1, 2, "a → a a."),
  ROT_TWO: op("ROT_TWO", "none", 2, 2, "a b → b a."),
  ROT_THREE: op("ROT_THREE", "none", 3, 3, "a b c → c a b."),
  COPY: op("COPY", "count", n, n1, "Pushes the item that is `count` below (1 is the top)."),
  SWAP: op("SWAP", "count", n, n, "Exchanges the top with the item at `count`."),
  PUSH_NULL: op("PUSH_NULL", "none", 0, 1, "Pushes the absent value that stands where a call has no bound receiver."),

  // --- unary
  UNARY_POSITIVE: op("UNARY_POSITIVE", "none", 1, 1, "+a."),
  UNARY_NEGATIVE: op("UNARY_NEGATIVE", "none", 1, 1, "-a."),
  UNARY_NOT: op("UNARY_NOT", "none", 1, 1, "not a."),
  UNARY_INVERT: op("UNARY_INVERT", "none", 1, 1, "~a."),

  // --- binary
  BINARY_ADD: op("BINARY_ADD", "none", 2, 1, "a + b."),
  BINARY_SUBTRACT: op("BINARY_SUBTRACT", "none", 2, 1, "a - b."),
  BINARY_MULTIPLY: op("BINARY_MULTIPLY", "none", 2, 1, "a * b."),
  BINARY_MATMUL: op("BINARY_MATMUL", "none", 2, 1, "a @ b."),
  BINARY_DIVIDE: op("BINARY_DIVIDE", "none", 2, 1, "a / b."),
  BINARY_FLOORDIV: op("BINARY_FLOORDIV", "none", 2, 1, "a // b."),
  BINARY_MODULO: op("BINARY_MODULO", "none", 2, 1, "a % b."),
  BINARY_POWER: op("BINARY_POWER", "none", 2, 1, "a ** b."),
  BINARY_LSHIFT: op("BINARY_LSHIFT", "none", 2, 1, "a << b."),
  BINARY_RSHIFT: op("BINARY_RSHIFT", "none", 2, 1, "a >> b."),
  BINARY_AND: op("BINARY_AND", "none", 2, 1, "a & b."),
  BINARY_OR: op("BINARY_OR", "none", 2, 1, "a | b."),
  BINARY_XOR: op("BINARY_XOR", "none", 2, 1, "a ^ b."),

  // --- in place
  INPLACE_ADD: op("INPLACE_ADD", "none", 2, 1, "a += b."),
  INPLACE_SUBTRACT: op("INPLACE_SUBTRACT", "none", 2, 1, "a -= b."),
  INPLACE_MULTIPLY: op("INPLACE_MULTIPLY", "none", 2, 1, "a *= b."),
  INPLACE_MATMUL: op("INPLACE_MATMUL", "none", 2, 1, "a @= b."),
  INPLACE_DIVIDE: op("INPLACE_DIVIDE", "none", 2, 1, "a /= b."),
  INPLACE_FLOORDIV: op("INPLACE_FLOORDIV", "none", 2, 1, "a //= b."),
  INPLACE_MODULO: op("INPLACE_MODULO", "none", 2, 1, "a %= b."),
  INPLACE_POWER: op("INPLACE_POWER", "none", 2, 1, "a **= b."),
  INPLACE_LSHIFT: op("INPLACE_LSHIFT", "none", 2, 1, "a <<= b."),
  INPLACE_RSHIFT: op("INPLACE_RSHIFT", "none", 2, 1, "a >>= b."),
  INPLACE_AND: op("INPLACE_AND", "none", 2, 1, "a &= b."),
  INPLACE_OR: op("INPLACE_OR", "none", 2, 1, "a |= b."),
  INPLACE_XOR: op("INPLACE_XOR", "none", 2, 1, "a ^= b."),

  // --- comparison
  COMPARE_LT: op("COMPARE_LT", "none", 2, 1, "a < b."),
  COMPARE_LE: op("COMPARE_LE", "none", 2, 1, "a <= b."),
  COMPARE_EQ: op("COMPARE_EQ", "none", 2, 1, "a == b."),
  COMPARE_NE: op("COMPARE_NE", "none", 2, 1, "a != b."),
  COMPARE_GT: op("COMPARE_GT", "none", 2, 1, "a > b."),
  COMPARE_GE: op("COMPARE_GE", "none", 2, 1, "a >= b."),
  COMPARE_IN: op("COMPARE_IN", "none", 2, 1, "a in b."),
  COMPARE_NOT_IN: op("COMPARE_NOT_IN", "none", 2, 1, "a not in b."),
  COMPARE_IS: op("COMPARE_IS", "none", 2, 1, "a is b."),
  COMPARE_IS_NOT: op("COMPARE_IS_NOT", "none", 2, 1, "a is not b."),

  // --- load, store, delete
  LOAD_CONST: op("LOAD_CONST", "const", 0, 1, "Pushes a constant."),
  LOAD_NAME: op("LOAD_NAME", "name", 0, 1, "Looks a name up in the namespace, the globals, the built-ins."),
  STORE_NAME: op("STORE_NAME", "name", 1, 0, "Binds a name in the namespace."),
  DELETE_NAME: op("DELETE_NAME", "name", 0, 0, "Unbinds a name in the namespace."),
  LOAD_FAST: op("LOAD_FAST", "local", 0, 1, "Pushes a local variable; UnboundLocalError when it has no value."),
  STORE_FAST: op("STORE_FAST", "local", 1, 0, "Binds a local variable."),
  DELETE_FAST: op("DELETE_FAST", "local", 0, 0, "Unbinds a local variable."),
  LOAD_FAST_AND_CLEAR: op(
    "LOAD_FAST_AND_CLEAR",
    "local",
    0,
    1,
    "Pushes a local variable, absent or not, and unbinds it.",
  ),
  LOAD_GLOBAL: op("LOAD_GLOBAL", "name", 0, 1, "Looks a name up in the globals, then the built-ins."),
  STORE_GLOBAL: op("STORE_GLOBAL", "name", 1, 0, "Binds a global name."),
  DELETE_GLOBAL: op("DELETE_GLOBAL", "name", 0, 0, "Unbinds a global name."),
  MAKE_CELL: op("MAKE_CELL", "cell", 0, 0, "Puts a variable, with the value it has, into a new cell."),
  COPY_FREE_VARS: op("COPY_FREE_VARS", "count", 0, 0, "Installs the function's closure as the free variables."),
  LOAD_CLOSURE: op("LOAD_CLOSURE", "cell", 0, 1, "Pushes the cell itself."),
  LOAD_DEREF: op("LOAD_DEREF", "cell", 0, 1, "Pushes what a cell holds; NameError when empty."),
  STORE_DEREF: op("STORE_DEREF", "cell", 1, 0, "Fills a cell."),
  DELETE_DEREF: op("DELETE_DEREF", "cell", 0, 0, "Empties a cell."),
  LOAD_CLASSDEREF: op("LOAD_CLASSDEREF", "cell", 0, 1, "As LOAD_DEREF, but the class namespace comes first."),
  LOAD_FROM_DICT_OR_DEREF: op(
    "LOAD_FROM_DICT_OR_DEREF",
    "cell",
    1,
    1,
    "As LOAD_DEREF, but the mapping on the stack comes first.",
  ),
  LOAD_FROM_DICT_OR_GLOBALS: op(
    "LOAD_FROM_DICT_OR_GLOBALS",
    "name",
    1,
    1,
    "As LOAD_GLOBAL, but the mapping on the stack comes first.",
  ),
  LOAD_LOCALS: op("LOAD_LOCALS", "none", 0, 1, "Pushes the namespace of a class body."),
  LOAD_ATTR: op("LOAD_ATTR", "name", 1, 1, "a.name."),
  STORE_ATTR: op("STORE_ATTR", "name", 2, 0, "value a → ; a.name = value."),
  DELETE_ATTR: op("DELETE_ATTR", "name", 1, 0, "del a.name."),
  LOAD_METHOD: op("LOAD_METHOD", "name", 1, 2, "a → function a, or value absent: a.name, about to be called."),
  LOAD_SUPER_METHOD: op(
    "LOAD_SUPER_METHOD",
    "name",
    3,
    2,
    "super class self → function self, or value absent: super().name, about to be called.",
  ),
  BINARY_SUBSCR: op("BINARY_SUBSCR", "none", 2, 1, "a[b]."),
  STORE_SUBSCR: op("STORE_SUBSCR", "none", 3, 0, "value a b → ; a[b] = value."),
  DELETE_SUBSCR: op("DELETE_SUBSCR", "none", 2, 0, "del a[b]."),
  LOAD_BUILD_CLASS: op("LOAD_BUILD_CLASS", "none", 0, 1, "Pushes __build_class__."),
  LOAD_ASSERTION_ERROR: op("LOAD_ASSERTION_ERROR", "none", 0, 1, "Pushes AssertionError."),

  // --- control
  JUMP: op("JUMP", "target", 0, 0, "Goes on at the target.", { terminal: true }),
  POP_JUMP_IF_FALSE: op("POP_JUMP_IF_FALSE", "target", 1, 0, "Jumps when the top is false."),
  POP_JUMP_IF_TRUE: op("POP_JUMP_IF_TRUE", "target", 1, 0, "Jumps when the top is true."),
  POP_JUMP_IF_NONE: op("POP_JUMP_IF_NONE", "target", 1, 0, "Jumps when the top is None."),
  POP_JUMP_IF_NOT_NONE: op("POP_JUMP_IF_NOT_NONE", "target", 1, 0, "Jumps when the top is not None."),
  JUMP_IF_FALSE_OR_POP: op(
    "JUMP_IF_FALSE_OR_POP",
    "target",
    1,
    0,
    "Jumps and keeps the top when it is false; else drops it.",
    { jump: 1 },
  ),
  JUMP_IF_TRUE_OR_POP: op(
    "JUMP_IF_TRUE_OR_POP",
    "target",
    1,
    0,
    "Jumps and keeps the top when it is true; else drops it.",
    { jump: 1 },
  ),
  GET_ITER: op("GET_ITER", "none", 1, 1, "iter(a)."),
  GET_YIELD_FROM_ITER: op("GET_YIELD_FROM_ITER", "none", 1, 1, "The iterator that `yield from a` delegates to."),
  FOR_ITER: op(
    "FOR_ITER",
    "target",
    1,
    2,
    "Pushes the iterator's next item; drops the iterator and jumps at its end.",
    { jump: 0 },
  ),

  // --- functions
  MAKE_FUNCTION: op(
    "MAKE_FUNCTION",
    "flags",
    (f) => 1 + (f & 1) + ((f >> 1) & 1) + ((f >> 2) & 1) + ((f >> 3) & 1),
    1,
    "Makes a function from code; 1 defaults, 2 keyword defaults, 4 annotations, 8 closure stand below.",
  ),
  CALL_FUNCTION: op("CALL_FUNCTION", "count", (a) => a + 2, 1, "callable receiver-or-absent args… → result."),
  CALL_FUNCTION_KW: op(
    "CALL_FUNCTION_KW",
    "count",
    (a) => a + 3,
    1,
    "As CALL_FUNCTION with a tuple of the last arguments' names on top.",
  ),
  CALL_FUNCTION_EX: op(
    "CALL_FUNCTION_EX",
    "flags",
    (f) => 3 + (f & 1),
    1,
    "callable absent args-tuple [kwargs-dict, when 1 is set] → result.",
  ),
  RETURN_VALUE: op("RETURN_VALUE", "none", 1, 0, "Leaves the frame with the top.", { terminal: true }),
  YIELD_VALUE: op(
    "YIELD_VALUE",
    "none",
    1,
    1,
    "Suspends the generator with the top; on resumption the sent value is pushed.",
  ),
  RETURN_GENERATOR: op(
    "RETURN_GENERATOR",
    "none",
    0,
    0,
    "Turns the frame into a generator and returns that; execution goes on at the first resumption.",
  ),

  // --- build
  BUILD_TUPLE: op("BUILD_TUPLE", "count", n, 1, "A tuple of the top items."),
  BUILD_LIST: op("BUILD_LIST", "count", n, 1, "A list of the top items."),
  BUILD_SET: op("BUILD_SET", "count", n, 1, "A set of the top items."),
  BUILD_MAP: op("BUILD_MAP", "count", twice, 1, "A dict of key-value pairs."),
  BUILD_STRING: op("BUILD_STRING", "count", n, 1, "Joins strings."),
  BUILD_SLICE: op("BUILD_SLICE", "count", n, 1, "A slice of 2 or 3 items."),
  FORMAT_VALUE: op(
    "FORMAT_VALUE",
    "flags",
    (f) => 1 + ((f >> 2) & 1),
    1,
    "format(a, spec); 1 str, 2 repr, 3 ascii first; 4: a spec is on top.",
  ),
  LIST_APPEND: op("LIST_APPEND", "count", (a) => a + 1, n, "Appends the top to the list at `count` below it."),
  SET_ADD: op("SET_ADD", "count", (a) => a + 1, n, "Adds the top to the set at `count` below it."),
  MAP_ADD: op("MAP_ADD", "count", (a) => a + 2, n, "dict … key value → dict …; the dict is at `count` below the pair."),
  LIST_EXTEND: op("LIST_EXTEND", "count", (a) => a + 1, n, "Extends the list at `count` below by the iterable on top."),
  SET_UPDATE: op("SET_UPDATE", "count", (a) => a + 1, n, "Extends the set at `count` below by the iterable on top."),
  DICT_UPDATE: op(
    "DICT_UPDATE",
    "count",
    (a) => a + 1,
    n,
    "Updates the dict at `count` below with the mapping on top.",
  ),
  DICT_MERGE: op(
    "DICT_MERGE",
    "count",
    (a) => a + 1,
    n,
    "As DICT_UPDATE for keyword arguments: a repeated key is an error.",
  ),
  LIST_TO_TUPLE: op("LIST_TO_TUPLE", "none", 1, 1, "A tuple with the list's items."),
  UNPACK_SEQUENCE: op("UNPACK_SEQUENCE", "count", 1, n, "Spreads exactly `count` items, the first on top."),
  UNPACK_EX: op(
    "UNPACK_EX",
    "flags",
    1,
    (a) => (a & 0xff) + 1 + (a >> 8),
    "Spreads with a star: low byte before it, the rest after it.",
  ),

  // --- imports
  IMPORT_NAME: op("IMPORT_NAME", "name", 2, 1, "level fromlist → module."),
  IMPORT_FROM: op("IMPORT_FROM", "name", 1, 2, "module → module attribute."),
  IMPORT_STAR: op("IMPORT_STAR", "none", 1, 0, "Binds a module's public names in the namespace."),

  // --- exceptions
  PUSH_EXC_INFO: op("PUSH_EXC_INFO", "none", 1, 2, "exc → previous exc; `exc` becomes the exception being handled."),
  POP_EXCEPT: op("POP_EXCEPT", "none", 1, 0, "Restores the exception that was being handled before."),
  CHECK_EXC_MATCH: op("CHECK_EXC_MATCH", "none", 2, 2, "exc type → exc bool."),
  CHECK_EG_MATCH: op("CHECK_EG_MATCH", "none", 2, 2, "group type → rest match (None when nothing matches)."),
  PREP_RERAISE_STAR: op(
    "PREP_RERAISE_STAR",
    "none",
    2,
    1,
    "original raised-list → what remains to be raised, or None.",
  ),
  RAISE_VARARGS: op("RAISE_VARARGS", "count", n, 0, "raise; raise a; raise a from b.", { terminal: true }),
  RERAISE: op("RERAISE", "none", 1, 0, "Goes on raising an exception that was caught.", { terminal: true }),
  BEFORE_WITH: op("BEFORE_WITH", "none", 1, 2, "manager → exit value-of-enter."),
  WITH_EXCEPT_START: op("WITH_EXCEPT_START", "none", 3, 4, "exit previous exc → exit previous exc result-of-exit."),

  // --- async
  GET_AWAITABLE: op(
    "GET_AWAITABLE",
    "flags",
    1,
    1,
    "The iterator of an awaitable; 1: from __aenter__, 2: from __aexit__.",
  ),
  GET_AITER: op("GET_AITER", "none", 1, 1, "a.__aiter__()."),
  GET_ANEXT: op("GET_ANEXT", "none", 1, 2, "aiter → aiter awaitable."),
  BEFORE_ASYNC_WITH: op("BEFORE_ASYNC_WITH", "none", 1, 2, "manager → exit awaitable-of-enter."),
  END_ASYNC_FOR: op(
    "END_ASYNC_FOR",
    "none",
    2,
    0,
    "aiter exc → ; StopAsyncIteration ends the loop, anything else is raised.",
  ),
  SEND: op(
    "SEND",
    "target",
    2,
    2,
    "iterator value → iterator yielded; at the iterator's end: jumps with its result alone.",
    { jump: 1 },
  ),
  ASYNC_GEN_WRAP: op("ASYNC_GEN_WRAP", "none", 1, 1, "Marks a value as yielded by an asynchronous generator."),

  // --- patterns
  MATCH_SEQUENCE: op("MATCH_SEQUENCE", "none", 1, 1, "a → bool: a is a sequence, not a string."),
  MATCH_MAPPING: op("MATCH_MAPPING", "none", 1, 1, "a → bool: a is a mapping."),
  MATCH_KEYS: op("MATCH_KEYS", "none", 2, 1, "subject keys → tuple of values, or None when a key is absent."),
  MATCH_CLASS: op(
    "MATCH_CLASS",
    "count",
    3,
    1,
    "subject class names → attributes tuple or None; `count` positional patterns.",
  ),
  GET_LEN: op("GET_LEN", "none", 1, 1, "len(a)."),
  COPY_DICT_WITHOUT_KEYS: op("COPY_DICT_WITHOUT_KEYS", "none", 2, 1, "subject keys → dict of the rest."),

  // --- class and module support
  SETUP_ANNOTATIONS: op("SETUP_ANNOTATIONS", "none", 0, 0, "Makes `__annotations__` in the namespace when absent."),
  PRINT_EXPR: op("PRINT_EXPR", "none", 1, 0, "Hands a value to sys.displayhook (interactive mode)."),
  INTRINSIC: op(
    "INTRINSIC",
    "flags",
    (f) => f >> 8,
    1,
    "Calls the numbered helper (low byte) with the top items (the rest).",
  ),
} as const;

/** The rows, by number. */
export const OPS: readonly OpRow[] = rows;

/** Number of canonical ops; numbers from here on are the loop's own fused ops and never serialised. */
export const OP_COUNT = rows.length;

/** Helpers that INTRINSIC calls. */
export const Intrinsic = {
  TYPEVAR: 0,
  TYPEVAR_WITH_BOUND: 1,
  TYPEVAR_WITH_CONSTRAINTS: 2,
  PARAMSPEC: 3,
  TYPEVARTUPLE: 4,
  TYPEALIAS: 5,
  SUBSCRIPT_GENERIC: 6,
  SET_FUNCTION_TYPE_PARAMS: 7,
  STOPITERATION_ERROR: 8,
} as const;

export type OpName = keyof typeof Op;
