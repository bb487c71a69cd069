// The load balancer of DigitalOcean, by list and by tag, against a copy that follows a moment later.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { at, type Bench, openBench, place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import {
  openSubject,
  type PartSubject,
} from "../../packages/baton/src/targets/fakes/digitalocean.fixture.ts";
import {
  dropletId,
  dropletSettings,
} from "../../packages/baton/src/targets/fakes/digitalocean-droplets.fixture.ts";
import {
  LOAD_BALANCER,
  TAG,
} from "../../packages/baton/src/targets/fakes/digitalocean-load-balancer.fixture.ts";
import type { Door } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import { digitaloceanBalancer } from "../../packages/baton/src/targets/kinds/digitalocean-load-balancer.ts";
import { testNodes, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Target } from "../../packages/baton/src/targets/target.ts";

const kind = digitaloceanBalancer;
const byList = { loadBalancer: LOAD_BALANCER, droplets: dropletSettings };
const byTag = { ...byList, tag: TAG };
const openByTag = (settings: Readonly<Record<string, unknown>> = {}) =>
  openSubject("loadBalancer", { ...byTag, ...settings }, ({ loadBalancer }) => {
    loadBalancer.tag = TAG;
  });

describe("by list", () => {
  sharedConformance(kind, { hasCredentials: true }, () => openSubject("loadBalancer", byList));
});
describe("by tag", () => {
  sharedConformance(kind, { hasCredentials: true }, () => openByTag());
});

interface Stage {
  readonly subject: PartSubject;
  readonly door: Door;
  readonly bench: Bench;
  readonly target: Target;
}

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function openStage(subject: PartSubject): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "baton-load-balancer-"));
  endings.push(() => rm(folder, { recursive: true }));
  endings.push(() => subject.close());
  const door = await subject.openDoor();
  endings.push(() => door.close());
  const bench = await openBench({ kind, settings: door.settings, stateDirectory: folder });
  endings.push(() => bench.close());
  const target = await kind.open(kind.settings.parse(door.settings), testSurroundings());
  endings.push(async () => target.close?.());
  return { subject, door, bench, target };
}
const onList = async (more = {}) => openStage(await openSubject("loadBalancer", { ...byList, ...more }));
const onTag = async (more = {}) => openStage(await openByTag(more));

const limit = () => AbortSignal.timeout(10_000);
const problemsOf = async ({ target }: Stage) => {
  const proofs = (await target.prove?.(limit())) ?? [];
  return proofs.filter(({ verdict }) => verdict === "problem").map(({ sentence }) => sentence);
};
const changeTo = (host: number) => ({
  group: "main",
  endpoint: testNodes[host - 1]?.endpoint ?? { address: "", port: 0 },
  epoch: 9,
  from: undefined,
  role: "leader" as const,
});

describe.each([
  ["by list", onList],
  ["by tag", onTag],
] as const)("a load balancer %s", (_name, open) => {
  test("always has a droplet behind it, and only the primary's in the end", async () => {
    const { subject, bench } = await open();
    for (let epoch = 1; epoch <= 6; epoch += 1) await bench.lead(at(1 + (epoch % 3), epoch));
    const { loadBalancer } = subject.cloud;
    expect(loadBalancer.members).toEqual([dropletId(1)]);
    expect(loadBalancer.sizes).toEqual([1, ...Array.from({ length: 5 }, () => [2, 1]).flat()]);
    expect(subject.cloud.requests.filter((one) => one.startsWith("PUT"))).toEqual([]);
  });

  test("is left alone while a machine that is none of ours is behind it", async () => {
    const { subject, door, bench, ...stage } = await open();
    const { loadBalancer, droplets } = subject.cloud;
    droplets.addStranger(99);
    loadBalancer.lead([99, dropletId(1)]);
    const said = /behind it is droplet 99, which is no host of the group: Baton leaves it alone/;
    await bench.untilError(at(2, 2), said);
    expect(door.writes()).toBe(0);
    expect(await problemsOf({ subject, door, bench, ...stage })).toEqual([expect.stringMatching(said)]);
    loadBalancer.lead([dropletId(1)]);
    await bench.lead(at(2, 2));
  });

  test("takes nobody away when somebody else has added a droplet meanwhile", async () => {
    const { subject, door, target } = await open();
    const { loadBalancer } = subject.cloud;
    loadBalancer.lead([dropletId(1)]);
    const held = door.holdWrite(1);
    const writing = target.write(changeTo(2), limit()).then(
      () => "done",
      (error: unknown) => (error as Error).message,
    );
    await held.reached;
    loadBalancer.lead([dropletId(1), dropletId(3)]);
    await held.release();
    expect(await writing).toMatch(/droplet 3164443 \(h3\) has come meanwhile/);
    expect(loadBalancer.members).toEqual([1, 3, 2].map(dropletId));
    await target.write(changeTo(2), limit());
    expect(loadBalancer.members).toEqual([dropletId(2)]);
  });

  test("says which right is missing when it does not learn who is behind it", async () => {
    const { subject, bench } = await open();
    subject.cloud.loadBalancer.otherwise = { droplet_ids: undefined };
    await bench.untilError(at(1, 1), /droplet_ids: missing; the token may lack the scope droplet:read/);
    expect(subject.cloud.loadBalancer.sizes).toEqual([]);
  });
});

