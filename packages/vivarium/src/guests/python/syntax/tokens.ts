/** The kinds of tokens, as small integers, and what belongs to each: spelling, operator, precedence. */

import type { CompareOperator, Operator } from "./ast.js";

export const END: number = 0;
export const ERROR: number = 1;
export const NEWLINE: number = 2;
export const INDENT: number = 3;
export const DEDENT: number = 4;
export const NAME: number = 5;
export const NUMBER: number = 6;
export const STRING: number = 7;
export const FSTRING_START: number = 8;
export const FSTRING_MIDDLE: number = 9;
export const FSTRING_END: number = 10;
export const KW_FALSE: number = 11;
export const KW_NONE: number = 12;
export const KW_TRUE: number = 13;
export const KW_AND: number = 14;
export const KW_AS: number = 15;
export const KW_ASSERT: number = 16;
export const KW_ASYNC: number = 17;
export const KW_AWAIT: number = 18;
export const KW_BREAK: number = 19;
export const KW_CLASS: number = 20;
export const KW_CONTINUE: number = 21;
export const KW_DEF: number = 22;
export const KW_DEL: number = 23;
export const KW_ELIF: number = 24;
export const KW_ELSE: number = 25;
export const KW_EXCEPT: number = 26;
export const KW_FINALLY: number = 27;
export const KW_FOR: number = 28;
export const KW_FROM: number = 29;
export const KW_GLOBAL: number = 30;
export const KW_IF: number = 31;
export const KW_IMPORT: number = 32;
export const KW_IN: number = 33;
export const KW_IS: number = 34;
export const KW_LAMBDA: number = 35;
export const KW_NONLOCAL: number = 36;
export const KW_NOT: number = 37;
export const KW_OR: number = 38;
export const KW_PASS: number = 39;
export const KW_RAISE: number = 40;
export const KW_RETURN: number = 41;
export const KW_TRY: number = 42;
export const KW_WHILE: number = 43;
export const KW_WITH: number = 44;
export const KW_YIELD: number = 45;
export const LPAR: number = 46;
export const RPAR: number = 47;
export const LSQB: number = 48;
export const RSQB: number = 49;
export const LBRACE: number = 50;
export const RBRACE: number = 51;
export const COLON: number = 52;
export const COMMA: number = 53;
export const SEMI: number = 54;
export const DOT: number = 55;
export const ELLIPSIS: number = 56;
export const EXCLAMATION: number = 57;
export const ARROW: number = 58;
export const COLONEQUAL: number = 59;
export const EQUAL: number = 60;
export const PLUSEQUAL: number = 61;
export const MINEQUAL: number = 62;
export const STAREQUAL: number = 63;
export const ATEQUAL: number = 64;
export const SLASHEQUAL: number = 65;
export const PERCENTEQUAL: number = 66;
export const AMPEREQUAL: number = 67;
export const VBAREQUAL: number = 68;
export const CIRCUMFLEXEQUAL: number = 69;
export const LEFTSHIFTEQUAL: number = 70;
export const RIGHTSHIFTEQUAL: number = 71;
export const DOUBLESTAREQUAL: number = 72;
export const DOUBLESLASHEQUAL: number = 73;
export const EQEQUAL: number = 74;
export const NOTEQUAL: number = 75;
export const LESS: number = 76;
export const LESSEQUAL: number = 77;
export const GREATER: number = 78;
export const GREATEREQUAL: number = 79;
export const VBAR: number = 80;
export const CIRCUMFLEX: number = 81;
export const AMPER: number = 82;
export const LEFTSHIFT: number = 83;
export const RIGHTSHIFT: number = 84;
export const PLUS: number = 85;
export const MINUS: number = 86;
export const STAR: number = 87;
export const SLASH: number = 88;
export const DOUBLESLASH: number = 89;
export const PERCENT: number = 90;
export const AT: number = 91;
export const TILDE: number = 92;
export const DOUBLESTAR: number = 93;
/** A printable character that begins no token of Python, such as `$`: the parser finds it wherever it stands. */
export const STRAY: number = 94;
export const KIND_COUNT = 95;

