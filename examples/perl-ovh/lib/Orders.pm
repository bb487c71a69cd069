# Orders in Redis: what the script that places one and the worker that ships them have in common.
package Orders;
use strict;
use warnings;
use Baton::Redis;
use Time::HiRes qw(time);

# Three keys: all orders by number, the open ones by time, and what became of the others. An order has a number of its
# own, so that placing or finishing it twice is the same as once. That is what makes it safe to try again when nobody
# knows whether it was done; of an RPUSH or INCR nobody could say that.
my @KEYS = qw(orders orders:open orders:done);
my $PLACE = <<'LUA';
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[1]) end
return 1
LUA
my $FINISH = <<'LUA';
redis.call('HSETNX', KEYS[3], ARGV[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
LUA

# From the environment: REDIS_SENTINELS, REDIS_SENTINEL_SERVICE (both in the file that `baton render` writes for
# applications) and REDIS_PASSWORD; with REDIS_ROUTER, through Baton's router instead.
sub new {
    my ($class) = @_;
    my %place = (sentinels => [split /,/, $ENV{REDIS_SENTINELS} // ''], group => $ENV{REDIS_SENTINEL_SERVICE});
    %place = (router => $ENV{REDIS_ROUTER}) if $ENV{REDIS_ROUTER};
    my $redis = Baton::Redis->new(
        %place,
        password => $ENV{REDIS_PASSWORD},
        # A failover takes down-after + 2 s or so: a call that gives up earlier has not tried.
        retry_for => 12,
        on_event  => sub { my ($kind, $address) = @_; print $kind eq 'primary' ? 'writes to' : $kind, " $address\n" },
    );
    return bless { redis => $redis }, $class;
}

sub place {
    my ($self, $number, $text) = @_;
    return $self->_run($PLACE, $number, $text, time);
}

sub finish {
    my ($self, $number, $result) = @_;
    return $self->_run($FINISH, $number, $result);
}

# The oldest open orders, from the primary: a replica might still show one that is finished.
sub open_ones {
    my ($self) = @_;
    return $self->{redis}->call([ZRANGE => 'orders:open', 0, 9], idempotent => 1);
}

sub _run {
    my ($self, $script, @arguments) = @_;
    return $self->{redis}->call([EVAL => $script, scalar @KEYS, @KEYS, @arguments], idempotent => 1);
}

# "done 17", "not done 17: why", "unknown 17: why"
sub line {
    my ($outcome, $number) = @_;
    return "done $number\n" if $outcome->is_done;
    return ($outcome->is_unknown ? 'unknown' : 'not done') . " $number: " . $outcome->message . "\n";
}

1;
