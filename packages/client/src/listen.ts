// Hears `+switch-master` on every Sentinel, so that a new primary is asked for at once. It is a shortcut
// only: what it hears is never believed, and where it hears nothing the asking goes on all the same.
import type { Socket } from "node:net";
import { type BackoffBounds, pauseMs } from "./backoff.ts";
import { isRefusedLogin, speak } from "./exchange.ts";
import type { Reply } from "./resp.ts";
import { isErrorReply } from "./resp.ts";
import type { SentinelSettings } from "./settings.ts";

export interface ListenOptions extends SentinelSettings, BackoffBounds {
  readonly signal: AbortSignal;
  readonly onSwitch: () => void;
}

/** A Sentinel that has said nothing to a question for so long is not there; the connection is made anew. */
const KEEP_ALIVE_MS = 2_000;
/** Somebody who may not listen will hardly be allowed to soon. */
const REFUSED_MS = 30_000;

const CHANNEL = "+switch-master";

/** Whether it says that this group has another primary: "GROUP OLD-IP OLD-PORT NEW-IP NEW-PORT". */
function isSwitch(reply: Reply, group: string): boolean {
  if (!Array.isArray(reply)) return false;
  const [kind, channel, text] = reply as Reply[];
  if (kind !== "message" || channel !== CHANNEL || typeof text !== "string") return false;
  return text.split(" ")[0] === group;
}

/** Until the signal. */
export function listen({ sentinels, group, access, signal, onSwitch, ...bounds }: ListenOptions): void {
  for (const sentinel of sentinels) {
    let attempt = 0;
    let timer: NodeJS.Timeout | undefined;
    let socket: Socket | undefined;
    const start = (): void => {
      let isRefused = false;
      let isAnswered = false;
      const refuse = (): void => {
        isRefused = true;
        socket?.destroy();
      };
      socket = speak({ sentinel, ...access }, [["SUBSCRIBE", CHANNEL]], {
        login(reply) {
          if (isRefusedLogin(reply)) refuse();
        },
        reply(reply) {
          if (isErrorReply(reply)) return refuse();
          isAnswered = true;
          attempt = 0;
          if (isSwitch(reply, group)) onSwitch();
        },
        end() {
          clearInterval(timer);
          if (signal.aborted) return;
          attempt += 1;
          timer = setTimeout(start, isRefused ? REFUSED_MS : pauseMs(attempt, bounds));
        },
      });
      timer = setInterval(() => {
        if (!isAnswered) socket?.destroy();
        isAnswered = false;
        socket?.write("*1\r\n$4\r\nPING\r\n");
      }, KEEP_ALIVE_MS);
    };
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      socket?.destroy();
    });
    start();
  }
}
