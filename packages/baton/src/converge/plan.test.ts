import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { PLAYBOOK } from "../render/ansible/playbook.ts";
import { obstaclesOf, PHASES, phasesOf, planOf, type Step, type UnitFacts } from "./plan.ts";

const node: UnitFacts = {
  unit: "redis-server@main.service",
  job: { kind: "node", group: "main" },
  isWanted: true,
  isActive: true,
  isEnabled: true,
  isReplaced: false,
  compared: { before: "hz 10\n", after: "hz 10\n", certificatesChanged: false },
  strangers: [],
};
const sentinel: UnitFacts = {
  ...node,
  unit: "redis-sentinel.service",
  job: { kind: "sentinel" },
  compared: { before: "port 26379\n", after: "port 26379\n", certificatesChanged: false },
};
const baton: UnitFacts = {
  ...node,
  unit: "baton-agent.service",
  job: { kind: "baton" },
  compared: { before: "[1]", after: "[1]", certificatesChanged: false },
};

const from = (
  facts: UnitFacts,
  before: string,
  after: string,
  certificatesChanged = false,
): UnitFacts => {
  return { ...facts, compared: { before, after, certificatesChanged } };
};
const shown = (facts: UnitFacts): readonly string[] =>
  planOf([facts]).map(({ kind, reason }) => `${kind}: ${reason}`);

describe("of a unit that is wanted", () => {
  test.each<[string, UnitFacts, readonly string[]]>([
    ["as it should be there is nothing to do", node, []],
    ["that does not run, it is started", { ...node, isActive: false }, ["start: it does not run"]],
    [
      "that does not run nothing else matters",
      { ...from(node, "hz 10\n", "hz 20\n"), isActive: false, isReplaced: true, isEnabled: false },
      ["start: it does not run"],
    ],
    [
      "that a boot would not start, it is started anew",
      { ...node, isEnabled: false },
      ["restart: a boot would not start it"],
    ],
    [
      "whose program was replaced, it is started anew",
      { ...node, isReplaced: true },
      ["restart: its program has been replaced"],
    ],
    [
      "of which nobody knows the start, it is started anew, with every reason",
      { ...sentinel, compared: undefined, isReplaced: true, strangers: ["10.0.0.4:6379"] },
      [
        "restart: its program has been replaced, it still counts 10.0.0.4:6379, not in the cluster file " +
          "and nobody knows what it was started with",
      ],
    ],
    [
      "that counts strangers, it is started anew",
      { ...sentinel, strangers: ["10.0.0.4:26379", "10.0.0.4:6379"] },
      ["restart: it still counts 10.0.0.4:26379 and 10.0.0.4:6379, not in the cluster file"],
    ],
    [
      "a directive that Redis takes while it runs is set",
      from(node, "hz 10\nmaxmemory 1gb\n", "hz 20\nmaxmemory 2gb\n"),
      ["set: hz and maxmemory"],
    ],
    [
      "a directive that Redis takes at a start only starts it anew, and sets nothing before",
      from(node, "hz 10\ndatabases 16\n", "hz 20\ndatabases 32\n"),
      ["restart: databases can only be changed by a start"],
    ],
    [
      "a line that is gone starts it anew",
      from(node, "hz 10\nmaxmemory 1gb\n", "hz 10\n"),
      ["restart: maxmemory can only be changed by a start"],
    ],
    [
      "that is to be started anew anyway, nothing is set before",
      { ...from(node, "hz 10\n", "hz 20\n"), isReplaced: true },
      ["restart: its program has been replaced"],
    ],
    [
      "another certificate is taken by a node while it runs",
      from(node, "hz 10\n", "hz 10\n", true),
      ["set: the certificate"],
    ],
    [
      "another certificate starts a Sentinel anew",
      from(sentinel, "port 1\n", "port 1\n", true),
      ["restart: its certificate is another one"],
    ],
    [
      "any directive starts a Sentinel anew",
      from(sentinel, "port 1\nloglevel notice\n", "port 1\nloglevel debug\n"),
      ["restart: its settings are other ones now"],
    ],
    [
      "of Baton's own, anything that it reads starts it anew",
      from(baton, "[1]", "[2]"),
      ["restart: what it reads at its start has changed"],
    ],
    ["of Baton's own, texts are not settings", from(baton, "user a on #1", "user a on #1"), []],
  ])("%s", (_, facts, expected) => {
    expect(shown(facts)).toEqual(expected);
  });

  test("every start and step names its unit and its job", () => {
    const facts = from(sentinel, "user a on #1\n", "user a on #2\n");
    for (const { unit, job } of planOf([facts])) expect([unit, job]).toEqual([facts.unit, facts.job]);
  });
});

