/** Workers that execute requests: started when they are needed, killed at deadlines, replaced by the next request. */

/** How a request ended. */
export type Ended<R> =
  | { readonly kind: "reply"; readonly reply: R /** Milliseconds in the worker. */; readonly took: number }
  | { readonly kind: "deadline" }
  | { readonly kind: "died"; readonly message: string };

/** A worker of Node or of a browser. */
interface Thread {
  post(message: unknown): void;
  /** The process may end although the thread is there, or not. */
  hold(held: boolean): void;
  stop(): void;
}
interface Events {
  message(value: unknown): void;
  died(message: string): void;
}

/** The part of Node's `worker_threads` that is used. */
interface NodeWorkers {
  readonly Worker: new (
    source: string,
    options: { eval: true; execArgv: [] },
  ) => {
    on(event: string, listener: (value: unknown) => void): void;
    postMessage(value: unknown): void;
    ref(): void;
    unref(): void;
    terminate(): Promise<number>;
  };
}

/** Worker threads of Node, without an import that bundlers for browsers would stumble over. */
function nodeWorkers(): NodeWorkers | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.("node:worker_threads") as NodeWorkers | undefined;
}

const NODE =
  "const port = require('node:worker_threads').parentPort; port.on('message', (m) => port.postMessage(answer(m)));";
const WEB = "self.onmessage = (event) => self.postMessage(answer(event.data));";

/** @param source declares a function `answer`, which makes an answer of a message */
function startThread(source: string, events: Events): Thread {
  const node = nodeWorkers();
  if (node !== undefined) {
    const worker = new node.Worker(`${source};${NODE}`, { eval: true, execArgv: [] });
    worker.on("message", events.message);
    worker.on("error", (error) => events.died(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => events.died(`the worker ended with ${String(code)}`));
    return {
      post: (message) => worker.postMessage(message),
      hold: (held) => (held ? worker.ref() : worker.unref()),
      stop: () => void worker.terminate(),
    };
  }
  const url = URL.createObjectURL(new Blob([`${source};${WEB}`], { type: "text/javascript" }));
  try {
    const worker = new Worker(url);
    worker.onmessage = (event: MessageEvent<unknown>) => events.message(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      events.died(event.message || "no worker can be started here");
    };
    worker.onmessageerror = () => events.died("the answer cannot be read");
    return { post: (message) => worker.postMessage(message), hold: () => undefined, stop: () => worker.terminate() };
  } finally {
    // A worker has fetched its script, or failed to, before anything of it runs; the name is not needed beyond that.
    setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
  }
}

const REVOKE_MS = 10_000;
/** How long a worker waits for more work. */
const IDLE_MS = 2_000;

interface Waiting<Q, R> {
  readonly request: Q;
  readonly timeout: number;
  readonly done: (ended: Ended<R>) => void;
}

/** So many workers at most; requests beyond that wait for their turn. */
export class Workers<Q, R> {
  readonly #idle: { thread: Thread; take(work: Waiting<Q, R>): void }[] = [];
  readonly #queue: Waiting<Q, R>[] = [];
  #count = 0;

  /**
   * @param source text that sets `globalThis.executeRequest`, which is called with each request in the worker
   * @param most workers at the same time
   */
  constructor(
    readonly source: string,
    readonly most: number,
  ) {}

  /**
   * Executes a request in a worker. Never throws.
   *
   * @param timeout milliseconds, counted from when a worker has taken the request; then the worker is killed
   */
  run(request: Q, timeout: number): Promise<Ended<R>> {
    return new Promise((done) => {
      this.#queue.push({ request, timeout, done });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const free = this.#idle.pop();
      if (free === undefined && this.#count >= this.most) return;
      const work = this.#queue.shift() as Waiting<Q, R>;
      try {
        (free ?? this.#start()).take(work);
      } catch (error) {
        work.done({ kind: "died", message: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  #start(): { thread: Thread; take(work: Waiting<Q, R>): void } {
    let work: Waiting<Q, R> | undefined;
    let ready = false;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let since = 0;
    const end = (ended: Ended<R>): void => {
      clearTimeout(timer);
      const { done } = work as Waiting<Q, R>;
      work = undefined;
      done(ended);
    };
    const leave = (): void => {
      if (gone) return;
      gone = true;
      this.#count--;
      clearTimeout(timer);
      const at = this.#idle.indexOf(self);
      if (at >= 0) this.#idle.splice(at, 1);
    };
    const kill = (ended: Ended<R>): void => {
      leave();
      thread.stop();
      if (work !== undefined) end(ended);
      this.#dispatch();
    };
    /** The clock starts when the worker has taken the request: its own start does not count. */
    const watch = (): void => {
      since = performance.now();
      timer = setTimeout(
        () => {
          // An answer that came while this thread was busy counts: it is looked at first.
          timer = setTimeout(() => kill({ kind: "deadline" }), 1);
        },
        (work as Waiting<Q, R>).timeout,
      );
    };
    const thread = startThread(`${this.source}const answer = (m) => m === "ready?" ? m : executeRequest(m)`, {
      message: (value) => {
        if (gone) return;
        if (value === "ready?") {
          ready = true;
          if (work !== undefined) watch();
          return;
        }
        end({ kind: "reply", reply: value as R, took: performance.now() - since });
        thread.hold(false);
        this.#idle.push(self);
        timer = setTimeout(() => kill({ kind: "died", message: "" }), IDLE_MS);
        (timer as { unref?(): void }).unref?.();
        this.#dispatch();
      },
      died: (message) => {
        if (!gone) kill({ kind: "died", message });
      },
    });
    const self = {
      thread,
      take: (next: Waiting<Q, R>): void => {
        clearTimeout(timer);
        work = next;
        thread.hold(true);
        if (ready) watch();
        try {
          thread.post(next.request);
        } catch (error) {
          kill({ kind: "died", message: error instanceof Error ? error.message : String(error) });
        }
      },
    };
    this.#count++;
    thread.post("ready?");
    return self;
  }
}
