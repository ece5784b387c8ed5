"""Reads programs from errors.jsonl and writes them back with what this CPython (3.12) says about each.

Usage: python3.12 errors.py < errors.jsonl > new.jsonl

`error` is null for a program that compiles, else [kind, message, line, column, end line, end column].
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")
for line in sys.stdin:
    row = json.loads(line)
    try:
        compile(row["source"], "<string>", row.get("mode", "exec"))
        row["error"] = None
    except SyntaxError as e:
        row["error"] = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
    print(json.dumps(row, ensure_ascii=False))
