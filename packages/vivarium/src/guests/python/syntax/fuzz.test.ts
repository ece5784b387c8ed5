import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dump } from "./dump.js";
import { PySyntaxError } from "./error.js";
import { parse } from "./parse.js";
import { buildSymtable } from "./symtable.js";

/** Pieces that programs are made of: put together at random they are nearly Python. */
const PIECES = (
  "a b _ match case type print 1 1.5 2j 0x 'a' b'b' f'{a}' f'{a!r:>{b}}' f'{ f\" \"\"\" ''' \\ \n \n \n  \t # ( ) [ ] { } : , ; . " +
  "... = == := -> + - * ** / // % @ & | ^ ~ << >> < > <= >= != <> ! $ ? += **= if elif else for in while def class " +
  "return yield await async lambda not and or is None True import from as with try except finally raise assert del " +
  "global nonlocal pass break continue é 变 € \u{1f600} super __debug__ __x"
).split(" ");

const source = fc
  .array(fc.constantFrom(...PIECES, "\n  ", "\n    ", "    "), { maxLength: 30 })
  .map((p) => p.join(" "));
const characters = fc.string({ unit: fc.constantFrom(..."ab1 \n\t()[]{}'\"\\:,.=*#f@!é€".split("")), maxLength: 40 });

/** Parses, builds scopes, dumps; anything but a syntax error is a failure. */
function survives(text: string): void {
  try {
    const mod = parse(text);
    dump(mod, { attributes: true });
    buildSymtable(mod, { source: text });
  } catch (e) {
    if (!(e instanceof PySyntaxError)) throw e;
    expect(e.data.msg).not.toBe("");
  }
}

describe("arbitrary text", () => {
  it("made of Python's words gives a tree or a syntax error", () => {
    fc.assert(fc.property(source, survives), { numRuns: 1000 });
  });

  it("made of Python's characters gives a tree or a syntax error", () => {
    fc.assert(fc.property(characters, survives), { numRuns: 1000 });
  });

  it("cut off anywhere gives a tree or a syntax error", () => {
    const whole =
      "@d(1)\nasync def f[T: int](a, /, *b: *c, d=1, **e) -> g:\n    match x:\n        case {'k': [1, *_], **r} if z:\n" +
      '            with (open(p) as h, i):\n                f\'{x!r:>{w}} {y = }\' f"""\n{z}"""\n' +
      "    try: return [q async for q in r if s]\n    except* E as e: lambda *a, **k: (yield)\n";
    for (let i = 0; i <= whole.length; i++) survives(whole.slice(0, i));
  });
});
