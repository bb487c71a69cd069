// What tests of a changing cluster ask its processes, each in its own host.
import { expect } from "vitest";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import type { ChangingCluster } from "./changing.ts";
import { inside } from "./inside.ts";
import { redisCli } from "./roles.ts";

/** Of all nodes, in the order of their hosts. */
export async function settingOnAll(
  { asking, passwords }: ChangingCluster,
  name: string,
): Promise<readonly string[]> {
  const asAgent = { ...asking, password: passwords.agent };
  const each = asking.nodes.map(async ({ name: host }) => {
    const said = await redisCli(asAgent, host, 6379, "--user", "agent", "CONFIG", "GET", name);
    return said.trim().split("\n")[1] ?? "";
  });
  return await Promise.all(each);
}

/** Quorum in effect, by Sentinel; each says that it could be reached. */
export async function quorums({ asking }: ChangingCluster): Promise<Readonly<Record<string, string>>> {
  const each = asking.sentinels.map(async ({ name }) => {
    const said = await redisCli(asking, name, 26379, "--json", "SENTINEL", "MASTER", "main");
    expect(await redisCli(asking, name, 26379, "SENTINEL", "CKQUORUM", "main"), name).toMatch(/^OK/);
    return [name, (JSON.parse(said) as { quorum: string }).quorum] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}

/**
 * Kills the primary's process; resolves when another node is primary by the word of a Sentinel elsewhere.
 * @returns after how many ms
 * @throws BatonError NOT_READY 5 s after the time that Sentinel waits before it acts
 */
export async function failedOver({ hosts, asking }: ChangingCluster, primary: string): Promise<number> {
  const address = asking.nodes.find(({ name }) => name === primary)?.address ?? "";
  const other = asking.sentinels.find(({ name }) => name !== primary)?.name ?? "";
  const said = await redisCli(asking, other, 26379, "--json", "SENTINEL", "MASTER", "main");
  const downAfterMs = Number((JSON.parse(said) as Record<string, string>)["down-after-milliseconds"]);
  const unit = "redis-server@main.service";
  const startMs = performance.now();
  await inside(hosts, primary, "systemctl", "kill", "--signal=SIGKILL", "--kill-whom=main", unit);
  const look = async () => {
    const words = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"] as const;
    const now = await redisCli(asking, other, 26379, ...words);
    return now.startsWith(`${address}\n`) ? missing("another primary") : seen(undefined);
  };
  await waitFor("a failover", look, { withinMs: downAfterMs + 5_000, everyMs: 50 });
  return Math.round(performance.now() - startMs);
}
