/** The module `typing`, in Python. */

import generics from "./generics.py.js";

export default `${generics}
def _get_literal(self, item):
    items = item if isinstance(item, tuple) else (item,)
    out = []
    for x in items:
        if isinstance(x, _Alias) and x.__origin__ is Literal:
            out.extend(x.__args__)
        elif not any([x == y and type(x) is type(y) for y in out]):
            out.append(x)
    return _LiteralAlias(self, tuple(out), 'typing.Literal')
class _LiteralAlias(_Alias):
    def __repr__(self):
        return 'typing.Literal[%s]' % ', '.join([repr(a) for a in self.__args__])
class _AnnotatedAlias(_Alias):
    def __init__(self, origin, args, name=None):
        _Alias.__init__(self, origin, args, name)
        self.__metadata__ = args[1:]
    def __repr__(self):
        return 'typing.Annotated[%s]' % ', '.join([_name_of(self.__args__[0])] + [repr(a) for a in self.__args__[1:]])
def _get_annotated(self, item):
    if not isinstance(item, tuple) or len(item) < 2:
        raise TypeError('Annotated[...] should be used with at least two arguments (a type and an annotation).')
    a = _AnnotatedAlias(item[0], item, 'typing.Annotated')
    return a

class _AnyMeta(type):
    def __instancecheck__(self, obj):
        if self is Any:
            raise TypeError('typing.Any cannot be used with isinstance()')
        return type.__instancecheck__(self, obj)
    def __repr__(self):
        return 'typing.Any' if self is Any else type.__repr__(self)
class Any(metaclass=_AnyMeta):
    def __new__(cls, *args, **kwargs):
        if cls is Any:
            raise TypeError('Any cannot be instantiated')
        return object.__new__(cls)

Optional = _Special('Optional', lambda self, item: Union[item, None])
Literal = _Special('Literal', _get_literal)
Annotated = _Special('Annotated', _get_annotated)
ClassVar = _Special('ClassVar', _plain)
Final = _Special('Final', _plain)
Concatenate = _Special('Concatenate', _plain)
TypeGuard = _Special('TypeGuard', _plain)
Required = _Special('Required', _plain)
NotRequired = _Special('NotRequired', _plain)
NoReturn = _Special('NoReturn')
Never = _Special('Never')
Self = _Special('Self')
LiteralString = _Special('LiteralString')
TypeAlias = _Special('TypeAlias')

class _Named(_Special):
    def __init__(self, origin, name):
        _Special.__init__(self, name)
        self.__origin__ = origin
    def __getitem__(self, item):
        if _is_callable(self.__origin__) and isinstance(item, tuple) and len(item) == 2:
            params, result = item
            return _Alias(self.__origin__, (tuple(params) if isinstance(params, list) else (params,)) + (result,), 'typing.Callable')
        return _Alias(self.__origin__, item if isinstance(item, tuple) else (item,), 'typing.' + self._name)
    def __call__(self, *args, **kwargs):
        return self.__origin__(*args, **kwargs)
    def __instancecheck__(self, obj):
        return isinstance(obj, self.__origin__)
    def __subclasscheck__(self, cls):
        return issubclass(cls, self.__origin__)
    def __mro_entries__(self, bases):
        return (self.__origin__,)

List = _Named(list, 'List')
Dict = _Named(dict, 'Dict')
Set = _Named(set, 'Set')
FrozenSet = _Named(frozenset, 'FrozenSet')
Tuple = _Named(tuple, 'Tuple')
Type = _Named(type, 'Type')
if _c is not None:
    Deque = _Named(_c.deque, 'Deque')
    DefaultDict = _Named(_c.defaultdict, 'DefaultDict')
    OrderedDict = _Named(_c.OrderedDict, 'OrderedDict')
    Counter = _Named(_c.Counter, 'Counter')
    ChainMap = _Named(_c.ChainMap, 'ChainMap')
    for _n in ('Awaitable Coroutine AsyncIterable AsyncIterator AsyncGenerator Hashable Sized Container Collection Callable Mapping MutableMapping Sequence MutableSequence '
               'MutableSet Iterable Iterator Generator Reversible KeysView ItemsView ValuesView MappingView').split():
        globals()[_n] = _Named(getattr(_abc, _n), _n)
    AbstractSet = _Named(_abc.Set, 'AbstractSet')

class _ProtocolMeta(_ABCMeta):
    def __instancecheck__(cls, instance):
        if cls.__dict__.get('_is_protocol') and cls is not Protocol:
            if not cls.__dict__.get('_is_runtime_protocol'):
                raise TypeError('Instance and class checks can only be used with @runtime_checkable protocols')
            for n in _members(cls):
                if not hasattr(instance, n) or (callable(getattr(cls, n, None)) and getattr(instance, n) is None):
                    return _ABCMeta.__instancecheck__(cls, instance)
            return True
        return _ABCMeta.__instancecheck__(cls, instance)
    def __subclasscheck__(cls, other):
        if cls.__dict__.get('_is_protocol') and cls is not Protocol and cls.__dict__.get('_is_runtime_protocol'):
            for n in _members(cls):
                for b in other.__mro__:
                    if n in b.__dict__:
                        break
                else:
                    return False
            return True
        return _ABCMeta.__subclasscheck__(cls, other)

_SKIP = {'__abstractmethods__', '__annotations__', '__dict__', '__doc__', '__init__', '__module__', '__new__', '__slots__', '__subclasshook__', '__weakref__', '__class_getitem__',
    '__match_args__', '__init_subclass__', '__parameters__', '__orig_bases__', '_is_protocol', '_is_runtime_protocol', '_abc_registry', '__hash__', '__type_params__', '__qualname__'}
def _members(cls):
    out = set()
    for b in cls.__mro__[:-1]:
        if b.__name__ in ('Protocol', 'Generic'):
            continue
        for n in list(b.__dict__) + list(b.__dict__.get('__annotations__', {})):
            if n not in _SKIP:
                out.add(n)
    return out

class Protocol(Generic, metaclass=_ProtocolMeta):
    __slots__ = ()
    _is_protocol = True
    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        if '_is_protocol' not in cls.__dict__:
            cls._is_protocol = Protocol in cls.__bases__
        if cls._is_protocol and cls.__init__ is object.__init__:
            def no_init(self, *args, **kwargs):
                if type(self).__dict__.get('_is_protocol'):
                    raise TypeError('Protocols cannot be instantiated')
            cls.__init__ = no_init
        elif not cls._is_protocol and getattr(cls.__init__, '__name__', '') == 'no_init':
            cls.__init__ = object.__init__

def runtime_checkable(cls):
    if not getattr(cls, '_is_protocol', False):
        raise TypeError('@runtime_checkable can be only applied to protocol classes, got %r' % (cls,))
    cls._is_runtime_protocol = True
    return cls

class SupportsInt(Protocol):
    @_abstractmethod
    def __int__(self): pass
class SupportsFloat(Protocol):
    @_abstractmethod
    def __float__(self): pass
class SupportsAbs(Protocol):
    @_abstractmethod
    def __abs__(self): pass
class SupportsIndex(Protocol):
    @_abstractmethod
    def __index__(self): pass
class SupportsBytes(Protocol):
    @_abstractmethod
    def __bytes__(self): pass
class SupportsRound(Protocol):
    @_abstractmethod
    def __round__(self, ndigits=0): pass
for _p in (SupportsInt, SupportsFloat, SupportsAbs, SupportsIndex, SupportsBytes, SupportsRound):
    runtime_checkable(_p)

class NewType:
    def __init__(self, name, tp):
        self.__name__ = name
        self.__qualname__ = name
        self.__supertype__ = tp
        self.__module__ = _sys._caller_module()
    def __call__(self, x):
        return x
    def __repr__(self):
        return '%s.%s' % (self.__module__, self.__qualname__)
    def __or__(self, other):
        return Union[self, other]
    def __ror__(self, other):
        return Union[other, self]

class _NamedTupleMeta(type):
    def __new__(cls, name, bases, ns):
        types = ns.get('__annotations__', {})
        defaults = [ns[n] for n in types if n in ns]
        seen = False
        for n in types:
            if n in ns:
                seen = True
            elif seen:
                raise TypeError('Non-default namedtuple field %s cannot follow default field%s %s' % (n, 's' if len(defaults) > 1 else '', ', '.join([k for k in types if k in ns])))
        made = _c.namedtuple(name, list(types), defaults=defaults, module=ns['__module__'])
        made.__annotations__ = types
        made.__new__.__annotations__ = types
        for k, v in ns.items():
            if k in ('__new__', '__init__', '__slots__', '__getnewargs__', '_fields', '_field_defaults', '_make', '_replace', '_asdict', '_source'):
                raise AttributeError('Cannot overwrite NamedTuple attribute ' + k)
            if k not in ('__module__', '__name__', '__qualname__', '__annotations__', '__orig_bases__', '__classcell__') and k not in types:
                setattr(made, k, v)
        made.__qualname__ = ns.get('__qualname__', name)
        return made

class _NamedTuple:
    def __mro_entries__(self, bases):
        return (_NamedTupleBase,)
    def __call__(self, typename, fields=None, /, **kwargs):
        pairs = list(fields) if fields is not None else list(kwargs.items())
        made = _c.namedtuple(typename, [n for n, t in pairs], module=_sys._caller_module())
        made.__annotations__ = dict(pairs)
        return made
_NamedTupleBase = type.__new__(_NamedTupleMeta, 'NamedTuple', (), {})
NamedTuple = _NamedTuple()

class _TypedDictMeta(type):
    def __new__(cls, name, bases, ns, total=True):
        made = type.__new__(_TypedDictMeta, name, (dict,), dict(ns))
        annotations = {}
        required, optional = set(), set()
        for b in bases:
            annotations.update(b.__dict__.get('__annotations__', {}))
            required |= b.__dict__.get('__required_keys__', set())
            optional |= b.__dict__.get('__optional_keys__', set())
        for k, t in ns.get('__annotations__', {}).items():
            annotations[k] = t
            origin = getattr(t, '__origin__', None)
            if origin is Required or (total and origin is not NotRequired):
                required.add(k)
            else:
                optional.add(k)
        made.__annotations__ = annotations
        made.__required_keys__ = frozenset(required)
        made.__optional_keys__ = frozenset(optional)
        made.__total__ = total
        return made
    def __init__(cls, name, bases, ns, total=True):
        pass
    def __call__(cls, *args, **kwargs):
        return dict(*args, **kwargs)
    def __instancecheck__(cls, other):
        raise TypeError('TypedDict does not support instance and class checks')
    __subclasscheck__ = __instancecheck__
_TypedDictBase = type.__new__(_TypedDictMeta, 'TypedDict', (), {})
class _TypedDict:
    def __mro_entries__(self, bases):
        return (_TypedDictBase,)
    def __call__(self, typename, fields=None, /, *, total=True):
        return _TypedDictMeta(typename, (), {'__annotations__': dict(fields or {}), '__module__': _sys._caller_module()}, total=total)
TypedDict = _TypedDict()

class ForwardRef:
    def __init__(self, arg, **kw):
        self.__forward_arg__ = arg
    def __repr__(self):
        return 'ForwardRef(%r)' % self.__forward_arg__

AnyStr = TypeVar('AnyStr', bytes, str)
T = TypeVar('T')
KT = TypeVar('KT')
VT = TypeVar('VT')
T_co = TypeVar('T_co', covariant=True)
T_contra = TypeVar('T_contra', contravariant=True)
Text = str
TYPE_CHECKING = False
class IO(Generic[AnyStr]): pass
class TextIO(IO[str]): pass
class BinaryIO(IO[bytes]): pass

def cast(typ, val):
    return val
def overload(func):
    def dummy(*args, **kwds):
        raise NotImplementedError('You should not call an overloaded function.')
    return dummy
def final(f):
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f
def override(f):
    try:
        f.__override__ = True
    except (AttributeError, TypeError):
        pass
    return f
def no_type_check(arg):
    return arg
def assert_type(val, typ, /):
    return val
def assert_never(arg, /):
    raise AssertionError('Expected code to be unreachable, but got: %r' % (arg,))
def reveal_type(obj, /):
    return obj
def dataclass_transform(**kwargs):
    return lambda cls: cls
def is_typeddict(tp):
    return isinstance(type(tp), type) and type(tp) is _TypedDictMeta
def get_origin(tp):
    if isinstance(tp, _AnnotatedAlias):
        return Annotated
    if isinstance(tp, UnionType):
        return UnionType
    if isinstance(tp, (_Alias, _Named)):
        return tp.__origin__
    return Generic if tp is Generic else None
def get_args(tp):
    if isinstance(tp, (_Alias, UnionType)):
        args = tp.__args__
        if tp.__class__ is _Alias and _is_callable(tp.__origin__) and not (len(args) == 2 and args[0] is ...):
            return (list(args[:-1]), args[-1])
        return args
    return ()
def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    def resolve(v, g):
        if v is None:
            return type(None)
        if isinstance(v, str):
            return eval(v, g, localns)
        if isinstance(v, _AnnotatedAlias) and not include_extras:
            return v.__args__[0]
        return v
    out = {}
    if isinstance(obj, type):
        for c in reversed(obj.__mro__):
            g = globalns
            if g is None:
                m = _sys.modules.get(c.__module__)
                g = m.__dict__ if m else {}
            for k, v in c.__dict__.get('__annotations__', {}).items():
                out[k] = resolve(v, g)
        return out
    g = globalns if globalns is not None else getattr(obj, '__globals__', getattr(obj, '__dict__', {}))
    return {k: resolve(v, g) for k, v in getattr(obj, '__annotations__', {}).items()}
del _n, _p
`;
