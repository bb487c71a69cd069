// Promises of one look at the agent: nothing heard is lost, and nothing missed is hidden.
import { expect, test } from "vitest";
import { beginning } from "./live.ts";
import { type Agent, look } from "./look.ts";
import { journalAnswer, statusAnswer } from "./status.fixture.ts";

const agentWith = (answers: Readonly<Record<string, () => unknown>>): Agent => ({
  ask: async (path) => answers[path]?.(),
  nowMs: () => 5000,
});

test("keeps both answers, whichever comes first", async () => {
  let give: (value: unknown) => void = () => undefined;
  const late = new Promise((resolve) => {
    give = resolve;
  });
  const looked = look(
    beginning,
    agentWith({ status: () => statusAnswer, "journal?limit=50": () => late }),
  );
  give(journalAnswer);
  const live = await looked;
  expect(live.status?.observedBy).toBe("h1");
  expect(live.freshAtMs).toBe(5000);
  expect(live.journal.map(({ sentence }) => sentence)).toEqual(["h2 said +sdown", "routed to <h3>"]);
});

test("keeps the last good status and journal, and says what went wrong, when both fail", async () => {
  const good = await look(
    beginning,
    agentWith({ status: () => statusAnswer, "journal?limit=50": () => journalAnswer }),
  );
  const refuse = () => {
    throw new Error("Failed to fetch");
  };
  const live = await look(
    good,
    agentWith({ status: refuse, "journal?limit=50": () => ({ entries: 3 }) }),
  );
  expect(live).toMatchObject({ status: good.status, journal: good.journal, freshAtMs: 5000 });
  expect(live.trouble).toBe("Failed to fetch");
  expect(live.journalTrouble).toBe("journal.entries is not a list of at most 2000");
});
