/**
 * A guest function to WebAssembly: registers of its frame as locals, branches forward as branches, one dispatch for all
 * branches backward.
 *
 * The compiled function may be entered at the start of any basic block and leaves with everything written back, so that
 * the interpreter can go on wherever it stopped. It charges gas per block and, because it is only entered or goes back
 * with gas for a whole pass in hand, never has to look at it on the way forward.
 */
import type { Code } from "../../isa/code.js";
import type { Stmt, ValType } from "../../isa/expr.js";
import type { InstructionSet, RegOperand, Row } from "../../isa/table.js";
import { STOP } from "../../machine/backend.js";
import { FunctionWriter, type Label, ModuleWriter } from "../../wasm/module.js";
import { Lowering, NO_HELPERS, never, pureSignature, type Site, Temps } from "../lower.js";
import { PureFunctions, writePure } from "../pure.js";
import { layoutOf, STATE_FRAME, STATE_FUEL, STATE_PAYLOAD, type StateLayout } from "../state.js";
import { Emitter, topological } from "./emit.js";
import { type Effect, Graph, type Node, NotStraight, Symbolic } from "./graph.js";
import { isInterpretable } from "./handlers.js";

/** Longer functions stay in the interpreter: the optimising compiler degrades in them. */
const MAX_INSTRUCTIONS = 1500;
const MAX_WORDS = 600;
/** Mathematical functions that are written out where they are used. */
const MAX_INLINED = 8;

export interface CompiledFunction {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Gas of a pass through the whole function: what has to be in hand to enter. */
  readonly cost: number;
  /** Number of the block that may be entered at an instruction, counted from the function's first; -1 elsewhere. */
  readonly blockOf: Int32Array;
}

/** The first instruction behind the function that starts at `entry`. */
function endOf(code: Code, entry: number): number {
  return code.functions.reduce((end, f) => (f.entry > entry && f.entry < end ? f.entry : end), code.count);
}

/** Compiles the function that starts at `entry`; `undefined` where it is not of the kind that this compiler knows. */
export function compileFunction(code: Code, entry: number): CompiledFunction | undefined {
  const end = endOf(code, entry);
  if (end - entry > MAX_INSTRUCTIONS) return undefined;
  if (!isInterpretable(code.isa)) return undefined;
  const layout = layoutOf(code.isa);
  const words = wordsOf(code, entry, end);
  return words.all.size > MAX_WORDS ? undefined : new Compiler(code, entry, end, layout, words).compile();
}

/** By row, whether it can be put into a graph; `undefined` where nobody has asked. */
const straight = new WeakMap<InstructionSet, (boolean | undefined)[]>();

/** Whether an instruction can be put into a graph, which its row alone decides. */
function isStraight(code: Code, i: number): boolean {
  let known = straight.get(code.isa);
  if (known === undefined) {
    known = [];
    straight.set(code.isa, known);
  }
  const row = code.op[i] as number;
  known[row] ??= executes(code, i);
  return known[row];
}

function executes(code: Code, i: number): boolean {
  try {
    new Symbolic(new Graph(), code, () => undefined).execute(i);
    return true;
  } catch (thrown) {
    if (thrown instanceof NotStraight) return false;
    throw thrown;
  }
}

interface Words {
  /** Words that operands name. */
  readonly all: ReadonlySet<number>;
  readonly written: ReadonlySet<number>;
}

function wordsOf(code: Code, entry: number, end: number): Words {
  const all = new Set<number>();
  const written = new Set<number>();
  for (let i = entry; i < end; i++) {
    const row = code.isa.rows[code.op[i] as number] as Row;
    row.operands.forEach((operand, k) => {
      if (operand.kind !== "reg") return;
      for (const word of wordsOfOperand(code, i, k, operand)) {
        all.add(word);
        if (row.effects.writes.includes(k)) written.add(word);
      }
    });
  }
  return { all, written };
}

function wordsOfOperand(code: Code, i: number, operand: number, spec: RegOperand): number[] {
  const first = code.args[4 * i + operand] as number;
  return Array.from({ length: spec.count ?? 1 }, (_, n) => first + n);
}

class Compiler {
  readonly #w = new FunctionWriter(["i32", "i32"], ["i32"]);
  readonly #m = new ModuleWriter();
  readonly #state = 0;
  readonly #block = 1;
  readonly #frame: number;
  readonly #fuel: number;
  readonly #result: number;
  readonly #words = new Map<number, number>();
  readonly #vars = new Map<string, number>();
  #pure: ReadonlyMap<string, number> = new Map();
  readonly #temps: Temps;
  #inlined = 0;
  readonly #starts: number[] = [];
  readonly #blockOf: Int32Array;
  readonly #cost: number;
  #labels: Label[] = [];
  #top: Label | undefined;
  #exit!: Label;

