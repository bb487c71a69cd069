// The reserved IP of DigitalOcean, against a copy that takes its time and one change at once.
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
import { RESERVED_IP } from "../../packages/baton/src/targets/fakes/digitalocean-reserved-ip.fixture.ts";
import type { Door } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import { digitaloceanReservedIp } from "../../packages/baton/src/targets/kinds/digitalocean-reserved-ip.ts";
import { testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import { slowness } from "../../packages/baton/src/sys/clock.ts";
import type { Target } from "../../packages/baton/src/targets/target.ts";

const kind = digitaloceanReservedIp;
const settings = { address: RESERVED_IP, droplets: dropletSettings };
const make = () => openSubject("reservedIp", settings);

sharedConformance(kind, { hasCredentials: true }, make);

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

async function open(more: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "baton-reserved-ip-"));
  endings.push(() => rm(folder, { recursive: true }));
  const subject = await openSubject("reservedIp", { ...settings, timeout: "5s", ...more });
  endings.push(() => subject.close());
  const door = await subject.openDoor();
  endings.push(() => door.close());
  const bench = await openBench({ kind, settings: door.settings, stateDirectory: folder });
  endings.push(() => bench.close());
  const target = await kind.open(kind.settings.parse(door.settings), testSurroundings());
  endings.push(async () => target.close?.());
  return { subject, door, bench, target };
}

const limit = () => AbortSignal.timeout(10_000);
const sentencesOf = async ({ target }: Stage, verdict: string) => {
  const proofs = (await target.prove?.(limit())) ?? [];
  return proofs.filter((one) => one.verdict === verdict).map(({ sentence }) => sentence);
};

describe("a reserved IP", () => {
  test("waits for the end of somebody else's change before it makes its own", async () => {
    const { subject, bench } = await open();
    await bench.lead(at(1, 1));
    subject.cloud.reservedIp.keepBusy(600);
    await bench.lead(at(2, 2));
    expect(await subject.shown()).toBe(place(2));
    const assignments = subject.cloud.requests.filter((one) => one.startsWith("POST"));
    expect(assignments).toHaveLength(2);
  });

  test("reads as drift while a change is under way: nobody knows where it will lead", async () => {
    const { subject, target } = await open();
    subject.cloud.reservedIp.lead(dropletId(1));
    subject.cloud.reservedIp.keepBusy(60_000);
    expect(await target.read?.(limit())).toEqual({
      endpoint: { address: "0.0.0.0", port: 0 },
      epoch: undefined,
      raw: "droplet 3164441 (h1), and a change is under way",
    });
    const [proof] = (await target.prove?.(limit())) ?? [];
    expect(proof?.sentence).toMatch(/in fra1; droplet 3164441 \(h1\) has it; a change is under way$/);
  });

  test("comes back later when the droplet has a pending event of another kind", async () => {
    const { subject, bench } = await open();
    const droplet = subject.cloud.droplets.host(2);
    droplet.isPending = true;
    await bench.untilError(at(2, 2), /422.*Droplet already has a pending event/);
    droplet.isPending = false;
    await bench.lead(at(2, 2));
    expect(await subject.shown()).toBe(place(2));
  });

  test("says that the vendor could not assign it, and asks again", async () => {
    const { subject, bench } = await open();
    await bench.lead(at(1, 1));
    subject.cloud.reservedIp.nextEnd = "errored";
    await bench.untilError(at(2, 2), /could not assign it: action \d+ has ended as errored/);
    await bench.lead(at(2, 2));
    expect(await subject.shown()).toBe(place(2));
  });

  test("is not assigned twice when the first attempt was cut off and its action went on", async () => {
    const { subject, bench } = await open({ timeout: "1s" });
    subject.cloud.reservedIp.slowMs = 2_500 * slowness();
    await bench.untilError(at(2, 2), /no end within \d+ ms/);
    await bench.lead(at(2, 2));
    expect(subject.cloud.reservedIp.history).toEqual([place(2)]);
    expect(subject.cloud.requests.filter((one) => one.startsWith("POST"))).toHaveLength(1);
  });

  test("is taken back from a droplet that is no host of the group", async () => {
    const { subject, bench, target } = await open();
    subject.cloud.droplets.addStranger(99);
    subject.cloud.reservedIp.lead(99);
    expect((await target.read?.(limit()))?.raw).toBe("droplet 99, which is no host of the group");
    await bench.lead(at(1, 1));
    expect(await subject.shown()).toBe(place(1));
  });

  test("proves that every droplet is there, active, in its region, and the one that is meant", async () => {
    const stage = await open();
    const { droplets } = stage.subject.cloud;
    expect(await sentencesOf(stage, "problem")).toEqual([]);
    droplets.destroy(1);
    const [second, third] = [droplets.host(2), droplets.host(3)];
    second.region = "ams3";
    second.status = "off";
    third.address = "10.9.0.77";
    expect(await sentencesOf(stage, "problem")).toEqual([
      expect.stringMatching(/^droplet 3164441 \(h1\): .*404/),
      "droplet 3164442 (h2): its status is off; it is in ams3 and the reserved IP in fra1",
      "droplet 3164443 (h3): it has 10.9.0.77, 203.0.113.7, and the node 10.9.0.3",
    ]);
    expect(stage.door.writes()).toBe(0);
  });

  test("proves what it may when the token cannot see droplets, which no change needs", async () => {
    const stage = await open();
    stage.subject.cloud.account.withheld.add("droplet:read");
    expect(await sentencesOf(stage, "problem")).toEqual([]);
    const untold = (await sentencesOf(stage, "unknown")).filter((one) => one.startsWith("droplet"));
    expect(untold).toHaveLength(3);
    expect(untold[0]).toMatch(/the token needs the scope droplet:read$/);
    await stage.bench.lead(at(2, 2));
  });

  test("tells a refusal once, however often it comes, with the number of a request", async () => {
    const { subject, bench } = await open();
    subject.cloud.account.withheld.add("reserved_ip:update");
    await bench.untilAttempts(at(2, 2), 3);
    const told = bench.news.filter(({ kind: what }) => what === "failed");
    expect(told).toHaveLength(1);
    const said = /403: forbidden: .*needs the scope reserved_ip:update \(request_id [0-9a-f-]{36}\)$/;
    expect(told[0]?.sentence).toMatch(said);
    expect(bench.state()?.lastError).toMatch(said);
  });

  test("says that there is no such reserved IP", async () => {
    const stage = await open({ address: "203.0.113.41" });
    expect(await sentencesOf(stage, "problem")).toEqual([
      expect.stringMatching(/203\.0\.113\.41: .*404/),
    ]);
  });

  test("refuses a list of droplets that does not fit the hosts of the group", async () => {
    const openWith = (droplets: Readonly<Record<string, number>>) =>
      kind.open(kind.settings.parse({ ...settings, droplets }), testSurroundings());
    await expect(openWith({ h1: 1, h2: 2 })).rejects.toThrow(
      /droplets lacks h3, which has a node of main/,
    );
    await expect(openWith({ h1: 1, h2: 2, h3: 3, h4: 4 })).rejects.toThrow(
      /names h4, which has no node/,
    );
    expect(kind.settings.safeParse({ ...settings, droplets: { h1: 7, h2: 7 } }).success).toBe(false);
  });
});
