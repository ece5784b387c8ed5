/** The modules of Python's library, each with what it needs: an application bundles those that it names. */

import abcSource from "./abc.py.js";
import abstractCollectionsSource from "./abstract-collections.py.js";
import bisectSource from "./bisect.py.js";
import collectionsSource from "./collections.py.js";
import collectionsAbcSource from "./collections-abc.py.js";
import contextlibSource from "./contextlib.py.js";
import copySource from "./copy.py.js";
import copyregSource from "./copyreg.py.js";
import dataclassesSource from "./dataclasses.py.js";
import enumSource from "./enum.py.js";
import errnoSource from "./errno.py.js";
import functoolsSource from "./functools.py.js";
import futureSource from "./future.py.js";
import gcSource from "./gc.py.js";
import genericsSource from "./generics.py.js";
import heapqSource from "./heapq.py.js";
import ioSource from "./io.py.js";
import itertoolsSource from "./itertools.py.js";
import jsonSource from "./json.py.js";
import keywordSource from "./keyword.py.js";
import type { LibraryModule } from "./library.js";
import { mathModule } from "./math-module.js";
import operatorSource from "./operator.py.js";
import randomSource from "./random.py.js";
import stringSource from "./string.py.js";
import { sysModule } from "./sys.js";
import { timeModule } from "./time.js";
import { randomModule } from "./twister.js";
import typesSource from "./types.py.js";
import typingSource from "./typing.py.js";
import warningsSource from "./warnings.py.js";

export const sys: LibraryModule = { name: "sys", native: sysModule };
export const math: LibraryModule = { name: "math", native: mathModule };
/** Without a granted clock its functions raise PermissionError. */
export const time: LibraryModule = { name: "time", native: (vm) => timeModule(vm.state.get("clock")) };
export const __future__: LibraryModule = { name: "__future__", source: futureSource };
export const abc: LibraryModule = { name: "abc", source: abcSource };
const abstractCollections: LibraryModule = {
  name: "_collections_abc",
  source: abstractCollectionsSource,
  needs: [abc],
};
const collectionsAbc: LibraryModule = {
  name: "collections.abc",
  source: collectionsAbcSource,
  needs: [abstractCollections],
};
export const collections: LibraryModule = {
  name: "collections",
  source: collectionsSource,
  needs: [abstractCollections, collectionsAbc],
  package: true,
};
/** What `list[int]`, `int | str` and type parameters need of `typing`. */
const generics: LibraryModule = { name: "typing", source: genericsSource, needs: [sys, abc] };
export const typing: LibraryModule = { name: "typing", source: typingSource, needs: [sys, abc, collections] };
export const types: LibraryModule = { name: "types", source: typesSource, needs: [sys, typing] };
export const bisect: LibraryModule = { name: "bisect", source: bisectSource };
export const copy: LibraryModule = { name: "copy", source: copySource };
export const copyreg: LibraryModule = { name: "copyreg", source: copyregSource };
export const errno: LibraryModule = { name: "errno", source: errnoSource };
export const functools: LibraryModule = { name: "functools", source: functoolsSource, needs: [types] };
export const contextlib: LibraryModule = { name: "contextlib", source: contextlibSource, needs: [sys, abc, functools] };
export const dataclasses: LibraryModule = {
  name: "dataclasses",
  source: dataclassesSource,
  needs: [sys, types, typing, copy],
};
export const enumeration: LibraryModule = { name: "enum", source: enumSource, needs: [sys, types] };
export const gc: LibraryModule = { name: "gc", source: gcSource };
export const heapq: LibraryModule = { name: "heapq", source: heapqSource };
export const io: LibraryModule = { name: "io", source: ioSource };
export const itertools: LibraryModule = { name: "itertools", source: itertoolsSource };
export const json: LibraryModule = { name: "json", source: jsonSource };
export const keyword: LibraryModule = { name: "keyword", source: keywordSource };
export const operator: LibraryModule = { name: "operator", source: operatorSource };
export const string: LibraryModule = { name: "string", source: stringSource };
const twister: LibraryModule = { name: "_random", native: randomModule };
export const random: LibraryModule = {
  name: "random",
  source: randomSource,
  needs: [twister, collectionsAbc, bisect, itertools, math, operator],
};
export const warnings: LibraryModule = { name: "warnings", source: warningsSource };

/** What every guest may import: types and classes of the language itself are written in these. */
export const essential: readonly LibraryModule[] = [sys, abc, generics, copyreg];

/** All of them. */
export const standardLibrary: readonly LibraryModule[] = [
  __future__,
  abc,
  bisect,
  collections,
  contextlib,
  copy,
  copyreg,
  dataclasses,
  enumeration,
  errno,
  functools,
  gc,
  heapq,
  io,
  itertools,
  json,
  keyword,
  math,
  operator,
  random,
  string,
  sys,
  time,
  types,
  typing,
  warnings,
];
