// A cluster whose file says `tls`: the same promises as in plain text, and not a word in plain text.
import { readFile, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Endpoint } from "../../packages/baton/src/cluster/types.ts";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { type Door, type DoorOptions, openDoor } from "../../packages/baton/src/redis/door.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton } from "./support/baton.ts";
import {
  lostOf,
  nodesOf,
  resultOf,
  routerOf,
  theHome,
  theLab,
  useOneLab,
  whole,
  write,
} from "./support/switchover.ts";
import { expectKept } from "./support/kept.ts";

// The paths are those of hosts that are not here: a lab makes certificates of its own.
const CLUSTER = `name: encrypted
objectives: { rto: 3s, rpo: 5s }
hosts:
  - { name: h1, address: 10.77.0.11, zone: a }
  - { name: h2, address: 10.77.0.12, zone: b }
  - { name: h3, address: 10.77.0.13, zone: c }
  - { name: app, address: 10.77.0.20, zone: a, runs: [router] }
router: { readPort: 6381 }
tls:
  authority: /etc/baton/tls/authority.pem
  certificate: /etc/baton/tls/host.pem
  key: /etc/baton/tls/host.key
`;

useOneLab(CLUSTER);

const doors: Door[] = [];
afterEach(() => {
  for (const door of doors.splice(0)) door.close();
});

function application({ address, port }: Endpoint, tls: DoorOptions["tls"]): Door {
  const { application: password } = theLab().secrets;
  const door = openDoor({ address, port, password, tls, connectMs: 2_000, commandMs: 2_000 });
  doors.push(door);
  return door;
}

/** Everything that whoever speaks plain text hears from a port until it is closed. */
async function heardInPlainText({ address, port }: Endpoint): Promise<string> {
  const socket = createConnection({ host: address, port });
  let heard = "";
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  // A reset is an end, too.
  socket.on("error", () => undefined);
  socket.once("connect", () => socket.write("*1\r\n$4\r\nPING\r\n"));
  let isClosed = false;
  socket.once("close", () => (isClosed = true));
  const look = () => (isClosed ? seen(heard) : missing("the end of the connection"));
  return await waitFor(`${address}:${port} to close`, look, { withinMs: 5_000 });
}

const statusOf = async () => await baton(theHome(), ["status", "--json"]);

test("status is healthy, and reads and writes go through the router's ports", async () => {
  const status = await statusOf();
  expect(status.code, status.out).toBe(0);
  const { groups } = JSON.parse(status.out) as { groups: { problems: unknown[] }[] };
  expect(groups.map(({ problems }) => problems)).toEqual([[]]);
  const { clientTls } = theLab();
  expect(clientTls).toBeDefined();
  const router = routerOf();
  expect(await application(router, clientTls).call(["SET", "key", "value"])).toBe("OK");
  const reading = application({ address: router.address, port: 6381 }, clientTls);
  const look = async () =>
    (await reading.call(["GET", "key"])) === "value" ? seen(true) : missing("the value at a replica");
  await waitFor("a replica to have it", look, { withinMs: 5_000 });
});

test("nobody is answered in plain text, at any port, and a door without TLS says why", async () => {
  const [sentinel] = theLab().layout.sentinels;
  const router = routerOf();
  const ports = [...nodesOf(), sentinel, router, { address: router.address, port: 6381 }];
  for (const place of ports) {
    if (place === undefined) throw new Error("the lab has no Sentinel");
    expect(await heardInPlainText(place), `${place.address}:${place.port}`).not.toContain("PONG");
  }
  for (const node of nodesOf()) {
    const refused = application(node, undefined).call(["PING"]);
    await expect(refused).rejects.toThrow(
      "closed before any answer, as a server does that expects TLS or is ending",
    );
  }
});

test("lab status tells what redis-cli needs", async () => {
  const { out } = await baton(theHome(), ["lab", "status"]);
  const authority = join(theLab().directory, "tls", "authority.pem");
  expect(out).toContain(`redis-cli --tls --cacert ${authority} (Redis, Sentinel, the router)`);
});

test("a switchover under load loses nothing, and cuts nobody twice", async () => {
  const writers = [1, 2, 3, 4].map((number) => write(`tls:${number}`, routerOf()));
  const busy = () =>
    writers.every(({ acknowledged }) => acknowledged.length > 50) ? seen(true) : missing("writes");
  await waitFor("every client to write", busy, { withinMs: 10_000 });
  const ran = await baton(theHome(), ["switchover", "--to", "h2", "--json"]);
  expect([ran.code, resultOf(ran.out).outcome], ran.err).toEqual([0, "done"]);
  expect(await whole(5_000)).toBe("h2");
  for (const writer of writers) await writer.stop();
  for (const [index, writer] of writers.entries()) {
    expect(writer.closed).toBeLessThanOrEqual(1);
    expect(await lostOf(`tls:${index + 1}`, writer, "h2")).toEqual([]);
  }
});

test("the drill kill-primary keeps its promises, as in plain text", async () => {
  const ran = await baton(theHome(), ["drill", "run", "kill-primary", "--json", "--no-evidence"]);
  const result = drillResultSchema.parse(JSON.parse(ran.out));
  expectKept(ran.code, result);
  expect(result.rpo.lost).toBe(0);
  for (const client of result.clients) expect(client.acknowledged).toBeGreaterThanOrEqual(100);
});

test("a node finds its role before it starts", async () => {
  const lab = theLab();
  const primary = await whole(10_000);
  const replica = nodesOf().find(({ id }) => id !== primary);
  const following = nodesOf().find(({ id }) => id === primary);
  if (replica === undefined || following === undefined) throw new Error("the lab has no replica");
  await lab.kill(replica.host);
  const file = join(lab.directory, "cluster.yml");
  const config = join(lab.directory, replica.host, "redis.conf");
  const words = ["node-start", "--file", file, "--host", replica.host, "--config", config];
  const ran = await baton(theHome(), words);
  expect([ran.code, ran.out.trim()], ran.err).toEqual([
    0,
    `--replicaof ${following.address} ${following.port}`,
  ]);
  await lab.start(replica.host);
  await whole(15_000);
});

test("certificates of another authority are of no use, and whoever has them is told", async () => {
  const { directory } = theLab();
  const strange = await makeCertificates(join(theHome(), "strange"), ["127.0.0.1"]);
  const text = await readFile(join(directory, "cluster.yml"), "utf8");
  const statusWith = async (name: string, changed: string) => {
    const file = join(theHome(), name);
    await writeFile(file, changed);
    return await baton(theHome(), ["status", "--file", file]);
  };

  const own = join(directory, "tls", "authority.pem");
  const mixed = await statusWith("mixed.yml", text.replace(own, strange.authority));
  expect(mixed.code).toBe(3);
  expect(mixed.err).toContain(`found one that ${strange.authority} has not signed`);

  const folder = join(directory, "tls");
  const foreign = await statusWith("foreign.yml", text.replaceAll(folder, join(theHome(), "strange")));
  expect(foreign.code).toBe(1);
  expect(foreign.out).toContain("its certificate is not signed by the authority that `tls.authority`");
});
