// SEN018: sentinel.conf in a form that cannot be replaced by a rename.
import { containersOf, mountAt } from "../containers.ts";
import type { Container } from "../facts-infrastructure.ts";
import type { Facts, Word } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

/** What Sentinel is started with; undefined when a script decides. */
function configOf({ command }: Container): Word | undefined {
  const index = command.findIndex(({ text }) =>
    /(?:^|\/)(?:redis|valkey)-(?:sentinel|server)$/.test(text),
  );
  const program = command[index];
  const isSentinel =
    program?.text.endsWith("-sentinel") || command.some(({ text }) => text === "--sentinel");
  const path = command[index + 1];
  if (program === undefined || !isSentinel || path === undefined || path.isUnknown) return undefined;
  return path.text.startsWith("/") ? path : undefined;
}

function* mounted(facts: Facts): Iterable<Draft> {
  for (const container of containersOf(facts)) {
    const path = configOf(container);
    const mount = path && mountAt(container, path.text);
    if (path === undefined || mount === undefined || mount.target.isUnknown) continue;
    const isFile = mount.target.text === path.text;
    if (!isFile && !mount.isReadOnly && mount.kind !== "file") continue;
    const how = isFile
      ? "as a single file, over which nothing can be renamed"
      : "in a folder that is read-only";
    const message = `${path.text} of ${container.name} is mounted ${how}; expected a folder it may write`;
    yield { place: mount.target.place, message };
  }
}

function* linked({ sentinels }: Facts): Iterable<Draft> {
  for (const { config } of sentinels) {
    if (config?.state?.isSymlink !== true) continue;
    const message =
      "This file is a symbolic link, which the first write replaces by a file; expected the file";
    yield { place: { file: config.file, line: 1, column: 1 }, message };
  }
}

const compose = (volume: string, path: string) => ({
  "docker-compose.yml": `services:
  sentinel:
    image: redis:7.0.15
    network_mode: host
    command: redis-sentinel ${path}
    volumes:
      - ${volume}
`,
});

export const sen018: Rule = {
  id: "SEN018",
  title: "sentinel.conf as a single mounted file, a ConfigMap or a link",
  severity: "error",
  why:
    "Sentinel replaces its file by renaming a new one over it. Over a mounted file that " +
    "fails (EBUSY), a ConfigMap is " +
    "read-only, and a link is replaced while what it points at stays as it was: the " +
    "state of the failover is lost " +
    "with the container.",
  fix:
    "Mount the folder, writable and kept, and let the entrypoint copy the first version " +
    "into it when it is empty.",
  evidence: "docker-library/redis#287, redis#12544",
  sees: ["static"],
  bad: {
    about: "The one file is mounted.",
    files: compose("./sentinel.conf:/etc/redis/sentinel.conf", "/etc/redis/sentinel.conf"),
  },
  good: {
    about: "Its folder is mounted.",
    files: compose("./sentinel:/etc/redis/sentinel", "/etc/redis/sentinel/sentinel.conf"),
  },
  *check(facts) {
    yield* mounted(facts);
    yield* linked(facts);
  },
};
