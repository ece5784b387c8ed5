import { expect, it } from "vitest";
import { callEverything } from "./everything.js";

it("no call of a built-in with odd values makes the machine itself fail or hang", { timeout: 60_000 }, () => {
  const { calls, defects } = callEverything(2, 20);
  expect(defects).toEqual([]);
  expect(calls).toBeGreaterThan(2_000);
});
