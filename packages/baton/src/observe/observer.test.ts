// What an observer asks of servers that answer from a table: which questions a brief look leaves out, and
// when it does not.
import { createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { layoutOf } from "../cluster/layout.ts";
import { clusterOrThrow } from "../cluster/load.ts";
import type { Layout } from "../cluster/types.ts";
import { systemClock } from "../sys/clock.ts";
import { closeServer, listenOn } from "../sys/sockets.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { openObserver, type Observer } from "./observer.ts";
import { openSentinels } from "./sentinels.ts";

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

type Answer = string | number | null | readonly Answer[];
const written = (answer: Answer): string => {
  if (answer === null) return "$-1\r\n";
  if (typeof answer === "number") return `:${answer}\r\n`;
  if (typeof answer === "string") return `$${Buffer.byteLength(answer)}\r\n${answer}\r\n`;
  return `*${answer.length}\r\n${answer.map(written).join("")}`;
};

interface Table {
  readonly port: number;
  /** Every command since the last reading, without those that open a connection. */
  asked(): readonly string[];
  connections(): number;
}

/** A server that says what the table says, and OK to what opens a session. */
async function serving(answerTo: (command: string) => Answer | undefined): Promise<Table> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      for (const text of chunk
        .toString()
        .split(/\*\d+\r\n/)
        .slice(1)) {
        const command = text
          .split("\r\n")
          .filter((_, index) => index % 2 === 1)
          .join(" ");
        const answer = answerTo(command);
        if (answer !== undefined) asked.push(command);
        socket.write(answer === undefined ? "+OK\r\n" : written(answer));
      }
    });
  });
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" ? (bound?.port ?? 0) : 0,
    asked: () => asked.splice(0),
    connections: () => sockets.size,
  };
}

const flat = (fields: Readonly<Record<string, string | number>>): Answer =>
  Object.entries(fields).flatMap(([name, value]) => [name, String(value)]);

/** One Sentinel and one node that changes when a test says so; its events are heard from a moment on. */
const usual = { epoch: 6, offset: 100, pause: null as string | null, replicas: 0, status: "ok" };
const world = { ...usual, hearingSinceMs: undefined as number | undefined };

const infoText = () =>
  [
    "# Sentinel",
    "sentinel_tilt:0",
    `master0:name=g0,status=${world.status},address=127.0.0.1:1,slaves=${world.replicas},sentinels=1`,
    "",
  ].join("\r\n");

function sentinelAnswer(command: string): Answer | undefined {
  const [first, second] = command.split(" ");
  if (first === "INFO") return infoText();
  if (first !== "SENTINEL") return undefined;
  const times = { "down-after-milliseconds": 1_800, "failover-timeout": 5_000, "parallel-syncs": 1 };
  const answers: Readonly<Record<string, Answer>> = {
    "GET-MASTER-ADDR-BY-NAME": ["127.0.0.1", "1"],
    MASTER: flat({ flags: "master", "config-epoch": world.epoch, quorum: 2, ...times }),
    REPLICAS: [],
    SENTINELS: [],
    MYID: "id",
    DEBUG: [],
  };
  return answers[second ?? ""];
}

function nodeAnswer(command: string): Answer | undefined {
  if (command === "ROLE") return ["master", world.offset, []];
  if (command.startsWith("GET") && command.endsWith("pause")) return world.pause;
  if (command.startsWith("GET")) return null;
  if (command.startsWith("CONFIG")) return ["replica-priority", "100"];
  return command.startsWith("INFO") ? "db0:keys=3,expires=0\r\n" : undefined;
}

