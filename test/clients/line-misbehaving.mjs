// Speaks the drill's line protocol without any Redis, and misbehaves as its first argument says.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

const [manner = "well"] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
/** The write at which it misbehaves. */
const AT = 2;

/** What it does instead of answering the write; true when that was all. */
const misdeeds = {
  garbage: () => process.stdout.write("Redis says hello\n"),
  long: () => process.stdout.write(`{"kind":"${"x".repeat(1024 * 1024)}"}\n`),
  bytes: () => process.stdout.write(Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x0a])),
  dies() {
    writeSync(2, "out of luck\n");
    process.exit(7);
  },
  "wrong-id": (id) => say({ kind: "done", id: id + 1 }),
  twice(id) {
    say({ kind: "done", id });
    say({ kind: "done", id });
  },
  sentence: (id) => say({ kind: "unknown", id, error: "it did not work out" }),
  silent: () => undefined,
  value: (id) => say({ kind: "value", id, last: id }),
};

const answers = {
  open(line) {
    if (manner === "never-ready") return;
    if (manner === "unable") {
      say({ kind: "unable", reason: "the library is too old" });
      process.exit(3);
    }
    // In pieces, as a pipe may cut it, and with news in between.
    process.stdout.write(
      `{"kind":"closed"}\n{"kind":"primary","address":"${line.sentinels[0]}"}\n{"kind":`,
    );
    setImmediate(() => process.stdout.write(`"ready","name":"nöde ${manner}","later":1}\n`));
  },
  write({ id }) {
    const misdeed = misdeeds[manner];
    if (id === AT && misdeed !== undefined) return misdeed(id);
    if (manner === "outcomes" && id === 0) return say({ kind: "not-done", id, error: "READONLY" });
    if (manner === "outcomes" && id === 1) return say({ kind: "unknown", id, error: "timeout" });
    say({ kind: "done", id });
  },
  read: ({ id }) => say({ kind: "value", id, last: null }),
  stop() {
    if (manner === "stays" || manner === "stays-for-ever") return;
    process.exit(0);
  },
};

if (manner === "forks") spawn(process.execPath, [process.argv[1], "stays-for-ever", process.argv[3]]);

const isStubborn = manner === "stays" || manner === "stays-for-ever";
if (manner === "stays-for-ever") process.on("SIGTERM", () => undefined);
// Keeps it alive without an input.
if (isStubborn || manner === "never-ready") setInterval(() => undefined, 60_000);

createInterface({ input: process.stdin })
  .on("line", (text) => {
    const line = JSON.parse(text);
    answers[line.kind](line);
  })
  .on("close", () => {
    if (!isStubborn) process.exit(0);
  });
