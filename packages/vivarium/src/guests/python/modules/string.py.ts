/** The module `string`, in Python. */

export default String.raw`
"""Character classes and templates."""
whitespace = ' \t\n\r\v\f'
ascii_lowercase = 'abcdefghijklmnopqrstuvwxyz'
ascii_uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
ascii_letters = ascii_lowercase + ascii_uppercase
digits = '0123456789'
hexdigits = digits + 'abcdef' + 'ABCDEF'
octdigits = '01234567'
punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_${"`"}{|}~'
printable = digits + ascii_letters + punctuation + whitespace

def capwords(s, sep=None):
    return (sep or ' ').join([w.capitalize() for w in s.split(sep)])

class Template:
    delimiter = '$'
    def __init__(self, template):
        self.template = template
    def _parts(self):
        t = self.template
        d = self.delimiter
        i = 0
        while True:
            j = t.find(d, i)
            if j < 0:
                yield t[i:], None, None
                return
            text = t[i:j]
            k = j + len(d)
            if t.startswith(d, k):
                yield text + d, None, None
                i = k + len(d)
                continue
            braces = t.startswith('{', k)
            if braces:
                k += 1
            e = k
            while e < len(t) and (t[e] == '_' or (t[e].isascii() and t[e].isalpha()) or (e > k and t[e].isascii() and t[e].isdigit())):
                e += 1
            if e == k or (braces and not t.startswith('}', e)):
                yield text, None, j
                i = j + len(d)
                continue
            name = t[k:e]
            if braces:
                e += 1
            yield text, name, t[j:e]
            i = e
    def _substitute(self, mapping, safe):
        out = []
        for text, name, raw in self._parts():
            out.append(text)
            if name is None:
                if raw is not None:
                    if not safe:
                        line = self.template.count('\n', 0, raw) + 1
                        col = raw - self.template.rfind('\n', 0, raw)
                        raise ValueError('Invalid placeholder in string: line %d, col %d' % (line, col))
                    out.append(self.delimiter)
            elif safe and name not in mapping:
                out.append(raw)
            else:
                out.append(str(mapping[name]))
        return ''.join(out)
    def substitute(self, mapping={}, /, **kws):
        return self._substitute({**mapping, **kws} if kws else mapping, False)
    def safe_substitute(self, mapping={}, /, **kws):
        return self._substitute({**mapping, **kws} if kws else mapping, True)
    def get_identifiers(self):
        out = []
        for text, name, raw in self._parts():
            if name is not None and name not in out:
                out.append(name)
        return out
    def is_valid(self):
        for text, name, raw in self._parts():
            if name is None and raw is not None:
                return False
        return True

class Formatter:
    def format(self, format_string, /, *args, **kwargs):
        return self.vformat(format_string, args, kwargs)
    def vformat(self, format_string, args, kwargs):
        return format_string.format(*args, **kwargs)
`;
