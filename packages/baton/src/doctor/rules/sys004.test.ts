// SYS004 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys004 } from "./sys004.ts";

const conf =
  "port 26379\nsentinel monitor main 10.0.0.1 6379 2\nsentinel client-reconfig-script main /opt/move.sh\n";
const unit = (paths: string): string =>
  `[Service]\nExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf\nNoExecPaths=/\n${paths}`;

testRule(sys004, {
  finds: [
    {
      about: "a script that is allowed, with a shell that is not",
      files: {
        "h1/sentinel.conf": conf,
        "h1/sentinel.service": unit("ExecPaths=/usr/bin/redis-sentinel /opt\n"),
      },
      at: ["h1/sentinel.conf:3"],
      says: "forbids to execute /bin/sh",
    },
  ],
  passes: [
    {
      about: "no script",
      files: {
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
        "h1/sentinel.service": unit(""),
      },
    },
    {
      about: "the script and its interpreter by name",
      files: {
        "h1/sentinel.conf": conf,
        "h1/sentinel.service": unit("ExecPaths=/opt/move.sh /bin/sh /usr/bin/curl\n"),
      },
    },
    {
      about: "a folder that is closed elsewhere",
      files: {
        "h1/sentinel.conf": conf,
        "h1/sentinel.service": unit("").replace("NoExecPaths=/", "NoExecPaths=/tmp"),
      },
    },
  ],
});
