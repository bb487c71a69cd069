import { expect, test } from "vitest";
import { loadScriptReader } from "../code/scripts.ts";
import { factsFrom } from "../join.ts";
import { testRule } from "../rule.fixture.ts";
import { scr005 } from "./scr005.ts";

const conf = (path: string): string =>
  `sentinel monitor main 10.0.0.1 6379 2\nsentinel client-reconfig-script main ${path}\n`;

testRule(scr005, {
  finds: [
    {
      about: "a script without an interpreter",
      files: { "sentinel.conf": conf("/etc/redis/move.sh"), "move.sh": 'lb "$6"\n' },
      at: ["move.sh:1"],
    },
    {
      about: "an interpreter without a path",
      files: { "sentinel.conf": conf("/etc/redis/move.sh"), "move.sh": '#!bash\nlb "$6"\n' },
      says: '"bash"',
    },
    {
      about: "a program that Debian does not have",
      files: {
        "sentinel.conf": conf("/etc/redis/move.sh"),
        "move.sh": '#!/bin/sh\n/usr/bin/python /opt/lb.py "$6"\n',
      },
      at: ["move.sh:2"],
      severity: "warning",
    },
    {
      about: "a relative path",
      files: { "sentinel.conf": conf("scripts/move.sh"), "move.sh": '#!/bin/sh\nlb "$6"\n' },
      at: ["sentinel.conf:2"],
    },
  ],
  passes: [
    {
      about: "env as interpreter",
      files: {
        "sentinel.conf": conf("/etc/redis/move.sh"),
        "move.sh": '#!/usr/bin/env bash\nlb "$6"\n',
      },
    },
  ],
});

test.each([
  [0o644, 1],
  [0o755, 0],
])("judges mode %o of a script by whether anybody may execute it", async (mode, count) => {
  const facts = factsFrom({
    files: [
      { path: "sentinel.conf", text: conf("/etc/redis/move.sh") },
      { path: "move.sh", text: "#!/bin/sh\n", state: { mode, uid: 0, gid: 0, isSymlink: false } },
    ],
    readScript: await loadScriptReader(),
  });
  expect([...scr005.check(facts)]).toHaveLength(count);
});
