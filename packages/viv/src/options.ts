/** The command line of `viv` as one typed table: the parser, the help, the shell completion and docs/cli.md are made of it. */

import { GUESTS } from "./guest.js";
import { argumentBytes, count, duration, size, smallCount } from "./values.js";

/** Readers of option values, by the name the table uses. */
export const VALUE_KINDS = {
  text: (text: string): string => text,
  path: (text: string): string => text,
  count,
  smallCount,
  duration,
  size,
  bytes: argumentBytes,
} as const;

export type ValueKind = keyof typeof VALUE_KINDS;

export interface OptionSpec {
  /** Long name without dashes; also the key under which a command finds the value. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** Absent for a switch. */
  readonly value?: {
    readonly name: string;
    readonly kind: ValueKind;
    /** The only values accepted, for `text`. */
    readonly choices?: readonly string[];
  };
  /** Shown in the help; the command itself applies it. */
  readonly defaultsTo?: string;
  readonly summary: string;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  /** Takes all that follow. */
  readonly variadic?: boolean;
  /** What a shell completes it with. */
  readonly complete: "file" | readonly string[];
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs for the help and the documentation. */
  readonly description: readonly string[];
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  readonly subcommands?: readonly CommandSpec[];
}

const FILE: ArgumentSpec = {
  name: "file",
  summary: "the program; its format is recognised; `-` reads standard input",
  required: true,
  complete: "file",
};

/** The tiers that can be chosen. */
export const TIERS = ["auto", "interpreter", "interpreter:tail", "jit", "jit:eager", "portable"] as const;

const JSON_OUTPUT = {
  name: "json",
  summary: "print one JSON object instead of text (64-bit numbers are strings)",
} as const satisfies OptionSpec;

const GUEST = {
  name: "guest",
  value: { name: "guest", kind: "text", choices: GUESTS },
  defaultsTo: "recognised",
  summary: "the kind of program",
} as const satisfies OptionSpec;

const PROFILE = {
  name: "profile",
  short: "p",
  value: { name: "name", kind: "text", choices: ["072", "080"] },
  defaultsTo: "080",
  summary: "the version of the PVM specification the program was made for",
} as const satisfies OptionSpec;

const TIER = {
  name: "tier",
  short: "t",
  value: { name: "tier", kind: "text", choices: TIERS },
  defaultsTo: "auto",
  summary: "how the program is executed",
} as const satisfies OptionSpec;

const GAS = {
  name: "gas",
  short: "g",
  value: { name: "n", kind: "count" },
  defaultsTo: "10G",
  summary: "the budget; the program stops when it is spent",
} as const satisfies OptionSpec;

const ARGS = {
  name: "args",
  short: "a",
  value: { name: "bytes", kind: "bytes" },
  defaultsTo: "none",
  summary:
    "the program's argument: hex:00ff, utf8:text, u8: u16: u32: u64: f32: f64: and numbers; parts are joined by +",
} as const satisfies OptionSpec;

const MEMORY = {
  name: "memory",
  short: "m",
  value: { name: "size", kind: "size" },
  defaultsTo: "256MiB",
  summary: "the memory the program may have at most",
} as const satisfies OptionSpec;

const TIMEOUT = {
  name: "timeout",
  value: { name: "time", kind: "duration" },
  defaultsTo: "none",
  summary: "stop after this much time (250ms, 1.5s, 2m)",
} as const satisfies OptionSpec;

const ENTRY = {
  name: "entry",
  short: "e",
  value: { name: "place", kind: "text" },
  defaultsTo: "the format's own",
  summary: "where to begin: a program counter (pvm), or the name of an export, function or definition",
} as const satisfies OptionSpec;

const HOST = {
  name: "host",
  value: { name: "set", kind: "text", choices: ["none", "jam"] },
  defaultsTo: "none",
  summary:
    "the host functions a PVM program is granted; jam: gas, grow_heap, inner machines and log, which goes to standard error, and every other call is answered as unknown",
} as const satisfies OptionSpec;

const OUT = (what: string) =>
  ({ name: "out", short: "o", value: { name: "file", kind: "path" }, summary: what }) as const satisfies OptionSpec;

