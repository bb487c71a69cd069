// OS001: a kernel that refuses the memory of a fork.
import { kernelSettings } from "../kernel.ts";
import type { Rule } from "../rule.ts";

const files = (value: string) => ({
  "h1/etc/sysctl.d/99-redis.conf": `vm.overcommit_memory = ${value}\n`,
});

const MEANING: Readonly<Record<string, string>> = {
  "0": "so the kernel may refuse a fork by its own estimate",
  "2": "so the kernel refuses a fork once its limit is reached",
};

export const os001: Rule = {
  id: "OS001",
  title: "vm.overcommit_memory that lets a fork fail",
  severity: "warning",
  why:
    "A snapshot, a rewrite of the append-only file and a full resynchronisation fork, which asks for as " +
    "much memory again. Where the kernel refuses, saving fails, with stop-writes-on-bgsave-error no write " +
    "is taken any more, and no replica gets its data after a failover.",
  fix: "Set vm.overcommit_memory = 1 in /etc/sysctl.d on every machine of Redis.",
  evidence: "Redis warns of it at its start; redis.io on administration",
  sees: ["static"],
  bad: { about: "The kernel estimates.", files: files("0") },
  good: { about: "The kernel always agrees.", files: files("1") },
  *check(facts) {
    for (const { place, text } of kernelSettings(facts, "vm.overcommit_memory")) {
      const meaning = MEANING[text];
      if (meaning === undefined) continue;
      yield { place, message: `vm.overcommit_memory is ${text}, ${meaning}; expected 1.` };
    }
  },
};
