"""Data classes, enumerations, pattern matching, generators: the language in one small program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import singledispatch
from itertools import pairwise
from math import hypot, pi


class Unit(Enum):
    CM = auto()
    MM = auto()


@dataclass(frozen=True, order=True)
class Circle:
    radius: float
    unit: Unit = field(default=Unit.CM, compare=False)


@dataclass(frozen=True)
class Polygon:
    corners: tuple[tuple[float, float], ...]

    def sides(self) -> Iterator[float]:
        for (x, y), (u, v) in pairwise((*self.corners, self.corners[0])):
            yield hypot(u - x, v - y)


@singledispatch
def perimeter(shape) -> float:
    raise TypeError(f"no perimeter for {type(shape).__name__}")


@perimeter.register
def _(shape: Circle) -> float:
    return 2 * pi * shape.radius


@perimeter.register
def _(shape: Polygon) -> float:
    return sum(shape.sides())


def describe(shape) -> str:
    match shape:
        case Circle(radius=0):
            return "a point"
        case Circle(radius=r, unit=Unit.MM):
            return f"a circle of {r / 10:g} cm"
        case Circle(r):
            return f"a circle of {r:g} cm"
        case Polygon(corners=[_, _, _]):
            return "a triangle"
        case Polygon(corners=[_, *rest]) if len(rest) > 3:
            return f"a polygon with {len(rest) + 1} corners"
        case _:
            return f"something else: {shape!r}"


shapes = [
    Circle(0),
    Circle(25, Unit.MM),
    max(Circle(1), Circle(2)),
    Polygon(((0, 0), (3, 0), (3, 4))),
    Polygon(((0, 0), (1, 0), (1.5, 0.5), (1, 1), (0, 1))),
    "a sphere",
]
errors = []
for shape in shapes:
    try:
        print(f"{describe(shape):32} {perimeter(shape):8.3f}")
    except TypeError as error:
        errors.append(error)

try:
    raise ExceptionGroup("not every shape", errors)
except* TypeError as group:
    print(*group.exceptions, sep="; ")
