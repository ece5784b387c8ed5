/** The module `io`, in Python. */

export default String.raw`
"""Files in memory."""
SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2
DEFAULT_BUFFER_SIZE = 8192

class UnsupportedOperation(OSError, ValueError):
    pass

class IOBase:
    closed = False
    def __enter__(self):
        self._check()
        return self
    def __exit__(self, *args):
        self.close()
    def close(self):
        self.closed = True
    def _check(self):
        if self.closed:
            raise ValueError('I/O operation on closed file.' if isinstance(self, BytesIO) else 'I/O operation on closed file')
    def flush(self):
        self._check()
    def isatty(self):
        return False
    def readable(self):
        return True
    def writable(self):
        return True
    def seekable(self):
        return True
    def fileno(self):
        raise UnsupportedOperation('fileno')
    def __iter__(self):
        self._check()
        return self
    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line
    def readlines(self, hint=-1):
        out = []
        total = 0
        for line in self:
            out.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return out
    def writelines(self, lines):
        for line in lines:
            self.write(line)
class RawIOBase(IOBase): pass
class BufferedIOBase(IOBase): pass
class TextIOBase(IOBase): pass

class _Memory:
    def tell(self):
        self._check()
        return self._pos
    def truncate(self, size=None):
        self._check()
        if size is None:
            size = self._pos
        if size < 0:
            raise ValueError('negative truncate position %d' % size if isinstance(self, BytesIO) else 'Negative size value %d' % size)
        self._set(self._get()[:size])
        return size
    def read(self, size=-1):
        self._check()
        data = self._get()
        if size is None or size < 0:
            size = len(data)
        r = data[self._pos:self._pos + size]
        self._pos = max(self._pos, min(len(data), self._pos + size))
        return r
    def readline(self, size=-1):
        self._check()
        data = self._get()
        at = data.find(self._newline, self._pos)
        end = len(data) if at < 0 else at + 1
        if size is not None and size >= 0:
            end = min(end, self._pos + size)
        r = data[self._pos:end]
        self._pos = max(self._pos, end)
        return r

class StringIO(_Memory, TextIOBase):
    _newline = '\n'
    def __init__(self, initial_value='', newline='\n'):
        if initial_value is not None and not isinstance(initial_value, str):
            raise TypeError('initial_value must be str or None, not ' + type(initial_value).__name__)
        self._parts = [initial_value or '']
        self._length = len(initial_value or '')
        self._pos = 0
    def _get(self):
        if len(self._parts) > 1:
            self._parts = [''.join(self._parts)]
        return self._parts[0]
    def _set(self, text):
        self._parts = [text]
        self._length = len(text)
    def getvalue(self):
        self._check()
        return self._get()
    def write(self, s):
        self._check()
        if not isinstance(s, str):
            raise TypeError('string argument expected, got %r' % type(s).__name__)
        n = len(s)
        if self._pos == self._length:
            self._parts.append(s)
            self._length += n
        else:
            text = self._get()
            if self._pos > len(text):
                text += '\0' * (self._pos - len(text))
            self._set(text[:self._pos] + s + text[self._pos + n:])
        self._pos += n
        return n
    def seek(self, pos, whence=0):
        self._check()
        if whence == 0:
            if pos < 0:
                raise ValueError('Negative seek position %d' % pos)
            self._pos = pos
        elif whence == 1:
            if pos != 0:
                raise OSError("Can't do nonzero cur-relative seeks")
        elif whence == 2:
            if pos != 0:
                raise OSError("Can't do nonzero cur-relative seeks")
            self._pos = self._length
        else:
            raise ValueError('Invalid whence (%d, should be 0, 1 or 2)' % whence)
        return self._pos
    encoding = None
    errors = None
    newlines = None
    line_buffering = False

class BytesIO(_Memory, BufferedIOBase):
    _newline = b'\n'
    def __init__(self, initial_bytes=b''):
        self._data = bytearray(initial_bytes or b'')
        self._pos = 0
    def _get(self):
        return self._data
    def _set(self, data):
        self._data = bytearray(data)
    def getvalue(self):
        self._check()
        return bytes(self._data)
    def getbuffer(self):
        self._check()
        return memoryview(self._data)
    def read(self, size=-1):
        return bytes(_Memory.read(self, size))
    read1 = read
    def readline(self, size=-1):
        return bytes(_Memory.readline(self, size))
    def readinto(self, b):
        data = self.read(len(b))
        b[:len(data)] = data
        return len(data)
    def write(self, b):
        self._check()
        if isinstance(b, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        b = bytes(b)
        n = len(b)
        if self._pos > len(self._data):
            self._data.extend(bytes(self._pos - len(self._data)))
        self._data[self._pos:self._pos + n] = b
        self._pos += n
        return n
    def seek(self, pos, whence=0):
        self._check()
        if whence == 0:
            if pos < 0:
                raise ValueError('negative seek value %d' % pos)
            self._pos = pos
        elif whence == 1:
            self._pos = max(0, self._pos + pos)
        elif whence == 2:
            self._pos = max(0, len(self._data) + pos)
        else:
            raise ValueError('invalid whence (%d, should be 0, 1 or 2)' % whence)
        return self._pos

class TextIOWrapper(TextIOBase):
    def __init__(self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False):
        self.buffer = buffer
        self.encoding = encoding or 'utf-8'
        self.errors = errors or 'strict'
        self._text = None
        self._pos = 0
    def write(self, s):
        self.buffer.write(s.encode(self.encoding, self.errors))
        return len(s)
    def _load(self):
        if self._text is None:
            self._text = StringIO(self.buffer.read().decode(self.encoding, self.errors).replace('\r\n', '\n').replace('\r', '\n'))
        return self._text
    def read(self, size=-1):
        return self._load().read(size)
    def readline(self, size=-1):
        return self._load().readline(size)

def open(*args, **kwargs):
    raise PermissionError('files are not granted')
`;
