// The one door to vendors' APIs, against a server that does whatever a far side may do: nothing of it may
// hang, fill the memory, or be done twice.
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { closeServer, listenOn } from "../../sys/sockets.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import type { ApiOptions } from "./api.ts";
import {
  type Answering,
  apiTo,
  askOnce,
  closeAll,
  errorOf,
  farSide,
  html,
  json,
  LOOK,
  openFarSide,
  unended,
} from "./far-side.fixture.ts";
import { ApiRefusal } from "./refusal.ts";

const MEBIBYTE = 1024 * 1024;

afterEach(closeAll);

describe("asks", () => {
  test("with its headers, and a proof over the very bytes that are sent", async () => {
    const far = await farSide(json(200, { n: 7, more: "ignored" }, { "x-id": "q1" }));
    const signed: unknown[] = [];
    const sign: NonNullable<ApiOptions["sign"]> = (request) => {
      signed.push(request);
      return Promise.resolve({ "x-proof": "yes" });
    };
    const api = apiTo(`${far.base}/v1`, { sign });
    const body = { name: "übér", list: [1, 2] };
    const answer = await api.ask({ ...LOOK, method: "PUT", path: "/things/1?a=b", body }, unended);
    expect([answer.status, answer.body, answer.header("X-Id"), answer.header("x-none")]).toEqual([
      200,
      { n: 7 },
      "q1",
      undefined,
    ]);
    const text = JSON.stringify(body);
    expect(signed).toEqual([{ method: "PUT", url: `${far.base}/v1/things/1?a=b`, body: text }]);
    expect(far.heard).toMatchObject([
      {
        method: "PUT",
        url: "/v1/things/1?a=b",
        body: text,
        headers: { "x-proof": "yes", "content-type": "application/json", accept: "application/json" },
      },
    ]);
  });

  test("without a body where there is none, and looks at none where none is wanted", async () => {
    const far = await farSide((response) => void response.writeHead(204).end());
    const answer = await apiTo(far.base).ask({ method: "POST", path: "/refresh" }, unended);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(far.heard[0]?.headers["content-type"]).toBeUndefined();
    expect(far.heard[0]?.body).toBe("");
  });

  test("only when its bucket lets it", async () => {
    const far = await farSide(json(200, { n: 1 }));
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => void (open = resolve));
    const asking = apiTo(far.base, { pacer: { turn: () => gate } }).ask(LOOK, unended);
    await new Promise((resolve) => setImmediate(resolve));
    expect(far.heard).toEqual([]);
    open();
    await asking;
    expect(far.heard.length).toBe(1);
  });

  test("once: a connection that breaks is not answered by a second request", async () => {
    const breaks: Answering = (response) => void response.socket?.destroy();
    const far = await farSide(json(200, { n: 1 }));
    const api = apiTo(far.base);
    // The second goes over a connection that was kept from the first.
    await api.ask({ ...LOOK, method: "POST", body: {} }, unended);
    far.answer(breaks);
    for (const method of ["POST", "GET", "PUT", "DELETE"] as const) {
      const before = far.heard.length;
      const error = await errorOf(api.ask({ ...LOOK, method }, unended));
      expect(error.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: ./);
      expect(far.heard.length, method).toBe(before + 1);
    }
  });
});

