// The one table of operating errors: what the world refused, how the process exits, and the next
// step for a person.

/**
 * `exit` is the process exit code, `hint` the next step in one sentence. Codes are stable; docs are
 * generated from here.
 */
export const ERRORS = {
  USAGE: { exit: 2, hint: "run the command with --help to see its flags and examples" },
  CLUSTER_FILE: {
    exit: 2,
    hint: "correct the places named above; `baton explain --file FILE` shows what follows from it",
  },
  SCENARIO_FILE: {
    exit: 2,
    hint: "correct the places named above; docs/drills.md shows a whole scenario",
  },
  LAB_UNKNOWN: {
    exit: 2,
    hint: "`baton lab status` lists the labs that run; `baton lab up` starts one",
  },
  LAB_EXISTS: { exit: 3, hint: "choose another --name, or end the running lab with `baton lab down`" },
  BINARY_MISSING: { exit: 3, hint: "sudo apt-get install redis-server redis-sentinel" },
  BROWSER_MISSING: {
    exit: 3,
    hint: "sudo apt-get install chromium; report.html needs nothing to be read",
  },
  PORT_BUSY: { exit: 3, hint: "find the process with `ss -ltnp`, end it or move it, and try again" },
  DISK: { exit: 3, hint: "free some space, or set BATON_HOME to a folder on another disk" },
  SECRET: { exit: 3, hint: "set the environment variable or make the file readable for this user" },
  BUSY: {
    exit: 3,
    hint: "wait until it has ended: `baton status` names it; a dead one ends by itself in seconds",
  },
  PROCESS_DIED: {
    exit: 3,
    hint: "the last lines of its log stand above; `baton lab up --keep` leaves the folder for a look",
  },
  NOT_READY: {
    exit: 3,
    hint: "`baton lab logs` shows what the processes said; a loaded machine needs SLOW=2 in front",
  },
  UNREACHABLE: { exit: 3, hint: "check that the process runs and that address and port are right" },
  REFUSED: { exit: 3, hint: "check the password reference and the ACL user of the cluster file" },
  START_REFUSED: {
    exit: 3,
    hint: "let systemd try again; `baton status` shows who is primary; --bootstrap only for a new cluster",
  },
  DEPLOY: {
    exit: 3,
    hint: "the task's own words stand above; correct it and run the same again: it goes on from there",
  },
  INTERRUPTED: { exit: 130, hint: "everything that was started has been ended" },
  UNABLE: { exit: 3, hint: "the sentence above names what is missing" },
} as const satisfies Record<string, { exit: number; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Exit codes that are no error: see docs/reference/errors.md. */
export const EXIT = { fine: 0, findings: 1, usage: 2, unknown: 4, bug: 70 } as const;

/**
 * The world said no. The message says what was found, what was expected, and where; `details` carry
 * facts for machines.
 */
export class BatonError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BatonError";
    this.code = code;
    this.details = options.details ?? {};
  }
  get exitCode(): number {
    return ERRORS[this.code].exit;
  }
  get hint(): string {
    return ERRORS[this.code].hint;
  }
}

/**
 * A broken invariant is a bug of Baton. Nobody catches it below the program's entry point, which
 * exits with 70.
 */
export class InvariantBroken extends Error {
  constructor(message: string) {
    super(`invariant broken: ${message}`);
    this.name = "InvariantBroken";
  }
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantBroken(message);
}
