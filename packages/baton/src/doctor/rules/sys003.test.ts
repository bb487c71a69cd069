// SYS003 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys003 } from "./sys003.ts";

const unit = (more: string, flags = ""): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n${more}`;

testRule(sys003, {
  finds: [
    {
      about: "data and configuration under strict",
      files: {
        "h1/redis.conf": "port 6379\ndir /var/lib/redis\n",
        "h1/redis.service": unit("ProtectSystem=strict\n"),
      },
      at: ["h1/redis.service:3"],
      says: "/etc/redis and /var/lib/redis",
    },
    {
      about: "paths that are closed one by one",
      files: { "redis.service": unit("ReadOnlyPaths=/etc\n") },
      at: ["redis.service:3"],
    },
  ],
  passes: [
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
