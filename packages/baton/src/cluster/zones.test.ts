// Where hosts are: a zone whose loss stops every failover, and an address that leads each host to itself.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatProblem, loadCluster } from "./load.ts";

interface Written {
  readonly zone: string;
  readonly runs?: string;
  readonly address?: string;
}

const textOf = (hosts: readonly Written[]): string =>
  [
    "hosts:",
    ...hosts.map(({ zone, runs = "redis, sentinel", address }, index) => {
      const at = address ?? `10.0.0.${index + 1}`;
      return `  - { name: h${index + 1}, address: "${at}", runs: [${runs}], zone: ${zone} }`;
    }),
    "",
  ].join("\n");

function problemsOf(hosts: readonly Written[]): readonly string[] {
  const loaded = loadCluster(textOf(hosts), "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
}

const inZones = (...zones: readonly string[]): readonly Written[] => zones.map((zone) => ({ zone }));

describe("a zone that holds too many Sentinels", () => {
  test("is refused at the first host that is one too many, with what to do", () => {
    expect(problemsOf(inZones("a", "b", "b"))).toEqual([
      "x.yml:4:69 hosts.2.zone Zone b holds 2 of 3 Sentinels: without it 1 can vote, and every failover " +
        "takes 2; put at most 1 Sentinel into each zone, which takes three zones or more; where one site " +
        "is all there is, give all hosts the same zone",
    ]);
  });

  test("is refused, too, with half of an even number: the other half is no majority", () => {
    expect(problemsOf(inZones("a", "a", "b", "b"))).toEqual([
      expect.stringContaining("Zone a holds 2 of 4 Sentinels"),
    ]);
    expect(problemsOf(inZones("a", "b", "c", "c"))).toHaveLength(1);
  });

  test("is refused where a replica elsewhere waits for votes that are gone", () => {
    expect(problemsOf([...inZones("a", "a", "a"), { zone: "b", runs: "redis" }])).toEqual([
      expect.stringContaining("Zone a holds 3 of 3 Sentinels"),
    ]);
  });

  test("is none where every zone can be lost, or there is but one for all that serves", () => {
    expect(problemsOf(inZones("a", "b", "c"))).toEqual([]);
    expect(problemsOf(inZones("a", "a", "b", "b", "c"))).toEqual([]);
    expect(problemsOf(inZones("a", "a", "a"))).toEqual([]);
    // Applications elsewhere have nothing to vote on.
    expect(problemsOf([...inZones("a", "a", "a"), { zone: "b", runs: "router" }])).toEqual([]);
  });

  test("is found in whatever plan: those that are taken survive the loss of any zone", () => {
    const zones = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 3, maxLength: 9 });
    fc.assert(
      fc.property(zones, (plan) => {
        const left = (zone: string): number => plan.filter((other) => other !== zone).length;
        const isSurvivable = plan.every((zone) => left(zone) > plan.length / 2);
        const isOneSite = new Set(plan).size === 1;
        expect(problemsOf(inZones(...plan))).toHaveLength(isSurvivable || isOneSite ? 0 : 1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("loopback addresses", () => {
  test("are refused beside others: each host would find itself there", () => {
    expect(problemsOf([{ zone: "a", address: "127.0.0.1" }, ...inZones("b", "c")])).toEqual([
      "x.yml:2:26 hosts.0.address 127.0.0.1 is an address of each machine itself, and h2 is another " +
        "machine (10.0.0.2); expected the address at which others reach h1",
    ]);
  });

  test("are fine where everything is on one machine", () => {
    const hosts = [1, 2, 3].map((index) => ({ zone: `z${index}`, address: `127.0.0.${index}` }));
    expect(problemsOf(hosts)).toEqual([]);
  });
});
