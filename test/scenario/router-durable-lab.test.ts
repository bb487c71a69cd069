// The promise of `durability: replicated` in a whole cluster: what a client was told is written outlives the
// primary that said so.
import { expect, test } from "vitest";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import {
  lostOf,
  nodesOf,
  routerOf,
  theLab,
  useOneLab,
  whole,
  write,
  type Writer,
} from "./support/switchover.ts";

useOneLab(`${defaultCluster}router: { durability: replicated }\n`);

const KEYS = ["one", "two", "three", "four"];
const ENOUGH = 100;

/** Each of the writers, and not only the first, has been told so many times more that it is written. */
async function untilMore(writers: readonly Writer[]): Promise<void> {
  const before = writers.map(({ acknowledged }) => acknowledged.length);
  const look = () => {
    const more = writers.map(({ acknowledged }, index) => acknowledged.length - (before[index] ?? 0));
    return Math.min(...more) >= ENOUGH ? seen(0) : missing(`${more.join(", ")} more writes`);
  };
  await waitFor(`${ENOUGH} writes of each client`, look, { withinMs: 30_000 });
}

/** Stops the clients, lets the killed primary come back, and looks for all they were told. */
async function expectNothingLost(keys: readonly string[], writers: readonly Writer[], killed: string) {
  await Promise.all(writers.map((writer) => writer.stop()));
  await theLab().heal();
  await theLab().start(killed);
  const primary = await whole(60_000);
  expect(primary).not.toBe(killed);
  const lost = await Promise.all(
    writers.map((writer, index) => lostOf(keys[index] ?? "", writer, primary)),
  );
  expect(lost).toEqual(keys.map(() => []));
  return primary;
}

test("a primary that is killed under four writing clients takes no acknowledged write with it", async () => {
  const killed = await whole(40_000);
  const writers = KEYS.map((key) => write(key, routerOf()));
  await untilMore(writers);
  await theLab().kill(killed);
  await untilMore(writers);
  const primary = await expectNothingLost(KEYS, writers, killed);
  const told = writers.map(({ acknowledged, closed }) => `${acknowledged.length} (${closed} closed)`);
  process.stderr.write(`durable: acknowledged to each client: ${told.join(", ")}\n`);
  // And it would be seen: a write that is taken away is missed.
  const [writer] = writers;
  const [some] = writer?.acknowledged ?? [];
  if (writer === undefined || some === undefined) throw new Error("nobody was told OK");
  const { address = "", port = 0 } = nodesOf().find(({ id }) => id === primary) ?? {};
  const door = openDoor({ address, port, password: theLab().secrets.application, commandMs: 5_000 });
  await door.call(["LREM", "one", "1", String(some)]);
  door.close();
  expect(await lostOf("one", writer, primary)).toEqual([some]);
});

test("a primary cut off from its replicas acknowledges nothing that its death would take along", async () => {
  const killed = await whole(40_000);
  const keys = KEYS.map((key) => `cut:${key}`);
  const writers = keys.map((key) => write(key, routerOf()));
  await untilMore(writers);
  const others = nodesOf().filter(({ id }) => id !== killed);
  await Promise.all(others.map(({ id }) => theLab().cut(killed, id)));
  // Written, for all that the primary knows: an asynchronous router would have said so.
  const { address = "", port = 0 } = nodesOf().find(({ id }) => id === killed) ?? {};
  const door = openDoor({ address, port, password: theLab().secrets.application });
  const look = async () => {
    const lengths = await Promise.all(keys.map((key) => door.call(["LLEN", key])));
    const ahead = writers.map(({ acknowledged }, index) => Number(lengths[index]) - acknowledged.length);
    return Math.min(...ahead) >= 1 ? seen(0) : missing(`${ahead.join(", ")} more than acknowledged`);
  };
  await waitFor("a write of each client that is not acknowledged", look, {
    withinMs: 2_000,
    everyMs: 5,
  });
  door.close();
  await theLab().kill(killed);
  await untilMore(writers);
  await expectNothingLost(keys, writers, killed);
});
