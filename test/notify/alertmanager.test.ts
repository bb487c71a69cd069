// The channel for Alertmanager against Debian's own, and two of them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Undeliverable } from "../../packages/baton/src/notify/channel.ts";
import {
  message,
  notice,
  soon,
  surroundings,
} from "../../packages/baton/src/notify/conformance.fixture.ts";
import { alertmanager } from "../../packages/baton/src/notify/kinds/alertmanager.ts";
import { freePort } from "../targets/support/free-port.ts";
import { type Alertmanager, startAlertmanager } from "./support/alertmanager.ts";

let servers: readonly Alertmanager[];
beforeAll(async () => {
  servers = await Promise.all([startAlertmanager(), startAlertmanager()]);
});
afterAll(async () => {
  for (const one of servers) await one.close();
});

const own = { wallMs: () => Date.now() };
const now = () => new Date(Date.now()).toISOString();
const openOn = async (urls: readonly string[]) =>
  await alertmanager.open(alertmanager.settings.parse({ urls }), surroundings({}, own));

const firingOf = async (id: string) =>
  await Promise.all(
    servers.map(async (one) =>
      (await one.firing())
        .filter(({ labels }) => labels["notice"] === id)
        .map(({ labels }) => labels["severity"]),
    ),
  );

test("an alert fires in each of several while a notice is open, and ends with it", async () => {
  const channel = await openOn(servers.map(({ url }) => url));
  const about = notice({ id: "failover-1", startedAt: now() });
  const reference = await channel.send(message("open", { notice: about }), soon());
  expect(await firingOf("failover-1")).toEqual([["warning"], ["warning"]]);
  const [alert] = (await servers[0]?.firing()) ?? [];
  expect(alert?.labels).toEqual({
    alertname: "BatonNotice",
    cluster: "shop",
    group: "main",
    kind: "failover",
    notice: "failover-1",
    severity: "warning",
  });
  expect(alert?.annotations["summary"]).toBe(about.title);
  await channel.send(message("renew", { notice: about, number: 1, reference }), soon());
  expect(await firingOf("failover-1")).toEqual([["warning"], ["warning"]]);
  await channel.send(message("close", { notice: { ...about, endedAt: now() }, reference }), soon());
  expect(await firingOf("failover-1")).toEqual([[], []]);
  await channel.close?.();
});

test("a copy by another agent is the same alert", async () => {
  const about = notice({ id: "failover-2", startedAt: now() });
  for (const host of ["h1", "h2"]) {
    const urls = servers.map(({ url }) => url);
    const settings = alertmanager.settings.parse({ urls });
    const channel = await alertmanager.open(settings, surroundings({}, { ...own, host }));
    await channel.send(message("open", { notice: about }), soon());
    await channel.close?.();
  }
  expect(await firingOf("failover-2")).toEqual([["warning"], ["warning"]]);
});

test("what gets worse fires with its new severity only", async () => {
  const channel = await openOn(servers.map(({ url }) => url));
  const about = notice({ id: "failover-3", startedAt: now() });
  const reference = await channel.send(message("open", { notice: about }), soon());
  const worse = { ...about, severity: "error" as const };
  await channel.send(message("update", { notice: worse, number: 1, reference }), soon());
  expect(await firingOf("failover-3")).toEqual([["critical"], ["critical"]]);
  await channel.close?.();
});

test("one that is away keeps no other from being told, and all of them are an error", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const channel = await openOn([nobody, servers[0]?.url ?? ""]);
  await channel.send(
    message("open", { notice: notice({ id: "failover-4", startedAt: now() }) }),
    soon(),
  );
  expect((await firingOf("failover-4"))[0]).toEqual(["warning"]);
  const alone = await openOn([nobody]);
  const error: unknown = await alone.send(message("open"), soon()).catch((one: unknown) => one);
  expect(String(error)).toContain("ECONNREFUSED");
  expect(error).not.toBeInstanceOf(Undeliverable);
  await channel.close?.();
  await alone.close?.();
});

test("a word in front of Alertmanager goes there encrypted, or not at all", () => {
  const judged = (url: string) =>
    alertmanager.settings.safeParse({ urls: [url], authorization: { env: "A" } }).success;
  expect([judged("http://10.0.0.9:9093"), judged("https://am.example.org")]).toEqual([false, true]);
});
