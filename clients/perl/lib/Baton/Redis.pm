# A Redis primary that Sentinels or Baton's router name: every call has a deadline and a typed outcome.
package Baton::Redis;
use strict;
use warnings;
use Baton::Redis::Connection;
use Baton::Redis::Rules qw(backoff fallback not_done);
use Baton::Redis::Sentinels ();
use Carp qw(croak);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep);

our $VERSION = '1.0';

# All times in seconds. README.md says what each bounds.
my %DEFAULTS = (
    sentinels => undef, group => undef, router => undef,
    username => undef, password => undef, sentinel_username => undef, sentinel_password => undef,
    tls => undef,
    connect_timeout => 0.5, command_timeout => undef, sentinel_timeout => 0.3,
    ask_again => 1, retry_for => 10, backoff_first => 0.05, backoff_longest => 1,
    breaker_failures => 5, breaker_pause => 0.5,
    on_event => sub { },
);

# The effect of these depends on the connection, which changes under them, or on a wait longer than a timeout.
my %NEEDS_ONE_CONNECTION = map { $_ => 1 } qw(
  AUTH BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN DISCARD EXEC HELLO MONITOR MULTI
  PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT RESET SELECT SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE SYNC UNSUBSCRIBE UNWATCH
  WAIT WAITAOF WATCH
);

# An attempt that has less time than this is not begun: its outcome would only be unknown.
use constant ATTEMPT_LEAST => 0.1;

sub _now { return clock_gettime(CLOCK_MONOTONIC) }

