import { testRule } from "../rule.fixture.ts";
import { scr006 } from "./scr006.ts";

const monitor = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";
const script = "sentinel notification-script main /etc/redis/notify.sh\n";

testRule(scr006, {
  finds: [
    {
      about: "the only one without it, at its monitor line",
      files: {
        "h1/sentinel.conf": monitor + script,
        "h2/sentinel.conf": monitor + script,
        "h3/sentinel.conf": monitor,
      },
      at: ["h3/sentinel.conf:2"],
      says: "notification-script of main",
    },
  ],
  passes: [
    { about: "a single file", files: { "h1/sentinel.conf": monitor + script } },
    {
      about: "nobody with a script",
      files: { "h1/sentinel.conf": monitor, "h2/sentinel.conf": monitor },
    },
  ],
});
