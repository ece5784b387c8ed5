import { expect, it } from "vitest";
import { python } from "../../../python.js";

/** What a program prints, its exceptions as type and message. */
function output(source: string): string {
  let out = "";
  const py = python.create({ gas: 5_000_000, stdout: (text) => (out += text) });
  const exit = py.runExec(source, { filename: "a.py" });
  return exit.kind === "value" ? out : `${out}${exit.kind === "exception" ? exit.traceback : exit.kind}`;
}

/** What an expression is, or the exception it raises. */
function value(expression: string): string {
  const body = `try: print(repr(${expression}))\nexcept Exception as e: print(type(e).__name__, e, sep=': ')`;
  return output(body).trimEnd();
}

// Found by random programs that were compared with CPython 3.12.
it.each([
  ["format(1e308, '%')", "'inf%'"],
  ["format(-0.0, '*^12')", "'****-0.0****'"],
  ["format(5, '_n')", "ValueError: Cannot specify '_' with 'n'."],
  ["format(5, '.3q')", "ValueError: Unknown format code 'q' for object of type 'int'"],
  ["format(5, 'z')", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"],
  ["format(2+3j, '*^08g')", "'**2+3j**'"],
  ["'%5%' % (1,)", "ValueError: unsupported format character '%' (0x25) at index 2"],
  ["'%.*f' % (10**20, 1.5)", "OverflowError: Python int too large to convert to C int"],
  ["b'%s' % 'x'", "TypeError: %b requires a bytes-like object, or an object that implements __bytes__, not 'str'"],
  ["b'%5s|%-4d|%c|%a' % (b'ab', 3, 65, 'é')", "b\"   ab|3   |A|'\\\\xe9'\""],
  ["b'%c' % 300", "OverflowError: %c arg not in range(256)"],
  ["[] * 'a'", "TypeError: can't multiply sequence by non-int of type 'str'"],
  ["{} * b''", "TypeError: can't multiply sequence by non-int of type 'dict'"],
  ["(lambda s: s.__setitem__(0, 1))('ab')", "AttributeError: 'str' object has no attribute '__setitem__'"],
  ["(lambda x: x.pop(10**20))([])", "OverflowError: Python int too large to convert to C ssize_t"],
  ["len(range(-5, 10**18, 7))", "142857142857142858"],
  ["range(2**70, 2**70 + 9)[::10**20].step", "100000000000000000000"],
  ["slice(1, 2) < slice(1, 3)", "True"],
  ["int(b'\\x00\\xff')", "ValueError: invalid literal for int() with base 10: b'\\x00\\xff'"],
  ["int.from_bytes('', 'big')", "TypeError: cannot convert 'str' object to bytes"],
  ["b'a\\x32'.decode('utf-16-le', 'surrogateescape')", "'㉡'"],
  ["b'\\x00\\xd8\\x41\\x00'.decode('utf-16-le', 'replace')", "'�A'"],
  ["{1, 2} == {1: 0, 2: 0}.keys()", "True"],
  ["{frozenset({1})}.__contains__({1})", "True"],
  ["'a'.translate({97: 0x110000})", "ValueError: character mapping must be in range(0x110000)"],
  ["(lambda *a: a)(*5)", "TypeError: __main__.<lambda>() argument after * must be an iterable, not int"],
  ["(lambda **k: k)(a=1, **{'a': 2})", "TypeError: __main__.<lambda>() got multiple values for keyword argument 'a'"],
  ["f'{\"\\x41\"=}'", "'\"A\"=\\'A\\''"],
  ["complex('٣.٤')", "(3.4+0j)"],
  ["[1, 2, 3]['a':'b':0]", "ValueError: slice step cannot be zero"],
  ["memoryview(b'ab')[5]", "IndexError: index out of bounds on dimension 1"],
])("%s is %s", (expression, expected) => {
  expect(value(expression)).toBe(expected);
});

it.each([
  ["'ab'[10**20] = 1", "IndexError: cannot fit 'int' into an index-sized integer"],
  ["'ab'[0] = 1", "TypeError: 'str' object does not support item assignment"],
  ["del 'ab'[0]", "TypeError: 'str' object doesn't support item deletion"],
  ["del (5)[0]", "TypeError: 'int' object does not support item deletion"],
  ["del memoryview(bytearray(b'ab'))[0]", "TypeError: cannot delete memory"],
  ["x = bytearray(b'a'); x += x", "BufferError: Existing exports of data: object cannot be re-sized"],
  ["type('K', (), {}).__dict__ = 3", "AttributeError: attribute '__dict__' of 'type' objects is not writable"],
])("%s raises %s", (statement, expected) => {
  expect(output(statement).trimEnd().split("\n").at(-1)).toBe(expected);
});

it("gives comprehensions no line of their own in tracebacks", () => {
  const text = output("def f():\n    return [\n        1 / x\n        for x in [0]]\nf()");
  expect(text).toBe(`Traceback (most recent call last):
  File "a.py", line 5, in <module>
    f()
  File "a.py", line 3, in f
    1 / x
    ~~^~~
ZeroDivisionError: division by zero
`);
});

it("adds no line to a traceback when an exception is raised again", () => {
  const source = `
def f():
    try:
        1 / 0
    except ZeroDivisionError:
        x = 1
        raise
try: f()
except Exception as e:
    tb, lines = e.__traceback__, []
    while tb: lines.append(tb.tb_lineno); tb = tb.tb_next
    print(lines)`;
  expect(output(source)).toBe("[8, 4]\n");
});

it("throws into a generator that has not begun at its first line, not from inside", () => {
  const source = `
def g():
    yield 1
try: g().throw(StopIteration(4))
except BaseException as e: print(repr(e), e.__traceback__.tb_next.tb_lineno)`;
  expect(output(source)).toBe("StopIteration(4) 2\n");
});

it("keeps what exceptions are made of out of their dict", () => {
  expect(output("print(vars(StopIteration(3)), vars(OSError(2, 'x')), StopIteration(3).value)")).toBe("{} {} 3\n");
});

it("lets the metatype of a base make the class", () => {
  const source = `
class M(type):
    def __new__(meta, name, bases, ns):
        print('new', name)
        return super().__new__(meta, name, bases, ns)
class A(metaclass=M): pass
type('B', (A,), {})`;
  expect(output(source)).toBe("new A\nnew B\n");
});

it("does not follow an iterator into a dict that was copied or grew meanwhile", () => {
  expect(
    output("d = {i: i for i in range(4)}\ndel d[0]\nseen = []\nfor k in d:\n    seen.append(k); d.copy()\nprint(seen)"),
  ).toBe("[1, 2, 3]\n");
});

it("hands values sent to `yield from` on to iterators that take none", () => {
  const source = `
def g(): yield from [1, 2]
x = g(); next(x)
try: x.send(5)
except AttributeError as e: print(e)`;
  expect(output(source)).toBe("'list_iterator' object has no attribute 'send'\n");
});

it("caches and wraps functions without mixing up their attributes", () => {
  const source = `
import functools, enum
def deco(f):
    @functools.wraps(f)
    def wrapper(): return ('wrapped', f())
    return wrapper
@functools.cache
@deco
@functools.cache
def f(): return 1
print(f(), f.__name__)
F = enum.IntFlag('F', 'R W')
print(repr(F(7)), F(1) is F.R)`;
  expect(output(source)).toBe("('wrapped', 1) f\n<F.R|W|4: 7> True\n");
});
