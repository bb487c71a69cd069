"""What may be called, how a call ended, how long to pause. Pure: the present and chance are arguments."""
from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any, Sequence, Union

# Another attempt may find the cluster in another state, on another connection to what is then the primary ...
MOVING = frozenset({"READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"})
# ... or on the same connection.
BUSY = frozenset({"BUSY", "TRYAGAIN"})
# The effect of these depends on the connection, which changes under them, or on a wait longer than a timeout.
NEEDS_ONE_CONNECTION = frozenset(
    "AUTH BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN DISCARD EXEC HELLO MONITOR MULTI "
    "PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT RESET SELECT SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE SYNC UNSUBSCRIBE "
    "UNWATCH WAIT WAITAOF WATCH".split()
)


@dataclass(frozen=True)
class Done:
    """The server said so; strings of Redis are bytes."""

    value: Any
    again = drops = False


@dataclass(frozen=True)
class NotDone:
    """Certainly not executed. `error` is one word (READONLY, no-primary, ...), `message` is for people."""

    error: str
    message: str
    # For the module: another attempt may end otherwise; the connection has to go.
    again: bool = False
    drops: bool = False


@dataclass(frozen=True)
class Unknown:
    """Sent, and no answer that says what became of it."""

    error: str
    message: str
    again = drops = True


@dataclass(frozen=True)
class Fallback:
    """What the caller's function gave instead; `because` is the outcome that it stands for."""

    value: Any
    because: Union[NotDone, Unknown]


Outcome = Union[Done, NotDone, Unknown, Fallback]


def checked(command: Sequence[Any]) -> tuple[Any, ...]:
    """The command as it is sent. @raises TypeError, ValueError for one that cannot be meant."""
    name, *arguments = command
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9._]*", name):
        raise TypeError("a call needs the name of a command first")
    if name.upper() in NEEDS_ONE_CONNECTION or _waits_for_entries(name.upper(), arguments):
        raise ValueError(f"{name.upper()} needs a connection of its own")
    for argument in arguments:
        if isinstance(argument, bool) or not isinstance(argument, (bytes, str, int, float)):
            raise TypeError(f"{name.upper()} was given a {type(argument).__name__}")
    return (name.upper(), *arguments)


def _waits_for_entries(name: str, arguments: Sequence[Any]) -> bool:
    """XREAD and XREADGROUP wait only where they are told to, before the word STREAMS."""
    if name not in ("XREAD", "XREADGROUP"):
        return False
    words = [str(one).upper() for one in arguments[3 if name == "XREADGROUP" else 0 :]]
    return "BLOCK" in words[: words.index("STREAMS") if "STREAMS" in words else None]


def refused(text: str) -> Union[NotDone, Unknown]:
    """The outcome that an error reply means: its text without the leading "-"."""
    found = re.match(r"([A-Za-z][\w-]{0,39})(?:\s|$)", text, re.ASCII)
    word = found.group(1) if found else "other"
    # The router's: the primary has executed it, and too few replicas have confirmed.
    if "outcome unknown" in text:
        return Unknown(word, text)
    return NotDone(word, text, again=word in MOVING or word in BUSY, drops=word in MOVING)


def backoff(attempt: int, chance: float, first: float = 0.05, longest: float = 1.0) -> float:
    """
    Seconds before attempt number `attempt` + 1, with `chance` from 0 to 1: full jitter, so that many clients
    that lost the same primary do not come back in one moment.
    """
    return max(0.01, chance * min(longest, first * 2 ** min(attempt, 20)))


# How a call was let through: as any other, or as the one that tries while the breaker is open.
ORDINARY, TRIAL = "ordinary", "trial"


class Breaker:
    """
    Counts failures in a row. Closed: all may try. Open: nobody with a fallback does. After the pause one of
    them may (half-open).
    """

    def __init__(
        self, failures_max: int = 5, first_pause: float = 0.5, longest_pause: float = 5.0
    ) -> None:
        self._failures_max = failures_max
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = first_pause
        self._opens_at: float | None = None
        self._is_tried = False

    def enter(self, now: float) -> str | None:
        """For a call with a fallback: None while it is open. Whoever was let in has to report."""
        with self._lock:
            if self._opens_at is None:
                return ORDINARY
            if now < self._opens_at or self._is_tried:
                return None
            self._is_tried = True
            return TRIAL

    def report(self, turn: str, is_good: bool, now: float) -> None:
        """Of any call; `turn` is ORDINARY for one that did not ask."""
        with self._lock:
            if turn == TRIAL:
                self._is_tried = False
            if is_good:
                self._failures, self._pause, self._opens_at = 0, self._first_pause, None
            elif self._opens_at is None:
                self._failures += 1
                if self._failures >= self._failures_max:
                    self._opens_at = now + self._pause
            elif turn == TRIAL:
                # Calls that are not held back do not make the pause of the others longer.
                self._pause = min(2 * self._pause, self._longest_pause)
                self._opens_at = now + self._pause

    def end_pause(self, now: float) -> None:
        """The next call with a fallback may try at once."""
        with self._lock:
            if self._opens_at is not None:
                self._opens_at = min(now, self._opens_at)
