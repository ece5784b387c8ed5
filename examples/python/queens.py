"""The solutions of the queens' puzzle, by backtracking in generators: viv run examples/python/queens.py 6"""

import sys


def queens(n, columns=()):
    row = len(columns)
    if row == n:
        yield columns
        return
    for column in range(n):
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns)):
            yield from queens(n, (*columns, column))


size = int(sys.argv[1]) if len(sys.argv) > 1 else 8
solutions = list(queens(size))
for column in solutions[0] if solutions else ():
    print(" ".join("Q" if c == column else "." for c in range(size)))
print(f"{len(solutions)} solutions")
