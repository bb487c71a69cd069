// Lets the loops of one process begin their turns one after the other: a thousand that are due in the same
// millisecond would otherwise keep each other's answers waiting until deadlines are over.

export interface Turnstile {
  /**
   * Resolves when a turn may begin: at once while nobody else begins one, otherwise when what was ready on
   * the network has been handled, a few turns after each such round. Urgent ones go before those whose pause
   * is over, but not for ever: every fourth is one of these.
   */
  pass(isUrgent: boolean): Promise<void>;
}

const URGENT_IN_A_ROW = 3;
/** What these ask of a Sentinel goes there in one write, and comes back in one. */
const TURNS_A_ROUND = 4;

/** A loop waits here at most once: there are never more waiting than loops. */
export function openTurnstile(): Turnstile {
  const urgent: (() => void)[] = [];
  const calm: (() => void)[] = [];
  let isFree = true;
  let inARow = 0;

  function nextOne(): (() => void) | undefined {
    const isCalmsTurn = urgent.length === 0 || (inARow >= URGENT_IN_A_ROW && calm.length > 0);
    inARow = isCalmsTurn ? 0 : inARow + 1;
    return (isCalmsTurn ? calm : urgent).shift();
  }

  function round(): void {
    isFree = urgent.length === 0 && calm.length === 0;
    if (isFree) return;
    for (let turns = 0; turns < TURNS_A_ROUND; turns += 1) nextOne()?.();
    setImmediate(round);
  }

  return {
    pass(isUrgent) {
      if (!isFree) return new Promise((resolve) => (isUrgent ? urgent : calm).push(resolve));
      isFree = false;
      setImmediate(round);
      return Promise.resolve();
    },
  };
}
