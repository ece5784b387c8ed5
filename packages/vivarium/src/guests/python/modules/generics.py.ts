/** What the language itself needs of the module `typing`, in Python: generic types and protocols. */

export default `
"""Type hints."""
try:
    import collections as _c
    import collections.abc as _abc
except ImportError:
    # An application may leave them out: the generic types of the language itself do without.
    _c = _abc = None
from abc import ABCMeta as _ABCMeta, abstractmethod as _abstractmethod
import sys as _sys

def _is_callable(t):
    return _abc is not None and t is _abc.Callable

def _name_of(t):
    if isinstance(t, type) and type(t) is not GenericAlias:
        if t.__module__ == 'builtins':
            return t.__qualname__
        return '%s.%s' % (t.__module__, t.__qualname__)
    if t is ...:
        return '...'
    if isinstance(t, list):
        return '[' + ', '.join([_name_of(x) for x in t]) + ']'
    return repr(t)

def _params_of(args):
    out = []
    for a in args:
        if isinstance(a, (TypeVar, ParamSpec, TypeVarTuple)):
            if a not in out:
                out.append(a)
        elif isinstance(a, (list, tuple)):
            for p in _params_of(a):
                if p not in out:
                    out.append(p)
        else:
            for p in getattr(a, '__parameters__', ()) if not isinstance(a, type) else ():
                if p not in out:
                    out.append(p)
    return tuple(out)

def _substitute(a, mapping):
    if isinstance(a, list):
        return [_substitute(x, mapping) for x in a]
    try:
        if a in mapping:
            return mapping[a]
    except TypeError:
        return a
    if getattr(a, '__parameters__', ()) and not isinstance(a, type):
        return a[tuple([mapping[p] for p in a.__parameters__])]
    return a

class _Alias:
    _name = None
    def __init__(self, origin, args, name=None):
        self.__origin__ = origin
        self.__args__ = args
        self.__parameters__ = _params_of(args)
        if name is not None:
            self._name = name
    def __getitem__(self, item):
        if not self.__parameters__:
            raise TypeError('%r is not a generic class' % (self,))
        if not isinstance(item, tuple):
            item = (item,)
        if len(item) != len(self.__parameters__) and not any([isinstance(p, (TypeVarTuple, ParamSpec)) for p in self.__parameters__]):
            raise TypeError('Too %s arguments for %r; actual %d, expected %d' % ('many' if len(item) > len(self.__parameters__) else 'few', self, len(item), len(self.__parameters__)))
        mapping = dict(zip(self.__parameters__, item))
        return type(self)(self.__origin__, tuple([_substitute(a, mapping) for a in self.__args__]), self._name)
    def __call__(self, *args, **kwargs):
        result = self.__origin__(*args, **kwargs)
        try:
            result.__orig_class__ = self
        except (AttributeError, TypeError):
            pass
        return result
    def __getattr__(self, name):
        if name.startswith('__') and name.endswith('__'):
            raise AttributeError(name)
        return getattr(self.__origin__, name)
    def __mro_entries__(self, bases):
        if self.__origin__ is Protocol:
            return (Protocol,) if Generic in bases else (Protocol,)
        return (self.__origin__,)
    def __eq__(self, other):
        if not isinstance(other, _Alias):
            return NotImplemented
        return self.__origin__ == other.__origin__ and self.__args__ == other.__args__
    def __hash__(self):
        return hash((self.__origin__, self.__args__))
    def __or__(self, other):
        return _union(self, other)
    def __ror__(self, other):
        return _union(other, self)
    def __repr__(self):
        name = self._name or _name_of(self.__origin__)
        args = self.__args__
        if _is_callable(self.__origin__) and len(args) >= 1:
            if args[0] is ... and len(args) == 2:
                return '%s[..., %s]' % (name, _name_of(args[1]))
            return '%s[[%s], %s]' % (name, ', '.join([_name_of(a) for a in args[:-1]]), _name_of(args[-1]))
        return '%s[%s]' % (name, ', '.join([_name_of(a) for a in args]) if args else '()')
    def __instancecheck__(self, obj):
        raise TypeError('Subscripted generics cannot be used with class and instance checks')
    def __subclasscheck__(self, cls):
        raise TypeError('Subscripted generics cannot be used with class and instance checks')
    def __iter__(self):
        yield Unpack[self]

class GenericAlias(_Alias):
    def __init__(self, origin, args, name=None):
        _Alias.__init__(self, origin, args if isinstance(args, tuple) else (args,), name)
    def __instancecheck__(self, obj):
        raise TypeError('isinstance() argument 2 cannot be a parameterized generic')
    def __subclasscheck__(self, cls):
        raise TypeError('issubclass() argument 2 cannot be a parameterized generic')
GenericAlias.__module__ = 'types'

def _alias(cls, item):
    if _is_callable(cls) and isinstance(item, tuple) and len(item) == 2:
        params, result = item
        if isinstance(params, list):
            return _Alias(cls, tuple(params) + (result,))
        return _Alias(cls, (params, result))
    return GenericAlias(cls, item)

class UnionType:
    def __init__(self, args):
        self.__args__ = args
        self.__parameters__ = _params_of(args)
    def __repr__(self):
        return ' | '.join(['None' if a is type(None) else _name_of(a) for a in self.__args__])
    def __eq__(self, other):
        return set(self.__args__) == set(other.__args__) if isinstance(other, (UnionType, _UnionAlias)) else NotImplemented
    def __hash__(self):
        return hash(frozenset(self.__args__))
    def __or__(self, other):
        return _union(self, other)
    def __ror__(self, other):
        return _union(other, self)
    def __instancecheck__(self, obj):
        for a in self.__args__:
            if isinstance(obj, a):
                return True
        return False
    def __subclasscheck__(self, cls):
        for a in self.__args__:
            if issubclass(cls, a):
                return True
        return False
    def __getitem__(self, item):
        mapping = dict(zip(self.__parameters__, item if isinstance(item, tuple) else (item,)))
        return Union[tuple([_substitute(a, mapping) for a in self.__args__])]
UnionType.__module__ = 'types'

def _flatten(args):
    out = []
    for a in args:
        if a is None:
            a = type(None)
        for x in a.__args__ if isinstance(a, (UnionType, _UnionAlias)) else (a,):
            if x not in out:
                out.append(x)
    return tuple(out)

def _union(a, b):
    for x in (a, b):
        if x is not None and not isinstance(x, (type, _Alias, UnionType, TypeVar, ParamSpec, TypeAliasType, _Special, _UnionAlias, NewType)) and not (isinstance(x, str) and not isinstance(a, type)):
            return NotImplemented
    if not all([x is None or isinstance(x, (type, GenericAlias, UnionType)) for x in (a, b)]):
        return Union[a, b]
    args = _flatten((a, b))
    return args[0] if len(args) == 1 else UnionType(args)

class _UnionAlias(_Alias):
    def __instancecheck__(self, obj):
        return UnionType.__instancecheck__(self, obj)
    def __subclasscheck__(self, cls):
        return UnionType.__subclasscheck__(self, cls)
    def __eq__(self, other):
        return set(self.__args__) == set(other.__args__) if isinstance(other, (UnionType, _UnionAlias)) else NotImplemented
    def __hash__(self):
        return hash(frozenset(self.__args__))
    def __repr__(self):
        args = self.__args__
        if len(args) == 2 and type(None) in args:
            return 'typing.Optional[%s]' % _name_of(args[0] if args[1] is type(None) else args[1])
        return 'typing.Union[%s]' % ', '.join([_name_of(a) for a in args])

class _Special:
    def __init__(self, name, get=None):
        self._name = name
        self._get = get
    def __repr__(self):
        return 'typing.' + self._name
    def __getitem__(self, item):
        if self._get is None:
            raise TypeError('%r is not subscriptable' % (self,))
        return self._get(self, item)
    def __call__(self, *args, **kwargs):
        raise TypeError('Cannot instantiate %r' % (self,))
    def __or__(self, other):
        return Union[self, other]
    def __ror__(self, other):
        return Union[other, self]
    def __mro_entries__(self, bases):
        raise TypeError('Cannot subclass %r' % (self,))
    def __hash__(self):
        return hash(self._name)
    def __eq__(self, other):
        return self is other
    def __reduce__(self):
        return self._name

def _get_union(self, item):
    if item == ():
        raise TypeError('Cannot take a Union of no types.')
    args = _flatten(item if isinstance(item, tuple) else (item,))
    return args[0] if len(args) == 1 else _UnionAlias(Union, args, 'typing.Union')
Union = _Special('Union', _get_union)
def _plain(self, item):
    return _Alias(self, item if isinstance(item, tuple) else (item,), 'typing.' + self._name)
Unpack = _Special('Unpack', _plain)
# The whole module has these.
Protocol = None
NewType = ()
class _Parameter:
    def __init__(self, name, default=None):
        self.__name__ = name
        self.__module__ = None
    def __repr__(self):
        return self._prefix() + self.__name__
    def __or__(self, other):
        return Union[self, other]
    def __ror__(self, other):
        return Union[other, self]
    def __mro_entries__(self, bases):
        raise TypeError('Cannot subclass an instance of %s' % type(self).__name__)

class TypeVar(_Parameter):
    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False, infer_variance=False):
        _Parameter.__init__(self, name)
        if covariant and contravariant:
            raise ValueError('Bivariant types are not supported.')
        if len(constraints) == 1:
            raise TypeError('A single constraint is not allowed')
        self._constraints = constraints
        self._bound = bound
        self._lazy = None
        self.__covariant__ = covariant
        self.__contravariant__ = contravariant
        self.__infer_variance__ = infer_variance
    @property
    def __bound__(self):
        if self._lazy is not None and self._lazy[0] is not None:
            self._bound = self._lazy[0]()
            self._lazy = (None, self._lazy[1])
        return self._bound
    @property
    def __constraints__(self):
        if self._lazy is not None and self._lazy[1] is not None:
            self._constraints = self._lazy[1]()
            self._lazy = (self._lazy[0], None)
        return self._constraints
    def _prefix(self):
        return '' if self.__infer_variance__ else '+' if self.__covariant__ else '-' if self.__contravariant__ else '~'

class ParamSpec(_Parameter):
    def __init__(self, name, *, bound=None, covariant=False, contravariant=False, infer_variance=False):
        _Parameter.__init__(self, name)
        self.__bound__ = bound
        self.__covariant__ = covariant
        self.__contravariant__ = contravariant
        self.__infer_variance__ = infer_variance
    def _prefix(self):
        return '' if self.__infer_variance__ else '~'
    @property
    def args(self):
        return ParamSpecArgs(self)
    @property
    def kwargs(self):
        return ParamSpecKwargs(self)
class ParamSpecArgs:
    def __init__(self, origin):
        self.__origin__ = origin
    def __repr__(self):
        return self.__origin__.__name__ + '.args'
class ParamSpecKwargs:
    def __init__(self, origin):
        self.__origin__ = origin
    def __repr__(self):
        return self.__origin__.__name__ + '.kwargs'
class TypeVarTuple(_Parameter):
    def _prefix(self):
        return ''
    def __iter__(self):
        yield Unpack[self]

def _type_parameter(kind, name, bound, constraints):
    if kind == 'TypeVar':
        t = TypeVar(name, infer_variance=True)
        t._lazy = (bound, constraints)
        return t
    if kind == 'ParamSpec':
        return ParamSpec(name, infer_variance=True)
    return TypeVarTuple(name)

class TypeAliasType:
    def __init__(self, name, value, *, type_params=()):
        self.__name__ = name
        self.__type_params__ = type_params
        self._value = value
        self._lazy = None
    @classmethod
    def _make(cls, name, params, value):
        t = cls(name, None, type_params=params or ())
        t._lazy = value
        return t
    @property
    def __value__(self):
        if self._lazy is not None:
            self._value = self._lazy()
            self._lazy = None
        return self._value
    @property
    def __parameters__(self):
        return self.__type_params__
    def __repr__(self):
        return self.__name__
    def __getitem__(self, item):
        if not self.__type_params__:
            raise TypeError('Only generic type aliases are subscriptable')
        return _Alias(self, item if isinstance(item, tuple) else (item,), self.__name__)
    def __or__(self, other):
        return Union[self, other]
    def __ror__(self, other):
        return Union[other, self]

class Generic:
    __slots__ = ()
    @classmethod
    def __class_getitem__(cls, item):
        params = item if isinstance(item, tuple) else (item,)
        if cls is Generic or cls is Protocol:
            if not params:
                raise TypeError('Parameter list to %s[...] cannot be empty' % cls.__qualname__)
            for p in params:
                if not isinstance(p, (TypeVar, ParamSpec, TypeVarTuple, _Alias)):
                    raise TypeError('Parameters to %s[...] must all be type variables or parameter specification variables.' % cls.__name__)
            if len(set(params)) != len(params):
                raise TypeError('Parameters to %s[...] must all be unique' % cls.__name__)
            return _Alias(cls, params, 'typing.' + cls.__name__)
        expected = getattr(cls, '__parameters__', ())
        if not expected:
            raise TypeError('%r is not a generic class' % (cls,))
        if len(params) != len(expected) and not any([isinstance(p, (TypeVarTuple, ParamSpec)) for p in expected]):
            raise TypeError('Too %s arguments for %r; actual %d, expected %d' % ('many' if len(params) > len(expected) else 'few', cls, len(params), len(expected)))
        return _Alias(cls, params)
    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        bases = cls.__dict__.get('__orig_bases__', ())
        params = []
        for b in bases:
            if isinstance(b, _Alias) and b.__origin__ in (Generic, Protocol):
                params = list(b.__parameters__)
                break
        else:
            for b in bases:
                for p in getattr(b, '__parameters__', ()) if not isinstance(b, type) else ():
                    if p not in params:
                        params.append(p)
        cls.__parameters__ = tuple(params)

def _generic_base(params):
    return Generic[params]
`;
