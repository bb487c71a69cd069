// What the scenarios of `baton doctor` on files have in common: a tree of three hosts, and what it answers.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { baton, type Ran } from "./baton.ts";

export interface Answer {
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
  }[];
  readonly checked: {
    readonly files: number;
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
    readonly notes: readonly { readonly file: string; readonly line: number }[];
    readonly incomplete: readonly string[];
    readonly known: number;
  };
}

export const sentinelConf = (host: number, quorum: number): string =>
  [
    "port 26379",
    `bind 10.0.0.${host}`,
    `sentinel monitor main 10.0.0.1 6379 ${quorum}`,
    "sentinel auth-pass main correct-horse-battery",
    "sentinel down-after-milliseconds main 5000",
    "sentinel failover-timeout main 10000",
    "requirepass staple-of-the-sentinels",
    "sentinel sentinel-pass staple-of-the-sentinels",
    "",
  ].join("\n");

/** Files below the folder "tree" of a home. */
export class DoctorTree {
  readonly home: string;
  readonly path: string;

  constructor(home: string) {
    this.home = home;
    this.path = join(home, "tree");
  }

  async write(path: string, text: string | Buffer): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true });
    await writeFile(join(this.path, path), text);
  }

  /** Three hosts that are right, but for the quorum. */
  async writeSentinels(quorum: number): Promise<void> {
    for (const host of [1, 2, 3]) await this.write(`h${host}/sentinel.conf`, sentinelConf(host, quorum));
  }

  doctor(...args: readonly string[]): Promise<Ran> {
    return baton(this.home, ["doctor", ...args]);
  }

  async answer(...args: readonly string[]): Promise<Answer & Pick<Ran, "code">> {
    const { code, out } = await this.doctor(...args, "--format", "json");
    return { code, ...(JSON.parse(out) as Answer) };
  }
}
