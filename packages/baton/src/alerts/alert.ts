// The shape of an alert and of a recording rule, and the few words of PromQL that all of them share.

/** Length of a stretch of time, in seconds, as it stands in a rule: the real one, or a test's shorter one. */
export type Span = (seconds: number) => string;

export type Severity = "critical" | "warning" | "info";
export type Family = "agents" | "drills" | "nodes" | "primary" | "replicas" | "sentinels" | "targets";

export interface Alert {
  readonly name: `Baton${string}`;
  readonly family: Family;
  /** `critical`: somebody is woken. `warning`: somebody looks on a working day. `info`: for the record. */
  readonly severity: Severity;
  /** One vector; its labels are the alert's. Whether a group is quiet is added to it: see `quietSeconds`. */
  readonly expr: (span: Span) => string;
  /** How long it must be true, in seconds. */
  readonly forSeconds: number;
  /**
   * A drill, a switchover or a maintenance of the group that ended at most so long ago keeps it silent; 0:
   * only one that is under way does, undefined: none ever does.
   */
  readonly quietSeconds: number | undefined;
  /** One line; a template of Prometheus. */
  readonly summary: string;
  /** With numbers, and what it means for who writes to Redis. */
  readonly description: string;
  /** When it fires, as a clause for the table in the docs. */
  readonly when: string;
}

export interface Recording {
  readonly record: string;
  readonly expr: (span: Span) => string;
  /** For the table in the docs. */
  readonly meaning: string;
}

/** After so long without a turn an agent's word is old: it does not count, and `BatonAgentStuck` says so. */
export const STUCK_SECONDS = 5;

/** What an agent says, as long as it still looks. */
export const said = (selector: string): string =>
  `(${selector} and on (cluster, group, instance) agent:baton_turn:fresh)`;

/** "main of shop"; a Prometheus that scrapes one cluster may do without the label `cluster`. */
export const GROUP = "{{ $labels.group }}{{ with $labels.cluster }} of {{ . }}{{ end }}";
/** The same for what belongs to no group. */
export const OF_CLUSTER = "{{ with $labels.cluster }} of {{ . }}{{ end }}";
/** "h1"; without the label `host`, the address. */
export const HOST = "{{ or $labels.host $labels.instance }}";
