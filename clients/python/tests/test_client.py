"""The module without a server: settings, calls that cannot be meant, and what it does when nobody answers."""
import pprint
import socket
import threading
import time
import unittest

from baton_redis import BatonRedis, Fallback, NotDone, Unknown


def listening():
    """A port where the kernel accepts and nobody ever answers."""
    server = socket.create_server(("127.0.0.1", 0))
    return server, f"127.0.0.1:{server.getsockname()[1]}"


class WithoutAServer(unittest.TestCase):
    def setUp(self):
        server, self.mute = listening()
        self.addCleanup(server.close)
        gone, self.gone = listening()
        gone.close()
        self.began = time.monotonic()

    def took(self):
        return time.monotonic() - self.began

    def test_refuses_settings_that_cannot_be_meant(self):
        wrong = [
            ({}, "either"),
            ({"router": "a:1", "sentinels": ["b:1"], "group": "main"}, "either"),
            ({"sentinels": ["b:1"]}, "name of their group"),
            ({"router": "nowhere"}, '"nowhere" is not ADDRESS:PORT'),
        ]
        for settings, sentence in wrong:
            with self.assertRaisesRegex(ValueError, sentence):
                BatonRedis(**settings)

    def test_refuses_calls_that_cannot_be_meant_before_anything_is_sent(self):
        client = BatonRedis(router=self.gone)
        for command in (["MULTI"], ["blpop", "key", 0], ["xread", "block", 0, "streams", "key", "$"]):
            with self.assertRaisesRegex(ValueError, "needs a connection of its own"):
                client.call(*command)
        for command in (["SET", "key", None], ["SET", "key", True], ["GET key"]):
            with self.assertRaises(TypeError):
                client.call(*command)

    def test_shows_the_password_in_no_dump_of_the_object(self):
        client = BatonRedis(router=self.gone, username="app", password="tulip-secret", retry_for=0)
        client.call("PING")
        self.assertNotIn("tulip-secret", pprint.pformat(vars(client)) + repr(client))

    def test_ends_a_call_at_retry_for_with_what_it_knows_and_not_later(self):
        client = BatonRedis(router=self.gone, retry_for=1, breaker_failures=1000)
        outcome = client.call("RPUSH", "key", 1)
        self.assertIsInstance(outcome, NotDone)
        self.assertEqual(outcome.error, "no-connection")
        self.assertGreater(self.took(), 0.8)
        self.assertLessEqual(self.took(), 1.1)

    def test_calls_a_command_unknown_that_was_sent_and_not_answered_whatever_follows(self):
        fast = {"router": self.mute, "command_timeout": 0.2, "retry_for": 0.7}
        once = BatonRedis(**fast).call("RPUSH", "key", 1)
        self.assertEqual((type(once), once.error), (Unknown, "timeout"))
        self.assertLess(self.took(), 0.4)
        again = BatonRedis(**fast).call("SET", "key", 1, idempotent=True)
        self.assertIsInstance(again, Unknown)
        self.assertGreater(self.took(), 0.6)

    def test_calls_a_login_that_nobody_answers_a_connection_that_never_was(self):
        client = BatonRedis(router=self.mute, password="tulip", connect_timeout=0.2, retry_for=0)
        self.assertEqual(client.call("RPUSH", "key", 1).error, "no-connection")
        self.assertLess(self.took(), 0.4)

    def test_ends_the_question_to_frozen_sentinels_in_time_and_believes_nobody(self):
        client = BatonRedis(sentinels=[self.mute, self.gone], group="main", retry_for=0)
        outcome = client.call("PING")
        self.assertEqual((type(outcome), outcome.error), (NotDone, "no-primary"))
        self.assertIn(f"{self.mute} does not answer in time", outcome.message)
        self.assertLess(self.took(), 0.5)

    def test_makes_one_attempt_for_a_call_with_a_fallback_and_none_while_the_breaker_is_open(self):
        client = BatonRedis(router=self.gone, breaker_failures=2)
        for error in ("no-connection", "no-connection", "breaker-open"):
            outcome = client.call("GET", "key", fallback=lambda: "from the database")
            self.assertIsInstance(outcome, Fallback)
            self.assertEqual((outcome.value, outcome.because.error), ("from the database", error))

    def test_covers_no_write_with_a_fallback_that_may_have_been_executed(self):
        client = BatonRedis(router=self.mute, command_timeout=0.1)
        self.assertIsInstance(client.call("INCR", "key", fallback=dict), Unknown)
        self.assertIsInstance(client.call("GET", "key", fallback=dict, idempotent=True), Fallback)
        self.assertIsInstance(client.call("GET", "key", fallback=dict, from_replica=True), Fallback)

    def test_holds_back_no_call_without_a_fallback_while_the_breaker_is_open(self):
        client = BatonRedis(router=self.mute, command_timeout=0.05, breaker_failures=1)
        client.call("INCR", "key")
        self.assertEqual(client.call("GET", "key", fallback=dict).because.error, "breaker-open")
        self.assertEqual(client.call("INCR", "key").error, "timeout", "it was sent")

    def test_tells_that_the_time_was_over_before_anything_was_sent(self):
        outcome = BatonRedis(router=self.mute, retry_for=0.000_001).call("INCR", "key")
        self.assertEqual((type(outcome), outcome.error), (NotDone, "timeout"))

    def test_lets_no_thread_wait_for_another_ones_frozen_connection(self):
        client = BatonRedis(router=self.mute, command_timeout=0.4, retry_for=0)
        threads = [threading.Thread(target=client.call, args=("PING",)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        self.assertLess(self.took(), 0.8)


if __name__ == "__main__":
    unittest.main()
