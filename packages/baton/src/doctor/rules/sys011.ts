// SYS011: a pidfile that is not where systemd looks, or cannot be written.
import type { Rule } from "../rule.ts";
import type { Setting } from "../settings.ts";
import { sentinelSetting, setting } from "../settings.ts";
import type { Service } from "../service.ts";
import { folderOf, letsWrite, plain } from "../sandbox.ts";
import { servicesOf, valueOf } from "../service.ts";

const unit = (folder: string): string =>
  "[Service]\nType=notify\nUser=redis\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf " +
  "--supervised systemd\n" +
  `PIDFile=/run/redis/redis.pid\n${folder}`;

export const sys011: Rule = {
  id: "SYS011",
  title: "a pidfile that systemd does not find",
  severity: "warning",
  why:
    "Redis says nothing when it cannot write its pidfile, and systemd with Type=forking then takes " +
    "the service for failed. Tools that go by the file signal the wrong process, or none.",
  fix: "Use RuntimeDirectory=redis, and the same path below /run/redis in PIDFile= and pidfile.",
  evidence: "Measured on 7.0.15: it starts without a word; /run belongs to root.",
  sees: ["static"],
  bad: {
    about: "Directly in /run, as user redis.",
    files: {
      "h1/etc/redis/redis.conf": "port 6379\npidfile /var/run/redis.pid\n",
      "h1/redis.service": unit(""),
    },
  },
  good: {
    about: "The same path by its older name, in a folder that systemd makes.",
    files: {
      "h1/etc/redis/redis.conf": "port 6379\npidfile /var/run/redis/redis.pid\n",
      "h1/redis.service": unit("RuntimeDirectory=redis\n"),
    },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const { unit: file } = service;
      for (const found of pidfilesOf(service)) {
        const message = unwritable(service, found) ?? elsewhere(service, found);
        if (message === undefined) continue;
        // systemd itself does without the file here.
        const isUnused =
          valueOf(file, "PIDFile") === undefined && valueOf(file, "Type")?.text !== "forking";
        yield { place: found.place, message, ...(isUnused && { severity: "info" }) };
      }
    }
  },
};

function pidfilesOf({ redis, sentinels, flags }: Service): readonly Setting[] {
  const found = [
    ...redis.map((node) => setting(node, "pidfile")),
    ...sentinels.map((sentinel) => sentinelSetting(sentinel, "pidfile")),
  ].filter((one) => one !== undefined);
  return flags.has("pidfile")
    ? []
    : found.filter(({ text, isUnknown }) => !isUnknown && text.startsWith("/"));
}

function unwritable({ unit: file }: Service, { text }: Setting): string | undefined {
  const user = valueOf(file, "User");
  const folder = plain(folderOf(text));
  const isRootsOwn = user !== undefined && user.text !== "root" && folder === "/run";
  if (!isRootsOwn && letsWrite(file, folder) !== false) return undefined;
  return (
    `pidfile ${text} is not written, as ${file.name} may not write ${folder}; ` +
    "expected a folder of RuntimeDirectory=."
  );
}

function elsewhere({ unit: file }: Service, { text }: Setting): string | undefined {
  const wanted = valueOf(file, "PIDFile");
  if (wanted === undefined || wanted.isUnknown || wanted.text.includes("%")) return undefined;
  if (plain(wanted.text) === plain(text)) return undefined;
  return `pidfile is ${text}, and ${file.name} looks at ${wanted.text}; expected the same path.`;
}
