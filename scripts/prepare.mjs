// What `npm start` and `npm test` share: a supported Node, npm packages, redis-server and redis-
// sentinel, a fresh build. Tests and some benchmarks need HAProxy and clients in other languages as well.
// Plain Node without any package, because it runs before there are any.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(3);
}

function run(command, args, environment = {}) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  if (done.error !== undefined || done.status !== 0) {
    stop(`${[command, ...args].join(" ")} failed:\n${done.error?.message ?? done.stderr.trim()}`);
  }
}

function note(sentence) {
  process.stderr.write(`${sentence}\n`);
}

export function onPath(binary) {
  // HAProxy lives in /usr/sbin, which only root has on the path.
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"]) {
    try {
      accessSync(join(folder, binary), constants.X_OK);
      return true;
    } catch {
      // Not in this folder: the next one may have it.
    }
  }
  return false;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    stop(`Node ${process.versions.node} is too old: Baton needs 20.19 or later`);
}

/** `probe` is a package that only the wanted set contains. */
function installPackages({ withDevelopment }) {
  const installed = join(root, "node_modules/.package-lock.json");
  const probe = join(root, "node_modules", withDevelopment ? "vitest" : "esbuild");
  const fresh =
    existsSync(probe) &&
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
  if (fresh) return;
  note("installing npm packages ...");
  run("npm", ["ci", "--no-audit", "--no-fund", ...(withDevelopment ? [] : ["--omit=dev"])]);
}

/** The programs of packages that are not called like them. */
const PROGRAMS = {
  "ansible-core": "ansible-playbook",
  "bind9-dnsutils": "nsupdate",
  bind9: "named",
  "etcd-client": "etcdctl",
  "etcd-server": "etcd",
  iproute2: "ip",
  knot: "knotd",
  "mariadb-client": "mariadb",
  "mariadb-server-core": "mariadbd",
  nftables: "nft",
  "openssh-client": "ssh",
  "php-cli": "php",
  prometheus: "promtool",
  "redis-tools": "redis-benchmark",
  "systemd-container": "systemd-nspawn",
};
/** What rendered files are held against, and run with. */
const JUDGES = ["nftables", "prometheus", "prometheus-alertmanager", "prometheus-redis-exporter"];
/** What test hosts are made with, and what deploys to them. */
const HOSTS = ["ansible-core", "debootstrap", "iproute2", "openssh-client", "systemd-container"];
/** What targets are tested against, and looked at with. */
const TARGETS = ["bind9", "bind9-dnsutils", "etcd-client", "etcd-server", "knot", "libnginx-mod-stream"];
/** What opens and prints the reports of drills. */
const BROWSER = ["chromium"];
/** A terminal that tells what stands on it. */
const TERMINAL = ["tmux"];
const CLIENTS = ["libredis-perl", "php-cli", "php-redis", "python3-redis", "redis-tools"];
/** What the recipes of clients/ need besides. */
const RECIPES = [
  "g++",
  "libhiredis-dev",
  "libio-socket-ssl-perl",
  "make",
  "nlohmann-json3-dev",
  "php-apcu",
  "php-predis",
  "pkg-config",
];
/**
 * What examples/woocommerce-ovh runs. PHP-FPM first and "php" by name, because apt would otherwise take
 * Apache's module for it; of MariaDB the programs alone, without the service that its other package starts.
 */
const SHOP = [
  "php-fpm",
  "php",
  "php-mysql",
  "mariadb-server-core",
  "mariadb-client",
  "nginx",
  "wordpress",
];
/** What answers 0 where a package is there that has no program of its own. */
const LIBRARIES = {
  "libhiredis-dev": ["pkg-config", ["--exists", "hiredis"]],
  "libio-socket-ssl-perl": ["/usr/bin/perl", ["-MIO::Socket::SSL", "-e1"]],
  "libnginx-mod-stream": ["test", ["-e", "/usr/lib/nginx/modules/ngx_stream_module.so"]],
  "libredis-perl": ["/usr/bin/perl", ["-MRedis", "-e1"]],
  "nlohmann-json3-dev": ["pkg-config", ["--exists", "nlohmann_json"]],
  php: ["dpkg", ["-s", "php"]],
  "php-apcu": ["/usr/bin/php", ["-r", "exit(extension_loaded('apcu') ? 0 : 1);"]],
  "php-fpm": ["dpkg", ["-s", "php-fpm"]],
  "php-mysql": ["/usr/bin/php", ["-r", "exit(extension_loaded('mysqli') ? 0 : 1);"]],
  "php-predis": ["/usr/bin/php", ["-r", "require 'Predis/Autoloader.php';"]],
  "php-redis": ["/usr/bin/php", ["-r", "exit(extension_loaded('redis') ? 0 : 1);"]],
  "python3-redis": ["/usr/bin/python3", ["-c", "import redis"]],
  wordpress: ["test", ["-e", "/usr/share/wordpress/wp-load.php"]],
};

function isThere(debianPackage) {
  const [program, args] = LIBRARIES[debianPackage] ?? [];
  if (program !== undefined) return spawnSync(program, args, { stdio: "ignore" }).status === 0;
  return onPath(PROGRAMS[debianPackage] ?? debianPackage);
}

function installDebianPackages(packages) {
  const missing = packages.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  const command = `apt-get install -y ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !onPath("apt-get")) {
    stop(`${missing.join(" and ")} not found. Run this once, then try again:\n\n    sudo ${command}\n`);
  }
  note(`installing ${missing.join(" and ")} ...`);
  // Debian starts what it installs; runlevel 1 keeps invoke-rc.d from doing so: the lab and the tests
  // start their own processes.
  const quiet = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  run("apt-get", ["update", "-q"], quiet);
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], quiet);
}

/** `withClients`: the ordinary clients of test/clients. `withBrowser`: Chromium, and what drives it. */
export function prepare({
  withDevelopment,
  withHaproxy = withDevelopment,
  withClients = withDevelopment,
  withBrowser = withDevelopment,
}) {
  checkNode();
  installPackages({ withDevelopment: withDevelopment || withBrowser });
  const packages = ["redis-server", "redis-sentinel"];
  if (withHaproxy) packages.push("haproxy");
  if (withClients) packages.push(...CLIENTS);
  if (withBrowser) packages.push(...BROWSER);
  if (withDevelopment) packages.push(...RECIPES, ...SHOP, ...JUDGES, ...HOSTS, ...TARGETS, ...TERMINAL);
  installDebianPackages(packages);
  note("building ...");
  run(process.execPath, [join(root, "scripts/build.mjs")]);
}
