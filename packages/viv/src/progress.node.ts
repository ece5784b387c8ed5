/** Turns the state of long work into a line on standard error, once it has taken longer than a second. */

import { stderr } from "node:process";
import type { Spinner } from "yocto-spinner";
import yoctoSpinner from "yocto-spinner";

const QUIET_MS = 1000;
const REFRESH_MS = 250;

export interface Progress {
  /** Takes the line away. Harmless when it was never shown. */
  stop(): void;
}

/**
 * Shows a line from the second second on, when standard error is a terminal. The event loop must get its turn in between.
 *
 * @param describe what is going on, asked again a few times a second
 */
export function showProgress(describe: () => string): Progress {
  if (stderr.isTTY !== true) return { stop: () => undefined };
  let spinner: Spinner | undefined;
  const refresh = (): void => {
    if (spinner === undefined) spinner = yoctoSpinner({ text: describe(), stream: stderr }).start();
    else spinner.text = describe();
    timer = setTimeout(refresh, REFRESH_MS);
    timer.unref();
  };
  let timer = setTimeout(refresh, QUIET_MS);
  timer.unref();
  return {
    stop(): void {
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}
