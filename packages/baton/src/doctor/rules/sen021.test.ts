import { testRule } from "../rule.fixture.ts";

import { sen021 } from "./sen021.ts";

testRule(sen021, {
  finds: [
    {
      about: "an error where the version is too old",
      files: {
        "sentinel.conf":
          "# Redis 6.0.16\nsentinel auth-pass main tulip\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      severity: "error",
      at: ["sentinel.conf:2"],
    },
    {
      about: "a matter of taste since",
      files: {
        "sentinel.conf":
          "# Redis 7.0.15\nsentinel auth-pass main tulip\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      severity: "info",
    },
  ],
});
