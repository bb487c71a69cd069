// OS003 put to the test.
import { testRule } from "../rule.fixture.ts";
import { os003 } from "./os003.ts";

const files = (somaxconn: string, conf: string) => ({
  "h1/etc/redis/redis.conf": `bind 10.0.0.1\n${conf}`,
  "h1/etc/sysctl.conf": `net.core.somaxconn=${somaxconn}\n`,
});

testRule(os003, {
  finds: [
    {
      about: "one less than Redis asks for by default",
      files: files("510", ""),
      at: ["h1/etc/sysctl.conf:1"],
      says: "tcp-backlog 511",
      severity: "info",
    },
    {
      about: "a backlog that was raised, and the kernel's was not",
      files: files("1024", "tcp-backlog 4096\n"),
    },
    {
      about: "a task in the role of Redis without its redis.conf",
      files: {
        "roles/redis/tasks/main.yml": "- sysctl: name=net.core.somaxconn value=128\n",
      },
      says: "tcp-backlog 511",
    },
  ],
  passes: [
    { about: "a backlog as small as the kernel's", files: files("128", "tcp-backlog 128\n") },
    { about: "a backlog to be filled in", files: files("128", "tcp-backlog {{ backlog }}\n") },
    { about: "a limit to be filled in", files: files("{{ somaxconn }}", "") },
    {
      about: "another machine",
      files: {
        "h1/etc/redis/redis.conf": "bind 10.0.0.1\n",
        "web/etc/sysctl.conf": "net.core.somaxconn=128\n",
      },
    },
  ],
});
