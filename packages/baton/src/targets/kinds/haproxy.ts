// HAProxy: moves a server of a backend to the primary through the runtime socket, and cuts who is on the
// old one.
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { BatonError } from "../../errors.ts";
import { writeFileAtomic } from "../../sys/files.ts";
import { askHaproxy } from "./haproxy-socket.ts";
import type { Reading, TargetKind } from "../target.ts";

/** Names end up in a command line of HAProxy's own, where `;` begins the next command. */
const word = z.string().regex(/^[A-Za-z0-9_.:-]{1,80}$/, {
  error: "Expected a name as haproxy.cfg takes it: letters, digits and _ . : -",
});

const settings = z.strictObject({
  socket: z
    .string()
    .regex(/^([/.].{0,106}|.+:\d{1,5})$/, { error: "Expected a path, or ADDRESS:PORT" })
    .meta({ description: "HAProxy's `stats socket`, of level admin: a path, or ADDRESS:PORT." }),
  backend: word.meta({ description: "The backend, in mode tcp." }),
  server: word.default("primary").meta({ description: "The server line that follows the primary." }),
  stateFile: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({
      description:
        "HAProxy's `server-state-file`, written after a change, for its reloads. It brings the address " +
        "back only to a server line with a name: " +
        "`server primary redis.invalid:6379 init-addr last,192.0.2.1`.",
    }),
  timeout: duration(50, 60_000).prefault("2s").meta({ description: "How long one attempt may take." }),
});
type Settings = z.output<typeof settings>;

/** The version, a line of column names that begins with `#`, and a line for every server. */
function serverLine(reply: string, { backend, server }: Settings): ReadonlyMap<string, string> {
  const [, header = "", ...lines] = reply.split("\n");
  const columns = header.replace(/^# /, "").split(" ");
  for (const line of lines) {
    const values = line.split(" ");
    const row = new Map(columns.map((column, index) => [column, values[index] ?? ""]));
    if (row.get("be_name") === backend && row.get("srv_name") === server) return row;
  }
  const found = header.startsWith("# ") ? "has no such server" : JSON.stringify(reply.slice(0, 120));
  throw new BatonError("REFUSED", `server ${backend}/${server}: HAProxy ${found}`);
}

async function read(own: Settings, signal: AbortSignal): Promise<Reading | undefined> {
  const reply = await askHaproxy(own.socket, `show servers state ${own.backend}`, signal);
  const row = serverLine(reply, own);
  const address = row.get("srv_addr") ?? "";
  const port = Number(row.get("srv_port"));
  const raw = `${address}:${port}, admin state ${row.get("srv_admin_state")}`;
  // A server without an address (`init-addr none`) shows a dash; HAProxy will not give it one either.
  if (address === "" || address === "-") return undefined;
  return { endpoint: { address, port }, epoch: undefined, raw };
}

async function command(own: Settings, text: string, signal: AbortSignal): Promise<void> {
  const reply = await askHaproxy(own.socket, text, signal);
  // Success is silence, or a sentence on what has changed and what has not.
  if (reply === "" || /changed from|no need to change/.test(reply)) return;
  throw new BatonError("REFUSED", `HAProxy does not take "${text}": ${reply.slice(0, 200)}`);
}

export const haproxy: TargetKind<Settings> = {
  id: "haproxy",
  summary: "sets a server of HAProxy to the primary and cuts the sessions of the old one",
  fencing: "none",
  tier: "real",
  facts: {
    delay: "milliseconds",
    clients: "Connections to the old primary are cut, the next one reaches the new primary.",
    rights:
      "`stats socket PATH mode 660 level admin`, and the agent's user in the group of that socket.",
    instead:
      "the router on the same port: it holds clients while there is no primary, HAProxy refuses them",
  },
  reach: "host",
  // A server line can be set back, and its clients connect again: nothing of an early route stays.
  followsEarly: true,
  settings,
  reachedAt: ({ socket }) => [socket],
  open(own) {
    const server = `${own.backend}/${own.server}`;
    return Promise.resolve({
      deadlineMs: own.timeout,
      read: (signal) => read(own, signal),
      async write({ endpoint }, signal) {
        const { address, port } = endpoint;
        await command(own, `set server ${server} addr ${address} port ${port}`, signal);
        await command(own, `set server ${server} state ready`, signal);
        // Connections that are open stay with the old address for as long as they live.
        await command(own, `shutdown sessions server ${server}`, signal);
        if (own.stateFile === undefined) return;
        const state = await askHaproxy(own.socket, "show servers state", signal);
        // Not secret, and HAProxy may read it as another user.
        await writeFileAtomic(own.stateFile, `${state}\n`, 0o644);
      },
    });
  },
};
