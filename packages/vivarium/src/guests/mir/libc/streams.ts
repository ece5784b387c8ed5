/** Streams of C programs: standard input, output and error as they are granted, and files in memory. */

/** Takes bytes that a program writes. */
export type ByteSink = (bytes: Uint8Array) => void;

/** Files by path. A program sees these and no others. */
export type Files = Map<string, Uint8Array>;

/** Largest file and largest buffered output. */
const MAX_FILE = 256 << 20;

/** One open stream. */
export class Stream {
  atEnd = false;
  failed = false;
  /** Character given back with ungetc, or −1. */
  pushedBack = -1;
  position = 0;

  constructor(
    readonly kind: "input" | "output" | "file",
    /** Contents, for input and files. */
    public contents: Uint8Array,
    public length: number,
    private readonly sink: ByteSink | null,
    readonly readable: boolean,
    readonly writable: boolean,
    private readonly append: boolean,
    readonly path: string | null,
  ) {}

  static input(contents: Uint8Array): Stream {
    return new Stream("input", contents, contents.length, null, true, false, false, null);
  }

  static output(sink: ByteSink | null): Stream {
    return new Stream("output", new Uint8Array(0), 0, sink, false, true, false, null);
  }

  /** The next character, or −1 at the end. */
  get(): number {
    if (this.pushedBack >= 0) {
      const c = this.pushedBack;
      this.pushedBack = -1;
      return c;
    }
    if (!this.readable) {
      this.failed = true;
      return -1;
    }
    if (this.position >= this.length) {
      this.atEnd = true;
      return -1;
    }
    return this.contents[this.position++] as number;
  }

  unget(c: number): boolean {
    if (c < 0 || this.pushedBack >= 0) return false;
    this.pushedBack = c & 0xff;
    this.atEnd = false;
    return true;
  }

  /** Writes bytes; false where the stream cannot take them. */
  put(bytes: Uint8Array): boolean {
    if (!this.writable) {
      this.failed = true;
      return false;
    }
    if (this.kind === "output") {
      this.sink?.(bytes);
      return true;
    }
    if (this.append) this.position = this.length;
    const end = this.position + bytes.length;
    if (end > MAX_FILE) {
      this.failed = true;
      return false;
    }
    if (end > this.contents.length) {
      const bigger = new Uint8Array(Math.max(end, this.contents.length * 2));
      bigger.set(this.contents.subarray(0, this.length));
      this.contents = bigger;
    }
    this.contents.set(bytes, this.position);
    this.position = end;
    this.length = Math.max(this.length, end);
    return true;
  }

  /** Moves to an offset from the start (0), the position (1) or the end (2). */
  seek(offset: number, whence: number): boolean {
    if (this.kind !== "file") return false;
    const from = whence === 0 ? 0 : whence === 1 ? this.position - (this.pushedBack >= 0 ? 1 : 0) : this.length;
    const to = from + offset;
    if (to < 0 || to > MAX_FILE || whence < 0 || whence > 2) return false;
    this.pushedBack = -1;
    this.position = to;
    this.atEnd = false;
    return true;
  }

  tell(): number {
    return this.kind === "file" ? this.position - (this.pushedBack >= 0 ? 1 : 0) : -1;
  }
}

/** Handles of streams begin here; nothing is ever mapped at these addresses. */
export const STREAM_BASE = 0xef000000;
/** Most streams open at once. */
const MAX_STREAMS = 256;

/** The open streams of a machine. */
export class Streams {
  private readonly open = new Map<number, Stream>();

  constructor(
    stdin: Uint8Array,
    stdout: ByteSink | null,
    stderr: ByteSink | null,
    private readonly files: Files | null,
  ) {
    this.open.set(0, Stream.input(stdin));
    this.open.set(1, Stream.output(stdout));
    this.open.set(2, Stream.output(stderr));
  }

  /** The stream of a `FILE *`, or null. */
  get(handle: number): Stream | null {
    const number = (handle - STREAM_BASE) / 16;
    return this.open.get(number) ?? null;
  }

  /** The stream of a file descriptor. */
  byNumber(number: number): Stream | null {
    return this.open.get(number) ?? null;
  }

  /** Opens a granted file; 0 if that cannot be done. */
  openFile(path: string, mode: string): number {
    if (this.files === null || this.open.size >= MAX_STREAMS) return 0;
    const existing = this.files.get(path);
    const kind = mode[0];
    const update = mode.includes("+");
    if (kind === "r" ? existing === undefined : kind !== "w" && kind !== "a") return 0;
    const contents = kind === "w" || existing === undefined ? new Uint8Array(0) : existing.slice();
    const stream = new Stream(
      "file",
      contents,
      contents.length,
      null,
      kind === "r" || update,
      kind !== "r" || update,
      kind === "a",
      path,
    );
    if (kind !== "r") this.files.set(path, contents);
    let number = 3;
    while (this.open.has(number)) number++;
    this.open.set(number, stream);
    return STREAM_BASE + 16 * number;
  }

  /** Writes a file's contents back. */
  flush(stream: Stream): void {
    if (stream.kind === "file" && stream.writable && stream.path !== null) {
      this.files?.set(stream.path, stream.contents.slice(0, stream.length));
    }
  }

  flushAll(): void {
    for (const stream of this.open.values()) this.flush(stream);
  }

  close(handle: number): boolean {
    const stream = this.get(handle);
    if (stream === null) return false;
    this.flush(stream);
    this.open.delete((handle - STREAM_BASE) / 16);
    return true;
  }

  remove(path: string): boolean {
    return this.files?.delete(path) ?? false;
  }
}
