// Says what a command is doing once it takes longer than a moment, and nothing when it does not.
const MOMENT_MS = 1_000;

export interface Progress {
  readonly say: (line: string) => void;
  /** The work is done: what comes now is news, and said at once. */
  stop(): void;
}

/** The first second is silent; then the step of that moment is said, and each later one at once. */
export function progressAfterMoment(note: (line: string) => void): Progress {
  let isLong = false;
  let latest: string | undefined;
  const timer = setTimeout(() => {
    isLong = true;
    if (latest !== undefined) note(latest);
  }, MOMENT_MS);
  return {
    say(line) {
      latest = line;
      if (isLong) note(line);
    },
    stop() {
      clearTimeout(timer);
      isLong = true;
    },
  };
}
