<?php

// The promises of the library that need no cluster: php tests.php. Ends with 1 and says which is broken.

declare(strict_types=1);

use BatonRedis\{
    Address, Answer, ApcuState, Breaker, Client, Clock, Fallback, FileState, Library, NotDone, PhpRedis,
    Predis, Primary, ProcessState, ProtocolError, Record, Resp, Rules, Settings, SharedState, State,
    Turn, Unclear, Unknown,
};

require __DIR__ . '/baton-redis.php';

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

function judging(string $old, string $new): void
{
    expect(finds(Rules::judge([names($new, 3), names($new, 3), names($new, 3)], 3), $new, 3), 'believes what all name');
    $split = [names($old, 1), names($old, 1), names($old, 1), names($new, 2), names($new, 2)];
    expect(finds(Rules::judge($split, 5), $new, 2), 'believes the newest epoch that two name, against a majority');
    $lone = [names($new, 9), names($old, 1), names($old, 1)];
    expect(finds(Rules::judge($lone, 3), $old, 1), 'believes no lone Sentinel with a newer epoch');
    $torn = Rules::judge([names($old, 1), names($new, 2), silent()], 3);
    expect($torn instanceof Unclear, 'is unclear where no two agree');
    expect(str_contains($torn->reason, "names $old in epoch 1"), 'says what each Sentinel said');
    $both = [names($old, 2), names($old, 2), names($new, 2), names($new, 2)];
    expect(Rules::judge($both, 4) instanceof Unclear, 'is unclear where one epoch has two primaries');
    expect(finds(Rules::judge([names($new, 1)], 1), $new, 1), 'believes the only one that was given');
    expect(Rules::judge([names($new, 1), silent()], 2) instanceof Unclear, 'believes no lone one of two');
    $older = Rules::judge([names($old, 1), names($old, 1)], 3, 2);
    expect($older instanceof Unclear, 'never believes an older epoch again');
    expect(finds(Rules::judge([names($new, 2), names($new, 2)], 3, 2), $new, 2), 'believes the same epoch again');
}

function settling(string $old, string $new): void
{
    expect(Rules::isSettled([silent(), silent()], 2), 'is settled when all have answered');
    expect(Rules::isSettled([names($new, 2), names($new, 2)], 3), 'is settled when a third could not outvote two');
    expect(!Rules::isSettled([names($old, 1), names($old, 1)], 4), 'waits while two could name a newer epoch');
    $rival = [names($old, 1), names($new, 2), names($old, 1)];
    expect(!Rules::isSettled($rival, 4), 'waits for a second newer word');
    expect(!Rules::isSettled([names($new, 1)], 3) && !Rules::isSettled([], 1), 'waits while too few agree');
    $primary = new Primary(Address::parse($new), 2);
    $answers = [names($new, 2, ['192.0.2.3:6379', '192.0.2.4:6379']), names($new, 2, ['192.0.2.3:6379'])];
    $stale = names($old, 1, ['192.0.2.4:6379']);
    $fit = array_map(strval(...), Rules::replicas([...$answers, $stale], 3, $primary));
    expect($fit === ['192.0.2.3:6379'], 'reads only from replicas that two see attached');
}

function classifying(): void
{
    foreach (['READONLY', 'LOADING', 'MASTERDOWN', 'NOREPLICAS'] as $word) {
        $said = Rules::ofErrorReply("$word some words");
        $leaves = $said instanceof NotDone && $said->error === $word && $said->isOfCluster && $said->dropsConnection;
        expect($leaves, "$word leaves the node and tries again");
    }
    foreach (['BUSY', 'TRYAGAIN'] as $word) {
        $said = Rules::ofErrorReply("$word some words");
        $stays = $said instanceof NotDone && $said->isOfCluster && !$said->dropsConnection;
        expect($stays, "$word stays and tries again");
    }
    foreach (['WRONGTYPE', 'OOM', 'NOAUTH', 'NOPERM', 'WRONGPASS', 'ERR', 'BUSYGROUP'] as $word) {
        $said = Rules::ofErrorReply("$word some words");
        expect($said instanceof NotDone && !$said->isOfCluster, "$word is told at once");
    }
    $unsure = Rules::ofErrorReply('NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 have it');
    expect($unsure instanceof Unknown && $unsure->error === 'NOREPLICAS', "the router's `outcome unknown` is unknown");
    expect(Rules::pauseMs(1, 0.0) === 10.0, 'no pause is shorter than 10 ms');
    expect(Rules::pauseMs(1, 1.0) === 100.0, 'the first pause is at most 100 ms');
    expect(Rules::pauseMs(3, 0.5) === 200.0, 'the jitter covers the whole range');
    expect(Rules::pauseMs(1000, 1.0) === 1000.0, 'no pause is longer than 1 s');
}

