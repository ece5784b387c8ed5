/** The module `abc`, in Python. */

export default `
"""Abstract base classes."""

def abstractmethod(f):
    f.__isabstractmethod__ = True
    return f

class abstractclassmethod(classmethod):
    __isabstractmethod__ = True
class abstractstaticmethod(staticmethod):
    __isabstractmethod__ = True
class abstractproperty(property):
    __isabstractmethod__ = True

class ABCMeta(type):
    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        names = {n for n, v in namespace.items() if getattr(v, '__isabstractmethod__', False)}
        for base in bases:
            for n in getattr(base, '__abstractmethods__', ()):
                if getattr(getattr(cls, n, None), '__isabstractmethod__', False):
                    names.add(n)
        cls.__abstractmethods__ = frozenset(names)
        cls._abc_registry = []
        return cls
    def register(cls, subclass):
        if not isinstance(subclass, type):
            raise TypeError('Can only register classes')
        if type.__subclasscheck__(cls, subclass):
            return subclass
        if type.__subclasscheck__(subclass, cls):
            raise RuntimeError('Refusing to create an inheritance cycle')
        cls._abc_registry.append(subclass)
        for mark in ('__match_sequence__', '__match_mapping__'):
            if hasattr(cls, mark):
                try:
                    setattr(subclass, mark, True)
                except TypeError:
                    pass
        return subclass
    def __instancecheck__(cls, instance):
        return cls.__subclasscheck__(type(instance)) or (instance.__class__ is not type(instance) and cls.__subclasscheck__(instance.__class__))
    def __subclasscheck__(cls, subclass):
        if not isinstance(subclass, type):
            raise TypeError('issubclass() arg 1 must be a class')
        r = cls.__subclasshook__(subclass)
        if r is not NotImplemented:
            return r
        if cls in subclass.__mro__:
            return True
        for other in cls._abc_registry:
            if issubclass(subclass, other):
                return True
        for sub in type.__subclasses__(cls):
            if issubclass(subclass, sub):
                return True
        return False

class ABC(metaclass=ABCMeta):
    __slots__ = ()

def get_cache_token():
    return 0

def update_abstractmethods(cls):
    names = {n for n, v in cls.__dict__.items() if getattr(v, '__isabstractmethod__', False)}
    for base in cls.__bases__:
        for n in getattr(base, '__abstractmethods__', ()):
            if getattr(getattr(cls, n, None), '__isabstractmethod__', False):
                names.add(n)
    cls.__abstractmethods__ = frozenset(names)
    return cls
`;
