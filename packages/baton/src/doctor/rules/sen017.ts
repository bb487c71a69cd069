// SEN017: Sentinel cannot write its own file.
import type { Facts, FileState, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { folderOf, letsWrite, sandboxOf } from "../sandbox.ts";
import { servicesOf, valueOf } from "../service.ts";
import { shownPlace } from "../watches.ts";

const WRITABLE_BY_ANYONE = 0o222;
const WRITABLE_BY_GROUP_OR_OTHERS = 0o022;

/** A file in use, and not a copy whose owner says nothing. */
const INSTALLED = /^\/(?:etc|var|opt|srv|usr\/local)\//;

const unit = (sandbox: string) => `[Service]
User=redis
ExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf
${sandbox}
`;

function reproach(state: FileState, file: string, users: readonly string[]): string | undefined {
  if ((state.mode & WRITABLE_BY_ANYONE) === 0) return "nobody may write";
  const isOfRoot = state.uid === 0 && (state.mode & WRITABLE_BY_GROUP_OR_OTHERS) === 0;
  const user = users.find((name) => name !== "root" && name !== "0");
  if (!isOfRoot || user === undefined || !INSTALLED.test(file)) return undefined;
  return `only root may write, while Sentinel runs as ${user}`;
}

function byMode({ config, units }: SentinelInstance): Draft | undefined {
  if (config?.state === undefined) return undefined;
  const users = units.flatMap((one) => valueOf(one, "User")?.text ?? []);
  const what = reproach(config.state, config.file, users);
  if (what === undefined) return undefined;
  const place = { file: config.file, line: 1, column: 1 };
  return { place, message: `This is a file that ${what}; expected one that belongs to Sentinel's user` };
}

function* bySandbox(facts: Facts): Iterable<Draft> {
  for (const { program, configPath, unit, sentinels } of servicesOf(facts)) {
    if (program !== "sentinel" || configPath === undefined) continue;
    // Sentinel writes a new file beside the old one, and renames it.
    const folder = folderOf(configPath);
    if (letsWrite(unit, folder) !== false) continue;
    const word = sandboxOf(unit);
    const by = word === undefined ? unit.name : shownPlace(word.place);
    for (const { config } of sentinels) {
      if (config === undefined) continue;
      const place = { file: config.file, line: 1, column: 1 };
      const message = `The sandbox of its unit (${by}) keeps Sentinel from writing in ${folder}`;
      yield { place, message: `${message}; expected ReadWritePaths=${folder}` };
    }
  }
}

export const sen017: Rule = {
  id: "SEN017",
  title: "sentinel.conf that Sentinel cannot write",
  severity: "error",
  why:
    "Sentinel keeps its id, its votes and the present primary in this file. When it cannot write " +
    "the file, it exits; when only the folder is closed, it runs until its restart, and then has a " +
    "new id and follows the primary of the first day.",
  fix:
    "Give the file a folder of its own, 0750 and owned by the user of Sentinel, and ReadWritePaths= " +
    "for it.",
  evidence:
    "measured: all Sentinels restarted with a closed folder watch the dead primary, with 0 replicas",
  sees: ["static"],
  bad: {
    about: "systemd makes /etc read-only for the service.",
    files: {
      "h1/sentinel.conf": sentinelFiles()["h1/sentinel.conf"] ?? "",
      "h1/redis-sentinel.service": unit("ProtectSystem=full"),
    },
  },
  good: {
    about: "All of /etc but the folder of the file.",
    files: {
      "h1/sentinel.conf": sentinelFiles()["h1/sentinel.conf"] ?? "",
      "h1/redis-sentinel.service": unit("ProtectSystem=full\nReadWritePaths=-/etc/redis"),
    },
  },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const draft = byMode(sentinel);
      if (draft !== undefined) yield draft;
    }
    yield* bySandbox(facts);
  },
};
