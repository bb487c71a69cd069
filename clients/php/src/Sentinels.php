<?php

// Asks all Sentinels at the same time; one that is frozen or gone costs nothing while two others answer.

declare(strict_types=1);

namespace BatonRedis;

/** The question to one Sentinel, on its way. */
final class Question
{
    /** @var resource|null */
    public $stream = null;
    public ?Answer $answer = null;
    public bool $isConnected = false;
    private bool $isReady = false;
    private string $received = '';

    public function __construct(
        private readonly Address $sentinel,
        private string $unsent,
        private readonly int $replies,
        private readonly bool $hasLogin,
        private readonly ?Tls $tls,
    ) {
        $ssl = $tls === null ? [] : ['ssl' => $tls->options($sentinel)];
        $flags = STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT;
        $context = stream_context_create($ssl);
        $stream = @stream_socket_client("tcp://$sentinel", $code, $reason, 1.0, $flags, $context);
        if ($stream === false) {
            $this->end("does not answer ($reason)");
            return;
        }
        stream_set_blocking($stream, false);
        $this->stream = $stream;
    }

    public function waitsForWriting(): bool
    {
        return !$this->isConnected || ($this->isReady && $this->unsent !== '');
    }

    /** The socket can be read or written: goes on as far as it can without waiting. */
    public function goOn(): void
    {
        if (!$this->isConnected && stream_socket_get_name($this->stream, true) === false) {
            $this->end('does not answer (connection refused)');
            return;
        }
        $this->isConnected = true;
        if (!$this->isReady && !$this->encrypt()) {
            return;
        }
        if ($this->unsent !== '') {
            $sent = @fwrite($this->stream, $this->unsent);
            if ($sent === false) {
                $this->end('does not answer (connection lost)');
                return;
            }
            $this->unsent = substr($this->unsent, $sent);
        }
        $this->read();
    }

    public function end(string $reason): void
    {
        $this->conclude(new Answer($this->sentinel, null, reason: $reason));
    }

    private function conclude(Answer $answer): void
    {
        $this->answer ??= $answer;
        if (is_resource($this->stream)) {
            fclose($this->stream);
        }
        $this->stream = null;
    }

    private function encrypt(): bool
    {
        if ($this->tls !== null) {
            $done = @stream_socket_enable_crypto($this->stream, true, STREAM_CRYPTO_METHOD_TLS_CLIENT);
            if ($done === false) {
                $this->end('does not answer (its certificate is not accepted, or it speaks no TLS)');
            }
            if ($done !== true) {
                return false;
            }
        }
        return $this->isReady = true;
    }

    private function read(): void
    {
        // Until there is nothing more: what TLS has decrypted already does not show in stream_select.
        do {
            $bytes = @fread($this->stream, 65536);
            $this->received .= $bytes;
        } while ($bytes !== false && $bytes !== '' && strlen($this->received) <= Resp::BYTES_MAX);
        try {
            $replies = Resp::replies($this->received, $this->replies + (int) $this->hasLogin);
        } catch (ProtocolError $error) {
            $this->end("answers what is no reply: {$error->getMessage()}");
            return;
        }
        if ($replies !== null) {
            $login = $this->hasLogin ? array_shift($replies) : null;
            $this->conclude(SentinelWords::answer($this->sentinel, $login, $replies));
        } elseif (feof($this->stream)) {
            $this->end('does not answer (connection closed)');
        }
    }
}

final class Sentinels
{
    /** @return array{Primary|Unclear, list<Answer>} */
    public static function ask(Settings $settings, float $timeoutMs, bool $withReplicas, int $newestEpoch): array
    {
        $until = Clock::now() + $timeoutMs;
        $login = $settings->sentinelLogin();
        $commands = [
            ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', $settings->group],
            ['SENTINEL', 'MASTER', $settings->group],
        ];
        if ($withReplicas) {
            $commands[] = ['SENTINEL', 'REPLICAS', $settings->group];
        }
        $text = ($login === null ? '' : Resp::encode($login)) . implode('', array_map(Resp::encode(...), $commands));
        $questions = [];
        foreach ($settings->sentinels as $sentinel) {
            $questions[] = new Question($sentinel, $text, count($commands), $login !== null, $settings->tls);
        }
        $asked = count($questions);
        while (!Rules::isSettled(self::answers($questions), $asked)) {
            $leftMs = $until - Clock::now();
            if ($leftMs <= 0) {
                break;
            }
            self::wait($questions, $leftMs);
        }
        foreach ($questions as $question) {
            $question->end("does not answer (nothing within $timeoutMs ms)");
        }
        $answers = self::answers($questions);
        return [Rules::judge($answers, $asked, $newestEpoch), $answers];
    }

