import { testRule } from "../rule.fixture.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen045 } from "./sen045.ts";

testRule(sen045, {
  finds: [
    {
      about: "a running Sentinel",
      live: { sentinels: [{ ...liveSentinel({ info: { sentinel_masters: "0" } }), groups: new Map() }] },
      at: ["10.0.0.1:26379:0"],
    },
  ],
  passes: [
    {
      about: "a running Sentinel with one",
      live: { sentinels: [liveSentinel({ info: { sentinel_masters: "1" } })] },
    },
    {
      about: "a template that may bring it",
      files: {
        "sentinel.conf.j2":
          "port 26379\n{% for group in groups %}\nsentinel monitor {{ group }} {{ primary }} 6379 " +
          "2\n{% endfor %}\n",
      },
    },
  ],
});
