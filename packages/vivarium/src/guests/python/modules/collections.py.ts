/** The module `collections`, in Python. */

export default String.raw`
"""Container types."""
from _collections_abc import MutableMapping as _MutableMapping, MutableSequence as _MutableSequence

class deque:
    """A list that is cheap to change at both ends: two stacks' worth of items around a moving start."""
    __hash__ = None
    def __init__(self, iterable=(), maxlen=None):
        if maxlen is not None:
            if not isinstance(maxlen, int):
                raise TypeError('an integer is required')
            if maxlen < 0:
                raise ValueError('maxlen must be non-negative')
        self._maxlen = maxlen
        self._d = []
        self._h = 0
        self._version = 0
        self.extend(iterable)
    @property
    def maxlen(self):
        return self._maxlen
    def _items(self):
        return self._d[self._h:]
    def _compact(self):
        if self._h > 32 and self._h * 2 > len(self._d):
            del self._d[:self._h]
            self._h = 0
    def append(self, x):
        self._version += 1
        self._d.append(x)
        if self._maxlen is not None and len(self) > self._maxlen:
            self.popleft()
    def appendleft(self, x):
        self._version += 1
        if self._h == 0:
            n = len(self._d) + 16
            self._d[:0] = [None] * n
            self._h = n
        self._h -= 1
        self._d[self._h] = x
        if self._maxlen is not None and len(self) > self._maxlen:
            self._d.pop()
    def pop(self):
        if self._h == len(self._d):
            raise IndexError('pop from an empty deque')
        self._version += 1
        return self._d.pop()
    def popleft(self):
        h = self._h
        if h == len(self._d):
            raise IndexError('pop from an empty deque')
        self._version += 1
        x = self._d[h]
        self._d[h] = None
        self._h = h + 1
        if h > 32:
            self._compact()
        return x
    def extend(self, iterable):
        if iterable is self:
            iterable = list(iterable)
        for x in iterable:
            self.append(x)
    def extendleft(self, iterable):
        if iterable is self:
            iterable = list(iterable)
        for x in iterable:
            self.appendleft(x)
    def clear(self):
        self._version += 1
        self._d = []
        self._h = 0
    def copy(self):
        return type(self)(self, self._maxlen) if self._maxlen is not None else type(self)(self)
    __copy__ = copy
    def count(self, x):
        return self._items().count(x)
    def index(self, x, start=0, stop=None):
        items = self._items()
        try:
            return items.index(x, start, len(items) if stop is None else stop)
        except ValueError:
            raise ValueError('%r is not in deque' % (x,)) from None
    def insert(self, i, x):
        if self._maxlen is not None and len(self) >= self._maxlen:
            raise IndexError('deque already at its maximum size')
        items = self._items()
        items.insert(i, x)
        self._d = items
        self._h = 0
        self._version += 1
    def remove(self, x):
        items = self._items()
        try:
            items.remove(x)
        except ValueError:
            raise ValueError('deque.remove(x): x not in deque') from None
        self._d = items
        self._h = 0
        self._version += 1
    def reverse(self):
        self._d = self._items()[::-1]
        self._h = 0
    def rotate(self, n=1):
        size = len(self)
        if size > 1:
            n %= size
            items = self._items()
            self._d = items[size - n:] + items[:size - n]
            self._h = 0
            self._version += 1
    def __len__(self):
        return len(self._d) - self._h
    def __bool__(self):
        return len(self._d) > self._h
    def __iter__(self):
        version = self._version
        i = 0
        n = len(self)
        while i < n:
            if self._version != version:
                raise RuntimeError('deque mutated during iteration')
            yield self._d[self._h + i]
            i += 1
    def __reversed__(self):
        return iter(self._items()[::-1])
    def _at(self, i):
        if not isinstance(i, int):
            if not hasattr(i, '__index__'):
                raise TypeError("sequence index must be integer, not '%s'" % type(i).__name__)
            i = i.__index__()
        n = len(self)
        if i < 0:
            i += n
        if i < 0 or i >= n:
            raise IndexError('deque index out of range')
        return i + self._h
    def __getitem__(self, i):
        return self._d[self._at(i)]
    def __setitem__(self, i, x):
        self._d[self._at(i)] = x
    def __delitem__(self, i):
        del self._d[self._at(i)]
        self._version += 1
    def __contains__(self, x):
        return x in self._items()
    def __repr__(self):
        if self._maxlen is None:
            return '%s(%r)' % (type(self).__name__, list(self))
        return '%s(%r, maxlen=%d)' % (type(self).__name__, list(self), self._maxlen)
    def __eq__(self, other):
        return self._items() == other._items() if isinstance(other, deque) else NotImplemented
    def __lt__(self, other):
        return self._items() < other._items() if isinstance(other, deque) else NotImplemented
    def __le__(self, other):
        return self._items() <= other._items() if isinstance(other, deque) else NotImplemented
    def __gt__(self, other):
        return self._items() > other._items() if isinstance(other, deque) else NotImplemented
    def __ge__(self, other):
        return self._items() >= other._items() if isinstance(other, deque) else NotImplemented
    def __add__(self, other):
        if not isinstance(other, deque):
            raise TypeError('can only concatenate deque (not "%s") to deque' % type(other).__name__)
        new = self.copy()
        new.extend(other)
        return new
    def __iadd__(self, other):
        self.extend(other)
        return self
    def __mul__(self, n):
        return type(self)(self._items() * n, self._maxlen)
    __rmul__ = __mul__
    def __imul__(self, n):
        items = self._items() * n
        self.clear()
        self.extend(items)
        return self
    def __reduce__(self):
        return type(self), (list(self), self._maxlen)
    __class_getitem__ = classmethod(lambda cls, item: __import__('typing')._alias(cls, item))

_MutableSequence.register(deque)

class defaultdict(dict):
    def __init__(self, default_factory=None, /, *args, **kwargs):
        if default_factory is not None and not callable(default_factory):
            raise TypeError('first argument must be callable or None')
        dict.__init__(self, *args, **kwargs)
        self.default_factory = default_factory
    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        self[key] = value = self.default_factory()
        return value
    def __repr__(self):
        return '%s(%r, %s)' % (type(self).__name__, self.default_factory, dict.__repr__(self))
    def copy(self):
        return type(self)(self.default_factory, self)
    __copy__ = copy
    def __reduce__(self):
        return type(self), (self.default_factory,), None, None, iter(self.items())
    def __or__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        new = self.copy()
        new.update(other)
        return new

class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = self[key]
        if last:
            del self[key]
            self[key] = value
        else:
            rest = [(k, v) for k, v in self.items() if k != key]
            dict.clear(self)
            self[key] = value
            for k, v in rest:
                self[k] = v
    def popitem(self, last=True):
        if not self:
            raise KeyError('dictionary is empty')
        key = next(reversed(self) if last else iter(self))
        return key, self.pop(key)
    def __eq__(self, other):
        if isinstance(other, OrderedDict):
            return dict.__eq__(self, other) and list(self) == list(other)
        return dict.__eq__(self, other)
    def __ne__(self, other):
        r = self.__eq__(other)
        return r if r is NotImplemented else not r
    def __repr__(self):
        if not self:
            return '%s()' % type(self).__name__
        return '%s(%s)' % (type(self).__name__, dict.__repr__(self))
    def copy(self):
        return type(self)(self)
    def __reduce__(self):
        return type(self), (), None, None, iter(self.items())
    @classmethod
    def fromkeys(cls, iterable, value=None):
        d = cls()
        for k in iterable:
            d[k] = value
        return d
    def __or__(self, other):
        if not isinstance(other, dict):
            return NotImplemented
        new = type(self)(self)
        new.update(other)
        return new

class Counter(dict):
    def __init__(self, iterable=None, /, **kwds):
        dict.__init__(self)
        self.update(iterable, **kwds)
    def __missing__(self, key):
        return 0
    def total(self):
        return sum(self.values())
    def most_common(self, n=None):
        items = sorted(self.items(), key=lambda kv: kv[1], reverse=True)
        return items if n is None else items[:n]
    def elements(self):
        for k, n in self.items():
            for i in range(n):
                yield k
    @classmethod
    def fromkeys(cls, iterable, v=None):
        raise NotImplementedError('Counter.fromkeys() is undefined.  Use Counter(iterable) instead.')
    def update(self, iterable=None, /, **kwds):
        if iterable is not None:
            if hasattr(iterable, 'keys'):
                if self:
                    for k, n in iterable.items():
                        self[k] = n + self.get(k, 0)
                else:
                    dict.update(self, iterable)
            else:
                get = self.get
                for k in iterable:
                    self[k] = get(k, 0) + 1
        if kwds:
            self.update(kwds)
    def subtract(self, iterable=None, /, **kwds):
        if iterable is not None:
            if hasattr(iterable, 'keys'):
                for k, n in iterable.items():
                    self[k] = self.get(k, 0) - n
            else:
                for k in iterable:
                    self[k] = self.get(k, 0) - 1
        if kwds:
            self.subtract(kwds)
    def copy(self):
        return type(self)(self)
    def __reduce__(self):
        return type(self), (dict(self),)
    def __delitem__(self, k):
        if k in self:
            dict.__delitem__(self, k)
    def __repr__(self):
        if not self:
            return '%s()' % type(self).__name__
        try:
            d = dict(self.most_common())
        except TypeError:
            d = dict(self)
        return '%s(%r)' % (type(self).__name__, d)
    def __eq__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return all([self[k] == other[k] for c in (self, other) for k in c])
    def __ne__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return not self == other
    def __le__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return all([self[k] <= other[k] for c in (self, other) for k in c])
    def __lt__(self, other):
        return self <= other and self != other
    def __ge__(self, other):
        if not isinstance(other, Counter):
            return NotImplemented
        return all([self[k] >= other[k] for c in (self, other) for k in c])
    def __gt__(self, other):
        return self >= other and self != other
    def _combine(self, other, f):
        if not isinstance(other, Counter):
            return NotImplemented
        result = Counter()
        for k in self:
            n = f(self[k], other[k])
            if n > 0:
                result[k] = n
        for k in other:
            if k not in self:
                n = f(0, other[k])
                if n > 0:
                    result[k] = n
        return result
    def __add__(self, other):
        return self._combine(other, lambda a, b: a + b)
    def __sub__(self, other):
        return self._combine(other, lambda a, b: a - b)
    def __or__(self, other):
        return self._combine(other, max)
    def __and__(self, other):
        return self._combine(other, min)
    def __pos__(self):
        return Counter({k: n for k, n in self.items() if n > 0})
    def __neg__(self):
        return Counter({k: -n for k, n in self.items() if n < 0})
    def _replace(self, other):
        dict.clear(self)
        dict.update(self, other)
        return self
    def __iadd__(self, other):
        return self._replace(self + other)
    def __isub__(self, other):
        return self._replace(self - other)
    def __ior__(self, other):
        return self._replace(self | other)
    def __iand__(self, other):
        return self._replace(self & other)

_KEYWORDS = frozenset('False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split())

class _Field(property):
    pass

def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    if isinstance(field_names, str):
        field_names = field_names.replace(',', ' ').split()
    names = [str(n) for n in field_names]
    if rename:
        seen = set()
        for i, n in enumerate(names):
            if not n.isidentifier() or n in _KEYWORDS or n.startswith('_') or n in seen:
                names[i] = '_%d' % i
            seen.add(n)
    for n in [typename] + names:
        if not n.isidentifier():
            raise ValueError('Type names and field names must be valid identifiers: %r' % n)
        if n in _KEYWORDS:
            raise ValueError('Type names and field names cannot be a keyword: %r' % n)
    seen = set()
    for n in names:
        if n.startswith('_') and not rename:
            raise ValueError('Field names cannot start with an underscore: %r' % n)
        if n in seen:
            raise ValueError('Encountered duplicate field name: %r' % n)
        seen.add(n)
    field_defaults = {}
    if defaults is not None:
        defaults = tuple(defaults)
        if len(defaults) > len(names):
            raise TypeError('Got more default values than field names')
        field_defaults = dict(zip(names[len(names) - len(defaults):], defaults))
    names = tuple(names)
    args = ', '.join(names)
    comma = ',' if names else ''
    scope = {'_new': tuple.__new__, '__name__': 'namedtuple_' + typename}
    exec('def __new__(_cls%s):\n    return _new(_cls, (%s%s))' % (', ' + args if names else '', args, comma), scope)
    new = scope['__new__']
    if defaults is not None:
        new.__defaults__ = defaults
    new.__qualname__ = typename + '.__new__'
    def _make(cls, iterable):
        result = tuple.__new__(cls, iterable)
        if len(result) != len(names):
            raise TypeError('Expected %d arguments, got %d' % (len(names), len(result)))
        return result
    def _replace(self, /, **kwds):
        result = self._make([kwds.pop(n, v) for n, v in zip(names, self)])
        if kwds:
            raise ValueError('Got unexpected field names: %r' % list(kwds))
        return result
    def __repr__(self):
        return type(self).__name__ + '(' + ', '.join(['%s=%r' % (n, v) for n, v in zip(names, self)]) + ')'
    def _asdict(self):
        return dict(zip(names, self))
    def __getnewargs__(self):
        return tuple(self)
    ns = {
        '__doc__': '%s(%s)' % (typename, args), '__slots__': (), '_fields': names, '_field_defaults': field_defaults, '__new__': new,
        '_make': classmethod(_make), '_replace': _replace, '__repr__': __repr__, '_asdict': _asdict, '__getnewargs__': __getnewargs__,
        '__match_args__': names,
    }
    def getter(i):
        return lambda self: tuple.__getitem__(self, i)
    for i, n in enumerate(names):
        ns[n] = property(getter(i), doc='Alias for field number %d' % i)
    if module is None:
        module = __import__('sys')._caller_module()
    ns['__module__'] = module
    return type(typename, (tuple,), ns)

class ChainMap(_MutableMapping):
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]
    def __missing__(self, key):
        raise KeyError(key)
    def __getitem__(self, key):
        for m in self.maps:
            try:
                return m[key]
            except KeyError:
                pass
        return self.__missing__(key)
    def get(self, key, default=None):
        return self[key] if key in self else default
    def __len__(self):
        return len(set().union(*self.maps))
    def __iter__(self):
        d = {}
        for m in reversed(self.maps):
            d.update(dict.fromkeys(m))
        return iter(d)
    def __contains__(self, key):
        return any([key in m for m in self.maps])
    def __bool__(self):
        return any(self.maps)
    def __repr__(self):
        return '%s(%s)' % (type(self).__name__, ', '.join([repr(m) for m in self.maps]))
    def copy(self):
        return type(self)(self.maps[0].copy(), *self.maps[1:])
    __copy__ = copy
    def new_child(self, m=None, **kwargs):
        if m is None:
            m = kwargs
        elif kwargs:
            m.update(kwargs)
        return type(self)(m, *self.maps)
    @property
    def parents(self):
        return type(self)(*self.maps[1:])
    def __setitem__(self, key, value):
        self.maps[0][key] = value
    def __delitem__(self, key):
        try:
            del self.maps[0][key]
        except KeyError:
            raise KeyError('Key not found in the first mapping: %r' % (key,))
    def popitem(self):
        try:
            return self.maps[0].popitem()
        except KeyError:
            raise KeyError('No keys found in the first mapping.')
    def pop(self, key, *args):
        try:
            return self.maps[0].pop(key, *args)
        except KeyError:
            raise KeyError('Key not found in the first mapping: %r' % (key,))
    def clear(self):
        self.maps[0].clear()

class UserDict(_MutableMapping):
    def __init__(self, dict=None, /, **kwargs):
        self.data = {}
        if dict is not None:
            self.update(dict)
        if kwargs:
            self.update(kwargs)
    def __len__(self):
        return len(self.data)
    def __getitem__(self, key):
        if key in self.data:
            return self.data[key]
        if hasattr(type(self), '__missing__'):
            return type(self).__missing__(self, key)
        raise KeyError(key)
    def __setitem__(self, key, item):
        self.data[key] = item
    def __delitem__(self, key):
        del self.data[key]
    def __iter__(self):
        return iter(self.data)
    def __contains__(self, key):
        return key in self.data
    def __repr__(self):
        return repr(self.data)
    def copy(self):
        return type(self)(self.data)

class UserList(_MutableSequence):
    def __init__(self, initlist=None):
        self.data = list(initlist) if initlist is not None else []
    def __repr__(self):
        return repr(self.data)
    def __eq__(self, other):
        return self.data == (other.data if isinstance(other, UserList) else other)
    def __lt__(self, other):
        return self.data < (other.data if isinstance(other, UserList) else other)
    def __contains__(self, item):
        return item in self.data
    def __len__(self):
        return len(self.data)
    def __getitem__(self, i):
        if isinstance(i, slice):
            return type(self)(self.data[i])
        return self.data[i]
    def __setitem__(self, i, item):
        self.data[i] = item
    def __delitem__(self, i):
        del self.data[i]
    def __add__(self, other):
        return type(self)(self.data + list(other))
    def __radd__(self, other):
        return type(self)(list(other) + self.data)
    def __mul__(self, n):
        return type(self)(self.data * n)
    __rmul__ = __mul__
    def insert(self, i, item):
        self.data.insert(i, item)
    def sort(self, /, *args, **kwds):
        self.data.sort(*args, **kwds)
    def copy(self):
        return type(self)(self)

class UserString:
    def __init__(self, seq):
        self.data = str(seq)
    def __str__(self):
        return self.data
    def __repr__(self):
        return repr(self.data)
    def __hash__(self):
        return hash(self.data)
    def __eq__(self, other):
        return self.data == str(other) if isinstance(other, (str, UserString)) else NotImplemented
    def __len__(self):
        return len(self.data)
    def __getitem__(self, i):
        return type(self)(self.data[i])
    def __add__(self, other):
        return type(self)(self.data + str(other))
    def __getattr__(self, name):
        return getattr(self.data, name)
`;
