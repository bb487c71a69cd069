// One Redis and one Sentinel that speak TLS only and want a login, with certificates of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../../../packages/baton/src/lab/certificates.ts";
import { openDoor } from "../../../packages/baton/src/redis/door.ts";
import { Fields } from "../../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

export interface TlsPair {
  /** The file of the authority that signed both certificates. */
  readonly authority: string;
  /** That of an authority that signed neither. */
  readonly stranger: string;
  close(): Promise<void>;
}

interface TlsPairOptions {
  /** The address in their certificate. */
  readonly named: string;
  /** They listen here as well. */
  readonly unnamed: string;
  readonly password: string;
}

/** Both at both addresses, on 6379 and 26379. */
export async function startTlsPair({ named, unnamed, password }: TlsPairOptions): Promise<TlsPair> {
  const folder = await mkdtemp(join(tmpdir(), "tls-pair-"));
  const { authority, certificate, key } = await makeCertificates(join(folder, "tls"), [named]);
  const other = await makeCertificates(join(folder, "other"), [named]);
  const common = [
    `bind ${named} ${unnamed}`,
    `dir ${folder}`,
    `requirepass ${password}`,
    "port 0",
    `tls-cert-file ${certificate}`,
    `tls-key-file ${key}`,
    `tls-ca-cert-file ${authority}`,
    "tls-auth-clients no",
    "tls-replication yes",
  ];
  const own = {
    "redis-server": ["tls-port 6379", 'save ""'],
    "redis-sentinel": [
      "tls-port 26379",
      `sentinel monitor main ${named} 6379 1`,
      `sentinel auth-pass main ${password}`,
    ],
  };
  const children: ChildProcess[] = [];
  for (const [program, lines] of Object.entries(own)) {
    const file = join(folder, `${program}.conf`);
    await writeFile(file, `${[...common, ...lines].join("\n")}\n`);
    children.push(spawn(program, [file], { stdio: "ignore" }));
  }
  const close = async (): Promise<void> => {
    for (const child of children) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.kill("SIGKILL")) await ended;
    }
    await rm(folder, { recursive: true });
  };
  const tls = { authority: await readFile(authority, "utf8"), certificate: "", key: "" };
  const door = openDoor({ address: named, port: 26_379, password, tls });
  const look = async () => {
    const flags = new Fields(await door.call(["SENTINEL", "MASTER", "main"]), "the group").text("flags");
    return flags === "master" ? seen(undefined) : missing(flags);
  };
  try {
    await waitFor("Sentinel to see its primary", look, { withinMs: 15_000 });
  } catch (error) {
    await close();
    throw error;
  } finally {
    door.close();
  }
  return { authority, stranger: other.authority, close };
}
