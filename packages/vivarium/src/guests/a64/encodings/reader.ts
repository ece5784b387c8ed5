/** Reads the operands of one line of assembly. */

/** Values of names in expressions: labels and constants. */
export type Resolve = (name: string) => bigint | undefined;

export class Reader {
  at = 0;
  /** Name that has no value, if one was met: says more than that the operands do not fit. */
  unknown: string | undefined;
  /** Farthest place that was reached. */
  reached = 0;

  constructor(
    readonly text: string,
    /** Address of the instruction. */
    readonly pc: number,
    readonly resolve: Resolve,
  ) {}

  rewind(): void {
    this.at = 0;
  }
  #blank(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
    if (this.at > this.reached) this.reached = this.at;
  }
  get ended(): boolean {
    this.#blank();
    return this.at >= this.text.length;
  }
  eat(text: string): boolean {
    this.#blank();
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
  /** The next word (letters, digits, `.`, `_`), in lower case, or nothing. */
  word(): string | undefined {
    this.#blank();
    const found = /^[A-Za-z_][\w.]*/.exec(this.text.slice(this.at));
    if (found === null) return undefined;
    this.at += found[0].length;
    return found[0].toLowerCase();
  }
  /** Tries something; goes back where it fails. */
  try(read: () => boolean): boolean {
    const { at } = this;
    if (read()) return true;
    this.at = at;
    return false;
  }

  /** Sum of numbers and names: `#12`, `0x10`, `'a'`, `label + 4`, `.`, `-(8)`. `#` is optional. */
  expression(): bigint | undefined {
    this.eat("#");
    let total = 0n;
    let sign = this.eat("-") ? -1n : 1n;
    for (;;) {
      const term = this.#product();
      if (term === undefined) return undefined;
      total += sign * term;
      if (this.eat("+")) sign = 1n;
      else if (this.eat("-")) sign = -1n;
      else return total;
    }
  }
  #product(): bigint | undefined {
    let value = this.#term();
    while (value !== undefined) {
      if (this.eat("<<")) {
        const by = this.#term();
        if (by === undefined || by < 0n || by > 64n) return undefined;
        value <<= by;
      } else if (this.eat("*")) {
        const by = this.#term();
        if (by === undefined) return undefined;
        value = BigInt.asIntN(128, value * by);
      } else return value;
    }
    return undefined;
  }
  #term(): bigint | undefined {
    this.#blank();
    if (this.eat("(")) {
      const inner = this.expression();
      return inner !== undefined && this.eat(")") ? inner : undefined;
    }
    if (this.eat("~")) {
      const inner = this.#term();
      return inner === undefined ? undefined : ~inner;
    }
    const rest = this.text.slice(this.at);
    const number = /^(0[xX][0-9a-fA-F]{1,32}|0[bB][01]{1,128}|\d{1,40})(?![\w.])/.exec(rest);
    if (number !== null) {
      this.at += number[0].length;
      return BigInt(number[0].toLowerCase());
    }
    const character = /^'(\\.|[^\\'])'/.exec(rest);
    if (character !== null) {
      this.at += character[0].length;
      const [, c] = character as unknown as [string, string];
      const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", 0: "\0" };
      return BigInt((c.length === 2 ? (escapes[c[1] as string] ?? (c[1] as string)) : c).charCodeAt(0));
    }
    const name = /^(\d+[bf]|[A-Za-z_.$][\w.$]*)/.exec(rest);
    if (name === null) return undefined;
    const value = name[0] === "." ? BigInt(this.pc) : this.resolve(name[0]);
    if (value === undefined) {
      this.unknown ??= name[0];
      return undefined;
    }
    this.at += name[0].length;
    return value;
  }
}
