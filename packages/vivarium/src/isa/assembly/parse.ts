/** Turns assembly text into statements: labels, constants, directives, and instructions with operands by their table. */
import type { InstructionSet } from "../table.js";
import type { Diagnostics, Position } from "./diagnostics.js";
import type { Argument, Term } from "./expressions.js";
import { RegisterNames } from "./operands.js";
import { type Token, tokenizeLine } from "./tokens.js";

export interface LabelStatement extends Position {
  readonly kind: "label";
  readonly name: string;
}
export interface ConstantStatement extends Position {
  readonly kind: "constant";
  readonly name: string;
  readonly value: Argument;
}
export interface DirectiveStatement extends Position {
  readonly kind: "directive";
  readonly name: string;
  readonly args: readonly Argument[];
}
export interface InstructionStatement extends Position {
  readonly kind: "instruction";
  /** Index of the row. */
  readonly row: number;
  /** In the order of the row's operands: the number of a register, or what is still to be evaluated. */
  readonly operands: readonly (number | Argument)[];
}
export type Statement = LabelStatement | ConstantStatement | DirectiveStatement | InstructionStatement;

/** What a line that cannot be read is thrown with. */
class Unreadable extends Error {
  constructor(
    readonly reason: string,
    readonly token: Token,
    readonly expected?: string,
    readonly code = "ASM_SYNTAX",
  ) {
    super(reason);
  }
}

class LineParser {
  #next = 0;

  constructor(
    readonly tokens: readonly Token[],
    readonly line: number,
    readonly isa: InstructionSet,
    readonly registers: RegisterNames,
  ) {}

  get token(): Token {
    return this.tokens[this.#next];
  }
  #at(token: Token): Position {
    return { line: this.line, column: token.column };
  }
  #is(text: string): boolean {
    return this.token.kind === "punctuation" && this.token.text === text;
  }
  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#next++;
    return true;
  }

  statements(): Statement[] {
    const out: Statement[] = [];
    for (;;) {
      const { token } = this;
      if (token.kind === "end") return out;
      const follower = this.tokens[this.#next + 1];
      if (token.kind === "name" && follower.text === ":" && follower.kind === "punctuation") {
        out.push({ kind: "label", name: token.text, ...this.#at(token) });
        this.#next += 2;
        continue;
      }
      this.#next++;
      if (token.kind === "name" && follower.text === "=" && follower.kind === "punctuation") {
        this.#next++;
        out.push({ kind: "constant", name: token.text, value: this.#argument(), ...this.#at(token) });
      } else if (token.kind === "name") out.push(this.#instruction(token));
      else if (token.kind === "directive") {
        out.push({ kind: "directive", name: token.text, args: this.#arguments(), ...this.#at(token) });
      } else throw new Unreadable(`unexpected ${token.text}`, token, "a label, an instruction or a directive");
      if (this.token.kind !== "end") throw new Unreadable(`unexpected ${this.token.text}`, this.token, "a new line");
    }
  }

  #instruction(token: Token): InstructionStatement {
    const row = this.isa.indexOf(token.text);
    if (row < 0) {
      const close = nearest(
        token.text,
        this.isa.rows.map((r) => r.mnemonic),
      );
      throw new Unreadable(
        `${this.isa.name} ${this.isa.profile} has no instruction ${token.text}`,
        token,
        close,
        "ASM_MNEMONIC",
      );
    }
    const { operands, names } = this.isa.rows[row];
    const out: (number | Argument)[] = [];
    operands.forEach((spec, i) => {
      if (i > 0 && !this.#take(",")) {
        throw new Unreadable(`${token.text} has operands ${names.join(", ")}`, this.token, `, and operand ${names[i]}`);
      }
      if (spec.kind !== "reg") {
        out.push(this.#argument());
        return;
      }
      const index = this.token.kind === "name" ? this.registers.find(spec.bank, this.token.text) : undefined;
      if (index === undefined) {
        throw new Unreadable(`operand ${names[i]} of ${token.text} is a register`, this.token, "a register");
      }
      this.#next++;
      out.push(index);
    });
    return { kind: "instruction", row, operands: out, ...this.#at(token) };
  }

  #arguments(): Argument[] {
    if (this.token.kind === "end") return [];
    const out = [this.#argument()];
    while (this.#take(",")) out.push(this.#argument());
    return out;
  }

  #argument(): Argument {
    const first = this.token;
    const at = this.#at(first);
    if (first.kind === "string") {
      this.#next++;
      return { kind: "string", bytes: first.bytes ?? new Uint8Array(0), ...at };
    }
    const float = this.#float();
    if (float !== undefined) return { kind: "float", value: float, ...at };
    const terms: (Term & { negative: boolean })[] = [];
    do {
      let negative = false;
      while (this.#is("-") || this.#is("+")) {
        if (this.#is("-")) negative = !negative;
        this.#next++;
      }
      terms.push({ ...this.#term(), negative });
    } while (this.#is("+") || this.#is("-"));
    return { kind: "sum", terms, ...at };
  }

  /** A floating-point literal with its sign; nothing is taken when there is none. */
  #float(): number | undefined {
    const sign = this.#is("-") ? 1 : 0;
    const token = this.tokens[this.#next + sign];
    if (token?.kind !== "float") return undefined;
    this.#next += sign + 1;
    return sign === 1 ? -Number(token.text) : Number(token.text);
  }

  #term(): Term {
    const { token } = this;
    if (token.kind === "integer") {
      this.#next++;
      return { kind: "integer", value: token.value ?? 0n };
    }
    if (token.kind === "name") {
      this.#next++;
      return { kind: "name", name: token.text };
    }
    if (this.#take("@")) {
      const name = this.token;
      if (name.kind !== "name") throw new Unreadable("@ stands before a label", name, "a label");
      this.#next++;
      return { kind: "handle", name: name.text };
    }
    throw new Unreadable(
      token.kind === "end" ? "the line ends too early" : `unexpected ${token.text}`,
      token,
      "a number or a name",
    );
  }
}

/** The candidate that differs least from `text`, if it is close. */
function nearest(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= least) continue;
    let row = Array.from({ length: candidate.length + 1 }, (_, i) => i);
    for (let i = 1; i <= text.length; i++) {
      const next = [i];
      for (let j = 1; j <= candidate.length; j++) {
        const changed = row[j - 1] + (text[i - 1] === candidate[j - 1] ? 0 : 1);
        next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
      }
      row = next;
    }
    if (row[candidate.length] < least) {
      least = row[candidate.length];
      best = candidate;
    }
  }
  return best;
}

/** Reads a whole text. Lines that cannot be read are reported and left out. */
export function parseAssembly(text: string, isa: InstructionSet, diagnostics: Diagnostics): Statement[] {
  const registers = new RegisterNames(isa);
  const out: Statement[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length && !diagnostics.full; i++) {
    const before = diagnostics.count;
    const tokens = tokenizeLine(lines[i], i + 1, diagnostics);
    if (diagnostics.count > before) continue;
    try {
      for (const s of new LineParser(tokens, i + 1, isa, registers).statements()) out.push(s);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const { code, reason, token, expected } = error;
      diagnostics.report(code, reason, { line: i + 1, column: token.column }, expected);
    }
  }
  return out;
}
