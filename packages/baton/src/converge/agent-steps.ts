// Starts and restarts Baton's own process on this host, until it serves.
import { once } from "node:events";
import { connect } from "node:net";
import type { Endpoint } from "../cluster/types.ts";
import { endpointText } from "../decide/agree.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { startUnit } from "./systemd.ts";
import type { Place } from "./watch.ts";
import { timeLimit } from "../sys/time-limit.ts";

const SYSTEMD_MS = 60_000;
const SERVING_MS = 30_000;
const CONNECT_MS = 500;

async function accepts({ address, port }: Endpoint): Promise<boolean> {
  const socket = connect({ host: address, port, signal: timeLimit(CONNECT_MS) });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // Not yet: the deadline is with who asks again.
    return false;
  } finally {
    socket.destroy();
  }
}

/** Its pages and its routers' ports. */
function doorsOf({ layout, host }: Place): readonly Endpoint[] {
  const agent = layout.agents.filter(({ id }) => id === host);
  const routers = layout.routers.filter((router) => router.host === host);
  return [...agent.map(({ httpAddress, port }) => ({ address: httpAddress, port })), ...routers];
}

export async function startBaton(
  unit: string,
  word: "start" | "restart",
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  await startUnit(unit, word, SYSTEMD_MS, signal);
  const look = async () => {
    const doors = doorsOf(place);
    const open = await Promise.all(doors.map(accepts));
    const closed = doors.filter((_, index) => open[index] !== true);
    return closed.length === 0
      ? seen(undefined)
      : missing(`nobody listens at ${closed.map(endpointText).join(", ")}`);
  };
  const how = {
    withinMs: SERVING_MS,
    everyMs: 200,
    signal,
    clock: place.clock,
    code: "UNABLE",
  } as const;
  await waitFor(`${unit} to serve`, look, how);
  return `${unit} serves`;
}