describe("a load balancer", () => {
  test("is not touched when it follows a tag and the cluster file says otherwise", async () => {
    const stage = await onList();
    stage.subject.cloud.loadBalancer.tag = TAG;
    const said = /it follows the tag redis:primary: add tag: redis:primary here, or give it a list/;
    await stage.bench.untilError(at(1, 1), said);
    expect(await problemsOf(stage)).toEqual([expect.stringMatching(said)]);
    expect(stage.door.writes()).toBe(0);
  });

  test("is not touched when it has a list, or another tag, than the cluster file says", async () => {
    const stage = await onTag();
    const { loadBalancer } = stage.subject.cloud;
    loadBalancer.tag = "";
    await stage.bench.untilError(at(1, 1), /it has a list of droplets, and not the tag redis:primary/);
    loadBalancer.tag = "web";
    await stage.bench.untilError(at(1, 1), /it follows the tag web, and not the tag redis:primary/);
    expect(stage.door.writes()).toBe(0);
  });

  test("waits while it is busy with an earlier change, which is no missing right", async () => {
    const { subject, bench } = await onList();
    subject.cloud.loadBalancer.busyMs = 400;
    await bench.lead(at(1, 1));
    await bench.untilError(at(2, 2), /403.*processes previous actions/);
    expect(bench.state()?.lastError).not.toMatch(/scope/);
    await bench.lead(at(2, 2));
    expect(await subject.shown()).toBe(place(2));
    expect(subject.cloud.loadBalancer.sizes).not.toContain(0);
  });

  test("keeps the tag on the old droplet until the balancer has followed to the new one", async () => {
    const { subject, bench } = await onTag({ timeout: "10s" });
    const { loadBalancer, requests, droplets } = subject.cloud;
    loadBalancer.lead([dropletId(1)]);
    loadBalancer.followMs = 900;
    await bench.lead(at(2, 2));
    expect(loadBalancer.sizes).toEqual([1, 2, 1]);
    expect(droplets.tagged(TAG)).toEqual([dropletId(2)]);
    const looksBetween =
      requests.lastIndexOf("DELETE /v2/tags/redis%3Aprimary/resources") -
      requests.indexOf("POST /v2/tags/redis%3Aprimary/resources");
    expect(looksBetween).toBeGreaterThan(2);
  });

  test("is judged by whether Redis can live behind it", async () => {
    const stage = await onList();
    const { loadBalancer } = stage.subject.cloud;
    const problemsWith = async (otherwise: Readonly<Record<string, unknown>>) => {
      loadBalancer.otherwise = otherwise;
      return (await problemsOf(stage)).join("\n");
    };
    expect(await problemsWith({})).toBe("");
    expect(await problemsWith({ enable_proxy_protocol: true })).toMatch(/PROXY protocol/);
    expect(await problemsWith({ type: "GLOBAL" })).toMatch(/speaks HTTP alone/);
    expect(await problemsWith({ status: "errored" })).toMatch(/it is errored/);
    const http = { entry_protocol: "http", entry_port: 80, target_protocol: "http", target_port: 6379 };
    expect(await problemsWith({ forwarding_rules: [http] })).toMatch(/port 80 is http/);
    const check = {
      protocol: "http",
      port: 6379,
      path: "/",
      check_interval_seconds: 3,
      healthy_threshold: 2,
    };
    expect(await problemsWith({ health_check: check })).toMatch(/every droplet stays down/);
    expect(await problemsWith({ vpc_uuid: "0d3db13e-a604-4944-9827-7ec2642d32ac" })).toMatch(
      /another VPC/,
    );
  });

  test("says how long a new droplet waits for its health checks, and what would need no target", async () => {
    const { subject, target } = await onList();
    const check = {
      protocol: "http",
      port: 9121,
      path: "/primary?group=main",
      check_interval_seconds: 10,
    };
    subject.cloud.loadBalancer.otherwise = {
      health_check: { ...check, healthy_threshold: 3 },
      network: "EXTERNAL",
    };
    const sentences = (await target.prove?.(limit()))?.map(({ sentence }) => sentence).join("\n");
    expect(sentences).toMatch(/gets connections after 3, about 30 s; with all droplets behind it/);
    expect(sentences).toMatch(/it is public and lets everybody in/);
  });
});
