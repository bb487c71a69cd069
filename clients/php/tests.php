<?php

// The promises of the library that need no cluster: php tests.php. Ends with 1 and says which is broken.

declare(strict_types=1);

use BatonRedis\{
    Address, Answer, Client, Clock, Fallback, FileState, Library, NotDone, PhpRedis, Predis, Primary, ProcessState,
    Record, Settings, SharedState, Unclear, Unknown,
};

require __DIR__ . '/baton-redis.php';
require __DIR__ . '/tests/decisions.php';
require __DIR__ . '/tests/keeping.php';

error_reporting(E_ALL);
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    // What is silenced with @ is expected; anything else is a broken promise.
    return (error_reporting() & $level) === 0 || throw new ErrorException($message, 0, $level, $file, $line);
});

final class Promises
{
    public static int $held = 0;
    public static int $broken = 0;
}

function expect(bool $holds, string $promise): void
{
    $holds ? Promises::$held++ : Promises::$broken++;
    if (!$holds) {
        fwrite(STDERR, "broken: $promise\n");
    }
}

/** @param class-string<Throwable> $class */
function refuses(string $class, Closure $act): bool
{
    try {
        $act();
    } catch (Throwable $error) {
        return $error instanceof $class;
    }
    return false;
}

function names(string $primary, int $epoch, array $replicas = []): Answer
{
    $fit = array_map(Address::parse(...), $replicas);
    return new Answer(new Address('192.0.2.9', 26379), Address::parse($primary), $epoch, $fit);
}

function silent(): Answer
{
    return new Answer(new Address('192.0.2.9', 26379), null, reason: 'does not answer');
}

function finds(Primary|Unclear $found, string $address, int $epoch): bool
{
    return $found instanceof Primary && (string) $found->address === $address && $found->epoch === $epoch;
}

function calling(Library $library, string $folder): void
{
    $name = $library->name();
    // Listens, and never says a word: what a frozen server looks like from outside.
    $frozen = stream_socket_server('tcp://127.0.0.1:0');
    $through = static fn (string $router, int $retryForMs, string $password = '') => new Settings(
        router: $router,
        password: $password,
        connectTimeoutMs: 50,
        commandTimeoutMs: 50,
        retryForMs: $retryForMs,
    );
    $address = stream_socket_get_name($frozen, false);
    $timed = static function (Closure $act): array {
        $began = hrtime(true);
        return [$act(), (hrtime(true) - $began) / 1e6];
    };
    $plain = new Client($through($address, 300), $library, new ProcessState());
    [$outcome, $tookMs] = $timed(static fn () => $plain->call(['RPUSH', 'key', 1]));
    expect($outcome instanceof Unknown && $outcome->error === 'timeout', "no reply in time is unknown ($name)");
    expect($tookMs < 250, "unknown is told at once unless the command is idempotent ($name)");
    [$outcome, $tookMs] = $timed(static fn () => $plain->call(['SET', 'key', 1], idempotent: true));
    expect($outcome instanceof Unknown, "what may have been executed once stays unknown ($name)");
    expect($tookMs >= 100 && $tookMs < 600, "an idempotent command is tried again until the time is over ($name)");

    $instead = static fn () => 'of the database';
    $beside = new Client($through($address, 300), $library, new ProcessState());
    $outcome = $beside->call(['INCR', 'key'], fallback: $instead);
    expect($outcome instanceof Unknown, "no fallback covers what may have been executed ($name)");
    $outcome = $beside->call(['GET', 'key'], fallback: $instead, fromReplica: true);
    expect($outcome instanceof Fallback, "what may be run twice is covered, and reads may ($name)");
    for ($time = 0; $time < 5; $time++) {
        $beside->call(['INCR', 'key']);
    }
    expect($beside->call(['GET', 'key'], fallback: $instead)->because->error === 'breaker-open', "it is open ($name)");
    $outcome = $beside->call(['INCR', 'key']);
    expect($outcome instanceof Unknown, "an open breaker holds back no call without a fallback ($name)");

    $outcome = (new Client($through($address, 0, 'a-secret'), $library, new ProcessState()))->call(['GET', 'key']);
    $isUnsent = $outcome instanceof NotDone && $outcome->error === 'no-connection';
    expect($isUnsent, "without a login nothing is sent ($name)");
    expect(!str_contains(print_r($outcome, true), 'a-secret'), "no outcome shows the password ($name)");

    // Port 1 of loopback: nobody listens there. Each call stands for a web request of its own.
    $nobody = $through('127.0.0.1:1', 0);
    $request = static fn () => new Client($nobody, $library, SharedState::open($nobody, "$folder/$name"));
    for ($time = 0; $time < 5; $time++) {
        $outcome = $request()->call(['GET', 'key']);
    }
    expect($outcome instanceof NotDone && $outcome->error === 'no-connection', "nobody there is not done ($name)");
    [$outcome, $tookMs] = $timed(static fn () => $request()->call(['GET', 'key'], fallback: $instead));
    $isGiven = $outcome instanceof Fallback && $outcome->value === 'of the database';
    expect($isGiven && $outcome->because->error === 'breaker-open', "the sixth request is given its fallback ($name)");
    expect($tookMs < 20, "the sixth request does not wait ($name)");
    // A primary that another request has found is gone, and so is every Sentinel.
    $state = FileState::open("$folder/$name", 'found', Clock::now(...));
    $state->update(static function (Record $record): void {
        [$record->primary, $record->epoch, $record->askedAtMs] = [Address::parse('127.0.0.1:1'), 7, Clock::now()];
    });
    $alone = new Settings(sentinels: ['127.0.0.1:2'], group: 'main', retryForMs: 0);
    $errors = array_map(static fn () => (new Client($alone, $library, $state))->call(['GET', 'key'])->error, [1, 2]);
    expect($errors[0] === 'no-connection', "a request uses what another one has found ($name)");
    expect($errors[1] === 'no-primary', "the one after it asks the Sentinels anew ($name)");
    $waiting = new Client($through('127.0.0.1:1', 400), $library, new ProcessState());
    [$outcome, $tookMs] = $timed(static fn () => $waiting->call(['GET', 'key']));
    $isTold = $outcome instanceof NotDone && $outcome->error === 'no-connection';
    expect($isTold, "tells why, when the time is over ($name)");
    expect($tookMs < 500, "a call ends when its time is over, and not later ($name)");
}

$folder = sys_get_temp_dir() . '/baton-redis-tests-' . bin2hex(random_bytes(6));
mkdir($folder, 0700);
try {
    judging('192.0.2.1:6379', '192.0.2.2:6379');
    settling('192.0.2.1:6379', '192.0.2.2:6379');
    classifying();
    refusing();
    keeping($folder);
    protocol();
    settings();
    foreach ([new PhpRedis(), new Predis()] as $library) {
        calling($library, $folder);
    }
} finally {
    @unlink("$folder/link");
    array_map(unlink(...), glob("$folder/*/*"));
    array_map(rmdir(...), glob("$folder/*"));
    rmdir($folder);
}
printf("%d of %d promises hold\n", Promises::$held, Promises::$held + Promises::$broken);
exit(Promises::$broken === 0 ? 0 : 1);
