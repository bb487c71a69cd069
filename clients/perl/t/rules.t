# What replies mean, how long pauses are, and when the breaker opens: no network.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Baton::Redis::Rules qw(backoff done fallback not_done refused unknown);
use Test::More;

sub facts_of { my ($outcome) = @_; return [@$outcome{qw(kind error again drops)}] }

subtest 'error replies for the state of the cluster may be tried again, on another connection' => sub {
    for my $word (qw(READONLY LOADING MASTERDOWN NOREPLICAS)) {
        is_deeply facts_of(refused("$word of the server")), ['not-done', $word, 1, 1];
    }
    for my $word (qw(BUSY TRYAGAIN)) {
        is_deeply facts_of(refused("$word of the server")), ['not-done', $word, 1, undef];
    }
};

subtest 'all other error replies are told at once' => sub {
    for my $word (qw(WRONGTYPE OOM NOAUTH WRONGPASS NOPERM ERR)) {
        is_deeply facts_of(refused("$word of the caller")), ['not-done', $word, undef, undef];
    }
    is(refused('my-word of a script')->error, 'my-word');
    is(refused($_)->error, 'other') for '', '{what is this', 'w' x 41;
};

subtest 'a reply with "outcome unknown" is unknown, whatever its first word' => sub {
    my $outcome = refused('NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 have it');
    ok $outcome->is_unknown;
    is_deeply([$outcome->error, $outcome->{drops}], ['NOREPLICAS', 1]);
};

subtest 'an outcome has a value only where it is done or a fallback' => sub {
    is(done(undef)->value, undef);
    is(fallback('cached', not_done('no-primary', 'nobody'))->value, 'cached');
    is(fallback('cached', not_done('no-primary', 'nobody'))->error, 'no-primary');
    for my $outcome (not_done('OOM', 'full'), unknown('timeout', 'silence')) {
        ok !eval { $outcome->value; 1 };
        like $@, qr/no value/;
    }
};

subtest 'a pause is random from 0 to a limit that doubles, from 10 ms to the longest' => sub {
    is backoff(1, 0, 0.05, 1), 0.01;
    is backoff(1, 1, 0.05, 1), 0.1;
    is backoff(2, 1, 0.05, 1), 0.2;
    is backoff(2, 0.5, 0.05, 1), 0.1;
    is backoff($_, 1, 0.05, 1), 1 for 5, 50, 5_000;
};

subtest 'the breaker opens after five failures in a row, and lets one with a fallback try after the pause' => sub {
    my $breaker = Baton::Redis::Breaker->new;
    $breaker->report('ordinary', 0, 10) for 1 .. 4;
    $breaker->report('ordinary', 1, 10);
    $breaker->report('ordinary', 0, 10) for 1 .. 4;
    is $breaker->enter(10), 'ordinary', 'a success begins the count anew';
    $breaker->report('ordinary', 0, 10);
    is $breaker->enter(10.49), undef;
    $breaker->report('ordinary', 0, 10.49) for 1 .. 9;
    is $breaker->enter(10.5), 'trial', 'failures of calls that are not held back make the pause no longer';
};

subtest 'a failed trial doubles the pause up to 5 s, a success of any call closes the breaker' => sub {
    my $breaker = Baton::Redis::Breaker->new(failures_max => 1);
    my $now = 0;
    $breaker->report('ordinary', 0, $now);
    for my $pause (0.5, 1, 2, 4, 5, 5) {
        is $breaker->enter($now + $pause - 0.01), undef, "$pause s";
        $now += $pause;
        is $breaker->enter($now), 'trial';
        $breaker->report('trial', 0, $now);
    }
    $breaker->report('ordinary', 1, $now);
    is $breaker->enter($now), 'ordinary';
    $breaker->report('ordinary', 0, $now);
    is $breaker->enter($now + 0.5), 'trial', 'and the next pause is the first again';
};

subtest 'another primary lets one try at once' => sub {
    my $breaker = Baton::Redis::Breaker->new(failures_max => 1);
    $breaker->end_pause(1);
    is $breaker->enter(1), 'ordinary', 'a closed one stays closed';
    $breaker->report('ordinary', 0, 1);
    $breaker->end_pause(1.1);
    is $breaker->enter(1.1), 'trial';
};

done_testing;
