"""Nothing is mocked here: tests that ask for it are skipped."""

from _absent import Absent


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Absent(name)


class _Patch(Absent):
    def __call__(self, *args, **kwargs):
        def decorate(function):
            return lambda test, *a: self._skip()

        return _Patcher(decorate)


class _Patcher(Absent):
    def __init__(self, decorate):
        super().__init__("unittest.mock")
        self._decorate = decorate

    def __call__(self, function):
        return self._decorate(function)


patch = _Patch("unittest.mock")
patch.object = patch