describe("an answer that is none of the expected:", () => {
  test("a refusal keeps its status, and a line of what was said", async () => {
    const error = await askOnce(json(422, { id: "locked", message: "the thing\nis locked" }));
    expect(error).toBeInstanceOf(ApiRefusal);
    expect(error).toMatchObject({ status: 422, body: expect.stringContaining("is locked") as unknown });
    expect(error.message).toBe(
      'Vendor: GET /things/1 is answered with 422: {"id":"locked","message":"the thing\\nis locked"}',
    );
  });

  test("a page of a balancer becomes words in one line, whatever its length", async () => {
    const style = `<style>body { color: ${"crimson".repeat(300)} }</style><script>var a = "no";</script>`;
    const sorry = "<p>sorry</p>".repeat(500);
    const page = `<!doctype html>\n<html>${style}<h1>502\r\nBad   Gateway</h1>${sorry}`;
    const error = await askOnce(html(502, page));
    expect(error).toMatchObject({ status: 502 });
    expect(error.message).toMatch(/^Vendor: GET \/things\/1 is answered with 502: 502 Bad Gateway s/);
    expect(error.message.length).toBeLessThan(250);
    expect(error.message).not.toMatch(/[<>\n]|crimson|no"/);
  });

  test("a page with status 200", async () => {
    const error = await askOnce(html(200, "<h1>Please log in</h1>"));
    expect(error.message).toBe(
      "Vendor: GET /things/1 answers with something that is no JSON: Please log in",
    );
    expect(error).toMatchObject({ status: 200 });
  });

  test("nothing at all, and JSON of another shape, with the place where it differs", async () => {
    for (const body of ["", "null", "[]", '{"n":"seven"}', '{"n":1.5}', "{}"]) {
      const error = await askOnce((response) => void response.writeHead(200).end(body));
      expect(error, body).toBeInstanceOf(ApiRefusal);
      expect(error.message, body).toMatch(/^Vendor: GET \/things\/1 answers in another shape: /);
    }
    const error = await askOnce(json(200, { n: "seven" }));
    expect(error.message).toContain("shape: n: ");
  });

  test("a redirect is not followed: nobody else gets the credentials", async () => {
    const other = await farSide(json(200, { n: 1 }));
    for (const status of [301, 302, 303, 307, 308]) {
      const error = await askOnce(html(status, "", { location: `${other.base}/things/1` }));
      expect(error).toMatchObject({ status });
      expect(error.message).toContain(`is answered with ${status}`);
    }
    expect(other.heard).toEqual([]);
  });

  test("the query, which may hold names of customers, is not in the message", async () => {
    const error = await askOnce(json(400, {}), { ...LOOK, path: "/things?name=somebody" });
    expect(error.message).toBe("Vendor: GET /things is answered with 400: {}");
  });
});

describe("an answer without an end", () => {
  const endless: Answering = (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = Buffer.alloc(256 * 1024, " ");
    const more = () => {
      while (!response.destroyed && response.write(chunk)) continue;
    };
    response.on("drain", more);
    more();
  };

  test("is read no further than the limit, and its connection is closed", async () => {
    const far = await farSide(endless);
    const error = await errorOf(apiTo(far.base).ask(LOOK, unended));
    expect(error.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: the answer is longer than 4194304 bytes$/);
    const look = async () => ((await far.connections()) === 0 ? seen(undefined) : missing("its end"));
    await waitFor("the connection to be closed", look, { withinMs: 5_000, everyMs: 10 });
  });

  test("is held to the limit as it is when unpacked", async () => {
    const packed = gzipSync(Buffer.alloc(64 * MEBIBYTE, " "));
    expect(packed.byteLength).toBeLessThan(MEBIBYTE);
    const error = await askOnce((response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed);
    });
    expect(error.message).toContain("the answer is longer than 4194304 bytes");
  });

  test("of a refusal, too", async () => {
    const error = await askOnce((response) => {
      response.writeHead(500).end(Buffer.alloc(5 * MEBIBYTE, "a"));
    });
    expect(error.message).toContain("the answer is longer than 4194304 bytes");
  });

  test("up to the limit it is taken", async () => {
    const text = `{"n":1,"padding":"${"x".repeat(4 * MEBIBYTE - 100)}"}`;
    const { base } = await farSide((response) => void response.writeHead(200).end(text));
    expect((await apiTo(base).ask(LOOK, unended)).body).toEqual({ n: 1 });
  });
});

