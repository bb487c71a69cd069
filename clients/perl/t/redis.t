# The module without a server: settings, calls that cannot be meant, and what it does when nobody answers.
use strict;
use warnings;
use Data::Dumper;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Baton::Redis;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time);

# A port where nobody listens, and one where the kernel accepts and nobody ever answers.
my $mute = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16) or die "no port: $@";
my $mute_address = '127.0.0.1:' . $mute->sockport;
my $gone = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "no port: $@";
my $gone_address = '127.0.0.1:' . $gone->sockport;
close $gone;

sub refuses {
    my ($run, $pattern) = @_;
    ok !eval { $run->(); 1 };
    like $@, $pattern;
    return;
}

subtest 'settings that cannot be meant are refused, with their name' => sub {
    refuses(sub { Baton::Redis->new }, qr/either sentinels and group, or router/);
    refuses(sub { Baton::Redis->new(router => 'a:1', sentinels => ['b:1'], group => 'main') }, qr/either/);
    refuses(sub { Baton::Redis->new(sentinels => ['b:1']) }, qr/name of their group/);
    refuses(sub { Baton::Redis->new(router => 'nowhere') }, qr/"nowhere" is not ADDRESS:PORT/);
    refuses(sub { Baton::Redis->new(router => 'a:1', retries => 3) }, qr/no setting is called retries/);
};

subtest 'calls that cannot be meant are refused before anything is sent' => sub {
    my $redis = Baton::Redis->new(router => $gone_address);
    refuses(sub { $redis->call(['MULTI']) }, qr/MULTI needs a connection of its own/);
    refuses(sub { $redis->call([blpop => 'key', 0]) }, qr/BLPOP needs/);
    refuses(sub { $redis->call([xread => 'block', 0, 'streams', 'key', '$']) }, qr/XREAD needs/);
    refuses(sub { $redis->call([set => 'key', undef]) }, qr/undef/);
    refuses(sub { $redis->call([set => 'key', "\x{263a}"]) }, qr/encode them/);
    refuses(sub { $redis->call(['eval_ro', 'return 1', 0]) }, qr/NAME/);
};

subtest 'no dump of the object shows the password' => sub {
    my %login = (username => 'app', password => 'tulip-secret');
    my $redis = Baton::Redis->new(router => $gone_address, %login, retry_for => 0);
    $redis->call(['PING']);
    unlike Dumper($redis), qr/tulip-secret/;
};

subtest 'a call ends at retry_for with what it knows, and not later' => sub {
    my $redis = Baton::Redis->new(router => $gone_address, retry_for => 1, breaker_failures => 1000);
    my $began = time;
    my $outcome = $redis->call([rpush => 'key', 1]);
    my $took = time - $began;
    is_deeply [$outcome->kind, $outcome->error], ['not-done', 'no-connection'];
    cmp_ok $took, '>', 0.8, 'it used its time';
    cmp_ok $took, '<=', 1.1;
};

subtest 'a command that was sent and not answered is unknown, and stays so whatever follows' => sub {
    my %fast = (router => $mute_address, command_timeout => 0.2, retry_for => 0.7);
    my $began = time;
    my $once = Baton::Redis->new(%fast)->call([rpush => 'key', 1]);
    is_deeply [$once->kind, $once->error], ['unknown', 'timeout'];
    cmp_ok time - $began, '<', 0.4, 'told at once';
    my $again = Baton::Redis->new(%fast)->call([set => 'key', 1], idempotent => 1);
    is $again->kind, 'unknown';
    cmp_ok time - $began, '>', 0.6, 'tried again';
};

subtest 'a login that nobody answers is a connection that never was' => sub {
    my %fast = (connect_timeout => 0.2, retry_for => 0);
    my $redis = Baton::Redis->new(router => $mute_address, password => 'tulip', %fast);
    my $began = time;
    my $outcome = $redis->call([rpush => 'key', 1]);
    is_deeply [$outcome->kind, $outcome->error], ['not-done', 'no-connection'];
    cmp_ok time - $began, '<', 0.4;
};

subtest 'frozen Sentinels end the question in time, and nobody is believed' => sub {
    my %setup = (sentinels => [$mute_address, $gone_address], group => 'main', retry_for => 0);
    my $began = time;
    my $outcome = Baton::Redis->new(%setup)->call(['PING']);
    is_deeply [$outcome->kind, $outcome->error], ['not-done', 'no-primary'];
    like $outcome->message, qr/\Q$mute_address\E does not answer in time/;
    cmp_ok time - $began, '<', 0.5;
};

subtest 'a call with a fallback makes one attempt, and none while the breaker is open' => sub {
    my $redis = Baton::Redis->new(router => $gone_address, breaker_failures => 2);
    my $attempts = sub { scalar $redis->call([get => 'key'], fallback => sub { 'from the database' }) };
    for my $error (qw(no-connection no-connection breaker-open)) {
        my $outcome = $attempts->();
        is_deeply [@$outcome{qw(kind value error)}], ['fallback', 'from the database', $error];
    }
};

subtest 'a write that may have been executed is told as unknown, not covered by a fallback' => sub {
    my $redis = Baton::Redis->new(router => $mute_address, command_timeout => 0.1);
    my $fallback = sub { 'from the database' };
    is $redis->call([incr => 'key'], fallback => $fallback)->kind, 'unknown';
    is $redis->call([get => 'key'], $_ => 1, fallback => $fallback)->kind, 'fallback'
      for qw(idempotent from_replica);
};

subtest 'an open breaker holds back no call without a fallback' => sub {
    my $redis = Baton::Redis->new(router => $mute_address, command_timeout => 0.05, breaker_failures => 1);
    $redis->call([incr => 'key']);
    is $redis->call([get => 'key'], fallback => sub { 1 })->error, 'breaker-open';
    is $redis->call([incr => 'key'])->error, 'timeout', 'it was sent';
};

subtest 'the time of a call may be over before anything is sent' => sub {
    my $redis = Baton::Redis->new(router => $mute_address, retry_for => 0.000_001);
    my $outcome = $redis->call([incr => 'key']);
    is_deeply [@$outcome{qw(kind error)}], ['not-done', 'timeout'];
};

done_testing;
