# What several Sentinels' words add up to, and how their replies are read: no network.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Baton::Redis::Sentinels qw(is_settled judge parse_reply);
use Test::More;

my ($old, $new) = ('192.0.2.1:6379', '192.0.2.2:6379');
my $count = 0;

sub named {
    my ($address, $epoch, @replicas) = @_;
    return { from => 's' . ++$count, address => $address, epoch => $epoch, replicas => \@replicas };
}

sub silent {
    my ($refusal) = @_;
    return { from => 's' . ++$count, reason => 'does not answer', refusal => $refusal };
}

subtest 'the newest epoch that two name is believed, even where more name an older one' => sub {
    my $found = judge([named($old, 1), named($old, 1), named($old, 1), named($new, 2), named($new, 2)], 5, 0);
    is_deeply [@$found{qw(address epoch)}], [$new, 2];
};

subtest 'a newer epoch that one alone names is not followed' => sub {
    is judge([named($new, 9), named($old, 1), named($old, 1)], 3, 0)->{address}, $old;
};

subtest 'nobody is believed where no two agree, and it says what each said' => sub {
    like judge([named($old, 1), named($new, 2), silent()], 3, 0)->{unclear},
      qr/^no 2 of 3 .* names 192\.0\.2\.1:6379 in epoch 1; .* does not answer$/;
};

subtest 'nobody is believed where two addresses are named twice in one epoch' => sub {
    my $found = judge([named($old, 2), named($old, 2), named($new, 2), named($new, 2)], 4, 0);
    like $found->{unclear}, qr/name both .* in epoch 2/;
};

subtest 'the only Sentinel is believed, and a lone one of two is not' => sub {
    is judge([named($new, 1)], 1, 0)->{address}, $new;
    ok defined judge([named($new, 1), silent()], 2, 0)->{unclear};
};

subtest 'an epoch older than one that was believed is never believed again' => sub {
    like judge([named($old, 1), named($old, 1)], 2, 2)->{unclear}, qr/older than 2/;
    is judge([named($new, 2), named($new, 2)], 2, 2)->{address}, $new;
};

subtest 'a wrong login is told where two refuse it and nobody answers' => sub {
    is judge([silent('WRONGPASS'), silent('WRONGPASS'), silent()], 3, 0)->{refusal}, 'WRONGPASS';
    is judge([silent('WRONGPASS'), silent(), silent()], 3, 0)->{refusal}, undef;
    is judge([silent('WRONGPASS'), silent('WRONGPASS'), named($old, 1)], 3, 0)->{refusal}, undef;
};

subtest 'a replica is good where two that name the primary call it connected' => sub {
    my @answers = (named($old, 1, 'a:1', 'b:1'), named($old, 1, 'a:1'), named($new, 0, 'b:1'));
    is_deeply judge(\@answers, 3, 0)->{replicas}, ['a:1'];
};

subtest 'asking ends as soon as those that are missing cannot change the outcome' => sub {
    ok is_settled([named($new, 2), named($new, 2)], 3);
    ok is_settled([silent(), silent()], 2);
    ok !is_settled([named($old, 1), named($old, 1)], 4), 'two more could name a newer epoch';
    ok is_settled([named($old, 1), named($old, 1), silent()], 4);
    ok !is_settled([named($old, 1), named($new, 2), named($old, 1)], 4), 'one more could join the newer';
    ok !is_settled([named($new, 1)], 3);
    ok !is_settled([], 1);
};

subtest 'replies are read whole, in any pieces, and nothing else is' => sub {
    my $buffer = "+OK\r\n*2\r\n\$3\r\na\r\n\r\n:7\r\n-ERR no\r\n*-1\r\n";
    my @replies;
    my $arrived = '';
    for my $byte (split //, $buffer) {
        $arrived .= $byte;
        while (my @reply = parse_reply(\$arrived)) { push @replies, \@reply }
    }
    is_deeply \@replies, [['OK', undef], [["a\r\n", 7], undef], [undef, 'ERR no'], [undef, undef]];
    for my $wrong ("HTTP/1.1 200 OK\r\n", "\$x\r\n", "*99999999\r\n", "*1\r\n" x 9) {
        ok !eval { parse_reply(\(my $copy = $wrong)); 1 }, 'refused';
    }
};

done_testing;
