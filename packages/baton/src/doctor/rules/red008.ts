// RED008: data that is said to be kept, in a place that a restart empties.
import type { Rule } from "../rule.ts";
import { lostFolders } from "../storage.ts";
import { lostVolumes } from "../storage-containers.ts";

const conf = (folder: string): string => `bind 10.0.0.1\nport 6379\nappendonly yes\ndir ${folder}\n`;
const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";

export const red008: Rule = {
  id: "RED008",
  title: "data directory that a restart empties",
  severity: "error",
  why:
    "An append-only file or a snapshot on a tmpfs, in a RuntimeDirectory or in an emptyDir is gone with " +
    "the service, the pod or the machine. A primary that is back before Sentinel gives it up is empty " +
    "and still the primary, and every replica empties itself; after a power failure all nodes are empty.",
  fix:
    "Put dir on a disk that stays: /var/lib/redis, a named volume, a PersistentVolumeClaim. Where nothing " +
    'is to be kept, say so with save "" and appendonly no, and keep a dead primary down until the failover.',
  evidence:
    "redis#1297, redis#2087; systemd.exec(5) on RuntimeDirectory and PrivateTmp; Docker's and " +
    "Kubernetes' documentation of tmpfs and emptyDir",
  sees: ["static", "live"],
  bad: {
    about: "The append-only file is in memory.",
    files: { "h1/redis.conf": conf("/dev/shm/redis"), "h1/sentinel.conf": sentinel },
  },
  good: {
    about: "It is on a disk; only the pid file is in /run.",
    files: {
      "h1/redis.conf": `${conf("/var/lib/redis")}pidfile /run/redis/redis.pid\n`,
      "h1/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    for (const { place, found, isWorst } of [...lostFolders(facts), ...lostVolumes(facts)]) {
      const message = `${found}; expected a place that stays.`;
      yield { place, message, ...(!isWorst && { severity: "warning" }) };
    }
  },
};
