"""Annotated modules are not here: what looks for one is skipped."""

from _absent import Absent


def __getattr__(name):
    if name.startswith("__") and name != "__annotations__":
        raise AttributeError(name)
    return Absent(name)
