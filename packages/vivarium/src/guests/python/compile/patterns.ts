/** Compiles the patterns of `match`: tests a subject in a hidden local, collects captures in hidden locals. */

import type { Label } from "../bytecode/assembler.js";
import { Op } from "../bytecode/table.js";
import type * as ast from "../syntax/ast.js";
import type { Compiler } from "./compiler.js";

/** Captured names and the hidden local that holds each until the whole pattern has matched. */
export type Captures = Map<string, number>;

const wildcard = (pattern: ast.Pattern): boolean =>
  (pattern.kind === "MatchAs" && pattern.pattern === null && pattern.name === null) ||
  (pattern.kind === "MatchStar" && pattern.name === null);

/** Jumps to `fail` unless the hidden local `subject` matches. The stack is the same on both ways. */
export function compilePattern(
  c: Compiler,
  pattern: ast.Pattern,
  subject: number,
  fail: Label,
  captures: Captures,
): void {
  const { unit } = c;
  const load = (): void => c.emit(Op.LOAD_FAST, subject);
  const capture = (name: string, from: number): void => {
    let to = captures.get(name);
    if (to === undefined) {
      to = unit.temporary();
      captures.set(name, to);
    }
    c.emit(Op.LOAD_FAST, from);
    c.emit(Op.STORE_FAST, to);
  };
  c.at(pattern);
  switch (pattern.kind) {
    case "MatchValue":
      load();
      c.expr(pattern.value);
      c.at(pattern);
      c.emit(Op.COMPARE_EQ);
      c.emit(Op.POP_JUMP_IF_FALSE, fail);
      return;
    case "MatchSingleton":
      load();
      c.constant(pattern.value);
      c.emit(Op.COMPARE_IS);
      c.emit(Op.POP_JUMP_IF_FALSE, fail);
      return;
    case "MatchAs":
      if (pattern.pattern) compilePattern(c, pattern.pattern, subject, fail, captures);
      if (pattern.name !== null) capture(pattern.name, subject);
      return;
    case "MatchStar":
      if (pattern.name !== null) capture(pattern.name, subject);
      return;
    case "MatchSequence": {
      load();
      c.emit(Op.MATCH_SEQUENCE);
      c.emit(Op.POP_JUMP_IF_FALSE, fail);
      const { patterns } = pattern;
      const star = patterns.findIndex((p) => p.kind === "MatchStar");
      const least = star < 0 ? patterns.length : patterns.length - 1;
      if (star < 0 || least > 0) {
        load();
        c.emit(Op.GET_LEN);
        c.constant(least);
        c.emit(star < 0 ? Op.COMPARE_EQ : Op.COMPARE_GE);
        c.emit(Op.POP_JUMP_IF_FALSE, fail);
      }
      if (patterns.every(wildcard)) return;
      if (star >= 0 && wildcard(patterns[star]!)) {
        byIndex(c, patterns, star, subject, fail, captures);
        return;
      }
      load();
      if (star < 0) c.emit(Op.UNPACK_SEQUENCE, patterns.length);
      else c.emit(Op.UNPACK_EX, star | ((patterns.length - star - 1) << 8));
      spread(c, patterns, fail, captures);
      return;
    }
    case "MatchMapping": {
      load();
      c.emit(Op.MATCH_MAPPING);
      c.emit(Op.POP_JUMP_IF_FALSE, fail);
      const { keys, patterns, rest } = pattern;
      if (keys.length === 0 && rest === null) return;
      if (keys.length > 0) {
        load();
        c.emit(Op.GET_LEN);
        c.constant(keys.length);
        c.emit(Op.COMPARE_GE);
        c.emit(Op.POP_JUMP_IF_FALSE, fail);
      }
      const keyTuple = unit.temporary();
      const values = unit.temporary();
      for (const key of keys) c.expr(key);
      c.emit(Op.BUILD_TUPLE, keys.length);
      c.emit(Op.STORE_FAST, keyTuple);
      load();
      c.emit(Op.LOAD_FAST, keyTuple);
      c.emit(Op.MATCH_KEYS);
      c.emit(Op.STORE_FAST, values);
      c.emit(Op.LOAD_FAST, values);
      c.emit(Op.POP_JUMP_IF_NONE, fail);
      if (rest !== null) {
        const remaining = unit.temporary();
        load();
        c.emit(Op.LOAD_FAST, keyTuple);
        c.emit(Op.COPY_DICT_WITHOUT_KEYS);
        c.emit(Op.STORE_FAST, remaining);
        capture(rest, remaining);
      }
      c.emit(Op.LOAD_FAST, values);
      c.emit(Op.UNPACK_SEQUENCE, keys.length);
      spread(c, patterns, fail, captures);
      return;
    }
    case "MatchClass": {
      const all = [...pattern.patterns, ...pattern.kwd_patterns];
      const attributes = unit.temporary();
      load();
      c.expr(pattern.cls);
      c.constant({ kind: "tuple", items: pattern.kwd_attrs });
      c.at(pattern);
      c.emit(Op.MATCH_CLASS, pattern.patterns.length);
      c.emit(Op.STORE_FAST, attributes);
      c.emit(Op.LOAD_FAST, attributes);
      c.emit(Op.POP_JUMP_IF_NONE, fail);
      c.emit(Op.LOAD_FAST, attributes);
      c.emit(Op.UNPACK_SEQUENCE, all.length);
      spread(c, all, fail, captures);
      return;
    }
    case "MatchOr": {
      const done = unit.asm.label();
      pattern.patterns.forEach((alternative, i) => {
        if (i === pattern.patterns.length - 1) compilePattern(c, alternative, subject, fail, captures);
        else {
          const next = unit.asm.label();
          compilePattern(c, alternative, subject, next, captures);
          c.emit(Op.JUMP, done);
          unit.asm.mark(next);
        }
      });
      unit.asm.mark(done);
      return;
    }
  }
}

/** With `*_` only the items that are looked at are asked for: the sequence may have no end worth reaching. */
function byIndex(
  c: Compiler,
  patterns: readonly ast.Pattern[],
  star: number,
  subject: number,
  fail: Label,
  captures: Captures,
): void {
  patterns.forEach((pattern, i) => {
    if (wildcard(pattern)) return;
    const item = c.unit.temporary();
    c.emit(Op.LOAD_FAST, subject);
    if (i < star) c.constant(i);
    else {
      c.emit(Op.LOAD_FAST, subject);
      c.emit(Op.GET_LEN);
      c.constant(patterns.length - i);
      c.emit(Op.BINARY_SUBTRACT);
    }
    c.emit(Op.BINARY_SUBSCR);
    c.emit(Op.STORE_FAST, item);
    compilePattern(c, pattern, item, fail, captures);
  });
}

/** Stores the spread items in hidden locals, then matches each. */
function spread(c: Compiler, patterns: readonly ast.Pattern[], fail: Label, captures: Captures): void {
  const items = patterns.map(() => c.unit.temporary());
  for (const item of items) c.emit(Op.STORE_FAST, item);
  patterns.forEach((pattern, i) => {
    if (!wildcard(pattern)) compilePattern(c, pattern, items[i]!, fail, captures);
  });
}
