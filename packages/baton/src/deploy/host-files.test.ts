// What real hosts get: the same for the same cluster, nothing readable by strangers that they must not know.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kindOf } from "../doctor/recognise.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { rules } from "../doctor/rules/index.ts";
import type { Cluster } from "../cluster/types.ts";
import { anyCluster, clusterFrom, PASSWORDS, TOKEN } from "./cluster.fixture.ts";
import { type HostFile, hostFiles, kinds } from "./host-files.ts";
import { PROVISIONED } from "./provision.fixture.ts";

const GOLDEN = fileURLToPath(new URL("../../../../testdata/render/hosts", import.meta.url));

const EVERYTHING = `name: shop
hosts:
  - { name: h1, address: 10.0.0.1, zone: a }
  - { name: h2, address: 10.0.0.2, zone: b }
  - { name: h3, address: 10.0.0.3, zone: c }
  - { name: app, address: 10.0.0.9, zone: a, runs: [router] }
groups:
  - { name: main, hosts: [h1, h2, h3], readPort: 6381 }
agent: { listen: host }
firewall: { applications: [10.0.1.0/24, "fd00::/64"], monitoring: [10.0.2.7] }
targets:
  - { name: note, kind: file, on: [h1], path: /srv/primary/current.json }
  - { name: web, kind: nginx-stream, on: [h1], path: /etc/nginx/baton/redis.conf }
secrets:
  token: { env: TOKEN }
`;

/** All files of 200 clusters, on a machine that does other things, too. */
const PROPERTY_MS = 90_000;

const filesOf = (cluster: Cluster): readonly HostFile[] =>
  hostFiles({ cluster, secrets: PASSWORDS, token: cluster.secrets.token && TOKEN });
const everything = filesOf(clusterFrom(EVERYTHING));

function textAt(file: string): string {
  const found = everything.find((one) => one.file === file);
  if (found === undefined) throw new Error(`nothing was rendered at ${file}`);
  return found.text;
}

describe("the files of hosts", () => {
  test("are those in testdata/render/hosts", async () => {
    const shown = everything.filter(({ host }) => host === undefined || host === "h1" || host === "app");
    for (const { file, text } of shown) {
      const golden = join(GOLDEN, file);
      if (process.env["UPDATE"] === "1") {
        await mkdir(dirname(golden), { recursive: true });
        await writeFile(golden, text);
      }
      expect(text, file).toBe(await readFile(golden, "utf8"));
    }
  });

  test("let a host that is taken out of service hand over before it is shut out", () => {
    const with4 = EVERYTHING.replace(
      "groups:",
      "  - { name: h4, address: 10.0.0.4, runs: [] }\ngroups:",
    );
    const files = filesOf(clusterFrom(with4.replaceAll(/, zone: \w/g, "")));
    const nft = files.find(({ file }) => file === "hosts/h1/etc/baton/firewall.nft")?.text;
    for (const port of [6379, 26379])
      expect(nft).toContain(`ip saddr 10.0.0.4 tcp dport { ${port} } accept`);
    expect(nft).not.toContain("saddr 10.0.0.5");
  });

  test("are of every kind that `--only` knows", () => {
    const provisioned = filesOf(clusterFrom(PROVISIONED.ovh));
    const rendered = [...everything, ...provisioned].map(({ kind }) => kind);
    expect(new Set(rendered)).toEqual(new Set(kinds.map(({ id }) => id)));
    const ids = kinds.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
  });

  test("never say which node is primary: that is state", () => {
    for (const { file, text } of everything.filter(({ kind }) => kind === "redis-conf")) {
      expect(text, file).not.toMatch(/^replicaof/m);
    }
  });

  test("are no occasion for doctor to say anything", () => {
    const files = everything.map(({ file, text, mode }) => {
      return { path: file, text, state: { mode, uid: 0, gid: 0, isSymlink: false } };
    });
    const { findings, checked } = diagnose({ files }, { rules, severity: "warning" });
    expect(findings.map(({ rule, place, message }) => `${rule} ${place.file} ${message}`)).toEqual([]);
    expect(checked.files).toBe(files.filter((file) => kindOf(file) !== undefined).length);
    expect([checked.redis, checked.sentinels]).toEqual([3, 3]);
  });

  test("let the agent write where its target lies, and nowhere else in the system", () => {
    expect(textAt("hosts/h1/etc/systemd/system/baton-agent.service")).toContain(
      "\nProtectSystem=strict\n",
    );
    expect(textAt("hosts/h1/etc/systemd/system/baton-agent.service")).toContain(
      "\nReadWritePaths=-/srv/primary\n",
    );
  });
});

describe("the files of any cluster", () => {
  const secrets: Readonly<Record<string, string>> = { ...PASSWORDS, token: TOKEN };
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");

  /** A password, its hash as Redis keeps it, and that of the file in which Baton keeps it. */
  const tracesOf = (...all: readonly string[]): RegExp =>
    new RegExp(all.flatMap((one) => [one, hash(one), hash(`${one}\n`)]).join("|"));
  const anyTrace = tracesOf(...Object.values(secrets));

  test(
    "hold no password that others may read, neither itself nor as a hash",
    () => {
      fc.assert(
        fc.property(anyCluster, (cluster) => {
          const open = filesOf(cluster).filter(({ mode }) => (mode & 0o007) !== 0);
          const telling = open.filter(({ text }) => anyTrace.test(text));
          expect(telling.map(({ file }) => file)).toEqual([]);
        }),
        { numRuns: 200 },
      );
    },
    PROPERTY_MS,
  );

  test("leave to root alone what it needs to bring passwords to their hosts", () => {
    const cluster = clusterFrom(EVERYTHING);
    const previous = "an-earlier-secret";
    const files = hostFiles({
      cluster,
      secrets: { ...PASSWORDS, previousApplication: previous },
      token: TOKEN,
    });
    for (const secret of [...Object.values(secrets), previous]) {
      const holding = files.filter(({ text }) => tracesOf(secret).test(text));
      expect(holding.length, secret).toBeGreaterThan(0);
      for (const { file, mode } of holding) expect(mode & 0o007, file).toBe(0);
    }
    const inventory = files.filter(({ kind, text }) => kind === "ansible" && anyTrace.test(text));
    expect(inventory.map(({ file, owner, group, mode }) => [file, owner, group, mode])).toEqual([
      ["ansible/inventory.yml", "root", "root", 0o600],
    ]);
  });

  test(
    "stand alone at their places, are the same each time, and end with a line break",
    () => {
      fc.assert(
        fc.property(anyCluster, (cluster) => {
          const files = filesOf(cluster);
          expect(filesOf(cluster)).toEqual(files);
          expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
          const ending = files.filter(({ text }) => !text.endsWith("\n") || text.endsWith("\n\n"));
          expect(ending.map(({ file }) => file)).toEqual([]);
        }),
        { numRuns: 200 },
      );
    },
    PROPERTY_MS,
  );

  test(
    "give each host a cluster file that means the same",
    () => {
      fc.assert(
        fc.property(anyCluster, (cluster) => {
          const [own] = filesOf(cluster).filter(({ path }) => path === "/etc/baton/cluster.yml");
          const { secrets: _places, tls, ...rest } = clusterFrom(own?.text ?? "");
          const { secrets: _others, tls: before, provision: _made, ...expected } = cluster;
          expect(rest).toEqual(expected);
          expect(tls?.redis).toBe(before?.redis);
        }),
        { numRuns: 200 },
      );
    },
    PROPERTY_MS,
  );
});
