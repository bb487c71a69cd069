"""Waits for a primary that answers, before anything is written."""
import logging
import time

import redis
from redis.sentinel import Sentinel

from store import NODES

log = logging.getLogger(__name__)
sentinel = Sentinel(NODES, socket_timeout=0.5)


def find_primary(attempts=5):
    """Asks 1, 2, 4, 8 and 16 seconds apart."""
    for attempt in range(attempts):
        try:
            client = sentinel.master_for("main")
            client.ping()
            return client
        except redis.ConnectionError as error:
            log.warning("no primary yet: %s", error)
            time.sleep(2**attempt)
    raise RuntimeError("Redis stays away")


find_primary().set("started", int(time.time()))
