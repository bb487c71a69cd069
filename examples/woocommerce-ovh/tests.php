<?php

// The promises of the object cache that need no WordPress: php tests.php. With a real redis-server, which
// is frozen, killed and started again. Ends with 1 and says which promise is broken.

declare(strict_types=1);

use BatonRedis\{ProcessState, Settings, State};
use BatonShop\{Marks, ObjectCache, Session, ShortLink, Store};

require __DIR__ . '/../../clients/php/baton-redis.php';
foreach (['Link', 'Marks', 'Store', 'ObjectCache', 'Sessions'] as $part) {
    require __DIR__ . "/wp-content/baton/$part.php";
}
require __DIR__ . '/tests/world.php';
error_reporting(E_ALL);
ini_set('error_log', '/dev/null');
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
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

/** Everything that one web request has of its own; breakers are shared where a state is. */
function request(Server $server, Marks $marks, ?State $state = null): ObjectCache
{
    $settings = new Settings(
        router: "127.0.0.1:$server->port",
        connectTimeoutMs: 100,
        commandTimeoutMs: 100,
        breakerFailures: 2,
    );
    $link = new ShortLink($settings, $state ?? new ProcessState());
    return new ObjectCache(new Store($link, $marks, 'shop'), false, 1);
}

function ended(ObjectCache $request): void
{
    $request->close();
}

function tookMs(Closure $act): float
{
    $began = hrtime(true);
    $act();
    return (hrtime(true) - $began) / 1e6;
}

function keeping(Server $server): void
{
    $marks = new MarksInMemory();
    $one = request($server, $marks);
    $object = (object) ['name' => 'teapot'];
    $values = ['int' => 7, 'text' => '7', 'list' => [1, 'a' => null], 'object' => $object, 'no' => false, 'none' => null];
    foreach ($values as $key => $value) {
        $one->set($key, $value, 'g', 0);
    }
    $object->name = 'changed afterwards';
    $values['object'] = (object) ['name' => 'teapot'];
    expect($one->get('object', 'g') == $values['object'], 'what was put in is not changed from outside');
    $two = request($server, $marks);
    $read = $two->getMultiple([...array_keys($values), 'nothing'], 'g');
    expect($read == $values + ['nothing' => false], 'another request reads them, whatever they are');
    expect($read['int'] === 7 && $read['text'] === '7', 'a number stays a number, a text a text');
    $found = null;
    expect($two->get('no', 'g', false, $found) === false && $found === true, 'a false that is there is told from none');
    $two->get('nothing', 'g', false, $found);
    expect($found === false, 'nothing is not found');

    expect(!request($server, $marks)->add('int', 8, 'g', 0), 'add does not take what is taken');
    expect(request($server, $marks)->get('int', 'g') === 7, 'and leaves it as it is');
    expect(request($server, $marks)->replace('int', 9, 'g', 0), 'replace does, where something is');
    expect(!request($server, $marks)->replace('nothing', 9, 'g', 0), 'and nowhere else');
    expect($two->get('int', 'g') === 7 && $two->get('int', 'g', true) === 9, 'asked to, it looks again');

    $one->addOwnGroups(['mine']);
    $one->set('k', 1, 'mine', 0);
    expect($one->get('k', 'mine') === 1 && request($server, $marks)->get('k', 'mine') === false, 'some groups are own');
    expect($one->get('k', '') === false && $one->set('k', 2, '', 0) && $one->get('k', 'default') === 2, 'no group is a group');
    $one->flushRuntime();
    expect($one->get('k', 'mine') === false && $one->get('text', 'g') === '7', 'the runtime cache goes alone');
}

function counting(Server $server): void
{
    $marks = new MarksInMemory();
    expect(request($server, $marks)->shift('n', 1, 'g') === false, 'nothing cannot be counted');
    request($server, $marks)->set('n', 5, 'g', 0);
    $one = request($server, $marks);
    $two = request($server, $marks);
    expect($one->get('n', 'g') === 5 && $two->shift('n', 2, 'g') === 7, 'counts');
    expect($one->shift('n', 1, 'g') === 8, 'counts on from what others have counted');
    expect($one->shift('n', -20, 'g') === 0, 'never below zero');
    expect(request($server, $marks)->get('n', 'g') === 0, 'and others see it');
    $one->set('t', 'five', 'g', 0);
    expect($one->shift('t', 3, 'g') === 3, 'a text counts as nothing');
}

