<?php

// Promises of what is kept between requests: the breakers and the primary, in each place where they can be.

declare(strict_types=1);

use BatonRedis\{
    Address, ApcuState, Breaker, FileState, ProcessState, Record, Slot, State, Turn,
};

function breaking(State $state, string $kept): void
{
    $now = 1000.0;
    $clock = static function () use (&$now): float {
        return $now;
    };
    $breaker = new Breaker($state, Slot::Primary, 5, 500, 1300, $clock);
    $other = new Breaker($state, Slot::Primary, 5, 500, 1300, $clock);
    $ofReplicas = new Breaker($state, Slot::Replica, 5, 500, 1300, $clock);
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
    expect($ofReplicas->enter() === Turn::Ordinary, "that of replicas is another one ($kept)");
    $fail(3);
    $now = 1500.0;
    expect($other->enter() === Turn::Trial, "calls that are not held back do not make the pause longer ($kept)");
    expect($breaker->enter() === null, "one call alone tries after the pause ($kept)");
    $now = 2800.0;
    expect($breaker->enter() === Turn::Trial, "a trial that is never heard of again blocks nobody ($kept)");
    $breaker->failed(Turn::Trial);
    $now = 3799.0;
    expect($breaker->enter() === null, "a failed trial doubles the pause ($kept)");
    for ($time = 0; $time < 10; $time++) {
        $breaker->failed(Turn::Trial);
    }
    $now = 3799.0 + 4999.0;
    expect($breaker->enter() === null, "the pause grows to 5 s ($kept)");
    $now += 1.0;
    expect($breaker->enter() === Turn::Trial, "no pause is longer than 5 s ($kept)");
    $breaker->failed(Turn::Trial);
    $state->update(static fn (Record $record) => $record->breakers['primary']->endPause($now));
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
    foreach (['', '{', '[1]', '{"a":1}', '[0,null,0,null]', '[[0,99999999,0],["a",null,0],["x",1,1]]'] as $text) {
        $record = Record::fromJson($text, 1000.0);
        expect($record == new Record(), "\"$text\" is nothing known");
    }
    $ages = Record::fromJson('[[0,null,0],[0,null,0],["192.0.2.2:6379",7,900]]', 900 + 60001.0);
    expect($ages->primary === null && $ages->epoch === -1, 'forgets what nobody has confirmed for a minute');
}
