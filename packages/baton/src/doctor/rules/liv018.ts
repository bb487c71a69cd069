// LIV018: what a node does now is not what its file says.
import type { RedisInstance } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { servicesOf } from "../service.ts";
import { type Setting, bytesOf, everySetting, setting } from "../settings.ts";

/** Settings that decide about a failover; roles are RED029's, passwords are not known. */
const WATCHED = [
  "appendonly",
  "maxmemory",
  "maxmemory-policy",
  "min-replicas-max-lag",
  "min-replicas-to-write",
  "repl-backlog-size",
  "repl-timeout",
  "replica-announce-ip",
  "replica-announce-port",
  "replica-priority",
  "replica-read-only",
  "save",
  "stop-writes-on-bgsave-error",
];
const SIZES = new Set(["maxmemory", "repl-backlog-size"]);

/** As the file alone says it; several lines of `save` count together. */
function fromFile({ config, version }: RedisInstance, name: string): Setting | undefined {
  if (config === undefined) return undefined;
  const all = everySetting({ config, ...(version && { version }) }, name);
  // `save ""` takes back the points before it.
  const lines = all.slice(
    Math.max(
      0,
      all.findLastIndex(({ text }) => text === ""),
    ),
  );
  const last = lines.at(-1);
  if (last === undefined || lines.some(({ isUnknown }) => isUnknown)) return undefined;
  return {
    ...last,
    text: lines
      .map(({ text }) => text)
      .join(" ")
      .trim(),
  };
}

function isSame(name: string, a: string, b: string): boolean {
  if (SIZES.has(name)) return bytesOf(a) === bytesOf(b);
  return a.toLowerCase() === b.toLowerCase();
}

export const liv018: Rule = {
  id: "LIV018",
  title: "a running node differs from its file",
  severity: "warning",
  why:
    "CONFIG SET changes the process alone, an edited file the next one. A failover restarts nodes, so " +
    "that what was true in the morning is not true when it counts.",
  fix:
    "Decide which of both is right: CONFIG REWRITE writes what runs into the file, CONFIG SET makes the " +
    "process follow.",
  evidence:
    "measured: a limit that was raised at run time only was gone after a restart, and with it the demotion",
  sees: ["live"],
  *check(facts) {
    for (const node of facts.redis) {
      if (node.live?.settings === undefined) continue;
      const services = servicesOf(facts).filter(({ redis }) => redis.includes(node));
      for (const name of WATCHED) {
        // The next start has it from the command line again.
        if (services.some(({ flags }) => flags.has(name))) continue;
        const [now, written] = [setting(node, name), fromFile(node, name)];
        if (now?.origin !== "live" || written === undefined || isSame(name, now.text, written.text))
          continue;
        const where =
          written.origin === "file" ? "in its file" : "by default, as its file does not name it";
        const message = `${name} is ${shown(now)} in the running process and ${shown(written)} ${where}`;
        yield { place: written.place, message };
      }
    }
  },
};

function shown({ text }: Setting): string {
  return text === "" ? '""' : text;
}
