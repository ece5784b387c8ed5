/** The module `dataclasses`, in Python. */

export default String.raw`
"""Classes made from annotations."""
import sys as _sys
from types import MappingProxyType as _Proxy
import copy as _copy

class FrozenInstanceError(AttributeError):
    pass

class _Missing:
    pass
MISSING = _Missing()
class _KwOnly:
    pass
KW_ONLY = _KwOnly()
class _DefaultFactory:
    def __repr__(self):
        return '<factory>'
_FACTORY = _DefaultFactory()

class Field:
    __slots__ = ('name', 'type', 'default', 'default_factory', 'repr', 'hash', 'init', 'compare', 'metadata', 'kw_only', '_field_type')
    def __init__(self, default, default_factory, init, repr, hash, compare, metadata, kw_only):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = hash
        self.compare = compare
        self.metadata = _Proxy({} if metadata is None else metadata)
        self.kw_only = kw_only
        self._field_type = 'field'
    def __repr__(self):
        return 'Field(name=%r,type=%r,default=%r,default_factory=%r,init=%r,repr=%r,hash=%r,compare=%r,metadata=%r,kw_only=%r,_field_type=%s)' % (
            self.name, self.type, self.default, self.default_factory, self.init, self.repr, self.hash, self.compare, self.metadata, self.kw_only, self._field_type)
    def __set_name__(self, owner, name):
        f = getattr(type(self.default), '__set_name__', None)
        if f:
            f(self.default, owner, name)

def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=MISSING):
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError('cannot specify both default and default_factory')
    return Field(default, default_factory, init, repr, hash, compare, metadata, kw_only)

class InitVar:
    def __init__(self, type):
        self.type = type
    def __repr__(self):
        return 'dataclasses.InitVar[%s]' % (self.type.__name__ if isinstance(self.type, type) else repr(self.type))
    def __class_getitem__(cls, type):
        return InitVar(type)

def _is_classvar(t):
    import typing
    if isinstance(t, str):
        return t.startswith('ClassVar') or t.startswith('typing.ClassVar')
    return t is typing.ClassVar or getattr(t, '__origin__', None) is typing.ClassVar

def _is_initvar(t):
    if isinstance(t, str):
        return t.startswith('InitVar') or t.startswith('dataclasses.InitVar')
    return t is InitVar or type(t) is InitVar

def _collect(cls, name, type_, kw_only):
    default = getattr(cls, name, MISSING)
    if isinstance(default, Field):
        f = default
    else:
        if type(default) is type(Field.__dict__['name']):
            default = MISSING
        f = field(default=default)
    f.name = name
    f.type = type_
    if _is_classvar(type_):
        f._field_type = 'classvar'
    elif _is_initvar(type_):
        f._field_type = 'initvar'
    if f._field_type in ('classvar', 'initvar') and f.default_factory is not MISSING:
        raise TypeError('field %s cannot have a default factory' % name)
    if f._field_type != 'classvar':
        if f.kw_only is MISSING:
            f.kw_only = kw_only
    if f._field_type == 'field' and f.default.__class__.__hash__ is None:
        raise ValueError('mutable default %s for field %s is not allowed: use default_factory' % (type(f.default), name))
    return f

def _set(cls, name, value):
    if name in cls.__dict__:
        return True
    value.__qualname__ = '%s.%s' % (cls.__qualname__, name)
    setattr(cls, name, value)
    return False

def _make(name, params, body, scope):
    exec('def %s(%s):\n%s' % (name, ', '.join(params), '\n'.join(['    ' + l for l in body])), scope)
    return scope[name]

def _process(cls, init, repr_, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot):
    fields = {}
    any_frozen = False
    has_bases = False
    for b in cls.__mro__[-1:0:-1]:
        base_fields = b.__dict__.get('__dataclass_fields__')
        if base_fields is not None:
            has_bases = True
            for f in base_fields.values():
                fields[f.name] = f
            if b.__dataclass_params__['frozen']:
                any_frozen = True
    annotations = cls.__dict__.get('__annotations__', {})
    own = []
    kw_seen = False
    for name, t in annotations.items():
        if t is KW_ONLY or (isinstance(t, str) and t in ('KW_ONLY', 'dataclasses.KW_ONLY')):
            if kw_seen:
                raise TypeError('%r is KW_ONLY, but KW_ONLY has already been specified' % name)
            kw_seen = True
            kw_only = True
        else:
            own.append(_collect(cls, name, t, kw_only))
    for f in own:
        fields[f.name] = f
        if isinstance(getattr(cls, f.name, None), Field):
            if f.default is MISSING:
                delattr(cls, f.name)
            else:
                setattr(cls, f.name, f.default)
    for name, value in list(cls.__dict__.items()):
        if isinstance(value, Field) and name not in annotations:
            raise TypeError('%r is a field but has no type annotation' % name)
    if has_bases:
        if any_frozen and not frozen:
            raise TypeError('cannot inherit non-frozen dataclass from a frozen one')
        if not any_frozen and frozen:
            raise TypeError('cannot inherit frozen dataclass from a non-frozen one')
    cls.__dataclass_fields__ = fields
    cls.__dataclass_params__ = {'init': init, 'repr': repr_, 'eq': eq, 'order': order, 'unsafe_hash': unsafe_hash, 'frozen': frozen}
    if order and not eq:
        raise ValueError('eq must be true if order is true')
    class_hash = cls.__dict__.get('__hash__', MISSING)
    explicit_hash = not (class_hash is MISSING or (class_hash is None and '__eq__' in cls.__dict__))
    real = [f for f in fields.values() if f._field_type == 'field']
    setter = '_set(self, %r, %s)' if frozen else 'self.%s = %s'
    if init:
        scope = {'_FACTORY': _FACTORY, '_set': object.__setattr__, '__name__': cls.__module__}
        params = []
        kw_params = []
        body = []
        seen_default = None
        args = [f for f in fields.values() if f._field_type in ('field', 'initvar')]
        for f in [f for f in args if f.init and not f.kw_only] + [f for f in args if f.init and f.kw_only]:
            default = ''
            if f.default is not MISSING:
                scope['_d_' + f.name] = f.default
                default = '=_d_' + f.name
            elif f.default_factory is not MISSING:
                default = '=_FACTORY'
            if f.kw_only:
                kw_params.append(f.name + default)
            else:
                if default:
                    seen_default = f.name
                elif seen_default:
                    raise TypeError('non-default argument %r follows default argument %r' % (f.name, seen_default) if _sys.version_info >= (3, 13) else 'non-default argument %r follows default argument' % f.name)
                params.append(f.name + default)
        for f in args:
            if f._field_type == 'initvar':
                continue
            if f.default_factory is not MISSING:
                scope['_f_' + f.name] = f.default_factory
                value = '_f_%s()' % f.name
                if f.init:
                    value = '%s if %s is _FACTORY else %s' % (value, f.name, f.name)
            elif f.init:
                value = f.name
            else:
                if f.default is not MISSING and slots:
                    scope['_d_' + f.name] = f.default
                    value = '_d_' + f.name
                else:
                    continue
            body.append(setter % (f.name, value))
        if hasattr(cls, '__post_init__'):
            body.append('self.__post_init__(%s)' % ', '.join([f.name for f in args if f._field_type == 'initvar']))
        self_name = '__dataclass_self__' if 'self' in fields else 'self'
        body = [l.replace('self.', self_name + '.', 1).replace('(self,', '(' + self_name + ',') if self_name != 'self' else l for l in body]
        f = _make('__init__', [self_name] + params + (['*'] + kw_params if kw_params else []), body or ['pass'], scope)
        f.__annotations__ = {x.name: x.type.type if isinstance(x.type, InitVar) else x.type for x in args if x.init}
        f.__annotations__['return'] = None
        f.__qualname__ = cls.__qualname__ + '.__init__'
        f.__module__ = cls.__module__
        cls.__init__ = f
    if repr_:
        shown = [f.name for f in real if f.repr]
        running = set()
        def __repr__(self):
            key = id(self)
            if key in running:
                return '...'
            running.add(key)
            try:
                return type(self).__qualname__ + '(' + ', '.join(['%s=%r' % (n, getattr(self, n)) for n in shown]) + ')'
            finally:
                running.discard(key)
        _set(cls, '__repr__', __repr__)
    compared = [f.name for f in real if f.compare]
    def astuple_(self):
        return tuple([getattr(self, n) for n in compared])
    if eq:
        def __eq__(self, other):
            if other.__class__ is self.__class__:
                return astuple_(self) == astuple_(other)
            return NotImplemented
        _set(cls, '__eq__', __eq__)
    if order:
        def __lt__(self, other):
            return astuple_(self) < astuple_(other) if other.__class__ is self.__class__ else NotImplemented
        def __le__(self, other):
            return astuple_(self) <= astuple_(other) if other.__class__ is self.__class__ else NotImplemented
        def __gt__(self, other):
            return astuple_(self) > astuple_(other) if other.__class__ is self.__class__ else NotImplemented
        def __ge__(self, other):
            return astuple_(self) >= astuple_(other) if other.__class__ is self.__class__ else NotImplemented
        for f in (__lt__, __le__, __gt__, __ge__):
            if _set(cls, f.__name__, f):
                raise TypeError('Cannot overwrite attribute %s in class %s. Consider using functools.total_ordering' % (f.__name__, cls.__name__))
    if frozen:
        names = frozenset(fields)
        def __setattr__(self, name, value):
            if type(self) is cls or name in names:
                raise FrozenInstanceError('cannot assign to field %r' % name)
            super(cls, self).__setattr__(name, value)
        def __delattr__(self, name):
            if type(self) is cls or name in names:
                raise FrozenInstanceError('cannot delete field %r' % name)
            super(cls, self).__delattr__(name)
        for f in (__setattr__, __delattr__):
            if _set(cls, f.__name__, f):
                raise TypeError('Cannot overwrite attribute %s in class %s' % (f.__name__, cls.__name__))
    hashed = [f.name for f in real if (f.compare if f.hash is None else f.hash)]
    def __hash__(self):
        return hash(tuple([getattr(self, n) for n in hashed]))
    if unsafe_hash:
        if explicit_hash:
            raise TypeError('Cannot overwrite attribute __hash__ in class ' + cls.__name__)
        cls.__hash__ = __hash__
    elif eq and frozen:
        if not explicit_hash:
            cls.__hash__ = __hash__
    elif eq and not explicit_hash:
        cls.__hash__ = None
    if match_args and '__match_args__' not in cls.__dict__:
        cls.__match_args__ = tuple([f.name for f in fields.values() if f._field_type in ('field', 'initvar') and f.init and not f.kw_only])
    if not cls.__doc__:
        cls.__doc__ = cls.__name__
    if slots:
        if '__slots__' in cls.__dict__:
            raise TypeError('%s already specifies __slots__' % cls.__name__)
        ns = dict(cls.__dict__)
        names = [f.name for f in real]
        inherited = set()
        for b in cls.__mro__[1:-1]:
            s = b.__dict__.get('__slots__', ())
            inherited.update((s,) if isinstance(s, str) else s)
        ns['__slots__'] = tuple([n for n in names if n not in inherited])
        for n in names:
            ns.pop(n, None)
        ns.pop('__dict__', None)
        ns.pop('__weakref__', None)
        qualname = cls.__qualname__
        old = cls
        cls = type(cls)(cls.__name__, cls.__bases__, ns)
        cls.__qualname__ = qualname
    return cls

def dataclass(cls=None, /, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False, weakref_slot=False):
    def wrap(cls):
        return _process(cls, init, repr, eq, order, unsafe_hash, frozen, match_args, kw_only, slots, weakref_slot)
    return wrap if cls is None else wrap(cls)

def fields(class_or_instance):
    try:
        fs = class_or_instance.__dataclass_fields__
    except AttributeError:
        raise TypeError('must be called with a dataclass type or instance') from None
    return tuple([f for f in fs.values() if f._field_type == 'field'])

def is_dataclass(obj):
    return hasattr(obj if isinstance(obj, type) else type(obj), '__dataclass_fields__')

def _is_instance(obj):
    return hasattr(type(obj), '__dataclass_fields__')

def asdict(obj, *, dict_factory=dict):
    if not _is_instance(obj):
        raise TypeError('asdict() should be called on dataclass instances')
    return _asdict(obj, dict_factory)

def _asdict(obj, factory):
    if _is_instance(obj):
        return factory([(f.name, _asdict(getattr(obj, f.name), factory)) for f in fields(obj)])
    if isinstance(obj, tuple) and hasattr(obj, '_fields'):
        return type(obj)(*[_asdict(v, factory) for v in obj])
    if isinstance(obj, (list, tuple)):
        return type(obj)([_asdict(v, factory) for v in obj])
    if isinstance(obj, dict):
        items = [(_asdict(k, factory), _asdict(v, factory)) for k, v in obj.items()]
        if hasattr(type(obj), 'default_factory') or hasattr(obj, 'default_factory'):
            result = type(obj)(obj.default_factory)
            for k, v in items:
                result[k] = v
            return result
        return type(obj)(items)
    return _copy.deepcopy(obj)

def astuple(obj, *, tuple_factory=tuple):
    if not _is_instance(obj):
        raise TypeError('astuple() should be called on dataclass instances')
    return _astuple(obj, tuple_factory)

def _astuple(obj, factory):
    if _is_instance(obj):
        return factory([_astuple(getattr(obj, f.name), factory) for f in fields(obj)])
    if isinstance(obj, tuple) and hasattr(obj, '_fields'):
        return type(obj)(*[_astuple(v, factory) for v in obj])
    if isinstance(obj, (list, tuple)):
        return type(obj)([_astuple(v, factory) for v in obj])
    if isinstance(obj, dict):
        return type(obj)([(_astuple(k, factory), _astuple(v, factory)) for k, v in obj.items()])
    return _copy.deepcopy(obj)

def make_dataclass(cls_name, fields, *, bases=(), namespace=None, module=None, **options):
    namespace = dict(namespace or {})
    annotations = {}
    for item in fields:
        if isinstance(item, str):
            name, t = item, 'typing.Any'
        elif len(item) == 2:
            name, t = item
        else:
            name, t, namespace[item[0]] = item
        if not name.isidentifier():
            raise TypeError('Field names must be valid identifiers: %r' % name)
        if name in annotations:
            raise TypeError('Field name duplicated: %r' % name)
        annotations[name] = t
    namespace['__annotations__'] = annotations
    namespace.setdefault('__module__', module or _sys._caller_module())
    return dataclass(type(cls_name, tuple(bases), namespace), **options)

def replace(obj, /, **changes):
    if not _is_instance(obj):
        raise TypeError('replace() should be called on dataclass instances')
    for f in obj.__dataclass_fields__.values():
        if f._field_type == 'classvar':
            continue
        if not f.init:
            if f.name in changes:
                raise ValueError('field %s is declared with init=False, it cannot be specified with replace()' % f.name)
            continue
        if f.name not in changes:
            if f._field_type == 'initvar' and f.default is MISSING:
                raise ValueError('InitVar %r must be specified with replace()' % f.name)
            changes[f.name] = getattr(obj, f.name)
    return type(obj)(**changes)
`;
