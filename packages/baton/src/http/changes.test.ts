import { Hono } from "hono";
import { beforeEach, describe, expect, test } from "vitest";
import { BatonError } from "../errors.ts";
import { addChanges } from "./changes.ts";
import { partsFor } from "./parts.fixture.ts";
import { openHttp } from "./server.ts";

const TOKEN = "a-token-of-some-length";
let done: unknown[];
let refusal: BatonError | undefined;
beforeEach(() => {
  done = [];
  refusal = undefined;
});

function appOf(token: string | undefined): Hono {
  const app = new Hono();
  const act = (what: unknown) => {
    if (refusal !== undefined) return Promise.reject(refusal);
    done.push(what);
    return Promise.resolve({ epoch: 3 });
  };
  addChanges(app, token, {
    switchover: (request) => act({ switchover: request }),
    pause: (request) => act({ pause: request }),
    resume: (request) => act({ resume: request }),
  });
  return app;
}

const post = async (
  path: string,
  body: string,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
  token: string | undefined = TOKEN,
) => await appOf(token).request(path, { method: "POST", body, headers });

describe("with the right token", () => {
  test("what was asked is done, and its result answered", async () => {
    const response = await post("/api/switchover", '{"to":"h2","maxPauseMs":500}');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ result: { epoch: 3 } });
    await post("/api/pause", '{"forMs":60000}');
    await post("/api/resume", "");
    await post("/api/switchover", '{"group":"main","isDryRun":true}');
    await post("/api/pause", '{"group":"main"}');
    await post("/api/resume", '{"group":"main"}');
    const unsaid = { group: undefined, to: undefined, maxPauseMs: undefined, despiteTargets: undefined };
    expect(done).toEqual([
      { switchover: { ...unsaid, to: "h2", maxPauseMs: 500, isDryRun: undefined } },
      { pause: { group: undefined, forMs: 60_000 } },
      { resume: { group: undefined } },
      { switchover: { ...unsaid, group: "main", isDryRun: true } },
      { pause: { group: "main", forMs: undefined } },
      { resume: { group: "main" } },
    ]);
  });

  test.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["an unknown key", '{"to":"h2","force":true}'],
    ["a number for a name", '{"to":2}'],
    ["a pause of nothing", '{"maxPauseMs":0}'],
    ["half a millisecond", '{"maxPauseMs":1.5}'],
    ["a word for a dry run", '{"isDryRun":"no"}'],
  ])("%s is 400, and nothing is done", async (_what, body) => {
    const response = await post("/api/switchover", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "BAD_REQUEST" } });
    expect(done).toEqual([]);
  });

  test("a body over 8 KiB is 413, whether it says its length or not, and nothing is done", async () => {
    const long = JSON.stringify({ to: "h".repeat(9_000) });
    expect((await post("/api/switchover", long)).status).toBe(413);
    const stream = new Blob([long]).stream();
    const request = new Request("http://agent/api/switchover", {
      method: "POST",
      body: stream,
      headers: { authorization: `Bearer ${TOKEN}` },
      duplex: "half",
    } as RequestInit);
    expect((await appOf(TOKEN).request(request)).status).toBe(413);
    expect(done).toEqual([]);
  });

  test("what the cluster refuses is 409, what none could do is 400, with code and next step", async () => {
    refusal = new BatonError("UNABLE", "a failover is running");
    const conflict = await post("/api/switchover", "{}");
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toEqual({
      error: { code: "UNABLE", message: "a failover is running", hint: refusal.hint },
    });
    refusal = new BatonError("USAGE", "no host h9");
    expect((await post("/api/switchover", '{"to":"h9"}')).status).toBe(400);
  });

  test("a page of another site is refused even with it", async () => {
    const authorization = `Bearer ${TOKEN}`;
    for (const headers of [
      { authorization, host: "127.0.0.1:8377", origin: "http://evil.example" },
      { authorization, host: "127.0.0.1:8377", origin: "null" },
      { authorization, "sec-fetch-site": "cross-site" },
    ]) {
      expect((await post("/api/pause", "{}", headers)).status).toBe(403);
    }
    const own = { authorization, host: "127.0.0.1:8377", origin: "http://127.0.0.1:8377" };
    expect((await post("/api/pause", "{}", own)).status).toBe(200);
    expect(done).toHaveLength(1);
  });
});

describe("without the right token", () => {
  test.each([
    ["none", undefined],
    ["an empty one", "Bearer "],
    ["a wrong one", `Bearer ${TOKEN}x`],
    ["its beginning", `Bearer ${TOKEN.slice(0, -1)}`],
    ["another scheme", `Basic ${TOKEN}`],
    ["the bare token", TOKEN],
  ])("%s is 401, whatever the body, and nothing is done", async (_what, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    for (const path of ["/api/switchover", "/api/pause", "/api/resume"]) {
      for (const body of ["{}", "{", "x".repeat(20_000)]) {
        const response = await post(path, body, headers);
        expect(response.status).toBe(401);
        expect(response.headers.get("www-authenticate")).toBe('Bearer realm="baton"');
      }
    }
    expect(done).toEqual([]);
  });

  test("an agent that has none takes no change, and says how to give it one", async () => {
    const app = appOf(undefined);
    const headers = { authorization: "Bearer undefined" };
    const response = await app.request("/api/resume", { method: "POST", headers });
    expect(response.status).toBe(403);
    const { error } = (await response.json()) as { error: { hint: string } };
    expect(error.hint).toContain("secrets: { token:");
    expect(done).toEqual([]);
  });
});

test("over a socket the refusal arrives, however long the body that nobody read", async () => {
  const act = () => {
    done.push("acted");
    return Promise.resolve();
  };
  const actions = { switchover: act, pause: act, resume: act };
  const server = await openHttp(partsFor({ token: TOKEN, actions }));
  try {
    const ask = async (authorization: string, body: string) => {
      const init = { method: "POST", body, headers: { authorization } };
      return (await fetch(`${server.url}/api/pause`, init)).status;
    };
    expect(await ask("Bearer wrong", "x".repeat(1 << 20))).toBe(401);
    expect(await ask(`Bearer ${TOKEN}`, "x".repeat(1 << 20))).toBe(413);
    expect(await ask(`Bearer ${TOKEN}`, "{")).toBe(400);
    expect(done).toEqual([]);
    expect([await ask(`Bearer ${TOKEN}`, '{"forMs":1000}'), done]).toEqual([200, ["acted"]]);
  } finally {
    await server.close();
  }
});
