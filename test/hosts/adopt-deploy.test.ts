// A cluster that people have set up by hand comes under Baton while somebody writes to it: on real hosts.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, PATH } from "../scenario/support/hosts/command.ts";
import { NODES, PLACES, startDeploy } from "../scenario/support/hosts/deployment.ts";
import { type Hosts, OPEN_MS, openHosts } from "../scenario/support/hosts/hosts.ts";
import { auditLoad, startLoad } from "../scenario/support/hosts/load.ts";
import { copyProgram } from "../scenario/support/hosts/program.ts";
import { type Asking, idsIn, redisCli, untilWhole } from "../scenario/support/hosts/roles.ts";
import { openStock } from "../scenario/support/hosts/stock.ts";
import { whyNoHosts } from "../scenario/support/hosts/why.ts";

const PASSWORD = "in-use-for-years-7c21";
const WHOLE_MS = 90_000;
const TEST_MS = 400_000;
const why = whyNoHosts();
const skipped = why === undefined ? "" : ` (SKIPPED: ${why})`;

let folder: string;
let hosts: Hosts;
let asking: Asking;
beforeAll(async () => {
  if (why !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "ba-"));
  hosts = await openHosts({ hosts: NODES, ...PLACES, folder });
  asking = await openStock(hosts, NODES, PASSWORD);
}, OPEN_MS);
afterAll(async () => {
  if (why !== undefined) return;
  await hosts.close();
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(why !== undefined)(
  `stock hosts come under Baton under load, and no acknowledged write is lost${skipped}`,
  async () => {
    const program = await copyProgram(folder);
    const file = join(folder, "cluster.yml");
    await mkdir(join(folder, "tmp"));
    const environment = {
      ...process.env,
      PATH,
      TMPDIR: join(folder, "tmp"),
      BATON_APPLICATION_PASSWORD: PASSWORD,
      BATON_REPLICATION_PASSWORD: "new-for-replication-11aa",
      BATON_SENTINEL_PASSWORD: "new-for-sentinels-22bb",
      BATON_PEER_PASSWORD: "new-for-peers-33cc",
      BATON_AGENT_PASSWORD: "new-for-agents-44dd",
      ANSIBLE_SSH_COMMON_ARGS: `-F ${hosts.sshConfig}`,
      ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, "cp"),
      ANSIBLE_LOCAL_TEMP: join(folder, "ansible"),
    };
    const load = await startLoad(hosts, {
      address: NODES.map(({ address }) => address).join(","),
      port: 26_379,
      password: PASSWORD,
      name: "adopted",
      viaSentinels: true,
    });
    const before = await untilWhole(asking, WHOLE_MS);
    const sentinel = `${NODES[0]?.address}:26379`;
    const own = "BATON_APPLICATION_PASSWORD";
    const login = ["--redis-password-env", own, "--sentinel-password-env", own];
    const adopted = await command(
      [
        ...hosts.at("control"),
        process.execPath,
        program,
        "adopt",
        "--sentinel",
        sentinel,
        ...login,
        "--out",
        file,
      ],
      { environment, timeoutMs: 60_000 },
    );
    expect(adopted.status, adopted.stdout + adopted.stderr).toBe(0);
    const text = await readFile(file, "utf8");
    expect(text).toContain(`primary: ${before.primary}`);
    const site = { hosts, program, file, environment };
    const deployed = await startDeploy(site, []).done;
    expect(deployed.status, deployed.output).toBe(0);
    const result = await load.stop();
    const after = await untilWhole(asking, WHOLE_MS);
    // Handed over once: the primary itself had to be replaced.
    expect(after.primary).not.toBe(before.primary);
    expect(after.epoch).toBe(before.epoch + 1);
    const audited = await auditLoad(result, async (key) => await idsIn(asking, after.primary, key));
    const { acknowledged, failed, unknown, longestOutageMs, errors } = result;
    const figures = { acknowledged, failed, unknown, longestOutageMs, errors };
    process.stderr.write(`adopted in ${deployed.durationMs} ms: ${JSON.stringify(figures)}\n`);
    expect(audited).toMatchObject({ lost: 0, duplicated: 0 });
    expect(acknowledged).toBeGreaterThan(1_000);
    for (const { name } of NODES) {
      const units = ["redis-server@main.service", "redis-sentinel.service", "baton-agent.service"];
      const state = await hosts.run(name, ["systemctl", "is-active", ...units, "redis-server.service"]);
      expect(state.stdout.trim().split("\n"), name).toEqual(["active", "active", "active", "inactive"]);
      // What nobody but Baton's own users may do any more.
      await expect(redisCli(asking, name, 6379, "KEYS", "*")).rejects.toThrow("NOPERM");
    }
    const again = await startDeploy(site, []).done;
    expect(again.status, again.output).toBe(0);
    expect(again.changed).toEqual(Object.fromEntries(NODES.map(({ name }) => [name, 0])));
  },
  TEST_MS,
);
