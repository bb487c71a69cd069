import { expect, test } from "vitest";
import { createKeeper } from "./keeper.ts";
import type { Link, Opened } from "./link.ts";
import type { Address } from "./library.ts";
import { type Failed, notDone } from "./outcome.ts";

const [FIRST, SECOND] = [
  { host: "192.0.2.1", port: 6379 },
  { host: "192.0.2.2", port: 6379 },
];

/** Opens when it is told to, and knows which of its links are open. */
function createStage() {
  const open = new Set<string>();
  const waiting: (() => void)[] = [];
  const keeper = createKeeper<string>(
    async (address: Address, signal): Promise<Opened<string> | Failed> => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      if (signal.aborted) return notDone("no-connection", "left");
      open.add(address.host);
      const link: Link<string> = {
        address,
        native: address.host,
        isOpen: () => open.has(address.host),
        destroy: () => void open.delete(address.host),
      };
      return { kind: "open", link };
    },
  );
  return { keeper, open, letIn: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

test("all who ask share one connection, and it is opened once", async () => {
  const { keeper, letIn } = createStage();
  const both = Promise.all([keeper.at(FIRST), keeper.at(FIRST)]);
  letIn();
  const [one, other] = await both;
  expect(one).toBe(other);
  expect(await keeper.at(FIRST)).toMatchObject({ kind: "open", link: { native: FIRST.host } });
});

test("the connection to the former primary is gone before the next one is opened", async () => {
  const { keeper, open, letIn } = createStage();
  const first = keeper.at(FIRST);
  letIn();
  await first;
  const second = keeper.at(SECOND);
  expect([...open]).toEqual([]);
  letIn();
  expect(await second).toMatchObject({ kind: "open" });
  expect([...open]).toEqual([SECOND.host]);
});

test("one that is left while it is opened is never held", async () => {
  const { keeper, open, letIn } = createStage();
  const first = keeper.at(FIRST);
  keeper.leaveUnless(SECOND, "another primary");
  expect(await first).toMatchObject({ kind: "failed", outcome: { error: "no-connection" } });
  const second = keeper.at(SECOND);
  letIn();
  await second;
  expect(keeper.current()?.native).toBe(SECOND.host);
  expect([...open]).toEqual([SECOND.host]);
});

test("a lost connection is opened anew", async () => {
  const { keeper, open, letIn } = createStage();
  const first = keeper.at(FIRST);
  letIn();
  await first;
  open.clear();
  expect(keeper.current()).toBeUndefined();
  const again = keeper.at(FIRST);
  letIn();
  expect(await again).toMatchObject({ kind: "open" });
});
