// Promises of requests: the token goes in the header only, and every refusal and silence becomes a sentence.
import { expect, test } from "vitest";
import { actionsOver, type Send } from "./agent-actions.ts";

interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

function answering(status: number, body: unknown) {
  const sent: Sent[] = [];
  const send: Send = async (path, init) => {
    sent.push({ path, init });
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { status });
  };
  return { sent, actions: actionsOver(send) };
}

const dryRun = { group: "orders", to: undefined, isDryRun: true };
const result = { outcome: "dry-run", reason: "would hand over from h1 to h2", from: "h1", to: "h2" };

test("a dry run says so, and a real one does not", async () => {
  const { sent, actions } = answering(200, { result });
  expect(await actions.switchover(dryRun, "secret")).toMatchObject({
    kind: "done",
    value: { outcome: "dry-run", checks: [], steps: [] },
  });
  await actions.switchover({ ...dryRun, to: "h2", isDryRun: false }, "secret");
  expect(sent.map(({ init }) => init.body)).toEqual([
    '{"group":"orders","isDryRun":true}',
    '{"group":"orders","to":"h2"}',
  ]);
});

test("the token is in the header, and nowhere else", async () => {
  const { sent, actions } = answering(200, { result: { paused: [] } });
  await actions.pause({ group: "orders", forMs: 60_000 }, "secret");
  expect(sent[0]?.init.headers).toMatchObject({ authorization: "Bearer secret" });
  expect(JSON.stringify([sent[0]?.path, sent[0]?.init.body])).not.toContain("secret");
});

test("a refusal comes with its code and its hint", async () => {
  const error = { code: "UNAUTHORIZED", message: "the token is missing or wrong", hint: "send it" };
  const { actions } = answering(401, { error });
  expect(await actions.resume({ group: "orders" }, "wrong")).toEqual({
    kind: "refused",
    refusal: error,
  });
});

test.each([
  [502, "<html>Bad Gateway</html>", "HTTP 502"],
  [400, { error: "say which group" }, "HTTP 400"],
  [200, { results: [] }, "ANSWER"],
  [200, "", "ANSWER"],
])("an answer of %i that is none of ours is a refusal, too", async (status, body, code) => {
  const { actions } = answering(status, body);
  expect(await actions.switchover(dryRun, "secret")).toMatchObject({
    kind: "refused",
    refusal: { code },
  });
});

test("silence is a refusal that does not pretend to know what became of it", async () => {
  const actions = actionsOver(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await actions.pause({ group: "orders", forMs: 1000 }, "secret")).toMatchObject({
    kind: "refused",
    refusal: { code: "NO_ANSWER", hint: expect.stringContaining("not known") },
  });
});

test("what cannot be a token is not sent", async () => {
  const { sent, actions } = answering(200, { result });
  for (const token of ["", "a b", "wörd", "a\nb"])
    expect(await actions.switchover(dryRun, token)).toMatchObject({ kind: "refused" });
  expect(sent).toEqual([]);
});
