# Ordinary clients with Perl's Redis module, one process each, as somebody writes them who knows one address.
use strict;
use warnings;
use Getopt::Long;
use JSON::PP;
use Redis;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep);

my %options = (connections => 1, pipeline => 1, 'pause-ms' => 20, seconds => 600);
GetOptions(\%options, 'address=s', 'port=i', 'connections=i', 'pipeline=i', 'pause-ms=f', 'seconds=f', 'prefix=s')
  or die "wrong options\n";
my $stopping = 0;
$SIG{TERM} = sub { $stopping = 1 };

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# One line in one write: several processes share the output.
sub say_facts {
    my %facts = @_;
    my $line = JSON::PP->new->canonical->encode(\%facts) . "\n";
    syswrite STDOUT, $line;
}

sub connect_once {
    my $password = $ENV{REDIS_PASSWORD};
    return Redis->new(
        server       => "$options{address}:$options{port}",
        cnx_timeout  => 5,
        read_timeout => 30,
        ($password ? (password => $password) : ()),
    );
}

# One SET, or several in one pipeline; dies with what the module says.
sub write_names {
    my ($redis, @names) = @_;
    return $redis->set($names[0], 'x') if @names == 1;
    my @wrong;
    for my $name (@names) {
        $redis->set($name, 'x', sub { my ($reply, $error) = @_; push @wrong, $error if defined $error });
    }
    $redis->wait_all_responses;
    die "$wrong[0]\n" if @wrong;
}

sub run {
    my ($number) = @_;
    my $prefix = "$options{prefix}:$number:";
    my ($depth, $pause) = ($options{pipeline}, $options{'pause-ms'} / 1000);
    my ($longest, $acknowledged, $errors, $closed, $following, $reported) = (0, 0, 0, 0, 1, 1);
    my $began = my $last = my $told = now();
    my $tell = sub {
        say_facts(event => 'acknowledged', prefix => $prefix, first => $reported, last => $following - 1)
          if $following > $reported;
        $reported = $following;
    };
    my $redis;
    while (!$stopping && now() - $began < $options{seconds}) {
        my @names = map { "$prefix$_" } $following .. $following + $depth - 1;
        my $is_fine = eval {
            $redis //= connect_once();
            write_names($redis, @names);
            1;
        };
        if ($is_fine) {
            my $now = now();
            $longest = $now - $last if $now - $last > $longest;
            $last = $now;
            $following += $depth;
            $acknowledged += $depth;
        }
        else {
            # Without the place in this file, which Perl puts behind every message.
            my $message = substr "$@" =~ s/ at \S+ line \d+\.\s*\z//r, 0, 200;
            $tell->();
            $following += $depth;
            $reported = $following;
            # An error reply has a name in brackets and leaves the connection as it was.
            my $is_closed = $message =~ /^\[\w+\] [A-Z]+ / ? 0 : 1;
            $errors += 1;
            $closed += $is_closed;
            undef $redis;
            say_facts(
                event => 'error', connection => $prefix, message => $message,
                closed => $is_closed ? JSON::PP::true : JSON::PP::false,
            );
        }
        if (now() - $told > 0.5) {
            $told = now();
            $tell->();
        }
        sleep $pause;
    }
    $tell->();
    my $open = now() - $last - $pause;
    $longest = $open if $open > $longest;
    say_facts(
        event => 'summary', connection => $prefix, acknowledged => $acknowledged, errors => $errors,
        closed => $closed, longestGapMs => int($longest * 1000 + 0.5),
    );
}

my %children;
for my $number (0 .. $options{connections} - 1) {
    my $child = fork // die "no fork: $!\n";
    if ($child == 0) {
        run($number);
        exit 0;
    }
    $children{$child} = 1;
}
my $has_told = 0;
while (%children) {
    if ($stopping && !$has_told) {
        $has_told = 1;
        kill 'TERM', keys %children;
    }
    for my $child (keys %children) {
        delete $children{$child} if waitpid($child, 1) != 0;
    }
    sleep 0.05;
}
