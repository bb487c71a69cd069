// The settings as a process gets them at its start: with the passwords that may still be in use, and a user
// by whom a deployment can change them while the process runs.
import { createHash, randomBytes } from "node:crypto";
import type { Layout } from "../cluster/types.ts";
import { deployUser } from "../render/acl.ts";
import { readTextFile } from "../sys/files.ts";
import { certificatesHash } from "./certificates.ts";
import { parseSettings, usersOfBoth, withUsers } from "./settings.ts";
import { readStartRecord, writeStartRecord } from "./start-record.ts";

export interface StartSettings {
  readonly server: "redis" | "sentinel";
  readonly settingsPath: string;
  /** Undefined: nobody will change it while it runs. */
  readonly recordPath: string | undefined;
  readonly clusterFile: string;
  readonly layout: Layout;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * A start in the middle of a rotation must not lock out whoever still has the old password, so what the last
 * run of this boot accepted is accepted; `baton converge` forgets it at the end. The password of `deploy` is
 * new with every start, is nowhere but in root's record of it, and so needs no keeping and no rotation.
 * @throws BatonError DISK
 */
export async function settingsForStart(options: StartSettings): Promise<string> {
  const { server, settingsPath, recordPath, clusterFile, layout, environment } = options;
  const text = await readTextFile(settingsPath);
  if (recordPath === undefined) return text;
  const last = await readStartRecord(recordPath);
  const accepted = usersOfBoth(parseSettings(last?.settings ?? ""), parseSettings(text));
  const settings = last === undefined ? text : withUsers(text, accepted);
  const password = randomBytes(32).toString("hex");
  const { tls } = layout.cluster;
  await writeStartRecord(recordPath, {
    invocation: environment["INVOCATION_ID"] ?? "",
    settings,
    certificates: await certificatesHash(tls?.redis ? tls : undefined, clusterFile),
    password,
  });
  const hash = createHash("sha256").update(password).digest("hex");
  return withUsers(settings, [{ name: "deploy", rules: deployUser(server, hash) }]);
}
