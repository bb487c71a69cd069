"""What replies mean, how long pauses are, and when the breaker opens: no network."""
import unittest

from baton_redis.rules import ORDINARY, TRIAL, Breaker, NotDone, Unknown, backoff, refused


class Replies(unittest.TestCase):
    def test_those_for_the_state_of_the_cluster_may_be_tried_again_on_another_connection(self):
        for word in ("READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"):
            self.assertEqual(refused(f"{word} x"), NotDone(word, f"{word} x", again=True, drops=True))
        for word in ("BUSY", "TRYAGAIN"):
            self.assertEqual(refused(f"{word} x"), NotDone(word, f"{word} x", again=True, drops=False))

    def test_all_other_error_replies_are_told_at_once(self):
        for word in ("WRONGTYPE", "OOM", "NOAUTH", "WRONGPASS", "NOPERM", "ERR"):
            self.assertEqual(refused(f"{word} x"), NotDone(word, f"{word} x"))
        self.assertEqual(refused("my-word of a script").error, "my-word")
        for text in ("", "{what is this", "w" * 41):
            self.assertEqual(refused(text).error, "other")

    def test_one_with_outcome_unknown_is_unknown_whatever_its_first_word(self):
        text = "NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 have it"
        self.assertEqual(refused(text), Unknown("NOREPLICAS", text))


class Pauses(unittest.TestCase):
    def test_are_random_from_0_to_a_limit_that_doubles_never_under_10_ms_and_never_over_the_longest(self):
        self.assertEqual(backoff(1, 0), 0.01)
        self.assertEqual(backoff(1, 1), 0.1)
        self.assertEqual(backoff(2, 1), 0.2)
        self.assertEqual(backoff(2, 0.5), 0.1)
        for attempt in (5, 50, 5_000):
            self.assertEqual(backoff(attempt, 1), 1)


class TheBreaker(unittest.TestCase):
    def opened(self, now=10.0):
        breaker = Breaker()
        for _ in range(5):
            breaker.report(ORDINARY, False, now)
        return breaker

    def test_opens_after_five_failures_in_a_row(self):
        breaker = Breaker()
        for is_good in [False] * 4 + [True] + [False] * 4:
            breaker.report(ORDINARY, is_good, 10)
        self.assertEqual(breaker.enter(10), ORDINARY, "a success begins the count anew")
        breaker.report(ORDINARY, False, 10)
        self.assertIsNone(breaker.enter(10.49))

    def test_doubles_its_pause_up_to_5_s_and_a_success_of_any_call_closes_it(self):
        breaker, now = self.opened(0), 0
        for pause in (0.5, 1, 2, 4, 5, 5):
            self.assertIsNone(breaker.enter(now + pause - 0.01))
            now += pause
            self.assertEqual(breaker.enter(now), TRIAL)
            breaker.report(TRIAL, False, now)
        breaker.report(ORDINARY, True, now)
        self.assertEqual(breaker.enter(now), ORDINARY)

    def test_lets_one_try_while_the_others_are_served_at_once(self):
        breaker = self.opened()
        self.assertEqual([breaker.enter(10.5), breaker.enter(10.5)], [TRIAL, None])
        breaker.report(TRIAL, False, 10.6)
        self.assertIsNone(breaker.enter(11.5), "its failure begins a longer pause")

    def test_makes_the_pause_no_longer_for_failures_of_calls_that_it_does_not_hold_back(self):
        breaker = self.opened()
        breaker.report(ORDINARY, False, 10.4)
        self.assertEqual(breaker.enter(10.5), TRIAL)

    def test_lets_one_try_at_once_when_there_is_another_primary(self):
        breaker = self.opened()
        breaker.end_pause(10.1)
        self.assertEqual(breaker.enter(10.1), TRIAL)


if __name__ == "__main__":
    unittest.main()
