// What the audits of the five recipes name and no rule finds, each with the reason.
import type { Article } from "./articles.fixture.ts";

const PROSE = "an explanation in the text: no file holds it";
const DRILL = "how somebody tests is in no file; `baton drill` does it right";
const ALERTS = "alerts are rules of a monitoring system, which doctor does not read";
const COMPILER = "does not compile or link, and the compiler says so";
const COMMENT = "a comment, which no server reads; what holds instead is judged";

export type Unruled = readonly [article: Article | "all five", mistake: string, reason: string];

export const UNRULED: readonly Unruled[] = [
  ["all five", "nobody decides on persistence", "RED034 judges it against an objective (--rpo)"],
  ["all five", "no test with kill -9 or a partition, no look at the data", DRILL],

  ["perl-ovh", "failover-timeout as the longest time of a failover", PROSE],
  ["perl-ovh", "quorum as what authorizes, and as what prevents two primaries", PROSE],
  ["perl-ovh", "down-after as the time until a node is down for all", PROSE],
  ["perl-ovh", "eval and warn instead of a retry", "no retry is a decision of the application"],
  ["perl-ovh", "zones are not named", "where machines are is in no file of the recipe"],
  ["perl-ovh", "applications need 26379, too", "no firewall says which group is an application's"],
  ["perl-ovh", "redis-cli shutdown as the test, a few keys as the proof", DRILL],
  ["perl-ovh", "replica-serve-stale-data as the reason to come back", PROSE],
  ["perl-ovh", "what to watch: no CKQUORUM, TILT or ROLE", ALERTS],

  ["python-digitalocean", "one replica", "allowed; TOP005 speaks up with min-replicas-to-write 1"],
  ["python-digitalocean", "a comment invents a timeout behind the quorum", COMMENT],
  [
    "python-digitalocean",
    "only the PING is repeated, for 31 s",
    "a loop of one's own; CLI007 reads the budgets that libraries are given",
  ],
  ["python-digitalocean", "systemctl stop, one iptables rule, SENTINEL failover as tests", DRILL],
  ["python-digitalocean", "what to watch: leader instead of CKQUORUM", ALERTS],

  ["woocommerce-ovh", "Sentinel is said to reconfigure clients", PROSE],
  ["woocommerce-ovh", "shell commands in one line", "a page of text, and no file of a system"],
  [
    "woocommerce-ovh",
    "catch (RedisException) misses \\Error",
    "\\Error comes only from methods that do not exist, which CLI002 names",
  ],
  [
    "woocommerce-ovh",
    "Sentinels as tcp:// URLs, for phpredis",
    "they go nowhere but into the call that CLI002 names",
  ],
  ["woocommerce-ovh", "nothing about WordPress", "what is not there cannot be judged"],
  ["woocommerce-ovh", "shutdown as the test", DRILL],
  ["woocommerce-ovh", "alerts without TILT, links or agreement", ALERTS],

  ["cpp-digitalocean", "quorum prevents two primaries, and should be odd", PROSE],
  ["cpp-digitalocean", "comments name other values than the lines", COMMENT],
  [
    "cpp-digitalocean",
    "a stray primary on the Sentinels' hosts",
    "SYS014 would ask the running host, and is not there; SYS013 finds its cause",
  ],
  ["cpp-digitalocean", "git checkout of a tag that does not exist", "git says so at once"],
  ["cpp-digitalocean", "redis_error, get() into a string, missing headers, -lhiredis", COMPILER],
  ["cpp-digitalocean", "systemctl stop as the test", DRILL],
  ["cpp-digitalocean", "failover-timeout in the time of a failover", PROSE],
  ["cpp-digitalocean", "the old primary becomes a replica by itself", PROSE],
  ["cpp-digitalocean", '"production-ready"', PROSE],

  ["shopify-ovh", "round robin", "does nothing with one server in service, which LB001 asks for"],
  ["shopify-ovh", "the script is said to run when the failover has ended", PROSE],
  ["shopify-ovh", "OVH's keys on every Sentinel", "from the environment, as SCR009 wants it"],
  ["shopify-ovh", "a Shopify API that does not exist", "doctor knows Redis, and not every API"],
  ["shopify-ovh", "stopping the process as the test", DRILL],
  ["shopify-ovh", "looking at the script's output", PROSE],
];
