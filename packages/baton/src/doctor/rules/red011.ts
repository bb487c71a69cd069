// RED011: a node that cannot write down which role it has.
import type { Container } from "../facts-infrastructure.ts";
import { containersOf, mountAt } from "../containers.ts";
import { isContainerInFailover, isInFailover } from "../failover-signs.ts";
import type { Facts } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { folderOf, letsWrite } from "../sandbox.ts";
import { servicesOf } from "../service.ts";

const conf = "bind 10.0.0.1\nport 6379\n";
const sentinel = "sentinel monitor main 10.0.0.1 6379 2\n";
const unit = (paths: string): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `ProtectSystem=full\n${paths}`;

export const red011: Rule = {
  id: "RED011",
  title: "redis.conf that Redis cannot rewrite",
  severity: "error",
  why:
    "A failover ends with CONFIG REWRITE on each node, by a temporary file beside redis.conf and a " +
    "rename. Where that fails, Sentinel goes on as if it had worked, and the promoted node comes " +
    "back from its next restart as a replica of a node that is dead.",
  fix:
    "Let the service write the folder of redis.conf (ReadWritePaths=/etc/redis), and mount folders " +
    "into containers, writable, not single files.",
  evidence: "Measured on 7.0.15: 24.8 s without a primary, and a second failover.",
  sees: ["static"],
  bad: {
    about: "A sandbox that makes /etc read-only.",
    files: {
      "h1/etc/redis/redis.conf": conf,
      "h1/redis-server.service": unit(""),
      "h2/sentinel.conf": sentinel,
    },
  },
  good: {
    about: "The same sandbox with a way out.",
    files: {
      "h1/etc/redis/redis.conf": conf,
      "h1/redis-server.service": unit("ReadWritePaths=-/etc/redis\n"),
      "h2/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    yield* closedBySystemd(facts);
    yield* mountedInContainers(facts);
  },
};

function* closedBySystemd(facts: Facts): Generator<Draft> {
  for (const { unit: file, program, configPath, redis } of servicesOf(facts)) {
    if (program !== "redis" || configPath?.startsWith("/") !== true) continue;
    const folder = folderOf(configPath);
    if (letsWrite(file, folder) !== false) continue;
    for (const node of redis.filter((one) => isInFailover(facts, [one]))) {
      yield {
        place: placeOf(node),
        message:
          `${file.name} does not let Redis write ${folder}, so CONFIG REWRITE fails; expected ` +
          `ReadWritePaths=${folder}.`,
      };
    }
  }
}

function* mountedInContainers(facts: Facts): Generator<Draft> {
  for (const container of containersOf(facts)) {
    const path = configOf(container);
    const closest = path === undefined ? undefined : mountAt(container, path);
    if (path === undefined || closest === undefined) continue;
    const isFile = closest.target.text === path;
    if (!isFile && !closest.isReadOnly && closest.kind !== "file") continue;
    const how = isFile ? "mounted as a single file, which cannot be renamed over" : "mounted read-only";
    if (!isContainerInFailover(facts, container)) continue;
    yield {
      place: closest.target.place,
      message: `${path} of ${container.name} is ${how}, so CONFIG REWRITE fails; expected a writable folder.`,
    };
  }
}

/** The file that redis-server is given; Sentinel's is SEN018. */
function configOf({ command }: Container): string | undefined {
  const index = command.findIndex(({ text }) => /(?:^|\/)(?:redis|valkey)-server$/.test(text));
  const path = index < 0 ? undefined : command[index + 1];
  if (path === undefined || path.isUnknown || !path.text.startsWith("/")) return undefined;
  return command.some(({ text }) => text === "--sentinel") ? undefined : path.text;
}
