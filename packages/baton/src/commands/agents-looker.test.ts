// What agents show over real HTTP: one is asked while it sees everything, others when it is blind, strangers
// are not believed, and answers of any shape end in a sentence.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { layout } from "../decide/world.fixture.ts";
import { AT, group, node, status } from "../status/screen/look.fixture.ts";
import type { ShownGroup, ShownStatus } from "../status/shown.ts";
import { isOf, openAgentsLooker } from "./agents-looker.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** An agent that answers with this, and counts how often it was asked. */
async function agent(body: () => unknown, code = 200) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const answer = body();
    response.writeHead(request.url === "/status" ? code : 404, { "content-type": "application/json" });
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked: () => asked };
}

const by = (observedBy: string, ...groups: readonly ShownGroup[]): ShownStatus => ({
  ...status(...groups),
  observedBy,
});
const blind = (name: string) =>
  group(name, {
    route: { kind: "none", reason: "1 of 3 Sentinels answer" },
    problems: [{ code: "sentinels-silent", severity: "error", message: "1 of 3 Sentinels answer" }],
  });
const signal = new AbortController().signal;
const anybody = () => true;

describe("the agents of a cluster", () => {
  test("one is enough while it sees everything", async () => {
    const [h1, h2] = [
      await agent(() => by("h1", group("main"))),
      await agent(() => by("h2", group("main"))),
    ];
    const looker = openAgentsLooker([h1.url, h2.url], anybody);
    expect((await looker.look(signal)).observedBy).toBe("h1");
    await looker.look(signal);
    expect([h1.asked(), h2.asked()]).toEqual([2, 0]);
  });

  test("one that is cut off is not believed where another sees more; the oldest look counts", async () => {
    const h1 = await agent(() => by("h1", blind("main"), group("cart")));
    const older = "2026-11-22T11:02:06.000Z";
    const h2 = await agent(() => ({ ...by("h2", group("main"), group("cart")), at: older }));
    const seen = await openAgentsLooker([h1.url, h2.url], anybody).look(signal);
    expect(seen.groups.map(({ name, route }) => [name, route.kind])).toEqual([
      ["main", "primary"],
      ["cart", "primary"],
    ]);
    expect([seen.observedBy, seen.at]).toEqual(["h1, h2", older]);
  });

  test("one that is gone is not asked first again", async () => {
    const h1 = await agent(() => "", 500);
    const h2 = await agent(() => by("h2", group("main")));
    const looker = openAgentsLooker([h1.url, h2.url], anybody);
    expect((await looker.look(signal)).observedBy).toBe("h2");
    await looker.look(signal);
    expect([h1.asked(), h2.asked()]).toEqual([1, 2]);
  });

  test("the agent of another cluster on the same port is no agent of this one", async () => {
    const stranger = await agent(() => by("h1", group("main", { nodes: [node(1)] })));
    const looker = openAgentsLooker([stranger.url], (seen) => isOf(layout, seen));
    await expect(looker.look(signal)).rejects.toMatchObject({
      code: "UNREACHABLE",
      message: expect.stringContaining("the agent of another cluster answers there"),
    });
    expect(isOf(layout, by("h1", group("main", { nodes: [node(1, { address: "10.0.0.1" })] })))).toBe(
      true,
    );
    expect(isOf(layout, by("h1", group("other", { nodes: [] })))).toBe(false);
  });
});

describe("an answer", () => {
  test.each([
    ["no JSON", "<html>", 200, "no JSON, and so no status of an agent"],
    ["another shape", { groups: "many" }, 200, "not the status of an agent"],
    [
      "a time that is none",
      { ...by("h1", group("main")), at: "now" },
      200,
      "not the status of an agent",
    ],
    ["an error", { error: "x" }, 503, "it answers 503"],
  ])("that is %s is refused in words", async (_what, body, code, sentence) => {
    const { url } = await agent(() => body, code);
    await expect(openAgentsLooker([url], anybody).look(signal)).rejects.toMatchObject({
      code: "UNREACHABLE",
      message: expect.stringContaining(sentence),
    });
  });

  test("of an older agent says nothing of what is new, and one of a newer more than is read", async () => {
    const { routeSince, decision, doubts, pause, drill, drills, targets, ...old } = group("main");
    const { url } = await agent(() => ({
      observedBy: "h1",
      at: AT,
      groups: [{ ...old, shape: "round" }],
    }));
    const { groups } = await openAgentsLooker([url], anybody).look(signal);
    expect(groups[0]).toEqual({ ...old, routeSince, decision, doubts, pause, drill, drills, targets });
  });

  test("nobody there: the reason of each", async () => {
    const looker = openAgentsLooker(["http://127.0.0.1:1", "http://127.0.0.1:2"], anybody);
    await expect(looker.look(signal)).rejects.toMatchObject({
      code: "UNREACHABLE",
      message: expect.stringMatching(/^no agent answers: http:\/\/127\.0\.0\.1:1: .*; http:\/\/127/),
    });
  });

  test("is not waited for when somebody wants to leave", async () => {
    const stop = new AbortController();
    const hanging = createServer(() => stop.abort(new Error("left")));
    servers.push(hanging);
    await new Promise<void>((resolve) => void hanging.listen(0, "127.0.0.1", resolve));
    const { port } = hanging.address() as AddressInfo;
    const looker = openAgentsLooker([`http://127.0.0.1:${port}`], anybody);
    await expect(looker.look(stop.signal)).rejects.toThrow("left");
  });
});
