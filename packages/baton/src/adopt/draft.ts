// From what running processes say to a cluster file that loads, with a sentence for everything it leaves
// out; or the reasons why there can be none. Pure.
import { layoutOf } from "../cluster/layout.ts";
import { type FileProblem, loadCluster } from "../cluster/load.ts";
import { listed, printable } from "../cluster/text.ts";
import type { Cluster } from "../cluster/types.ts";
import { fileText, type Parts, type TlsFiles, type WrittenOverride } from "./file-text.ts";
import { checksOf, type Logins, lossesOf } from "./losses.ts";
import { ownSettings } from "./own-settings.ts";
import { clusterSeen, type Seen, type SeenCluster } from "./seen.ts";
import { type Kept, type SettingsSeen, settingsSeen } from "./settings.ts";
import { type Override, type Wishes, wishesOf } from "./timings.ts";
import { tlsFilesOf } from "./tls-files.ts";
import { unfitIn } from "./unfit.ts";
import { unrestIn } from "./unrest.ts";

export interface Question {
  readonly seen: Seen;
  readonly logins: Logins;
  /** The cluster's; without it that of its only group. */
  readonly name?: string | undefined;
}

/** All sentences are printable, and on one line. */
export type Draft =
  | {
      readonly kind: "file";
      readonly text: string;
      /** What somebody has to check before anything is deployed. */
      readonly checks: readonly string[];
      /** What nobody has set today and Baton sets. */
      readonly changed: readonly string[];
      /** What the file has no place for. */
      readonly lost: readonly string[];
    }
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

const SENTENCE_CHARACTERS_MAX = 600;

const clean = (sentences: readonly string[]): readonly string[] =>
  sentences.map((sentence) => printable(sentence.slice(0, SENTENCE_CHARACTERS_MAX)));

const refused = (reasons: readonly string[]): Draft => ({ kind: "refused", reasons: clean(reasons) });

const sentenceOf = ({ path, message }: FileProblem): string =>
  path === "" ? message : `${path}: ${message}`;

/** Never throws, whatever the answers hold. */
export function draftOf({ seen, logins, name }: Question): Draft {
  const trouble = [...unfitIn(seen), ...unrestIn(seen)];
  if (trouble.length > 0) return refused(trouble);
  const understood = clusterSeen(seen);
  if (understood.kind === "refused") return refused(understood.reasons);
  const { cluster } = understood;
  const files = tlsFilesOf(seen);
  if (files.kind === "refused") return refused(files.reasons);
  const wishes = wishesOf(cluster);
  const base = baseOf(cluster, { name, wishes, tls: files.tls });
  const loaded = loadCluster(fileText(base), "");
  if (loaded.kind === "bad") return refused(loaded.problems.map(sentenceOf));
  const settings = settingsOf(cluster, seen, loaded.cluster);
  const set = fitOverrides(wishes.overrides, base);
  if (set.kind === "refused") return refused(set.reasons);
  const kept = fitSettings(settings.kept, { ...base, overrides: set.taken });
  if (kept.kind === "refused") return refused(kept.reasons);
  const lost = clean([...set.lost, ...wishes.lost, ...kept.lost, ...settings.lost, ...lossesOf(seen)]);
  const checks = clean(checksOf(cluster, seen, logins));
  const changed = clean(settings.changed);
  const said = { checks, changed, lost };
  return {
    kind: "file",
    text: fileText({ ...base, overrides: set.taken, settings: kept.taken, ...said }),
    ...said,
  };
}

function baseOf(
  cluster: SeenCluster,
  known: {
    readonly name: string | undefined;
    readonly wishes: Wishes;
    readonly tls: TlsFiles | undefined;
  },
): Parts {
  const [only, ...others] = cluster.groups;
  const name = known.name ?? (only !== undefined && others.length === 0 ? only.name : "adopted");
  const { rto, rpo } = known.wishes;
  const nothing = { overrides: [], settings: [], checks: [], changed: [], lost: [] };
  return { name, rto, rpo, cluster, tls: known.tls, ...nothing };
}

function settingsOf(seenCluster: SeenCluster, { redis }: Seen, cluster: Cluster): SettingsSeen {
  const reference = seenCluster.groups[0]?.primary;
  if (reference === undefined) return { kept: [], changed: [], lost: [] };
  return settingsSeen(reference, redis, ownSettings(layoutOf(cluster)));
}

type Fitted<T> =
  | { readonly kind: "ok"; readonly taken: readonly T[]; readonly lost: readonly string[] }
  | { readonly kind: "refused"; readonly reasons: readonly string[] };

/**
 * One after the other, as one may follow from another: failover-timeout from down-after. Taken is what
 * differs from what Baton would derive; what the loader refuses is left out, in its own words.
 */
function fitOverrides(overrides: readonly Override[], base: Parts): Fitted<WrittenOverride> {
  const taken: WrittenOverride[] = [];
  const lost: string[] = [];
  for (const { section, key, value, live, derived } of overrides) {
    const without = loadCluster(fileText({ ...base, overrides: taken }), "");
    if (without.kind === "bad") return { kind: "refused", reasons: without.problems.map(sentenceOf) };
    const timings = layoutOf(without.cluster).groups.map((group) => derived(group.timings));
    const instead = [...new Set(timings.map(String))];
    if (instead.length === 1 && instead[0] === String(value)) continue;
    const override = { section, key, value, instead: listed(instead, "or") };
    const loaded = loadCluster(fileText({ ...base, overrides: [...taken, override] }), "");
    if (loaded.kind === "ok") taken.push(override);
    else {
      const reasons = loaded.problems.map(({ message }) => message).join("; ");
      lost.push(`${live}: ${reasons}. Baton derives ${override.instead}`);
    }
  }
  return { kind: "ok", taken, lost };
}

/** Each is right or wrong by itself. */
function fitSettings(settings: readonly Kept[], base: Parts): Fitted<Kept> {
  const loaded = loadCluster(fileText({ ...base, settings }), "");
  const problems = loaded.kind === "ok" ? [] : loaded.problems;
  const problemOf = ({ name, value }: Kept): string | undefined => {
    // The loader takes what nobody would see in the file.
    if (printable(value) !== value) return "it holds control characters, or others that cannot be seen";
    return problems.find(({ path }) => path === `redis.settings.${name}`)?.message;
  };
  const taken = settings.filter((setting) => problemOf(setting) === undefined);
  const lost = settings.flatMap((setting) => {
    const problem = problemOf(setting);
    return problem === undefined ? [] : [`${setting.name}: ${problem}`];
  });
  const again = loadCluster(fileText({ ...base, settings: taken }), "");
  if (again.kind === "bad") return { kind: "refused", reasons: again.problems.map(sentenceOf) };
  return { kind: "ok", taken, lost };
}
