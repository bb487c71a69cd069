import { clusterWith } from "../live/live.fixture.ts";
import { testRule } from "../rule.fixture.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { sen032 } from "./sen032.ts";

testRule(sen032, {
  finds: [
    {
      about: "an address at which its peers do not reach it, while it answers at another one",
      live: clusterWith({
        sentinels: {
          1: { sentinels: { 3: { ip: "172.17.0.2", flags: "s_down,sentinel,disconnected" } } },
          2: { sentinels: { 3: { ip: "172.17.0.2", flags: "s_down,sentinel,disconnected" } } },
        },
      }),
      at: ["10.0.0.3:26379:0"],
      says: "announces 172.17.0.2:26379, where 10.0.0.1:26379 and 10.0.0.2:26379 do not reach it",
    },
    {
      about: "an address of loopback beside others",
      files: sentinelFiles({
        monitor: "sentinel monitor main 10.0.0.1 6379 2",
        linesOf: { 2: ["sentinel announce-ip 127.0.0.1"] },
      }),
      at: ["h2/sentinel.conf:4"],
    },
  ],
  passes: [
    {
      about: "another address that its peers do reach",
      live: clusterWith({ sentinels: { 1: { sentinels: { 3: { ip: "172.17.0.2" } } } } }),
    },
    {
      about: "a Sentinel that is down at its own address",
      live: clusterWith({
        sentinels: { 1: { sentinels: { 3: { flags: "s_down,sentinel,disconnected" } } } },
      }),
    },
    {
      about: "several Sentinels in one file, which reach each other",
      files: {
        "docker-compose.yml": compose("s1", 26379) + compose("s2", 26380).replace("services:\n", ""),
        "s1/sentinel.conf": "port 26379\nsentinel monitor main 172.20.0.2 6379 2\n",
        "s2/sentinel.conf": "port 26379\nsentinel monitor main 172.20.0.2 6379 2\n",
      },
    },
    {
      about: "the network of the host",
      files: {
        "docker-compose.yml": compose("s1", 26379).replace(
          "    ports:",
          "    network_mode: host\n    ports:",
        ),
        "s1/sentinel.conf": "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
    },
    { about: "a file that nobody showed", files: { "docker-compose.yml": compose("s1", 26379) } },
    {
      about: "a laboratory on loopback addresses",
      files: {
        "a/sentinel.conf": "sentinel announce-ip 127.80.0.1\nsentinel monitor main 127.80.0.1 6379 2\n",
      },
    },
  ],
});

function compose(name: string, port: number): string {
  return `services:
  ${name}:
    image: redis:7.0.15
    command: redis-sentinel /etc/redis/${name}/sentinel.conf
    ports:
      - "${port}:26379"
    volumes:
      - ./${name}:/etc/redis/${name}
`;
}
