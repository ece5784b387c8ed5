/** Patterns, coroutines, and modules of the library. */

import type { Writer } from "../writer.js";

function pattern(w: Writer, depth: number, names: string[]): string {
  const capture = (): string => {
    const name = `m${names.length}`;
    names.push(name);
    return name;
  };
  const literal = (): string =>
    w.pick(["0", "1", "-1", "1.5", "'k'", "None", "True", "b'x'", "'a' 'b'", "1+2j", "-0.5"]);
  if (depth === 0)
    return w.pick([
      literal,
      literal,
      capture,
      () => "_",
      () => "P.one",
      () => w.pick(["int()", "str()", "list()", "float()", "dict()", "bool()", "tuple()"]),
    ])();
  const p = (): string => pattern(w, depth - 1, names);
  return w.pick([
    () => `[${w.times(w.below(4), p).join(", ")}]`,
    () => `(${p()}, *${w.pick([capture(), "_"])}${w.pick(["", `, ${p()}`])})`,
    () =>
      `{${w.pick(["'k'", "1", "None", "P.one"])}: ${p()}${w.pick(["", `, 'j': ${p()}`])}${w.pick(["", `, **${capture()}`])}}`,
    () => `P(${w.pick([p(), `${p()}, ${p()}`, `y=${p()}`, `${p()}, y=${p()}`, "", `x=${p()}, y=${p()}`])})`,
    () => `${w.pick(["int", "str", "list", "float", "tuple", "dict", "bytes"])}(${p()})`,
    () => `(${literal()} | ${literal()} | ${w.pick(["int()", "P()", "[_]", "[]", "P.one"])})`,
    () => {
      const inner = p();
      // What always matches cannot be named again.
      return /^(?:m\d+|_|\(m\d+ as m\d+\))$/.test(inner) ? `[${inner}]` : `(${inner} as ${capture()})`;
    },
    () => {
      const name = capture();
      return `([${name}] | (${name}, _) | P(${name}))`;
    },
    literal,
  ])();
}

export function patterns(w: Writer): void {
  const subject = (): string =>
    w.pick([
      "P(1, 2)",
      "P('k', [1])",
      "[1, 2, 3]",
      "(1,)",
      "{'k': 1}",
      "{'k': {'j': 0}, 1: 2}",
      "1",
      "'k'",
      "None",
      "1.5",
      "True",
      "[]",
      "['k', [1, 'a']]",
      "b'x'",
      "(P(0, 0), [1.5])",
      "{1: None, 'j': 3, 'z': 4}",
      "range(3)",
      "'ab'",
      "[[1], [2]]",
      "{}",
      "P(P(1, 1), None)",
      "bytearray(b'ab')",
      w.expression(1),
    ]);
  w.block("class P:", () => {
    w.line("one = 1");
    if (w.chance(0.8))
      w.line(
        `__match_args__ = ${w.pick(["('x', 'y')", "('x',)", "('x', 'y', 'zz')", "('y', 'x')", "()", "['x']", "(1,)"])}`,
      );
    w.block("def __init__(self, x, y):", () => w.line("self.x = x; self.y = y"));
    w.line("def __repr__(self): return f'P({self.x!r}, {self.y!r})'");
  });
  for (let n = w.between(1, 3); n > 0; n--)
    w.attempt(() => {
      w.line(`s = ${subject()}`);
      w.block("match s:", () => {
        for (let k = w.between(1, 4); k > 0; k--) {
          const names: string[] = [];
          let text = pattern(w, w.between(1, 3), names);
          // Alone and without a condition, a name or `_` has to be the last.
          if (/^(?:m\d+|_)$/.test(text)) text = `(${text}, 1)`;
          const guard = w.chance(0.25) ? ` if ${w.pick(["t(1)", "t(0)", "s", names[0] ?? "True", "len(s) > 1"])}` : "";
          w.line(`case ${text}${guard}: show((${k}${names.map((name) => `, ${name}`).join("")}))`);
        }
        if (w.chance(0.5)) w.line("case _: show('none')");
      });
    });
}

const AWAITED = ["Wait(1)", "Wait('w')", "leaf(1)", "leaf(0)", "Wait(2)", "5", "[Wait(1)]"];