const PYTHON_PATH = {
  name: "path",
  value: { name: "folder", kind: "path" },
  defaultsTo: "none",
  summary: "folder whose modules a Python program may import",
} as const satisfies OptionSpec;

const CODE = {
  name: "code",
  short: "c",
  value: { name: "code", kind: "text" },
  summary: "the program itself, instead of a file",
} as const satisfies OptionSpec;

const GRAPH: ArgumentSpec = {
  name: "graph",
  summary: "a graph: a .vxg file, or the folder of a database",
  required: true,
  complete: "file",
};

const NODE: ArgumentSpec = {
  name: "node",
  summary: "a node by key, or as #index; default: all",
  required: false,
  complete: [],
};

const GRANT = {
  name: "grant",
  value: { name: "list", kind: "text" },
  defaultsTo: "nothing",
  summary: "capabilities that payloads may use: out (standard output), time, rand, graph; separated by commas",
} as const satisfies OptionSpec;

/** The commands of `viv graph`. */
export const GRAPH_COMMANDS = {
  new: {
    name: "new",
    summary: "make an empty graph",
    description: ["A path that ends in .vxg becomes a file, any other one the folder of a database."],
    arguments: [GRAPH],
    options: [
      { name: "title", value: { name: "text", kind: "text" }, summary: "what the graph is called" },
      JSON_OUTPUT,
    ],
    examples: [{ command: "viv graph new sum.vxg", does: "an empty graph in a file" }],
  },
  add: {
    name: "add",
    summary: "add a node",
    description: [
      "Kinds: input, output, value (passes on what it gets), pattern (text with blanks), exec and subgraph (run code).",
      "Ports are written a:u64, b:u64 latch > r:u64: inputs, then outputs; latch, optional and stream(n) may follow a type.",
    ],
    arguments: [
      GRAPH,
      {
        name: "kind",
        summary: "input, output, value, pattern, exec or subgraph",
        required: true,
        complete: ["input", "output", "value", "pattern", "exec", "subgraph"],
      },
      { name: "key", summary: "the name of the node", required: true, complete: [] },
    ],
    options: [
      {
        name: "type",
        value: { name: "type", kind: "text" },
        defaultsTo: "any",
        summary: "type of an input, output or value",
      },
      { name: "stream", value: { name: "n", kind: "smallCount" }, summary: "values that may wait at an input node" },
      { name: "pattern", value: { name: "text", kind: "text" }, summary: "constants and blanks: _+_=?" },
      {
        name: "code",
        value: { name: "kind", kind: "text", choices: ["a64", "pvm", "mir", "lmnt", "python", "wasm", "host"] },
        summary: "the kind of code of an exec node",
      },
      {
        name: "bytes",
        value: { name: "bytes", kind: "bytes" },
        summary: "the code itself: hex:0000018bc0035fd6, utf8:a + b",
      },
      {
        name: "file",
        value: { name: "file", kind: "path" },
        summary: "the code, or the graph of a subgraph, from a file",
      },
      { name: "entry", value: { name: "name", kind: "text" }, summary: "the function to start at" },
      { name: "ports", value: { name: "ports", kind: "text" }, summary: "inputs and outputs: a:u64, b:u64 > r:u64" },
      {
        name: "mode",
        value: { name: "mode", kind: "text", choices: ["all-inputs", "any-input", "activation", "control", "manual"] },
        defaultsTo: "all-inputs",
        summary: "when the node fires",
      },
      {
        name: "refractory",
        value: { name: "steps", kind: "smallCount" },
        defaultsTo: "4",
        summary: "steps of rest after a firing",
      },
      { name: "fuel", value: { name: "n", kind: "smallCount" }, defaultsTo: "10M", summary: "gas of one firing" },
      {
        name: "ask",
        value: { name: "list", kind: "text" },
        summary: "capabilities that the code asks for, separated by commas",
      },
      JSON_OUTPUT,
    ],
    examples: [
      {
        command:
          "viv graph add sum.vxg exec add --code a64 --bytes hex:0000018bc0035fd6 --ports 'a:u64, b:u64 > r:u64'",
        does: "the seed's addition",
      },
      { command: "viv graph add sum.vxg output sum --type u64", does: "a place for results" },
    ],
  },
  connect: {
    name: "connect",
    summary: "add an edge",
    description: ["Ports are written node.port; the port may be left out where there is only one. Types are checked."],
    arguments: [
      GRAPH,
      { name: "from", summary: "an output port, or a node", required: true, complete: [] },
      { name: "to", summary: "an input port, or a node", required: true, complete: [] },
    ],
    options: [
      {
        name: "as",
        value: { name: "kind", kind: "text", choices: ["data", "activation", "control", "member"] },
        defaultsTo: "data",
        summary: "what the edge carries",
      },
      { name: "delay", value: { name: "steps", kind: "smallCount" }, defaultsTo: "0", summary: "steps on the way" },
      {
        name: "weight",
        value: { name: "number", kind: "text" },
        defaultsTo: "1",
        summary: "factor of an activation edge",
      },
      JSON_OUTPUT,
    ],
    examples: [{ command: "viv graph connect sum.vxg add.r sum", does: "lead the result to the output" }],
  },
  run: {
    name: "run",
    summary: "give values to a graph and run it",
    description: [
      "Values are written node.port=value. The graph is saved afterwards, so the next run goes on from there.",
      "Prints what came to output nodes; a trap makes the exit code that of a panic.",
    ],
    arguments: [
      GRAPH,
      { name: "values", summary: "values to give: node.port=value", required: false, variadic: true, complete: [] },
    ],
    options: [
      { name: "feed", value: { name: "text", kind: "text" }, summary: "a text for the patterns" },
      { name: "fire", value: { name: "node", kind: "text" }, summary: "a node that is asked to fire" },
      { name: "inject", value: { name: "node", kind: "text" }, summary: "a node that gets activation 1" },
      GRANT,
      { name: "steps", value: { name: "n", kind: "smallCount" }, defaultsTo: "100k", summary: "steps at most" },
      { name: "fires", value: { name: "n", kind: "smallCount" }, summary: "firings at most" },
      TIMEOUT,
      {
        name: "pull",
        value: { name: "node", kind: "text" },
        summary: "compute this output backwards, executing only what has changed",
      },
      {
        name: "record",
        value: { name: "file", kind: "path" },
        summary: "write a recording for viv graph replay; as .vxg with the graph",
      },
      { name: "keep", summary: "leave the graph as it was: nothing is saved" },
      { name: "log", summary: "print every firing" },
      JSON_OUTPUT,
    ],
    examples: [
      { command: "viv graph run sum.vxg add.a=5 add.b=3", does: "add five and three" },
      { command: "viv graph run sum.vxg --feed '12+34=?' --json", does: "ask a question" },
    ],
  },
  inspect: {
    name: "inspect",
    summary: "show a graph, or one node of it",
    description: ["Prints nodes, edges and codes with their state, without running anything."],
    arguments: [GRAPH, NODE],
    options: [JSON_OUTPUT],
    examples: [{ command: "viv graph inspect sum.vxg add", does: "one node with its ports" }],
  },
  explain: {
    name: "explain",
    summary: "say why nodes fire or do not",
    description: ["Names the missing input, the threshold, the rest, the full port: what the trigger looks at."],
    arguments: [GRAPH, NODE],
    options: [JSON_OUTPUT],
    examples: [{ command: "viv graph explain sum.vxg add", does: "what the addition waits for" }],
  },
  export: {
    name: "export",
    summary: "write a graph into a .vxg file",
    description: ["The file is checksummed and opens in browsers too. Code that no node runs is left out."],
    arguments: [GRAPH, { name: "file", summary: "the file to write", required: true, complete: "file" }],
    options: [JSON_OUTPUT],
    examples: [{ command: "viv graph export counter.db counter.vxg", does: "a file from a database" }],
  },
  import: {
    name: "import",
    summary: "read a .vxg file into a new graph",
    description: ["The target must not exist. Nothing in the file is executed."],
    arguments: [
      { name: "file", summary: "a .vxg file", required: true, complete: "file" },
      { ...GRAPH, summary: "the graph to make: a .vxg file, or the folder of a database" },
    ],
    options: [JSON_OUTPUT],
    examples: [{ command: "viv graph import counter.vxg counter.db", does: "a database from a file" }],
  },
  replay: {
    name: "replay",
    summary: "repeat a recording and compare where it ends",
    description: [
      "The graph must be what it was when the recording began; a .vxg file that --record wrote holds both.",
      "Payloads are granted what they were granted then. Nothing is saved.",
    ],
    arguments: [
      GRAPH,
      { name: "recording", summary: "what viv graph run --record wrote", required: false, complete: "file" },
    ],
    options: [JSON_OUTPUT],
    examples: [{ command: "viv graph replay sum.vxg run.json", does: "exit code 0 when it comes to the same state" }],
  },
  check: {
    name: "check",
    summary: "validate a graph and all its code",
    description: ["Reads everything and loads every code; nothing is executed. Exits with 3 when something is wrong."],
    arguments: [GRAPH],
    options: [JSON_OUTPUT],
    examples: [{ command: "viv graph check sum.vxg", does: "is the file whole, can its code be executed?" }],
  },
  draw: {
    name: "draw",
    summary: "draw a graph as SVG",
    description: ["Layers from left to right; data edges are solid, activation dashed, control dotted."],
    arguments: [
      GRAPH,
      { name: "svg", summary: "the picture to write; - is standard output", required: true, complete: "file" },
    ],
    options: [],
    examples: [{ command: "viv graph draw sum.vxg sum.svg", does: "a picture" }],
  },
} as const satisfies Record<string, CommandSpec>;

