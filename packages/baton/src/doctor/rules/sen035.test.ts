import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen035 } from "./sen035.ts";

testRule(sen035, {
  finds: [
    {
      about: "certificates that nobody has to show",
      files: {
        "sentinel.conf":
          "port 0\ntls-port 26379\ntls-auth-clients optional\nbind 203.0.113.8\n" +
          "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      severity: "error",
    },
    {
      about: "protected-mode, which before 7.0 a bind line switches off",
      files: {
        "sentinel.conf":
          "# Redis 6.2.6\nbind 203.0.113.8\nprotected-mode yes\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      severity: "error",
    },
    {
      about: "every address as a warning",
      files: sentinelFiles({ count: 1 }),
      severity: "warning",
      says: "every address of its host",
    },
    {
      about: "a public address among all",
      files: {
        "sentinel.conf":
          "bind 0.0.0.0\nsentinel announce-ip 203.0.113.8\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      severity: "error",
      at: ["sentinel.conf:1"],
    },
  ],
  passes: [
    { about: "a private address", files: sentinelFiles({ count: 1, lines: ["bind 10.0.0.1"] }) },
    {
      about: "ACL users",
      files: sentinelFiles({ lines: ["user default off", "user app on >tulip +@all"] }),
    },
    {
      about: "protected-mode, which is another finding",
      files: sentinelFiles({ lines: ["protected-mode yes"] }),
    },
    {
      about: "certificates",
      files: sentinelFiles({ monitor: "port 0\ntls-port 26380\nsentinel monitor main 10.0.0.1 6379 2" }),
    },
    {
      about: "a placeholder",
      files: { "sentinel.conf.j2": "bind {{ address }}\nsentinel monitor main 10.0.0.1 6379 2\n" },
    },
  ],
});
