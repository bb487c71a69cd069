// How a program in another language joins a drill: what it is told, and the kinds that people name by a
// path.
import { basename, resolve } from "node:path";
import type { ProgramCommand } from "./child.ts";
import type { WorkloadClient } from "./client.ts";
import type { ClientKind, OpenInput } from "./kind.ts";
import type { OpenLine } from "./lines.ts";
import { ownProgram } from "./needs.ts";
import { openProcessClient } from "./process.ts";

/** One call with all its attempts: longer than a failover, as in clients/CONTRACT.md. */
const RETRY_FOR_MS = 10_000;

const place = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  `${address}:${port}`;

function openLine({ kind, key, lab, group, router }: OpenInput): OpenLine {
  const { layout, secrets, clientTls } = lab;
  const isRouted = kind.way === "router";
  const isEncrypted = (isRouted ? clientTls : secrets.tls) !== undefined;
  const authority = isEncrypted ? layout.cluster.tls?.authority : undefined;
  return {
    kind: "open",
    way: isRouted ? "router" : "sentinel",
    sentinels: layout.sentinels.map(place),
    group: group.name,
    ...(isRouted ? { router: place(router) } : {}),
    username: "",
    password: secrets.application,
    key,
    retryForMs: RETRY_FOR_MS,
    ...(authority === undefined ? {} : { tls: { ca: authority } }),
  };
}

/** Opens clients that are this program. */
export const asProgram =
  (...command: ProgramCommand) =>
  async (input: OpenInput): Promise<WorkloadClient> =>
    await openProcessClient({
      id: input.id,
      kind: input.kind.id,
      command,
      open: openLine(input),
      environment: process.env,
    });

const VIA_ROUTER = "@router";

/**
 * "./my-client", or "./my-client@router": somebody's own program, asked to go that way; "NAME=./my-client"
 * where its file's name says too little.
 */
export const isOwnProgram = (word: string): boolean => word.includes("/");

const NAMED = /^([\w.-]+)=(.+)$/;

export function ownKind(word: string): ClientKind {
  const isRouted = word.endsWith(VIA_ROUTER);
  const asked = isRouted ? word.slice(0, -VIA_ROUTER.length) : word;
  const [, given, place = asked] = NAMED.exec(asked) ?? [];
  const path = resolve(place);
  const name = given ?? basename(path).replaceAll(/[^\w.-]/g, "_");
  return {
    id: isRouted ? `${name}${VIA_ROUTER}` : name,
    summary: "a program of your own",
    way: isRouted ? "router" : "sentinel",
    manner: "own",
    needs: [ownProgram(path)],
    open: asProgram(path),
  };
}
