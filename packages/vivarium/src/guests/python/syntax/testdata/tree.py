"""Prints, for files of this CPython's standard library, what its parser and symbol table make of them.

Usage: python3 tree.py LIMIT

One JSON row a file: [path, SHA-256 of ast.dump, SHA-256 of the scopes], or [path, null, null] if it is not Python.
Positions inside f-strings are left out (CPython 3.11 has other ones) and so are empty texts at the end of format
specifications (CPython 3.12.1 adds them).
"""

import ast
import hashlib
import json
import os
import symtable
import sys
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(100000)


class Bare(ast.NodeTransformer):
    def visit_JoinedStr(self, node):
        self.generic_visit(node)
        node.values = [v for v in node.values if not (isinstance(v, ast.Constant) and v.value == "")]
        for below in ast.walk(node):
            for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
                if below is not node and hasattr(below, "__dict__"):
                    below.__dict__.pop(name, None)
        return node


def scopes(table):
    symbols = sorted(
        [
            s.get_name(),
            "global_explicit" if s.is_declared_global()
            else "free" if s.is_free()
            else "local" if s.is_local()
            else "global_implicit",
            s.is_parameter(),
            s.is_referenced(),
            s.is_imported(),
            s.is_annotated(),
            s.is_assigned(),
        ]
        for s in table.get_symbols()
    )
    children = [scopes(c) for c in table.get_children()]
    return [table.get_name(), table.get_lineno(), table.is_nested(), symbols, children]


def digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


root = os.path.dirname(os.__file__)
paths = []
for folder, folders, names in os.walk(root):
    folders[:] = sorted(f for f in folders if f not in ("__pycache__", "site-packages", "test", "tests", "idle_test"))
    paths += [os.path.join(folder, n) for n in sorted(names) if n.endswith(".py")]
limit = int(sys.argv[1])
step = max(1, -(-len(paths) // limit))
for path in paths[::step]:
    with open(path, "rb") as file:
        source = file.read()
    try:
        tree = Bare().visit(ast.parse(source))
        table = symtable.symtable(source, path, "exec")
    except SyntaxError:
        print(json.dumps([path, None, None]))
        continue
    shape = digest(json.dumps(scopes(table), separators=(",", ":"), ensure_ascii=False))
    print(json.dumps([path, digest(ast.dump(tree, include_attributes=True)), shape]))
