import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen008 } from "./sen008.ts";

testRule(sen008, {
  finds: [
    {
      about: "another port",
      files: {
        ...sentinelFiles(),
        "h3/sentinel.conf":
          "port 26379\nsentinel announce-ip 10.0.0.3\nsentinel monitor main 10.0.0.1 6380 2\n",
      },
      at: ["h3/sentinel.conf:3"],
    },
  ],
  passes: [
    {
      about: "a name beside an address, which may be the same host",
      files: {
        ...sentinelFiles(),
        "h3/sentinel.conf":
          "port 26379\nsentinel announce-ip 10.0.0.3\nsentinel resolve-hostnames yes\nsentinel " +
          "monitor main redis-1 6379 2\n",
      },
    },
    {
      about: "two clusters of two environments with one name",
      files: {
        "staging/sentinel.conf": "sentinel monitor main 10.1.0.1 6379 2\n",
        "production/sentinel.conf": "sentinel monitor main 10.2.0.1 6379 2\n",
      },
    },
    {
      about: "a placeholder",
      files: sentinelFiles({ monitor: "sentinel monitor main {{ primary }} 6379 2" }),
    },
  ],
});
