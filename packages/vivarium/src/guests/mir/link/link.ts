/** Modules to one program: imports bound, data placed, functions lowered and numbered (MIR, `MIR_link`). */
import type { GuestFunction } from "../../../isa/code.js";
import { Emitter } from "../lower/emitter.js";
import type { InlineBody } from "../lower/inline.js";
import { type Callee, lowerFunction, type Surroundings } from "../lower/lower.js";
import {
  type DataLikeItem,
  type FuncItem,
  HEADER_WORDS,
  type LocatedDiagnostic,
  MAX_DIAGNOSTICS,
  MirLoadError,
  type MirModule,
  OPERAND_WORDS,
  Operand,
  type ProtoItem,
  type Signature,
} from "../module.js";
import { isCall, OP } from "../ops.js";
import { FUNCTION_BASE, LABEL_BASE, TRAP } from "../table.js";
import { T } from "../types.js";
import { Layout } from "./layout.js";
import { type CallShape, type LinkedFunction, type LinkedProgram, STACK_TOP } from "./program.js";

/** What an import that no module exports is bound to. */
export type Resolution =
  | { readonly kind: "host" }
  /** A module that exports the name; it is linked in. */
  | { readonly kind: "module"; readonly module: MirModule }
  /** Data of the host library, with its first contents. */
  | { readonly kind: "data"; readonly bytes: Uint8Array };

/** Settings of {@link link}. */
export interface LinkOptions {
  /** Says what an import that no module exports is bound to; null if nothing. */
  readonly resolve?: (name: string) => Resolution | null;
  /** Imports that cannot be resolved trap when they are called instead of being an error. */
  readonly lazy?: boolean;
  /** False leaves lowered code as it is: one slot per register, one row or more per instruction. */
  readonly optimize?: boolean;
  /** False leaves every call a call. */
  readonly inline?: boolean;
  /** Most bytes of static data. */
  readonly maxData?: number;
}

const NO_SIGNATURE: Signature = { results: [], params: [], vararg: false };

/** Host functions that may return a second time: their callers keep everything where it is. */
const RETURNS_TWICE = new Set(["setjmp", "_setjmp", "sigsetjmp", "__sigsetjmp"]);

/** Slots of a host function's stub: how many arguments may come through a pointer. */
const STUB_SLOTS = 64;

/** Most functions of a program: function addresses end where label values begin. */
const MAX_FUNCTIONS = (LABEL_BASE - FUNCTION_BASE) / 16;

/** What a name of the program means. */
type Binding =
  | { readonly kind: "func"; readonly index: number }
  | { readonly kind: "data"; readonly item: DataLikeItem }
  | { readonly kind: "host"; readonly id: number }
  | { readonly kind: "hostData"; readonly address: number }
  | { readonly kind: "unresolved"; readonly name: string };

/**
 * Links modules.
 *
 * @throws MirLoadError `MIR_UNRESOLVED` that names every import nothing provides, `MIR_REDEFINED` for a function that two
 *   modules export.
 */
export function link(modules: readonly MirModule[], options: LinkOptions = {}): LinkedProgram {
  return new Linker(options).run(modules);
}

class Linker implements Surroundings {
  readonly emitter = new Emitter();
  readonly table: number[] = [];
  indirect = { maxParams: 0, vararg: false, maxResults: 1, returnsTwice: false };
  private readonly layout: Layout;
  private readonly modules: MirModule[] = [];
  private readonly functions: (LinkedFunction & Mutable<GuestFunction>)[] = [];
  private readonly functionOf = new Map<FuncItem, number>();
  private readonly exported = new Map<string, Binding>();
  /** Binding of every symbol that is an import, by module. */
  private readonly imports = new Map<MirModule, (Binding | null)[]>();
  private readonly hostNames: string[] = [];
  private readonly hostIds = new Map<string, number>();
  private readonly shapes: CallShape[] = [];
  private readonly shapeIds = new Map<string, number>();
  private readonly stubs = new Map<string, number>();
  private readonly labels = new Map<MirModule, Int32Array>();
  private readonly labelRanges = new Map<FuncItem, { first: number; count: number }>();
  private readonly labelsOf = new Map<FuncItem, { index: number; label: number }[]>();
  private readonly addressTaken = new Set<FuncItem>();
  private readonly indirectProtos = new Set<Signature>();
  private readonly bodies = new Map<number, InlineBody>();

