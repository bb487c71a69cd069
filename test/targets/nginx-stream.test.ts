// A stream of a real nginx, led to another primary: by conformance, and with real Redis behind it.
import { readFile, writeFile } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { closeServer, listenOn } from "../../packages/baton/src/sys/sockets.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { conformance } from "../../packages/baton/src/targets/conformance.fixture.ts";
import { nginxStream } from "../../packages/baton/src/targets/kinds/nginx-stream.ts";
import { testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Target } from "../../packages/baton/src/targets/target.ts";
import { startRedisServer } from "../scenario/support/redis-server.ts";
import { freePort } from "./support/free-port.ts";
import { type Nginx, startNginx } from "./support/nginx.ts";

const unended = () => AbortSignal.timeout(30_000);
const change = (port: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: "127.0.0.1", port },
  epoch,
  from: undefined,
  role: "leader",
});

async function openOn({ settings }: Nginx, more: object = {}): Promise<Target> {
  const own = nginxStream.settings.parse({ ...settings, ...more });
  return await nginxStream.open(own, testSurroundings());
}

async function withNginx(
  more: Parameters<typeof startNginx>[0],
  play: (nginx: Nginx, target: Target) => Promise<void>,
): Promise<void> {
  const nginx = await startNginx(more);
  try {
    await play(nginx, await openOn(nginx));
  } finally {
    await nginx.close();
  }
}

/** A client that stays: asks on one connection which port its server has. */
async function openClient(port: number): Promise<{ ask(): Promise<string>; socket: Socket }> {
  const socket = createConnection({ host: "127.0.0.1", port });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  let said = "";
  socket.setEncoding("utf8").on("data", (text: string) => void (said += text));
  return {
    socket,
    async ask() {
      said = "";
      socket.write("CONFIG GET port\r\n");
      const look = () => {
        const found = /\r\nport\r\n\$\d+\r\n(\d+)\r\n/.exec(said);
        return found === null ? missing(JSON.stringify(said)) : seen(found[1] ?? "");
      };
      return await waitFor("an answer", look, { withinMs: 10_000, everyMs: 5 });
    },
  };
}

