// Real name servers of Debian on loopback, one zone each: BIND and Knot, with a key for Baton that may
// change one name, and a key for a person that may change everything.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { TEST_SECRET } from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import { freePort } from "./free-port.ts";

export const ZONE = "dr.test";
export const NAME = "redis.dr.test";
/** A name for which the key has only the rights that the documentation asks for. */
export const LEAST = "least.dr.test";
/** Baton reads its key as the server has it; this one decodes to the same bytes everywhere. */
const OWN_SECRET = Buffer.from(TEST_SECRET, "base64").toString("base64");
const PERSON_SECRET = Buffer.from("a person's own key, for tests").toString("base64");
const OTHER_SECRET = Buffer.from("what the key was changed to").toString("base64");

/** What the server makes of Baton's key. */
export type KeyState = "right" | "changed" | "removed";

export interface NameServerProcess {
  readonly port: number;
  readonly folder: string;
  /** For nsupdate -k and dig -k, of the person. */
  readonly keyFile: string;
  /** Takes the configuration anew with that key. */
  turnKey(state: KeyState): Promise<void>;
  close(): Promise<void>;
}

interface Program {
  readonly command: (folder: string) => readonly [string, ...string[]];
  readonly configuration: (folder: string, port: number, key: KeyState) => string;
  /** In its log, when the zone is served. */
  readonly started: RegExp;
  /** In its log, each time that it has read its configuration again. */
  readonly reloaded: RegExp;
}

const zoneText = `$ORIGIN ${ZONE}.
$TTL 1
@ SOA ns1.${ZONE}. hostmaster.${ZONE}. 1 3600 600 86400 1
@ NS ns1.${ZONE}.
ns1 A 127.0.0.1
alias CNAME ns1.${ZONE}.
shared 300 TXT "v=spf1 -all"
`;

const bindKey = (name: string, secret: string) =>
  `key "${name}" { algorithm hmac-sha256; secret "${secret}"; };\n`;

function bindConfiguration(folder: string, port: number, key: KeyState): string {
  const own = key === "removed" ? "" : bindKey("baton", key === "right" ? OWN_SECRET : OTHER_SECRET);
  const names = [NAME, `shared.${ZONE}`, `alias.${ZONE}`, `other.${ZONE}`];
  const grants = names.map((name) => `grant baton name ${name} A AAAA TXT;`).join(" ");
  return `options {
  directory "${folder}"; pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key";
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no; empty-zones-enable no;
  allow-transfer { 127.0.0.1; }; max-ixfr-ratio unlimited; max-journal-size unlimited;
};
controls { };
${own}${bindKey("person", PERSON_SECRET)}zone "${ZONE}" {
  type primary; file "${folder}/zone";
  update-policy { ${grants} grant baton name ${LEAST} A TXT; grant person zonesub ANY; };
};
`;
}

function knotConfiguration(folder: string, port: number, key: KeyState): string {
  const secret = key === "right" ? OWN_SECRET : OTHER_SECRET;
  const isThere = key !== "removed";
  const ownKey = `  - id: baton\n    algorithm: hmac-sha256\n    secret: ${secret}\n`;
  const names = ["redis", "shared", "alias", "other"].join(", ");
  const ownAcl = `  - id: baton
    key: baton
    action: update
    update-type: [A, AAAA, TXT]
    update-owner: name
    update-owner-match: equal
    update-owner-name: [${names}]
  - id: least
    key: baton
    action: update
    update-type: [A, TXT]
    update-owner: name
    update-owner-match: equal
    update-owner-name: [least]
`;
  return `server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: ${folder}/log
    any: info
database:
    storage: ${folder}
key:
${isThere ? ownKey : ""}  - id: person
    algorithm: hmac-sha256
    secret: ${PERSON_SECRET}
acl:
${isThere ? ownAcl : ""}  - id: person
    key: person
    action: update
  - id: transfer
    address: 127.0.0.1
    action: transfer
zone:
  - domain: ${ZONE}
    storage: ${folder}
    file: zone
    zonefile-sync: -1
    journal-content: changes
    acl: [${isThere ? "baton, least, " : ""}person, transfer]
`;
}

const BIND: Program = {
  command: (folder) => ["named", "-c", `${folder}/server.conf`, "-L", `${folder}/log`, "-f", "-n", "1"],
  configuration: bindConfiguration,
  started: / running$/gm,
  reloaded: /reloading configuration succeeded/g,
};
const KNOT: Program = {
  command: (folder) => ["knotd", "-c", `${folder}/server.conf`],
  configuration: knotConfiguration,
  started: /loaded, serial/g,
  reloaded: /configuration reloaded/g,
};

async function start({
  command,
  configuration,
  started,
  reloaded,
}: Program): Promise<NameServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "baton-names-"));
  const port = await freePort();
  const file = join(folder, "server.conf");
  const keyFile = join(folder, "person.key");
  await writeFile(keyFile, bindKey("person", PERSON_SECRET));
  await writeFile(join(folder, "zone"), zoneText);
  await writeFile(file, configuration(folder, port, "right"));
  const [program, ...args] = command(folder);
  const path = `${process.env["PATH"] ?? ""}:/usr/sbin`;
  const child: ChildProcess = spawn(program, args, {
    stdio: "ignore",
    env: { ...process.env, PATH: path },
  });
  await once(child, "spawn");
  const said = async (pattern: RegExp) => {
    const text = await readFile(join(folder, "log"), "utf8").catch(() => "");
    return [...text.matchAll(pattern)].length;
  };
  const untilSaid = async (pattern: RegExp, count: number) => {
    const look = async () => {
      if (child.exitCode !== null) return missing(`${program} ended with ${child.exitCode}`);
      return (await said(pattern)) >= count ? seen(undefined) : missing(String(pattern));
    };
    await waitFor(program, look, { withinMs: 10_000, everyMs: 10 });
  };
  await untilSaid(started, 1);
  return {
    port,
    folder,
    keyFile,
    async turnKey(state) {
      const before = await said(reloaded);
      await writeFile(file, configuration(folder, port, state));
      child.kill("SIGHUP");
      await untilSaid(reloaded, before + 1);
    },
    async close() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true });
    },
  };
}

export const nameServers = {
  bind: () => start(BIND),
  knot: () => start(KNOT),
} as const;
