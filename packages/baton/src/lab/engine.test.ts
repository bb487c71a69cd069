import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findEngine, isEngineProcess, nameFrom } from "./engine.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-engine-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function put(path: string, text: string): Promise<void> {
  const whole = join(folder, path);
  await mkdir(join(whole, ".."), { recursive: true });
  await writeFile(whole, text, { mode: 0o755 });
}

/** Stands in for a loader: it is a program that is given the real one's arguments. */
const loader = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";

describe("an engine's folder", () => {
  test("yields both command lines, with the name by which the program knows it is Sentinel", async () => {
    await put("usr/bin/valkey-server", "");
    await put(loader, '#!/bin/sh\necho "Valkey server v=9.1.2 sha=0"\n');
    const { name, redisServer, redisSentinel } = await findEngine(folder, undefined);
    const libraries = join(folder, "usr/lib/x86_64-linux-gnu");
    const server = join(folder, "usr/bin/valkey-server");
    expect(name).toBe("valkey 9.1.2");
    expect(redisServer.slice(1)).toEqual([
      "--argv0",
      "valkey-server",
      "--library-path",
      libraries,
      server,
    ]);
    expect(redisSentinel[2]).toBe("valkey-sentinel");
    expect(isEngineProcess([...redisSentinel, "/labs/lab/h1/sentinel.conf"])).toBe(true);
  });

  test("is refused when it holds no server, with what was expected in it", async () => {
    await expect(findEngine(folder, undefined)).rejects.toMatchObject({
      code: "BINARY_MISSING",
      message: expect.stringMatching(`^${folder} holds no server: expected usr/bin/redis-server or`),
    });
  });

  test("is refused when the server has no loader of its own", async () => {
    await put("usr/bin/redis-server", "");
    await expect(findEngine(folder, undefined)).rejects.toThrow(/a server without a loader: .*ld-linux/);
  });

  test("is refused when the server does not run, in the loader's own words", async () => {
    await put("usr/bin/redis-server", "");
    await put(loader, "#!/bin/sh\necho libssl.so.3: cannot open shared object file >&2\nexit 127\n");
    await expect(findEngine(folder, undefined)).rejects.toMatchObject({
      code: "BINARY_MISSING",
      message:
        `the server in ${folder} does not answer --version: libssl.so.3: ` +
        "cannot open shared object file",
    });
  });

  test("is refused when the program is another one", async () => {
    await put("usr/bin/redis-server", "");
    await put(loader, "#!/bin/sh\necho hello\n");
    await expect(findEngine(folder, undefined)).rejects.toThrow(
      'neither Redis nor Valkey: it says "hello',
    );
  });
});

test("the machine's own engine is the one on the PATH", async () => {
  const { name, redisServer } = await findEngine(undefined, process.env["PATH"]);
  expect([name, redisServer]).toEqual([
    expect.stringMatching(/^(redis|valkey) \d/),
    [expect.any(String)],
  ]);
});

test("a version line names family and number", () => {
  const ofRedis =
    "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0";
  expect(nameFrom(ofRedis)).toBe("redis 7.0.15");
  expect(nameFrom("Valkey server v=8.1.1 sha=0")).toBe("valkey 8.1.1");
  expect(nameFrom("usage: redis")).toBeUndefined();
});

test.each([
  [["tail", "-f", "/usr/bin/redis-server"]],
  [["/e/ld-linux-x86-64.so.2", "--list", "/usr/bin/sleep"]],
  [[]],
])("%j is no engine", (argv) => {
  expect(isEngineProcess(argv)).toBe(false);
});
