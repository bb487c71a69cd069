// Whatever a file holds: parsers and diagnose come back, and in time that grows with the file only.
import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnose } from "../diagnose.ts";
import { rules } from "../rules/index.ts";
import { parseAcl } from "./acl.ts";
import { parseRedisConf } from "./redis-conf.ts";
import { parseSentinelConf } from "./sentinel-conf.ts";
import { shelfOf } from "./shelf.ts";
import { parseUnit } from "./systemd.ts";

const REDIS = `# Redis 7.0.15
bind 10.0.0.1 -::1
port 6379
{% if redis_password %}requirepass "{{ redis_password }}"{% endif %}
replicaof 10.0.0.2 6379
save 3600 1
include conf.d/*.conf
client-output-buffer-limit replica 256mb 64mb 60
rename-command CONFIG 'a b'
user app on >\${PASSWORD:-x} ~* &* -@all +get
`;
const SENTINEL = `port 26379
sentinel announce-ip "10.0.0.1"
sentinel monitor main {{ primary }} 6379 2
sentinel auth-pass main 'se\\'cret'
sentinel down-after-milliseconds main 5000
sentinel known-sentinel main 10.0.0.2 26379 0123456789abcdef
sentinel myid <id of this one>
`;
const ACL = `user default off
user sentinel on >secret allchannels +multi +slaveof (+get ~a)
{% for u in users %}
user {{ u }} on nopass
{% endfor %}
`;
const UNIT = `[Unit]
After=network.target
[Service]
ExecStart=/usr/bin/redis-server /etc/redis/redis.conf \\
  --supervised systemd
RestartSec=5s
ReadWritePaths=-/var/lib/redis
ReadWritePaths=
`;

const PIECES = [
  "{{",
  "}}",
  "{%",
  "%}",
  "{#",
  "<%",
  '"',
  "'",
  "\\",
  "\\\n",
  "\n",
  "\r",
  "\0",
  "#",
  "[",
  "=",
  "${",
];
const MUTATIONS = 25_000;
/** Long enough for a busy machine; quadratic time would need minutes. */
const LONG_MS = 60_000;

const mutation = fc.record({
  at: fc.nat({ max: 600 }),
  length: fc.nat({ max: 40 }),
  text: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 8 })),
});

function mutated(
  text: string,
  changes: readonly { at: number; length: number; text: string }[],
): string {
  let result = text;
  for (const { at, length, text: piece } of changes) {
    const start = at % (result.length + 1);
    result = result.slice(0, start) + piece + result.slice(start + length);
  }
  return result;
}

const PARSERS: readonly (readonly [string, string, (text: string) => unknown])[] = [
  [
    "redis.conf",
    REDIS,
    (text) => {
      const files = [
        { path: "redis.conf", text },
        { path: "conf.d/a.conf", text: "port 1" },
      ];
      return parseRedisConf({ path: "redis.conf", text }, shelfOf(files)).malformed;
    },
  ],
  [
    "sentinel.conf",
    SENTINEL,
    (text) => parseSentinelConf({ path: "sentinel.conf", text }, shelfOf([])).malformed,
  ],
  ["users.acl", ACL, (text) => parseAcl({ path: "users.acl", text }).malformed],
  ["redis.service", UNIT, (text) => parseUnit({ path: "redis.service", text }).malformed],
];

test.each(PARSERS)(
  `%s: ${MUTATIONS} mutations, none of which stops the parser`,
  (_, text, parse) => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
        expect(parse(mutated(text, changes))).toBeInstanceOf(Array);
      }),
      { numRuns: MUTATIONS },
    );
  },
  LONG_MS,
);

test(
  "1000 mutations of a whole cluster, none of which stops diagnose",
  () => {
    const change = fc.tuple(fc.nat({ max: 3 }), fc.array(mutation, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(change, ([chosen, changes]) => {
        const texts = [REDIS, SENTINEL, ACL, UNIT].map((text, index) =>
          index === chosen ? mutated(text, changes) : text,
        );
        const files = ["h1/redis.conf", "h1/sentinel.conf", "h1/users.acl", "h1/redis.service"].map(
          (path, index) => ({ path, text: texts[index] ?? "" }),
        );
        expect(diagnose({ files }, { rules }).checked.files).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  },
  LONG_MS,
);

test.each([
  ["openings without an end", "{{ ".repeat(60_000)],
  ["openings before one far end", `${"{{\n{%\n".repeat(40_000)}}} %}`],
  ["quotes without an end", `requirepass ${'"'.repeat(200_000)}`],
  ["one endless line", "a".repeat(400_000)],
  ["blanks", " \t".repeat(200_000)],
  ["continued lines", "a=\\\n".repeat(60_000)],
  ["angle brackets", "<a ".repeat(80_000)],
  ["variables without an end", "${a ".repeat(60_000)],
  ["the same line again and again", "sentinel known-sentinel main 10.0.0.1 1 x\n".repeat(10_000)],
  ["the same include again and again", "include *.conf\n".repeat(20_000)],
])(
  "takes time in proportion to the text: %s",
  (_, text) => {
    for (const [, , parse] of PARSERS) {
      const startedMs = performance.now();
      parse(text);
      // Some tens of milliseconds; a hundred times that where time is quadratic.
      expect(performance.now() - startedMs).toBeLessThan(3_000);
    }
  },
  LONG_MS,
);
