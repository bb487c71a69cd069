// How a host is reached by SSH: what its line of the cluster file says, in parts. Pure.
import type { Host } from "./types.ts";

export interface SshWay {
  /** Without brackets. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  /** Whoever is not root there becomes it by sudo. */
  readonly becomesRoot: boolean;
}

/** At its own address, and by the rules of the caller's SSH configuration, unless `ssh` says otherwise. */
export function sshWay({ ssh, address }: Pick<Host, "ssh" | "address">): SshWay {
  if (ssh === undefined) return { address, becomesRoot: false };
  const [, user, name = "", port] = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(ssh) ?? [];
  return {
    address: name.replace(/^\[|\]$/g, ""),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    becomesRoot: user !== undefined && user !== "root",
  };
}
