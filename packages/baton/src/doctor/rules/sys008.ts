// SYS008: what looks like a comment is part of the value.
import type { Rule } from "../rule.ts";
import type { UnitEntry, UnitFile } from "../facts.ts";

const unit = (restart: string): string =>
  "[Unit]\nDescription=Redis # one of three\n[Service]\n" +
  `ExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n${restart}`;

export const sys008: Rule = {
  id: "SYS008",
  title: "a comment behind a value of a unit",
  severity: "warning",
  why:
    "systemd knows comments on lines of their own only. Behind a value the text belongs to it: " +
    "Restart=always # x is ignored as a whole, After= gets units by the names of the words, and " +
    "redis-server takes them for directives and ends.",
  fix: "Move the comment to a line of its own.",
  evidence: "Measured with systemd-analyze verify of systemd 252, and with redis-server 7.0.15.",
  sees: ["static"],
  bad: {
    about: "A setting that is not there at all.",
    files: { "redis-server.service": unit("Restart=always # come back\n") },
  },
  good: {
    about: "On its own line; in a description it does no harm.",
    files: { "redis-server.service": unit("# come back\nRestart=always\n") },
  },
  *check(facts) {
    for (const unitFile of facts.units.filter(isAboutRedis)) {
      for (const entry of unitFile.entries) {
        const comment = commentOf(entry);
        if (comment === undefined) continue;
        yield {
          place: entry.value.place,
          message:
            `${entry.key}= has "${comment}" as a part of its value; expected comments on lines of their ` +
            `own.`,
        };
      }
    }
  },
};

function isAboutRedis({ name, entries }: UnitFile): boolean {
  const started = entries.filter(({ key }) => key === "ExecStart").map(({ value }) => value.text);
  return [name, ...started].some((text) => /redis|valkey|sentinel|baton/i.test(text));
}

/** From the sign on, shortened. Free text and quoted words may hold one. */
function commentOf({ key, value }: UnitEntry): string | undefined {
  if (value.isUnknown || ["Description", "Documentation", "StatusText"].includes(key)) return undefined;
  // A lonely ";" separates the commands of Exec lines.
  const sign = key.startsWith("Exec") ? /(?:^|\s)(#(?:\s.*)?)$/ : /\s([#;].*)$/;
  const found = sign.exec(
    value.text.replaceAll(/"[^"]*"|'[^']*'/g, (quoted) => "_".repeat(quoted.length)),
  );
  const comment = found?.[1];
  return comment === undefined ? undefined : comment.slice(0, 30);
}
