// Debian's HAProxy as people put it before Redis: TCP mode, one thread, limits out of the way.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SocketAddress } from "../../packages/baton/src/sys/sockets.ts";
import type { OwnProcesses, Started } from "./own-processes.ts";

export interface HaproxyOptions {
  readonly id: string;
  readonly listen: SocketAddress;
  readonly servers: readonly SocketAddress[];
  /** With `option splice-auto` the kernel moves long transfers without copying them to the process. */
  readonly splice: boolean;
  /** Sends only to who says role:master, asked every 100 ms with this password; undefined: no check. */
  readonly checkPassword?: string;
  /** Each session costs two files. */
  readonly sessionsMax: number;
}

/** Enough for both directions of every busy session. */
export const PIPES_MAX = 512;

/**
 * The published recipe, tuned for speed: asked every 100 ms, up at the first good answer, down at the
 * second bad one, and sessions to a server that is down are ended.
 */
function checkLines(password: string): readonly string[] {
  return [
    "  balance first",
    "  timeout check 500ms",
    "  option tcp-check",
    "  tcp-check connect",
    `  tcp-check send "AUTH ${password}\\r\\n"`,
    "  tcp-check expect string +OK",
    '  tcp-check send "INFO replication\\r\\n"',
    "  tcp-check expect string role:master",
    "  default-server inter 100ms rise 1 fall 2 on-marked-down shutdown-sessions",
  ];
}

export function haproxyConfiguration(options: HaproxyOptions): string {
  const { listen, servers, splice, checkPassword, sessionsMax } = options;
  const check = checkPassword === undefined ? "" : " check";
  const lines = [
    "global",
    "  nbthread 1",
    `  maxconn ${sessionsMax}`,
    // By default a quarter of the sessions could have one at a time: two files each, held ready.
    ...(splice ? [`  maxpipes ${PIPES_MAX}`] : []),
    "defaults",
    "  mode tcp",
    `  maxconn ${sessionsMax}`,
    "  timeout connect 2s",
    "  timeout client 1h",
    "  timeout server 1h",
    ...(splice ? ["  option splice-auto"] : []),
    "frontend clients",
    `  bind ${listen.address}:${listen.port} backlog 4096`,
    "  default_backend redis",
    "backend redis",
    ...(checkPassword === undefined ? [] : checkLines(checkPassword)),
    ...servers.map(
      ({ address, port }, index) => `  server redis${index + 1} ${address}:${port}${check}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** @throws BatonError BINARY_MISSING, PROCESS_DIED, NOT_READY. */
export async function startHaproxy(
  processes: OwnProcesses,
  options: HaproxyOptions,
  signal: AbortSignal,
): Promise<Started> {
  const file = join(processes.folder, `${options.id}.cfg`);
  await writeFile(file, haproxyConfiguration(options), { mode: 0o600 });
  const started = await processes.start({ id: options.id, command: ["haproxy", "-db", "-f", file] });
  await processes.untilListening(started, options.listen, signal);
  return started;
}
