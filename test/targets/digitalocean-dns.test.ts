// A record of DigitalOcean's DNS and the epoch beside it, against a copy of a domain.
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
import { DOMAIN } from "../../packages/baton/src/targets/fakes/digitalocean-dns.fixture.ts";
import type { Door } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import { digitaloceanDns as kind } from "../../packages/baton/src/targets/kinds/digitalocean-dns.ts";
import { testNodes, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Target } from "../../packages/baton/src/targets/target.ts";

const settings = { domain: DOMAIN, record: "redis" };

sharedConformance(kind, { hasCredentials: true }, () => openSubject("domain", settings));
describe("without an epoch", () => {
  const make = () => openSubject("domain", { ...settings, keepEpoch: false });
  sharedConformance(kind, { hasCredentials: true }, make);
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

async function open(more: Readonly<Record<string, unknown>> = {}, surroundings = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "baton-digitalocean-dns-"));
  endings.push(() => rm(folder, { recursive: true }));
  const subject = await openSubject("domain", { ...settings, ...more });
  endings.push(() => subject.close());
  const door = await subject.openDoor();
  endings.push(() => door.close());
  const bench = await openBench({ kind, settings: door.settings, stateDirectory: folder });
  endings.push(() => bench.close());
  const target = await kind.open(kind.settings.parse(door.settings), testSurroundings(surroundings));
  endings.push(async () => target.close?.());
  return { subject, door, bench, target };
}

const limit = () => AbortSignal.timeout(10_000);
const problemsOf = async ({ target }: Stage) => {
  const proofs = (await target.prove?.(limit())) ?? [];
  return proofs.filter(({ verdict }) => verdict === "problem").map(({ sentence }) => sentence);
};
const shown = ({ subject }: Stage, type: string) =>
  subject.cloud.domain.named(type).map(({ data, ttl }) => `${data} ${ttl}`);
const changeTo = (address: string, epoch: number) => ({
  group: "main",
  endpoint: { address, port: 6379 },
  epoch,
  from: undefined,
  role: "leader" as const,
});

