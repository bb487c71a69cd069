// The deed of a fence on real processes: the last question before it, and a primary over its memory.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { demote } from "../../packages/baton/src/fence/demote.ts";
import { assertStillAgreed } from "../../packages/baton/src/fence/still-agreed.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { parseRole } from "../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

let home: string;
let lab: LabHandle;
const toClose: Door[] = [];

beforeAll(async () => {
  home = await makeHome();
  await labUp(home, "--no-wires");
  lab = await attachLab("lab", { BATON_HOME: home });
}, 60_000);
afterEach((context) => {
  keepEvidence(context, home);
  for (const door of toClose.splice(0)) door.close();
});
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

function door(plan: { readonly address: string; readonly port: number }): Door {
  const opened = openDoor({ ...plan, username: "agent", password: lab.secrets.agent });
  toClose.push(opened);
  return opened;
}
const nodes = () => lab.layout.groups[0]?.nodes ?? [];
const node = (id: string) => nodes().find((plan) => plan.id === id) ?? { address: "", port: 0 };
const sentinels = () => lab.layout.sentinels.map((plan) => door(plan));

test("nobody is fenced for another primary than the majority's, an older epoch, or without one", async () => {
  const ask = async (doors: readonly Door[], primary: string, epoch: number) =>
    await assertStillAgreed(doors, "main", { primary: node(primary), epoch });
  // Sentinels that had to wait for a processor are taken for silent ones: asked again, they are not.
  const agreed = async (primary: string, epoch: number) => {
    const look = async () => seen(await ask(sentinels(), primary, epoch));
    await waitFor(`a majority for ${primary} in epoch ${epoch}`, look, { withinMs: 10_000 });
  };
  await agreed("h1", 0);
  await expect(ask(sentinels(), "h2", 0)).rejects.toThrow("0 of 3 Sentinels name");
  const moved = await baton(home, ["switchover", "--to", "h2"]);
  expect(moved.code, moved.err).toBe(0);
  await waitFor(
    "a Sentinel that says its epoch",
    async () => {
      const refused = ask(sentinels(), "h2", 0).then(() => "agreed");
      const said = await refused.catch((error: Error) => error.message);
      return said === "a Sentinel names epoch 1 by now, and it was 0" ? seen(true) : missing(said);
    },
    { withinMs: 10_000 },
  );
  await agreed("h2", 1);
  await lab.stop("h1", "sentinel");
  await lab.stop("h3", "sentinel");
  await expect(ask(sentinels(), "h2", 1)).rejects.toThrow("1 of 3 Sentinels name");
  await lab.cont("h1", "sentinel");
  await lab.cont("h3", "sentinel");
});

test("a primary over its maxmemory is demoted, though Redis rejects what is queued with OOM", async () => {
  const full = door(node("h2"));
  await full.call(["CONFIG", "SET", "maxmemory", "1000000"]);
  const [queued] = (await full.batch([["MULTI"], ["REPLICAOF", "NO", "ONE"], ["DISCARD"]])).slice(1);
  expect(String(queued)).toContain("OOM");
  expect(await demote(full, node("h3"))).toEqual([]);
  const look = async () => {
    const role = parseRole(await full.call(["ROLE"]));
    return role.kind === "replica" ? seen(role.of.address) : missing(role.kind);
  };
  const what = "h2 to be a replica";
  expect(await waitFor(what, look, { withinMs: 1_000 })).toBe(node("h3").address);
});