  constructor(private readonly options: LinkOptions) {
    this.layout = new Layout(Math.min(STACK_TOP, options.maxData ?? STACK_TOP));
  }

  run(modules: readonly MirModule[]): LinkedProgram {
    for (const module of modules) this.addModule(module);
    this.bindImports();
    for (const module of this.modules) this.layout.module(module);
    for (const module of this.modules) this.prepass(module);
    for (const index of calleesFirst(this.functions.length, (k) => this.calleesOf(k))) this.lower(index);
    const initializer = this.initializer();
    this.fillCells();
    this.emitStubs();
    return this.program(initializer);
  }

  // Names

  private addModule(module: MirModule, library = false): void {
    if (this.modules.includes(module)) return;
    this.modules.push(module);
    for (const item of module.items) {
      if (item.kind !== "func") continue;
      const index = this.functions.length;
      if (index >= MAX_FUNCTIONS) throw new MirLoadError("MIR_TOO_LARGE", [{ message: "too many functions" }]);
      this.functionOf.set(item, index);
      const { signature, name } = item;
      this.functions.push({
        name,
        signature,
        source: { module, func: item },
        host: -1,
        entry: 0,
        slots: 0,
        params: signature.params.length + 1,
        firstParam: signature.vararg ? 0 : 1,
        results: signature.results.length,
      });
    }
    for (const symbol of module.symbols) {
      if (!symbol.exported || symbol.definition === null || symbol.definition.kind === "proto") continue;
      const before = this.exported.get(symbol.name);
      // What the program defines itself comes before the library's.
      if (library && before !== undefined) continue;
      if (symbol.definition.kind === "func") {
        if (before?.kind === "func") {
          throw new MirLoadError("MIR_REDEFINED", [
            { message: `function '${symbol.name}' is exported by two modules` },
          ]);
        }
        this.exported.set(symbol.name, { kind: "func", index: this.functionOf.get(symbol.definition) as number });
      } else {
        this.exported.set(symbol.name, { kind: "data", item: symbol.definition });
      }
    }
  }

  /** Binds imports; modules of a library that are linked in have imports of their own. */
  private bindImports(): void {
    const errors: LocatedDiagnostic[] = [];
    const missing = new Set<string>();
    for (let m = 0; m < this.modules.length; m++) {
      const module = this.modules[m] as MirModule;
      const bindings: (Binding | null)[] = [];
      for (const symbol of module.symbols) {
        if (!symbol.imported) {
          bindings.push(null);
          continue;
        }
        const binding = this.bind(symbol.name);
        if (binding.kind === "unresolved" && this.options.lazy !== true && !missing.has(symbol.name)) {
          missing.add(symbol.name);
          if (errors.length < MAX_DIAGNOSTICS) {
            errors.push({ message: `import of '${symbol.name}', which no module and no host provides` });
          }
        }
        bindings.push(binding);
      }
      this.imports.set(module, bindings);
    }
    if (errors.length > 0) throw new MirLoadError("MIR_UNRESOLVED", errors);
  }

  private bind(name: string): Binding {
    const known = this.exported.get(name);
    if (known !== undefined) return known;
    const resolution = this.options.resolve?.(name) ?? null;
    if (resolution === null) return { kind: "unresolved", name };
    switch (resolution.kind) {
      case "module": {
        this.addModule(resolution.module, true);
        const binding = this.exported.get(name);
        return binding ?? { kind: "unresolved", name };
      }
      case "host":
        return { kind: "host", id: this.hostId(name) };
      case "data": {
        const address = this.layout.take(resolution.bytes.length);
        this.layout.segments.push({ address, bytes: resolution.bytes });
        const binding: Binding = { kind: "hostData", address };
        this.exported.set(name, binding);
        return binding;
      }
    }
  }

  private hostId(name: string): number {
    let id = this.hostIds.get(name);
    if (id === undefined) {
      id = this.hostNames.length;
      this.hostNames.push(name);
      this.hostIds.set(name, id);
    }
    return id;
  }

