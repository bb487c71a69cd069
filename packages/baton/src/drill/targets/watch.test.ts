// A drill's eyes on a target whose far side falls silent and comes back.
import { expect, test } from "vitest";
import type { GroupPlan } from "../../cluster/types.ts";
import { systemClock } from "../../sys/clock.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import { openFakeConsul } from "../../targets/fakes/consul.fixture.ts";
import { openHttpDoor } from "../../targets/fakes/door.fixture.ts";
import { consul } from "../../targets/kinds/consul.ts";
import { testNodes, testSurroundings, TEST_SECRET } from "../../targets/surroundings.fixture.ts";
import type { DrillSite } from "../site.ts";
import { watchTargets } from "./watch.ts";

const KEY = "redis/primary";

test("what was silent for a while is seen again as soon as it answers", async () => {
  const fake = await openFakeConsul();
  const settingsOf = (endpoint: string) => ({ endpoint, key: KEY, timeout: "500ms" });
  const door = await openHttpDoor({ upstream: fake.api.base, settingsOf });
  const writer = await consul.open(consul.settings.parse(door.settings), testSurroundings());
  const [, second] = testNodes;
  const endpoint = second?.endpoint ?? { address: "", port: 0 };
  const change = { group: "main", endpoint, epoch: 4, from: undefined, role: "leader" as const };
  await writer.write(change, AbortSignal.timeout(5_000));
  door.trouble({ kind: "stall", to: "all" });
  const targets = [{ name: "it", kind: "consul", group: "main", on: ["h1"], settings: door.settings }];
  const layout = { cluster: { targets }, groups: [] as readonly GroupPlan[] };
  const watch = watchTargets({
    lab: { layout } as unknown as DrillSite,
    group: "main",
    isOn: true,
    clock: systemClock,
    readSecret: () => Promise.resolve(TEST_SECRET),
  });
  try {
    const silent = () => {
      const [one] = watch.all();
      return one?.silence?.includes("no end within") ? seen(undefined) : missing(one?.silence ?? "seen");
    };
    await waitFor("it to be silent", silent, { withinMs: 5_000 });
    await expect(watch.untilLed(endpoint, 100)).rejects.toThrow("still missing: it to lead there");
    door.trouble({ kind: "none" });
    await watch.untilLed(endpoint, 5_000);
    expect(watch.all()).toMatchObject([{ sights: [{ endpoint, epoch: 4 }], silence: undefined }]);
  } finally {
    await watch.close();
    await writer.close?.();
    await door.close();
    await fake.api.close();
  }
});
