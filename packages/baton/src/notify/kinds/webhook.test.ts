// The webhook against a real receiver, which is any HTTP server.
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { openFarSide } from "../../targets/api/far-side.fixture.ts";
import { channelConformance, message, soon, surroundings } from "../conformance.fixture.ts";
import { openVendor } from "../fakes/vendor.fixture.ts";
import { webhook } from "./webhook.ts";

const SECRET = "f0r-tests-0nly-f0r-tests-0nly";
const PATH = "/hooks/f0rTests0nlyf0rTests0nly";

interface Body {
  readonly as: string;
  readonly thread: string;
  readonly number: number;
  readonly notice: { readonly state: string };
}

channelConformance(
  webhook,
  async () => {
    const receiver = await openVendor([
      {
        method: "POST",
        pattern: /^\/hooks\//,
        schema: { type: "object", required: ["event", "cluster", "as", "thread", "number", "notice"] },
        handle: () => ({ status: 204 }),
      },
    ]);
    return {
      ...receiver,
      settings: { url: `${receiver.base}${PATH}`, secret: { env: "S" } },
      secrets: { S: SECRET, PATH: "f0rTests0nlyf0rTests0nly" },
      shown: () =>
        receiver.taken
          .map(({ body }) => body as unknown as Body)
          .filter(({ as }) => as !== "renew")
          .map(({ as, thread, number, notice }) => `${as} ${thread}/${number} ${notice.state}`),
    };
  },
  {
    opened: ["open t-1/0 open"],
    updated: ["open t-1/0 open", "update t-1/1 update"],
    closed: ["open t-1/0 open", "update t-1/1 update", "close t-1/2 closed"],
    once: ["once t-1/0 closed"],
  },
);

test("signs time and body, and names the message so that a copy can be dropped", async () => {
  const far = await openFarSide((response) => void response.writeHead(200).end());
  const settings = webhook.settings.parse({ url: `${far.base}${PATH}?a=b`, secret: { env: "S" } });
  const channel = await webhook.open(settings, surroundings({ S: SECRET }));
  await channel.send(message("open", { number: 3 }), soon());
  const [heard] = far.heard;
  const ts = String(Date.parse("2026-11-21T02:43:12.000Z") / 1_000);
  const signature = createHmac("sha256", SECRET).update(`${ts}.${heard?.body}`).digest("hex");
  expect(heard?.url).toBe(`${PATH}?a=b`);
  expect(heard?.headers).toMatchObject({
    "content-type": "application/json",
    "idempotency-key": "t-1/3",
    "x-baton-timestamp": ts,
    "x-baton-signature": `sha256=${signature}`,
  });
  expect(JSON.parse(heard?.body ?? "")).toMatchObject({
    event: "notice",
    cluster: "shop",
    as: "open",
    notice: { id: "failover-7", group: "main", kind: "failover", severity: "warning", endedAt: null },
  });
  await channel.close?.();
  await far.close();
});

test("a URL with a user, or of another protocol, is no URL for this", () => {
  for (const url of ["ftp://example.com/", "https://user:word@example.com/", "example.com", ""]) {
    expect(webhook.settings.safeParse({ url }).success, url).toBe(false);
  }
});
