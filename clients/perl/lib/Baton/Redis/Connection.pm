# One connection over Redis.pm: a deadline for everything, a login that nobody can print, and typed outcomes.
package Baton::Redis::Connection;
use strict;
use warnings;
use Baton::Redis::Rules qw(done not_done refused unknown);
use Baton::Redis::Sentinels ();
use IO::Socket::INET;
use IO::Socket::Timeout;
use Redis;
use Socket qw(MSG_DONTWAIT MSG_PEEK);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

# Words of a server that wants another login, or another user: no later attempt ends otherwise.
my %WRONG_LOGIN = map { $_ => 1 } qw(NOAUTH NOPERM WRONGPASS);

sub _now { return clock_gettime(CLOCK_MONOTONIC) }

# Opens, logs in and, where `role` is given, makes sure that ROLE says it; all within `timeout` seconds.
# Returns (connection, undef) or (undef, outcome). Further options: address, login (a function that gives the
# words after AUTH), tls.
sub open {
    my ($class, %options) = @_;
    my $deadline = _now() + $options{timeout};
    local $SIG{PIPE} = 'IGNORE';
    # With it Redis.pm prints every command, and so the password.
    delete local $ENV{REDIS_DEBUG};
    my $self = bless { address => $options{address}, tls => $options{tls}, pid => $$ }, $class;
    my $is_open = eval {
        my $socket = _dial($options{address}, $options{tls}, $deadline);
        my $redis = $self->{redis} = Redis->new(server => $options{address}, no_auto_connect_on_new => 1);
        # Redis.pm has no setting for an authority, and counts the time of a TLS handshake anew. It gets this
        # socket, once: a second connection would have no login and no ROLE.
        $redis->{builder} = sub {
            $_[0]{ssl} = $options{tls} ? 1 : 0;
            my $once = $socket // die "a connection is opened once\n";
            undef $socket;
            return $once;
        };
        $redis->connect;
        1;
    };
    return (undef, _no_connection($options{address}, _line($@))) unless $is_open;
    my @login = $options{login}->();
    my $wrong = @login ? $self->_greet($deadline, 'AUTH', @login)->{wrong} : undef;
    return (undef, $wrong) if $wrong;
    return ($self, undef) unless $options{role};
    my $greeted = $self->_greet($deadline, 'ROLE');
    return (undef, $greeted->{wrong}) if $greeted->{wrong};
    my @said = ref $greeted->{reply} ? @{ $greeted->{reply} } : ();
    my $role = $said[0] // 'nothing';
    # A replica without its primary serves what it had; the Sentinels hear of it up to ten seconds later.
    my $link = $role eq 'slave' ? $said[3] // 'nothing' : 'connected';
    return ($self, undef) if $role eq $options{role} && $link eq 'connected';
    my $claim = $role eq $options{role} ? "a replica that is $link" : "$role, and the Sentinels say $options{role}";
    my $sentence = "$options{address} says that it is $claim";
    return (undef, not_done('no-primary', $sentence, again => 1, drops => 1));
}

sub _no_connection {
    my ($address, $reason) = @_;
    return not_done('no-connection', "$address: $reason", again => 1, drops => 1);
}

# Nothing of the caller has been sent yet: whatever goes wrong here, the command is certainly not executed.
sub _greet {
    my ($self, $deadline, @command) = @_;
    my $outcome = $self->exchange(\@command, $deadline - _now());
    return { reply => $outcome->value } if $outcome->is_done;
    my $error = $outcome->error;
    return { wrong => $outcome } if $outcome->is_not_done && ($outcome->{again} || $WRONG_LOGIN{$error});
    return { wrong => _no_connection($self->{address}, $outcome->message) }
      if $outcome->is_unknown || $outcome->message =~ /max number of clients/;
    return { wrong => $outcome };
}

sub _dial {
    my ($address, $tls, $deadline) = @_;
    my $socket = IO::Socket::INET->new(
        PeerAddr => $address, Proto => 'tcp', Timeout => _at_least_a_moment($deadline - _now()),
    ) or die "$@\n";
    if ($tls) {
        require IO::Socket::SSL;
        my @words = Baton::Redis::Sentinels::tls_words($tls, $address =~ s/:\d+\z//r);
        IO::Socket::SSL->start_SSL($socket, Timeout => _at_least_a_moment($deadline - _now()), @words)
          or die "$IO::Socket::SSL::SSL_ERROR\n";
    }
    IO::Socket::Timeout->enable_timeouts_on($socket);
    return $socket;
}

# 0 means for ever to sockets.
sub _at_least_a_moment { return $_[0] > 0.005 ? $_[0] : 0.005 }

sub address { return $_[0]{address} }

# Whether the other side has closed it, or this process inherited it from its parent. With TLS, bytes may be
# there that are nobody's reply: Redis.pm itself looks before it sends.
sub is_lost {
    my ($self) = @_;
    return 1 if $self->{pid} != $$;
    my $socket = $self->{redis}{sock} or return 1;
    return 0 if $self->{tls};
    my $from = recv $socket, my $byte, 1, MSG_PEEK | MSG_DONTWAIT;
    # Bytes that nobody has asked for are the last words of a server that closes.
    return defined $from || !($!{EAGAIN} || $!{EWOULDBLOCK});
}

# Sends one command ([name, arguments]) and waits for its reply. Dies only for a command that nobody can send.
sub exchange {
    my ($self, $command, $timeout) = @_;
    my ($name, @arguments) = @$command;
    my $redis = $self->{redis};
    my $began = _now();
    $timeout = _at_least_a_moment($timeout);
    local $SIG{PIPE} = 'IGNORE';
    my ($reply, $error);
    my $is_answered = eval {
        $self->_bound($timeout);
        # In capitals: Redis.pm's own methods (ping, keys, info, ...) hide errors or change replies.
        my $method = uc $name;
        $redis->$method(@arguments, sub { ($reply, $error) = @_; return });
        $redis->wait_all_responses;
        1;
    };
    if (!$is_answered) {
        my $reason = _line($@);
        return _no_connection($self->{address}, 'the server has closed the connection')
          if $reason =~ /\ANot connected to any server/;
        my $took = _now() - $began;
        my $is_lost = $reason =~ /\A(?:Error while reading|Could not write|Redis server closed)/;
        my $word = $took > 0.9 * $timeout ? 'timeout' : $is_lost ? 'connection-lost' : 'other';
        my $facts = sprintf 'sent, no answer in %d ms (%s)', 1000 * $took, $reason;
        return unknown($word, "$self->{address}: $facts");
    }
    return defined $error ? refused($error) : done($reply);
}

sub _bound {
    my ($self, $timeout) = @_;
    return if ($self->{timeout} // -1) == $timeout;
    my $socket = $self->{redis}{sock} or return;
    $socket->read_timeout($timeout);
    $socket->write_timeout($timeout);
    $self->{timeout} = $timeout;
    return;
}

# Without the place in a file, which Perl puts behind every message.
sub _line { return "$_[0]" =~ s/,? at \S+ line \d+\.?\s*\z//r =~ s/\s+/ /gr }

# Closes at once, and sends nothing: there may be nobody to hear it.
sub close {
    my ($self) = @_;
    my $redis = delete $self->{redis} or return;
    my $socket = delete $redis->{sock} or return;
    # A socket that a child has inherited still belongs to its parent: the TLS session must not be ended here.
    $self->{tls} ? $socket->close(SSL_no_shutdown => 1) : CORE::close($socket);
    return;
}

1;
