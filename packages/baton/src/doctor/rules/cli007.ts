// CLI007: retries that end before a failover does.
import { detectionOf, time, usesOf } from "../clients.ts";
import type { Rule } from "../rule.ts";

/** From down-after to the end of the failover: vote, promotion, and the news of it. */
const FAILOVER_MS = 2000;
const sentinel =
  "port 26379\nsentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";
const worker = (reconnect: number): string =>
  "use Redis;\n" +
  "my $redis = Redis->new(sentinels => ['10.0.0.4:26379', '10.0.0.5:26379'], service => 'main',\n" +
  `  read_timeout => 0.5, reconnect => ${String(reconnect)}, every => 100_000);\n`;

export const cli007: Rule = {
  id: "CLI007",
  title: "retries end before a failover does",
  severity: "warning",
  why:
    "A failover takes down-after-milliseconds and one to two seconds more. A client that " +
    "gives up before shows an error " +
    "to its user although the next second would have brought an answer.",
  fix: "Let the retries last down-after-milliseconds and 3 s, in steps of 50 to 250 ms.",
  evidence: "Measured: the new primary was named 0.8 to 2.2 s after down-after.",
  sees: ["static"],
  bad: {
    about: "Perl gives up after 2 s, and Sentinel waits 5 s.",
    files: { "h1/sentinel.conf": sentinel, "worker.pl": worker(2) },
  },
  good: {
    about: "8 s are enough.",
    files: { "h1/sentinel.conf": sentinel, "worker.pl": worker(8) },
  },
  *check(facts) {
    for (const { use } of usesOf(facts)) {
      const budget = use.follows === "sentinel" ? use.options.retryBudgetMs : undefined;
      const detection = detectionOf(facts, use);
      // No retries at all is a decision: the application repeats what may be repeated.
      if (detection === undefined || budget?.value === undefined || budget.value <= 0) continue;
      const neededMs = detection.downAfterMs + FAILOVER_MS;
      if (budget.value >= neededMs) continue;
      const needed = `a failover of ${detection.group} takes some ${time(neededMs)}`;
      yield {
        place: budget.place,
        message: `The retries end after ${time(budget.value)}, and ${needed}.`,
      };
    }
  },
};
