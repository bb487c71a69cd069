// SCR001: a script that takes Sentinel's arguments for other ones.
import type { ScriptArgument } from "../facts-infrastructure.ts";
import { asksForPrimary, reconfigScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const sentinel =
  "sentinel monitor main 10.0.0.1 6379 2\nsentinel client-reconfig-script main /etc/redis/reconfig.sh\n";
const script = (from: number, to: number): string =>
  `#!/bin/sh\nset -e\nOLD_IP="$${String(from)}"\nNEW_IP="$${String(to)}"\n` +
  'lb-tool move --from "$OLD_IP" --to "$NEW_IP"\n';

/** What Sentinel passes, by position. */
const MEANING: Readonly<Record<number, string>> = {
  1: "the group's name",
  2: "the role of this Sentinel (leader or observer)",
  3: "the state, always start",
  4: "the old primary's address",
  5: "the old primary's port",
  6: "the new primary's address",
  7: "the new primary's port",
};

export const scr001: Rule = {
  id: "SCR001",
  title: "reconfiguration script reads the wrong arguments",
  severity: "error",
  why:
    "Sentinel passes group, role, state, from-ip, from-port, to-ip, to-port. A script " +
    "that takes another " +
    "position for the new primary sends all clients to the dead node, with success as its answer.",
  fix: "Read the old address from $4 and $5, the new one from $6 and $7.",
  evidence: "measured with logged arguments on 7.0.15; a published recipe has it",
  sees: ["static"],
  bad: {
    about: "The second and the fourth argument are taken for the old and the new address.",
    files: { "sentinel.conf": sentinel, "reconfig.sh": script(2, 4) },
  },
  good: {
    about: "The same script with the fourth and the sixth.",
    files: { "sentinel.conf": sentinel, "reconfig.sh": script(4, 6) },
  },
  *check(facts) {
    for (const { script: read } of reconfigScripts(facts)) {
      // From there on $1 is another argument.
      if (read.commands.some(({ name }) => name === "shift")) continue;
      for (const use of read.parameters) {
        const expected = expectedOf(use);
        if (expected !== undefined && expected !== use.number) {
          const name = use.assignedTo ?? use.option ?? "";
          yield {
            place: use.place,
            message:
              `${name} takes argument ${String(use.number)}, which is ` +
              `${MEANING[use.number] ?? "never passed"}; ` +
              `expected ${String(expected)}, ${MEANING[expected] ?? ""}.`,
          };
        }
      }
      const fourth = read.parameters.find(
        ({ number, option }) => number === 4 && isPlainAddress(option),
      );
      const isBlind = !read.takesAll && !asksForPrimary(read);
      if (fourth !== undefined && isBlind && !read.parameters.some(({ number }) => number === 6)) {
        yield {
          place: fourth.place,
          message:
            `${fourth.option ?? ""} gets argument 4, the old primary's address, and argument 6, ` +
            "the new one, is never read.",
        };
      }
    }
  },
};

function isPlainAddress(option: string | undefined): boolean {
  return (
    option !== undefined &&
    /^--?(ip|host|addr|address|backend|server|target|redis|url|primary|master)$/.test(option)
  );
}

/** What a variable or an option is for, when its name tells. */
function expectedOf({ number, assignedTo, option }: ScriptArgument): number | undefined {
  const parts = (assignedTo ?? option ?? "")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/);
  const has = (...words: string[]): boolean => words.some((word) => parts.includes(word));
  const isOld = has("old", "from", "prev", "previous", "former", "dead", "failed");
  const isNew = has("new", "to", "promoted");
  const isPort = has("port");
  const isAddress = has("ip", "host", "addr", "address");
  if (isOld === isNew || isPort === isAddress) {
    // "MASTER_IP" may be either of them; that it is no role and no name is certain.
    return isAddress && !isOld && number <= 3 ? 6 : undefined;
  }
  return (isOld ? 4 : 6) + (isPort ? 1 : 0);
}
