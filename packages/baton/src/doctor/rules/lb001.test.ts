import { testRule } from "../rule.fixture.ts";
import { lb001 } from "./lb001.ts";

const servers = "  server r1 10.0.0.1:6379 check\n  server r2 10.0.0.2:6379 check backup\n";

testRule(lb001, {
  finds: [
    {
      about: "redis-check, which sends PING",
      files: { "haproxy.cfg": `listen redis_write\n  bind *:6380\n  option redis-check\n${servers}` },
      at: ["haproxy.cfg:1"],
    },
    {
      about: "a balancer of a cloud whose probe is TCP",
      files: {
        "lb.tf":
          'resource "aws_lb_target_group" "redis" {\n  port     = 6379\n  protocol = "TCP"\n  ' +
          'health_check {\n    protocol = "TCP"\n  }\n}\n',
      },
      at: ["lb.tf:5"],
    },
  ],
  passes: [
    {
      about: "a check that asks an agent's page",
      files: {
        "haproxy.cfg": `defaults\n  mode tcp\n  option httpchk GET /primary\nbackend redis\n${servers}`,
      },
    },
    {
      about: "a single server",
      files: { "haproxy.cfg": "backend redis\n  server vip 10.0.0.9:6379 check\n" },
    },
    {
      about: "the role in hexadecimal digits",
      files: {
        "haproxy.cfg":
          "backend redis\n  option tcp-check\n" +
          `  tcp-check expect binary 726f6c653a6d6173746572\n${servers}`,
      },
    },
    {
      about: "a page about Redis, as the defaults say that all is HTTP",
      files: {
        "haproxy.cfg":
          "defaults\n  mode http\nbackend redisinsight\n  server a 10.0.0.1:80 check\n" +
          "  server b 10.0.0.2:80 check\n",
      },
    },
    {
      about: "a backend for reads by a short name",
      files: { "haproxy.cfg": `backend redis_ro\n${servers}` },
    },
    {
      about: "routers that follow the primary themselves",
      files: { "haproxy.cfg": `backend redis_routers\n${servers}` },
    },
    { about: "a backend for reads", files: { "haproxy.cfg": `backend redis_replicas\n${servers}` } },
    {
      about: "the web",
      files: {
        "haproxy.cfg": "backend web\n  server a 10.0.0.1:80 check\n  server b 10.0.0.2:80 check\n",
      },
    },
  ],
});