# Connects to nothing yet. Dies for settings that cannot be meant.
sub new {
    my ($class, %given) = @_;
    for my $name (sort keys %given) { croak "no setting is called $name" unless exists $DEFAULTS{$name} }
    my $self = bless { %DEFAULTS, %given }, $class;
    croak 'either sentinels and group, or router' unless defined $self->{router} xor $self->{sentinels};
    if ($self->{sentinels}) {
        croak 'sentinels need the name of their group' unless length($self->{group} // '');
        my %seen;
        $self->{sentinels} = [grep { !$seen{$_}++ } @{ $self->{sentinels} }];
    }
    for my $address (@{ $self->{sentinels} // [$self->{router}] }) {
        croak "\"$address\" is not ADDRESS:PORT" unless $address =~ /\A[^\s:]+:\d+\z/;
    }
    # A router holds commands during a failover instead of failing them.
    $self->{command_timeout} //= $self->{router} ? 5 : 0.5;
    $self->{login} = _login(delete @$self{qw(username password)});
    my @own = delete @$self{qw(sentinel_username sentinel_password)};
    $self->{sentinel_login} = defined $own[1] ? _login(@own) : $self->{login};
    my %breaker = (failures_max => $self->{breaker_failures}, first_pause => $self->{breaker_pause});
    $self->{breakers} = { map { $_ => Baton::Redis::Breaker->new(%breaker) } qw(primary replica) };
    @$self{qw(connections believed asked_at must_ask told)} = ({}, { epoch => 0 }, 0, 1, '');
    return $self;
}

# In a closure, so that no dump of the object shows the password.
sub _login {
    my ($username, $password) = @_;
    return sub { return } unless length($password // '');
    return length($username // '') ? sub { return ($username, $password) } : sub { return $password };
}

# Runs one command, [name, arguments], and returns a Baton::Redis::Outcome. Options:
#   idempotent    to run it twice is the same as once: an unknown outcome may be tried again
#   from_replica  it only reads: from a replica where there is one; what it says may be older
#   fallback      a function for when Redis does not answer: then there is one attempt, and no waiting
# Dies only for a call that is wrong in itself.
sub call {
    my ($self, $command, %how) = @_;
    my @checked = _checked(@$command);
    my $deadline = $self->{retry_for} > 0 ? _now() + $self->{retry_for} : undef;
    my $slot = $how{from_replica} && !defined $self->{router} ? 'replica' : 'primary';
    my $is_idempotent = $how{idempotent} || $how{from_replica};
    my $breaker = $self->{breakers}{$slot};
    # Others wait for Redis in their own time: the breaker is for those who have something else to give.
    my $turn = $how{fallback} ? $breaker->enter(_now()) : 'ordinary';
    return _instead($how{fallback}, not_done('breaker-open', 'too many attempts have failed in a row'))
      unless $turn;
    my ($attempts, $unknown, %avoid) = (0);
    while (1) {
        $attempts += 1;
        my $last = $self->_attempt(\@checked, $slot, \%avoid, $deadline);
        $breaker->report($turn, !$last->{again}, _now());
        return $last if $last->is_done;
        $unknown = $last if $last->is_unknown;
        my $may_repeat = $last->{again} && (!$last->is_unknown || $is_idempotent);
        # What may have been executed once stays unknown, whatever a later attempt said.
        return $unknown // $last unless $may_repeat;
        return _instead($how{fallback}, $last) if $how{fallback};
        return $unknown // $last unless $self->_pause($attempts, $deadline);
    }
}

sub _instead { return fallback(scalar $_[0]->(), $_[1]) }

# Waits for another attempt; false where there is no time for one. Whoever waits looks around: another primary
# than before is a reason to go on at once.
sub _pause {
    my ($self, $attempts, $deadline) = @_;
    return 0 unless defined $deadline;
    my $until = _now() + backoff($attempts, rand, @$self{qw(backoff_first backoff_longest)});
    my $latest = $deadline - ATTEMPT_LEAST - 0.01;
    return 0 if $latest <= _now();
    $until = $latest if $until > $latest;
    my $before = $self->{believed}{address} // '';
    while ((my $now = _now()) < $until) {
        my $ask_at = defined $self->{router} ? $until : $self->{asked_at} + $self->{ask_again};
        if ($ask_at > $now) {
            sleep(($ask_at < $until ? $ask_at : $until) - $now);
            next;
        }
        $self->{must_ask} = 1;
        $self->_ask(0, $until);
        return 1 if ($self->{believed}{address} // '') ne $before;
    }
    return _now() + ATTEMPT_LEAST <= $deadline;
}

# Connects to the primary or the router, once, so that the first call need not. Returns an outcome.
sub connect {
    my ($self) = @_;
    my ($connection, $wrong) = $self->_connection('primary', {}, undef);
    return $connection ? Baton::Redis::Rules::done($connection->address) : $wrong;
}

# Closes everything. The next call connects again.
sub close {
    my ($self) = @_;
    $self->_drop($_) for keys %{ $self->{connections} };
    return;
}

sub _checked {
    my ($name, @arguments) = @_;
    croak 'a call needs [NAME, ARGUMENTS]' unless defined $name && $name =~ /\A[A-Za-z][A-Za-z0-9.]*\z/;
    croak uc($name) . ' needs a connection of its own' if _needs_one_connection($name, @arguments);
    for my $argument (@arguments) {
        croak uc($name) . ' was given undef, or a reference' if !defined $argument || ref $argument;
        croak uc($name) . ' was given characters: encode them' unless utf8::downgrade($argument, 1);
    }
    return ($name, @arguments);
}

# XREAD and XREADGROUP wait only where they are told to, before the word STREAMS.
sub _needs_one_connection {
    my ($name, @arguments) = @_;
    return 1 if $NEEDS_ONE_CONNECTION{ uc $name };
    return 0 unless $name =~ /\AXREAD(GROUP)?\z/i;
    splice @arguments, 0, 3 if $1;
    for my $word (@arguments) {
        return 0 if !defined $word || uc $word eq 'STREAMS';
        return 1 if uc $word eq 'BLOCK';
    }
    return 0;
}

sub _attempt {
    my ($self, $command, $slot, $avoid, $deadline) = @_;
    my ($connection, $wrong) = $self->_connection($slot, $avoid, $deadline);
    if (!$connection) {
        $self->{must_ask} = 1 if $wrong->{drops};
        return $wrong;
    }
    my $timeout = _least($self->{command_timeout}, $deadline);
    return not_done('timeout', 'the time was over before anything was sent', again => 1) if $timeout < 0.001;
    my $outcome = $connection->exchange($command, $timeout);
    my $is_write = $connection->{is_replica} && ($outcome->error // '') eq 'READONLY';
    # A replica refuses writes for ever: that is a mistake in the call.
    return not_done('READONLY', $outcome->message) if $is_write;
    if ($outcome->{drops}) {
        $avoid->{ $connection->address } = 1;
        $self->_drop($connection->{is_replica} ? 'replica' : 'primary');
        $self->{must_ask} = 1;
    }
    return $outcome;
}

sub _least {
    my ($timeout, $deadline) = @_;
    return $timeout unless defined $deadline;
    my $left = $deadline - _now();
    return $left < $timeout ? $left : $timeout;
}

# A connection that may be used right now: (connection, undef), or (undef, outcome).
sub _connection {
    my ($self, $slot, $avoid, $deadline) = @_;
    my $open = $self->{connections};
    for my $one (grep { $open->{$_}->is_lost } keys %$open) {
        $self->_drop($one);
        $self->{must_ask} = 1;
    }
    if (defined $self->{router}) {
        return ($open->{primary}, undef) if $open->{primary};
        return $self->_open('primary', $self->{router}, undef, $deadline);
    }
    my $wrong = $self->_ask($slot eq 'replica', $deadline);
    return (undef, $wrong) if $wrong;
    my $address = $slot eq 'replica' ? $self->_replica($avoid) : undef;
    return ($open->{replica}, undef) if $address && $open->{replica} && $open->{replica}->address eq $address;
    if ($address) {
        $self->_drop('replica');
        my ($connection, $refusal) = $self->_open('replica', $address, 'slave', $deadline);
        $avoid->{$address} = 1 unless $connection;
        return ($connection, $refusal);
    }
    return ($open->{primary}, undef) if $open->{primary};
    return $self->_open('primary', $self->{believed}{address}, 'master', $deadline);
}

# Makes sure that the Sentinels' word is new enough, and leaves a primary that they no longer name. Returns an
# outcome where nobody knows the primary.
sub _ask {
    my ($self, $with_replicas, $deadline) = @_;
    my $believed = $self->{believed};
    my $is_new = !$self->{must_ask} && _now() - $self->{asked_at} <= $self->{ask_again};
    return undef if $is_new && ($believed->{replicas} || !$with_replicas);
    my $found = Baton::Redis::Sentinels::ask(
        sentinels => $self->{sentinels}, group => $self->{group}, login => $self->{sentinel_login},
        tls => $self->{tls}, timeout => _least($self->{sentinel_timeout}, $deadline),
        epoch_least => $believed->{epoch}, with_replicas => $with_replicas || defined $believed->{replicas},
    );
    $self->{asked_at} = _now();
    if (defined $found->{unclear}) {
        # Whoever is connected stays, and asks again after the usual time.
        my $open = $self->{connections};
        $self->{must_ask} = 0 if $open->{primary};
        $believed->{replicas} //= [] if $with_replicas;
        return undef if $open->{primary} || ($with_replicas && $open->{replica});
        return not_done($found->{refusal}, $found->{unclear}) if defined $found->{refusal};
        return not_done('no-primary', $found->{unclear}, again => 1, drops => 1);
    }
    delete $found->{replicas} unless $with_replicas || defined $believed->{replicas};
    my $is_other = ($believed->{address} // '') ne $found->{address};
    # What is known of the old one keeps nobody from trying.
    $self->{breakers}{primary}->end_pause(_now()) if $is_other;
    @$self{qw(believed must_ask)} = ($found, 0);
    my $connected = $self->{connections}{primary};
    $self->_drop('primary') if $connected && $connected->address ne $found->{address};
    return undef;
}

# The replica that is connected already, or any other that the Sentinels call good; undef where there is none.
sub _replica {
    my ($self, $avoid) = @_;
    my @good = grep { !$avoid->{$_} } @{ $self->{believed}{replicas} // [] };
    my $open = $self->{connections}{replica};
    my ($same) = grep { $open && $_ eq $open->address } @good;
    return $same // $good[rand @good];
}

sub _open {
    my ($self, $slot, $address, $role, $deadline) = @_;
    my ($connection, $wrong) = Baton::Redis::Connection->open(
        address => $address, role => $role, login => $self->{login}, tls => $self->{tls},
        timeout => _least($self->{connect_timeout}, $deadline),
    );
    return (undef, $wrong) unless $connection;
    $connection->{is_replica} = $slot eq 'replica';
    $self->{connections}{$slot} = $connection;
    if (defined $role && $slot eq 'primary' && $self->{told} ne $address) {
        $self->{told} = $address;
        $self->{on_event}->('primary', $address);
    }
    return ($connection, undef);
}

sub _drop {
    my ($self, $slot) = @_;
    my $connection = delete $self->{connections}{$slot} or return;
    $connection->close;
    $self->{on_event}->('closed', $connection->address);
    return;
}

1;
