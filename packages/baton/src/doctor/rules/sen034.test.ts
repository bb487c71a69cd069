import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen034 } from "./sen034.ts";

testRule(sen034, {
  finds: [
    {
      about: "protected-mode without a password",
      files: sentinelFiles({ count: 1, lines: ["protected-mode yes"] }),
      says: "refuses everybody but this host",
      at: ["h1/sentinel.conf:4"],
    },
    {
      about: "the same with an address",
      files: sentinelFiles({ count: 1, lines: ["bind 10.0.0.1", "protected-mode yes"] }),
      says: "from 7.0 on",
    },
    {
      about: "the file of a package",
      files: {
        "sentinel.conf": "bind 127.0.0.1 -::1\nport 26379\nsentinel monitor mymaster 127.0.0.1 6379 2\n",
      },
    },
  ],
  passes: [
    {
      about: "protected-mode with a password",
      files: sentinelFiles({ lines: ["protected-mode yes", "requirepass tulip"] }),
    },
    {
      about: "protected-mode with a closed default user",
      files: sentinelFiles({ lines: ["protected-mode yes", "user default off"] }),
    },
    {
      about: "6.2, where an address switches it off",
      files: {
        "sentinel.conf":
          "# Redis 6.2.6\nbind 10.0.0.1\nprotected-mode yes\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
    },
    {
      about: "a laboratory on loopback addresses",
      files: {
        "a/sentinel.conf":
          "bind 127.80.0.1\nsentinel announce-ip 127.80.0.1\nsentinel monitor main 127.80.0.1 6379 2\n",
      },
    },
    { about: "a placeholder", files: sentinelFiles({ lines: ["bind 127.0.0.1 {{ address }}"] }) },
  ],
});
