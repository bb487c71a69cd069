// All that is wrong with a cluster's passwords is said at once, with the place to go to.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SecretReferences } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { readAllSecrets } from "./secrets.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const good = {
  APPLICATION: "k3j4h5-application",
  REPLICATION: "k3j4h5-replication",
  SENTINEL: "k3j4h5-sentinel",
  PEER: "k3j4h5-password",
  AGENT: "k3j4h5-agent",
};
const references: SecretReferences = {
  application: { kind: "env", name: "APPLICATION" },
  replication: { kind: "env", name: "REPLICATION" },
  sentinel: { kind: "env", name: "SENTINEL" },
  peer: { kind: "env", name: "PEER" },
  agent: { kind: "file", path: "agent" },
  token: { kind: "file", path: "token" },
};

async function problemsOf(environment: NodeJS.ProcessEnv, agent: string, token: string) {
  await writeFile(join(folder, "agent"), agent);
  await writeFile(join(folder, "token"), token);
  try {
    await readAllSecrets(references, folder, environment);
    return [];
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    expect(error.code).toBe("SECRET");
    return error.message.split("\n");
  }
}

test("good ones are read, each from its place, without the line break at the end of a file", async () => {
  await writeFile(join(folder, "agent"), "k3j4h5-agent\n");
  await writeFile(join(folder, "token"), "k3j4h5-token");
  expect(await readAllSecrets(references, folder, good)).toEqual({
    secrets: {
      application: good.APPLICATION,
      replication: good.REPLICATION,
      sentinel: good.SENTINEL,
      peer: good.PEER,
      agent: good.AGENT,
    },
    token: "k3j4h5-token",
  });
});

test("all that is wrong is in one error: what is missing, weak, the same or not to be written", async () => {
  const environment = {
    ...good,
    APPLICATION: "",
    REPLICATION: "short",
    SENTINEL: "two words k3j4h5",
    PEER: good.AGENT,
  };
  expect(await problemsOf(environment, `${good.AGENT}\n`, "changeme-1234\n")).toEqual([
    "the password application: the environment variable APPLICATION is not set",
    "the password replication (environment variable REPLICATION): 5 characters, expected 12 or more; " +
      "`openssl rand -hex 24` makes a good one",
    expect.stringMatching(/^the password sentinel \(environment variable SENTINEL\): a blank in it/),
    "the passwords peer and agent are the same, expected one for each",
    expect.stringMatching(/^the password token \(token\): nothing but well-known words/),
  ]);
});

test("a file that is empty, missing or no file is one more of them", async () => {
  const [empty] = await problemsOf(good, "\n", "k3j4h5-token");
  expect(empty).toBe(`the password agent: ${join(folder, "agent")} is empty`);
  const missing = { ...references, agent: { kind: "file", path: "nowhere/agent" } } as const;
  await expect(readAllSecrets(missing, folder, good)).rejects.toThrow("no such file or folder");
  const noFile = { ...references, agent: { kind: "file", path: "." } } as const;
  await expect(readAllSecrets(noFile, folder, good)).rejects.toMatchObject({ code: "SECRET" });
});
