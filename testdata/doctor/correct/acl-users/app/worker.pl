#!/usr/bin/perl
# Counts orders; asks Sentinel again after every error, and once a second.
use strict;
use warnings;
use Redis;
use Time::HiRes qw(sleep time);

my @sentinels = ('10.1.0.11:26379', '10.1.0.12:26379', '10.1.0.13:26379');
my ($redis, $address, $asked) = (undef, '', 0);

sub primary_address {
    for my $server (@sentinels) {
        my $found = eval {
            my $sentinel = Redis::Sentinel->new(
                server        => $server,
                cnx_timeout   => 0.3,
                read_timeout  => 0.3,
                write_timeout => 0.3,
                password      => $ENV{SENTINEL_PASSWORD},
            );
            $sentinel->get_service_address('shop');
        };
        return $found if defined $found && $found ne 'IDONTKNOW';
    }
    die "no Sentinel has answered\n";
}

sub primary {
    if (time - $asked > 1) {
        my $now = primary_address();
        undef $redis if $now ne $address;
        ($address, $asked) = ($now, time);
    }
    return $redis //= connect_to($address);
}

sub connect_to {
    my ($server) = @_;
    my $node = Redis->new(
        server        => $server,
        cnx_timeout   => 0.5,
        read_timeout  => 0.5,
        write_timeout => 0.5,
        password      => $ENV{REDIS_PASSWORD},
    );
    my ($role) = $node->role;
    die "$server is a $role\n" if $role ne 'master';
    return $node;
}

while (1) {
    # READONLY, NOREPLICAS, MASTERDOWN and LOADING arrive here, too, and lead to another question.
    my $done = eval { primary()->set('shop:seen', time); 1 };
    if (!$done) {
        warn "not stored: $@";
        undef $redis;
        $asked = 0;
    }
    sleep 0.25;
}
