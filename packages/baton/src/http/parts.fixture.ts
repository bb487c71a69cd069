// The parts of an agent's HTTP for tests: nothing happens, and every question has an answer.
import type { RoleAnswer } from "../status/role-check.ts";
import { journalInMemory, liveFixture } from "./live.fixture.ts";
import type { HttpParts } from "./server.ts";

export const roleAnswer = (group: string, ok: boolean): RoleAnswer => ({
  ok,
  group,
  node: "h1",
  role: "primary",
  epoch: 7,
  lagBytes: null,
  reason: "because",
});

export function partsFor(more: Partial<HttpParts> = {}): HttpParts {
  return {
    listen: { address: "127.0.0.1", port: 0 },
    status: () => ({ observedBy: "h1", at: "2026-01-01T00:00:00.000Z", groups: [] }),
    journal: journalInMemory(),
    live: liveFixture().source,
    checks: {
      groups: ["main"],
      primary: (group) => roleAnswer(group, true),
      replica: (group, maxLagBytes) => roleAnswer(group, maxLagBytes === undefined),
      notReady: () => [],
    },
    incidents: () => Promise.resolve([]),
    metrics: () => Promise.resolve({ contentType: "text/plain", text: "baton_info 1\n" }),
    token: undefined,
    actions: undefined,
    wallMs: () => Date.parse("2026-01-01T12:00:00.000Z"),
    onBug: (error) => {
      throw error;
    },
    pages: new URL("../../../dashboard/src/", import.meta.url),
    ...more,
  };
}
