// CM005: a version that apt does not find, or that nobody repairs any more.
import { resolved, tasksOf } from "../deployments.ts";
import type { Facts, Word } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { compareVersions, versionNumbers } from "../values.ts";

/** Older ones get no repairs of their makers (November 2026), and lack what failover needs. */
const OLDEST = [7, 0, 0] as const;

const play = (version: string): string =>
  `- hosts: redis\n  tasks:\n    - apt:\n        name: redis-server=${version}\n` +
  "        state: present\n";

export const cm005: Rule = {
  id: "CM005",
  title: "package version that cannot be installed, or is out of support",
  severity: "error",
  why:
    "Debian's and Ubuntu's versions of redis begin with an epoch (5:7.0.15-1). apt " +
    "compares the whole text, finds no " +
    "6.2.6, and the deployment stops there.",
  fix: "Pin as apt policy prints it, or with a wildcard: redis-server=5:7.0.*",
  evidence: "verified with apt: Version '6.2.6' for 'redis-server' was not found",
  sees: ["static"],
  bad: { about: "A bare version.", files: { "site.yml": play("7.0.15") } },
  good: { about: "The same with epoch and wildcard.", files: { "site.yml": play("5:7.0.15*") } },
  *check(facts) {
    for (const { word, text } of pinned(facts)) {
      const [name = "", version = ""] = text.split("=");
      if (!/^(\d+:|\*)/.test(version)) {
        yield {
          place: word.place,
          message:
            `apt finds no ${name} ${version}, as its versions begin with an epoch; expected ` +
            `5:${version}* or alike.`,
        };
      }
      yield* outOfSupport(word, version);
    }
    for (const { services } of facts.compose) {
      for (const { image } of services) {
        const version = /(?:^|\/)redis:(\d[\d.]*)/.exec(image?.text ?? "")?.[1];
        if (image !== undefined && version !== undefined) {
          yield* outOfSupport(image, version);
        }
      }
    }
  },
};

interface Pinned {
  readonly word: Word;
  readonly text: string;
}

const PACKAGE = /^redis(-server|-sentinel|-tools)?=[^=\s]+$/;

/** `name=version` in tasks for apt and in scripts. */
function pinned(facts: Facts): readonly Pinned[] {
  const tasks = tasksOf(facts).filter(({ module }) => module === "apt");
  const words = tasks.flatMap(({ values, items }) => [
    ...(values.get("name") ?? values.get("pkg") ?? []),
    ...items,
  ]);
  const commands = facts.scripts
    .flatMap((script) => script.commands)
    .filter(({ name, words: all }) =>
      [name, ...(name === "sudo" ? all.map(({ text }) => text) : [])].some((one) =>
        /^(apt|apt-get|aptitude)$/.test(one),
      ),
    )
    .flatMap(({ words: all }) => all);
  return [...words, ...commands].flatMap((word) => {
    const text = word.isUnknown ? resolved(facts, word) : word.text;
    return text !== undefined && PACKAGE.test(text) ? [{ word, text }] : [];
  });
}

function* outOfSupport(word: Word, version: string): Iterable<Draft> {
  const numbers = versionNumbers(version);
  // "7" alone is the newest 7.
  if (numbers !== undefined && /\d\.\d/.test(version) && compareVersions(numbers, OLDEST) < 0) {
    yield {
      place: word.place,
      severity: "warning",
      message:
        `Redis ${version.replace(/^\d+:/, "")} gets no repairs any more; expected ` +
        `${OLDEST.slice(0, 2).join(".")} or later.`,
    };
  }
}
