"""What replies mean, how long pauses are, and when the breaker opens: no network."""
import threading
import unittest

from baton_redis.rules import Breaker, NotDone, Unknown, backoff, refused


class Replies(unittest.TestCase):
    def test_those_for_the_state_of_the_cluster_may_be_tried_again_on_another_connection(self):
        for word in ("READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"):
            self.assertEqual(refused(f"{word} x"), NotDone(word, f"{word} x", again=True, drops=True))
        for word in ("BUSY", "TRYAGAIN"):
            self.assertEqual(refused(f"{word} x"), NotDone(word, f"{word} x", again=True, drops=False))

    def test_all_other_error_replies_are_told_at_once(self):
        for word in ("WRONGTYPE", "OOM", "NOAUTH", "WRONGPASS", "NOPERM", "ERR"):
            self.assertEqual(refused(f"{word} x"), NotDone(word, f"{word} x"))
        self.assertEqual(refused("what is this").error, "other")

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
            breaker.report(False, now)
        return breaker

    def test_opens_after_five_failures_in_a_row(self):
        breaker = Breaker()
        for is_good in [False] * 4 + [True] + [False] * 4:
            breaker.report(is_good, 10)
        self.assertEqual(breaker.state(10), "closed", "a success begins the count anew")
        breaker.report(False, 10)
        self.assertEqual(breaker.wait_left(10.25), 0.25)
        self.assertEqual(breaker.state(10.5), "half-open")

    def test_doubles_its_pause_up_to_5_s_and_a_success_closes_it(self):
        breaker, now, pauses = self.opened(0), 0.5, [0.5]
        for _ in range(5):
            self.assertEqual(breaker.wait_left(now), 0)
            breaker.report(False, now)
            pauses.append(breaker.wait_left(now))
            now += pauses[-1]
        self.assertEqual(pauses, [0.5, 1, 2, 4, 5, 5])
        self.assertEqual(breaker.wait_left(now), 0)
        breaker.report(True, now)
        self.assertEqual(breaker.state(now), "closed")

    def test_lets_one_thread_try_and_the_others_wait(self):
        breaker, waits = self.opened(), []
        self.assertEqual(breaker.wait_left(10.5), 0)
        other = threading.Thread(target=lambda: waits.append(breaker.wait_left(10.5)))
        other.start()
        other.join(5)
        self.assertEqual(waits, [Breaker.LOOK_AGAIN_SECONDS])
        breaker.report(False, 10.6)
        self.assertEqual(breaker.state(11.5), "open", "its failure begins a longer pause")

    def test_heeds_no_failure_of_a_call_that_began_before_it_opened(self):
        breaker = self.opened()
        breaker.report(False, 10.4)
        self.assertEqual(breaker.state(10.5), "half-open")


if __name__ == "__main__":
    unittest.main()
