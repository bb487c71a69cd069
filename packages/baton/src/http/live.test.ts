// The stream of GET /api/live, over real sockets: what a client is told first, what after that, and what a
// client that does not read costs.
import { afterEach, expect, test } from "vitest";
import { dead, follows, isPrimary } from "../decide/world.fixture.ts";
import { healthyViews, statusFixture } from "../status/status.fixture.ts";
import type { GroupStatus } from "../status/status.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { ask, eventIn, listen, Listener } from "./live-listener.fixture.ts";
import { liveFixture } from "./live.fixture.ts";
import { openLive } from "./live.ts";
import { partsFor } from "./parts.fixture.ts";
import { type HttpParts, openHttp } from "./server.ts";

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const broken = statusFixture(healthyViews, [isPrimary("h1", ["h2"]), follows("h2", "h1"), dead("h3")]);

/** An agent with these parts, and where it tells everything. */
async function open(parts: Partial<HttpParts>) {
  const server = await openHttp(partsFor(parts));
  closers.push(() => server.close());
  return { server, url: `${server.url}/api/live` };
}

const routed = (epoch: number, node: string, group = "main") => ({
  kind: "decision" as const,
  group,
  sentence: `${node} in epoch ${epoch}`,
  facts: { route: { kind: "primary", node, epoch, confirmed: true } },
});

test("a client is greeted, and told everything that there is", async () => {
  const { source, journal } = liveFixture();
  journal.write(routed(1, "h1"));
  journal.write(routed(2, "h2"));
  const token = "of-some-length";
  const act = () => Promise.resolve();
  const actions = { switchover: act, pause: act, resume: act };
  const { url } = await open({ live: source, token, actions });
  const told = await listen(url);
  await told.until("pulse");
  await told.until("incidents");
  expect(told.kinds()[0]).toBe("hello");
  expect(new Set(told.kinds())).toEqual(
    new Set(["hello", "overview", "group", "journal", "incidents", "pulse"]),
  );
  expect(told.all("hello")).toEqual([{ ...source.about, groups: 1, canChange: true }]);
  expect(told.all("overview")).toMatchObject([{ isWhole: true, rows: [{ name: "main", host: "h1" }] }]);
  expect(told.all("group")).toEqual([JSON.parse(JSON.stringify(source.status("main")))]);
  expect(told.all("journal").map(({ sentence }) => sentence)).toEqual([
    "h1 in epoch 1",
    "h2 in epoch 2",
  ]);
  expect(told.ids()).toEqual([1, 2]);
  expect(told.all("incidents")).toMatchObject([
    { group: "main", incidents: [{ from: "h1", to: "h2" }] },
  ]);
  expect(told.all("pulse")[0]).toMatchObject({ oldestTurnMs: 120 });
});

test("what changes is told within a second: the row, the group, the journal, the incidents", async () => {
  const { source, journal, turn } = liveFixture();
  journal.write(routed(1, "h1"));
  const told = await listen((await open({ live: source })).url);
  await told.until("group");
  turn("main", broken);
  journal.write(routed(2, "h2"));
  const began = performance.now();
  await told.until("overview", ({ isWhole, rows }) => !isWhole && rows[0]?.severity === "warning");
  await told.until("group", ({ problems }) => problems.length === 1);
  await told.until("journal", ({ sentence }) => sentence === "h2 in epoch 2");
  await told.until("incidents", ({ incidents }) => incidents.length === 1);
  // A second is the promise; the machine that runs the tests may be busy with others.
  expect(performance.now() - began).toBeLessThan(3_000);
});

test("what does not change is not told again; that the agent lives is", async () => {
  const { source, turn } = liveFixture();
  const told = await listen((await open({ live: source })).url);
  await told.until("group");
  turn("main");
  const pulses = () => {
    turn("main");
    return told.all("pulse").length >= 3 ? seen(true) : missing(`${told.all("pulse").length} pulses`);
  };
  await waitFor("three pulses", pulses, { withinMs: 10_000, everyMs: 20 });
  expect([told.all("overview").length, told.all("group").length]).toEqual([1, 1]);
});

test("only wanted groups are told whole, and their journal; of many nobody has to want any", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `g${index}`);
  const { source, journal } = liveFixture(names);
  for (const group of ["g1", "g2", ""]) journal.write({ ...routed(1, "h1", group), sentence: group });
  const { url } = await open({ live: source });
  const two = await listen(`${url}?group=g1&group=g4&group=g1`);
  await two.until("group", ({ name }) => name === "g4");
  await two.until("journal", ({ group }) => group === "");
  expect(two.all("group").map(({ name }) => name)).toEqual(["g1", "g4"]);
  expect(two.all("journal").map(({ group }) => group)).toEqual(["g1", ""]);
  const none = await listen(url);
  await none.until("journal");
  await none.until("pulse");
  expect([none.all("overview")[0]?.rows.length, none.all("group")]).toEqual([9, []]);
});