    /**
     * @param list<Question> $questions
     * @return list<Answer>
     */
    private static function answers(array $questions): array
    {
        return array_values(array_filter(array_map(static fn (Question $one) => $one->answer, $questions)));
    }

    /** @param list<Question> $questions */
    private static function wait(array $questions, float $forMs): void
    {
        $read = $write = $failed = [];
        foreach ($questions as $index => $question) {
            if ($question->stream === null) {
                continue;
            }
            if ($question->isConnected) {
                $read[$index] = $question->stream;
            }
            if ($question->waitsForWriting()) {
                $write[$index] = $question->stream;
            }
        }
        // A signal may interrupt it: the caller looks at the clock and comes back.
        if (@stream_select($read, $write, $failed, 0, (int) max(1, $forMs * 1000)) > 0) {
            foreach (array_keys($read + $write) as $index) {
                $questions[$index]->goOn();
            }
        }
    }
}

/** Makes an answer of a Sentinel's replies. */
final class SentinelWords
{
    /**
     * A Sentinel without a password refuses the login and answers all the same: only the answers count.
     *
     * @param list<mixed> $replies to GET-MASTER-ADDR-BY-NAME, MASTER and, where asked for, REPLICAS
     */
    public static function answer(Address $sentinel, mixed $login, array $replies): Answer
    {
        foreach ($replies as $reply) {
            if ($reply instanceof ErrorReply) {
                $isLocked = Rules::refusalOf($reply->text) === 'NOAUTH' && $login instanceof ErrorReply;
                $told = $isLocked ? $login->text : $reply->text;
                $reason = "refuses to answer ($told)";
                return new Answer($sentinel, null, reason: $reason, refusal: Rules::refusalOf($told));
            }
        }
        $epoch = filter_var(self::fields($replies[1])['config-epoch'] ?? '', FILTER_VALIDATE_INT);
        $address = self::address($replies[0]);
        if ($address === null || $epoch === false || $epoch < 0) {
            return new Answer($sentinel, null, reason: 'gives no address');
        }
        return new Answer($sentinel, $address, $epoch, self::replicas($replies[2] ?? []));
    }

    private static function address(mixed $reply): ?Address
    {
        if (!is_array($reply) || count($reply) !== 2 || !is_string($reply[0]) || !is_string($reply[1])) {
            return null;
        }
        try {
            return new Address($reply[0], (int) $reply[1]);
        } catch (\InvalidArgumentException) {
            return null;
        }
    }

    /** @return list<Address> of those that are there and attached to their primary */
    private static function replicas(mixed $rows): array
    {
        $fit = [];
        foreach (is_array($rows) ? $rows : [] as $row) {
            $fields = self::fields($row);
            $flags = explode(',', $fields['flags'] ?? 's_down');
            $isThere = array_intersect($flags, ['s_down', 'o_down', 'disconnected']) === [];
            $address = self::address([$fields['ip'] ?? null, $fields['port'] ?? null]);
            if ($isThere && ($fields['master-link-status'] ?? '') === 'ok' && $address !== null) {
                $fit[] = $address;
            }
        }
        return $fit;
    }

    /** @return array<string, string> */
    private static function fields(mixed $reply): array
    {
        $fields = [];
        $words = is_array($reply) ? $reply : [];
        for ($index = 0; $index + 1 < count($words); $index += 2) {
            if (is_string($words[$index]) && is_string($words[$index + 1])) {
                $fields[$words[$index]] = $words[$index + 1];
            }
        }
        return $fields;
    }
}
