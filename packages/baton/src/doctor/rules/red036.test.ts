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
    {
      about: "append-only files, whatever the snapshots are called",
      files: {
        "h1/redis-a.conf": file(6379, "dir /a\ndbfilename a.rdb\nappendonly yes\n"),
        "h1/redis-b.conf": file(6380, "dir /a\ndbfilename b.rdb\nappendonly yes\n"),
      },
      at: ["h1/redis-b.conf:3"],
      says: "appendonly.aof in dir /a",
    },
  ],
  passes: [
    {
      about: "containers, each with a file system of its own",
      files: {
        "compose.yml":
          "services:\n  a:\n    image: redis:7.2\n    network_mode: host\n" +
          "    command: redis-server /etc/redis/a.conf\n    volumes: ['./conf:/etc/redis', 'a:/data']\n" +
          "  b:\n    image: redis:7.2\n    network_mode: host\n" +
          "    command: redis-server /etc/redis/b.conf\n    volumes: ['./conf:/etc/redis', 'b:/data']\n",
        "conf/a.conf": file(6379, "dir /data\nappendonly yes\n"),
        "conf/b.conf": file(6380, "dir /data\nappendonly yes\n"),
      },
    },
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
