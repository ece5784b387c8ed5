/** Exits of guest machines into traps of the graph, and host functions for guests that call them by number. */
import type { Exit } from "../../index.js";
import {
  type BridgeMemory,
  callFromRegisters,
  Fault,
  HOST_CALLS,
  type HostAccess,
  type HostCall,
  HostRefusal,
} from "../host.js";
import { TRAPS, type Trap, type TrapKind } from "../types.js";

/** The trap for an exit; `undefined` for the end of a program. */
export function trapOf(exit: Exit, codes: Readonly<Record<number, TrapKind>> = {}): Trap | undefined {
  const at = `at 0x${exit.pc.toString(16)}`;
  switch (exit.kind) {
    case "halt":
      return undefined;
    case "fault":
      return { kind: "memory", message: `${exit.access} of 0x${exit.address.toString(16)} ${at}` };
    case "out-of-gas":
      return { kind: "fuel", message: `the fuel of one firing is spent ${at}` };
    case "trap":
      return { kind: codes[exit.code] ?? "unreachable", message: `trap ${exit.code} ${at}` };
    case "panic":
      return { kind: exit.illegal === true ? "illegal" : "unreachable", message: `${exit.reason ?? "panic"} ${at}` };
    case "depth":
      return { kind: "stack", message: `too many calls inside each other ${at}` };
    case "host":
      return { kind: "denied", message: `host call ${exit.id} is not granted ${at}` };
    case "host-error":
      return { kind: "host", message: exit.error instanceof Error ? exit.error.message : String(exit.error) };
    case "interrupted":
      return { kind: "timeout", message: `${exit.reason} ${at}` };
    default:
      return { kind: "unreachable", message: `${exit.kind} ${at}` };
  }
}

export function trapNumber(trap: Trap | undefined): number {
  return trap === undefined ? 0 : TRAPS.indexOf(trap.kind);
}

/** What a host function does with the machine that calls it, as far as the bridge needs it. */
interface Context {
  readonly id: number;
  readonly memory: BridgeMemory;
  panic(reason?: string): unknown;
  fault(address: number): unknown;
}

const BY_NUMBER: ReadonlyMap<number, HostCall> = new Map(HOST_CALLS.map((call) => [call.id, call]));
const BY_NAME: ReadonlyMap<string, HostCall> = new Map(
  HOST_CALLS.map((call) => [call.name.replaceAll(".", "_"), call]),
);

/** The host function with this number, or the name under which C programs import it (`out_write`). */
export function hostCall(which: number | string): HostCall | undefined {
  return typeof which === "number" ? BY_NUMBER.get(which) : BY_NAME.get(which);
}
export const HOST_NUMBERS: readonly number[] = [...BY_NUMBER.keys()];
export const HOST_NAMES: readonly string[] = [...BY_NAME.keys()];

/**
 * Serves a host call for a guest whose arguments lie in registers.
 *
 * @returns what the guest's host function returns: the result, a request to leave, or a promise of either
 */
export function serve<C extends Context, R>(
  access: HostAccess,
  call: HostCall,
  context: C,
  register: (context: C, n: number) => bigint,
): R {
  const finish = (result: bigint | Fault): unknown =>
    result instanceof Fault ? context.fault(result.address) : result;
  const refused = (error: unknown): unknown => {
    if (error instanceof HostRefusal) return context.panic(error.message);
    throw error;
  };
  try {
    const result = callFromRegisters(access, call, (n) => register(context, n), context.memory);
    return (result instanceof Promise ? result.then(finish, refused) : finish(result)) as R;
  } catch (error) {
    return refused(error) as R;
  }
}
