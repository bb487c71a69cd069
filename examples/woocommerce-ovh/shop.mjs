// The shop as `run` plays it: Debian's WordPress, MariaDB, PHP-FPM and nginx, as an unprivileged user, with
// all their files in one folder and nothing but loopback to listen at.
import { randomBytes } from "node:crypto";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { runProgram } from "../runner/programs.mjs";
import { Failure, until } from "../runner/wait.mjs";

export const WORDPRESS = "/usr/share/wordpress";
const DATABASE = "shop";
const START_MS = 60_000;
/** As root the services run as Debian's user for web servers, otherwise as whoever starts them. */
const isRoot = process.getuid() === 0;
const user = isRoot ? "www-data" : userInfo().username;
const lowly = isRoot ? ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--"] : [];

/** @throws Failure unless it ends with 0 */
async function demand(command, { signal, environment }) {
  const { code, lines } = await runProgram([...lowly, ...command], { signal, environment });
  if (code !== 0) throw new Failure(`${command[0]} ended with ${code}:\n${lines.slice(-20).join("\n")}`);
  return lines;
}

/** Its name has PHP's version in it. */
async function phpFpm() {
  const name = (await readdir("/usr/sbin"))
    .filter((one) => /^php-fpm\d/.test(one))
    .sort()
    .at(-1);
  if (name === undefined) throw new Failure("no php-fpm in /usr/sbin: sudo apt-get install php-fpm");
  return join("/usr/sbin", name);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** WordPress with our wp-content and the recipe of clients/php in it; the configuration of the servers. */
async function layOut({ folder, scratch, signal }, address) {
  const wordpress = join(scratch, "wordpress");
  // Without Debian's wp-config.php, which looks below /etc.
  const filter = (path) => path !== join(WORDPRESS, "wp-config.php") && !path.endsWith("/.htaccess");
  await cp(WORDPRESS, wordpress, { recursive: true, verbatimSymlinks: true, filter });
  await cp(join(folder, "wp-content"), join(wordpress, "wp-content"), { recursive: true });
  const recipe = join(wordpress, "wp-content/baton/redis");
  await cp(join(folder, "../../clients/php/src"), join(recipe, "src"), { recursive: true });
  await cp(join(folder, "../../clients/php/baton-redis.php"), join(recipe, "baton-redis.php"));
  await cp(join(folder, "host/wp-config.php"), join(wordpress, "wp-config.php"));
  await cp(join(folder, "host/install.php"), join(scratch, "install.php"));
  for (const name of ["nginx.conf", "php-fpm.conf"]) {
    const text = await readFile(join(folder, "host", name), "utf8");
    const filled = text.replaceAll("{{folder}}", scratch).replaceAll("{{address}}", address);
    await writeFile(join(scratch, name), filled);
  }
  await mkdir(join(scratch, "database"));
  if (isRoot) await runProgram(["chown", "-R", `${user}:${user}`, scratch], { signal });
}

async function startDatabase({ scratch, start, signal }) {
  const socket = join(scratch, "mariadb.sock");
  const data = `--datadir=${join(scratch, "database")}`;
  // Who is asked by the system's own word for a user needs no password.
  const login = ["--auth-root-authentication-method=socket", `--auth-root-socket-user=${user}`];
  const install = ["mariadb-install-db", "--no-defaults", data, ...login, "--skip-test-db"];
  await demand(install, { signal });
  const memory = ["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M"];
  const small = [...memory, "--table-open-cache=200", "--max-connections=40"];
  const places = [
    `--socket=${socket}`,
    `--pid-file=${scratch}/mariadb.pid`,
    `--log-error=${scratch}/mariadb.log`,
  ];
  const server = ["/usr/sbin/mariadbd", "--no-defaults", data, "--skip-networking", ...places, ...small];
  start("database", [...lowly, ...server]);
  const client = ["mariadb", "--no-defaults", `--socket=${socket}`, `--user=${user}`];
  const sql = async (query, ...more) =>
    await demand([...client, "--batch", "--raw", "--skip-column-names", "--execute", query, ...more], {
      signal,
    });
  const look = async () =>
    await sql("SELECT 1").then(
      () => undefined,
      (error) => (error instanceof Failure ? error.message : Promise.reject(error)),
    );
  await until("MariaDB to answer", look, { withinMs: START_MS, signal, everyMs: 200 });
  await sql(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`);
  return { socket, sql: (query) => sql(query, DATABASE) };
}

/** The primary's address at this moment: what the usual recipe writes into wp-config.php. */
async function primaryOf(lab) {
  const { route } = await lab.status();
  return `${route.address}:${route.port}`;
}

/**
 * @param isUsual without the recipe: phpredis at the primary's address
 * @returns where it is, the editor's token, and the database: `sql` gives the lines of an answer,
 *   `said` what PHP has complained of, `failures` how often its pages have found Redis away
 */
export async function openShop(stage, { isUsual }) {
  const { scratch, lab, start, signal } = stage;
  const address = `127.0.0.1:${await freePort()}`;
  await layOut(stage, address);
  const { socket, sql } = await startDatabase(stage);
  const token = randomBytes(16).toString("hex");
  const environment = {
    SHOP_URL: `http://${address}`,
    SHOP_DB_NAME: DATABASE,
    SHOP_DB_USER: user,
    SHOP_DB_HOST: `localhost:${socket}`,
    SHOP_SECRET: randomBytes(32).toString("hex"),
    SHOP_EDITOR_TOKEN: token,
  };
  const installing = { ...environment, SHOP_ADMIN_PASSWORD: randomBytes(16).toString("hex") };
  const install = ["/usr/bin/php", join(scratch, "install.php"), join(scratch, "wordpress")];
  await demand(install, { signal, environment: installing });
  const settings = join(scratch, "php-fpm.conf");
  if (isUsual) {
    environment.SHOP_USUAL_REDIS = await primaryOf(lab);
    await writeFile(settings, "env[SHOP_USUAL_REDIS] = $SHOP_USUAL_REDIS\n", { flag: "a" });
  }
  environment.REDIS_ROUTER = `${lab.router.address}:${lab.router.port}`;
  start("php", [...lowly, await phpFpm(), "--fpm-config", settings, "--nodaemonize"], environment);
  const log = join(scratch, "nginx.log");
  start("nginx", [
    ...lowly,
    "/usr/sbin/nginx",
    "-e",
    log,
    "-p",
    scratch,
    "-c",
    join(scratch, "nginx.conf"),
  ]);
  const origin = `http://${address}`;
  const look = async () => {
    const answer = await fetch(origin, { signal }).catch((error) => error);
    if (answer instanceof Error) return answer.message;
    return answer.status === 200 ? undefined : `HTTP ${answer.status}`;
  };
  await until("the shop's front page", look, { withinMs: START_MS, signal, everyMs: 200 });
  const said = async () => await readFile(join(scratch, "php.log"), "utf8").catch(() => "");
  const failures = async () =>
    (await (await fetch(`${origin}/?shop=failures`)).text()).trim().split(" ")[1];
  return { origin, token, sql, said, failures };
}
