import { testRule } from "../rule.fixture.ts";
import { identity, sentinelFiles } from "../rule-examples.ts";
import { liveSentinel } from "../sentinel-live.fixture.ts";
import { sen012 } from "./sen012.ts";

testRule(sen012, {
  finds: [
    {
      about: "the clone and not the original",
      files: sentinelFiles({
        linesOf: { 1: [`sentinel myid ${identity(1)}`], 3: [`sentinel myid ${identity(1)}`] },
      }),
      at: ["h3/sentinel.conf:4"],
    },
    {
      about: "running clones",
      live: {
        sentinels: [liveSentinel({ myId: identity(1) }), liveSentinel({ number: 2, myId: identity(1) })],
      },
      at: ["10.0.0.2:26379:0"],
    },
  ],
  passes: [
    {
      about: "a file that names no address, beside the process that runs with it",
      files: {
        "sentinel.conf": `port 26379\nsentinel myid ${identity(1)}\nsentinel monitor main 10.0.0.1 6379 2\n`,
      },
      live: { sentinels: [liveSentinel({ myId: identity(1) })] },
    },
    {
      about: "a backup of the same file",
      files: {
        "h1/sentinel.conf": `port 26379\nbind 10.0.0.1\nsentinel myid ${identity(1)}\n`,
        "backup/sentinel.conf": `port 26379\nbind 10.0.0.1\nsentinel myid ${identity(1)}\n`,
      },
    },
    { about: "placeholders", files: sentinelFiles({ lines: ["sentinel myid {{ id }}"] }) },
  ],
});
