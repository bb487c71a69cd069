// Three agents of a real lab tell people of a failover by three real receivers: once, whichever agent dies,
// and of its end.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type Alertmanager, startAlertmanager } from "../notify/support/alertmanager.ts";
import {
  type HookReceiver,
  type MailReceiver,
  startHookReceiver,
  startMailReceiver,
} from "../notify/support/receivers.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

const SECRET = "f0r-tests-0nly-f0r-tests";
/** Settling, a dead agent's silence, a turn, and a busy machine. */
const TOLD_MS = 60_000;
const OVER_MS = 120_000;

let home: string;
let lab: LabHandle;
let hook: HookReceiver;
let mail: MailReceiver;
let alerts: Alertmanager;

const clusterFile = () => `objectives: { rto: 3s }
hosts:
  - { name: h1, address: 10.77.0.11 }
  - { name: h2, address: 10.77.0.12 }
  - { name: h3, address: 10.77.0.13 }
notify:
  - { name: own, kind: webhook, url: "${hook.url}", secret: { env: BATON_NOTIFY_SECRET } }
  - name: mail
    kind: email
    host: 127.0.0.1
    port: ${mail.port}
    tls: never
    from: baton@example.org
    to: [oncall@example.org]
  - { name: alerts, kind: alertmanager, urls: ["${alerts.url}"] }
`;

beforeEach(async () => {
  home = await makeHome();
  process.env["BATON_NOTIFY_SECRET"] = SECRET;
  [hook, mail, alerts] = await Promise.all([
    startHookReceiver(SECRET),
    startMailReceiver(),
    startAlertmanager(),
  ]);
  const file = join(home, "cluster.yml");
  await writeFile(file, clusterFile());
  await labUp(home, "--no-wires", "--notify", "--file", file);
  lab = await attachLab("lab", { BATON_HOME: home });
  await untilWhole();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await Promise.all([hook.close(), mail.close(), alerts.close()]);
  await removeHome(home);
});

interface Status {
  readonly groups: readonly {
    readonly route: { readonly host?: string };
    readonly problems: readonly { readonly code: string }[];
  }[];
}

async function untilWhole(): Promise<string> {
  const look = async () => {
    const { out } = await baton(home, ["status", "--json"]);
    const [group] = (JSON.parse(out) as Status).groups;
    const host = group?.route.host;
    const problems = group?.problems ?? [];
    return host !== undefined && problems.length === 0 ? seen(host) : missing(JSON.stringify(group));
  };
  return await waitFor("the lab to be whole", look, { withinMs: 60_000, everyMs: 250 });
}

const hooked = (kind: string, as?: string) =>
  hook.messages.filter((one) => one.notice.kind === kind && (as === undefined || one.as === as));

async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs: number) {
  const look = async () => ((await isSo()) ? seen(undefined) : missing(JSON.stringify(hook.messages)));
  await waitFor(what, look, { withinMs, everyMs: 100 });
}

const firing = async (kind: string) =>
  (await alerts.firing()).filter(({ labels }) => labels["kind"] === kind);

/** One opened, however many were brought up to date, one closed; the same on every channel. */
async function expectOneFailover(): Promise<void> {
  await until(
    "the end to be told by the webhook",
    () => hooked("failover", "close").length > 0,
    OVER_MS,
  );
  const isMailed = () => mail.mails.some(({ text }) => text.includes("(closed;"));
  await until("the end to be mailed", isMailed, OVER_MS);
  await until("the alert to end", async () => (await firing("failover")).length === 0, OVER_MS);
  const all = hooked("failover");
  expect(all.filter(({ as }) => as === "open")).toHaveLength(1);
  expect(all.filter(({ as }) => as === "close")).toHaveLength(1);
  expect(new Set(all.map(({ thread }) => thread)).size).toBe(1);
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  const mails = mail.mails.filter(({ notice }) => notice.startsWith("failover-"));
  expect(mails.filter(({ references }) => references === "")).toHaveLength(1);
  const [first] = mails;
  for (const one of mails.slice(1)) expect(one.references).toBe(first?.id);
  expect(hook.forged).toBe(0);
}

test("one failover is one notice by each channel, also when the agent that opened it is killed", async () => {
  await lab.kill("h1", "redis");
  const isOpen = () => hooked("failover", "open").length > 0;
  await until("the failover to be told", isOpen, TOLD_MS);
  await until("it to be mailed", () => mail.mails.length > 0, TOLD_MS);
  await until("the alert to fire", async () => (await firing("failover")).length === 1, TOLD_MS);
  expect(hooked("failover", "open")[0]?.notice.title).toMatch(/^main: failover from h1/);
  await lab.kill("h1", "agent");
  await lab.start("h1", "redis");
  await expectOneFailover();
  expect(await firing("failover")).toEqual([]);
}, 300_000);

test("and when the agent whose turn is first dies together with the primary", async () => {
  await Promise.all([lab.kill("h1", "agent"), lab.kill("h1", "redis")]);
  await until("the failover to be told", () => hooked("failover", "open").length > 0, TOLD_MS);
  await lab.start("h1", "redis");
  await lab.start("h1", "agent");
  await expectOneFailover();
}, 300_000);

test("a switchover is one message, and every channel can be tried", async () => {
  expect((await baton(home, ["switchover"])).code).toBe(0);
  await until("the switchover to be told", () => hooked("switchover").length > 0, TOLD_MS);
  await until("it to be mailed", () => mail.mails.length > 0, TOLD_MS);
  const tried = await baton(home, ["notify", "test", "--json"]);
  expect(tried.code, tried.out).toBe(0);
  const { channels } = JSON.parse(tried.out) as {
    readonly channels: readonly { readonly channel: string; readonly verdict: string }[];
  };
  expect(channels.map(({ channel, verdict }) => `${channel} ${verdict}`)).toEqual([
    "own sent",
    "mail sent",
    "alerts sent",
  ]);
  const tests = hook.messages.filter(({ notice }) => notice.id.startsWith("test-"));
  expect(tests.map(({ as }) => as)).toEqual(["open", "close"]);
  expect(hooked("switchover").map(({ as }) => as)).toEqual(["once"]);
  expect(hooked("failover")).toEqual([]);
  const mailed = mail.mails.filter(({ notice }) => notice.startsWith("switchover-"));
  expect(mailed).toHaveLength(1);
  const journal = await readFile(join(lab.directory, "h1/agent/journal.jsonl"), "utf8");
  expect(journal).not.toContain(SECRET);
}, 180_000);

test("a channel that is away is said, a dry run sends nothing, and no secret is shown", async () => {
  await hook.close();
  const { out, code } = await baton(home, ["notify", "test", "--channel", "own", "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ channels: [{ channel: "own", verdict: "failed" }] });
  expect(out).not.toContain(SECRET);
  const dry = await baton(home, ["notify", "test", "--channel", "own", "--dry-run"]);
  expect([dry.code, dry.out]).toEqual([0, expect.stringMatching(/^ready +own +webhook +would send: /)]);
  const unknown = await baton(home, ["notify", "test", "--channel", "nobody"]);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining("own, mail, alerts")]);
  const listed = await baton(home, ["notify", "list"]);
  expect(listed.out).toMatch(/own +webhook +every agent +all +info +no/);
  hook = await startHookReceiver(SECRET);
}, 120_000);