test("strangers, and more groups than eight, are refused", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `g${index}`);
  const { url } = await open({ live: liveFixture(names).source });
  for (const query of ["?group=nobody", `?${names.map((name) => `group=${name}`).join("&")}`]) {
    const message = await ask(`${url}${query}`);
    expect([query, message.statusCode]).toEqual([query, 400]);
    message.resume();
  }
});

test("whoever comes back gets the journal that it missed, and of the rest what there is now", async () => {
  const { source, journal } = liveFixture();
  for (let epoch = 1; epoch <= 5; epoch += 1) journal.write(routed(epoch, "h1"));
  const { url } = await open({ live: source });
  const told = new Listener(await ask(url, { "last-event-id": "3" }));
  await told.until("incidents");
  expect(told.ids()).toEqual([4, 5]);
  const strange = new Listener(await ask(url, { "last-event-id": "99" }));
  await strange.until("incidents");
  expect(strange.ids()).toEqual([1, 2, 3, 4, 5]);
});

test("the newest 200 entries come first, and those after them in their order", async () => {
  const { source, journal } = liveFixture();
  const note = (sentence: string) => journal.write({ kind: "note", group: "main", sentence });
  for (let index = 1; index <= 500; index += 1) note(`${index}`);
  const told = await listen((await open({ live: source })).url);
  await told.until("journal", ({ sentence }) => sentence === "500");
  for (let index = 501; index <= 600; index += 1) note(`${index}`);
  await told.until("journal", ({ sentence }) => sentence === "600");
  expect(told.ids()).toEqual(Array.from({ length: 300 }, (_, index) => index + 301));
});

test("there is a limit of clients, a place is free again when one leaves, and HEAD takes none", async () => {
  const { source, listeners } = liveFixture();
  const hub = openLive({ source, canChange: false, clientsMax: 2 });
  closers.push(() => hub.close());
  const asked = { groups: ["main"], lastEventId: undefined };
  const first = hub.open(asked);
  expect([hub.open(asked) !== undefined, hub.open(asked)]).toEqual([true, undefined]);
  await first?.cancel();
  expect([hub.clients(), listeners()]).toEqual([1, 1]);
  const { headers } = await fetch((await open({ live: source })).url, { method: "HEAD" });
  expect(headers.get("content-type")).toBe("text/event-stream");
});

test("while nobody listens no turn is followed, and no status made", async () => {
  const { source, listeners, asked, turn } = liveFixture();
  const { server, url } = await open({ live: source });
  expect([listeners(), asked()]).toEqual([0, 0]);
  const told = await listen(url);
  await told.until("group");
  expect(listeners()).toBe(1);
  told.message.destroy();
  const gone = () => (listeners() === 0 ? seen(true) : missing("the end of the stream"));
  await waitFor("nobody to listen", gone, { withinMs: 5_000, everyMs: 5 });
  const before = asked();
  turn("main", broken);
  expect(asked()).toBe(before);
  const again = await listen(url);
  await again.until("group", ({ problems }) => problems.length === 1);
  const ended = new Promise((resolve) => again.message.once("close", resolve));
  await server.close();
  await ended;
});

test("a client that reads late has filled one buffer of ours, and is told the newest then", async () => {
  const { source, turn } = liveFixture();
  const hub = openLive({ source, canChange: false, unreadBytesMax: 2_000, everyMs: 5, lookMs: 60_000 });
  closers.push(() => hub.close());
  const stream = hub.open({ groups: ["main"], lastEventId: undefined });
  let epoch = 0;
  const churn = (until: number) => () => {
    epoch += 1;
    turn("main", { ...broken, routeSince: `${epoch}` });
    return epoch >= until ? seen(true) : missing(`turn ${until}`);
  };
  await waitFor("many turns", churn(50), { withinMs: 10_000, everyMs: 5 });
  const reader = stream?.getReader();
  let text = "";
  const read = async () => {
    text += Buffer.from((await reader?.read())?.value ?? []).toString();
    const blocks = text.split("\n\n").slice(0, -1);
    const statuses = blocks.map((block) => eventIn(block)).filter((one) => one?.event === "group");
    const newest = statuses.at(-1)?.data as GroupStatus | undefined;
    return newest?.routeSince === `${epoch}` ? seen(statuses.length) : missing(text.slice(-100));
  };
  const count = await waitFor("the newest status", read, { withinMs: 10_000, everyMs: 1 });
  expect(count).toBeLessThan(10);
  await reader?.cancel();
});

test("one that never reads is dropped, and the others go on", async () => {
  const { source } = liveFixture();
  const hub = openLive({ source, canChange: false, unreadBytesMax: 100, everyMs: 2, lookMs: 50 });
  closers.push(() => hub.close());
  const asked = { groups: ["main"], lastEventId: undefined };
  const stream = hub.open(asked);
  const other = hub.open(asked)?.getReader();
  const drain = async (): Promise<void> => {
    const { done = true } = (await other?.read()) ?? {};
    if (!done) await drain();
  };
  void drain();
  const look = () => (hub.clients() === 1 ? seen(true) : missing("the drop"));
  await waitFor("the drop", look, { withinMs: 10_000, everyMs: 10 });
  await expect(stream?.getReader().closed).rejects.toThrow("the client does not read");
});
