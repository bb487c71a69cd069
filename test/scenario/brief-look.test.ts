// What an agent over many groups leaves out while nothing goes on, with real Sentinels: they are asked for a
// group again as soon as an event, their INFO or a gap in what was heard says that it may have changed.
import { createConnection, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { GroupPlan, Layout } from "../../packages/baton/src/cluster/types.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { type Ears, openEars, type SentinelEvent } from "../../packages/baton/src/observe/events.ts";
import { type Observer, openObserver } from "../../packages/baton/src/observe/observer.ts";
import { openSentinels, type Sentinels } from "../../packages/baton/src/observe/sentinels.ts";
import type { View } from "../../packages/baton/src/observe/types.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { closeServer, listenOn } from "../../packages/baton/src/sys/sockets.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

const GRACE_MS = 1_000;

/** Events of the first Sentinel come through here, so that they alone can be cut. */
const cables = new Set<Socket>();
const relay = createServer((socket) => {
  const [to] = lab.layout.sentinels;
  const cable = createConnection({ host: to?.address, port: to?.port ?? 0 });
  for (const one of [socket, cable]) {
    cables.add(one);
    one.on("error", () => undefined).on("close", () => cables.delete(one));
  }
  socket.pipe(cable).pipe(socket);
});
function cut(): void {
  for (const cable of cables) cable.destroy();
}

async function throughRelay(layout: Layout): Promise<Layout> {
  await listenOn(relay, { address: "127.0.0.1", port: 0 });
  const bound = relay.address();
  const port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  const sentinels = layout.sentinels.map((plan, index) =>
    index === 0 ? { ...plan, address: "127.0.0.1", port } : plan,
  );
  return { ...layout, sentinels };
}

let home: string;
let lab: LabHandle;
let group: GroupPlan;
let ears: Ears;
let sentinels: Sentinels;
let observer: Observer;
const events: SentinelEvent[] = [];

beforeAll(async () => {
  home = await makeHome();
  await labUp(home, "--no-wires");
  lab = await attachLab("lab", { BATON_HOME: home });
  const { layout, secrets } = lab;
  const [main] = layout.groups;
  group = main ?? expect.fail("the lab has a group");
  const common = { layout, secrets, clock: systemClock };
  const onEvent = (event: SentinelEvent) => void events.push(event);
  const heard = { ...common, layout: await throughRelay(layout) };
  ears = openEars({ ...heard, onEvent, onHello: () => undefined });
  const { hearingSinceMs } = ears;
  sentinels = openSentinels({ ...common, hearingSinceMs });
  observer = openObserver({ ...common, group, sentinels });
}, 60_000);
afterEach((context) => keepEvidence(context, home));
afterAll(async () => {
  observer.close();
  sentinels.close();
  ears.close();
  cut();
  await closeServer(relay);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const hearing = () => lab.layout.sentinels.map(({ id }) => ears.hearingSinceMs(id));

async function untilAllAreHeard(): Promise<void> {
  const look = () => {
    const since = hearing();
    return since.includes(undefined) ? missing(JSON.stringify(since)) : seen(since);
  };
  await waitFor("the events of all Sentinels to be heard", look, { withinMs: 10_000 });
}

/** Looks for everything until the next brief look has nothing to ask: the same views, not equal ones. */
async function untilSettled(): Promise<readonly View[]> {
  await untilAllAreHeard();
  const look = async () => {
    const { views } = await observer.look(GRACE_MS);
    const brief = await observer.look(GRACE_MS, true);
    return brief.views.every((view, index) => view === views[index])
      ? seen(views)
      : missing(JSON.stringify(brief.views));
  };
  return await waitFor("a look that has nothing to ask", look, { withinMs: 20_000 });
}

test("while nothing goes on, no Sentinel is asked for the group, and each is looked at", async () => {
  const views = await untilSettled();
  expect(views.map((view) => view.kind === "heard" && view.primary.address)).toEqual(
    Array(3).fill(group.nodes[0]?.address),
  );
});

test("a Sentinel whose events were missed for a moment is asked for everything again", async () => {
  const views = await untilSettled();
  const [plan] = lab.layout.sentinels;
  if (plan === undefined) return expect.fail("the lab has Sentinels");
  const before = ears.hearingSinceMs(plan.id) ?? 0;
  cut();
  const look = () =>
    (ears.hearingSinceMs(plan.id) ?? 0) > before ? seen(true) : missing("the old connection");
  await waitFor("another connection for its events", look, { withinMs: 10_000, everyMs: 10 });
  const brief = await observer.look(GRACE_MS, true);
  expect(brief.views[0], "asked again").not.toBe(views[0]);
  expect(brief.views[0]).toMatchObject({ kind: "heard", sentinel: plan.id });
  expect(brief.views[1], "the others were heard all the time").toBe(views[1]);
});

test("a primary that is killed is noticed by brief looks alone", async () => {
  const [first] = await untilSettled();
  const epoch =
    first?.kind === "heard" ? first.configEpoch : expect.fail("the first Sentinel is silent");
  events.length = 0;
  await lab.kill(group.nodes[0]?.host ?? "");
  const look = async () => {
    const { views } = await observer.look(GRACE_MS, true);
    const moved = views.filter((view) => view.kind === "heard" && view.configEpoch > epoch);
    return moved.length === 3 ? seen(moved) : missing(JSON.stringify(views));
  };
  const moved = await waitFor("every Sentinel to name another one", look, { withinMs: 20_000 });
  const named = new Set(moved.map((view) => view.kind === "heard" && view.primary.address));
  expect(named.size).toBe(1);
  expect(named).not.toContain(group.nodes[0]?.address);
  expect(new Set(events.map(({ channel }) => channel))).toContain("+switch-master");
});
