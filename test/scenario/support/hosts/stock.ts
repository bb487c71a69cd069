// A cluster on real hosts as people set it up by hand: Debian's packages and units, one password, no Baton.
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import type { Hosts, TestHost } from "./hosts.ts";
import { type Asking, redisCli, untilWhole } from "./roles.ts";

const INSTALL_MS = 180_000;
const SETTLED_MS = 90_000;

/** Debian's files, with what a guide has people change; the lines at the end win. */
const REDIS = `
cat >> /etc/redis/redis.conf <<END
bind $1
protected-mode yes
requirepass $3
masterauth $3
appendonly yes
END
[ "$1" = "$2" ] || echo "replicaof $2 6379" >> /etc/redis/redis.conf
cat > /etc/redis/sentinel.conf <<END
bind $1
port 26379
daemonize yes
pidfile /run/sentinel/redis-sentinel.pid
logfile /var/log/redis/redis-sentinel.log
dir /var/lib/redis
requirepass $3
sentinel monitor main $2 6379 2
sentinel auth-pass main $3
sentinel down-after-milliseconds main 5000
END
chown redis:redis /etc/redis/redis.conf /etc/redis/sentinel.conf
systemctl restart redis-server redis-sentinel
`;

async function must(hosts: Hosts, host: string, argv: readonly [string, ...string[]]): Promise<void> {
  const { status, stdout, stderr } = await hosts.run(host, argv, { timeoutMs: INSTALL_MS });
  if (status !== 0) throw new Error(`${host}: ${argv.join(" ")}: ${stdout}${stderr}`);
}

/** Resolves when all agree, after one failover: what was set up first is not what counts any more. */
export async function openStock(
  hosts: Hosts,
  nodes: readonly TestHost[],
  password: string,
): Promise<Asking> {
  const [first] = nodes;
  const environment = ["env", "DEBIAN_FRONTEND=noninteractive"] as const;
  const packages = ["redis-server", "redis-sentinel"];
  await Promise.all(
    nodes.map(async ({ name, address }) => {
      await must(hosts, name, ["apt-get", "update", "-q"]);
      await must(hosts, name, [...environment, "apt-get", "install", "-q", "-y", ...packages]);
      await must(hosts, name, ["sh", "-c", REDIS, "sh", address, first?.address ?? "", password]);
    }),
  );
  const asking: Asking = { hosts, nodes, password };
  await untilWhole(asking, SETTLED_MS);
  const look = async () => {
    try {
      await redisCli(asking, nodes[1]?.name ?? "", 26_379, "SENTINEL", "FAILOVER", "main");
      return seen(undefined);
    } catch (error) {
      // A Sentinel that does not know the replicas' state yet finds none that is good.
      return missing((error as Error).message);
    }
  };
  await waitFor("Sentinel to take the order", look, { withinMs: SETTLED_MS, everyMs: 1_000 });
  const failedOver = async () => {
    const { primary, epoch } = await untilWhole(asking, SETTLED_MS);
    return epoch > 0 ? seen(primary) : missing("another primary");
  };
  await waitFor("the failover", failedOver, { withinMs: SETTLED_MS, everyMs: 500 });
  return asking;
}
