// SYS003: a sandbox that keeps the state of Redis or Sentinel from being written.
import { insertLineAbove } from "../edits.ts";
import { isInFailover } from "../failover-signs.ts";
import type { Facts, UnitFile, Word } from "../facts.ts";
import type { Edit } from "../finding.ts";
import type { Rule } from "../rule.ts";
import type { Service } from "../service.ts";
import { folderOf, isBelow, letsWrite, plain, sandboxOf } from "../sandbox.ts";
import { listOf, placeOfUnit, servicesOf } from "../service.ts";
import { setting } from "../settings.ts";

const unit = (more: string): string =>
  `[Service]\nExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf\nProtectSystem=full\n${more}`;

export const sys003: Rule = {
  id: "SYS003",
  title: "the unit's sandbox makes configuration or data read-only",
  severity: "error",
  why:
    "ProtectSystem=full takes /etc away, strict nearly everything. Sentinel keeps its state in its " +
    "configuration file and does not start without; Redis loses its role at the next restart, and " +
    "cannot save without its data folder.",
  fix: "Add ReadWritePaths= with the folders of the configuration file and of the data.",
  evidence: "Measured on 7.0.15; a published unit for WordPress hosts advises it.",
  sees: ["static"],
  bad: {
    about: "A Sentinel whose file lies in /etc.",
    files: { "redis-sentinel.service": unit("") },
  },
  good: {
    about: "The same with a way out, in a drop-in.",
    files: {
      "redis-sentinel.service": unit(""),
      "redis-sentinel.service.d/paths.conf": "[Service]\nReadWritePaths=/etc/redis\n",
    },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const { unit: file, program } = service;
      const closed = foldersOf(facts, service).filter((folder) => letsWrite(file, folder) === false);
      if (closed.length === 0) continue;
      const sandbox = sandboxOf(file);
      const names = closed.join(" ");
      const who = program === "redis" ? "Redis" : "Sentinel";
      yield {
        place: sandbox?.place ?? placeOfUnit(file),
        message:
          `${file.name} lets ${who} only read ${closed.join(" and ")}; expected ` +
          `ReadWritePaths=${names}.`,
        ...(sandbox && !isClosedByName(file, closed) && { edits: [opening(sandbox, closed)] }),
      };
    }
  },
};

/** Of a path in both lists systemd takes the stricter one, so that a line more would not help. */
function isClosedByName(file: UnitFile, folders: readonly string[]): boolean {
  const named = listOf(file, ["ReadOnlyPaths", "ReadOnlyDirectories", "InaccessiblePaths"]);
  return named.some(({ text }) => folders.some((folder) => isBelow(folder, plain(text))));
}

/** With "-" the unit starts also where a folder is missing. */
function opening(sandbox: Word, folders: readonly string[]): Edit {
  const paths = folders.map((folder) => `-${folder}`).join(" ");
  return insertLineAbove(sandbox.place, `ReadWritePaths=${paths}`);
}

function foldersOf(facts: Facts, { program, configPath, redis, flags }: Service): readonly string[] {
  // Who has no replicas and no Sentinel is never told to write its role down.
  const isRewritten = program === "sentinel" || isInFailover(facts, redis);
  const config = isRewritten && configPath?.startsWith("/") === true ? [folderOf(configPath)] : [];
  // Sentinel writes nothing else.
  const data =
    program === "sentinel" || flags.has("dir") ? [] : redis.map((node) => setting(node, "dir"));
  const folders = data.flatMap((dir) =>
    dir === undefined || dir.isUnknown || !dir.text.startsWith("/") ? [] : [dir.text],
  );
  return [...new Set([...config, ...folders])];
}
