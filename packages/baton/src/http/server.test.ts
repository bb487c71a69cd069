import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Incident } from "../journal/incidents.ts";
import { partsFor, roleAnswer } from "./parts.fixture.ts";
import { closeHubs, type HttpParts, type HttpServer, hubsOf, openHttp, routesOf } from "./server.ts";

let server: HttpServer | undefined;
const closers: (() => void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await server?.close();
  server = undefined;
});

function appOf(more: Partial<HttpParts> = {}) {
  const parts = partsFor(more);
  const hubs = hubsOf(parts);
  closers.push(() => closeHubs(hubs));
  return { parts, app: routesOf(parts, hubs) };
}

test("answers health, status and journal as scripts expect them", async () => {
  const { app, parts } = appOf();
  parts.journal.latest(1);
  expect(await (await app.request("/healthz")).text()).toBe("ok\n");
  expect(await (await app.request("/status")).json()).toEqual(parts.status());
  expect(await (await app.request("/journal?limit=3")).json()).toEqual({ entries: [] });
});

test("refuses a limit out of bounds, and says which are in", async () => {
  const { app } = appOf();
  for (const limit of ["0", "-1", "2001", "x", "1.5"]) {
    const response = await app.request(`/journal?limit=${limit}`);
    expect([limit, response.status]).toEqual([limit, 400]);
    expect(await response.json()).toEqual({ error: "limit is a whole number from 1 to 2000" });
  }
});

test("serves the page and nothing else of the disk", async () => {
  const { app } = appOf();
  const page = await app.request("/");
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  for (const path of ["/../package.json", "/%2e%2e/package.json", "/main.tsx", "/style.css/x"]) {
    expect([path, (await app.request(path)).status]).toEqual([path, 404]);
  }
});

test("changes nothing where there is nothing to change: every method but GET is refused", async () => {
  const { app } = appOf({ token: "right" });
  for (const path of ["/status", "/primary", "/api/switchover", "/api/pause", "/api/resume"]) {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const { status } = await app.request(path, { method });
      expect([path, method, status]).toEqual([path, method, 404]);
    }
  }
});

test("a busy port is an error with its address, not a crash", async () => {
  const busy = createServer();
  const port = await new Promise<number>((resolve) => {
    busy.listen(0, "127.0.0.1", () => resolve((busy.address() as { port: number }).port));
  });
  await expect(openHttp(partsFor({ listen: { address: "127.0.0.1", port } }))).rejects.toMatchObject({
    code: "PORT_BUSY",
    message: `127.0.0.1:${port} for HTTP: EADDRINUSE`,
  });
  await new Promise((resolve) => busy.close(resolve));
});

describe("checks", () => {
  const many = {
    groups: ["main", "other"],
    primary: (group: string) => roleAnswer(group, group === "main"),
    replica: (group: string, maxLagBytes: number | undefined) => roleAnswer(group, maxLagBytes === 5),
    notReady: () => ["main: 1 Sentinels answer, and 2 are needed"],
  };

  test("yes is 200 and no is 503, with the reason, for GET and for HEAD", async () => {
    const { app } = appOf({ checks: many });
    const yes = await app.request("/primary?group=main");
    expect(yes.status).toBe(200);
    expect(yes.headers.get("cache-control")).toBe("no-store");
    const no = await app.request("/primary?group=other");
    expect(no.status).toBe(503);
    expect(await no.json()).toMatchObject({ node: "h1", role: "primary", epoch: 7, reason: "because" });
    const head = await app.request("/primary?group=other", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([503, ""]);
  });

  test("max-lag reaches the judgement in bytes, and anything but a whole number is 400", async () => {
    const { app } = appOf({ checks: many });
    expect((await app.request("/replica?group=main&max-lag=5")).status).toBe(200);
    expect((await app.request("/replica?group=main&max-lag=6")).status).toBe(503);
    for (const text of ["-1", "1.5", "1k", "", "9999999999999999"]) {
      const { status } = await app.request(`/replica?group=main&max-lag=${text}`);
      expect([text, status]).toEqual([text, 400]);
    }
  });

  test("the only group needs no name; of several one must be said, and be known", async () => {
    expect((await appOf().app.request("/primary")).status).toBe(200);
    const { app } = appOf({ checks: many });
    const unsaid = await app.request("/primary");
    expect(unsaid.status).toBe(400);
    expect(await unsaid.json()).toEqual({ error: "say which group with ?group=: main, other" });
    expect((await app.request("/replica?group=nobody")).status).toBe(400);
  });

  test("readiness is 503 with reasons until every group is ready", async () => {
    expect((await appOf().app.request("/readyz")).status).toBe(200);
    const response = await appOf({ checks: many }).app.request("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, reasons: many.notReady() });
  });
});

describe("for those who look", () => {
  const incident = (group: string, startedAt: string): Incident => ({
    kind: "failover",
    group,
    epoch: 1,
    from: "h1",
    to: "h2",
    outcome: "done",
    startedAt,
    durationMs: 5,
    steps: [],
  });

  test("history is filtered by group and time, and wrong filters are 400", async () => {
    const incidents = () =>
      Promise.resolve([
        incident("main", "2026-01-01T10:00:00.000Z"),
        incident("main", "2026-01-01T11:30:00.000Z"),
      ]);
    const { app } = appOf({ incidents });
    const starts = async (query: string) => {
      const body = (await (await app.request(`/api/history${query}`)).json()) as {
        incidents: Incident[];
      };
      return body.incidents.map(({ startedAt }) => startedAt.slice(11, 16));
    };
    expect(await starts("")).toEqual(["10:00", "11:30"]);
    expect(await starts("?group=main&since=1h")).toEqual(["11:30"]);
    expect(await starts("?since=2026-01-01T11:00:00Z")).toEqual(["11:30"]);
    expect((await app.request("/api/history?since=yesterday")).status).toBe(400);
    expect((await app.request("/api/history?group=nobody")).status).toBe(400);
  });

  test("history that many ask for at once is read once", async () => {
    let reads = 0;
    const { app } = appOf({
      incidents() {
        reads += 1;
        return Promise.resolve([]);
      },
    });
    await Promise.all([1, 2, 3].map(async () => await app.request("/api/history")));
    expect(reads).toBe(1);
    await app.request("/api/history");
    expect(reads).toBe(2);
  });

  test("state is the status, and the targets where there are some", async () => {
    const plain = appOf();
    expect(await (await plain.app.request("/api/state")).json()).toEqual(plain.parts.status());
    const { app } = appOf({ targets: () => [{ id: "lb" }] });
    expect(await (await app.request("/api/state")).json()).toMatchObject({ targets: [{ id: "lb" }] });
  });

  test("a bug is 500 without its innards, and is reported", async () => {
    const bugs: string[] = [];
    const { app } = appOf({
      metrics: () => Promise.reject(new Error("innards")),
      onBug: ({ message }) => bugs.push(message),
    });
    const response = await app.request("/metrics");
    expect([response.status, (await response.text()).includes("innards")]).toEqual([500, false]);
    expect(bugs).toEqual(["innards"]);
  });
});