/** Reserved words in the order of their kinds, from `KW_FALSE` on. Soft keywords (`match`, `case`, `type`, `_`) are names. */
export const KEYWORDS: readonly string[] =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  );

const PUNCTUATION =
  "( ) [ ] { } : , ; . ... ! -> := = += -= *= @= /= %= &= |= ^= <<= >>= **= //= == != < <= > >= | ^ & << >> + - * / // % @ ~ **".split(
    " ",
  );

/** How a kind is spelled in source; empty for kinds without fixed spelling. */
export const SPELLING: readonly string[] = [...Array<string>(KW_FALSE).fill(""), ...KEYWORDS, ...PUNCTUATION];

/** From spelling to kind, for operators and delimiters. */
export const PUNCTUATION_KIND: ReadonlyMap<string, number> = new Map(PUNCTUATION.map((text, i) => [text, LPAR + i]));

/** `Operator` of each binary operator token and of its augmented assignment. */
export const OPERATOR: readonly (Operator | undefined)[] = table([
  [PLUS, "Add"],
  [MINUS, "Sub"],
  [STAR, "Mult"],
  [AT, "MatMult"],
  [SLASH, "Div"],
  [PERCENT, "Mod"],
  [DOUBLESTAR, "Pow"],
  [LEFTSHIFT, "LShift"],
  [RIGHTSHIFT, "RShift"],
  [VBAR, "BitOr"],
  [CIRCUMFLEX, "BitXor"],
  [AMPER, "BitAnd"],
  [DOUBLESLASH, "FloorDiv"],
  [PLUSEQUAL, "Add"],
  [MINEQUAL, "Sub"],
  [STAREQUAL, "Mult"],
  [ATEQUAL, "MatMult"],
  [SLASHEQUAL, "Div"],
  [PERCENTEQUAL, "Mod"],
  [DOUBLESTAREQUAL, "Pow"],
  [LEFTSHIFTEQUAL, "LShift"],
  [RIGHTSHIFTEQUAL, "RShift"],
  [VBAREQUAL, "BitOr"],
  [CIRCUMFLEXEQUAL, "BitXor"],
  [AMPEREQUAL, "BitAnd"],
  [DOUBLESLASHEQUAL, "FloorDiv"],
]);

/** Binding strength of binary operators: 1 loosest (`|`) to 6 (`*`); 0 for every other kind. `**` is not among them. */
export const PRECEDENCE = new Uint8Array(KIND_COUNT);
for (const [kind, strength] of [
  [VBAR, 1],
  [CIRCUMFLEX, 2],
  [AMPER, 3],
  [LEFTSHIFT, 4],
  [RIGHTSHIFT, 4],
  [PLUS, 5],
  [MINUS, 5],
  [STAR, 6],
  [SLASH, 6],
  [DOUBLESLASH, 6],
  [PERCENT, 6],
  [AT, 6],
]) {
  PRECEDENCE[kind] = strength;
}

/** Comparison operators of one token; `not in` and `is not` take two. */
export const COMPARISON: readonly (CompareOperator | undefined)[] = table([
  [EQEQUAL, "Eq"],
  [NOTEQUAL, "NotEq"],
  [LESS, "Lt"],
  [LESSEQUAL, "LtE"],
  [GREATER, "Gt"],
  [GREATEREQUAL, "GtE"],
  [KW_IN, "In"],
  [KW_IS, "Is"],
  [KW_NOT, "NotIn"],
]);

function table<T>(rows: readonly (readonly [number, T])[]): readonly (T | undefined)[] {
  const filled = new Array<T | undefined>(KIND_COUNT).fill(undefined);
  for (const [kind, value] of rows) filled[kind] = value;
  return filled;
}
