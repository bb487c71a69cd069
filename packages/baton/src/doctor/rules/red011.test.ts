// RED011 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red011 } from "./red011.ts";

const cache = (volume: string): string =>
  "services:\n  redis:\n    image: redis:7.0\n" +
  `    command: redis-server /etc/redis/redis.conf\n    volumes:\n      - ${volume}\n`;
const compose = (volume: string): string =>
  `${cache(volume)}  sentinel:\n    image: redis:7.0\n    command: redis-sentinel /data/sentinel.conf\n`;

testRule(red011, {
  finds: [
    {
      about: "a single file that is mounted into a container",
      files: { "docker-compose.yml": compose("./redis.conf:/etc/redis/redis.conf") },
      at: ["docker-compose.yml:6"],
      says: "single file",
    },
    {
      about: "a folder that is mounted read-only",
      files: { "docker-compose.yml": compose("./conf:/etc/redis:ro") },
      at: ["docker-compose.yml:6"],
      says: "read-only",
    },
  ],
  passes: [
    {
      about: "a cache of its own, whose role nobody changes",
      files: {
        "blog/docker-compose.yml": cache("./redis.conf:/etc/redis/redis.conf:ro"),
        "blog/redis.conf": "bind 10.9.0.1\nmaxmemory 1gb\n",
        "shop/h1/redis.conf": "bind 10.0.0.1\n",
        "shop/h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n",
        "shop/h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
    },
    {
      about: "a hardened server without replicas",
      files: {
        "redis.conf": "bind 127.0.0.1\n",
        "redis.service":
          "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\nProtectSystem=full\n",
      },
    },
    {
      about: "a folder that is mounted to be written",
      files: { "docker-compose.yml": compose("./conf:/etc/redis") },
    },
    { about: "a mount of something else", files: { "docker-compose.yml": compose("./data:/data") } },
    {
      about: "a sandbox of systemd that leaves /etc open",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\n",
        "h1/redis.service":
          "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\nProtectSystem=true\n",
      },
    },
  ],
});
