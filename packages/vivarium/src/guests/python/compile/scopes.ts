/** Interim scope analysis, until the syntax folder's symbol table lands. */
import type * as ast from "../syntax/ast.js";
import { mangle, type NameScope, type Scope, type ScopeKind, type ScopeNode, type SymbolInfo, type SymbolTable } from "../syntax/symtable.js";

interface S extends Scope { symbols: Map<string, SymbolInfo>; children: S[]; parent: S | null; globals: Set<string>; nonlocals: Set<string>; bound: Set<string>; used: Set<string>; varnames: string[]; private: string | null }

export function buildScopes(tree: ast.Mod, source = ""): SymbolTable {
  const byNode = new Map<unknown, S>();
  const typeScopes = new Map<unknown, S>();
  let cur: S | null = null;
  let future = /^from __future__ import .*annotations/m.test(source);
  const mk = (kind: ScopeKind, name: string, node: ScopeNode, priv: string | null, comp: Scope["comprehension"] = null): S => {
    const s = { kind, name, node, parent: cur, children: [], lineno: 1, symbols: new Map(), varnames: [], cellvars: [], freevars: [], nested: false, generator: false, coroutine: false, comprehension: comp, varargs: false, varkeywords: false, returnsValue: false, needsClassCell: false, needsClassDict: false, canSeeClassScope: false, forClass: false, private: priv, hasAnnotations: false, globals: new Set(), nonlocals: new Set(), bound: new Set(), used: new Set() } as unknown as S;
    (s as { nested: boolean }).nested = !!cur && (cur.nested || (cur.kind !== "module" && cur.kind !== "class"));
    cur?.children.push(s);
    byNode.set(node, s);
    return s;
  };
  const within = (s: S, f: () => void) => { const old = cur; cur = s; f(); cur = old; };
  const bind = (n: string) => cur!.bound.add(mangle(cur!.private, n));
  const use = (n: string) => cur!.used.add(mangle(cur!.private, n));
  const isFn = (s: S) => s.kind !== "module" && s.kind !== "class";
  const visitArgsOuter = (a: ast.Arguments) => { a.defaults.forEach(visit); a.kw_defaults.forEach((d) => d && visit(d)); };
  const annots = (a: ast.Arguments, r: ast.Expr | null) => { for (const x of [...a.posonlyargs, ...a.args, a.vararg, ...a.kwonlyargs, a.kwarg]) if (x?.annotation) visit(x.annotation); if (r) visit(r); };
  const params = (s: S, a: ast.Arguments) => {
    const add = (x: ast.Arg) => { const n = mangle(s.private, x.arg); s.varnames.push(n); s.bound.add(n); };
    a.posonlyargs.forEach(add); a.args.forEach(add); a.kwonlyargs.forEach(add);
    if (a.vararg) { add(a.vararg); s.varargs = true; }
    if (a.kwarg) { add(a.kwarg); s.varkeywords = true; }
  };
  const typeParams = (node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.TypeAlias, f: () => void, defaults = 0) => {
    const ps = node.type_params;
    if (!ps || ps.length === 0) return f();
    const inClass = cur!.kind === "class";
    const old = byNode.get(node);
    const s = mk("type_parameters", "name" in node && typeof node.name === "string" ? node.name : "alias", node as ScopeNode, node.kind === "ClassDef" ? node.name : cur!.private);
    if (old) byNode.set(node, old);
    typeScopes.set(node, s);
    (s as { forClass: boolean }).forClass = node.kind === "ClassDef";
    s.canSeeClassScope = inClass;
    if (inClass) s.used.add("__classdict__");
    if (node.kind === "ClassDef") { for (const n of [".type_params", ".generic_base"]) { s.bound.add(n); s.used.add(n); } }
    if (node.kind === "FunctionDef" || node.kind === "AsyncFunctionDef") { if (node.args.defaults.length) { s.varnames.push(".defaults"); s.bound.add(".defaults"); } if (node.args.kw_defaults.some(Boolean)) { s.varnames.push(".kwdefaults"); s.bound.add(".kwdefaults"); } }
    void defaults;
    within(s, () => {
      for (const p of ps) {
        bind(p.name);
        if (p.kind === "TypeVar" && p.bound) { const b = p.bound; const t = mk("type_variable", p.name, p, cur!.private); t.canSeeClassScope = inClass; if (inClass) t.used.add("__classdict__"); within(t, () => visit(b)); }
      }
      f();
    });
  };
  const comp = (node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) => {
    visit(node.generators[0]!.iter);
    const kind = ({ ListComp: "list", SetComp: "set", DictComp: "dict", GeneratorExp: "generator" } as const)[node.kind];
    const s = mk("function", kind === "generator" ? "genexpr" : `${kind}comp`, node, cur!.private, kind);
    s.varnames.push(".0"); s.bound.add(".0");
    if (kind === "generator") s.generator = true;
    within(s, () => {
      node.generators.forEach((g, i) => { if (g.is_async) s.coroutine = true; if (i > 0) visit(g.iter); visit(g.target); g.ifs.forEach(visit); });
      if (node.kind === "DictComp") { visit(node.key); visit(node.value); } else visit(node.elt);
    });
    if (s.coroutine && kind !== "generator") { let p: S | null = s.parent; if (p) p.coroutine = p.coroutine || p.comprehension !== null; p = null; }
  };
  const visit = (n: any): void => {
    if (n === null || n === undefined || typeof n !== "object") return;
    if (Array.isArray(n)) { n.forEach(visit); return; }
    switch (n.kind) {
      case "FunctionDef": case "AsyncFunctionDef": {
        n.decorator_list.forEach(visit); bind(n.name); visitArgsOuter(n.args);
        typeParams(n, () => {
          annots(n.args, n.returns);
          const s = mk("function", n.name, n, cur!.private); s.coroutine = n.kind === "AsyncFunctionDef";
          params(s, n.args); within(s, () => visit(n.body));
        });
        return;
      }
      case "Lambda": { visitArgsOuter(n.args); const s = mk("function", "lambda", n, cur!.private); params(s, n.args); within(s, () => visit(n.body)); return; }
      case "ClassDef": {
        n.decorator_list.forEach(visit); bind(n.name);
        typeParams(n, () => {
          n.bases.forEach(visit); n.keywords.forEach((k: ast.Keyword) => visit(k.value));
          if (n.type_params?.length) use(".generic_base");
          const s = mk("class", n.name, n, n.name);
          if (n.type_params?.length) s.used.add(".type_params");
          within(s, () => visit(n.body));
        });
        return;
      }
      case "ListComp": case "SetComp": case "DictComp": case "GeneratorExp": comp(n); return;
      case "TypeAlias": {
        bind(n.name.id);
        const inClass = cur!.kind === "class";
        typeParams(n, () => { const s = mk("type_alias", n.name.id, n, cur!.private); s.canSeeClassScope = inClass; if (inClass) s.used.add("__classdict__"); within(s, () => visit(n.value)); });
        return;
      }
      case "Name": if (n.ctx === "Load") { use(n.id); if (n.id === "super" && isFn(cur!)) cur!.used.add("__class__"); } else bind(n.id); return;
      case "NamedExpr": { visit(n.value); let s: S = cur!; while (s.comprehension) s = s.parent!; const nm = mangle(cur!.private, n.target.id); s.bound.add(nm);
        if (s !== cur) { for (let c: S = cur!; c !== s; c = c.parent!) (isFn(s) ? c.nonlocals : c.globals).add(nm); if (!isFn(s)) s.globals.add(nm); } return; }
      case "Global": n.names.forEach((x: string) => cur!.globals.add(mangle(cur!.private, x))); return;
      case "Nonlocal": n.names.forEach((x: string) => cur!.nonlocals.add(mangle(cur!.private, x))); return;
      case "Import": n.names.forEach((a: ast.Alias) => bind(a.asname ?? a.name.split(".")[0]!)); return;
      case "ImportFrom": if (n.module === "__future__" && n.names.some((a: ast.Alias) => a.name === "annotations")) future = true; n.names.forEach((a: ast.Alias) => { if (a.name !== "*") bind(a.asname ?? a.name); }); return;
      case "ExceptHandler": visit(n.type); if (n.name) bind(n.name); visit(n.body); return;
      case "MatchAs": visit(n.pattern); if (n.name) bind(n.name); return;
      case "MatchStar": if (n.name) bind(n.name); return;
      case "MatchMapping": visit(n.keys); visit(n.patterns); if (n.rest) bind(n.rest); return;
      case "Yield": case "YieldFrom": cur!.generator = true; visit(n.value); return;
      case "Await": cur!.coroutine = true; visit(n.value); return;
      case "AnnAssign": if (n.target.kind === "Name") { bind(n.target.id); if (!isFn(cur!)) cur!.hasAnnotations = true; } else visit(n.target); if (!future) visit(n.annotation); visit(n.value); return;
      case "Return": if (n.value) cur!.returnsValue = true; visit(n.value); return;
    }
    for (const k in n) if (k !== "kind") visit(n[k]);
  };
  const top = mk("module", "top", tree, null);
  within(top, () => visit(tree.body));
  const resolve = (s: S, visible: Set<string>): Set<string> => {
    // returns names free in s
    const locals = new Set<string>();
    const set = (n: string, scope: NameScope) => s.symbols.set(n, { name: n, scope, flags: 0 });
    const names = new Set([...s.varnames, ...s.bound, ...s.used, ...s.globals, ...s.nonlocals]);
    const free = new Set<string>();
    for (const n of names) {
      if (s.globals.has(n)) set(n, "global_explicit");
      else if (s.nonlocals.has(n)) { set(n, "free"); free.add(n); }
      else if (s.bound.has(n)) { set(n, "local"); locals.add(n); }
      else if (visible.has(n)) { set(n, "free"); free.add(n); }
      else set(n, "global_implicit");
    }
    const inner = new Set(visible);
    if (isFn(s)) for (const n of s.globals) inner.delete(n);
    if (isFn(s)) for (const n of locals) inner.add(n);
    if (s.kind === "class") { inner.add("__class__"); inner.add("__classdict__"); }
    for (const c of s.children) {
      for (const n of resolve(c, inner)) {
        if (s.kind === "class" && n === "__class__") { s.needsClassCell = true; continue; }
        if (s.kind === "class" && n === "__classdict__") { s.needsClassDict = true; continue; }
        if (isFn(s) && locals.has(n)) s.symbols.get(n)!.scope = "cell";
        else { free.add(n); if (!s.symbols.has(n)) set(n, "free"); else if (isFn(s) && s.symbols.get(n)!.scope !== "global_explicit") s.symbols.get(n)!.scope = "free"; }
      }
    }
    s.cellvars = [...s.symbols.values()].filter((x) => x.scope === "cell" && !s.varnames.includes(x.name)).map((x) => x.name).sort();
    s.freevars = [...free].sort();
    return free;
  };
  resolve(top, new Set());
  return { top, scopeOf: (n) => byNode.get(n)!, typeParamsOf: (n) => typeScopes.get(n), futureAnnotations: future };
}
