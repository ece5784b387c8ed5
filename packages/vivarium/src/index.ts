/** The public entry `vivarium`: what every guest shares. */

export { LoadError, type LoadPosition, VivError } from "./machine/errors.js";
export type { Exit, ExitKind } from "./machine/exits.js";
export { HostContext, type HostFunction, type HostResult } from "./machine/host.js";
export { Machine, type MachineOptions, type Monitor, type RunOptions } from "./machine/machine.js";
export { type Manifest, readManifest, underManifest } from "./machine/manifest.js";
export type { Access, GuestMemory, Mapping } from "./machine/memory.js";
export { sha256 } from "./machine/sha256.js";
export { readCString, readText, type Struct, struct, writeText } from "./machine/values.js";
export { type Coverage, watchCoverage } from "./monitors/coverage.js";
export { type BlockProfile, type Profile as ExecutionProfile, watchProfile } from "./monitors/profile.js";
