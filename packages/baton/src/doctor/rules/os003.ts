// OS003: a kernel that cuts tcp-backlog short.
import { kernelSettings } from "../kernel.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

const files = (value: string) => ({
  "h1/etc/redis/redis.conf": "bind 10.0.0.1\ntcp-backlog 511\n",
  "h1/etc/sysctl.d/60-network.conf": `net.core.somaxconn = ${value}\n`,
});

/** Redis' own. */
const BACKLOG = 511;

export const os003: Rule = {
  id: "OS003",
  title: "net.core.somaxconn below tcp-backlog",
  severity: "info",
  why:
    "After a failover all clients connect to the new primary at once. The kernel queues no more than " +
    "net.core.somaxconn of them, whatever tcp-backlog says, and the others wait for a second or more " +
    "until they try again.",
  fix: "Set net.core.somaxconn to at least tcp-backlog, or leave it at the 4096 of Linux 5.4 and later.",
  evidence: "Redis warns of it at its start; listen(2)",
  sees: ["static"],
  bad: { about: "128, the default of old kernels, written down.", files: files("128") },
  good: { about: "Exactly as many as Redis asks for.", files: files("511") },
  *check(facts) {
    for (const { place, text, nodes } of kernelSettings(facts, "net.core.somaxconn")) {
      const backlogs = nodes.flatMap((node) => integerOf(setting(node, "tcp-backlog")) ?? []);
      const wanted = nodes.length === 0 ? BACKLOG : Math.min(...backlogs);
      if (!/^\d+$/.test(text) || backlogs.length < nodes.length || Number(text) >= wanted) continue;
      const message = `net.core.somaxconn is ${text}, and tcp-backlog ${String(wanted)}; expected no less.`;
      yield { place, message };
    }
  },
};
