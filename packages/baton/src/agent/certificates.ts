// When the certificates are over that this agent uses: its own as it holds them in memory, those of its
// targets as they lie on the disk.
import type { TargetPlan } from "../cluster/types.ts";
import type { CertificateFacts } from "../metrics/gauges.ts";
import { authorityEndsAtMs, chainEndsAtMs } from "../sys/certificate-dates.ts";
import type { Clock } from "../sys/clock.ts";
import { readTextFile } from "../sys/files.ts";
import type { TlsMaterial } from "../sys/tls.ts";

/** Files of targets may be replaced while the agent runs. */
const READ_EVERY_MS = 600_000;
/** A bundle of a hundred authorities is 200 KB. */
const BYTES_MAX = 512 * 1024;

export interface CertificatesOptions {
  /** Towards Redis and Sentinel. */
  readonly tls: TlsMaterial | undefined;
  /** Towards clients: the same files. */
  readonly clientTls: TlsMaterial | undefined;
  /** Those that this host serves. */
  readonly targets: readonly TargetPlan[];
  readonly clock: Pick<Clock, "monotonicMs">;
}

export interface Certificates {
  /** Returns at once; what lies on the disk is read again every ten minutes, behind the scenes. */
  facts(): readonly CertificateFacts[];
}

const factsOf = (use: string, expiresAtMs: number | undefined): readonly CertificateFacts[] =>
  expiresAtMs === undefined ? [] : [{ use, expiresAtMs }];

/**
 * A certificate that was renewed on the disk changes nothing for a process that holds the old one: it shows
 * that until it starts anew.
 */
function ownFacts({ authority, certificate }: TlsMaterial): readonly CertificateFacts[] {
  return [
    ...factsOf("authority", authorityEndsAtMs(authority, certificate)),
    ...factsOf("certificate", chainEndsAtMs(certificate)),
  ];
}

function pathIn(tls: unknown, name: "authority" | "certificate"): string | undefined {
  if (typeof tls !== "object" || tls === null || !(name in tls)) return undefined;
  const path = (tls as Readonly<Record<string, unknown>>)[name];
  return typeof path === "string" ? path : undefined;
}

/** A file that cannot be read has no date; the target itself says what is wrong with it. */
const textOf = async (path: string | undefined): Promise<string> =>
  path === undefined ? "" : await readTextFile(path, BYTES_MAX).catch(() => "");

async function targetFacts({ name, settings }: TargetPlan): Promise<readonly CertificateFacts[]> {
  const { tls } = settings;
  const certificate = await textOf(pathIn(tls, "certificate"));
  const authority = await textOf(pathIn(tls, "authority"));
  return [
    // The far side has a chain of its own, which nobody here knows: the last of its signers counts.
    ...factsOf(`authority of target ${name}`, authorityEndsAtMs(authority, "")),
    ...factsOf(`certificate of target ${name}`, chainEndsAtMs(certificate)),
  ];
}

export function openCertificates(options: CertificatesOptions): Certificates {
  const { tls, clientTls, targets, clock } = options;
  const material = tls ?? clientTls;
  const own = material === undefined ? [] : ownFacts(material);
  const withFiles = targets.filter(({ settings }) => settings["tls"] !== undefined);
  let ofTargets: readonly CertificateFacts[] = [];
  let dueAtMs = 0;
  let isReading = false;

  async function read(): Promise<void> {
    ofTargets = (await Promise.all(withFiles.map(targetFacts))).flat();
  }

  return {
    facts() {
      if (withFiles.length > 0 && !isReading && clock.monotonicMs() >= dueAtMs) {
        isReading = true;
        dueAtMs = clock.monotonicMs() + READ_EVERY_MS;
        // A disk that hangs: the next reading waits for this one.
        const settle = () => void (isReading = false);
        read().then(settle, settle);
      }
      return [...own, ...ofTargets];
    },
  };
}
