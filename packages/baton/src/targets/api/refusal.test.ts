// What the door to vendors' APIs says of a refusal: never a secret, and how long there is to wait.
import { afterEach, describe, expect, test } from "vitest";
import { TryLater } from "../target.ts";
import {
  apiTo,
  askOnce,
  closeAll,
  errorOf,
  farSide,
  html,
  json,
  LOOK,
  SECRET,
  unended,
} from "./far-side.fixture.ts";
import { ApiRefusal } from "./refusal.ts";

afterEach(closeAll);

describe("no message contains a secret", () => {
  const inJson = JSON.stringify(SECRET).slice(1, -1);
  const forms = [SECRET, inJson, inJson.replaceAll("/", "\\/"), encodeURIComponent(SECRET)];

  test("that the far side sends back, in whatever form", async () => {
    for (const form of forms) {
      for (const status of [200, 400]) {
        const said = `token ${form} is bad`;
        const error = await askOnce((response) => void response.writeHead(status).end(said));
        expect(error.message, form).toContain("token *** is bad");
        expect(error).toMatchObject({ body: "token *** is bad" });
      }
    }
  });

  test("that stands where the line is cut", async () => {
    for (let before = 130; before < 170; before += 1) {
      const { message } = await askOnce(
        (response) => void response.writeHead(400).end(`${"x".repeat(before)}${SECRET}`),
      );
      expect(message).not.toContain(SECRET.slice(0, 3));
    }
  });

  test("that a path holds, or a header that cannot be one", async () => {
    const { base } = await farSide(json(404, {}));
    const path = `/hooks/${encodeURIComponent(SECRET)}`;
    expect((await errorOf(apiTo(base).ask({ ...LOOK, path }, unended))).message).toContain("/hooks/***");
    const sign = () => ({ authorization: `Bearer ${SECRET}\u0000` });
    const { message } = await errorOf(apiTo(base, { sign }).ask(LOOK, unended));
    expect(message).not.toContain(SECRET);
  });

  test("that is known only since the last request", async () => {
    const secrets: string[] = [];
    const { base } = await farSide((response) => void response.writeHead(400).end("fresh-token is bad"));
    const api = apiTo(base, { secrets });
    expect((await errorOf(api.ask(LOOK, unended))).message).toContain("fresh-token");
    secrets.push("fresh-token");
    expect((await errorOf(api.ask(LOOK, unended))).message).toContain("*** is bad");
  });

  test("and nothing is hidden where the secret is empty", async () => {
    const { base } = await farSide(json(400, { why: "so" }));
    const { message } = await errorOf(apiTo(base, { secrets: [""] }).ask(LOOK, unended));
    expect(message).toContain('{"why":"so"}');
  });
});

describe("waits as it is told", () => {
  const waitOf = async (status: number, headers: Readonly<Record<string, string>>) => {
    const error = await askOnce(html(status, "slow down", headers));
    expect(error.message).toContain(`is answered with ${status}: slow down`);
    return error instanceof TryLater ? error.afterMs : error.constructor;
  };

  test("in seconds, for two minutes at the most", async () => {
    expect(await waitOf(429, { "retry-after": "7" })).toBe(7_000);
    expect(await waitOf(503, { "retry-after": "0" })).toBe(0);
    expect(await waitOf(429, { "retry-after": " 1.5 " })).toBe(1_500);
    expect(await waitOf(429, { "retry-after": "86400" })).toBe(120_000);
  });

  test("until a date, by the far side's clock", async () => {
    const date = "Sun, 06 Nov 1994 08:49:37 GMT";
    const until = (time: string) => ({ date, "retry-after": `Sun, 06 Nov 1994 ${time} GMT` });
    expect(await waitOf(429, until("08:49:47"))).toBe(10_000);
    expect(await waitOf(503, until("08:49:00"))).toBe(0);
    expect(await waitOf(503, until("23:00:00"))).toBe(120_000);
    const soon = new Date(Date.now() + 60_000).toUTCString();
    const byOwnClock = await waitOf(429, { "retry-after": soon, date: "never" });
    expect(byOwnClock).toBeGreaterThan(50_000);
    expect(byOwnClock).toBeLessThanOrEqual(60_000);
  });

  test("and not at all where that is no time, or the status is another", async () => {
    const noDate = "Xxx, 99 Yyy 1994 08:49:37 GMT";
    for (const said of ["", "soon", "-5", "1e3", "0x10", "Infinity", "6 Nov", noDate]) {
      expect(await waitOf(429, { "retry-after": said }), said).toBe(ApiRefusal);
    }
    expect(await waitOf(429, {})).toBe(ApiRefusal);
    expect(await waitOf(500, { "retry-after": "7" })).toBe(ApiRefusal);
    expect(await waitOf(409, { "retry-after": "7" })).toBe(ApiRefusal);
  });
});
