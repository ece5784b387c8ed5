/** The library modules that are written in Python, by name. */

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
import heapqSource from "./heapq.py.js";
import ioSource from "./io.py.js";
import itertoolsSource from "./itertools.py.js";
import jsonSource from "./json.py.js";
import keywordSource from "./keyword.py.js";
import operatorSource from "./operator.py.js";
import randomSource from "./random.py.js";
import stringSource from "./string.py.js";
import typesSource from "./types.py.js";
import typingSource from "./typing.py.js";
import warningsSource from "./warnings.py.js";

export const SOURCES: ReadonlyMap<string, string> = new Map([
  ["__future__", futureSource],
  ["_collections_abc", abstractCollectionsSource],
  ["abc", abcSource],
  ["bisect", bisectSource],
  ["collections", collectionsSource],
  ["collections.abc", collectionsAbcSource],
  ["contextlib", contextlibSource],
  ["copy", copySource],
  ["copyreg", copyregSource],
  ["dataclasses", dataclassesSource],
  ["enum", enumSource],
  ["errno", errnoSource],
  ["functools", functoolsSource],
  ["gc", gcSource],
  ["heapq", heapqSource],
  ["io", ioSource],
  ["itertools", itertoolsSource],
  ["json", jsonSource],
  ["keyword", keywordSource],
  ["operator", operatorSource],
  ["random", randomSource],
  ["string", stringSource],
  ["types", typesSource],
  ["typing", typingSource],
  ["warnings", warningsSource],
]);