  /** What a symbol of a module stands for; prototypes stand for nothing. */
  private binding(module: MirModule, index: number): Binding | null {
    const symbol = module.symbols[index] as MirModule["symbols"][number];
    const { definition } = symbol;
    if (definition === null) return this.imports.get(module)?.[index] ?? null;
    if (definition.kind === "func") return { kind: "func", index: this.functionOf.get(definition) as number };
    return definition.kind === "proto" ? null : { kind: "data", item: definition };
  }

  addressOf(module: MirModule, index: number): number {
    const binding = this.binding(module, index);
    switch (binding?.kind) {
      case "func":
        return FUNCTION_BASE + 16 * binding.index;
      case "data":
        return this.layout.addressOf.get(binding.item) as number;
      case "hostData":
        return binding.address;
      case "host":
        return FUNCTION_BASE + 16 * this.stub(this.hostNames[binding.id] as string, binding.id);
      case "unresolved":
        return FUNCTION_BASE + 16 * this.stub(binding.name, -1);
      default:
        return 0;
    }
  }

  callee(module: MirModule, index: number): Callee {
    const binding = this.binding(module, index);
    if (binding?.kind === "host") return { kind: "host", id: binding.id };
    if (binding?.kind === "func") {
      return { kind: "func", index: binding.index, signature: this.functions[binding.index]?.signature as Signature };
    }
    const name = module.symbols[index]?.name as string;
    return { kind: "func", index: this.stub(name, -1), signature: NO_SIGNATURE };
  }

  /** A function that stands for a host function where an address is wanted, or for what is missing. */
  private stub(name: string, host: number): number {
    let index = this.stubs.get(name);
    if (index === undefined) {
      index = this.functions.length;
      this.stubs.set(name, index);
      this.functions.push({
        name,
        signature: NO_SIGNATURE,
        source: null,
        host,
        entry: 0,
        slots: STUB_SLOTS,
        params: host < 0 ? 0 : STUB_SLOTS,
        results: host < 0 ? 0 : 1,
      });
    }
    return index;
  }

  stringAddress(module: MirModule, index: number): number {
    return this.layout.string(module, index);
  }

  hardRegister(name: string): number {
    return this.layout.hardRegister(name);
  }

  // What is known before lowering

  /** Finds functions and labels whose address is taken, and prototypes that are called through addresses. */
  private prepass(module: MirModule): void {
    const taken = new Set<number>();
    const { data } = module.code;
    for (const item of module.items) {
      if (item.kind === "lref") {
        taken.add(item.label);
        if (item.label2 >= 0) taken.add(item.label2);
      } else if (item.kind === "ref") {
        this.take(module, item.symbol);
      } else if (item.kind === "func") {
        for (let at = item.start; at < item.end; ) {
          const head = data[at] as number;
          const count = head >>> 8;
          this.scan(module, head & 0xff, count, at + HEADER_WORDS, taken);
          at += HEADER_WORDS + count * OPERAND_WORDS;
        }
      }
    }
    this.numberLabels(module, taken);
  }

  private scan(module: MirModule, opcode: number, count: number, op: number, labels: Set<number>): void {
    const { data } = module.code;
    if (opcode === OP.laddr) labels.add(data[op + OPERAND_WORDS + 1] as number);
    const call = isCall(opcode);
    for (let k = call ? 2 : 0; k < count; k++) {
      const at = op + k * OPERAND_WORDS;
      if (data[at] === Operand.ref) this.take(module, data[at + 1] as number);
      else if (data[at] === Operand.mem) {
        const symbol = module.mems.data[(data[at + 1] as number) + 8] as number;
        if (symbol !== 0) this.take(module, symbol - 1);
      }
    }
    if (!call) return;
    const proto = module.symbols[data[op + 1] as number]?.definition as ProtoItem;
    if (data[op + OPERAND_WORDS] === Operand.ref) {
      // Where a jcalled function leaves is in its first result.
      if (opcode === OP.jcall) this.take(module, data[op + OPERAND_WORDS + 1] as number);
      return;
    }
    this.indirectProtos.add(proto.signature);
    this.indirect.maxResults = Math.max(this.indirect.maxResults, proto.signature.results.length);
  }

  private take(module: MirModule, symbol: number): void {
    const binding = this.binding(module, symbol);
    if (binding?.kind === "host" && this.returnsTwice(binding.id)) this.indirect.returnsTwice = true;
    if (binding?.kind !== "func") return;
    const { source, signature } = this.functions[binding.index] as LinkedFunction;
    if (source === null || this.addressTaken.has(source.func)) return;
    this.addressTaken.add(source.func);
    this.indirect = {
      ...this.indirect,
      maxParams: Math.max(this.indirect.maxParams, signature.params.length),
      vararg: this.indirect.vararg || signature.vararg,
    };
  }

