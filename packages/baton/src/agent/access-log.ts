// The access log: a line of JSON for every session that has ended, at the pace of whoever reads it.
import type { EndSink, SessionEnd } from "../router/visits.ts";
import type { Clock } from "../sys/clock.ts";

/** Said and not read yet. A reader that stands still must not cost memory, nor clients their time. */
const BACKLOG_BYTES_MAX = 1024 * 1024;

export interface AccessLogOptions {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Of everything that was said: what has not left this process yet. */
  readonly backlogBytes: () => number;
}

export interface AccessLog {
  /** For one port of a group's routers. */
  of(group: string, port: "writes" | "reads"): EndSink;
  /** Says what is still to be said. */
  close(): void;
}

const at = (wallMs: number): string => new Date(wallMs).toISOString();

function lineOf(group: string, port: string, { atWallMs, client, ...facts }: SessionEnd): string {
  const { node, durationMs, commands, bytesFromClient, bytesToClient, end } = facts;
  return JSON.stringify({
    kind: "session",
    time: at(atWallMs),
    group,
    port,
    client: client.address.includes(":")
      ? `[${client.address}]:${client.port}`
      : `${client.address}:${client.port}`,
    node,
    durationMs,
    commands,
    bytesFromClient,
    bytesToClient,
    end,
  });
}

export function openAccessLog({ clock, say, backlogBytes }: AccessLogOptions): AccessLog {
  let lost = 0;
  const confess = (): void => {
    if (lost === 0) return;
    const time = at(clock.wallMs());
    const why = "more sessions ended than could be written or told";
    say(JSON.stringify({ kind: "sessions-not-logged", time, count: lost, why }));
    lost = 0;
  };
  return {
    of: (group, port) => ({
      ended(end) {
        if (backlogBytes() > BACKLOG_BYTES_MAX) {
          lost += 1;
          return;
        }
        confess();
        say(lineOf(group, port, end));
      },
      lost(count) {
        lost += count;
      },
    }),
    close: confess,
  };
}
