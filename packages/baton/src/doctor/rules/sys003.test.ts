// SYS003 put to the test.
import { expect, test } from "vitest";
import { factsOf, testRule } from "../rule.fixture.ts";
import { sys003 } from "./sys003.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys003, {
  finds: [
    {
      about: "data and configuration under strict",
      files: {
        "h1/redis.conf": "port 6379\ndir /var/lib/redis\nreplicaof 10.0.0.1 6379\n",
        "h1/redis.service": unit("ProtectSystem=strict\n"),
      },
      at: ["h1/redis.service:3"],
      says: "/etc/redis and /var/lib/redis",
    },
    {
      about: "paths that are closed one by one",
      files: {
        "redis.service": unit("ReadOnlyPaths=/etc\n"),
        "sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["redis.service:3"],
    },
    {
      about: "the data alone of a server whose role nobody writes down",
      files: {
        "h1/redis.conf": "port 6379\ndir /var/lib/redis\n",
        "h1/redis.service": unit("ProtectSystem=strict\n"),
      },
      says: "only read /var/lib/redis;",
    },
  ],
  passes: [
    {
      about: "a hardened server without replicas, which writes its data only",
      files: {
        "h1/redis.conf": "port 6379\ndir /var/lib/redis\n",
        "h1/redis.service": unit("ProtectSystem=strict\nReadWritePaths=/var/lib/redis\n"),
      },
    },
    {
      about: "folders that systemd makes",
      files: {
        "h1/redis.conf": "port 6379\ndir /var/lib/redis\n",
        "h1/redis.service": unit(
          "ProtectSystem=strict\nStateDirectory=redis\nConfigurationDirectory=redis\n",
        ),
      },
    },
    {
      about: "the older name of ReadWritePaths",
      files: { "redis.service": unit("ProtectSystem=full\nReadWriteDirectories=-/etc/redis\n") },
    },
    { about: "a sandbox for /usr only", files: { "redis.service": unit("ProtectSystem=yes\n") } },
    {
      about: "a template unit whose folders systemd fills in",
      files: { "redis@.service": unit("ProtectSystem=strict\nReadWritePaths=/etc/%p\n") },
    },
  ],
});

test.each([
  [
    "opens the folder, also where it is missing",
    "ProtectSystem=full\n",
    ["ReadWritePaths=-/etc/redis\n"],
  ],
  ["leaves a folder alone that somebody closed by name", "ReadOnlyPaths=/etc/redis\n", []],
])("%s", (_, closed, texts) => {
  const files = { "redis.service": unit(closed), "sentinel.conf": "port 26379\n" };
  const drafts = [...sys003.check(factsOf({ files }))];
  const edits = drafts.flatMap((draft) => ("edits" in draft ? (draft.edits ?? []) : []));
  expect(drafts).toHaveLength(1);
  expect(edits.map(({ text }) => text)).toEqual(texts);
});