describe("stops at once, with the very reason it was given,", () => {
  const told = new Error("told to");

  test("before anything was sent", async () => {
    const far = await farSide(json(200, { n: 1 }));
    expect(await errorOf(apiTo(far.base).ask(LOOK, AbortSignal.abort(told)))).toBe(told);
    expect(far.heard).toEqual([]);
  });

  test("while it waits for its turn or for its proof", async () => {
    const far = await farSide(json(200, { n: 1 }));
    const never = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const waiting: Partial<ApiOptions>[] = [
      { pacer: { turn: never } },
      { sign: (_request, signal) => never(signal) },
    ];
    for (const more of waiting) {
      const stopping = new AbortController();
      const asking = errorOf(apiTo(far.base, more).ask(LOOK, stopping.signal));
      setImmediate(() => stopping.abort(told));
      expect(await asking).toBe(told);
    }
    expect(far.heard).toEqual([]);
  });

  test("while nothing is answered", async () => {
    const far = await farSide(() => undefined);
    const stopping = new AbortController();
    const asking = errorOf(apiTo(far.base).ask(LOOK, stopping.signal));
    const look = () => (far.heard.length === 1 ? seen(undefined) : missing("the request"));
    await waitFor("the request to arrive", look, { withinMs: 5_000, everyMs: 5 });
    stopping.abort(told);
    expect(await asking).toBe(told);
  });

  test("in the middle of an answer", async () => {
    const far = await farSide((response) => void response.writeHead(200).write('{"n":'));
    const stopping = new AbortController();
    const asking = errorOf(apiTo(far.base).ask(LOOK, stopping.signal));
    const look = () => (far.heard.length === 1 ? seen(undefined) : missing("the request"));
    await waitFor("the request to arrive", look, { withinMs: 5_000, everyMs: 5 });
    const startedMs = performance.now();
    stopping.abort(told);
    expect(await asking).toBe(told);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  test("when its time is over", async () => {
    const { base } = await farSide(() => undefined);
    const error = await errorOf(apiTo(base).ask(LOOK, AbortSignal.timeout(50)));
    expect(error.name).toBe("TimeoutError");
  });

  test("when it is closed under a request", async () => {
    const far = await farSide(() => undefined);
    const api = apiTo(far.base);
    const asking = errorOf(api.ask(LOOK, unended));
    const look = () => (far.heard.length === 1 ? seen(undefined) : missing("the request"));
    await waitFor("the request to arrive", look, { withinMs: 5_000, everyMs: 5 });
    await api.close();
    expect((await asking).message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: ./);
  });
});

describe("the network's own words", () => {
  test("name vendor and host: nobody listens, the connection breaks, the answer ends early", async () => {
    const gone = await openFarSide(json(200, {}));
    await gone.close();
    const refused = await errorOf(apiTo(gone.base).ask(LOOK, unended));
    expect(refused.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
    const reset = await askOnce((response) => void response.socket?.resetAndDestroy());
    expect(reset.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: .+/);
    const cut = await askOnce((response) => {
      const cutOff = () => response.socket?.destroy();
      response.writeHead(200, { "content-length": "100" }).write('{"n":', cutOff);
    });
    expect(cut.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: .+/);
  });

  test("are said of a name, too, that leads to several addresses", async () => {
    const gone = await openFarSide(json(200, {}));
    await gone.close();
    const base = gone.base.replace("127.0.0.1", "localhost");
    const { message } = await errorOf(apiTo(base).ask(LOOK, unended));
    expect(message).toMatch(/^Vendor: localhost:\d+: .*ECONNREFUSED/);
  });

  test("say that it is no HTTP which is spoken there", async () => {
    const server = createServer((socket) => {
      socket.resume().end("-NOAUTH Authentication required.\r\n");
    });
    await listenOn(server, { address: "127.0.0.1", port: 0 });
    const { port } = server.address() as { readonly port: number };
    const error = await errorOf(apiTo(`http://127.0.0.1:${port}`).ask(LOOK, unended));
    await closeServer(server);
    expect(error.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: .+/);
  });
});
