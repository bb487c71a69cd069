// RED036: two processes of one machine that write to the same place.
import { containersOf, instanceOf } from "../containers.ts";
import type { Facts, HostFacts, RedisInstance } from "../facts.ts";
import { primaryOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { addressOf, boundAddresses, integerOf, isLoopback, isYes, setting } from "../settings.ts";
import type { Setting } from "../settings.ts";

const PATHS = ["pidfile", "logfile", "unixsocket"] as const;
const file = (port: number, folder: string): string =>
  `bind 10.0.0.1\nport ${String(port)}\ndir /var/lib/redis/${folder}\npidfile /run/redis/${folder}.pid\n`;

export const red036: Rule = {
  id: "RED036",
  title: "two Redis processes of one machine share files",
  severity: "error",
  why:
    "Both write their snapshot and append-only files to the same names: the one that saves last " +
    "wins, and after a restart both have its data. A shared pidfile is overwritten by the second " +
    "and deleted when the first one ends.",
  fix: "Give each instance a dir, a pidfile, a logfile and a unixsocket of its own.",
  evidence: "Measured on 7.0.15.",
  sees: ["static", "live"],
  bad: {
    about: "Two ports with one folder.",
    files: { "h1/redis-a.conf": file(6379, "shared"), "h1/redis-b.conf": file(6380, "shared") },
  },
  good: {
    about: "A folder for each.",
    files: { "h1/redis-a.conf": file(6379, "a"), "h1/redis-b.conf": file(6380, "b") },
  },
  *check(facts) {
    for (const nodes of machinesOf(facts)) {
      const seen = new Map<string, RedisInstance>();
      for (const node of nodes) {
        for (const { found, what } of placesOf(node)) {
          const other = seen.get(what);
          if (other === undefined) seen.set(what, node);
          else if (!isSameProcess(node, other)) {
            yield {
              place: found.place,
              message: `${what} is also that of ${other.name} on the same machine.`,
            };
          }
        }
      }
    }
  },
};

/**
 * Nodes that certainly run on one machine: by its name, its address, or because they replicate
 * over loopback.
 */
function machinesOf(facts: Facts): Iterable<readonly RedisInstance[]> {
  const machines = new Map<HostFacts | string, RedisInstance[]>();
  // A container has paths of its own, whatever its host.
  const contained = new Set(containersOf(facts).map((one) => instanceOf(one, facts.redis)));
  for (const node of facts.redis.filter((one) => !contained.has(one))) {
    const name = node.host ?? addressOf(node)?.address ?? (isLocal(node) ? "loopback" : undefined);
    if (name === undefined) continue;
    const known = machines.get(name);
    if (known === undefined) machines.set(name, [node]);
    else known.push(node);
  }
  return machines.values();
}

function isLocal(node: RedisInstance): boolean {
  const bound = boundAddresses(node);
  return isLoopback(primaryOf(node)?.address ?? "") || (bound.length > 0 && bound.every(isLoopback));
}

/** Two files for the roles that one process may have. */
function isSameProcess(a: RedisInstance, b: RedisInstance): boolean {
  return integerOf(setting(a, "port")) === integerOf(setting(b, "port"));
}

function placesOf(node: RedisInstance): readonly { readonly found: Setting; readonly what: string }[] {
  const folder = pathOf(node, "dir");
  const data = setting(node, "dbfilename");
  const paths = PATHS.flatMap((name) => {
    const found = pathOf(node, name);
    return found === undefined ? [] : [{ found, what: `${name} ${found.text}` }];
  });
  if (folder === undefined) return paths;
  const names = [...(data === undefined || data.isUnknown ? [] : [data.text]), ...appendedTo(node)];
  const inside = names.map((name) => {
    return { found: folder, what: `${name} in dir ${folder.text.replace(/\/$/, "")}` };
  });
  return [...inside, ...paths];
}

/** From 7.0 on in a folder below `dir`, which has one name unless somebody gives it another. */
function appendedTo(node: RedisInstance): readonly string[] {
  const file = setting(node, "appendfilename");
  if (isYes(setting(node, "appendonly")) !== true || file === undefined || file.isUnknown) return [];
  const folder = setting(node, "appenddirname");
  if (folder === undefined || folder.text === "appendonlydir") return [file.text];
  return folder.isUnknown ? [] : [`${folder.text}/${file.text}`];
}

function pathOf(node: RedisInstance, name: string): Setting | undefined {
  const found = setting(node, name);
  return found?.text.startsWith("/") === true && !found.isUnknown ? found : undefined;
}
