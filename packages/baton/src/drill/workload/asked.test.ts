// Promises of the words for clients: what they name, and what is refused before anything is started.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { killPrimary } from "../faults/kill-primary.ts";
import { switchover } from "../faults/switchover.ts";
import { kindsIn, kindsOf, requireKinds } from "./asked.ts";
import type { ClientKind } from "./kind.ts";
import { answering } from "./needs.ts";

const { signal } = new AbortController();
const idsOf = (kinds: readonly ClientKind[]) => kinds.map(({ id }) => id);

test("names kinds of the table, and programs by their path and way", () => {
  const kinds = kindsOf(
    "perl, python-default,./tools/my client,/opt/other@router,new=/opt/other@router",
  );
  expect(kinds.map(({ id, way }) => [id, way])).toEqual([
    ["perl", "sentinel"],
    ["python-default", "sentinel"],
    ["my_client", "sentinel"],
    ["other@router", "router"],
    ["new@router", "router"],
  ]);
});

test("refuses a client that there is not, and one that is asked for twice", () => {
  expect(() => kindsOf("perl,cobol")).toThrow("there is no client cobol; known are cpp,");
  expect(() => kindsOf("")).toThrow("there is no client ;");
  expect(() => kindsOf("perl,php-predis,perl")).toThrow("the client perl was asked for twice");
});

test("the router always takes part, and somebody at the old address where the fault is about it", () => {
  expect(idsOf(kindsIn(killPrimary))).toEqual(["router", "ioredis-sentinel"]);
  expect(idsOf(kindsIn(switchover))).toEqual(["router", "ioredis-sentinel", "hard-coded"]);
  expect(idsOf(kindsIn(killPrimary, kindsOf("perl")))).toEqual(["router", "perl"]);
  expect(idsOf(kindsIn(switchover, kindsOf("hard-coded,perl,router")))).toEqual([
    "router",
    "hard-coded",
    "perl",
  ]);
});

test("refuses kinds whose program or library is missing, all at once, and says what to install", async () => {
  const library = answering({
    what: "the library",
    hint: "sudo apt-get install it",
    command: ["/bin/sh", "-c", "echo not here >&2; exit 2"],
  });
  const interpreter = answering({ what: "nolang", hint: "get nolang", command: ["/nowhere/nolang"] });
  const [kind] = kindsOf("./absent");
  const kinds = [kind, { ...kind, id: "other", needs: [library, interpreter] }] as ClientKind[];
  const refused = requireKinds(kinds, signal);
  await expect(refused).rejects.toMatchObject({ code: "UNABLE" });
  await expect(refused).rejects.toThrow(/absent needs .*absent \(there is no .*\): name an executable/);
  await expect(refused).rejects.toThrow(
    "other needs the library (`/bin/sh -c echo not here >&2; exit 2` ended with 2: not here): sudo",
  );
  await expect(refused).rejects.toThrow("/nowhere/nolang: there is no such program): get nolang");
});

test("takes a program that may be executed, and refuses one that may not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bt-asked-"));
  try {
    const path = join(folder, "client");
    await writeFile(path, "#!/bin/sh\n");
    await expect(requireKinds(kindsOf(path), signal)).rejects.toThrow("cannot be used (EACCES)");
    await chmod(path, 0o755);
    await requireKinds(kindsOf(path), signal);
  } finally {
    await rm(folder, { recursive: true });
  }
});
