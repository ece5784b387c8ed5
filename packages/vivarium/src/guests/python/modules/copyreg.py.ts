/** The module `copyreg`, in Python. */

export default `
"""How objects without a method of their own are taken apart."""

def __newobj__(cls, *args):
    return cls.__new__(cls, *args)

def __reduce_ex__(self, protocol):
    cls = type(self)
    if hasattr(cls, '__getnewargs__'):
        args = self.__getnewargs__()
    else:
        args = ()
        if isinstance(self, (list, dict, set)) is False:
            for base in (int, float, str, bytes, tuple, frozenset, complex):
                if isinstance(self, base):
                    args = (base(self),)
                    break
    own = cls.__dict__.get('__getstate__')
    if getattr(cls, '__getstate__', None) is not object.__getstate__:
        state = self.__getstate__()
    else:
        state = getattr(self, '__dict__', None)
        if state is not None:
            state = dict(state)
        slots = {}
        for c in cls.__mro__:
            names = c.__dict__.get('__slots__', ())
            for n in (names,) if isinstance(names, str) else names:
                if n in ('__dict__', '__weakref__'):
                    continue
                if n.startswith('__') and not n.endswith('__'):
                    n = '_' + c.__name__.lstrip('_') + n
                try:
                    slots[n] = getattr(self, n)
                except AttributeError:
                    pass
        if slots:
            state = (state, slots)
        elif not state:
            state = None
    items = iter(self) if isinstance(self, list) else None
    pairs = iter(self.items()) if isinstance(self, dict) else None
    if cls.__module__ == 'builtins' and not isinstance(self, (list, dict, set, tuple)) and not hasattr(self, '__dict__'):
        raise TypeError("cannot pickle '%s' object" % cls.__name__)
    return __newobj__, (cls,) + tuple(args), state, items, pairs
`;
