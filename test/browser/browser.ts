/** Turns a TypeScript file into a page of headless Chromium whose exports a test can call. */

import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { env } from "node:process";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";

const PLACES = [env["VIV_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser on this machine, if there is one; `VIV_CHROMIUM` names another. */
export const chromiumPath: string | undefined = PLACES.find((path) => path !== undefined && existsSync(path));

/** Tests are left out where no browser is installed, but never in CI. */
export const skipBrowser: boolean = chromiumPath === undefined && env["CI"] !== "true";
if (skipBrowser) console.warn("browser: skipped, no Chromium is installed; VIV_CHROMIUM names one");

/** Services of Chromium that would look for the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong in the page so far: uncaught errors and error messages of its console. */
  readonly errors: readonly string[];
  /**
   * Calls an export of the page's file and gives back what it returns, both as JSON values.
   *
   * @param name an exported function
   */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
}

export interface PageOptions {
  /** A content security policy for the page, in the header's form. */
  readonly policy?: string;
}

/**
 * Bundles a file for browsers and opens a page with it.
 *
 * @param file absolute path; its exports become callable
 */
export async function openPage(file: string, options: PageOptions = {}): Promise<TestPage> {
  if (chromiumPath === undefined) throw new Error("no Chromium: install Debian's package, or name one in VIV_CHROMIUM");
  const script = await bundle(file);
  const server = await serve(script, options.policy);
  const browser = await chromium.launch({ executablePath: chromiumPath, args: FLAGS });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    errors,
    call: <T>(name: string, ...args: readonly unknown[]) => page.evaluate(callExport, { name, args }) as Promise<T>,
    [Symbol.asyncDispose]: () => close(browser, server),
  };
}

/** Runs in the page. */
function callExport({ name, args }: { name: string; args: readonly unknown[] }): unknown {
  const { pageExports } = globalThis as unknown as {
    pageExports: Record<string, (...args: readonly unknown[]) => unknown>;
  };
  const fn = pageExports[name];
  if (fn === undefined) throw new Error(`the page exports no ${name}`);
  return fn(...args);
}

async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "browser",
    target: "es2022",
    format: "iife",
    globalName: "pageExports",
  });
  return (outputFiles[0] as { text: string }).text;
}

async function serve(script: string, policy: string | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    const known = isScript || request.url === "/";
    response.writeHead(known ? 200 : 204, {
      "content-type": isScript ? "text/javascript" : "text/html",
      ...(policy === undefined ? {} : { "content-security-policy": policy }),
    });
    response.end(
      isScript ? script : known ? '<!doctype html><meta charset="utf-8"><script src="/page.js"></script>' : "",
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function close(browser: Browser, server: Server): Promise<void> {
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
}
