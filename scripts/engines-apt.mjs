// A private apt for scripts/engines.mjs: the machine's own Debian archive, another suite, nothing installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The world said no; the message is for a person. */
export class Refused extends Error {}

export function note(sentence) {
  process.stderr.write(`${sentence}\n`);
}

/** Runs a program to its end, and says what it said. */
export function run(command, args, folder) {
  // English, because apt's complaints are read below.
  const env = { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
  const done = spawnSync(command, args, { cwd: folder, encoding: "utf8", env, maxBuffer: 1 << 28 });
  if (done.error?.code === "ENOENT") {
    throw new Refused(`${command} is not on the PATH: engines are fetched with Debian's apt and dpkg`);
  }
  const text = `${done.stdout}${done.stderr}${done.error?.message ?? ""}`;
  return { isFine: done.status === 0, out: done.stdout, text };
}

/** @returns its standard output. @throws Refused with the sentence and the last words of the program. */
export function runOrRefuse(command, args, folder, sentence) {
  const ran = run(command, args, folder);
  if (ran.isFine) return ran.out;
  throw new Refused(
    `${sentence}; ${command} said:\n${ran.text.trim().split("\n").slice(-8).join("\n")}`,
  );
}

/** `deb [options] URI SUITE COMPONENT...` lines. */
function sourcesOfList(text) {
  return text.split("\n").flatMap((line) => {
    const found = /^\s*deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.replace(/#.*/, ""));
    if (found === null) return [];
    const [, options = "", uri, suite, components] = found;
    const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
    return [{ uris: [uri], suites: [suite], components: components.trim().split(/\s+/), signedBy }];
  });
}

/** The stanzas of a .sources file. A key that stands in the file itself is left to the default keyring. */
function sourcesOfStanzas(text) {
  const stanzas = text.replaceAll(/^#.*\n/gm, "").split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const field = (name) => new RegExp(`^${name}:[ \t]*(.*)$`, "im").exec(stanza)?.[1]?.trim();
    const words = (name) => (field(name) ?? "").split(/\s+/).filter((word) => word !== "");
    if (!words("Types").includes("deb") || field("Enabled") === "no") return [];
    const signedBy = words("Signed-By").find((word) => word.startsWith("/"));
    return [{ uris: words("URIs"), suites: words("Suites"), components: words("Components"), signedBy }];
  });
}

function filesOfSources() {
  const folder = "/etc/apt/sources.list.d";
  let parts = [];
  try {
    parts = readdirSync(folder).map((name) => join(folder, name));
  } catch {
    // A machine may have the one file only.
  }
  return ["/etc/apt/sources.list", ...parts.sort()].filter((path) => /\.(list|sources)$/.test(path));
}

/** The Debian archive that this machine installs from: the source of its own suite, `main` included. */
function ownArchive() {
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  const files = filesOfSources();
  const sources = files.flatMap((path) => {
    try {
      const text = readFileSync(path, "utf8");
      return path.endsWith(".sources") ? sourcesOfStanzas(text) : sourcesOfList(text);
    } catch {
      // Not there, or not for this user to read: another file may name the archive.
      return [];
    }
  });
  const fitting = sources.filter(
    ({ suites, components }) => suites.includes(codename) && components.includes("main"),
  );
  const isDebian = ({ uris }) => uris.some((uri) => /\/debian\/?$/.test(uri));
  const found = fitting.find(isDebian) ?? fitting[0];
  if (found !== undefined) return { uri: found.uris[0], keyring: found.signedBy ?? KEYRING };
  throw new Refused(`no source of the suite ${codename} with main in ${files.join(", ")}`);
}

/** A private apt: sources, lists and cache in one folder; what the machine has installed plays no part. */
export function openApt(suite, folder) {
  const { uri, keyring } = ownArchive();
  for (const part of ["lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const list = join(folder, "sources.list");
  writeFileSync(list, `deb [signed-by=${keyring}] ${uri} ${suite} main\n`);
  writeFileSync(join(folder, "status"), "");
  const settings = [
    `Dir::Etc::sourcelist=${list}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::Lists=${join(folder, "lists")}`,
    `Dir::State::status=${join(folder, "status")}`,
    `Dir::Cache=${join(folder, "cache")}`,
    // A pin of this machine must not hide the other suite's packages.
    "Dir::Etc::preferences=-",
    "Dir::Etc::preferencesparts=-",
    "Acquire::Languages=none",
    "APT::Update::Error-Mode=any",
    // As root, apt would download as a user who cannot enter this folder.
    ...(process.getuid?.() === 0 ? ["APT::Sandbox::User=root"] : []),
  ].flatMap((setting) => ["-o", setting]);
  note(`reading the package lists of ${suite} ...`);
  const update = run("apt-get", [...settings, "update", "-q"], folder);
  if (update.isFine) return { settings, folder };
  const said = update.text.trim().split("\n").slice(-8).join("\n");
  throw new Refused(
    /NO_PUBKEY|not signed|signatures? (couldn't|could not)/i.test(said)
      ? `${keyring} lacks the keys of ${suite} (update debian-archive-keyring); apt-get said:\n${said}`
      : `the archive of this machine does not serve ${suite}; apt-get said:\n${said}`,
  );
}
