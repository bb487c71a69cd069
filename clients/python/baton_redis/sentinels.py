"""Where the primary is, by the word of several Sentinels: asked at one time, and two have to agree."""
from __future__ import annotations

import errno
import os
import re
import selectors
import socket
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence, Union

# No honest answer is longer.
ANSWER_BYTES_MAX = 1_048_576
LOST = frozenset({"s_down", "o_down", "disconnected"})


@dataclass(frozen=True)
class Named:
    """What a Sentinel said: "ADDRESS:PORT", its config-epoch, and the replicas that it calls connected."""

    sentinel: str
    address: str
    epoch: int
    replicas: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.sentinel} names {self.address} in epoch {self.epoch}"


@dataclass(frozen=True)
class Silent:
    """Why a Sentinel said nothing; `refusal` is the word of one that wants another login."""

    sentinel: str
    reason: str
    refusal: Optional[str] = None

    def __str__(self) -> str:
        return f"{self.sentinel} {self.reason}"


@dataclass(frozen=True)
class Found:
    address: str
    epoch: int
    replicas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unclear:
    reason: str
    refusal: Optional[str] = None


Answer = Union[Named, Silent]


def needed(asked: int) -> int:
    """A lone Sentinel may be stale, or a stranger with a group of the same name."""
    return min(2, asked)


def _votes(answers: Sequence[Answer]) -> list[tuple[int, int, str]]:
    """(epoch, votes, address), the newest epoch first."""
    votes = Counter((one.epoch, one.address) for one in answers if isinstance(one, Named))
    return sorted(((epoch, count, address) for (epoch, address), count in votes.items()), reverse=True)


def judge(answers: Sequence[Answer], asked: int, epoch_least: int = 0) -> Union[Found, Unclear]:
    """
    The primary of the newest epoch that two of the asked Sentinels name (one, where one was asked).
    `epoch_least`: older words are not believed any more.
    """
    enough = [vote for vote in _votes(answers) if vote[1] >= needed(asked)]
    if not enough:
        refusals = [one.refusal for one in answers if isinstance(one, Silent) and one.refusal]
        is_refused = len(refusals) >= needed(asked) and not any(isinstance(one, Named) for one in answers)
        said = "; ".join(map(str, answers))
        reason = f"no {needed(asked)} of {asked} Sentinels agree: {said}"
        return Unclear(reason, refusals[0] if is_refused else None)
    epoch, _, address = enough[0]
    if len(enough) > 1 and enough[1][0] == epoch:
        return Unclear(f"the Sentinels name both {address} and {enough[1][2]} in epoch {epoch}")
    if epoch < epoch_least:
        return Unclear(f"the Sentinels name {address} in epoch {epoch}, older than {epoch_least}")
    named = [one for one in answers if isinstance(one, Named)]
    agreeing = [one for one in named if (one.epoch, one.address) == (epoch, address)]
    connected = Counter(replica for one in agreeing for replica in set(one.replicas))
    replicas = tuple(sorted(one for one, count in connected.items() if count >= needed(asked)))
    return Found(address, epoch, replicas)


def is_settled(answers: Sequence[Answer], asked: int) -> bool:
    """Whether those that have not answered yet are too few to change the outcome."""
    pending = asked - len(answers)
    if pending == 0:
        return True
    votes = _votes(answers)
    found = next((vote for vote in votes if vote[1] >= needed(asked)), None)
    if found is None:
        return False
    rivals = [vote[1] for vote in votes if vote[0] >= found[0] and vote != found]
    return max(rivals, default=0) + pending < needed(asked)


class ErrorReply(str):
    """The text of an error reply."""


def parse_reply(buffer: bytes, at: int = 0, depth: int = 0) -> Optional[tuple[Any, int]]:
    """One reply at `at`, and where it ends; None while it is not whole. @raises ValueError"""
    end = buffer.find(b"\r\n", at)
    if end < 0:
        return None
    kind, text, after = buffer[at : at + 1], buffer[at + 1 : end], end + 2
    if kind in (b"+", b":"):
        return text.decode("utf-8", "replace"), after
    if kind == b"-":
        return ErrorReply(text.decode("utf-8", "replace")), after
    if kind not in (b"$", b"*") or not re.fullmatch(rb"-1|\d{1,7}", text) or depth > 3:
        raise ValueError("not a reply of Redis")
    size = int(text)
    if size < 0:
        return None, after
    if kind == b"$":
        whole = after + size + 2
        return (buffer[after : whole - 2].decode("utf-8", "replace"), whole) if len(buffer) >= whole else None
    items = []
    for _ in range(size):
        one = parse_reply(buffer, after, depth + 1)
        if one is None:
            return None
        items.append(one[0])
        after = one[1]
    return items, after


def pack(*words: str) -> bytes:
    encoded = [word.encode() for word in words]
    parts = [b"*%d\r\n" % len(encoded)] + [b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded]
    return b"".join(parts)


def _pairs(row: Any) -> dict[str, Any]:
    return dict(zip(row[::2], row[1::2])) if isinstance(row, list) else {}


def _connected(rows: Any) -> tuple[str, ...]:
    facts = [_pairs(row) for row in rows] if isinstance(rows, list) else []
    good = [one for one in facts if not LOST & set(one.get("flags", "").split(","))]
    return tuple(f"{one['ip']}:{one['port']}" for one in good if one.get("master-link-status") == "ok")


