// RED011 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red011 } from "./red011.ts";

const compose = (volume: string): string =>
  "services:\n  redis:\n    image: redis:7.0\n" +
  `    command: redis-server /etc/redis/redis.conf\n    volumes:\n      - ${volume}\n`;

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
