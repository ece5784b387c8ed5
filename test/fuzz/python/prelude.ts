/**
 * What stands in front of every program: `show`, `fail` and `trace` print what no two implementations may differ in.
 *
 * @param words whether the messages of exceptions are printed as well, not only their types: what they say is CPython's
 *   own affair, but people read them.
 */
export const prelude = (words: boolean): string => `
import sys
count = 0
def holds_set(v, depth=0):
    # The order of sets is not specified: they are printed sorted.
    if isinstance(v, (set, frozenset)): return True
    if depth > 5: return False
    if isinstance(v, (list, tuple)): return any(holds_set(x, depth + 1) for x in list.__iter__(v) if 1) if isinstance(v, list) else any(holds_set(x, depth + 1) for x in tuple.__iter__(v))
    if isinstance(v, dict): return any(holds_set(k, depth + 1) or holds_set(x, depth + 1) for k, x in dict.items(v))
    return False
def plain(v, depth=0):
    if depth > 6: return '...'
    if isinstance(v, (set, frozenset)): return type(v).__name__ + '<' + ', '.join(sorted(plain(x, depth + 1) for x in v)) + '>'
    if type(v) in (list, tuple): return type(v).__name__ + '<' + ', '.join(plain(x, depth + 1) for x in v) + '>'
    if type(v) is dict: return 'dict<' + ', '.join(plain(k, depth + 1) + ': ' + plain(x, depth + 1) for k, x in v.items()) + '>'
    return type(v).__name__ if holds_set(v) else repr(v)
def say(*words):
    global count
    count += 1
    if count < 400: print(*words)
def show(v):
    text = plain(v) if holds_set(v) else repr(v)
    if ' at 0x' in text: text = type(v).__name__
    say(text[:3000])
def fail(e):
    text = str(e) if ${words ? "True" : "not isinstance(e, (TypeError, ValueError, AttributeError, IndexError, OverflowError, RuntimeError))"} else ''
    say(type(e).__name__, '' if ' at 0x' in text or 'set({' in text else text[:3000])
def trace(e, depth=0):
    fail(e)
    tb = e.__traceback__
    while tb is not None:
        # What the library does inside is its own affair.
        if tb.tb_frame.f_code.co_filename == '<program>':
            say(' ' * depth, 'in', tb.tb_frame.f_code.co_name, tb.tb_lineno)
        tb = tb.tb_next
    if depth < 4:
        for at, other in ('cause', e.__cause__), ('context', e.__context__):
            if other is not None and (at == 'cause' or not e.__suppress_context__):
                say(' ' * depth, at)
                trace(other, depth + 1)
        if isinstance(e, BaseExceptionGroup):
            for other in e.exceptions: trace(other, depth + 1)
    for note in getattr(e, '__notes__', ()): say('note', note)
def size(v):
    return len(v) if hasattr(type(v), '__len__') and not isinstance(v, range) else 0
def mul(x, y):
    for s, n in ((x, y), (y, x)):
        if isinstance(n, int) and size(s) * n > 2000 or isinstance(n, int) and isinstance(s, int) and n.bit_length() > 4000:
            raise OverflowError('large')
    return x * y
def power(x, y):
    if isinstance(x, int) and isinstance(y, int) and x.bit_length() * y > 4000: raise OverflowError('large')
    # The last bits of a power are the C library's affair.
    v = x ** y
    return float('%.12g' % v) if isinstance(v, float) else complex('%.9g%+.9gj' % (v.real, v.imag)) if isinstance(v, complex) else v
def small(v):
    return max(-100, min(100, v)) if isinstance(v, int) else v
kept = []
def keep(v):
    # When a suspended generator is given up is not specified; and it may print.
    kept.append(v)
    return v
def take(v, n=3):
    return [x for x, _ in zip(v, range(n))]
def t(n, v=None):
    say('t', n)
    return n if v is None else v
class C:
    def __init__(self, v): self.v = v
    def __enter__(self):
        say('enter')
        return self.v
    def __exit__(self, kind, e, tb):
        say('exit', kind and kind.__name__)
        return kind is StopAsyncIteration
`;