  /** Numbers the labels whose address is taken, those of one function in a row. */
  private numberLabels(module: MirModule, taken: ReadonlySet<number>): void {
    const numbers = new Int32Array(module.labels.length).fill(-1);
    const byFunction = new Map<FuncItem, number[]>();
    for (const label of taken) {
      const func = module.labels[label]?.func;
      if (func == null) continue;
      const list = byFunction.get(func) ?? [];
      list.push(label);
      byFunction.set(func, list);
    }
    for (const [func, list] of byFunction) {
      const first = this.table.length;
      const own: { index: number; label: number }[] = [];
      for (const label of list.sort((a, b) => a - b)) {
        numbers[label] = this.table.length;
        own.push({ index: this.table.length, label });
        this.table.push(-1);
      }
      this.labelsOf.set(func, own);
      this.labelRanges.set(func, { first, count: this.table.length - first });
    }
    this.labels.set(module, numbers);
  }

  labelIndex(module: MirModule, label: number): number {
    return this.labels.get(module)?.[label] as number;
  }

  labelRange(func: FuncItem): { first: number; count: number } {
    return this.labelRanges.get(func) ?? { first: 0, count: 0 };
  }

  ownLabels(func: FuncItem): readonly { index: number; label: number }[] {
    return this.labelsOf.get(func) ?? [];
  }

  addressIsTaken(func: FuncItem): boolean {
    return this.addressTaken.has(func);
  }

  returnsTwice(host: number): boolean {
    return RETURNS_TWICE.has(this.hostNames[host] as string);
  }

  shape({ fixed, types }: CallShape): number {
    const key = `${fixed}:${types}`;
    let id = this.shapeIds.get(key);
    if (id === undefined) {
      id = this.shapes.length;
      this.shapes.push({ fixed, types });
      this.shapeIds.set(key, id);
    }
    return id;
  }

  get optimize(): boolean {
    return this.options.optimize !== false;
  }

  arrivesWide(func: FuncItem, param: number): boolean {
    if (!this.addressTaken.has(func)) return false;
    const { type } = func.signature.params[param] as { type: number };
    for (const { params } of this.indirectProtos) {
      if (params[param]?.type !== type) return true;
    }
    return false;
  }

  get inline(): boolean {
    return this.optimize && this.options.inline !== false;
  }

  bodyOf(index: number): InlineBody | null {
    return this.bodies.get(index) ?? null;
  }

  // Code

  /** Functions of modules that a function calls by name. */
  private calleesOf(index: number): number[] {
    const { source } = this.functions[index] as LinkedFunction;
    if (source === null) return [];
    const { module, func } = source;
    const { data } = module.code;
    const found: number[] = [];
    for (let at = func.start; at < func.end; ) {
      const head = data[at] as number;
      const callee = at + HEADER_WORDS + OPERAND_WORDS;
      if (isCall(head & 0xff) && data[callee] === Operand.ref) {
        const binding = this.binding(module, data[callee + 1] as number);
        if (binding?.kind === "func") found.push(binding.index);
      }
      at += HEADER_WORDS + (head >>> 8) * OPERAND_WORDS;
    }
    return found;
  }

  private lower(index: number): void {
    const target = this.functions[index] as (typeof this.functions)[number];
    if (target.source === null) return;
    const { module, func } = target.source;
    const { body, ...lowered } = lowerFunction(this, module, func, index);
    Object.assign(target, lowered);
    if (body !== null) this.bodies.set(index, body);
  }

  /** A function that runs the functions of `expr` items and stores what they give. */
  private initializer(): number {
    const cells = this.layout.pending.filter(({ item }) => item.kind === "expr");
    if (cells.length === 0) return -1;
    const { emitter } = this;
    emitter.at = -1;
    const entry = emitter.count;
    for (const { module, item, address } of cells) {
      const binding = this.binding(module, (item as { symbol: number }).symbol);
      const { index } = binding as { index: number };
      const [type] = (this.functions[index] as LinkedFunction).signature.results;
      emitter.emit("call", index, 1);
      emitter.emit("mov.i64", 0, address, 0);
      emitter.emit(`st.${STORE_ROW[type as number]}`, 1, 0, 0);
    }
    emitter.emit("ret");
    this.functions.push({
      name: "(initializer)",
      signature: NO_SIGNATURE,
      source: null,
      host: -1,
      entry,
      slots: 2,
      params: 1,
      results: 0,
    });
    return this.functions.length - 1;
  }

