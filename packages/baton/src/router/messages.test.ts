// What gets through to a process that serves clients, and what must not get out of it.
import { expect, test } from "vitest";
import { ordersFrom } from "./messages.ts";

const tls = { authority: "the authority", certificate: "the certificate", key: "the key" };
const opening = (clientTls: unknown) => ({
  kind: "open-router",
  id: 1,
  options: {
    listen: { address: "127.0.0.1", port: 0 },
    holdMs: 1,
    holdSessions: 1,
    clientTls,
    upstreamTls: tls,
    tellsEnds: false,
  },
});

test("certificates and keys get to the process that needs them", () => {
  const [order] = ordersFrom([opening(tls)]);
  expect(order).toMatchObject({ options: { clientTls: tls, upstreamTls: tls } });
});

test("no key is in what is said of a message that is not understood", () => {
  const key = `-----BEGIN PRIVATE KEY----- ${"x".repeat(1 << 20)}`;
  for (const wrong of [{ ...tls, key }, { ...tls, key: 7 }, { key }]) {
    let said = "";
    try {
      ordersFrom([opening(wrong)]);
    } catch (error) {
      said = String((error as Error).stack);
    }
    expect(said).toContain("clientTls");
    expect(said).not.toMatch(/PRIVATE KEY|the key/);
  }
});
