/** The module `enum`, in Python. */

export default String.raw`
"""Enumerations."""
import sys as _sys

class auto:
    def __init__(self, value=None):
        self.value = value

class nonmember:
    def __init__(self, value):
        self.value = value
class member:
    def __init__(self, value):
        self.value = value

class property(property):
    def __set_name__(self, owner, name):
        self._name = name
    def __get__(self, obj, cls=None):
        if obj is None:
            m = cls._member_map_.get(self._name) if self._name in ('name', 'value') or True else None
            if m is not None:
                return m
            raise AttributeError("%r has no attribute %r" % (cls, self._name))
        return self.fget(obj)
DynamicClassAttribute = property

def _is_dunder(n):
    return len(n) > 4 and n[:2] == '__' and n[-2:] == '__' and n[2] != '_' and n[-3] != '_'
def _is_sunder(n):
    return len(n) > 2 and n[0] == '_' and n[-1] == '_' and n[1] != '_' and n[-2] != '_'
def _is_private(cls, n):
    return n.startswith('_%s__' % cls) and not n.endswith('__')
def _is_descriptor(v):
    return hasattr(v, '__get__') or hasattr(v, '__set__') or hasattr(v, '__delete__')

class EnumDict(dict):
    def __init__(self, name=''):
        dict.__init__(self)
        self._names = []
        self._last = []
        self._ignore = []
        self._cls = name
        self._generate = None
    def __setitem__(self, key, value):
        if _is_private(self._cls, key) or _is_dunder(key):
            pass
        elif _is_sunder(key):
            if key == '_generate_next_value_':
                self._generate = value.__func__ if isinstance(value, staticmethod) else value
            elif key == '_ignore_':
                self._ignore = value.replace(',', ' ').split() if isinstance(value, str) else list(value)
        elif key in self._names:
            raise TypeError('%r already defined as %r' % (key, self[key]))
        elif key in self._ignore:
            pass
        elif isinstance(value, nonmember):
            value = value.value
        elif isinstance(value, member):
            value = value.value
            self._names.append(key)
            self._last.append(value)
        elif not _is_descriptor(value) and not isinstance(value, type(EnumDict.update)):
            if isinstance(value, auto):
                if value.value is None:
                    value.value = self._generate(key, 1, len(self._names), self._last[:])
                value = value.value
            elif isinstance(value, tuple) and any([isinstance(v, auto) for v in value]):
                parts = []
                for v in value:
                    if isinstance(v, auto):
                        if v.value is None:
                            v.value = self._generate(key, 1, len(self._names), self._last[:])
                        v = v.value
                    parts.append(v)
                value = tuple(parts)
            self._names.append(key)
            self._last.append(value)
        dict.__setitem__(self, key, value)
_EnumDict = EnumDict

class EnumType(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kwds):
        d = EnumDict(name)
        for base in bases:
            if isinstance(base, EnumType):
                if base._member_names_:
                    raise TypeError('%r cannot extend %r' % (name, base))
                d._generate = base._generate_next_value_
                break
        return d
    def __new__(mcls, name, bases, namespace, *, boundary=None, **kwds):
        if not isinstance(namespace, EnumDict) or (not bases):
            return type.__new__(mcls, name, bases, dict(namespace), **kwds)
        names = namespace._names
        values = {n: namespace[n] for n in names}
        ns = {k: v for k, v in namespace.items() if k not in values and k != '_ignore_'}
        if '_generate_next_value_' in ns and not isinstance(ns['_generate_next_value_'], staticmethod):
            ns['_generate_next_value_'] = staticmethod(ns['_generate_next_value_'])
        for n in names:
            if n == 'mro' or n == '':
                raise ValueError('invalid enum member name(s) %r' % n)
        ns['_member_names_'] = []
        ns['_member_map_'] = {}
        ns['_value2member_map_'] = {}
        ns['_unhashable_values_'] = []
        own_new = ns.get('__new__')
        if own_new is not None:
            ns['__new_member__'] = own_new
        data_type = object
        for base in bases:
            for c in base.__mro__:
                if c is object or isinstance(c, EnumType):
                    continue
                if '__new__' in c.__dict__ or '__dataclass_fields__' in c.__dict__:
                    data_type = c
                    break
            if data_type is not object:
                break
        ns['_member_type_'] = data_type
        first = None
        for base in bases:
            if isinstance(base, EnumType):
                first = base
        new_member = own_new
        if new_member is None:
            for base in bases:
                f = getattr(base, '__new_member__', None)
                if f is not None and f is not object.__new__:
                    new_member = f
                    break
        if isinstance(new_member, staticmethod):
            new_member = new_member.__func__
        use_args = new_member is not None or data_type is not object
        if new_member is None and data_type is not object:
            new_member = data_type.__new__
        ns.pop('__new__', None)
        if boundary is not None:
            ns['_boundary_'] = boundary
        cls = type.__new__(mcls, name, bases, ns, **kwds)
        if own_new is not None:
            cls.__new_member__ = staticmethod(new_member)
        if data_type is not object and first is not None:
            keep = 'ReprEnum' in globals() and issubclass(cls, ReprEnum)
            for n in ('__repr__', '__str__', '__format__', '__reduce_ex__'):
                if n in ns or (keep and n in ('__str__', '__format__')):
                    continue
                if getattr(cls, n) is getattr(data_type, n, None):
                    for base in cls.__mro__:
                        if isinstance(base, EnumType) and n in base.__dict__:
                            setattr(cls, n, base.__dict__[n])
                            break
        if issubclass(cls, Flag) if 'Flag' in globals() else False:
            cls._flag_mask_ = 0
        is_flag = 'Flag' in globals() and issubclass(cls, Flag)
        for n in names:
            value = values[n]
            args = value if isinstance(value, tuple) else (value,)
            if data_type is tuple:
                args = (args,)
            if not use_args:
                m = object.__new__(cls)
                if not hasattr(m, '_value_'):
                    m._value_ = value
            else:
                m = new_member(cls, *args)
                if '_value_' not in m.__dict__:
                    if data_type is object or own_new is not None and data_type is object:
                        m._value_ = value
                    else:
                        try:
                            m._value_ = data_type(*args)
                        except Exception:
                            m._value_ = value
            value = m._value_
            m._name_ = n
            m.__objclass__ = cls
            m._sort_order_ = len(cls._member_names_)
            init = getattr(cls, '__init__')
            if init is not object.__init__ and init is not getattr(data_type, '__init__', None):
                m.__init__(*args)
            elif init is not object.__init__ and '__init__' in cls.__dict__:
                m.__init__(*args)
            alias = None
            try:
                alias = cls._value2member_map_.get(value)
            except TypeError:
                for other in cls._member_map_.values():
                    if other._value_ == value:
                        alias = other
            if alias is not None:
                m = alias
            elif is_flag and isinstance(value, int) and value and value & (value - 1):
                pass
            else:
                cls._member_names_.append(n)
            cls._member_map_[n] = m
            if is_flag and isinstance(value, int):
                cls._flag_mask_ |= value
            type.__setattr__(cls, n, m)
            try:
                cls._value2member_map_.setdefault(value, m)
            except TypeError:
                cls._unhashable_values_.append(value)
        return cls
    def __init__(cls, *args, **kwds):
        pass
    def __call__(cls, value, names=None, *values, module=None, qualname=None, type=None, start=1, boundary=None):
        if cls._member_map_ or names is None:
            if names is not None:
                value = (value, names) + values
            return Enum.__new__(cls, value)
        return cls._create_(value, names, module=module, qualname=qualname, type=type, start=start)
    def _create_(cls, class_name, names, *, module=None, qualname=None, type=None, start=1):
        meta = cls.__class__
        bases = (cls,) if type is None else (type, cls)
        ns = meta.__prepare__(class_name, bases)
        if isinstance(names, str):
            names = names.replace(',', ' ').split()
        if isinstance(names, (tuple, list)) and names and isinstance(names[0], str):
            last = []
            pairs = []
            for i, n in enumerate(names):
                v = cls._generate_next_value_(n, start, i, last[:])
                last.append(v)
                pairs.append((n, v))
            names = pairs
        elif hasattr(names, 'items'):
            names = list(names.items())
        for n, v in names:
            ns[n] = v
        ns['__module__'] = module or _sys._caller_module()
        ns['__qualname__'] = qualname or class_name
        return meta.__new__(meta, class_name, bases, ns)
    def __contains__(cls, value):
        if isinstance(value, cls):
            return True
        try:
            return value in cls._value2member_map_
        except TypeError:
            return value in cls._unhashable_values_
    def __delattr__(cls, attr):
        if attr in cls._member_map_:
            raise AttributeError('%r cannot delete member %r.' % (cls.__name__, attr))
        type.__delattr__(cls, attr)
    def __setattr__(cls, name, value):
        if name in cls.__dict__.get('_member_map_', {}):
            raise AttributeError('cannot reassign member %r' % name)
        type.__setattr__(cls, name, value)
    def __dir__(cls):
        return sorted(['__class__', '__contains__', '__doc__', '__getitem__', '__iter__', '__len__', '__members__', '__module__', '__name__', '__qualname__'] + list(cls._member_names_))
    def __getitem__(cls, name):
        return cls._member_map_[name]
    def __iter__(cls):
        return iter([cls._member_map_[n] for n in cls._member_names_])
    def __reversed__(cls):
        return iter([cls._member_map_[n] for n in reversed(cls._member_names_)])
    def __len__(cls):
        return len(cls._member_names_)
    def __bool__(cls):
        return True
    @_sys._builtin_property
    def __members__(cls):
        from types import MappingProxyType
        return MappingProxyType(cls._member_map_)
    def __repr__(cls):
        return "<%s %r>" % ('flag' if 'Flag' in globals() and issubclass(cls, Flag) else 'enum', cls.__name__)
EnumMeta = EnumType

class Enum(metaclass=EnumType):
    _member_names_ = []
    _member_map_ = {}
    _value2member_map_ = {}
    _unhashable_values_ = []
    def __new__(cls, value):
        if type(value) is cls:
            return value
        try:
            m = cls._value2member_map_.get(value)
            if m is not None:
                return m
        except TypeError:
            pass
        for m in cls._member_map_.values():
            if m._value_ == value:
                return m
        exc = None
        try:
            result = cls._missing_(value)
        except Exception as e:
            exc = e
            result = None
        if isinstance(result, cls):
            return result
        ve = ValueError('%r is not a valid %s' % (value, cls.__qualname__))
        if result is None and exc is None:
            raise ve
        if exc is None:
            exc = TypeError('error in %s._missing_: returned %r instead of None or a valid member' % (cls.__name__, result))
        if not isinstance(exc, ValueError):
            exc.__context__ = ve
        raise exc
    def __init__(self, *args, **kwds):
        pass
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start
        try:
            return sorted(last_values)[-1] + 1
        except TypeError:
            for v in reversed(last_values):
                try:
                    return v + 1
                except TypeError:
                    pass
            return start
    @classmethod
    def _missing_(cls, value):
        return None
    def __repr__(self):
        return '<%s.%s: %s>' % (type(self).__name__, self._name_, repr(self._value_) if type(self)._member_type_ in (object, int, str, float) or True else '')
    def __str__(self):
        return '%s.%s' % (type(self).__name__, self._name_)
    def __dir__(self):
        return ['__class__', '__doc__', '__eq__', '__hash__', '__module__', 'name', 'value']
    def __format__(self, spec):
        return str.__format__(str(self), spec)
    def __hash__(self):
        return hash(self._name_)
    def __reduce_ex__(self, proto):
        return type(self), (self._value_,)
    def __deepcopy__(self, memo):
        return self
    def __copy__(self):
        return self
    @property
    def name(self):
        return self._name_
    @property
    def value(self):
        return self._value_
Enum._member_type_ = object

class ReprEnum(Enum):
    pass

class IntEnum(int, ReprEnum):
    __str__ = int.__repr__
    __format__ = int.__format__

class StrEnum(str, ReprEnum):
    def __new__(cls, *values):
        for v in values[:1]:
            if not isinstance(v, str):
                raise TypeError('%r is not a string' % (v,))
        value = str(*values)
        m = str.__new__(cls, value)
        m._value_ = value
        return m
    __str__ = str.__str__
    __format__ = str.__format__
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()

class FlagBoundary(StrEnum):
    STRICT = 'strict'
    CONFORM = 'conform'
    EJECT = 'eject'
    KEEP = 'keep'
STRICT, CONFORM, EJECT, KEEP = FlagBoundary

class Flag(Enum, boundary=STRICT):
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start if start is not None else 1
        high = max(last_values)
        return 1 << high.bit_length()
    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            raise ValueError('%r is not a valid %s' % (value, cls.__qualname__))
        mask = cls._flag_mask_
        if value < 0:
            bits = mask.bit_length()
            value = value & ((1 << bits) - 1) & mask if cls._boundary_ is not KEEP else (1 << bits) + value
        unknown = value & ~mask
        if unknown:
            if cls._boundary_ is STRICT:
                raise ValueError('%r invalid value %r\n    given %s\n  allowed %s' % (cls, value, bin(value), bin(mask)))
            if cls._boundary_ is CONFORM:
                value &= mask
            elif cls._boundary_ is EJECT:
                return value
        m = cls._value2member_map_.get(value)
        if m is not None:
            return m
        if cls._member_type_ is object:
            m = object.__new__(cls)
        else:
            m = cls._member_type_.__new__(cls, value)
        m._value_ = value
        names = [x._name_ for x in cls if x._value_ & value]
        m._name_ = '|'.join(names) if names and value else None
        if unknown and names:
            m._name_ += '|%d' % unknown
        m.__objclass__ = cls
        cls._value2member_map_[value] = m
        return m
    def __contains__(self, other):
        if not isinstance(other, type(self)):
            raise TypeError("unsupported operand type(s) for 'in': %r and %r" % (type(other).__qualname__, type(self).__qualname__))
        return other._value_ & self._value_ == other._value_
    def __iter__(self):
        for m in type(self):
            if m._value_ & self._value_:
                yield m
    def __len__(self):
        return self._value_.bit_count()
    def __repr__(self):
        if self._name_ is None:
            return '<%s: %r>' % (type(self).__name__, self._value_)
        return '<%s.%s: %r>' % (type(self).__name__, self._name_, self._value_)
    def __str__(self):
        if self._name_ is None:
            return '%s(%r)' % (type(self).__name__, self._value_)
        return '%s.%s' % (type(self).__name__, self._name_)
    def __bool__(self):
        return bool(self._value_)
    def _other(self, other):
        if isinstance(other, type(self)):
            return other._value_
        if type(self)._member_type_ is not object and isinstance(other, int):
            return other
        return NotImplemented
    def __or__(self, other):
        v = self._other(other)
        return v if v is NotImplemented else type(self)(self._value_ | v)
    def __and__(self, other):
        v = self._other(other)
        return v if v is NotImplemented else type(self)(self._value_ & v)
    def __xor__(self, other):
        v = self._other(other)
        return v if v is NotImplemented else type(self)(self._value_ ^ v)
    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__
    def __invert__(self):
        return type(self)(type(self)._flag_mask_ & ~self._value_) if type(self)._boundary_ is not KEEP else type(self)(~self._value_)

class IntFlag(int, ReprEnum, Flag, boundary=KEEP):
    __str__ = int.__repr__
    __format__ = int.__format__
    def __repr__(self):
        return Flag.__repr__(self)

def unique(enumeration):
    dups = [(n, m._name_) for n, m in enumeration.__members__.items() if n != m._name_]
    if dups:
        raise ValueError('duplicate values found in %r: %s' % (enumeration, ', '.join(['%s -> %s' % d for d in dups])))
    return enumeration

CONTINUOUS, NAMED_FLAGS, UNIQUE = 'no skipped integer values', 'multi-flag aliases may not contain unnamed flags', 'one name per value'
class verify:
    def __init__(self, *checks):
        self.checks = checks
    def __call__(self, enumeration):
        for c in self.checks:
            if c == UNIQUE:
                unique(enumeration)
            elif c == CONTINUOUS:
                values = sorted([m.value for m in enumeration])
                if values != list(range(values[0], values[-1] + 1)):
                    raise ValueError('invalid enum %r: missing values' % enumeration.__name__)
        return enumeration

def global_enum(cls, update_str=False):
    _sys.modules[cls.__module__].__dict__.update(cls.__members__)
    return cls
def simple_enum(etype=Enum, *, boundary=None, use_args=None):
    return lambda cls: etype(cls.__name__, {k: v for k, v in cls.__dict__.items() if not k.startswith('_')})
`;
