// What the tests of the target for etcd share: targets and servers that are closed when a file is done.
import { etcd } from "../../../packages/baton/src/targets/kinds/etcd.ts";
import {
  TEST_SECRET,
  testSurroundings,
} from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Target } from "../../../packages/baton/src/targets/target.ts";
import { type EtcdServer, type EtcdServerOptions, startEtcd } from "./etcd.ts";

export const KEY = "/services/redis/primary";
export const USER = { user: "baton", password: { env: "ANY" } };
export const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6379 },
  epoch: 7,
  from: undefined,
  role: "leader",
};
export const VALUE = '{"group":"main","address":"10.9.0.2","port":6379,"epoch":7}';

export const within = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms);
export const basesOf = ({ members }: EtcdServer): readonly string[] => members.map(({ base }) => base);

export const sentences = async (target: Target): Promise<readonly string[]> =>
  (await target.prove?.(within()))?.map(({ verdict, sentence }) => `${verdict}: ${sentence}`) ?? [];

/** As docs/targets/etcd.md says; there the password goes over standard input. */
export async function prepareUser(server: EtcdServer): Promise<void> {
  await server.etcdctl("role", "add", "baton-redis");
  await server.etcdctl("role", "grant-permission", "baton-redis", "readwrite", KEY);
  await server.etcdctl("user", "add", `baton:${TEST_SECRET}`);
  await server.etcdctl("user", "grant-role", "baton", "baton-redis");
}

/** One for a file. */
export class EtcdStage {
  private readonly targets: Target[] = [];
  private readonly servers: EtcdServer[] = [];

  async open(
    more: Readonly<Record<string, unknown>>,
    surroundings = testSurroundings(),
  ): Promise<Target> {
    const settings = etcd.settings.parse({ key: KEY, timeout: "5s", ...more });
    const target = await etcd.open(settings, surroundings);
    this.targets.push(target);
    return target;
  }

  async start(options: EtcdServerOptions = {}): Promise<EtcdServer> {
    const server = await startEtcd(options);
    this.servers.push(server);
    return server;
  }

  async close(): Promise<void> {
    for (const target of this.targets) await target.close?.();
    for (const server of this.servers) await server.close();
  }
}
