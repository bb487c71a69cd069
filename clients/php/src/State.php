<?php

// What may outlive a web request: the primary that was found and the state of the breaker. Never a
// password, never a command.

declare(strict_types=1);

namespace BatonRedis;

/** Whom a call is for: each has a breaker of its own. */
enum Slot: string
{
    case Primary = 'primary';
    case Replica = 'replica';
}

/** Times are milliseconds of the machine's monotonic clock, which all its processes share. */
final class BreakerRecord
{
    /** No pause and no trial is longer: what lies further ahead is of before a restart of the machine. */
    private const AHEAD_MAX_MS = 60000.0;

    public int $failures = 0;
    public ?float $openUntilMs = null;
    public float $pauseMs = 0.0;

    /** @return list<mixed> */
    public function fields(): array
    {
        return [$this->failures, $this->openUntilMs, $this->pauseMs];
    }

    public static function from(mixed $fields, float $nowMs): self
    {
        $record = new self();
        if (!is_array($fields) || count($fields) !== 3 || !array_is_list($fields)) {
            return $record;
        }
        [$failures, $openUntilMs, $pauseMs] = $fields;
        $isOpenSane = $openUntilMs === null || (is_numeric($openUntilMs) && $openUntilMs < $nowMs + self::AHEAD_MAX_MS);
        if (is_int($failures) && is_numeric($pauseMs) && $isOpenSane) {
            $record->failures = $failures;
            $record->openUntilMs = $openUntilMs === null ? null : (float) $openUntilMs;
            $record->pauseMs = (float) $pauseMs;
        }
        return $record;
    }

    /** Another primary is there: what is known of the old one keeps nobody from trying. */
    public function endPause(float $nowMs): void
    {
        $this->openUntilMs = $this->openUntilMs === null ? null : min($nowMs, $this->openUntilMs);
    }
}

final class Record
{
    /** A primary that nobody has confirmed for so long is forgotten, and its epoch with it. */
    private const BELIEVED_FOR_MS = 60000.0;

    /** @var array<string, BreakerRecord> by the value of a Slot */
    public array $breakers;
    public ?Address $primary = null;
    public int $epoch = -1;
    public float $askedAtMs = -INF;

    public function __construct()
    {
        foreach (Slot::cases() as $slot) {
            $this->breakers[$slot->value] = new BreakerRecord();
        }
    }

    public function toJson(): string
    {
        $primary = $this->primary === null ? null : [(string) $this->primary, $this->epoch, $this->askedAtMs];
        $breakers = array_map(static fn (BreakerRecord $one): array => $one->fields(), $this->breakers);
        return json_encode([...array_values($breakers), $primary], JSON_THROW_ON_ERROR);
    }

    /** What cannot be understood, or is not of these minutes, counts as nothing known. */
    public static function fromJson(string $text, float $nowMs): self
    {
        $record = new self();
        $fields = json_decode($text, true, 4);
        $slots = Slot::cases();
        if (!is_array($fields) || count($fields) !== count($slots) + 1 || !array_is_list($fields)) {
            return $record;
        }
        $primary = array_pop($fields);
        foreach ($slots as $index => $slot) {
            $record->breakers[$slot->value] = BreakerRecord::from($fields[$index], $nowMs);
        }
        if (is_array($primary) && count($primary) === 3 && array_is_list($primary)) {
            $record->recall($primary, $nowMs);
        }
        return $record;
    }

    /** @param list<mixed> $fields */
    private function recall(array $fields, float $nowMs): void
    {
        [$address, $epoch, $askedAtMs] = $fields;
        if (!is_string($address) || !is_int($epoch) || !is_numeric($askedAtMs)) {
            return;
        }
        if ($askedAtMs > $nowMs || $nowMs - $askedAtMs > self::BELIEVED_FOR_MS) {
            return;
        }
        try {
            $this->primary = Address::parse($address);
        } catch (\InvalidArgumentException) {
            return;
        }
        $this->epoch = $epoch;
        $this->askedAtMs = (float) $askedAtMs;
    }
}

interface State
{
    public function read(): Record;

