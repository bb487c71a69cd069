// SEN019: Sentinel cannot log in to Redis.
import { quoted } from "../../cluster/text.ts";
import type { Group, RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { hasFlag, nameOf, numberIn, rowName, spanOf, voicesOf } from "../live/answers.ts";
import { accepts } from "../passwords.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { monitorLogin } from "../sentinel-login.ts";
import { requiresPassword } from "../settings.ts";
import { type Watch, groupName, watchesOf } from "../watches.ts";

function missing(watch: Watch, nodes: readonly RedisInstance[]): Draft | undefined {
  const closed = nodes.find((node) => requiresPassword(node) === true);
  if (closed === undefined) return undefined;
  const found = `${closed.name} asks for a password`;
  const message = `${found}, and ${groupName(watch)} has no sentinel auth-pass; expected one`;
  return { place: watch.place, message };
}

/** Compares only what both files say in clear, or by its hash. */
function wrong(watch: Watch, nodes: readonly RedisInstance[]): Draft | undefined {
  const login = monitorLogin(watch.monitor);
  const refusing = login && nodes.find((node) => accepts(node, login) === false);
  if (login === undefined || refusing === undefined) return undefined;
  const who = watch.monitor?.options.has("auth-user") ? ` for the user ${quoted(login.user)}` : "";
  const message = `${refusing.name} does not accept this password${who}; expected the one it knows`;
  return { place: login.place, message };
}

/** Nodes that answer a running Sentinel, and have refused every PING for longer than down-after. */
function* refused(group: Group): Iterable<Draft> {
  for (const { view, place } of voicesOf(group)) {
    const limitMs = numberIn(view.primary, "down-after-milliseconds") ?? Number.POSITIVE_INFINITY;
    for (const row of [view.primary, ...view.replicas]) {
      const acceptedMs = numberIn(row, "last-ok-ping-reply") ?? 0;
      const answeredMs = numberIn(row, "last-ping-reply") ?? acceptedMs;
      const isRefused = hasFlag(row, "s_down") && answeredMs <= limitMs && acceptedMs > limitMs;
      if (!isRefused || !isAboutPasswords(group, rowName(row))) continue;
      const found = `${rowName(row)} answers this Sentinel, but has accepted no PING`;
      const since = `for ${spanOf(acceptedMs)}, and asks for a password`;
      yield { place, message: `${found} ${since}; expected a login that it knows` };
    }
  }
}

/** A failed snapshot makes Redis refuse a PING, too (MISCONF), and is another finding. */
function isAboutPasswords({ nodes }: Group, name: string): boolean {
  const node = nodes.find(({ live }) => live !== undefined && nameOf(live) === name);
  const isSaving = ["rdb_last_bgsave_status", "aof_last_write_status"].every(
    (field) => node?.live?.info?.get(field) === "ok",
  );
  return node !== undefined && isSaving && requiresPassword(node) === true;
}

export const sen019: Rule = {
  id: "SEN019",
  title: "Sentinel cannot log in to Redis",
  severity: "error",
  why:
    "The answer NOAUTH or WRONGPASS to Sentinel's PING counts as no answer: the primary is taken " +
    "for down, its replicas and the other Sentinels are never discovered, and no quorum comes " +
    "together.",
  fix: "Set sentinel auth-pass (and auth-user, for an ACL user) of the group on every Sentinel.",
  evidence: "measured: without auth-pass the primary is s_down, 0 replicas, NOQUORUM",
  sees: ["static", "live"],
  bad: {
    about: "Redis has a password, of which Sentinel was not told.",
    files: { ...redisFiles({ lines: ["requirepass tulip", "masterauth tulip"] }), ...sentinelFiles() },
  },
  good: {
    about: "Sentinel has the same.",
    files: {
      ...redisFiles({ lines: ["requirepass tulip", "masterauth tulip"] }),
      ...sentinelFiles({ lines: ["sentinel auth-pass main tulip"] }),
    },
  },
  *check(facts) {
    for (const watch of watchesOf(facts)) {
      const { monitor, group } = watch;
      if (monitor === undefined || group === undefined) continue;
      const isSaid = monitor.options.has("auth-pass") || monitor.hasGaps === true;
      const draft = isSaid ? wrong(watch, group.nodes) : missing(watch, group.nodes);
      if (draft !== undefined) yield draft;
    }
    for (const group of facts.groups) yield* refused(group);
  },
};
