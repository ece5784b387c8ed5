/** Numbers of the host calls of JAM in each profile, by name (GP appendix B). */
import type { Profile } from "./profiles.js";

/** The host calls of Gray Paper 0.7.2 in the order of their numbers, from 0. */
const CALLS_072 = [
  "gas",
  "fetch",
  "lookup",
  "read",
  "write",
  "info",
  "historical_lookup",
  "export",
  "machine",
  "peek",
  "poke",
  "pages",
  "invoke",
  "expunge",
  "bless",
  "assign",
  "designate",
  "checkpoint",
  "new",
  "upgrade",
  "transfer",
  "eject",
  "query",
  "solicit",
  "forget",
  "yield",
  "provide",
] as const;

/** Name of a host call; `grow_heap` exists in profile 080 only, `log` is JIP-1's. */
export type HostCallName = (typeof CALLS_072)[number] | "grow_heap" | "log";

/** Gray Paper 0.8.0 has `grow_heap` in front of `fetch`. */
const CALLS_080: readonly HostCallName[] = ["gas", "grow_heap", ...CALLS_072.slice(1)];

/** The number of `log`, which is no part of the Gray Paper (JIP-1). */
const LOG = 100;

function numbered(names: readonly HostCallName[]): Readonly<Partial<Record<HostCallName, number>>> {
  return Object.fromEntries([...names.map((name, number) => [name, number]), ["log", LOG]]);
}

/** Per profile, the number of every host call. */
export const HOST_CALLS: Readonly<Record<Profile, Readonly<Partial<Record<HostCallName, number>>>>> = {
  "072": numbered(CALLS_072),
  "080": numbered(CALLS_080),
};

/** The name of a host call number, if it has one. */
export function hostCallName(profile: Profile, id: number): HostCallName | undefined {
  return (Object.keys(HOST_CALLS[profile]) as HostCallName[]).find((name) => HOST_CALLS[profile][name] === id);
}
