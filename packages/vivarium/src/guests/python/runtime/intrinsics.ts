/** The numbered helpers behind the INTRINSIC op: type parameters and aliases (PEP 695). */

import { Intrinsic } from "../bytecode/table.js";
import { None, PyFunction, type PyTuple, type Value } from "../objects/core.js";
import { call } from "./calls.js";
import type { Frame } from "./frame.js";
import type { Machine } from "./machine.js";

export function intrinsic(vm: Machine, _f: Frame, which: number, args: Value[]): Value {
  switch (which) {
    case Intrinsic.TYPEVAR:
      return call(vm, vm.routine("make_type_parameter"), ["TypeVar", args[0], None, None]);
    case Intrinsic.TYPEVAR_WITH_BOUND:
      return call(vm, vm.routine("make_type_parameter"), ["TypeVar", args[0], args[1], None]);
    case Intrinsic.TYPEVAR_WITH_CONSTRAINTS:
      return call(vm, vm.routine("make_type_parameter"), ["TypeVar", args[0], None, args[1]]);
    case Intrinsic.PARAMSPEC:
      return call(vm, vm.routine("make_type_parameter"), ["ParamSpec", args[0], None, None]);
    case Intrinsic.TYPEVARTUPLE:
      return call(vm, vm.routine("make_type_parameter"), ["TypeVarTuple", args[0], None, None]);
    case Intrinsic.TYPEALIAS:
      return call(vm, vm.routine("make_type_alias"), (args[0] as PyTuple).items);
    case Intrinsic.SUBSCRIPT_GENERIC:
      return call(vm, vm.routine("generic_base"), [args[0]]);
    case Intrinsic.SET_FUNCTION_TYPE_PARAMS: {
      // function type-parameters → function
      const [fn, params] = args[0] instanceof PyFunction ? args : [args[1], args[0]];
      (fn as PyFunction).typeParams = params;
      return fn;
    }
  }
  throw new Error(`intrinsic ${which} does not exist`);
}