  constructor(
    readonly code: Code,
    readonly entry: number,
    readonly end: number,
    readonly layout: StateLayout,
    readonly words: Words,
  ) {
    const w = this.#w;
    this.#frame = w.local("i32");
    this.#fuel = w.local("i32");
    this.#result = w.local("i32");
    for (const word of words.all) this.#words.set(word, w.local("f32"));
    this.#temps = new Temps(w);
    this.#blockOf = new Int32Array(end - entry).fill(-1);
    let cost = 0;
    for (let i = entry; i < end; i++) {
      cost += this.#row(i).cost;
      if (i !== entry && code.leader[i] !== 1 && !this.#row(i - 1).effects.callsHost) continue;
      this.#blockOf[i - entry] = this.#starts.push(i) - 1;
    }
    this.#cost = cost;
  }

  #row(i: number): Row {
    return this.code.isa.rows[this.code.op[i] as number] as Row;
  }

  /** Whether control may come in anywhere but at the start. */
  get #manyEntries(): boolean {
    for (let i = this.entry; i < this.end; i++) {
      const row = this.#row(i);
      if (row.effects.callsHost) return true;
      const target = row.operands.findIndex((operand) => operand.kind === "target");
      if (target >= 0 && (this.code.args[4 * i + target] as number) <= i) return true;
    }
    return false;
  }

  compile(): CompiledFunction {
    const w = this.#w;
    const m = this.#m;
    m.importMemory("vivarium", "memory");
    const used = new Set<string>();
    const varsRead = new Set<string>();
    for (let i = this.entry; i < this.end; i++) {
      for (const name of this.#row(i).effects.pure) used.add(name);
      for (const name of this.#row(i).effects.vars) varsRead.add(name);
    }
    const pures = new PureFunctions(this.code.isa, m, used);
    this.#pure = pures.indices;
    pures.define(this.layout);
    w.get(this.#state);
    w.mem("i32.load", STATE_FRAME);
    w.set(this.#frame);
    w.get(this.#state);
    w.mem("i32.load", STATE_FUEL);
    w.tee(this.#fuel);
    w.i32(this.#cost);
    w.op("i32.lt_s");
    w.if();
    // Only who enters at the start may leave this to us: then the machine still stands there.
    w.i32(STOP.fuel);
    w.op("return");
    w.end();
    for (const name of varsRead) {
      const local = w.local("i32");
      this.#vars.set(name, local);
      w.get(this.#state);
      w.mem("i32.load", this.layout.vars.get(name) as number);
      w.set(local);
    }
    if (this.#isStraight) {
      this.#writeStraight();
      m.export("run", m.function(w));
      return { bytes: m.finish(), cost: this.#cost, blockOf: this.#blockOf };
    }
    const many = this.#manyEntries;
    for (const word of many ? this.words.all : this.#neededAtStart()) this.#reload(word);

    this.#exit = w.block();
    if (many) this.#top = w.loop();
    for (let k = 0; k < this.#starts.length; k++) this.#labels.unshift(w.block());
    if (many) {
      w.get(this.#block);
      w.brTable(this.#labels.slice(0, -1), this.#labels[this.#labels.length - 1] as Label);
    }
    this.#starts.forEach((start, k) => {
      w.end();
      this.#writeBlock(start, this.#starts[k + 1] ?? this.end);
    });
    if (many) w.end();
    w.end();
    this.#writeBack();
    w.get(this.#result);
    m.export("run", m.function(w));
    // Without a dispatch there is one way in.
    if (!many) this.#blockOf.fill(-1, 1);
    return { bytes: m.finish(), cost: this.#cost, blockOf: this.#blockOf };
  }

  #load(word: number): void {
    this.#w.get(this.#frame);
    this.#w.mem("f32.load", 4 * word);
  }

  /** A function of numbers, written out here as long as there are few: a call takes as long as its work. */
  #call(name: string): void {
    const { isa } = this.code;
    if (isa.pure[name]?.body === undefined || this.#inlined >= MAX_INLINED) {
      this.#w.call(this.#pure.get(name) as number);
      return;
    }
    this.#inlined++;
    const args = pureSignature(isa, name).args.map((type) => this.#temps.take(type));
    for (const local of [...args].reverse()) this.#w.set(local);
    writePure(isa, name, this.layout, this.#w, args, this.#temps, this.#pure);
  }

  #reload(word: number): void {
    this.#load(word);
    this.#w.set(this.#words.get(word) as number);
  }

  #flush(): void {
    const w = this.#w;
    for (const word of this.words.written) {
      w.get(this.#frame);
      w.get(this.#words.get(word) as number);
      w.mem("f32.store", 4 * word);
    }
  }

  #writeBack(): void {
    const w = this.#w;
    this.#flush();
    for (const [name, local] of this.#vars) {
      w.get(this.#state);
      w.get(local);
      w.mem("i32.store", this.layout.vars.get(name) as number);
    }
    w.get(this.#state);
    w.get(this.#fuel);
    w.mem("i32.store", STATE_FUEL);
  }

  /**
   * Words that code which is entered at its start may read before it sets them, or write back without having set them:
   * everything that is not set on every way there.
   */
  #neededAtStart(): Set<number> {
    const needed = new Set<number>();
    const arriving = new Map<number, Set<number>>();
    const meet = (at: number, set: ReadonlySet<number>): void => {
      const before = arriving.get(at);
      arriving.set(at, before === undefined ? new Set(set) : new Set([...before].filter((x) => set.has(x))));
    };
    const require = (set: ReadonlySet<number>): void => {
      for (const word of this.words.written) if (!set.has(word)) needed.add(word);
    };
    let live: Set<number> | undefined = new Set();
    for (let i = this.entry; i < this.end; i++) {
      const here = arriving.get(i);
      if (here !== undefined) live = live === undefined ? here : new Set([...live].filter((x) => here.has(x)));
      if (live === undefined) continue;
      const set: Set<number> = live;
      const row = this.#row(i);
      const { effects } = row;
      const each = (which: readonly number[], visit: (word: number) => void): void => {
        for (const k of which) wordsOfOperand(this.code, i, k, row.operands[k] as RegOperand).forEach(visit);
      };
      each(effects.reads, (word) => {
        if (!set.has(word)) needed.add(word);
      });
      // Registers by computed number are reached in memory, so all that was written has to be there.
      if (effects.mayExit || effects.banks.length > 0) require(set);
      if (writesIndexed(row.meaning)) for (const word of this.words.all) set.add(word);
      if (isStraight(this.code, i)) each(effects.writes, (word) => set.add(word));
      else each(effects.writes, (word) => (set.has(word) ? undefined : needed.add(word)));
      const target = row.operands.findIndex((operand) => operand.kind === "target");
      if (target >= 0) meet(this.code.args[4 * i + target] as number, set);
      const goesOn = !effects.endsBlock || row.meaning.some((s) => s.s === "branch");
      if (!goesOn) live = undefined;
    }
    return needed;
  }

  /** Whether the function is a single run of straight instructions. */
  get #isStraight(): boolean {
    for (let i = this.entry; i < this.end; i++) if (!isStraight(this.code, i)) return false;
    return this.#starts.length === 1;
  }

  /**
   * The whole of a function without branches: registers are loaded where they are used and stored once, which needs
   * fewer machine registers than to hold all of them.
   */
  #writeStraight(): void {
    const w = this.#w;
    const graph = new Graph();
    const symbolic = new Symbolic(graph, this.code, () => undefined);
    let last = this.entry;
    while (symbolic.execute(last) === undefined) last++;
    const words = [...symbolic.words].filter(([word, node]) => !(node.op === "word" && node.value === word));
    const vars = [...symbolic.vars];
    const values: Node[] = [...words.map(([, node]) => graph.cast(node, "f32")), ...vars.map(([, node]) => node)];
    const raw = withoutChecks(values, values);
    // What is overwritten and still needed has to be loaded before.
    const needed = new Set(topological(values).flatMap((node) => (node.op === "word" ? [node.value as number] : [])));
    for (const [word] of words) if (needed.has(word)) this.#reload(word);
    const kept = new Set(words.map(([word]) => word));
    const emitter = new Emitter(
      w,
      {
        word: (word) => {
          if (kept.has(word)) w.get(this.#words.get(word) as number);
          else this.#load(word);
        },
        variable: (name) => w.get(this.#vars.get(name) as number),
        call: (name) => this.#call(name),
      },
      (type) => this.#temps.take(type),
    );
    emitter.prepare(raw);
    const checked = words.map(([word]) => word).filter((_, k) => raw[k] !== values[k]);
    const sum = this.#temps.take("f32");
    words.forEach(([word], k) => {
      w.get(this.#frame);
      emitter.push(raw[k] as Node);
      if (checked.includes(word)) this.#addTo(sum, word === checked[0]);
      w.mem("f32.store", 4 * word);
    });
    vars.forEach(([name], k) => {
      w.get(this.#state);
      emitter.push(raw[words.length + k] as Node);
      w.mem("i32.store", this.layout.vars.get(name) as number);
    });
    this.#ifNaN(sum, checked.length, () => {
      for (const word of checked) {
        w.get(this.#frame);
        this.#load(word);
        w.tee(sum);
        this.#canonical(sum);
        w.mem("f32.store", 4 * word);
      }
    });
    this.#charge(this.#cost);
    w.get(this.#state);
    w.get(this.#fuel);
    w.mem("i32.store", STATE_FUEL);
    w.i32(STOP.halt | ((last - this.entry) << 8));
  }

  /** Adds the f32 on the stack, which stays there, to a local. */
  #addTo(sum: number, first: boolean): void {
    const w = this.#w;
    if (first) return w.tee(sum);
    const value = this.#temps.take("f32");
    w.tee(value);
    w.get(sum);
    w.get(value);
    w.op("f32.add");
    w.set(sum);
  }

  #ifNaN(local: number, terms: number, then: () => void): void {
    if (terms === 0) return;
    const w = this.#w;
    w.get(local);
    w.get(local);
    w.op("f32.ne");
    w.if();
    then();
    w.end();
  }

  /** Turns the f32 on the stack, which is in the local too, to the canonical NaN if it is one. */
  #canonical(local: number): void {
    const w = this.#w;
    w.const("f32", Number.NaN);
    w.get(local);
    w.get(local);
    w.op("f32.eq");
    w.op("select");
  }

  /** Code of the block [start, end): runs of straight instructions as graphs, special ones by statements. */
  #writeBlock(start: number, end: number): void {
    let cost = 0;
    let goesOn = true;
    for (let i = start; i < end; ) {
      this.#temps.reset();
      if (!isStraight(this.code, i)) {
        cost += this.#row(i).cost;
        this.#special(i, cost);
        i++;
        continue;
      }
      let stop = i;
      while (stop < end && isStraight(this.code, stop)) cost += this.#row(stop++).cost;
      goesOn = this.#straight(i, stop, cost);
      i = stop;
    }
    if (goesOn) this.#charge(cost);
  }

  #charge(cost: number): void {
    if (cost === 0) return;
    const w = this.#w;
    w.get(this.#fuel);
    w.i32(cost);
    w.op("i32.sub");
    w.set(this.#fuel);
  }

  /** Leaves with the machine standing at instruction `index`. */
  #leave(stop: number, index: number): void {
    this.#w.i32(stop | ((index - this.entry) << 8));
    this.#w.set(this.#result);
    this.#w.br(this.#exit);
  }

  /** Straight instructions [from, to), of which the last may end the block; false when control never goes on. */
  #straight(from: number, to: number, cost: number): boolean {
    const w = this.#w;
    const symbolic = new Symbolic(new Graph(), this.code, () => undefined);
    let effect: Effect | undefined;
    for (let i = from; i < to; i++) effect = symbolic.execute(i);
    const words = [...symbolic.words].filter(([word, node]) => !(node.op === "word" && node.value === word));
    const vars = [...symbolic.vars];
    const nodes: Node[] = [
      ...words.map(([, node]) => symbolic.graph.cast(node, "f32")),
      ...vars.map(([, node]) => node),
    ];
    const cond = effect?.kind === "branch" ? effect.cond : undefined;
    const emitter = new Emitter(
      w,
      {
        word: (word) => w.get(this.#words.get(word) as number),
        variable: (name) => w.get(this.#vars.get(name) as number),
        call: (name) => this.#call(name),
      },
      (type) => this.#temps.take(type),
    );
    const wanted = cond === undefined ? nodes : [...nodes, cond];
    const raw = withoutChecks(nodes, wanted);
    emitter.prepare(cond === undefined ? raw : [...raw, cond]);
    // All values are on the stack before the first local changes.
    for (const node of raw) emitter.push(node);
    const checked = words.flatMap(([word], k) => (raw[k] === nodes[k] ? [] : [this.#words.get(word) as number]));
    if (cond !== undefined) {
      emitter.push(cond);
      const kept = this.#temps.take("i32");
      w.set(kept);
      this.#assign(words, vars);
      this.#canonicalise(checked);
      this.#charge(cost);
      w.get(kept);
      this.#branch((effect as { target: number }).target, to - 1);
      return false;
    }
    this.#assign(words, vars);
    this.#canonicalise(checked);
    if (effect === undefined) return true;
    this.#charge(cost);
    if (effect.kind === "halt") this.#leave(STOP.halt, to - 1);
    else this.#jump((effect as { target: number }).target, to - 1);
    return false;
  }

  /**
   * Makes NaNs in these locals canonical. They are rare, so first all are asked together: a sum is NaN if one of its
   * terms is (and sometimes without, which does no harm).
   */
  #canonicalise(locals: readonly number[]): void {
    if (locals.length === 0) return;
    const w = this.#w;
    locals.forEach((local, i) => {
      w.get(local);
      if (i > 0) w.op("f32.add");
    });
    const sum = this.#temps.take("f32");
    w.set(sum);
    this.#ifNaN(sum, locals.length, () => {
      for (const local of locals) {
        w.get(local);
        this.#canonical(local);
        w.set(local);
      }
    });
  }

  #assign(words: readonly (readonly [number, Node])[], vars: readonly (readonly [string, Node])[]): void {
    for (const [name] of [...vars].reverse()) this.#w.set(this.#vars.get(name) as number);
    for (const [word] of [...words].reverse()) this.#w.set(this.#words.get(word) as number);
  }

  /** Goes to `target` if the i32 on the stack is not zero. */
  #branch(target: number, from: number): void {
    const w = this.#w;
    if (target > from) return w.brIf(this.#label(target));
    w.if();
    this.#jump(target, from);
    w.end();
  }

  #label(target: number): Label {
    return this.#labels[this.#blockOf[target - this.entry] as number] as Label;
  }

  #jump(target: number, from: number): void {
    const w = this.#w;
    if (target > from) return w.br(this.#label(target));
    // A safepoint: without gas for another pass the machine stops here and can be interrupted.
    w.get(this.#fuel);
    w.i32(this.#cost);
    w.op("i32.lt_s");
    w.if();
    this.#leave(STOP.fuel, target);
    w.end();
    w.i32(this.#blockOf[target - this.entry] as number);
    w.set(this.#block);
    w.br(this.#top as Label);
  }

  /** An instruction that may fail, reaches registers by number, or calls the host. */
  #special(i: number, cost: number): void {
    const w = this.#w;
    const row = this.#row(i);
    const reaches = row.effects.banks.length > 0;
    if (reaches) this.#flush();
    const site = this.#site(i, row, cost);
    const locals = { state: this.#state, pageTable: this.#state, frame: this.#frame };
    const helpers = { ...NO_HELPERS, pure: this.#pure };
    new Lowering(this.code.isa, this.layout, w, locals, helpers, this.#temps, site).body(row.meaning);
    if (reaches && writesIndexed(row.meaning)) for (const word of this.words.all) this.#reload(word);
  }

  #site(i: number, row: Row, cost: number): Site {
    const w = this.#w;
    const field = (operand: number): number => this.code.args[4 * i + operand] as number;
    const local = (operand: number, plus: number): number => this.#words.get(field(operand) + plus) as number;
    const leave = (stop: number): void => {
      this.#charge(cost);
      this.#leave(stop, i);
    };
    return {
      ...never(row.mnemonic),
      readReg: (operand, plus, type) => {
        w.get(local(operand, plus));
        if (type === "i32") w.op("i32.reinterpret_f32");
      },
      writeReg: (operand, plus, type, value) => {
        value();
        if (type === "i32") w.op("f32.reinterpret_i32");
        w.set(local(operand, plus));
      },
      readImm: (operand) => w.i32(field(operand)),
      readVar: (name) => w.get(this.#vars.get(name) as number),
      writeVar: (name, _type: ValType, value) => {
        value();
        w.set(this.#vars.get(name) as number);
      },
      exit: (exit, code) => {
        w.get(this.#state);
        code();
        w.mem("i32.store", STATE_PAYLOAD);
        leave(STOP[exit]);
      },
      host: (id) => {
        w.get(this.#state);
        id();
        w.mem("i32.store", STATE_PAYLOAD);
        leave(STOP.host);
      },
    };
  }
}

/**
 * Values that are set, with those whose NaNs have yet to be made canonical as they come out of arithmetic, unless
 * something else that is computed here needs them with canonical NaNs.
 */
function withoutChecks(values: readonly Node[], wanted: readonly Node[]): Node[] {
  const operands = new Set(topological(wanted).flatMap((node) => node.args));
  const times = new Map<Node, number>();
  for (const value of wanted) times.set(value, (times.get(value) ?? 0) + 1);
  return values.map((value) =>
    value.op === "made" && times.get(value) === 1 && !operands.has(value) ? (value.args[0] as Node) : value,
  );
}

/** Whether a meaning writes a register by computed number. */
function writesIndexed(body: readonly Stmt[]): boolean {
  return body.some((s) => {
    if (s.s === "let") return writesIndexed(s.body);
    if (s.s === "if") return writesIndexed(s.then) || writesIndexed(s.else);
    return s.s === "setIndexedReg";
  });
}
