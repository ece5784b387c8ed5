/** What a child process does to itself before it runs anything that may crash. */
import type * as Koffi from "koffi";

export type Library = typeof Koffi.default;

const PR_SET_PDEATHSIG = 1;
const PR_SET_NO_NEW_PRIVS = 38;
const SIGKILL = 9;
const RLIMIT_CORE = 4;

/** Koffi, or a message to the parent why there is none. */
export async function loadKoffi(): Promise<Library> {
  try {
    return (await import("koffi")).default;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] as string) : String(error);
    throw Object.assign(new Error(`native calls need the optional package koffi: ${reason}`), {
      code: "NATIVE_UNAVAILABLE",
    });
  }
}

/** No core files, no new privileges, and no life after the parent's, also in an endless loop. */
export function confine(koffi: Library): void {
  const libc = koffi.load(null);
  const prctl = libc.func("int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)");
  const setrlimit = libc.func("int setrlimit(int resource, void *limits)");
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  setrlimit(RLIMIT_CORE, new BigUint64Array(2));
  // The parent may have gone before the first call.
  if (!process.connected) process.exit(1);
  process.on("disconnect", () => process.exit(0));
}

/** Tells the parent, and waits until the message is out. */
export function tell(message: object): void {
  process.send?.(message);
}

/** Runs `main`; what it throws is told to the parent as `failed`. */
export async function childMain(main: () => Promise<void> | void): Promise<void> {
  try {
    await main();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    tell({
      kind: "failed",
      code: typeof code === "string" && /^[A-Z]/.test(code) ? code : "NATIVE_CHILD",
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
