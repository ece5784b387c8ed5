/** The module `json`, in Python. */

export default String.raw`
"""JSON text and values."""

class JSONDecodeError(ValueError):
    def __init__(self, msg, doc, pos):
        lineno = doc.count('\n', 0, pos) + 1
        colno = pos - doc.rfind('\n', 0, pos)
        ValueError.__init__(self, '%s: line %d column %d (char %d)' % (msg, lineno, colno, pos))
        self.msg = msg
        self.doc = doc
        self.pos = pos
        self.lineno = lineno
        self.colno = colno

_ESCAPES = {'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

def _string(s, i, strict):
    begin = i - 1
    out = []
    n = len(s)
    while True:
        j = i
        while True:
            if j >= n:
                raise JSONDecodeError('Unterminated string starting at', s, begin)
            c = s[j]
            if c == '"' or c == '\\':
                break
            if c < ' ' and strict:
                raise JSONDecodeError('Invalid control character at', s, j)
            j += 1
        if j > i:
            out.append(s[i:j])
        if c == '"':
            return ''.join(out), j + 1
        j += 1
        if j >= n:
            raise JSONDecodeError('Unterminated string starting at', s, begin)
        e = s[j]
        if e == 'u':
            code = _hex4(s, j)
            j += 5
            if 0xd800 <= code <= 0xdbff and s[j:j + 2] == '\\u':
                low = _hex4(s, j + 1)
                if 0xdc00 <= low <= 0xdfff:
                    code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00))
                    j += 6
            out.append(chr(code))
            i = j
        else:
            if e not in _ESCAPES:
                raise JSONDecodeError('Invalid \\escape: ' + repr(e) if False else 'Invalid \\escape', s, j - 1)
            out.append(_ESCAPES[e])
            i = j + 1

def _hex4(s, pos):
    h = s[pos + 1:pos + 5]
    if len(h) == 4:
        try:
            if h[1] not in 'xX' and '_' not in h:
                return int(h, 16)
        except ValueError:
            pass
    raise JSONDecodeError('Invalid \\uXXXX escape', s, pos)

class JSONDecoder:
    def __init__(self, *, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, strict=True, object_pairs_hook=None):
        self.object_hook = object_hook
        self.parse_float = parse_float or float
        self.parse_int = parse_int or int
        self.parse_constant = parse_constant or {'-Infinity': float('-inf'), 'Infinity': float('inf'), 'NaN': float('nan')}.__getitem__
        self.strict = strict
        self.object_pairs_hook = object_pairs_hook
    def decode(self, s):
        obj, end = self.raw_decode(s, self._space(s, 0))
        end = self._space(s, end)
        if end != len(s):
            raise JSONDecodeError('Extra data', s, end)
        return obj
    def raw_decode(self, s, idx=0):
        return self._value(s, idx)
    def _space(self, s, i):
        n = len(s)
        while i < n and s[i] in ' \t\n\r':
            i += 1
        return i
    def _value(self, s, i):
        if i >= len(s):
            raise JSONDecodeError('Expecting value', s, i)
        c = s[i]
        if c == '"':
            return _string(s, i + 1, self.strict)
        if c == '{':
            return self._object(s, i + 1)
        if c == '[':
            return self._array(s, i + 1)
        if c == 'n' and s.startswith('null', i):
            return None, i + 4
        if c == 't' and s.startswith('true', i):
            return True, i + 4
        if c == 'f' and s.startswith('false', i):
            return False, i + 5
        for name in ('NaN', 'Infinity', '-Infinity'):
            if s.startswith(name, i):
                return self.parse_constant(name), i + len(name)
        return self._number(s, i)
    def _number(self, s, start):
        i = start
        n = len(s)
        if i < n and s[i] == '-':
            i += 1
        if i < n and s[i] == '0':
            i += 1
        else:
            j = i
            while i < n and '0' <= s[i] <= '9':
                i += 1
            if i == j:
                raise JSONDecodeError('Expecting value', s, start)
        is_float = False
        if i + 1 < n and s[i] == '.' and '0' <= s[i + 1] <= '9':
            is_float = True
            i += 1
            while i < n and '0' <= s[i] <= '9':
                i += 1
        if i < n and s[i] in 'eE':
            j = i + 1
            if j < n and s[j] in '+-':
                j += 1
            if j < n and '0' <= s[j] <= '9':
                is_float = True
                while j < n and '0' <= s[j] <= '9':
                    j += 1
                i = j
        text = s[start:i]
        return (self.parse_float(text) if is_float else self.parse_int(text)), i
    def _array(self, s, i):
        out = []
        i = self._space(s, i)
        if s[i:i + 1] == ']':
            return out, i + 1
        while True:
            v, i = self._value(s, i)
            out.append(v)
            i = self._space(s, i)
            c = s[i:i + 1]
            if c == ']':
                return out, i + 1
            if c != ',':
                raise JSONDecodeError("Expecting ',' delimiter", s, i)
            i = self._space(s, i + 1)
    def _object(self, s, i):
        pairs = []
        i = self._space(s, i)
        c = s[i:i + 1]
        if c == '}':
            i += 1
        else:
            if c != '"':
                raise JSONDecodeError('Expecting property name enclosed in double quotes', s, i)
            while True:
                key, i = _string(s, i + 1, self.strict)
                i = self._space(s, i)
                if s[i:i + 1] != ':':
                    raise JSONDecodeError("Expecting ':' delimiter", s, i)
                i = self._space(s, i + 1)
                v, i = self._value(s, i)
                pairs.append((key, v))
                i = self._space(s, i)
                c = s[i:i + 1]
                if c == '}':
                    i += 1
                    break
                if c != ',':
                    raise JSONDecodeError("Expecting ',' delimiter", s, i)
                i = self._space(s, i + 1)
                if s[i:i + 1] != '"':
                    raise JSONDecodeError('Expecting property name enclosed in double quotes', s, i)
        if self.object_pairs_hook is not None:
            return self.object_pairs_hook(pairs), i
        d = dict(pairs)
        if self.object_hook is not None:
            d = self.object_hook(d)
        return d, i

_QUOTE = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f'}

def _quote(s, ensure_ascii):
    if s.isascii() and s.isprintable() and '"' not in s and '\\' not in s:
        return '"' + s + '"'
    out = ['"']
    for c in s:
        q = _QUOTE.get(c)
        if q is None:
            n = ord(c)
            if n < 32:
                q = '\\u%04x' % n
            elif n > 126 and ensure_ascii and n != 127:
                if n > 0xffff:
                    n -= 0x10000
                    q = '\\u%04x\\u%04x' % (0xd800 | n >> 10, 0xdc00 | n & 0x3ff)
                else:
                    q = '\\u%04x' % n
            else:
                q = c
        out.append(q)
    out.append('"')
    return ''.join(out)

class JSONEncoder:
    item_separator = ', '
    key_separator = ': '
    def __init__(self, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, sort_keys=False, indent=None, separators=None, default=None):
        self.skipkeys = skipkeys
        self.ensure_ascii = ensure_ascii
        self.check_circular = check_circular
        self.allow_nan = allow_nan
        self.sort_keys = sort_keys
        self.indent = ' ' * indent if isinstance(indent, int) else indent
        if separators is not None:
            self.item_separator, self.key_separator = separators
        elif indent is not None:
            self.item_separator = ','
        if default is not None:
            self.default = default
    def default(self, o):
        raise TypeError('Object of type %s is not JSON serializable' % type(o).__name__)
    def _float(self, o):
        if o != o:
            text = 'NaN'
        elif o == float('inf'):
            text = 'Infinity'
        elif o == float('-inf'):
            text = '-Infinity'
        else:
            return float.__repr__(o)
        if not self.allow_nan:
            raise ValueError('Out of range float values are not JSON compliant: ' + repr(o))
        return text
    def encode(self, o):
        out = []
        self._write(o, out, 0, [])
        return ''.join(out)
    def iterencode(self, o, _one_shot=False):
        out = []
        self._write(o, out, 0, [])
        return iter(out)
    def _write(self, o, out, level, path):
        if o is None:
            out.append('null')
        elif o is True:
            out.append('true')
        elif o is False:
            out.append('false')
        elif isinstance(o, str):
            out.append(_quote(o, self.ensure_ascii))
        elif isinstance(o, int):
            out.append(int.__repr__(o))
        elif isinstance(o, float):
            out.append(self._float(o))
        else:
            if self.check_circular:
                for p in path:
                    if p is o:
                        raise ValueError('Circular reference detected')
                path.append(o)
            if isinstance(o, (list, tuple)):
                self._items(o, None, '[', ']', out, level, path)
            elif isinstance(o, dict):
                items = o.items()
                if self.sort_keys:
                    items = sorted(items)
                self._items(items, self._key, '{', '}', out, level, path)
            else:
                self._write(self.default(o), out, level, path)
            if self.check_circular:
                path.pop()
    def _key(self, k):
        if isinstance(k, str):
            return k
        if k is True:
            return 'true'
        if k is False:
            return 'false'
        if k is None:
            return 'null'
        if isinstance(k, int):
            return int.__repr__(k)
        if isinstance(k, float):
            return self._float(k)
        if self.skipkeys:
            return None
        raise TypeError('keys must be str, int, float, bool or None, not ' + type(k).__name__)
    def _items(self, items, key, open, close, out, level, path):
        first = True
        newline = None
        if self.indent is not None:
            newline = '\n' + self.indent * (level + 1)
        out.append(open)
        for item in items:
            if key is not None:
                k = key(item[0])
                if k is None:
                    continue
            if first:
                first = False
                if newline is not None:
                    out.append(newline)
            else:
                out.append(self.item_separator + (newline or ''))
            if key is not None:
                out.append(_quote(k, self.ensure_ascii) + self.key_separator)
                item = item[1]
            self._write(item, out, level + 1, path)
        if not first and newline is not None:
            out.append('\n' + self.indent * level)
        out.append(close)

def dumps(obj, *, cls=None, **kw):
    return (cls or JSONEncoder)(**kw).encode(obj)

def dump(obj, fp, **kw):
    fp.write(dumps(obj, **kw))

def loads(s, *, cls=None, **kw):
    if isinstance(s, (bytes, bytearray)):
        s = s.decode('utf-8')
    elif not isinstance(s, str):
        raise TypeError('the JSON object must be str, bytes or bytearray, not ' + type(s).__name__)
    elif s.startswith('\ufeff'):
        raise JSONDecodeError('Unexpected UTF-8 BOM (decode using utf-8-sig)', s, 0)
    return (cls or JSONDecoder)(**kw).decode(s)

def load(fp, **kw):
    return loads(fp.read(), **kw)
`;