def read_answer(sentinel: str, replies: Sequence[Any], has_login: bool) -> Answer:
    """A Sentinel without a password refuses the login, and answers all the same: only the answers count."""
    login, rest = (replies[0], replies[1:]) if has_login else (None, replies)
    error = next((one for one in rest if isinstance(one, ErrorReply)), None)
    if error is not None:
        told = login if error.startswith("NOAUTH") and isinstance(login, ErrorReply) else error
        word = told.split(" ")[0]
        refusal = word if word in ("NOAUTH", "NOPERM", "WRONGPASS") else None
        return Silent(sentinel, f"refuses to answer ({told})", refusal)
    place, facts = rest[0], _pairs(rest[1])
    if not isinstance(place, list) or len(place) != 2 or not facts.get("config-epoch", "").isdecimal():
        return Silent(sentinel, "gives no address for this group")
    replicas = _connected(rest[2]) if len(rest) > 2 else ()
    return Named(sentinel, f"{place[0]}:{place[1]}", int(facts["config-epoch"]), replicas)


class _Question:
    """One Sentinel's connection, which goes on as far as its socket lets it."""

    def __init__(
        self, sentinel: str, text: bytes, expects: int, has_login: bool, tls: Optional[ssl.SSLContext]
    ) -> None:
        self.sentinel, self._out, self._tls = sentinel, text, tls
        self._expects, self._has_login = expects, has_login
        self._host, port = sentinel.rsplit(":", 1)
        places = socket.getaddrinfo(self._host, int(port), type=socket.SOCK_STREAM)
        family, kind, protocol, _, place = places[0]
        self.socket = socket.socket(family, kind, protocol)
        self.socket.setblocking(False)
        self._stage = "connecting"
        self._heard = b""
        self.wants = selectors.EVENT_WRITE
        error = self.socket.connect_ex(place)
        if error not in (0, errno.EINPROGRESS, errno.EWOULDBLOCK):
            self.socket.close()
            raise OSError(error, os.strerror(error))

    def advance(self) -> Optional[Answer]:
        """The answer, or None while there is none. @raises OSError, ValueError"""
        try:
            self._connect()
            while self._out:
                self._out = self._out[self.socket.send(self._out) :]
            self.wants = selectors.EVENT_READ
            return self._hear()
        except (BlockingIOError, InterruptedError):
            return None
        except ssl.SSLWantReadError:
            self.wants = selectors.EVENT_READ
        except ssl.SSLWantWriteError:
            self.wants = selectors.EVENT_WRITE
        return None

    def _connect(self) -> None:
        if self._stage == "connecting":
            error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, os.strerror(error))
            if self._tls is not None:
                self.socket = self._tls.wrap_socket(
                    self.socket, server_hostname=self._host, do_handshake_on_connect=False
                )
            self._stage = "greeting"
        if self._stage == "greeting":
            if self._tls is not None:
                self.socket.do_handshake()
            self._stage = "asking"

    def _hear(self) -> Optional[Answer]:
        while True:
            piece = self.socket.recv(65_536)
            if not piece:
                raise OSError("closed the connection")
            self._heard += piece
            if len(self._heard) > ANSWER_BYTES_MAX:
                raise ValueError("too long an answer")
            replies, at = [], 0
            while len(replies) < self._expects:
                one = parse_reply(self._heard, at)
                if one is None:
                    break
                replies.append(one[0])
                at = one[1]
            if len(replies) == self._expects:
                return read_answer(self.sentinel, replies, self._has_login)


def ask(
    sentinels: Sequence[str],
    group: str,
    timeout: float,
    login: Callable[[], tuple[str, ...]] = tuple,
    tls: Optional[ssl.SSLContext] = None,
    epoch_least: int = 0,
    with_replicas: bool = False,
) -> Union[Found, Unclear]:
    """
    Asks all within `timeout` seconds, and judges. Never raises: a Sentinel that cannot be asked is an answer,
    too. `login` returns the words after AUTH.
    """
    deadline = time.monotonic() + timeout
    words = login()
    questions = ["GET-MASTER-ADDR-BY-NAME", "MASTER"] + (["REPLICAS"] if with_replicas else [])
    commands = ([("AUTH", *words)] if words else []) + [("SENTINEL", one, group) for one in questions]
    text = b"".join(pack(*command) for command in commands)
    answers: list[Answer] = []
    with selectors.DefaultSelector() as selector:
        for sentinel in sentinels:
            try:
                one = _Question(sentinel, text, len(commands), bool(words), tls)
                selector.register(one.socket, one.wants, one)
            except OSError as error:
                answers.append(Silent(sentinel, f"does not answer ({error})"))
        while selector.get_map() and not is_settled(answers, len(sentinels)):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            for key, _ in selector.select(left):
                answers.extend(_advanced(selector, key.data))
        for key in list(selector.get_map().values()):
            answers.append(Silent(key.data.sentinel, "does not answer in time"))
            key.data.socket.close()
    return judge(answers, len(sentinels), epoch_least)


def _advanced(selector: selectors.BaseSelector, one: _Question) -> list[Answer]:
    # TLS puts another socket object in place of the first, on the same descriptor.
    selector.unregister(one.socket)
    try:
        answer = one.advance()
    except (OSError, ValueError) as error:
        answer = Silent(one.sentinel, f"does not answer ({error})")
    if answer is None:
        selector.register(one.socket, one.wants, one)
        return []
    one.socket.close()
    return [answer]
