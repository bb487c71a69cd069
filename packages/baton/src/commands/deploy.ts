// baton deploy: puts a cluster onto its hosts, or changes it, without ever saying who is primary.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readCluster } from "../cluster/read.ts";
import { counted, listed, printable } from "../cluster/text.ts";
import type { Cluster } from "../cluster/types.ts";
import { hostFiles } from "../deploy/host-files.ts";
import { lookAt, writeOutput } from "../deploy/output.ts";
import { leftOut, type PlaybookResult, runPlaybook } from "../deploy/playbook.ts";
import { packProgram } from "../deploy/program.ts";
import { BatonError, EXIT } from "../errors.ts";
import { PACKAGE_FOLDER, versionOfBaton } from "../version.ts";
import type { Command, Context, Given } from "./command.ts";
import { readAllSecrets } from "./secrets.ts";

/** @throws BatonError USAGE */
function limitFrom({ limit }: Given, { hosts }: Cluster): readonly string[] {
  if (typeof limit !== "string") return [];
  const names = limit.split(",").map((name) => name.trim());
  const known = hosts.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new BatonError(
    "USAGE",
    `--limit ${printable(unknown)}: expected hosts of the cluster file: ${listed(known)}`,
  );
}

/** Renders and packs into a folder that nobody else can read. @returns the arguments of ansible-playbook */
async function prepare(
  folder: string,
  file: string,
  cluster: Cluster,
  given: Given,
  { environment, signal, terminal }: Context,
): Promise<readonly string[]> {
  const { secrets, token } = await readAllSecrets(cluster.secrets, dirname(file), environment);
  const rendered = join(folder, "rendered");
  const files = hostFiles({ cluster, secrets, token });
  await writeOutput(rendered, await lookAt(rendered, { cluster: cluster.name, files }), signal);
  terminal.note(`${counted(files.length, "file")} rendered; packing Baton`);
  const runtime = typeof given["runtime"] === "string" ? resolve(given["runtime"]) : process.execPath;
  const program = await packProgram(
    folder,
    { root: PACKAGE_FOLDER, version: versionOfBaton(), runtime },
    signal,
  );
  const variables = {
    baton_program: program.archive,
    baton_program_id: program.id,
    baton_runtime: program.runtime,
    baton_runtime_id: program.runtimeId,
    baton_upgrade: given["upgrade"] === true,
  };
  const path = join(folder, "variables.json");
  await writeFile(path, JSON.stringify(variables), { mode: 0o600 });
  const limit = limitFrom(given, cluster);
  return [
    "--extra-vars",
    `@${path}`,
    ...(given["check"] === true ? ["--check"] : []),
    ...(limit.length === 0 ? [] : ["--limit", limit.join(",")]),
  ];
}

function finish(result: PlaybookResult, given: Given, cluster: Cluster, { terminal }: Context): void {
  const { hosts } = result;
  const limit = limitFrom(given, cluster);
  const wanted = limit.length > 0 ? limit : cluster.hosts.map(({ name }) => name);
  const failures = [...result.failures, ...(result.status === 0 ? leftOut(hosts, wanted) : [])];
  const status = result.status === 0 && failures.length > 0 ? 1 : result.status;
  const isCheck = given["check"] === true;
  const changed = hosts.reduce((sum, host) => sum + host.changed, 0);
  if (given["json"] === true)
    terminal.out(
      JSON.stringify({ deployed: status === 0 && !isCheck, check: isCheck, changed, hosts, failures }),
    );
  if (status !== 0) {
    const what = failures.length === 0 ? `ansible-playbook ended with ${status}` : failures.join("; ");
    throw new BatonError("DEPLOY", what, { details: { hosts, failures } });
  }
  if (given["json"] === true) return;
  const word = isCheck ? "would change" : "changed";
  terminal.out(`${counted(hosts.length, "host")}: ${counted(changed, "thing")} ${word}`);
}

export const deploy: Command = {
  id: "deploy",
  summary: "put a cluster onto its hosts by SSH and Ansible, or change it; safe to run at any moment",
  examples: [
    { line: "baton deploy --file cluster.yml --check", remark: "what would be done; changes nothing" },
    { line: "baton deploy --file cluster.yml", remark: "does it; run again, it changes nothing" },
    { line: "baton deploy --file cluster.yml --limit h2", remark: "one host only, as after its repair" },
    { line: "baton deploy --file cluster.yml --upgrade", remark: "newer Redis packages, host by host" },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--check", summary: "say what would be done, and do nothing" },
    { flags: "--limit <hosts>", summary: "only these hosts of the cluster file, with commas" },
    { flags: "--upgrade", summary: "take the newest Redis packages that the hosts are offered" },
    {
      flags: "--runtime <path>",
      summary: "the Node for Linux that the hosts get; by default the one that runs this",
    },
    { flags: "--json", summary: "print JSON; what Ansible says goes to standard error" },
  ],
  async run(given, context) {
    const { terminal, environment, signal } = context;
    if (typeof given["file"] !== "string")
      throw new BatonError("USAGE", "deploy needs a cluster file: --file FILE");
    const { file } = given;
    const cluster = await readCluster(file);
    limitFrom(given, cluster);
    const folder = await mkdtemp(join(tmpdir(), "baton-deploy-"));
    try {
      const args = await prepare(folder, file, cluster, given, context);
      const tell = (line: string): void =>
        given["json"] === true ? terminal.note(line) : terminal.out(line);
      const where = join(folder, "rendered", "ansible");
      const result = await runPlaybook({ folder: where, args, environment, tell }, signal);
      finish(result, given, cluster, context);
      return EXIT.fine;
    } finally {
      // The passwords of the cluster are in there.
      await rm(folder, { recursive: true, force: true });
    }
  },
};