describe("of a password that changes", () => {
  const rotated = from(node, "user agent on #old ~*\n", "user agent on #new ~*\n");

  test("the new one is accepted first and the old one forgotten last, on a node and on a Sentinel", () => {
    for (const facts of [rotated, { ...sentinel, compared: rotated.compared }]) {
      expect(planOf([facts]).map(({ kind, reason }) => [kind, reason])).toEqual([
        ["accept", "1 user: agent"],
        ["forget", "1 user: agent"],
      ]);
    }
    const [accept, forget] = planOf([rotated]);
    expect(accept).toMatchObject({ users: [{ name: "agent", rules: ["on", "#new", "~*", "#old"] }] });
    expect(forget).toMatchObject({ users: [{ name: "agent", rules: ["on", "#new", "~*"] }] });
  });

  test("what has been accepted already is only left to be forgotten", () => {
    const accepted = from(node, "user agent on #new ~* #old\n", "user agent on #new ~*\n");
    expect(shown(accepted)).toEqual(["forget: 1 user: agent"]);
  });

  test("a start between the two does not stand in their way", () => {
    expect(shown({ ...rotated, isReplaced: true })).toEqual([
      "accept: 1 user: agent",
      "forget: 1 user: agent",
      "restart: its program has been replaced",
    ]);
  });

  test("a user that is not wanted is removed at the end", () => {
    const steps = planOf([from(node, "user agent on #1\nuser old on #2\n", "user agent on #1\n")]);
    expect(steps).toMatchObject([{ kind: "forget", users: [{ name: "old", rules: undefined }] }]);
  });
});

describe("of a process in its place that Baton did not start", () => {
  const foreign = {
    unit: "redis-server.service",
    configPath: "/etc/redis/redis.conf",
    isWatched: true,
  };
  const there: UnitFacts = { ...node, isActive: false, compared: undefined, foreign };

  test("Baton's users get in first, then it is replaced in its turn", () => {
    const steps = planOf([there]);
    expect(steps.map((step) => [step.kind, phasesOf(step)])).toEqual([
      ["let-in", ["accept"]],
      ["restart", ["replicas", "primaries"]],
    ]);
    for (const { reason } of steps)
      expect(reason).toBe("redis-server.service runs, and Baton did not start it");
  });

  test("it is an obstacle where no Sentinel watches it: it may be somebody's own", () => {
    expect(obstaclesOf([there])).toEqual([]);
    expect(obstaclesOf([{ ...there, foreign: { ...foreign, isWatched: false } }])).toEqual([
      expect.stringMatching(/^redis-server\.service runs here, .*disable --now redis-server\.service$/),
    ]);
  });
});

