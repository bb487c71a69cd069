#!/usr/bin/env perl
use strict;
use warnings;
use Redis::Sentinel;

my @watchers = map { { host => "10.20.0.2$_", port => 26379 } } 1 .. 3;

my $sentinel = Redis::Sentinel->new(
    sentinels    => \@watchers,
    service_name => 'shop',
    redis_args   => { password => $ENV{REDIS_PASSWORD} },
);

my $redis = $sentinel->discover_master;

sub remember {
    my ($order, $state) = @_;
    eval {
        $redis->set("order:$order", $state);
        1;
    } or warn "could not store order $order: $@";
}

sub again {
    $redis = $sentinel->discover_master;
    remember(@_);
}

again(4711, 'paid');
