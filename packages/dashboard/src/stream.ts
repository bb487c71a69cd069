// The connection to the agent: opened, listened to, and opened again by itself when it is gone.
import { EVENT_KINDS, type LiveEvent } from "./wire/events.ts";

export interface StreamOptions {
  /** The group that is to be asked for; undefined: whatever the agent tells unasked. */
  wanted(): string | undefined;
  onOpen(wanted: string | undefined): void;
  onEvent(kind: LiveEvent["kind"], text: string): void;
  onLost(reason: string): void;
}

export interface Stream {
  /** At once and afresh: something else is wanted. */
  reopen(): void;
  close(): void;
}

const RETRY_FIRST_MS = 150;
/** An agent that restarts is back within seconds, and is to be seen again at once. */
const RETRY_SOON_MS = 500;
const SOON_MAX = 60;
/** One that is away for long, or has no place left, must not be asked twice a second for ever. */
const RETRY_LATER_MS = 8000;
/** A connection on which no pulse comes for so long is dead, whatever the network says. */
const SILENT_MS = 10_000;
function pathFor(wanted: string | undefined): string {
  return wanted === undefined ? "api/live" : `api/live?group=${encodeURIComponent(wanted)}`;
}

function retryMs(failures: number): number {
  const most = failures > SOON_MAX ? RETRY_LATER_MS : RETRY_SOON_MS;
  const ms = Math.min(most, RETRY_FIRST_MS * 2 ** Math.min(failures, 8));
  return ms * (0.7 + 0.6 * Math.random());
}

/** Opens at once. */
export function openStream(options: StreamOptions): Stream {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let heardAtMs = 0;
  let failures = 0;
  let isClosed = false;

  function end(): void {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  }

  function fail(reason: string): void {
    end();
    options.onLost(reason);
    if (isClosed) return;
    retry = setTimeout(open, retryMs(failures));
    failures += 1;
  }

  function open(): void {
    end();
    // A name that the agent does not know is refused: every second time it is asked without one.
    const wanted = failures % 2 === 1 ? undefined : options.wanted();
    const own = new EventSource(pathFor(wanted));
    source = own;
    heardAtMs = performance.now();
    own.addEventListener("open", () => {
      if (own === source) options.onOpen(wanted);
    });
    own.addEventListener("error", () => {
      if (own !== source) return;
      const isRefused = own.readyState === EventSource.CLOSED;
      fail(isRefused ? "it refuses the connection" : "it was cut");
    });
    for (const kind of EVENT_KINDS) {
      own.addEventListener(kind, ({ data }: MessageEvent<unknown>) => {
        if (own !== source || typeof data !== "string") return;
        heardAtMs = performance.now();
        failures = 0;
        options.onEvent(kind, data);
      });
    }
  }

  const watch = setInterval(() => {
    if (source !== undefined && performance.now() - heardAtMs > SILENT_MS)
      fail(`nothing was heard for ${Math.round((performance.now() - heardAtMs) / 1000)} s`);
  }, 1000);
  const again = () => {
    if (source === undefined) open();
  };
  addEventListener("online", again);
  open();
  return {
    reopen: open,
    close() {
      isClosed = true;
      clearInterval(watch);
      removeEventListener("online", again);
      end();
    },
  };
}
