// SYS012 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys012 } from "./sys012.ts";

const unit = (link: string, program: string): string =>
  `[Unit]\n${link}\n[Service]\nExecStart=/usr/bin/${program} /etc/redis/x.conf\n`;

testRule(sys012, {
  finds: [
    {
      about: "PartOf with several units",
      files: {
        "sentinel.service": unit("PartOf=network.target valkey-server.service", "valkey-sentinel"),
      },
      at: ["sentinel.service:2"],
    },
  ],
  passes: [
    {
      about: "a target for all of them, which stops with no single one",
      files: {
        "redis-sentinel.service":
          "[Unit]\nPartOf=redis.target\n[Service]\n" +
          "ExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf\n",
      },
    },
    {
      about: "Redis itself",
      files: { "redis.service": unit("Requires=redis-volume.service", "redis-server") },
    },
    {
      about: "a tie to another Sentinel's socket",
      files: { "sentinel.service": unit("Requires=redis-sentinel.socket", "redis-sentinel") },
    },
  ],
});
