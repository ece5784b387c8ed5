/** The module `functools`, in Python. */

export default `
"""Higher-order functions."""

WRAPPER_ASSIGNMENTS = ('__module__', '__name__', '__qualname__', '__doc__', '__annotations__', '__type_params__')
WRAPPER_UPDATES = ('__dict__',)

def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    for name in assigned:
        try:
            value = getattr(wrapped, name)
        except AttributeError:
            continue
        try:
            setattr(wrapper, name, value)
        except AttributeError:
            pass
    for name in updated:
        getattr(wrapper, name).update(getattr(wrapped, name, {}))
    wrapper.__wrapped__ = wrapped
    return wrapper

def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped, assigned, updated)
    return decorate

_absent = object()

def reduce(function, iterable, initial=_absent, /):
    it = iter(iterable)
    if initial is _absent:
        try:
            value = next(it)
        except StopIteration:
            raise TypeError('reduce() of empty iterable with no initial value') from None
    else:
        value = initial
    for x in it:
        value = function(value, x)
    return value

class partial:
    """partial(func, *args, **keywords) - new function with partial application
    of the given arguments and keywords.
"""
    __slots__ = ('func', 'args', 'keywords', '__dict__', '__weakref__')
    def __new__(cls, func, /, *args, **keywords):
        if not callable(func):
            raise TypeError('the first argument must be callable')
        if isinstance(func, partial):
            args = func.args + args
            keywords = {**func.keywords, **keywords}
            func = func.func
        self = object.__new__(cls)
        self.func = func
        self.args = args
        self.keywords = keywords
        return self
    def __call__(self, /, *args, **keywords):
        return self.func(*self.args, *args, **{**self.keywords, **keywords})
    def __repr__(self):
        parts = [repr(self.func)]
        parts.extend([repr(a) for a in self.args])
        parts.extend(['%s=%r' % kv for kv in self.keywords.items()])
        return 'functools.partial(' + ', '.join(parts) + ')'

class partialmethod:
    def __init__(self, func, /, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords
    def __get__(self, obj, cls=None):
        get = getattr(self.func, '__get__', None)
        if get is not None:
            bound = get(obj, cls)
            if bound is not self.func:
                return partial(bound, *self.args, **self.keywords)
        def method(inner, /, *args, **keywords):
            return self.func(inner, *self.args, *args, **{**self.keywords, **keywords})
        return method.__get__(obj, cls) if obj is not None else method

class _Key:
    __slots__ = ('obj', 'cmp')
    __hash__ = None
    def __init__(self, obj, cmp):
        self.obj = obj
        self.cmp = cmp
    def __lt__(self, other):
        return self.cmp(self.obj, other.obj) < 0
    def __gt__(self, other):
        return self.cmp(self.obj, other.obj) > 0
    def __eq__(self, other):
        return self.cmp(self.obj, other.obj) == 0
    def __le__(self, other):
        return self.cmp(self.obj, other.obj) <= 0
    def __ge__(self, other):
        return self.cmp(self.obj, other.obj) >= 0

def cmp_to_key(mycmp):
    def key(obj):
        return _Key(obj, mycmp)
    return key

class _CacheInfo(tuple):
    def __new__(cls, hits, misses, maxsize, currsize):
        return tuple.__new__(cls, (hits, misses, maxsize, currsize))
    hits = property(lambda self: self[0])
    misses = property(lambda self: self[1])
    maxsize = property(lambda self: self[2])
    currsize = property(lambda self: self[3])
    def __repr__(self):
        return 'CacheInfo(hits=%r, misses=%r, maxsize=%r, currsize=%r)' % tuple(self)

_mark = object()

def _cache_key(args, kwds, typed):
    key = args
    if kwds:
        key = key + (_mark,)
        for item in kwds.items():
            key = key + item
    if typed:
        key = key + tuple([type(v) for v in args]) + tuple([type(v) for v in kwds.values()])
    elif len(key) == 1 and type(key[0]) in (int, str):
        return key[0]
    return key

class _lru_cache_wrapper:
    # Not in the dict, which takes over the attributes of what is wrapped.
    __slots__ = ('_func', '_maxsize', '_typed', '_cache', '_hits', '_misses', '__dict__', '__weakref__')
    def __init__(self, func, maxsize, typed):
        self._func = func
        self._maxsize = maxsize
        self._typed = typed
        self._cache = {}
        self._hits = 0
        self._misses = 0
    def __call__(self, /, *args, **kwds):
        if self._maxsize == 0:
            self._misses += 1
            return self._func(*args, **kwds)
        key = _cache_key(args, kwds, self._typed)
        cache = self._cache
        value = cache.get(key, _mark)
        if value is not _mark:
            self._hits += 1
            if self._maxsize is not None:
                del cache[key]
                cache[key] = value
            return value
        self._misses += 1
        value = self._func(*args, **kwds)
        if self._maxsize is not None and key not in cache and len(cache) >= self._maxsize:
            for oldest in cache:
                break
            del cache[oldest]
        cache[key] = value
        return value
    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        from types import MethodType
        return MethodType(self, obj)
    def cache_info(self):
        return _CacheInfo(self._hits, self._misses, self._maxsize, len(self._cache))
    def cache_clear(self):
        self._cache.clear()
        self._hits = self._misses = 0
    def cache_parameters(self):
        return {'maxsize': self._maxsize, 'typed': self._typed}

def lru_cache(maxsize=128, typed=False):
    if callable(maxsize) and isinstance(typed, bool):
        return update_wrapper(_lru_cache_wrapper(maxsize, 128, typed), maxsize)
    if maxsize is not None:
        if not isinstance(maxsize, int):
            raise TypeError('Expected first argument to be an integer, a callable, or None')
        if maxsize < 0:
            maxsize = 0
    def decorate(func):
        return update_wrapper(_lru_cache_wrapper(func, maxsize, typed), func)
    return decorate

def cache(func, /):
    return lru_cache(maxsize=None)(func)

class cached_property:
    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__
    def __set_name__(self, owner, name):
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError('Cannot assign the same cached_property to two different names (%r and %r).' % (self.attrname, name))
    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        if self.attrname is None:
            raise TypeError('Cannot use cached_property instance without calling __set_name__ on it.')
        store = obj.__dict__
        value = store.get(self.attrname, _absent)
        if value is _absent:
            value = self.func(obj)
            store[self.attrname] = value
        return value

def _derived(name, root):
    op = {'__lt__': lambda a, b: a < b, '__le__': lambda a, b: a <= b, '__gt__': lambda a, b: a > b, '__ge__': lambda a, b: a >= b}
    def strict(self, other):
        r = getattr(type(self), root)(self, other)
        if r is NotImplemented:
            return r
        return r
    def from_lt(self, other):
        r = type(self).__lt__(self, other)
        if r is NotImplemented:
            return r
        if name == '__gt__':
            return not r and self != other
        if name == '__le__':
            return r or self == other
        return not r
    def from_le(self, other):
        r = type(self).__le__(self, other)
        if r is NotImplemented:
            return r
        if name == '__ge__':
            return not r or self == other
        if name == '__lt__':
            return r and self != other
        return not r
    def from_gt(self, other):
        r = type(self).__gt__(self, other)
        if r is NotImplemented:
            return r
        if name == '__lt__':
            return not (r or self == other)
        if name == '__ge__':
            return r or self == other
        return not r
    def from_ge(self, other):
        r = type(self).__ge__(self, other)
        if r is NotImplemented:
            return r
        if name == '__le__':
            return not r or self == other
        if name == '__gt__':
            return r and self != other
        return not r
    f = {'__lt__': from_lt, '__le__': from_le, '__gt__': from_gt, '__ge__': from_ge}[root]
    f.__name__ = name
    return f

def total_ordering(cls):
    names = ['__lt__', '__le__', '__gt__', '__ge__']
    roots = [n for n in names if getattr(cls, n, None) is not getattr(object, n, None)]
    if not roots:
        raise ValueError('must define at least one ordering operation: < > <= >=')
    root = roots[0]
    for n in names:
        if n not in roots:
            setattr(cls, n, _derived(n, root))
    return cls

def _dispatch_order(cls, registry):
    # The classes of the method resolution order, each followed by the registered abstract classes that it is the last to belong to.
    order = list(cls.__mro__)
    abstract = []
    for t in registry:
        if t not in order and issubclass(cls, t):
            at = len(abstract)
            while at > 0 and issubclass(t, abstract[at - 1]) and abstract[at - 1] is not t:
                at -= 1
            abstract.insert(at, t)
    out = []
    for i, c in enumerate(order):
        out.append(c)
        out.extend(t for t in abstract if issubclass(c, t) and not any(issubclass(d, t) for d in order[i + 1:]))
    return out

def _find_implementation(cls, registry):
    match = None
    for t in _dispatch_order(cls, registry):
        if match is not None:
            if t in registry and t not in cls.__mro__ and match not in cls.__mro__ and not issubclass(match, t):
                raise RuntimeError('Ambiguous dispatch: %r or %r' % (match, t))
            break
        if t in registry:
            match = t
    return registry.get(match)

def _is_union(cls):
    from types import UnionType
    if isinstance(cls, UnionType):
        return True
    from typing import Union, get_origin
    return get_origin(cls) is Union

def _is_dispatch_type(cls):
    if isinstance(cls, type):
        return True
    return _is_union(cls) and all(isinstance(arg, type) for arg in cls.__args__)

def singledispatch(func):
    registry = {}
    cache = {}
    def dispatch(cls):
        try:
            return cache[cls]
        except KeyError:
            pass
        impl = registry[cls] if cls in registry else _find_implementation(cls, registry)
        cache[cls] = impl
        return impl
    def register(cls, func=None):
        if _is_dispatch_type(cls):
            if func is None:
                return lambda f: register(cls, f)
        else:
            if func is not None:
                raise TypeError('Invalid first argument to %s. %r is not a class or union type.' % ('\`register()\`', cls))
            ann = getattr(cls, '__annotations__', {})
            if not ann:
                raise TypeError('Invalid first argument to %s: %r. Use either %s or plain %s on an annotated function.'
                                % ('\`register()\`', cls, '\`@register(some_class)\`', '\`@register\`'))
            func = cls
            from typing import get_type_hints
            argname, cls = next(iter(get_type_hints(func).items()))
            if not _is_dispatch_type(cls):
                if _is_union(cls):
                    raise TypeError('Invalid annotation for %r. %r not all arguments are classes.' % (argname, cls))
                raise TypeError('Invalid annotation for %r. %r is not a class.' % (argname, cls))
        if _is_union(cls):
            for arg in cls.__args__:
                registry[arg] = func
        else:
            registry[cls] = func
        cache.clear()
        return func
    registry[object] = func
    def wrapper(*args, **kw):
        if not args:
            raise TypeError('%s requires at least 1 positional argument' % func.__name__)
        return dispatch(type(args[0]))(*args, **kw)
    from types import MappingProxyType
    wrapper.register = register
    wrapper.dispatch = dispatch
    wrapper.registry = MappingProxyType(registry)
    wrapper._clear_cache = cache.clear
    return update_wrapper(wrapper, func)

class singledispatchmethod:
    def __init__(self, func):
        self.dispatcher = singledispatch(func)
        self.func = func
    def register(self, cls, method=None):
        return self.dispatcher.register(cls, func=method)
    def __get__(self, obj, cls=None):
        def method(*args, **kwargs):
            return self.dispatcher.dispatch(type(args[0])).__get__(obj, cls)(*args, **kwargs)
        method.register = self.register
        return update_wrapper(method, self.func)
`;
