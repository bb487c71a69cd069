// CLI010 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli010 } from "./cli010.ts";

const sentinel = "port 26379\nrequirepass only-for-sentinels\nsentinel monitor main 10.0.0.1 6379 2\n";
const open =
  "port 26379\nsentinel monitor main 10.0.0.1 6379 2\nsentinel auth-pass main only-for-redis\n";
const redis = "bind 10.0.0.1\nport 6379\nrequirepass only-for-redis\nmasterauth only-for-redis\n";
const ioredis = (more: string): string =>
  `import Redis from "ioredis";\n` +
  `const r = new Redis({ sentinels: [{ host: "10.0.0.4", port: 26379 }], name: "main"${more} });\n`;

testRule(cli010, {
  finds: [
    {
      about: "ioredis, Perl and node-redis with Redis' password only",
      files: {
        "h1/sentinel.conf": sentinel,
        "a.ts": ioredis(", password: process.env.PASSWORD"),
        "b.ts":
          'import { createSentinel } from "redis";\n' +
          'const r = createSentinel({ name: "main", sentinelRootNodes: nodes, ' +
          "nodeClientOptions: { password } });\n",
        "a.pl":
          "use Redis;\n" +
          "my $r = Redis->new(sentinels => \\@s, service => 'main', password => $password);\n",
      },
      at: ["a.ts:2", "b.ts:2", "a.pl:2"],
    },
    {
      about: "the Sentinels' password only",
      files: {
        "h1/sentinel.conf": open,
        "h1/redis.conf": redis,
        "a.ts": ioredis(", sentinelPassword: process.env.PASSWORD"),
      },
      at: ["a.ts:2"],
      says: "nodes of main",
    },
  ],
  passes: [
    {
      about: "both",
      files: {
        "h1/sentinel.conf": sentinel,
        "h1/redis.conf": redis,
        "a.ts": ioredis(", password: a, sentinelPassword: b"),
      },
    },
    {
      about: "neither, where none is asked for",
      files: { "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n", "a.ts": ioredis("") },
    },
    {
      about: "options that may hold it, and another group",
      files: {
        "h1/sentinel.conf": sentinel,
        "a.ts": ioredis(", ...options"),
        "b.ts": ioredis("").replace('"main"', '"other"'),
      },
    },
  ],
});