function breaking(State $state, string $kept): void
{
    $now = 1000.0;
    $clock = static function () use (&$now): float {
        return $now;
    };
    $breaker = new Breaker($state, 5, 500, 1300, $clock);
    $other = new Breaker($state, 5, 500, 1300, $clock);
    $fail = static function (int $times) use ($breaker): void {
        for ($time = 0; $time < $times; $time++) {
            $breaker->failed(Turn::Ordinary);
        }
    };
    $fail(4);
    expect($breaker->enter() === Turn::Ordinary, "four failures open nothing ($kept)");
    $breaker->succeeded();
    $fail(4);
    expect($breaker->enter() === Turn::Ordinary, "a success begins the count anew ($kept)");
    $fail(1);
    $now = 1499.0;
    expect($breaker->enter() === null && $other->enter() === null, "five failures open it for all ($kept)");
    $fail(3);
    $now = 1500.0;
    expect($other->enter() === Turn::Trial, "late failures do not make the pause longer ($kept)");
    expect($breaker->enter() === null, "one call alone tries after the pause ($kept)");
    $now = 2800.0;
    expect($breaker->enter() === Turn::Trial, "a trial that is never heard of again blocks nobody ($kept)");
    $breaker->failed(Turn::Trial);
    $now = 3799.0;
    expect($breaker->enter() === null, "a failed trial doubles the pause ($kept)");
    for ($time = 0; $time < 10; $time++) {
        $breaker->failed(Turn::Trial);
    }
    expect($breaker->openForMs() === 5000.0, "no pause is longer than 5 s ($kept)");
    $breaker->endPause();
    expect($breaker->enter() === Turn::Trial, "another primary lets one try at once ($kept)");
    $breaker->succeeded();
    expect($other->enter() === Turn::Ordinary, "a success closes it for all ($kept)");
}

function keeping(string $folder): void
{
    $clock = static fn (): float => 1000.0;
    $state = FileState::open("$folder/own", 'state', $clock);
    breaking($state, 'file');
    breaking(new ProcessState(), 'process');
    if (function_exists('apcu_enabled') && apcu_enabled()) {
        breaking(new ApcuState('baton-redis-tests', $clock), 'APCu');
    }
    $state->update(static function (Record $record): void {
        [$record->primary, $record->epoch, $record->askedAtMs] = [Address::parse('192.0.2.2:6379'), 7, 900.0];
    });
    $read = FileState::open("$folder/own", 'state', $clock)->read();
    expect((string) $read->primary === '192.0.2.2:6379' && $read->epoch === 7, 'another request finds the primary');
    foreach (scandir("$folder/own") as $name) {
        $mode = fileperms("$folder/own/$name") & 0077;
        expect($name === '..' || $name === 'state.lock' || $mode === 0, "$name is for nobody else to read");
    }
    chmod("$folder/own", 0755);
    expect(FileState::open("$folder/own", 'state', $clock) === null, 'refuses a folder that others may enter');
    symlink("$folder/own", "$folder/link");
    chmod("$folder/own", 0700);
    expect(FileState::open("$folder/link", 'state', $clock) === null, 'refuses a folder that is a link');
    foreach (['', '{', '[1]', '{"a":1}', '[0,99999999,0,null]', '["a",null,0,null]', '[0,null,0,["x",1,1]]'] as $text) {
        $record = Record::fromJson($text, 1000.0);
        expect($record == new Record(), "\"$text\" is nothing known");
    }
    $ages = Record::fromJson('[0,null,0,["192.0.2.2:6379",7,900]]', 900 + 60001.0);
    expect($ages->primary === null && $ages->epoch === -1, 'forgets what nobody has confirmed for a minute');
}

function protocol(): void
{
    expect(Resp::encode(['GET', "a\r\nb"]) === "*2\r\n\$3\r\nGET\r\n\$4\r\na\r\nb\r\n", 'encodes any bytes');
    $whole = "+OK\r\n*3\r\n:-5\r\n\$-1\r\n\$2\r\n\r\n\r\n";
    for ($length = 0; $length < strlen($whole); $length++) {
        expect(Resp::replies(substr($whole, 0, $length), 2) === null, "waits for the rest after $length bytes");
    }
    expect(Resp::replies($whole, 2) === ['OK', [-5, null, "\r\n"]], 'decodes what is whole');
    foreach (["x\r\n", ":a\r\n", "*99999999\r\n", "\$-2\r\n", "\$1\r\nabc", str_repeat("*1\r\n", 9)] as $text) {
        expect(refuses(ProtocolError::class, static fn () => Resp::replies($text, 1)), 'refuses ' . json_encode($text));
    }
}

function settings(): void
{
    expect((string) Address::parse('[2001:db8::1]:6379') === '[2001:db8::1]:6379', 'reads an IPv6 address');
    foreach (['', ':1', 'host', 'host:0', 'host:65536', 'host:6379x', '2001:db8::1:6379', "host:1\n"] as $text) {
        $isRefused = refuses(InvalidArgumentException::class, static fn () => Address::parse($text));
        expect($isRefused, 'refuses the address ' . json_encode($text));
    }
    expect(refuses(InvalidArgumentException::class, static fn () => new Settings()), 'refuses neither way');
    $one = new Settings(sentinels: ['a:1', 'b:1', 'a:1'], group: 'main', password: 'a-secret');
    expect(count($one->sentinels) === 2, 'a Sentinel that is listed twice has one voice');
    $dumps = print_r($one, true) . var_export($one, true) . json_encode($one) . $one->identity();
    expect(!str_contains($dumps, 'a-secret'), 'no dump shows the password');
    expect(refuses(LogicException::class, static fn () => serialize($one)), 'refuses to be serialized');
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
    $instead = static fn () => 'of the database';
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
