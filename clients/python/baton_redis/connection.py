"""One connection over redis-py: a deadline for everything, its own login, and typed outcomes."""
from __future__ import annotations

import os
import ssl
import time
from typing import Any, Callable, Optional, Sequence, Union

import redis
from redis.connection import Connection as PlainSocket
from redis.connection import DefaultParser

from .rules import Done, NotDone, Unknown, refused

# Words of a server that wants another login, or another user: no later attempt ends otherwise.
WRONG_LOGIN = frozenset({"NOAUTH", "NOPERM", "WRONGPASS"})
# 0 means "do not wait at all" to a socket, and less is an error.
MOMENT = 0.005
# RESP2 is what redis-py 4 speaks; later versions have a choice.
PROTOCOL = {"protocol": 2} if int(redis.__version__.split(".")[0]) >= 5 else {}


class ErrorReply(redis.ResponseError):
    """An error reply with its whole text: redis-py cuts off the first word of some."""


class _Parser(DefaultParser):
    @staticmethod
    def parse_error(response: str) -> ErrorReply:
        return ErrorReply(response)


class _TlsSocket(PlainSocket):
    """
    redis-py's own would trust every authority of the machine besides, and count the handshake as a command
    instead of a part of connecting.
    """

    def __init__(self, context: ssl.SSLContext, deadline: float, **settings: Any) -> None:
        self._context, self._deadline = context, deadline
        super().__init__(**settings)

    def _connect(self) -> Any:
        plain = super()._connect()
        try:
            usual = plain.gettimeout()
            plain.settimeout(max(MOMENT, self._deadline - time.monotonic()))
            wrapped = self._context.wrap_socket(plain, server_hostname=self.host)
            wrapped.settimeout(usual)
            return wrapped
        except OSError:
            plain.close()
            raise


def _only_parse(connection: Any) -> None:
    """Instead of redis-py's own greeting, which sends more than a login from version 5 on."""
    connection._parser.on_connect(connection)


def login_words(username: Optional[str], password: Optional[str]) -> Callable[[], tuple[str, ...]]:
    """What follows AUTH; in a closure, so that no dump of an object shows the password."""
    words = (username, password) if username and password else (password,) if password else ()
    return lambda: words


def tls_context(tls: Optional[dict[str, Any]]) -> Optional[ssl.SSLContext]:
    """The authority of this cluster alone, and the name only where that is asked for. @raises OSError"""
    if tls is None:
        return None
    context = ssl.create_default_context(cafile=tls.get("ca"))
    context.check_hostname = tls.get("check_names", False)
    return context


def _dial(address: str, tls: Optional[ssl.SSLContext], deadline: float, command_timeout: float) -> Any:
    host, port = address.rsplit(":", 1)
    settings: dict[str, Any] = {
        "host": host,
        "port": int(port),
        "socket_connect_timeout": max(MOMENT, deadline - time.monotonic()),
        "socket_timeout": command_timeout,
        "parser_class": _Parser,
        "redis_connect_func": _only_parse,
        **PROTOCOL,
    }
    return PlainSocket(**settings) if tls is None else _TlsSocket(tls, deadline, **settings)


class Connection:
    """An open connection to one node, that nobody but the thread that holds it uses."""

    def __init__(self, address: str, socket: Any) -> None:
        self.address = address
        self.is_replica = False
        self._socket = socket
        self._process = os.getpid()

    def is_lost(self) -> bool:
        """Whether the other side has closed it, or this process inherited it from its parent."""
        if self._process != os.getpid():
            return True
        try:
            # Bytes that nobody has asked for are the last words of a server that closes.
            return bool(self._socket.can_read(0))
        except (redis.RedisError, OSError):
            return True

    def exchange(self, command: Sequence[Any], timeout: float) -> Union[Done, NotDone, Unknown]:
        """Sends one command and waits for its reply. An unknown outcome leaves the connection unusable."""
        began = time.monotonic()
        try:
            self._socket.send_command(*command)
            if not self._socket.can_read(max(MOMENT, timeout)):
                return self._unknown("timeout", began, "nothing")
            reply = self._socket.read_response()
        except ErrorReply as error:
            return refused(str(error))
        except (redis.TimeoutError, TimeoutError) as error:
            return self._unknown("timeout", began, error)
        except (redis.ConnectionError, OSError) as error:
            return self._unknown("connection-lost", began, error)
        except redis.RedisError as error:
            return self._unknown("other", began, error)
        return Done(reply)

    def _unknown(self, word: str, began: float, reason: object) -> Unknown:
        took = 1000 * (time.monotonic() - began)
        return Unknown(word, f"{self.address}: sent, no answer in {took:.0f} ms ({reason})")

    def close(self) -> None:
        self._socket.disconnect()


def open_connection(
    address: str,
    role: Optional[bytes],
    login: Callable[[], tuple[str, ...]],
    tls: Optional[ssl.SSLContext],
    connect_timeout: float,
    command_timeout: float,
) -> Union[Connection, NotDone]:
    """Opens, logs in and, where `role` is given, has ROLE say it; all in `connect_timeout` seconds."""
    deadline = time.monotonic() + connect_timeout
    try:
        socket = _dial(address, tls, deadline, command_timeout)
        socket.connect()
    except (redis.RedisError, OSError) as error:
        return NotDone("no-connection", f"{address}: {error}", again=True, drops=True)
    connection = Connection(address, socket)
    words = login()
    wrong = _greet(connection, ("AUTH", *words), deadline) if words else None
    if wrong is None and role is not None:
        wrong = _greet(connection, ("ROLE",), deadline, role)
    if wrong is None:
        return connection
    connection.close()
    return wrong


def _greet(
    connection: Connection, command: Sequence[str], deadline: float, role: Optional[bytes] = None
) -> Optional[NotDone]:
    """Nothing of the caller has been sent yet: what goes wrong here is certainly not executed."""
    outcome = connection.exchange(command, deadline - time.monotonic())
    if isinstance(outcome, Unknown) or (
        isinstance(outcome, NotDone) and "max number of clients" in outcome.message
    ):
        return NotDone("no-connection", outcome.message, again=True, drops=True)
    if isinstance(outcome, NotDone):
        return outcome
    if role is None:
        return None
    words = outcome.value if isinstance(outcome.value, list) and outcome.value else [b"nothing"]
    # A replica without its primary serves what it had; the Sentinels hear of it up to ten seconds later.
    link = (words + [b"nothing"] * 4)[3] if role == b"slave" else b"connected"
    if words[0] == role and link == b"connected":
        return None
    claim = f"{words[0].decode()}, and the Sentinels say {role.decode()}"
    if words[0] == role:
        claim = f"a replica that is {link.decode()}"
    sentence = f"{connection.address} says that it is {claim}"
    return NotDone("no-primary", sentence, again=True, drops=True)
