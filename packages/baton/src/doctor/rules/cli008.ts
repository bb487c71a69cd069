// CLI008: a library that repeats commands which must not run twice.
import { usesOf } from "../clients.ts";
import type { Rule } from "../rule.ts";

/** Running it twice is not the same as running it once. */
const ADDS =
  /^([hz]?incr(by(float)?)?|decr(by)?|append|[lr]pushx?|[lr]pop|linsert|spop|xadd|publish|rpoplpush|lmove)$/i;

export const cli008: Rule = {
  id: "CLI008",
  title: "commands that add are repeated blindly",
  severity: "warning",
  why:
    "A command whose answer was lost may have been executed. A library that sends it " +
    "again on the next connection adds " +
    "twice, and nobody is told.",
  fix:
    "Turn the library's retries off for such commands and repeat them with a key of " +
    "their own that the server checks " +
    "(SET NX, a Lua script), or let them fail.",
  evidence: "Measured: one duplicate in a list after a killed primary, by a library's own retry.",
  sees: ["static"],
  bad: {
    about: "Perl sends INCR again after each lost connection.",
    files: {
      "worker.pl":
        "use Redis;\n" +
        "my $redis = Redis->new(server => $address, read_timeout => 1, reconnect => 60);\n" +
        "$redis->incr('orders');\n",
    },
  },
  good: {
    about: "SET may run twice.",
    files: {
      "worker.pl":
        "use Redis;\n" +
        "my $redis = Redis->new(server => $address, read_timeout => 1, reconnect => 60);\n" +
        "$redis->set('seen', 1);\n",
    },
  },
  *check(facts) {
    for (const { use } of usesOf(facts)) {
      const { repeats } = use.options;
      const adding = use.commands.find(({ name }) => ADDS.test(name));
      if (repeats?.value !== true || adding === undefined) continue;
      const where = `${adding.name} on line ${String(adding.place.line)}`;
      yield {
        place: repeats.place,
        message: `The library repeats commands here, and ${where} adds each time it runs.`,
      };
    }
  },
};
