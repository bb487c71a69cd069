// RED003: a Redis that anybody on the network may use.
import { asksForCertificate, isProtected, listensToNetwork } from "../exposure.ts";
import { placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { requiresPassword, setting } from "../settings.ts";

export const red003: Rule = {
  id: "RED003",
  title: "open to the network without a password",
  severity: "error",
  why:
    "With protected-mode no and no password, whoever reaches the port may flush the data, make the " +
    "node a replica of a server of his own, and by CONFIG SET dir write files wherever Redis may.",
  fix:
    "Set requirepass and masterauth (or ACL users) on all nodes, bind the private address, and " +
    "leave protected-mode at yes: with a password it refuses nobody.",
  evidence: "Source of processing new connections, all versions; a published recipe advises it.",
  sees: ["static", "live"],
  bad: {
    about: "Every interface, no password, and the protection switched off.",
    files: { "redis.conf": "bind 0.0.0.0\nprotected-mode no\nport 6379\n" },
  },
  good: {
    about: "The same without protection, but with a password.",
    files: { "redis.conf": "bind 10.0.0.1\nprotected-mode no\nport 6379\nrequirepass kept-elsewhere\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      if (isProtected(node) !== false || requiresPassword(node) !== false) continue;
      if (listensToNetwork(node) !== true || asksForCertificate(node)) continue;
      const bind = setting(node, "bind");
      const where = bind === undefined || bind.origin === "default" ? "every interface" : bind.text;
      yield {
        place: setting(node, "protected-mode")?.place ?? placeOf(node),
        message:
          `protected-mode is no, there is no password, and Redis listens on ${where}; expected a ` +
          `password.`,
      };
    }
  },
};
