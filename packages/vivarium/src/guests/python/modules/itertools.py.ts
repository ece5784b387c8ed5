/** The module `itertools`, in Python. */

export default `
"""Iterator building blocks."""

class _Iter:
    def __iter__(self):
        return self
    def __next__(self):
        return next(self._g)

def _make(name):
    def wrap(f):
        def __new__(cls, *args, **kwargs):
            self = object.__new__(cls)
            self._g = f(*args, **kwargs)
            return self
        return type(name, (_Iter,), {'__new__': __new__, '__doc__': f.__doc__, '__module__': 'itertools'})
    return wrap

class count(_Iter):
    def __new__(cls, start=0, step=1):
        if not hasattr(start, '__add__') or isinstance(start, (str, list, tuple)):
            raise TypeError('a number is required')
        self = object.__new__(cls)
        self._n = start
        self._step = step
        return self
    def __next__(self):
        n = self._n
        self._n = n + self._step
        return n
    def __repr__(self):
        if self._step == 1 and isinstance(self._step, int):
            return 'count(%r)' % (self._n,)
        return 'count(%r, %r)' % (self._n, self._step)

class repeat(_Iter):
    def __new__(cls, object_, times=None):
        self = object.__new__(cls)
        self._x = object_
        self._n = times if times is None or times > 0 else 0
        return self
    def __next__(self):
        if self._n is None:
            return self._x
        if self._n <= 0:
            raise StopIteration
        self._n -= 1
        return self._x
    def __length_hint__(self):
        if self._n is None:
            raise TypeError('len() of unsized object')
        return self._n
    def __repr__(self):
        if self._n is None:
            return 'repeat(%r)' % (self._x,)
        return 'repeat(%r, %d)' % (self._x, self._n)

@_make('cycle')
def cycle(iterable):
    it = iter(iterable)
    def run():
        saved = []
        for x in it:
            saved.append(x)
            yield x
        while saved:
            for x in saved:
                yield x
    return run()

class chain(_Iter):
    def __new__(cls, *iterables):
        self = object.__new__(cls)
        self._g = cls._run(iterables)
        return self
    @staticmethod
    def _run(iterables):
        for it in iterables:
            for x in it:
                yield x
    @classmethod
    def from_iterable(cls, iterables):
        self = object.__new__(cls)
        self._g = cls._run(iterables)
        return self

@_make('accumulate')
def accumulate(iterable, func=None, *, initial=None):
    it = iter(iterable)
    def run():
        total = initial
        if total is None:
            for total in it:
                break
            else:
                return
        yield total
        for x in it:
            total = total + x if func is None else func(total, x)
            yield total
    return run()

@_make('batched')
def batched(iterable, n):
    if n < 1:
        raise ValueError('n must be at least one')
    it = iter(iterable)
    def run():
        batch = []
        for x in it:
            batch.append(x)
            if len(batch) == n:
                yield tuple(batch)
                batch = []
        if batch:
            yield tuple(batch)
    return run()

@_make('compress')
def compress(data, selectors):
    return (d for d, s in zip(data, selectors) if s)

@_make('dropwhile')
def dropwhile(predicate, iterable):
    it = iter(iterable)
    def run():
        for x in it:
            if not predicate(x):
                yield x
                break
        for x in it:
            yield x
    return run()

@_make('takewhile')
def takewhile(predicate, iterable):
    it = iter(iterable)
    def run():
        for x in it:
            if not predicate(x):
                return
            yield x
    return run()

@_make('filterfalse')
def filterfalse(predicate, iterable):
    it = iter(iterable)
    if predicate is None:
        return (x for x in it if not x)
    return (x for x in it if not predicate(x))

@_make('starmap')
def starmap(function, iterable):
    return (function(*args) for args in iterable)

@_make('pairwise')
def pairwise(iterable):
    it = iter(iterable)
    def run():
        for a in it:
            for b in it:
                yield a, b
                a = b
    return run()

@_make('islice')
def islice(iterable, *args):
    s = slice(*args)
    for v in (s.start, s.stop):
        if v is not None and (not isinstance(v, int) or v < 0):
            if len(args) == 1:
                raise ValueError('Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.')
            raise ValueError('Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.')
    start = s.start or 0
    stop = s.stop
    step = 1 if s.step is None else s.step
    if not isinstance(step, int) or step < 1:
        raise ValueError('Step for islice() must be a positive integer or None.')
    it = iter(iterable)
    def run():
        i = 0
        target = start
        if stop is not None and target >= stop:
            while i < stop:
                for x in it:
                    i += 1
                    break
                else:
                    return
            return
        for x in it:
            if i == target:
                yield x
                target += step
                if stop is not None and target >= stop:
                    i += 1
                    while i < stop:
                        for x in it:
                            i += 1
                            break
                        else:
                            return
                    return
            i += 1
    return run()

@_make('zip_longest')
def zip_longest(*iterables, fillvalue=None):
    its = [iter(i) for i in iterables]
    def run():
        live = len(its)
        if not live:
            return
        while True:
            row = []
            for i, it in enumerate(its):
                if it is None:
                    row.append(fillvalue)
                    continue
                for x in it:
                    row.append(x)
                    break
                else:
                    its[i] = None
                    live -= 1
                    if not live:
                        return
                    row.append(fillvalue)
            yield tuple(row)
    return run()

@_make('product')
def product(*iterables, repeat=1):
    pools = [tuple(p) for p in iterables] * repeat
    def run():
        n = len(pools)
        at = [0] * n
        for p in pools:
            if not p:
                return
        while True:
            yield tuple([p[i] for p, i in zip(pools, at)])
            k = n - 1
            while k >= 0:
                at[k] += 1
                if at[k] < len(pools[k]):
                    break
                at[k] = 0
                k -= 1
            if k < 0:
                return
    return run()

@_make('permutations')
def permutations(iterable, r=None):
    pool = tuple(iterable)
    n = len(pool)
    r = n if r is None else r
    if r < 0:
        raise ValueError('r must be non-negative')
    def run():
        if r > n:
            return
        chosen = list(range(r))
        used = [i < r for i in range(n)]
        while True:
            yield tuple([pool[i] for i in chosen])
            k = r - 1
            while k >= 0:
                used[chosen[k]] = False
                j = chosen[k] + 1
                while j < n and used[j]:
                    j += 1
                if j < n:
                    chosen[k] = j
                    used[j] = True
                    k += 1
                    i = 0
                    while k < r:
                        while used[i]:
                            i += 1
                        chosen[k] = i
                        used[i] = True
                        k += 1
                    break
                k -= 1
            if k < 0:
                return
    return run()

@_make('combinations')
def combinations(iterable, r):
    pool = tuple(iterable)
    n = len(pool)
    if r < 0:
        raise ValueError('r must be non-negative')
    def run():
        if r > n:
            return
        at = list(range(r))
        while True:
            yield tuple([pool[i] for i in at])
            k = r - 1
            while k >= 0 and at[k] == n - r + k:
                k -= 1
            if k < 0:
                return
            at[k] += 1
            for j in range(k + 1, r):
                at[j] = at[j - 1] + 1
    return run()

@_make('combinations_with_replacement')
def combinations_with_replacement(iterable, r):
    pool = tuple(iterable)
    n = len(pool)
    if r < 0:
        raise ValueError('r must be non-negative')
    def run():
        if not n and r:
            return
        at = [0] * r
        while True:
            yield tuple([pool[i] for i in at])
            k = r - 1
            while k >= 0 and at[k] == n - 1:
                k -= 1
            if k < 0:
                return
            at[k:] = [at[k] + 1] * (r - k)
    return run()

class _grouper(_Iter):
    def __init__(self, parent, key):
        self._parent = parent
        self._key = key
    def __next__(self):
        p = self._parent
        if p._group is not self:
            raise StopIteration
        if p._value is _none:
            p._advance()
            if not p._current == self._key:
                p._group = None
                raise StopIteration
        v = p._value
        p._value = _none
        return v

_none = object()

class groupby(_Iter):
    def __new__(cls, iterable, key=None):
        self = object.__new__(cls)
        self._it = iter(iterable)
        self._keyf = key
        self._value = _none
        self._current = _none
        self._target = _none
        self._group = None
        return self
    def _advance(self):
        v = next(self._it)
        self._current = v if self._keyf is None else self._keyf(v)
        self._value = v
    def __next__(self):
        self._group = None
        if self._value is _none:
            self._advance()
        while self._target is not _none and self._current == self._target:
            self._advance()
        self._target = self._current
        self._group = g = _grouper(self, self._current)
        return self._current, g

class _tee(_Iter):
    def __init__(self, it, queue):
        self._it = it
        self._queue = queue
        self._at = 0
    def __next__(self):
        if self._at == len(self._queue):
            self._queue.append(next(self._it))
        v = self._queue[self._at]
        self._at += 1
        return v
    def __copy__(self):
        t = _tee(self._it, self._queue)
        t._at = self._at
        return t

def tee(iterable, n=2):
    if n < 0:
        raise ValueError('n must be >= 0')
    it = iter(iterable)
    if isinstance(it, _tee):
        return tuple([it] + [it.__copy__() for i in range(n - 1)]) if n else ()
    queue = []
    return tuple([_tee(it, queue) for i in range(n)])
`;
