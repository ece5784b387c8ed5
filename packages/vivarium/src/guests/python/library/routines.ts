/**
 * Library routines that call guest code, in Python: whatever they do can be parked, metered and resumed like any guest
 * code. Each is compiled when it is first needed. Names with a leading underscore are native helpers.
 */

const SOURCE = `
def collect(iterable):
    it = iter(iterable)
    # As list() does; what it says is of no use here, but it may raise.
    if hasattr(type(iterable), '__len__'):
        try:
            len(iterable)
        except TypeError:
            pass
    return [x for x in it]

def unpack(iterable, n):
    out = []
    for x in iterable:
        if len(out) == n:
            raise ValueError('too many values to unpack (expected %d)' % n)
        out.append(x)
    return tuple(out)

def iter_contains(container, item):
    for x in container:
        if x is item or x == item:
            return True
    return False

def iter_by_index(sequence):
    i = 0
    while True:
        try:
            x = sequence[i]
        except (IndexError, StopIteration):
            return
        yield x
        i += 1

def reversed_by_index(sequence):
    i = len(sequence) - 1
    while i >= 0:
        try:
            x = sequence[i]
        except (IndexError, StopIteration):
            return
        yield x
        i -= 1

def index_all(values):
    out = []
    for v in values:
        out.append(_index(v))
    return tuple(out)

def _index(v):
    if isinstance(v, int):
        return int(v)
    f = getattr(type(v), '__index__', None)
    if f is None:
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(v).__name__)
    r = f(v)
    if not isinstance(r, int):
        raise TypeError('__index__ returned non-int (type %s)' % type(r).__name__)
    return int(r)

def plain_slice(s):
    parts = []
    # In the order in which CPython looks at them.
    for part in (s.step, s.start, s.stop):
        if part is not None:
            if not hasattr(type(part), '__index__'):
                raise TypeError('slice indices must be integers or None or have an __index__ method')
            part = _index(part)
            if not parts and part == 0:
                raise ValueError('slice step cannot be zero')
        parts.append(part)
    return slice(parts[1], parts[2], parts[0])

def slice_indices(s, length):
    return s.indices(_index(length))

def sequence_equal(a, b):
    if len(a) != len(b):
        return False
    i = 0
    while i < len(a) and i < len(b):
        x = a[i]
        y = b[i]
        if x is not y and not x == y:
            return False
        i += 1
    return len(a) == len(b)

def sequence_order(a, b, op):
    i = 0
    while i < len(a) and i < len(b):
        x = a[i]
        y = b[i]
        if x is not y and not x == y:
            if op == 0:
                return x < y
            if op == 1:
                return x <= y
            if op == 4:
                return x > y
            return x >= y
        i += 1
    if op == 0:
        return len(a) < len(b)
    if op == 1:
        return len(a) <= len(b)
    if op == 4:
        return len(a) > len(b)
    return len(a) >= len(b)

def sequence_count(sequence, item):
    n = 0
    i = 0
    while i < len(sequence):
        x = sequence[i]
        if x is item or x == item:
            n += 1
        i += 1
    return n

def sequence_index(sequence, item, start, stop):
    i = start
    while i < len(sequence) and i < stop:
        x = sequence[i]
        if x is item or x == item:
            return i
        i += 1
    if type(sequence) is tuple:
        raise ValueError('tuple.index(x): x not in tuple')
    raise ValueError(repr(item) + ' is not in list')

def not_in_list(item):
    raise ValueError(repr(item) + ' is not in list')

def list_remove(items, item):
    i = 0
    while i < len(items):
        x = items[i]
        if x is item or x == item:
            del items[i]
            return
        i += 1
    raise ValueError('list.remove(x): x not in list')

def map_keys(key, items):
    return [key(x) for x in items]

def merge_sort(items, keys, reverse):
    n = len(items)
    if keys is None:
        keys = items
    order = list(range(n))
    # Runs of ascending (or strictly descending) keys first, then merging: stable, and linear for sorted input.
    runs = []
    i = 0
    while i < n:
        j = i + 1
        if j < n:
            if reverse:
                descending = keys[i] < keys[j]
            else:
                descending = keys[j] < keys[i]
            j += 1
            while j < n:
                if reverse:
                    less = keys[j - 1] < keys[j]
                else:
                    less = keys[j] < keys[j - 1]
                if bool(less) is not bool(descending):
                    break
                j += 1
            run = order[i:j]
            if descending:
                run.reverse()
        else:
            run = [i]
        runs.append(run)
        i = j
    while len(runs) > 1:
        merged = []
        k = 0
        while k < len(runs):
            if k + 1 == len(runs):
                merged.append(runs[k])
                break
            a = runs[k]
            b = runs[k + 1]
            out = []
            x = 0
            y = 0
            while x < len(a) and y < len(b):
                if reverse:
                    later = keys[a[x]] < keys[b[y]]
                else:
                    later = keys[b[y]] < keys[a[x]]
                if later:
                    out.append(b[y])
                    y += 1
                else:
                    out.append(a[x])
                    x += 1
            out.extend(a[x:])
            out.extend(b[y:])
            merged.append(out)
            k += 2
        runs = merged
    if not runs:
        return []
    return [items[i] for i in runs[0]]

def dict_find(table, key, h):
    while True:
        version = _version(table)
        again = False
        for i in _positions(table, h, key):
            other = _key_at(table, i)
            if other is key:
                return i
            same = other == key
            if _version(table) != version:
                again = True
                break
            if same:
                return i
        if not again:
            return -1

def dict_set(table, key, value):
    h = hash(key)
    i = dict_find(table, key, h)
    if i >= 0:
        _put_at(table, i, value)
    else:
        _add(table, h, key, value)

def dict_build(table, flat):
    i = 0
    while i < len(flat):
        _store(table, flat[i], flat[i + 1])
        i += 2
    return table

def dict_contains(table, key):
    return dict_find(table, key, hash(key)) >= 0

def dict_getitem(table, key):
    i = dict_find(table, key, hash(key))
    if i < 0:
        missing = getattr(type(table), '__missing__', None)
        if missing is not None:
            return missing(table, key)
        raise KeyError(key)
    return _value_at(table, i)

def dict_get(table, key, default):
    i = dict_find(table, key, hash(key))
    if i < 0:
        return default
    return _value_at(table, i)

def dict_setdefault(table, key, default):
    h = hash(key)
    i = dict_find(table, key, h)
    if i >= 0:
        return _value_at(table, i)
    _add(table, h, key, default)
    return default

def dict_delitem(table, key):
    i = dict_find(table, key, hash(key))
    if i < 0:
        raise KeyError(key)
    _remove_at(table, i)

def dict_pop(table, key, default=_missing):
    i = dict_find(table, key, hash(key))
    if i < 0:
        if default is _missing:
            raise KeyError(key)
        return default
    v = _value_at(table, i)
    _remove_at(table, i)
    return v

def set_discard(table, key):
    i = dict_find(table, key, hash(key))
    if i >= 0:
        _remove_at(table, i)

def dict_update_from(table, other):
    for k in other.keys():
        _store(table, k, other[k])

def dict_merge(table, other, name):
    for k in other.keys():
        if not isinstance(k, str):
            raise TypeError('keywords must be strings')
        if k in table:
            raise TypeError("%s got multiple values for keyword argument '%s'" % (name, k))
        _store(table, k, other[k])

def dict_update_pairs(table, pairs):
    i = 0
    for pair in pairs:
        try:
            pair = tuple(pair)
        except TypeError:
            raise TypeError('cannot convert dictionary update sequence element #%d to a sequence' % i) from None
        if len(pair) != 2:
            raise ValueError('dictionary update sequence element #%d has length %d; 2 is required' % (i, len(pair)))
        _store(table, pair[0], pair[1])
        i += 1

def dict_fromkeys(cls, keys, value):
    d = cls()
    for k in keys:
        d[k] = value
    return d

def dict_equal(a, b):
    for k in _keys(a):
        try:
            x = dict.__getitem__(a, k)
        except KeyError:
            return False
        i = dict_find(b, k, hash(k))
        if i < 0:
            return False
        y = _value_at(b, i)
        if x is not y and not x == y:
            return False
    return True

def dict_or(a, b):
    d = dict(a)
    d.update(b)
    return d

def items_contains(table, item):
    if type(item) is not tuple or len(item) != 2:
        return False
    i = dict_find(table, item[0], hash(item[0]))
    if i < 0:
        return False
    v = _value_at(table, i)
    return v is item[1] or v == item[1]

def set_add_all(s, items):
    t = _table(s)
    for x in items:
        _store(t, x, None)
    return s

def set_or(a, b, cls):
    s = _new_set(cls)
    t = _table(s)
    for x in _keys(_table(a)):
        _store(t, x, None)
    for x in _keys(_table(b)):
        _store(t, x, None)
    return s

def set_and(a, b, cls):
    s = _new_set(cls)
    t = _table(s)
    for x in _keys(_table(a)):
        if x in b:
            _store(t, x, None)
    return s

def set_sub(a, b, cls):
    s = _new_set(cls)
    t = _table(s)
    for x in _keys(_table(a)):
        if x not in b:
            _store(t, x, None)
    return s

def set_xor(a, b, cls):
    s = _new_set(cls)
    t = _table(s)
    for x in _keys(_table(a)):
        if x not in b:
            _store(t, x, None)
    for x in _keys(_table(b)):
        if x not in a:
            _store(t, x, None)
    return s

def set_subset(a, b):
    for x in _keys(_table(a)):
        if x not in b:
            return False
    return True

def setlike_equal(a, b):
    if len(a) != len(b):
        return False
    for x in a:
        if x not in b:
            return False
    return True

def setlike_and(a, b):
    return {x for x in b if x in a}

def setlike_or(a, b):
    s = set(a)
    s.update(b)
    return s

def setlike_sub(a, b):
    s = set(a)
    s.difference_update(b)
    return s

def setlike_xor(a, b):
    s = set(a)
    s.symmetric_difference_update(b)
    return s

def setlike_order(a, b, equal):
    if equal:
        if len(a) > len(b):
            return False
    elif len(a) >= len(b):
        return False
    for x in a:
        if x not in b:
            return False
    return True

def setlike_disjoint(a, b):
    for x in b:
        if x in a:
            return False
    return True

def tuple_hash(t):
    return _combine_hashes([hash(x) for x in t])

def frozenset_hash(s):
    return _xor_hashes([hash(x) for x in s])

def repr_sequence(v, start, end, again):
    active = _state('repr.active', None)
    if active is None:
        active = []
        _set_state('repr.active', active)
    for x in active:
        if x is v:
            return again
    active.append(v)
    try:
        return start + ', '.join([repr(x) for x in v]) + end
    finally:
        active.pop()

def repr_dict(v):
    active = _state('repr.active', None)
    if active is None:
        active = []
        _set_state('repr.active', active)
    for x in active:
        if x is v:
            return '{...}'
    active.append(v)
    try:
        return '{' + ', '.join([repr(k) + ': ' + repr(x) for k, x in dict.items(v)]) + '}'
    finally:
        active.pop()

def repr_method(m, name):
    return '<bound method ' + name + ' of ' + repr(m.__self__) + '>'

def sum(iterable, total):
    for x in iterable:
        total = total + x
    return total

def all(iterable):
    for x in iterable:
        if not x:
            return False
    return True

def any(iterable):
    for x in iterable:
        if x:
            return True
    return False

def extreme(iterable, key, largest, default=_missing):
    it = iter(iterable)
    best = _missing
    for x in it:
        best = x
        break
    if best is _missing:
        if default is not _missing:
            return default
        raise ValueError(('max' if largest else 'min') + '() iterable argument is empty')
    if key is None:
        if largest:
            for x in it:
                if x > best:
                    best = x
        else:
            for x in it:
                if x < best:
                    best = x
        return best
    k = key(best)
    for x in it:
        y = key(x)
        if largest:
            better = y > k
        else:
            better = y < k
        if better:
            best = x
            k = y
    return best

def product_of(items, total):
    for x in items:
        total = total * x
    return total

def sumprod(p, q):
    total = 0
    for a, b in zip(p, q, strict=True):
        total += a * b
    return total

def isinstance_any(v, classes):
    for c in classes:
        if isinstance(v, c):
            return True
    return False

def issubclass_any(sub, classes):
    for c in classes:
        if issubclass(sub, c):
            return True
    return False

def zip_strict_rest(its):
    i = 0
    for it in its:
        if i > 0:
            for x in it:
                raise ValueError('zip() argument %d is longer than argument%s' % (i + 1, ' 1' if i == 1 else 's 1-%d' % i))
        i += 1
    raise StopIteration

def print_slow(values, sep, end, file):
    parts = [str(x) for x in values]
    text = sep.join(parts) + end
    if file is None or file is _state('sys.__stdout__', None):
        _write(text)
    else:
        i = 0
        for p in parts:
            if i:
                file.write(sep)
            file.write(p)
            i += 1
        file.write(end)

def input(prompt):
    read = _state('input', None)
    if read is None:
        raise EOFError('EOF when reading a line')
    line = read(prompt)
    if line is None:
        raise EOFError('EOF when reading a line')
    return line

def write_lines(stream, lines):
    for line in lines:
        stream.write(line)

def stdin_line():
    read = _state('input', None)
    line = None
    if read is not None:
        try:
            line = read('')
        except EOFError:
            pass
    return '' if line is None else line + '\\n'

def stdin_read():
    parts = []
    while True:
        line = stdin_line()
        if not line:
            return ''.join(parts)
        parts.append(line)

def stdin_readlines():
    lines = []
    while True:
        line = stdin_line()
        if not line:
            return lines
        lines.append(line)

def stdin_next():
    line = stdin_line()
    if not line:
        raise StopIteration
    return line

def display(value):
    if value is not None:
        import builtins
        builtins._ = None
        _write(repr(value) + '\\n')
        builtins._ = value

def exception_texts(exceptions):
    out = []
    for e in exceptions:
        try:
            out.append(str(e))
        except BaseException:
            out.append('<exception str() failed>')
    return out

def finish_class(cls, named, kwargs):
    for name, value in named:
        try:
            type(value).__set_name__(value, cls, name)
        except BaseException as e:
            e.add_note("Error calling __set_name__ on '%s' instance '%s' in '%s'" % (type(value).__name__, name, cls.__name__))
            raise
    super(cls, cls).__init_subclass__(**kwargs)

def resolve_bases(bases):
    out = []
    for base in bases:
        if isinstance(base, type) or not hasattr(type(base), '__mro_entries__'):
            out.append(base)
        else:
            new = base.__mro_entries__(bases)
            if not isinstance(new, tuple):
                raise TypeError('__mro_entries__ must return a tuple')
            out.extend(new)
    return tuple(out)

def object_reduce(o):
    import copyreg
    return copyreg.__reduce_ex__(o, 2)

def str_translate(text, table):
    out = []
    for c in text:
        try:
            by = table[ord(c)]
        except LookupError:
            out.append(c)
            continue
        if by is None:
            continue
        if isinstance(by, int):
            by = chr(by)
        elif not isinstance(by, str):
            raise TypeError('character mapping must return integer, None or str')
        out.append(by)
    return ''.join(out)

def format_lookup(field, args, kwargs, counter):
    name = field
    n = len(field)
    i = 0
    while i < n and field[i] != '.' and field[i] != '[':
        i += 1
    name = field[:i]
    if name == '':
        if counter[0] < 0:
            raise ValueError('cannot switch from manual field specification to automatic field numbering')
        name = counter[0]
        counter[0] += 1
        if name >= len(args):
            raise IndexError('Replacement index %d out of range for positional args tuple' % name)
        value = args[name]
    elif name.isdigit():
        if counter[0] > 0:
            raise ValueError('cannot switch from automatic field numbering to manual field specification')
        counter[0] = -1
        if int(name) >= len(args):
            raise IndexError('Replacement index %d out of range for positional args tuple' % int(name))
        value = args[int(name)]
    else:
        value = kwargs[name]
    while i < n:
        if field[i] == '.':
            j = i + 1
            while j < n and field[j] != '.' and field[j] != '[':
                j += 1
            if j == i + 1:
                raise ValueError('Empty attribute in format string')
            value = getattr(value, field[i + 1:j])
        elif field[i] == '[':
            j = field.find(']', i)
            if j < 0:
                raise ValueError("Missing ']' in format string")
            key = field[i + 1:j]
            if key == '':
                raise ValueError('Empty attribute in format string')
            if key.isdigit():
                key = int(key)
            value = value[key]
            j += 1
        else:
            raise ValueError("Only '.' or '[' may follow ']' in format field specifier")
        i = j
    return value

def str_format(pieces, args, kwargs, mapping, counter=None, depth=2):
    if depth < 0:
        raise ValueError('Max string recursion exceeded')
    if counter is None:
        counter = [0]
    out = []
    for literal, field, spec, conversion in pieces:
        out.append(literal)
        if field is None:
            continue
        value = format_lookup(field, args, kwargs, counter)
        if conversion == 'r':
            value = repr(value)
        elif conversion == 's':
            value = str(value)
        elif conversion == 'a':
            value = ascii(value)
        if '{' in spec or '}' in spec:
            spec = str_format(_pieces(spec), args, kwargs, mapping, counter, depth - 1)
        out.append(format(value, spec))
    return ''.join(out)

def percent_integer(code, value):
    if isinstance(value, int) or code in 'diu' and isinstance(value, float):
        return value
    try:
        return int(value) if code in 'diu' and hasattr(type(value), '__int__') else _index(value)
    except TypeError:
        what = 'a real number' if code in 'diu' else 'an integer'
        raise TypeError('%%%s format: %s is required, not %s' % (code, what, type(value).__name__)) from None

def percent_format(text, args, conversions, tail, mapping):
    if isinstance(args, tuple):
        values = args
    else:
        values = (args,)
    at = 0
    used = mapping
    out = []
    for literal, key, flags, width, precision, code, position in conversions:
        out.append(literal)
        if key is not None:
            value = args[key]
            used = True
            w = 0 if width == '' else int(width)
            p = -1 if precision is None else 0 if precision == '' else int(precision)
        else:
            if width == '*':
                if at >= len(values):
                    raise TypeError('not enough arguments for format string')
                w = values[at]
                at += 1
            else:
                w = 0 if width == '' else int(width)
            if precision == '*':
                if at >= len(values):
                    raise TypeError('not enough arguments for format string')
                p = values[at]
                at += 1
            else:
                p = -1 if precision is None else 0 if precision == '' else int(precision)
            if at >= len(values):
                raise TypeError('not enough arguments for format string')
            value = values[at]
            at += 1
        if code == 's':
            value = str(value)
        elif code == 'r':
            value = repr(value)
            code = 's'
        elif code == 'a':
            value = ascii(value)
            code = 's'
        elif code in 'diuxXo':
            value = percent_integer(code, value)
        elif code in 'eEfFgG' and not isinstance(value, (int, float)):
            value = float(value)
        out.append(_format_percent(flags, code, position, w, p, value))
    if at < len(values) and not used:
        raise TypeError('not all arguments converted during string formatting')
    out.append(tail)
    return ''.join(out)

def bytes_percent(fmt, args):
    text = fmt.decode('latin-1')
    mapping = None
    if isinstance(args, tuple):
        values = args
    else:
        values = (args,)
        if hasattr(type(args), '__getitem__') and not isinstance(args, (bytes, bytearray, str)):
            mapping = args
    out = bytearray()
    used = mapping is not None
    at = 0
    for literal, key, flags, width, precision, code, position in _percent_parts(text):
        out += literal.encode('latin-1')
        if code == '':
            break
        given = []
        if key is not None:
            if mapping is None:
                raise TypeError('format requires a mapping')
            given.append(mapping[key.encode('latin-1')])
        else:
            for wanted in (width == '*', precision == '*', True):
                if wanted:
                    if at >= len(values):
                        raise TypeError('not enough arguments for format string')
                    given.append(values[at])
                    at += 1
        value = given.pop()
        if code in 'sb':
            code = 's'
            if isinstance(value, (bytes, bytearray, memoryview)):
                value = bytes(value)
            elif hasattr(type(value), '__bytes__'):
                value = bytes(value)
            else:
                raise TypeError("%%b requires a bytes-like object, or an object that implements __bytes__, not '%s'" % type(value).__name__)
            value = value.decode('latin-1')
        elif code == 'c':
            if isinstance(value, (bytes, bytearray)):
                if len(value) != 1:
                    raise TypeError('%c requires an integer in range(256) or a single byte')
                value = value.decode('latin-1')
            else:
                if not hasattr(type(value), '__index__'):
                    raise TypeError('%%c requires an integer in range(256) or a single byte, not %s' % type(value).__name__)
                value = _index(value)
                if not 0 <= value < 256:
                    raise OverflowError('%c arg not in range(256)')
        elif code in 'ar':
            code = 's'
            value = ascii(value)
        elif code in 'eEfFgG' and not isinstance(value, (int, float)):
            if not hasattr(type(value), '__float__') and not hasattr(type(value), '__index__'):
                raise TypeError('float argument required, not %s' % type(value).__name__)
            value = float(value)
        w = given.pop(0) if width == '*' else 0 if width == '' else int(width)
        p = given.pop(0) if precision == '*' else -1 if precision is None else 0 if precision == '' else int(precision)
        if code in 'diuxXo':
            value = percent_integer(code, value)
        out += _format_percent(flags, code, position, w, p, value).encode('latin-1')
    if at < len(values) and not used:
        raise TypeError('not all arguments converted during bytes formatting')
    return out if isinstance(fmt, bytearray) else bytes(out)

def match_keys(subject, keys):
    values = []
    seen = []
    for k in keys:
        if k in seen:
            raise ValueError('mapping pattern checks duplicate key (%r)' % (k,))
        seen.append(k)
        v = subject.get(k, _missing)
        if v is _missing:
            return None
        values.append(v)
    return tuple(values)

def match_rest(subject, keys):
    d = dict(subject)
    for k in keys:
        del d[k]
    return d

def match_class(subject, cls, names, count, itself):
    if not isinstance(subject, cls):
        return None
    values = []
    seen = []
    if count:
        if itself:
            if count > 1:
                raise TypeError('%s() accepts 1 positional sub-pattern (%d given)' % (cls.__name__, count))
            values.append(subject)
        else:
            args = getattr(cls, '__match_args__', ())
            if not isinstance(args, tuple):
                raise TypeError('%s.__match_args__ must be a tuple (got %s)' % (cls.__name__, type(args).__name__))
            if len(args) < count:
                raise TypeError('%s() accepts %d positional sub-pattern%s (%d given)' % (cls.__name__, len(args), '' if len(args) == 1 else 's', count))
            for name in args[:count]:
                if not isinstance(name, str):
                    raise TypeError('__match_args__ elements must be strings (got %s)' % type(name).__name__)
                if name in seen:
                    raise TypeError('%s() got multiple sub-patterns for attribute %r' % (cls.__name__, name))
                seen.append(name)
                v = getattr(subject, name, _missing)
                if v is _missing:
                    return None
                values.append(v)
    for name in names:
        if name in seen:
            raise TypeError('%s() got multiple sub-patterns for attribute %r' % (cls.__name__, name))
        seen.append(name)
        v = getattr(subject, name, _missing)
        if v is _missing:
            return None
        values.append(v)
    return tuple(values)

def group_split(group, condition):
    if isinstance(condition, type) and issubclass(condition, BaseException):
        types = condition
    elif isinstance(condition, tuple):
        types = condition
    elif callable(condition):
        types = None
    else:
        raise TypeError('expected a function, exception type or tuple of exception types')
    return group_split_by(group, condition, types)

def group_split_by(exc, condition, types):
    if types is not None:
        hit = isinstance(exc, types)
    else:
        hit = condition(exc)
    if hit:
        return exc, None
    if not isinstance(exc, BaseExceptionGroup):
        return None, exc
    yes = []
    no = []
    for e in exc.exceptions:
        a, b = group_split_by(e, condition, types)
        if a is not None:
            yes.append(a)
        if b is not None:
            no.append(b)
    def derive(list):
        if not list:
            return None
        new = exc.derive(list)
        if not isinstance(new, BaseExceptionGroup):
            raise TypeError('derive must return an instance of BaseExceptionGroup')
        _copy_exc_state(exc, new)
        notes = getattr(exc, '__notes__', None)
        if notes is not None:
            new.__notes__ = list_copy(notes)
        return new
    return derive(yes), derive(no)

def list_copy(x):
    return [y for y in x]

def group_subgroup(group, condition):
    return group_split(group, condition)[0]

def group_match(exc, types):
    if exc is None:
        return None, None
    if isinstance(exc, BaseExceptionGroup):
        return group_split_by(exc, None, types)
    if isinstance(exc, types):
        return ExceptionGroup('', (exc,)), None
    return None, exc

def group_reraise(original, raised):
    rest = raised[-1]
    raised = [e for e in raised[:-1] if e is not None]
    if not isinstance(original, BaseExceptionGroup):
        if raised:
            if len(raised) == 1:
                return raised[0]
            return ExceptionGroup('', raised)
        return rest
    new = []
    again = []
    key = original.__traceback__
    for e in raised:
        if isinstance(e, BaseExceptionGroup) and e.__traceback__ is not None and group_same_origin(e, original):
            again.append(e)
        else:
            new.append(e)
    if rest is not None:
        again.append(rest)
    leaves = []
    for e in again:
        leaves.extend(group_leaves(e))
    ids = [id(e) for e in leaves]
    kept = None
    if ids:
        kept = group_split_by(original, lambda e: not isinstance(e, BaseExceptionGroup) and id(e) in ids, None)[0]
    if not new:
        return kept
    if kept is not None:
        new.append(kept)
    if len(new) == 1 and kept is None:
        return new[0]
    return ExceptionGroup('', new) if group_plain(new) else BaseExceptionGroup('', new)

def group_plain(list):
    for e in list:
        if not isinstance(e, Exception):
            return False
    return True

def group_same_origin(e, original):
    mine = [id(x) for x in group_leaves(original)]
    for x in group_leaves(e):
        if id(x) not in mine:
            return False
    return e.message == original.message

def group_leaves(e):
    if not isinstance(e, BaseExceptionGroup):
        return [e]
    out = []
    for x in e.exceptions:
        out.extend(group_leaves(x))
    return out

async def anext_default(it, default):
    try:
        return await type(it).__anext__(it)
    except StopAsyncIteration:
        return default

def make_alias(cls, item):
    import typing
    return typing._alias(cls, item)

def make_union(a, b):
    import typing
    return typing._union(a, b)

def make_type_parameter(kind, name, bound, constraints):
    import typing
    return typing._type_parameter(kind, name, bound, constraints)

def make_type_alias(name, params, value):
    import typing
    return typing.TypeAliasType._make(name, params, value)

def generic_base(params):
    import typing
    return typing._generic_base(params)

def import_star(module, namespace):
    names = getattr(module, '__all__', None)
    if names is None:
        names = [k for k in module.__dict__ if isinstance(k, str) and not k.startswith('_')]
    for n in names:
        namespace[n] = getattr(module, n)

def import_name(name, globals, fromlist, level):
    if level > 0:
        package = None
        if globals is not None:
            package = globals.get('__package__')
            if package is None:
                package = globals.get('__name__', '')
                if '__path__' not in globals:
                    package = package.rpartition('.')[0]
        if not package:
            raise ImportError('attempted relative import with no known parent package')
        parts = package.split('.')
        if level - 1 >= len(parts) and level > 1:
            raise ImportError('attempted relative import beyond top-level package')
        base = '.'.join(parts[:len(parts) - (level - 1)])
        full = base + '.' + name if name else base
    else:
        if not name:
            raise ValueError('Empty module name')
        full = name
    module = import_load(full)
    if fromlist:
        if hasattr(module, '__path__'):
            for n in fromlist:
                if n == '*':
                    for m in getattr(module, '__all__', ()):
                        if not hasattr(module, m):
                            import_submodule(full, m)
                elif not hasattr(module, n):
                    import_submodule(full, n)
        return module
    if level > 0:
        return module
    return _modules()[full.partition('.')[0]]

def import_submodule(package, name):
    full = package + '.' + name
    try:
        import_load(full)
    except ModuleNotFoundError as e:
        if e.name != full:
            raise

def import_load(full):
    modules = _modules()
    if full in modules:
        module = modules[full]
        if module is None:
            raise ModuleNotFoundError('import of %s halted; None in sys.modules' % full, name=full)
        return module
    parent, _, last = full.rpartition('.')
    parent_module = None
    if parent:
        parent_module = import_load(parent)
        if full in modules:
            return modules[full]
        if not hasattr(parent_module, '__path__') and _builtin_module(full) is None:
            raise ModuleNotFoundError("No module named '%s'; '%s' is not a package" % (full, parent), name=full)
    module = None
    found = _find_source(full)
    if found is None:
        module = _builtin_module(full)
        if module is not None:
            modules[full] = module
    if module is None:
        if found is None:
            raise ModuleNotFoundError("No module named '%s'" % full, name=full)
        source, filename, package = found
        module = _new_module(full)
        module.__file__ = filename
        if package is not None:
            module.__path__ = [package]
            module.__package__ = full
        else:
            module.__package__ = parent
        modules[full] = module
        try:
            _run_module(module, source, filename)
        except BaseException:
            modules.pop(full, None)
            raise
        module = modules.get(full, module)
    if parent_module is not None:
        setattr(parent_module, last, module)
    return module
`;

const texts = new Map<string, string>();
for (const part of SOURCE.split(/\n(?=(?:async )?def )/)) {
  const name = /^(?:async )?def (\w+)/.exec(part.trimStart())?.[1];
  if (name) texts.set(name, part.trim() + "\n");
}

/** The source of a routine, or `undefined`. */
export const routineSource = (name: string): string | undefined => texts.get(name);
/** Its parameters' defaults, as text: `None`, a number or the name of a helper. */
export const routineDefaults = (name: string): string[] =>
  Array.from(
    texts
      .get(name)!
      .split("\n", 1)[0]!
      .matchAll(/=(\w+)/g),
    (m) => m[1]!,
  );
export const routineNames = (): string[] => [...texts.keys()];
