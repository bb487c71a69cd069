// RED004: before 7.0, bind switches the protected mode off.
import { asksForCertificate, isProtected, listensToNetwork } from "../exposure.ts";
import type { Rule } from "../rule.ts";
import { isVersionAtLeast, requiresPassword, setting } from "../settings.ts";

export const red004: Rule = {
  id: "RED004",
  title: "protected mode without effect before Redis 7.0",
  severity: "error",
  why:
    "Up to Redis 6.2, protected-mode is only in force while there is no bind line at all. With bind " +
    "and without a password the node is open to everybody who reaches it, whatever protected-mode " +
    "says.",
  fix: "Set requirepass and masterauth (or ACL users) on all nodes, and bind the private address only.",
  evidence: "networking.c of Redis 6.2; one of five published recipes relies on it.",
  sees: ["static", "live"],
  bad: {
    about: "6.2 with a bind line and no password.",
    files: {
      "docker-compose.yml":
        "services:\n  redis:\n    image: redis:6.2\n    command: redis-server /etc/redis/redis.conf\n" +
        "    volumes:\n      - ./redis:/etc/redis\n",
      "redis/redis.conf": "bind 0.0.0.0\nprotected-mode yes\n",
    },
  },
  good: {
    about: "The same lines with 7.0, where the protected mode counts.",
    files: {
      "docker-compose.yml":
        "services:\n  redis:\n    image: redis:7.0\n    command: redis-server /etc/redis/redis.conf\n" +
        "    volumes:\n      - ./redis:/etc/redis\n",
      "redis/redis.conf": "bind 0.0.0.0\nprotected-mode yes\n",
    },
  },
  *check(facts) {
    for (const node of facts.redis) {
      if (isVersionAtLeast(node, "7.0") !== false || isProtected(node) !== true) continue;
      const bind = setting(node, "bind");
      if (bind === undefined || bind.origin === "default" || bind.text === "") continue;
      if (listensToNetwork(node) !== true || requiresPassword(node) !== false) continue;
      if (asksForCertificate(node)) continue;
      yield {
        place: bind.place,
        message:
          `bind ${bind.text} takes protected-mode out of force in ` +
          `${node.version?.numbers.join(".") ?? "6.2"}, ` +
          "and there is no password; expected one.",
      };
    }
  },
};
