// Promises of reading earlier drills: broken folders are told and in nobody's way, and numbers are bounded.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { earlierRuns } from "./earlier-runs.ts";
import { evidenceFixture } from "./report/evidence.fixture.ts";
import { renderJson } from "./report/index.ts";
import { writeRunFolder } from "./run-folder.ts";

const { signal } = new AbortController();
let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "baton-runs-"));
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

async function put(fault: string, time: string, text: string): Promise<void> {
  await mkdir(join(parent, fault, time), { recursive: true });
  await writeFile(join(parent, fault, time, "result.json"), text);
}

test("reads what a drill has written, once, although `latest` leads there as well", async () => {
  const evidence = evidenceFixture();
  await writeRunFolder(parent, evidence);
  const { runs, broken, skipped } = await earlierRuns(parent, { signal });
  expect({ broken, skipped }).toEqual({ broken: [], skipped: 0 });
  expect(runs).toEqual([
    {
      fault: "kill-primary",
      cluster: "shop",
      startedAt: evidence.result.startedAt,
      verdict: "held",
      rtoMs: evidence.result.rto.measuredMs,
      measures: "outage",
      objectiveMs: 3000,
      lost: 0,
      acknowledged: evidence.result.rpo.acknowledged,
      versions: "redis 7.0.15",
      downAfterMs: 1500,
    },
  ]);
});

test("tells what it could not read, and goes on", async () => {
  const good = renderJson(evidenceFixture().result);
  await put("kill-primary", "1", "{");
  await put("kill-primary", "2", JSON.stringify({ ...JSON.parse(good), verdict: "fine" }));
  await put("kill-primary", "4", good);
  await mkdir(join(parent, "kill-primary", "3"));
  await writeFile(join(parent, "notes.txt"), "not a folder");
  await symlink("4", join(parent, "kill-primary", "latest"));
  const { runs, broken } = await earlierRuns(parent, { signal });
  expect(runs).toHaveLength(1);
  expect(broken).toEqual([
    "kill-primary/1: result.json is no JSON",
    "kill-primary/2: result.json is no result of a drill: verdict",
    expect.stringMatching(/^kill-primary\/3: .*no such file or folder$/u),
  ]);
});

test("reads results of a Baton that knew fewer keys, or knows more", async () => {
  const { promises: _promises, reasons: _reasons, ...rest } = evidenceFixture().result;
  const { measures: _measures, ...rto } = rest.rto;
  await put("kill-primary", "1", JSON.stringify({ ...rest, rto, later: true }));
  const { runs, broken } = await earlierRuns(parent, { signal });
  expect({ broken, measures: runs.map(({ measures }) => measures) }).toEqual({
    broken: [],
    measures: ["outage"],
  });
});

test("one fault alone, without comparisons, and no more than the newest two hundred of it", async () => {
  const good = renderJson(evidenceFixture().result);
  for (let index = 0; index < 203; index += 1) await put("kill-primary", String(1000 + index), good);
  await put("switchover", "1", good);
  await put("compare", "with", good);
  const { runs, skipped, broken } = await earlierRuns(parent, { fault: "kill-primary", signal });
  expect({ runs: runs.length, skipped, broken }).toEqual({ runs: 200, skipped: 3, broken: [] });
  expect((await earlierRuns(parent, { signal })).runs).toHaveLength(201);
});

test("a folder that is not there is an error that names it", async () => {
  await expect(earlierRuns(join(parent, "absent"), { signal })).rejects.toMatchObject({
    code: "DISK",
    message: expect.stringContaining("absent: no such file or folder"),
  });
});
