// RED036 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red036 } from "./red036.ts";

const file = (port: number, more: string): string => `bind 10.0.0.1\nport ${String(port)}\n${more}`;

testRule(red036, {
  finds: [
    {
      about: "a pidfile and a logfile",
      files: {
        "h1/redis-a.conf": file(6379, "dir /a\npidfile /run/redis.pid\nlogfile /var/log/redis.log\n"),
        "h1/redis-b.conf": file(6380, "dir /b\npidfile /run/redis.pid\nlogfile /var/log/redis.log\n"),
      },
      at: ["h1/redis-b.conf:4", "h1/redis-b.conf:5"],
    },
  ],
  passes: [
    {
      about: "one folder with file names of their own",
      files: {
        "h1/redis-a.conf": file(6379, "dir /a\ndbfilename a.rdb\n"),
        "h1/redis-b.conf": file(6380, "dir /a\ndbfilename b.rdb\n"),
      },
    },
    {
      about: "the same paths on two machines",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\ndir /var/lib/redis\nport 6379\n",
        "h2/redis.conf": "bind 10.0.0.2\ndir /var/lib/redis\nport 6379\n",
      },
    },
    {
      about: "two files for the roles of one process",
      files: {
        "redis-primary.conf": file(6379, "dir /a\n"),
        "redis-replica.conf": file(6379, "dir /a\nreplicaof 10.0.0.9 6379\n"),
      },
    },
  ],
});
