/** Turns JSON text into a value and says where in the text each of its parts stands, for errors that point at them. */

/** A place in a text, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface JsonText {
  readonly value: unknown;
  /** Where the value with this path stands: names and numbers of items joined by `/`, "" for the whole. */
  placeOf(path: string): Place;
}

/** Text that is no JSON. */
export class JsonTextError extends Error {
  override readonly name = "JsonTextError";
  constructor(
    message: string,
    readonly place: Place,
    readonly expected: string,
  ) {
    super(message);
  }
}

/** Values inside each other at most. */
const MAX_DEPTH = 64;
const SCALAR =
  /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Parses JSON (RFC 8259). An object that says something twice is refused: which one counts is nothing to guess.
 * @throws JsonTextError
 */
export function parseJsonText(text: string): JsonText {
  const offsets = new Map<string, number>();
  let at = 0;
  const fail = (expected: string, offset = at): never => {
    const found = offset >= text.length ? "the text ends" : `${JSON.stringify(text[offset])} stands there`;
    throw new JsonTextError(`${found} where ${expected} should be`, placeAt(text, offset), expected);
  };
  const space = (): void => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
  };
  const scalar = (expected: string): unknown => {
    SCALAR.lastIndex = at;
    const found = SCALAR.exec(text);
    if (found === null) return fail(expected);
    at = SCALAR.lastIndex;
    return JSON.parse(found[0]);
  };
  /** Whether a list or an object goes on behind one of its parts. */
  const more = (end: string): boolean => {
    space();
    if (text[at] !== "," && text[at] !== end) fail(`"," or "${end}"`);
    return text[at++] === ",";
  };
  const value = (path: string, depth: number): unknown => {
    space();
    offsets.set(path, at);
    const below = path === "" ? "" : `${path}/`;
    const open = text[at];
    if (open !== "{" && open !== "[") return scalar("a value");
    if (depth === MAX_DEPTH) fail(`at most ${MAX_DEPTH} values inside each other`);
    at++;
    space();
    if (open === "[") {
      const items: unknown[] = [];
      if (text[at] === "]") at++;
      else
        do {
          items.push(value(`${below}${items.length}`, depth + 1));
        } while (more("]"));
      return items;
    }
    const fields = new Map<string, unknown>();
    if (text[at] === "}") at++;
    else
      do {
        space();
        const start = at;
        if (text[at] !== '"') fail("a name in quotes");
        const name = scalar("a name in quotes") as string;
        if (fields.has(name)) fail(`a name other than ${JSON.stringify(name)}, which stands there twice,`, start);
        space();
        if (text[at] !== ":") fail('":"');
        at++;
        fields.set(name, value(`${below}${name}`, depth + 1));
      } while (more("}"));
    // Not by assignment, which would take "__proto__" for something else.
    return Object.fromEntries(fields);
  };
  const whole = value("", 0);
  space();
  if (at < text.length) fail("the end of the text");
  return { value: whole, placeOf: (path) => placeAt(text, offsets.get(path) ?? 0) };
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before[before.length - 1] as string).length + 1 };
}
