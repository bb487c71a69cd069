#!/usr/bin/env node
// The drill's client for Node: speaks its line protocol, and writes as an application would.
// drill-client.mjs --library ioredis|node-redis [--default]
// With --default it is the library alone, as its manual says.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { openDefault } from "./drill/default.mjs";
import { openModule } from "./drill/module.mjs";

const LIBRARIES = ["ioredis", "node-redis"];
const { values } = parseArgs({
  options: {
    library: { type: "string", default: "ioredis" },
    default: { type: "boolean", default: false },
  },
});

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

function unable(reason) {
  say({ kind: "unable", reason });
  process.exitCode = 3;
  process.stdin.destroy();
}

/** Writes and reads until the drill says stop, or goes away. */
async function serve(lines, client) {
  for await (const line of lines) {
    const { kind, id } = JSON.parse(line);
    if (kind === "stop") break;
    if (kind === "write") say({ ...(await client.write(id)), id });
    if (kind === "read") say({ ...(await client.read()), id });
  }
}

async function main() {
  if (!LIBRARIES.includes(values.library)) return unable(`there is no library ${values.library}`);
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return;
  const request = JSON.parse(first.value);
  if (request.kind !== "open" || !["sentinel", "router"].includes(request.way))
    return unable(
      `the first line asks for ${request.kind} ${request.way}, and not to open sentinel or router`,
    );
  const open = values.default ? openDefault : openModule;
  const client = await open(values.library, request, say);
  say({ kind: "ready", name: client.name });
  await serve({ [Symbol.asyncIterator]: () => lines }, client);
  client.close();
  // A library alone may hold connections or retry; the drill waits for the end of the process.
  if (values.default) process.exit(0);
  process.stdin.destroy();
}

await main();