describe("a name", () => {
  test("is made with its epoch, and nothing else of the domain is touched", async () => {
    const stage = await open();
    const { records } = stage.subject.cloud.domain;
    const before = JSON.stringify(records);
    await stage.bench.lead(at(1, 7));
    expect(shown(stage, "A")).toEqual(["10.9.0.1 30"]);
    expect(shown(stage, "TXT")).toEqual(["baton group=main epoch=7 30"]);
    expect(JSON.stringify(records.filter(({ name }) => name !== "redis"))).toBe(before);
  });

  test("gets the TTL that the cluster file says with its next change, and is a problem before", async () => {
    const stage = await open();
    stage.subject.cloud.domain.add({ type: "A", name: "redis", data: "10.9.0.1", ttl: 1_800 });
    expect(await problemsOf(stage)).toEqual([
      "redis.example.com: resolvers keep it for 1800 s; set its TTL to 30 now: a change does it too late",
    ]);
    await stage.bench.lead(at(2, 2));
    expect(shown(stage, "A")).toEqual(["10.9.0.2 30"]);
    expect(await problemsOf(stage)).toEqual([]);
  });

  test("is not taken from a newer epoch, whatever the agent remembers", async () => {
    const stage = await open();
    await stage.bench.lead(at(2, 9));
    const late = stage.target.write(changeTo("10.9.0.1", 8), limit());
    await expect(late).rejects.toThrow("holds epoch 9 (10.9.0.2:6379), and 8 is older");
    expect(shown(stage, "A")).toEqual(["10.9.0.2 30"]);
  });

  test("gets its epoch before its address: a crash between the two keeps older ones out", async () => {
    const stage = await open();
    await stage.bench.lead(at(1, 3));
    await stage.bench.close();
    const held = stage.door.holdWrite(2);
    const giveUp = new AbortController();
    const writing = stage.target.write(changeTo("10.9.0.2", 4), giveUp.signal);
    await held.reached;
    giveUp.abort(new Error("crashed"));
    await expect(writing).rejects.toThrow("crashed");
    expect([shown(stage, "A"), shown(stage, "TXT")]).toEqual([
      ["10.9.0.1 30"],
      ["baton group=main epoch=4 30"],
    ]);
    await expect(stage.target.write(changeTo("10.9.0.3", 3), limit())).rejects.toThrow("holds epoch 4");
    await stage.target.write(changeTo("10.9.0.2", 4), limit());
    expect(shown(stage, "A")).toEqual(["10.9.0.2 30"]);
    await held.release();
  });

  test("gets its epoch again when somebody has removed the text", async () => {
    const stage = await open();
    await stage.bench.lead(at(1, 3));
    const { records } = stage.subject.cloud.domain;
    records.splice(
      records.findIndex(({ type, name }) => type === "TXT" && name === "redis"),
      1,
    );
    expect((await stage.target.read?.(limit()))?.raw).toBe("redis.example.com A 10.9.0.1, no epoch yet");
    await stage.target.write(changeTo("10.9.0.1", 3), limit());
    expect(shown(stage, "TXT")).toEqual(["baton group=main epoch=3 30"]);
  });

  test("leads to one address again after two agents have made it at the same moment", async () => {
    const stage = await open();
    const { domain } = stage.subject.cloud;
    for (const host of [1, 2]) {
      domain.add({ type: "A", name: "redis", data: `10.9.0.${host}`, ttl: 30 });
      domain.add({ type: "TXT", name: "redis", data: `"baton group=main epoch=${host}"`, ttl: 30 });
    }
    const reading = await stage.target.read?.(limit());
    expect(reading).toMatchObject({ endpoint: { port: 0 }, epoch: 2 });
    await stage.bench.lead(at(2, 3));
    expect(shown(stage, "A")).toEqual(["10.9.0.2 30"]);
    expect(shown(stage, "TXT")).toEqual(["baton group=main epoch=3 30"]);
    expect(domain.history).not.toContain(place(3));
  });

  test.each([
    ["an address of no node stands beside another", "A", "203.0.113.9", /addresses that are no node's/],
    ["it is an alias", "CNAME", "www.example.com.", /is a CNAME of www\.example\.com\.: remove it/],
  ])("is left alone when %s", async (_why, type, data, said) => {
    const stage = await open();
    const { domain } = stage.subject.cloud;
    if (type === "A") domain.add({ type: "A", name: "redis", data: "10.9.0.1", ttl: 30 });
    domain.add({ type, name: "redis", data, ttl: 30 });
    const before = JSON.stringify(domain.records);
    await stage.bench.untilError(at(2, 2), said);
    expect(await problemsOf(stage)).toEqual([expect.stringMatching(said)]);
    expect(JSON.stringify(domain.records)).toBe(before);
  });

  test("is found behind other records when the vendor hears no filter and lists two a page", async () => {
    const stage = await open();
    const { domain, ...cloud } = stage.subject.cloud;
    domain.isFiltering = false;
    domain.perPageMax = 2;
    await stage.bench.lead(at(1, 1));
    await stage.bench.lead(at(2, 2));
    expect(shown(stage, "A")).toEqual(["10.9.0.2 30"]);
    expect(cloud.requests).toContain(
      "GET /v2/domains/example.com/records?name=redis.example.com&per_page=200&page=3",
    );
  });

  test("becomes an AAAA record when the primary has an IPv6 address", async () => {
    const six = { host: "h4", endpoint: { address: "2001:db8::4", port: 6379 } };
    const stage = await open({}, { nodes: [...testNodes, six] });
    await stage.target.write(changeTo("10.9.0.1", 1), limit());
    await stage.target.write(changeTo("2001:db8::4", 2), limit());
    expect([shown(stage, "A"), shown(stage, "AAAA")]).toEqual([[], ["2001:db8::4 30"]]);
    const reading = await stage.target.read?.(limit());
    expect(reading).toMatchObject({ endpoint: six.endpoint, epoch: 2 });
  });

  test("can be the domain itself, whose other texts stay", async () => {
    const stage = await open({ record: "@" });
    await stage.target.write(changeTo("10.9.0.1", 1), limit());
    const { domain } = stage.subject.cloud;
    expect(domain.named("A", "@").map(({ data }) => data)).toEqual(["10.9.0.1"]);
    const texts = domain.named("TXT", "@").map(({ data }) => data);
    expect(texts).toEqual(["v=spf1 -all", "baton group=main epoch=1"]);
  });
});
