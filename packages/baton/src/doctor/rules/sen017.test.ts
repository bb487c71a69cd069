import { expect, test } from "vitest";
import type { FileState } from "../facts.ts";
import { factsFrom } from "../join.ts";
import { testRule } from "../rule.fixture.ts";
import { sen017 } from "./sen017.ts";

const conf = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";
const unit = "[Service]\nUser=redis\nExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf\n";

testRule(sen017, {
  finds: [
    {
      about: "a folder that is closed by name",
      files: {
        "h1/sentinel.conf": conf,
        "h1/redis-sentinel.service": `${unit}ReadOnlyPaths=/etc/redis\n`,
      },
      at: ["h1/sentinel.conf:1"],
    },
  ],
  passes: [
    {
      about: "a file in a folder that systemd makes",
      files: {
        "h1/sentinel.conf": conf,
        "h1/redis-sentinel.service":
          `${unit.replace("/etc/redis", "/var/lib/sentinel")}ProtectSystem=strict\n` +
          "StateDirectory=sentinel\n",
      },
    },
    {
      about: "a unit without a sandbox",
      files: { "h1/sentinel.conf": conf, "h1/redis-sentinel.service": unit },
    },
  ],
});

function found(path: string, state: Partial<FileState>): number {
  const whole = { mode: 0o644, uid: 0, gid: 0, isSymlink: false, ...state };
  const files = [
    { path, text: conf, state: whole },
    { path: "/etc/systemd/system/redis-sentinel.service", text: unit },
  ];
  return [...sen017.check(factsFrom({ files }))].length;
}

test("finds a file that nobody may write, wherever it is", () => {
  expect(found("/etc/redis/sentinel.conf", { mode: 0o444, uid: 105 })).toBe(1);
  expect(found("sentinel.conf", { mode: 0o400, uid: 1000 })).toBe(1);
});

test("finds an installed file of root whose Sentinel is another user", () => {
  expect(found("/etc/redis/sentinel.conf", { uid: 0 })).toBe(1);
});

test("says nothing about files of Sentinel's own user, or of a group that may write", () => {
  expect(found("/etc/redis/sentinel.conf", { mode: 0o640, uid: 105 })).toBe(0);
  expect(found("/etc/redis/sentinel.conf", { mode: 0o660, gid: 107 })).toBe(0);
});

test("says nothing about the owner of a copy in a repository", () => {
  expect(found("files/sentinel.conf", { uid: 0 })).toBe(0);
});
