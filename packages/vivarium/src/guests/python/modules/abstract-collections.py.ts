/** The module `_collections_abc`, in Python. */

export default `
from abc import ABCMeta, abstractmethod

def _check(C, *methods):
    for m in methods:
        for B in C.__mro__:
            if m in B.__dict__:
                if B.__dict__[m] is None:
                    return NotImplemented
                break
        else:
            return NotImplemented
    return True

def _hook(owner, *methods):
    def __subclasshook__(cls, C):
        if cls is globals()[owner]:
            return _check(C, *methods)
        return NotImplemented
    return classmethod(__subclasshook__)

class Hashable(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __hash__(self):
        return 0
    __subclasshook__ = _hook('Hashable', '__hash__')

class Awaitable(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __await__(self):
        yield
    __subclasshook__ = _hook('Awaitable', '__await__')
    __class_getitem__ = classmethod(lambda cls, item: __import__('typing')._alias(cls, item))

class Coroutine(Awaitable):
    __slots__ = ()
    @abstractmethod
    def send(self, value):
        raise StopIteration
    @abstractmethod
    def throw(self, typ, val=None, tb=None):
        raise typ
    def close(self):
        try:
            self.throw(GeneratorExit)
        except (GeneratorExit, StopIteration):
            pass
        else:
            raise RuntimeError('coroutine ignored GeneratorExit')
    __subclasshook__ = _hook('Coroutine', '__await__', 'send', 'throw', 'close')

class AsyncIterable(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __aiter__(self):
        return AsyncIterator()
    __subclasshook__ = _hook('AsyncIterable', '__aiter__')
    __class_getitem__ = classmethod(lambda cls, item: __import__('typing')._alias(cls, item))

class AsyncIterator(AsyncIterable):
    __slots__ = ()
    @abstractmethod
    async def __anext__(self):
        raise StopAsyncIteration
    def __aiter__(self):
        return self
    __subclasshook__ = _hook('AsyncIterator', '__anext__', '__aiter__')

class AsyncGenerator(AsyncIterator):
    __slots__ = ()
    async def __anext__(self):
        return await self.asend(None)
    @abstractmethod
    async def asend(self, value):
        raise StopAsyncIteration
    @abstractmethod
    async def athrow(self, typ, val=None, tb=None):
        raise typ
    __subclasshook__ = _hook('AsyncGenerator', '__aiter__', '__anext__', 'asend', 'athrow', 'aclose')

class Iterable(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __iter__(self):
        while False:
            yield None
    __subclasshook__ = _hook('Iterable', '__iter__')
    __class_getitem__ = classmethod(lambda cls, item: __import__('typing')._alias(cls, item))

class Iterator(Iterable):
    __slots__ = ()
    @abstractmethod
    def __next__(self):
        raise StopIteration
    def __iter__(self):
        return self
    __subclasshook__ = _hook('Iterator', '__iter__', '__next__')

class Reversible(Iterable):
    __slots__ = ()
    @abstractmethod
    def __reversed__(self):
        while False:
            yield None
    __subclasshook__ = _hook('Reversible', '__reversed__', '__iter__')

class Generator(Iterator):
    __slots__ = ()
    def __next__(self):
        return self.send(None)
    @abstractmethod
    def send(self, value):
        raise StopIteration
    @abstractmethod
    def throw(self, typ, val=None, tb=None):
        raise typ
    def close(self):
        try:
            self.throw(GeneratorExit)
        except (GeneratorExit, StopIteration):
            pass
        else:
            raise RuntimeError('generator ignored GeneratorExit')
    __subclasshook__ = _hook('Generator', '__iter__', '__next__', 'send', 'throw', 'close')

class Sized(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __len__(self):
        return 0
    __subclasshook__ = _hook('Sized', '__len__')

class Container(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __contains__(self, x):
        return False
    __subclasshook__ = _hook('Container', '__contains__')
    __class_getitem__ = classmethod(lambda cls, item: __import__('typing')._alias(cls, item))

class Collection(Sized, Iterable, Container):
    __slots__ = ()
    __subclasshook__ = _hook('Collection', '__len__', '__iter__', '__contains__')

class Buffer(metaclass=ABCMeta):
    __slots__ = ()
    __subclasshook__ = _hook('Buffer', '__buffer__')

class Callable(metaclass=ABCMeta):
    __slots__ = ()
    @abstractmethod
    def __call__(self, *args, **kwds):
        return False
    __subclasshook__ = _hook('Callable', '__call__')
    __class_getitem__ = classmethod(lambda cls, item: __import__('typing')._alias(cls, item))

class Set(Collection):
    __slots__ = ()
    def _from_iterable(cls, it):
        return cls(it)
    _from_iterable = classmethod(_from_iterable)
    def __le__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        if len(self) > len(other):
            return False
        for x in self:
            if x not in other:
                return False
        return True
    def __lt__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) < len(other) and self.__le__(other)
    def __gt__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) > len(other) and self.__ge__(other)
    def __ge__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        if len(self) < len(other):
            return False
        for x in other:
            if x not in self:
                return False
        return True
    def __eq__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) == len(other) and self.__le__(other)
    def __and__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable([x for x in other if x in self])
    __rand__ = __and__
    def isdisjoint(self, other):
        for x in other:
            if x in self:
                return False
        return True
    def __or__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable([x for s in (self, other) for x in s])
    __ror__ = __or__
    def __sub__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        other = list(other)
        return self._from_iterable([x for x in self if x not in other])
    def __rsub__(self, other):
        return self._from_iterable([x for x in other if x not in self])
    def __xor__(self, other):
        return (self - other) | (self._from_iterable(other) - self)
    __rxor__ = __xor__
    def _hash(self):
        return hash(frozenset(self))

class MutableSet(Set):
    __slots__ = ()
    @abstractmethod
    def add(self, value):
        raise NotImplementedError
    @abstractmethod
    def discard(self, value):
        raise NotImplementedError
    def remove(self, value):
        if value not in self:
            raise KeyError(value)
        self.discard(value)
    def pop(self):
        for value in self:
            break
        else:
            raise KeyError
        self.discard(value)
        return value
    def clear(self):
        for v in list(self):
            self.discard(v)
    def __ior__(self, it):
        for v in it:
            self.add(v)
        return self
    def __iand__(self, it):
        for v in self - it:
            self.discard(v)
        return self
    def __ixor__(self, it):
        if it is self:
            self.clear()
            return self
        for v in list(it):
            if v in self:
                self.discard(v)
            else:
                self.add(v)
        return self
    def __isub__(self, it):
        if it is self:
            self.clear()
        else:
            for v in it:
                self.discard(v)
        return self

class Mapping(Collection):
    __slots__ = ()
    __match_mapping__ = True
    @abstractmethod
    def __getitem__(self, key):
        raise KeyError
    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default
    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        return True
    def keys(self):
        return KeysView(self)
    def items(self):
        return ItemsView(self)
    def values(self):
        return ValuesView(self)
    def __eq__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())
    __reversed__ = None

class MappingView(Sized):
    __slots__ = ('_mapping',)
    def __init__(self, mapping):
        self._mapping = mapping
    def __len__(self):
        return len(self._mapping)
    def __repr__(self):
        return '%s(%r)' % (type(self).__name__, self._mapping)

class KeysView(MappingView, Set):
    __slots__ = ()
    def _from_iterable(cls, it):
        return set(it)
    _from_iterable = classmethod(_from_iterable)
    def __contains__(self, key):
        return key in self._mapping
    def __iter__(self):
        yield from self._mapping

class ItemsView(MappingView, Set):
    __slots__ = ()
    def _from_iterable(cls, it):
        return set(it)
    _from_iterable = classmethod(_from_iterable)
    def __contains__(self, item):
        key, value = item
        try:
            v = self._mapping[key]
        except KeyError:
            return False
        return v is value or v == value
    def __iter__(self):
        for key in self._mapping:
            yield (key, self._mapping[key])

class ValuesView(MappingView, Collection):
    __slots__ = ()
    def __contains__(self, value):
        for key in self._mapping:
            v = self._mapping[key]
            if v is value or v == value:
                return True
        return False
    def __iter__(self):
        for key in self._mapping:
            yield self._mapping[key]

class MutableMapping(Mapping):
    __slots__ = ()
    @abstractmethod
    def __setitem__(self, key, value):
        raise KeyError
    @abstractmethod
    def __delitem__(self, key):
        raise KeyError
    _marker = object()
    def pop(self, key, default=_marker):
        try:
            value = self[key]
        except KeyError:
            if default is MutableMapping._marker:
                raise
            return default
        del self[key]
        return value
    def popitem(self):
        for key in self:
            break
        else:
            raise KeyError
        value = self[key]
        del self[key]
        return key, value
    def clear(self):
        for k in list(self):
            del self[k]
    def update(self, other=(), /, **kwds):
        if isinstance(other, Mapping) or hasattr(other, 'keys'):
            for key in other.keys():
                self[key] = other[key]
        else:
            for key, value in other:
                self[key] = value
        for key, value in kwds.items():
            self[key] = value
    def setdefault(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return default

class Sequence(Reversible, Collection):
    __slots__ = ()
    __match_sequence__ = True
    @abstractmethod
    def __getitem__(self, index):
        raise IndexError
    def __iter__(self):
        i = 0
        try:
            while True:
                yield self[i]
                i += 1
        except IndexError:
            return
    def __contains__(self, value):
        for v in self:
            if v is value or v == value:
                return True
        return False
    def __reversed__(self):
        for i in reversed(range(len(self))):
            yield self[i]
    def index(self, value, start=0, stop=None):
        if start < 0:
            start = max(len(self) + start, 0)
        if stop is not None and stop < 0:
            stop += len(self)
        i = start
        while stop is None or i < stop:
            try:
                v = self[i]
            except IndexError:
                break
            if v is value or v == value:
                return i
            i += 1
        raise ValueError
    def count(self, value):
        return sum([1 for v in self if v is value or v == value])

class ByteString(Sequence):
    __slots__ = ()

class MutableSequence(Sequence):
    __slots__ = ()
    @abstractmethod
    def __setitem__(self, index, value):
        raise IndexError
    @abstractmethod
    def __delitem__(self, index):
        raise IndexError
    @abstractmethod
    def insert(self, index, value):
        raise IndexError
    def append(self, value):
        self.insert(len(self), value)
    def clear(self):
        try:
            while True:
                self.pop()
        except IndexError:
            pass
    def reverse(self):
        n = len(self)
        for i in range(n // 2):
            self[i], self[n - i - 1] = self[n - i - 1], self[i]
    def extend(self, values):
        if values is self:
            values = list(values)
        for v in values:
            self.append(v)
    def pop(self, index=-1):
        v = self[index]
        del self[index]
        return v
    def remove(self, value):
        del self[self.index(value)]
    def __iadd__(self, values):
        self.extend(values)
        return self

Sequence._abc_registry.extend([tuple, str, range, memoryview, bytes, list, bytearray])
MutableSequence._abc_registry.extend([list, bytearray])
ByteString._abc_registry.extend([bytes, bytearray])
Set._abc_registry.extend([frozenset, set, type({}.keys()), type({}.items())])
MutableSet._abc_registry.extend([set])
Mapping._abc_registry.extend([dict, type(type.__dict__)])
MutableMapping._abc_registry.extend([dict])
KeysView._abc_registry.append(type({}.keys()))
ItemsView._abc_registry.append(type({}.items()))
ValuesView._abc_registry.append(type({}.values()))
`;