function dropping(Server $server): void
{
    $marks = new MarksInMemory();
    $slow = request($server, $marks);
    $slow->get('price', 'g');
    request($server, $marks)->set('price', 1, 'g', 0);
    expect(request($server, $marks)->delete('price', 'g'), 'what is there is dropped');
    expect(request($server, $marks)->delete('price', 'g') === false, 'once');
    expect($slow->add('price', 1, 'g', 0), 'a request keeps for itself what it has read');
    expect($slow->get('price', 'g') === 1, 'and has it');
    expect(request($server, $marks)->get('price', 'g') === false, 'but what was read before a drop does not come back');
    request($server, $marks)->set('price', 2, 'g', 0);
    expect(request($server, $marks)->get('price', 'g') === 2, 'what is set after a drop is there');

    request($server, $marks)->add('alloptions', ['a' => 1, 'b' => 1], 'options', 0);
    [$one, $two] = [request($server, $marks), request($server, $marks)];
    $one->get('alloptions', 'options');
    $two->get('alloptions', 'options');
    $one->set('alloptions', ['a' => 2, 'b' => 1], 'options', 0);
    $two->set('alloptions', ['a' => 1, 'b' => 2], 'options', 0);
    $after = request($server, $marks)->get('alloptions', 'options');
    expect($after === false, 'of two that write all options at once, neither undoes what the other changed');

    $one->set('x', 1, 'g', 0);
    ended($one);
    expect(request($server, $marks)->flush() && request($server, $marks)->get('x', 'g') === false, 'a flush is one of everything');
    $large = str_repeat('x', 1048577);
    request($server, $marks)->set('big', 1, 'g', 0);
    request($server, $marks)->set('big', $large, 'g', 0);
    expect(request($server, $marks)->get('big', 'g') === false, 'what is too large is not kept, nor what was there before');
}

/** The server is frozen: its port is open, and nobody answers. */
function losing(Server $server): void
{
    $marks = new MarksInMemory();
    foreach (['price', 'stock', 'name'] as $key) {
        request($server, $marks)->set($key, 'old', 'g', 0);
    }
    $number = $marks->read()->number;
    $state = new ProcessState();
    $server->signal(SIGSTOP);
    $one = request($server, $marks, $state);
    $took = tookMs(static function () use ($one): void {
        expect($one->get('price', 'g') === false, 'while Redis is away there is nothing');
        expect($one->set('price', 'new', 'g', 0) && $one->get('price', 'g') === 'new', 'but what the request itself has set');
        expect($one->add('other', 1, 'g', 0) && $one->get('other', 'g') === 1, 'or added');
        $one->delete('stock', 'g');
        expect($one->shift('other', 1, 'g') === 2, 'or counted');
    });
    expect($took < 250, "it pays for one attempt (took $took ms)");
    ended($one);
    ended(request($server, $marks, $state));
    request($server, $marks, $state)->get('price', 'g');
    $took = tookMs(static fn () => request($server, $marks, $state)->get('price', 'g'));
    expect($took < 50, "after two such requests none waits any more (took $took ms)");
    for ($time = 0; $time < 20; $time++) {
        $other = request($server, $marks, $state);
        $other->set('name', 'new', 'g', 0);
        ended($other);
    }
    $spent = $marks->read();
    expect($spent->number === $number + 1 && !$spent->isInUse(), 'one new mark for the whole outage');
    $server->signal(SIGCONT);
    $after = request($server, $marks)->getMultiple(['price', 'stock', 'name'], 'g');
    expect($after === ['price' => false, 'stock' => false, 'name' => false], 'nothing that was changed meanwhile comes back');
}

/** What was sent is executed later, when the server goes on. */
function late(Server $server): void
{
    $marks = new MarksInMemory();
    $slow = request($server, $marks);
    $slow->get('price', 'g');
    $server->signal(SIGSTOP);
    $slow->add('price', 'read before it was changed', 'g', 0);
    ended($slow);
    $server->signal(SIGCONT);
    expect(request($server, $marks)->get('price', 'g') === false, 'what arrives late is not believed');
}

