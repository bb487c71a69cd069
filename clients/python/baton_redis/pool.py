"""Open connections that no thread is using right now. Nothing here waits for the network."""
from __future__ import annotations

import threading
from typing import Callable, Optional

from .connection import Connection

IDLE_CONNECTIONS_MAX = 32


class Pool:
    """By slot: "primary" (or router) and "replica". `on_closed` is told the address of each it closes."""

    def __init__(self, on_closed: Callable[[str], None]) -> None:
        self._on_closed = on_closed
        self._lock = threading.Lock()
        self._idle: dict[str, list[Connection]] = {"primary": [], "replica": []}

    def addresses(self, slot: str) -> set[str]:
        with self._lock:
            return {connection.address for connection in self._idle[slot]}

    def take(self, slot: str, address: str) -> Optional[Connection]:
        """The one that was used last, which is the least likely to have been closed by the other side."""
        with self._lock:
            fitting = [one for one in self._idle[slot] if one.address == address]
            if not fitting:
                return None
            self._idle[slot].remove(fitting[-1])
            return fitting[-1]

    def give_back(self, slot: str, connection: Connection) -> None:
        with self._lock:
            has_room = len(self._idle[slot]) < IDLE_CONNECTIONS_MAX
            if has_room:
                self._idle[slot].append(connection)
        if not has_room:
            self.discard(connection)

    def discard(self, connection: Connection) -> None:
        connection.close()
        self._on_closed(connection.address)

    def close(self, is_wrong: Callable[[Connection], bool]) -> None:
        with self._lock:
            wrong = [one for idle in self._idle.values() for one in idle if is_wrong(one)]
            for slot, idle in self._idle.items():
                self._idle[slot] = [one for one in idle if one not in wrong]
        for one in wrong:
            self.discard(one)
