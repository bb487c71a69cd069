import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { layout } from "../decide/world.fixture.ts";
import { parseSettings } from "./settings.ts";
import { settingsForStart, type StartSettings } from "./settings-for-start.ts";
import { readStartRecord } from "./start-record.ts";

let folder: string;
let options: StartSettings & { readonly recordPath: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
  options = {
    server: "redis",
    settingsPath: join(folder, "main.conf"),
    recordPath: join(folder, "run", "record.json"),
    clusterFile: join(folder, "cluster.yml"),
    layout,
    environment: { INVOCATION_ID: "0123" },
  };
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const OLD = "port 6379\nuser default on #old ~* +@all\nuser agent on #agent (resetchannels +ping)\n";
const NEW =
  "port 6379\nhz 20\nuser default on #new ~* +@all\nuser agent on #agent (resetchannels +ping)\n";

const startWith = async (text: string): Promise<string> => {
  await writeFile(options.settingsPath, text);
  return await settingsForStart(options);
};
const recorded = async () => {
  const record = await readStartRecord(options.recordPath);
  if (record === undefined) throw new Error("there is no record");
  return record;
};

test("the first start of a boot gets its settings as they are, and a user for deployments", async () => {
  const text = await startWith(OLD);
  const { users, directives } = parseSettings(text);
  expect([...directives]).toEqual([["port", "6379"]]);
  expect([...users.keys()]).toEqual(["default", "agent", "deploy"]);
  expect(users.get("default")).toEqual(["on", "#old", "~*", "+@all"]);
  const { settings, invocation, certificates } = await recorded();
  expect(settings).toBe(OLD);
  expect([invocation, certificates]).toEqual(["0123", ""]);
});

test("a start in the middle of a rotation lets in whoever has the old password", async () => {
  await startWith(OLD);
  const { users } = parseSettings(await startWith(NEW));
  expect(users.get("default")).toEqual(["on", "#new", "~*", "+@all", "#old"]);
  expect(users.get("agent")).toEqual(["on", "#agent", "(resetchannels", "+ping)"]);
  const { settings } = await recorded();
  expect(parseSettings(settings).users.get("default")).toEqual(["on", "#new", "~*", "+@all", "#old"]);
  expect(parseSettings(settings).directives.get("hz")).toBe("20");
  // And so does the next one.
  const again = parseSettings(await startWith(NEW));
  expect(again.users.get("default")).toContain("#old");
});

test("the password of `deploy` is in root's record, and laid down as a hash only", async () => {
  const text = await startWith(OLD);
  const { password, settings } = await recorded();
  expect(password).toMatch(/^[0-9a-f]{64}$/);
  expect(text).not.toContain(password);
  const hash = createHash("sha256").update(password).digest("hex");
  const rights = ["resetchannels", "-@all", "+acl|setuser", "+acl|deluser", "+config|set"];
  expect(parseSettings(text).users.get("deploy")).toEqual(["on", `#${hash}`, ...rights]);
  expect(parseSettings(settings).users.has("deploy")).toBe(false);
  expect((await stat(options.recordPath)).mode & 0o777).toBe(0o600);
});

test("the password of `deploy` is another one with each start, and the last one is refused", async () => {
  await startWith(OLD);
  const first = await recorded();
  const rules = parseSettings(await startWith(OLD)).users.get("deploy") ?? [];
  const second = await recorded();
  expect(second.password).not.toBe(first.password);
  const hashes = rules.filter((rule) => rule.startsWith("#"));
  expect(hashes).toEqual([`#${createHash("sha256").update(second.password).digest("hex")}`]);
});

test("on a Sentinel `deploy` has no right to CONFIG SET, which a Sentinel does not have", async () => {
  await writeFile(options.settingsPath, OLD);
  const text = await settingsForStart({ ...options, server: "sentinel" });
  expect(parseSettings(text).users.get("deploy")).not.toContain("+config|set");
});

test("a record that cannot be understood is like none", async () => {
  await startWith(OLD);
  await writeFile(options.recordPath, "{");
  expect(parseSettings(await startWith(NEW)).users.get("default")).toEqual([
    "on",
    "#new",
    "~*",
    "+@all",
  ]);
});

test("without a place for a record the settings are laid down as they are, and nothing is left", async () => {
  await writeFile(options.settingsPath, NEW);
  expect(await settingsForStart({ ...options, recordPath: undefined })).toBe(NEW);
  expect(await readdir(folder)).toEqual(["main.conf"]);
  expect(await readFile(options.settingsPath, "utf8")).toBe(NEW);
});

test("certificates are part of the record where Redis speaks TLS", async () => {
  const names = ["a.pem", "h.pem", "h.key"];
  for (const name of names) await writeFile(join(folder, name), name);
  const [authority = "", certificate = "", key = ""] = names;
  const tls = { authority, certificate, key, redis: true, router: false };
  options = { ...options, layout: { ...layout, cluster: { ...layout.cluster, tls } } };
  await startWith(OLD);
  const first = await recorded();
  expect(first.certificates).not.toBe("");
  await writeFile(join(folder, "h.pem"), "another");
  await startWith(OLD);
  expect((await recorded()).certificates).not.toBe(first.certificates);
});