async function observed(groups: number) {
  Object.assign(world, usual, { hearingSinceMs: 0 });
  const sentinel = await serving(sentinelAnswer);
  const node = await serving(nodeAnswer);
  const hosts = [1, 2, 3].map((index) => `  - { name: h${index}, address: 127.0.0.${index} }`);
  const names = Array.from(
    { length: groups },
    (_, index) => `  - { name: g${index}, port: ${7_000 + index} }`,
  );
  const text = ["hosts:", ...hosts, "groups:", ...names, ""].join("\n");
  const planned = layoutOf(clusterOrThrow(text, "x.yml"));
  const layout: Layout = {
    ...planned,
    sentinels: [{ id: "h1", zone: "a", address: "127.0.0.1", port: sentinel.port }],
  };
  const common = { layout, secrets: { agent: "secret" }, clock: systemClock };
  const sentinels = openSentinels({ ...common, hearingSinceMs: () => world.hearingSinceMs });
  ends.push(() => sentinels.close());
  const observers = planned.groups.map((group): Observer => {
    const nodes = group.nodes
      .slice(0, 1)
      .map((plan) => ({ ...plan, address: "127.0.0.1", port: node.port }));
    const observer = openObserver({ ...common, group: { ...group, nodes }, sentinels });
    ends.push(() => observer.close());
    return observer;
  });
  return { sentinel, node, observers };
}

const names = (asked: readonly string[]) =>
  asked.map((command) => command.split(" ").slice(0, 2).join(" "));

test("a brief look asks for what decides, and keeps the rest from the look before", async () => {
  const { sentinel, node, observers } = await observed(1);
  const [observer] = observers;
  const whole = await observer?.look(1_000);
  expect(whole?.nodes).toMatchObject([{ kind: "primary", keys: 3 }]);
  sentinel.asked();
  node.asked();
  Object.assign(world, { offset: 120, pause: '{"until":"2030-01-01T00:00:00Z","by":"me"}' });
  const brief = await observer?.look(1_000, true);
  expect(brief?.nodes).toMatchObject([
    { kind: "primary", keys: 3, offsetBytes: 120, pause: { by: "me" } },
  ]);
  expect(brief?.views).toMatchObject([{ kind: "heard", configEpoch: 6 }]);
  const keys = ["handover", "pause", "drill"].map((key) => `GET baton:g0:${key}`);
  expect(names(node.asked())).toEqual(["ROLE", ...keys]);
  expect(brief?.views[0], "nothing new").toBe(whole?.views[0]);
  expect(sentinel.asked().filter((command) => command.endsWith("g0"))).toEqual([]);
  world.pause = null;
  const resumed = await observer?.look(1_000, true);
  expect(resumed?.nodes[0], "what is gone is gone").not.toHaveProperty("pause");
});

test("a brief look asks a node for everything where something has changed", async () => {
  const { node, observers } = await observed(1);
  const [observer] = observers;
  await observer?.look(1_000);
  // Less data than before, as after a restart.
  world.offset = 10;
  node.asked();
  const brief = await observer?.look(1_000, true);
  expect(brief?.nodes).toMatchObject([{ offsetBytes: 10 }]);
  expect(names(node.asked())).toContain("INFO keyspace");
});

const CHANGES: readonly (readonly [string, Partial<typeof world>])[] = [
  ["its INFO holds the primary to be down", { status: "sdown" }],
  ["its INFO counts another replica", { replicas: 1 }],
  ["nobody hears its events", { hearingSinceMs: undefined }],
  ["events have been missed since the look before", { hearingSinceMs: Infinity }],
];
for (const [what, change] of CHANGES)
  test(`a brief look asks a Sentinel for everything where ${what}`, async () => {
    const { sentinel, observers } = await observed(1);
    const [observer] = observers;
    await observer?.look(1_000);
    Object.assign(world, change, { epoch: 7 });
    const look = async () => {
      const [view] = (await observer?.look(1_000, true))?.views ?? [];
      return view?.kind === "heard" && view.configEpoch === 7 ? seen(view) : missing("the new epoch");
    };
    await waitFor("the next INFO", look, { withinMs: 2_000, everyMs: 20 });
    expect(names(sentinel.asked())).toContain("SENTINEL REPLICAS");
  });

test("fifty groups ask a Sentinel over one connection, and what it says of itself once", async () => {
  const { sentinel, observers } = await observed(50);
  const seen = await Promise.all(observers.map((observer) => observer.look(5_000)));
  expect(seen.flatMap(({ views }) => views.map(({ kind }) => kind))).toEqual(Array(50).fill("heard"));
  expect(sentinel.connections()).toBe(1);
  const asked = names(sentinel.asked());
  expect(asked.filter((name) => name === "SENTINEL MASTER")).toHaveLength(50);
  expect(asked.filter((name) => name === "INFO sentinel").length).toBeLessThan(10);
});
