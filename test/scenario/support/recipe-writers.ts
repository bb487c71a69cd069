// Writes through drill-clients, remembers what was acknowledged, and holds that against the lists in Redis.
import { expect } from "vitest";
import type { Door } from "../../../packages/baton/src/redis/door.ts";
import { asList } from "../../../packages/baton/src/redis/replies.ts";
import { slowness } from "../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import type { DrillClient } from "./recipe-client.ts";

export interface Writer {
  readonly client: DrillClient;
  readonly key: string;
  readonly done: number[];
  next: number;
}

export async function write(writer: Writer) {
  const id = writer.next++;
  const answered = await writer.client.ask("write", id);
  if (answered.line.kind === "done") writer.done.push(id);
  return answered;
}

/** Each as soon as it can; none of its calls may take longer than its time for retries. */
export async function untilAllWrite(writers: readonly Writer[]): Promise<void> {
  const one = async (writer: Writer) => {
    const look = async () => {
      const { line, tookMs } = await write(writer);
      expect(tookMs, writer.client.said).toBeLessThan(11_000 * slowness());
      return line.kind === "done" ? seen(undefined) : missing(`${line.kind} ${line.error}`);
    };
    await waitFor(`${writer.client.label} to write`, look, { withinMs: 15_000 });
  };
  await Promise.all(writers.map(one));
}

export async function listAt(redis: Door, key: string): Promise<readonly number[]> {
  return asList(await redis.call(["LRANGE", key, "0", "-1"]), "the list").map(Number);
}

export async function expectAllThere(redis: Door, writers: readonly Writer[]): Promise<void> {
  for (const { client, key, done } of writers) {
    const there = await listAt(redis, key);
    expect(done.length, client.label).toBeGreaterThan(0);
    expect(there, client.label).toEqual(expect.arrayContaining(done));
    expect(new Set(there).size, `${client.label} wrote nothing twice`).toBe(there.length);
  }
}