describe("an application that would be refused", () => {
  const before = "user default on #old ~*\nuser agent on #a\n";

  test("is an obstacle to everything, and the way around it is said", () => {
    const facts = [from(node, before, "user default on #new ~*\nuser agent on #b\n"), sentinel];
    expect(obstaclesOf(facts)).toEqual([
      expect.stringMatching(/^redis-server@main\.service: .*secrets\.previousApplication/),
    ]);
  });

  test("is none where the old password counts beside the new one, or is taken out after that", () => {
    const both = "user default on #new #old ~*\nuser agent on #b\n";
    expect(obstaclesOf([from(node, before, both)])).toEqual([]);
    expect(obstaclesOf([from(node, both, "user default on #new ~*\n")])).toEqual([]);
  });

  test("is none where nothing runs, or nobody knows with what", () => {
    const after = "user default on #new ~*\n";
    expect(obstaclesOf([{ ...from(node, before, after), isActive: false }])).toEqual([]);
    expect(obstaclesOf([{ ...node, compared: undefined }])).toEqual([]);
  });
});

test("what is not wanted is stopped, unless it neither runs nor would run after a boot", () => {
  const gone: UnitFacts = { ...node, isWanted: false, compared: undefined };
  const reason = "stop: the cluster file does not want it here any more";
  expect(shown(gone)).toEqual([reason]);
  expect(shown({ ...gone, isActive: false })).toEqual([reason]);
  expect(shown({ ...gone, isEnabled: false })).toEqual([reason]);
  expect(shown({ ...gone, isEnabled: false, isActive: false })).toEqual([]);
});

describe("phases", () => {
  const { unit, job } = node;
  const users = { users: [], reason: "" };

  test.each<[Step, readonly string[]]>([
    [{ kind: "stop", unit, job, reason: "" }, ["retire"]],
    [{ kind: "accept", unit, job, ...users }, ["accept"]],
    [{ kind: "forget", unit, job, ...users }, ["forget"]],
    [{ kind: "start", unit, job, reason: "" }, ["new_nodes"]],
    [{ kind: "start", unit, job: { kind: "sentinel" }, reason: "" }, ["new_sentinels"]],
    [{ kind: "restart", unit, job, reason: "" }, ["replicas", "primaries"]],
    [
      { kind: "set", unit, job, reason: "", changes: [], certificates: false },
      ["replicas", "primaries"],
    ],
    [{ kind: "restart", unit, job: { kind: "sentinel" }, reason: "" }, ["sentinels"]],
    [{ kind: "start", unit, job: { kind: "baton" }, reason: "" }, ["agents"]],
  ])("%#: a step has its place among them", (step, expected) => {
    expect(phasesOf(step)).toEqual(expected);
  });

  test("no password is used before it is accepted everywhere, nor forgotten before all have moved", () => {
    expect(PHASES[0]).toBe("accept");
    expect(PHASES.at(-1)).toBe("forget");
    expect(PHASES.indexOf("replicas")).toBeLessThan(PHASES.indexOf("primaries"));
  });

  test("agents and routers count by the new electorate before any Sentinel is started anew", () => {
    expect(PHASES.indexOf("agents")).toBeGreaterThan(PHASES.indexOf("new_nodes"));
    expect(PHASES.indexOf("agents")).toBeLessThan(PHASES.indexOf("sentinels"));
  });

  test("nothing is started anew while somebody is missing whom this deployment starts", () => {
    for (const start of ["new_sentinels", "new_nodes"] as const)
      expect(PHASES.indexOf(start)).toBeLessThan(PHASES.indexOf("sentinels"));
    expect(PHASES.indexOf("new_sentinels")).toBeLessThan(PHASES.indexOf("new_nodes"));
  });

  test("are those of the playbook, in its order, and only the first and last are for all at once", () => {
    const plays = parseAllDocuments(PLAYBOOK).flatMap(
      (document) => document.toJS() as readonly { readonly hosts: string; readonly serial?: string }[],
    );
    const phased = plays.filter(({ hosts }) => hosts !== "baton_hosts");
    expect(phased.map(({ hosts, serial }) => [hosts, serial])).toEqual(
      PHASES.map((phase) => {
        return [`baton_${phase}`, phase === "accept" || phase === "forget" ? "100%" : "1"];
      }),
    );
  });
});
