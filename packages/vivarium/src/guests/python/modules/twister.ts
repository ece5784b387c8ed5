/** The module `_random`: the generator behind `random`. */

import { methods, nativeModule, statics } from "../library/define.js";
import { builtinType, None, PyBytes, PyFloat, PyInst, type PyModule, PyTuple, T, type Value } from "../objects/core.js";
import { overflowError, valueError } from "../objects/errors.js";
import { asInt, norm } from "../objects/numbers.js";
import { record } from "../objects/records.js";
import type { Machine } from "../runtime/machine.js";
import { bytesOf } from "../runtime/operators.js";
import { MersenneTwister, sha512 } from "./random.js";

const F = (v: number): PyFloat => new PyFloat(v);

const TWISTER = builtinType("_Twister", T.object, "other", { final: true, module: "_random" });
class Twister extends PyInst {
  declare mt: MersenneTwister;
  constructor() {
    super(TWISTER);
    this.mt = new MersenneTwister();
  }
}
record("twister", Twister, () => new Twister());
record("mt19937", MersenneTwister, () => new MersenneTwister());
statics(TWISTER, { "__new__(cls)": () => new Twister(), "entropy()": (vm: Machine) => norm(vm.entropy()) });
methods(TWISTER, () => ({
  "seed(self, n, /)": (_vm, self, n) => {
    self.mt.seed(BigInt(asInt(n)!));
    return None;
  },
  "random(self)": (_vm, self) => F(self.mt.random()),
  "bits(self, k, /)": (vm: Machine, self, k) => {
    const n = Number(asInt(k)!);
    if (n > 1 << 26) throw overflowError("number of bits is too large");
    vm.charge(n >> 5);
    return norm(self.mt.bits(n));
  },
  "state(self)": (_vm, self) => new PyTuple([...self.mt.state, self.mt.at]),
  "restore(self, state, /)": (_vm, self, state) => {
    if (!(state instanceof PyTuple) || state.items.length !== 625) throw valueError("state vector is the wrong size");
    state.items.slice(0, 624).forEach((v: Value, i: number) => {
      self.mt.state[i] = Number(v);
    });
    self.mt.at = Number(state.items[624]);
    return None;
  },
}));

export function randomModule(): PyModule {
  return nativeModule(
    "_random",
    { "sha512(data, /)": (_vm, data) => new PyBytes(sha512(bytesOf(data)!)) },
    { _Twister: TWISTER },
  );
}
