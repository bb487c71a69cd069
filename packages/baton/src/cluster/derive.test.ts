import { describe, expect, test } from "vitest";
import { deriveTimings } from "./derive.ts";
import { formatProblem, loadCluster } from "./load.ts";
import type { Timings } from "./types.ts";

interface Wanted {
  readonly objectives?: string;
  readonly redis?: string;
  readonly sentinel?: string;
  readonly sentinels?: number;
  readonly replicas?: number;
}

function textOf({
  objectives = "{}",
  redis = "{}",
  sentinel = "{}",
  sentinels = 3,
  replicas = 2,
}: Wanted): string {
  const hosts = Array.from({ length: Math.max(sentinels, replicas + 1) }, (_, index) => {
    const roles = [
      ...(index <= replicas ? ["redis"] : []),
      ...(index < sentinels ? ["sentinel"] : []),
      "agent",
    ];
    return `  - { name: h${index}, address: 10.0.0.${index + 1}, runs: [${roles.join(", ")}] }`;
  });
  const sections = [`objectives: ${objectives}`, `redis: ${redis}`, `sentinel: ${sentinel}`];
  return [...sections, "hosts:", ...hosts, ""].join("\n");
}

/** Every derived value by name. */
function valuesOf(wanted: Wanted): Record<keyof Timings, number> {
  return Object.fromEntries(
    Object.entries(timingsOf(wanted)).map(([name, { value }]: [string, { value: number }]) => [
      name,
      value,
    ]),
  ) as Record<keyof Timings, number>;
}

function timingsOf(wanted: Wanted): Timings {
  const loaded = loadCluster(textOf(wanted), "x.yml");
  if (loaded.kind === "bad") throw new Error(loaded.problems.map(formatProblem).join("\n"));
  const [group] = loaded.cluster.groups;
  const derived = group === undefined ? undefined : deriveTimings(loaded.cluster, group);
  if (derived?.kind !== "ok") throw new Error("a loaded cluster was refused");
  return derived.timings;
}

