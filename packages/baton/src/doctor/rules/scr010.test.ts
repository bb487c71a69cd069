import { testRule } from "../rule.fixture.ts";
import { scr010 } from "./scr010.ts";

const conf =
  "sentinel monitor main 10.0.0.1 6379 2\nsentinel notification-script main /etc/redis/notify.sh\n";

testRule(scr010, {
  passes: [
    {
      about: "a script that writes a log only",
      files: { "sentinel.conf": conf, "notify.sh": '#!/bin/sh\nlogger -t sentinel "$1 $2"\n' },
    },
    {
      about: "requests within a case",
      files: {
        "sentinel.conf": conf,
        "notify.sh": '#!/bin/sh\ncase "$1" in\n  +switch-master) curl -m 5 http://alerts/ ;;\nesac\n',
      },
    },
  ],
});
