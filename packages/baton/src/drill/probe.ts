// Asks a node again and again until it says anything: the moment from which a fence has to be there.
import { BatonError } from "../errors.ts";
import { openDoor } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";

const EVERY_MS = 5;
/** A connection to a frozen or cut-off node is given up and made anew. */
const ANSWER_MS = 200;

export interface Probe {
  /** Monotonic moment of the first reply; undefined while there has been none. */
  readonly answeredMs: number | undefined;
  stop(): Promise<void>;
}

export interface ProbeOptions {
  readonly address: string;
  readonly port: number;
  /** The application's. */
  readonly password: string;
  readonly tls: TlsMaterial | undefined;
  readonly clock: Clock;
}

/** An error is a reply as well: a node that refuses answers. */
const isSilence = (error: unknown): boolean =>
  error instanceof BatonError && error.code === "UNREACHABLE";

export function startProbe({ clock, ...to }: ProbeOptions): Probe {
  const over = new AbortController();
  const door = openDoor({ ...to, connectMs: ANSWER_MS, commandMs: ANSWER_MS });
  let answeredMs: number | undefined;

  async function ask(): Promise<boolean> {
    try {
      await door.call(["PING"]);
      return true;
    } catch (error) {
      return !isSilence(error);
    }
  }

  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      if (await ask()) {
        answeredMs = clock.monotonicMs();
        return;
      }
      await clock.sleep(EVERY_MS, over.signal).catch(() => undefined);
    }
  }

  const running = run();
  return {
    get answeredMs() {
      return answeredMs;
    },
    async stop() {
      over.abort();
      await running;
      door.close();
    },
  };
}
