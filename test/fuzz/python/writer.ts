/** Choices into the text of a Python program: lines, blocks, names, and expressions of all kinds. */

import { Random } from "../random.js";
import { BINARY, BYTES, CALLS, COMPARE, FLOATS, INTS, NAMES, SPECS, STRINGS } from "./pieces.js";

export class Writer {
  readonly #random: Random;
  readonly #lines: string[] = [];
  #indent = "";
  #names = 0;
  /** Functions of the soup that were written: `f0` and so on take `(x, y=…, *args, **kw)`. */
  functions = 0;

  constructor(seed: number) {
    this.#random = new Random(seed, 0x9717);
  }

  below(n: number): number {
    return this.#random.below(n);
  }
  /** From `least` to `most`, both included. */
  between(least: number, most: number): number {
    return this.#random.between(least, most);
  }
  chance(p: number): boolean {
    return this.#random.chance(p);
  }
  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }
  /** Some of the items, in their order. */
  some<T>(of: readonly T[]): T[] {
    return of.filter(() => this.chance(0.5));
  }
  shuffled<T>(of: readonly T[]): T[] {
    const out = [...of];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  }
  times<T>(n: number, make: (i: number) => T): T[] {
    return Array.from({ length: n }, (_, i) => make(i));
  }
  /** Text with every capital `V` standing alone replaced by an expression, every `N` by a small integer. */
  fill(template: string, depth = 1): string {
    return template
      .replaceAll(/\bV\b/g, () => this.expression(depth))
      .replaceAll(/\bN\b/g, () => String(this.between(-4, 9)));
  }

  /** A name that nothing else has. */
  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }
  name(): string {
    return this.pick(NAMES);
  }

  line(text: string): void {
    for (const one of text.split("\n")) this.#lines.push(this.#indent + one);
  }
  lines(...texts: readonly string[]): void {
    for (const text of texts) this.line(text);
  }
  block(header: string, body: () => void): void {
    this.line(header);
    this.#indent += " ";
    const before = this.#lines.length;
    body();
    if (this.#lines.length === before) this.line("pass");
    this.#indent = this.#indent.slice(1);
  }
  /** What it raises is printed. */
  attempt(body: () => void): void {
    this.block("try:", body);
    this.line(this.chance(0.15) ? "except Exception as e: trace(e)" : "except Exception as e: fail(e)");
  }
  show(text: string): void {
    this.attempt(() => this.line(`show(${text})`));
  }
  text(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  // --- expressions -------------------------------------------------------------------------------------------------

  atom(): string {
    switch (this.below(6)) {
      case 0:
        return this.name();
      case 1:
        return this.pick(INTS);
      case 2:
        return this.pick(FLOATS);
      case 3:
        return this.pick(STRINGS);
      case 4:
        return this.pick(["None", "True", "False", "()", "[]", "{}", ...BYTES]);
      default:
        return String(this.below(20) - 5);
    }
  }

  expression(depth: number): string {
    if (depth <= 0) return this.atom();
    const v = (): string => this.expression(depth - 1);
    switch (this.below(20)) {
      case 0:
        return `[${this.times(this.below(4), v).join(", ")}]`;
      case 1:
        return `(${v()}, ${v()}, ${v()})`;
      case 2:
        return `{${v()}: ${v()}, ${v()}: ${v()}}`;
      case 3:
        return `{k: ${v()} for k in range(${this.below(4)})}`;
      case 4:
      case 5:
        return this.#arithmetic(v);
      case 6:
        return this.chance(0.2) ? `(${v()} is None)` : `(${v()} ${this.pick(COMPARE)} ${v()})`;
      case 7:
        return `(${v()} ${this.pick(COMPARE)} ${v()} ${this.pick(COMPARE)} ${v()})`;
      case 8:
        return `(${v()} if ${v()} else ${v()})`;
      case 9:
        return `(${v()} ${this.pick(["and", "or"])} ${v()})`;
      case 10:
        return `(${this.pick(["-", "+", "~", "not "])}${v()})`;
      case 11:
        return `${this.name()}[${this.pick(["0", "-1", "1:", "::-1", ":2", "1:9:2", "'k'", "::0", v()])}]`;
      case 12:
        return this.chance(0.5)
          ? `[(x, y) for y in 'ab' for x in ${v()} if ${this.pick(["x", "True", "not x"])}]`
          : `[x for x in ${v()} if ${this.pick(["x", "True", "x != x", "not x"])}]`;
      case 13:
        // Quotes and braces inside of replacement fields came with 3.12.
        return `f'{${v()}${this.pick(["", "!r", "!s", "!a"])}:${this.pick(SPECS)}}'`;
      case 14:
        return `f'${this.pick(["", "x", "{{", "}}"])}{${v()}${this.chance(0.2) ? "=" : ""}}'`;
      case 15:
        return this.functions > 0
          ? `f${this.below(this.functions)}(${v()}, ${this.pick([v(), `y=${v()}`, `*[${v()}]`, `**{'y': ${v()}}`, `*${v()}`, `**${v()}`])})`
          : `(lambda x=${v()}: ${v()})()`;
      case 16:
        return `(lambda x=${v()}, *y, z=${v()}: ${this.pick(["x", "(x, z)", "y", v()])})(${this.pick(["", v(), `*${v()}`])})`;
      default:
        return this.pick(CALLS).replaceAll("V", v);
    }
  }

  #arithmetic(v: () => string): string {
    const op = this.pick(BINARY);
    // Shifts and powers stay small: what is compared is the language, not how long numbers may get.
    if (op === "<<" || op === ">>") return `(${v()} ${op} ${this.below(70)})`;
    if (op === "**") return `power(${v()}, ${this.pick(["2", "3", "0", "-1", "0.5", "1j"])})`;
    if (op === "*") return `mul(${v()}, ${v()})`;
    return `(${v()} ${op} ${v()})`;
  }
}
