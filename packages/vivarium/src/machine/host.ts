/** Host functions: what a guest may call, and what such a function can do with the machine that calls it. */
import type { Exit } from "./exits.js";
import type { GuestMemory } from "./memory.js";

/** What a host function may do with the machine that calls it. */
export interface HostedMachine {
  readonly memory: GuestMemory;
  gas: bigint;
}

/** Runs another machine on behalf of the calling one, without standing on the host's stack under it. */
export class Delegation {
  constructor(
    readonly machine: HostedMachine,
    /** Called with the exit of `machine`; what it returns is the host function's result. */
    readonly finish: (exit: Exit) => HostResult,
  ) {}
}

/** Ends the calling machine's run. */
export class Leave {
  constructor(
    readonly kind: "halt" | "panic" | "out-of-gas" | "interrupted" | "fault",
    readonly reason?: string,
    /** For `fault`: the address that could not be used. */
    readonly address = 0,
  ) {}
}

/** Leaves the core, changes where the calling machine stands, and goes on there: how long jumps are made. */
export class Relocation {
  constructor(
    /**
     * Changes the call stack and the position of the machine, which has come to rest at the host call; or leaves after
     * all.
     */
    readonly move: () => Leave | undefined,
  ) {}
}

/**
 * What a host function gives back: nothing, a value that the guest's convention puts where results go (PVM: r7), a
 * request to leave, a machine to run first, or another place to go on at.
 */
export type HostResult = void | undefined | number | bigint | Leave | Delegation | Relocation;

/**
 * A host function. It sees the machine through its context and nothing else; it must not run the calling machine.
 * A promise parks the machine until it settles.
 */
export type HostFunction<C = HostContext> = (context: C) => HostResult | Promise<HostResult>;

/** What a host function is given. One object per machine, reused for every call. */
export class HostContext<M extends HostedMachine = HostedMachine> {
  /** Number of the host call that is being served. */
  id = 0;

  constructor(readonly machine: M) {}

  get memory(): M["memory"] {
    return this.machine.memory;
  }
  /** Gas that is left; assigning charges or refunds. */
  get gas(): bigint {
    return this.machine.gas;
  }
  set gas(value: bigint) {
    this.machine.gas = value;
  }
  /** Takes gas; false, and nothing is taken, when there is less. */
  charge(amount: bigint): boolean {
    const left = this.machine.gas;
    if (left < amount) return false;
    this.machine.gas = left - amount;
    return true;
  }
  /**
   * Ends the slice behind this host call: the driver looks at interrupts and deadlines before the guest goes on. For
   * functions whose work is large in comparison to their gas.
   */
  endSlice(): void {
    const { gas } = this.machine;
    this.machine.gas = 0n;
    this.machine.gas = gas;
  }
  /** Return this to end the run with a panic at the host call. */
  panic(reason?: string): Leave {
    return new Leave("panic", reason);
  }
  /** Return this to end the run as if the gas for the call were missing. */
  outOfGas(): Leave {
    return new Leave("out-of-gas");
  }
  /** Return this to end the run as if the guest had written to memory that it may not use. */
  fault(address: number): Leave {
    return new Leave("fault", undefined, address);
  }
  /** Return this to end the run as finished. */
  halt(): Leave {
    return new Leave("halt");
  }
  /** Return this to run another machine first; interrupts and deadlines of this one hold for it as well. */
  run(machine: HostedMachine, finish: (exit: Exit) => HostResult): Delegation {
    return new Delegation(machine, finish);
  }
}