    /**
     * Reads, changes and writes, alone among all that share the state.
     *
     * @template T
     * @param \Closure(Record): T $change
     * @return T|null null also where another has it for too long: then nothing was changed
     */
    public function update(\Closure $change): mixed;
}

/** Of this process only: for programs that run for long, and where nothing else can be had. */
final class ProcessState implements State
{
    private Record $record;

    public function __construct()
    {
        $this->record = new Record();
    }

    public function read(): Record
    {
        return $this->record;
    }

    public function update(\Closure $change): mixed
    {
        return $change($this->record);
    }
}

/** In APCu: shared by the workers of one PHP-FPM. */
final class ApcuState implements State
{
    private const TRIES = 20;

    public function __construct(private readonly string $name, private readonly \Closure $now)
    {
    }

    public function read(): Record
    {
        $text = apcu_fetch($this->name);
        return Record::fromJson(is_string($text) ? $text : '', ($this->now)());
    }

    public function update(\Closure $change): mixed
    {
        for ($try = 0; !apcu_add("$this->name lock", 1, 1); $try++) {
            if ($try === self::TRIES) {
                return null;
            }
            usleep(1000);
        }
        $record = $this->read();
        $result = $change($record);
        apcu_store($this->name, $record->toJson());
        apcu_delete("$this->name lock");
        return $result;
    }
}

/** In a small file of a folder that only this user may enter. */
final class FileState implements State
{
    private const TRIES = 20;
    private readonly string $file;

    private function __construct(string $folder, string $name, private readonly \Closure $now)
    {
        $this->file = "$folder/$name";
    }

    /**
     * Null where the folder is not this user's own, or others may enter it: whoever can write there could
     * name an address for the password to be sent to.
     */
    public static function open(string $folder, string $name, \Closure $now): ?self
    {
        if (!is_dir($folder)) {
            @mkdir($folder, 0700);
        }
        clearstatcache(true, $folder);
        $found = @lstat($folder);
        $isOurs = $found !== false && ($found['mode'] & 0170077) === 0040000 && $found['uid'] === posix_geteuid();
        return $isOurs && is_writable($folder) ? new self($folder, $name, $now) : null;
    }

    public function read(): Record
    {
        $text = @file_get_contents($this->file, false, null, 0, 4096);
        return Record::fromJson($text === false ? '' : $text, ($this->now)());
    }

    public function update(\Closure $change): mixed
    {
        $lock = @fopen("$this->file.lock", 'c');
        if ($lock === false) {
            return null;
        }
        try {
            for ($try = 0; !flock($lock, LOCK_EX | LOCK_NB); $try++) {
                if ($try === self::TRIES) {
                    return null;
                }
                usleep(1000);
            }
            $record = $this->read();
            $result = $change($record);
            $this->write($record->toJson());
            return $result;
        } finally {
            fclose($lock);
        }
    }

    /** Readers see the old text or the new one, never half of it. */
    private function write(string $text): void
    {
        $new = "$this->file.new";
        @unlink($new);
        $file = @fopen($new, 'x');
        // A full disk: nothing is kept, and every request finds out for itself.
        if ($file === false) {
            return;
        }
        chmod($new, 0600);
        $isWhole = fwrite($file, $text) === strlen($text);
        fclose($file);
        $isWhole ? rename($new, $this->file) : unlink($new);
    }
}

/** Chooses what the machine offers: APCu, else a file, else this process alone. */
final class SharedState
{
    /** @param string|null $folder of the file; null: one of this user's in the system's temporary folder */
    public static function open(Settings $settings, ?string $folder = null): State
    {
        $now = Clock::now(...);
        $name = 'baton-redis-' . substr($settings->identity(), 0, 24);
        if ($folder === null && function_exists('apcu_enabled') && apcu_enabled()) {
            return new ApcuState($name, $now);
        }
        if (!function_exists('posix_geteuid')) {
            return new ProcessState();
        }
        $folder ??= sys_get_temp_dir() . '/baton-redis-' . posix_geteuid();
        return FileState::open($folder, $name, $now) ?? new ProcessState();
    }
}

final class Clock
{
    /** Milliseconds of the monotonic clock. */
    public static function now(): float
    {
        return hrtime(true) / 1e6;
    }
}
