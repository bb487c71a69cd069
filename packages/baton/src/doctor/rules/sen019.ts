// SEN019: Sentinel cannot log in to Redis.
import { quoted } from "../../cluster/text.ts";
import type { RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { accepts } from "../passwords.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { loginOf } from "../sentinel-login.ts";
import { monitorOption, requiresPassword } from "../settings.ts";
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
  const { monitor } = watch;
  const password = monitor && monitorOption(monitor, "auth-pass");
  const user = monitor && monitorOption(monitor, "auth-user");
  if (password === undefined || password.isUnknown || user?.isUnknown === true) return undefined;
  const name = user?.text ?? "default";
  const login = loginOf(name, password);
  const refusing = nodes.find((node) => accepts(node, login) === false);
  if (refusing === undefined) return undefined;
  const who = user === undefined ? "" : ` for the user ${quoted(name)}`;
  const message = `${refusing.name} does not accept this password${who}; expected the one it knows`;
  return { place: password.place, message };
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
  sees: ["static"],
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
  },
};
