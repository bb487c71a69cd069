// Puts the official schema of Shopify's Admin API where tests find it, and prints the path. Shopify
// publishes it on npm in a package that is too big to install: the one file is taken out of it, and the rest
// goes again.
//     node scripts/shopify-schema.mjs
// Plain Node without any package. Nothing of the package is installed or run.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const PACKAGE = "@shopify/dev-mcp@1.16.0";
/** The default of the target's setting apiVersion. */
const API_VERSION = "2026-07";
const RUN_MS = 120_000;
const LISTING_BYTES_MAX = 16 * 1024 * 1024;

const folder = fileURLToPath(new URL("../node_modules/.cache/baton/shopify", import.meta.url));
const place = join(folder, `admin-${API_VERSION}-of-${PACKAGE.replaceAll(/[^\w.-]+/g, "-")}.json`);

function run(command, args, cwd) {
  const options = { cwd, encoding: "utf8", timeout: RUN_MS, maxBuffer: LISTING_BYTES_MAX };
  const done = spawnSync(command, args, options);
  if (done.status === 0) return done.stdout.trim();
  const [reason = ""] = (done.error?.message ?? done.stderr).trim().split("\n");
  throw new Error(`${command} ${args[0]}: ${reason}`);
}

/** Sentences make the most of it, and no test reads them. */
function withoutDescriptions(text) {
  const dropped = (key, value) =>
    key === "description" && typeof value === "string" ? undefined : value;
  return JSON.stringify(JSON.parse(text), dropped);
}

function fetchSchema(into) {
  const quick = ["--fetch-retries=0", "--fetch-timeout=60000", "--prefer-offline", "--loglevel=error"];
  const archive = run("npm", ["pack", ...quick, PACKAGE], into)
    .split("\n")
    .at(-1);
  const isSchema = new RegExp(`/admin[^/]*${API_VERSION}[^/]*\\.json(\\.gz)?$`);
  const name = run("tar", ["tzf", archive], into)
    .split("\n")
    .find((entry) => isSchema.test(entry));
  if (name === undefined) throw new Error(`${PACKAGE} has no schema of version ${API_VERSION}`);
  run("tar", ["xzf", archive, name], into);
  const bytes = readFileSync(join(into, name));
  return withoutDescriptions((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
}

if (!existsSync(place)) {
  mkdirSync(folder, { recursive: true });
  const into = mkdtempSync(join(folder, "fetching-"));
  try {
    const whole = join(into, "schema.json");
    writeFileSync(whole, fetchSchema(into));
    // At once: another test may be reading.
    renameSync(whole, place);
  } catch (error) {
    process.stderr.write(`${PACKAGE} could not be fetched: ${error.message}\n`);
    process.exitCode = 3;
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}
if (existsSync(place)) process.stdout.write(`${place}\n`);
