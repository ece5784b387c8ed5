/** The classes of guest objects and frames, declared for snapshots. Those of single modules are declared there. */

import { Code } from "../bytecode/code.js";
import {
  Cell,
  Member,
  None,
  PyBoxed,
  PyByteArray,
  PyBytes,
  PyClassMethod,
  PyCode,
  PyComplex,
  PyDict,
  PyDictView,
  PyException,
  PyFloat,
  PyFunction,
  PyInst,
  PyList,
  PyMappingProxy,
  PyMemoryView,
  PyMethod,
  PyModule,
  PyProperty,
  PyRange,
  PySet,
  PySlice,
  PyStaticMethod,
  PySuper,
  PyTraceback,
  PyTuple,
  T,
} from "../objects/core.js";
import { E } from "../objects/errors.js";
import { record } from "../objects/records.js";
import { PyAsyncAwait } from "../runtime/async.js";
import { ContFrame, continuationByName, Frame, PyAsyncWrapped, PyGenerator } from "../runtime/frame.js";
import {
  DictIter,
  ListIter,
  LongRangeIter,
  RangeIter,
  ReverseIter,
  SequenceIter,
  SetIter,
  StrIter,
} from "../runtime/iterators.js";

/** Code that does nothing, for blanks. */
export const emptyCode = (): Code =>
  new Code({
    name: "",
    qualname: "",
    filename: "",
    firstLine: 0,
    flags: 0,
    argCount: 0,
    posOnlyCount: 0,
    kwOnlyCount: 0,
    variables: [],
    localCount: 0,
    cells: [],
    freeStart: 0,
    freeCount: 0,
    stackSize: 0,
    instructions: new Int32Array(0),
    consts: [],
    names: [],
    handlers: [],
    positions: new Int32Array(0),
  });
const blankFrame = (): Frame => new Frame(emptyCode(), [], new PyDict(), null, null, null);
const blankGenerator = (): PyGenerator => new PyGenerator(blankFrame(), T.generator);
const bytes = (): PyBytes => new PyBytes(new Uint8Array(0));

record("instance", PyInst, () => new PyInst(T.object));
record("float", PyFloat, () => new PyFloat(0));
record("complex", PyComplex, () => new PyComplex(0, 0));
record("boxed", PyBoxed, () => new PyBoxed(T.int, None));
record("tuple", PyTuple, () => new PyTuple([]), ["key"]);
record("list", PyList, () => new PyList([]));
record("set", PySet, () => new PySet());
record("bytes", PyBytes, bytes);
record("bytearray", PyByteArray, () => new PyByteArray(new Uint8Array(0)));
record("memoryview", PyMemoryView, () => Object.assign(new PyMemoryView(bytes(), 0, 0, 1), { owner: None }));
record("slice", PySlice, () => new PySlice(None, None, None));
record("range", PyRange, () => new PyRange(0, 0, 1));
record("cell", Cell, () => new Cell(undefined));
record("code object", PyCode, () => new PyCode(emptyCode()));
record("function", PyFunction, () => new PyFunction(emptyCode(), new PyDict()));
record("method", PyMethod, () => new PyMethod(None, None));
record("member", Member, () => new Member("", T.object, 0));
record("property", PyProperty, () => new PyProperty(None, None, None, None));
record("staticmethod", PyStaticMethod, () => new PyStaticMethod(None));
record("classmethod", PyClassMethod, () => new PyClassMethod(None));
record("super", PySuper, () => new PySuper(null, None, null));
record("module", PyModule, () => new PyModule(""));
record("mappingproxy", PyMappingProxy, () => new PyMappingProxy(None));
record("view", PyDictView, () => new PyDictView(new PyDict(), 0));
record("exception", PyException, () => new PyException(E.Exception!));
record("traceback", PyTraceback, () => new PyTraceback(None, None, emptyCode(), 0, 0));
record("frame", Frame, blankFrame);
record("continuation", ContFrame, () => new ContFrame(null, continuationByName.get("exit")!, null));
record("generator", PyGenerator, blankGenerator);
record("async value", PyAsyncWrapped, () => new PyAsyncWrapped(None));
record("async await", PyAsyncAwait, () => new PyAsyncAwait(blankGenerator(), "send", None));
record("list iterator", ListIter, () => new ListIter(null));
record("sequence iterator", SequenceIter, () => new SequenceIter([]));
record("reverse iterator", ReverseIter, () => new ReverseIter(new PyList([])));
record("str iterator", StrIter, () => new StrIter(""));
record("range iterator", RangeIter, () => new RangeIter(0, 0, 1));
record("long range iterator", LongRangeIter, () => new LongRangeIter(0n, 0n, 1n));
record("dict iterator", DictIter, () => new DictIter(new PyDict(), 0));
record("set iterator", SetIter, () => new SetIter(new PySet()));