  /** Fills `ref` and `lref` cells, now that functions and labels have their numbers. */
  private fillCells(): void {
    for (const { module, item, address } of this.layout.pending) {
      if (item.kind === "expr") continue;
      let value: bigint;
      if (item.kind === "ref") value = BigInt(this.addressOf(module, item.symbol)) + item.disp;
      else if (item.kind === "lref") {
        const first = this.labelIndex(module, item.label);
        const second = item.label2 < 0 ? -LABEL_BASE : this.labelIndex(module, item.label2);
        value = BigInt(first - second) + item.disp;
      } else continue;
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
      this.layout.segments.push({ address, bytes });
    }
  }

  private emitStubs(): void {
    const { emitter } = this;
    emitter.at = -1;
    for (const index of this.stubs.values()) {
      const stub = this.functions[index] as (typeof this.functions)[number];
      stub.entry = emitter.count;
      if (stub.host < 0) {
        emitter.emit("trap", TRAP.unresolved);
      } else {
        emitter.emit("host", stub.host, 0, this.shape({ fixed: STUB_SLOTS - 1, types: "i".repeat(STUB_SLOTS - 1) }));
        emitter.emit("ret");
      }
    }
    // A program without functions still has an instruction to stand at.
    if (emitter.count === 0) emitter.emit("trap", TRAP.jump);
  }

  private program(initializer: number): LinkedProgram {
    const { emitter } = this;
    const exports = new Map<string, number>();
    const dataExports = new Map<string, number>();
    for (const [name, binding] of this.exported) {
      if (binding.kind === "func") exports.set(name, binding.index);
      else if (binding.kind === "data") dataExports.set(name, this.layout.addressOf.get(binding.item) as number);
    }
    // A program's entry may stand in a module that does not export it.
    if (!exports.has("main")) {
      const main = this.functions.findIndex((f) => f.name === "main" && f.source !== null);
      if (main >= 0) exports.set("main", main);
    }
    const functions: (GuestFunction & LinkedFunction)[] = this.functions;
    return {
      modules: this.modules,
      op: emitter.op.slice(0, emitter.count),
      args: emitter.args.slice(0, emitter.count * 4),
      origin: emitter.origin.slice(0, emitter.count),
      leader: emitter.leaders(
        functions.map((f) => f.entry),
        this.table,
      ),
      table: Int32Array.from(this.table),
      count: emitter.count,
      functions,
      segments: this.layout.segments,
      dataEnd: Math.ceil(this.layout.end / 16) * 16,
      hostNames: this.hostNames,
      shapes: this.shapes,
      taken: [...this.addressTaken].map((func) => this.functionOf.get(func) as number),
      exports,
      dataExports,
      initializer,
    };
  }
}

/** Numbers of functions so that those that a function calls come before it, unless they call it too. */
function calleesFirst(count: number, calleesOf: (index: number) => readonly number[]): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(count);
  const stack: { index: number; callees: readonly number[]; next: number }[] = [];
  const enter = (index: number): void => {
    seen[index] = 1;
    stack.push({ index, callees: calleesOf(index), next: 0 });
  };
  for (let root = 0; root < count; root++) {
    if (seen[root] === 0) enter(root);
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const callee = top.callees[top.next++];
      if (callee === undefined) {
        order.push(top.index);
        stack.pop();
      } else if (seen[callee] === 0) enter(callee);
    }
  }
  return order;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Suffix of the row that stores a result of a type. */
const STORE_ROW: Readonly<Record<number, string>> = {
  [T.i8]: "i8",
  [T.u8]: "i8",
  [T.i16]: "i16",
  [T.u16]: "i16",
  [T.i32]: "i32",
  [T.u32]: "i32",
  [T.i64]: "i64",
  [T.u64]: "i64",
  [T.p]: "i64",
  [T.f]: "f",
  [T.d]: "d",
  [T.ld]: "d",
};