async function withRedis(play: (ports: readonly [number, number]) => Promise<void>): Promise<void> {
  const ports = [await freePort(), await freePort()] as const;
  const servers = await Promise.all(
    ports.map((port) => startRedisServer({ address: "127.0.0.1", port })),
  );
  try {
    await play(ports);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

conformance(nginxStream, () => startNginx());

test("clients of Redis follow: new ones at once, old ones when their time is up", async () => {
  await withRedis(async ([first, second]) => {
    await withNginx({}, async (nginx, target) => {
      await target.write(change(first, 1), unended());
      const staying = await openClient(nginx.port);
      expect(await staying.ask()).toBe(String(first));
      const startedMs = performance.now();
      await target.write(change(second, 2), unended());
      const fresh = await openClient(nginx.port);
      expect(await fresh.ask()).toBe(String(second));
      const look = () => (staying.socket.closed ? seen(0) : missing("it is still connected"));
      await waitFor("the old client to be cut", look, { withinMs: 5_000, everyMs: 10 });
      expect(performance.now() - startedMs).toBeLessThan(5_000);
      fresh.socket.destroy();
    });
  });
});

test("without worker_shutdown_timeout old clients stay where they are, and the proof says so", async () => {
  await withRedis(async ([first, second]) => {
    await withNginx({ main: "" }, async (nginx, target) => {
      await target.write(change(first, 1), unended());
      const staying = await openClient(nginx.port);
      await staying.ask();
      await target.write(change(second, 2), unended());
      expect(await staying.ask()).toBe(String(first));
      // The worker that still has it takes no new clients: nginx counts as led.
      expect(await target.read?.(unended())).toMatchObject({ endpoint: { port: second }, epoch: 2 });
      const problems = ((await target.prove?.(unended())) ?? []).filter(
        (one) => one.verdict !== "right",
      );
      expect(problems).toMatchObject([{ sentence: /worker_shutdown_timeout 1s/ }].map(asText));
      staying.socket.destroy();
    });
  });
});

const asText = ({ sentence }: { readonly sentence: RegExp }) => ({
  verdict: "problem",
  sentence: expect.stringMatching(sentence),
});

test("when nginx would not take its configuration the old file stands again, byte for byte", async () => {
  await withNginx({}, async (nginx, target) => {
    await target.write(change(7_001, 1), unended());
    const before = await readFile(nginx.path, "utf8");
    await nginx.configure({ stream: "nonsense;" });
    await expect(target.write(change(7_002, 2), unended())).rejects.toThrow(
      /as it was before: .* -t ended with 1: .*unknown directive "nonsense"/,
    );
    expect(await readFile(nginx.path, "utf8")).toBe(before);
    expect(await nginx.shown()).toBe("127.0.0.1:7001");
    const proofs = await target.prove?.(unended());
    expect(proofs).toContainEqual(asText({ sentence: /nonsense/ }));
    await nginx.configure({});
    await target.write(change(7_002, 2), unended());
    expect(await nginx.shown()).toBe("127.0.0.1:7002");
  });
});

test("a reload that nginx has accepted and could not carry out is no success", async () => {
  const busy = createServer();
  await listenOn(busy, { address: "127.0.0.1", port: 0 });
  const { port } = busy.address() as { port: number };
  try {
    await withNginx({}, async (nginx, target) => {
      await target.write(change(7_001, 1), unended());
      // The test does not see that the port is taken; nginx itself then keeps its old workers.
      await nginx.configure({ stream: `server { listen 127.0.0.1:${port}; return x; }` });
      await expect(target.write(change(7_002, 2), unended())).rejects.toThrow(
        /nginx \(process \d+\) still runs with what it had; its error log says why/,
      );
      expect(await nginx.shown()).toBe("127.0.0.1:7001");
      const found = await target.read?.(unended());
      expect(found).toMatchObject({ endpoint: { address: "0.0.0.0", port: 0 }, epoch: 2 });
      expect(found?.raw).toMatch(/^127.0.0.1:7002 \(epoch 2\); nginx .* still runs with what it had$/);
      await nginx.configure({});
      await target.write(change(7_002, 2), unended());
      expect(await target.read?.(unended())).toMatchObject({ endpoint: { port: 7_002 } });
    });
  } finally {
    await closeServer(busy);
  }
});

test("workers that were born in time, but before nginx was told, are no success", async () => {
  await withNginx({}, async (nginx) => {
    const { pidFile } = nginx.settings as { pidFile: string };
    // In place of the test: kills the workers, whose successors get what nginx had before.
    const script = join(nginx.folder, "kill-workers");
    const children = `/proc/$master/task/$master/children`;
    const lines = [
      "#!/bin/sh",
      `master=$(cat ${pidFile})`,
      `read -r before < ${children}`,
      "kill -KILL $before",
      "count=0",
      // Until both are others than those that were killed.
      `while [ $count -lt 2 ]; do count=0; read -r now < ${children};`,
      '  for one in $now; do case " $before " in *" $one "*) ;; *) count=$((count + 1)) ;; esac; done',
      "done",
    ];
    await writeFile(script, `${lines.join("\n")}\n`, { mode: 0o755 });
    const target = await openOn(nginx, { test: [script], reload: ["true"] });
    await expect(target.write(change(7_001, 1), unended())).rejects.toThrow(
      /nginx \(process \d+\) still runs with what it had; its error log says why/,
    );
    expect(await nginx.shown()).toBeUndefined();
  });
});

test("while nginx does not run the file is kept right for its start, and that is no success", async () => {
  await withNginx({}, async (nginx, target) => {
    await target.write(change(7_001, 1), unended());
    await nginx.stop();
    expect(await target.read?.(unended())).toMatchObject({ endpoint: { port: 0 }, epoch: 1 });
    await expect(target.write(change(7_002, 2), unended())).rejects.toThrow(
      /redis.conf is written for the next start; nginx does not run: .*nginx.pid holds no process id/,
    );
    await nginx.start();
    expect(await nginx.shown()).toBe("127.0.0.1:7002");
    expect(await target.read?.(unended())).toMatchObject({ endpoint: { port: 7_002 }, epoch: 2 });
  });
});

test("a newer epoch at the same place cuts nobody: nginx is not reloaded for it", async () => {
  await withNginx({}, async (nginx, target) => {
    await target.write(change(7_001, 1), unended());
    const workers = await nginx.workers();
    await target.write(change(7_001, 2), unended());
    expect(await nginx.workers()).toEqual(workers);
    expect(await target.read?.(unended())).toMatchObject({ endpoint: { port: 7_001 }, epoch: 2 });
    await expect(target.write(change(7_002, 1), unended())).rejects.toThrow(
      /holds epoch 2 \(127.0.0.1:7001\), and 1 is older/,
    );
  });
});

test("a file that somebody else wrote, or wrote into, is left alone", async () => {
  await withNginx({}, async (nginx, target) => {
    await target.write(change(7_001, 1), unended());
    const own = await readFile(nginx.path, "utf8");
    for (const text of ["server 10.0.0.1:6379;\n", "", `${own}server 127.0.0.1:7003 backup;\n`]) {
      await writeFile(nginx.path, text);
      await expect(target.read?.(unended())).rejects.toThrow(
        "not as Baton wrote it; move it away first",
      );
      await expect(target.write(change(7_002, 2), unended())).rejects.toThrow("move it away first");
      expect(await readFile(nginx.path, "utf8")).toBe(text);
    }
    await writeFile(nginx.path, own.replace("group main", "group cache"));
    await expect(target.read?.(unended())).rejects.toThrow(
      "leads to the group cache; give each its own",
    );
  });
});

test("what cannot be known of nginx is not claimed", async () => {
  await withNginx({}, async (nginx) => {
    const target = await openOn(nginx, { pidFile: "none" });
    await target.write(change(7_001, 1), unended());
    expect((await target.read?.(unended()))?.raw).toBe(
      "127.0.0.1:7001 (epoch 1); whether nginx runs with it is unknown: it is given no pidFile",
    );
    const [proof] = (await target.prove?.(unended())) ?? [];
    expect(proof?.verdict).toBe("unknown");
  });
});

test("proves the file, its folder, the test and what becomes of connections, without a change", async () => {
  await withNginx({}, async (nginx, target) => {
    await target.write(change(7_001, 1), unended());
    const workers = await nginx.workers();
    const proofs = (await target.prove?.(unended())) ?? [];
    expect(proofs.map(({ verdict, sentence }) => `${verdict}: ${sentence}`)).toEqual([
      expect.stringMatching(
        /^right: \S+ holds 127.0.0.1:7001 \(epoch 1\); nginx \(process \d+\) runs with it$/,
      ),
      `right: ${nginx.folder} can be written into`,
      `right: ${nginx.folder}/script -t finds nothing wrong`,
      `right: nginx includes ${nginx.path}`,
      "right: connections to the old primary are cut 300ms after a reload",
      "right: an idle connection is kept for 3600 s",
    ]);
    expect(await nginx.workers()).toEqual(workers);
    const silent = await openOn(nginx, { show: ["/nowhere/nginx", "-T"] });
    const last = (await silent.prove?.(unended()))?.at(-1);
    expect(last).toMatchObject({
      verdict: "unknown",
      sentence: expect.stringContaining("/nowhere/nginx"),
    });
  });
});
