// A zone as strangers see it, who know nothing of Baton: through Node's own resolver, dig and nsupdate.
import { spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { runCommand } from "../../../packages/baton/src/sys/run-command.ts";
import { NAME, type NameServerProcess, ZONE } from "./name-servers.ts";

export interface ZoneView {
  /** ADDRESS:PORT; undefined before the first. */
  shown(): Promise<string | undefined>;
  /** Every ADDRESS:PORT that the name has had, in order: the zone's own history of changes. */
  history(): Promise<readonly string[]>;
  serial(): Promise<number>;
  texts(name?: string): Promise<readonly string[]>;
  /** Of the name's texts, seconds. */
  textTtls(name: string): Promise<readonly number[]>;
  /** Lines for nsupdate, by the person that may change everything. */
  change(lines: readonly string[]): Promise<void>;
}

const NOTHING_YET = new Set(["ENODATA", "ENOTFOUND"]);

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (NOTHING_YET.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

const portIn = (texts: readonly string[]) => /port=(\d+)/.exec(texts.join(" "))?.[1] ?? "none";

/**
 * An answer to IXFR: the newest SOA, then for each change the old SOA, what it removed, the new SOA, what it
 * added; and the newest SOA again. A whole zone instead would hide what was before it.
 */
export function placesIn(answer: string, name: string): readonly string[] {
  const rows = answer.split("\n").filter((line) => /^\S+\s+\d+\s+IN\s/.test(line));
  const types = rows.map((row) => row.split(/\s+/)[3]);
  if (rows.length > 1 && types[1] !== "SOA") throw new Error("the zone's history is not told");
  const places: string[] = [];
  let soas = 0;
  let [address, port, isTouched] = ["none", "none", false];
  for (const row of rows) {
    const [owner, , , type, ...value] = row.split(/\s+/);
    // Behind every second SOA from the third on stands what was added.
    const isAdded = soas > 1 && soas % 2 === 1;
    if (type === "SOA") {
      if (isAdded && isTouched) places.push(`${address}:${port}`);
      isTouched = false;
      soas += 1;
    } else if (isAdded && owner === `${name}.`) {
      isTouched = true;
      if (type === "A") address = value[0] ?? "none";
      if (type === "TXT") port = portIn(value);
    }
  }
  return places;
}

export function zoneView({ port, keyFile }: NameServerProcess): ZoneView {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${port}`]);
  const signal = new AbortController().signal;
  const dig = async (...words: readonly string[]) => {
    const all = [
      "dig",
      "@127.0.0.1",
      "-p",
      String(port),
      "+tcp",
      "+noall",
      "+answer",
      ...words,
    ] as const;
    const { status, stdout } = await runCommand([...all], { withinMs: 10_000, signal });
    if (status !== 0) throw new Error(`dig ended with ${status}: ${stdout}`);
    return stdout;
  };
  const texts = async (name = NAME) => {
    return ((await orNothing(resolver.resolveTxt(name))) ?? []).map((parts) => parts.join(""));
  };
  return {
    texts,
    async shown() {
      const [address] = (await orNothing(resolver.resolve4(NAME))) ?? [];
      return address === undefined ? undefined : `${address}:${portIn(await texts())}`;
    },
    async history() {
      return placesIn(await dig(ZONE, "IXFR=1"), NAME);
    },
    async textTtls(name) {
      const rows = (await dig(name, "TXT")).trim().split("\n");
      return rows.map((row) => Number(row.split(/\s+/)[1]));
    },
    async serial() {
      return (await resolver.resolveSoa(ZONE)).serial;
    },
    async change(lines) {
      const child = spawn("nsupdate", ["-k", keyFile], { stdio: ["pipe", "ignore", "pipe"] });
      const said: Buffer[] = [];
      child.stderr.on("data", (chunk: Buffer) => void said.push(chunk));
      child.stdin.end([`server 127.0.0.1 ${port}`, `zone ${ZONE}`, ...lines, "send", ""].join("\n"));
      const [code] = (await once(child, "close")) as [number];
      if (code !== 0) throw new Error(`nsupdate: ${Buffer.concat(said).toString("utf8")}`);
    },
  };
}
