// One node and one Sentinel that speak nothing but TLS.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { CertificateFiles } from "../../../packages/baton/src/lab/certificates.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

export interface EncryptedGroup {
  close(): Promise<void>;
}

/** What a plain PING is answered with, over TLS and without looking at the certificate. */
async function heard(address: string, port: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    // Nobody's secrets are sent here, and whether certificates are looked at is what clients are tested for.
    const socket = connect({ host: address, port, rejectUnauthorized: false }, () => {
      socket.write("PING\r\n");
    });
    socket.once("data", (bytes: Buffer) => {
      socket.destroy();
      resolve(bytes.toString("latin1"));
    });
    socket.once("error", reject);
    socket.setTimeout(1_000, () => socket.destroy(new Error("no answer")));
  });
}

/** Node on port 6379, Sentinel on 26379; group main. */
export async function startEncryptedGroup(
  address: string,
  password: string,
  { authority, certificate, key }: CertificateFiles,
): Promise<EncryptedGroup> {
  const folder = await mkdtemp(join(tmpdir(), "encrypted-group-"));
  const shared = [
    "port 0",
    `bind ${address}`,
    `dir ${folder}`,
    `tls-ca-cert-file ${authority}`,
    `tls-cert-file ${certificate}`,
    `tls-key-file ${key}`,
    "tls-auth-clients no",
    "tls-replication yes",
  ];
  const node = [...shared, "tls-port 6379", `requirepass ${password}`, 'save ""'];
  const watch = [`sentinel monitor main ${address} 6379 1`, `sentinel auth-pass main ${password}`];
  await writeFile(join(folder, "node.conf"), `${node.join("\n")}\n`);
  await writeFile(
    join(folder, "sentinel.conf"),
    `${[...shared, "tls-port 26379", ...watch].join("\n")}\n`,
  );
  const children = [
    spawn("redis-server", [join(folder, "node.conf")], { stdio: "ignore" }),
    spawn("redis-sentinel", [join(folder, "sentinel.conf")], { stdio: "ignore" }),
  ];
  const close = async (): Promise<void> => {
    await Promise.all(
      children.map(async (child) => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        if (child.kill("SIGKILL")) await ended;
      }),
    );
    await rm(folder, { recursive: true });
  };
  try {
    for (const port of [6379, 26_379]) {
      const look = async () => {
        const said = await heard(address, port);
        return /^(\+PONG|-NOAUTH)/.test(said) ? seen(undefined) : missing(said);
      };
      await waitFor(`TLS at ${address}:${port}`, look, { withinMs: 10_000 });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
