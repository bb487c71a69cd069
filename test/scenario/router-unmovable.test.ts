// What a client sees when its primary changes, in each state in which its session cannot be moved, and in
// those in which it can.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  effectOf,
  OPAQUE_CLAUSES,
  PASSING_CLAUSES,
  SESSION_COMMANDS,
} from "../../packages/baton/src/router/command-effects.ts";
import { CLAUSES } from "../../packages/baton/src/router/session-settings.ts";
import { until } from "../../packages/baton/src/router/sockets.fixture.ts";
import { ENDLESS, HELD_BACK, IN_TIME, LIBRARY, UNANSWERED } from "./support/owed-states.ts";
import {
  GROUP,
  inOne,
  KEY,
  LARGE_BYTES,
  LARGE_KEY,
  LONG,
  RESTING,
  type Sight,
  type State,
  STREAM,
  USER,
} from "./support/unmovable-states.ts";
import {
  ask,
  atPrimary,
  blockedClients,
  comesBack,
  losePrimary,
  makeWhole,
  pauseWrites,
  switchOver,
  tellBoth,
  untilBlocked,
  untilFollowed,
  useTwoServers,
  Visitor,
} from "./support/unmovable.ts";

const FACTS = ["name", "db", "user", "resp", "lib-name", "lib-ver", "capa", "flags", "watch"];

/** Sent at once, and what CLIENT INFO says then where this server knows the setting. */
const SETTINGS: readonly (readonly [lines: readonly string[], facts: Record<string, string>])[] = [
  [[`AUTH ${USER} secret`], { user: USER }],
  [["SELECT 3"], { db: "3" }],
  [["HELLO 3"], { resp: "3" }],
  [
    [`HELLO 3 AUTH ${USER} secret SETNAME me`, "SELECT 2"],
    { user: USER, name: "me", db: "2", resp: "3" },
  ],
  [["CLIENT SETNAME me"], { name: "me" }],
  [["CLIENT NO-EVICT ON"], { flags: "e" }],
  [["CLIENT SETINFO LIB-NAME lib", "CLIENT SETINFO LIB-VER 1.2"], {}],
  [["CLIENT NO-TOUCH ON", "CLIENT CAPA redirect", "READONLY", "ASKING"], {}],
  [["CLIENT TRACKING ON", "CLIENT TRACKING OFF", "CLIENT REPLY ON"], { flags: "N" }],
  [["WATCH k", "MULTI", "GET k", "EXEC", "WATCH k", "UNWATCH"], { flags: "N" }],
  [["MULTI", "SELECT 4", "DISCARD", "SCRIPT DEBUG NO"], { db: "0" }],
];

function factsOf(text: string): Record<string, string | undefined> {
  const facts = new Map(text.split(/\s+/).map((fact) => fact.split("=", 2) as [string, string]));
  return Object.fromEntries(FACTS.map((name) => [name, facts.get(name)]));
}

const addUser = () => tellBoth("ACL", "SETUSER", USER, "on", ">secret", `>${LONG}`, "~*", "&*", "+@all");

useTwoServers();
afterEach(makeWhole);
// Users are not replicated, and lost with their server.
beforeEach(addUser);
beforeAll(async () => {
  await ask("SET", LARGE_KEY, "x".repeat(LARGE_BYTES));
  await ask("XGROUP", "CREATE", STREAM, GROUP, "$", "MKSTREAM");
  await ask("FUNCTION", "LOAD", LIBRARY);
  await untilFollowed();
});

type Way = Pick<State, "says" | "hears" | "how" | "obstacle">;

async function getInto({ says, hears, how, obstacle }: Way) {
  const visitor = await Visitor.come();
  if (how === "deaf") visitor.stopReading();
  const blocked = how === "blocked" ? await blockedClients() : 0;
  await visitor.send(says);
  await visitor.hears(hears);
  if (how === "blocked") await untilBlocked(blocked + 1);
  if (how === "finishes") visitor.finish();
  // The router names what the row says it is about.
  expect(visitor.obstacle).toBe(obstacle);
  const heard = visitor.text.length;
  return { visitor, sees: () => visitor.text.slice(heard) };
}
type Entered = Awaited<ReturnType<typeof getInto>>;

/** What CLIENT INFO says next on the same connection. */
async function info({ visitor }: Pick<Entered, "visitor">): Promise<string> {
  const before = visitor.text.length;
  await visitor.send(inOne("CLIENT INFO"));
  const end = () => /laddr=[^]*\n\r\n$/.test(visitor.text.slice(before));
  await until("CLIENT INFO", end);
  return visitor.text.slice(before);
}

