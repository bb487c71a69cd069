// CLI013: WAIT without a look at its answer.
import { usesOf } from "../clients.ts";
import type { Rule } from "../rule.ts";

const node = (last: string): string =>
  'import Redis from "ioredis";\nconst redis = new Redis({ host, commandTimeout: 2000 });\n\n' +
  `export async function order(id: string) {\n  await redis.rpush("orders", id);\n  ${last}\n}\n`;

export const cli013: Rule = {
  id: "CLI013",
  title: "WAIT taken for a guarantee",
  severity: "warning",
  why:
    "WAIT never fails: it answers how many replicas have confirmed, and after its " +
    "timeout that may be none. Even the right number " +
    "promises nothing, as Sentinel may promote a replica that had not confirmed.",
  fix:
    "Compare the answer with the number asked for and treat less as not written; with " +
    "it, min-replicas-to-write, equal " +
    "priorities, and a record of its own for what must not be lost.",
  evidence: "Measured: a write that WAIT had confirmed was lost in a failover.",
  sees: ["static"],
  bad: {
    about: "Nobody looks at the answer.",
    files: { "app/orders.ts": node("await redis.wait(1, 100);") },
  },
  good: {
    about: "Fewer confirmations than asked for are an error.",
    files: {
      "app/orders.ts": node('if ((await redis.wait(1, 100)) < 1) throw new Error("not replicated");'),
    },
  },
  *check(facts) {
    for (const { use } of usesOf(facts)) {
      for (const { name, arguments: values, isAnswerUsed, place } of use.commands) {
        if (!/^wait$/i.test(name) || values.length < 2 || isAnswerUsed) continue;
        yield { place, message: "The answer of WAIT, how many replicas have confirmed, is dropped." };
      }
    }
  },
};
