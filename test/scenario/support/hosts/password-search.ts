// Looks for passwords on the disk of a host: where they are, and where somebody could read them who should
// not.
import type { Hosts } from "./hosts.ts";

export interface PasswordFile {
  readonly path: string;
  /** As stat prints it: "root:redis 640". */
  readonly access: string;
}

/**
 * The arguments are the command that lists files as whoever is to find them. Passwords come by the input, and
 * lie in a file of root's while the search lasts.
 */
const SEARCH = `
umask 077
patterns=$(mktemp /run/patterns.XXXXXX)
trap 'rm -f "$patterns"' EXIT
cat > "$patterns"
cd /
"$@" find etc home opt root run srv tmp usr/local var -type f ! -name "\${patterns##*/}" -readable \
  -print0 2>/dev/null | xargs -0 -r grep -lF -f "$patterns" -- | xargs -r stat --format='/%n %U:%G %a'
`;

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const SEARCH_MS = 60_000;

async function search(
  hosts: Hosts,
  host: string,
  passwords: readonly string[],
  as: readonly string[],
): Promise<readonly PasswordFile[]> {
  const options = { input: `${passwords.join("\n")}\n`, timeoutMs: SEARCH_MS };
  const { stdout } = await hosts.run(host, ["sh", "-c", SEARCH, "sh", ...as], options);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.toSorted().map((line) => {
    const [path = "", ...access] = line.split(" ");
    return { path, access: access.join(" ") };
  });
}

/** All files that hold one. */
export async function filesWithPasswords(
  hosts: Hosts,
  host: string,
  passwords: readonly string[],
): Promise<readonly PasswordFile[]> {
  return await search(hosts, host, passwords, []);
}

/** Those that a user without any rights could read. */
export async function filesForAnybody(
  hosts: Hosts,
  host: string,
  passwords: readonly string[],
): Promise<readonly PasswordFile[]> {
  return await search(hosts, host, passwords, NOBODY);
}
