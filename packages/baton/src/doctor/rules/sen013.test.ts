import { testRule } from "../rule.fixture.ts";
import { identity, sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen013 } from "./sen013.ts";

testRule(sen013, {
  finds: [
    {
      about: "a second id at one address",
      files: sentinelFiles({
        linesOf: { 1: [`sentinel known-sentinel main 10.0.0.2 26379 ${identity(9)}`] },
      }),
      at: ["h1/sentinel.conf:5"],
      severity: "warning",
    },
    {
      about: "so many that no majority exists",
      live: {
        sentinels: [
          liveSentinel({
            sentinels: [
              peer(2),
              ...[7, 8, 9].map((number) =>
                peer(number, { flags: "sentinel,s_down", "last-hello-message": "7200000" }),
              ),
            ],
          }),
        ],
      },
      says: '5 Sentinels of "main" are counted, of which 2 exist, and an election needs 3',
      severity: "error",
    },
  ],
  passes: [
    {
      about: "Sentinels that name themselves by their port for TLS",
      files: Object.fromEntries(
        [1, 2].map((number) => [
          `h${number}/sentinel.conf`,
          `port 26379\nbind 10.0.0.${number}\ntls-port 26380\ntls-replication yes\n` +
            "sentinel monitor main 10.0.0.1 6380 2\n" +
            `sentinel known-sentinel main 10.0.0.${3 - number} 26380 ${identity(3 - number)}\n`,
        ]),
      ),
    },
    {
      about: "a Sentinel that is down since a moment ago",
      live: {
        sentinels: [
          liveSentinel({
            sentinels: [peer(2), peer(3, { flags: "sentinel,s_down", "last-hello-message": "60000" })],
          }),
        ],
      },
    },
  ],
});

function peer(number: number, more: Readonly<Record<string, string>> = {}) {
  return {
    ip: `10.0.0.${number}`,
    port: "26379",
    flags: "sentinel",
    "last-hello-message": "500",
    ...more,
  };
}
