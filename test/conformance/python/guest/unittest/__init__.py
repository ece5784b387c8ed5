"""A small `unittest`: what CPython's own test files ask of it, and a runner that tells the outcome of one test."""

import sys
import warnings as _warnings
from contextlib import contextmanager as _contextmanager

from _harness import search as _search


class SkipTest(Exception):
    pass


class _Expected(Exception):
    pass


def skip(reason=""):
    def decorate(item):
        item.__unittest_skip__ = True
        item.__unittest_skip_why__ = reason
        return item

    if callable(reason):
        item, reason = reason, ""
        return decorate(item)
    return decorate


def skipIf(condition, reason=""):
    return skip(reason) if condition else lambda item: item


def skipUnless(condition, reason=""):
    return skipIf(not condition, reason)


def expectedFailure(item):
    item.__unittest_expecting_failure__ = True
    return item


class _Raises:
    def __init__(self, case, expected, pattern=None, msg=None):
        self.case, self.expected, self.pattern, self.msg = case, expected, pattern, msg

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            names = getattr(self.expected, "__name__", None) or str(self.expected)
            self.case.fail(self.msg or f"{names} not raised")
        if not issubclass(kind, self.expected):
            return False
        self.exception = value.with_traceback(None)
        if self.pattern is not None:
            pattern = getattr(self.pattern, "pattern", self.pattern)
            if not _search(pattern, str(value)):
                self.case.fail(f"{pattern!r} does not match {str(value)!r}")
        return True


class _Warns:
    def __init__(self, case, expected, pattern=None):
        self.case, self.expected, self.pattern = case, expected, pattern

    def __enter__(self):
        self.catcher = _warnings.catch_warnings(record=True)
        self.warnings = self.catcher.__enter__()
        _warnings.simplefilter("always")
        return self

    def __exit__(self, kind, value, traceback):
        self.catcher.__exit__(kind, value, traceback)
        if kind is not None:
            return
        for warning in self.warnings:
            text = str(warning.message)
            if issubclass(warning.category, self.expected) and (self.pattern is None or _search(self.pattern, text)):
                self.warning, self.filename, self.lineno = warning.message, warning.filename, warning.lineno
                return
        self.case.fail(f"{self.expected} not triggered")


