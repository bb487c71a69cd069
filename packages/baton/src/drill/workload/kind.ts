// The shape of every kind of client: how it reaches the primary, what it needs on this machine, how it is
// opened.
import type { Endpoint, GroupPlan } from "../../cluster/types.ts";
import type { DrillSite } from "../site.ts";
import type { Way } from "../types.ts";
import type { WorkloadClient } from "./client.ts";

/** What has to be on this machine; the same object for all kinds that share it. */
export interface Need {
  /** "Redis.pm" */
  readonly what: string;
  /** What to do when it is missing: "sudo apt-get install libredis-perl". */
  readonly hint: string;
  /** Looks for it. @returns undefined when it is there, otherwise what was found instead */
  missing(signal: AbortSignal): Promise<string | undefined>;
}

export interface OpenInput {
  readonly kind: Pick<ClientKind, "id" | "way">;
  /** Of the client, "perl-1". */
  readonly id: string;
  /** Its own list. */
  readonly key: string;
  readonly lab: Pick<DrillSite, "layout" | "secrets" | "clientTls">;
  readonly group: GroupPlan;
  readonly router: Endpoint;
  /** The primary when the drill began. */
  readonly primary: Endpoint;
}

export interface ClientKind {
  readonly id: string;
  readonly summary: string;
  readonly way: Way;
  /**
   * `recipe`: keeps clients/CONTRACT.md; `default`: a library as its manual shows it, for comparison;
   * `plain`: a client without a library's own failover; `own`: a program that somebody named.
   */
  readonly manner: "recipe" | "default" | "plain" | "own";
  /** What its clients are called, where that is not the id. */
  readonly shortName?: string;
  readonly needs: readonly Need[];
  /** Compiles what has to be compiled. @throws BatonError UNABLE */
  prepare?(signal: AbortSignal): Promise<void>;
  /** Resolves when it is ready to be asked to write. @throws BatonError UNABLE */
  open(input: OpenInput): Promise<WorkloadClient>;
}
