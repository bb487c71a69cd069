// What the tables of clients are made of, unless somebody asks for something else.

/** Every recipe, then every library as its manual shows it. */
const LANGUAGES = [
  "perl",
  "python",
  "php-phpredis",
  "php-predis",
  "cpp",
  "node-ioredis",
  "node-redis",
] as const;

/** Which of them cannot be drilled, and why: the page says so. */
export const UNABLE: ReadonlyMap<string, string> = new Map([
  [
    "php-predis-default",
    "Debian's Predis 1.1 throws the Sentinels' password away, and every drill has one",
  ],
]);

export const CLIENTS: readonly string[] = LANGUAGES.flatMap((language) => [
  language,
  `${language}-via-router`,
  `${language}-default`,
]).filter((kind) => !UNABLE.has(kind));

/** What happens to services, most frequent first; `baton drill list` has more. */
export const FAULTS: readonly string[] = [
  "switchover",
  "kill-primary",
  "stop-primary",
  "freeze-primary",
  "kill-host",
  "freeze-host",
  "kill-zone",
  "return-after-partition",
  "partition-from-sentinels",
  "partition-one-way",
  "lag-then-kill",
  "stale-sentinel",
  "reborn-empty",
  "kill-sentinels-and-primary",
  "sentinel-failover",
  "slow-network",
];

/** The rows that every supported engine has to hold. */
export const ENGINE_FAULTS: readonly string[] = [
  "switchover",
  "kill-primary",
  "freeze-primary",
  "return-after-partition",
];
