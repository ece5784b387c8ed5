/**
 * C prototypes into the types of a call: what `int (*compare)(const void *, const void *)` means for the machine's ABI.
 *
 * Only what can be passed in registers or on the stack as a scalar is accepted; structures by value are not.
 */
import { LoadError } from "../machine/errors.js";

export type CType =
  | { readonly kind: "void" }
  | { readonly kind: "integer"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "float"; readonly bits: 32 | 64 }
  | { readonly kind: "pointer" }
  | { readonly kind: "callback"; readonly signature: CSignature };

/** How the variadic arguments can be told apart: the argument that is their format, and whose rules it follows. */
export interface CFormat {
  readonly style: "printf" | "scanf";
  /** Number of the parameter that holds the format, from 0. */
  readonly param: number;
}

export interface CSignature {
  readonly result: CType;
  readonly params: readonly CType[];
  readonly variadic: boolean;
}
export interface CPrototype extends CSignature {
  readonly name: string;
  readonly format: CFormat | null;
}

const integer = (bits: 8 | 16 | 32 | 64, signed: boolean): CType => ({ kind: "integer", bits, signed });
const VOID: CType = { kind: "void" };
const POINTER: CType = { kind: "pointer" };

/** Names of types as 64-bit Linux has them. */
const TYPEDEFS: Readonly<Record<string, CType>> = {
  size_t: integer(64, false),
  ssize_t: integer(64, true),
  ptrdiff_t: integer(64, true),
  intptr_t: integer(64, true),
  uintptr_t: integer(64, false),
  off_t: integer(64, true),
  time_t: integer(64, true),
  clock_t: integer(64, true),
  int8_t: integer(8, true),
  uint8_t: integer(8, false),
  int16_t: integer(16, true),
  uint16_t: integer(16, false),
  int32_t: integer(32, true),
  uint32_t: integer(32, false),
  int64_t: integer(64, true),
  uint64_t: integer(64, false),
  wchar_t: integer(32, true),
  wint_t: integer(32, false),
  pid_t: integer(32, true),
  mode_t: integer(32, false),
  bool: integer(8, false),
  _Bool: integer(8, false),
};
const WORDS = new Set(["void", "char", "short", "int", "long", "float", "double", "signed", "unsigned"]);
const QUALIFIERS = new Set("const volatile restrict __restrict __restrict__ register extern static inline".split(" "));
const TAGS = new Set(["struct", "union", "enum"]);
/** Parameters that a call may have. */
const MAX_PARAMS = 32;
const MAX_NESTING = 4;

interface Token {
  readonly text: string;
  readonly column: number;
}

/**
 * Reads one prototype such as `int snprintf(char *, size_t, const char *, ...) __attribute__((format(printf, 3, 4)))`.
 *
 * @throws LoadError `C_PROTOTYPE` with the column
 */
export function parsePrototype(source: string): CPrototype {
  return new Parser(source).prototype();
}

class Parser {
  readonly #tokens: Token[] = [];
  readonly #end: number;
  #at = 0;

  constructor(source: string) {
    this.#end = source.length + 1;
    const pattern = /\s*(?:([A-Za-z_]\w*)|(\d+)|(\.\.\.|[*(),;[\]]))/y;
    while (source.slice(pattern.lastIndex).trim() !== "") {
      const from = pattern.lastIndex;
      const match = pattern.exec(source);
      if (match === null) {
        const skipped = (/^\s*/.exec(source.slice(from)) as RegExpExecArray)[0].length;
        throw fail(`'${source[from + skipped]}' has no place in a prototype`, from + skipped + 1);
      }
      const text = (match[1] ?? match[2] ?? match[3]) as string;
      this.#tokens.push({ text, column: pattern.lastIndex - text.length + 1 });
    }
  }

