// nginx in front of Redis: one server line in a file that an upstream includes, tested, and then reloaded.
import { isAbsolute } from "node:path";
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import type { TargetKind } from "../target.ts";
import { proveStream } from "../vendors/nginx/prove.ts";
import { readStream, type Stream, writeStream } from "../vendors/nginx/stream.ts";
import { argv } from "./run-program.ts";

const absolute = () => {
  return z.string().max(1_024).refine(isAbsolute, { error: "Expected an absolute path" });
};

const settings = z.strictObject({
  path: absolute().meta({
    description: "The file that an `upstream` includes. One that Baton did not write is left alone.",
  }),
  test: argv()
    .default(["nginx", "-t"])
    .meta({ description: "Says whether nginx would take the file; if not, the old one is put back." }),
  reload: argv()
    .default(["nginx", "-s", "reload"])
    .meta({ description: "Run after the test, without a shell; `[systemctl, reload, nginx]` will do." }),
  show: argv()
    .default(["nginx", "-T"])
    .meta({ description: "Prints the whole configuration, so that mistakes in it are found." }),
  pidFile: z
    .union([z.literal("none"), absolute()])
    .default("/run/nginx.pid")
    .meta({
      description:
        "Leads to nginx' workers, by whose births Baton sees whether they run with the file; `none` where " +
        "nginx runs in a container.",
    }),
  timeout: duration(50, 60_000)
    .prefault("10s")
    .meta({ description: "How long one attempt may take, test and reload included." }),
});
type Settings = z.output<typeof settings>;

export const nginxStream: TargetKind<Settings> = {
  id: "nginx-stream",
  summary: "keeps the server line of an nginx stream upstream in a file, tests it and reloads nginx",
  fencing: "none",
  tier: "real",
  facts: {
    delay: "about 300 ms: the test, the reload, and the 100 ms in which nginx changes its workers",
    clients:
      "New connections reach the new primary. Open ones are cut after `worker_shutdown_timeout`; where " +
      "that is not set they stay on the old primary for as long as they last.",
    rights:
      "The agent's user writes into the folder of the file, and may run `reload` (and `test`): with " +
      "systemctl by a polkit rule for `org.freedesktop.systemd1.manage-units`, unit nginx.service, verb " +
      "reload.",
    instead: "the router: it holds clients while there is no primary, and needs no reload",
  },
  reach: "host",
  // Every reload leaves workers behind until their connections end: not for a route that may be withdrawn.
  followsEarly: false,
  settings,
  open({ path, test, reload, show, pidFile, timeout }, { group }) {
    const stream: Stream = {
      path,
      group,
      test,
      reload,
      pidFile: pidFile === "none" ? undefined : pidFile,
    };
    return Promise.resolve({
      deadlineMs: timeout,
      read: (signal) => {
        signal.throwIfAborted();
        return readStream(stream);
      },
      write: (change, signal) => writeStream(stream, change, signal),
      prove: (signal) => proveStream({ ...stream, show, timeoutMs: timeout }, signal),
    });
  },
};
