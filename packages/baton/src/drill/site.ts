// The place where a drill breaks things: a lab, or the hosts of a deployment. Faults know no more of it.
import type { Secrets } from "../cluster/types.ts";
import type { LabHandle } from "../lab/index.ts";

/** What only the hosts of a deployment have. */
export interface RealHosts {
  /** Why links between them cannot be cut; undefined: they can. */
  readonly uncut: string | undefined;
  /** For Baton's own commands that belong to the drill, beside what this process has. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface DrillSite
  extends Pick<
    LabHandle,
    | "name"
    | "clusterFile"
    | "redisConfigs"
    | "cluster"
    | "layout"
    | "clientTls"
    | "wires"
    | "disks"
    | "kill"
    | "terminate"
    | "stop"
    | "cont"
    | "start"
    | "startReplica"
    | "empty"
    | "fill"
    | "free"
    | "cut"
    | "delay"
    | "heal"
  > {
  /** Of a lab. */
  readonly directory?: string;
  readonly secrets: Pick<Secrets, "application" | "agent" | "tls">;
  /** Absent: a lab. */
  readonly hosts?: RealHosts;
}

/**
 * As what a Redis comes back that was primary. A lab starts it with the file that it left behind; the
 * service of a host asks Sentinels first.
 */
export const comesBack = ({ hosts }: Pick<DrillSite, "hosts">): string =>
  hosts === undefined ? "still believing to be primary" : "once it knows its role from the Sentinels";

/** What tells a command of Baton's which cluster is meant. */
export const clusterWords = ({ hosts, name, clusterFile }: DrillSite): readonly string[] =>
  hosts === undefined ? ["--name", name] : ["--file", clusterFile];
