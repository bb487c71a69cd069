#!/usr/bin/python3
"""
Notes over HTTP: PUT /notes/ID writes on the primary, GET /notes/ID reads from a replica. Who asks is answered, whatever
becomes of Redis: a page from this process' memory, a write with an honest 503.

From the environment: REDIS_SENTINELS, REDIS_SENTINEL_SERVICE (both in the file that `baton render` writes for
applications), REDIS_PASSWORD and LISTEN, such as 127.0.0.1:8080; with REDIS_ROUTER, through Baton's router instead.
"""
import collections
import json
import logging
import os
import random
import re
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Optional

# The recipe lies beside this file, or in the checkout.
sys.path.append(str(Path(__file__).resolve().parent / "../../clients/python"))
from baton_redis import BatonRedis, Done, Fallback, Outcome, Unknown  # noqa: E402

log = logging.getLogger("notes")

HASH = "notes"
BODY_BYTES_MAX = 64 * 1024
REMEMBERED_MAX = 10_000
# Longer than a failover (down-after + 3 s), and no longer than somebody waits for a button.
RETRY_FOR_SECONDS = 8.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0


def client(**settings) -> BatonRedis:
    where = {"router": os.environ["REDIS_ROUTER"]} if os.environ.get("REDIS_ROUTER") else {
        "sentinels": os.environ["REDIS_SENTINELS"].split(","),
        "group": os.environ["REDIS_SENTINEL_SERVICE"],
    }
    return BatonRedis(**where, password=os.environ.get("REDIS_PASSWORD"), **settings)


class Notes:
    """The notes, a memory of those that were seen last, and counts of how calls ended."""

    def __init__(self) -> None:
        # Pages have another answer when Redis has none, and do not wait. Writes have none: they are tried for longer.
        self._pages = client()
        self._writes = client(retry_for=RETRY_FOR_SECONDS)
        self._memory: collections.OrderedDict[str, bytes] = collections.OrderedDict()
        self._lock = threading.Lock()
        self.counts: collections.Counter[tuple[str, str]] = collections.Counter()

    def write(self, name: str, text: bytes) -> Outcome:
        """A whole value: to write it twice is the same as once, so it may be tried again."""
        outcome = self._writes.call("HSET", HASH, name, text, idempotent=True)
        self._count("write", outcome)
        if isinstance(outcome, Done):
            self._remember(name, text)
        else:
            log.warning("note %s: %s, %s", name, type(outcome).__name__, outcome.message)
        return outcome

    def read(self, name: str) -> Outcome:
        """From a replica, and perhaps a moment old; from memory while Redis does not answer."""
        outcome = self._pages.call(
            "HGET", HASH, name, idempotent=True, from_replica=True, fallback=lambda: self._remembered(name)
        )
        self._count("read", outcome)
        if isinstance(outcome, Done) and outcome.value is not None:
            self._remember(name, outcome.value)
        return outcome

    def connect(self, ended: threading.Event) -> None:
        """Before the first request, where that is possible. Nobody waits for it, so its pauses may become long."""
        for attempt in range(1_000):
            outcome = self._writes.connect()
            if isinstance(outcome, Done):
                return
            longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(attempt, 10))
            pause = longest * random.uniform(0.5, 1.0)
            log.warning("no primary yet (%s), once more in %.1f s", outcome.message, pause)
            if ended.wait(pause):
                return

    def _count(self, call: str, outcome: Outcome) -> None:
        with self._lock:
            self.counts[call, type(outcome).__name__] += 1

    def _remember(self, name: str, text: bytes) -> None:
        with self._lock:
            self._memory[name] = text
            self._memory.move_to_end(name)
            if len(self._memory) > REMEMBERED_MAX:
                self._memory.popitem(last=False)

    def _remembered(self, name: str) -> Optional[bytes]:
        with self._lock:
            return self._memory.get(name)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    notes: Notes

    def do_GET(self) -> None:
        if self.path == "/metrics":
            return self._metrics()
        name = self._name()
        if name is None:
            return self._answer(404, b"no such page\n")
        outcome = self.notes.read(name)
        if isinstance(outcome, (Done, Fallback)) and outcome.value is not None:
            where = "redis" if isinstance(outcome, Done) else "memory"
            return self._answer(200, outcome.value, {"X-From": where})
        if isinstance(outcome, Done):
            return self._answer(404, b"no such note\n")
        return self._answer(503, b"nobody can tell at the moment\n", {"Retry-After": "1"})

    def do_PUT(self) -> None:
        name = self._name()
        length = self.headers.get("Content-Length", "")
        if name is None or not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            return self._answer(400, b"PUT /notes/ID with a Content-Length of at most 65536\n")
        outcome = self.notes.write(name, self.rfile.read(int(length)))
        if isinstance(outcome, Done):
            return self._answer(204, b"")
        facts = {"outcome": "unknown" if isinstance(outcome, Unknown) else "not done", "error": outcome.error}
        return self._answer(503, json.dumps(facts).encode(), {"Retry-After": "1"})

    def _name(self) -> Optional[str]:
        found = re.fullmatch(r"/notes/([\w-]{1,64})", self.path)
        return found.group(1) if found else None

    def _metrics(self) -> None:
        lines = ["# TYPE notes_redis_calls_total counter"]
        for (call, outcome), count in sorted(self.notes.counts.items()):
            lines.append(f'notes_redis_calls_total{{call="{call}",outcome="{outcome}"}} {count}')
        self._answer(200, ("\n".join(lines) + "\n").encode())

    def _answer(self, status: int, body: bytes, headers: Optional[dict[str, str]] = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Requests are the balancer's to log; what Redis does is ours."""


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    Handler.notes = Notes()
    address, port = os.environ.get("LISTEN", "127.0.0.1:8080").rsplit(":", 1)
    server = ThreadingHTTPServer((address, int(port)), Handler)
    server.daemon_threads = True
    ended = threading.Event()

    def stop(*_) -> None:
        ended.set()
        # In a thread of its own: shutdown waits for the loop that this one runs.
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    threading.Thread(target=Handler.notes.connect, args=(ended,), daemon=True).start()
    log.info("listens at %s:%d", *server.server_address)
    server.serve_forever(poll_interval=0.1)
    server.server_close()


main()
