/** What 1,000 machines side by side take in a page of Chromium. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath, openPage } from "../../test/browser/browser.js";
import type { Figures } from "./probes.js";
import { PROGRAMS } from "./programs.js";

/** Resident and committed bytes of a process. */
function memoryOf(pid: number): { resident: number; private: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
  return { resident: kilobytes("Rss") * 1024, private: kilobytes("Private_Dirty") * 1024 };
}

/** Empty where there is no Chromium. */
export async function inChromium(): Promise<Figures> {
  if (chromiumPath === undefined) return {};
  await using page = await openPage(join(import.meta.dirname, "machines.page.ts"));
  const browser = page.page.context().browser();
  if (browser === null) return {};
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as {
    processInfo: { type: string; id: number }[];
  };
  const program = readFileSync(join(PROGRAMS, "collatz.spi")).toString("base64");
  const collect = (): Promise<unknown> => page.page.requestGC();
  await page.call("keep", program, 1);
  await collect();
  const renderers = processInfo.filter((p) => p.type === "renderer").map((p) => p.id);
  const sum = (): number => renderers.reduce((total, pid) => total + memoryOf(pid).resident, 0);
  const before = sum();
  const guest = await page.call<number>("keep", program, 999);
  await collect();
  const after = sum();
  const milliseconds = await page.call<number>("runAll", 1000);
  return {
    "1,000 machines in Chromium, resident each above guest pages (KiB)": (after - before - guest) / 1000 / 1024,
    "… a turn of 1,000 gas for each of them (ms)": milliseconds,
  };
}