/** The commands of `viv`, in the order the help shows them. */
export const COMMANDS = {
  run: {
    name: "run",
    summary: "run a program",
    description: [
      "Loads a program, runs it within its limits and prints what it returned to standard output; how it ended goes to standard error and into the exit code.",
      "A PVM program takes its argument from --args, an LMNT definition numbers, as words behind the file or from --args f32:…, a MIR program words behind the file: strings for main, numbers for a function named with --entry. What a MIR program writes goes to standard output and standard error, and its own exit code becomes that of viv.",
      "A Python program finds the words behind the file in sys.argv (behind -- when they begin with a dash); it reads viv's standard input unless --stdin names a file. An exception that nothing catches is printed as CPython prints it, with exit code 1; sys.exit chooses another. It may import what --path grants.",
      "Ctrl-C stops the machine at once and prints its state; a second Ctrl-C ends viv.",
    ],
    arguments: [
      FILE,
      {
        name: "words",
        summary: "arguments of a program that takes words",
        required: false,
        variadic: true,
        complete: "file",
      },
    ],
    options: [
      TIER,
      GAS,
      TIMEOUT,
      ARGS,
      GUEST,
      PROFILE,
      MEMORY,
      ENTRY,
      HOST,
      {
        name: "manifest",
        value: { name: "file", kind: "path" },
        defaultsTo: "none",
        summary:
          "a JSON file with limits and grants: gas, memory, depth, timeout, grant; what it does not name is denied; --gas, --memory, --timeout and --host count more",
      },
      {
        name: "stdin",
        value: { name: "file", kind: "path" },
        defaultsTo: "nothing; viv's own for python",
        summary: "what the program reads as standard input; - is viv's own (mir, python)",
      },
      PYTHON_PATH,
      {
        name: "c-functions",
        value: { name: "file", kind: "path" },
        defaultsTo: "none",
        summary:
          "C prototypes, each ended by a semicolon, of the functions of the system that a MIR program may call; it runs in a child process then, and C functions can do whatever you can",
      },
      {
        name: "c-libraries",
        value: { name: "names", kind: "text" },
        defaultsTo: "the C library",
        summary: "shared libraries to find them in, such as libm.so.6, separated by commas",
      },
      {
        name: "output",
        value: { name: "form", kind: "text", choices: ["hex", "utf8", "raw"] },
        defaultsTo: "hex",
        summary: "how the returned bytes are printed",
      },
      { name: "count", summary: "count the executed instructions, which makes a run about two times slower" },
      { name: "trace", summary: "print every instruction to standard error (see viv trace for filters)" },
      { name: "state", summary: "print registers and memory map to standard error at the end" },
      { name: "quiet", short: "q", summary: "print nothing to standard error about how the program ended" },
      JSON_OUTPUT,
    ],
    examples: [
      { command: "viv run examples/pvm/programs/crc32.jam.spi --args u32:4000", does: "run with one 32-bit argument" },
      { command: "viv run service.spi --gas 5M --timeout 2s --json", does: "run within limits, result as JSON" },
      { command: "viv run examples/mir/sieve.mir --entry sieve 1000000", does: "call a MIR function" },
      { command: "viv run examples/lmnt/easing.formula -e quadOut 0.25", does: "evaluate an LMNT formula" },
      { command: "viv run examples/python/primes.py 50", does: "run a Python program" },
      { command: "viv run old.gp072.spi --profile 072 --tier portable", does: "choose the profile and the tier" },
      { command: "viv run service.spi --manifest limits.json", does: "run with the limits and grants of a file" },
    ],
  },
  asm: {
    name: "asm",
    summary: "assemble a program from text",
    description: [
      "Turns assembly text into a program. For the PVM that is a standard program when the text has data, stack or heap, otherwise a program blob; for LMNT an archive, for MIR a binary module. Every error of the text is reported, with line and column.",
    ],
    arguments: [{ ...FILE, summary: "the assembly text; `-` reads standard input" }],
    options: [
      { ...GUEST, defaultsTo: "recognised by the text, or by a name that ends in .mir, .s or .a64; otherwise pvm" },
      { ...PROFILE, defaultsTo: "what the text says, otherwise 080" },
      {
        name: "format",
        value: { name: "format", kind: "text", choices: ["spi", "blob"] },
        defaultsTo: "by what the text has",
        summary: "what to make",
      },
      OUT("where the program goes; standard output when it is not a terminal"),
      JSON_OUTPUT,
    ],
    examples: [
      { command: "viv asm loop.pvmasm -o loop.pvm", does: "assemble a file" },
      { command: "viv disasm loop.pvm --raw | viv asm - | viv run -", does: "there and back again" },
    ],
  },
  disasm: {
    name: "disasm",
    summary: "show a program's instructions",
    description: [
      "Prints the program as assembly text that viv asm takes: basic blocks with their offset and gas, labels where jumps and the jump table lead, data.",
    ],
    arguments: [FILE],
    options: [
      GUEST,
      PROFILE,
      { name: "plain", summary: "without comments" },
      { name: "offsets", summary: "with the code offset of every instruction, not only of blocks" },
      { name: "raw", summary: "write instructions as bytes, so that it assembles to the same bytes whatever they are" },
      JSON_OUTPUT,
    ],
    examples: [{ command: "viv disasm examples/pvm/programs/sieve.spi", does: "read a program" }],
  },
  inspect: {
    name: "inspect",
    summary: "show what a file holds, without running it",
    description: [
      "Prints format, profile, sizes, memory layout, entry points, jump table and host calls of a program.",
      "With --wasm: the WebAssembly that the compiled tier makes of it, every instruction above the code for it.",
    ],
    arguments: [FILE],
    options: [
      GUEST,
      PROFILE,
      { name: "wasm", summary: "print the code that the compiled tier makes of the program" },
      JSON_OUTPUT,
    ],
    examples: [
      { command: "viv inspect examples/pvm/programs/sha256.jam.spi", does: "see sizes and memory layout" },
      { command: "viv inspect --wasm examples/pvm/programs/collatz.spi", does: "see the compiled code" },
    ],
  },
  trace: {
    name: "trace",
    summary: "run a program and print every instruction it executes",
    description: [
      "Prints one line for each executed instruction to standard output: step, pc, gas, the instruction, and what it changed. With --json each line is a JSON object.",
      "Instructions of MIR are shown when they have been carried out, with their function, the values they read and the values they wrote; what the program writes goes to standard error.",
    ],
    arguments: [
      FILE,
      {
        name: "words",
        summary: "arguments of a program that takes words",
        required: false,
        variadic: true,
        complete: "file",
      },
    ],
    options: [
      TIER,
      GAS,
      TIMEOUT,
      ARGS,
      GUEST,
      PROFILE,
      MEMORY,
      ENTRY,
      HOST,
      {
        name: "filter",
        short: "f",
        value: { name: "pattern", kind: "text" },
        summary: "only instructions whose name matches; * stands for any letters, commas separate",
      },
      {
        name: "function",
        value: { name: "name", kind: "text" },
        summary: "only instructions of this function (mir)",
      },
      {
        name: "stdin",
        value: { name: "file", kind: "path" },
        defaultsTo: "nothing",
        summary: "what the program reads as standard input; - is viv's own (mir)",
      },
      { name: "from", value: { name: "pc", kind: "smallCount" }, summary: "only instructions at this pc and above" },
      { name: "to", value: { name: "pc", kind: "smallCount" }, summary: "only instructions at this pc and below" },
      {
        name: "skip",
        value: { name: "n", kind: "count" },
        summary: "leave out the first n steps (they are executed all the same)",
      },
      { name: "limit", short: "n", value: { name: "n", kind: "count" }, summary: "stop after n printed steps" },
      OUT("write to a file instead of standard output"),
      JSON_OUTPUT,
    ],
    examples: [
      { command: "viv trace sieve.spi --limit 20", does: "the first twenty steps" },
      {
        command: "viv trace sieve.spi --filter 'store_*,load_*' --json -o sieve.trace",
        does: "memory accesses, as JSON",
      },
      { command: "viv trace diff a.trace b.trace", does: "find where two runs part" },
    ],
    subcommands: [
      {
        name: "diff",
        summary: "find the first step at which two traces differ",
        description: [
          "Compares two traces written with --json, step by step, in the fields that both have. Exits with 0 when they are equal and with 4 when they are not.",
        ],
        arguments: [
          { name: "left", summary: "a trace", required: true, complete: "file" },
          { name: "right", summary: "another trace", required: true, complete: "file" },
        ],
        options: [
          {
            name: "context",
            short: "c",
            value: { name: "n", kind: "smallCount" },
            defaultsTo: "3",
            summary: "equal steps to show before the difference",
          },
          {
            name: "ignore",
            value: { name: "fields", kind: "text" },
            summary: "fields not to compare, separated by commas (gas, say)",
          },
          JSON_OUTPUT,
        ],
        examples: [{ command: "viv trace diff a.trace b.trace --ignore gas", does: "compare all but gas" }],
      },
    ],
  },
  lmnt: {
    name: "lmnt",
    summary: "make LMNT archives from formulas",
    description: [
      "Compiles formulas to LMNT archives. viv run, asm, disasm, inspect, trace and bench take archives as they take every program, and formula text in files named *.formula.",
    ],
    arguments: [],
    options: [],
    examples: [
      { command: "viv lmnt compile 'f(x, y) = sqrt(x*x + y*y)' -o f.lmnt", does: "compile a formula" },
      { command: "viv lmnt compile -f examples/lmnt/easing.formula -o easing.lmnt", does: "compile a file" },
    ],
    subcommands: [
      {
        name: "compile",
        summary: "compile formulas to an archive",
        description: [
          "Turns formula text into an archive with one function for each definition. A mistake is reported with its line and column. docs/lmnt.md describes the language.",
        ],
        arguments: [
          {
            name: "formula",
            summary: "the text, which may have several lines; left out with --file",
            required: false,
            complete: [],
          },
        ],
        options: [
          {
            name: "file",
            short: "f",
            value: { name: "file", kind: "path" },
            summary: "read the text from a file; - is standard input",
          },
          { name: "assembly", short: "S", summary: "write LMNT assembly instead of an archive" },
          OUT("where the archive goes; standard output when it is not a terminal"),
          JSON_OUTPUT,
        ],
        examples: [
          { command: "viv lmnt compile 'f(x, y) = sqrt(x*x + y*y)' -o f.lmnt", does: "write an archive" },
          { command: "viv lmnt compile 'f(x) = x^3' --assembly", does: "see what it became" },
          { command: "viv lmnt compile -f examples/lmnt/easing.formula | viv inspect -", does: "from a file" },
        ],
      },
    ],
  },
  py: {
    name: "py",
    summary: "run Python: a program, a line of code, or what is typed",
    description: [
      "With a file or --code this runs a program as viv run does. Without either, and standard input at a terminal, lines are read and run as they are typed: with history, completion with Tab, statements over several lines, Ctrl-C to interrupt and Ctrl-D to leave. Each statement gets the whole --gas. Otherwise standard input is the program.",
      "Nothing of the machine can be reached but standard input and output, the clock, and the modules that --path grants.",
    ],
    arguments: [
      { name: "file", summary: "the program; `-` reads standard input", required: false, complete: "file" },
      { name: "words", summary: "sys.argv[1:]", required: false, variadic: true, complete: "file" },
    ],
    options: [
      CODE,
      GAS,
      TIMEOUT,
      MEMORY,
      PYTHON_PATH,
      { name: "quiet", short: "q", summary: "print no greeting, and not why a program was stopped" },
      JSON_OUTPUT,
    ],
    examples: [
      { command: "viv py", does: "type Python" },
      { command: "viv py -c 'print(2 ** 100)'", does: "run a line" },
      { command: "viv py --gas 5M --timeout 2s untrusted.py", does: "run within limits" },
      { command: "echo 'print(6 * 7)' | viv py", does: "run what comes on standard input" },
    ],
    subcommands: [
      {
        name: "dis",
        summary: "show the bytecode of a Python program",
        description: [
          "Compiles a program and prints its instructions with their source lines, without running it; code objects in it follow.",
        ],
        arguments: [
          { name: "file", summary: "the program; `-` reads standard input", required: false, complete: "file" },
        ],
        options: [CODE, JSON_OUTPUT],
        examples: [
          { command: "viv py dis examples/python/primes.py", does: "the bytecode of a file" },
          { command: "viv py dis -c 'x = [i for i in y]'", does: "the bytecode of a line" },
        ],
      },
    ],
  },
  bench: {
    name: "bench",
    summary: "measure how fast a program runs in each tier",
    description: ["Runs the program in turn in each tier, several times, and prints median, spread and gas a second."],
    arguments: [
      FILE,
      {
        name: "words",
        summary: "arguments of a program that takes words",
        required: false,
        variadic: true,
        complete: "file",
      },
    ],
    options: [
      {
        name: "tiers",
        value: { name: "list", kind: "text" },
        defaultsTo: "interpreter",
        summary: "the tiers to compare, separated by commas",
      },
      {
        name: "runs",
        short: "n",
        value: { name: "n", kind: "smallCount" },
        defaultsTo: "5",
        summary: "measured runs of each tier, after one that is not measured",
      },
      GAS,
      ARGS,
      GUEST,
      PROFILE,
      MEMORY,
      ENTRY,
      HOST,
      JSON_OUTPUT,
    ],
    examples: [
      {
        command: "viv bench examples/pvm/programs/crc32.jam.spi --args u32:1M --tiers interpreter,portable",
        does: "compare two tiers",
      },
    ],
  },
  graph: {
    name: "graph",
    summary: "build, run and explain graphs whose nodes run code",
    description: [
      "A graph is a .vxg file, or the folder of a database that survives crashes. docs/graph.md says what graphs are.",
    ],
    arguments: [],
    options: [],
    examples: [{ command: "viv graph new sum.vxg", does: "begin with an empty graph" }],
    subcommands: Object.values(GRAPH_COMMANDS),
  },
  completion: {
    name: "completion",
    summary: "print a completion script for a shell",
    description: ["Prints a script that teaches a shell the commands, options and values of viv."],
    arguments: [{ name: "shell", summary: "bash, zsh or fish", required: true, complete: ["bash", "zsh", "fish"] }],
    options: [],
    examples: [
      { command: "viv completion bash >> ~/.bashrc", does: "bash" },
      { command: "viv completion zsh > ~/.zfunc/_viv", does: "zsh; ~/.zfunc has to be in fpath" },
      { command: "viv completion fish > ~/.config/fish/completions/viv.fish", does: "fish" },
    ],
  },
} as const satisfies Record<string, CommandSpec>;

/** The value an option gets from the command line. */
type OptionValue<O extends OptionSpec> = O["value"] extends { readonly kind: infer K extends ValueKind }
  ? O["value"] extends { readonly choices: readonly (infer C)[] }
    ? C
    : ReturnType<(typeof VALUE_KINDS)[K]>
  : true;

/** What a command is called with: one property for each option of its row, absent when it was not given. */
export type OptionsOf<C extends CommandSpec> = {
  readonly [O in C["options"][number] as O["name"]]?: OptionValue<O>;
};

/** The parsed command line of one command. */
export interface Invocation<C extends CommandSpec> {
  readonly args: readonly string[];
  readonly options: OptionsOf<C>;
}
