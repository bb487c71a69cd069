// HAProxy as the example has it, on this machine, and what its own statistics say while everything moves.
import { writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as timer } from "node:timers/promises";

const LOOK_EVERY_MS = 25;
const ASK_MS = 2_000;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One command, and all that comes back. */
async function ask(socket, command) {
  return await new Promise((resolve, reject) => {
    let reply = "";
    const connection = createConnection(socket, () => connection.end(`${command}\n`));
    connection.setTimeout(ASK_MS, () => connection.destroy(new Error("HAProxy does not answer")));
    connection.setEncoding("utf8").on("data", (text) => {
      reply += text;
    });
    connection.once("error", reject).once("end", () => resolve(reply));
  });
}

/** A row of CSV whose first line begins with "# ". */
function rowOf(reply, names) {
  const [header = "", ...lines] = reply.split("\n").filter((line) => line !== "");
  const columns = header.replace(/^# /, "").split(",");
  const rows = lines.map((line) =>
    Object.fromEntries(line.split(",").map((value, index) => [columns[index], value])),
  );
  return rows.find(({ pxname, svname }) => pxname === names.pxname && svname === names.svname);
}

/** Where the server line leads, whether HAProxy says UP of it, and by which check. */
async function look(socket) {
  const row = rowOf(await ask(socket, "show stat"), { pxname: "redis", svname: "primary" });
  return { place: row?.addr ?? "", isUp: row?.status === "UP", check: row?.check_status ?? "" };
}

const isSame = (one, other) => one?.place === other.place && one.isUp === other.isUp;

/**
 * @returns place: ADDRESS:PORT for clients; present(): what HAProxy says; upAfterMs(atMs, place): how long it
 *   took until it said UP of that place, from then on; withoutMs(atMs): for how long it said UP of nobody
 */
export async function startBalancer({ start, folder, scratch, signal, nowMs }) {
  const place = `127.0.0.1:${await freePort()}`;
  const socket = join(scratch, "baton.sock");
  const state = join(scratch, "haproxy.state");
  // One that is not there is a warning at the first start; an empty one is none.
  await writeFile(state, "1\n");
  start("haproxy", ["/usr/sbin/haproxy", "-db", "-f", join(folder, "haproxy.cfg")], {
    SHOP_BALANCER: place,
    SHOP_BALANCER_SOCKET: socket,
    SHOP_BALANCER_STATE: state,
  });
  const seen = [];
  const watch = async () => {
    while (!signal.aborted) {
      const present = await look(socket).catch(() => ({ place: "", isUp: false, check: "" }));
      if (!isSame(seen.at(-1), present)) seen.push({ ...present, atMs: nowMs() });
      await timer(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void watch();
  return {
    place,
    present: () => seen.at(-1) ?? { place: "", isUp: false, check: "" },
    upAfterMs(atMs, wanted) {
      const found = seen.find((one) => one.atMs > atMs && one.isUp && one.place === wanted);
      return found === undefined ? undefined : found.atMs - atMs;
    },
    withoutMs(atMs) {
      const down = seen.map(({ isUp, atMs: fromMs }, index) => {
        const toMs = seen[index + 1]?.atMs ?? nowMs();
        return isUp || toMs < atMs ? 0 : toMs - fromMs;
      });
      return Math.max(0, ...down);
    },
  };
}
