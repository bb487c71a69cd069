// CLI005 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli005 } from "./cli005.ts";

const worker = [
  "from redis.sentinel import Sentinel",
  'r = Sentinel([("s1", 26379), ("s2", 26379)], socket_timeout=0.5).master_for("main")',
  "while True:",
  "    r.rpush('jobs', next_job())",
];
const cpp = (pool: string): string =>
  [
    "#include <sw/redis++/redis++.h>",
    "using namespace sw::redis;",
    "int main() {",
    '  SentinelOptions so; so.nodes = {{"s1", 26379}, {"s2", 26379}};',
    "  ConnectionOptions co; co.socket_timeout = 500ms; co.connect_timeout = 500ms;",
    `  ConnectionPoolOptions po; ${pool}`,
    '  Redis r(std::make_shared<Sentinel>(so), "main", Role::MASTER, co, po);',
    '  while (true) { r.incr("a"); }',
    "}",
  ].join("\n");

testRule(cli005, {
  finds: [
    { about: "a Python worker", files: { "worker.py": worker.join("\n") }, at: ["worker.py:2"] },
    {
      about: "a Python web service",
      files: { "app.py": ["from flask import Flask", ...worker.slice(0, 2)].join("\n") },
      at: ["app.py:3"],
    },
    {
      about: "redis-plus-plus without a lifetime",
      files: { "a.cpp": cpp("po.size = 1;") },
      at: ["a.cpp:7"],
    },
  ],
  passes: [
    { about: "a Python script that ends", files: { "once.py": worker.slice(0, 2).join("\n") } },
    {
      about: "a Python worker whose listener stands in another file",
      files: {
        "worker.py": worker.join("\n"),
        "listen.py": 'import redis\nfor p in pubsubs(redis):\n    p.subscribe("+switch-master")\n',
      },
    },
    {
      about: "redis-plus-plus with a lifetime",
      files: { "a.cpp": cpp("po.connection_lifetime = 1s;") },
    },
    {
      about: "ioredis with failoverDetector, and node-redis, which looks by itself",
      files: {
        "a.ts":
          'import Redis from "ioredis";\n' +
          'const r = new Redis({ sentinels: [{ host: "s" }], name: "main", failoverDetector: ' +
          "true });\n",
        "b.ts":
          'import { createSentinel } from "redis";\n' +
          'const r = createSentinel({ name: "main", sentinelRootNodes: [{ host: "s", port: 1 }] });\n',
      },
    },
  ],
});
