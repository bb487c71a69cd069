import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type HttpServer, openHttp, routesOf } from "./server.ts";

const parts = {
  listen: { address: "127.0.0.1", port: 0 },
  status: () => ({ observedBy: "h1", at: "2026-01-01T00:00:00.000Z", groups: [] }),
  journal: (limit: number) => [
    {
      at: "2026-01-01T00:00:00.000Z",
      monotonicMs: 1,
      kind: "note" as const,
      group: "main",
      sentence: `limit ${limit}`,
    },
  ],
  pages: new URL("../../../dashboard/src/", import.meta.url),
};

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

test("answers health, status and journal as scripts expect them", async () => {
  const app = routesOf(parts);
  expect(await (await app.request("/healthz")).text()).toBe("ok\n");
  expect(await (await app.request("/status")).json()).toEqual(parts.status());
  expect(await (await app.request("/journal?limit=3")).json()).toMatchObject({
    entries: [{ sentence: "limit 3" }],
  });
});

test("refuses a limit out of bounds, and says which are in", async () => {
  const app = routesOf(parts);
  for (const limit of ["0", "-1", "2001", "x", "1.5"]) {
    const response = await app.request(`/journal?limit=${limit}`);
    expect([limit, response.status]).toEqual([limit, 400]);
    expect(await response.json()).toEqual({ error: "limit is a whole number from 1 to 2000" });
  }
});

test("serves the page and nothing else of the disk", async () => {
  const app = routesOf(parts);
  const page = await app.request("/");
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  for (const path of ["/../package.json", "/%2e%2e/package.json", "/main.tsx", "/style.css/x"]) {
    expect([path, (await app.request(path)).status]).toEqual([path, 404]);
  }
});

test("changes nothing: every method but GET is refused", async () => {
  const app = routesOf(parts);
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    expect([method, (await app.request("/status", { method })).status]).toEqual([method, 404]);
  }
});

test("a busy port is an error with its address, not a crash", async () => {
  const busy = createServer();
  const port = await new Promise<number>((resolve) => {
    busy.listen(0, "127.0.0.1", () => resolve((busy.address() as { port: number }).port));
  });
  await expect(openHttp({ ...parts, listen: { address: "127.0.0.1", port } })).rejects.toMatchObject({
    code: "PORT_BUSY",
    message: `127.0.0.1:${port} for HTTP: EADDRINUSE`,
  });
  await new Promise((resolve) => busy.close(resolve));
});
