import { describe, expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { diagnosisOf, filesIn, foldersIn, placesIn } from "./folder.fixture.ts";
import { factsFrom } from "./join.ts";
import { readersFor } from "./readers.ts";
import type { SourceText } from "./sources.ts";

/** "shop: 3 Sentinels, all of them; 3 nodes, all of them" */
const groupsOf = ({ groups }: Facts): readonly string[] =>
  groups.map(({ name, sentinels, nodes, hasEverySentinel, hasEveryNode }) => {
    const known = (isAll: boolean): string => (isAll ? ", all of them" : "");
    const voters = `${sentinels.length} Sentinels${known(hasEverySentinel)}`;
    return `${name}: ${voters}; ${nodes.length} nodes${known(hasEveryNode)}`;
  });

const ALL_OF_THREE = "3 Sentinels, all of them; 3 nodes, all of them";
/** What is seen of each; a template and one machine's part of a Compose cluster leave others open. */
const SEEN: Readonly<Record<string, string>> = {
  "acl-users": `shop: ${ALL_OF_THREE}`,
  ansible: "main: 1 Sentinels; 1 nodes",
  compose: "main: 1 Sentinels; 1 nodes",
  debian: `main: ${ALL_OF_THREE}`,
  "five-sentinels": "cache: 5 Sentinels, all of them; 3 nodes, all of them",
  hostnames: `main: ${ALL_OF_THREE}`,
  nat: `main: ${ALL_OF_THREE}`,
  "three-zones": `zones: ${ALL_OF_THREE}`,
  tls: `orders: ${ALL_OF_THREE}`,
};

test("every correct set-up has its row", () => {
  expect(Object.keys(SEEN).sort()).toEqual(foldersIn("correct"));
});

describe.each(Object.entries(SEEN))("the correct set-up %s", (folder, seen) => {
  test("is joined into one cluster", () => {
    expect(groupsOf(factsFrom({ files: filesIn(`correct/${folder}`) }))).toEqual([seen]);
  });

  test("has no error, no warning, and no file that nothing reads", async () => {
    const { findings, checked } = await diagnosisOf({ files: filesIn(`correct/${folder}`) });
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect([checked.others, checked.notes]).toEqual([0, []]);
    // Host names are a risk also where everything is right: each of the three files says why it takes it.
    expect(checked.suppressed).toBe(folder === "hostnames" ? 3 : 0);
  });
});

test("the clients of a correct set-up are understood, in all five languages", async () => {
  const files = filesIn("correct/acl-users");
  const { clients } = factsFrom({ files, ...(await readersFor(files)) });
  const seen = clients.map(({ program, uses, lookups }) => [
    program.file,
    uses.length + lookups.length > 0,
  ]);
  expect(seen).toEqual([
    ["app/Primary.php", true],
    ["app/heartbeat.cpp", true],
    ["app/redis.ts", true],
    ["app/sessions.mjs", true],
    ["app/store.py", true],
    ["app/worker.pl", true],
  ]);
});

interface Slip {
  readonly folder: string;
  readonly file: string;
  /** What stands there and what somebody wrote instead. */
  readonly from: string;
  readonly to: string;
  readonly finds: string;
}

const slip = (folder: string, file: string, from: string, to: string, finds: string): Slip => ({
  folder,
  file,
  from,
  to,
  finds,
});
const NAMED = "redis-2.example.net";
const ONE_FILE = "./s.conf:/etc/sentinel/sentinel.conf";
const BROAD = "redis.ConnectionError as error:\n        #";

/** One slip in a set-up that is right otherwise: silence above is not for want of seeing. */
const SLIPS: readonly Slip[] = [
  slip("acl-users", "db1/redis.conf", "masterauth nightingale", "# ", "RED001 db1/redis.conf:1"),
  slip("acl-users", "db2/users.acl", "+slaveof", "+replicaof", "SEN040 db2/users.acl:3"),
  slip("acl-users", "db3/users.acl", "+psync", "", "RED039 db3/users.acl:4"),
  slip("acl-users", "db1/sentinel.conf", "sentinel-pass an-owl", "sentinel-pass a", "SEN036 "),
  slip("acl-users", "app/worker.pl", "$node->role", "('master')", "CLI003 app/worker.pl:21"),
  slip(
    "acl-users",
    "app/store.py",
    "redis.RedisError as error:\n        #",
    BROAD,
    "CLI011 app/store.py",
  ),
  slip("acl-users", "app/Primary.php", ", null, 0, self::WAIT_SECONDS", "", "CLI006 app/Primary.php:37"),
  slip("acl-users", "app/heartbeat.cpp", "connection.socket_timeout", "// ", "CLI006 app/heartbeat"),
  slip("acl-users", "app/redis.ts", "|NOREPLICAS|MASTERDOWN|LOADING", "", "CLI004 app/redis.ts:24"),
  slip("acl-users", "app/sessions.mjs", "sentinelRootNodes", "sentinels", "CLI002 app/sessions.mjs:6"),
  slip("tls", "node2/sentinel.conf", "tls-replication yes", "", "SEN043 node2/sentinel.conf"),
  slip("nat", "h3/sentinel.conf", "announce-ip 10.3.0.3", "announce-ip 127.0.0.1", "SEN032 h3"),
  slip("nat", "h2/redis.conf", "announce-ip 10.3.0.2", "announce-ip 127.0.0.1", "RED031 h2/redis.conf"),
  slip(
    "hostnames",
    `${NAMED}/sentinel.conf`,
    "resolve-hostnames yes",
    "resolve-hostnames no",
    "SEN010 ",
  ),
  slip("five-sentinels", "sentinel-4/sentinel.conf", "6379 3", "6379 5", "SEN002 sentinel-4"),
  slip("three-zones", "inventory.ini", "zone=c", "zone=b", "TOP001 "),
  slip("ansible", "site.yml", "force: false", "force: true", "CM001 site.yml:22"),
  slip("compose", "compose.yml", "./sentinel:/etc/sentinel", ONE_FILE, "SEN018 compose.yml:17"),
  slip("debian", "units/redis-server.service.d/failover.conf", "RestartSec=10", "", "SYS005 units/"),
];

describe("a correct set-up with one slip", () => {
  test.each(SLIPS)("$folder, $file: $from", async ({ folder, file, from, to, finds }) => {
    const files = filesIn(`correct/${folder}`).map((source): SourceText => {
      return source.path === file ? { path: file, text: source.text.replace(from, to) } : source;
    });
    const places = placesIn(await diagnosisOf({ files }));
    expect(places).toContainEqual(expect.stringMatching(`^${finds}`));
  });
});
