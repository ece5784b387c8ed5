/** The public entry `vivarium`: what every guest shares. */

export { LoadError, type LoadPosition, VivError } from "./machine/errors.js";
export type { Exit, ExitKind } from "./machine/exits.js";
export { HostContext, type HostFunction, type HostResult } from "./machine/host.js";
export { Machine, type MachineOptions, type Monitor, type RunOptions } from "./machine/machine.js";
export type { Access, GuestMemory, Mapping } from "./machine/memory.js";
