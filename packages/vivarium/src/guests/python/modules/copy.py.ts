/** The module `copy`, in Python. */

export default `
"""Shallow and deep copies."""

class Error(Exception):
    pass
error = Error

_ATOMIC = (type(None), int, float, bool, complex, str, bytes, type, range, slice, property, type(Ellipsis), type(NotImplemented), type(lambda: 0), type(len))

def copy(x):
    cls = type(x)
    if cls in _ATOMIC or issubclass(cls, type) or cls is tuple or cls is frozenset:
        return x
    if cls in (list, dict, set, bytearray):
        return x.copy()
    f = getattr(cls, '__copy__', None)
    if f is not None:
        return f(x)
    return _rebuild(x, x.__reduce_ex__(4), None)

_nil = []

def deepcopy(x, memo=None, _nil=_nil):
    cls = type(x)
    if cls in _ATOMIC or issubclass(cls, type):
        return x
    if memo is None:
        memo = {}
    key = id(x)
    y = memo.get(key, _nil)
    if y is not _nil:
        return y
    if cls is list:
        y = []
        memo[key] = y
        for a in x:
            y.append(deepcopy(a, memo))
    elif cls is tuple:
        items = [deepcopy(a, memo) for a in x]
        y = memo.get(key, _nil)
        if y is not _nil:
            return y
        for a, b in zip(x, items):
            if a is not b:
                y = tuple(items)
                break
        else:
            y = x
    elif cls is dict:
        y = {}
        memo[key] = y
        for k, v in x.items():
            y[deepcopy(k, memo)] = deepcopy(v, memo)
    elif cls is set or cls is frozenset:
        y = cls([deepcopy(a, memo) for a in x])
    elif cls is bytearray:
        y = x.copy()
    else:
        f = getattr(cls, '__deepcopy__', None)
        if f is not None:
            y = f(x, memo)
        elif cls is type(copy.__get__(0)):
            y = cls(x.__func__, deepcopy(x.__self__, memo))
        else:
            y = _rebuild(x, x.__reduce_ex__(4), memo)
    if y is not x:
        memo[key] = y
        memo.setdefault(id(memo), []).append(x)
    return y

def _rebuild(x, reduced, memo):
    if isinstance(reduced, str):
        return x
    func, args, state, items, pairs = (tuple(reduced) + (None, None, None))[:5]
    deep = memo is not None
    if deep:
        args = [deepcopy(a, memo) for a in args]
    y = func(*args)
    if deep:
        memo[id(x)] = y
    if state is not None:
        if deep:
            state = deepcopy(state, memo)
        if hasattr(y, '__setstate__'):
            y.__setstate__(state)
        else:
            slots = None
            if isinstance(state, tuple) and len(state) == 2:
                state, slots = state
            if state is not None:
                y.__dict__.update(state)
            if slots is not None:
                for k, v in slots.items():
                    setattr(y, k, v)
    if items is not None:
        for a in items:
            y.append(deepcopy(a, memo) if deep else a)
    if pairs is not None:
        for k, v in pairs:
            if deep:
                k = deepcopy(k, memo)
                v = deepcopy(v, memo)
            y[k] = v
    return y

def replace(obj, /, **changes):
    f = getattr(type(obj), '__replace__', None)
    if f is None:
        raise TypeError('replace() does not support %s objects' % type(obj).__name__)
    return f(obj, **changes)
`;