  get #text(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }
  #fail(reason: string, expected?: string): LoadError {
    return fail(reason, this.#tokens[this.#at]?.column ?? this.#end, expected);
  }
  #take(text: string): boolean {
    if (this.#text !== text) return false;
    this.#at++;
    return true;
  }
  #expect(text: string): void {
    if (!this.#take(text)) throw this.#fail(`'${this.#text ?? "the end"}' is not expected`, `'${text}'`);
  }
  #name(): string | undefined {
    const text = this.#text;
    if (text === undefined || !/^[A-Za-z_]/.test(text)) return undefined;
    this.#at++;
    return text;
  }

  prototype(): CPrototype {
    const result = this.#pointers(this.#base());
    const name = this.#name();
    if (name === undefined) throw this.#fail("the function has no name", "a name");
    const { params, variadic } = this.#params(0);
    const format = this.#attribute(params);
    this.#take(";");
    if (this.#text !== undefined) throw this.#fail(`'${this.#text}' behind the prototype`);
    return { name, result: scalar(result, () => this.#fail("no result of that type")), params, variadic, format };
  }

  /** Type specifiers and qualifiers, without `*`. Undefined: a type known by name only, good for pointers. */
  #base(): CType | undefined {
    const words: string[] = [];
    let named: CType | undefined;
    let tagged = false;
    const column = this.#tokens[this.#at]?.column ?? this.#end;
    for (;;) {
      const text = this.#text;
      if (text === undefined) break;
      if (QUALIFIERS.has(text)) this.#at++;
      else if (WORDS.has(text) && named === undefined && !tagged) {
        words.push(text);
        this.#at++;
      } else if (TAGS.has(text) && words.length === 0 && !tagged) {
        this.#at++;
        if (this.#name() === undefined) throw this.#fail("a tag is missing", "a name");
        if (text === "enum") named = integer(32, false);
        tagged = true;
      } else if (words.length === 0 && named === undefined && !tagged && /^[A-Za-z_]/.test(text)) {
        named = Object.hasOwn(TYPEDEFS, text) ? TYPEDEFS[text] : undefined;
        this.#at++;
        tagged = true;
      } else break;
    }
    if (words.length > 0) return basic(words, column);
    if (!tagged) throw fail("a type is missing", column, "a type");
    return named;
  }

  /** The stars and qualifiers behind a type. */
  #pointers(base: CType | undefined): CType {
    let pointer = false;
    for (;;) {
      if (this.#take("*")) pointer = true;
      else if (this.#text !== undefined && QUALIFIERS.has(this.#text)) this.#at++;
      else break;
    }
    if (pointer) return POINTER;
    if (base === undefined) throw this.#fail("values of this type cannot be passed", "a scalar type or '*'");
    return base;
  }

  #params(depth: number): { params: CType[]; variadic: boolean } {
    if (depth > MAX_NESTING) throw this.#fail("functions that take functions, nested too deeply");
    this.#expect("(");
    const params: CType[] = [];
    if (this.#take(")")) return { params, variadic: false };
    for (;;) {
      if (this.#take("...")) {
        if (params.length === 0) throw this.#fail("'...' must follow a parameter");
        this.#expect(")");
        return { params, variadic: true };
      }
      const type = this.#param(depth);
      if (type.kind === "void") {
        if (params.length > 0) throw this.#fail("a parameter cannot be void");
        this.#expect(")");
        return { params, variadic: false };
      }
      params.push(type);
      if (params.length > MAX_PARAMS) throw this.#fail(`more than ${MAX_PARAMS} parameters`);
      if (this.#take(")")) return { params, variadic: false };
      this.#expect(",");
    }
  }

  #param(depth: number): CType {
    const base = this.#base();
    // A function pointer: `int (*name)(…)`.
    const mark = this.#at;
    let stars = 0;
    while (this.#take("*")) stars++;
    if (this.#take("(")) {
      this.#expect("*");
      this.#name();
      this.#expect(")");
      const result = stars > 0 ? POINTER : base;
      if (result === undefined) throw this.#fail("no result of that type");
      const { params, variadic } = this.#params(depth + 1);
      if (variadic) throw this.#fail("a callback cannot be variadic");
      return { kind: "callback", signature: { result, params, variadic: false } };
    }
    this.#at = mark;
    if (base?.kind === "void" && this.#text !== "*" && !QUALIFIERS.has(this.#text ?? "")) return VOID;
    let type = this.#pointers(base);
    this.#name();
    while (this.#take("[")) {
      while (this.#text !== undefined && this.#text !== "]") this.#at++;
      this.#expect("]");
      type = POINTER;
    }
    return scalar(type, () => this.#fail("a parameter cannot be void"));
  }

  /** `__attribute__((format(printf, 3, 4)))` */
  #attribute(params: readonly CType[]): CFormat | null {
    if (!this.#take("__attribute__")) return null;
    this.#expect("(");
    this.#expect("(");
    this.#expect("format");
    this.#expect("(");
    const style = this.#name()?.replaceAll("__", "");
    if (style !== "printf" && style !== "scanf") throw this.#fail("no such format", "printf or scanf");
    this.#expect(",");
    const param = Number(this.#text) - 1;
    if (params[param]?.kind !== "pointer") throw this.#fail("the format is not a parameter", "the number of a pointer");
    this.#at++;
    this.#expect(",");
    if (Number(this.#text) !== params.length + 1) throw this.#fail("wrong first argument", `${params.length + 1}`);
    this.#at++;
    for (let k = 0; k < 3; k++) this.#expect(")");
    return { style, param };
  }
}

function scalar(type: CType, error: () => LoadError): CType {
  if (type === undefined) throw error();
  return type;
}

function fail(reason: string, column: number, expected?: string): LoadError {
  return new LoadError("C_PROTOTYPE", reason, { line: 1, column, ...(expected === undefined ? {} : { expected }) });
}

/** The type that the words of `unsigned long int` and the like name. */
function basic(words: readonly string[], column: number): CType {
  const count = (word: string): number => words.filter((w) => w === word).length;
  const signed = count("unsigned") === 0;
  const rest = words.filter((w) => w !== "signed" && w !== "unsigned" && w !== "int").sort();
  const known: Readonly<Record<string, CType>> = {
    "": integer(32, signed),
    char: integer(8, signed),
    short: integer(16, signed),
    long: integer(64, signed),
    "long long": integer(64, signed),
    float: { kind: "float", bits: 32 },
    double: { kind: "float", bits: 64 },
    void: VOID,
  };
  const key = rest.join(" ");
  if (key === "double long") throw fail("a long double cannot be passed", column, "double");
  const type = Object.hasOwn(known, key) ? known[key] : undefined;
  const clash = count("signed") + count("unsigned") + (type?.kind === "integer" ? 0 : count("int"));
  const wrong = type === undefined || count("signed") + count("unsigned") > 1 || (type.kind !== "integer" && clash > 0);
  if (wrong || count("int") > 1) throw fail(`no type '${words.join(" ")}'`, column);
  return type;
}

/** Which of the variadic arguments that a format asks for are pointers, in order. */
export function formatPointers(style: CFormat["style"], format: string): boolean[] {
  const out: boolean[] = [];
  const directive = /%(?:(%)|([-+ #0'*]*)(\*|\d+)?(?:\.(\*|\d*))?(hh|h|ll|l|j|z|t|L|q)?(\[\^?\]?[^\]]*\]|[a-zA-Z]))/g;
  for (const [, percent, flags, width, precision, , kind] of format.matchAll(directive)) {
    if (percent !== undefined || kind === undefined) continue;
    if (style === "scanf") {
      if (!(flags ?? "").includes("*")) out.push(true);
      continue;
    }
    if (width === "*" || (flags ?? "").includes("*")) out.push(false);
    if (precision === "*") out.push(false);
    if (kind !== "m") out.push(kind === "s" || kind === "p" || kind === "n");
  }
  return out;
}
