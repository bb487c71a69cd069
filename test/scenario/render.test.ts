// The rendered files on real processes: three nodes and three Sentinels start from them, fail over and
// rejoin, and no ACL refuses anything that any of them needs.
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { handmadeLayout, handmadeSecrets } from "../../packages/baton/src/render/layout.fixture.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type Processes, startRendered } from "./render-processes.ts";

const ADDRESSES = ["127.91.0.1", "127.91.0.2", "127.91.0.3"] as const;
const [FIRST, SECOND] = ADDRESSES;
const GET_PRIMARY = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "orders"] as const;
const SETTINGS = {
  "client-output-buffer-limit": "replica 512mb 128mb 60",
  "proc-title-template": "{title} {listen-addr}",
  "notify-keyspace-events": "",
};

let processes: Processes;

async function waitForPrimary(address: string): Promise<void> {
  const agent = processes.redis(address, "agent");
  await waitFor(
    `${address} to be primary of two replicas in sync`,
    async () => {
      const [role, , replicas] = (await agent.call(["ROLE"])) as [string, number, unknown[]];
      return role === "master" && replicas.length === 2
        ? seen(undefined)
        : missing(`its ROLE is ${role} with ${JSON.stringify(replicas)}`);
    },
    { withinMs: 20_000 },
  );
  agent.close();
}

async function waitForAgreement(primary: string): Promise<void> {
  for (const address of ADDRESSES) {
    const door = processes.sentinel(address);
    await waitFor(
      `the Sentinel at ${address} to name ${primary} and to know its peers`,
      async () => {
        const named = (await door.call(GET_PRIMARY)) as string[];
        const peers = (await door.call(["SENTINEL", "SENTINELS", "orders"])) as string[][];
        const replicas = (await door.call(["SENTINEL", "REPLICAS", "orders"])) as string[][];
        const healthy = [...peers, ...replicas].filter((fields) =>
          ["sentinel", "slave"].includes(fields[fields.indexOf("flags") + 1] ?? ""),
        );
        return named[0] === primary && healthy.length === 4
          ? seen(undefined)
          : missing(`it names ${named[0]} and ${healthy.length} of 4 healthy neighbours`);
      },
      { withinMs: 30_000 },
    );
    door.close();
  }
}

async function aclLogs(): Promise<Record<string, unknown>> {
  const logs: Record<string, unknown> = {};
  for (const address of ADDRESSES) {
    for (const door of [processes.redis(address, "examiner"), processes.sentinel(address, "examiner")]) {
      logs[`${address}:${door.port}`] = await door.call(["ACL", "LOG"]);
      door.close();
    }
  }
  return logs;
}

beforeAll(async () => {
  processes = await startRendered(handmadeLayout([...ADDRESSES], SETTINGS));
  await waitForPrimary(FIRST);
  await waitForAgreement(FIRST);
});

afterAll(() => processes.end());

describe("three nodes and three Sentinels that start from rendered files", () => {
  test("fail over and take the old primary back, with every ACL LOG empty", async () => {
    onTestFailed(async () => {
      process.stderr.write(await processes.logs());
    });
    const client = processes.redis(FIRST);
    expect(await client.call(["SET", "written before", "the failover"])).toBe("OK");
    expect(await client.call(["WAIT", "2", "5000"])).toBe(2);
    const agent = processes.sentinel(SECOND, "agent");
    const failover = () => agent.call(["SENTINEL", "FAILOVER", "orders"]);
    await waitFor("a Sentinel that finds a good replica", async () => seen(await failover()), {
      withinMs: 20_000,
    });
    const switched = await waitFor(
      "another primary",
      async () => {
        const [address] = (await agent.call(GET_PRIMARY)) as string[];
        return address === undefined || address === FIRST
          ? missing("still the first one")
          : seen(address);
      },
      { withinMs: 20_000 },
    );
    await waitForAgreement(switched);
    await waitForPrimary(switched);
    expect(await processes.redis(switched).call(["GET", "written before"])).toBe("the failover");
    const logs = await aclLogs();
    expect(logs).toEqual(Object.fromEntries(Object.keys(logs).map((where) => [where, []])));
  });

  test("read passwords and settings as they were meant", async () => {
    const examiner = processes.redis(FIRST, "examiner");
    const value = async (name: string) =>
      ((await examiner.call(["CONFIG", "GET", name])) as string[])[1];
    expect(await value("masterauth")).toBe(handmadeSecrets.replication);
    expect(await value("proc-title-template")).toBe(SETTINGS["proc-title-template"]);
    expect(await value("notify-keyspace-events")).toBe("");
    expect(await value("client-output-buffer-limit")).toContain("slave 536870912 134217728 60");
    expect(await value("appendonly")).toBe("yes");
    expect(await value("save")).toBe("3600 1 300 100 60 10000");
  });

  test("refuse whoever sends no password", async () => {
    for (const port of [6379, 26_379]) {
      const stranger = openDoor({ address: FIRST, port });
      await expect(stranger.call(["PING"])).rejects.toThrow(/NOAUTH/);
      stranger.close();
    }
  });

  test("let the application write and read, and configure nothing", async () => {
    const [primary = ""] = (await processes.sentinel(FIRST).call(GET_PRIMARY)) as string[];
    const application = processes.redis(primary);
    expect(await application.call(["SET", "key", "value"])).toBe("OK");
    expect(await application.call(["GET", "key"])).toBe("value");
    await expect(application.call(["CONFIG", "GET", "masterauth"])).rejects.toThrow(/^NOPERM/);
  });

  test("let the agent attach a node in a transaction", async () => {
    const [primary = ""] = (await processes.sentinel(FIRST).call(GET_PRIMARY)) as string[];
    const agent = processes.redis(ADDRESSES.find((address) => address !== primary) ?? "", "agent");
    const replies = await agent.batch([
      ["MULTI"],
      ["REPLICAOF", primary, "6379"],
      ["CONFIG", "REWRITE"],
      ["EXEC"],
    ]);
    expect(replies.at(-1)).toEqual(["OK Already connected to specified master", "OK"]);
  });
});
