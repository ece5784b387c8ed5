/**
 * Machine code into executable pages, under W^X: pages are writable until the code is in them, then executable, and
 * never both nor writable again. Linux only.
 */
import type { Library } from "./confine.node.js";

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const PAGE = 4096;

/** Address of the code, ready to be called. */
export type Install = (bytes: Uint8Array) => bigint;

/** @returns what installs code in this process */
export function codePages(koffi: Library, arch: string): Install {
  const libc = koffi.load(null);
  const mmap = libc.func("void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)");
  const mprotect = libc.func("int mprotect(void *address, size_t length, int protection)");
  const munmap = libc.func("int munmap(void *address, size_t length)");
  const flush =
    arch === "arm64" ? koffi.load("libgcc_s.so.1").func("void __clear_cache(void *begin, void *end)") : () => {};
  return (bytes) => {
    const length = Math.ceil(bytes.length / PAGE) * PAGE;
    const address = mmap(null, length, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0) as bigint;
    if (address === null || BigInt.asIntN(64, address) === -1n) throw new Error("no memory for machine code");
    new Uint8Array(koffi.view(address, length)).set(bytes);
    if (mprotect(address, length, PROT_READ | PROT_EXEC) !== 0) {
      munmap(address, length);
      throw new Error("this system does not let pages become executable");
    }
    flush(address, address + BigInt(bytes.length));
    return address;
  };
}
