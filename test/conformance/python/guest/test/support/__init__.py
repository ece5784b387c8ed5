"""What CPython's own test files ask of `test.support`."""

import sys
import unittest

C_RECURSION_LIMIT = 500
check_impl_detail = lambda **guards: False
verbose = 0
is_wasi = is_emscripten = False
Py_DEBUG = False
NEVER_EQ_TYPE = None


def impl_detail(msg=None, **guards):
    return unittest.skip(msg or "an implementation detail of CPython")


def cpython_only(test):
    return unittest.skip("an implementation detail of CPython")(test)


def gc_collect():
    pass


def captured_stdout():
    from contextlib import redirect_stdout
    from io import StringIO

    return redirect_stdout(StringIO())


def check_syntax_error(testcase, statement, errtext="", *, lineno=None, offset=None):
    with testcase.assertRaisesRegex(SyntaxError, errtext) as caught:
        compile(statement, "<test string>", "exec")
    error = caught.exception
    testcase.assertIsNotNone(error.lineno)
    if lineno is not None:
        testcase.assertEqual(error.lineno, lineno)
    testcase.assertIsNotNone(error.offset)
    if offset is not None:
        testcase.assertEqual(error.offset, offset)


def run_with_locale(*args):
    return unittest.skip("needs locales")


def bigmemtest(*args, **kwargs):
    return unittest.skip("needs memory")


def requires_resource(name):
    return unittest.skip("needs a resource")


def run_unittest(*args):
    pass


class _Infinity:
    pass


def adjust_int_max_str_digits(digits):
    from contextlib import contextmanager

    @contextmanager
    def adjusted():
        before = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(digits)
        try:
            yield
        finally:
            sys.set_int_max_str_digits(before)

    return adjusted()


class _AlwaysEqual:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


class _NeverEqual:
    def __eq__(self, other):
        return False

    def __ne__(self, other):
        return True

    def __hash__(self):
        return 1


ALWAYS_EQ = _AlwaysEqual()
NEVER_EQ = _NeverEqual()


from contextlib import contextmanager


@contextmanager
def infinite_recursion(max_depth=100):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max_depth)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def catch_unraisable_exception():
    raise unittest.SkipTest("nothing is finalised here")
    yield


def __getattr__(name):
    if name.endswith("_helper") or name.startswith("__"):
        # A module of this package, if anything: the import system looks for it.
        raise AttributeError(name)
    raise unittest.SkipTest(f"needs test.support.{name}")
