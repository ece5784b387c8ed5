/**
 * Reads as much as fits: the second parse, which runs only after the first has failed and looks for the reason.
 *
 * CPython's grammar is a PEG: when `a + b *` breaks off, its rule for sums still gives `a + b`, and a rule that explains
 * errors may go on from there. The first parser decides by the next token and simply fails. Here the rules that end in a
 * repetition give what they have, as a PEG does, and results are remembered by position, which keeps the many
 * alternatives linear.
 */

import type * as ast from "./ast.js";
import { MISMATCH } from "./cursor.js";
import { StatementParser } from "./statements.js";
import * as T from "./tokens.js";

interface Remembered {
  /** `undefined` for a mismatch. */
  readonly result: unknown;
  readonly end: number;
}

export abstract class LongestParser extends StatementParser {
  private readonly memo = new Map<string, Map<number, Remembered>>();

  /** Runs a rule, or recalls what it gave at this position. */
  protected remembered<R>(rule: string, run: () => R): R {
    let byPosition = this.memo.get(rule);
    if (byPosition === undefined) {
      byPosition = new Map();
      this.memo.set(rule, byPosition);
    }
    const from = this.pos;
    const known = byPosition.get(from);
    if (known !== undefined) {
      if (known.result === undefined) throw MISMATCH;
      this.moveTo(known.end);
      return known.result as R;
    }
    const result = this.attempt(run);
    byPosition.set(from, { result, end: this.pos });
    if (result === undefined) throw MISMATCH;
    return result;
  }

  private moveTo(pos: number): void {
    this.pos = pos;
    this.t = this.kind[pos];
  }

  /** As `attempt`, but goes back in any case: a look-ahead. */
  protected fits(rule: () => unknown): boolean {
    const mark = this.mark();
    const result = this.attempt(() => {
      rule();
      return true;
    });
    this.reset(mark);
    return result === true;
  }

  /** One item, then more after separators as long as they fit. */
  protected separated<R>(item: () => R, separator = T.COMMA): R[] {
    const items = [item()];
    for (;;) {
      const more = this.attempt(() => {
        this.expect(separator);
        return item();
      });
      if (more === undefined) return items;
      items.push(more);
    }
  }

  protected many<R>(item: () => R): R[] {
    const items: R[] = [];
    for (let more = this.attempt(item); more !== undefined; more = this.attempt(item)) items.push(more);
    return items;
  }

  // --- expressions -----------------------------------------------------------------------------------------------------

  protected override starExpressions(): ast.Expr {
    const from = this.pos;
    const elts = this.separated(() => this.starExpression());
    if (!this.accept(T.COMMA) && elts.length === 1) return elts[0];
    return this.tuple(elts, from, "Load");
  }

  protected override starNamedExpressions(first: ast.Expr): ast.Expr[] {
    const elts = [first];
    for (;;) {
      const more = this.attempt(() => {
        this.expect(T.COMMA);
        return this.starNamedExpression();
      });
      if (more === undefined) break;
      elts.push(more);
    }
    this.accept(T.COMMA);
    return elts;
  }

  protected override conditional(first: ast.Expr, from: number): ast.Expr {
    const whole = this.attempt(() => super.conditional(first, from));
    return whole ?? first;
  }

  protected override disjunction(): ast.Expr {
    return this.remembered("disjunction", () => {
      const from = this.pos;
      const values = this.separated(() => this.conjunction(), T.KW_OR);
      return values.length === 1 ? values[0] : this.boolOp("Or", values, from);
    });
  }

  protected override conjunction(): ast.Expr {
    const from = this.pos;
    const values = this.separated(() => this.inversion(), T.KW_AND);
    return values.length === 1 ? values[0] : this.boolOp("And", values, from);
  }

  protected override comparison(): ast.Expr {
    const from = this.pos;
    const left = this.binary(1);
    const ops: ast.CompareOperator[] = [];
    const comparators: ast.Expr[] = [];
    for (;;) {
      const more = this.attempt(() => {
        const op = this.comparisonOperator();
        return op === undefined ? this.mismatch() : { op, operand: this.binary(1) };
      });
      if (more === undefined) break;
      ops.push(more.op);
      comparators.push(more.operand);
    }
    return ops.length === 0 ? left : this.compare(left, ops, comparators, from);
  }

  protected override binary(strength: number): ast.Expr {
    return strength === 1 ? this.remembered("bitwise_or", () => this.operators(1)) : this.operators(strength);
  }

  private operators(strength: number): ast.Expr {
    const from = this.pos;
    let left = this.factor();
    for (;;) {
      const found = T.PRECEDENCE[this.t];
      if (found < strength) return left;
      const op = T.OPERATOR[this.t] as ast.Operator;
      const right = this.attempt(() => {
        this.advance();
        return this.binary(found + 1);
      });
      if (right === undefined) return left;
      left = this.binOp(left, op, right, from);
    }
  }

  protected override power(base: ast.Expr, from: number): ast.Expr {
    return this.attempt(() => super.power(base, from)) ?? base;
  }

  protected override primary(): ast.Expr {
    return this.remembered("primary", () => {
      const from = this.pos;
      let node = this.atom();
      for (;;) {
        const longer = this.attempt(() => {
          if (this.t === T.DOT) return this.attribute(node, from);
          this.beforeSuffix();
          if (this.t === T.LPAR) return this.call(node, from);
          if (this.t === T.LSQB) return this.subscript(node, from);
          return this.mismatch();
        });
        if (longer === undefined) return node;
        node = longer;
      }
    });
  }

  /** For the search for mistakes: CPython tries a generator expression behind every primary. */
  protected abstract beforeSuffix(): void;

  protected override slices(): ast.Expr {
    const from = this.pos;
    const elts = this.separated(() => this.sliceItem());
    if (!this.accept(T.COMMA) && elts.length === 1 && elts[0].kind !== "Starred") return elts[0];
    return this.tuple(elts, from, "Load");
  }

  protected override generators(): ast.Comprehension[] {
    const first = this.generator();
    return [first, ...this.many(() => this.generator())];
  }

  protected override starTargets(): ast.Expr {
    const from = this.pos;
    const elts = this.separated(() => this.starTarget());
    if (!this.accept(T.COMMA) && elts.length === 1) return elts[0];
    return this.tuple(elts, from, "Store");
  }

  protected generator(): ast.Comprehension {
    const is_async = this.accept(T.KW_ASYNC) ? 1 : 0;
    this.expect(T.KW_FOR);
    const target = this.forTargets();
    const iter = this.disjunction();
    const ifs = this.many(() => {
      this.expect(T.KW_IF);
      return this.disjunction();
    });
    return { kind: "comprehension", target, iter, ifs, is_async };
  }

  /** Without the part after a dot that no name follows. */
  protected override dottedName(): string {
    const parts = this.separated(() => this.expectName(), T.DOT);
    return parts.join(".");
  }

  // --- statements ------------------------------------------------------------------------------------------------------

  protected override block(): ast.Stmt[] {
    return this.remembered("block", () => super.block());
  }
}
