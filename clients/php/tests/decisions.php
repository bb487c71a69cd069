<?php

// Promises of the decisions: whom to believe, what replies mean, what is refused. No clock, no network.

declare(strict_types=1);

use BatonRedis\{
    Address, Answer, ErrorReply, NotDone, Primary, ProtocolError, Resp, Rules, SentinelWords, Settings, Unclear, Unknown,
};

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
    expect(Rules::ofErrorReply('my-word of a script')->error === 'my-word', 'an error is named by its first word');
    foreach (['', '{what is this', str_repeat('w', 41)] as $text) {
        expect(Rules::ofErrorReply($text)->error === 'other', "\"$text\" has no word to be counted by");
    }
    $unsure = Rules::ofErrorReply('NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 have it');
    expect($unsure instanceof Unknown && $unsure->error === 'NOREPLICAS', "the router's `outcome unknown` is unknown");
    expect(Rules::pauseMs(1, 0.0) === 10.0, 'no pause is shorter than 10 ms');
    expect(Rules::pauseMs(1, 1.0) === 100.0, 'the first pause is at most 100 ms');
    expect(Rules::pauseMs(3, 0.5) === 200.0, 'the jitter covers the whole range');
    expect(Rules::pauseMs(1000, 1.0) === 1000.0, 'no pause is longer than 1 s');
}

function refusing(): void
{
    $xread = ['xread', 'block', '0', 'streams', 'key', '$'];
    foreach ([['MULTI'], ['select', '1'], ['BLPOP', 'key', 0], $xread, [], ['GET key']] as $command) {
        $isRefused = refuses(InvalidArgumentException::class, static fn () => Rules::checked($command));
        expect($isRefused, 'refuses ' . json_encode($command));
    }
    $group = ['XREADGROUP', 'GROUP', 'block', 'one', 'STREAMS', 'block', '>'];
    expect(Rules::checked($group) === $group, 'knows a name from an option');
    $address = new Address('192.0.2.9', 26379);
    [$wrong, $missing] = [new ErrorReply('WRONGPASS no'), new ErrorReply('NOAUTH no')];
    $word = SentinelWords::answer($address, $wrong, [$missing, $missing])->refusal;
    expect($word === 'WRONGPASS', 'says the word of the login that a Sentinel has refused');
    $named = [['192.0.2.1', '6379'], ['config-epoch', '3']];
    $open = SentinelWords::answer($address, new ErrorReply('ERR AUTH <password> called without any'), $named);
    expect((string) $open->primary === '192.0.2.1:6379', 'heeds the answers of a Sentinel that wants no login');
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
