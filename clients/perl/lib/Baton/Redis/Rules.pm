# How a call ended, how long to pause, and when to stop trying. Pure: the present and chance are arguments.
package Baton::Redis::Rules;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(backoff done not_done unknown fallback refused);

# Another attempt may find the cluster in another state, on another connection to what is then the primary ...
my %MOVING = map { $_ => 1 } qw(READONLY LOADING MASTERDOWN NOREPLICAS);
# ... or on the same connection.
my %BUSY = map { $_ => 1 } qw(BUSY TRYAGAIN);

# Seconds before attempt number $attempt + 1, with $chance from 0 to 1: full jitter, so that many clients that
# lost the same primary do not come back in one moment.
sub backoff {
    my ($attempt, $chance, $first, $longest) = @_;
    my $most = $first * 2**($attempt > 20 ? 20 : $attempt);
    $most = $longest if $most > $longest;
    my $pause = $chance * $most;
    return $pause > 0.01 ? $pause : 0.01;
}

sub done { return Baton::Redis::Outcome->new(kind => 'done', value => $_[0]) }

# Certainly not executed. `again`: another attempt may end otherwise; `drops`: the connection has to go.
sub not_done {
    my ($error, $message, %more) = @_;
    return Baton::Redis::Outcome->new(kind => 'not-done', error => $error, message => $message, %more);
}

# Sent, and no answer that says what became of it.
sub unknown {
    my ($error, $message) = @_;
    my %facts = (error => $error, message => $message, drops => 1, again => 1);
    return Baton::Redis::Outcome->new(kind => 'unknown', %facts);
}

# What the caller's function gave instead; `because` is the outcome that it stands for.
sub fallback {
    my ($value, $because) = @_;
    my %facts = (error => $because->error, message => $because->message, because => $because);
    return Baton::Redis::Outcome->new(kind => 'fallback', value => $value, %facts);
}

# The outcome that an error reply means: its text without the leading "-".
sub refused {
    my ($text) = @_;
    # The router's: the primary has executed it, and too few replicas have confirmed.
    my ($word) = $text =~ /\A([A-Za-z][\w-]{0,39})(?:\s|\z)/a;
    $word //= 'other';
    return unknown($word, $text) if $text =~ /outcome unknown/;
    return not_done($word, $text, again => 1, drops => 1) if $MOVING{$word};
    return not_done($word, $text, again => 1) if $BUSY{$word};
    return not_done($word, $text);
}

# One of done, not-done, unknown, fallback; told apart by its methods.
package Baton::Redis::Outcome;
use Carp qw(croak);

sub new {
    my ($class, %facts) = @_;
    return bless {%facts}, $class;
}

sub kind        { return $_[0]{kind} }
sub is_done     { return $_[0]{kind} eq 'done' }
sub is_not_done { return $_[0]{kind} eq 'not-done' }
sub is_unknown  { return $_[0]{kind} eq 'unknown' }
sub is_fallback { return $_[0]{kind} eq 'fallback' }

# One word (READONLY, timeout, no-primary, ...), undef where it is done; and a sentence for people.
sub error   { return $_[0]{error} }
sub message { return $_[0]{message} }
sub because { return $_[0]{because} }

# The reply, or what the fallback gave. Dies where there is neither: a failure is no empty key.
sub value {
    my ($self) = @_;
    return $self->{value} if $self->is_done || $self->is_fallback;
    croak "no value: $self->{kind}, $self->{error} ($self->{message})";
}

# Counts failures in a row. Closed: all may try. Open: nobody with a fallback does. After the pause one of them
# may (half-open).
package Baton::Redis::Breaker;

sub new {
    my ($class, %settings) = @_;
    my %facts = (failures_max => 5, first_pause => 0.5, longest_pause => 5, %settings);
    return bless { %facts, failures => 0, pause => $facts{first_pause}, opens_at => undef }, $class;
}

# For a call with a fallback: false while it is open, "trial" for the one that tries after the pause. Whoever
# was let in has to report.
sub enter {
    my ($self, $now) = @_;
    return 'ordinary' unless defined $self->{opens_at};
    return $now < $self->{opens_at} ? undef : 'trial';
}

# Of any call: `$turn` is "ordinary" for one that did not ask.
sub report {
    my ($self, $turn, $is_good, $now) = @_;
    if ($is_good) {
        @$self{qw(failures pause opens_at)} = (0, $self->{first_pause}, undef);
        return;
    }
    if (!defined $self->{opens_at}) {
        $self->{failures} += 1;
        $self->{opens_at} = $now + $self->{pause} if $self->{failures} >= $self->{failures_max};
        return;
    }
    # Calls that are not held back do not make the pause of the others longer.
    return unless $turn eq 'trial';
    $self->{pause} *= 2;
    $self->{pause} = $self->{longest_pause} if $self->{pause} > $self->{longest_pause};
    $self->{opens_at} = $now + $self->{pause};
    return;
}

# The next call with a fallback may try at once.
sub end_pause {
    my ($self, $now) = @_;
    $self->{opens_at} = $now if defined $self->{opens_at} && $self->{opens_at} > $now;
    return;
}

1;
