"""
A Redis primary that Sentinels or Baton's router name: every call has a deadline and a typed outcome.

One object serves all threads: each call borrows a connection of its own from a pool.
"""
from __future__ import annotations

import logging
import random
import re
import threading
import time
from typing import Any, Callable, Optional, Sequence, Union

from .connection import Connection, login_words, open_connection, tls_context
from .pool import Pool
from .rules import ORDINARY, Breaker, Done, Fallback, NotDone, Outcome, Unknown, backoff, checked
from .sentinels import Found, Unclear, ask

__all__ = ["BatonRedis", "Done", "Fallback", "NotDone", "Outcome", "Unknown"]
__version__ = "1.0"

_log = logging.getLogger("baton_redis")

# An attempt that has less time than this is not begun: its outcome would only be unknown.
ATTEMPT_LEAST_SECONDS = 0.1


def _log_event(kind: str, address: str) -> None:
    _log.info("%s %s", kind, address)


def _least(timeout: float, deadline: Optional[float]) -> float:
    return timeout if deadline is None else min(timeout, deadline - time.monotonic())


class BatonRedis:
    """
    Connects to nothing before the first call. All times in seconds; README.md says what each bounds.
    @raises ValueError for settings that cannot be meant, OSError where the file of tls is missing.
    """

    def __init__(
        self,
        *,
        sentinels: Optional[Sequence[str]] = None,
        group: Optional[str] = None,
        router: Optional[str] = None,
        username: Optional[str] = None,
        password: Optional[str] = None,
        sentinel_username: Optional[str] = None,
        sentinel_password: Optional[str] = None,
        tls: Optional[dict[str, Any]] = None,
        connect_timeout: float = 0.5,
        command_timeout: Optional[float] = None,
        sentinel_timeout: float = 0.3,
        ask_again: float = 1.0,
        retry_for: float = 10.0,
        backoff_first: float = 0.05,
        backoff_longest: float = 1.0,
        breaker_failures: int = 5,
        breaker_pause: float = 0.5,
        on_event: Callable[[str, str], None] = _log_event,
    ) -> None:
        if bool(sentinels) == bool(router):
            raise ValueError("either sentinels and group, or router")
        if sentinels and not group:
            raise ValueError("sentinels need the name of their group")
        self._sentinels = list(dict.fromkeys(sentinels or ()))
        for address in [router] if router else self._sentinels:
            if not re.fullmatch(r"[^\s:]+:\d+", address):
                raise ValueError(f'"{address}" is not ADDRESS:PORT')
        self._group, self._router, self._tls = group, router, tls_context(tls)
        self._login = login_words(username, password)
        self._sentinel_login = self._login
        if sentinel_password:
            self._sentinel_login = login_words(sentinel_username, sentinel_password)
        self._connect_timeout, self._sentinel_timeout = connect_timeout, sentinel_timeout
        # A router holds commands during a failover instead of failing them.
        self._command_timeout = command_timeout or (5.0 if router else 0.5)
        self._ask_again, self._retry_for = ask_again, retry_for
        self._backoff = (backoff_first, backoff_longest)
        self._on_event = on_event
        self._breakers = {one: Breaker(breaker_failures, breaker_pause) for one in ("primary", "replica")}
        self._pool = Pool(lambda address: self._on_event("closed", address))
        # One thread asks the Sentinels; those that need the answer wait for it.
        self._asking = threading.Lock()
        self._believed: Optional[Found] = None
        self._wants_replicas = self._has_replicas = False
        self._asked_at = 0.0
        self._must_ask = True
        self._told = ""

    def call(
        self,
        *command: Any,
        idempotent: bool = False,
        from_replica: bool = False,
        fallback: Optional[Callable[[], Any]] = None,
    ) -> Outcome:
        """
        Runs one command. `idempotent`: to run it twice is the same as once, so an unknown outcome may be
        tried again. `from_replica`: it only reads, where a replica is connected; what it says may be older.
        `fallback`: for when Redis does not answer; then there is one attempt, and no waiting.
        @raises TypeError, ValueError for a call that is wrong in itself.
        """
        words = checked(command)
        deadline = time.monotonic() + self._retry_for if self._retry_for > 0 else None
        slot = "replica" if from_replica and self._router is None else "primary"
        # Others wait for Redis in their own time: the breaker is for those who have something else to give.
        turn = self._breakers[slot].enter(time.monotonic()) if fallback else ORDINARY
        if fallback and turn is None:
            return Fallback(fallback(), NotDone("breaker-open", "too many attempts have failed in a row"))
        attempts = 0
        avoid: set[str] = set()
        unknown: Optional[Unknown] = None
        while True:
            attempts += 1
            outcome = self._reported(words, slot, avoid, deadline, turn or ORDINARY)
            if isinstance(outcome, Done):
                return outcome
            if isinstance(outcome, Unknown):
                unknown = outcome
            # What may have been executed once stays unknown, whatever a later attempt said.
            if not outcome.again or (isinstance(outcome, Unknown) and not (idempotent or from_replica)):
                return unknown or outcome
            if fallback:
                return Fallback(fallback(), outcome)
            if not self._pause(attempts, deadline):
                return unknown or outcome

    def _pause(self, attempts: int, deadline: Optional[float]) -> bool:
        """
        Waits for another attempt; False where there is no time for one. Whoever waits looks around: another
        primary than before is a reason to go on at once.
        """
        now, latest = time.monotonic(), (deadline or 0.0) - ATTEMPT_LEAST_SECONDS - 0.01
        if latest <= now:
            return False
        until = min(latest, now + backoff(attempts, random.random(), *self._backoff))
        before = self._believed
        while (now := time.monotonic()) < until:
            ask_at = until if self._router else self._asked_at + self._ask_again
            if ask_at > now:
                time.sleep(min(ask_at, until) - now)
                continue
            self._ask(False, until)
            if self._believed and (before is None or before.address != self._believed.address):
                return True
        return time.monotonic() <= latest + 0.01

    def connect(self) -> Outcome:
        """Connects to the primary or the router, once, so that the first call need not."""
        connection = self._borrow("primary", set(), None)
        if isinstance(connection, NotDone):
            return connection
        self._give_back(connection)
        return Done(connection.address)

    def close(self) -> None:
        """Closes what no thread is using right now. The next call connects again."""
        self._pool.close(lambda _: True)

    def _reported(
        self, command: Sequence[Any], slot: str, avoid: set[str], deadline: Optional[float], turn: str
    ) -> Union[Done, NotDone, Unknown]:
        is_good = False
        try:
            outcome = self._attempt(command, slot, avoid, deadline)
            is_good = not outcome.again
            return outcome
        finally:
            self._breakers[slot].report(turn, is_good, time.monotonic())

    def _attempt(
        self, command: Sequence[Any], slot: str, avoid: set[str], deadline: Optional[float]
    ) -> Union[Done, NotDone, Unknown]:
        connection = self._borrow(slot, avoid, deadline)
        if isinstance(connection, NotDone):
            self._must_ask = self._must_ask or connection.drops
            return connection
        timeout = _least(self._command_timeout, deadline)
        if timeout < 0.001:
            self._give_back(connection)
            return NotDone("timeout", "the time was over before anything was sent", again=True)
        try:
            outcome = connection.exchange(command, timeout)
        except BaseException:
            # An interrupted wait: a reply may still come, and belongs to nobody.
            self._pool.discard(connection)
            raise
        if connection.is_replica and isinstance(outcome, NotDone) and outcome.error == "READONLY":
            # A replica refuses writes for ever: that is a mistake in the call.
            outcome = NotDone("READONLY", outcome.message)
        if outcome.drops:
            avoid.add(connection.address)
            self._must_ask = True
            self._pool.discard(connection)
            self._pool.close(lambda other: other.address == connection.address)
        else:
            self._give_back(connection)
        return outcome

    def _borrow(self, slot: str, avoid: set[str], deadline: Optional[float]) -> Union[Connection, NotDone]:
        """A connection that this thread alone may use right now."""
        if self._router is not None:
            return self._reuse("primary", self._router) or self._open("primary", self._router, None, deadline)
        # Once more where a connection turns out to be lost: somebody else may be the primary now.
        for _ in range(2):
            wrong = self._ask(slot == "replica", deadline)
            if wrong is not None:
                return wrong
            where, address = self._place(slot, avoid)
            connection = self._reuse(where, address)
            if connection is not None:
                return connection
            if not self._must_ask:
                break
        opened = self._open(where, address, b"master" if where == "primary" else b"slave", deadline)
        if isinstance(opened, NotDone):
            avoid.add(address)
        return opened

    def _place(self, slot: str, avoid: set[str]) -> tuple[str, str]:
        """Where a call belongs: a good replica, connected already if there is one, or the primary."""
        believed = self._believed
        assert believed is not None, "whoever asked without complaint has heard of a primary"
        good = [one for one in believed.replicas if one not in avoid] if slot == "replica" else []
        connected = self._pool.addresses("replica")
        if good:
            return "replica", random.choice([one for one in good if one in connected] or good)
        return "primary", believed.address

    def _ask(self, with_replicas: bool, deadline: Optional[float]) -> Optional[NotDone]:
        """Makes sure that the word is new enough, and leaves a primary that the Sentinels no longer name."""
        with self._asking:
            self._wants_replicas = self._wants_replicas or with_replicas
            is_new = not self._must_ask and time.monotonic() - self._asked_at <= self._ask_again
            if is_new and (self._has_replicas or not with_replicas):
                return None
            said = ask(
                self._sentinels,
                self._group or "",
                _least(self._sentinel_timeout, deadline),
                login=self._sentinel_login,
                tls=self._tls,
                epoch_least=self._believed.epoch if self._believed else 0,
                with_replicas=self._wants_replicas,
            )
            self._asked_at = time.monotonic()
            self._has_replicas = self._wants_replicas
            if isinstance(said, Unclear):
                return self._unclear(said, with_replicas)
            if self._believed is None or self._believed.address != said.address:
                # What is known of the old one keeps nobody from trying.
                self._breakers["primary"].end_pause(time.monotonic())
            self._believed, self._must_ask = said, False
        self._pool.close(lambda one: not one.is_replica and one.address != said.address)
        return None

    def _unclear(self, said: Unclear, with_replicas: bool) -> Optional[NotDone]:
        """Whoever is connected stays, and asks again after the usual time."""
        if self._pool.addresses("primary") or (self._believed and not self._must_ask):
            self._must_ask = False
            return None
        if with_replicas and self._pool.addresses("replica"):
            return None
        if said.refusal is not None:
            return NotDone(said.refusal, said.reason)
        return NotDone("no-primary", said.reason, again=True, drops=True)

    def _reuse(self, slot: str, address: str) -> Optional[Connection]:
        while (connection := self._pool.take(slot, address)) is not None:
            if not connection.is_lost():
                return connection
            self._must_ask = True
            self._pool.discard(connection)
        return None

    def _open(
        self, slot: str, address: str, role: Optional[bytes], deadline: Optional[float]
    ) -> Union[Connection, NotDone]:
        timeout = _least(self._connect_timeout, deadline)
        opened = open_connection(address, role, self._login, self._tls, timeout, self._command_timeout)
        if isinstance(opened, NotDone):
            return opened
        opened.is_replica = slot == "replica"
        if role == b"master" and self._told != address:
            self._told = address
            self._on_event("primary", address)
        return opened

    def _give_back(self, connection: Connection) -> None:
        believed = self._router or (self._believed and self._believed.address)
        if connection.is_replica or connection.address == believed:
            self._pool.give_back("replica" if connection.is_replica else "primary", connection)
        else:
            self._pool.discard(connection)