export function coroutines(w: Writer): void {
  w.lines(
    "class Wait:",
    " def __init__(self, v): self.v = v",
    " def __await__(self):",
    "  got = yield self.v",
    "  say('resumed', got)",
    "  return self.v, got",
  );
  w.lines(
    "async def leaf(n):",
    " say('leaf', n)",
    w.pick([" return n", " return await Wait(n)", " 1 / n; return n", " return [await Wait(i) for i in range(n)]"]),
  );
  w.lines(
    "class Manager:",
    " async def __aenter__(self):",
    `  ${w.pick(["say('aenter')", "await Wait('in')", "raise KeyError('enter')"])}`,
    "  return 7",
    " async def __aexit__(self, kind, e, tb):",
    "  say('aexit', kind and kind.__name__)",
    `  return ${w.pick(["True", "False", "await Wait('out')", "None"])}`,
  );
  w.lines(
    "class Counter:",
    ` def __init__(self, n): self.n = n`,
    " def __aiter__(self): return self",
    " async def __anext__(self):",
    "  self.n -= 1",
    `  if self.n < 0: raise ${w.pick(["StopAsyncIteration", "StopAsyncIteration", "ValueError('end')", "StopIteration"])}`,
    w.pick(["  await Wait(self.n)", "  pass"]),
    "  return self.n",
  );
  w.block("async def agen(n):", () => {
    w.block("try:", () => {
      w.block("for i in range(n):", () =>
        w.line(w.pick(["got = yield i; say('got', got)", "yield await Wait(i)", "yield i", "await leaf(i); yield"])),
      );
    });
    w.block(`${w.pick(["finally", "except ValueError", "except GeneratorExit"])}:`, () =>
      w.line(w.pick(["say('closing')", "await Wait('end')", "yield 'late'", "raise"])),
    );
  });
  // `raise` alone belongs behind an exception.
  const main = w.fresh("main");
  w.block(`async def ${main}(n):`, () => {
    for (let k = w.between(1, 4); k > 0; k--)
      w.line(
        w.pick([
          `show(await ${w.pick(AWAITED)})`,
          `show([x async for x in ${w.pick(["Counter(n)", "keep(agen(n))", "keep(agen(2))", "[1]"])}${w.pick(["", " if x", " if await leaf(1)"])}])`,
          `show({x: await Wait(x) async for x in keep(agen(n))})`,
          "async with Manager() as m: show(m)",
          "async with Manager() as m, Manager(): raise ValueError(m)",
          "async for x in Counter(n): say('x', x)\nelse: say('else')",
          "async for x in keep(agen(3)):\n if x: break",
          "show(await (await leaf2(n)))",
          "g = keep(agen(2)); show(await g.asend(None)); show(await g.asend(4)); await g.aclose()",
          "g = keep(agen(3))\ntry: show(await anext(g)); show(await g.athrow(ValueError('thrown')))\nexcept Exception as e: fail(e)",
          "show(await anext(Counter(0), 'default'))",
          "return await leaf(n)",
          "try: await leaf(0)\nexcept ZeroDivisionError as e: trace(e)\nfinally: await Wait('f')",
          "show([await x for x in (leaf(1), leaf(2))])",
          "show((await Wait(1), await Wait(2)))",
          "show(f'{await Wait(3)}')",
          "gen = keep((await Wait(i) for i in range(n))); show([x async for x in gen])",
          "lst = [leaf(i) for i in (1, 2)]\nfor c in lst: show(await c)\nawait lst[0]",
          "raise RuntimeError('out') from KeyError(n)",
          "show(await Wait(1) + await Wait(2))",
        ]),
      );
    w.line("return 'done'");
  });
  w.lines("async def leaf2(n): return leaf(n)");
  w.lines(
    "def drive(coro):",
    " send = None",
    " for i in range(30):",
    "  try:",
    `   y = ${w.pick(["coro.send(send)", "coro.send(send)", "coro.send(send) if i != 2 else coro.throw(ValueError('driven'))", "coro.send(send) if i < 4 else coro.close()"])}`,
    "  except StopIteration as e:",
    "   return 'returned', e.value",
    "  say('step', y); send = i if i else None",
    " coro.close()",
  );
  w.block("for n in range(3):", () => {
    w.block("try:", () => w.line(`show(drive(${main}(n)))`));
    w.block("except BaseException as e:", () => w.line("trace(e)"));
  });
  w.attempt(() => {
    w.line(`co = ${main}(1)`);
    for (let k = w.between(0, 3); k > 0; k--)
      w.attempt(() =>
        w.line(
          w.pick([
            "show(co.send(None))",
            "show(co.throw(KeyError('t')))",
            "show(co.send(1))",
            "co.close()",
            "show(co.cr_frame is None)",
            "show(co.cr_running)",
            "next(co)",
            "show(list(co))",
            "show(co.__name__)",
          ]),
        ),
      );
    w.line("co.close()");
  });
}

