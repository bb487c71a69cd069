<?php

// The decisions: whom to believe, what an error reply means, how long to pause. No clock, no network.

declare(strict_types=1);

namespace BatonRedis;

final class Rules
{
    private const BACKOFF_FIRST_MS = 50;
    private const BACKOFF_MAX_MS = 1000;
    private const BACKOFF_MIN_MS = 10;
    /** Their effect depends on the connection, which changes under them, or they wait longer than a timeout. */
    private const NEED_ONE_CONNECTION = 'AUTH BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN DISCARD '
        . 'EXEC HELLO MONITOR MULTI PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT RESET SELECT SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE '
        . 'SYNC UNSUBSCRIBE UNWATCH WAIT WAITAOF WATCH';
    /** The node is the wrong one, or not ready: elsewhere, or later, the command may succeed. */
    private const LEAVE = ['READONLY', 'LOADING', 'MASTERDOWN', 'NOREPLICAS'];
    /** The node is the right one and busy: later the command may succeed there. */
    private const STAY = ['BUSY', 'TRYAGAIN'];

    /**
     * The newest epoch that at least two of the asked Sentinels name (or the only one, where one was
     * asked), unless two primaries are named so in it.
     *
     * @param list<Answer> $answers
     * @param int $newestEpoch what has been believed before: nothing older is believed again
     */
    public static function judge(array $answers, int $asked, int $newestEpoch = -1): Primary|Unclear
    {
        $needed = min(2, $asked);
        $agreed = array_filter(self::candidates($answers), static fn (array $one): bool => $one['votes'] >= $needed);
        if ($agreed === []) {
            $said = implode('; ', array_map(self::saying(...), $answers));
            return new Unclear("no $needed of $asked Sentinels agree: $said");
        }
        $epoch = max(array_column($agreed, 'epoch'));
        $newest = array_values(array_filter($agreed, static fn (array $one): bool => $one['epoch'] === $epoch));
        if (count($newest) > 1) {
            $both = "{$newest[0]['address']} and {$newest[1]['address']}";
            return new Unclear("the Sentinels name both $both in epoch $epoch");
        }
        if ($epoch < $newestEpoch) {
            return new Unclear("the Sentinels name epoch $epoch, and epoch $newestEpoch has been there before");
        }
        return new Primary($newest[0]['address'], $epoch);
    }

    /**
     * Whether the Sentinels that have not answered yet could still change the outcome.
     *
     * @param list<Answer> $answers
     */
    public static function isSettled(array $answers, int $asked): bool
    {
        $pending = $asked - count($answers);
        $found = self::judge($answers, $asked);
        if ($pending === 0 || $found instanceof Unclear) {
            return $pending === 0;
        }
        $strongest = 0;
        foreach (self::candidates($answers) as $one) {
            $isSame = $one['epoch'] === $found->epoch && (string) $one['address'] === (string) $found->address;
            if ($one['epoch'] >= $found->epoch && !$isSame) {
                $strongest = max($strongest, $one['votes']);
            }
        }
        return $strongest + $pending < min(2, $asked);
    }

    /**
     * The command as it is sent.
     *
     * @param array<mixed> $command
     * @return list<string>
     * @throws \InvalidArgumentException for one that belongs to one connection
     */
    public static function checked(array $command): array
    {
        $words = array_map(strval(...), array_values($command));
        $name = strtoupper($words[0] ?? '');
        if (preg_match('/^[A-Z][A-Z0-9._]*$/D', $name) !== 1) {
            throw new \InvalidArgumentException('a call needs [NAME, ARGUMENTS]');
        }
        if (in_array($name, explode(' ', self::NEED_ONE_CONNECTION), true) || self::waitsForEntries($name, $words)) {
            throw new \InvalidArgumentException("$name needs a connection of its own");
        }
        return $words;
    }

    /** XREAD and XREADGROUP wait only where they are told to, before the word STREAMS. @param list<string> $words */
    private static function waitsForEntries(string $name, array $words): bool
    {
        if ($name !== 'XREAD' && $name !== 'XREADGROUP') {
            return false;
        }
        $options = array_map(strtoupper(...), array_slice($words, $name === 'XREAD' ? 1 : 4));
        $before = array_search('STREAMS', $options, true);
        return in_array('BLOCK', array_slice($options, 0, $before === false ? null : $before), true);
    }

    /** The word of a server that wants another login; null for any other error. */
    public static function refusalOf(string $text): ?string
    {
        $word = strtok($text, ' ');
        return in_array($word, ['NOAUTH', 'WRONGPASS', 'NOPERM'], true) ? $word : null;
    }

    /** What an error reply says about the command that it answers. */
    public static function ofErrorReply(string $text): NotDone|Unknown
    {
        $error = preg_match('/^([A-Za-z][\w-]{0,39})(?:\s|$)/', $text, $found) === 1 ? $found[1] : 'other';
        // The router's words for: the primary has it, its replicas have not confirmed it in time.
        if (str_contains($text, 'outcome unknown')) {
            return new Unknown($error, $text);
        }
        $leaves = in_array($error, self::LEAVE, true);
        return new NotDone($error, $text, $leaves || in_array($error, self::STAY, true), $leaves);
    }

    /**
     * Full jitter, so that a thousand clients do not come back in one moment.
     *
     * @param int $attempt 1 for the first that is not the first one
     * @param float $random 0 to 1
     */
    public static function pauseMs(int $attempt, float $random): float
    {
        $most = min(self::BACKOFF_MAX_MS, self::BACKOFF_FIRST_MS * 2 ** min($attempt, 10));
        return max(self::BACKOFF_MIN_MS, $most * $random);
    }

    /**
     * Replicas that as many Sentinels see attached as it takes to be believed.
     *
     * @param list<Answer> $answers
     * @return list<Address>
     */
    public static function replicas(array $answers, int $asked, Primary $primary): array
    {
        $votes = [];
        foreach ($answers as $answer) {
            if ($answer->epoch !== $primary->epoch || (string) $answer->primary !== (string) $primary->address) {
                continue;
            }
            foreach ($answer->replicas as $replica) {
                $votes["$replica"] = ($votes["$replica"] ?? 0) + 1;
            }
        }
        $needed = min(2, $asked);
        $fit = array_filter($votes, static fn (int $count): bool => $count >= $needed);
        return array_map(Address::parse(...), array_keys($fit));
    }

    /**
     * @param list<Answer> $answers
     * @return array<string, array{address: Address, epoch: int, votes: int}>
     */
    private static function candidates(array $answers): array
    {
        $found = [];
        foreach ($answers as $answer) {
            if ($answer->primary === null) {
                continue;
            }
            $key = "$answer->primary $answer->epoch";
            $found[$key] ??= ['address' => $answer->primary, 'epoch' => $answer->epoch, 'votes' => 0];
            $found[$key]['votes']++;
        }
        return $found;
    }

    private static function saying(Answer $answer): string
    {
        $said = $answer->primary === null ? $answer->reason : "names $answer->primary in epoch $answer->epoch";
        return "$answer->sentinel $said";
    }
}
