# Where the primary is, by the word of several Sentinels: all are asked at one time, and two have to agree.
package Baton::Redis::Sentinels;
use strict;
use warnings;
use Errno qw(EINPROGRESS EWOULDBLOCK EAGAIN EINTR);
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

our @EXPORT_OK = qw(ask judge is_settled parse_reply);

# No honest answer is longer.
use constant ANSWER_BYTES_MAX => 1_048_576;

# What one Sentinel said: { from, address, epoch, replicas } or { from, reason, refusal }, where `refusal` is
# the word of a server that wants another login.

sub _votes {
    my (@answers) = @_;
    my %found;
    for my $answer (grep { defined $_->{address} } @answers) {
        my $vote = $found{"$answer->{address} $answer->{epoch}"} //= { %$answer, votes => 0 };
        $vote->{votes} += 1;
    }
    return sort { $b->{epoch} <=> $a->{epoch} || $b->{votes} <=> $a->{votes} } values %found;
}

# A lone Sentinel may be stale, or a stranger with a group of the same name.
sub _needed { return $_[0] < 2 ? $_[0] : 2 }

# { address, epoch } of the newest epoch that two of the asked Sentinels name (one, where one was asked), or
# { unclear => sentence, refusal => word }. $epoch_least: older words are not believed any more.
sub judge {
    my ($answers, $asked, $epoch_least) = @_;
    my $needed = _needed($asked);
    my ($first, $second) = grep { $_->{votes} >= $needed } _votes(@$answers);
    if (!$first) {
        my @said =
          map { "$_->{from} " . ($_->{reason} // "names $_->{address} in epoch $_->{epoch}") } @$answers;
        my @refusals = grep { defined } map { $_->{refusal} } @$answers;
        my $is_refused = @refusals >= $needed && !grep { defined $_->{address} } @$answers;
        return {
            unclear => "no $needed of $asked Sentinels agree: " . join('; ', @said),
            ($is_refused ? (refusal => $refusals[0]) : ()),
        };
    }
    my ($address, $epoch) = @$first{qw(address epoch)};
    return { unclear => "the Sentinels name both $address and $second->{address} in epoch $epoch" }
      if $second && $second->{epoch} == $epoch;
    return { unclear => "the Sentinels name $address in epoch $epoch, older than $epoch_least" }
      if $epoch < $epoch_least;
    my $replicas = _replicas($answers, $first, $needed);
    return { address => $address, epoch => $epoch, replicas => $replicas };
}

# Those that enough of the Sentinels that name this primary call connected.
sub _replicas {
    my ($answers, $primary, $needed) = @_;
    my %seen;
    for my $answer (grep { defined $_->{address} } @$answers) {
        next unless $answer->{address} eq $primary->{address} && $answer->{epoch} == $primary->{epoch};
        $seen{$_} += 1 for @{ $answer->{replicas} // [] };
    }
    return [sort grep { $seen{$_} >= $needed } keys %seen];
}

# Whether those that have not answered yet are too few to change the outcome.
sub is_settled {
    my ($answers, $asked) = @_;
    my $pending = $asked - @$answers;
    return 1 if $pending == 0;
    my ($first, @others) = _votes(@$answers);
    my $needed = _needed($asked);
    my ($found) = grep { $_->{votes} >= $needed } $first // (), @others;
    return 0 unless $found;
    my @rivals = grep { $_ != $found && $_->{epoch} >= $found->{epoch} } $first, @others;
    my ($strongest) = sort { $b <=> $a } 0, map { $_->{votes} } @rivals;
    return $strongest + $pending < $needed;
}

# One reply from the front of $$buffer, which is removed: (value, undef), or (undef, text of an error reply), or
# the empty list while it is not whole. Dies where it is none.
sub parse_reply {
    my ($buffer) = @_;
    my $at = 0;
    my @reply = _parse($buffer, \$at, 0) or return;
    substr $$buffer, 0, $at, '';
    return @reply;
}

sub _parse {
    my ($buffer, $at, $depth) = @_;
    my $end = index $$buffer, "\r\n", $$at;
    return if $end < 0;
    my ($type, $text) = (substr($$buffer, $$at, 1), substr($$buffer, $$at + 1, $end - $$at - 1));
    my $next = $end + 2;
    if ($type eq '+' || $type eq ':') { $$at = $next; return ($text, undef) }
    if ($type eq '-') { $$at = $next; return (undef, $text) }
    my $is_long = ($type eq '$' || $type eq '*') && $text =~ /\A(-1|\d{1,7})\z/;
    die "not a reply of Redis\n" unless $is_long && $depth < 4;
    if ($text < 0) { $$at = $next; return (undef, undef) }
    if ($type eq '$') {
        return if length($$buffer) < $next + $text + 2;
        $$at = $next + $text + 2;
        return (substr($$buffer, $next, $text), undef);
    }
    my @list;
    my $inner = $next;
    for (1 .. $text) {
        my @one = _parse($buffer, \$inner, $depth + 1) or return;
        push @list, $one[0];
    }
    $$at = $inner;
    return (\@list, undef);
}

sub _command { return join '', '*' . @_ . "\r\n", map { '$' . length($_) . "\r\n$_\r\n" } @_ }

# Asks all of $options{sentinels} within $options{timeout} seconds, and judges. Never dies: a Sentinel that
# cannot be asked is an answer, too. Further options: group, login (a function that gives the words after
# AUTH), tls, epoch_least, with_replicas.
sub ask {
    my (%options) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $deadline = _now() + $options{timeout};
    my @login = $options{login}->();
    my @questions = ('GET-MASTER-ADDR-BY-NAME', 'MASTER', $options{with_replicas} ? 'REPLICAS' : ());
    my @commands = map { ['SENTINEL', $_, $options{group}] } @questions;
    unshift @commands, ['AUTH', @login] if @login;
    my $question = join '', map { _command(@$_) } @commands;
    my $sentinels = $options{sentinels};
    my @answers;
    my %open;
    for my $from (@$sentinels) {
        my $socket = IO::Socket::INET->new(PeerAddr => $from, Proto => 'tcp', Blocking => 0);
        if (!$socket) {
            push @answers, { from => $from, reason => "does not answer ($!)" };
            next;
        }
        $open{ fileno $socket } = {
            (from => $from, socket => $socket, stage => 'connecting', wants => 'write'),
            (out => $question, in => '', replies => []),
            (has_login => scalar @login, expects => scalar @commands),
        };
    }
    while (%open && !is_settled(\@answers, scalar @$sentinels)) {
        my $left = $deadline - _now();
        last if $left <= 0;
        my ($reading, $writing) = (IO::Select->new, IO::Select->new);
        $_->{wants} eq 'read' ? $reading->add($_->{socket}) : $writing->add($_->{socket}) for values %open;
        my @ready = map { @$_ } IO::Select->select($reading, $writing, undef, $left);
        for my $one (map { $open{ fileno $_ } // () } @ready) {
            my $answer;
            eval { $answer = _advance($one, $options{tls}); 1 }
              or $answer = { reason => 'does not answer (' . _line($@) . ')' };
            next unless $answer;
            delete $open{ fileno $one->{socket} };
            close $one->{socket};
            push @answers, { from => $one->{from}, %$answer };
        }
    }
    my @silent = map { { from => $_->{from}, reason => 'does not answer in time' } } values %open;
    close $_->{socket} for values %open;
    return judge([@answers, @silent], scalar @$sentinels, $options{epoch_least} // 0);
}

sub _now { return clock_gettime(CLOCK_MONOTONIC) }

sub _line { return "$_[0]" =~ s/ at \S+ line \d+\.?\s*\z//r =~ s/\s+/ /gr }

# Goes on with one Sentinel as far as its socket lets it. Returns its answer, or undef while there is none.
sub _advance {
    my ($one, $tls) = @_;
    my $socket = $one->{socket};
    if ($one->{stage} eq 'connecting') {
        my $error = $socket->sockopt(SO_ERROR);
        if ($error) { local $! = $error; die "$!\n" }
        $one->{stage} = $tls ? 'greeting' : 'asking';
        _start_tls($one, $tls) if $tls;
    }
    if ($one->{stage} eq 'greeting') {
        if (!$socket->connect_SSL) {
            return undef if _waits_for_tls($one);
            die "$IO::Socket::SSL::SSL_ERROR\n";
        }
        $one->{stage} = 'asking';
    }
    if ($one->{stage} eq 'asking') {
        while (length $one->{out}) {
            my $sent = syswrite $socket, $one->{out};
            if (!defined $sent) { return undef if _is_later($one, 'write'); die "$!\n" }
            substr $one->{out}, 0, $sent, '';
        }
        @$one{qw(stage wants)} = ('hearing', 'read');
    }
    while (1) {
        my $heard = sysread $socket, $one->{in}, 65_536, length $one->{in};
        if (!defined $heard) { return undef if _is_later($one, 'read'); die "$!\n" }
        die "closed the connection\n" if $heard == 0;
        die "too long an answer\n" if length $one->{in} > ANSWER_BYTES_MAX;
        while (my @reply = parse_reply(\$one->{in})) {
            push @{ $one->{replies} }, \@reply;
            return _answer($one) if @{ $one->{replies} } == $one->{expects};
        }
    }
}

sub _is_later {
    my ($one, $wants) = @_;
    return 0 unless $! == EWOULDBLOCK || $! == EAGAIN || $! == EINTR || $! == EINPROGRESS;
    $one->{wants} = $wants;
    _waits_for_tls($one) if $one->{socket}->isa('IO::Socket::SSL');
    return 1;
}

sub _start_tls {
    my ($one, $tls) = @_;
    require IO::Socket::SSL;
    my $host = $one->{from} =~ s/:\d+\z//r;
    IO::Socket::SSL->start_SSL($one->{socket}, SSL_startHandshake => 0, tls_words($tls, $host))
      or die "$IO::Socket::SSL::SSL_ERROR\n";
    return;
}

# What IO::Socket::SSL is told: the authority of this cluster alone, and the name only where that is asked for.
sub tls_words {
    my ($tls, $host) = @_;
    my $checks = $tls->{check_names} // 0;
    return (
        SSL_verify_mode => 1,
        SSL_hostname => $host =~ /\A[\d.]+\z/ ? '' : $host,
        SSL_verifycn_scheme => $checks ? 'default' : 'none',
        SSL_verifycn_name => $host,
        (defined $tls->{ca} ? (SSL_ca_file => $tls->{ca}) : ()),
    );
}

sub _waits_for_tls {
    my ($one) = @_;
    my $error = $IO::Socket::SSL::SSL_ERROR // 0;
    $one->{wants} = 'read', return 1 if $error == IO::Socket::SSL::SSL_WANT_READ();
    $one->{wants} = 'write', return 1 if $error == IO::Socket::SSL::SSL_WANT_WRITE();
    return 0;
}

# A Sentinel without a password refuses the login, and answers all the same: only the answers count.
sub _answer {
    my ($one) = @_;
    my @replies = @{ $one->{replies} };
    my (undef, $login_error) = $one->{has_login} ? @{ shift @replies } : ();
    my ($error) = grep { defined } map { $_->[1] } @replies;
    if (defined $error) {
        my $told = $error =~ /\ANOAUTH/ && defined $login_error ? $login_error : $error;
        my ($refusal) = $told =~ /\A(NOAUTH|WRONGPASS|NOPERM)\b/;
        return { reason => "refuses to answer ($told)", refusal => $refusal };
    }
    my ($place, $facts, $replicas) = map { $_->[0] } @replies;
    my $is_whole = ref $place && @$place == 2 && ref $facts && @$facts % 2 == 0;
    return { reason => 'gives no address for this group' } unless $is_whole;
    my %facts = @$facts;
    my $epoch = $facts{'config-epoch'} // '';
    return { reason => 'gives no epoch for this group' } unless $epoch =~ /\A\d{1,15}\z/;
    my $address = join ':', @$place;
    return { address => $address, epoch => $epoch, replicas => _connected($replicas) };
}

sub _connected {
    my ($rows) = @_;
    my @good;
    for my $row (grep { ref && @$_ % 2 == 0 } @{ $rows // [] }) {
        my %fact = @$row;
        next if grep { /\A(?:s_down|o_down|disconnected)\z/ } split /,/, $fact{flags} // '';
        push @good, "$fact{ip}:$fact{port}" if ($fact{'master-link-status'} // '') eq 'ok';
    }
    return \@good;
}

1;