const LIBRARY: readonly (readonly [module: string, ...uses: string[]])[] = [
  [
    "itertools",
    "list(itertools.chain(V, V))",
    "list(itertools.islice(itertools.count(N, N), 5))",
    "list(itertools.product('ab', V))",
    "list(itertools.permutations(take(V), 2))",
    "list(itertools.combinations(take(V, 4), 2))",
    "list(itertools.accumulate(V))",
    "[(k, list(g)) for k, g in itertools.groupby(V)]",
    "list(itertools.zip_longest(V, 'ab', fillvalue=V))",
    "list(itertools.starmap(pow, [(2, 3), (1, V)]))",
    "list(itertools.takewhile(bool, V))",
    "list(itertools.dropwhile(bool, V))",
    "list(itertools.pairwise(V))",
    "list(itertools.batched(V, 2))",
    "list(itertools.compress(V, [1, 0, 1]))",
    "take(itertools.cycle(V), 5)",
    "list(itertools.repeat(V, 2))",
    "[list(x) for x in itertools.tee(V, 2)]",
    "list(itertools.filterfalse(None, V))",
    "list(itertools.islice(V, N, N, N))",
    "list(itertools.combinations_with_replacement('ab', 2))",
    "list(itertools.chain.from_iterable(V))",
    "list(itertools.accumulate([1, 2, 3], lambda x, y: x * y, initial=V))",
    "list(itertools.product([0, 1], repeat=2))",
  ],
  [
    "functools",
    "functools.reduce(lambda x, y: (x, y), V)",
    "functools.reduce(lambda x, y: x + y, V, V)",
    "functools.partial(divmod, V)(V)",
    "functools.partial(int, base=2)('101')",
    "repr(functools.partial(int, V, base=2))",
    "sorted(take(V), key=functools.cmp_to_key(lambda x, y: 1))",
    "functools.reduce(max, V)",
  ],
  [
    "collections",
    "collections.Counter('abca').most_common(2)",
    "collections.Counter(V)",
    "collections.Counter(a=3, b=1) - collections.Counter(a=1, b=2)",
    "collections.deque(V, maxlen=2)",
    "collections.OrderedDict(V)",
    "collections.defaultdict(list, {1: [2]})[V]",
    "collections.namedtuple('N', 'x y')(V, V)",
    "collections.namedtuple('N', 'x y', defaults=[1])(V)._replace(y=V)",
    "collections.ChainMap({1: 2}, {1: 3, 4: 5})[V]",
    "collections.deque([1, 2, 3]).rotate(N)",
    "collections.Counter('ab') + collections.Counter('bc')",
    "list(collections.Counter('aab').elements())",
    "collections.deque('abc')[N]",
    "collections.namedtuple('N', ['x', 'class'])",
    "collections.namedtuple('N', 'x')._make([V])._asdict()",
    "collections.OrderedDict([(1, 2), (3, 4)]).popitem(last=False)",
    "collections.deque([1, 2]) == collections.deque([1, 2], 5)",
    "collections.Counter(a=1)['zz']",
  ],
  [
    "json",
    "json.dumps(V)",
    "json.dumps(V, indent=2)",
    "json.dumps({'b': V, 'a': [1, None, True]}, sort_keys=True)",
    "json.loads(json.dumps(V))",
    'json.loads(\'[1, 2.5, "x\\\\u00e9", null, {"k": []}]\')',
    "json.loads('{\"a\": }')",
    "json.dumps(V, separators=(',', ':'), ensure_ascii=False)",
    "json.loads('[1,]')",
    "json.dumps({1: 2, None: 3, True: 4, 1.5: 5})",
    "json.loads('nul')",
    "json.loads('\"\\\\x\"')",
    "json.dumps(float('nan'))",
    "json.dumps(V, default=repr)",
    "json.loads('1e5'), json.loads('-0'), json.loads('1E400')",
    "json.loads('[1] x')",
    "json.loads('')",
  ],
  [
    "operator",
    "operator.itemgetter(V)(V)",
    "operator.itemgetter(0, 1)('ab')",
    "operator.attrgetter('real', 'imag')(V)",
    "operator.methodcaller('upper')(V)",
    "operator.add(V, V)",
    "operator.concat(V, V)",
    "operator.index(V)",
    "operator.countOf(V, V)",
    "operator.truth(V)",
    "operator.contains(V, V)",
    "operator.iadd([1], V)",
    "operator.length_hint(V)",
  ],
  [
    "random",
    "[random.Random(N).random() for _ in range(2)]",
    "random.Random(N).sample(range(20), 5)",
    "random.Random('s').choice([1, 2, 3])",
    "random.Random(N).randint(1, 10**20)",
    "random.Random(N).choices('abc', k=4)",
    "(lambda r, x: (r.shuffle(x), x))(random.Random(N), [1, 2, 3, 4, 5])",
    "random.Random(N).getrandbits(70)",
    "random.Random(N).uniform(1, 2)",
    "random.Random(N).randrange(0, 100, 7)",
  ],
  [
    "heapq",
    "(lambda h: (heapq.heapify(h), h))([3, 1, 2, N])",
    "heapq.nsmallest(2, V)",
    "heapq.nlargest(2, V)",
    "list(heapq.merge([1, 3], [2, 4]))",
    "heapq.heappushpop([1, 2], V)",
  ],
  [
    "bisect",
    "bisect.bisect([1, 2, 2, 3], N)",
    "bisect.bisect_left([1, 2, 2, 3], V)",
    "(lambda l: (bisect.insort(l, N), l))([0, 4])",
  ],
  [
    "copy",
    "copy.copy(V)",
    "copy.deepcopy(V)",
    "(lambda x: (x.append(x), copy.deepcopy(x)))([1])",
    "copy.deepcopy({'k': V})",
    "copy.copy(V) is V or 1",
  ],
  [
    "string",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Python's placeholders
    "string.Template('$x ${y} $$').substitute(x=V, y=1)",
    "string.Template('$x $z').safe_substitute(x=1)",
    "string.Template('$z').substitute(x=1)",
    "string.capwords('ab cd')",
    "string.Formatter().format('{0} {k}', V, k=V)",
    "string.ascii_letters[:5]",
  ],
  [
    "contextlib",
    "contextlib.nullcontext(V).__enter__()",
    "(lambda s: [s.callback(say, 1), s.close()])(contextlib.ExitStack())",
    "contextlib.suppress(KeyError).__exit__(KeyError, KeyError(), None)",
  ],
  [
    "enum",
    "enum.Enum('E', 'A B C')(V)",
    "list(enum.Enum('E', 'A B'))",
    "enum.IntEnum('I', 'A B').B + V",
    "enum.Flag('F', 'R W X')(3)",
    "enum.Enum('E', 'A B')['A']",
    "enum.IntFlag('F', 'R W')(7)",
    "enum.Enum('E', {'A': 1, 'B': 1}).B",
    "enum.Flag('F', 'R W').R | enum.Flag('F', 'R W').R",
    "enum.Enum('E', 'A').A.value",
  ],
  [
    "dataclasses",
    "dataclasses.make_dataclass('D', ['x', ('y', int, 3)])(V)",
    "dataclasses.make_dataclass('D', ['x'], order=True)(1) < V",
    "dataclasses.asdict(dataclasses.make_dataclass('D', ['x'])([V]))",
    "dataclasses.replace(dataclasses.make_dataclass('D', ['x', 'y'])(1, 2), y=V)",
    "dataclasses.make_dataclass('D', ['x'], frozen=True)(1).__setattr__('x', 2)",
    "[f.name for f in dataclasses.fields(dataclasses.make_dataclass('D', ['x', 'y']))]",
    "dataclasses.make_dataclass('D', ['x'])()",
    "hash(dataclasses.make_dataclass('D', ['x'], frozen=True)(1)) == hash((1,))",
  ],
  [
    "io",
    "io.StringIO(V).read()",
    "io.StringIO('a\\nb').readlines()",
    "(lambda f: (f.write('abc'), f.seek(N), f.read()))(io.StringIO())",
    "io.BytesIO(b'abc').read(N)",
    "(lambda f: (f.write(b'xyz'), f.getvalue(), f.tell()))(io.BytesIO(b'q'))",
    "io.StringIO('ab\\ncd').readline()",
  ],
  [
    "types",
    "types.SimpleNamespace(x=V, y=1)",
    "types.MappingProxyType({1: 2})[V]",
    "type(types.new_class('K', (), {})).__name__",
    "types.SimpleNamespace(x=1) == types.SimpleNamespace(x=1)",
    "int | str",
    "list[int]",
    "int | None == None | int",
    "isinstance(V, int | str)",
    "list[int].__args__",
    "dict[str, list[int]]",
    "list[int](V)",
  ],
  [
    "typing",
    "typing.Optional[int]",
    "typing.List[int]",
    "typing.Union[int, str, int]",
    "typing.get_type_hints(show)",
    "typing.Callable[[int], str]",
    "typing.Literal[1, 'a']",
    "typing.get_origin(typing.Dict[str, int])",
    "typing.NamedTuple('N', [('x', int)])(V)",
    "typing.cast(int, V)",
  ],
];

export function library(w: Writer): void {
  for (let n = w.between(1, 3); n > 0; n--) {
    const [module, ...uses] = w.pick(LIBRARY);
    w.line(`import ${module}`);
    for (let k = w.between(1, 3); k > 0; k--) w.show(w.fill(w.pick(uses)));
  }
}
