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
secrets:
  token: { env: TOKEN }
`;

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

  test("are of every kind that `--only` knows", () => {
    expect(new Set(everything.map(({ kind }) => kind))).toEqual(new Set(kinds.map(({ id }) => id)));
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

  test("hold no password that others may read, neither itself nor as a hash", () => {
    fc.assert(
      fc.property(anyCluster, (cluster) => {
        for (const { file, mode, text } of filesOf(cluster)) {
          if ((mode & 0o007) === 0) continue;
          for (const secret of Object.values(secrets)) {
            expect(text.includes(secret) || text.includes(hash(secret)), file).toBe(false);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test("stand alone at their places, are the same each time, and end with a line break", () => {
    fc.assert(
      fc.property(anyCluster, (cluster) => {
        const files = filesOf(cluster);
        expect(filesOf(cluster)).toEqual(files);
        expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
        for (const { text, file } of files) expect(text, file).toMatch(/[^\n]\n$/);
      }),
      { numRuns: 200 },
    );
  });

  test("give each host a cluster file that means the same", () => {
    fc.assert(
      fc.property(anyCluster, (cluster) => {
        const [own] = filesOf(cluster).filter(({ path }) => path === "/etc/baton/cluster.yml");
        const { secrets: _places, tls, ...rest } = clusterFrom(own?.text ?? "");
        const { secrets: _others, tls: before, ...expected } = cluster;
        expect(rest).toEqual(expected);
        expect(tls?.redis).toBe(before?.redis);
      }),
      { numRuns: 200 },
    );
  });
});