function problemsOf(wanted: Wanted): readonly string[] {
  const loaded = loadCluster(textOf(wanted), "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
}

describe("down-after", () => {
  test.each([
    ["2200ms", 1000],
    ["2250ms", 1000],
    ["3s", 1800],
    ["5s", 3800],
    ["30s", 28_800],
    ["2m", 30_000],
  ])("is what an rto of %s leaves after the failover itself: %i ms", (rto, expected) => {
    expect(valuesOf({ objectives: `{ rto: ${rto} }` }).downAfterMs).toBe(expected);
  });

  test("cannot be small enough for an rto under 2200ms, which is refused with that number", () => {
    for (const rto of ["2199ms", "1s", "0s"]) {
      const [problem] = problemsOf({ objectives: `{ rto: ${rto} }` });
      expect(problem).toMatch(
        /^x\.yml:1:20 objectives\.rto An rto of \S+ is not possible; the smallest is 2200ms: /,
      );
    }
  });

  test("may be set by hand within the rto, and says that it is", () => {
    const { downAfterMs } = timingsOf({ objectives: "{ rto: 5s }", sentinel: "{ downAfter: 2s }" });
    expect(downAfterMs).toMatchObject({ value: 2000, origin: "set" });
    expect(downAfterMs.reason).toMatch(
      /^Set by hand, instead of 3800 ms\. .*3\.2 s in all, for an rto of 5s/,
    );
  });

  test("is refused by hand where it breaks the rto, with the largest that does not", () => {
    const [problem] = problemsOf({ objectives: "{ rto: 3s }", sentinel: "{ downAfter: 1801ms }" });
    expect(problem).toBe(
      "x.yml:3:24 sentinel.downAfter A down-after of 1801ms breaks the rto of 3s; " +
        "the largest is 1800ms: the failover itself takes up to 1.2 s more",
    );
    expect(problemsOf({ objectives: "{ rto: 3s }", sentinel: "{ downAfter: 1800ms }" })).toEqual([]);
  });
});

describe("the timings that follow from down-after", () => {
  test.each([
    ["2200ms", 5000, 5000],
    ["3s", 5000, 9000],
    ["5s", 7600, 19_000],
    ["2m", 30_000, 30_000],
  ])(
    "for an rto of %s: failover-timeout %i ms, tilt-period %i ms",
    (rto, failoverTimeoutMs, tiltPeriodMs) => {
      expect(valuesOf({ objectives: `{ rto: ${rto} }` })).toMatchObject({
        failoverTimeoutMs,
        tiltPeriodMs,
      });
    },
  );

  test("keep TILT shorter than the time in which a failure must be found, for every rto", () => {
    for (const rtoMs of [2200, 2700, 3000, 4200, 4300, 7000, 31_200, 3_600_000]) {
      const { downAfterMs, tiltPeriodMs } = valuesOf({ objectives: `{ rto: ${rtoMs}ms }` });
      expect(tiltPeriodMs).toBeLessThan(10 * downAfterMs);
    }
  });

  test("name the outage after a failed attempt, and that the rto does not cover it", () => {
    expect(timingsOf({ objectives: "{ rto: 3s }" }).failoverTimeoutMs.reason).toContain("up to 13.3 s");
    expect(timingsOf({ objectives: "{ rto: 3s }" }).failoverTimeoutMs.reason).toContain(
      "more than the rto",
    );
  });

  test("are constant where the objectives have no say", () => {
    expect(valuesOf({})).toMatchObject({ parallelSyncs: 1, infoPeriodMs: 1000, publishPeriodMs: 500 });
  });

  test("are longer with hundreds of groups, and never so long that no replica could be promoted", () => {
    const periods = (groups: number) => {
      const lines = Array.from(
        { length: groups },
        (_, index) => `  - { name: g${index}, port: ${7000 + index} }`,
      );
      const loaded = loadCluster(`${textOf({})}groups:\n${lines.join("\n")}\n`, "x.yml");
      if (loaded.kind === "bad") throw new Error(loaded.problems.map(formatProblem).join("\n"));
      const [group] = loaded.cluster.groups;
      const derived = group === undefined ? undefined : deriveTimings(loaded.cluster, group);
      if (derived?.kind !== "ok") throw new Error("a loaded cluster was refused");
      const { infoPeriodMs, publishPeriodMs } = derived.timings;
      return [infoPeriodMs.value, publishPeriodMs.value];
    };
    expect(periods(250)).toEqual([1000, 500]);
    expect(periods(500)).toEqual([2000, 1000]);
    expect(periods(1000)).toEqual([4000, 2000]);
  });
});

describe("the quorum", () => {
  test.each([
    [3, 2],
    [4, 3],
    [5, 3],
    [7, 4],
  ])("of %i Sentinels is a majority: %i", (sentinels, expected) => {
    expect(valuesOf({ sentinels }).quorum).toBe(expected);
  });

  test("may be set from 2 to the majority", () => {
    expect(timingsOf({ sentinels: 5, sentinel: "{ quorum: 2 }" }).quorum).toMatchObject({
      value: 2,
      origin: "set",
    });
  });

  test("is refused outside of that, with what would go wrong", () => {
    expect(problemsOf({ sentinel: "{ quorum: 1 }" })[0]).toContain(
      "one Sentinel with a broken network would replace",
    );
    expect(problemsOf({ sentinel: "{ quorum: 3 }" })[0]).toContain(
      "the loss of 1 Sentinel of 3 would stop every failover",
    );
    expect(problemsOf({ sentinels: 5, sentinel: "{ quorum: 4 }" })[0]).toContain(
      "the loss of 2 Sentinels of 5",
    );
    expect(problemsOf({ sentinel: "{ quorum: 9 }" })[0]).toContain("there are only 3 Sentinels");
  });
});

describe("min-replicas", () => {
  test.each([
    ["3s", 2],
    ["4s", 3],
    ["5s", 4],
    ["5999ms", 4],
    ["11s", 10],
    ["2m", 10],
    ["none", 10],
  ])("bounds an rpo of %s with a max-lag of %i s", (rpo, expected) => {
    const values = valuesOf({ objectives: `{ rpo: ${rpo} }` });
    expect(values).toMatchObject({ minReplicasToWrite: 1, minReplicasMaxLagSeconds: expected });
  });

  test("refuses an rpo that asynchronous replication cannot keep, with the smallest one", () => {
    for (const rpo of ["0", "0s", "1s", "2999ms"]) {
      const [problem] = problemsOf({ objectives: `{ rpo: ${rpo} }` });
      expect(problem).toMatch(
        /^x\.yml:1:20 objectives\.rpo .* the smallest is 3s: .*needs replicated writes/,
      );
    }
  });

  test("is off with a single replica, because the loss of it would stop all writes", () => {
    expect(valuesOf({ replicas: 1, objectives: "{ rpo: none }" }).minReplicasToWrite).toBe(0);
    const [problem] = problemsOf({ replicas: 1, objectives: "{ rpo: 5s }" });
    expect(problem).toMatch(
      /objectives\.rpo An rpo of 5s needs 2 replicas, and group main has 1 replica: /,
    );
    expect(problem).toContain('add a replica or write "rpo: none"');
  });

  test("refuses the default rpo with a single replica, too, and points at what is there", () => {
    expect(problemsOf({ replicas: 1 })[0]).toMatch(/^x\.yml:1:13 objectives\.rpo /);
  });

  test("may not be switched off under a bounded rpo, and may without one", () => {
    const redis = "{ minReplicasToWrite: 0 }";
    expect(problemsOf({ redis })[0]).toContain("redis.minReplicasToWrite 0 breaks the rpo of 5s");
    expect(valuesOf({ redis, objectives: "{ rpo: none }" }).minReplicasToWrite).toBe(0);
  });

  test("may not ask for more replicas than are left after a failover", () => {
    const redis = "{ minReplicasToWrite: 2 }";
    expect(problemsOf({ redis })[0]).toContain("Expected at most 1, found 2");
    expect(valuesOf({ redis, replicas: 3 }).minReplicasToWrite).toBe(2);
  });

  test("may have a shorter max-lag by hand, and not one that breaks the rpo", () => {
    expect(valuesOf({ redis: "{ minReplicasMaxLag: 2s }" }).minReplicasMaxLagSeconds).toBe(2);
    expect(problemsOf({ redis: "{ minReplicasMaxLag: 5s }" })[0]).toContain("the largest is 4s");
    const none = { redis: "{ minReplicasMaxLag: 60s }", objectives: "{ rpo: none }" };
    expect(valuesOf(none).minReplicasMaxLagSeconds).toBe(60);
  });
});

test("every reason is whole sentences, for derived values and for values set by hand", () => {
  const sentinel = "{ downAfter: 2s, failoverTimeout: 6s, parallelSyncs: 2, quorum: 2 }";
  const redis = "{ minReplicasToWrite: 1, minReplicasMaxLag: 3s }";
  for (const wanted of [{}, { sentinel, redis }, { replicas: 1, objectives: "{ rpo: none }" }]) {
    for (const [name, { reason }] of Object.entries(timingsOf(wanted)) as [
      string,
      { reason: string },
    ][]) {
      expect(reason, name).toMatch(/^[A-Z0-9].*\.$/);
      expect(reason, name).not.toMatch(/ {2}|undefined|NaN|Infinity/);
    }
  }
});