class TestCase:
    failureException = AssertionError
    maxDiff = None
    longMessage = True

    def __init__(self, methodName="runTest"):
        self._testMethodName = methodName
        self._cleanups = []

    def setUp(self):
        pass

    def tearDown(self):
        pass

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def id(self):
        return f"{type(self).__qualname__}.{self._testMethodName}"

    def addCleanup(self, function, /, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def doCleanups(self):
        while self._cleanups:
            function, args, kwargs = self._cleanups.pop()
            function(*args, **kwargs)

    def enterContext(self, manager):
        value = type(manager).__enter__(manager)
        self.addCleanup(type(manager).__exit__, manager, None, None, None)
        return value

    def addTypeEqualityFunc(self, kind, function):
        pass

    @_contextmanager
    def subTest(self, msg=None, **params):
        yield

    def skipTest(self, reason):
        raise SkipTest(reason)

    def fail(self, msg=None):
        raise self.failureException(msg)

    def _check(self, holds, msg, standard):
        if not holds:
            self.fail(standard if msg is None else f"{standard} : {msg}")

    def assertTrue(self, value, msg=None):
        self._check(value, msg, f"{value!r} is not true")

    def assertFalse(self, value, msg=None):
        self._check(not value, msg, f"{value!r} is not false")

    def assertEqual(self, first, second, msg=None):
        self._check(first == second, msg, f"{first!r} != {second!r}"[:400])

    assertListEqual = assertTupleEqual = assertDictEqual = assertSetEqual = assertEqual
    assertSequenceEqual = assertMultiLineEqual = assertEqual

    def assertNotEqual(self, first, second, msg=None):
        self._check(first != second, msg, f"{first!r} == {second!r}")

    def assertIs(self, first, second, msg=None):
        self._check(first is second, msg, f"{first!r} is not {second!r}")

    def assertIsNot(self, first, second, msg=None):
        self._check(first is not second, msg, f"unexpectedly identical: {first!r}")

    def assertIsNone(self, value, msg=None):
        self._check(value is None, msg, f"{value!r} is not None")

    def assertIsNotNone(self, value, msg=None):
        self._check(value is not None, msg, "unexpectedly None")

    def assertIn(self, member, container, msg=None):
        self._check(member in container, msg, f"{member!r} not found in {container!r}"[:400])

    def assertNotIn(self, member, container, msg=None):
        self._check(member not in container, msg, f"{member!r} unexpectedly found in {container!r}"[:400])

    def assertIsInstance(self, value, kind, msg=None):
        self._check(isinstance(value, kind), msg, f"{value!r} is not an instance of {kind!r}")

    def assertNotIsInstance(self, value, kind, msg=None):
        self._check(not isinstance(value, kind), msg, f"{value!r} is an instance of {kind!r}")

    def assertGreater(self, a, b, msg=None):
        self._check(a > b, msg, f"{a!r} not greater than {b!r}")

    def assertGreaterEqual(self, a, b, msg=None):
        self._check(a >= b, msg, f"{a!r} not greater than or equal to {b!r}")

    def assertLess(self, a, b, msg=None):
        self._check(a < b, msg, f"{a!r} not less than {b!r}")

    def assertLessEqual(self, a, b, msg=None):
        self._check(a <= b, msg, f"{a!r} not less than or equal to {b!r}")

    def assertAlmostEqual(self, first, second, places=7, msg=None, delta=None):
        near = abs(first - second) <= delta if delta is not None else round(abs(first - second), places) == 0
        self._check(first == second or near, msg, f"{first!r} != {second!r} within {places} places")

    def assertNotAlmostEqual(self, first, second, places=7, msg=None, delta=None):
        near = abs(first - second) <= delta if delta is not None else round(abs(first - second), places) == 0
        self._check(first != second and not near, msg, f"{first!r} == {second!r} within {places} places")

    def assertCountEqual(self, first, second, msg=None):
        rest = list(second)
        for item in first:
            self._check(item in rest, msg, f"{item!r} is not in both")
            rest.remove(item)
        self._check(not rest, msg, f"{rest!r} is not in both")

    def assertRegex(self, text, pattern, msg=None):
        self._check(_search(getattr(pattern, "pattern", pattern), text), msg, f"{pattern!r} not found in {text!r}")

    def assertNotRegex(self, text, pattern, msg=None):
        self._check(not _search(getattr(pattern, "pattern", pattern), text), msg, f"{pattern!r} found in {text!r}")

    def assertRaises(self, expected, function=None, /, *args, **kwargs):
        context = _Raises(self, expected, msg=kwargs.pop("msg", None) if function is None else None)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)

    def assertRaisesRegex(self, expected, pattern, function=None, /, *args, **kwargs):
        context = _Raises(self, expected, pattern)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)

    def assertWarns(self, expected, function=None, /, *args, **kwargs):
        context = _Warns(self, expected)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)

    def assertWarnsRegex(self, expected, pattern, function=None, /, *args, **kwargs):
        context = _Warns(self, expected, pattern)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)


class IsolatedAsyncioTestCase(TestCase):
    def __init__(self, methodName="runTest"):
        raise SkipTest("needs an event loop")


def main(*args, **kwargs):
    pass


def tests_of(module):
    """The names of all tests of a module, in the order of their definition."""
    names = []
    for name, case in list(vars(module).items()):
        if isinstance(case, type) and issubclass(case, TestCase) and case.__module__ == module.__name__:
            for method in dir(case):
                if method.startswith("test") and callable(getattr(case, method)):
                    names.append(f"{name}.{method}")
    return names


def run_test(module, name):
    """Runs one test. Answers `pass`, `skip: why` or `fail: why`."""
    case_name, method_name = name.split(".")
    case = getattr(module, case_name)
    method = getattr(case, method_name)
    for item in (case, method):
        if getattr(item, "__unittest_skip__", False):
            return f"skip: {item.__unittest_skip_why__}"
    try:
        test = case(method_name)
        if case not in _ready:
            case.setUpClass()
            _ready.add(case)
        try:
            test.setUp()
            getattr(test, method_name)()
        finally:
            test.tearDown()
            test.doCleanups()
    except SkipTest as reason:
        return f"skip: {reason}"
    except BaseException as error:
        if getattr(method, "__unittest_expecting_failure__", False):
            return "pass"
        traceback = error.__traceback__
        line = 0
        while traceback is not None:
            if "unittest" not in traceback.tb_frame.f_code.co_filename:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return f"fail: line {line}: {type(error).__name__}: {error}"
    if getattr(method, "__unittest_expecting_failure__", False):
        return "fail: unexpected success"
    return "pass"


_ready = set()