/** The primary is another one, or has lost its memory's end: its history has another id. */
function forgetting(Server $server): void
{
    $marks = new MarksInMemory();
    $before = request($server, $marks);
    $before->set('price', 'old', 'g', 0);
    ended($before);
    expect(request($server, $marks)->get('price', 'g') === 'old', 'as long as the primary is the same it is believed');
    $server->stop();
    $server->start();
    expect(request($server, $marks)->get('price', 'g') === false, 'after another primary nothing from before is believed');
    $one = request($server, $marks);
    $one->get('price', 'g');
    request($server, $marks)->flush();
    $new = request($server, $marks);
    $new->set('price', 'read before the change', 'g', 0);
    ended($new);
    $one->delete('price', 'g');
    ended($one);
    expect(request($server, $marks)->get('price', 'g') === false, 'whoever is told under an old mark makes a new one');
}

/** A primary that answers, and takes no writes. */
function refusing(Server $server): void
{
    $marks = new MarksInMemory();
    request($server, $marks)->set('price', 'old', 'g', 0);
    $server->tell('CONFIG', 'SET', 'min-replicas-to-write', '1');
    $one = request($server, $marks);
    expect($one->get('price', 'g') === 'old' && $one->set('price', 'new', 'g', 0), 'it is read from, where nothing changed');
    ended($one);
    $replaced = $marks->replaced;
    for ($time = 0; $time < 5; $time++) {
        $other = request($server, $marks);
        expect($other->get('price', 'g') === false, 'and not any more, where something did');
        $other->set('price', 'new', 'g', 0);
        ended($other);
    }
    expect($marks->replaced === $replaced, 'and costs the database nothing more');
    $server->tell('CONFIG', 'SET', 'min-replicas-to-write', '0');
    expect(request($server, $marks)->get('price', 'g') === false, 'nor when it takes writes again');
}

/** In the middle of a request, without a word: as a router takes a connection along. */
function moving(Server $server): void
{
    $marks = new MarksInMemory();
    request($server, $marks)->set('price', 'old', 'g', 0);
    request($server, $marks)->set('n', 5, 'g', 0);
    $one = request($server, $marks);
    expect($one->get('price', 'g') === 'old' && $one->get('n', 'g') === 5, 'a request that has begun');
    $one->flushRuntime();
    $one->set('stock', 'of the one before', 'g', 0);
    $server->becomeAnother();
    expect($one->get('price', 'g') === false, 'believes nothing of before from another primary');
    expect($one->shift('n', 1, 'g') === false, 'and does not count on');
    $number = $marks->read()->number;
    ended($one);
    expect($marks->read()->number > $number, 'and what it had changed is told to all');
    expect(request($server, $marks)->get('stock', 'g') === false, 'who ask the other primary');
}

function nothingThere(string $folder): void
{
    $marks = new MarksInMemory();
    $nobody = new Server($folder, 1);
    $one = request($nobody, $marks);
    expect($one->set('a', 1, 'g', 0) && $one->get('a', 'g') === 1, 'without any Redis a request has its own cache');
    ended($one);
    expect($marks->replaced === 0, 'and costs the database nothing');
}

function cookies(): void
{
    $id = str_repeat('a1', 16);
    expect(Session::parse("$id.17")?->version === 17 && Session::parse("$id.17")?->id === $id, 'a cookie is read');
    foreach (['', $id, "$id.", "$id.1.2", strtoupper($id) . '.1', "$id.9999999999", "$id.1\n"] as $wrong) {
        expect(Session::parse($wrong) === null, 'a cookie that is none of ours is nobody');
    }
    expect(Session::parse(Session::fresh()->cookie()) !== null, 'a new one is one of ours');
}

$folder = sys_get_temp_dir() . '/baton-shop-tests-' . bin2hex(random_bytes(6));
mkdir($folder, 0700);
$probe = stream_socket_server('tcp://127.0.0.1:0');
$port = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
fclose($probe);
$server = new Server($folder, $port);
try {
    $server->start();
    keeping($server);
    counting($server);
    dropping($server);
    losing($server);
    late($server);
    forgetting($server);
    moving($server);
    refusing($server);
    nothingThere($folder);
    cookies();
} finally {
    $server->stop();
    array_map(unlink(...), glob("$folder/*"));
    rmdir($folder);
}
printf("%d of %d promises hold\n", Promises::$held, Promises::$held + Promises::$broken);
exit(Promises::$broken === 0 ? 0 : 1);
