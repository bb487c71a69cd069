// The kinds whose far side cannot be had: copies that keep state, each request held against what the vendors
// publish of it.
import { expect, test } from "vitest";
import { Undeliverable } from "../channel.ts";
import { channelConformance, message, notice, soon, surroundings } from "../conformance.fixture.ts";
import { openFakeDiscord } from "../fakes/discord.fixture.ts";
import { openFakeOpsgenie } from "../fakes/opsgenie.fixture.ts";
import { openFakePagerDuty } from "../fakes/pagerduty.fixture.ts";
import { openFakeSlack } from "../fakes/slack.fixture.ts";
import { openFakeTeams } from "../fakes/teams.fixture.ts";
import { discord } from "./discord.ts";
import { opsgenie } from "./opsgenie.ts";
import { pagerduty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";

const TOKEN = "xoxb-0123456789-f0r-tests";
const KEY = "0123456789abcdef0123456789abcdef";
const GENIE = "11111111-2222-3333-4444-555555555555";
const HOOK = "/services/T00000000/B00000000/f0rTests0nlyf0rTests0nly";
const DISCORD = "/api/webhooks/1100000000000000000/f0rTests0nly-f0rTests0nly-f0rTests0nly";
const WORKFLOW = "/workflows/f0rtests0nly/triggers/manual/paths/invoke";

const TITLE = "main: failover from h1 to h2, writes go on after 2.3 s";

channelConformance(
  slack,
  async () => {
    const fake = await openFakeSlack(TOKEN, HOOK);
    return {
      ...fake,
      settings: { token: { env: "TOKEN" }, channel: "#ops", endpoint: fake.base },
      secrets: { TOKEN },
      shown: () =>
        fake.messages.map(({ text, threadTs }) => `${threadTs === undefined ? "" : "> "}${text}`),
    };
  },
  {
    opened: [`open, warning: ${TITLE}`],
    updated: [`still open, warning: ${TITLE}`, `> still open, warning: ${TITLE}`],
    closed: [`closed: ${TITLE}`, `> still open, warning: ${TITLE}`, `> closed: ${TITLE}`],
    once: [`closed: ${TITLE}`],
  },
);

channelConformance(
  { ...slack, id: "slack by an incoming webhook" },
  async () => {
    const fake = await openFakeSlack(TOKEN, HOOK);
    return {
      ...fake,
      settings: { webhook: { env: "HOOK" } },
      secrets: { HOOK: `${fake.base}${HOOK}` },
      shown: () => fake.messages.map(({ text }) => text),
    };
  },
  {
    opened: [`open, warning: ${TITLE}`],
    updated: [`open, warning: ${TITLE}`, `still open, warning: ${TITLE}`],
    closed: [`open, warning: ${TITLE}`, `still open, warning: ${TITLE}`, `closed: ${TITLE}`],
    once: [`closed: ${TITLE}`],
  },
);

channelConformance(
  discord,
  async () => {
    const fake = await openFakeDiscord(DISCORD);
    return {
      ...fake,
      settings: { url: { env: "URL" } },
      secrets: { URL: `${fake.base}${DISCORD}` },
      shown: () => fake.messages.map(({ title, color }) => `${color.toString(16)} ${title}`),
    };
  },
  {
    opened: [`e67e22 ${TITLE}`],
    updated: [`e67e22 ${TITLE}`],
    closed: [`27ae60 ${TITLE}`],
    once: [`27ae60 ${TITLE}`],
  },
);

channelConformance(
  teams,
  async () => {
    const fake = await openFakeTeams(WORKFLOW);
    return {
      ...fake,
      settings: { url: { env: "URL" } },
      secrets: { URL: `${fake.base}${WORKFLOW}?api-version=1&sig=a-secret-signature` },
      shown: () => fake.cards,
    };
  },
  { opened: [TITLE], updated: [TITLE, TITLE], closed: [TITLE, TITLE, TITLE], once: [TITLE] },
);

channelConformance(
  pagerduty,
  async () => {
    const fake = await openFakePagerDuty(KEY);
    return {
      ...fake,
      settings: { routingKey: { env: "KEY" }, endpoint: fake.base },
      secrets: { KEY },
      shown: () =>
        fake.alerts.map(
          ({ key, severity, isResolved, triggers }) =>
            `${key} ${severity} ${triggers} ${isResolved ? "resolved" : "open"}`,
        ),
    };
  },
  {
    opened: ["baton/shop/main/failover-7 warning 1 open"],
    updated: ["baton/shop/main/failover-7 warning 2 open"],
    closed: ["baton/shop/main/failover-7 warning 2 resolved"],
    once: ["baton/shop/main/failover-7 warning 1 resolved"],
  },
);

channelConformance(
  opsgenie,
  async () => {
    const fake = await openFakeOpsgenie(GENIE);
    return {
      ...fake,
      settings: { key: { env: "KEY" }, endpoint: fake.base, tags: ["redis"] },
      secrets: { KEY: GENIE },
      shown: () =>
        fake.alerts.map(
          ({ alias, priority, count, notes, isClosed }) =>
            `${alias} ${priority} ${count} ${notes.length} ${isClosed ? "closed" : "open"}`,
        ),
    };
  },
  {
    opened: ["baton/shop/main/failover-7 P3 1 0 open"],
    updated: ["baton/shop/main/failover-7 P3 1 1 open"],
    closed: ["baton/shop/main/failover-7 P3 1 1 closed"],
    once: ["baton/shop/main/failover-7 P3 1 0 closed"],
  },
);

test("slack: an error inside of an answer is one, and a message that is gone is written anew", async () => {
  const fake = await openFakeSlack(TOKEN, HOOK);
  const settings = slack.settings.parse({
    token: { env: "T" },
    channel: "C0123456789",
    endpoint: fake.base,
  });
  const channel = await slack.open(settings, surroundings({ T: TOKEN }));
  const stranger = await slack.open(settings, surroundings({ T: "xoxb-other" }));
  const denied: unknown = await stranger.send(message("open"), soon()).catch((error: unknown) => error);
  expect(denied).toBeInstanceOf(Undeliverable);
  expect(String(denied)).toContain("invalid_auth");
  const reference = { channel: "C0123456789", ts: "1600000000.000001" };
  const next = await channel.send(message("update", { number: 1, reference }), soon());
  expect(next).toEqual({ channel: "C0123456789", ts: "1700000000.000001" });
  await channel.close?.();
  await stranger.close?.();
  await fake.close();
});

test("slack: what is back stands in the thread and in the channel", async () => {
  const fake = await openFakeSlack(TOKEN, HOOK);
  const settings = slack.settings.parse({ token: { env: "T" }, channel: "#ops", endpoint: fake.base });
  const channel = await slack.open(settings, surroundings({ T: TOKEN }));
  const reference = await channel.send(message("open"), soon());
  await channel.send(message("open", { number: 2, reference }), soon());
  expect(fake.taken.at(-1)?.body).toMatchObject({ reply_broadcast: true, thread_ts: reference?.["ts"] });
  await channel.close?.();
  await fake.close();
});

test("slack wants a token and a channel, or a webhook, and says so without a word of either", () => {
  for (const bad of [{}, { token: { env: "T" } }, { channel: "#ops" }]) {
    expect(slack.settings.safeParse(bad).success).toBe(false);
  }
  const both = { token: { env: "T" }, channel: "#ops", webhook: { env: "W" } };
  expect(slack.settings.safeParse(both).success).toBe(false);
  expect(slack.settings.safeParse({ token: "xoxb-1", channel: "#ops" }).success).toBe(false);
});

test("discord: a message that was removed is written anew, and nobody is called by its text", async () => {
  const fake = await openFakeDiscord(DISCORD);
  const settings = discord.settings.parse({ url: { env: "URL" } });
  const channel = await discord.open(settings, surroundings({ URL: `${fake.base}${DISCORD}` }));
  const reference = await channel.send(message("open"), soon());
  fake.clear();
  const next = await channel.send(message("update", { number: 1, reference }), soon());
  expect(next).toBeDefined();
  expect(fake.messages).toHaveLength(1);
  const embeds = fake.taken[0]?.body["embeds"] as readonly { description: string }[] | undefined;
  expect(embeds?.[0]?.description).toContain("\\@everyone");
  await channel.close?.();
  await fake.close();
});

test("the address of a webhook has to be encrypted, and is never quoted", async () => {
  for (const kind of [discord, teams, slack]) {
    const asked = kind.id === "slack" ? { webhook: { env: "URL" } } : { url: { env: "URL" } };
    for (const url of [
      "http://hooks.example.org/secret-path-of-it",
      "secret-path-of-it",
      "https://u:p@x/y",
    ]) {
      const opening = kind.open(kind.settings.parse(asked) as never, surroundings({ URL: url }));
      const error: unknown = await opening.catch((one: unknown) => one);
      expect(String(error), kind.id).toContain("expected https://");
      expect(String(error)).not.toContain("secret-path");
    }
  }
});

test("pagerduty: a key of another length is refused before anything is sent, and not quoted", async () => {
  const settings = pagerduty.settings.parse({});
  const opening = pagerduty.open(settings, surroundings({ PAGERDUTY_ROUTING_KEY: "short-secret" }));
  const error: unknown = await opening.catch((one: unknown) => one);
  expect(String(error)).toContain("expected 32");
  expect(String(error)).not.toContain("short-secret");
});

test("severities reach the far sides by their own names", async () => {
  const fake = await openFakePagerDuty(KEY);
  const settings = pagerduty.settings.parse({ routingKey: { env: "KEY" }, endpoint: fake.base });
  const channel = await pagerduty.open(settings, surroundings({ KEY }));
  for (const severity of ["error", "warning", "info"] as const) {
    await channel.send(message("open", { notice: notice({ id: severity, severity }) }), soon());
  }
  expect(fake.alerts.map(({ severity }) => severity)).toEqual(["critical", "warning", "info"]);
  await channel.close?.();
  await fake.close();
});
