import { expect, test } from "vitest";
import { factsFrom } from "../join.ts";
import { testRule } from "../rule.fixture.ts";
import { sen018 } from "./sen018.ts";

const service = (command: string, volume: string) => ({
  "compose.yml":
    `services:\n  sentinel:\n    image: redis:7.0.15\n    command: ${command}\n` +
    `    volumes:\n      - ${volume}\n`,
});

const pod = (mount: string) => ({
  "sentinel.yml": `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: sentinel
spec:
  template:
    spec:
      containers:
        - name: sentinel
          image: redis:7.0.15
          command: ["redis-sentinel", "/conf/sentinel.conf"]
          volumeMounts:
${mount}
      volumes:
        - name: conf
          configMap:
            name: sentinel
`,
});

testRule(sen018, {
  finds: [
    {
      about: "redis-server told to be a Sentinel",
      files: service("redis-server /s.conf --sentinel", "./s.conf:/s.conf"),
      says: "a single file",
      at: ["compose.yml:6"],
    },
    {
      about: "a folder that is read-only",
      files: service("redis-sentinel /conf/sentinel.conf", "./conf:/conf:ro"),
      says: "read-only",
    },
    {
      about: "one file of a ConfigMap",
      files: pod("            - { name: conf, mountPath: /conf/sentinel.conf, subPath: sentinel.conf }"),
    },
  ],
  passes: [
    {
      about: "a first version that is copied into a folder that is kept",
      files: service(
        'sh -c "cp -n /first/sentinel.conf /data/sentinel.conf; redis-sentinel /data/sentinel.conf"',
        "./sentinel.conf:/first/sentinel.conf",
      ),
    },
    {
      about: "the file of a Redis, which is another rule's",
      files: service("redis-server /r.conf", "./r.conf:/r.conf"),
    },
  ],
});

test("finds a symbolic link", () => {
  const state = { mode: 0o644, uid: 0, gid: 0, isSymlink: true };
  const file = { path: "h1/sentinel.conf", text: "sentinel monitor main 10.0.0.1 6379 2\n" };
  expect([...sen018.check(factsFrom({ files: [{ ...file, state }] }))]).toHaveLength(1);
  expect([...sen018.check(factsFrom({ files: [file] }))]).toHaveLength(0);
});
