"""What several Sentinels' words add up to, and how their replies are read: no network."""
import unittest

from baton_redis.sentinels import Named, Silent, is_settled, judge, pack, parse_reply, read_answer

OLD, NEW = "192.0.2.1:6379", "192.0.2.2:6379"
SILENT = Silent("s", "does not answer")
LOCKED = Silent("s", "refuses to answer", "WRONGPASS")


def named(address, epoch, *replicas):
    return Named("s", address, epoch, replicas)


class Judging(unittest.TestCase):
    def test_believes_the_newest_epoch_that_two_name_even_where_more_name_an_older_one(self):
        found = judge([named(OLD, 1)] * 3 + [named(NEW, 2)] * 2, 5)
        self.assertEqual((found.address, found.epoch), (NEW, 2))

    def test_does_not_follow_a_newer_epoch_that_one_alone_names(self):
        self.assertEqual(judge([named(NEW, 9), named(OLD, 1), named(OLD, 1)], 3).address, OLD)

    def test_believes_nobody_where_no_two_agree_and_says_what_each_said(self):
        reason = judge([named(OLD, 1), named(NEW, 2), SILENT], 3).reason
        self.assertRegex(reason, r"^no 2 of 3 .* names 192\.0\.2\.1:6379 in epoch 1; .* does not answer$")

    def test_believes_nobody_where_two_addresses_are_named_twice_in_one_epoch(self):
        self.assertRegex(judge([named(OLD, 2), named(NEW, 2)] * 2, 4).reason, "name both .* in epoch 2")

    def test_believes_the_only_sentinel_and_no_lone_one_of_two(self):
        self.assertEqual(judge([named(NEW, 1)], 1).address, NEW)
        self.assertFalse(hasattr(judge([named(NEW, 1), SILENT], 2), "address"))

    def test_never_believes_an_epoch_older_than_one_that_was_believed(self):
        self.assertIn("older than 2", judge([named(OLD, 1)] * 2, 2, 2).reason)
        self.assertEqual(judge([named(NEW, 2)] * 2, 2, 2).address, NEW)

    def test_tells_a_wrong_login_where_two_refuse_it_and_nobody_answers(self):
        self.assertEqual(judge([LOCKED, LOCKED, SILENT], 3).refusal, "WRONGPASS")
        self.assertIsNone(judge([LOCKED, SILENT, SILENT], 3).refusal)
        self.assertIsNone(judge([LOCKED, LOCKED, named(OLD, 1)], 3).refusal)

    def test_calls_a_replica_good_where_two_that_name_the_primary_call_it_connected(self):
        answers = [named(OLD, 1, "a:1", "b:1"), named(OLD, 1, "a:1"), named(NEW, 0, "b:1")]
        self.assertEqual(judge(answers, 3).replicas, ("a:1",))


class Asking(unittest.TestCase):
    def test_ends_as_soon_as_those_that_are_missing_cannot_change_the_outcome(self):
        self.assertTrue(is_settled([named(NEW, 2)] * 2, 3))
        self.assertTrue(is_settled([SILENT] * 2, 2))
        self.assertFalse(is_settled([named(OLD, 1)] * 2, 4), "two more could name a newer epoch")
        self.assertTrue(is_settled([named(OLD, 1), named(OLD, 1), SILENT], 4))
        split = [named(OLD, 1), named(NEW, 2), named(OLD, 1)]
        self.assertFalse(is_settled(split, 4), "one more could join the newer")
        self.assertFalse(is_settled([named(NEW, 1)], 3))
        self.assertFalse(is_settled([], 1))


class Reading(unittest.TestCase):
    def test_takes_replies_whole_in_any_pieces_and_nothing_else(self):
        text = b"*2\r\n$3\r\na\r\n\r\n:7\r\n"
        for size in range(len(text)):
            self.assertIsNone(parse_reply(text[:size]))
        self.assertEqual(parse_reply(text), (["a\r\n", "7"], len(text)))
        self.assertEqual(parse_reply(b"*-1\r\n"), (None, 5))
        for wrong in (b"HTTP/1.1 200 OK\r\n", b"$x\r\n", b"*99999999\r\n", b"*1\r\n" * 9):
            with self.assertRaises(ValueError):
                parse_reply(wrong)

    def test_counts_bytes_and_not_characters_of_what_is_sent(self):
        self.assertEqual(pack("AUTH", "\u00e9"), b"*2\r\n$4\r\nAUTH\r\n$2\r\n\xc3\xa9\r\n")

    def test_heeds_the_answers_of_a_sentinel_that_wants_no_login(self):
        refusal = parse_reply(b"-ERR AUTH called without any password configured\r\n")[0]
        replies = [refusal, ["192.0.2.1", "6379"], ["name", "main", "config-epoch", "3"]]
        self.assertEqual(read_answer("s", replies, True), Named("s", OLD, 3))

    def test_says_the_word_of_the_refused_login_where_sentinel_wants_one(self):
        wrong, missing = (parse_reply(b"-%s no\r\n" % word)[0] for word in (b"WRONGPASS", b"NOAUTH"))
        self.assertEqual(read_answer("s", [wrong, missing, missing], True).refusal, "WRONGPASS")
        self.assertEqual(read_answer("s", [missing, missing], False).refusal, "NOAUTH")


if __name__ == "__main__":
    unittest.main()