async function expectSight(entered: Entered, [end, bytes]: Sight): Promise<void> {
  const { visitor, sees } = entered;
  visitor.readOn();
  if (end === "open") await until("what the client is owed", () => sees() === bytes);
  else await until("the end", () => visitor.end !== "open");
  const ends = end === "over" ? ["closed", "reset"] : [end];
  expect(ends).toContain(visitor.end);
  // Of what is very long the beginning will do, and that it was not all.
  expect(sees().length).toBeLessThan(LARGE_BYTES);
  const beginning = sees().slice(0, 1_000);
  if (typeof bytes === "string") expect(beginning).toBe(bytes);
  else expect(beginning).toMatch(bytes);
  if (end === "open") expect(await info(entered)).toContain(atPrimary());
}

describe("in a switchover", () => {
  async function expectEnd(entered: Entered, sight: Sight): Promise<void> {
    await switchOver({ isNoticed: () => sight[0] !== "closed" || entered.visitor.end !== "open" });
    await expectSight(entered, sight);
    await comesBack();
    expect(await ask("GET", KEY)).toBe(null);
  }

  test.each(RESTING)("a session that $state", async (state) => {
    await expectEnd(await getInto(state), state.planned);
  });

  test.each(HELD_BACK)("a session that is owed the reply of $state", async (state) => {
    await pauseWrites();
    await expectEnd(await getInto(state), state.planned);
  });

  test.each(IN_TIME)("is waited for, and its session is moved: $state", async (state) => {
    const entered = await getInto(state);
    await switchOver({ whileHeld: () => entered.visitor.write(state.end) });
    await expectSight(entered, ["open", state.bytes]);
    expect(await ask("GET", KEY)).toBe(state.written);
    await ask("DEL", KEY);
  });
});

test("a session whose login the new primary refuses is reset at its next command", async () => {
  await ask("ACL", "SETUSER", "stranger", "on", ">secret", "~*", "&*", "+@all");
  const entered = await getInto({ says: inOne("AUTH stranger secret"), hears: "+OK\r\n" });
  await switchOver();
  expect(entered.visitor.end).toBe("open");
  entered.visitor.write(inOne(`SET ${KEY} 1`));
  await expectSight(entered, ["reset", ""]);
  await comesBack();
  expect(await ask("GET", KEY)).toBe(null);
});

describe.each([
  ["is killed", "SIGKILL", "killed"],
  ["falls silent", "SIGSTOP", "silent"],
] as const)("when the primary %s", (_, signal, column) => {
  test("every session that cannot be moved ends, and one that only reads gets its answer", async () => {
    const all: (State & { readonly entered: Entered })[] = [];
    for (const state of [...RESTING, ENDLESS, ...UNANSWERED])
      all.push({ ...state, entered: await getInto(state) });
    const mustEnd = all.filter((one) => one[column][0] === "closed");
    await losePrimary(signal, () => mustEnd.every(({ entered }) => entered.visitor.end !== "open"));
    for (const one of all) {
      await expectSight(one.entered, one[column]).catch((error: unknown) => {
        throw new Error(`a session that ${one.state}`, { cause: error });
      });
    }
    await comesBack();
    expect(await ask("GET", KEY)).toBe(null);
  });
});

describe("a session comes along, in a switchover and when the primary is killed,", () => {
  test.each(SETTINGS)("with what it has set by %j", async (lines, expected) => {
    const visitor = await Visitor.come();
    await visitor.send(inOne(...lines));
    const before = factsOf(await info({ visitor }));
    expect(before).toMatchObject(expected);
    await switchOver();
    const moved = await info({ visitor });
    expect(moved).toContain(atPrimary());
    expect(factsOf(moved)).toEqual(before);
    expect(visitor.end).toBe("open");
  });

  test("with everything at once", async () => {
    const visitors: { readonly visitor: Visitor; readonly before: object }[] = [];
    for (const [lines] of SETTINGS) {
      const visitor = await Visitor.come();
      await visitor.send(inOne(...lines));
      visitors.push({ visitor, before: factsOf(await info({ visitor })) });
    }
    await losePrimary("SIGKILL", () => true);
    for (const { visitor, before } of visitors) {
      const moved = await info({ visitor });
      expect(moved).toContain(atPrimary());
      expect(factsOf(moved)).toEqual(before);
    }
  });
});

test("there is a row for every obstacle that the router can name", () => {
  const shown = new Set(
    [...RESTING, ...HELD_BACK, ENDLESS, ...UNANSWERED].map(({ obstacle }) => obstacle),
  );
  const waiting = SESSION_COMMANDS.flatMap((name) => {
    const effect = effectOf(name, undefined);
    return effect?.kind === "blocks" || effect?.kind === "opaque" ? [effect.clause] : [];
  });
  const tables = [CLAUSES, OPAQUE_CLAUSES, PASSING_CLAUSES].flatMap((table) => Object.values(table));
  expect([...tables, ...waiting].filter((clause) => !shown.has(clause))).toEqual([]);
  expect(waiting).toContain("blocked in XREAD");
});
